//! Average and volatility. Expected values are those of exact fractions: `V' = (tau*V + r^2)/(tau + dt)` with `tau` of
//! 168 hours of a year of 8,760, from a variance of 0.25.

use ballast_types::oracle::Flag;

use crate::support::{assert_close, decimal, published_at, signed, Oracle, HOUR, MINUTE};

#[test]
fn returns_of_one_percent_an_hour_lead_toward_94_percent_a_year() {
    // One: (168*0.25 + 0.0001*8760)/169 = 42.876/169, and so on.
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    for (price, expected) in
        [("101", "0.503690522058768065"), ("102.01", "0.507332599015279732"), ("103.0301", "0.510927393792504522")]
    {
        oracle.wait(HOUR);
        oracle.publish(price);
        assert_close(oracle.reading().volatility, expected);
    }
}

#[test]
fn after_a_thousand_such_hours_it_is_there() {
    // Alternately up by 1/100 and down by 1/101; the recursion was computed elsewhere with 60 digits. The root of 8,760
    // h times the mean of both squares is 0.9313.
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    for _ in 0..500 {
        for price in ["101", "100"] {
            oracle.wait(HOUR);
            oracle.publish(price);
        }
    }
    assert_close(oracle.reading().volatility, "0.930435712899566495");
}

#[test]
fn poking_more_often_does_not_lower_it() {
    let mut hourly = Oracle::with_atom();
    let mut poked = Oracle::with_atom();
    hourly.publish("100");
    poked.publish("100");
    for price in ["101", "102.01"] {
        hourly.wait(HOUR);
        hourly.publish(price);
        for _ in 0..59 {
            poked.wait(MINUTE);
            poked.publish("100.5");
        }
        poked.wait(MINUTE);
        poked.publish(price);
    }
    assert_eq!(poked.reading().volatility, hourly.reading().volatility);
}

#[test]
fn a_sample_is_taken_at_the_full_hour_and_not_before() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    oracle.wait(HOUR - 1);
    oracle.publish("101");
    assert_eq!(oracle.reading().volatility, decimal("0.5"));
    oracle.wait(1);
    oracle.publish("101");
    assert_close(oracle.reading().volatility, "0.503690522058768065");
}

#[test]
fn a_late_sample_counts_over_its_real_time() {
    // (168*0.25 + 0.0001*8760)/(168 + 1.5) = 0.252955752...
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    oracle.wait(90 * MINUTE);
    oracle.publish("101");
    assert_close(oracle.reading().volatility, "0.502947067008437161");
}

#[test]
fn a_return_counts_at_most_as_the_jump_bound() {
    // +50 % held back at 60 minutes, confirmed at 70: 0.15*sqrt(7/6) over 7/6 hours,
    // (168*0.25 + 0.0225*(7/6)*8760)/(168 + 7/6) = 1.6075862...
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    oracle.wait(HOUR);
    oracle.publish("150");
    oracle.wait(10 * MINUTE);
    oracle.publish("150");
    assert_eq!(oracle.flags(), []);
    assert_close(oracle.reading().volatility, "1.267906229536140312");
}

#[test]
fn a_weekend_in_one_piece_counts_as_one_return_over_64_hours() {
    // (168*0.25 + 1.19^2*8760)/(168 + 64) = 53.651...
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    oracle.wait(64 * HOUR);
    oracle.publish("219");
    assert_close(oracle.reading().volatility, "7.324685470474436033");
}

#[test]
fn the_average_weighs_each_price_by_the_time_until_the_next() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    oracle.wait(HOUR);
    oracle.publish("110");
    assert_eq!(oracle.reading().average, signed("100"), "110 has not stood for any time yet");

    // (168*100 + 1*110)/169 = 100.0591715...
    oracle.wait(HOUR);
    oracle.publish("120");
    assert_eq!(oracle.reading().average, signed("100.059171597633136094"));

    // (168*100.0591715... + 2*120)/170 = 100.2937695...
    oracle.wait(2 * HOUR);
    oracle.publish("120");
    assert_close(ballast_math::abs(oracle.reading().average), "100.293769578837452140");
}

#[test]
fn a_print_that_stands_for_a_minute_weighs_a_minute() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    oracle.wait(100 * HOUR);
    oracle.publish("110");
    oracle.wait(MINUTE);
    oracle.publish("100");
    // (168 h*100 + 1 min*110)/(168 h + 1 min) = 100 + 10/10081 = 100.000991965...
    assert_eq!(oracle.reading().average, signed("100.000991965082829084"));
}

#[test]
fn time_runs_by_when_values_were_observed_not_by_when_they_arrived() {
    let mut prompt = Oracle::with(|c| c.max_age = 86_400);
    let mut late = Oracle::with(|c| c.max_age = 86_400);
    for price in ["100", "103", "101"] {
        prompt.publish(price);
        prompt.wait(HOUR);
        let time = late.now();
        late.wait(50 * MINUTE);
        late.try_publish("publisher", published_at(price, time)).unwrap();
        late.wait(10 * MINUTE);
    }
    let (prompt, late) = (prompt.reading(), late.reading());
    assert_eq!((prompt.average, prompt.volatility, prompt.time), (late.average, late.volatility, late.time));
}

#[test]
fn ten_years_of_silence_overflow_nothing() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("0.000001");
    oracle.wait(10 * 8760 * HOUR);
    assert_eq!(oracle.flags(), [Flag::Stale]);
    oracle.publish("1000000000");
    assert_eq!(oracle.flags(), [Flag::Jump]);
    oracle.wait(10 * MINUTE);
    oracle.publish("1000000000");
    assert_eq!(oracle.flags(), []);
    oracle.wait(MINUTE);
    oracle.publish("999999999");
    assert_eq!(oracle.flags(), []);
}
