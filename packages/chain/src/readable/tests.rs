#![allow(clippy::unwrap_used)]
use ballast_math::Money;
use ballast_oracle::ContractError as Oracle;
use ballast_perp_market::ContractError as Market;
use ballast_types::market::MarketAction;
use ballast_types::Purse;
use ballast_vault::ContractError as Vault;
use cosmwasm_std::Uint128;
use hedge_policy::PolicyError as Policy;
use perp_engine::EngineError as Engine;

use super::*;

/// Atom and usdc of six decimals, shares of twelve.
fn local() -> ChainFile {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/chains/local.toml");
    ChainFile::read(&path).unwrap()
}

#[test]
fn amounts_of_contracts_are_shown_in_whole_coins() {
    for (text, shown) in [
        (
            "slack of -317508454.143219 would be below the 0 required",
            "slack of -317.508454 usdc would be below the 0 usdc required",
        ),
        (
            "a short of 12500000000 is needed, the market takes 250000 more: deposit less",
            "a short of 12,500 atom is needed, the market takes 0.25 atom more: deposit less",
        ),
        ("1500000000000 shares asked for, there are 1000000000000", "1.5 bATOM asked for, there are 1 bATOM"),
        (
            "the exit costs 2500000 units of quote, above 2000000: to leave at this cost, give min_base and min_quote",
            "the exit costs 2.5 usdc, above 2 usdc: to leave at this cost, give min_base and min_quote",
        ),
        (
            "wasm1owner: a position of 99000000.5 is below the least of 100000000",
            "wasm1owner: a position of 99 usdc is below the least of 100 usdc",
        ),
    ] {
        assert_eq!(readable(text, &local()), shown);
    }
}

#[test]
fn seconds_of_contracts_are_shown_as_times() {
    for (text, shown) in [
        (
            "shares under notice cannot be withdrawn before 1795738947 (seconds)",
            "shares under notice cannot be withdrawn before 2026-11-27T00:22:27Z",
        ),
        (
            "Reduce cannot be paused before 1577836800: it came back a short time ago",
            "Reduce cannot be paused before 2020-01-01T00:00:00Z: it came back a short time ago",
        ),
        (
            "the value of atom/usdc is of 1577836799.500000000, before the same publisher's last of 1577836800.000000000",
            "the value of atom/usdc is of 2019-12-31T23:59:59Z, before the same publisher's last of 2020-01-01T00:00:00Z",
        ),
    ] {
        assert_eq!(readable(text, &local()), shown);
    }
}

#[test]
fn rules_are_shown_by_name_and_all_other_text_as_it_is() {
    assert_eq!(readable("after rule Some(Emergency)", &local()), "after rule Emergency");
    for text in ["the market has no price yet", "Some(", "", "price 12.5 is outside of 0.1 to 5", "ü 7 (secs)"] {
        assert_eq!(readable(text, &local()), text);
    }
}

const UNITS: Uint128 = Uint128::new(123_456_789);
const SECONDS: u64 = 1_577_836_800;

fn money() -> Money {
    Money::from_amount(UNITS)
}

/// Every sentence of a contract with an amount of a coin in it, all of them of the same number.
fn amounts() -> Vec<String> {
    let (money, units, owner) = (money(), UNITS, || "wasm1owner".to_owned());
    let coin = |denom: &str| Vault::TooLittlePaid { denom: denom.into(), paid: units, min: units }.to_string();
    let purse = Purse::new(units, units);
    let engine = [
        Engine::MarginUncovered { owed: units, missing: units },
        Engine::MarginTooSmall { asked: purse, margin: purse },
        Engine::InitialMargin { secured_equity: money, required: money },
        Engine::RatioFalls { equity: money, required: money },
        Engine::PositionTooSmall { notional: money, min: units },
        Engine::OpenInterestCap { entry_value: units, max: units },
        Engine::OpenInterestUnits { size: units, max: units },
        Engine::OthersShortCap { entry_value: units, max: units },
        Engine::SizeAddedCap { added: units, max: units },
        Engine::Slack { slack: money, required: money },
        Engine::CostLimit { cost: units, limit: units },
        Engine::NotAtCap { profit: money, cap: money },
        Engine::BeyondCap { profit: money, cap: money },
        Engine::PoolWorthless { value: money },
        Engine::OwesTooLittle { loss: money, least: money },
    ];
    let vault = [
        Vault::AmountMismatch { amount: units, attached: units },
        Vault::Capacity { needed: units, capacity: units },
        Vault::NavNotPositive { nav: money, supply: units },
        Vault::NothingAdded { added: money },
        Vault::ZeroShares { added: money },
        Vault::TooFewShares { shares: units, min: units },
        Vault::DepositCap { nav: money, cap: units },
        Vault::NotEnoughShares { amount: units, held: units },
        Vault::ZeroPayout { shares: units },
        Vault::ExitCost { cost: units, max: units },
        Vault::NoAuction { quote: units },
        Vault::AuctionTooLarge { base: units, most: units },
        Vault::CostTooHigh { cost: units, max: units },
    ];
    let policy = [
        Policy::Unreserved { slack: Box::new(money) },
        Policy::TooLarge { closed: Box::new(units), size: Box::new(units) },
    ];
    let market = [
        Market::TooLittle { paid: units, coin: "base", min: units },
        Market::TooLittle { paid: units, coin: "quote", min: units },
        Market::Position { owner: owner(), error: Box::new(Engine::Slack { slack: money, required: money }) },
    ];
    let mut all = vec![coin("uatom"), coin("uusdc")];
    all.extend(engine.iter().map(ToString::to_string));
    all.extend(vault.iter().map(ToString::to_string));
    all.extend(policy.iter().map(ToString::to_string));
    all.extend(market.iter().map(ToString::to_string));
    all
}

#[test]
fn no_contract_has_a_sentence_that_stays_in_smallest_units() {
    for text in amounts() {
        assert!(text.contains("123456789"), "{text}");
        let shown = readable(&text, &local());
        assert!(!shown.replace("0.000123456789 bATOM", "").contains("123456789"), "{shown}");
        let coins = ["123.456789 atom", "123.456789 usdc", "0.000123456789 bATOM"];
        assert!(coins.iter().any(|coin| shown.contains(coin)), "{shown}");
        assert!(
            !shown.contains("usdc quote") && !shown.contains("of quote") && !shown.contains("atom units"),
            "{shown}"
        );
    }
}

#[test]
fn no_contract_has_a_sentence_that_stays_in_seconds() {
    let (shares, provider) = (Uint128::new(5), || "wasm1lp".to_owned());
    let engine = [
        Engine::UnderNotice { from: SECONDS },
        Engine::RequestLapsed { at: SECONDS },
        Engine::DefenceCooldown { action: MarketAction::Reduce, from: SECONDS },
        Engine::GraceCounts { from: SECONDS },
    ];
    let market = [
        Market::Barred { from: SECONDS },
        Market::RequestStands { shares, until: SECONDS },
        Market::NotLapsed { provider: provider(), until: SECONDS },
    ];
    let at = Timestamp::from_seconds(SECONDS);
    let oracle = [
        Oracle::FromFuture { feed: "atom/usdc".into(), time: at, now: at },
        Oracle::BackInTime { feed: "atom/usdc".into(), time: at, last: at },
    ];
    let mut all: Vec<String> = engine.iter().map(ToString::to_string).collect();
    all.extend(market.iter().map(ToString::to_string));
    all.extend(oracle.iter().map(ToString::to_string));
    for text in all {
        assert!(text.contains("1577836800"), "{text}");
        let shown = readable(&text, &local());
        assert!(!shown.contains("1577836800") && shown.contains("2020-01-01T00:00:00Z"), "{shown}");
    }
}
