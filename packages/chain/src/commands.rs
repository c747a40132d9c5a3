//! One module per command.

mod deploy;
mod deposit;
mod feeds;
mod keep;
mod pool;
mod publish;
mod rebalance;
mod redeem;
mod status;
mod stress;
mod system;
mod worth;

use crate::args::{Cli, Command};
use crate::session::Session;
use crate::{Error, Result, Stop};

/// Runs one command.
///
/// # Errors
/// [`crate::Error`], whose kind is the process's exit code.
pub fn run(cli: &Cli, stop: Stop) -> Result<()> {
    on_chain(cli, stop).map_err(Error::without_mnemonics)
}

fn on_chain(cli: &Cli, stop: Stop) -> Result<()> {
    let session = Session::open(&cli.common, stop)?;
    session
        .readable(command(&session, &cli.command).map_err(|error| session.with_other_nodes(session.explained(error))))
}

fn command(session: &Session, command: &Command) -> Result<()> {
    match command {
        Command::Deploy(args) => deploy::run(session, args),
        Command::AcceptOwnership(args) => deploy::accept::run(session, args),
        Command::Upgrade => deploy::upgrade::run(session),
        Command::Status => status::run(session),
        Command::Deposit(args) => deposit::run(session, args),
        Command::Redeem(args) => redeem::run(session, args),
        Command::Rebalance => rebalance::run(session),
        Command::Stress(args) => stress::run(session, args),
        Command::PoolDeposit(args) => pool::deposit(session, args),
        Command::PoolRequest(args) => pool::request(session, args),
        Command::PoolWithdraw(args) => pool::withdraw(session, args),
        Command::PoolCancel(args) => pool::cancel(session, args),
        Command::Publish(args) => publish::run(session, args),
        Command::Keep(args) => keep::run(session, args),
    }
}
