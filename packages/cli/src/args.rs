//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use cosmwasm_std::Decimal;

use crate::data::parse_interval;
use crate::date::{parse_day, parse_duration};

/// Beyond it the oracle takes a rate for a slip.
const MOST_RATE: f64 = 1_000.0;

/// The hedging vault Ballast, simulated. What is on a real chain is for `ballast-chain`.
#[derive(Debug, Parser)]
#[command(name = "ballast", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `ballast` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Replay the contracts on an embedded chain, on real or generated hours, and report.
    Simulate(Box<SimulateArgs>),
    /// Print every parameter of a run with its documentation and its default, as a file for `simulate --params`.
    Params,
    /// Where `ballast chain` went.
    #[command(hide = true, disable_help_flag = true)]
    Chain {
        /// Read and dropped: there may be a mnemonic among them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<OsString>,
    },
}

/// Which files are read.
const FILES: &str = "\
Files are read by what they contain: tables with commas, semicolons or tabs, their columns named and in any order, or \
without names as exchanges archive them; times as dates, seconds, milliseconds or microseconds; the JSON of Binance, \
Bitfinex, Bitget, BitMEX, Bybit, Coinbase, Deribit, dYdX, Gate, HTX, Hyperliquid, Kraken, KuCoin, MEXC and OKX; gzip \
and zip. What was inferred is said on stderr, a line each.";

/// Where the hours come from, who acts in them, and what is reported.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = FILES)]
pub struct SimulateArgs {
    /// Bars: time of opening, open, high, low and close. The index is their close.
    /// Without it: BTC from 2020-02-01 to 2020-05-01, built in.
    #[arg(long, value_name = "FILE", requires = "reference", conflicts_with = "generate")]
    pub prices: Option<PathBuf>,
    /// Funding rates: time of payment and rate (positive = longs pay), the market's reference. Read like --prices.
    #[arg(long, value_name = "FILE", requires = "prices", group = "reference")]
    pub funding: Option<PathBuf>,
    /// The same yearly funding rate at all times, 0 for none, in place of a file.
    #[arg(long, value_name = "RATE", group = "reference", allow_hyphen_values = true, value_parser = parse_rate)]
    pub funding_rate: Option<f64>,
    /// How long each rate of --funding is for, such as 8h. [default: what a column says, else the file's rhythm]
    #[arg(long, value_name = "TIME", requires = "funding", conflicts_with = "funding_rate", value_parser = parse_interval)]
    pub funding_interval: Option<u64>,
    /// Marks, like --prices: liquidation is tested at the lower of both highs.
    #[arg(long, value_name = "FILE", requires = "prices")]
    pub mark: Option<PathBuf>,
    /// Take a price 100 times off the bars beside it, or a funding rate above 10 %, for what it is, not for a slip.
    #[arg(long, requires = "prices")]
    pub allow_spikes: bool,
    /// Make up the hours from this seed instead: jumps, regimes of volatility, funding that returns to a mean.
    #[arg(long, value_name = "SEED")]
    pub generate: Option<u64>,
    /// How many hours to make up. [default: 8760]
    #[arg(long, value_name = "N", requires = "generate", value_parser = clap::value_parser!(u64).range(2..=1_000_000))]
    pub hours: Option<u64>,
    /// First day (UTC).
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day, conflicts_with = "generate")]
    pub from: Option<u64>,
    /// Day (UTC) at whose beginning the run ends.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day, conflicts_with = "generate")]
    pub to: Option<u64>,
    /// How often a keeper comes: 1h, 8h, 30m, 2d; never more often than there are bars. [default: 1h]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub keeper_every: Option<u64>,
    /// How old the price is when keepers and all others act. [default: 6]
    #[arg(long, value_name = "SECONDS")]
    pub price_age: Option<u64>,
    /// How many depositors there are. [default: 3]
    #[arg(long, value_name = "N")]
    pub depositors: Option<u32>,
    /// Yearly funding at full skew, which the pool earns for carrying it. [default: 0.02]
    #[arg(long, value_name = "RATE", allow_hyphen_values = true, value_parser = parse_ratio)]
    pub slope: Option<Decimal>,
    /// Part of the reference that the pool pays to an unmatched short. [default: 0.5]
    #[arg(long, value_name = "PART", allow_hyphen_values = true, value_parser = parse_ratio)]
    pub pass_through: Option<Decimal>,
    /// Longs of others, over the vault's short. [default: 0.5]
    #[arg(long, value_name = "PART", allow_hyphen_values = true, value_parser = parse_ratio)]
    pub longs: Option<Decimal>,
    /// Quote in the pool at the start, over the hedged notional. [default: 2]
    #[arg(long, value_name = "MULTIPLE", allow_hyphen_values = true, value_parser = parse_ratio)]
    pub pool: Option<Decimal>,
    /// Whether the pool's providers top it up to that, daily. [default: true]
    #[arg(long, value_name = "BOOL")]
    pub top_up: Option<bool>,
    /// What the arbitrageur needs to act. [default: 0.001]
    #[arg(long, value_name = "PART", allow_hyphen_values = true, value_parser = parse_ratio)]
    pub edge: Option<Decimal>,
    /// Parameters as TOML; `ballast params` prints them all. The options above stand over the file.
    #[arg(long, value_name = "FILE")]
    pub params: Option<PathBuf>,
    /// Draw NAV, leverage, hedge ratio and funding into this file: .svg or .png.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// Write the state after each step into this file, a row a bar: timestamp_ms, price, nav (a share over what was paid
    /// for it), unhedged, leverage and its band, hedge_ratio, reference (a year), funding (so far, over the start), pool,
    /// pool_hedged, slack (over open notional), rules (those that a keeper carried out).
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Print one JSON object and nothing else.
    #[arg(long)]
    pub json: bool,
    /// Put the rows of --csv into the object of --json.
    #[arg(long, requires = "json")]
    pub series: bool,
}

/// A ratio that is not below zero.
fn parse_ratio(text: &str) -> Result<Decimal, String> {
    text.parse().map_err(|_| format!("\"{text}\" is not a number from 0 up: a plain fraction such as 0.02 for 2 %"))
}

/// A yearly rate that the oracle would take.
fn parse_rate(text: &str) -> Result<f64, String> {
    let rate = text.parse::<f64>().ok().filter(|rate| rate.abs() <= MOST_RATE);
    rate.ok_or_else(|| {
        format!("\"{text}\" is no yearly rate: a plain fraction such as 0.1 for 10 %, at most {MOST_RATE}")
    })
}
