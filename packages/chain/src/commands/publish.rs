//! The oracle's feeder: one value, the same again and again, the hours of a file at a chosen speed, or what several
//! sources say.

mod plan;
mod sources;
mod used;
mod writer;

use std::time::{Duration, Instant};

use crate::args::PublishArgs;
use crate::session::Session;
use crate::waiting::Voice;
use crate::{Error, Result};
use plan::{due, Due, Plan, Value};
use writer::{Fate, Field, Writer};

/// Pause after an unreachable node, before the value due then is sent.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs `ballast-chain publish` until it is stopped.
///
/// # Errors
/// [`Error::User`] for files and values that cannot be published; [`Error::Chain`] if the very first value is refused;
/// later refusals are logged and counted. [`Error::Network`] and [`Error::MayHaveHappened`] with `--once` only.
pub fn run(session: &Session, args: &PublishArgs) -> Result<()> {
    session.client.speak(Voice::Log);
    if let Some(path) = &args.sources {
        return sources::run(session, args, path);
    }
    let signer = session.signer("feeder")?;
    let plan = Plan::read(args, &session.file)?;
    let writer = Writer::new(session, signer, plan.once)?;
    let mut feeder = Feeder { session, plan, writer };
    feeder.ask()?;
    match feeder.feed() {
        Ok(()) | Err(Error::Stopped) => {}
        Err(error) => return Err(error),
    }
    feeder.writer.end()
}

struct Feeder<'a> {
    session: &'a Session,
    plan: Plan,
    writer: Writer<'a>,
}

impl Feeder<'_> {
    /// Runs once, before the first value.
    fn ask(&self) -> Result<()> {
        let Some(first) = self.plan.values.first() else { return Ok(()) };
        self.writer.ask(&self.plan, first.published(&self.session.file))
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
        let fields = self.fields(place, &value);
        let fate = self.writer.publish(value.published(&self.session.file), &fields)?;
        Ok(fate != Fate::Away)
    }

    fn fields(&self, place: usize, value: &Value) -> Vec<Field> {
        let mut fields = vec![];
        if self.plan.values.len() > 1 {
            fields.push(("row", self.plan.row(place).to_string()));
        }
        fields.extend(value.price.map(|price| ("price", price.to_string())));
        fields.extend(value.rate.map(|rate| ("rate", rate.to_string())));
        fields.extend(value.redemption_rate.map(|rate| ("redemption_rate", rate.to_string())));
        fields.extend(value.market_price.map(|price| ("market_price", price.to_string())));
        fields
    }
}
