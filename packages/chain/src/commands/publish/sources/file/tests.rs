#![allow(clippy::unwrap_used)]
use super::*;

const FILE: &str = r#"
[[feed]]
name = "atom/usdc"
kind = "price"
quorum = 1
max_age = 60
max_deviation = "0.02"
deviation = "0.005"
heartbeat = 30

[[feed.source]]
url = "https://a.example/ticker?symbol=ATOM"
value = "/last"
"#;

fn parsed(text: &str) -> Result<Vec<Feed>> {
    parse(text, Path::new("/nowhere"), &|variable| (variable == "KEY").then(|| "s3cret".to_owned()), false)
}

#[track_caller]
fn is_refused(text: &str, why: &str) {
    match parsed(text) {
        Ok(_) => assert_eq!("accepted", why, "{text}"),
        Err(error) => assert_eq!(error.to_string(), why, "{text}"),
    }
}

/// The file with a line of the feed and one of the source replaced or added.
fn with(feed: &str, source: &str) -> String {
    let key = |line: &str| line.split(" = ").next().unwrap_or_default().to_owned();
    let (feed_key, source_key) = (key(feed), key(source));
    let (head, tail) = FILE.split_once("[[feed.source]]").unwrap();
    let without = |part: &str, key: &str| {
        part.lines()
            .filter(|line| key.is_empty() || !line.starts_with(&format!("{key} =")))
            .collect::<Vec<_>>()
            .join("\n")
    };
    format!("{}\n{feed}\n[[feed.source]]{}\n{source}\n", without(head, &feed_key), without(tail, &source_key))
}

#[test]
fn a_plain_file_has_its_values_and_defaults() {
    let feeds = parsed(FILE).unwrap();
    let feed = feeds.first().unwrap();
    let source = feed.sources.first().unwrap();
    assert_eq!((feeds.len(), feed.kind, feed.quorum, feed.sources.len()), (1, Kind::Price, 1, 1));
    assert_eq!((feed.max_age, feed.heartbeat), (Duration::from_secs(60), Duration::from_secs(30)));
    assert_eq!((feed.max_deviation, feed.deviation), (Decimal256::percent(2), Decimal256::permille(5)));
    assert_eq!((source.name.as_str(), source.value.as_str(), source.time.is_none()), ("a.example", "/last", true));
    assert_eq!(source.request.timeout, Duration::from_secs(5));
}

#[test]
fn what_is_unknown_is_refused_with_its_line() {
    // The first line is empty.
    is_refused(
        &with("treshold = 1", ""),
        "line 11: unknown field `treshold`, expected one of `name`, `kind`, `quorum`, \
        `max_age`, `max_deviation`, `deviation`, `heartbeat`, `min_confidence`, `source`",
    );
    let unknown = parsed(&with("", "pointer = \"/a\"")).err().unwrap().to_string();
    assert!(unknown.starts_with("line 15: unknown field `pointer`"), "{unknown}");
    let unknown = parsed("every = 5\n").err().unwrap().to_string();
    assert!(unknown.starts_with("line 1: unknown field `every`"), "{unknown}");
    let unknown = parsed(&with("kind = \"rate\"", "")).err().unwrap().to_string();
    assert!(unknown.contains("unknown variant `rate`, expected one of `price`, `funding_rate`, `redemption_rate`"));
}

#[test]
fn a_value_of_the_wrong_type_is_refused_with_its_line_and_what_is_wanted_but_not_shown() {
    for (line, why) in [
        ("headers = \"Authorization: Bearer s3cret\"", "line 15: invalid type, expected a map"),
        ("headers = \"s3cret, expected s3cret\"", "line 15: invalid type, expected a map"),
        ("headers = { X-Key = [\"s3cret\"] }", "line 15: invalid type, expected a string"),
        ("headers = { X-Key = 1234567 }", "line 15: invalid type, expected a string"),
        ("headers_from_env = \"s3cret\"", "line 15: invalid type, expected a map"),
        ("inverse = \"s3cret\"", "line 15: invalid type, expected a boolean"),
    ] {
        is_refused(&with("", line), why);
    }
}

#[test]
fn each_value_of_a_feed_is_checked() {
    for (line, why) in [
        ("quorum = 0", "quorum = 0: more than half of the 1 sources are needed, 1 to 1"),
        ("quorum = 2", "quorum = 2: more than half of the 1 sources are needed, 1 to 1"),
        ("max_age = 0", "max_age 0: from 0.1 to 31536000 seconds"),
        ("max_age = nan", "max_age NaN: from 0.1 to 31536000 seconds"),
        ("heartbeat = -1", "heartbeat -1: from 0.1 to 31536000 seconds"),
        ("max_deviation = \"0\"", "max_deviation 0: no two sources ever agree so closely"),
        ("max_deviation = \"1\"", "max_deviation 1: a part below 1 is wanted"),
        ("deviation = \"1.5\"", "deviation 1.5: a part below 1 is wanted"),
        ("min_confidence = \"1\"", "min_confidence 1: a part below 1 is wanted"),
    ] {
        is_refused(&with(line, ""), &format!("feed atom/usdc: {why}"));
    }
    let four: String =
        (1..=3).map(|n| format!("[[feed.source]]\nurl = \"https://{n}.example\"\nvalue = \"/p\"\n")).collect();
    let of_four = |quorum: &str| with(quorum, "") + &four;
    let why = "feed atom/usdc: quorum = 2: more than half of the 4 sources are needed, 3 to 4";
    is_refused(&of_four("quorum = 2"), why);
    assert_eq!(parsed(&of_four("quorum = 3")).unwrap().first().unwrap().quorum, 3);
    is_refused(&with("name = \"atom usdc\"", ""), "feed atom usdc: name: letters, digits and / _ - . are wanted");
    is_refused(&format!("{FILE}{FILE}"), "feed atom/usdc is there twice");
    is_refused("feed = []", "it has 0 feeds: from 1 to 30 are wanted");
}

#[test]
fn a_number_with_quotes_and_one_without_are_the_same_to_the_last_place() {
    let of = |line: &str| parsed(&with(line, "")).map(|mut feeds| feeds.remove(0));
    // As a floating-point number, each would be another one.
    for number in ["0.01", "0.123456789012345678", "0.000000000000000001", "0.3"] {
        for line in [format!("deviation = {number}"), format!("deviation = \"{number}\" # as text")] {
            assert_eq!(of(&line).unwrap().deviation.to_string(), number);
        }
        assert_eq!(of(&format!("max_deviation = {number}")).unwrap().max_deviation.to_string(), number);
        assert_eq!(of(&format!("min_confidence = {number}")).unwrap().min_confidence.to_string(), number);
    }
    let factor = |line: &str| {
        let feeds = parsed(&with("", line)).unwrap();
        feeds.first().unwrap().sources.first().unwrap().factor.decimal().unwrap().to_string()
    };
    for (line, scale) in [
        ("scale = 1_000", "1000"),
        ("scale = 1e-6", "0.000001"),
        ("scale = 64123.123456789012345678", "64123.123456789012345678"),
        ("scale = \"0.1\"", "0.1"),
    ] {
        assert_eq!(factor(line), scale, "{line}");
    }
    for (line, shown) in [
        ("deviation = \"1 %\"", "deviation '1 %'"),
        ("deviation = 1e-2", "deviation '1e-2'"),
        ("deviation = true", "deviation 'true'"),
        ("max_deviation = -0.01", "max_deviation '-0.01'"),
        ("min_confidence = nan", "min_confidence 'nan'"),
    ] {
        is_refused(&with(line, ""), &format!("feed atom/usdc: {shown} is no such number: write \"0.01\""));
    }
}

#[test]
fn a_field_that_is_missing_is_named_with_its_section() {
    for (line, section) in [
        ("name = \"atom/usdc\"", "[[feed]]"),
        ("quorum = 1", "[[feed]]"),
        ("heartbeat = 30", "[[feed]]"),
        ("value = \"/last\"", "[[feed.source]]"),
    ] {
        assert!(FILE.contains(line));
        let error = parsed(&FILE.replace(line, "")).err().unwrap().to_string();
        let field = line.split(' ').next().unwrap();
        assert!(error.ends_with(&format!("missing field `{field}` in {section}")), "{error}");
    }
    let empty = parsed("").err().unwrap().to_string();
    assert!(empty.ends_with("missing field `feed` in the file"), "{empty}");
}

#[test]
fn each_value_of_a_source_is_checked() {
    for (line, why) in [
        ("url = \"ftp://a.example\"", "its address cannot be used: write https://HOST/PATH or http://HOST/PATH"),
        ("url = \"a.example/x\"", "its address cannot be used: write https://HOST/PATH or http://HOST/PATH"),
        ("url = \"https://me:s3cret@a.example\"", "a name or password in an address is not sent: use headers_from_env"),
        ("value = \"last\"", "value 'last' is no JSON pointer such as /data/0/last"),
        ("time = \"/t\"", "time_unit is missing: s, ms, us, ns or rfc3339"),
        ("time_unit = \"s\"", "time_unit of what? time is missing"),
        ("scale = \"0\"", "scale '0': write a number such as \"0.000001\""),
        ("scale = \"-1\"", "scale '-1': write a number such as \"0.000001\""),
        ("scale = \"million\"", "scale 'million': write a number such as \"0.000001\""),
        ("interval = \"8h\"", "interval: only of a funding rate"),
        ("timeout = 0", "timeout 0: from 0.05 to 60 seconds"),
        ("timeout = 61", "timeout 61: from 0.05 to 60 seconds"),
        ("node = \"https://n.example\"", "what to ask? Give url, or node, contract and query"),
        ("certificates = \"none.pem\"", "cannot read /nowhere/none.pem: No such file or directory"),
        ("headers = { \"a b\" = \"1\" }", "'a b' is no name of a header"),
        ("headers = { key = \"s3cret\\n\" }", "header key: its value cannot be sent"),
    ] {
        is_refused(&with("", line), &format!("feed atom/usdc: source 1: {why}"));
    }
    let twice = with("quorum = 2", "");
    let twice = format!("{twice}[[feed.source]]\nurl = \"https://a.example/other\"\nvalue = \"/last\"\n");
    is_refused(&twice, "feed atom/usdc: two sources are called a.example: give one of them another name");
}

#[test]
fn a_key_comes_from_the_environment_and_one_that_is_missing_is_named() {
    let feeds = parsed(&with("", "headers_from_env = { X-Key = \"KEY\" }")).unwrap();
    assert_eq!(feeds.first().unwrap().sources.first().unwrap().request.headers.get("x-key").unwrap(), "s3cret");
    is_refused(
        &with("", "headers_from_env = { X-Key = \"OTHER\" }"),
        "feed atom/usdc: source 1: header X-Key: the environment variable OTHER is not set",
    );
    let twice = with("", "headers = { x-key = \"a\" }\nheaders_from_env = { X-Key = \"KEY\" }");
    is_refused(&twice, "feed atom/usdc: source 1: header x-key is there twice");
}

#[test]
fn a_rate_for_an_interval_becomes_a_yearly_one_and_is_scaled() {
    let factor = |source: &str| {
        let text = with("kind = \"funding_rate\"", source);
        parsed(&text).map(|feeds| feeds.first().unwrap().sources.first().unwrap().factor.decimal().unwrap().to_string())
    };
    // 8,760 hours a year
    assert_eq!(factor("interval = \"8h\""), Ok("1095".to_owned()));
    assert_eq!(factor("interval = \"1h\""), Ok("8760".to_owned()));
    assert_eq!(factor("interval = \"1y\""), Ok("1".to_owned()));
    assert_eq!(factor("interval = \"8h\"\nscale = \"0.01\""), Ok("10.95".to_owned()));
    // Where the exchange lets shorts pay when positive.
    assert_eq!(factor("interval = \"4h\"\nscale = \"-1\""), Ok("-2190".to_owned()));
    let refused = |source: &str| factor(source).unwrap_err().to_string();
    let place = "feed atom/usdc: source 1: ";
    assert_eq!(refused(""), format!("{place}interval is missing: what a rate is for, such as 8h; 1y if yearly"));
    assert_eq!(factor("interval = \"/i\"\ninterval_unit = \"s\""), Ok("1".to_owned()));
    assert_eq!(refused("interval = \"/i\""), format!("{place}interval_unit is missing: h, s or ms"));
    let fixed = "interval = \"8h\"\ninterval_unit = \"s\"";
    assert_eq!(refused(fixed), format!("{place}interval_unit: only where interval is a JSON pointer"));
    for wrong in ["8", "8m", "25h", "0h", "h"] {
        let why = format!("{place}interval '{wrong}': 1h to 24h are wanted, or 1y");
        assert_eq!(refused(&format!("interval = \"{wrong}\"")), why);
    }
    assert_eq!(refused("interval = \"8h\"\ninverse = true"), format!("{place}inverse: not of a funding rate"));
    is_refused(
        &with("kind = \"funding_rate\"\nmin_confidence = \"0.1\"", "interval = \"8h\"").replacen(
            "kind = \"price\"",
            "",
            1,
        ),
        "feed atom/usdc: min_confidence: a funding rate has none",
    );
}

#[test]
fn the_path_of_a_contracts_query_is_built() {
    let ask = |query: &str| {
        let line = format!("node = \"https://n.example/\"\ncontract = \"wasm1hub\"\nquery = '{query}'");
        let text = with("", &line).replace("url = \"https://a.example/ticker?symbol=ATOM\"", "");
        parsed(&text).map(|feeds| feeds.first().unwrap().sources.first().unwrap().request.uri.to_string())
    };
    // printf '{"state":{}}' | base64
    let path = "https://n.example/cosmwasm/wasm/v1/contract/wasm1hub/smart/eyJzdGF0ZSI6e319";
    assert_eq!(ask("{\"state\":{}}"), Ok(path.to_owned()));
    // Base64 of these is eyJhIjoiPz4+In0= and eyJhIjoifj8/In0=, whose + and / would not be of the path.
    assert!(ask("{\"a\":\"?>>\"}").unwrap().ends_with("/smart/eyJhIjoiPz4-In0="));
    assert!(ask("{\"a\":\"~??\"}").unwrap().ends_with("/smart/eyJhIjoifj8_In0="));
    assert!(ask("state").unwrap_err().to_string().contains("query is no JSON"));
}

#[test]
fn nothing_that_may_be_a_secret_is_in_an_error() {
    for source in [
        "url = \"https://a b/?key=s3cret\"",
        "url = \"https://me:s3cret@a.example\"",
        "headers = { key = \"s3cret\\n\" }",
        "headers_from_env = { \"a b\" = \"KEY\" }",
    ] {
        let error = parsed(&with("", source)).err().unwrap().to_string();
        assert!(!error.contains("s3cret"), "{error}");
    }
}

#[test]
fn each_example_is_read_strictly() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sources");
    let mut names = vec![];
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let feeds = read(&path, &|_| Some("key".to_owned()), false).unwrap();
        // A majority, so that no two groups can both be one.
        for Feed { name, quorum, sources, .. } in &feeds {
            assert!(quorum * 2 > sources.len(), "{}: {name}", path.display());
        }
        names.extend(feeds.into_iter().map(|feed| feed.name));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# Untested: ") && text.contains("--dry-run"), "{}", path.display());
    }
    names.sort();
    let expected = [
        "atom/funding",
        "atom/funding",
        "atom/usdc",
        "atom/usdc",
        "btc/funding",
        "btc/usdc",
        "statom/market",
        "statom/rate",
    ];
    assert_eq!(names, expected);
}
