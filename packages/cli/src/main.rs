//! `ballast`: see `ballast help`.

use std::cell::Cell;
use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use anyhow::{Context, Result};
use ballast_cli::app::{self, Watcher};
use ballast_cli::args::{Cli, Command, SimulateArgs};
use ballast_cli::params::Settings;
use ballast_cli::stage;
use ballast_cli::tape::Tape;
use clap::Parser;

/// The input is wrong.
const INPUT: u8 = 2;
/// A contract returned an error.
const REFUSED: u8 = 3;
/// Exit code of a program that was stopped with Ctrl-C.
const STOPPED: u8 = 130;
/// Printed for `ballast chain …`.
const MOVED: &str =
    "`ballast chain` is a program of its own now, with the same commands and options: `ballast-chain`, \
    or `cargo run --release -p ballast-chain --` in place of `cargo run --release -- chain`";

fn main() -> ExitCode {
    // Every refusal on the embedded chain would capture a backtrace, which takes longer than the message itself.
    std::env::set_var("RUST_LIB_BACKTRACE", "0");
    let cli = Cli::parse();
    let out = &mut std::io::stdout();
    match &cli.command {
        Command::Params => match params(out) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&format!("{error:#}"), ExitCode::FAILURE),
        },
        Command::Chain { .. } => failed(MOVED, ExitCode::from(INPUT)),
        Command::Simulate(args) => simulate(args, out),
    }
}

fn params(out: &mut dyn Write) -> Result<()> {
    app::print(&Settings::default().to_toml()?, out)
}

/// Prints the error to stderr; a closed stderr is no reason to panic.
fn failed(why: &str, code: ExitCode) -> ExitCode {
    let _ = writeln!(std::io::stderr().lock(), "ballast: {why}");
    code
}

/// An error before the replay means that the input is wrong; an error during it comes from a contract; an error after
/// it (a broken invariant, a full disk) is neither.
fn simulate(args: &SimulateArgs, out: &mut dyn Write) -> ExitCode {
    let code = Cell::new(ExitCode::from(INPUT));
    let replay = |tape: &Tape, settings: &Settings, watcher: &dyn Watcher| {
        code.set(ExitCode::from(REFUSED));
        let outcome = stage::replay(tape, settings, watcher)?;
        code.set(ExitCode::FAILURE);
        Ok(outcome)
    };
    let report = stop_on_ctrl_c().and_then(|stop| app::simulate(args, &replay, &stop, out));
    match report {
        Ok(report) if report.stopped => ExitCode::from(STOPPED),
        Ok(_) => ExitCode::SUCCESS,
        Err(error) if error.is::<stage::SetUp>() => failed(&format!("{error:#}"), ExitCode::from(INPUT)),
        Err(error) => failed(&format!("{error:#}"), code.get()),
    }
}

/// The first Ctrl-C ends the run after the current hour, with a report; the second one ends it at once.
fn stop_on_ctrl_c() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::Relaxed) {
            std::process::exit(STOPPED.into());
        }
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(stop)
}
