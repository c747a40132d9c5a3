//! How contracts store what they write often: as lists. A chain charges 30 gas for a byte written and 3 for one read,
//! and the code that reads fields by name is a good part of a contract's size.

use cosmwasm_std::Uint128;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Purse;

/// Stores a struct as the list of its fields in order, without their names. A field that is on the wire too, and has
/// names there, is stored by a newtype that lists it: `margin as ListedPurse`.
#[macro_export]
macro_rules! stored_as_list {
    ($name:ident { $($field:ident $(as $listed:ident)?),+ $(,)? }) => {
        impl cosmwasm_schema::serde::Serialize for $name {
            fn serialize<S: cosmwasm_schema::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                ($($crate::stored_as_list!(@write self.$field $(, $listed)?),)+).serialize(serializer)
            }
        }

        impl<'de> cosmwasm_schema::serde::Deserialize<'de> for $name {
            fn deserialize<D: cosmwasm_schema::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let ($($crate::stored_as_list!(@read $field $(, $listed)?),)+) =
                    cosmwasm_schema::serde::Deserialize::deserialize(deserializer)?;
                Ok($name { $($field),+ })
            }
        }
    };
    (@write $value:expr) => { &$value };
    (@write $value:expr, $listed:ident) => { $listed(Clone::clone(&$value)) };
    (@read $field:ident) => { $field };
    (@read $field:ident, $listed:ident) => { $listed($field) };
}

/// A purse as it is stored: `[base, quote]`.
pub struct ListedPurse(pub Purse);

impl Serialize for ListedPurse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.0.base, self.0.quote).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ListedPurse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ListedPurse, D::Error> {
        <(Uint128, Uint128)>::deserialize(deserializer).map(|(base, quote)| ListedPurse(Purse { base, quote }))
    }
}
