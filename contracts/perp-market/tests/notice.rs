//! Notice of liquidity providers: requests, windows, lapses, cancellations.

use ballast_types::market::{
    ExecuteMsg, MarketAction, MarketParams, PoolNotice, PoolRequestsResponse, PoolResponse, QueryMsg,
};
use ballast_types::oracle::Flag;
use ballast_types::Purse;
use cosmwasm_std::{Timestamp, Uint128};
use perp_engine::EngineError;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

fn now(chain: &Chain) -> u64 {
    chain.app.block_info().time.seconds()
}

fn shares(amount: u128) -> Uint128 {
    Uint128::new(amount)
}

/// Shares for ten dollars.
const TEN: u128 = 10 * ONE * 1_000_000;

/// A request for ten dollars by the provider of all, and when it was made.
fn requested() -> (Chain, u64) {
    let mut chain = Chain::new();
    chain.request("lp", shares(TEN)).unwrap();
    let at = now(&chain);
    (chain, at)
}

fn under_notice(from: u64) -> EngineError {
    EngineError::UnderNotice { from }
}

fn touch(chain: &mut Chain) {
    chain.adjust("dave", order(), quote(1)).unwrap();
}

#[test]
fn a_withdrawal_waits_a_day_can_be_done_for_twelve_hours_and_lapses() {
    let (mut chain, at) = requested();
    chain.seconds(NOTICE - 1);
    assert_eq!(refused(chain.withdraw("lp", None)), under_notice(at + NOTICE));
    chain.seconds(1);
    // The part of the virtual shares, less than a unit, is not paid.
    assert_eq!(chain.withdraw("lp", Some(shares(TEN / 2))).unwrap().paid, quote(5 * ONE - 1));
}

#[test]
fn the_last_second_of_the_window_pays_and_the_next_does_not() {
    for (after, pays) in [(NOTICE + WINDOW - 1, true), (NOTICE + WINDOW, false)] {
        let (mut chain, at) = requested();
        chain.seconds(after);
        match chain.withdraw("lp", None) {
            Ok(done) => {
                assert!(pays);
                assert_eq!(done.paid, quote(10 * ONE - 1));
            }
            Err(error) => {
                assert!(!pays);
                assert_eq!(error, EngineError::RequestLapsed { at: at + NOTICE + WINDOW }.into());
            }
        }
    }
}

#[test]
fn what_is_not_withdrawn_stays_requested_until_it_lapses() {
    let mut chain = Chain::new();
    let (all, part) = (shares(TEN), shares(TEN / 5));
    chain.request("lp", all).unwrap();
    chain.seconds(NOTICE);
    chain.withdraw("lp", Some(part)).unwrap();
    let left = all.checked_sub(part).unwrap();
    let pool = chain.pool("lp");
    assert_eq!((pool.notice, pool.request.unwrap().shares), (left, left));
    // This is the only request.
    let until = now(&chain) + WINDOW;
    let error = chain.request("lp", part).unwrap_err();
    assert_eq!(error, ContractError::RequestStands { shares: left, until });
    chain.withdraw("lp", None).unwrap();
    let pool = chain.pool("lp");
    assert_eq!((pool.notice, pool.request), (Uint128::zero(), None));
    // Whoever completed a withdrawal may request the next at once.
    chain.request("lp", part).unwrap();
}

#[test]
fn without_a_request_there_is_nothing_to_withdraw_or_to_cancel() {
    let mut chain = Chain::new();
    let none = |who: &str| ContractError::NoRequest { provider: Chain::new().who(who).to_string() };
    assert_eq!(chain.withdraw("lp", None).unwrap_err(), none("lp"));
    assert_eq!(chain.cancel("lp", None).unwrap_err(), none("lp"));
    assert_eq!(chain.cancel("carol", Some("lp")).unwrap_err(), none("lp"));
}

#[test]
fn a_request_is_barred_for_three_days_after_a_deposit() {
    let mut chain = Chain::new();
    let held = chain.fund_pool("bob", 1_000 * ONE).unwrap().shares;
    let from = now(&chain) + BAR;
    assert_eq!(chain.pool("bob").request_from, Some(Timestamp::from_seconds(from)));
    chain.seconds(BAR - 1);
    assert_eq!(chain.request("bob", held).unwrap_err(), ContractError::Barred { from });
    // A deposit bars its provider again, and nobody else.
    chain.fund_pool("bob", ONE).unwrap();
    chain.request("lp", held).unwrap();
    chain.seconds(BAR - 1);
    assert!(matches!(chain.request("bob", held), Err(ContractError::Barred { .. })));
    chain.seconds(1);
    chain.request("bob", held).unwrap();
}

#[test]
fn a_request_is_barred_for_three_days_after_a_cancellation() {
    let (mut chain, _) = requested();
    chain.seconds(HOUR);
    chain.cancel("lp", None).unwrap();
    let pool = chain.pool("lp");
    let from = now(&chain) + BAR;
    assert_eq!((pool.notice, pool.request), (Uint128::zero(), None));
    assert_eq!(pool.request_from, Some(Timestamp::from_seconds(from)));
    assert_eq!(chain.request("lp", shares(1)).unwrap_err(), ContractError::Barred { from });
    chain.seconds(BAR);
    chain.request("lp", shares(1)).unwrap();
}

#[test]
fn a_lapse_bars_from_when_it_lapsed_whoever_clears_it_away() {
    for clears in ["lp", "carol", "nobody"] {
        let (mut chain, at) = requested();
        let lapse = at + NOTICE + WINDOW;
        chain.seconds(NOTICE + WINDOW + 2 * DAY);
        let from = lapse + BAR;
        assert_eq!(chain.pool("lp").request_from, Some(Timestamp::from_seconds(from)));
        match clears {
            "lp" => chain.cancel("lp", None).map(|_| ()).unwrap(),
            "carol" => chain.cancel("carol", Some("lp")).map(|_| ()).unwrap(),
            _ => {}
        }
        let expected = if clears == "nobody" { shares(TEN) } else { Uint128::zero() };
        assert_eq!(chain.pool("lp").notice, expected, "{clears}");
        assert_eq!(chain.request("lp", shares(7)).unwrap_err(), ContractError::Barred { from }, "{clears}");
        chain.seconds(DAY);
        // The new request replaces the lapsed one.
        chain.request("lp", shares(7)).unwrap();
        let pool = chain.pool("lp");
        assert_eq!((pool.notice, pool.request.unwrap().shares), (shares(7), shares(7)), "{clears}");
    }
}

#[test]
fn nobody_else_cancels_a_request_that_stands() {
    let (mut chain, at) = requested();
    let (provider, until) = (chain.who("lp").to_string(), at + NOTICE + WINDOW);
    for after in [0, NOTICE, WINDOW - 1] {
        chain.seconds(after);
        let error = chain.cancel("carol", Some("lp")).unwrap_err();
        assert_eq!(error, ContractError::NotLapsed { provider: provider.clone(), until });
    }
    // The provider's own request, named or not.
    chain.cancel("lp", Some("lp")).unwrap();
}

#[test]
fn the_window_stands_still_while_withdrawals_are_off_and_the_notice_goes_on() {
    let (mut chain, at) = requested();
    // Off from hour 20 to hour 50: the notice ends meanwhile.
    chain.seconds(20 * HOUR);
    chain.pause("guardian", &[MarketAction::PoolOut]).unwrap();
    chain.seconds(20 * HOUR);
    let paused = EngineError::Paused { action: MarketAction::PoolOut };
    assert_eq!(refused(chain.withdraw("lp", None)), paused);
    assert_eq!(chain.pool("lp").request.unwrap().until, Timestamp::from_seconds(at + 56 * HOUR));
    chain.seconds(10 * HOUR);
    chain.resume("owner", &[MarketAction::PoolOut]).unwrap();
    // 20 of its 36 hours were counted: 16 are left.
    let until = at + 66 * HOUR;
    assert_eq!(chain.pool("lp").request.unwrap().until, Timestamp::from_seconds(until));
    chain.seconds(16 * HOUR - 1);
    let mut others = Uint128::zero();
    for (after, lapsed) in [(0, false), (1, true)] {
        chain.seconds(after);
        assert_eq!(chain.cancel("carol", Some("lp")).is_ok(), lapsed);
        others = chain.pool("lp").notice;
    }
    assert_eq!(others, Uint128::zero());
}

#[test]
fn the_window_stands_still_while_the_price_is_flagged_or_its_break_was_not_seen() {
    let (mut chain, at) = requested();
    chain.seconds(20 * HOUR);
    chain.flags = vec![Flag::Jump];
    chain.say("10");
    touch(&mut chain);
    // One message sees the flag at hour 20, another a good price at hour 30.
    chain.broken += 10 * HOUR;
    chain.seconds(10 * HOUR);
    chain.flags = vec![];
    chain.say("10");
    touch(&mut chain);
    let until = |chain: &Chain| chain.pool("lp").request.unwrap().until.seconds();
    // Twenty of 36 hours were counted.
    assert_eq!(until(&chain), at + 46 * HOUR);
    // An outage that no message saw: the oracle reports four of the next fifteen hours as unusable.
    chain.broken += 4 * HOUR;
    chain.seconds(15 * HOUR);
    assert_eq!(until(&chain), at + 50 * HOUR);
    chain.seconds(5 * HOUR - 1);
    assert!(chain.cancel("carol", Some("lp")).is_err());
    chain.seconds(1);
    chain.cancel("carol", Some("lp")).unwrap();
}

#[test]
fn the_window_stands_still_while_the_reserve_forbids_payment() {
    // An hour may add 100,000 to a side, and half of it at once.
    let mut chain = Chain::with(MarketParams { size_added_cap: dec("2"), ..params() });
    chain.trade("alice", 40 * S100, base(5_000 * ONE));
    chain.request("lp", Uint128::new(POOL * 1_000_000)).unwrap();
    let at = now(&chain);
    // 20,000 are reserved for the long and 8,000 are headroom at 10. At 190 headroom alone is 152,000.
    chain.price("190");
    touch(&mut chain);
    chain.seconds(30 * HOUR - 5);
    let error = refused(chain.withdraw("lp", Some(Uint128::new(POOL * 10_000))));
    assert!(matches!(error, EngineError::Slack { .. }), "{error}");
    chain.price("10");
    touch(&mut chain);
    // Thirty hours and five seconds on, nothing is counted: it is in its window, with 36 hours left.
    let until = Timestamp::from_seconds(at + 66 * HOUR + 5);
    assert_eq!(chain.pool("lp").request.unwrap().until, until);
    chain.withdraw("lp", Some(Uint128::new(POOL * 100_000))).unwrap();
}

#[test]
fn a_deposit_during_a_notice_leaves_the_request_alone_and_is_not_under_notice() {
    let mut chain = Chain::new();
    let first = chain.pool("lp").shares;
    chain.request("lp", first).unwrap();
    let request = chain.pool("lp").request;
    chain.seconds(NOTICE);
    let more = chain.fund_pool("lp", 1_000 * ONE).unwrap().shares;
    let pool = chain.pool("lp");
    assert_eq!((pool.request, pool.notice, pool.shares), (request, first, first + more));
    let error = chain.withdraw("lp", Some(first + Uint128::one())).unwrap_err();
    assert!(matches!(error, ContractError::NotEnoughShares { .. }), "{error}");
    chain.withdraw("lp", None).unwrap();
    assert_eq!(chain.pool("lp").shares, more);
    // New deposits wait for their bar.
    let from = now(&chain) + BAR;
    assert_eq!(chain.request("lp", more).unwrap_err(), ContractError::Barred { from });
}

#[test]
fn shares_under_notice_earn_and_lose_like_others_until_they_are_withdrawn() {
    let mut chain = Chain::new();
    let mine = chain.fund_pool("bob", POOL).unwrap().shares;
    chain.seconds(BAR);
    chain.request("bob", mine).unwrap();
    chain.trade("alice", -10 * S100, quote(5_000 * ONE));
    chain.price("12");
    chain.trade("alice", 10 * S100, quote(0));
    chain.seconds(NOTICE);
    // Alice lost 2,000, and paid 7 and 8.4. A quarter of the first fee, 5, is insurance's, which is full once nothing is
    // open. Bob has half of it.
    let pool = 2 * POOL + 2_015_400_000 - 1_250_000;
    assert_eq!(chain.withdraw("bob", None).unwrap().paid, quote(pool / 2 - 1));
}

#[test]
fn new_parameters_leave_a_standing_request_as_it_is() {
    let (mut chain, at) = requested();
    let longer = MarketParams { pool_notice: 14 * DAY, pool_window: HOUR, pool_bar: 30 * DAY, ..params() };
    chain.send("owner", &ExecuteMsg::UpdateParams { market: NAME.into(), params: longer }, Purse::EMPTY).unwrap();
    let PoolNotice { from, until, .. } = chain.pool("lp").request.unwrap();
    assert_eq!((from.seconds(), until.seconds()), (at + NOTICE, at + NOTICE + WINDOW));
}

#[test]
fn at_both_ends_of_the_bounds_notice_window_and_bar_are_what_they_say() {
    for (pool_notice, pool_window, pool_bar) in [(HOUR, HOUR, 0), (14 * DAY, 3 * DAY, 30 * DAY)] {
        let mut chain = Chain::with(MarketParams { pool_notice, pool_window, pool_bar, ..params() });
        chain.fund_pool("bob", ONE).unwrap();
        chain.seconds(pool_bar);
        chain.request("bob", shares(ONE * 1_000_000)).unwrap();
        chain.seconds(pool_notice - 1);
        assert!(chain.withdraw("bob", None).is_err());
        chain.seconds(pool_window);
        assert!(chain.cancel("carol", Some("bob")).is_err());
        chain.seconds(1);
        chain.cancel("carol", Some("bob")).unwrap();
        chain.seconds(pool_bar);
        chain.request("bob", shares(ONE * 1_000_000)).unwrap();
        chain.seconds(pool_notice);
        chain.withdraw("bob", None).unwrap();
    }
}

#[test]
fn a_request_and_its_end_need_no_price_and_no_switch() {
    let mut chain = Chain::new();
    chain.pause("guardian", &[MarketAction::PoolOut, MarketAction::PoolIn]).unwrap();
    chain.oracle_fails(true);
    chain.request("lp", shares(5)).unwrap();
    chain.cancel("lp", None).unwrap();
}

#[test]
fn the_pool_tells_how_much_is_about_to_leave() {
    let mut chain = Chain::new();
    let bobs = chain.fund_pool("bob", POOL).unwrap().shares;
    chain.request("lp", shares(TEN)).unwrap();
    chain.seconds(BAR);
    chain.request("bob", bobs).unwrap();
    let at = now(&chain);
    let PoolResponse { notice, request, total_shares, .. } = chain.pool("bob");
    // A lapsed request counts until it is cleared.
    assert_eq!((notice, total_shares), (bobs + shares(TEN), bobs + shares(POOL * 1_000_000)));
    let (from, until) = (Timestamp::from_seconds(at + NOTICE), Timestamp::from_seconds(at + NOTICE + WINDOW));
    assert_eq!(request, Some(PoolNotice { shares: bobs, from, until }));
    assert!(chain.pool("lp").request.unwrap().until.seconds() < at);
    assert_eq!((chain.pool("carol").request, chain.pool("carol").request_from), (None, None));
}

#[test]
fn the_bar_after_a_lapse_runs_while_withdrawals_are_off() {
    let mut chain = Chain::new();
    chain.request("lp", shares(1_000_000 * ONE)).unwrap();
    chain.seconds(NOTICE + WINDOW + HOUR);
    touch(&mut chain);
    let from = Timestamp::from_seconds(now(&chain) - HOUR + BAR);
    assert_eq!(chain.pool("lp").request_from, Some(from));
    chain.pause("guardian", &[MarketAction::PoolOut]).unwrap();
    chain.seconds(10 * DAY);
    assert_eq!(chain.pool("lp").request_from, Some(from));
    chain.request("lp", shares(1_000_000 * ONE)).unwrap();
}

/// A pool of 250,000, of which bob has 60 % and has asked for all of it; the hedger uses 120,000 of its share of 125,000.
fn with_more_under_notice_than_the_reserve_leaves() -> Chain {
    let mut chain = Chain::new();
    chain.fund_pool("bob", 150_000 * ONE).unwrap();
    chain.seconds(BAR);
    chain.set_hedger(Some("alice"));
    chain.trade("alice", -120 * S100, base(10_000 * ONE));
    chain.request("bob", chain.pool("bob").shares).unwrap();
    chain
}

#[test]
fn who_asks_for_more_than_the_reserve_leaves_keeps_no_option_to_leave() {
    let mut chain = with_more_under_notice_than_the_reserve_leaves();
    let third = Uint128::new(chain.pool("bob").shares.u128() / 3);
    chain.seconds(NOTICE + WINDOW);
    let error = refused(chain.withdraw("bob", Some(third)));
    assert!(matches!(error, EngineError::RequestLapsed { .. }), "{error}");
    // After withdrawing what there is, the window waits for the rest.
    let mut chain = with_more_under_notice_than_the_reserve_leaves();
    chain.seconds(NOTICE);
    let all = chain.pool("bob").shares.u128();
    chain.withdraw("bob", Some(Uint128::new(all * 70 / 100))).unwrap();
    assert!(chain.withdraw("bob", Some(Uint128::new(all / 100))).is_err());
}

#[test]
fn a_request_that_could_be_paid_all_the_time_lapses_whatever_others_ask_for() {
    let mut chain = with_more_under_notice_than_the_reserve_leaves();
    chain.request("lp", Uint128::new(10 * ONE * 1_000_000)).unwrap();
    let at = now(&chain);
    chain.seconds(NOTICE + WINDOW + DAY);
    let until = chain.pool("lp").request.unwrap().until;
    assert_eq!(until, Timestamp::from_seconds(at + NOTICE + WINDOW));
}

#[test]
fn a_small_position_keeps_no_request_from_lapsing() {
    let mut chain = Chain::new();
    chain.trade("alice", -10 * ONE as i128, quote(1_000 * ONE));
    let all = chain.pool("lp").shares;
    chain.request("lp", all).unwrap();
    chain.seconds(NOTICE + WINDOW);
    let error = refused(chain.withdraw("lp", Some(Uint128::new(all.u128() / 100 * 99))));
    assert!(matches!(error, EngineError::RequestLapsed { .. }), "{error}");
}

#[test]
fn requests_are_listed_by_provider_and_say_which_have_lapsed() {
    let mut chain = Chain::new();
    for who in ["bob", "carol"] {
        chain.fund_pool(who, 1_000 * ONE).unwrap();
    }
    chain.seconds(BAR);
    chain.request("bob", Uint128::new(5)).unwrap();
    chain.seconds(DAY);
    chain.request("carol", Uint128::new(7)).unwrap();
    chain.seconds(DAY / 2);
    let page = |start_after, limit| {
        let msg = QueryMsg::PoolRequests { market: NAME.into(), start_after, limit };
        chain.ask::<PoolRequestsResponse>(msg).requests
    };
    let all = page(None, None);
    let mut expected = vec![(chain.who("bob"), 5, true), (chain.who("carol"), 7, false)];
    expected.sort();
    let told: Vec<_> =
        all.iter().map(|entry| (entry.provider.clone(), entry.request.shares.u128(), entry.lapsed)).collect();
    assert_eq!(told, expected);
    assert_eq!(page(None, Some(1)), all[..1]);
    assert_eq!(page(Some(all[0].provider.to_string()), None), all[1..]);
}
