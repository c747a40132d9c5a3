//! Each parameter is declared once. From its name, meaning, default and bounds [`parameters!`](crate::parameters!)
//! generates the field, the default, the check, the documentation in the schema (from which parameter files are
//! printed), and a row of a table in a README.

use cosmwasm_std::{Decimal, Decimal256, Uint128};

/// The declaration of a parameter, for documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its doc comment, with its line breaks.
    pub meaning: &'static str,
    /// When this row applies instead of the one before, which has the same name; otherwise empty.
    pub case: &'static str,
    /// The default, with its unit.
    pub default: &'static str,
    /// The bounds with their units, if it has any.
    pub bounds: Option<(&'static str, &'static str)>,
}

/// Name and bounds of a parameter, for checks.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    name: &'static str,
    min: u64,
    max: u64,
}

/// A parameter outside of its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    /// Its name.
    pub name: &'static str,
    /// Its value: a plain number, seconds, or smallest units.
    pub value: Decimal256,
    /// Minimum value.
    pub min: Decimal256,
    /// Maximum value.
    pub max: Decimal256,
}

/// The types of parameters.
pub trait Quantity {
    /// The value as a number.
    fn number(&self) -> Decimal256;

    /// Converts from millionths.
    fn of(millionths: u64) -> Self
    where
        Self: Sized;
}

const MILLION: u64 = 1_000_000;
const NO_LIMIT: u64 = u64::MAX;
// These fit a u128 when multiplied by any u64.
const ATOMICS_OF_A_MILLIONTH: u128 = 1_000_000_000_000;
const ATOMICS_OF_ONE: u128 = 1_000_000_000_000_000_000;

impl Quantity for Decimal256 {
    fn number(&self) -> Decimal256 {
        *self
    }

    fn of(millionths: u64) -> Self {
        Decimal256::raw(u128::from(millionths).wrapping_mul(ATOMICS_OF_A_MILLIONTH))
    }
}

impl Quantity for Decimal {
    fn number(&self) -> Decimal256 {
        (*self).into()
    }

    fn of(millionths: u64) -> Self {
        Decimal::raw(u128::from(millionths).wrapping_mul(ATOMICS_OF_A_MILLIONTH))
    }
}

impl Quantity for Uint128 {
    fn number(&self) -> Decimal256 {
        Decimal256::from_ratio(*self, 1u64)
    }

    fn of(millionths: u64) -> Self {
        match millionths {
            NO_LIMIT => Uint128::MAX,
            limited => (limited / MILLION).into(),
        }
    }
}

/// A bound that may be left out, which is no limit.
impl Quantity for Option<Decimal256> {
    fn number(&self) -> Decimal256 {
        self.unwrap_or(Decimal256::MAX)
    }

    fn of(millionths: u64) -> Self {
        (millionths < NO_LIMIT).then(|| Decimal256::of(millionths))
    }
}

impl Quantity for bool {
    fn number(&self) -> Decimal256 {
        u8::from(*self).number()
    }

    fn of(millionths: u64) -> Self {
        millionths > 0
    }
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {$(
        impl Quantity for $type {
            fn number(&self) -> Decimal256 {
                Decimal256::raw(u128::from(*self).wrapping_mul(ATOMICS_OF_ONE))
            }

            fn of(millionths: u64) -> Self {
                Self::try_from(millionths / MILLION).unwrap_or(Self::MAX)
            }
        }
    )*};
}

whole_numbers!(u8, u32, u64);

impl Bound {
    /// Parses declared bounds. A default out of bounds does not compile:
    ///
    /// ```compile_fail,E0080
    /// use ballast_types::parameters::Bound;
    /// const SLOPE: Bound = Bound::new("slope", "3 %", "0 %", "2 %");
    /// ```
    #[doc(hidden)]
    #[allow(clippy::panic)] // while it is compiled
    pub const fn new(name: &'static str, default: &str, min: &str, max: &str) -> Bound {
        let (default, min, max) = (millionths(default), millionths(min), millionths(max));
        assert!(min <= default && default <= max, "the default is outside of the bounds");
        Bound { name, min, max }
    }

    /// Without bounds.
    #[doc(hidden)]
    pub const fn none(name: &'static str) -> Bound {
        Bound { name, min: 0, max: NO_LIMIT }
    }

    /// Bounds of a whole number.
    pub fn whole(name: &'static str, min: u32, max: u32) -> Bound {
        Bound { name, min: u64::from(min).wrapping_mul(MILLION), max: u64::from(max).wrapping_mul(MILLION) }
    }

    fn max(&self) -> Decimal256 {
        match self.max {
            NO_LIMIT => Decimal256::MAX,
            max => Decimal256::of(max),
        }
    }
}

/// The first value that is out of bounds. Not generic, because it is compiled into each contract.
#[inline(never)]
pub fn first_outside(values: &[&dyn Quantity], bounds: &[Bound]) -> Option<Outside> {
    for (value, bound) in values.iter().zip(bounds) {
        let (value, min, max) = (value.number(), Decimal256::of(bound.min), bound.max());
        if value < min || value > max {
            return Some(Outside { name: bound.name, value, min, max });
        }
    }
    None
}

/// The maximum of the parameter called `name`.
pub fn max_of(name: &str, bounds: &[Bound]) -> Decimal256 {
    bounds.iter().find(|bound| bound.name == name).map_or(Decimal256::MAX, Bound::max)
}

/// Parses a number with its unit into millionths: "0.5 %", "8 h", "1,000", "no limit", "true". Anything else does not
/// compile.
#[doc(hidden)]
#[allow(clippy::panic, clippy::arithmetic_side_effects)] // while it is compiled
pub const fn millionths(text: &str) -> u64 {
    let mut rest = text.as_bytes();
    let (mut digits, mut scale, mut fraction) = (0u64, 1u64, false);
    while let [byte @ (b'0'..=b'9' | b'.' | b','), after @ ..] = rest {
        match *byte {
            b'.' => fraction = true,
            b',' => {}
            digit => {
                digits = digits * 10 + (digit - b'0') as u64;
                scale *= if fraction { 10 } else { 1 };
            }
        }
        rest = after;
    }
    let unit = match rest {
        b"no limit" | b"No limit" => return NO_LIMIT,
        b"true" => return MILLION,
        b"false" => return 0,
        b" %" => MILLION / 100,
        b"" | b" seconds" | b" unit" | b" whole quote" => MILLION,
        b" min" => 60 * MILLION,
        b" h" => 3_600 * MILLION,
        b" d" => 86_400 * MILLION,
        _ => panic!("unknown unit"),
    };
    assert!(rest.len() < text.len(), "a unit without a number");
    assert!(digits * unit % scale == 0, "more digits than are kept");
    digits * unit / scale
}

/// Declares a set of parameters.
///
/// ```
/// use ballast_wire::wire;
/// use cosmwasm_std::Decimal256;
///
/// ballast_types::parameters! {
///     /// Parameters of a shop.
///     #[wire]
///     #[serde(deny_unknown_fields)]
///     pub struct ShopParams {
///         /// Taken off the price in the sale.
///         discount: Decimal256 = "10 %", "0 %" to "50 %";
///         /// Seconds that a basket is kept.
///         kept: u64 = "8 h", "5 min" to "2 d";
///     }
/// }
///
/// let params = ShopParams { kept: 299, ..ShopParams::declared() };
/// let outside = params.first_outside_of(ShopParams::BOUNDS).unwrap();
/// assert_eq!((outside.name, outside.value.to_string(), outside.min.to_string()), ("kept", "299".into(), "300".into()));
/// assert_eq!(ShopParams::declared().discount, Decimal256::percent(10));
/// assert_eq!(ShopParams::PARAMETERS[1].bounds, Some(("5 min", "2 d")));
/// ```
///
/// Fields that are not parameters come first, in `given { … }`. A parameter without bounds has only a default. If a
/// parameter has another default or other bounds in some case, `or "In that case" default, min to max` says so; those
/// are used by `OTHER_BOUNDS` and `declared_other`. For one more case, `and "In that case" …` does the same with
/// `THIRD_BOUNDS` and `declared_third`. Units are %, seconds, min, h, d, or none. In JSON a ratio is a
/// plain number and a time is in seconds.
#[macro_export]
macro_rules! parameters {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $(given { $( $(#[$given_attribute:meta])* $given:ident: $given_type:ident; )+ })?
            $(
                $(#[doc = $meaning:literal])+
                $field:ident: $type:ident = $default:literal $(, $min:literal to $max:literal)?
                $(or $case:literal $other:literal, $other_min:literal to $other_max:literal)?
                $(and $third_case:literal $third:literal, $third_min:literal to $third_max:literal)?;
            )+
        }
    ) => {
        $(#[$attribute])*
        pub struct $name {
            $($( $(#[$given_attribute])* pub $given: $given_type, )+)?
            $(
                $(#[doc = $meaning])+
                // A schema takes documentation only from literals, so the sentence comes in pieces, one line each.
                $(#[doc = $min] #[doc = "to"] #[doc = $max] #[doc = "allowed,"])?
                #[doc = $default] #[doc = "by default."]
                $(
                    #[doc = $case]
                    #[doc = $other_min] #[doc = "to"] #[doc = $other_max] #[doc = "allowed,"]
                    #[doc = $other] #[doc = "by default."]
                )?
                $(
                    #[doc = $third_case]
                    #[doc = $third_min] #[doc = "to"] #[doc = $third_max] #[doc = "allowed,"]
                    #[doc = $third] #[doc = "by default."]
                )?
                pub $field: $type,
            )+
        }

        #[allow(dead_code)] // Most sets know no other case, and not all are shown in documents.
        impl $name {
            /// All parameters, for documentation.
            pub const PARAMETERS: &'static [$crate::parameters::Parameter] = &[$(
                $crate::parameters::Parameter {
                    name: stringify!($field),
                    meaning: concat!($($meaning),+),
                    case: "",
                    default: $default,
                    bounds: $crate::parameters!(@bounds $($min $max)?),
                },
                $($crate::parameters::Parameter {
                    name: stringify!($field),
                    meaning: "",
                    case: $case,
                    default: $other,
                    bounds: Some(($other_min, $other_max)),
                },)?
                $($crate::parameters::Parameter {
                    name: stringify!($field),
                    meaning: "",
                    case: $third_case,
                    default: $third,
                    bounds: Some(($third_min, $third_max)),
                },)?
            )+];

            /// Bounds of the parameters, in this order.
            pub const BOUNDS: &'static [$crate::parameters::Bound] =
                &[$($crate::parameters!(@bound $field $default $($min $max)?)),+];

            /// Bounds in the other case.
            pub const OTHER_BOUNDS: &'static [$crate::parameters::Bound] = &[$($crate::parameters!(@last
                [@bound $field $default $($min $max)?]
                $([@bound $field $other $other_min $other_max])?
            )),+];

            /// Bounds in the third case.
            pub const THIRD_BOUNDS: &'static [$crate::parameters::Bound] = &[$($crate::parameters!(@last
                [@bound $field $default $($min $max)?]
                $([@bound $field $third $third_min $third_max])?
            )),+];

            /// The declared defaults.
            fn declared($($($given: $given_type),+)?) -> Self {
                $name {
                    $($($given,)+)?
                    $($field: $crate::parameters::Quantity::of(const { $crate::parameters::millionths($default) }),)+
                }
            }

            /// The defaults in the other case.
            fn declared_other($($($given: $given_type),+)?) -> Self {
                $name {
                    $($($given,)+)?
                    $($field: $crate::parameters::Quantity::of(const {
                        $crate::parameters::millionths($crate::parameters!(@last [@text $default] $([@text $other])?))
                    }),)+
                }
            }

            /// The defaults in the third case.
            fn declared_third($($($given: $given_type),+)?) -> Self {
                $name {
                    $($($given,)+)?
                    $($field: $crate::parameters::Quantity::of(const {
                        $crate::parameters::millionths($crate::parameters!(@last [@text $default] $([@text $third])?))
                    }),)+
                }
            }

            /// The first parameter outside of these bounds.
            fn first_outside_of(&self, bounds: &[$crate::parameters::Bound]) -> Option<$crate::parameters::Outside> {
                $crate::parameters::first_outside(&[$(&self.$field),+], bounds)
            }
        }
    };

    (@bounds) => { None };
    (@bounds $min:literal $max:literal) => { Some(($min, $max)) };
    (@bound $field:ident $default:literal) => { $crate::parameters::Bound::none(stringify!($field)) };
    (@bound $field:ident $default:literal $min:literal $max:literal) => {
        $crate::parameters::Bound::new(stringify!($field), $default, $min, $max)
    };
    (@text $text:literal) => { $text };
    (@last [$($only:tt)*]) => { $crate::parameters!($($only)*) };
    (@last [$($first:tt)*] [$($last:tt)*]) => { $crate::parameters!($($last)*) };
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_are_read_with_their_units() {
        for (text, millionths_of_it) in [
            ("0", 0),
            ("1.75", 1_750_000),
            ("0.05 %", 500),
            ("1,000 %", 10_000_000),
            ("1 unit", 1_000_000),
            ("100 whole quote", 100_000_000),
            ("50 seconds", 50_000_000),
            ("5 min", 300_000_000),
            ("1.5 h", 5_400_000_000),
            ("365 d", 31_536_000_000_000),
            ("true", 1_000_000),
            ("false", 0),
            ("no limit", u64::MAX),
        ] {
            assert_eq!(millionths(text), millionths_of_it, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_with_a_unit_is_not_read() {
        for text in ["", " %", "8 hours", "8h", "-1", "0.0000001", "1 %, 2 %"] {
            assert!(std::panic::catch_unwind(|| millionths(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn both_bounds_are_inside() {
        let bounds = [Bound::new("ratio", "1 %", "1 %", "2 %"), Bound::whole("count", 1, 3), Bound::none("any")];
        let outside = |ratio: u64, count: u64, any: Uint128| {
            first_outside(&[&Decimal256::bps(ratio), &count, &any], &bounds).map(|outside| outside.name)
        };
        assert_eq!(outside(100, 1, Uint128::zero()), None);
        assert_eq!(outside(200, 3, Uint128::MAX), None);
        assert_eq!(outside(99, 0, Uint128::zero()), Some("ratio"));
        assert_eq!(outside(201, 3, Uint128::zero()), Some("ratio"));
        assert_eq!(outside(100, 0, Uint128::zero()), Some("count"));
        assert_eq!(outside(100, 4, Uint128::zero()), Some("count"));
    }
}
