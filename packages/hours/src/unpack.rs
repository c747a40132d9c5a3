//! Unpacks a file if it is an archive.

use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use crate::fault::Fault;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZIP: &[u8] = b"PK";
/// Enough for one-minute bars of many years.
const MAX_BYTES: u64 = 1 << 30;

/// The bytes of a file, or of the one file in a gzip or zip archive, and a note if it was unpacked.
pub fn unpack(mut file: impl Read) -> Result<(Vec<u8>, Option<String>), Fault> {
    let bytes = all(&mut file)?;
    if bytes.starts_with(GZIP) {
        let inside = all(&mut MultiGzDecoder::new(bytes.as_slice()))?;
        return Ok((inside, Some("unpacked with gzip".to_owned())));
    }
    if bytes.starts_with(ZIP) {
        return unzip(&bytes);
    }
    Ok((bytes, None))
}

fn unzip(bytes: &[u8]) -> Result<(Vec<u8>, Option<String>), Fault> {
    let broken = |error: zip::result::ZipError| Fault::Unreadable(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let is_file = |name: &&str| !name.ends_with('/') && !name.starts_with("__MACOSX");
    let names: Vec<String> = archive.file_names().filter(is_file).map(str::to_owned).collect();
    let [name] = names.as_slice() else {
        return Err(Fault::Archive { files: names.len() });
    };
    let inside = all(&mut archive.by_name(name).map_err(broken)?)?;
    Ok((inside, Some(format!("unpacked {name} from the archive"))))
}

fn all(file: &mut dyn Read) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let read = file.take(MAX_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| Fault::Unreadable(error.to_string()))?;
    match bytes.len() as u64 {
        MAX_BYTES.. => Err(Fault::Unreadable("it has 1 GiB or more: split it".to_owned())),
        _ => Ok(bytes),
    }
}
