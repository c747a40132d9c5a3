//! The picture as pixels, with an embedded font, so that it looks the same on every machine.

use std::sync::Arc;

use anyhow::{anyhow, Result};
use epaint_default_fonts::UBUNTU_LIGHT;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::refused;

/// Pixels per unit of the drawing.
const ZOOM: f32 = 2.0;

/// Renders an SVG as PNG.
pub(super) fn of(svg: &str) -> Result<Vec<u8>> {
    let mut options = Options::default();
    let fonts = Arc::make_mut(&mut options.fontdb);
    fonts.load_font_data(UBUNTU_LIGHT.to_vec());
    fonts.set_sans_serif_family("Ubuntu");
    let tree = Tree::from_str(svg, &options).map_err(refused)?;
    let size = tree.size().to_int_size().scale_by(ZOOM).ok_or_else(|| anyhow!("a picture of no size"))?;
    let mut dots = Pixmap::new(size.width(), size.height()).ok_or_else(|| anyhow!("a picture of no size"))?;
    resvg::render(&tree, Transform::from_scale(ZOOM, ZOOM), &mut dots.as_mut());
    dots.encode_png().map_err(refused)
}
