//! Values that tend to break arithmetic: zero, one, the maximum, powers of ten and of two and their neighbours, and
//! numbers of every length in between.

use ballast_math::{Covariance, FundingBasis, FundingIndex, Mean, Money, Variance, MAX_PRICE, MIN_PRICE};
use cosmwasm_std::{Decimal256, Int256, SignedDecimal256, Uint128, Uint256};
use proptest::prelude::*;

/// `PROPTEST_CASES` cases, 400 without it.
pub fn cases() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn near(middle: Uint256) -> impl Strategy<Value = Uint256> {
    (0u8..3).prop_map(move |step| match step {
        0 => middle.checked_sub(Uint256::one()).unwrap_or(middle),
        1 => middle,
        _ => middle.checked_add(Uint256::one()).unwrap_or(middle),
    })
}

/// An integer of up to `bits` bits.
fn integer(bits: u32) -> impl Strategy<Value = Uint256> {
    let most = Uint256::MAX >> (256 - bits);
    let powers_of_ten = (0..=bits * 3 / 10).prop_map(|k| Uint256::from(10u8).pow(k)).prop_flat_map(near);
    let powers_of_two = (0..bits).prop_map(|k| Uint256::one() << k).prop_flat_map(near);
    let of_any_length =
        (any::<[u8; 32]>(), 256 - bits..256).prop_map(|(bytes, shift)| Uint256::from_be_bytes(bytes) >> shift);
    prop_oneof![
        1 => Just(Uint256::zero()),
        1 => Just(Uint256::one()),
        1 => near(most),
        4 => powers_of_ten,
        3 => powers_of_two,
        10 => of_any_length,
    ]
    .prop_map(move |value| value.min(most))
}

prop_compose! {
    pub fn amount()(value in integer(128)) -> Uint128 {
        Uint128::try_from(value).unwrap()
    }
}

prop_compose! {
    pub fn ratio()(value in integer(256)) -> Decimal256 {
        Decimal256::new(value)
    }
}

prop_compose! {
    /// Realistic ratios: fees, discounts, leverage.
    pub fn small_ratio()(value in integer(68)) -> Decimal256 {
        Decimal256::new(value)
    }
}

/// An integer of either sign, from a magnitude or from 256 bits of two's complement.
fn signed_integer() -> impl Strategy<Value = Int256> {
    let of_magnitude = (integer(255), any::<bool>()).prop_map(|(magnitude, negative)| {
        let value = Int256::try_from(magnitude).unwrap();
        if negative {
            -value
        } else {
            value
        }
    });
    let of_bits = integer(256).prop_map(|bits| Int256::from_be_bytes(bits.to_be_bytes()));
    prop_oneof![1 => Just(Int256::MIN), 3 => of_bits, 12 => of_magnitude]
}

pub fn rate() -> impl Strategy<Value = SignedDecimal256> {
    signed_integer().prop_map(SignedDecimal256::new)
}

pub fn money() -> impl Strategy<Value = Money> {
    rate().prop_map(Money::new)
}

pub fn index() -> impl Strategy<Value = FundingIndex> {
    signed_integer().prop_map(FundingIndex)
}

pub fn basis() -> impl Strategy<Value = FundingBasis> {
    signed_integer().prop_map(FundingBasis)
}

pub fn mean() -> impl Strategy<Value = Mean> {
    rate().prop_map(Mean)
}

pub fn covariance() -> impl Strategy<Value = Covariance> {
    rate().prop_map(Covariance)
}

pub fn variance() -> impl Strategy<Value = Variance> {
    ratio().prop_map(Variance)
}

/// Any accepted price: of every magnitude, round ones, and both limits.
pub fn price() -> impl Strategy<Value = Decimal256> {
    let (least, most) = (MIN_PRICE.atomics(), MAX_PRICE.atomics());
    integer(90).prop_map(move |value| Decimal256::new(value.clamp(least, most)))
}

/// Decimals of a coin, mostly realistic ones.
pub fn decimals() -> impl Strategy<Value = u8> {
    prop_oneof![3 => Just(6u8), 3 => Just(8), 3 => Just(18), 1 => 0..=18u8]
}

/// Seconds, from zero to more than a chain will live.
pub fn seconds() -> impl Strategy<Value = u64> {
    prop_oneof![1 => Just(0), 1 => Just(1), 4 => 0..100_000u64, 2 => 0..400_000_000u64, 1 => any::<u64>(), 1 => Just(u64::MAX)]
}
