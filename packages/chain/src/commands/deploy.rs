//! Puts the whole system on a chain.

use crate::args::DeployArgs;
use crate::session::Session;
use crate::Result;

/// Runs `ballast chain deploy`.
pub fn run(_session: &Session, _args: &DeployArgs) -> Result<()> {
    Ok(())
}
