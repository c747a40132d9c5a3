//! Decodes text: UTF-8, or UTF-16 with a byte order mark.

use std::borrow::Cow;

use crate::fault::{Fault, Place};

const UTF16_BIG: &[u8] = &[0xfe, 0xff];
const UTF16_LITTLE: &[u8] = &[0xff, 0xfe];
/// Never in text; in most other files there are some early on.
const ZERO: char = '\0';

/// The text without its byte order mark, and a note if it was not UTF-8.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<String>), (Place, Fault)> {
    let units = |rest: &[u8], join: fn([u8; 2]) -> u16| -> Vec<u16> {
        rest.chunks(2)
            .map(|pair| join([pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0)]))
            .collect()
    };
    let units = match bytes {
        [first, second, rest @ ..] if [*first, *second] == UTF16_BIG => Some(units(rest, u16::from_be_bytes)),
        [first, second, rest @ ..] if [*first, *second] == UTF16_LITTLE => Some(units(rest, u16::from_le_bytes)),
        _ => None,
    };
    let (text, note) = match units {
        Some(units) => {
            let text = String::from_utf16(&units).map_err(|error| (Place::line(1), no_text(&error.to_string())))?;
            (Cow::Owned(text), Some("UTF-16".to_owned()))
        }
        None => (Cow::Borrowed(utf8(bytes)?), None),
    };
    if let Some((before, _)) = text.split_once(ZERO) {
        return Err((after(before.as_bytes()), no_text("it contains a zero byte")));
    }
    Ok((text, note))
}

fn utf8(bytes: &[u8]) -> Result<&str, (Place, Fault)> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        (after(good), no_text(&error.to_string()))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The line in which these bytes end.
fn after(bytes: &[u8]) -> Place {
    let ends = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    Place::line(ends.saturating_add(1))
}

fn no_text(why: &str) -> Fault {
    Fault::Unreadable(format!("neither UTF-8 text ({why}) nor gzip or zip: unpack or convert it first"))
}
