use ballast_wire::wire;
use cosmwasm_std::Uint128;
use std::fmt;

use crate::ratio::{sub_sizes, sum_sizes};
use crate::{Money, Purse, Result};

/// An amount whose unit is its type. In storage and on the wire it is the bare number.
macro_rules! unit {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[wire]
        #[derive(Copy, Default, Eq, PartialOrd, Ord)]
        #[serde(transparent)]
        pub struct $name(pub Uint128);

        impl $name {
            /// None.
            pub const ZERO: $name = $name(Uint128::zero());

            /// The bare number: for messages, answers and arithmetic across units.
            pub const fn amount(self) -> Uint128 {
                self.0
            }

            /// None.
            pub const fn is_zero(self) -> bool {
                self.0.is_zero()
            }

            /// `self + other`.
            pub fn plus(self, other: $name) -> Result<$name> {
                sum_sizes(self.0, other.0).map($name)
            }

            /// `self - other`; an error when that is negative.
            pub fn minus(self, other: $name) -> Result<$name> {
                sub_sizes(self.0, other.0).map($name)
            }

            /// `self - other`, or zero when that is negative.
            pub fn minus_or_zero(self, other: $name) -> $name {
                $name(self.0.saturating_sub(other.0))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        /// As attributes of events want it.
        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0.into()
            }
        }
    };
}

unit! {
    /// Units of the hedged coin.
    Base
}

unit! {
    /// Whole units of the settlement coin; [`Money`] has a sign and fractions.
    Quote
}

unit! {
    /// Shares of a vault or of a pool.
    ///
    /// ```
    /// # use ballast_math::{Base, Quote, Shares};
    /// # use cosmwasm_std::Uint128;
    /// fn buy(_: Quote, _: Base) {}
    /// buy(Quote(Uint128::new(5)), Base(Uint128::new(2)));
    /// ```
    ///
    /// Shares do not pass for base:
    ///
    /// ```compile_fail,E0308
    /// # use ballast_math::{Base, Quote, Shares};
    /// # use cosmwasm_std::Uint128;
    /// fn buy(_: Quote, _: Base) {}
    /// buy(Quote(Uint128::new(5)), Shares(Uint128::new(2)));
    /// ```
    ///
    /// Nor do they add up:
    ///
    /// ```compile_fail,E0308
    /// # use ballast_math::{Base, Shares};
    /// Base::ZERO.plus(Shares::ZERO);
    /// ```
    Shares
}

impl Base {
    /// This and no quote.
    pub const fn purse(self) -> Purse {
        Purse::base(self.0)
    }
}

impl Quote {
    /// This and no base.
    pub const fn purse(self) -> Purse {
        Purse::quote(self.0)
    }

    /// As money.
    pub fn money(self) -> Money {
        Money::from_amount(self.0)
    }
}
