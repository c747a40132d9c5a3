//! The prices of a block: nobody may trade at a price that everybody knows is old.

use ballast_types::market::{Adjust, MarginOut, MarketParams};
use ballast_types::oracle::Flag;
use cosmwasm_std::Uint128;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

/// Everything that `who` has (without a position), in dollars at a price.
fn dollars(chain: &Chain, who: &str, price: f64) -> f64 {
    let held = chain.wallet(who).plus(chain.position(who).position.margin).unwrap();
    (held.quote.u128() as f64 + held.base.u128() as f64 * price) / 1e6
}

#[test]
fn every_message_values_at_the_price_of_its_moment_and_the_range_is_that_of_the_block() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.say("9");
    let prices = chain.state().prices;
    assert_eq!((prices.index, prices.index_low, prices.index_high), (dec("9"), dec("9"), dec("10")));
    // The short gained a dollar a coin, and buys back at the top of the range: 10/9 - 1 of 900 dollars beside the
    // spread of 0.18, rounded up at the 18th digit and to the unit.
    let closed = chain.trade("alice", S100, quote(0));
    assert_eq!(closed.prices, prices);
    assert_eq!(closed.realised.price_pnl, money("100000000"));
    assert_eq!(closed.costs.spread.u128(), 100 * ONE + 180_000 + 1);
    // The next block starts without a range.
    chain.price("9");
    let prices = chain.state().prices;
    assert_eq!((prices.index, prices.index_low, prices.index_high), (dec("9"), dec("9"), dec("9")));
}

#[test]
fn a_round_trip_inside_a_block_earns_nothing_whatever_was_published_in_between() {
    for (first, price) in [(-S100, "5"), (S100, "14"), (-S100, "14"), (S100, "9.5")] {
        let mut chain = Chain::new();
        let before = dollars(&chain, "alice", 0.0);
        chain.trade("alice", first, quote(900 * ONE));
        chain.say(price);
        chain.trade("alice", -first, quote(0));
        chain.price(price);
        assert!(dollars(&chain, "alice", 0.0) <= before - 0.7, "{first} at {price}");
    }
}

/// A zero order at 10, then 10.10 in the same block: who buys now pays 10.10, and selling it in the next block loses the
/// costs. At the first price of the block it earned 337.76.
#[test]
fn a_price_published_after_the_first_message_of_a_block_is_the_one_that_is_paid() {
    let mut chain = Chain::with(MarketParams { size_added_cap: dec("2"), ..params() });
    chain.adjust("bob", order(), quote(1)).unwrap();
    chain.say("10.1");
    let before = dollars(&chain, "alice", 0.0);
    let opened = chain.trade("alice", 40 * S100, quote(9_000 * ONE));
    assert_eq!(opened.after.entry_value.u128(), 40_400 * ONE);
    chain.price("10.1");
    chain.trade("alice", -40 * S100, quote(0));
    // Fee 0.05 % and spread 0.02 % of 40,400, twice.
    let lost = before - dollars(&chain, "alice", 0.0);
    assert!((lost - 56.56).abs() < 0.000_01, "{lost}");
}

/// The same with the price going back in the block: 10, 10.10, 10. Who buys at 10 pays the top of the range.
#[test]
fn who_buys_pays_the_top_of_the_range_and_who_sells_gets_the_bottom() {
    let mut chain = Chain::new();
    for price in ["10.1", "9.9", "10"] {
        chain.say(price);
        chain.adjust("bob", order(), quote(1)).unwrap();
    }
    // 1 % each way of 1,000 dollars beside the spread of 0.2.
    assert_eq!(chain.trade("alice", S100, quote(500 * ONE)).costs.spread.u128(), 10 * ONE + 200_000);
    assert_eq!(chain.trade("alice", -S100, quote(0)).costs.spread.u128(), 10 * ONE + 200_000);
    assert_eq!(chain.trade("carol", -S100, quote(500 * ONE)).costs.spread.u128(), 10 * ONE + 200_000);
    assert_eq!(chain.trade("carol", S100, quote(0)).costs.spread.u128(), 10 * ONE + 200_000);
}

/// Twenty moves of half a percent within five minutes, each traded right after its publication, in the block in which the
/// first message still saw the old price: it earned 2,758, and loses its costs now.
#[test]
fn twenty_moves_of_half_a_percent_earn_nothing() {
    let mut chain = Chain::with(MarketParams { size_added_cap: dec("2"), skew_scale: dec("1"), ..params() });
    chain.adjust("alice", order(), quote(9_000 * ONE)).unwrap();
    let before = dollars(&chain, "alice", 0.0);
    let mut price = 10.0f64;
    for step in 0..20 {
        let direction = if step % 2 == 0 { 1 } else { -1 };
        chain.adjust("bob", order(), quote(1)).unwrap();
        price *= 1.0 + 0.005 * direction as f64;
        let published = format!("{price:.6}");
        chain.say(&published);
        // With the move, which everybody can see.
        let size = 9 * S100 * direction;
        chain.trade("alice", size, quote(0));
        chain.app.update_block(|block| {
            block.time = block.time.plus_seconds(15);
            block.height += 1;
        });
        chain.say(&published);
        chain.trade("alice", -size, quote(0));
    }
    let lost = before - dollars(&chain, "alice", 0.0);
    // 40 trades of some 9,000 dollars at 0.07 %.
    assert!((250.0..255.0).contains(&lost), "{lost}");
}

/// A long of 10x at 10 with 9.20 published: it leaves at 9.20 and loses 3,200 of 40,000, not the 62 that its costs were at
/// the first price of the block.
#[test]
fn a_long_cannot_leave_at_the_price_before_a_fall() {
    let mut chain = Chain::with(MarketParams { size_added_cap: dec("2"), ..params() });
    chain.trade("alice", 40 * S100, quote(4_100 * ONE));
    chain.price("10");
    chain.adjust("bob", order(), quote(1)).unwrap();
    let before = dollars(&chain, "alice", 0.0);
    chain.say("9.2");
    let done = chain.trade("alice", -40 * S100, quote(0));
    assert_eq!(done.realised.price_pnl, money("-3200000000"));
    // 0.07 % of 36,800 beside it.
    let lost = before - dollars(&chain, "alice", 0.0);
    assert!((lost - 3_225.76).abs() < 0.000_01, "{lost}");
}

/// A short of 5,000 coins, and 10.30 published after the first message of a block: who brought 900,000 dollars then bought
/// nine tenths of a loss of 1,500 that everybody could see, and made 1,327. The loss counts, also when the price has gone
/// back within the block.
#[test]
fn a_deposit_into_the_pool_pays_for_a_loss_that_is_published() {
    for published in [&["10.3"][..], &["10.3", "10"]] {
        let mut chain = Chain::new();
        chain.set_hedger(Some("dave"));
        chain.trade("dave", -50 * S100, base(5_000 * ONE));
        chain.price("10");
        for price in published {
            chain.adjust("bob", order(), quote(1)).unwrap();
            chain.say(price);
        }
        chain.adjust("bob", order(), quote(1)).unwrap();
        let shares = chain.fund_pool("carol", 900_000 * ONE).unwrap().shares.u128() as f64;
        let others = chain.pool("carol").total_shares.u128() as f64 - shares;
        // What the others' shares stood at: 100,000, the loss of 1,500, the band of 0.02 % on 51,500 dollars, and some
        // 30 dollars of costs in coins.
        let stood = 900_000.0 * others / shares;
        assert!((101_510.0..101_560.0).contains(&stood), "{stood}");
    }
}

#[test]
fn an_order_in_one_piece_or_many_costs_the_same_in_a_block_with_a_range() {
    let cost = |pieces: i128| {
        let mut chain = Chain::new();
        chain.adjust("alice", order(), quote(500 * ONE)).unwrap();
        chain.say("10.04");
        (0..pieces).map(|_| chain.trade("alice", -S100 / pieces, quote(0)).costs.spread.u128()).sum::<u128>()
    };
    // 0.0002 and 0.04/10.04 of 1,004, which is rounded up.
    assert_eq!(cost(1), 4 * ONE + 200_800 + 1);
    assert!((cost(1)..=cost(1) + 10).contains(&cost(10)));
}

#[test]
fn a_reading_that_cannot_be_used_is_not_accepted_and_the_next_message_asks_again() {
    let mut chain = Chain::new();
    chain.flags = vec![Flag::Jump];
    chain.price("20");
    chain.adjust("alice", order(), quote(500 * ONE)).unwrap();
    let prices = chain.state().prices;
    assert_eq!((prices.index, prices.flags, prices.held_back), (dec("10"), vec![Flag::Jump], Some(dec("20"))));
    // Still the same block: the price that was refused in it does not count for its range.
    chain.flags = vec![];
    chain.say("11");
    let prices = chain.trade("alice", -S100, quote(0)).prices;
    assert_eq!((prices.index, prices.index_low, prices.held_back), (dec("11"), dec("11"), None));
}

#[test]
fn an_oracle_that_stops_in_the_middle_of_a_block_stops_trading_in_it() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.oracle_fails(true);
    assert_eq!(chain.state().prices.flags, vec![Flag::Missing]);
    assert!(chain.adjust("alice", delta(S100), quote(0)).is_err());
}

#[test]
fn a_query_answers_with_the_price_that_the_next_message_will_use() {
    let mut chain = Chain::new();
    chain.price("12");
    chain.adjust("alice", order(), quote(1)).unwrap();
    chain.say("12.3");
    assert_eq!(chain.position("alice").prices.index, dec("12.3"));
    assert_eq!(chain.adjust("alice", order(), quote(1)).unwrap().prices, chain.position("alice").prices);
}

#[test]
fn base_pays_at_the_least_spread_whatever_an_order_costs() {
    let mut chain = Chain::new();
    (chain.volatility, chain.age, chain.confidence) = (dec("2"), 30, dec("0.007"));
    chain.price("10");
    let done = chain.trade("alice", -S100, base(50 * ONE));
    // Fee 0.5 and spread 7 dollars, in coins at 10 * 0.9998 * 0.999 = 9.988002: 750,900.9 units, rounded up; with the
    // order's spread there they cost 756,043.
    assert_eq!(done.costs.spread.u128(), 7 * ONE);
    assert_eq!(done.after.margin, base(50 * ONE - 750_901));
    assert_eq!(done.costs.conversion, Uint128::new(7_509_010 - 7_500_000));
}

#[test]
fn margin_out_of_a_closed_position_is_counted_at_no_price() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.say("9");
    let left = 499 * ONE + 300_000 + 100 * ONE - 450_000 - 100 * ONE - 180_001;
    let out = Adjust { margin_out: MarginOut::Exact(quote(left)), ..delta(S100) };
    assert_eq!(chain.adjust("alice", out, quote(0)).unwrap().margin_out, quote(left));
}

/// A short of 20,000 pays the loss of 2,000 at 11 in base and wins it back in quote at 10: at 11 the base would have been
/// worth 10 % more.
#[test]
fn settling_in_base_to_and_fro_in_one_block_earns_nothing() {
    let worth = |chain: &Chain| {
        let (coins, position) = (chain.wallet("alice"), chain.position("alice").position);
        let base = (coins.base + position.margin.base).u128() * 10;
        money(&(base + (coins.quote + position.margin.quote).u128()).to_string()).plus(position.price_pnl).unwrap()
    };
    let mut chain = Chain::with(MarketParams::defaults(6));
    chain.trade("alice", -2_000 * ONE as i128, base(2_000 * ONE));
    chain.price("10");
    let start = worth(&chain);
    for price in ["10", "11", "10", "11", "10"] {
        chain.say(price);
        chain.adjust("alice", settle(), base(0)).unwrap();
    }
    assert!(worth(&chain) <= start, "{} after {start}", worth(&chain));
}
