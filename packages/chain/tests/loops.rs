//! Feeders and keepers beside nodes that answer badly, until they are told to stop.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod node;

use std::cell::Cell;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use ballast_chain::{Error, Stop};
use ballast_types::oracle::{AcceptedPrice, Flag};
use ballast_types::policy::{Decision, HedgeAction, Rule};
use ballast_types::vault::RebalanceResponse;
use cosmwasm_std::{Timestamp, Uint128};
use node::world::{feed, ratio, reading, World};
use node::{Behaviour, Chain, Node};

const BAD: [Behaviour; 25] = [
    Behaviour::NoIndex,
    Behaviour::NoBlocks(0),
    Behaviour::NoBlocks(3_600),
    Behaviour::CatchingUp,
    Behaviour::Balancer,
    Behaviour::TooManyRequests,
    Behaviour::Http429,
    Behaviour::Html,
    Behaviour::Restarted,
    Behaviour::OtherChain,
    Behaviour::Silent,
    Behaviour::SaysHeight(1 << 63),
    Behaviour::SaysHeight(1_001_000),
    Behaviour::DearGas,
    Behaviour::OtherTx,
    Behaviour::EmptyTx,
    Behaviour::TxHeight(1 << 62),
    Behaviour::GatewayNotFound,
    Behaviour::Ahead,
    Behaviour::NeverHeard,
    Behaviour::OtherId,
    Behaviour::NeverIncludes,
    Behaviour::RetryingProxy,
    Behaviour::ClockBehind(120),
    Behaviour::Empty,
];
/// Longest time until something is done, beside whichever node.
const SOON: Duration = Duration::from_secs(40);

/// Runs a command until `done` says so, and ends it: it must have gone on until then.
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

/// Runs a command in front of each kind of node, a healthy one behind it, until this many messages were executed.
fn beside_each(args: &str, messages: usize, prepare: impl Fn(&Chain) + Sync) {
    std::thread::scope(|scope| {
        for behaviour in BAD {
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

/// A rule that stands, and what `rebalance` then answers.
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
    // With one value only, what may have happened is said, with exit code 4.
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

/// All nodes lose every account for a while, after the first message.
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

/// What a keeper tells Prometheus.
fn metrics(address: &str) -> String {
    let mut text = String::new();
    if let Ok(mut stream) = TcpStream::connect(address) {
        write!(stream, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let _ = stream.read_to_string(&mut text);
    }
    text
}

/// An address that nobody listens at, below those that systems give away by themselves.
fn free_address() -> String {
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    let free = (first..32_000).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    format!("127.0.0.1:{}", free.unwrap())
}

#[test]
fn a_price_that_is_held_back_and_an_account_that_is_nearly_empty_are_in_the_metrics() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::Healthy);
    let world = World::new(&chain, &[&node]);
    // The dearest action is simulated at 620,000 gas, and 75,000 for one more contract; 1.6 times that at 0.025 is 27,800.
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
