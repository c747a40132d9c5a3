//! Requests of providers: notice, window, and lapse.

use ballast_math::Shares;
use ballast_types::market::MarketParams;
use cosmwasm_std::{Timestamp, Uint128};
use perp_engine::{Clocks, EngineError, Request};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
const NOW: u64 = 1_700_000_000;

/// Clocks that last counted at this time.
fn clock(payable_seconds: u64, payable_until: u64) -> Clocks {
    Clocks { payable: true, payable_seconds, payable_until, ..Clocks::default() }
}

fn request(params: &MarketParams) -> Request {
    Request::new(Shares(Uint128::new(5)), params, &clock(1_000, NOW), NOW)
}

#[test]
fn it_waits_its_notice_has_its_window_and_lapses_to_the_second() {
    let request = request(&MarketParams::defaults(6));
    // Payment was always possible: the market's clock follows real time.
    let at = |after: u64| request.require_window(&clock(1_000 + after, NOW + after), NOW + after);
    let early = Err(EngineError::UnderNotice { from: NOW + DAY });
    assert_eq!((at(0), at(DAY - 1)), (early.clone(), early));
    assert_eq!((at(DAY), at(DAY + 12 * HOUR - 1)), (Ok(()), Ok(())));
    let late = Err(EngineError::RequestLapsed { at: NOW + DAY + 12 * HOUR });
    assert_eq!((at(DAY + 12 * HOUR), at(90 * DAY)), (late.clone(), late));
}

#[test]
fn the_window_stands_still_with_the_clock_and_the_notice_does_not() {
    let request = request(&MarketParams::defaults(6));
    // Nothing could be paid in the first 30 hours: after that it is within its window, which has its full length.
    let at = |payable: u64, after: u64| request.require_window(&clock(1_000 + payable, NOW + after), NOW + after);
    assert_eq!(at(0, 30 * HOUR), Ok(()));
    assert_eq!(at(36 * HOUR - 1, 66 * HOUR - 1), Ok(()));
    let lapsed = EngineError::RequestLapsed { at: NOW + 66 * HOUR };
    assert_eq!(at(36 * HOUR, 66 * HOUR), Err(lapsed.clone()));
    // Seen ten hours later, it still lapsed at that time.
    assert_eq!(at(46 * HOUR, 76 * HOUR), Err(lapsed));
}

#[test]
fn until_tells_when_it_lapses_if_payment_is_possible_till_then() {
    let request = request(&MarketParams::defaults(6));
    assert_eq!(request.until(&clock(1_000, NOW), NOW), NOW + 36 * HOUR);
    assert_eq!(request.until(&clock(1_000, NOW), NOW + 10 * HOUR), NOW + 46 * HOUR);
    let lapsed = clock(1_000 + 37 * HOUR, NOW + 50 * HOUR);
    assert_eq!(request.until(&lapsed, NOW + 50 * HOUR), NOW + 49 * HOUR);
    // However long the clock stands still afterwards.
    assert_eq!(request.until(&lapsed, NOW + 90 * DAY), NOW + 49 * HOUR);
    let told = request.state(&clock(1_000, NOW), NOW);
    assert_eq!((told.shares, told.from), (Uint128::new(5), Timestamp::from_seconds(NOW + DAY)));
    assert_eq!(told.until, Timestamp::from_seconds(NOW + 36 * HOUR));
}

#[test]
fn it_works_at_both_ends_of_the_bounds() {
    for (notice, window) in [(HOUR, HOUR), (HOUR, 3 * DAY), (14 * DAY, HOUR), (14 * DAY, 3 * DAY)] {
        let params = MarketParams { pool_notice: notice, pool_window: window, ..MarketParams::defaults(6) };
        perp_engine::validate(&params).unwrap();
        let request = request(&params);
        let at = |after: u64| request.require_window(&clock(1_000 + after, NOW + after), NOW + after).is_ok();
        let seen = [at(notice - 1), at(notice), at(notice + window - 1), at(notice + window)];
        assert_eq!(seen, [false, true, true, false], "{notice} {window}");
    }
}
