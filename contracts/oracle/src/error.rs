//! Everything that can be refused, with the numbers that explain it.

use ballast_math::MathError;
use ballast_roles::RoleError;
use ballast_types::oracle::FeedKind;
use ballast_upgrade::UpgradeError;
use cosmwasm_std::{Decimal256, SignedDecimal256, StdError, Timestamp};
use thiserror::Error;

/// The error of every entry point of the oracle.
#[derive(Error, Debug, PartialEq)]
#[non_exhaustive]
pub enum ContractError {
    /// Storage, JSON, or an address.
    #[error(transparent)]
    Std(#[from] StdError),

    /// Arithmetic that does not fit its type.
    #[error(transparent)]
    Math(#[from] MathError),

    /// Ownership.
    #[error(transparent)]
    Ownership(#[from] cw_ownable::OwnershipError),

    /// A contract that this code cannot take over.
    #[error(transparent)]
    Upgrade(#[from] UpgradeError),

    /// Coins attached: no message of the oracle takes any.
    #[error(transparent)]
    Payment(#[from] cw_utils::PaymentError),

    /// Without an owner nobody could ever replace a source that broke.
    #[error("ownership of an oracle cannot be renounced: transfer it instead")]
    CannotRenounce {},

    /// There is no such feed.
    #[error("there is no feed {feed}")]
    UnknownFeed {
        /// Its name.
        feed: String,
    },

    /// The feed is of the other kind.
    #[error("the feed {feed} is a {kind:?}, not a {asked:?}")]
    WrongKind {
        /// Its name.
        feed: String,
        /// Its kind.
        kind: FeedKind,
        /// The kind that was asked for.
        asked: FeedKind,
    },

    /// A name that is too long, empty, or has other characters.
    #[error("{feed:?} cannot name a feed: 1 to {max} characters of a-z 0-9 / _ -, not these {length}")]
    InvalidFeedName {
        /// The name.
        feed: String,
        /// Its length.
        length: usize,
        /// The most characters.
        max: usize,
    },

    /// A parameter of a feed outside of its bounds.
    #[error("{parameter} is {value}, but must be from {min} to {max}")]
    OutOfBounds {
        /// Name of the parameter.
        parameter: &'static str,
        /// What was given.
        value: String,
        /// Least value.
        min: String,
        /// Greatest value.
        max: String,
    },

    /// The same publisher twice would count twice toward the quorum.
    #[error("{publisher} is named twice among the publishers")]
    PublisherTwice {
        /// The address.
        publisher: String,
    },

    /// With a quorum of half of the publishers or less, one part could outvote another.
    #[error("a quorum of {quorum} is no majority of {publishers} publishers: it must be more than half of them")]
    NoMajority {
        /// Fresh values that would make a value.
        quorum: u32,
        /// How many are named.
        publishers: u32,
    },

    /// The feed's values do not come from publishers.
    #[error("nobody publishes the feed {feed}: it has another source")]
    NotPublished {
        /// Name of the feed.
        feed: String,
    },

    /// The sender is none of the feed's publishers.
    #[error("{sender} is not a publisher of the feed {feed}")]
    NotPublisher {
        /// Name of the feed.
        feed: String,
        /// Who tried.
        sender: String,
    },

    /// Only guardian and owner may silence a publisher.
    #[error("{sender} is neither guardian nor owner")]
    NotGuardian {
        /// Who tried.
        sender: String,
    },

    /// Only a publisher of the feed can be silenced.
    #[error("{publisher} is not a publisher of the feed {feed}, so there is nothing to silence")]
    UnknownPublisher {
        /// Name of the feed.
        feed: String,
        /// Who was to be silenced.
        publisher: String,
    },

    /// Silencing twice changes nothing.
    #[error("{publisher} is silenced on the feed {feed} already")]
    SilencedAlready {
        /// Name of the feed.
        feed: String,
        /// The publisher.
        publisher: String,
    },

    /// Nothing to restore.
    #[error("{publisher} is not silenced on the feed {feed}")]
    NotSilenced {
        /// Name of the feed.
        feed: String,
        /// The publisher.
        publisher: String,
    },

    /// A price that is zero, negative or absurd.
    #[error("{value} cannot be the price {feed}: it must be from {min} to {max}")]
    PriceOutOfRange {
        /// Name of the feed.
        feed: String,
        /// The price.
        value: SignedDecimal256,
        /// Least accepted price.
        min: Decimal256,
        /// Greatest accepted price.
        max: Decimal256,
    },

    /// A yearly rate that nothing real ever reached.
    #[error("{value} cannot be the yearly rate {feed}: it must be from -{max} to {max}")]
    RateOutOfRange {
        /// Name of the feed.
        feed: String,
        /// The rate.
        value: SignedDecimal256,
        /// Greatest accepted magnitude.
        max: Decimal256,
    },

    /// A confidence interval that reaches down to zero says nothing.
    #[error("a relative confidence half-width of {confidence} for the price {feed} says nothing: it must be below 1")]
    ConfidenceTooWide {
        /// Name of the feed.
        feed: String,
        /// What was given.
        confidence: Decimal256,
    },

    /// A value from the future.
    #[error("the value of {feed} is of {time}, after this block's {now}")]
    FromFuture {
        /// Name of the feed.
        feed: String,
        /// When the value claims to have been observed.
        time: Timestamp,
        /// The time of this block.
        now: Timestamp,
    },

    /// A value older than the last one of the same publisher.
    #[error("the value of {feed} is of {time}, before the same publisher's last of {last}")]
    BackInTime {
        /// Name of the feed.
        feed: String,
        /// When the value was observed.
        time: Timestamp,
        /// The publisher's last.
        last: Timestamp,
    },

    /// More feeds than one message may name.
    #[error("{asked} feeds at once are too many: at most {max}")]
    TooManyFeeds {
        /// How many were named.
        asked: usize,
        /// The most.
        max: usize,
    },

    /// A message that names no feed does nothing.
    #[error("name at least one feed")]
    NoFeeds {},
}

impl From<RoleError> for ContractError {
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::Ownership(error) => ContractError::Ownership(error),
            RoleError::Payment(error) => ContractError::Payment(error),
            RoleError::NotGuardian { sender } => ContractError::NotGuardian { sender },
            RoleError::CannotRenounce => ContractError::CannotRenounce {},
        }
    }
}
