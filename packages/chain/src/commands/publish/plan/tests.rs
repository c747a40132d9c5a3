#![allow(clippy::unwrap_used)]
use super::*;

const S: Duration = Duration::from_secs(1);

#[test]
fn each_value_has_its_moment_and_the_last_one_ends_it() {
    let due = |seconds: u32, last| due(S * seconds, S * 10, Some(3), last);
    assert_eq!(due(0, None), Due::Value(0));
    assert_eq!(due(3, Some(0)), Due::Wait(S * 7));
    assert_eq!(due(10, Some(0)), Due::Value(1));
    assert_eq!(due(20, Some(1)), Due::Value(2));
    assert_eq!(due(21, Some(2)), Due::Over);
}

#[test]
fn after_a_node_was_away_the_value_of_then_is_published_and_never_less_than_the_last() {
    let due = |seconds: u32, last| due(S * seconds, S * 10, Some(5), last);
    assert_eq!(due(35, Some(0)), Due::Value(3));
    assert_eq!(due(1_000, Some(0)), Due::Value(4));
    assert_eq!(due(1_000, Some(4)), Due::Over);
}

#[test]
fn a_constant_goes_on_without_end_and_once_is_once() {
    assert_eq!(due(S * 1_000, S, None, Some(999)), Due::Value(1_000));
    assert_eq!(due(S * 1_000, S, None, Some(1_000)), Due::Wait(S));
    assert_eq!(due(S, S, Some(1), None), Due::Value(0));
    assert_eq!(due(S, S, Some(1), Some(0)), Due::Over);
}

#[test]
fn rows_are_first_and_last() {
    assert_eq!(rows("100..200").unwrap(), (100, 200));
    assert_eq!(rows("7..7").unwrap(), (7, 7));
    for wrong in ["200..100", "100", "..", "a..b", "1..-2"] {
        assert!(rows(wrong).unwrap_err().to_string().contains("100..200"), "{wrong}");
    }
}

fn args(options: &[&str]) -> PublishArgs {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: PublishArgs,
    }
    <Line as clap::Parser>::parse_from(["publish"].iter().chain(options)).args
}

/// An archive of an exchange: no header, twelve columns, microseconds, and a price a hundred times too high for a moment.
#[test]
fn a_file_as_an_exchange_publishes_it_is_published_from() {
    let folder = std::env::temp_dir().join(format!("ballast-archive-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (prices, funding) = (folder.join("prices.csv"), folder.join("funding.csv"));
    let row = |hour: u64, high: u64| format!("{}000000,10,{high},9,11,1,1,1,1,1,1,0\n", 1_577_836_800 + hour * 3_600);
    std::fs::write(&prices, [row(0, 12), row(1, 1_200), row(2, 12)].concat()).unwrap();
    // One payment alone: how long it is for is said on the command line. 0.0001 * 8,760 / 8.
    std::fs::write(&funding, "time,funding_rate\n2020-01-01T08:00:00Z,0.0001\n").unwrap();
    let (price_file, funding_file) = (prices.display().to_string(), funding.display().to_string());
    let files = ["--prices", &price_file, "--funding", &funding_file, "--funding-interval", "8h"];
    let refused = hours(&prices, &args(&files)).unwrap_err().to_string();
    let read = hours(&prices, &args(&[&files[..], &["--allow-spikes"]].concat())).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(refused.contains("line 2: high 1200") && refused.contains("--allow-spikes"), "{refused}");
    let value = Value { price: Some("11".parse().unwrap()), rate: Some("0.1095".parse().unwrap()), ..Value::default() };
    assert_eq!(read, [value, value, value]);
}

/// Two bars of an hour, and a payment of 0.01 % for the eight hours that end with the first bar's close plus seven.
#[test]
fn closes_carry_the_yearly_rate_in_force_from_then_on() {
    let folder = std::env::temp_dir().join(format!("ballast-plan-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (prices, funding) = (folder.join("prices.csv"), folder.join("funding.csv"));
    let start = 1_577_836_800_000u64;
    let hour = 3_600_000;
    let bars = format!("timestamp_ms,open,high,low,close\n{start},10,12,9,11.25\n{},11,12,9,10.5\n", start + hour);
    std::fs::write(&prices, bars).unwrap();
    let rates = format!("timestamp_ms,funding_rate\n{start},0.0003\n{},0.0001\n", start + 8 * hour);
    std::fs::write(&funding, rates).unwrap();
    let args = args(&["--prices", &prices.display().to_string(), "--funding", &funding.display().to_string()]);
    let values = hours(&prices, &args).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let value = |price: &str, rate: &str| Value {
        price: Some(price.parse().unwrap()),
        rate: Some(rate.parse().unwrap()),
        ..Value::default()
    };
    // 0.01 % an eight hours is 0.0001 * 8,760 / 8 a year.
    assert_eq!(values, [value("11.25", "0.1095"), value("10.5", "0.1095")]);
}

fn chain_file(name: &str) -> ChainFile {
    ChainFile::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/chains").join(name)).unwrap()
}

#[test]
fn a_staked_coin_is_published_beside_the_index_by_price_or_by_discount() {
    let file = chain_file("local-staked.toml");
    let published = |options: &[&str]| {
        let values = Plan::read(&args(options), &file).unwrap().values[0].published(&file);
        values.into_iter().map(|one| format!("{} {}", one.feed, one.value)).collect::<Vec<_>>()
    };
    let all = published(&["--price", "10", "--rate", "0.1", "--redemption-rate", "1.05", "--market-price", "10.4"]);
    assert_eq!(all, ["atom/usdc 10", "atom/funding 0.1", "statom/rate 1.05", "statom/market 10.4"]);
    // 10 * 1.05 * (1 - 0.2)
    let discounted = published(&["--price", "10", "--redemption-rate", "1.05", "--discount", "0.2"]);
    assert_eq!(discounted, ["atom/usdc 10", "statom/rate 1.05", "statom/market 8.4"]);
    assert_eq!(published(&["--redemption-rate", "1.05"]), ["statom/rate 1.05"]);
}

#[test]
fn values_without_a_feed_and_rates_that_nobody_charges_are_refused() {
    let refused = |name: &str, options: &[&str]| Plan::read(&args(options), &chain_file(name)).unwrap_err().to_string();
    let plain = refused("local.toml", &["--price", "10", "--redemption-rate", "1.05"]);
    assert!(plain.contains("--redemption-rate: the chain file has no rate_feed in [collateral]"), "{plain}");
    let plain = refused("local.toml", &["--price", "10", "--market-price", "10"]);
    assert!(plain.contains("the chain file has no published price in [collateral]"), "{plain}");
    let alone = refused("local-staked.toml", &["--redemption-rate", "1.05", "--discount", "0.2"]);
    assert!(alone.contains("--discount: of which price?"), "{alone}");
    for rate in ["10", "-10"] {
        let told = refused("local.toml", &["--price", "10", "--rate", rate]);
        assert!(told.contains(",000.00 % a year, more than venues charge: 0.1 is 10 %; --allow-spikes"), "{told}");
        let allowed =
            Plan::read(&args(&["--price", "10", "--rate", rate, "--allow-spikes"]), &chain_file("local.toml"));
        assert_eq!(allowed.unwrap().values[0].rate, Some(rate.parse().unwrap()));
    }
    assert!(Plan::read(&args(&["--price", "10", "--rate", "9.99"]), &chain_file("local.toml")).is_ok());
}
