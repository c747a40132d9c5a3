//! Time, prices, and their publishers.

use ballast_types::oracle::{self, Flag, PublishedValue};
use cosmwasm_std::SignedDecimal256;
use cw_multi_test::Executor;

use super::{decimal, signed, Result, Suite, PRICE_FEED, RATE_FEED};
use crate::{Collateral, Staked};

/// The account of the first publisher of both feeds; the others are `publisher 2`, `publisher 3` and so on.
const PUBLISHER: &str = "publisher";

/// An honest publisher's value for a feed: observed now, without a confidence interval.
pub fn published(feed: &str, value: SignedDecimal256) -> PublishedValue {
    PublishedValue { feed: feed.into(), value, confidence: None, time: None }
}

impl Suite {
    /// Seconds of the block.
    pub fn now(&self) -> u64 {
        self.app.block_info().time.seconds()
    }

    /// Lets time pass without publications, so that the price gets older.
    pub fn advance(&mut self, seconds: u64) {
        self.app.update_block(|b| {
            b.time = b.time.plus_seconds(seconds);
            b.height += 1;
        });
    }

    /// Lets hours pass, then publishes the same price and reference again.
    pub fn hours(&mut self, hours: u64) {
        self.advance(hours * 3600);
        self.publish().expect("the publishers may publish");
    }

    /// Publishes this price in a new block, with the same reference.
    pub fn price(&mut self, price: &str) {
        self.set_price(signed(price));
        self.advance(5);
        self.publish().expect("the publishers may publish");
    }

    /// Seconds after which a newly published value can confirm a held-back price.
    pub(crate) fn confirmed_after(&self) -> u64 {
        self.setup.price_feed.confirm_after + 1
    }

    /// Publishes this price in a new block, even if it jumps: if the oracle holds it back, all publishers publish it
    /// again when it can be confirmed.
    pub fn jump(&mut self, price: &str) {
        self.price(price);
        self.confirm();
    }

    /// Publishes again if the oracle holds back a price.
    fn confirm(&mut self) {
        if self.is_flagged(Flag::Jump) {
            self.advance(self.confirmed_after());
            self.publish().expect("the publishers may publish");
        }
    }

    /// Whether the oracle's price, or the margin coin's own, has this flag.
    pub(crate) fn is_flagged(&self, flag: Flag) -> bool {
        let of_margin = self.collateral_reading().is_some_and(|reading| reading.flags.contains(&flag));
        of_margin || self.reading().flags.contains(&flag)
    }

    /// Publishes this discount of the staked coin in a new block, at the same price, even if it makes its price jump.
    pub fn discount(&mut self, discount: &str) {
        self.set_staked(Staked { discount: decimal(discount), ..self.staked().unwrap_or_default() });
        self.price(&self.price.to_string());
        self.confirm();
    }

    /// Publishes this redemption rate of the staked coin in a new block, at the same price, even if it falls. The oracle
    /// takes it for no more than it may have grown to, by 2 % a day.
    pub fn redemption_rate(&mut self, rate: &str) {
        self.set_staked(Staked { rate: decimal(rate), ..self.staked().unwrap_or_default() });
        self.price(&self.price.to_string());
        self.confirm();
    }

    /// Redemption rate and discount of the next publications. Panics unless the margin is a staked coin.
    pub fn set_staked(&mut self, staked: Staked) {
        assert!(self.staked().is_some(), "the margin is no staked coin");
        self.collateral = Collateral::Staked(staked);
    }

    /// Redemption rate and discount of the last or next publication; none unless the margin is a staked coin.
    pub fn staked(&self) -> Option<Staked> {
        match self.collateral {
            Collateral::Staked(staked) => Some(staked),
            Collateral::Index | Collateral::Equal => None,
        }
    }

    /// What the margin coin sells for at the last or next publication.
    pub fn last_collateral(&self) -> SignedDecimal256 {
        self.staked().map_or(self.price, |staked| staked.price(self.price))
    }

    /// The price of the next publication.
    pub fn set_price(&mut self, price: SignedDecimal256) {
        self.price = price;
    }

    /// The price of the last or next publication.
    pub fn last_price(&self) -> SignedDecimal256 {
        self.price
    }

    /// The reference of the next publication, yearly.
    pub fn set_reference(&mut self, rate: SignedDecimal256) {
        self.reference = rate;
    }

    /// The reference of the last or next publication, yearly.
    pub fn last_reference(&self) -> SignedDecimal256 {
        self.reference
    }

    /// Names of the accounts that publish both feeds.
    pub fn publishers(&self) -> Vec<String> {
        let others = (2..=self.setup.publishers).map(|number| format!("{PUBLISHER} {number}"));
        std::iter::once(PUBLISHER.to_owned()).chain(others).collect()
    }

    /// Publishes price and reference from all publishers in this block, one after the other, and what a margin coin with
    /// a price of its own is worth.
    pub fn publish(&mut self) -> Result<()> {
        let values = [published(PRICE_FEED, self.price), published(RATE_FEED, self.reference)];
        for name in self.publishers() {
            self.publish_as(&name, values.to_vec())?;
        }
        self.observe()
    }

    /// Updates the history of the feeds that are computed from others: a query of the market writes nothing.
    pub fn observe(&mut self) -> Result<()> {
        let feeds = self.collateral.derived();
        if feeds.is_empty() {
            return Ok(());
        }
        let msg = oracle::ExecuteMsg::Observe { feeds: feeds.iter().map(ToString::to_string).collect() };
        self.app.execute_contract(self.account("keeper"), self.oracle.clone(), &msg, &[])?;
        Ok(())
    }

    /// Publishes any values as the first publisher.
    pub fn publish_values(&mut self, values: Vec<PublishedValue>) -> Result<()> {
        self.publish_as(PUBLISHER, values)
    }

    /// Publishes any values, honest or not, as one publisher. With an index price it also publishes what that makes of
    /// the margin coin, unless the values say so themselves.
    pub fn publish_as(&mut self, name: &str, values: Vec<PublishedValue>) -> Result<()> {
        let msg = oracle::ExecuteMsg::Publish { values: self.collateral.completed(values) };
        self.app.execute_contract(self.account(name), self.oracle.clone(), &msg, &[])?;
        Ok(())
    }
}
