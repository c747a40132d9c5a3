//! Days of a crash in a minute, with a keeper and a publisher running, and a power cut in the middle.

use std::time::{Duration, Instant};

use cosmwasm_std::{Decimal256, SignedDecimal256};

use crate::calm;
use crate::network::repository;
use crate::stage::Stage;

/// Hours of the file around 2020-03-12, when the price fell by a third within a day.
pub const HOURS: std::ops::Range<usize> = 950..1000;

/// The close of an hour of the replayed file.
pub fn close(hour: usize) -> Decimal256 {
    let file = std::fs::File::open(prices()).expect("the hours are in the repository");
    let bars = ballast_hours::read_bars("btc-spot-1h.csv", file, ballast_hours::Spikes::Refuse).expect("they are good");
    bars.bars[hour].close.to_string().parse().expect("a price")
}

fn prices() -> std::path::PathBuf {
    repository().join("tests/data/btc-spot-1h.csv")
}

/// The price moves to that of the first hour, then the hours are replayed, and the node is killed in the middle. Only
/// the keeper manages the hedge.
pub fn replay(stage: &Stage, price: Decimal256) {
    let network = &stage.network;
    let metrics = format!("127.0.0.1:{}", network.port + 9);
    let mut keeper = network.start(&["keep", "--every", "1", "--metrics", &metrics]);
    for price in calm::steps(price, close(HOURS.start)) {
        stage.publish("", price, SignedDecimal256::percent(10));
        std::thread::sleep(Duration::from_secs(1));
    }
    let (prices, funding) = (prices(), repository().join("tests/data/btc-funding-8h.csv"));
    let rows = format!("{}..{}", HOURS.start, HOURS.end);
    let mut feeder = network.start(&[
        "publish",
        "--prices",
        prices.to_str().expect("a path"),
        "--funding",
        funding.to_str().expect("a path"),
        "--rows",
        &rows,
        "--every",
        "1",
    ]);
    let start = Instant::now();
    let mut cut = false;
    while feeder.runs() {
        assert!(start.elapsed() < Duration::from_secs(300), "the replay takes too long: {}", feeder.said());
        assert!(keeper.runs(), "the keeper is gone: {}", keeper.said());
        std::thread::sleep(Duration::from_secs(2));
        if !cut && start.elapsed() > Duration::from_secs(20) {
            network.localnet(&["kill-node", "0"]);
            std::thread::sleep(Duration::from_secs(5));
            network.localnet(&["start-node", "0"]);
            cut = true;
        }
        stage.check();
    }
    feeder.ended();
    assert!(cut, "the replay ended before the power cut");
    std::thread::sleep(Duration::from_secs(3));
    assert!(keeper.runs(), "the keeper did not survive: {}", keeper.said());
    let page = ureq::get(&format!("http://{metrics}/metrics")).call().expect("metrics");
    let page = page.into_body().read_to_string().expect("text");
    assert!(counted(&page, "ballast_actions_total") >= 1.0, "the keeper did nothing: {page}");
    let away = counted(&page, "ballast_errors_total{kind=\"network\"}");
    assert!(away >= 1.0, "the keeper did not notice the power cut: {page}");
    keeper.stop();
    let due: ballast_types::policy::Decision = stage.ask(ballast_types::vault::ExtensionQueryMsg::NextAction {});
    assert_eq!(due.rule, None, "the keeper left something undone");
    stage.check();
}

/// Sum of a counter over its labels.
fn counted(page: &str, name: &str) -> f64 {
    let lines = page.lines().filter(|line| line.starts_with(name));
    lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum()
}
