#![allow(clippy::unwrap_used)]
use ballast_math::Money;
use ballast_oracle::ContractError as Oracle;
use ballast_perp_market::ContractError as Market;
use ballast_types::market::MarketAction;
use ballast_types::oracle::{FeedKind, Flag, PriceUse};
use ballast_types::vault::VaultAction;
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
            "wasm1owner: a position of 99000000.5 units of quote is below the minimum of 100000000",
            "wasm1owner: a position of 99 usdc is below the minimum of 100 usdc",
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
            "reducing positions cannot be paused before 2020-01-01T00:00:00Z: it came back a short time ago",
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
    assert_eq!(readable("after rule Some(Emergency)", &local()), "after rule 2 (emergency)");
    for text in [
        "the market has no price yet",
        "Some(",
        "",
        "price 12.5 is outside of 0.1 to 5",
        "ü 7 (secs)",
        "99999999999999999 (seconds)",
    ] {
        assert_eq!(readable(text, &local()), text);
    }
}

const UNITS: Uint128 = Uint128::new(123_456_789);
const SECONDS: u64 = 1_577_836_800;

fn money() -> Money {
    Money::from_amount(UNITS)
}

/// Every contract error that contains an amount of a coin, all with the same number.
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
        Engine::OwesTooLittle { loss: money, min: money },
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
            !shown.contains("Purse")
                && !shown.contains("usdc quote")
                && !shown.contains("of quote")
                && !shown.contains("atom units"),
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

#[test]
fn flags_uses_and_what_is_switched_off_are_said_in_words() {
    let (off, flags) = (vec![MarketAction::Increase, MarketAction::MarginIn], vec![Flag::Stale, Flag::Uncertain]);
    for (error, shown) in [
        (
            Vault::VenueClosed { off: vec![], flags: vec![Flag::Stale] }.to_string(),
            "the venue takes no increase now, because its price is stale: enough publishers must publish a new value \
             (ballast-chain publish)",
        ),
        (
            Vault::VenueClosed { off: vec![], flags: vec![Flag::Jump] }.to_string(),
            "the venue takes no increase now, because its price is held back after a jump: a publisher must publish it \
             again to confirm it (ballast-chain publish); ballast-chain status shows from when on",
        ),
        (
            Vault::VenueClosed { off: vec![], flags: vec![Flag::Uncertain] }.to_string(),
            "the venue takes no increase now, because its price is too uncertain: try again later",
        ),
        (
            Vault::VenueClosed { off: vec![], flags: vec![Flag::Uncertain, Flag::Secondary] }.to_string(),
            "the venue takes no increase now, because its price is too uncertain and from the secondary feed alone: \
             enough publishers must publish a new value (ballast-chain publish)",
        ),
        (
            Vault::VenueClosed { off: off.clone(), flags: vec![] }.to_string(),
            "the venue takes no increase now, because it has switched off opening and growing positions and adding \
             margin: try again later",
        ),
        (
            Vault::VenueStuck { off, flags: flags.clone() }.to_string(),
            "the venue lets nobody reduce now, because it has switched off opening and growing positions and adding \
             margin and its price is stale and too uncertain: enough publishers must publish a new value \
             (ballast-chain publish)",
        ),
        (
            Engine::PriceFlagged { price_use: PriceUse::Pool, flags }.to_string(),
            "the price may not be used for the pool: it is stale and too uncertain: enough publishers must publish a new \
             value (ballast-chain publish)",
        ),
        (Engine::Paused { action: MarketAction::PoolOut }.to_string(), "withdrawals from the pool is switched off"),
        (
            Vault::Paused { action: VaultAction::Deposit }.to_string(),
            "depositing is switched off by the guardian; redemptions are not",
        ),
        (
            Oracle::WrongKind { feed: "atom/usdc".into(), kind: FeedKind::Price, asked: FeedKind::Rate }.to_string(),
            "the feed atom/usdc is a price, not a rate",
        ),
        (
            Oracle::WrongKind { feed: "statom/rate".into(), kind: FeedKind::RedemptionRate, asked: FeedKind::Rate }
                .to_string(),
            "the feed statom/rate is a redemption rate, not a rate",
        ),
    ] {
        assert_eq!(readable(&error, &local()), shown);
    }
}

/// Every name that a contract may write into an error.
#[test]
fn no_flag_use_or_action_is_without_a_word() {
    use MarketAction::{Increase, Liquidate, MarginIn, MarginOut, PoolIn, PoolOut, Reduce};
    let flags = [Flag::Missing, Flag::Invalid, Flag::Future, Flag::Stale, Flag::Jump, Flag::Uncertain, Flag::Secondary];
    let uses = [PriceUse::Increase, PriceUse::Reduce, PriceUse::Settle, PriceUse::MarginIn, PriceUse::MarginOut];
    let uses = uses.into_iter().chain([PriceUse::Liquidate, PriceUse::Pool, PriceUse::BuyBase]);
    let actions = [Increase, Reduce, MarginIn, MarginOut, Liquidate, PoolIn, PoolOut];
    let mut all: Vec<String> = flags.iter().map(|flag| format!("{flag:?}")).collect();
    all.extend(uses.map(|price_use| format!("{price_use:?}")));
    all.extend(actions.iter().map(|action| format!("{action:?}")));
    all.extend([VaultAction::Deposit, VaultAction::Rebalance].iter().map(|action| format!("{action:?}")));
    for name in all {
        assert!(words::worded(&name).is_some(), "{name}");
    }
    assert_eq!(words::worded("Nobody"), None);
}

#[test]
fn ratios_are_shown_to_three_digits_and_what_rounds_to_nothing_as_too_small() {
    let long = "2.712345678901234567";
    for (text, shown) in [
        (
            format!("leverage {long} is above 2.4: call rebalance first"),
            "leverage 2.712 is above 2.400: call rebalance first",
        ),
        (
            format!("leverage after the trade is {long}, above 2.4 and not below 2.5: nothing was done"),
            "leverage after the trade is 2.712, above 2.400 and not below 2.500: nothing was done",
        ),
        (
            Market::NoRequest { provider: "wasm1lp".into() }.to_string(),
            "wasm1lp has no request: ballast-chain pool-request makes one",
        ),
        (
            "a delta of -1500000 goes through zero from 1000000: close with reduce_only first".to_owned(),
            "a delta of -1.5 atom goes through zero from 1 atom: close with reduce_only first",
        ),
        (
            "7000000 shares are more than the 5000000 under notice".to_owned(),
            "7,000,000 shares of the pool are more than the 5,000,000 under notice",
        ),
    ] {
        assert_eq!(readable(&text, &local()), shown);
    }
}

#[test]
fn coins_that_the_chain_counts_in_units_are_shown_whole_and_without_its_prefixes() {
    for (text, shown) in [
        (
            "spendable balance 1500000uatom is smaller than 12500000uatom: insufficient funds",
            "spendable balance 1.5 atom is smaller than 12.5 atom: insufficient funds",
        ),
        (
            "insufficient fees; got: 0ucosm required: 5000ucosm: insufficient fee",
            "insufficient fees; got: 0 cosm required: 0.005 cosm: insufficient fee",
        ),
        (
            "Generic error: Querier contract error: a position of 10000000 units of quote is below the minimum of 100000000",
            "a position of 10 usdc is below the minimum of 100 usdc",
        ),
        ("Must send reserve token 'uatom'", "Must send reserve token 'uatom'"),
        ("5uatom2 and x5uatom and factory/5uatom/x", "5uatom2 and x5uatom and factory/5uatom/x"),
    ] {
        assert_eq!(readable(text, &local()), shown);
    }
}
