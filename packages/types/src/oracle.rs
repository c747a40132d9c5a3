//! The oracle contract: named feeds, each with a source whose values the oracle checks.

use ballast_wire::wire;
use cosmwasm_schema::{cw_serde, QueryResponses};
use cosmwasm_std::{Addr, Decimal256, HexBinary, SignedDecimal256, Timestamp};

use crate::parameters::Outside;
use crate::{parameters, Ownership, OwnershipAction};

/// Instantiates the oracle.
#[wire]
#[serde(deny_unknown_fields)]
pub struct InstantiateMsg {
    /// May set feeds. Ownership is transferred in two steps.
    pub owner: String,
    /// May silence publishers; the owner by default.
    pub guardian: Option<String>,
}

/// Messages of the oracle.
#[wire]
#[serde(deny_unknown_fields)]
pub enum ExecuteMsg {
    /// Owner: create a feed, or replace its configuration. Its history survives, and so do the values of publishers who
    /// remain; only another kind of feed or of source starts from scratch.
    SetFeed {
        /// Name of the feed, such as `atom/usd`: 1 to 64 characters of `a-z 0-9 / _ -`.
        feed: String,
        /// Kind, source and bounds.
        config: FeedConfig,
    },
    /// Owner: remove a feed and its history; refused while another feed is computed from it or a pair has it.
    RemoveFeed {
        /// Name of the feed.
        feed: String,
    },
    /// Publisher: send new values; all are accepted or none.
    Publish {
        /// One entry for each feed.
        values: Vec<PublishedValue>,
    },
    /// Anyone: read the sources of these feeds now, which updates average, volatility and the jump check, and the pairs
    /// of which both feeds are named.
    Observe {
        /// Names of the feeds.
        feeds: Vec<String>,
    },
    /// Guardian or owner: stop counting the values of a publisher, who may go on publishing. While two or more
    /// publishers of a feed are silenced it has no value at all, so that a guardian and a minority of publishers can
    /// never set one.
    Silence {
        /// Name of the feed.
        feed: String,
        /// The publisher to silence.
        publisher: String,
    },
    /// Owner: count a silenced publisher again.
    Restore {
        /// Name of the feed.
        feed: String,
        /// The publisher to restore.
        publisher: String,
    },
    /// Owner: set the trading hours of a published price or of a contract's, all anew, or remove them. Outside of them
    /// the price is stale, and the first one after a closing is held back until another confirms it. A price computed
    /// from other feeds has theirs.
    SetHours {
        /// Name of the feed.
        feed: String,
        /// Its hours; `None` for a market that never closes.
        hours: Option<TradingHours>,
    },
    /// Owner: add holidays to the trading hours of a feed; those before its last accepted price are dropped.
    AddHolidays {
        /// Name of the feed.
        feed: String,
        /// Holidays that are not over yet.
        holidays: Vec<Closing>,
    },
    /// Owner: keep covariance and variance of the hourly returns of two price feeds, to see how well a perpetual of the
    /// one hedges a coin of the other. Observations that name both update it; a pair that is kept already starts from
    /// scratch. At most 10 pairs.
    SetPair {
        /// Price feed of the coin that is held.
        base_feed: String,
        /// Price feed of the perpetual.
        index_feed: String,
    },
    /// Owner: forget a pair.
    RemovePair {
        /// Price feed of the coin that is held.
        base_feed: String,
        /// Price feed of the perpetual.
        index_feed: String,
    },
    /// Owner: set the guardian.
    SetGuardian {
        /// The new guardian.
        guardian: String,
    },
    /// Transfer ownership in two steps.
    UpdateOwnership(OwnershipAction),
}

/// A publisher's value for one feed.
#[wire]
#[serde(deny_unknown_fields)]
pub struct PublishedValue {
    /// Name of the feed.
    pub feed: String,
    /// A price in whole quote per whole base, or a yearly rate (0.1 = 10 % a year; longs pay when positive).
    pub value: SignedDecimal256,
    /// Half-width of the confidence interval relative to the value; 0 by default.
    pub confidence: Option<Decimal256>,
    /// When it was observed; the block's time by default. Never earlier than the publisher's last value.
    pub time: Option<Timestamp>,
}

/// What a feed's values are.
#[wire]
#[derive(Copy, Eq)]
pub enum FeedKind {
    /// A price: positive, checked for jumps, with an average and a volatility.
    Price,
    /// A yearly funding rate: signed, checked for age only.
    Rate,
    /// The rate at which a staked coin is redeemed: a price in the plain coin that grows slowly and hardly ever falls. A
    /// value above what the last accepted one may have grown to by now counts as that; one below it is held back.
    RedemptionRate,
}

impl FeedKind {
    /// Whether its values are prices: read as such, and good to compute others from.
    pub fn is_price(self) -> bool {
        self != FeedKind::Rate
    }
}

/// Where a feed's values come from.
#[wire]
#[serde(deny_unknown_fields)]
pub enum Source {
    /// The median of the fresh values of named publishers; no value with fewer than `quorum` of them. A minority of the
    /// fresh values can move neither value nor confidence, and fewer than the quorum cannot change the age. With an
    /// even number of values, a price is the mean of the middle two, and a rate is the number nearest to zero within
    /// the range of the middle two.
    Published {
        /// Addresses that may publish, 1 to 15; use five or more if money depends on the feed.
        publishers: Vec<String>,
        /// Fresh values needed: more than half of the publishers.
        quorum: u32,
    },
    /// Any contract that responds to `{"price":{}}` with [`ContractPrice`].
    Contract {
        /// Address of the contract.
        address: String,
    },
    /// A contract of Stork's, which takes signed values from anybody. Its price has 18 decimals and no confidence.
    Stork {
        /// Address of the contract.
        contract: String,
        /// The asset: the Keccak-256 hash of its name, 64 hexadecimal digits.
        id: HexBinary,
    },
    /// A constant that is always fresh, such as the price of the settlement coin.
    Fixed {
        /// The value.
        value: SignedDecimal256,
    },
    /// The product of two or three price feeds, such as the price of a coin and the rate at which its staked form is
    /// redeemed for it. Time and freshness are those of the oldest of them, the confidence covers all of theirs
    /// together, and a flag of any is one of the product. `max_age` does not apply: each has its own.
    Product {
        /// Names of the price feeds. They exist and are not computed from this one; at most three levels of feeds.
        feeds: Vec<String>,
    },
    /// The lowest of two or three price feeds, such as what a staked coin sells for and what it is redeemed for, with
    /// the highest beside it ([`Reading::upper`]). Time and freshness are those of the oldest of them, the confidence
    /// is the widest, and a flag of any is one of this feed. `max_age` does not apply: each has its own.
    Lower {
        /// Names of the price feeds. They exist and are not computed from this one; at most three levels of feeds.
        feeds: Vec<String>,
    },
    /// One price feed over another, rounded down, such as a coin's price in dollars over that of the quote coin. Time and
    /// freshness are those of the older of both, the confidence covers both together, and a flag of either is one of the
    /// ratio. `max_age` does not apply: each has its own.
    Ratio {
        /// Name of the price feed that is divided. It exists and is not computed from this one.
        numerator: String,
        /// Name of the price feed by which it is divided.
        denominator: String,
    },
    /// A price feed with a second opinion. While neither has a flag and both are near each other it is the primary.
    /// Otherwise it is uncertain: the primary while the secondary is elsewhere or has a flag, or, while the primary is
    /// missing, invalid, from the future or stale, the secondary ([`Flag::Secondary`]) with an interval that reaches back to
    /// the last price accepted here. A primary that is held back or uncertain stays so, and so does one whose market has
    /// closed. `max_age` does not apply: each has its own.
    Primary {
        /// Name of the price feed that counts. It exists and is not computed from this one.
        primary: String,
        /// Name of the price feed that it is compared with.
        secondary: String,
        /// Maximum distance of the two, as a part of the primary: 0.1 to 10 %.
        max_difference: Decimal256,
    },
    /// The price of a staked coin: the lower of what it sells for and what it is redeemed for, with the higher beside
    /// it ([`Reading::upper`]). It reads as a [`Source::Lower`] of `market` and of a [`Source::Product`] of `index` and
    /// `rate`, but the product is no feed and has no history.
    Staked {
        /// Price feed of what the coin sells for.
        market: String,
        /// Price feed of the coin that is staked.
        index: String,
        /// Price feed of the redemption rate: how many of these coins a staked one is redeemed for.
        rate: String,
    },
}

impl Source {
    /// Names of the feeds that this one is computed from.
    pub fn feeds(&self) -> Vec<&str> {
        match self {
            Source::Product { feeds } | Source::Lower { feeds } => feeds.iter().map(String::as_str).collect(),
            Source::Ratio { numerator, denominator } => vec![numerator, denominator],
            Source::Primary { primary, secondary, .. } => vec![primary, secondary],
            Source::Staked { market, index, rate } => vec![market, index, rate],
            Source::Published { .. } | Source::Contract { .. } | Source::Stork { .. } | Source::Fixed { .. } => vec![],
        }
    }

    /// Whether its values come from named publishers.
    pub fn is_published(&self) -> bool {
        matches!(self, Source::Published { .. })
    }

    /// Addresses that may publish.
    pub fn publishers(&self) -> &[String] {
        match self {
            Source::Published { publishers, .. } => publishers,
            Source::Contract { .. }
            | Source::Stork { .. }
            | Source::Fixed { .. }
            | Source::Product { .. }
            | Source::Lower { .. }
            | Source::Ratio { .. }
            | Source::Primary { .. }
            | Source::Staked { .. } => &[],
        }
    }
}

/// When the market of a price is open.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(Eq)]
pub struct TradingHours {
    /// Each week, in UTC: 1 to 10, sorted, none overlapping. Only the last one may run on into the next week.
    pub sessions: Vec<Session>,
    /// Closings beside those of the week, at most 20 after adjacent ones have been joined. No closing, with all that
    /// touches it, is longer than 120 h.
    pub holidays: Vec<Closing>,
}

/// One opening of a week. Minutes are counted from Monday 00:00 UTC: Sunday 23:00 is 6 * 1,440 + 23 * 60 = 10,020.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(Copy, Eq)]
pub struct Session {
    /// Minute at which it opens, below 10,080.
    pub opens: u32,
    /// Minute at which it closes, at most 10,080; below `opens` if that is in the next week.
    pub closes: u32,
}

/// A time in which a market is closed, in whole seconds. It is open at both ends.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(Copy, Eq)]
pub struct Closing {
    /// When it closes.
    pub from: Timestamp,
    /// When it opens again.
    pub until: Timestamp,
}

/// The query sent to a [`Source::Contract`].
#[wire]
pub enum ContractPriceQuery {
    /// The current value.
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

/// Bound of a redemption rate's growth; none for other feeds.
pub type MaxGrowth = Option<Decimal256>;

parameters! {
    /// A feed's kind, source and bounds.
    #[wire]
    #[serde(deny_unknown_fields)]
    pub struct FeedConfig {
        given {
            /// Price, rate or redemption rate.
            kind: FeedKind;
            /// Where the values come from.
            source: Source;
        }
        /// Seconds until a value is stale.
        max_age: u64 = "60 seconds", "5 seconds" to "24 h" or "For a yearly rate" "12 h", "1 h" to "72 h";
        /// Maximum relative half-width of the confidence interval; wider ones are flagged.
        max_confidence: Decimal256 = "0.8 %", "0.01 %" to "10 %";
        /// Maximum return since the last accepted price and since the one accepted an hour ago, scaled by the square
        /// root of the hours in between (at least one hour).
        max_jump: Decimal256 = "15 %", "1 %" to "100 %" and "For a redemption rate" "1 %", "0.1 %" to "10 %";
        /// Seconds until a newly published value may confirm a price that is held back.
        confirm_after: u64 = "30 seconds", "10 seconds" to "1 h";
        /// Time constant `tau` of the variance, seconds.
        variance_tau: u64 = "168 h", "24 h" to "2,000 h";
        /// Yearly volatility assumed before the first observations.
        initial_volatility: Decimal256 = "50 %", "1 %" to "300 %";
        /// Maximum growth a day; what lies above counts as that. To be given for a redemption rate, and for nothing else.
        max_growth: MaxGrowth = "No limit" and "For a redemption rate" "0.1 %", "0.01 %" to "2 %";
    }
}

impl FeedConfig {
    /// A price feed with default parameters.
    pub fn price(source: Source) -> Self {
        FeedConfig::declared(FeedKind::Price, source)
    }

    /// A funding rate feed with default parameters.
    pub fn rate(source: Source) -> Self {
        FeedConfig::declared_other(FeedKind::Rate, source)
    }

    /// A redemption rate feed with default parameters.
    pub fn redemption_rate(source: Source) -> Self {
        FeedConfig::declared_third(FeedKind::RedemptionRate, source)
    }

    /// The first parameter out of bounds. Where `max_growth` must be left out, both bounds are `Decimal256::MAX`.
    pub fn first_outside(&self) -> Option<Outside> {
        if let (FeedKind::Price | FeedKind::Rate, Some(value)) = (self.kind, self.max_growth) {
            return Some(Outside { name: "max_growth", value, min: Decimal256::MAX, max: Decimal256::MAX });
        }
        self.first_outside_of(match self.kind {
            FeedKind::Price => Self::BOUNDS,
            FeedKind::Rate => Self::OTHER_BOUNDS,
            FeedKind::RedemptionRate => Self::THIRD_BOUNDS,
        })
    }
}

/// What is wrong with a reading. A reading with a flag that you do not know is unusable.
#[wire]
#[derive(Copy, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Flag {
    /// There is no value: the feed does not exist, there is no quorum, or the source does not respond.
    Missing,
    /// A price of zero or below or outside of the accepted range, a confidence interval that reaches zero, or a yearly
    /// rate above 100,000 %.
    Invalid,
    /// Its time is in the future.
    Future,
    /// Older than the feed allows, or its market has closed since.
    Stale,
    /// It moved further than allowed from the last accepted price or the one accepted an hour ago, or is the first one
    /// after a closing, or is a redemption rate below these, and is not confirmed yet.
    Jump,
    /// Its confidence interval is wider than the feed allows, or it has a second opinion ([`Source::Primary`]) that is
    /// missing or elsewhere. Such a price is reported, but does not enter the feed's history unless it is held back and
    /// then confirmed.
    Uncertain,
    /// Its primary feed has no value that can be used, so it is the secondary's ([`Source::Primary`]). Raised beside
    /// [`Flag::Uncertain`], and good enough for the same uses.
    Secondary,
    /// Raised by a market, not by the oracle: the discount of the margin coin is more than three points above or below its
    /// 24 h mean. No use of a market stops for it but an increase; a vault takes no deposits, realises no losses by choice,
    /// and does not trade back to its hedge ratio, because a price that somebody pushed for an hour must move nobody's
    /// coins.
    Discount,
}

/// What a price is used for.
#[wire]
#[derive(Copy, Eq)]
pub enum PriceUse {
    /// Open or increase a position.
    Increase,
    /// Reduce or close a position.
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
    /// Whether a reading with this flag is good enough for this use:
    ///
    /// | use | missing, invalid, future | stale | jump | uncertain, secondary |
    /// |---|---|---|---|---|
    /// | increase, settle, margin out, pool, buy base | no | no | no | no |
    /// | reduce, liquidate | no | no | no | yes |
    /// | margin in | yes | yes | yes | yes |
    ///
    /// [`Flag::Discount`] is good enough for every use of a market but an increase: nobody takes a position whose debts
    /// coins may pay that are worth less.
    pub fn tolerates(self, flag: Flag) -> bool {
        if flag == Flag::Discount {
            return self != PriceUse::Increase;
        }
        match self {
            PriceUse::MarginIn => true,
            PriceUse::Reduce | PriceUse::Liquidate => matches!(flag, Flag::Uncertain | Flag::Secondary),
            PriceUse::Increase | PriceUse::Settle | PriceUse::MarginOut | PriceUse::Pool | PriceUse::BuyBase => false,
        }
    }

    /// Whether a reading with these flags is good enough for this use.
    pub fn allowed_by(self, flags: &[Flag]) -> bool {
        flags.iter().all(|flag| self.tolerates(*flag))
    }
}

/// The value of a feed. With [`Flag::Missing`] the numbers are zero and mean nothing.
#[wire]
pub struct Reading {
    /// Name of the feed.
    pub feed: String,
    /// A price in whole quote per whole base, or a yearly rate.
    pub value: SignedDecimal256,
    /// The higher end, where a feed has two: of a [`Source::Lower`], a [`Source::Staked`], or what is computed from one.
    /// `None` for other sources, whose value is both ends.
    pub upper: Option<SignedDecimal256>,
    /// What a coin is redeemed for, of a [`Source::Staked`] alone: the product of index and rate, at its higher end.
    /// Where the coin's market price is above it, it is the value, and `upper` is the market price.
    pub redemption: Option<SignedDecimal256>,
    /// Relative half-width of the confidence interval, at both ends. For published values it is the median of theirs
    /// (the larger of the middle two), and at least half the distance of the middle two prices.
    pub confidence: Decimal256,
    /// Exponentially weighted mean of accepted prices (with the tau of the variance), each weighted by the time until
    /// the next; for rates the value itself.
    pub average: SignedDecimal256,
    /// Yearly volatility of accepted prices; zero for rates.
    pub volatility: Decimal256,
    /// When the value was observed. For published values: the latest time such that a quorum observed theirs at that
    /// time or later. For a value computed from other feeds: when the oldest of theirs was.
    pub time: Timestamp,
    /// When it becomes stale without new values, at the latest when its market closes. For published values: when fewer
    /// than the quorum are fresh.
    pub stale_at: Timestamp,
    /// A number that grows by one for each second in which the price was usable; `None` for a contract's price, for
    /// rates, and for a price computed from a feed without one. Only the difference of two readings means something:
    /// sales whose price changes with time (the pool's base, the vault's idle quote) count only the time in which
    /// somebody could buy.
    ///
    /// For a price computed from `n` feeds it is `(n - 1) * (C - now) + sum of theirs - own`, where `C` is a constant
    /// and `own` are the seconds in which only the computed price had a flag, as far as somebody observed it. So it
    /// grows by at most the time in which all of them were usable, and by just that time unless several were unusable
    /// at once; then it may fall, which a reader counts as no time at all.
    pub usable_seconds: Option<u64>,
    /// While a price is held back: the time from which a newly published value may confirm it. For a price computed
    /// from other feeds: the latest of its own time and theirs.
    pub confirm_from: Option<Timestamp>,
    /// What is wrong with the value; empty if nothing is.
    pub flags: Vec<Flag>,
}

/// Queries of the oracle.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// A price feed or a redemption rate; an error if it does not exist.
    #[returns(Reading)]
    Price {
        /// Name of the feed.
        feed: String,
    },
    /// A rate feed; an error if it does not exist.
    #[returns(Reading)]
    Rate {
        /// Name of the feed.
        feed: String,
    },
    /// Several feeds, in the order of the query. A feed that is missing or fails is flagged and does not affect the
    /// others.
    #[returns(Vec<Reading>)]
    Readings {
        /// Names of the feeds, at most 30.
        feeds: Vec<String>,
    },
    /// A feed's configuration and trading hours, the latest value of each publisher, and who is silenced.
    #[returns(FeedResponse)]
    Feed {
        /// Name of the feed.
        feed: String,
    },
    /// All feeds by name, paged.
    #[returns(FeedsResponse)]
    Feeds {
        /// Names after this one, to get the next page.
        start_after: Option<String>,
        /// Maximum number of results: 10 by default, at most 30.
        limit: Option<u32>,
    },
    /// The longest closing from now on of these feeds together, during which one of them at least has no price.
    #[returns(LongestClosingResponse)]
    LongestClosing {
        /// Names of the feeds, at most 30.
        feeds: Vec<String>,
    },
    /// How the returns of two feeds depend on each other; an error if the owner set no such pair.
    #[returns(RegressionResponse)]
    Regression {
        /// Price feed of the coin that is held.
        base_feed: String,
        /// Price feed of the perpetual.
        index_feed: String,
    },
    /// The guardian.
    #[returns(ConfigResponse)]
    Config {},
    /// The owner, and the pending owner during a transfer.
    #[returns(Ownership<Addr>)]
    Ownership {},
}

/// The configuration of the contract.
#[wire]
pub struct ConfigResponse {
    /// May silence publishers.
    pub guardian: Addr,
}

/// The longest closing of several feeds together.
#[wire]
pub struct LongestClosingResponse {
    /// In seconds; `None` if none has trading hours.
    pub seconds: Option<u64>,
}

/// Everything about a feed.
#[wire]
pub struct FeedResponse {
    /// Name of the feed.
    pub feed: String,
    /// Its configuration.
    pub config: FeedConfig,
    /// Latest value of each publisher who sent one, including stale ones.
    pub published: Vec<PublisherValue>,
    /// Publishers whose values do not count until the owner restores them.
    pub silenced: Vec<Addr>,
    /// The last accepted price.
    pub accepted: Option<AcceptedPrice>,
    /// A price beyond the jump bound, or the first one after a closing, that waits for confirmation by a later value.
    pub held_back: Option<AcceptedPrice>,
    /// Its own trading hours. A price computed from other feeds has theirs instead.
    pub hours: Option<TradingHours>,
    /// The closing of now, or the next one: its own, or of the feeds from which it is computed.
    pub closing: Option<Closing>,
    /// Seconds of the longest closing from now on, with all holidays known; `None` if it never closes.
    pub longest_closing: Option<u64>,
}

/// How the hourly returns of one feed depend on those of another: exponentially weighted with the `variance_tau` of the
/// index feed, from zero on. So covariance and variance are too small until `seconds` are several of these; their ratio
/// is not.
#[wire]
pub struct RegressionResponse {
    /// Yearly covariance of the returns of both feeds.
    pub covariance: SignedDecimal256,
    /// Yearly variance of the returns of the index feed.
    pub variance: Decimal256,
    /// Covariance over variance: the value of the perpetual, as a part of the value of the coin, with which both
    /// together vary least. `None` while the index feed has not moved.
    pub ratio: Option<SignedDecimal256>,
    /// Number of returns counted.
    pub returns: u64,
    /// Seconds that they cover together.
    pub seconds: u64,
    /// When both prices of the last one had been observed, or the first prices; `None` before.
    pub time: Option<Timestamp>,
}

/// A publisher's latest value.
#[wire]
pub struct PublisherValue {
    /// The publisher.
    pub publisher: Addr,
    /// The value.
    pub value: SignedDecimal256,
    /// Relative confidence half-width.
    pub confidence: Decimal256,
    /// When it was observed.
    pub time: Timestamp,
}

/// A price that was accepted or is held back.
#[wire]
pub struct AcceptedPrice {
    /// The price.
    pub price: Decimal256,
    /// When it was observed; for a price that is held back, when the oracle first saw it.
    pub time: Timestamp,
}

/// One page of feeds.
#[wire]
pub struct FeedsResponse {
    /// Ordered by name.
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
