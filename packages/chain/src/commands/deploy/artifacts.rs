//! The Wasm files and their expected checksums.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use cosmwasm_std::HexBinary;
use sha2::{Digest, Sha256};

use crate::error::plainly;
use crate::{ChainFile, Error, Result};

/// One contract of the system, in the order in which they are deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The price oracle.
    Oracle,
    /// The companion market.
    Market,
    /// The vault.
    Vault,
}

impl Kind {
    /// All contracts, each after those that it needs.
    pub const ALL: [Kind; 3] = [Kind::Oracle, Kind::Market, Kind::Vault];

    /// The name in output, salts and labels.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Oracle => "oracle",
            Kind::Market => "market",
            Kind::Vault => "vault",
        }
    }

    const fn artifact(self) -> &'static str {
        match self {
            Kind::Oracle => "ballast_oracle.wasm",
            Kind::Market => "ballast_perp_market.wasm",
            Kind::Vault => "ballast_vault.wasm",
        }
    }
}

/// A contract's Wasm, verified with `checksums.txt`.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// The bytes.
    pub wasm: Vec<u8>,
    /// Their SHA-256.
    pub hash: HexBinary,
}

/// The artifact of one contract.
///
/// # Errors
/// [`Error::User`] when the file or its line in `checksums.txt` is missing, or they do not agree.
pub fn read(folder: &Path, kind: Kind) -> Result<Artifact> {
    let name = kind.artifact();
    let wasm = std::fs::read(folder.join(name)).map_err(|error| missing(folder, name, &error))?;
    let sums = folder.join("checksums.txt");
    let sums = std::fs::read_to_string(&sums).map_err(|error| missing(folder, "checksums.txt", &error))?;
    let expected = sums.lines().find_map(|line| line.strip_suffix(name)).map(str::trim);
    let hash = HexBinary::from(Sha256::digest(&wasm).as_slice());
    match expected {
        Some(expected) if expected == hash.to_hex() => Ok(Artifact { wasm, hash }),
        Some(expected) => Err(Error::user(format!(
            "{name} has the hash {hash}, checksums.txt says {expected}: build it anew (scripts/build-wasm)"
        ))),
        None => Err(Error::user(format!("checksums.txt in {} does not name {name}", folder.display()))),
    }
}

fn missing(folder: &Path, name: &str, error: &std::io::Error) -> Error {
    let why = plainly(error);
    Error::user(format!("{} in {}: {why}; scripts/build-wasm makes it", name, folder.display()))
}

/// Builds missing artifacts, if the chain file says how.
///
/// # Errors
/// [`Error::User`] when that fails.
pub fn build_if_missing(file: &ChainFile) -> Result<()> {
    let Some(build) = file.build.as_ref().filter(|_| !file.artifacts.join("checksums.txt").exists()) else {
        return Ok(());
    };
    let (place, with) = (file.artifacts.display(), build.display());
    let _ = writeln!(std::io::stderr().lock(), "no artifacts in {place}: building them with {with}");
    // The build's output must not be mixed into output that a program reads.
    let status = Command::new(build).stdout(Stdio::from(std::io::stderr())).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Error::user(format!("{} ended with {status}", build.display()))),
        Err(error) => Err(Error::user(format!("cannot run {}: {}", build.display(), plainly(&error)))),
    }
}
