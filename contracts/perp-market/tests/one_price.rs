//! One price a block.

use ballast_types::oracle::Flag;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

#[test]
fn the_first_price_accepted_in_a_block_serves_all_its_messages() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.say("9");
    let closed = chain.trade("alice", S100, quote(0));
    assert_eq!(closed.prices.index, dec("10"));
    assert_eq!(closed.realised.price_pnl, money("0"));
    assert_eq!(chain.state().prices.index, dec("10"));
    // The next block has the new one.
    chain.price("9");
    assert_eq!(chain.state().prices.index, dec("9"));
}

#[test]
fn a_round_trip_inside_a_block_earns_nothing_and_pays_its_costs_twice() {
    let mut chain = Chain::new();
    let before = chain.wallet("alice").quote;
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.say("5");
    let out = Adjust { margin_out: MarginOut::Exact(quote(498 * ONE + 600_000)), ..delta(S100) };
    chain.adjust("alice", out, quote(0)).unwrap();
    assert_eq!((before - chain.wallet("alice").quote).u128(), 1_400_000);
}

#[test]
fn a_reading_that_cannot_be_used_is_not_accepted_and_the_next_message_asks_again() {
    let mut chain = Chain::new();
    chain.flags = vec![Flag::Jump];
    chain.price("20");
    chain.adjust("alice", order(), quote(500 * ONE)).unwrap();
    let prices = chain.state().prices;
    assert_eq!((prices.index, prices.flags), (dec("10"), vec![Flag::Jump]));
    // Still the same block.
    chain.flags = vec![];
    chain.say("11");
    assert_eq!(chain.trade("alice", -S100, quote(0)).prices.index, dec("11"));
}

#[test]
fn a_query_answers_with_the_price_that_the_next_message_will_use() {
    let mut chain = Chain::new();
    chain.price("12");
    assert_eq!(chain.position("alice").prices.index, dec("12"));
    assert_eq!(chain.adjust("alice", order(), quote(1)).unwrap().prices, chain.position("alice").prices);
}

use ballast_types::market::{Adjust, MarginOut};
