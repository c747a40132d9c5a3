//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use cosmwasm_std::Decimal;

use crate::data::parse_interval;
use crate::date::{parse_day, parse_duration};
use crate::staking::{parse_discount, parse_yield, Discount, Yield};

/// The oracle refuses higher rates.
const MAX_RATE: f64 = 1_000.0;

/// Simulates the hedging vault Ballast. What is on a real chain is for `ballast-chain`.
#[derive(Debug, Parser)]
#[command(name = "ballast", version)]
pub struct Cli {
    /// The subcommand.
    #[command(subcommand)]
    pub command: Command,
}

/// What `ballast` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Replay real or generated market data with the contracts on an embedded chain, and print a report.
    Simulate(Box<SimulateArgs>),
    /// Print all parameters of a run with documentation and defaults, as a file for `simulate --params`.
    Params,
    /// Says where `ballast chain` has moved to.
    #[command(hide = true, disable_help_flag = true)]
    Chain {
        /// Ignored, never printed: they may contain a mnemonic.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<OsString>,
    },
}

/// The file formats that are understood.
const FILES: &str = "\
Files are read by what they contain: tables with commas, semicolons or tabs, their columns named and in any order, or \
without names as exchanges archive them; times as dates, seconds, milliseconds or microseconds; the JSON of Binance, \
Bitfinex, Bitget, BitMEX, Bybit, Coinbase, Deribit, dYdX, Gate, HTX, Hyperliquid, Kraken, KuCoin, MEXC and OKX; gzip \
and zip. What was inferred is said on stderr, a line each.";

/// Input, simulated world and output of a run.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = FILES)]
pub struct SimulateArgs {
    /// Price bars: opening time, open, high, low and close. The close is the index price. Default: built in, staked ATOM
    /// from 2022-05-01 to 2022-08-01 at its rates of staking, with the discount that stETH had then.
    #[arg(long, value_name = "FILE", requires = "reference", conflicts_with = "generate")]
    pub prices: Option<PathBuf>,
    /// Funding rates, the market's reference: time of payment and rate (positive = longs pay). Same formats as
    /// --prices.
    #[arg(long, value_name = "FILE", requires = "prices", group = "reference")]
    pub funding: Option<PathBuf>,
    /// Constant yearly funding rate instead of a file; 0 for none.
    #[arg(long, value_name = "RATE", group = "reference", allow_hyphen_values = true, value_parser = parse_rate)]
    pub funding_rate: Option<f64>,
    /// Interval that each rate of --funding covers, such as 8h. [default: from a column, otherwise from the times in
    /// the file]
    #[arg(long, value_name = "TIME", requires = "funding", conflicts_with = "funding_rate", value_parser = parse_interval)]
    pub funding_interval: Option<u64>,
    /// Mark price bars, in the same formats as --prices. Liquidation is checked at the lower of both highs.
    #[arg(long, value_name = "FILE", requires = "prices")]
    pub mark: Option<PathBuf>,
    /// Use another coin as margin, hedged with the perpetual of the prices: its price in quote, as rows of
    /// timestamp_ms,price, each known at its time, or as bars, of which the close is known when the bar ends; hourly or
    /// daily. The last one known holds. The market then has two prices.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["staking_yield", "discount", "collateral_ratio"])]
    pub collateral: Option<PathBuf>,
    /// Use a staked coin as margin, hedged with the plain coin of the prices: the market then has two prices. Yearly
    /// yield by which its redemption rate grows, hour by hour: at 0.14 one staked coin is redeemed for 1.14 coins after
    /// a year. Or a file of yearly rates, each in force from its time on: timestamp_ms,apr_pct.
    #[arg(long, value_name = "RATE|FILE", allow_hyphen_values = true, value_parser = parse_yield)]
    pub staking_yield: Option<Yield>,
    /// What the staked coin sells for over what it is redeemed for: timestamp_ms,ratio, hourly or daily; the last one
    /// known holds. It sells for index * redemption rate * ratio, and without --staking-yield the rate stays at one, as
    /// for a coin whose rewards are paid out. Above one is a premium, which counts for nobody.
    #[arg(long, value_name = "FILE", conflicts_with = "discount")]
    pub collateral_ratio: Option<PathBuf>,
    /// The staked coin sells for less than it is redeemed for: 0.2@2022-06-10/14d makes its price fall by 20 % at the
    /// start of that day (UTC), and the gap closes evenly within 14 days. Can be repeated; discounts must not overlap.
    /// Without --staking-yield the redemption rate stays at one.
    #[arg(long, value_name = "DEPTH@DAY/TIME", allow_hyphen_values = true, value_parser = parse_discount)]
    pub discount: Vec<Discount>,
    /// Accept prices 100 times off their neighbours and funding rates above 10 %, instead of treating them as errors.
    #[arg(long, requires = "prices")]
    pub allow_spikes: bool,
    /// The market closes where the bars of --prices have gaps: nobody publishes prices or rates then. The price feed gets
    /// trading hours, those of the week in which the file has bars, and each longer gap is made known a week before. The
    /// policy's reaction_time must be at least as long as the longest closing (--params).
    #[arg(long, requires = "prices")]
    pub closings: bool,
    /// Generate the data from this seed instead: with jumps, volatility regimes and mean-reverting funding.
    #[arg(long, value_name = "SEED")]
    pub generate: Option<u64>,
    /// Number of hours to generate. [default: 8760]
    #[arg(long, value_name = "N", requires = "generate", value_parser = clap::value_parser!(u64).range(2..=1_000_000))]
    pub hours: Option<u64>,
    /// First day (UTC).
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day, conflicts_with = "generate")]
    pub from: Option<u64>,
    /// Day (UTC) at the start of which the run ends.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day, conflicts_with = "generate")]
    pub to: Option<u64>,
    /// How often the keeper comes: 1h, 8h, 30m, 2d; at most once per bar. [default: 1h]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub keeper_every: Option<u64>,
    /// Age of the price in seconds when keepers and others act. [default: 6]
    #[arg(long, value_name = "SECONDS")]
    pub price_age: Option<u64>,
    /// Number of depositors. [default: 3]
    #[arg(long, value_name = "N")]
    pub depositors: Option<u32>,
    /// Yearly funding at full skew, which the pool earns for taking the other side. [default: 0.02]
    #[arg(long, value_name = "RATE", allow_hyphen_values = true, value_parser = parse_ratio)]
    pub slope: Option<Decimal>,
    /// Part of the reference that the pool pays to unmatched shorts. [default: 0.5]
    #[arg(long, value_name = "PART", allow_hyphen_values = true, value_parser = parse_ratio)]
    pub pass_through: Option<Decimal>,
    /// Longs of other traders, over the vault's short. [default: 0.5]
    #[arg(long, value_name = "PART", allow_hyphen_values = true, value_parser = parse_ratio)]
    pub longs: Option<Decimal>,
    /// Quote in the pool at the start, over the hedged notional. [default: 2]
    #[arg(long, value_name = "MULTIPLE", allow_hyphen_values = true, value_parser = parse_ratio)]
    pub pool: Option<Decimal>,
    /// Whether liquidity providers refill the pool to that ratio every day. [default: true]
    #[arg(long, value_name = "BOOL")]
    pub top_up: Option<bool>,
    /// Minimum profit for which the arbitrageur acts. [default: 0.001]
    #[arg(long, value_name = "PART", allow_hyphen_values = true, value_parser = parse_ratio)]
    pub edge: Option<Decimal>,
    /// Parameters as TOML; `ballast params` prints all of them. The options above override the file.
    #[arg(long, value_name = "FILE")]
    pub params: Option<PathBuf>,
    /// Plot NAV, leverage, hedge ratio and funding into this file: .svg or .png.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// Write the state after each step to this file, one row per bar: timestamp_ms, price, nav (value of a share over
    /// its cost), unhedged, leverage and its band, hedge_ratio, reference (yearly), funding (so far, over the start),
    /// pool, pool_hedged, slack (over open notional), collateral (what the margin coin is worth), redemption_rate and
    /// discount (of a staked coin: what it is redeemed for, and how much less it sells for), of_staking, of_funding,
    /// of_costs, of_discount and of_tilt (where the nav comes from: together nav - 1), rules (applied by the keeper).
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Print only one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Include the rows of --csv in the object of --json.
    #[arg(long, requires = "json")]
    pub series: bool,
}

/// A ratio of at least zero.
fn parse_ratio(text: &str) -> Result<Decimal, String> {
    text.parse().map_err(|_| format!("\"{text}\" is not a number from 0 up: a plain fraction such as 0.02 for 2 %"))
}

/// A yearly rate that the oracle accepts.
fn parse_rate(text: &str) -> Result<f64, String> {
    let rate = text.parse::<f64>().ok().filter(|rate| rate.abs() <= MAX_RATE);
    rate.ok_or_else(|| {
        format!("\"{text}\" is no yearly rate: a plain fraction such as 0.1 for 10 %, at most {MAX_RATE}")
    })
}
