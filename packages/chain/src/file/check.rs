//! What is checked before a deployment pays for anything. A contract would refuse it too, but only after the codes are
//! stored.

use std::collections::BTreeSet;

use ballast_params::within_bounds;
use ballast_types::market::MarketParams;
use ballast_types::oracle::{FeedConfig, Source};
use ballast_types::policy::PolicyParams;

use super::hours::{self, longest_closing, when};
use super::{ChainFile, Collateral, Feed};
use crate::log::unix_time;
use crate::{Error, Result};

/// Longest name of a feed, and how many publishers one may have.
const MAX_NAME: usize = 64;
const MAX_PUBLISHERS: usize = 15;

/// Minimum number of publishers of a feed that guards money: with five, two dishonest or missing ones do no harm.
const ENOUGH_PUBLISHERS: usize = 5;

impl ChainFile {
    /// Checks names, publishers and bounds.
    ///
    /// # Errors
    /// [`Error::User`], naming the file and the first value that the contracts would refuse.
    pub fn check(&self) -> Result<()> {
        self.checked().map_err(|error| error.at(self.path.display()))
    }

    fn checked(&self) -> Result<()> {
        let mut names = BTreeSet::new();
        for (section, feed) in self.sections() {
            name(feed)?;
            if !names.insert(&feed.feed) {
                return Err(Error::user(format!("two feeds have the name '{}': give each one of its own", feed.feed)));
            }
            publishers(feed)?;
            within_bounds(section, feed.config.clone(), FeedConfig::first_outside)?;
        }
        within_bounds("market.params", self.market_params.clone(), MarketParams::first_outside)?;
        within_bounds("vault.policy", self.policy.clone(), PolicyParams::first_outside)?;
        self.hours(unix_time())
    }

    /// Checks trading hours at this second, and that keepers may be away for the longest closing.
    fn hours(&self, now: u64) -> Result<()> {
        for (feed, hours) in &self.hours {
            let section = if *feed == self.price_feed.feed { "oracle.hours" } else { "collateral.hours" };
            hours::check(section, hours, now)?;
        }
        // A price that is computed from two others is closed while one of them is.
        let all: Vec<_> = self.hours.values().collect();
        let (from, until) = longest_closing(&all);
        let (closed, reaction) = (until.saturating_sub(from), self.policy.reaction_time);
        if closed <= reaction {
            return Ok(());
        }
        let feeds = self.hours.keys().map(|feed| format!("'{feed}'")).collect::<Vec<_>>().join(" and ");
        Err(Error::user(format!(
            "[vault.policy] reaction_time = {reaction}: it must cover the longest closing of {feeds}, {closed} seconds {}",
            when(from, until)
        )))
    }

    /// Warnings for the deployer, such as a price feed with few publishers.
    pub fn warnings(&self) -> Vec<String> {
        let collateral = self.collateral.iter().flat_map(|collateral| collateral.feeds().map(|(_, feed)| feed));
        let few = std::iter::once(&self.price_feed).chain(collateral).filter_map(few_publishers);
        few.chain(self.collateral.as_ref().and_then(Collateral::unseen)).collect()
    }
}

fn name(Feed { feed, .. }: &Feed) -> Result<()> {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '/' | '_' | '-');
    if !feed.is_empty() && feed.len() <= MAX_NAME && feed.chars().all(known) {
        return Ok(());
    }
    Err(Error::user(format!("a feed cannot be called '{feed}': use 1 to {MAX_NAME} characters of a-z 0-9 / _ -")))
}

fn publishers(Feed { feed, config }: &Feed) -> Result<()> {
    let Source::Published { publishers, quorum } = &config.source else { return Ok(()) };
    let count = publishers.len();
    let quorum = usize::try_from(*quorum).unwrap_or(usize::MAX);
    let mut seen = BTreeSet::new();
    if let Some(twice) = publishers.iter().find(|publisher| !seen.insert(*publisher)) {
        return Err(Error::user(format!("[oracle] publishers has {twice} twice: name each once")));
    }
    if count == 0 || count > MAX_PUBLISHERS {
        return Err(Error::user(format!("feed '{feed}' has {count} publishers: 1 to {MAX_PUBLISHERS} are possible")));
    }
    let majority = count.saturating_div(2).saturating_add(1);
    match (majority..=count).contains(&quorum) {
        true => Ok(()),
        false => Err(Error::user(format!(
            "[oracle] quorum = {quorum}: more than half of the {count} publishers are needed, {majority} to {count}"
        ))),
    }
}

fn few_publishers(Feed { feed, config }: &Feed) -> Option<String> {
    let Source::Published { publishers, .. } = &config.source else { return None };
    let count = publishers.len();
    let names = if count == 1 { "one publisher".to_owned() } else { format!("{count} publishers") };
    (count < ENOUGH_PUBLISHERS).then(|| {
        format!(
            "the price feed '{feed}' has {names}: a feed that guards money should have at least \
             {ENOUGH_PUBLISHERS}, of different people, so that two that lie or are away do no harm"
        )
    })
}
