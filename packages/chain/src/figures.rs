//! Formats numbers, times and rules for people.

use ballast_types::policy::Rule;
use cosmwasm_std::Timestamp;

/// As a floating-point number, only for people and metrics.
pub fn float(number: impl ToString) -> f64 {
    number.to_string().parse().unwrap_or(f64::NAN)
}

/// `1234567.8` as `1,234,567.8`.
pub fn grouped(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = number.find('.').and_then(|point| number.split_at_checked(point)).unwrap_or((number, ""));
    let mut out = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && whole.len().saturating_sub(place).checked_rem(3) == Some(0) {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}

/// A number with this many digits after the point, thousands apart.
pub fn fixed(number: impl ToString, digits: usize) -> String {
    let text = format!("{:.digits$}", float(number));
    // No minus sign for zero.
    let zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    grouped(if zero { text.trim_start_matches('-') } else { &text })
}

/// A time, for people.
pub fn time(at: Timestamp) -> String {
    let seconds = at.seconds().try_into().unwrap_or(i64::MAX);
    let time = cosmrs::tendermint::Time::from_unix_timestamp(seconds, 0);
    time.map_or_else(|_| "never".to_owned(), |time| time.to_rfc3339())
}

/// Number and name of a rule.
pub fn rule_name(rule: Rule) -> String {
    format!("{} ({})", rule.number(), rule.name())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_are_shown_with_thousands_apart_and_no_sign_on_zero() {
        for (number, text) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-1234567.25", "-1,234,567.25"),
            ("123456", "123,456"),
            ("0.000001", "0.000001"),
        ] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(fixed(-0.001, 2), "0.00");
        assert_eq!(fixed("-1234.567", 2), "-1,234.57");
    }
}
