//! Feeds and their sources, read from a file and checked.

use std::path::Path;
use std::time::Duration;

use cosmwasm_std::{Binary, Decimal256};
use ureq::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use ureq::tls::{parse_pem, Certificate, PemItem};

use super::exact::Exact;
use super::pointer::is_pointer;
use super::written::{self, Kind, Number, Span, Unit};
use crate::{file, Error, Result};

/// Maximum numbers: the oracle takes as many feeds in one message, and each source is a thread.
const MOST_FEEDS: usize = 30;
const MOST_SOURCES: usize = 20;
/// Time for one answer, seconds.
const TIMEOUTS: std::ops::RangeInclusive<f64> = 0.05..=60.0;
/// Ages and heartbeats, seconds: up to a year.
const TIMES: std::ops::RangeInclusive<f64> = 0.1..=31_536_000.0;
const MS_PER_YEAR: u64 = 8_760 * 3_600_000;
/// Intervals of funding rates, milliseconds: an hour to a day.
const INTERVALS: std::ops::RangeInclusive<u64> = 3_600_000..=24 * 3_600_000;

/// A feed of the oracle, with the sources of its value.
pub struct Feed {
    pub name: String,
    pub kind: Kind,
    /// How many sources must agree.
    pub quorum: usize,
    pub max_age: Duration,
    /// Distance from the median beyond which a value does not count: a part of it, or a yearly rate.
    pub max_deviation: Decimal256,
    /// Change since the last published value beyond which the next is due, in the same terms.
    pub deviation: Decimal256,
    pub heartbeat: Duration,
    pub min_confidence: Decimal256,
    pub sources: Vec<Source>,
}

/// One endpoint, and where its answer has the value.
pub struct Source {
    pub name: String,
    pub request: Request,
    /// JSON pointer.
    pub value: String,
    pub time: Option<(String, Unit)>,
    pub inverse: bool,
    /// Scale, and from a rate for an interval to a yearly one.
    pub factor: Exact,
    /// JSON pointer of the interval, if the answer has it; `factor` is without it then.
    pub interval: Option<(String, Span)>,
}

/// What to ask whom. May contain secrets: never shown.
pub struct Request {
    pub uri: Uri,
    /// Makes it a POST.
    pub body: Option<String>,
    pub headers: HeaderMap,
    pub timeout: Duration,
    /// The only certificates to trust; none for those that browsers trust.
    pub trusted: Option<Vec<Certificate<'static>>>,
    /// In a trial: what the environment does not have, so that it cannot be asked.
    pub lacks: Option<String>,
}

/// Looks up an environment variable.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads a source file. In a trial, a source without its key is one that fails.
///
/// # Errors
/// [`Error::User`] with the line, or with the feed and the source.
pub fn read(path: &Path, environment: Environment<'_>, trial: bool) -> Result<Vec<Feed>> {
    let text = file::read(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    parse(&text, folder, environment, trial).map_err(|error| error.at(path.display()))
}

fn parse(text: &str, folder: &Path, environment: Environment<'_>, trial: bool) -> Result<Vec<Feed>> {
    let written = written::read(text)?;
    let place = Place { text, folder, environment, timeout: written.timeout, trial };
    let count = written.feed.len();
    check((1..=MOST_FEEDS).contains(&count), || format!("it has {count} feeds: from 1 to {MOST_FEEDS} are wanted"))?;
    let mut feeds: Vec<Feed> = vec![];
    for feed in written.feed {
        let name = feed.name.clone();
        let feed = place.feed(feed).map_err(|error| error.at(format!("feed {name}")))?;
        check(feeds.iter().all(|other| other.name != name), || format!("feed {name} is there twice"))?;
        feeds.push(feed);
    }
    Ok(feeds)
}

/// What a file's entries depend on.
struct Place<'a> {
    text: &'a str,
    folder: &'a Path,
    environment: Environment<'a>,
    timeout: f64,
    trial: bool,
}

impl Place<'_> {
    fn feed(&self, written: written::Feed) -> Result<Feed> {
        let written::Feed { name, kind, quorum, .. } = written;
        let max_deviation = self.decimal("max_deviation", &written.max_deviation)?;
        let deviation = self.decimal("deviation", &written.deviation)?;
        let min_confidence = written.min_confidence.as_ref();
        let min_confidence = min_confidence.map(|part| self.decimal("min_confidence", part)).transpose()?;
        let count = written.source.len();
        check((1..=MOST_SOURCES).contains(&count), || format!("{count} sources: from 1 to {MOST_SOURCES} are wanted"))?;
        let majority = count.saturating_div(2).saturating_add(1);
        check((majority..=count).contains(&quorum), || {
            format!("quorum = {quorum}: more than half of the {count} sources are needed, {majority} to {count}")
        })?;
        check(is_name(&name), || "name: letters, digits and / _ - . are wanted".to_owned())?;
        check(!max_deviation.is_zero(), || "max_deviation 0: no two sources ever agree so closely".to_owned())?;
        let part = |what: &str, part: Decimal256| {
            check(kind.is_rate() || part < Decimal256::one(), || format!("{what} {part}: a part below 1 is wanted"))
        };
        part("max_deviation", max_deviation)?;
        part("deviation", deviation)?;
        part("min_confidence", min_confidence.unwrap_or_default())?;
        check(!kind.is_rate() || min_confidence.is_none(), || "min_confidence: a funding rate has none".to_owned())?;
        let mut sources: Vec<Source> = vec![];
        for (place, source) in (1..).zip(written.source) {
            let named = source.name.clone().map_or(format!("source {place}"), |name| format!("source {name}"));
            let source = self.source(source, kind).map_err(|error| error.at(named))?;
            let name = &source.name;
            check(sources.iter().all(|other| other.name != *name), || {
                format!("two sources are called {name}: give one of them another name")
            })?;
            sources.push(source);
        }
        Ok(Feed {
            name,
            kind,
            quorum,
            max_age: seconds("max_age", written.max_age, TIMES)?,
            max_deviation,
            deviation,
            heartbeat: seconds("heartbeat", written.heartbeat, TIMES)?,
            min_confidence: min_confidence.unwrap_or_default(),
            sources,
        })
    }

    /// A number as the file has it, with or without quotes.
    fn number(&self, number: &Number) -> String {
        match number.get_ref() {
            toml::Value::String(text) => text.clone(),
            _ => self.text.get(number.span()).unwrap_or_default().replace('_', ""),
        }
    }

    fn decimal(&self, what: &str, number: &Number) -> Result<Decimal256> {
        let text = self.number(number);
        text.parse().map_err(|_| Error::user(format!("{what} '{text}' is no such number: write \"0.01\"")))
    }

    fn source(&self, written: written::Source, kind: Kind) -> Result<Source> {
        let uri = address(&written)?;
        let name = written.name.clone().unwrap_or_else(|| uri.host().unwrap_or_default().to_owned());
        check(is_name(&name), || "name: letters, digits and / _ - . are wanted".to_owned())?;
        let pointer = |what: &str, text: &str| {
            check(is_pointer(text), || format!("{what} '{text}' is no JSON pointer such as /data/0/last"))
        };
        pointer("value", &written.value)?;
        let time = match (written.time.clone(), written.time_unit) {
            (None, None) => None,
            (Some(at), Some(unit)) => Some((at, unit)),
            (Some(_), None) => return Err(Error::user("time_unit is missing: s, ms, us, ns or rfc3339")),
            (None, Some(_)) => return Err(Error::user("time_unit of what? time is missing")),
        };
        pointer("time", time.as_ref().map_or("", |(at, _)| at))?;
        check(!(written.inverse && kind.is_rate()), || "inverse: not of a funding rate".to_owned())?;
        let interval = interval(&written, kind)?;
        pointer("interval", interval.as_ref().map_or("", |(at, _)| at))?;
        let scale = written.scale.as_ref().map_or_else(|| "1".to_owned(), |scale| self.number(scale));
        let factor = factor(&written, &scale, kind, interval.is_some())?;
        let request = self.request(&written, uri)?;
        Ok(Source { name, request, value: written.value, time, inverse: written.inverse, factor, interval })
    }

    fn request(&self, written: &written::Source, uri: Uri) -> Result<Request> {
        let (mut headers, mut lacks) = (HeaderMap::new(), None);
        for (name, text) in &written.headers {
            self.header(&mut headers, name, text)?;
        }
        for (name, variable) in &written.headers_from_env {
            match (self.environment)(variable).filter(|text| !text.is_empty()) {
                Some(text) => self.header(&mut headers, name, &text)?,
                None => lacks = Some(format!("header {name}: the environment variable {variable} is not set")),
            }
        }
        if let Some(text) = lacks.as_ref().filter(|_| !self.trial) {
            return Err(Error::user(text.as_str()));
        }
        let trusted = written.certificates.as_deref().map(|path| self.certificates(path)).transpose()?;
        let timeout = seconds("timeout", written.timeout.unwrap_or(self.timeout), TIMEOUTS)?;
        Ok(Request { uri, body: written.body.clone(), headers, timeout, trusted, lacks })
    }

    /// The value is not shown: it may be a key.
    fn header(&self, headers: &mut HeaderMap, name: &str, text: &str) -> Result<()> {
        let name: HeaderName = name.parse().map_err(|_| Error::user(format!("'{name}' is no name of a header")))?;
        let value = HeaderValue::from_str(text);
        let value = value.map_err(|_| Error::user(format!("header {name}: its value cannot be sent")))?;
        check(headers.insert(name.clone(), value).is_none(), || format!("header {name} is there twice"))
    }

    fn certificates(&self, path: &Path) -> Result<Vec<Certificate<'static>>> {
        let path = self.folder.join(path);
        let text = file::read(&path)?;
        let items = parse_pem(text.as_bytes()).map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Ok(certificate),
            _ => Err(Error::user(format!("{}: something in it is no certificate in PEM", path.display()))),
        });
        let found = items.collect::<Result<Vec<_>>>()?;
        check(!found.is_empty(), || format!("{} has no certificate in PEM", path.display()))?;
        Ok(found)
    }
}

/// The address of an endpoint: given, or that of a contract's query at a node's REST.
fn address(written: &written::Source) -> Result<Uri> {
    let text = match (&written.url, &written.node, &written.contract, &written.query) {
        (Some(url), None, None, None) => url.clone(),
        (None, Some(node), Some(contract), Some(query)) => {
            check(is_name(contract), || format!("contract '{contract}' is no address"))?;
            check(written.body.is_none(), || "body: a contract's query has none".to_owned())?;
            let json = serde_json::from_str::<serde_json::Value>(query);
            json.map_err(|error| Error::user(format!("query is no JSON: {error}")))?;
            // Of both alphabets, which nodes accept, the one without strokes.
            let query = Binary::from(query.as_bytes()).to_base64().replace('+', "-").replace('/', "_");
            format!("{}/cosmwasm/wasm/v1/contract/{contract}/smart/{query}", node.trim_end_matches('/'))
        }
        _ => return Err(Error::user("what to ask? Give url, or node, contract and query")),
    };
    let uri: Option<Uri> = text.parse().ok();
    let whole = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
    // It is not shown: it may have a key.
    let uri = uri
        .filter(whole)
        .ok_or_else(|| Error::user("its address cannot be used: write https://HOST/PATH or http://HOST/PATH"))?;
    let bare = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    check(bare, || "a name or password in an address is not sent: use headers_from_env".to_owned())?;
    check(written.certificates.is_none() || uri.scheme_str() == Some("https"), || {
        "certificates: only of an https address".to_owned()
    })?;
    Ok(uri)
}

/// Where the answer has the interval of its rates, if the file says so.
fn interval(written: &written::Source, kind: Kind) -> Result<Option<(String, Span)>> {
    let text = match (kind.is_rate(), &written.interval) {
        (false, None) => "",
        (false, Some(_)) => return Err(Error::user("interval: only of a funding rate")),
        (true, None) => return Err(Error::user("interval is missing: what a rate is for, such as 8h; 1y if yearly")),
        (true, Some(text)) => text,
    };
    match (text.starts_with('/'), written.interval_unit) {
        (true, Some(unit)) => Ok(Some((text.to_owned(), unit))),
        (true, None) => Err(Error::user("interval_unit is missing: h, s or ms")),
        (false, Some(_)) => Err(Error::user("interval_unit: only where interval is a JSON pointer")),
        (false, None) => Ok(None),
    }
}

/// By what to multiply the value.
fn factor(written: &written::Source, scale: &str, kind: Kind, interval_later: bool) -> Result<Exact> {
    let number = Exact::parse(scale).filter(|number| number.decimal().is_some());
    let number = number.filter(|number| number.clone().inverse().is_some());
    let number = number.filter(|_| kind.is_rate() || !scale.starts_with('-'));
    let number = number.ok_or_else(|| Error::user(format!("scale '{scale}': write a number such as \"0.000001\"")))?;
    let interval = written.interval.as_deref().filter(|text| !interval_later && *text != "1y");
    let Some(text) = interval else { return Ok(number) };
    let hours = text.ends_with('h').then(|| ballast_hours::parse_interval(text).ok()).flatten();
    let per_year = hours.and_then(|ms| per_year(&Exact::whole(ms)));
    let yearly = per_year.and_then(|per_year| number.times(&per_year));
    yearly.ok_or_else(|| Error::user(format!("interval '{text}': 1h to 24h are wanted, or 1y")))
}

/// How often an interval of milliseconds, 1 to 24 hours, fits into a year.
pub fn per_year(interval: &Exact) -> Option<Exact> {
    let ms = interval.floor().filter(|ms| INTERVALS.contains(ms))?;
    Exact::whole(ms).inverse()?.times(&Exact::whole(MS_PER_YEAR))
}

/// Names stand in logs and metrics.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_-.:".contains(&byte))
}

fn seconds(what: &str, seconds: f64, range: std::ops::RangeInclusive<f64>) -> Result<Duration> {
    let time = Duration::try_from_secs_f64(seconds).ok().filter(|_| range.contains(&seconds));
    time.ok_or_else(|| Error::user(format!("{what} {seconds}: from {} to {} seconds", range.start(), range.end())))
}

fn check(is: bool, text: impl FnOnce() -> String) -> Result<()> {
    match is {
        true => Ok(()),
        false => Err(Error::user(text())),
    }
}

#[cfg(test)]
mod tests;
