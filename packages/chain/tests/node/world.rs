//! A deployment on a scripted chain (an empty vault, and a market at 10 usdc), and the command line to use it.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use ballast_chain::args::Cli;
use ballast_chain::{ChainFile, Error, State, Stop};
use ballast_types::market::{
    Capacity, FundingRates, Leverage, LiquidationPrice, MarketParams, MarketResponse, Measures, PoolResponse,
    PositionResponse, PositionState, PositionsResponse, Prices, Reference, SideState, Terms,
};
use ballast_types::oracle::{FeedConfig, FeedResponse, Flag, Reading, Source};
use ballast_types::policy::{Decision, HedgeAction, HedgeState, PolicyParams, StressResponse, Targets};
use ballast_types::vault::{ConfigResponse, VaultPositionResponse};
use ballast_types::{CoinInfo, Money, Purse};
use clap::Parser;
use cosmwasm_std::{Addr, Decimal256, HexBinary, SignedDecimal256, Timestamp, Uint128};
use cw20::TokenInfoResponse;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Chain, Node, CHAIN, WASM};

static RUNS: AtomicU64 = AtomicU64::new(0);

/// A folder for this test alone, with the state file of a complete deployment.
pub struct World {
    folder: PathBuf,
    file: PathBuf,
    pub nodes: Vec<String>,
}

impl World {
    pub fn new(chain: &Chain, nodes: &[&Node]) -> World {
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("world-{}-{run}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let at = |name: &str| ballast_chain::Deployed { code_id: Some(1), code_hash: None, address: Some(name.into()) };
        let (oracle, market, vault) = (at("oracle"), at("market"), at("vault"));
        let state = State { chain_id: CHAIN.into(), oracle, market, vault, complete: true, ..State::default() };
        state.write(&folder.join("state.json")).unwrap();
        answers(chain);
        World { folder, file: chains().join("local.toml"), nodes: nodes.iter().map(|node| node.url.clone()).collect() }
    }

    /// Changes the chain file so that the owner is not the deployer, with empty modules as artifacts.
    pub fn of_another_owner(mut self, owner: &str) -> World {
        let mut sums = String::new();
        for name in ["ballast_oracle.wasm", "ballast_perp_market.wasm", "ballast_vault.wasm"] {
            std::fs::write(self.folder.join(name), WASM).unwrap();
            sums.push_str(&format!("{}  {name}\n", HexBinary::from(Sha256::digest(WASM).as_slice())));
        }
        std::fs::write(self.folder.join("checksums.txt"), sums).unwrap();
        let text = std::fs::read_to_string(&self.file).unwrap();
        let text = text
            .replace("owner = \"owner\"", &format!("owner = \"{owner}\""))
            .replace("\"../../artifacts\"", &format!("\"{}\"", self.folder.display()))
            .replace("\"../", &format!("\"{}/../", chains().display()));
        self.file = self.folder.join("chain.toml");
        std::fs::write(&self.file, text).unwrap();
        self
    }

    /// Takes the chain file of the staked coin instead. Before the owner is changed.
    pub fn staked(mut self) -> World {
        self.file = chains().join("local-staked.toml");
        self
    }

    /// Adds lines at the end of the chain file, after the owner was changed.
    pub fn append(&self, lines: &str) {
        let text = std::fs::read_to_string(&self.file).unwrap();
        std::fs::write(&self.file, text + lines).unwrap();
    }

    /// Path of the folder, which is removed with this value.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn file(&self) -> ChainFile {
        ChainFile::read(&self.file).unwrap()
    }

    /// Address of an account of the chain file.
    pub fn address(&self, name: &str) -> String {
        self.file().address(name).unwrap()
    }

    /// Gives the contracts all values of the chain file.
    pub fn deployed(&self, chain: &Chain) {
        let file = self.file();
        let config = ConfigResponse {
            policy: file.policy.clone(),
            deposit_cap: file.deposit_cap,
            guardian: Addr::unchecked(&file.guardian),
            ..config()
        };
        chain.admin(&file.admin);
        chain.answers("\"config\"", config);
        let (reference, params) = (file.reference.clone(), file.market_params.clone());
        chain.answers("\"market\":{", MarketResponse { reference, params, ..market() });
        for ballast_chain::Feed { feed: name, config } in file.feeds() {
            chain.answers(&format!("\"feed\":\"{name}\""), FeedResponse { feed: name, config, ..feed(None) });
        }
    }

    /// The arguments of `ballast-chain ARGS…` for these nodes.
    pub fn line(&self, args: &str) -> Vec<String> {
        let state = self.folder.join("state.json");
        let mut line: Vec<String> = args.split_whitespace().map(str::to_owned).collect();
        line.extend(["--chain".into(), self.file.display().to_string()]);
        line.extend(["--state".into(), state.display().to_string()]);
        for node in &self.nodes {
            line.extend(["--node".into(), node.clone()]);
        }
        line
    }

    /// Runs `ballast-chain ARGS…` until it ends or is stopped.
    pub fn run(&self, args: &str, stop: &Stop) -> Result<(), Error> {
        let line = std::iter::once("ballast-chain".to_owned()).chain(self.line(args));
        let cli = Cli::try_parse_from(line).unwrap_or_else(|error| panic!("{args}: {error}"));
        ballast_chain::run(&cli, stop.clone())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn chains() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/chains")
}

fn coin(denom: &str) -> CoinInfo {
    CoinInfo { denom: denom.into(), decimals: 6 }
}

pub fn ratio(text: &str) -> Decimal256 {
    text.parse().unwrap()
}

fn prices() -> Prices {
    let price = ratio("10");
    Prices { index: price, index_low: price, index_high: price, collateral: price, ..Prices::default() }
}

pub fn reading(flags: Vec<Flag>, confirm_from: Option<u64>) -> Reading {
    Reading {
        feed: "atom/usdc".into(),
        value: "10".parse().unwrap(),
        upper: None,
        redemption: None,
        confidence: Decimal256::zero(),
        average: "10".parse().unwrap(),
        volatility: ratio("0.5"),
        time: Timestamp::from_seconds(1_577_836_800),
        stale_at: Timestamp::from_seconds(1_577_836_860),
        usable_seconds: None,
        confirm_from: confirm_from.map(Timestamp::from_seconds),
        flags,
    }
}

/// The price feed, with a price that is held back.
pub fn feed(held_back: Option<ballast_types::oracle::AcceptedPrice>) -> FeedResponse {
    FeedResponse {
        feed: "atom/usdc".into(),
        config: FeedConfig::price(Source::Fixed { value: "10".parse().unwrap() }),
        published: vec![],
        silenced: vec![],
        accepted: None,
        held_back,
        hours: None,
        closing: None,
        longest_closing: None,
    }
}

/// The empty vault.
pub fn position() -> VaultPositionResponse {
    let measures = Measures {
        notional: Money::ZERO,
        closing_cost: Money::ZERO,
        equity: Money::ZERO,
        secured_equity: Money::ZERO,
        leverage: Leverage::None,
        margin_ratio: None,
        liquidation_price: LiquidationPrice::Never,
    };
    let venue = PositionResponse {
        position: PositionState::default(),
        measures,
        withdrawable: Purse::EMPTY,
        prices: prices(),
        terms: Terms::from(&MarketParams::defaults(6)),
        funding: FundingRates::default(),
        capacity: Capacity::default(),
        base_for_sale: Default::default(),
        status: Default::default(),
        open_seconds: 0,
    };
    VaultPositionResponse {
        idle: Purse::EMPTY,
        venue,
        nav: Money::ZERO,
        shares: Uint128::zero(),
        reference_mean: SignedDecimal256::zero(),
        paid_mean: SignedDecimal256::zero(),
        cost_spent: Money::ZERO,
        time: Timestamp::from_seconds(1_577_836_807),
    }
}

/// The hedge, exactly at its target of one.
pub fn health() -> StressResponse {
    let one = Decimal256::one();
    let targets = Targets {
        volatility: one,
        assumed_rise: one,
        leverage_min: one,
        leverage_target: one,
        leverage_max: one,
        leverage_emergency: one,
        funding_forecast: SignedDecimal256::zero(),
        hedge_target: one,
        hedge_low: one,
        hedge_high: one,
    };
    let state = HedgeState {
        nav: Money::ZERO,
        leverage: Leverage::None,
        margin_ratio: None,
        liquidation_price: LiquidationPrice::Never,
        hedge_ratio: one,
        coins_needed: Uint128::zero(),
        covered: true,
        targets,
    };
    let decision = Decision { rule: None, action: HedgeAction::None };
    StressResponse {
        collateral_price: Decimal256::one(),
        discount: None,
        price: ratio("10"),
        before: state,
        decision,
        after: state,
    }
}

/// The market, with a constant reference rate.
pub fn market() -> MarketResponse {
    MarketResponse {
        market: "atom-usdc".into(),
        base: coin("uatom"),
        quote: coin("uusdc"),
        oracle: Addr::unchecked("oracle"),
        index_feed: "atom/usdc".into(),
        collateral_feed: None,
        reference: Reference::Constant { rate: SignedDecimal256::zero() },
        params: MarketParams::defaults(6),
        long: SideState::default(),
        short: SideState::default(),
        prices: prices(),
        status: Default::default(),
        hedger: Some(Addr::unchecked("vault")),
        feed: None,
    }
}

fn config() -> ConfigResponse {
    ConfigResponse {
        venue: Addr::unchecked("market"),
        market: "atom-usdc".into(),
        base: coin("uatom"),
        quote: coin("uusdc"),
        policy: PolicyParams::default(),
        deposit_cap: None,
        guardian: Addr::unchecked("guardian"),
        stopped: vec![],
    }
}

/// The market's empty pool.
pub fn pool() -> PoolResponse {
    PoolResponse {
        pool: Purse::EMPTY,
        total_shares: Uint128::zero(),
        notice: Uint128::zero(),
        value_high: Money::ZERO,
        value_low: Money::ZERO,
        shares: Uint128::zero(),
        request: None,
        request_from: None,
        base_for_sale: Default::default(),
    }
}

fn answers(chain: &Chain) {
    let token = TokenInfoResponse {
        name: "Ballast ATOM".into(),
        symbol: "bATOM".into(),
        decimals: 12,
        total_supply: Uint128::zero(),
    };
    chain.answers("\"config\"", config());
    chain.answers("\"token_info\"", token);
    chain.answers("\"pool\"", pool());
    chain.answers("\"market\":{", market());
    chain.answers("\"markets\"", json!({"markets": ["atom-usdc"]}));
    chain.answers("\"info\"", json!({"base_token": "uatom", "vault_token": "vault"}));
    chain.answers("\"positions\"", PositionsResponse { positions: vec![] });
    chain.answers("\"position\"", position());
    chain.answers("\"health\"", health());
    chain.answers("\"next_action\"", Decision { rule: None, action: HedgeAction::None });
    chain.answers("\"price\"", reading(vec![], None));
    chain.answers("\"readings\"", json!([reading(vec![], None)]));
    chain.answers("\"feed\":{", feed(None));
    chain.refuses("\"solvency\"", "not in the script");
}
