//! Asks one source once.

use std::io::{ErrorKind, Read as _};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::value::RawValue;
use ureq::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use ureq::http::{HeaderMap, Response, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::fault::{Fault, Kind};
use super::file::Request;
use super::told::{one_line, told};

/// Maximum size of an answer. The largest ticker lists have a megabyte; what names one symbol has some hundred bytes.
const MOST_BYTES: u64 = 4 * 1024 * 1024;
/// Maximum redirects, all within the same scheme, host and port.
const MOST_REDIRECTS: usize = 3;
/// Maximum time for a connection.
const ONE_CONNECTION: Duration = Duration::from_secs(5);
/// Pause after a rate limit that does not say how long.
const REST: Duration = Duration::from_secs(60);
/// Maximum pause, whatever a source says: longer ones look like a mistake.
const LONGEST_REST: Duration = Duration::from_secs(3_600);
/// Characters shown of why a certificate is refused, which may name what the server sent.
const LONGEST_REASON: usize = 200;

/// JSON, and when it arrived: nanoseconds since 1970.
pub struct Answer {
    pub json: Box<RawValue>,
    pub arrived: u64,
}

/// An agent for this source alone. Proxies of the environment are not used.
pub fn agent(request: &Request) -> Agent {
    let mut tls = TlsConfig::builder();
    if let Some(trusted) = &request.trusted {
        tls = tls.root_certs(RootCerts::new_with_certs(trusted));
    }
    let config = Agent::config_builder()
        .timeout_global(Some(request.timeout))
        .timeout_connect(Some(request.timeout.min(ONE_CONNECTION)))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .user_agent(concat!("ballast-chain/", env!("CARGO_PKG_VERSION")))
        .accept("application/json")
        .tls_config(tls.build());
    config.build().new_agent()
}

/// Asks, and follows redirects to the same host.
pub fn ask(agent: &Agent, request: &Request) -> Result<Answer, Fault> {
    let start = Instant::now();
    let mut uri = request.uri.clone();
    for _ in 0..=MOST_REDIRECTS {
        let left = request.timeout.saturating_sub(start.elapsed());
        let response = send(agent, request, &uri, left).map_err(|error| fault(&error, request))?;
        match response.status().as_u16() {
            200..=299 => return whole(response, request, start),
            301 | 302 | 303 | 307 | 308 => uri = redirected(&uri, request, response.headers())?,
            code @ (429 | 503) => return Err(rests(code, response.headers(), SystemTime::now())),
            code => return Err(Fault::new(Kind::Status, format!("HTTP {code}"))),
        }
    }
    Err(Fault::new(Kind::Redirect, format!("more than {MOST_REDIRECTS} redirects")))
}

fn send(agent: &Agent, request: &Request, uri: &Uri, left: Duration) -> Result<Response<Body>, ureq::Error> {
    // A timeout of zero would be none.
    let left = Some(left.max(Duration::from_millis(1)));
    match &request.body {
        None => {
            let mut call = agent.get(uri);
            for (name, value) in &request.headers {
                call = call.header(name, value);
            }
            call.config().timeout_global(left).build().call()
        }
        Some(body) => {
            let mut call = agent.post(uri);
            for (name, value) in &request.headers {
                call = call.header(name, value);
            }
            if !request.headers.contains_key(CONTENT_TYPE) {
                call = call.header(CONTENT_TYPE, "application/json");
            }
            call.config().timeout_global(left).build().send(body.as_str())
        }
    }
}

fn whole(mut response: Response<Body>, request: &Request, start: Instant) -> Result<Answer, Fault> {
    let mut reader = response.body_mut().with_config().limit(MOST_BYTES).reader();
    let (mut bytes, mut part) = (vec![], [0; 16 * 1024]);
    loop {
        // The client's own timeout forgets an answer that comes in drops, each of them soon enough.
        if start.elapsed() > request.timeout {
            return Err(Fault::late(request.timeout));
        }
        match reader.read(&mut part) {
            Ok(0) => break,
            Ok(length) => bytes.extend_from_slice(part.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(fault(&error.into(), request)),
        }
    }
    let arrived = nanos(SystemTime::now());
    let json = serde_json::from_slice(&bytes);
    let json = json.map_err(|error| Fault::new(Kind::BadJson, format!("{} bytes: {error}", bytes.len())))?;
    Ok(Answer { json, arrived })
}

/// Nanoseconds since 1970.
pub fn nanos(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).ok().and_then(|time| time.as_nanos().try_into().ok()).unwrap_or(u64::MAX)
}

/// The next address: headers go to no other host, nor through a connection that everybody reads.
fn redirected(from: &Uri, request: &Request, headers: &HeaderMap) -> Result<Uri, Fault> {
    let refused = |text: &str| Err(Fault::new(Kind::Redirect, text));
    if request.body.is_some() {
        return refused("a POST is not sent elsewhere");
    }
    let Some(location) = headers.get(LOCATION).and_then(|location| location.to_str().ok()) else {
        return refused("without an address");
    };
    let (scheme, authority) = (from.scheme_str().unwrap_or_default(), from.authority().map(|at| at.as_str()));
    let absolute = match location.starts_with('/') && !location.starts_with("//") {
        true => format!("{scheme}://{}{location}", authority.unwrap_or_default()),
        false => location.to_owned(),
    };
    match absolute.parse::<Uri>().ok().filter(|to| to.scheme().is_some() && to.host().is_some()) {
        Some(to) if to.scheme_str() == Some(scheme) && to.authority().map(|at| at.as_str()) == authority => Ok(to),
        Some(to) if scheme == "https" && to.scheme_str() == Some("http") => refused("from https to http"),
        Some(to) => refused(&format!("to another host or port: {}", told(to.host().unwrap_or_default(), request))),
        None => refused("to something that is no address"),
    }
}

/// A rate limit: the source is left alone for as long as it says.
fn rests(code: u16, headers: &HeaderMap, now: SystemTime) -> Fault {
    let said = headers.get(RETRY_AFTER).and_then(|text| text.to_str().ok()).map(str::trim);
    let seconds = said.and_then(|text| text.parse().ok()).map(Duration::from_secs);
    let date = || said.and_then(|text| httpdate::parse_http_date(text).ok()).and_then(|at| at.duration_since(now).ok());
    let wait = seconds.or_else(date).unwrap_or(REST).min(LONGEST_REST);
    let text = format!("HTTP {code}, asked again in {} s", wait.as_secs());
    Fault { kind: Kind::RateLimited, text, wait: Some(wait) }
}

/// Errors in words without addresses.
fn fault(error: &ureq::Error, request: &Request) -> Fault {
    let is_tls = request.uri.scheme_str() == Some("https");
    let timeout = || Fault::late(request.timeout);
    match error {
        ureq::Error::Timeout(_) | ureq::Error::BodyStalled => timeout(),
        ureq::Error::Io(error) if error.kind() == ErrorKind::TimedOut => timeout(),
        // A handshake that fails is an error of the stream.
        ureq::Error::Io(error) if is_tls && error.kind() == ErrorKind::InvalidData => {
            let text = error.to_string();
            let hint = if text.contains("corrupt message") { ": if the port has no TLS, write http://" } else { "" };
            Fault::new(Kind::Tls, one_line(&text, LONGEST_REASON) + hint)
        }
        ureq::Error::Io(error) => Fault::new(Kind::Connection, crate::error::plainly(error)),
        ureq::Error::Rustls(error) => Fault::new(Kind::Tls, one_line(&error.to_string(), LONGEST_REASON)),
        ureq::Error::Tls(text) => Fault::new(Kind::Tls, *text),
        ureq::Error::HostNotFound => Fault::new(Kind::Connection, "the host is not found"),
        ureq::Error::ConnectionFailed => Fault::new(Kind::Connection, "no connection"),
        ureq::Error::BodyExceedsLimit(_) => Fault::new(Kind::TooLarge, format!("more than {MOST_BYTES} bytes")),
        ureq::Error::LargeResponseHeader(..) => Fault::new(Kind::TooLarge, "its headers are too large"),
        _ => Fault::new(Kind::Connection, "the answer is no HTTP"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_rate_limit_says_how_long_in_seconds_or_as_a_date_and_never_too_long() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        let wait = |said: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.extend(said.map(|said| (RETRY_AFTER, said.parse().unwrap())));
            rests(429, &headers, now).wait.unwrap().as_secs()
        };
        assert_eq!(wait(Some("7")), 7);
        assert_eq!(wait(Some("Sun, 06 Nov 1994 08:49:50 GMT")), 13);
        // In the past, nonsense, none at all: a minute. A year: an hour.
        assert_eq!(wait(Some("Sun, 06 Nov 1994 08:49:00 GMT")), 60);
        assert_eq!((wait(Some("soon")), wait(Some("-1")), wait(None)), (60, 60, 60));
        assert_eq!(wait(Some("31536000")), 3_600);
    }

    #[test]
    fn only_a_redirect_to_the_same_scheme_host_and_port_is_followed() {
        let from: Uri = "https://a.example:444/ticker?key=secret".parse().unwrap();
        let request = |body: Option<&str>| Request {
            uri: from.clone(),
            body: body.map(str::to_owned),
            headers: HeaderMap::new(),
            timeout: REST,
            trusted: None,
            lacks: None,
        };
        let to = |location: &str| {
            let headers = HeaderMap::from_iter([(LOCATION, location.parse().unwrap())]);
            redirected(&from, &request(None), &headers).map(|uri| uri.to_string()).map_err(|fault| fault.text)
        };
        assert_eq!(to("/v2/ticker?a=b"), Ok("https://a.example:444/v2/ticker?a=b".to_owned()));
        assert_eq!(to("https://a.example:444/x"), Ok("https://a.example:444/x".to_owned()));
        assert_eq!(to("http://a.example:444/x"), Err("from https to http".to_owned()));
        assert_eq!(to("https://b.example/x"), Err("to another host or port: 'b.example'".to_owned()));
        assert_eq!(to("//b.example/x"), Err("to something that is no address".to_owned()));
        assert_eq!(to("https://a.example/x"), Err("to another host or port: 'a.example'".to_owned()));
        let repeated = "to another host or port: a text of 13 characters that repeats a part of the request";
        assert_eq!(to("https://secret.b.name/"), Err(repeated.to_owned()));
        let headers = HeaderMap::from_iter([(LOCATION, "/x".parse().unwrap())]);
        assert!(redirected(&from, &request(Some("{}")), &headers).is_err());
        assert_eq!(redirected(&from, &request(None), &HeaderMap::new()).unwrap_err().kind, Kind::Redirect);
    }
}
