//! `ballast-chain`: see `ballast-chain help`.

use std::io::Write;
use std::process::ExitCode;

use ballast_chain::args::Cli;
use ballast_chain::Stop;
use clap::Parser;

/// The input is wrong.
const INPUT: u8 = 2;

/// The kind of a failure is the exit code: 1 output, 2 user, 3 chain, 4 network, 130 stopped.
fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| misused(&error));
    let stop = Stop::default();
    let on_signal = stop.clone();
    if let Err(error) = ctrlc::set_handler(move || on_signal.set()) {
        return failed(&format!("cannot listen for signals: {error}"), ExitCode::FAILURE);
    }
    match ballast_chain::run(&cli, stop) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.to_string(), ExitCode::from(error.exit_code())),
    }
}

/// Prints what is wrong with the command line and exits; words that may be a mnemonic are not shown.
fn misused(error: &clap::Error) -> ! {
    let told = error.render().to_string();
    let text = ballast_chain::without_mnemonics(&told);
    if text == told {
        error.exit();
    }
    let _ = write!(std::io::stderr().lock(), "{text}");
    std::process::exit(INPUT.into());
}

/// Prints the error to stderr; a closed stderr is no reason to panic.
fn failed(why: &str, code: ExitCode) -> ExitCode {
    let _ = writeln!(std::io::stderr().lock(), "ballast-chain: {why}");
    code
}
