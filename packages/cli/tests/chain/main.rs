//! `ballast chain …` as a process: what it prints, where, and how it ends; on scripted nodes.
#![cfg(feature = "chain")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

#[path = "../../../chain/tests/node/mod.rs"]
mod node;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use ballast_types::oracle::{AcceptedPrice, Flag};
use ballast_types::policy::{Decision, HedgeAction, Rule};
use ballast_types::vault::{DepositResponse, RedeemResponse};
use ballast_types::{Money, Purse};
use cosmwasm_std::{Timestamp, Uint128};
use node::world::{feed, ratio, reading, World};
use node::{Behaviour, Chain, Node};
use serde_json::json;

fn ballast() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
    command.stdin(Stdio::null());
    command
}

/// `ballast chain ARGS…` on a node that does what it should.
struct Stage {
    chain: Chain,
    world: World,
    _node: Node,
}

impl Stage {
    fn new() -> Stage {
        let chain = Chain::new();
        let node = Node::start(&chain, Behaviour::Healthy);
        let world = World::new(&chain, &[&node]);
        Stage { chain, world, _node: node }
    }

    fn command(&self, args: &str) -> Command {
        let mut command = ballast();
        command.arg("chain").args(self.world.line(args));
        command
    }

    fn run(&self, args: &str) -> Output {
        self.command(args).output().unwrap()
    }

    /// Whatever a command logs until there are so many lines of these events, or some seconds have passed.
    fn log(&self, args: &str, lines: usize) -> Vec<String> {
        let mut child = self.command(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let lines = log.lines().take(lines).map(Result::unwrap).collect();
        terminate(&mut child, "TERM");
        lines
    }
}

/// Sends a signal, and waits for the end.
fn terminate(child: &mut Child, signal: &str) -> Option<i32> {
    assert!(Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap().success());
    child.wait().unwrap().code()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn says(text: &str, part: &str) {
    assert!(text.contains(part), "no '{part}' in\n{text}");
}

#[test]
fn input_that_is_wrong_ends_with_2() {
    for args in [
        "simulate --prices nowhere.csv --funding nowhere.csv",
        "simulate --params nowhere.toml",
        "simulate --plot nowhere/at/all.svg",
        "simulate --no-such-option",
        "chain status --chain nowhere.toml",
    ] {
        let output = ballast().args(args.split_whitespace()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args}: {}", stderr(&output));
    }
    let output = Stage::new().run("deposit 1.2345678atom --from alice");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

#[test]
fn what_a_contract_refuses_ends_with_3_and_is_said_in_whole_coins() {
    let stage = Stage::new();
    stage
        .chain
        .refuses("\"preview_deposit\"", "a short of 12500000000 is needed, the market takes 250000 more: deposit less");
    let output = stage.run("deposit 12500atom --from alice");
    assert_eq!(output.status.code(), Some(3));
    says(&stderr(&output), "a short of 12,500 atom is needed, the market takes 0.25 atom more: deposit less");
}

#[test]
fn no_node_ends_with_4_and_is_waited_for_aloud_after_two_seconds() {
    let mut stage = Stage::new();
    stage.world.nodes = vec!["http://127.0.0.1:1".to_owned()];
    let output = stage.run("status --patience 3");
    assert_eq!(output.status.code(), Some(4));
    says(&stderr(&output), "waiting for a node, 3 s at most: http://127.0.0.1:1 does not answer");
    let output = stage.run("status --patience 1");
    assert_eq!(output.status.code(), Some(4));
    assert!(!stderr(&output).contains("waiting"), "{}", stderr(&output));
}

#[test]
fn a_transaction_that_nobody_can_tell_of_ends_with_4_its_hash_and_its_last_height() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::NoBlocks(600));
    let world = World::new(&chain, &[&node]);
    let mut command = ballast();
    let args = world.line("publish --price 10 --once --patience 3");
    let output = command.arg("chain").args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    says(&stderr(&output), "makes no blocks: the last one, 990, is 600 s old, and there is no better node");
    says(&stderr(&output), "may have happened: no node shows it in a block; the last block seen is 990");
    // 990 and 60 blocks
    says(&stderr(&output), "it can be included until height 1050");
}

#[test]
fn what_is_stopped_before_it_is_done_ends_with_130_and_a_keeper_with_0() {
    let mut stage = Stage::new();
    let mut keeper = stage.command("keep --every 0.2").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(keeper.stderr.take().unwrap());
    log.read_line(&mut String::new()).unwrap();
    assert_eq!(terminate(&mut keeper, "TERM"), Some(0));
    stage.world.nodes = vec!["http://127.0.0.1:1".to_owned()];
    let mut status = stage.command("status").stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(status.stderr.take().unwrap());
    log.read_line(&mut String::new()).unwrap();
    assert_eq!(terminate(&mut status, "INT"), Some(130));
}

#[test]
fn a_node_address_that_is_none_is_refused_at_once() {
    let mut stage = Stage::new();
    for address in ["tcp://127.0.0.1:26657", "127.0.0.1:26657", "http://", "nowhere", ""] {
        stage.world.nodes = vec!["http://127.0.0.1:1".to_owned(), address.to_owned()];
        let start = Instant::now();
        let output = stage.run("status");
        assert!(start.elapsed() < Duration::from_secs(2), "{address}");
        assert_eq!(output.status.code(), Some(2), "{address}");
        says(&stderr(&output), &format!("'{address}' is no address of a node: give the URL of its RPC"));
    }
}

#[test]
fn a_pipe_that_is_closed_is_no_panic_and_no_failure() {
    let stage = Stage::new();
    let lost = |command: &mut Command| {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
        output.status.code()
    };
    assert_eq!(lost(ballast().arg("params")), Some(0));
    assert_eq!(lost(&mut stage.command("status")), Some(0));
    assert_eq!(lost(&mut stage.command("status --json")), Some(0));
    // What says why it failed may have nobody to say it to.
    let mut child =
        ballast().args(["chain", "status", "--chain", "nowhere.toml"]).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn a_deposit_says_what_it_takes_in_dollars_and_as_a_part() {
    let stage = Stage::new();
    // 12.5 atom at 10 are 125 usdc; 124.912 shares at 1 are 0.088 less
    stage.chain.answers("\"preview_deposit\"", "124912000000000");
    let added = Money::from_amount(Uint128::new(124_912_000));
    stage.chain.executes_to(DepositResponse { shares: Uint128::new(124_912_000_000_000), added });
    let output = stage.run("deposit 12.5atom --from alice --slippage 0.01");
    assert!(output.status.success(), "{}", stderr(&output));
    says(&stdout(&output), "deposit 12.5 atom for about 124.912 bATOM, at least 123.66288 bATOM");
    says(&stdout(&output), "worth 125.00 usdc now, of which it costs about 0.09 usdc (0.07 %)");
}

#[test]
fn a_redemption_says_its_cost_and_its_worth_in_dollars() {
    let stage = Stage::new();
    // 100 shares at 1 are 100 usdc; 9.988 atom at 10 are 99.88
    stage.chain.answers("\"balance\"", json!({"balance": "100000000000000"}));
    let paid = Purse::base(Uint128::new(9_988_000));
    stage.chain.answers("\"preview_redeem\"", paid);
    stage.chain.executes_to(RedeemResponse { paid, shares: Uint128::new(100_000_000_000_000) });
    let output = stage.run("redeem 100 --from alice");
    assert!(output.status.success(), "{}", stderr(&output));
    says(&stdout(&output), "redeem 100 bATOM for about 9.988 atom");
    says(&stdout(&output), "worth 100.00 usdc now, of which it costs about 0.12 usdc (0.12 %)");
}

#[test]
fn a_keeper_on_an_empty_account_says_so_at_start() {
    let stage = Stage::new();
    stage.chain.balance(0);
    let log = stage.log("keep --every 0.2", 1);
    says(&log[0], "level=warn event=keeping");
    says(&log[0], "for_fees=\"0 cosm\" pays_for_actions=0");
    // 27,800 units an action
    stage.chain.balance(100 * 27_800);
    says(&stage.log("keep --every 0.2", 1)[0], "level=info event=keeping");
    stage.chain.balance(100 * 27_800 - 1);
    says(&stage.log("keep --every 0.2", 1)[0], "for_fees=\"2.779999 cosm\" pays_for_actions=99");
}

#[test]
fn a_keeper_that_cannot_act_says_why_once() {
    let stage = Stage::new();
    stage.chain.answers("\"next_action\"", Decision { rule: Some(Rule::SafeMode), action: HedgeAction::None });
    let held = AcceptedPrice { price: ratio("12.5"), time: Timestamp::from_seconds(1_577_836_800) };
    stage.chain.answers("\"price\"", reading(vec![Flag::Jump], Some(1_577_836_830)));
    stage.chain.answers("\"feed\":{", feed(Some(held)));
    let mut child = stage.command("keep --every 0.1").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    let code = terminate(&mut child, "TERM");
    assert_eq!(code, Some(0));
    let log = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap).collect::<Vec<_>>();
    let of = |event: &str| log.iter().filter(|line| line.contains(&format!("event={event} "))).collect::<Vec<_>>();
    let [held] = of("price_held_back")[..] else { panic!("{log:#?}") };
    says(held, "flags=jump price=12.5 held_back_since=2020-01-01T00:00:00Z usable_from=2020-01-01T00:00:30Z");
    let [stuck] = of("cannot_act")[..] else { panic!("{log:#?}") };
    says(stuck, "rule=\"1 (safe mode)\" why=\"the venue is paused or its price unusable\" price_flags=jump");
}

#[test]
fn status_says_which_price_is_held_back_since_when_and_when_it_can_be_used() {
    let stage = Stage::new();
    let held = AcceptedPrice { price: ratio("12.5"), time: Timestamp::from_seconds(1_577_836_800) };
    stage.chain.answers("\"readings\"", json!([reading(vec![Flag::Jump], Some(1_577_836_830))]));
    stage.chain.answers("\"feed\":{", feed(Some(held)));
    let output = stage.run("status");
    assert!(output.status.success(), "{}", stderr(&output));
    says(
        &stdout(&output),
        "12.5000 usdc/atom since 2020-01-01T00:00:00Z; a value published from 2020-01-01T00:00:30Z on, in 23 s, may confirm",
    );
}
