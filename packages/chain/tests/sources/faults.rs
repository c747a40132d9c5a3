//! Each fault of an endpoint, once, beside one that is well.

use std::time::{Duration, Instant};

use super::site::{blurting, certificate, drip, drip_headers, flood, millis, respond, Site};
use super::*;
use crate::node::free_address;

/// The answer of the source with this name.
fn of<'a>(trial: &'a Value, name: &str) -> &'a Value {
    let sources = trial[0]["sources"].as_array().unwrap();
    sources.iter().find(|source| source["source"] == name).unwrap_or_else(|| panic!("no {name} in {trial}"))
}

#[track_caller]
fn is_left_out(trial: &Value, name: &str, kind: &str, text: &str) {
    let source = of(trial, name);
    assert_eq!(source["error"], kind, "{source}");
    assert!(source["text"].as_str().unwrap().contains(text), "no '{text}' in {source}");
}

#[test]
fn no_fault_of_one_holds_back_another_and_each_is_named() {
    let json = |text: &'static str| Site::json(text);
    let sites = [
        ("silent", Site::of(|_, _| std::thread::sleep(Duration::from_secs(20))), "timeout", "within 0.8 s"),
        ("drips", Site::of(|stream, _| drip(stream)), "timeout", "within 0.8 s"),
        ("drips-headers", Site::of(|stream, _| drip_headers(stream)), "timeout", "within 0.8 s"),
        ("closes", Site::of(|_, _| {}), "connection", "disconnected"),
        ("endless", Site::of(|stream, _| flood(stream)), "too_large", "more than 4194304 bytes"),
        ("html", json("<html></html>"), "bad_json", "13 bytes: expected value"),
        ("half", json("{\"price\": 10"), "bad_json", "EOF while parsing"),
        ("empty", json(""), "bad_json", "0 bytes"),
        ("shape", json("{\"error\":\"no such symbol\"}"), "no_value", "nothing at '/price'"),
        ("null", json("{\"price\":null}"), "no_value", "neither a number nor a string at '/price'"),
        ("nan", json("{\"price\":\"NaN\"}"), "bad_value", "'NaN' is not a number"),
        ("negative", json("{\"price\":-10}"), "bad_value", "-10: the oracle takes 0.000001 to 1000000000"),
        ("zero", json("{\"price\":\"0.00\"}"), "bad_value", "0: the oracle takes"),
        ("huge", json("{\"price\":1e40}"), "bad_value", "the oracle takes"),
        ("monstrous", json("{\"price\":1e99999999}"), "bad_value", "is not a number"),
        ("far", json("{\"price\":\"10.21\"}"), "outlier", "10.21 is 2.05 % from the median 10.005"),
        ("500", Site::of(|stream, _| respond(stream, "500 Oops", "", "{\"price\":10}")), "status", "HTTP 500"),
        ("404", Site::of(|stream, _| respond(stream, "404 None", "", "{\"price\":10}")), "status", "HTTP 404"),
        (
            "429",
            Site::of(|stream, _| respond(stream, "429 Slow", "Retry-After: 7\r\n", "")),
            "rate_limited",
            "HTTP 429, asked again in 7 s",
        ),
        (
            "503",
            Site::of(|stream, _| respond(stream, "503 Busy", "", "")),
            "rate_limited",
            "HTTP 503, asked again in 60 s",
        ),
        (
            "no-http",
            Site::of(|stream, _| drop(stream.write_all(b"hello\r\n\r\n"))),
            "connection",
            "the answer is no HTTP",
        ),
        (
            "headers",
            Site::of(|stream, _| respond(stream, "200 OK", &"X: y\r\n".repeat(20_000), "{\"price\":10}")),
            "connection",
            "the answer is no HTTP",
        ),
    ];
    let good = [Site::price("10"), Site::json("{\"price\":10.01}"), Site::json("{\"price\":9.99e0}")];
    let good = prices(&[&good[0], &good[1], &good[2]]);
    // Each has a feed of its own, because most sources of a feed must be well.
    let beside = |(place, (name, url)): (usize, (&str, &str))| {
        let more = if ["silent", "drips", "drips-headers"].contains(&name) { "timeout = 0.8" } else { "" };
        feed(&format!("feed{place}"), "quorum = 3", &(good.clone() + &source(name, url, more)))
    };
    let nobody = format!("http://{}", free_address());
    let addresses =
        sites.iter().map(|(name, site, ..)| (*name, site.url.as_str())).chain([("nobody", nobody.as_str())]);
    let text: String = addresses.enumerate().map(beside).collect();
    let start = Instant::now();
    let (trial, output) = tried(&File::new(&text));
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}: {trial}", start.elapsed());
    assert!(output.status.success(), "{trial}");
    let faults = sites.iter().map(|(name, _, kind, text)| (*name, *kind, *text));
    let faults: Vec<_> = faults.chain([("nobody", "connection", "refused")]).collect();
    let feeds = trial.as_array().unwrap();
    assert_eq!(feeds.len(), 23);
    for (feed, (name, kind, text)) in feeds.iter().zip(faults) {
        assert_eq!((&feed["value"], &feed["confidence"]), (&"10".into(), &"0.001".into()), "{feed}");
        is_left_out(&Value::from(vec![feed.clone()]), name, kind, text);
    }
}

#[test]
fn old_values_and_those_of_the_future_are_left_out_by_their_own_time() {
    let at = |from_now| Site::json(&format!("{{\"price\":10,\"t\":{}}}", millis(from_now)));
    let sites =
        [("now", at(-2_000)), ("also", at(-1_000)), ("old", at(-61_000)), ("ahead", at(3_000)), ("future", at(60_000))];
    let time = "time = \"/t\"; time_unit = \"ms\"";
    let sources: String = sites.iter().map(|(name, site)| source(name, &site.url, time)).collect();
    let (trial, output) = tried(&File::new(&feed("a", "quorum = 3", &sources)));
    assert!(output.status.success(), "{trial}");
    is_left_out(&trial, "old", "stale", "s old, at most 60 s are allowed");
    is_left_out(&trial, "future", "future", "s ahead of this machine's clock");
    let time: u64 = trial[0]["time"].as_str().unwrap().parse().unwrap();
    let oldest = u64::try_from(millis(0)).unwrap() - time / 1_000_000;
    assert!((2_000..12_000).contains(&oldest), "{oldest} ms ago");
    // Milliseconds that are taken for seconds are from the far future, or no time at all.
    let sources = source("now", &sites[0].1.url, "time = \"/t\"; time_unit = \"s\"");
    let (trial, output) = tried(&File::new(&feed("a", "", &sources)));
    is_left_out(&trial, "now", "bad_value", "is no time in s");
    assert_eq!(output.status.code(), Some(4));
}

#[test]
fn a_redirect_is_followed_on_the_same_host_only_and_not_forever() {
    let other = Site::price("10");
    let there = other.url.clone();
    let moved = |to: String| {
        Site::of(move |stream, request| match request.starts_with("GET /new ") {
            true => respond(stream, "200 OK", "", "{\"price\":10}"),
            false => respond(stream, "302 Found", &format!("Location: {to}\r\n"), ""),
        })
    };
    let sites = [
        ("same", moved("/new".to_owned())),
        ("other", moved(there)),
        ("loop", moved("/old".to_owned())),
        ("nowhere", moved("http://".to_owned())),
    ];
    let key = "headers = { X-Key = \"s3cret\" }";
    let sources: String = sites.iter().map(|(name, site)| source(name, &site.url, key)).collect();
    let (trial, output) = tried(&File::new(&feed("a", "", &sources)));
    assert_eq!(output.status.code(), Some(4), "{trial}");
    assert_eq!(of(&trial, "same")["value"], "10");
    is_left_out(&trial, "other", "redirect", "to another host or port: '127.0.0.1'");
    is_left_out(&trial, "loop", "redirect", "more than 3 redirects");
    is_left_out(&trial, "nowhere", "redirect", "to something that is no address");
    assert_eq!(sites[2].1.asked().len(), 4);
    // The other host has never heard the key, nor anything.
    assert_eq!(other.asked().len(), 0);
    assert_eq!(sites[0].1.asked().iter().filter(|request| request.contains("s3cret")).count(), 2);
}

#[test]
fn a_certificate_must_be_trusted_and_https_never_becomes_http() {
    let price = |stream: &mut dyn super::site::Stream, _: &str| respond(stream, "200 OK", "", "{\"price\":10}");
    let (plain, signed) = (Site::price("10"), Site::secure(price));
    let there = plain.url.clone();
    let down = Site::secure(move |stream, _| respond(stream, "302 Found", &format!("Location: {there}\r\n"), ""));
    let trusted = format!("certificates = \"{}\"", certificate().display());
    let sources = [
        source("good", &signed.url, &trusted),
        source("self-signed", &signed.url, ""),
        source("other-name", &signed.url.replace("127.0.0.1", "127.0.0.2"), &trusted),
        source("no-tls", &format!("https://{}", blurting()), ""),
        source("down", &down.url, &trusted),
    ];
    let (trial, output) = tried(&File::new(&feed("a", "", &sources.concat())));
    assert_eq!(output.status.code(), Some(4), "{trial}");
    assert_eq!(of(&trial, "good")["value"], "10");
    is_left_out(&trial, "self-signed", "tls", "invalid peer certificate: UnknownIssuer");
    is_left_out(&trial, "no-tls", "tls", "corrupt message");
    is_left_out(&trial, "no-tls", "tls", ": if the port has no TLS, write http://");
    is_left_out(&trial, "down", "redirect", "from https to http");
    assert!(of(&trial, "other-name")["error"].is_string());
}

#[test]
fn a_key_is_sent_and_neither_it_nor_the_address_is_ever_shown() {
    let site = Site::of(|stream, _| respond(stream, "500 Oops", "", ""));
    let keys = "headers_from_env = { X-Key = \"BALLAST_TEST_KEY\" }";
    let text = feed("a", "", &source("paid", &format!("{}/p4th?apikey=qu3ry", site.url), keys));
    let file = File::new(&text);
    let output = trial(&file, "").env("BALLAST_TEST_KEY", "s3cret").output().unwrap();
    let shown = [output.stdout, output.stderr].concat();
    let shown = String::from_utf8_lossy(&shown);
    assert!(shown.contains("paid  status: HTTP 500"), "{shown}");
    assert!(["s3cret", "qu3ry", "p4th"].iter().all(|secret| !shown.contains(secret)), "{shown}");
    let request = site.asked().pop().unwrap();
    assert!(request.starts_with("GET /p4th?apikey=qu3ry ") && request.contains("s3cret"), "{request}");
    // Without it, the source is not asked, and a run does not start.
    let why = "header X-Key: the environment variable BALLAST_TEST_KEY is not set";
    let without = |more: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ballast-chain"));
        command.stdin(Stdio::null()).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let output = command.args(file.args(more).split_whitespace()).env_remove("BALLAST_TEST_KEY").output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let (code, said) = without("--dry-run");
    assert!(code == Some(4) && said.contains(&format!("paid  no_key: {why}")), "{said}");
    let (code, said) = without("--once");
    assert!(code == Some(2) && said.contains(&format!("source paid: {why}")), "{said}");
    assert_eq!(site.asked().len(), 1);
}

#[test]
fn a_source_without_its_key_holds_back_nothing_else_in_a_trial() {
    let site = Site::price("10");
    let key = "headers_from_env = { X-Key = \"BALLAST_TEST_KEY_THAT_IS_NOT_SET\" }";
    let sources = prices(&[&site, &site]) + &source("paid", &site.url, key);
    let (trial, output) = tried(&File::new(&feed("a", "", &sources)));
    assert!(output.status.success(), "{trial}");
    assert_eq!(trial[0]["value"], "10");
    is_left_out(&trial, "paid", "no_key", "BALLAST_TEST_KEY_THAT_IS_NOT_SET is not set");
}

#[test]
fn a_trial_warns_as_a_run_would_of_feeds_that_are_missing_or_slower_than_the_chain_file() {
    let site = Site::price("10");
    // The local chain's feed has a max_age of 60 s.
    let warned = |name: &str, settings: &str| {
        let (trial, output) = tried(&File::new(&feed(name, settings, &prices(&[&site]))));
        assert!(output.status.success(), "{trial}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let slow = warned("atom/usdc", "max_age = 20, heartbeat = 40");
    assert!(slow.contains("event=slow feed=atom/usdc") && slow.contains("max_age is 60 s"), "{slow}");
    assert_eq!(warned("atom/usdc", "max_age = 20, heartbeat = 39"), "");
    let unknown = warned("sol/usdc", "");
    assert!(unknown.contains("event=unknown_feed feed=sol/usdc") && unknown.contains("local.toml"), "{unknown}");
}

#[test]
fn a_body_makes_a_post_and_a_contracts_query_a_path_and_no_proxy_of_the_environment_is_asked() {
    let post = Site::price("10");
    let rest = Site::json("{\"data\":{\"rate\":\"1.25\"}}");
    let posted = source("post", &post.url, "body = '{\"type\":\"mid\"}'");
    let contract =
        "[[feed.source]]\nname = \"hub\"\nnode = \"NODE\"\ncontract = \"wasm1hub\"\nquery = '{\"state\":{}}'\n\
                    value = \"/data/rate\"\n";
    let text = feed("a", "", &posted)
        + &feed("statom/rate", "kind = \"redemption_rate\"", &contract.replace("NODE", &rest.url));
    let file = File::new(&text);
    let mut command = trial(&file, "--json");
    for variable in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env(variable, "http://127.0.0.1:1");
    }
    let output = command.output().unwrap();
    let trial: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&trial[0]["value"], &trial[1]["value"]), (&"10".into(), &"1.25".into()), "{trial}");
    let request = post.asked().pop().unwrap();
    assert!(request.starts_with("POST / ") && request.ends_with("\r\n\r\n{\"type\":\"mid\"}"), "{request}");
    assert!(request.to_lowercase().contains("content-type: application/json"), "{request}");
    let request = rest.asked().pop().unwrap();
    assert!(request.starts_with("GET /cosmwasm/wasm/v1/contract/wasm1hub/smart/eyJzdGF0ZSI6e319 "), "{request}");
}

#[test]
fn a_trial_shows_people_what_would_be_published_and_what_not() {
    let sites = [Site::price("10"), Site::price("10.02"), Site::price("11")];
    let lonely = Site::price("0.1");
    let text = feed("atom/usdc", "quorum = 2", &prices(&[&sites[0], &sites[1], &sites[2]]))
        + &feed("btc/usdc", "", &prices(&[&lonely]))
        + &feed("sol/usdc", "quorum = 2", &prices(&[&sites[0], &sites[2]]));
    let output = trial(&File::new(&text), "").output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    // The median of three is 10.02, of which 11 is 9.78 % away; half of 0.02 over 10.01 is 0.000999000999000999…
    assert!(shown.starts_with("atom/usdc: 10.01, confidence 0.000999000999001, of 20"), "{shown}");
    assert!(shown.contains(", from 2 of 3 sources\n    s1  10, 0."), "{shown}");
    assert!(shown.contains("\n    s3  outlier: 11 is 9.78 % from the median 10.02\n"), "{shown}");
    assert!(shown.contains("\nbtc/usdc: 0.1, confidence 0, of 20"), "{shown}");
    let none = "\nsol/usdc: nothing: 0 of 2 sources usable close to each other, the quorum is 2\n";
    assert!(shown.contains(none), "{shown}");
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("without a value: sol/usdc"));
}
