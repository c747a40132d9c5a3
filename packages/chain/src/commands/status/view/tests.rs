#![allow(clippy::unwrap_used)]
use super::super::super::system::tests::units;
use super::*;
use ballast_types::market::{LiquidationPrice, MarketParams, MarketResponse, Reference, SideState};
use ballast_types::oracle::AcceptedPrice;
use ballast_types::policy::{Decision, HedgeAction, PolicyParams, Targets};
use ballast_types::vault::ConfigResponse;
use ballast_types::{CoinInfo, Money};
use cosmwasm_std::{Addr, Decimal256, Uint128};

fn ratio(text: &str) -> Decimal256 {
    text.parse().unwrap()
}

fn health(leverage: &str) -> StressResponse {
    let targets = Targets {
        volatility: ratio("0.8"),
        assumed_rise: ratio("0.5"),
        leverage_min: ratio("1.2"),
        leverage_target: ratio("1.9"),
        leverage_max: ratio("2.4"),
        leverage_emergency: ratio("3.1"),
        funding_forecast: "-0.05".parse().unwrap(),
        hedge_target: ratio("0.95"),
        hedge_low: ratio("0.92"),
        hedge_high: ratio("0.98"),
    };
    let state = HedgeState {
        nav: Money::from_amount(Uint128::new(1_250_000_000)),
        leverage: Leverage::Finite(ratio(leverage)),
        margin_ratio: Some("0.5".parse().unwrap()),
        liquidation_price: LiquidationPrice::Above(ratio("21.5")),
        hedge_ratio: ratio("0.97"),
        coins_needed: Uint128::new(3_000_000),
        covered: true,
        targets,
    };
    let decision = Decision { rule: None, action: HedgeAction::None };
    StressResponse {
        collateral_price: Decimal256::one(),
        discount: None,
        price: ratio("12.5"),
        before: state,
        decision,
        after: state,
    }
}

fn status() -> Status {
    let coin = |denom: &str| CoinInfo { denom: denom.into(), decimals: 6 };
    let market = MarketResponse {
        market: "atom-usdc".into(),
        base: coin("uatom"),
        quote: coin("uusdc"),
        oracle: Addr::unchecked("oracle"),
        index_feed: "atom/usdc".into(),
        collateral_feed: None,
        reference: Reference::Constant { rate: "0.1".parse().unwrap() },
        params: MarketParams::defaults(6),
        long: SideState::default(),
        short: SideState::default(),
        prices: Default::default(),
        status: Default::default(),
        hedger: None,
        feed: None,
    };
    let config = ConfigResponse {
        venue: Addr::unchecked("market"),
        market: "atom-usdc".into(),
        base: coin("uatom"),
        quote: coin("uusdc"),
        policy: PolicyParams::default(),
        deposit_cap: Some(Uint128::new(5_000_000_000_000)),
        guardian: Addr::unchecked("guardian"),
        stopped: vec![],
    };
    let price = Reading {
        feed: "atom/usdc".into(),
        value: "12.5".parse().unwrap(),
        upper: None,
        redemption: None,
        confidence: Decimal256::zero(),
        average: "12.5".parse().unwrap(),
        volatility: ratio("0.8"),
        time: Timestamp::from_seconds(1_577_836_800),
        stale_at: Timestamp::from_seconds(1_577_836_860),
        usable_seconds: Some(3_600),
        confirm_from: None,
        flags: vec![],
    };
    let error = || "no price yet".to_owned();
    Status {
        chain: "ballast-local".into(),
        height: 42,
        time: 1_577_836_807,
        vault: "vault".into(),
        market_contract: "market".into(),
        oracle: "oracle".into(),
        supply: Uint128::new(1_000_000_000_000_000),
        share_price: None,
        config,
        position: Part::Unknown { error: error() },
        health: Part::Known(health("2.0")),
        next_action: Part::Known(Decision { rule: None, action: HedgeAction::None }),
        market,
        pool: Part::Unknown { error: error() },
        solvency: Part::Unknown { error: error() },
        feeds: vec![price],
        collateral_feeds: Part::Known(vec![]),
        regression: None,
        held_back: None,
        closing: None,
        price_age: Some(7),
        funding_lapsed_at: None,
        min_deposit: None,
        paused: vec![],
    }
}

fn has(text: &str, line: &str) {
    let wanted: Vec<_> = line.split_whitespace().collect();
    let found = text.lines().any(|line| line.split_whitespace().collect::<Vec<_>>() == wanted);
    assert!(found, "no line '{line}' in\n{text}");
}

#[test]
fn a_glance_shows_the_hedge_beside_its_bounds() {
    let text = render(&status(), &units());
    for line in [
        "chain ballast-local at height 42, vault vault",
        "supply 1,000 bATOM",
        "deposit cap 5,000,000 usdc",
        "leverage 2.000",
        "its bounds L_min 1.200, L* 1.900, L_max 2.400, emergency 3.100",
        "liquidation 21.5000 usdc/atom and above",
        "hedge ratio 97.00 %, target 95.00 % (left alone from 92.00 % to 98.00 %)",
        "price 12.5000 usdc/atom, 7 s old, stale in 53 s",
        "volatility 80.00 % a year",
        "nothing is due",
    ] {
        has(&text, line);
    }
}

#[test]
fn what_a_contract_cannot_say_yet_is_said_instead_of_failing() {
    let mut status = status();
    status.health = Part::Unknown { error: "no price yet".to_owned() };
    status.next_action = Part::Unknown { error: "no price yet".to_owned() };
    status.feeds.iter_mut().for_each(|feed| feed.flags = vec![Flag::Missing]);
    let text = render(&status, &units());
    has(&text, "price atom/usdc has no value");
    has(&text, "not known: no price yet");
}

#[test]
fn everything_that_is_off_says_so_and_until_when() {
    let mut status = status();
    assert_eq!(paused(&status), Vec::<String>::new());
    status.config.stopped = vec![VaultAction::Deposit];
    status.market.status.off = vec![MarketAction::Reduce, MarketAction::PoolIn];
    status.market.status.reduce_from = Some(Timestamp::from_seconds(1_577_836_800));
    status.health = Part::Known(health("2.5"));
    status.feeds.iter_mut().for_each(|feed| feed.flags = vec![Flag::Uncertain]);
    assert_eq!(
        paused(&status),
        [
            "vault: deposits are stopped by its guardian or owner",
            "market: reducing positions is off until 2020-01-01T00:00:00Z",
            "market: deposits into the pool is off",
            "the oracle's price is too uncertain: the market refuses opening and growing positions (so deposits), settling, \
             withdrawing margin, the pool in and out, buying coins from the pool",
            "vault: deposits wait until leverage is below L_max",
        ]
    );
}

/// An hour from now, or since an hour ago, for 49 h.
#[test]
fn a_market_that_closes_says_when_it_opens() {
    let mut status = status();
    assert!(!render(&status, &units()).contains("\n  market "), "one that never closes says nothing");
    let closing = |from| ballast_types::oracle::Closing {
        from: Timestamp::from_seconds(from),
        until: Timestamp::from_seconds(from + 49 * 3_600),
    };
    status.closing = Some(closing(status.time + 3_600));
    has(&render(&status, &units()), "market open until 2020-01-01T01:00:07Z, in 60 min, then closed for 49 h");
    status.closing = Some(closing(status.time - 3_600));
    let closed = "CLOSED until 2020-01-03T00:00:07Z, in 2 d";
    has(&render(&status, &units()), &format!("market {closed}, then two prices until it can be used"));
    status.feeds.iter_mut().for_each(|feed| feed.flags = vec![Flag::Stale]);
    let refused = paused(&status);
    assert!(refused[0].ends_with(&format!("buying coins from the pool (its market is {closed})")), "{refused:?}");
}

#[test]
fn a_closing_longer_than_the_reaction_time_is_warned_of() {
    let mut status = status();
    let bounds = |longest_closing| {
        let (max_confidence, max_jump) = (ratio("0.008"), ratio("0.15"));
        Some(ballast_types::market::FeedBounds { max_confidence, max_jump, longest_closing })
    };
    status.config.policy.reaction_time = 72 * 3_600;
    for covered in [None, Some(72 * 3_600)] {
        status.market.feed = bounds(covered);
        assert!(!render(&status, &units()).contains("WARNING"));
    }
    status.market.feed = bounds(Some(96 * 3_600 + 900));
    has(
        &render(&status, &units()),
        "WARNING the longest closing to come is 96.25 h, but the vault counts with keepers who act within 72 h: raise its \
         reaction_time with update_policy before then",
    );
}

#[test]
fn a_stale_price_says_for_how_long() {
    let mut status = status();
    status.time = 1_577_836_860 + 600;
    has(&render(&status, &units()), "price 12.5000 usdc/atom, 7 s old, stale for 10 min");
}

#[test]
fn whose_room_is_kept_and_what_is_held_back_is_said() {
    let mut status = status();
    has(&render(&status, &units()), "keeps room for nobody: strangers may fill the market, and the vault cannot hedge");
    status.market.hedger = Some(Addr::unchecked("vault"));
    has(&render(&status, &units()), "keeps room for this vault");
    status.market.hedger = Some(Addr::unchecked("another"));
    has(&render(&status, &units()), "keeps room for another, which is NOT this vault");

    let price = status.feeds.first_mut().unwrap();
    price.flags = vec![Flag::Jump];
    price.confirm_from = Some(Timestamp::from_seconds(1_577_836_827));
    status.held_back = Some(AcceptedPrice { price: ratio("15"), time: Timestamp::from_seconds(1_577_836_797) });
    has(
        &render(&status, &units()),
        "held back 15.0000 usdc/atom since 2019-12-31T23:59:57Z; a value published from 2020-01-01T00:00:27Z on, in 20 s, \
         may confirm it",
    );
    status.time = 1_577_836_827;
    has(
        &render(&status, &units()),
        "held back 15.0000 usdc/atom since 2019-12-31T23:59:57Z; a value published now may confirm it",
    );
}

fn position() -> VaultPositionResponse {
    let flags = vec![];
    let prices =
        ballast_types::market::Prices { index: ratio("12.5"), collateral: ratio("12.5"), flags, ..Default::default() };
    let measures = ballast_types::market::Measures {
        notional: Money::ZERO,
        closing_cost: Money::ZERO,
        equity: Money::ZERO,
        secured_equity: Money::ZERO,
        leverage: Leverage::None,
        margin_ratio: None,
        liquidation_price: LiquidationPrice::Never,
    };
    let venue = ballast_types::market::PositionResponse {
        position: Default::default(),
        measures,
        withdrawable: Default::default(),
        prices,
        terms: ballast_types::market::Terms::from(&MarketParams::defaults(6)),
        funding: ballast_types::market::FundingRates { short: "0.05".parse().unwrap(), ..Default::default() },
        capacity: Default::default(),
        base_for_sale: Default::default(),
        status: Default::default(),
        open_seconds: 0,
    };
    VaultPositionResponse {
        idle: Default::default(),
        venue,
        nav: Money::from_amount(Uint128::new(1_250_000_000)),
        shares: Uint128::new(1_000_000_000_000_000),
        reference_mean: SignedDecimal256::zero(),
        paid_mean: SignedDecimal256::zero(),
        cost_spent: Money::ZERO,
        time: Timestamp::from_seconds(1_577_836_807),
    }
}

#[test]
fn values_say_which_price_they_are_at_and_a_price_that_is_not_used_says_so() {
    let mut status = status();
    let mut position = position();
    status.position = Part::Known(position.clone());
    let text = render(&status, &units());
    has(&text, "both at 12.5000 usdc/atom");
    has(&text, "measured at 12.5000 usdc/atom");
    has(&text, "price 12.5000 usdc/atom, 7 s old, stale in 53 s");

    position.venue.prices.flags = vec![Flag::Jump];
    status.position = Part::Known(position);
    let price = status.feeds.first_mut().unwrap();
    (price.value, price.flags) = ("15".parse().unwrap(), vec![Flag::Jump]);
    let text = render(&status, &units());
    has(&text, "net asset value 1,250.00 usdc");
    has(&text, "both at 12.5000 usdc/atom, the last accepted price: the oracle's cannot be used now");
    has(&text, "measured at 12.5000 usdc/atom, the last accepted price: the oracle's cannot be used now");
    has(&text, "price 15.0000 usdc/atom, 7 s old, stale in 53 s: NOT USED, see its flags");
    has(&text, "flags held back after a jump");
}

#[test]
fn a_funding_rate_that_has_lapsed_says_since_when_and_how_it_is_renewed() {
    let mut status = status();
    let mut position = position();
    status.position = Part::Known(position.clone());
    has(&render(&status, &units()), "short earns now +5.00 %");
    assert!(!render(&status, &units()).contains("LAPSED"));
    // Three hours before the status.
    status.funding_lapsed_at = Some(1_577_836_807 - 3 * 3_600);
    let text = render(&status, &units());
    let lapsed = "LAPSED the rate that the market goes on with lapsed 3 h ago, nobody earns the reference since:";
    has(&text, &format!("{lapsed} `ballast-chain keep` renews it, as does any order"));
    has(&text, "short would earn +5.00 %");
    position.venue.funding.stale_at = Some(Timestamp::from_seconds(1_577_836_800));
    status.position = Part::Known(position);
    has(&render(&status, &units()), &format!("{lapsed} publish a newer rate, then run `ballast-chain keep`"));
}

#[test]
fn an_empty_vault_names_its_least_first_deposit_and_an_empty_pool_that_it_is_empty() {
    let mut status = status();
    status.position = Part::Known(position());
    status.min_deposit = Some(Uint128::new(8_000_000));
    has(&render(&status, &units()), "min first deposit 8 atom: its hedge must be worth 100 usdc");
    status.pool = Part::Known(PoolResponse {
        pool: Default::default(),
        total_shares: Uint128::zero(),
        notice: Uint128::zero(),
        value_high: Money::ZERO,
        value_low: Money::ZERO,
        shares: Uint128::zero(),
        request: None,
        request_from: None,
        base_for_sale: Default::default(),
    });
    assert_eq!(
        paused(&status),
        ["pool: it is empty, so no deposit can be hedged: ballast-chain pool-deposit fills it"]
    );
}

#[test]
fn a_rescue_that_answers_a_price_that_is_held_back_says_so() {
    let mut status = status();
    let mut position = position();
    status.position = Part::Known(position.clone());
    let post = HedgeAction::BuyBase { quote: Uint128::new(7_000_000) };
    let due = |rule| Part::Known(Decision { rule: Some(rule), action: post.clone() });
    let shown = "rule 3 (leverage high), leverage is above its maximum: buy base from the pool for 7 usdc";
    status.next_action = due(Rule::LeverageHigh);
    has(&render(&status, &units()), shown);
    position.venue.prices.held_back = Some(ratio("15"));
    status.position = Part::Known(position);
    has(&render(&status, &units()), &format!("{shown} (at the price that is held back)"));
    status.next_action = due(Rule::IdleQuote);
    assert!(!render(&status, &units()).contains("(at the price"));
}

/// A staked coin that is redeemed for 13.125 and sells for 20 % less.
fn staked(flags: Vec<Flag>) -> Status {
    let mut status = status();
    status.market.collateral_feed = Some("statom/usdc".into());
    let mut position = position();
    position.venue.prices.collateral = ratio("10.5");
    position.venue.prices.collateral_range = Some(ballast_types::market::CollateralRange {
        low: ratio("10.5"),
        high: ratio("13.125"),
        redemption: ratio("13.125"),
        spread: ratio("0.001"),
        discount: ratio("0.2"),
        mean_discount: ratio("0.011"),
        lasting_low: ratio("12.98"),
        lasting_high: ratio("12.98"),
        held_back: None,
        time: Timestamp::from_seconds(1_577_836_800),
        flags,
    });
    status.position = Part::Known(position);
    let index = status.feeds.first().unwrap().clone();
    let feed = |feed: &str, value: &str, upper: Option<&str>, flags: Vec<Flag>| Reading {
        feed: feed.into(),
        value: value.parse().unwrap(),
        upper: upper.map(|upper| upper.parse().unwrap()),
        redemption: upper.map(|upper| upper.parse().unwrap()),
        flags,
        ..index.clone()
    };
    status.collateral_feeds = Part::Known(vec![
        feed("statom/usdc", "10.5", Some("13.125"), vec![]),
        feed("statom/market", "10.5", None, vec![Flag::Uncertain]),
        feed("statom/rate", "0", None, vec![Flag::Missing]),
    ]);
    status
}

#[test]
fn a_staked_coin_shows_both_prices_its_discount_and_each_feed_behind_them() {
    let text = render(&staked(vec![Flag::Discount]), &units());
    for line in [
        "sells for 10.5000 usdc/atom",
        "redeemed for 13.1250 usdc/atom",
        "discount 20.00 %, mean of a day 1.10 %",
        "flags far below what the coin is redeemed for",
        "feed statom/usdc is 10.5000 to 13.1250, redeemed for 13.1250, stale in 53 s",
        "feed statom/market is 10.5000, stale in 53 s, too uncertain",
        "feed statom/rate has no value",
    ] {
        has(&text, line);
    }
    assert!(!render(&status(), &units()).contains("deposited coin"));
}

#[test]
fn a_discount_that_stops_deposits_says_so_and_one_that_is_usual_does_not() {
    assert_eq!(
        paused(&staked(vec![Flag::Discount])),
        ["vault: deposits, rule 4 at a loss, rules 5 and 7 wait, because the coin sells for 20.00 % less than it is \
          redeemed for, 1.10 % in the mean of a day"]
    );
    assert_eq!(paused(&staked(vec![])), Vec::<String>::new());
    let stale = paused(&staked(vec![Flag::Stale]));
    assert!(stale[0].starts_with("the oracle's collateral price is stale: the market refuses opening"), "{stale:?}");
}

#[test]
fn a_hedge_that_starts_from_another_ratio_than_one_shows_it() {
    let mut status = status();
    assert!(!render(&status, &units()).contains("minimum variance"));
    status.config.policy.min_variance_hedge = ratio("0.85");
    has(&render(&status, &units()), "minimum variance 85.00 %, from which h* starts");
}

#[test]
fn the_oracles_estimate_stands_beside_the_ratio_that_the_owner_has_set() {
    let mut status = status();
    let estimate = |ratio: Option<&str>| RegressionResponse {
        covariance: "0.4".parse().unwrap(),
        variance: "0.5".parse().unwrap(),
        ratio: ratio.map(|ratio| ratio.parse().unwrap()),
        returns: 1_234,
        seconds: 4_442_400,
        time: None,
    };
    status.regression = Some(estimate(Some("0.8")));
    let set = "minimum variance 100.00 %, from which h* starts; the oracle's estimate is";
    has(&render(&status, &units()), &format!("{set} +80.00 %, from 1,234 hourly returns"));
    status.regression = Some(estimate(None));
    has(&render(&status, &units()), &format!("{set} not known yet, from 1,234 hourly returns"));
}
