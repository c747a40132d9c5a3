//! Keeps the history going of prices that are computed or come from another contract: published values write theirs, but
//! a market's queries write nothing. A price that nobody observes has no mean, no volatility and nothing that a jump is
//! measured from, one that is held back is never confirmed, and a redemption rate saves up what it may grow.

use ballast_types::market::{MarketResponse, QueryMsg as MarketQuery};
use ballast_types::oracle::{ExecuteMsg, FeedResponse, Flag, QueryMsg, Reading, RegressionResponse, Source};
use cosmwasm_std::Timestamp;

use super::super::feeds;
use super::{Keeper, System, Task};
use crate::log::{self, Level};
use crate::{Error, Msg, Result};

/// Seconds between two samples of a history: the oracle's variance takes one an hour.
const HOUR: u64 = 3_600;

/// Whether a message would change the history now. `last` is when one was sent last.
fn is_due(feed: &FeedResponse, reading: &Reading, now: u64, last: Option<u64>) -> bool {
    // The oracle learns nothing from a price with another flag.
    if !reading.flags.iter().all(|flag| matches!(flag, Flag::Jump | Flag::Uncertain | Flag::Secondary)) {
        return false;
    }
    let jumps = reading.flags.contains(&Flag::Jump);
    let waits = last.is_some_and(|last| now.saturating_sub(last) < feed.config.confirm_after);
    match (&feed.held_back, jumps) {
        // The clock of what is held back starts with a message, and its confirmation is one.
        (None, true) | (Some(_), false) => !waits,
        (Some(held), true) => {
            let confirms = held.time.plus_seconds(feed.config.confirm_after);
            !waits && now >= confirms.seconds() && is_news(feed, reading, confirms)
        }
        // A price that is too uncertain does not enter the history.
        (None, false) if !reading.flags.is_empty() => false,
        (None, false) => feed.accepted.as_ref().map_or(!waits, |price| {
            let news = is_news(feed, reading, price.time.plus_nanos(1));
            news && now.saturating_sub(price.time.seconds().max(last.unwrap_or_default())) >= HOUR
        }),
    }
}

/// Whether the oracle would see a value of this time or later. A computed price has news as soon as one of the prices
/// behind it is new, however old the reading is; another contract's value may stay the same for days.
fn is_news(feed: &FeedResponse, reading: &Reading, since: Timestamp) -> bool {
    !feed.config.source.feeds().is_empty() || reading.time >= since
}

/// Whether only observations write a feed's history: published values write theirs, and a constant needs none.
fn is_observed(feed: &FeedResponse) -> bool {
    !matches!(feed.config.source, Source::Published { .. } | Source::Fixed { .. })
}

/// A feed that is computed or another contract's, and when it was observed last by this keeper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Computed {
    feed: String,
    last: Option<u64>,
}

/// The feeds of the deposited coin and of the index, and when both were observed last by this keeper. The oracle counts a
/// return of both an hour, if its owner has asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    feeds: [String; 2],
    last: Option<u64>,
}

impl Pair {
    /// Whether a message that names both feeds would count a return now.
    fn is_due(&self, known: &RegressionResponse, now: u64) -> bool {
        let last = known.time.map(|time| time.seconds()).max(self.last);
        last.map_or(true, |last| now.saturating_sub(last) >= HOUR)
    }
}

/// What this keeper observes in a market of two prices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Watched {
    computed: Vec<Computed>,
    pair: Option<Pair>,
}

impl Keeper<'_> {
    /// Observes prices whose history needs it, all in one message.
    pub(super) fn observe(&mut self, system: &System) -> Result<bool> {
        let due = match self.due_feeds(system) {
            Ok(due) => due,
            Err(Error::Chain(text)) => return Ok(self.refused(Task::Look, text)),
            Err(error) => return Err(error),
        };
        let Some((feeds, now)) = due.filter(|_| self.backoff.allows(&Task::Observe, self.start.elapsed())) else {
            return Ok(true);
        };
        let msg = Msg::execute(&system.at.oracle, &ExecuteMsg::Observe { feeds: feeds.clone() }, &[])?;
        let sent = self.session.client.execute(&self.signer, &[msg]);
        if matches!(sent, Ok(_) | Err(Error::MayHaveHappened { .. })) {
            if let Some(Watched { computed, pair }) = &mut self.watched {
                let observed = computed.iter_mut().filter(|computed| feeds.contains(&computed.feed));
                observed.for_each(|computed| computed.last = Some(now));
                let both = pair.iter_mut().filter(|pair| pair.feeds.iter().all(|feed| feeds.contains(feed)));
                both.for_each(|pair| pair.last = Some(now));
            }
        }
        match sent {
            Ok(sent) => {
                self.backoff.done(&Task::Observe);
                let fields = [
                    ("feeds", feeds.join(",")),
                    ("height", sent.height.to_string()),
                    ("gas", sent.gas_used.to_string()),
                    ("tx", sent.hash),
                ];
                log::line(Level::Info, "observed", &fields);
                Ok(true)
            }
            Err(error) => self.failed(Task::Observe, error),
        }
    }

    /// The feeds to observe and the chain's time; none if there is nothing to do.
    fn due_feeds(&mut self, system: &System) -> Result<Option<(Vec<String>, u64)>> {
        let Watched { computed, pair } = match &self.watched {
            Some(watched) => watched.clone(),
            None => self.find_watched(system)?,
        };
        self.watched = Some(Watched { computed: computed.clone(), pair: pair.clone() });
        if computed.is_empty() && pair.is_none() {
            return Ok(None);
        }
        let client = &self.session.client;
        let now = client.head_at_once()?.seconds().unwrap_or_default();
        let mut due = vec![];
        if !computed.is_empty() {
            let feeds = computed.iter().map(|computed| computed.feed.clone()).collect();
            let readings: Vec<Reading> = client.query(&system.at.oracle, &QueryMsg::Readings { feeds })?;
            for (Computed { feed, last }, reading) in computed.iter().zip(&readings) {
                let state: FeedResponse = client.query(&system.at.oracle, &QueryMsg::Feed { feed: feed.clone() })?;
                if is_due(&state, reading, now, *last) {
                    due.push(feed.clone());
                }
            }
        }
        let missing: Vec<_> = self.due_pair(system, pair, now)?.filter(|feed| !due.contains(feed)).collect();
        due.extend(missing);
        Ok((!due.is_empty()).then_some((due, now)))
    }

    /// Both feeds of the pair, if a return of them is to be counted.
    fn due_pair(&self, system: &System, pair: Option<Pair>, now: u64) -> Result<impl Iterator<Item = String>> {
        let mut due = None;
        if let Some(pair) = pair {
            let [base_feed, index_feed] = pair.feeds.clone();
            let query = QueryMsg::Regression { base_feed, index_feed };
            due = match self.session.client.query(&system.at.oracle, &query) {
                Ok(known) => pair.is_due(&known, now).then_some(pair.feeds),
                // The owner has not asked for it.
                Err(Error::Chain(_)) => None,
                Err(error) => return Err(error),
            };
        }
        Ok(due.into_iter().flatten())
    }

    /// The market's prices and those that they are computed from, these first, as far as they are observed; and the pair of both
    /// prices.
    fn find_watched(&self, system: &System) -> Result<Watched> {
        let client = &self.session.client;
        let query = MarketQuery::Market { market: system.config.market.clone() };
        let market: MarketResponse = client.query(&system.at.market, &query)?;
        let behind = feeds::behind(client, &system.at.oracle, feeds::named(&market))?;
        let computed = behind.into_iter().rev().filter(is_observed);
        let computed = computed.map(|state| Computed { feed: state.feed, last: None }).collect();
        let pair = market.collateral_feed.map(|base| Pair { feeds: [base, market.index_feed], last: None });
        Ok(Watched { computed, pair })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use ballast_types::oracle::{AcceptedPrice, FeedConfig};
    use cosmwasm_std::Decimal256;

    use super::*;

    const NOW: u64 = 1_577_840_400;

    /// A feed whose price was accepted and is held back this many seconds ago.
    fn feed(accepted: Option<u64>, held_back: Option<u64>) -> FeedResponse {
        let ago =
            |ago| AcceptedPrice { price: Decimal256::one(), time: Timestamp::from_seconds(NOW).minus_seconds(ago) };
        let source = Source::Staked { market: "market".into(), index: "index".into(), rate: "rate".into() };
        FeedResponse {
            feed: "staked".into(),
            config: FeedConfig::price(source),
            published: vec![],
            silenced: vec![],
            accepted: accepted.map(ago),
            held_back: held_back.map(ago),
            hours: None,
            closing: None,
            longest_closing: None,
        }
    }

    fn reading(flags: &[Flag]) -> Reading {
        Reading {
            feed: "staked".into(),
            value: "1".parse().unwrap(),
            upper: None,
            redemption: None,
            confidence: Decimal256::zero(),
            average: "1".parse().unwrap(),
            volatility: Decimal256::zero(),
            time: Timestamp::from_seconds(NOW),
            stale_at: Timestamp::from_seconds(NOW + 60),
            usable_seconds: None,
            confirm_from: None,
            flags: flags.to_vec(),
        }
    }

    fn due(feed: FeedResponse, flags: &[Flag], last: Option<u64>) -> bool {
        is_due(&feed, &reading(flags), NOW, last.map(|ago| NOW.saturating_sub(ago)))
    }

    #[test]
    fn a_return_of_the_pair_is_counted_once_an_hour_and_not_repeated() {
        let known = |ago: Option<u64>| RegressionResponse {
            covariance: "0".parse().unwrap(),
            variance: Decimal256::zero(),
            ratio: None,
            returns: 0,
            seconds: 0,
            time: ago.map(|ago| Timestamp::from_seconds(NOW).minus_seconds(ago)),
        };
        let due = |counted, last: Option<u64>| {
            let pair = Pair { feeds: ["gold".into(), "ounce".into()], last: last.map(|ago| NOW.saturating_sub(ago)) };
            pair.is_due(&known(counted), NOW)
        };
        assert!(due(None, None) && due(Some(3_600), None) && !due(Some(3_599), None));
        assert!(!due(None, Some(60)) && !due(Some(7_200), Some(3_599)) && due(Some(7_200), Some(3_600)));
    }

    #[test]
    fn a_history_is_begun_with_the_first_price_and_then_continued_once_an_hour() {
        assert!(due(feed(None, None), &[], None));
        assert!(!due(feed(Some(3_599), None), &[], None));
        assert!(due(feed(Some(3_600), None), &[], None));
        // The market's feeds are slower than the keeper: it does not repeat itself.
        assert!(!due(feed(Some(7_200), None), &[], Some(3_599)));
        assert!(due(feed(Some(7_200), None), &[], Some(3_600)));
    }

    fn contract() -> Source {
        Source::Contract { address: "hub".into() }
    }

    #[test]
    fn every_feed_is_observed_that_is_neither_published_nor_a_constant() {
        let of = |config| is_observed(&FeedResponse { config, ..feed(None, None) });
        let stork = Source::Stork { contract: "stork".into(), id: vec![0; 32].into() };
        assert!(is_observed(&feed(None, None)) && of(FeedConfig::price(contract())) && of(FeedConfig::price(stork)));
        assert!(of(FeedConfig::redemption_rate(contract())));
        let published = Source::Published { publishers: vec![], quorum: 1 };
        assert!(!of(FeedConfig::price(published.clone())) && !of(FeedConfig::redemption_rate(published)));
        assert!(!of(FeedConfig::price(Source::Fixed { value: "1".parse().unwrap() })));
    }

    #[test]
    fn a_contract_that_says_nothing_new_is_not_observed_again() {
        let config = FeedConfig::redemption_rate(contract());
        let due = |accepted, held_back, flags: &[Flag], said: u64| {
            let feed = FeedResponse { config: config.clone(), ..feed(accepted, held_back) };
            let time = Timestamp::from_seconds(NOW).minus_seconds(said);
            is_due(&feed, &Reading { time, ..reading(flags) }, NOW, None)
        };
        assert!(!due(Some(7_200), None, &[], 7_200) && due(Some(7_200), None, &[], 7_199));
        // A fall waits for a rate of 30 seconds after it was held back, not for every 30 seconds.
        let fall = [Flag::Jump];
        assert!(due(Some(7_200), None, &fall, 90));
        assert!(!due(Some(7_200), Some(60), &fall, 31) && due(Some(7_200), Some(60), &fall, 30));
    }

    #[test]
    fn a_price_that_is_held_back_gets_its_clock_and_later_its_confirmation() {
        let jump = [Flag::Jump];
        assert!(due(feed(Some(60), None), &jump, None));
        // Confirmed after 30 seconds.
        assert!(!due(feed(Some(60), Some(29)), &jump, None));
        assert!(due(feed(Some(60), Some(30)), &jump, None));
        assert!(!due(feed(Some(60), Some(30)), &jump, Some(29)));
        // The flag is gone in the reading before anything is stored.
        assert!(due(feed(Some(60), Some(30)), &[], Some(30)));
    }

    #[test]
    fn nothing_is_learned_from_a_price_that_cannot_be_used() {
        for flag in [Flag::Missing, Flag::Invalid, Flag::Future, Flag::Stale] {
            assert!(!due(feed(None, None), &[flag], None), "{flag:?}");
            assert!(!due(feed(Some(7_200), Some(60)), &[flag, Flag::Jump], None), "{flag:?}");
        }
        assert!(!due(feed(None, None), &[Flag::Uncertain], None));
        assert!(due(feed(None, None), &[Flag::Jump, Flag::Uncertain], None));
        assert!(due(feed(None, None), &[Flag::Jump, Flag::Uncertain, Flag::Secondary], None));
    }
}
