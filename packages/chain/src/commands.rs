//! One module a command.

mod deploy;

use crate::args::{ChainArgs, Command};
use crate::session::Session;
use crate::{Result, Stop};

/// Runs one command.
///
/// # Errors
/// [`crate::Error`], whose kind is the process's exit code.
pub fn run(args: &ChainArgs, stop: Stop) -> Result<()> {
    let session = Session::open(&args.common, stop)?;
    match &args.command {
        Command::Deploy(deploy) => deploy::run(&session, deploy),
        _ => Err(crate::Error::user("not there yet")),
    }
}
