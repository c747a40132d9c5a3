use cw_ownable::OwnershipError;
use cw_utils::PaymentError;
use thiserror::Error;

/// Why a role does not allow something. Contracts use their own words for the last two.
#[derive(Error, Debug, PartialEq)]
pub enum RoleError {
    /// Not the owner, an invalid transfer, or the owner cannot be read.
    #[error(transparent)]
    Ownership(#[from] OwnershipError),
    /// Messages of owner and guardian accept no coins.
    #[error(transparent)]
    Payment(#[from] PaymentError),
    /// Only the guardian and the owner may do this.
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
