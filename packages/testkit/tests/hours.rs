//! A price feed with trading hours.

use ballast_testkit::{Codes, Collateral, Setup, Staked, Suite};
use ballast_types::oracle::{Closing, Flag, Session, TradingHours};
use cosmwasm_std::Timestamp;

const HOUR: u64 = 3600;
/// Friday 2023-11-17, 22:00 UTC.
const FRIDAY: u64 = 1_700_258_400;

/// From Monday 00:00 to Friday 22:00, two hours before that, with keepers who act within a weekend of 50 h.
fn suite(collateral: Collateral) -> Suite {
    let hours = TradingHours { sessions: vec![Session { opens: 0, closes: 7_080 }], holidays: vec![] };
    let mut setup = Setup { collateral, hours: Some(hours), start: FRIDAY - 2 * HOUR, ..Setup::default() };
    setup.policy.reaction_time = 50 * HOUR;
    Suite::with(Codes::native(), setup)
}

#[test]
fn its_price_and_what_the_margin_coin_sells_for_close_together() {
    for collateral in [Collateral::Index, Collateral::Equal, Collateral::Staked(Staked::default())] {
        let mut suite = suite(collateral);
        suite.hours(1);
        assert_eq!((suite.reading().flags, suite.market_state().prices.flags), (vec![], vec![]), "{collateral:?}");
        suite.hours(2);
        let margin = suite.collateral_reading();
        assert_eq!(margin.is_some(), collateral != Collateral::Index);
        for reading in margin.into_iter().chain([suite.reading()]) {
            assert_eq!(reading.flags, [Flag::Stale], "{collateral:?}");
        }
        assert_eq!(suite.market_state().feed.unwrap().longest_closing, Some(50 * HOUR));

        // `jump` publishes again what is held back at the opening.
        suite.advance(49 * HOUR);
        suite.jump("10.1");
        assert_eq!((suite.reading().flags, suite.market_state().prices.flags), (vec![], vec![]), "{collateral:?}");
    }
}

#[test]
fn holidays_are_added_and_hours_removed() {
    let mut suite = suite(Collateral::Equal);
    let at = |second| Timestamp::from_seconds(second);
    suite.add_holidays(vec![Closing { from: at(FRIDAY - HOUR), until: at(FRIDAY) }]).unwrap();
    assert_eq!(suite.market_state().feed.unwrap().longest_closing, Some(51 * HOUR));
    suite.advance(HOUR + 5);
    suite.publish().unwrap();
    assert_eq!(suite.reading().flags, [Flag::Stale]);
    suite.set_hours(None).unwrap();
    suite.advance(5);
    suite.publish().unwrap();
    assert_eq!((suite.reading().flags, suite.collateral_reading().unwrap().flags), (vec![], vec![]));
}
