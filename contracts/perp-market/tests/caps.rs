//! Caps on size: entry value, gross, in buckets that drain.

use ballast_types::market::{Capacity, MarketParams, QueryMsg};
use perp_engine::EngineError;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

/// A pool of 100,000 and a skew scale of half of it: an hour may add 50,000 dollars to a side, and a bucket holds 25,000.
const BUCKET: u128 = 25_000 * ONE;

fn capacity(chain: &Chain) -> Capacity {
    chain.ask(QueryMsg::Capacity { market: NAME.into() })
}

/// Long 5,000 and a short of 3,400 opened, long 3,300 more, short closed, in one block: a net count saw 1,600 and 4,900,
/// and let 8,300 stand against a cap of 7,500 and an hourly one of 5,000.
#[test]
fn opening_both_sides_and_closing_one_adds_no_more_than_a_bucket() {
    let mut chain = Chain::new();
    let error = refused(chain.adjust("alice", delta(50 * S100), base(2_000 * ONE)));
    assert_eq!(error, EngineError::SizeAddedCap { added: (50_000 * ONE).into(), max: BUCKET.into() });
    chain.trade("alice", 25 * S100, base(1_000 * ONE));
    chain.trade("bob", -25 * S100, base(1_000 * ONE));
    let full = |added: u128| EngineError::SizeAddedCap { added: added.into(), max: 0u128.into() };
    let more = 33 * S100;
    assert_eq!(refused(chain.adjust("alice", delta(more), base(1_000 * ONE))), full(33_000 * ONE));
    chain.trade("bob", 25 * S100, base(0));
    // What was added counts although it was closed again, on either side.
    assert_eq!(refused(chain.adjust("alice", delta(ONE as i128), base(0))), full(10 * ONE));
    assert_eq!(refused(chain.adjust("bob", delta(-(ONE as i128)), base(0))), full(10 * ONE));
    assert_eq!((capacity(&chain).long.u128(), capacity(&chain).short.u128()), (0, 0));
    assert_eq!(chain.state().long.size.u128(), 2_500 * ONE);
}

/// Long 5,000 at the edge of a window, dust that begins a new one, all closed, and short 7,500: 12,507 in ten seconds. In
/// these ten seconds a bucket a side is all that can be added, which are 5,000 with both.
#[test]
fn there_is_no_edge_at_which_an_hours_cap_can_be_used_twice() {
    let mut chain = Chain::new();
    chain.trade("alice", 25 * S100, base(3_000 * ONE));
    chain.seconds(HOUR - 5);
    // 25,000 * 3,595 / 3,600 have drained: 24,965.277777 dollars are 2,496.5277777 coins.
    assert_eq!(capacity(&chain).long.u128(), 2_496_527_777);
    chain.trade("alice", 2_496_527_777, base(0));
    chain.seconds(10);
    chain.trade("bob", ONE as i128, base(50 * ONE));
    chain.trade("alice", -(25 * S100 + 2_496_527_777), base(0));
    let error = refused(chain.adjust("alice", delta(-75 * S100), base(2_000 * ONE)));
    assert_eq!(error, EngineError::SizeAddedCap { added: (75_000 * ONE).into(), max: BUCKET.into() });
}

/// Whatever is opened and closed, and whenever: no 3,600 seconds add more than the cap to a side.
#[test]
fn no_hour_adds_more_than_the_cap_wherever_it_begins() {
    let mut chain = Chain::new();
    chain.adjust("alice", order(), base(100_000 * ONE)).unwrap();
    let (mut added, mut now) = (vec![], 0u64);
    for step in 0..60u64 {
        let most = capacity(&chain).long.u128();
        let size = if step % 3 == 0 { most } else { most / 2 };
        if size > 10 * ONE {
            let done = chain.trade("alice", size as i128, base(0));
            added.push((now, done.after.entry_value.u128() - done.before.entry_value.u128()));
        }
        if step % 4 == 1 {
            let size = chain.position("alice").position.size;
            chain.trade("alice", -size.i128(), base(0));
        }
        let wait = [1, 7, 600, 61, 1_800, 3_599, 240][(step % 7) as usize];
        chain.seconds(wait);
        now += wait;
    }
    for (from, _) in &added {
        let hour = added.iter().filter(|(at, _)| (*from..*from + HOUR).contains(at)).map(|(_, value)| value);
        let sum: u128 = hour.sum();
        assert!(sum <= 2 * BUCKET, "{sum} within the hour from {from}");
    }
    // And it is used: some hour comes near to it.
    assert!(added.iter().map(|(_, value)| value).sum::<u128>() > 10 * BUCKET);
}

#[test]
fn a_reduce_is_never_capped_and_a_settlement_adds_no_size() {
    let mut chain = Chain::new();
    chain.trade("alice", -25 * S100, base(2_000 * ONE));
    chain.price("11");
    // Settled, the entry is 27,500: nothing was added to the bucket, which has drained for five seconds.
    chain.adjust("alice", settle(), base(0)).unwrap();
    assert_eq!(chain.state().short.entry_value.u128(), 27_500 * ONE);
    assert_eq!(capacity(&chain).short.u128(), 25_000 * ONE * 5 / 3_600 / 11);
    chain.trade("alice", 20 * S100, base(0));
}

#[test]
fn caps_count_entry_value_so_that_a_rally_does_not_fill_them() {
    let mut chain = Chain::with(MarketParams { open_interest_cap: dec("0.3"), ..params() });
    chain.trade("alice", 20 * S100, base(2_000 * ONE));
    chain.price("14");
    // 20,000 of 30,000 are used, however much the coins are worth.
    assert_eq!(capacity(&chain).long.u128() / ONE, 25_000 * 5 / 3_600 / 14 + 5_000 / 14);
    chain.seconds(HOUR);
    assert_eq!(capacity(&chain).long.u128(), 10_000 * ONE / 14);
}

#[test]
fn caps_at_both_ends_of_their_bounds() {
    // An hour may add 200 % of a skew scale of the whole pool: a bucket holds the pool; the reserve is what bounds it.
    let wide = MarketParams {
        size_added_cap: dec("2"),
        skew_scale: dec("1"),
        open_interest_cap: dec("3"),
        headroom: dec("0"),
        ..params()
    };
    let chain = Chain::with(wide);
    // Two units of quote less, for rounding.
    assert_eq!(capacity(&chain).short.u128(), 10_000 * ONE - 1);
    // 1 % of a skew scale of 1 %: 10 dollars an hour, a bucket of 5, which is less than the minimum position.
    let narrow = MarketParams { size_added_cap: dec("0.01"), skew_scale: dec("0.01"), ..params() };
    let mut chain = Chain::with(narrow);
    assert_eq!(capacity(&chain).short.u128(), ONE / 2);
    let error = refused(chain.adjust("alice", delta(-(ONE as i128)), base(50 * ONE)));
    assert_eq!(error, EngineError::SizeAddedCap { added: (10 * ONE).into(), max: (5 * ONE).into() });
}
