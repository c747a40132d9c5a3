//! The errors of the oracle.

use ballast_math::MathError;
use ballast_roles::RoleError;
use ballast_types::oracle::FeedKind;
use ballast_upgrade::UpgradeError;
use cosmwasm_std::{Decimal256, SignedDecimal256, StdError, Timestamp};
use thiserror::Error;

/// Why the oracle refuses.
#[derive(Error, Debug, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each text says what happened and what its fields are")]
pub enum ContractError {
    #[error(transparent)]
    Std(#[from] StdError),

    #[error(transparent)]
    Math(#[from] MathError),

    #[error(transparent)]
    Ownership(#[from] cw_ownable::OwnershipError),

    /// A contract that this code cannot take over.
    #[error(transparent)]
    Upgrade(#[from] UpgradeError),

    /// Coins attached: no message of the oracle takes any.
    #[error(transparent)]
    Payment(#[from] cw_utils::PaymentError),

    /// Without an owner nobody could ever replace a broken source.
    #[error("ownership of an oracle cannot be renounced: transfer it instead")]
    CannotRenounce {},

    #[error("there is no feed {feed}")]
    UnknownFeed { feed: String },

    #[error("the feed {feed} is a {kind:?}, not a {asked:?}")]
    WrongKind { feed: String, kind: FeedKind, asked: FeedKind },

    #[error("{feed:?} is not a feed name: use 1 to {max} characters of a-z 0-9 / _ -, not {length}")]
    InvalidFeedName { feed: String, length: usize, max: usize },

    #[error("{parameter} is {value}, but must be from {min} to {max}")]
    OutOfBounds { parameter: &'static str, value: String, min: String, max: String },

    /// The parameter has no meaning for other feeds.
    #[error("max_growth bounds a redemption rate, and the feed {feed} is a {kind:?}: leave it out")]
    NoRedemptionRate { feed: String, kind: FeedKind },

    #[error("an id of Stork is a hash of {needed} bytes in hexadecimal digits, not of {bytes}")]
    InvalidStorkId { bytes: usize, needed: usize },

    /// A publisher who is named twice would count twice toward the quorum.
    #[error("{publisher} is named twice among the publishers")]
    PublisherTwice { publisher: String },

    /// With a quorum of half of the publishers or fewer, one half could outvote the other.
    #[error("a quorum of {quorum} is not a majority of {publishers} publishers: it must be more than half")]
    NoMajority { quorum: u32, publishers: u32 },

    #[error("{factor} is named twice among the feeds of {feed}")]
    FeedTwice { feed: String, factor: String },

    #[error("{feed} would be computed from itself: {by} is computed from it")]
    Circular { feed: String, by: String },

    /// Each level of feeds is read when the one above it is.
    #[error("{feed} would stand in a chain of {levels} feeds that are each computed from the next: at most {max}")]
    TooDeep { feed: String, levels: u32, max: u32 },

    #[error("{by} is computed from the feed {feed}, which must stay a price: change or remove {by} first")]
    InUse { feed: String, by: String },

    #[error("name two feeds: {feed} and itself are no pair")]
    PairOfOne { feed: String },

    #[error("there are {max} pairs already: remove one first")]
    TooManyPairs { max: usize },

    #[error("there is no pair of {base_feed} and {index_feed}")]
    UnknownPair { base_feed: String, index_feed: String },

    #[error("{base_feed} and {index_feed} are a pair, so {feed} must stay a price: remove the pair first")]
    InPair { feed: String, base_feed: String, index_feed: String },

    #[error("{feed} has no trading hours of its own: only a price that is published or a contract's has; a computed one has those of its feeds")]
    NoHours { feed: String },

    #[error("{feed} has no trading hours to which holidays could be added: set them first")]
    NoTable { feed: String },

    #[error("no session of a week opens at minute {opens} and closes at {closes}: they are counted from Monday 00:00 UTC, at most {max}, and differ")]
    NoSession { opens: u32, closes: u32, max: u32 },

    #[error("the session from minute {opens} to {closes} reaches beyond {next}, when the next one opens: sort them, and only the last one may run on into the next week")]
    SessionsOverlap { opens: u32, closes: u32, next: u32 },

    #[error("the shortest session lasts {seconds} seconds, and a price is confirmed after {confirm_after}: no price would ever be accepted in it")]
    SessionTooShort { seconds: u64, confirm_after: u64 },

    #[error("a holiday from {from} until {until} is none: it must end after it begins, and after {now}")]
    NoHoliday { from: Timestamp, until: Timestamp, now: Timestamp },

    /// Every part of it counts: breaks of the week that touch a holiday, and holidays that touch each other.
    #[error("{feed} would be closed from {from} until {until}, for {seconds} seconds: at most {max}")]
    ClosingTooLong { feed: String, from: Timestamp, until: Timestamp, seconds: u64, max: u64 },

    /// The values of this feed do not come from publishers.
    #[error("the feed {feed} has no publishers: it has another source")]
    NotPublished { feed: String },

    #[error("{sender} is not a publisher of the feed {feed}")]
    NotPublisher { feed: String, sender: String },

    #[error("{sender} is neither guardian nor owner")]
    NotGuardian { sender: String },

    /// Only a publisher of the feed can be silenced or restored.
    #[error("{publisher} is not a publisher of the feed {feed}")]
    UnknownPublisher { feed: String, publisher: String },

    #[error("{publisher} is already silenced on the feed {feed}")]
    SilencedAlready { feed: String, publisher: String },

    #[error("{publisher} is not silenced on the feed {feed}")]
    NotSilenced { feed: String, publisher: String },

    #[error("{value} cannot be the price of {feed}: it must be from {min} to {max}")]
    PriceOutOfRange { feed: String, value: SignedDecimal256, min: Decimal256, max: Decimal256 },

    /// No real market ever had such a yearly rate.
    #[error("{value} cannot be the yearly rate of {feed}: it must be from -{max} to {max}")]
    RateOutOfRange { feed: String, value: SignedDecimal256, max: Decimal256 },

    /// A confidence interval that reaches zero says nothing.
    #[error("the relative confidence half-width of {feed} is {confidence}: it must be below 1")]
    ConfidenceTooWide { feed: String, confidence: Decimal256 },

    #[error("the value of {feed} is of {time}, after this block's {now}")]
    FromFuture { feed: String, time: Timestamp, now: Timestamp },

    #[error("the value of {feed} is of {time}, before the same publisher's last of {last}")]
    BackInTime { feed: String, time: Timestamp, last: Timestamp },

    #[error("{asked} feeds are too many: at most {max} at once")]
    TooManyFeeds { asked: usize, max: usize },

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
