//! The errors of the treasury.

use ballast_client::{Money, Refusal};
use cosmwasm_std::{Decimal256, OverflowError, SignedDecimal256, StdError, Uint128};
use cw_utils::PaymentError;
use thiserror::Error;

/// Why the treasury refuses.
#[derive(Error, Debug, PartialEq)]
pub enum ContractError {
    /// Storage, JSON, an address.
    #[error(transparent)]
    Std(#[from] StdError),

    /// A sum that does not fit.
    #[error(transparent)]
    Overflow(#[from] OverflowError),

    /// The wrong coins, or none.
    #[error(transparent)]
    Payment(#[from] PaymentError),

    /// The rise that the vault must survive is a fall.
    #[error("rise is {rise}: give zero or more, such as 0.3 for 30 %")]
    NoRise {
        /// As given.
        rise: SignedDecimal256,
    },

    /// The vault said no to a question, or beforehand to what was asked for.
    #[error("the vault refuses: {0}")]
    Refused(#[from] Refusal),

    /// The vault is not safe enough to take coins of members.
    #[error("at a price of {price} the vault would lack {coins_needed} units of base (NAV {nav}): no deposits until it has them")]
    Unsafe {
        /// The current or the assumed price.
        price: Decimal256,
        /// Base that the vault would need as margin.
        coins_needed: Uint128,
        /// Units of quote.
        nav: Money,
    },

    /// More shares than the member has here.
    #[error("{asked} shares asked for, the treasury holds {held} for you")]
    NotYours {
        /// Asked for.
        asked: Uint128,
        /// Held.
        held: Uint128,
    },

    /// The treasury waits for the vault's reply in this very transaction.
    #[error("busy: a step at the vault is under way; try again after this transaction")]
    Busy {},

    /// An unexpected reply.
    #[error("no step is under way for reply {id}")]
    UnexpectedReply {
        /// Its id.
        id: u64,
    },
}
