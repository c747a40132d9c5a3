//! Time, prices, and their publishers.

use ballast_types::oracle::{self, Flag, PublishedValue};
use cosmwasm_std::SignedDecimal256;
use cw_multi_test::Executor;

use super::{signed, Result, Suite, PRICE_FEED, RATE_FEED};

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
        if self.reading().flags.contains(&Flag::Jump) {
            self.advance(self.confirmed_after());
            self.publish().expect("the publishers may publish");
        }
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

    /// Publishes price and reference from all publishers in this block, one after the other.
    pub fn publish(&mut self) -> Result<()> {
        let values = [published(PRICE_FEED, self.price), published(RATE_FEED, self.reference)];
        for name in self.publishers() {
            self.publish_as(&name, values.to_vec())?;
        }
        Ok(())
    }

    /// Publishes any values as the first publisher.
    pub fn publish_values(&mut self, values: Vec<PublishedValue>) -> Result<()> {
        self.publish_as(PUBLISHER, values)
    }

    /// Publishes any values, honest or not, as one publisher.
    pub fn publish_as(&mut self, name: &str, values: Vec<PublishedValue>) -> Result<()> {
        let msg = oracle::ExecuteMsg::Publish { values };
        self.app.execute_contract(self.account(name), self.oracle.clone(), &msg, &[])?;
        Ok(())
    }
}
