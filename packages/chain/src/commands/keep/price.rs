//! Reasons why a keeper cannot act: an unusable price, or a rule without an action.

use ballast_types::oracle::{AcceptedPrice, Closing, FeedResponse, Flag, QueryMsg, Reading};
use ballast_types::policy::Decision;
use cosmwasm_std::Timestamp;

use super::super::rebalance::reason;
use super::super::status::name;
use super::{Keeper, System, Task};
use crate::figures::{rule_name, time};
use crate::log::{self, Level};
use crate::{Error, Result};

/// All flags that a price can have.
pub const FLAGS: [Flag; 6] = [Flag::Missing, Flag::Invalid, Flag::Future, Flag::Stale, Flag::Jump, Flag::Uncertain];

/// Whether the oracle's price is usable.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Price {
    /// What is wrong with it.
    pub flags: Vec<Flag>,
    /// A price that is held back, and since when.
    pub held_back: Option<AcceptedPrice>,
    /// The time from which a newly published value may confirm it.
    pub usable_from: Option<Timestamp>,
    /// When its market opens, while that is closed.
    pub opens: Option<Timestamp>,
}

/// A line of the log.
#[derive(Debug, PartialEq)]
struct News {
    level: Level,
    event: &'static str,
    fields: Vec<(&'static str, String)>,
}

impl Price {
    /// What is wrong, as the contracts write it.
    pub fn flags(&self) -> String {
        self.flags.iter().map(name).collect::<Vec<_>>().join(",")
    }

    /// The change since the last time, if any.
    fn news(&self, before: &Price) -> Option<News> {
        if self == before {
            return None;
        }
        if self.flags.is_empty() {
            return (!before.flags.is_empty()).then(|| News {
                level: Level::Info,
                event: "price_usable",
                fields: vec![],
            });
        }
        let mut fields = vec![("flags", self.flags())];
        if let Some(held) = &self.held_back {
            fields.push(("price", held.price.to_string()));
            fields.push(("held_back_since", time(held.time)));
        }
        fields.extend(self.usable_from.map(|from| ("usable_from", time(from))));
        if let Some(opens) = self.opens {
            // What is published meanwhile is nobody's business.
            fields.push(("opens", time(opens)));
            return (self.opens != before.opens).then_some(News { level: Level::Info, event: "market_closed", fields });
        }
        let event = if self.flags.contains(&Flag::Jump) { "price_held_back" } else { "price_unusable" };
        Some(News { level: Level::Warn, event, fields })
    }
}

impl Keeper<'_> {
    /// Queries the oracle, updates the metrics, and logs changes.
    pub(super) fn watch_price(&mut self, system: &System) -> Result<bool> {
        let feed = || self.session.file.price_feed.feed.clone();
        let client = &self.session.client;
        let reading = client.query::<Reading>(&system.at.oracle, &QueryMsg::Price { feed: feed() });
        let both = reading.and_then(|reading| {
            let feed: FeedResponse = client.query(&system.at.oracle, &QueryMsg::Feed { feed: feed() })?;
            Ok((reading, feed))
        });
        let (reading, feed) = match both {
            Ok(both) => both,
            Err(Error::Chain(text)) => return Ok(self.refused(Task::Look, text)),
            Err(error) => return Err(error),
        };
        let opens = match feed.closing.filter(|_| reading.flags.contains(&Flag::Stale)) {
            Some(Closing { from, until }) => {
                let now = client.head_at_once()?.seconds().unwrap_or_default();
                (from.seconds() < now).then_some(until)
            }
            None => None,
        };
        let price = Price {
            opens,
            held_back: feed.held_back.filter(|_| reading.confirm_from.is_some()),
            usable_from: reading.confirm_from,
            flags: reading.flags,
        };
        let before = self.metrics.lock().price.replace(price.clone()).unwrap_or_default();
        if let Some(News { level, event, fields }) = price.news(&before) {
            log::line(level, event, &fields);
        }
        Ok(true)
    }

    /// Logs once why nothing can be done although a rule applies.
    pub(super) fn idle(&mut self, decision: &Decision) {
        let why = decision.rule.map(|rule| (rule, reason(rule)));
        if why == self.stuck {
            return;
        }
        if let Some((rule, why)) = &why {
            let flags = self.metrics.lock().price.as_ref().map(Price::flags).unwrap_or_default();
            let fields = [("rule", rule_name(*rule)), ("why", (*why).to_owned()), ("price_flags", flags)];
            log::line(Level::Warn, "cannot_act", &fields);
        }
        self.stuck = why;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn held() -> Price {
        Price {
            flags: vec![Flag::Jump],
            held_back: Some(AcceptedPrice {
                price: cosmwasm_std::Decimal256::percent(1_250),
                time: Timestamp::from_seconds(1_577_836_800),
            }),
            usable_from: Some(Timestamp::from_seconds(1_577_836_830)),
            opens: None,
        }
    }

    #[test]
    fn a_price_that_is_held_back_is_told_once_with_since_when_and_from_when() {
        let News { level, event, fields } = held().news(&Price::default()).unwrap();
        assert_eq!((level, event), (Level::Warn, "price_held_back"));
        let fields: Vec<_> = fields.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(
            fields,
            ["flags=jump", "price=12.5", "held_back_since=2020-01-01T00:00:00Z", "usable_from=2020-01-01T00:00:30Z",]
        );
        assert!(held().news(&held()).is_none());
    }

    #[test]
    fn a_price_that_is_usable_again_is_told_and_one_that_always_was_is_not() {
        let usable = Price::default();
        assert_eq!(usable.news(&held()).map(|news| news.event), Some("price_usable"));
        assert!(usable.news(&usable).is_none());
        let stale = Price { flags: vec![Flag::Stale], ..Price::default() };
        assert_eq!(stale.news(&usable).map(|news| news.event), Some("price_unusable"));
    }

    #[test]
    fn a_market_that_closes_is_told_once_whatever_is_published_meanwhile() {
        let closed =
            Price { flags: vec![Flag::Stale], opens: Some(Timestamp::from_seconds(1_577_836_800)), ..Price::default() };
        let News { level, event, fields } = closed.news(&Price::default()).unwrap();
        assert_eq!((level, event), (Level::Info, "market_closed"));
        assert_eq!(fields, [("flags", "stale".to_owned()), ("opens", "2020-01-01T00:00:00Z".to_owned())]);
        let uncertain = Price { flags: vec![Flag::Stale, Flag::Uncertain], ..closed.clone() };
        assert!(uncertain.news(&closed).is_none());
        assert_eq!(held().news(&closed).map(|news| news.event), Some("price_held_back"), "it has opened");
        assert_eq!(Price::default().news(&closed).map(|news| news.event), Some("price_usable"));
    }
}
