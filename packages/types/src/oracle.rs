//! The oracle contract: feeds by name, each with a source and checks outside of it.

use ballast_wire::wire;
use cosmwasm_schema::{cw_serde, QueryResponses};
use cosmwasm_std::{Addr, Decimal256, SignedDecimal256, Timestamp};

use crate::parameters::Outside;
use crate::{parameters, Ownership, OwnershipAction};

/// Instantiates the oracle.
#[wire]
#[serde(deny_unknown_fields)]
pub struct InstantiateMsg {
    /// May set feeds; two-step transfer.
    pub owner: String,
    /// May silence publishers; the owner where not given.
    pub guardian: Option<String>,
}

/// Messages of the oracle.
#[wire]
#[serde(deny_unknown_fields)]
pub enum ExecuteMsg {
    /// Owner: create a feed, or replace its configuration. What it learned stays, and so do the values of publishers
    /// that stay; only another kind of feed or another kind of source starts anew.
    SetFeed {
        /// Name of the feed, such as `atom/usd`: 1 to 64 characters of `a-z 0-9 / _ -`.
        feed: String,
        /// Its kind, source and bounds.
        config: FeedConfig,
    },
    /// Owner: forget a feed.
    RemoveFeed {
        /// Name of the feed.
        feed: String,
    },
    /// A named publisher: new values, all or none accepted.
    Publish {
        /// One entry a feed.
        values: Vec<PublishedValue>,
    },
    /// Anyone: read the sources of these feeds now, so that average, volatility and the jump check advance.
    Observe {
        /// Names of the feeds.
        feeds: Vec<String>,
    },
    /// Guardian or owner: stop counting a publisher, who may go on publishing. While two or more of a feed are silenced
    /// the feed has no value at all, so that a guardian and a minority of publishers never make one.
    Silence {
        /// Name of the feed.
        feed: String,
        /// Who is silenced.
        publisher: String,
    },
    /// Owner: count a silenced publisher again.
    Restore {
        /// Name of the feed.
        feed: String,
        /// Who counts again.
        publisher: String,
    },
    /// Owner: name another guardian.
    SetGuardian {
        /// The new guardian.
        guardian: String,
    },
    /// Two-step ownership.
    UpdateOwnership(OwnershipAction),
}

/// One value of one feed, as a publisher sends it.
#[wire]
#[serde(deny_unknown_fields)]
pub struct PublishedValue {
    /// Name of the feed.
    pub feed: String,
    /// A price in whole quote per whole base, or a yearly rate (0.1 = 10 % a year; longs pay when positive).
    pub value: SignedDecimal256,
    /// Half-width of the confidence interval relative to the value; 0 when not given.
    pub confidence: Option<Decimal256>,
    /// When it was observed; the block's time when not given. Never earlier than the same publisher's last.
    pub time: Option<Timestamp>,
}

/// What a feed tells.
#[wire]
#[derive(Copy, Eq)]
pub enum FeedKind {
    /// A price: positive, checked for jumps, with average and volatility.
    Price,
    /// A yearly funding rate: signed, checked for age only.
    Rate,
}

/// Where a feed's values come from.
#[wire]
#[serde(deny_unknown_fields)]
pub enum Source {
    /// The median of the fresh values of named publishers; no value with fewer than `quorum` of them. What less than
    /// half of the fresh values say moves neither value nor confidence, and what fewer than the quorum claim no age. Of an
    /// even number the price is the mean of the two in the middle, the rate what of them and between them is nearest to
    /// zero.
    Published {
        /// Addresses that may publish, 1 to 15; five or more where money depends on the feed.
        publishers: Vec<String>,
        /// Fresh values needed: more than half of the publishers.
        quorum: u32,
    },
    /// Any contract that answers `{"price":{}}` with [`ContractPrice`].
    Contract {
        /// Its address.
        address: String,
    },
    /// A constant, always fresh: for the settlement coin.
    Fixed {
        /// The value.
        value: SignedDecimal256,
    },
}

/// The query that a [`Source::Contract`] answers.
#[wire]
pub enum ContractPriceQuery {
    /// The value now.
    Price {},
}

/// The answer of a [`Source::Contract`]. Read as serde reads it: the contract may be anybody's, and its answer may have
/// fields with numbers of any kind, which [`ballast_wire`] cannot pass over.
#[cw_serde]
pub struct ContractPrice {
    /// The price, or the yearly rate.
    pub price: SignedDecimal256,
    /// When it was observed.
    pub time: Timestamp,
    /// Relative half-width of its confidence interval, if the contract knows one.
    pub confidence: Option<Decimal256>,
}

parameters! {
    /// A feed's kind, source and bounds.
    #[wire]
    #[serde(deny_unknown_fields)]
    pub struct FeedConfig {
        given {
            /// Price or rate.
            kind: FeedKind;
            /// Where values come from.
            source: Source;
        }
        /// Seconds until a value is stale.
        max_age: u64 = "60 seconds", "5 seconds" to "24 h" or "For a rate" "12 h", "1 h" to "72 h";
        /// Greatest relative confidence half-width without a flag.
        max_confidence: Decimal256 = "0.8 %", "0.01 %" to "10 %";
        /// Greatest return since the last accepted price, and since the one accepted an hour ago, times the root of the
        /// hours since (at least one hour).
        max_jump: Decimal256 = "15 %", "1 %" to "100 %";
        /// Seconds after which a newly published value may confirm a price that is held back.
        confirm_after: u64 = "30 seconds", "10 seconds" to "1 h";
        /// `tau` of the variance, seconds.
        variance_tau: u64 = "168 h", "24 h" to "2,000 h";
        /// Yearly volatility assumed before anything was observed.
        initial_volatility: Decimal256 = "50 %", "1 %" to "300 %";
    }
}

impl FeedConfig {
    /// A price feed with the defaults.
    pub fn price(source: Source) -> Self {
        FeedConfig::declared(FeedKind::Price, source)
    }

    /// A funding-rate feed with the defaults.
    pub fn rate(source: Source) -> Self {
        FeedConfig::declared_other(FeedKind::Rate, source)
    }

    /// The first parameter that is outside of its bounds.
    pub fn first_outside(&self) -> Option<Outside> {
        self.first_outside_of(match self.kind {
            FeedKind::Price => Self::BOUNDS,
            FeedKind::Rate => Self::OTHER_BOUNDS,
        })
    }
}

/// What is wrong with a reading. A consumer treats a flag that it does not know as an unusable reading.
#[wire]
#[derive(Copy, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Flag {
    /// There is no value: no such feed, no quorum, the source does not answer.
    Missing,
    /// A price of zero or below or outside of the accepted range, a confidence interval that reaches zero, or a
    /// yearly rate beyond 100,000 %.
    Invalid,
    /// Its time lies in the future.
    Future,
    /// Older than the feed allows.
    Stale,
    /// Moved further than the bound from the last accepted price, or from the one accepted an hour ago, and not
    /// confirmed yet.
    Jump,
    /// Its confidence interval is wider than the feed allows. Such a price is told, but the feed learns nothing from it
    /// unless it is held back and confirmed.
    Uncertain,
}

/// Something that a consumer wants to do with a price.
#[wire]
#[derive(Copy, Eq)]
pub enum PriceUse {
    /// Open or grow a position.
    Increase,
    /// Shrink or close a position.
    Reduce,
    /// Turn unsettled PnL and funding into coins.
    Settle,
    /// Add margin.
    MarginIn,
    /// Withdraw margin.
    MarginOut,
    /// Liquidate.
    Liquidate,
    /// Deposit into or withdraw from the pool.
    Pool,
    /// Buy base from the pool.
    BuyBase,
}

impl PriceUse {
    /// The table of flags and uses: whether a reading with this flag may serve this use.
    ///
    /// | use | missing, invalid, future | stale | jump | uncertain |
    /// |---|---|---|---|---|
    /// | increase, settle, margin out, pool, buy base | no | no | no | no |
    /// | reduce, liquidate | no | no | no | yes |
    /// | margin in | yes | yes | yes | yes |
    pub fn tolerates(self, flag: Flag) -> bool {
        match self {
            PriceUse::MarginIn => true,
            PriceUse::Reduce | PriceUse::Liquidate => flag == Flag::Uncertain,
            PriceUse::Increase | PriceUse::Settle | PriceUse::MarginOut | PriceUse::Pool | PriceUse::BuyBase => false,
        }
    }

    /// Whether a reading with these flags may serve this use.
    pub fn allowed_by(self, flags: &[Flag]) -> bool {
        flags.iter().all(|flag| self.tolerates(*flag))
    }
}

/// One feed's answer. With [`Flag::Missing`] the numbers are zero and say nothing.
#[wire]
pub struct Reading {
    /// Name of the feed.
    pub feed: String,
    /// A price in whole quote per whole base, or a yearly rate.
    pub value: SignedDecimal256,
    /// Relative half-width of the confidence interval: of published values the median of their own (the larger of the
    /// two in the middle), and at least half of the distance of the two prices in the middle.
    pub confidence: Decimal256,
    /// Exponentially weighted mean of accepted prices (same tau as the variance), each weighted by the time until the
    /// next; the value itself for rates.
    pub average: SignedDecimal256,
    /// Yearly volatility of accepted prices; zero for rates.
    pub volatility: Decimal256,
    /// When the value was observed: of published values, the latest moment from which on a quorum observed theirs.
    pub time: Timestamp,
    /// When it becomes stale if nothing new comes: of published values, when fewer than the quorum would be fresh.
    pub stale_at: Timestamp,
    /// Seconds in which a price of named publishers has been usable since it began, without those of its breaks; none for
    /// other sources and rates. Only the difference of two answers says something: what is sold by a clock (the pool's
    /// base, the vault's idle quote) counts only time in which somebody could buy.
    pub usable_seconds: Option<u64>,
    /// While a price is held back: from when on a newly published value may confirm it.
    pub confirm_from: Option<Timestamp>,
    /// What is wrong with it; empty when nothing is.
    pub flags: Vec<Flag>,
}

/// Questions to the oracle.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// One feed of kind price; an error when there is no such feed.
    #[returns(Reading)]
    Price {
        /// Name of the feed.
        feed: String,
    },
    /// One feed of kind rate; an error when there is no such feed.
    #[returns(Reading)]
    Rate {
        /// Name of the feed.
        feed: String,
    },
    /// Several feeds in one answer, in the order asked: a feed that is missing or fails is flagged and spoils no
    /// other.
    #[returns(Vec<Reading>)]
    Readings {
        /// Names of the feeds, at most 30.
        feeds: Vec<String>,
    },
    /// A feed's configuration, its latest values by publisher, and who of them is silenced.
    #[returns(FeedResponse)]
    Feed {
        /// Name of the feed.
        feed: String,
    },
    /// All feeds by name, paged.
    #[returns(FeedsResponse)]
    Feeds {
        /// Names after this one.
        start_after: Option<String>,
        /// At most this many: 10 by default, 30 at most.
        limit: Option<u32>,
    },
    /// Who may silence publishers.
    #[returns(ConfigResponse)]
    Config {},
    /// Owner, and the owner to be.
    #[returns(Ownership<Addr>)]
    Ownership {},
}

/// The contract in general.
#[wire]
pub struct ConfigResponse {
    /// May silence publishers.
    pub guardian: Addr,
}

/// A feed in full.
#[wire]
pub struct FeedResponse {
    /// Name of the feed.
    pub feed: String,
    /// Its configuration.
    pub config: FeedConfig,
    /// Latest value of each publisher that has one, stale ones too.
    pub published: Vec<PublisherValue>,
    /// Publishers whose values do not count until the owner restores them.
    pub silenced: Vec<Addr>,
    /// The last accepted price.
    pub accepted: Option<AcceptedPrice>,
    /// A price beyond the jump bound that waits for a value published later.
    pub held_back: Option<AcceptedPrice>,
}

/// A publisher's latest value.
#[wire]
pub struct PublisherValue {
    /// Who published.
    pub publisher: Addr,
    /// The value.
    pub value: SignedDecimal256,
    /// Relative confidence half-width.
    pub confidence: Decimal256,
    /// When it was observed.
    pub time: Timestamp,
}

/// A price that passed, or waits.
#[wire]
pub struct AcceptedPrice {
    /// The price.
    pub price: Decimal256,
    /// When it was observed; of one that waits, when the oracle first saw it.
    pub time: Timestamp,
}

/// A page of feeds.
#[wire]
pub struct FeedsResponse {
    /// Names and kinds in order of name.
    pub feeds: Vec<FeedEntry>,
}

/// A feed in a list.
#[wire]
pub struct FeedEntry {
    /// Name of the feed.
    pub feed: String,
    /// Its kind.
    pub kind: FeedKind,
}
