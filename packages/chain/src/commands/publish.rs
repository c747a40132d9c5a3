//! The oracle's feeder: one value, the same again and again, or the hours of a file at a chosen speed.

mod plan;
mod used;

use std::time::{Duration, Instant};

use ballast_types::oracle::{ExecuteMsg, Reading};
use serde_json::json;

use crate::args::PublishArgs;
use crate::log::{self, Level};
use crate::session::Session;
use crate::waiting::Voice;
use crate::{Error, Msg, Result, Sent, Signer};
use plan::{due, Due, Plan, Value};

/// Pause after an unreachable node, before the value due then is sent.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs `ballast-chain publish` until it is stopped.
///
/// # Errors
/// [`Error::User`] for files and values that cannot be published; [`Error::Chain`] if the very first value is refused;
/// later refusals are logged and counted. [`Error::Network`] and [`Error::MayHaveHappened`] with `--once` only.
pub fn run(session: &Session, args: &PublishArgs) -> Result<()> {
    session.client.speak(Voice::Log);
    let signer = session.signer("feeder")?;
    let plan = Plan::read(args, &session.file)?;
    let oracle = session.addresses()?.oracle;
    let mut feeder = Feeder {
        session,
        signer,
        oracle,
        plan,
        published: 0,
        unsure: 0,
        refused: 0,
        away: 0,
        is_away: false,
        unused: vec![],
    };
    feeder.ask()?;
    match feeder.feed() {
        Ok(()) | Err(Error::Stopped) => {}
        Err(error) => return Err(error),
    }
    let Feeder { published, unsure, refused, away, unused, .. } = feeder;
    session.say(format_args!(
        "{published} published, {unsure} may have been published, {refused} refused, {away} times the node was away"
    ))?;
    let unused: Vec<_> = unused.iter().map(|Reading { feed, flags, confirm_from, .. }| {
        json!({"feed": feed, "flags": flags, "confirm_from": confirm_from})
    }).collect();
    session.answer(&json!({"published": published, "may_have_happened": unsure, "refused": refused, "away": away, "not_used": unused}))
}

struct Feeder<'a> {
    session: &'a Session,
    signer: Signer,
    oracle: String,
    plan: Plan,
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

impl Feeder<'_> {
    /// Runs once, before the first value.
    fn ask(&self) -> Result<()> {
        let Some(first) = self.plan.values.first().filter(|_| self.session.asks(&self.signer)) else { return Ok(()) };
        let cost = self.session.client.simulate(&self.signer, &[self.message(first)?])?;
        let what = format!("publish {} as {}, each time for the fee below", self.plan, self.signer.address());
        self.session.confirm(&self.signer, &what, &cost)
    }

    fn message(&self, value: &Value) -> Result<Msg> {
        let msg = ExecuteMsg::Publish { values: value.published(&self.session.file) };
        Msg::execute(&self.oracle, &msg, &[])
    }

    fn feed(&mut self) -> Result<()> {
        let start = Instant::now();
        let mut last = None;
        loop {
            match due(start.elapsed(), self.plan.every, self.plan.times, last) {
                Due::Over => return Ok(()),
                Due::Wait(time) => self.session.client.stop().sleep(time)?,
                Due::Value(place) => {
                    if self.publish(place)? {
                        last = Some(place);
                    } else {
                        self.session.client.stop().sleep(PAUSE)?;
                    }
                }
            }
        }
    }

    /// Publishes a value. True if it was accepted, refused, or may have happened, so that the next value comes at its
    /// regular time.
    fn publish(&mut self, place: usize) -> Result<bool> {
        let Some(value) = self.plan.value(place).copied() else { return Ok(true) };
        let client = &self.session.client;
        // After waiting for a node, another value may be due.
        let there = if self.plan.once { Ok(()) } else { client.head_at_once().map(|_| ()) };
        let msg = self.message(&value)?;
        let sent = there.and_then(|()| client.execute(&self.signer, &[msg]));
        match sent {
            Ok(sent) => {
                self.published = self.published.saturating_add(1);
                self.is_away = false;
                log::line(Level::Info, "published", &self.fields(place, &value, Some(&sent)));
                self.tell_unused(&value);
                Ok(true)
            }
            // After the first value, no response of a node ends a feeder.
            Err(Error::Chain(text) | Error::User(text)) if self.published.saturating_add(self.unsure) > 0 => {
                self.refused = self.refused.saturating_add(1);
                let mut fields = self.fields(place, &value, None);
                fields.push(("text", self.session.told(&text)));
                log::line(Level::Warn, "refused", &fields);
                Ok(true)
            }
            Err(Error::Network(text)) if !self.plan.once => {
                if !std::mem::replace(&mut self.is_away, true) {
                    self.away = self.away.saturating_add(1);
                    log::line(Level::Warn, "away", &[("text", text)]);
                }
                Ok(false)
            }
            Err(Error::MayHaveHappened { hash, until, why }) if !self.plan.once => {
                let mut fields = self.fields(place, &value, None);
                fields.extend([("tx", hash), ("until_height", until.to_string()), ("text", why)]);
                log::line(Level::Warn, "may_have_happened", &fields);
                self.unsure = self.unsure.saturating_add(1);
                self.is_away = false;
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    /// Warns if the oracle does not let others use the published value, once for each reason.
    fn tell_unused(&mut self, value: &Value) {
        let feeds = value.published(&self.session.file).into_iter().map(|value| value.feed).collect();
        // The value is published, so a failed query of the oracle does not matter.
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

    fn fields(&self, place: usize, value: &Value, sent: Option<&Sent>) -> Vec<(&'static str, String)> {
        let mut fields = vec![];
        if self.plan.values.len() > 1 {
            fields.push(("row", self.plan.row(place).to_string()));
        }
        fields.extend(value.price.map(|price| ("price", price.to_string())));
        fields.extend(value.rate.map(|rate| ("rate", rate.to_string())));
        fields.extend(value.redemption_rate.map(|rate| ("redemption_rate", rate.to_string())));
        fields.extend(value.market_price.map(|price| ("market_price", price.to_string())));
        if let Some(sent) = sent {
            fields.push(("height", sent.height.to_string()));
            fields.push(("gas", sent.gas_used.to_string()));
            fields.push(("tx", sent.hash.clone()));
        }
        fields
    }
}
