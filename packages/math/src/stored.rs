//! Structs that contracts write often are stored as lists. A chain charges 30 gas for each byte written and 3 for each
//! byte read, and code that reads fields by name is a good part of a contract's size.

use ballast_wire::{Read, Value};
use serde::{Serialize, Serializer};

use crate::Purse;

/// Stores a struct as a list of its fields, without their names. A field whose type has names because it is also on the
/// wire is stored as a newtype that lists it: `margin as ListedPurse`.
#[macro_export]
macro_rules! stored_as_list {
    ($name:ident { $($field:ident $(as $listed:ident)?),+ $(,)? }) => {
        impl cosmwasm_schema::serde::Serialize for $name {
            fn serialize<S: cosmwasm_schema::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                ($($crate::stored_as_list!(@write self.$field $(, $listed)?),)+).serialize(serializer)
            }
        }

        impl ballast_wire::Read for $name {
            fn read(value: ballast_wire::Value<'_>) -> ballast_wire::Result<Self> {
                let mut items = ballast_wire::Items::of(value)?;
                let read = $name { $($field: $crate::stored_as_list!(@read items $(, $listed)?)),+ };
                items.end()?;
                Ok(read)
            }
        }

        ballast_wire::deserialize_as_read!($name);
    };
    (@write $value:expr) => { &$value };
    (@write $value:expr, $listed:ident) => { $listed(Clone::clone(&$value)) };
    (@read $items:ident) => { $items.take()? };
    (@read $items:ident, $listed:ident) => { $items.take::<$listed>()?.0 };
}

/// A purse stored as `[base, quote]`.
pub struct ListedPurse(pub Purse);

impl Serialize for ListedPurse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.0.base, self.0.quote).serialize(serializer)
    }
}

impl Read for ListedPurse {
    fn read(value: Value<'_>) -> ballast_wire::Result<ListedPurse> {
        Read::read(value).map(|(base, quote)| ListedPurse(Purse { base, quote }))
    }
}

ballast_wire::deserialize_as_read!(ListedPurse);
