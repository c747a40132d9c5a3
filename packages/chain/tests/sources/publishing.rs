//! What reaches the chain, and when.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use ballast_chain::{Error, Stop};
use ballast_types::oracle::{FeedConfig, FeedKind, FeedResponse, PublisherValue, Source};
use cosmwasm_std::{Addr, Decimal256, Timestamp};

use super::site::{millis, respond, Site};
use super::*;
use crate::node::world::{self, World};
use crate::node::{free_address, Behaviour, Chain, Node};
use crate::process::{terminate, Stage};

/// The values of all messages so far.
fn messages(chain: &Chain) -> Vec<Value> {
    chain.executed().into_iter().map(|msg| msg["publish"]["values"].clone()).collect()
}

/// A feed of this kind, as the oracle has it.
fn of_kind(kind: FeedKind) -> FeedResponse {
    let source = Source::Published { publishers: vec![], quorum: 1 };
    let config = match kind {
        FeedKind::Price => FeedConfig::price(source),
        FeedKind::Rate => FeedConfig::rate(source),
        FeedKind::RedemptionRate => FeedConfig::redemption_rate(source),
    };
    FeedResponse { config, ..world::feed(None) }
}

fn once(world: &World, file: &File) -> Result<(), Error> {
    world.run(&file.args("--once"), &Stop::default())
}

/// Publishes until `done`, which must be soon.
fn until(world: &World, file: &File, more: &str, done: impl Fn() -> bool) {
    let stop = Stop::default();
    std::thread::scope(|scope| {
        let running = scope.spawn(|| world.run(&file.args(&format!("--every 0.1 {more}")), &stop));
        let start = Instant::now();
        let mut in_time = false;
        while !in_time && start.elapsed() < Duration::from_secs(40) && !running.is_finished() {
            std::thread::sleep(Duration::from_millis(20));
            in_time = done();
        }
        stop.set();
        assert_eq!(running.join().unwrap(), Ok(()));
        assert!(in_time, "not done in time");
    });
}

/// What the process logs until `enough` is logged.
fn lines(stage: &Stage, file: &File, more: &str, enough: &str) -> Vec<String> {
    let mut command = stage.command(&file.args(more));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = vec![];
    for line in BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap) {
        log.push(line);
        if log.last().is_some_and(|line| line.contains(enough)) {
            break;
        }
    }
    let start = Instant::now();
    assert_eq!(terminate(&mut child, "TERM"), Some(0), "{log:#?}");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    log
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn seconds(value: &Value) -> u64 {
    text(&value["time"]).parse::<u64>().unwrap() / 1_000_000_000
}

#[test]
fn several_feeds_are_one_transaction_and_one_without_a_quorum_is_left_out() {
    let stage = Stage::new();
    let (a, b, c, far) = (Site::price("10"), Site::price("10.02"), Site::price("9.99"), Site::price("12"));
    let rates = Site::json("{\"price\":\"0.0001\"}");
    let funding = source("x", &rates.url, "interval = \"8h\"");
    let hub = Site::price("1.25");
    let text = feed("atom/usdc", "quorum = 3", &prices(&[&a, &far, &b, &c]))
        + &feed("btc/usdc", "quorum = 2", &prices(&[&a, &far]))
        + &feed("atom/funding", "kind = \"funding_rate\"", &funding)
        + &feed("statom/rate", "kind = \"redemption_rate\", min_confidence = \"0.001\"", &prices(&[&hub]));
    stage.chain.answers("\"feed\":\"atom/funding\"", of_kind(FeedKind::Rate));
    stage.chain.answers("\"feed\":\"statom/rate\"", of_kind(FeedKind::RedemptionRate));
    assert_eq!(once(&stage.world, &File::new(&text)), Ok(()));
    let published = messages(&stage.chain);
    assert_eq!(published.len(), 1, "{published:#?}");
    let values = published[0].as_array().unwrap();
    let shown = |value: &Value| (value["feed"].clone(), value["value"].clone(), value["confidence"].clone());
    let expected = [
        // Without 12; half of 0.03 over 10.
        ("atom/usdc".into(), "10".into(), "0.0015".into()),
        // 0.0001 for 8 of 8,760 hours.
        ("atom/funding".into(), "0.1095".into(), Value::Null),
        ("statom/rate".into(), "1.25".into(), "0.001".into()),
    ];
    assert_eq!(values.iter().map(shown).collect::<Vec<_>>(), expected);
    let now = u64::try_from(millis(0)).unwrap() / 1_000;
    assert!(values.iter().all(|value| now - seconds(value) < 20), "{values:#?}");
}

#[test]
fn nothing_that_is_agreed_on_ends_a_single_try_with_4_and_publishes_nothing() {
    let stage = Stage::new();
    let (a, far) = (Site::price("10"), Site::price("12"));
    let error = once(&stage.world, &File::new(&feed("atom/usdc", "quorum = 2", &prices(&[&a, &far])))).unwrap_err();
    let why = "nothing to publish: 0 of 2 sources usable close to each other, the quorum is 2";
    assert_eq!((error.exit_code(), error.to_string().as_str()), (4, why));
    assert_eq!(messages(&stage.chain).len(), 0);
}

#[test]
fn a_value_is_published_again_only_when_it_has_moved() {
    let stage = Stage::new();
    let site = Site::price("10");
    let file = File::new(&feed("atom/usdc", "", &prices(&[&site])));
    let round = || site.asked().len();
    let before = std::cell::Cell::new(0);
    let phase = std::cell::Cell::new(0);
    until(&stage.world, &file, "", || match (phase.get(), messages(&stage.chain).len()) {
        (0, 1) => {
            // Half a percent is not more than half a percent.
            site.says("{\"price\":10.05}");
            before.set(round());
            phase.set(1);
            false
        }
        (1, 1) if round() > before.get() + 5 => {
            site.says("{\"price\":10.06}");
            phase.set(2);
            false
        }
        (2, 2) => {
            before.set(round());
            phase.set(3);
            false
        }
        (3, 2) => round() > before.get() + 5,
        _ => false,
    });
    let published = messages(&stage.chain);
    let values: Vec<_> = published.iter().map(|values| text(&values[0]["value"])).collect();
    assert_eq!(values, ["10", "10.06"]);
}

#[test]
fn a_value_that_does_not_move_is_published_at_each_heartbeat() {
    let stage = Stage::new();
    let site = Site::price("10");
    let file = File::new(&feed("atom/usdc", "heartbeat = 0.4", &prices(&[&site])));
    until(&stage.world, &file, "", || messages(&stage.chain).len() >= 3);
    let rounds = site.asked().len();
    assert!(rounds > messages(&stage.chain).len(), "{rounds}");
}

#[test]
fn time_never_goes_back_whatever_sources_and_the_chain_say() {
    let stage = Stage::new();
    // The oracle has a later value of this publisher than the source's.
    let last = Timestamp::from_nanos(u64::try_from(millis(-5_000)).unwrap() * 1_000_000);
    let publisher = Addr::unchecked(stage.world.address("feeder"));
    let published = [Addr::unchecked("another"), publisher].map(|publisher| {
        let value = "9".parse().unwrap();
        let time = if publisher.as_str() == "another" { last.plus_seconds(4) } else { last };
        PublisherValue { publisher, value, confidence: Decimal256::zero(), time }
    });
    stage.chain.answers("\"feed\":{", FeedResponse { published: published.to_vec(), ..world::feed(None) });
    let at = |from_now, price: &str| format!("{{\"price\":\"{price}\",\"t\":\"{}\"}}", millis(from_now));
    let site = Site::json(&at(-30_000, "10"));
    let sources = source("a", &site.url, "time = \"/t\"; time_unit = \"ms\"");
    let file = File::new(&feed("atom/usdc", "", &sources));
    until(&stage.world, &file, "", || match messages(&stage.chain).len() {
        1 => {
            site.says(&at(-1_000, "11"));
            false
        }
        2 => {
            site.says(&at(-40_000, "12"));
            false
        }
        count => count >= 3,
    });
    let published = messages(&stage.chain);
    let times: Vec<u64> = published.iter().map(|values| text(&values[0]["time"]).parse().unwrap()).collect();
    assert_eq!(times[0], last.nanos());
    // The scripted chain's blocks have whole seconds.
    assert!(times[1] > times[0] && times[1] <= u64::try_from(millis(0)).unwrap() * 1_000_000, "{times:?}");
    assert_eq!(times[2], times[1]);
}

#[test]
fn the_last_value_at_the_oracle_counts_after_a_restart() {
    let stage = Stage::new();
    let publisher = Addr::unchecked(stage.world.address("feeder"));
    let time = Timestamp::from_nanos(u64::try_from(millis(-1_000)).unwrap() * 1_000_000);
    let last = PublisherValue { publisher, value: "10".parse().unwrap(), confidence: Decimal256::zero(), time };
    stage.chain.answers("\"feed\":{", FeedResponse { published: vec![last], ..world::feed(None) });
    let site = Site::price("10.01");
    let file = File::new(&feed("atom/usdc", "", &prices(&[&site])));
    until(&stage.world, &file, "", || site.asked().len() >= 5);
    assert_eq!(messages(&stage.chain).len(), 0);
    // Once is once, whatever was before.
    assert_eq!(once(&stage.world, &file), Ok(()));
    assert_eq!(messages(&stage.chain).len(), 1);
}

#[test]
fn a_time_is_never_ahead_of_the_chains_last_block() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::ClockBehind(20));
    let world = World::new(&chain, &[&node]);
    let site = Site::price("10");
    let file = File::new(&feed("atom/usdc", "", &prices(&[&site])));
    world.run(&file.args("--once"), &Stop::default()).unwrap();
    let published = chain.executed();
    let behind = u64::try_from(millis(0)).unwrap() / 1_000 - seconds(&published[0]["publish"]["values"][0]);
    assert!((20..30).contains(&behind), "{behind} s");
}

#[test]
fn a_feed_that_the_oracle_refuses_does_not_hold_back_the_others() {
    let stage = Stage::new();
    stage.chain.takes_none_of("removed/usdc");
    let site = Site::price("10");
    let both = feed("removed/usdc", "", &prices(&[&site])) + &feed("atom/usdc", "", &prices(&[&site]));
    assert_eq!(once(&stage.world, &File::new(&both)), Ok(()));
    let published = messages(&stage.chain);
    assert_eq!(published.len(), 1);
    assert_eq!(published[0][0]["feed"], "atom/usdc");
    // Alone, the first refusal ends it.
    let error = once(&stage.world, &File::new(&feed("removed/usdc", "", &prices(&[&site])))).unwrap_err();
    assert_eq!((error.exit_code(), error.to_string().as_str()), (3, "there is no such feed"));
}

#[test]
fn a_feed_that_the_oracle_does_not_have_ends_it_at_once() {
    let stage = Stage::new();
    stage.chain.refuses("\"feed\":{", "there is no feed atom/usdc");
    let site = Site::price("10");
    let error = once(&stage.world, &File::new(&feed("atom/usdc", "", &prices(&[&site])))).unwrap_err();
    assert_eq!((error.exit_code(), error.to_string().as_str()), (3, "there is no feed atom/usdc"));
}

#[test]
fn a_source_that_asks_to_be_left_alone_is_left_alone() {
    let stage = Stage::new();
    let (good, limited) = (
        Site::price("10"),
        Site::of(|stream, _| respond(stream, "429 Too Many Requests", "Retry-After: 3600\r\n", "")),
    );
    let brief = Site::of(|stream, _| respond(stream, "503 Busy", "Retry-After: 1\r\n", ""));
    let file = File::new(&feed("atom/usdc", "", &prices(&[&good, &limited, &brief, &good, &good])));
    until(&stage.world, &file, "", || good.asked().len() >= 45 && brief.asked().len() >= 2);
    assert_eq!(limited.asked().len(), 1);
    assert!(brief.asked().len() < good.asked().len() / 2);
}

#[test]
fn a_feeder_goes_on_whatever_one_node_does() {
    for behaviour in [Behaviour::Http429, Behaviour::Empty, Behaviour::NoIndex, Behaviour::CatchingUp] {
        let chain = Chain::new();
        let nodes = [Node::start(&chain, behaviour), Node::start(&chain, Behaviour::Healthy)];
        let world = World::new(&chain, &[&nodes[0], &nodes[1]]);
        let site = Site::price("10");
        let file = File::new(&feed("atom/usdc", "heartbeat = 0.2", &prices(&[&site])));
        until(&world, &file, "--patience 4", || messages(&chain).len() >= 2);
    }
}

#[test]
fn no_node_at_all_is_waited_for_and_nothing_is_published_twice() {
    let mut stage = Stage::new();
    stage.world.nodes = vec!["http://127.0.0.1:1".to_owned()];
    let site = Site::price("10");
    let file = File::new(&feed("atom/usdc", "", &prices(&[&site])));
    until(&stage.world, &file, "--patience 1", || site.asked().len() >= 5);
    let once = stage.world.run(&file.args("--once --patience 1"), &Stop::default());
    assert_eq!(once.map_err(|error| error.exit_code()), Err(4));
}

#[test]
fn the_log_says_what_changes_and_no_more_and_a_slow_source_delays_no_stop() {
    let stage = Stage::new();
    let (good, bad) = (Site::price("10"), Site::price("nothing"));
    let slow = Site::of(|_, _| std::thread::sleep(Duration::from_secs(60)));
    let text = feed("atom/usdc", "", &prices(&[&good, &bad, &good]))
        + &feed("sol/usdc", "heartbeat = 0.2", &prices(&[&good]))
        + &feed("btc/usdc", "", &source("b", &bad.url, ""));
    let log = lines(&stage, &File::new(&text), "--every 0.1", "event=published values=\"sol/usdc 10\"");
    let of =
        |event: &str| log.iter().filter(|line| line.contains(&format!("event={event} "))).cloned().collect::<Vec<_>>();
    let [first, second] = &of("source_left_out")[..] else { panic!("{log:#?}") };
    let why = "kind=bad_value text=\"'nothing' is not a number\"";
    assert!(first.contains(&format!("level=warn event=source_left_out feed=atom/usdc source=s2 {why}")), "{first}");
    assert!(second.ends_with(&format!("feed=btc/usdc source=b {why}")), "{second}");
    let [left_out] = &of("feed_left_out")[..] else { panic!("{log:#?}") };
    assert!(left_out.ends_with("feed=btc/usdc text=\"0 of 1 sources usable, the quorum is 1\""), "{left_out}");
    let published = &of("published")[0];
    assert!(published.contains("values=\"atom/usdc 10, sol/usdc 10\" height=1"), "{published}");
    // What comes back is said once.
    let back = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(800));
        bad.says("{\"price\":10}");
        bad
    });
    let log = lines(&stage, &File::new(&text), "--every 0.1", "event=feed_back");
    assert!(log.iter().any(|line| line.ends_with("level=info event=source_back feed=btc/usdc source=b")), "{log:#?}");
    assert!(log.iter().any(|line| line.ends_with("level=info event=feed_back feed=btc/usdc sources=1")), "{log:#?}");
    back.join().unwrap();
    // It is waited for until it times out, but not by a signal.
    let text = format!("timeout = 50.0\n{}", feed("atom/usdc", "", &prices(&[&slow])));
    let address = free_address();
    lines(&stage, &File::new(&text), &format!("--metrics {address}"), "event=listening");
}

#[test]
fn the_metrics_tell_of_each_source_and_each_feed() {
    let stage = Stage::new();
    let (a, b, far) = (Site::price("10"), Site::price("10.02"), Site::price("11"));
    let c = Site::price("10.01");
    let down = format!("http://{}", free_address());
    let text = feed("atom/usdc", "quorum = 3", &(prices(&[&a, &b, &far, &c]) + &source("down", &down, "")))
        + &feed("btc/usdc", "", &source("down", &down, ""));
    let address = free_address();
    let page = || {
        let mut text = String::new();
        if let Ok(mut stream) = TcpStream::connect(&address) {
            write!(stream, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
            let _ = stream.read_to_string(&mut text);
        }
        text
    };
    let value = |text: &str, name: &str| -> Option<f64> {
        text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
    };
    until(&stage.world, &File::new(&text), &format!("--metrics {address}"), || {
        let page = page();
        let of = |name: &str| value(&page, name);
        let source =
            |name: &str, source: &str| of(&format!("ballast_source_{name}{{feed=\"atom/usdc\",source=\"{source}\"}}"));
        let errors = |source: &str, kind: &str| {
            of(&format!("ballast_source_errors_total{{feed=\"atom/usdc\",source=\"{source}\",kind=\"{kind}\"}}"))
        };
        if of("ballast_feed_published_value{feed=\"atom/usdc\"}").is_none() || errors("s3", "outlier") < Some(2.0) {
            return false;
        }
        assert_eq!((source("up", "s1"), source("value", "s1")), (Some(1.0), Some(10.0)), "{page}");
        assert!(source("age_seconds", "s1") < Some(20.0) && source("answers_total", "s1") >= Some(2.0), "{page}");
        assert_eq!((source("up", "s3"), source("value", "s3"), source("up", "down")), (Some(0.0), None, Some(0.0)));
        assert!(errors("down", "connection") >= Some(1.0) && errors("s1", "timeout") == Some(0.0), "{page}");
        assert_eq!(of("ballast_feed_published_value{feed=\"atom/usdc\"}"), Some(10.01));
        assert_eq!(of("ballast_feed_sources{feed=\"atom/usdc\"}"), Some(3.0));
        // half of 0.02 over 10.01
        assert_eq!(of("ballast_feed_spread{feed=\"atom/usdc\"}"), Some(0.000_999_000_999_001));
        let quorum = ["atom", "btc"].map(|name| of(&format!("ballast_feed_quorum{{feed=\"{name}/usdc\"}}")));
        assert_eq!(quorum, [Some(1.0), Some(0.0)]);
        let time = of("ballast_feed_published_timestamp_seconds{feed=\"atom/usdc\"}").unwrap();
        assert!(millis(0) as f64 / 1_000.0 - time < 20.0, "{page}");
        assert_eq!(
            (of("ballast_publisher_up"), of("ballast_publisher_errors_total{kind=\"chain\"}")),
            (Some(1.0), Some(0.0))
        );
        true
    });
}

#[test]
fn a_command_line_that_makes_no_sense_is_refused_before_anything_is_asked() {
    let stage = Stage::new();
    let site = Site::price("10");
    let file = File::new(&feed("atom/usdc", "heartbeat = 5", &prices(&[&site])));
    for (args, why) in [
        (file.args("--price 10"), "cannot be used with"),
        (file.args("--rate 0.1"), "cannot be used with"),
        ("publish --dry-run".to_owned(), "the following required arguments were not provided"),
        (file.args("--dry-run --metrics 127.0.0.1:9465"), "cannot be used with"),
        ("publish --price 10 --dry-run".to_owned(), "cannot be used with"),
        ("publish --rate 1 --metrics 127.0.0.1:9465".to_owned(), "cannot be used with"),
        ("publish --sources nowhere.toml".to_owned(), "cannot read nowhere.toml: No such file"),
        (file.args(""), "feed atom/usdc: heartbeat 5 is shorter than --every 10"),
        (file.args("--every 1 --from nobody"), "no key for 'nobody'"),
    ] {
        let output = stage.command(&args).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args}: {said}");
        assert!(said.contains(why), "{args}: no '{why}' in {said}");
    }
    assert_eq!((site.asked().len(), messages(&stage.chain).len()), (0, 0));
}

#[test]
fn a_server_writes_no_lines_of_its_own() {
    let site = Site::json("{\"price\":\"x\\natom/usdc: 10, from 5 of 5 sources\\u001b[2J\"}");
    let file = File::new(&feed("atom/usdc", "", &source("s1", &site.url, "")));
    let output = trial(&file, "").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains(r"bad_value: 'x\natom/usdc: 10, from 5 of 5 sources\u{1b}[2J' is not a number"), "{text:?}");
    assert!(!text.contains('\u{1b}') && !text.contains("\natom/usdc: 10"), "{text:?}");
}

#[test]
fn a_feed_of_another_kind_than_the_files_is_refused_before_anything_is_published() {
    for (settings, more, kind, said) in [
        ("kind = \"funding_rate\"", "interval = \"8h\"", FeedKind::Price, ["funding_rate", "price"]),
        ("", "", FeedKind::Rate, ["price", "funding_rate"]),
        ("", "", FeedKind::RedemptionRate, ["price", "redemption_rate"]),
        ("kind = \"redemption_rate\"", "", FeedKind::Price, ["redemption_rate", "price"]),
    ] {
        let stage = Stage::new();
        let [good, other] = [Site::price("10"), Site::price("0.0001")];
        stage.chain.answers("\"feed\":\"other\"", of_kind(kind));
        let text = feed("atom/usdc", "", &prices(&[&good])) + &feed("other", settings, &source("x", &other.url, more));
        let error = once(&stage.world, &File::new(&text)).unwrap_err();
        let [file, oracle] = said;
        let why = format!("feed other: its kind is {file} in the file, but {oracle} at the oracle: correct the file");
        assert_eq!((error.exit_code(), error.to_string()), (2, why));
        assert_eq!(messages(&stage.chain).len(), 0);
    }
}

/// A feed that nothing was agreed on at first holds back no other, either.
#[test]
fn a_feed_whose_kind_turns_out_later_to_be_another_is_left_out_alone() {
    let stage = Stage::new();
    let (good, late) = (Site::price("10"), Site::price("nothing"));
    stage.chain.answers("\"feed\":\"late\"", of_kind(FeedKind::RedemptionRate));
    let text = feed("atom/usdc", "heartbeat = 0.2", &prices(&[&good])) + &feed("late", "", &source("x", &late.url, ""));
    let since = std::cell::Cell::new(None);
    until(&stage.world, &File::new(&text), "", || match (since.get(), messages(&stage.chain).len()) {
        (None, 1..) => {
            late.says("{\"price\":1}");
            since.set(Some((late.asked().len(), messages(&stage.chain).len())));
            false
        }
        (Some((asked, sent)), now) => late.asked().len() > asked + 5 && now > sent + 2,
        _ => false,
    });
    let values = messages(&stage.chain);
    let others = values.iter().flat_map(|values| values.as_array().unwrap()).filter(|value| value["feed"] == "late");
    assert_eq!(others.count(), 0, "{values:#?}");
}
