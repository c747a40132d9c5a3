//! Message handlers, one file per group.

pub mod feeds;
pub mod guard;
pub mod hours;
pub mod observe;
pub mod owner;
pub mod pairs;
pub mod publish;

use crate::error::ContractError;

/// Maximum number of feeds in one message or query.
pub const MAX_FEEDS: usize = 30;

/// At least one feed, at most [`MAX_FEEDS`].
pub fn check_count(asked: usize) -> Result<(), ContractError> {
    match asked {
        0 => Err(ContractError::NoFeeds {}),
        asked if asked > MAX_FEEDS => Err(ContractError::TooManyFeeds { asked, max: MAX_FEEDS }),
        _ => Ok(()),
    }
}
