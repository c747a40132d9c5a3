//! Feeders and keepers with faulty nodes, until they are stopped.

use std::cell::Cell;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::node::world::{self, feed, ratio, reading, World};
use crate::node::{free_address, Behaviour, Chain, Node};
use ballast_chain::{Error, Stop};
use ballast_types::market::{FundingRates, PoolResponse};
use ballast_types::oracle::{AcceptedPrice, Flag};
use ballast_types::policy::{Decision, HedgeAction, Rule};
use ballast_types::vault::RebalanceResponse;
use cosmwasm_std::{Timestamp, Uint128};
use serde_json::{json, Value};

/// Maximum time until something is done, with any node.
const SOON: Duration = Duration::from_secs(40);

/// Runs a command until `done` returns true, then stops it. It must not have ended before.
fn until(world: &World, args: &str, done: impl Fn() -> bool) -> Result<(), Error> {
    let stop = Stop::default();
    std::thread::scope(|scope| {
        let running = scope.spawn(|| world.run(args, &stop));
        let start = Instant::now();
        let mut in_time = false;
        while !in_time && start.elapsed() < SOON && !running.is_finished() {
            std::thread::sleep(Duration::from_millis(50));
            in_time = done();
        }
        let by_itself = running.is_finished();
        stop.set();
        let ended = running.join().unwrap();
        assert!(in_time, "{args}: not done in time: {ended:?}");
        assert!(!by_itself, "{args} ended by itself: {ended:?}");
        ended
    })
}

/// Runs a command with each kind of faulty node first and a healthy one second, until this many messages were executed.
fn beside_each(args: &str, messages: usize, prepare: impl Fn(&Chain) + Sync) {
    std::thread::scope(|scope| {
        for behaviour in Behaviour::BAD {
            let prepare = &prepare;
            scope.spawn(move || {
                let chain = Chain::new();
                let nodes = [Node::start(&chain, behaviour), Node::start(&chain, Behaviour::Healthy)];
                let world = World::new(&chain, &[&nodes[0], &nodes[1]]);
                prepare(&chain);
                let ended = until(&world, args, || chain.executed().len() >= messages);
                assert_eq!(ended, Ok(()), "{behaviour:?}");
            });
        }
    });
}

/// A rule that stays due, and the response of `rebalance`.
fn buys_base(chain: &Chain) {
    let decision = Decision { rule: Some(Rule::IdleQuote), action: HedgeAction::BuyBase { quote: Uint128::new(5) } };
    chain.answers("\"next_action\"", decision.clone());
    chain.executes_to(RebalanceResponse { decision, order: None, base_bought: Uint128::new(1) });
}

#[test]
fn a_feeder_goes_on_whatever_one_node_says() {
    beside_each("publish --price 10 --every 0.2 --patience 4", 3, |_| {});
}

#[test]
fn a_keeper_goes_on_whatever_one_node_says() {
    beside_each("keep --every 0.2 --patience 4", 3, buys_base);
}

#[test]
fn a_feeder_without_an_index_of_transactions_publishes_on_though_it_cannot_tell() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::NoIndex);
    let world = World::new(&chain, &[&node]);
    let ended = until(&world, "publish --price 10 --every 0.2", || chain.executed().len() >= 2);
    assert_eq!(ended, Ok(()));
    // With only one value, the command says what may have happened and exits with code 4.
    let error = world.run("publish --price 10 --once", &Stop::default()).unwrap_err();
    assert!(matches!(error, Error::MayHaveHappened { .. }), "{error:?}");
}

#[test]
fn two_feeders_of_one_key_go_on_beside_each_other() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::Healthy);
    let worlds = [World::new(&chain, &[&node]), World::new(&chain, &[&node])];
    std::thread::scope(|scope| {
        for world in &worlds {
            let chain = &chain;
            let done = move || chain.executed().len() >= 6;
            scope.spawn(move || assert_eq!(until(world, "publish --price 10 --every 0.2 --patience 4", done), Ok(())));
        }
    });
}

#[test]
fn a_status_beside_a_node_that_answers_with_nothing_is_of_the_next() {
    for behaviour in [Behaviour::Empty, Behaviour::GatewayNotFound] {
        let chain = Chain::new();
        let nodes = [Node::start(&chain, behaviour), Node::start(&chain, Behaviour::Healthy)];
        World::new(&chain, &[&nodes[0], &nodes[1]]).run("status --patience 4", &Stop::default()).unwrap();
    }
}

/// Runs a command for this many seconds with a node that has no index, so that nobody can tell what was included, then
/// stops it.
fn without_index(args: &str, seconds: u64, prepare: impl Fn(&Chain)) -> (Chain, Result<(), Error>) {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::NoIndex);
    let world = World::new(&chain, &[&node]);
    prepare(&chain);
    let ended = run_for(&world, args, Duration::from_secs(seconds));
    (chain, ended)
}

/// Runs a command until it ends by itself, or for this long.
fn run_for(world: &World, args: &str, time: Duration) -> Result<(), Error> {
    let stop = Stop::default();
    std::thread::scope(|scope| {
        let running = scope.spawn(|| world.run(args, &stop));
        let start = Instant::now();
        while start.elapsed() < time && !running.is_finished() {
            std::thread::sleep(Duration::from_millis(50));
        }
        stop.set();
        running.join().unwrap()
    })
}

#[test]
fn a_value_that_may_have_been_published_counts_for_its_interval() {
    let (chain, ended) = without_index("publish --price 10 --every 60", 6, |_| {});
    assert_eq!((chain.executed().len(), ended), (1, Ok(())));
}

/// A reading of the reference rate that makes the keeper touch the market.
fn touchable(chain: &Chain) {
    let mut position = serde_json::to_value(world::position()).unwrap();
    let stale_at = Some(Timestamp::from_seconds(4_000_000_000));
    position["venue"]["funding"] = serde_json::to_value(FundingRates { stale_at, ..Default::default() }).unwrap();
    chain.answers("\"position\"", position);
}

#[test]
fn a_market_that_may_have_been_touched_is_not_touched_again_for_the_same_reading() {
    // Longer than the 60 blocks for which the transaction can be included.
    let (chain, ended) = without_index("keep --every 0.5", 16, touchable);
    assert_eq!((chain.executed().len(), ended), (1, Ok(())));
}

#[test]
fn what_may_have_happened_is_done_again_past_its_last_height_only_where_it_is_still_due() {
    // 60 blocks are 12 s.
    let (chain, ended) = without_index("keep --every 0.5", 9, buys_base);
    assert_eq!((chain.executed().len(), ended), (1, Ok(())));
    let (chain, ended) = without_index("keep --every 0.5", 18, buys_base);
    assert_eq!((chain.executed().len(), ended), (2, Ok(())));
}

#[test]
fn a_keeper_that_cannot_tell_of_an_action_goes_on_with_the_others() {
    let (chain, ended) = without_index("keep --every 0.5", 9, |chain| {
        buys_base(chain);
        touchable(chain);
    });
    // One of each kind.
    assert_eq!((chain.executed().len(), ended), (2, Ok(())));
}

#[test]
fn what_may_have_happened_is_one_of_the_actions_that_were_asked_for() {
    let (chain, ended) = without_index("keep --every 0.2 --at-most 1", 16, buys_base);
    assert_eq!((chain.executed().len(), ended), (1, Ok(())));
}

#[test]
fn an_action_whose_answer_cannot_be_read_is_one_of_those_that_were_asked_for() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::Healthy);
    let world = World::new(&chain, &[&node]);
    buys_base(&chain);
    chain.executes_to("nothing that a vault says");
    assert_eq!(run_for(&world, "keep --every 0.2 --at-most 1", Duration::from_secs(8)), Ok(()));
    assert_eq!(chain.executed().len(), 1);
}

/// A full page of a list, the same for each query.
fn the_same_page(of: &str, entry: &Value) -> Value {
    let names = (10..40).map(|place| format!("wasm1owner{place}"));
    let entries = names.map(|name| match entry {
        Value::Object(fields) => {
            let mut fields = fields.clone();
            let key = if fields.contains_key("request") { "provider" } else { "owner" };
            fields.insert(key.to_owned(), name.into());
            Value::Object(fields)
        }
        _ => name.into(),
    });
    json!({ of: entries.collect::<Vec<_>>() })
}

#[test]
fn a_list_that_never_ends_is_refused_and_a_keeper_beside_it_can_be_stopped() {
    let position = serde_json::to_value(world::position()).unwrap()["venue"]["position"].clone();
    let position = json!({"position": position, "margin_ratio": null, "liquidatable": false, "at_cap": false});
    let request = json!({"request": {"shares": "1", "from": "1", "until": "2"}, "lapsed": false});
    for (question, of, entry) in [("\"positions\"", "positions", position), ("\"pool_requests\"", "requests", request)]
    {
        let chain = Chain::new();
        let node = Node::start(&chain, Behaviour::Healthy);
        let world = World::new(&chain, &[&node]);
        let notice = Uint128::from(u64::from(of == "requests"));
        chain.answers("\"pool\"", PoolResponse { notice, ..world::pool() });
        chain.answers(question, the_same_page(of, &entry));
        let address = free_address();
        let refusals = |text: &str| text.contains("ballast_errors_total{kind=\"chain\"} 1\n");
        until(&world, &format!("keep --every 30 --metrics {address}"), || refusals(&metrics(&address))).unwrap();
        assert!(node.asked("abci_query") < 40, "{question}");
    }
}

#[test]
fn a_list_of_markets_that_never_ends_ends_a_deployment_with_a_refusal() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::Healthy);
    let world = World::new(&chain, &[&node]).of_another_owner("alice");
    world.deployed(&chain);
    chain.answers("\"markets\"", the_same_page("markets", &Value::Null));
    let error = run_for(&world, "deploy --from owner", Duration::from_secs(8)).unwrap_err();
    assert!(error.to_string().contains("the contract's list does not go on"), "{error}");
}

/// After the first message, all nodes lose all accounts for a while.
fn while_accounts_are_lost(args: &str, prepare: impl Fn(&Chain)) {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::Healthy);
    let world = World::new(&chain, &[&node]);
    prepare(&chain);
    let lost = Cell::new(None);
    let ended = until(&world, args, || match lost.get() {
        None if !chain.executed().is_empty() => {
            chain.lose_accounts(true);
            lost.set(Some(Instant::now()));
            false
        }
        Some(since) if since.elapsed() > Duration::from_secs(1) => {
            chain.lose_accounts(false);
            chain.executed().len() > 20
        }
        _ => false,
    });
    assert_eq!(ended, Ok(()));
}

#[test]
fn an_account_that_all_nodes_have_lost_for_a_while_ends_no_feeder() {
    while_accounts_are_lost("publish --price 10 --every 0.1", |_| {});
}

#[test]
fn an_account_that_all_nodes_have_lost_for_a_while_ends_no_keeper() {
    while_accounts_are_lost("keep --every 0.1", buys_base);
}

/// The keeper's page for Prometheus.
fn metrics(address: &str) -> String {
    let mut text = String::new();
    if let Ok(mut stream) = TcpStream::connect(address) {
        write!(stream, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let _ = stream.read_to_string(&mut text);
    }
    text
}

/// A connection to a node that can be cut.
struct Cable {
    url: String,
    cut: Arc<AtomicBool>,
    ends: Arc<Mutex<Vec<TcpStream>>>,
}

impl Cable {
    fn to(node: &Node) -> Cable {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let cable = Cable { url, cut: Arc::default(), ends: Arc::default() };
        let (cut, ends) = (Arc::clone(&cable.cut), Arc::clone(&cable.ends));
        let address = node.url.trim_start_matches("http://").to_owned();
        std::thread::spawn(move || {
            for near in listener.incoming().map(Result::unwrap).filter(|_| !cut.load(Ordering::Relaxed)) {
                let far = TcpStream::connect(&address).unwrap();
                for (mut from, mut to) in
                    [(&near, &far), (&far, &near)].map(|(a, b)| (a.try_clone().unwrap(), b.try_clone().unwrap()))
                {
                    std::thread::spawn(move || std::io::copy(&mut from, &mut to));
                }
                ends.lock().unwrap().extend([near, far]);
            }
        });
        cable
    }

    fn cut(&self, cut: bool) {
        self.cut.store(cut, Ordering::Relaxed);
        for end in self.ends.lock().unwrap().drain(..) {
            let _ = end.shutdown(Shutdown::Both);
        }
    }
}

#[test]
fn the_metrics_are_right_after_refusals_while_the_nodes_are_away_and_when_they_are_back() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::Healthy);
    let cable = Cable::to(&node);
    let mut world = World::new(&chain, &[&node]);
    world.nodes = vec![cable.url.clone()];
    let address = free_address();
    let value = |text: &str, name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned));
        line.and_then(|value| value.parse::<f64>().ok())
    };
    let of_chain = "ballast_errors_total{kind=\"chain\"}";
    let of_network = "ballast_errors_total{kind=\"network\"}";
    let success = "ballast_last_success_timestamp_seconds";
    let phase = Cell::new(0);
    let before = Cell::new((0.0, 0.0));
    until(&world, &format!("keep --every 0.2 --patience 1 --metrics {address}"), || {
        let text = metrics(&address);
        let [up, refused, away] = ["ballast_up", of_chain, of_network].map(|name| value(&text, name).unwrap_or(-1.0));
        let last = value(&text, success);
        match phase.get() {
            // All is well.
            0 if up == 1.0 && last.is_some() => {
                assert_eq!((refused, away), (0.0, 0.0), "{text}");
                chain.refuses("\"next_action\"", "not now");
                phase.set(1);
            }
            // A refusal is a response, but not a success.
            1 if refused >= 2.0 => {
                assert_eq!((up, away), (1.0, 0.0), "{text}");
                cable.cut(true);
                phase.set(2);
            }
            2 if away >= 2.0 => {
                assert_eq!(up, 0.0, "{text}");
                // The last known value stays, with its age.
                assert!(value(&text, "ballast_fees_left") == Some(1000.0), "{text}");
                assert!(value(&text, "ballast_oracle_age_seconds").is_some(), "{text}");
                before.set((refused, last.unwrap()));
                cable.cut(false);
                phase.set(3);
            }
            // Connected again: the first response is another refusal.
            3 if refused > before.get().0 && up == 1.0 => {
                assert_eq!(last, Some(before.get().1), "{text}");
                chain.answers("\"next_action\"", Decision { rule: None, action: HedgeAction::None });
                phase.set(4);
            }
            4 if last > Some(before.get().1) => return true,
            _ => {}
        }
        false
    })
    .unwrap();
}

#[test]
fn a_price_that_is_held_back_and_an_account_that_is_nearly_empty_are_in_the_metrics() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::Healthy);
    let world = World::new(&chain, &[&node]);
    // The most expensive action is simulated at 620,000 gas, and 75,000 for one more contract; 1.6 times that at 0.025
    // is 27,800.
    chain.balance(3 * 27_800 + 5);
    let held = AcceptedPrice { price: ratio("12.5"), time: Timestamp::from_seconds(1_577_836_800) };
    chain.answers("\"price\"", reading(vec![Flag::Jump], Some(1_577_836_830)));
    chain.answers("\"feed\":{", feed(Some(held)));
    let address = free_address();
    let args = format!("keep --every 0.2 --metrics {address}");
    let lines = [
        "ballast_oracle_flag{flag=\"jump\"} 1\n",
        "ballast_oracle_held_back_since_timestamp_seconds 1577836800\n",
        "ballast_oracle_usable_from_timestamp_seconds 1577836830\n",
        "ballast_fees_left 0.083405\n",
        "ballast_fees_left_actions 3\n",
    ];
    until(&world, &args, || {
        let text = metrics(&address);
        lines.iter().all(|line| text.contains(line))
    })
    .unwrap();
}
