//! Sends values to the oracle as one account, and reports what became of them.

use std::fmt::Display;

use ballast_types::oracle::{ExecuteMsg, PublishedValue, Reading};
use serde_json::json;

use super::used;
use crate::log::{self, Level};
use crate::session::Session;
use crate::{Error, Msg, Result, Sent, Signer};

/// A field of a log line.
pub type Field = (&'static str, String);

/// The result of a try to publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is in a block.
    Published,
    /// It may be in a block, now or later.
    Unsure,
    /// The chain or the oracle refused it.
    Refused,
    /// No node responds.
    Away,
}

/// Publishes values, and counts what became of them.
pub struct Writer<'a> {
    session: &'a Session,
    signer: Signer,
    oracle: String,
    once: bool,
    published: u64,
    /// How many may have been published.
    unsure: u64,
    refused: u64,
    /// How often a node was unreachable, and whether it is now.
    away: u64,
    is_away: bool,
    /// Readings of the last values that the oracle does not let others use.
    unused: Vec<Reading>,
}

impl<'a> Writer<'a> {
    /// A writer as this account; with `once`, an unreachable node is an error.
    ///
    /// # Errors
    /// [`Error::User`] for a deployment that is not there.
    pub fn new(session: &'a Session, signer: Signer, once: bool) -> Result<Self> {
        let oracle = session.addresses()?.oracle;
        let (published, unsure, refused, away) = (0, 0, 0, 0);
        Ok(Writer { session, signer, oracle, once, published, unsure, refused, away, is_away: false, unused: vec![] })
    }

    /// Shows what will be published and what the first values cost, and asks, if this key is asked for.
    ///
    /// # Errors
    /// Those of [`Session::confirm`] and of a simulation.
    pub fn ask(&self, what: &impl Display, first: Vec<PublishedValue>) -> Result<()> {
        if !self.session.asks(&self.signer) {
            return Ok(());
        }
        let cost = self.session.client.simulate(&self.signer, &[self.message(first)?])?;
        let what = format!("publish {what} as {}, each time for the fee below", self.signer.address());
        self.session.confirm(&self.signer, &what, &cost)
    }

    fn message(&self, values: Vec<PublishedValue>) -> Result<Msg> {
        Msg::execute(&self.oracle, &ExecuteMsg::Publish { values }, &[])
    }

    /// Publishes values in one transaction.
    ///
    /// # Errors
    /// [`Error::Chain`] and [`Error::User`] if the very first values are refused; [`Error::Network`] and
    /// [`Error::MayHaveHappened`] with `once` only; [`Error::Stopped`].
    pub fn publish(&mut self, values: Vec<PublishedValue>, fields: &[Field]) -> Result<Fate> {
        let client = &self.session.client;
        let feeds = values.iter().map(|value| value.feed.clone()).collect();
        // After waiting for a node, another value may be due.
        let there = if self.once { Ok(()) } else { client.head_at_once().map(|_| ()) };
        let msg = self.message(values)?;
        match there.and_then(|()| client.execute(&self.signer, &[msg])) {
            Ok(sent) => {
                self.published = self.published.saturating_add(1);
                self.is_away = false;
                log::line(Level::Info, "published", &[fields, &of_transaction(&sent)].concat());
                self.tell_unused(feeds);
                Ok(Fate::Published)
            }
            // After the first value, no response of a node ends a feeder.
            Err(Error::Chain(text) | Error::User(text)) if self.has_begun() => {
                self.refused(&text, fields);
                Ok(Fate::Refused)
            }
            Err(Error::Network(text)) if !self.once => {
                self.is_away(text);
                Ok(Fate::Away)
            }
            Err(Error::MayHaveHappened { hash, until, why }) if !self.once => {
                let unsure = [("tx", hash), ("until_height", until.to_string()), ("text", why)];
                log::line(Level::Warn, "may_have_happened", &[fields, &unsure].concat());
                self.unsure = self.unsure.saturating_add(1);
                self.is_away = false;
                Ok(Fate::Unsure)
            }
            Err(error) => Err(error),
        }
    }

    /// The account that publishes.
    pub fn address(&self) -> &str {
        self.signer.address()
    }

    /// The oracle's address.
    pub fn oracle(&self) -> &str {
        &self.oracle
    }

    /// The answer of a node; none if no node responds or, after the first value, if it refuses, which is logged.
    ///
    /// # Errors
    /// Those of the answer; [`Error::Network`] with `once` only.
    pub fn answered<T>(&mut self, answer: Result<T>) -> Result<Option<T>> {
        match answer {
            Err(Error::Chain(text) | Error::User(text)) if self.has_begun() => {
                self.refused(&text, &[]);
                Ok(None)
            }
            Err(Error::Network(text)) if !self.once => {
                self.is_away(text);
                Ok(None)
            }
            answer => answer.map(Some),
        }
    }

    /// Counts and logs a refusal.
    pub fn refused(&mut self, text: &str, fields: &[Field]) {
        self.refused = self.refused.saturating_add(1);
        log::line(Level::Warn, "refused", &[fields, &[("text", self.session.told(text))]].concat());
    }

    /// Whether a value was published, or may have been.
    fn has_begun(&self) -> bool {
        self.published.saturating_add(self.unsure) > 0
    }

    /// Counts and logs that no node responds, once until one does.
    fn is_away(&mut self, text: String) {
        if !std::mem::replace(&mut self.is_away, true) {
            self.away = self.away.saturating_add(1);
            log::line(Level::Warn, "away", &[("text", text)]);
        }
    }

    /// Warns if the oracle does not let others use the published values, once for each reason.
    fn tell_unused(&mut self, feeds: Vec<String>) {
        // The values are published, so a failed query of the oracle does not matter.
        let Ok(mut unused) = used::readings(&self.session.client, &self.oracle, feeds) else { return };
        unused.retain(|reading| !reading.flags.is_empty());
        for reading in &unused {
            let known = |told: &Reading| told.feed == reading.feed && told.flags == reading.flags;
            if !self.unused.iter().any(known) {
                let text = used::unused(reading).unwrap_or_default();
                log::line(Level::Warn, "not_used", &[("text", text)]);
            }
        }
        self.unused = unused;
    }

    /// Says what was published.
    ///
    /// # Errors
    /// [`Error::Output`].
    pub fn end(self) -> Result<()> {
        let Writer { session, published, unsure, refused, away, unused, .. } = self;
        session.say(format_args!(
            "{published} published, {unsure} may have been published, {refused} refused, {away} times the node was away"
        ))?;
        let unused: Vec<_> = unused.iter().map(|Reading { feed, flags, confirm_from, .. }| {
            json!({"feed": feed, "flags": flags, "confirm_from": confirm_from})
        }).collect();
        session.answer(&json!({"published": published, "may_have_happened": unsure, "refused": refused, "away": away, "not_used": unused}))
    }
}

fn of_transaction(sent: &Sent) -> [Field; 3] {
    [("height", sent.height.to_string()), ("gas", sent.gas_used.to_string()), ("tx", sent.hash.clone())]
}
