//! Sums over strangers by entry: one's debt does not offset another's gain.

use std::collections::BTreeMap;

use ballast_math::{FundingBasis, Money};
use ballast_types::market::Reference;
use cosmwasm_std::{Addr, Order, Uint128};
use cw_storage_plus::Map;
use perp_engine::{Direction, Group, Position};

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

type Key = (u8, (u16, i32));
type Sums = (Uint128, Uint128, FundingBasis);

/// Stored sums by side (longs: 1), entry price and entry funding.
fn kept(chain: &Chain) -> BTreeMap<Key, Sums> {
    const ENTRIES: Map<(&str, u8, (u16, i32)), Sums> = Map::new("entries");
    let storage = chain.app.contract_storage(&chain.market);
    ENTRIES.sub_prefix(NAME).range(&*storage, None, None, Order::Ascending).map(|entry| entry.unwrap()).collect()
}

/// Must hold after every message: the stored sums are those over all positions but the hedger's.
pub fn check(chain: &Chain) {
    const POSITIONS: Map<(&str, &Addr), Position> = Map::new("position");
    let hedger = chain.state().hedger;
    let storage = chain.app.contract_storage(&chain.market);
    let mut sums: BTreeMap<Key, Sums> = BTreeMap::new();
    for entry in POSITIONS.prefix(NAME).range(&*storage, None, None, Order::Ascending) {
        let (owner, position) = entry.unwrap();
        let Some(group) = Group::of(&position).unwrap().filter(|_| Some(owner) != hedger) else { continue };
        let key = (u8::from(group.direction == Direction::Long), (group.price, group.funding));
        let (size, entry_value, funding) = sums.entry(key).or_default();
        *size += position.size.unsigned_abs();
        *entry_value += position.entry_value;
        *funding = funding.plus(position.funding).unwrap();
    }
    assert_eq!(kept(chain), sums);
}

/// Alice is short 100 from 10 with 160 of margin, and bob from 13, when alice owes 300; then the price is 12.
fn with_a_bankrupt_short_beside_a_winning_one() -> Chain {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(160 * ONE));
    chain.price("13");
    chain.trade("bob", -S100, quote(500 * ONE));
    chain.price("12");
    chain
}

#[test]
fn what_a_stranger_owes_pays_for_nothing_that_another_has_won() {
    let mut chain = with_a_bankrupt_short_beside_a_winning_one();
    // Costs of 0.575 and 0.7475 came in. Bob has won 100.24 at 11.9976, of which alice's 200 pay nothing.
    let quote_in = POOL + 575_000 + 747_500;
    let value = |claims: i128| money(&(quote_in as i128 - claims).to_string());
    assert_eq!(chain.pool("lp").value_low, value(100_240_000));
    // If alice is the hedger, her debt counts up to her margin: 160 less costs of 0.7. Also if she becomes the hedger
    // now.
    chain.set_hedger(Some("alice"));
    assert_eq!(chain.pool("lp").value_low, value(100_240_000 - 159_300_000));
    chain.set_hedger(Some("bob"));
    assert_eq!(chain.pool("lp").value_low, value(100_240_000));
    chain.set_hedger(None);
    assert_eq!(chain.pool("lp").value_low, value(100_240_000));
}

#[test]
fn sums_over_strangers_follow_their_positions_and_vanish_with_them() {
    let mut chain = with_a_bankrupt_short_beside_a_winning_one();
    assert_eq!(kept(&chain).len(), 2);
    // A second one in the same step: one row for both. 12 is another step: two rows.
    chain.trade("carol", -S100, quote(500 * ONE));
    assert_eq!(kept(&chain).len(), 3);
    chain.trade("dave", -S100 / 2, quote(500 * ONE));
    assert_eq!(kept(&chain).len(), 3);
    // Settled at 12, bob joins carol's; margin changes nothing.
    chain.adjust("bob", settle(), base(0)).unwrap();
    chain.trade("bob", 0, quote(ONE));
    assert_eq!(kept(&chain).len(), 2);
    chain.set_hedger(Some("dave"));
    chain.trade("dave", S100 / 2, base(0));
    chain.set_hedger(None);
    chain.liquidate("alice").unwrap();
    for who in ["bob", "carol"] {
        chain.trade(who, S100, base(0));
    }
    assert_eq!(chain.positions().iter().filter(|entry| !entry.position.size.is_zero()).count(), 0);
    assert!(kept(&chain).is_empty());
}

/// What a position has won by price and funding; negative if it owes.
fn won(chain: &Chain, who: &str) -> Money {
    let state = chain.position(who).position;
    state.price_pnl.plus(state.funding).unwrap()
}

/// A withdrawal from a pool of only quote takes nothing of this claim.
fn assert_not_in_value_low(chain: &Chain, claim: Money) {
    let (pool, low) = (chain.solvency().pool, chain.pool("carol").value_low);
    assert_eq!(pool.base.u128(), 0);
    let most = money(&pool.quote.to_string()).minus(claim).unwrap();
    assert!(low <= most, "{low} is more than {most}");
}

#[test]
fn a_price_loss_hides_no_funding_that_another_of_the_same_entry_price_has_earned() {
    let mut chain = Chain::with_reference(params(), Reference::Constant { rate: signed("2") });
    chain.fund_pool("carol", POOL).unwrap();
    chain.trade("alice", -10 * S100, quote(20_000 * ONE));
    chain.seconds(365 * DAY);
    // 2,500 coins at 10 with minimum margin, and nobody liquidates them at 13.
    chain.trade("bob", -25 * S100, quote(2_640 * ONE));
    chain.price("13");
    let gain = won(&chain, "alice");
    assert!(gain > money("6900000000"), "alice has won {gain}");
    assert_not_in_value_low(&chain, gain);
}

/// Carol stays and has nine tenths of the pool; alice and bob are hers. Funding comes and goes.
#[test]
fn who_stays_gains_nothing_from_who_leaves_by_positions_on_which_funding_came_and_went() {
    let paid = [false, true].map(|straddles| {
        let mut chain = Chain::with_reference(params(), Reference::Feed { feed: "atom/funding".into() });
        chain.fund_pool("carol", 9 * POOL).unwrap();
        chain.reference("0.3", 365 * DAY, vec![]);
        chain.seconds(BAR);
        if straddles {
            chain.trade("alice", -125 * S100, quote(50_000 * ONE));
            chain.trade("bob", 125 * S100, quote(50_000 * ONE));
        }
        for rate in ["0.3", "-0.3", "0.3", "-0.3", "0.3", "-0.3"] {
            chain.reference(rate, 365 * DAY, vec![]);
            chain.trade("dave", 0, quote(1));
            chain.seconds(30 * DAY);
        }
        let all = chain.pool("lp").shares;
        chain.leave_pool("lp", all).unwrap().paid.quote.u128()
    });
    // What a day of it may have left one of them.
    assert!(paid[1] + 50 * ONE >= paid[0], "{paid:?}");
}

#[test]
fn what_funding_has_charged_to_one_pays_for_nothing_that_another_of_the_same_price_has_won() {
    let mut chain = Chain::with_reference(params(), Reference::Constant { rate: signed("-1") });
    chain.fund_pool("carol", POOL).unwrap();
    chain.trade("bob", -25 * S100, quote(6_000 * ONE));
    chain.seconds(60 * DAY);
    chain.trade("alice", -25 * S100, quote(5_000 * ONE));
    chain.price("9.7");
    let [alice, bob] = ["alice", "bob"].map(|who| won(&chain, who));
    assert!(alice.is_positive() && bob.is_negative(), "{alice} {bob}");
    assert_not_in_value_low(&chain, alice);
}
