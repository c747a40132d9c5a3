//! The command line of `ballast-chain`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use cosmwasm_std::{Decimal256, SignedDecimal256};

/// Deploy Ballast to a chain, use it there, feed it prices, keep its hedge alive.
#[derive(Debug, Parser)]
#[command(name = "ballast-chain", version)]
pub struct Cli {
    /// Options of all commands.
    #[command(flatten)]
    pub common: Common,
    /// The subcommand.
    #[command(subcommand)]
    pub command: Command,
}

/// The default chain file.
pub(crate) const DEFAULT_CHAIN: &str = "scripts/chains/local.toml";

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The chain file.
    #[arg(long, global = true, value_name = "FILE.toml", default_value = DEFAULT_CHAIN)]
    pub chain: PathBuf,
    /// RPC of a node to use instead of those in the chain file. Give it several times to use the next node if one
    /// fails.
    #[arg(long, global = true, value_name = "URL")]
    pub node: Vec<String>,
    /// The state file. [default: beside the chain file, FILE.state.json]
    #[arg(long, global = true, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Sign as this account of the chain file's keys. [default: owner, keeper or feeder, if the command is theirs]
    #[arg(long, global = true, value_name = "NAME")]
    pub from: Option<String>,
    /// Sign with the mnemonic in this file. You can also put it in the environment variable BALLAST_MNEMONIC, but never
    /// on the command line, where everybody on the machine can read it.
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "from")]
    pub mnemonic_file: Option<PathBuf>,
    /// Do not ask before signing. Keys of the chain file are never asked for: they belong to a local chain and are
    /// public.
    #[arg(long, short, global = true)]
    pub yes: bool,
    /// Print JSON. Amounts are strings in smallest units of their coin or share, and values are in units of the
    /// settlement coin; prices (of whole coins) and ratios are strings of decimal numbers.
    #[arg(long, global = true)]
    pub json: bool,
    /// Seconds to wait while all nodes are unreachable or make no block.
    #[arg(long, global = true, value_name = "SECONDS", default_value = "30", allow_hyphen_values = true, value_parser = whole_seconds)]
    pub patience: u64,
}

/// What `ballast-chain` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Store, instantiate, configure and check the whole system. Run it again to complete what is missing. If the owner
    /// is not the deployer, they must accept ownership.
    Deploy(DeployArgs),
    /// Accept the ownership of the three contracts. Run it as the new owner.
    AcceptOwnership(AcceptArgs),
    /// Migrate the contracts of a deployment to the code of the artifacts. Run it as the admin.
    Upgrade,
    /// Show the vault, its hedge, funding, oracle and pool, what is due next, and what is paused.
    Status,
    /// Deposit coins into the vault.
    Deposit(DepositArgs),
    /// Redeem shares of the vault for their part of all coins.
    Redeem(RedeemArgs),
    /// Do what the vault's policy decides.
    Rebalance,
    /// Show the hedge in a scenario.
    Stress(StressArgs),
    /// Deposit the settlement coin into the market's pool.
    PoolDeposit(PoolDepositArgs),
    /// Request a withdrawal from the pool, its first step.
    PoolRequest(PoolRequestArgs),
    /// Withdraw requested shares from the pool, in kind, within the window of the request.
    PoolWithdraw(PoolWithdrawArgs),
    /// Cancel your request, or anybody's that has lapsed.
    PoolCancel(PoolCancelArgs),
    /// Publish prices and rates: what several sources say, those of a file, or constants.
    Publish(PublishArgs),
    /// Keep the hedge alive: rebalance when something is due and liquidate positions, until stopped.
    Keep(KeepArgs),
}

/// Options of `deploy`.
#[derive(Debug, Clone, Args)]
pub struct DeployArgs {
    /// Write unsigned transactions into this folder instead of sending anything: for a multisig.
    #[arg(long, value_name = "FOLDER")]
    pub generate_only: Option<PathBuf>,
    /// The deployer, with --generate-only: a name or an address.
    #[arg(long, value_name = "ADDRESS", requires = "generate_only")]
    pub deployer: Option<String>,
}

/// Options of `accept-ownership`.
#[derive(Debug, Clone, Args)]
pub struct AcceptArgs {
    /// Write an unsigned transaction of the chain file's owner into this folder instead of sending it: for a multisig.
    #[arg(long, value_name = "FOLDER")]
    pub generate_only: Option<PathBuf>,
}

/// Options of `deposit`.
#[derive(Debug, Clone, Args)]
pub struct DepositArgs {
    /// Amount: 12.5atom, or units: 12500000uatom. The hedge of the first deposit must be the market's minimum position or
    /// more (100 dollars by default); `status` says how many coins that takes now.
    pub amount: String,
    /// Slippage: refuse fewer shares than previewed, minus this part.
    #[arg(long, value_name = "RATIO", default_value = "0.005", allow_hyphen_values = true, value_parser = part)]
    pub slippage: Decimal256,
    /// Recipient of the shares: a name or an address. [default: the depositor]
    #[arg(long, value_name = "ADDRESS")]
    pub recipient: Option<String>,
}

/// Options of `redeem`.
#[derive(Debug, Clone, Args)]
pub struct RedeemArgs {
    /// Whole shares (12.5), or `all`.
    #[arg(allow_negative_numbers = true)]
    pub shares: String,
    /// Slippage: refuse less of each coin than previewed, minus this part.
    #[arg(long, value_name = "RATIO", default_value = "0.005", allow_hyphen_values = true, value_parser = part)]
    pub slippage: Decimal256,
    /// Recipient of the coins: a name or an address. [default: the redeemer]
    #[arg(long, value_name = "ADDRESS")]
    pub recipient: Option<String>,
}

/// Options of `stress`.
#[derive(Debug, Clone, Args)]
pub struct StressArgs {
    /// Relative change of the price: 0.3 is a rise of 30 %.
    #[arg(long, value_name = "RATIO", default_value = "0.3", allow_hyphen_values = true, value_parser = signed)]
    pub price_change: SignedDecimal256,
    /// Relative change of the deposited coin's price against the index, in a market of two prices: -0.2 is a further
    /// discount of 20 %.
    #[arg(long, value_name = "RATIO", allow_hyphen_values = true, value_parser = signed)]
    pub collateral_change: Option<SignedDecimal256>,
    /// The same without a discount: the deposited coin goes its own way, as one can that is hedged with a relative's
    /// perpetual. -0.3 beside a price change of 0.5 is a coin that rises by 5 %.
    #[arg(long, value_name = "RATIO", allow_hyphen_values = true, value_parser = signed)]
    pub correlation_break: Option<SignedDecimal256>,
    /// Multiple of the current funding rate.
    #[arg(long, value_name = "FACTOR", default_value = "1", allow_hyphen_values = true, value_parser = signed)]
    pub funding_multiple: SignedDecimal256,
    /// Hours for which this funding is paid.
    #[arg(long, value_name = "HOURS", default_value = "8", allow_hyphen_values = true, value_parser = hours)]
    pub hours: u32,
    /// Cost of the policy's trades, over the value traded.
    #[arg(long, value_name = "RATIO", default_value = "0.001", allow_hyphen_values = true, value_parser = number)]
    pub cost: Decimal256,
}

/// Options of `pool-deposit`.
#[derive(Debug, Clone, Args)]
pub struct PoolDepositArgs {
    /// Amount: 1000usdc, or units.
    pub amount: String,
    /// Slippage: refuse fewer pool shares than in a simulation, minus this part.
    #[arg(long, value_name = "RATIO", default_value = "0.005", allow_hyphen_values = true, value_parser = part)]
    pub slippage: Decimal256,
}

/// Options of `pool-request`.
#[derive(Debug, Clone, Args)]
pub struct PoolRequestArgs {
    /// Pool shares in units, or `all`.
    #[arg(allow_negative_numbers = true)]
    pub shares: String,
}

/// Options of `pool-cancel`.
#[derive(Debug, Clone, Args)]
pub struct PoolCancelArgs {
    /// Owner of the request: a name or an address. Other people's requests must have lapsed. [default: the sender]
    #[arg(long, value_name = "ADDRESS")]
    pub provider: Option<String>,
}

/// Options of `pool-withdraw`.
#[derive(Debug, Clone, Args)]
pub struct PoolWithdrawArgs {
    /// Requested shares to withdraw, in units, or `all`.
    #[arg(allow_negative_numbers = true)]
    pub shares: String,
    /// Slippage: refuse less of each coin than in a simulation, minus this part.
    #[arg(long, value_name = "RATIO", default_value = "0.005", allow_hyphen_values = true, value_parser = part)]
    pub slippage: Decimal256,
}

/// Options of `publish`.
#[derive(Debug, Clone, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true).args(["prices", "price", "rate", "market_price", "redemption_rate", "sources"])))]
pub struct PublishArgs {
    /// Publish what several HTTP endpoints agree on: feeds and their sources in TOML, as the README of this program says.
    #[arg(long, value_name = "FILE.toml", conflicts_with_all = ["prices", "price", "rate", "market_price", "redemption_rate", "discount", "funding", "rows", "allow_spikes"])]
    pub sources: Option<PathBuf>,
    /// Ask the sources once and show what would be published. Reads the chain file; needs no key of yours and no node.
    #[arg(long, conflicts_with_all = ["prices", "price", "rate", "market_price", "redemption_rate"])]
    pub dry_run: bool,
    /// Address for /metrics of the sources, for Prometheus: 127.0.0.1:9465.
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["prices", "price", "rate", "market_price", "redemption_rate", "dry_run"], value_parser = listener)]
    pub metrics: Option<std::net::SocketAddr>,
    /// Bars to replay: time, open, high, low and close, in any format that `simulate` reads. The close is published.
    #[arg(long, value_name = "FILE", conflicts_with = "price")]
    pub prices: Option<PathBuf>,
    /// Funding rates to replay with them: time of payment and rate, per interval of the file.
    #[arg(long, value_name = "FILE", requires = "prices")]
    pub funding: Option<PathBuf>,
    /// Interval that each rate of --funding covers, such as 8h. [default: from a column, otherwise from the times in
    /// the file]
    #[arg(long, value_name = "TIME", requires = "funding", allow_hyphen_values = true, value_parser = interval)]
    pub funding_interval: Option<u64>,
    /// Accept prices 100 times off their neighbours, funding rates of a file above 10 %, and a --rate of 1,000 % a year
    /// and more, instead of treating them as errors.
    #[arg(long)]
    pub allow_spikes: bool,
    /// Publish this price again and again, whole quote per whole base.
    #[arg(long, value_name = "PRICE", allow_hyphen_values = true, value_parser = number)]
    pub price: Option<Decimal256>,
    /// Also publish this yearly funding rate (0.1 = 10 %; longs pay when positive).
    #[arg(long, value_name = "RATE", allow_hyphen_values = true, conflicts_with = "funding", value_parser = signed)]
    pub rate: Option<SignedDecimal256>,
    /// Also publish what the deposited coin sells for, where it has a price of its own: whole quote per whole base.
    #[arg(long, value_name = "PRICE", allow_hyphen_values = true, value_parser = number, conflicts_with = "prices")]
    pub market_price: Option<Decimal256>,
    /// Also publish the rate at which the deposited coin is redeemed: 1.08 is 1.08 ATOM for one staked ATOM.
    #[arg(long, value_name = "RATE", allow_hyphen_values = true, value_parser = number)]
    pub redemption_rate: Option<Decimal256>,
    /// Also publish that the deposited coin sells for this part less than it is redeemed for: 0.2 is 20 % less. Counted
    /// from each price and --redemption-rate.
    #[arg(long, value_name = "RATIO", allow_hyphen_values = true, value_parser = part, requires = "redemption_rate", conflicts_with = "market_price")]
    pub discount: Option<Decimal256>,
    /// Seconds between two values, or between two rounds of questions to --sources.
    #[arg(long, value_name = "SECONDS", default_value = "10", allow_hyphen_values = true, value_parser = seconds)]
    pub every: f64,
    /// First and last hour of the file, counted from 0: 100..200.
    #[arg(long, value_name = "FROM..TO", requires = "prices", allow_hyphen_values = true)]
    pub rows: Option<String>,
    /// Publish once and exit.
    #[arg(long, conflicts_with = "prices")]
    pub once: bool,
}

/// Options of `keep`.
#[derive(Debug, Clone, Args)]
pub struct KeepArgs {
    /// Seconds between two checks while nothing is due.
    #[arg(long, value_name = "SECONDS", default_value = "15", allow_hyphen_values = true, value_parser = seconds)]
    pub every: f64,
    /// Address for /metrics, for Prometheus: 127.0.0.1:9464.
    #[arg(long, value_name = "ADDRESS", value_parser = listener)]
    pub metrics: Option<std::net::SocketAddr>,
    /// Leave liquidations to others.
    #[arg(long)]
    pub no_liquidations: bool,
    /// Leave liquidations to others if the reward is worth less than this: 0.05usdc. Use 0usdc to do all of them.
    /// [default: the transaction fee if it is paid in a coin of the market, otherwise no minimum]
    #[arg(long, value_name = "AMOUNT", conflicts_with = "no_liquidations", allow_hyphen_values = true)]
    pub min_reward: Option<String>,
    /// Exit after this many actions, for testing.
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count)]
    pub at_most: Option<u64>,
}

/// Parses a part of a whole.
fn part(text: &str) -> Result<Decimal256, String> {
    let part = text.parse().ok().filter(|part| *part <= Decimal256::one());
    part.ok_or_else(|| wanted(text, "a part is wanted, from 0 to 1, such as 0.005"))
}

fn number(text: &str) -> Result<Decimal256, String> {
    text.parse().map_err(|_| wanted(text, "a number that is not below zero is wanted, such as 12.5"))
}

fn signed(text: &str) -> Result<SignedDecimal256, String> {
    text.parse().map_err(|_| wanted(text, "a number is wanted, such as 0.3 or -0.3"))
}

/// A funding interval in milliseconds.
fn interval(text: &str) -> Result<u64, String> {
    let number = text.trim();
    match !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Err(format!("{number} of what? Write {number}h for {number} hours")),
        false => ballast_hours::parse_interval(text),
    }
}

/// The error text: what is expected, and how to write percentages.
fn wanted(text: &str, what: &str) -> String {
    let percent = text.strip_suffix('%').and_then(|number| number.trim().parse::<SignedDecimal256>().ok());
    let plain = percent.and_then(|percent| percent.checked_div(SignedDecimal256::from_ratio(100, 1)).ok());
    plain.map_or_else(|| what.to_owned(), |plain| format!("{what}; {text} is {plain}"))
}

fn seconds(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| "a number of seconds is wanted, such as 15".to_owned())
}

fn whole_seconds(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "a whole number of seconds is wanted, such as 30".to_owned())
}

fn hours(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| "a whole number of hours is wanted, such as 8".to_owned())
}

fn count(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "a whole number is wanted, such as 10".to_owned())
}

fn listener(text: &str) -> Result<std::net::SocketAddr, String> {
    text.parse().map_err(|_| "an IP address and a port are wanted, such as 127.0.0.1:9464".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_none_is_told_what_is_wanted() {
        let wanted = |wrong: Result<Decimal256, String>| wrong.err().unwrap_or_default();
        for text in ["-1", "1.01", "half", "", "1e-3"] {
            assert_eq!(wanted(part(text)), "a part is wanted, from 0 to 1, such as 0.005", "{text}");
        }
        for text in ["-1", "ten", "", "1,5"] {
            assert_eq!(wanted(number(text)), "a number that is not below zero is wanted, such as 12.5", "{text}");
        }
        assert_eq!(wanted(part("0.5%")), "a part is wanted, from 0 to 1, such as 0.005; 0.5% is 0.005");
        assert_eq!(signed("-50 %"), Err("a number is wanted, such as 0.3 or -0.3; -50 % is -0.5".to_owned()));
        assert_eq!(signed("down"), Err("a number is wanted, such as 0.3 or -0.3".to_owned()));
        assert_eq!(interval("8"), Err("8 of what? Write 8h for 8 hours".to_owned()));
        assert_eq!(interval("8h"), Ok(28_800_000));
        assert!(interval("8m").is_err_and(|why| why.contains("such as 8h")));
        assert_eq!((part("1"), number("12.5")), (Ok(Decimal256::one()), Ok(Decimal256::percent(1_250))));
        assert_eq!(signed("-0.3").map(|rate| rate.to_string()), Ok("-0.3".to_owned()));
    }
}
