//! Exact decimal numbers as texts have them, and what becomes of them.

use cosmwasm_std::{Int256, SignedDecimal256};
use num_bigint::{BigInt, Sign};

/// Maximum digits of a number, and magnitude of its power of ten: no price has more, and longer ones cost time.
const MOST_DIGITS: usize = 100;
const MOST_POWER: u32 = 100;
/// Decimal places of the oracle's numbers.
const PLACES: u32 = 18;

/// A fraction whose denominator is above zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exact {
    over: BigInt,
    under: BigInt,
}

impl Exact {
    /// Parses a number as JSON writes it: `-12.5`, `1.25e-3`.
    pub fn parse(text: &str) -> Option<Exact> {
        let (negative, number) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (number, power) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let unsigned = power.strip_prefix(['+', '-']).unwrap_or(power);
        let all = format!("{whole}{fraction}");
        if !digits(whole) || !digits(fraction) || !digits(unsigned) || all.len() > MOST_DIGITS {
            return None;
        }
        let power = power.parse::<i32>().ok().filter(|power| power.unsigned_abs() <= MOST_POWER)?;
        let power = power.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        let units: BigInt = all.parse().ok()?;
        let units = if negative { BigInt::ZERO.checked_sub(&units)? } else { units };
        let tens = ten_to(power.unsigned_abs());
        Some(match power < 0 {
            true => Exact { over: units, under: tens },
            false => Exact { over: units.checked_mul(&tens)?, under: BigInt::from(1) },
        })
    }

    /// A whole number.
    pub fn whole(number: u64) -> Exact {
        Exact { over: number.into(), under: 1.into() }
    }

    /// The product of both.
    pub fn times(&self, other: &Exact) -> Option<Exact> {
        Some(Exact { over: self.over.checked_mul(&other.over)?, under: self.under.checked_mul(&other.under)? })
    }

    /// One over this; none for zero.
    pub fn inverse(self) -> Option<Exact> {
        let Exact { over, under } = self;
        match over.sign() {
            Sign::NoSign => None,
            Sign::Plus => Some(Exact { over: under, under: over }),
            Sign::Minus => {
                Some(Exact { over: BigInt::ZERO.checked_sub(&under)?, under: BigInt::ZERO.checked_sub(&over)? })
            }
        }
    }

    /// The same with 18 decimal places, rounded toward zero; none if it is too large.
    pub fn decimal(&self) -> Option<SignedDecimal256> {
        let atomics = self.over.checked_mul(&ten_to(PLACES))?.checked_div(&self.under)?;
        let atomics: Int256 = atomics.to_string().parse().ok()?;
        Some(SignedDecimal256::new(atomics))
    }

    /// The whole part, if it is not negative and small enough.
    pub fn floor(&self) -> Option<u64> {
        self.over.checked_div(&self.under)?.try_into().ok()
    }
}

fn ten_to(power: u32) -> BigInt {
    BigInt::from(10).pow(power)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn decimal(text: &str) -> Option<String> {
        Exact::parse(text).and_then(|number| number.decimal()).map(|number| number.to_string())
    }

    #[test]
    fn a_number_is_exact_in_each_form_that_json_has() {
        for (text, number) in [
            ("12.5", "12.5"),
            ("-0.0001", "-0.0001"),
            ("10", "10"),
            ("10.01000", "10.01"),
            ("1.25e-3", "0.00125"),
            ("2E+2", "200"),
            ("0e5", "0"),
            ("0.1", "0.1"),
            ("64123.123456789012345678", "64123.123456789012345678"),
            // The nineteenth place is cut off, toward zero.
            ("0.1234567890123456789", "0.123456789012345678"),
            ("-0.1234567890123456789", "-0.123456789012345678"),
        ] {
            assert_eq!(decimal(text).as_deref(), Some(number), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_a_monstrous_one_is_none() {
        let long = "1".repeat(101);
        for text in [
            "",
            "-",
            ".",
            ".5",
            "5.",
            "NaN",
            "Infinity",
            "1,5",
            "0x10",
            "1e",
            "1e+",
            "1e1.5",
            "+1",
            " 1",
            "1 ",
            "--1",
            "1e101",
            "1e-101",
            "1e999999999999",
            "١",
            &long,
        ] {
            assert_eq!(Exact::parse(text), None, "{text:?}");
        }
        // A number that the oracle's type cannot hold.
        assert_eq!(decimal("1e60"), None);
    }

    #[test]
    fn inverse_and_product_lose_nothing_before_the_end() {
        let number = |text| Exact::parse(text).unwrap();
        let third = number("3").inverse().unwrap();
        assert_eq!(third.decimal().unwrap().to_string(), "0.333333333333333333");
        assert_eq!(third.times(&number("3")).unwrap().decimal().unwrap().to_string(), "1");
        assert_eq!(number("-0.5").inverse().unwrap().decimal().unwrap().to_string(), "-2");
        assert_eq!(number("0.0").inverse(), None);
        // 1.05e-18 would be one atomic unit before it is scaled.
        let scaled = number("1.05e-18").times(&number("1e18")).unwrap();
        assert_eq!(scaled.decimal().unwrap().to_string(), "1.05");
    }

    #[test]
    fn the_whole_part_is_that_of_a_time() {
        let floor = |text: &str| Exact::parse(text).and_then(|number| number.floor());
        assert_eq!(floor("1700000000123.9"), Some(1_700_000_000_123));
        assert_eq!((floor("-1"), floor("1e20")), (None, None));
    }
}
