//! `ballast`: see `ballast help`.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use anyhow::{Context, Result};
use ballast_cli::app;
use ballast_cli::args::{Cli, Command};
use ballast_cli::params::Settings;
use ballast_cli::stage;
use clap::Parser;

/// What a shell expects of a program that was stopped from the keyboard.
const STOPPED: u8 = 130;

fn main() -> ExitCode {
    // Every refusal on the embedded chain would capture a backtrace, which takes longer than the message itself.
    std::env::set_var("RUST_LIB_BACKTRACE", "0");
    match run(&Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("ballast: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<ExitCode> {
    let out = &mut std::io::stdout();
    match &cli.command {
        Command::Params => {
            app::print(&Settings::default().to_toml()?, out)?;
            Ok(ExitCode::SUCCESS)
        }
        #[cfg(feature = "chain")]
        Command::Chain(args) => Ok(chain(args)),
        Command::Simulate(args) => {
            let stop = stop_on_ctrl_c()?;
            let report = app::simulate(args, &stage::replay, &stop, out)?;
            Ok(if report.table.interrupted { ExitCode::from(STOPPED) } else { ExitCode::SUCCESS })
        }
    }
}

/// The kind of a failure on a chain is its exit code: 2 user, 3 chain, 4 network, 130 stopped.
#[cfg(feature = "chain")]
fn chain(args: &ballast_chain::args::ChainArgs) -> ExitCode {
    let stop = ballast_chain::Stop::default();
    let on_signal = stop.clone();
    if let Err(error) = ctrlc::set_handler(move || on_signal.set()) {
        eprintln!("ballast: cannot listen for signals: {error}");
        return ExitCode::FAILURE;
    }
    match ballast_chain::run(args, stop) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ballast: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// The first Ctrl-C asks the run to end after its hour and report, the second one ends it at once.
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
