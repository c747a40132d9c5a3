//! [`Read`] for the types of other crates.

use cosmwasm_std::{
    Addr, Binary, Decimal, Decimal256, HexBinary, Int128, Int256, SignedDecimal256, Timestamp, Uint128, Uint256,
};
use cw_utils::Expiration;

use crate::{Error, Read, Result, Value};

impl Read for String {
    fn read(value: Value<'_>) -> Result<Self> {
        value.text().map(Into::into)
    }
}

impl Read for Addr {
    fn read(value: Value<'_>) -> Result<Self> {
        String::read(value).map(Addr::unchecked)
    }
}

impl Read for bool {
    fn read(value: Value<'_>) -> Result<Self> {
        match value {
            Value::Bool(value) => Ok(value),
            other => Err(other.unexpected("a boolean")),
        }
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: Value<'_>) -> Result<Self> {
        match value {
            Value::Null => Ok(None),
            value => T::read(value).map(Some),
        }
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: Value<'_>) -> Result<Self> {
        value.list()?.into_iter().map(T::read).collect()
    }
}

impl<T: Read> Read for Box<T> {
    fn read(value: Value<'_>) -> Result<Self> {
        T::read(value).map(Box::new)
    }
}

/// Lists of a fixed length.
macro_rules! tuples {
    ($(($($type:ident),*)),*) => {$(
        impl<$($type: Read),*> Read for ($($type,)*) {
            fn read(value: Value<'_>) -> Result<Self> {
                let mut items = crate::Items::of(value)?;
                let read = ($(items.take::<$type>()?,)*);
                items.end()?;
                Ok(read)
            }
        }
    )*};
}

tuples!((A, B), (A, B, C), (A, B, C, D));

/// Whole numbers that are numbers in JSON.
macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl Read for $type {
            fn read(value: Value<'_>) -> Result<Self> {
                let read = match &value {
                    Value::Number(number) => (*number).try_into().ok(),
                    Value::Negative(number) => (*number).try_into().ok(),
                    _ => None,
                };
                read.ok_or_else(|| value.unexpected(stringify!($type)))
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64, i32, i64);

/// Numbers that are texts in JSON.
macro_rules! texts {
    ($($type:ty),*) => {$(
        impl Read for $type {
            fn read(value: Value<'_>) -> Result<Self> {
                let text = value.text()?;
                text.parse().map_err(|error| Error::new(format_args!("invalid {} '{text}' - {error}", stringify!($type))))
            }
        }
    )*};
}

texts!(Uint128, Uint256, Int128, Int256, Decimal, Decimal256, SignedDecimal256);

impl Read for Timestamp {
    fn read(value: Value<'_>) -> Result<Self> {
        let text = value.text()?;
        let nanos = text.parse().map_err(|_| Error::new(format_args!("invalid time '{text}'")))?;
        Ok(Timestamp::from_nanos(nanos))
    }
}

impl Read for Binary {
    fn read(value: Value<'_>) -> Result<Self> {
        Binary::from_base64(&value.text()?).map_err(Error::new)
    }
}

impl Read for HexBinary {
    fn read(value: Value<'_>) -> Result<Self> {
        HexBinary::from_hex(&value.text()?).map_err(Error::new)
    }
}

impl Read for Expiration {
    fn read(value: Value<'_>) -> Result<Self> {
        match value.variant()? {
            (name, Some(value)) if name == "at_height" => Read::read(value).map(Expiration::AtHeight),
            (name, Some(value)) if name == "at_time" => Read::read(value).map(Expiration::AtTime),
            (name, Some(value)) if name == "never" => crate::Fields::of(value).map(|_| Expiration::Never {}),
            (name, _) => Err(crate::unknown_variant(&name, &["at_height", "at_time", "never"])),
        }
    }
}

impl Read for cw_ownable::Action {
    fn read(value: Value<'_>) -> Result<Self> {
        match value.variant()? {
            (name, Some(value)) if name == "transfer_ownership" => {
                let mut fields = crate::Fields::of(value)?;
                let (new_owner, expiry) = (fields.take("new_owner")?, fields.take("expiry")?);
                Ok(cw_ownable::Action::TransferOwnership { new_owner, expiry })
            }
            (name, None) if name == "accept_ownership" => Ok(cw_ownable::Action::AcceptOwnership),
            (name, None) if name == "renounce_ownership" => Ok(cw_ownable::Action::RenounceOwnership),
            (name, _) => {
                Err(crate::unknown_variant(&name, &["transfer_ownership", "accept_ownership", "renounce_ownership"]))
            }
        }
    }
}
