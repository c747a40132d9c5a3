use cw_ownable::OwnershipError;
use cw_utils::PaymentError;
use thiserror::Error;

/// Why a role does not allow it. A contract says the last two in its own words.
#[derive(Error, Debug, PartialEq)]
pub enum RoleError {
    /// Not the owner, or a transfer that does not fit; or the owner cannot be read.
    #[error(transparent)]
    Ownership(#[from] OwnershipError),
    /// Coins attached: no message of owner or guardian takes any.
    #[error(transparent)]
    Payment(#[from] PaymentError),
    /// Only guardian and owner may do this.
    #[error("{sender} is neither guardian nor owner")]
    NotGuardian {
        /// Who tried.
        sender: String,
    },
    /// Without an owner nothing could be configured or switched on again.
    #[error("ownership cannot be renounced: transfer it instead")]
    CannotRenounce,
}

/// Result of this crate.
pub type Result<T, E = RoleError> = std::result::Result<T, E>;
