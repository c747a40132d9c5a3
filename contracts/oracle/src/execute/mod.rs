//! Messages: one file a family.

pub mod feeds;
pub mod guard;
pub mod observe;
pub mod owner;
pub mod publish;

use crate::error::ContractError;

/// Most feeds that one message or question may name.
pub const MAX_FEEDS: usize = 30;

/// Some feeds, but not too many.
pub fn check_count(asked: usize) -> Result<(), ContractError> {
    match asked {
        0 => Err(ContractError::NoFeeds {}),
        asked if asked > MAX_FEEDS => Err(ContractError::TooManyFeeds { asked, max: MAX_FEEDS }),
        _ => Ok(()),
    }
}
