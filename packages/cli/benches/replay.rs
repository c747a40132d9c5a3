//! Hours per second that the real contracts replay: `cargo bench -p ballast-cli`. Target: 56,000 hours in under 60 s on
//! two cores.
#![allow(missing_docs, clippy::arithmetic_side_effects)]

use anyhow::Result;
use ballast_cli::app::Watcher;
use ballast_cli::args::SimulateArgs;
use ballast_cli::date::HOUR;
use ballast_cli::params::Settings;
use ballast_cli::{input, report::Report, stage};

/// Hours of one measurement: a year.
const HOURS: u64 = 8_760;
const SEED: u64 = 1;

struct Nobody;

impl Watcher for Nobody {
    fn done(&self, _steps: usize) {}

    fn stopped(&self) -> bool {
        false
    }
}

fn main() -> Result<()> {
    std::env::set_var("RUST_LIB_BACKTRACE", "0");
    let args = SimulateArgs { generate: Some(SEED), hours: Some(HOURS), ..SimulateArgs::default() };
    let input = input::hours(&args)?;
    for keeper_hours in [1, 8] {
        let mut settings = Settings::default();
        settings.world.keeper_every = keeper_hours * HOUR;
        let outcome = stage::replay(&input.tape, &settings, &Nobody)?;
        let report = Report::new(&input.name, input.tape.irregular, &outcome);
        println!("a keeper every {keeper_hours} h: {:.0} hours a second, checks daily", report.steps_per_second);
    }
    Ok(())
}
