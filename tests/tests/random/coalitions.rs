//! Whoever acts together at one price takes no more out than was brought, but for what the market and the vault offer to
//! everybody: the discount on base that others left, the bonus of an auction, and a liquidator's reward.

use ballast_testkit::{Sanity, Suite, ATOM, MARKET, USDC};
use ballast_tests::{number, PAYING};
use ballast_types::market::{ExecuteMsg as MarketMsg, PositionState, PositionsResponse, QueryMsg as MarketQuery};
use ballast_types::policy::Rule;
use ballast_types::Purse;
use cosmwasm_std::Uint128;
use proptest::prelude::*;

use super::deeds::{in_the_market, in_the_vault, leave_market, to_market, withdraw, Deed};
use super::{minted_in, quiet, value, wait, CASES};
use crate::scenarios::strangers::{close, open};

/// The first three act together; the others hold what they have.
const USERS: [&str; 5] = ["mallory", "trudy", "eve", "bull", "bear"];
const TOGETHER: usize = 3;

/// A vault that has paid losses in coins, which are for sale, and a long and a short of others at the last price.
fn stage() -> Suite {
    let mut suite = begin("0");
    for price in ["12", "13", "14.5", "16", "11"] {
        walk_to(&mut suite, price, false);
    }
    // Whoever won or lost so far has settled.
    for who in ["bull", "bear"] {
        suite.adjust(who, close(), &[]).unwrap();
    }
    open(&mut suite, "bull", 300 * ATOM as i128, Purse::quote((900 * USDC).into()));
    open(&mut suite, "bear", -300 * ATOM as i128, Purse::base((90 * ATOM).into()));
    assert!(!suite.solvency().pool.base.is_zero(), "base is for sale");
    suite
}

/// The same with something for everybody: the vault has won dollars that rule 7 wants to spend, and the long, opened at
/// 13 with 620 dollars for 300 coins, has less than 20 dollars left at 11, 0.6 % of its size, and can be liquidated. Either the
/// pool has coins for the vault's dollars, or they are in an auction.
fn stage_of_all_roles(auction: bool) -> Suite {
    // Rule 7 buys coins only where hedging them earns something; this is less than a unit.
    let mut suite = begin("0.000000001");
    for price in ["12", "14", "16"] {
        walk_to(&mut suite, price, false);
    }
    suite.adjust("bull", close(), &[]).unwrap();
    walk_to(&mut suite, "13", true);
    open(&mut suite, "bull", 300 * ATOM as i128, Purse::quote((620 * USDC).into()));
    walk_to(&mut suite, "11", true);
    assert!(!suite.solvency().pool.base.is_zero(), "base is for sale");
    assert_eq!(suite.next_action().rule, Some(Rule::IdleQuote));
    if auction {
        suite.buy_base("buyer", 50_000 * USDC).unwrap();
        suite.rebalance().unwrap();
        assert!(suite.auction().clock.is_some());
    }
    suite
}

fn begin(reference: &str) -> Suite {
    let mut suite = quiet(reference);
    suite.sanity = Sanity::OnDemand;
    // With a part of the pool that may leave, the coalition earns on what others pay.
    for who in &USERS[..TOGETHER] {
        suite.pool_deposit(who, 100_000 * USDC).unwrap();
    }
    wait(&mut suite, 73 * 3600);
    suite.deposit("alice", 2_000 * ATOM).unwrap();
    open(&mut suite, "bull", 300 * ATOM as i128, Purse::quote((3_000 * USDC).into()));
    open(&mut suite, "bear", -300 * ATOM as i128, Purse::new((400 * ATOM).into(), (500 * USDC).into()));
    suite
}

/// A new price, and keepers until nothing is due, or nothing but rule 7.
fn walk_to(suite: &mut Suite, price: &str, keep_dollars: bool) {
    suite.advance(3600);
    suite.jump(price);
    for _ in 0..6 {
        let due = suite.next_action().rule;
        if due.is_none() || (keep_dollars && due == Some(Rule::IdleQuote)) {
            break;
        }
        suite.rebalance().unwrap();
    }
}

/// Coins of the coalition: what its members hold now.
fn held(suite: &Suite) -> Purse {
    USERS[..TOGETHER].iter().fold(Purse::EMPTY, |sum, who| sum.plus(suite.coins(who)).unwrap())
}

/// The coalition does all this, then closes everything and leaves. No step makes it richer by more than is offered in
/// it. Returns what it has gained in all.
fn gain(suite: &mut Suite, deeds: &[Deed]) -> f64 {
    let start = Seen::now(suite);
    let mut before = start.clone();
    for deed in deeds {
        deed.done_by(suite, &USERS);
        let after = Seen::now(suite);
        let brought = value(suite, after.minted.minus(before.minted).unwrap());
        let (richer, offered) = (after.wealth - before.wealth - brought, before.offered(suite, &after, deed));
        assert!(richer <= offered + UNITS, "{deed:?} makes the coalition richer by {richer}, offered is {offered}");
        before = after;
    }
    leave(suite);
    value(suite, held(suite)) - start.wealth - value(suite, minted_in(suite).minus(start.minted).unwrap())
}

/// What roundings of several amounts come to, and numbers of 16 digits for billions of units.
const UNITS: f64 = 8.0;

fn leave(suite: &mut Suite) {
    for who in &USERS[..TOGETHER] {
        drop(suite.redeem_all(who));
        leave_market(suite, who).unwrap();
        to_market(suite, who, &MarketMsg::PoolCancel { market: MARKET.into(), provider: None });
    }
    wait(suite, 4 * 24 * 3600);
    for who in &USERS[..TOGETHER] {
        let shares = suite.pool(who).shares;
        drop(suite.pool_request(who, shares));
    }
    wait(suite, 25 * 3600);
    for who in &USERS[..TOGETHER] {
        withdraw(suite, who);
    }
}

/// What counts between two steps.
#[derive(Clone)]
struct Seen {
    minted: Purse,
    /// Coins of the coalition, its margins with PnL, its part of the pool and its part of the vault, in units of quote.
    wealth: f64,
    for_sale: Uint128,
    /// Value of the vault's short.
    hedged: f64,
    /// Value of the size of a long that may be liquidated.
    long: f64,
}

impl Seen {
    fn now(suite: &Suite) -> Seen {
        let positions = MarketQuery::Positions { market: MARKET.into(), start_after: None, limit: Some(30) };
        let positions = suite.ask_market::<PositionsResponse>(positions).unwrap().positions;
        let of = |who: &str| positions.iter().find(|e| e.owner == suite.account(who)).map(|e| e.position);
        let unsettled = |p: &PositionState| number(p.price_pnl) + number(p.funding);
        let won: f64 = positions.iter().map(|e| unsettled(&e.position)).sum();
        let (pools, vault) = (USERS[..TOGETHER].iter().map(|who| suite.pool(who)), suite.vault_position());
        let pools: Vec<_> = pools.collect();
        let left = value(suite, pools[0].pool) - won;
        let of_pool = pools.iter().map(|p| number(p.shares)).sum::<f64>() / (number(pools[0].total_shares) + 1e6);
        let in_vault: f64 = USERS[..TOGETHER].iter().map(|who| number(suite.shares(who))).sum();
        let of_vault = in_vault / (number(vault.shares) + 1e6);
        let of_positions = USERS[..TOGETHER].iter().filter_map(|who| of(who));
        let of_positions: f64 = of_positions.map(|p| value(suite, p.margin) + unsettled(&p)).sum();
        Seen {
            minted: minted_in(suite),
            wealth: value(suite, held(suite)) + of_positions + of_pool * left + of_vault * number(vault.nav),
            for_sale: pools[0].pool.base,
            hedged: value(suite, Purse::base(vault.venue.position.size.unsigned_abs())),
            long: of("bull").map(|p| value(suite, Purse::base(p.size.unsigned_abs()))).unwrap_or_default(),
        }
    }

    /// What a step offers: the discount on base that it buys, what the vault pays for its trades, the bonus on base that
    /// is sold to it, and half of the fee of 0.5 % on a long that can be liquidated.
    fn offered(&self, suite: &Suite, after: &Seen, deed: &Deed) -> f64 {
        let bought = value(suite, Purse::base(self.for_sale.saturating_sub(after.for_sale)));
        match deed {
            Deed::BuyBase { .. } => bought * DISCOUNT,
            // The vault buys at a discount, of which its depositors have a part, and providers a part of what it pays.
            Deed::Rebalance { .. } => bought * DISCOUNT + (self.hedged - after.hedged).abs() * CHARGES,
            Deed::SellBase { .. } => value(suite, Purse::base(after.minted.base - self.minted.base)) * DISCOUNT,
            Deed::Liquidate { .. } => self.long * REWARD,
            _ => 0.0,
        }
    }
}

/// The greatest discount, which is the greatest bonus too.
const DISCOUNT: f64 = 0.003;
/// Fee of 0.05 % and the widest spread of an order, 0.3 %.
const CHARGES: f64 = 0.0035;
/// The liquidator's half of the fee.
const REWARD: f64 = 0.0025;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn at_one_price_no_coalition_takes_more_out_of_a_market_than_it_brings_and_the_discount(
        deeds in prop::collection::vec(in_the_market(TOGETHER, USERS.len() + 1), 20..40),
    ) {
        let mut suite = stage();
        let others = ["bull", "bear"].map(|who| suite.account(who));
        let of_others = |suite: &Suite| others.clone().map(|who| suite.position(&who).position);
        let before = (of_others(&suite), suite.vault_position().nav);
        let sale = value(&suite, Purse::base(suite.solvency().pool.base));
        let gained = gain(&mut suite, &deeds);
        prop_assert!(gained <= sale * DISCOUNT, "the coalition gains {gained} from base for {sale}");
        let now = suite.solvency();
        prop_assert!(now.bad_debt.is_zero() && now.insured.is_zero(), "{now:?}");
        prop_assert_eq!((of_others(&suite), suite.vault_position().nav), before);
        suite.check();
    }

    #[test]
    fn at_one_price_no_coalition_of_all_roles_gains_more_than_it_is_offered(
        deeds in prop::collection::vec(
            prop_oneof![in_the_market(TOGETHER, USERS.len() + 1), in_the_vault(TOGETHER)],
            20..40,
        ),
        auction in any::<bool>(),
    ) {
        let mut suite = stage_of_all_roles(auction);
        let vault = suite.vault_position();
        let sale = value(&suite, Purse::base(suite.solvency().pool.base));
        let long = Seen::now(&suite).long;
        let gained = gain(&mut suite, &deeds);
        let offered = (sale + number(vault.idle.quote)) * DISCOUNT + long * REWARD;
        prop_assert!(gained <= offered, "the coalition gains {gained}, offered was {offered}");
        let now = suite.solvency();
        prop_assert!(now.bad_debt.is_zero() && now.insured.is_zero(), "{now:?}");
        suite.check();
    }
}

#[test]
fn the_discount_can_be_earned_and_no_more() {
    let mut suite = stage();
    let sale = suite.solvency().pool.base;
    // six hours until the discount is at its greatest
    wait(&mut suite, 7 * 3600);
    let paid = suite.buy_base("buyer", 40_000 * USDC).unwrap();
    assert_eq!(paid.base, sale);
    let (sale, paid) = (value(&suite, Purse::base(sale)), number(paid.quote));
    assert!((sale - paid - sale * DISCOUNT).abs() < UNITS, "{paid} for {sale}");
}

#[test]
fn a_liquidator_earns_half_of_what_is_left_and_an_auction_pays_its_bonus() {
    let mut suite = stage_of_all_roles(true);
    // A loss of 2 dollars a coin leaves less than the fee of 0.5 %: the liquidator gets half of it.
    let bull = suite.account("bull");
    let left = suite.position(&bull).position.margin.quote.u128() - 600 * USDC;
    assert!(left < 300 * 11 * USDC / 200);
    suite.liquidate("liquidator", &bull).unwrap();
    assert_eq!(suite.coins("liquidator"), Purse::quote((left / 2).into()));

    // at the full bonus of 0.3 %; the fee and a spread of 0.3 % for the hedge are taken off
    wait(&mut suite, 7 * 3600);
    let paid = number(suite.sell_base("seller", 50 * ATOM, 1).unwrap().quote);
    let spread = number(suite.market_state().prices.spread);
    let worth = 50.0 * 11e6;
    let hedged = worth * (0.0005 + spread) / PAYING;
    assert!((paid - (worth * 1.003 - hedged)).abs() < 20.0, "{paid} for {worth} at a spread of {spread}");
}
