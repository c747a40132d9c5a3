//! `ballast-chain …` as a process on scripted nodes: what it prints, where, and how it exits.

mod arguments;
mod refusals;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::node::world::{feed, health, market, pool, ratio, reading, World};
use crate::node::{free_address, Behaviour, Chain, Node};
use ballast_types::market::{MarketResponse, PoolNotice, PoolResponse, Reference, SolvencyResponse};
use ballast_types::oracle::{AcceptedPrice, Flag};
use ballast_types::policy::{Decision, HedgeAction, Rule};
use ballast_types::vault::{DepositResponse, RedeemResponse};
use ballast_types::{Money, Purse};
use cosmwasm_std::{Timestamp, Uint128};
use serde_json::json;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast-chain"));
    command.stdin(Stdio::null());
    command
}

/// `ballast-chain ARGS…` with a healthy node.
pub struct Stage {
    pub chain: Chain,
    pub world: World,
    _node: Node,
}

impl Stage {
    pub fn new() -> Stage {
        let chain = Chain::new();
        let node = Node::start(&chain, Behaviour::Healthy);
        let world = World::new(&chain, &[&node]);
        Stage { chain, world, _node: node }
    }

    pub fn command(&self, args: &str) -> Command {
        let mut command = program();
        command.args(self.world.line(args));
        command
    }

    fn run(&self, args: &str) -> Output {
        self.command(args).output().unwrap()
    }

    /// The same, for a command that must exit by itself within this time.
    fn within(&self, args: &str, time: Duration) -> Output {
        let mut child = self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if start.elapsed() > time {
                terminate(&mut child, "KILL");
                panic!("{args} goes on after {time:?}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        child.wait_with_output().unwrap()
    }

    /// What a command logs until there are this many lines of these events, or some seconds have passed.
    fn log(&self, args: &str, lines: usize) -> Vec<String> {
        let mut child = self.command(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let lines = log.lines().take(lines).map(Result::unwrap).collect();
        terminate(&mut child, "TERM");
        lines
    }
}

/// Sends a signal and waits for the exit.
pub fn terminate(child: &mut Child, signal: &str) -> Option<i32> {
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
    for args in ["status --chain nowhere.toml", "status --no-such-option", "simulate"] {
        let output = program().args(args.split_whitespace()).output().unwrap();
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
    says(&stderr(&output), "waiting for a node: http://127.0.0.1:1 does not answer");
    let output = stage.run("status --patience 1");
    assert_eq!(output.status.code(), Some(4));
    assert!(!stderr(&output).contains("waiting"), "{}", stderr(&output));
    let help = ". Is the node up? `--node URL` names another; `scripts/localnet up` starts the local chain";
    says(&stderr(&output), help);
}

#[test]
fn a_transaction_that_nobody_can_tell_of_ends_with_4_its_hash_and_its_last_height() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::NoBlocks(600));
    let world = World::new(&chain, &[&node]);
    let mut command = program();
    let args = world.line("publish --price 10 --once --patience 3");
    let output = command.args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    says(
        &stderr(&output),
        "may make no blocks: by this machine's clock, which may be wrong, the time of its last one, 990, is 600 s",
    );
    says(&stderr(&output), "there is no better node");
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
fn what_is_stopped_after_it_was_sent_says_that_it_may_still_happen() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::NeverIncludes);
    let world = World::new(&chain, &[&node]);
    chain.answers("\"preview_deposit\"", "124912000000000");
    let args = world.line("deposit 12.5atom --from alice");
    let mut child = program().args(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut before = said.by_ref().map(Result::unwrap).take_while(|line| !line.starts_with("waiting for transaction"));
    assert_eq!(before.by_ref().last(), None);
    assert_eq!(terminate(&mut child, "INT"), Some(130));
    let rest: Vec<String> = said.map(Result::unwrap).collect();
    let open = rest.iter().find(|line| line.contains("was sent and may still happen, until height")).unwrap();
    says(open, "look for it before you try again");
    let hash = open.split_whitespace().nth(1).unwrap();
    assert!(hash.len() == 64 && hash == hash.to_uppercase(), "{open}");
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
    assert_eq!(lost(&mut stage.command("status")), Some(0));
    assert_eq!(lost(&mut stage.command("status --json")), Some(0));
    // A command in progress continues.
    stage.chain.answers("\"preview_deposit\"", "124912000000000");
    stage.chain.executes_to(DepositResponse { shares: Uint128::new(1), added: Money::ZERO });
    assert_eq!(lost(&mut stage.command("deposit 12.5atom --from alice")), Some(0));
    assert_eq!(stage.chain.executed().len(), 1);
    // The error message may have no reader either.
    let mut child = program().args(["status", "--chain", "nowhere.toml"]).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

/// An order's event as the market writes it: fee, spread and conversion in units.
fn order<'a>(owner: &'a str, [fee, spread, conversion]: [&'a str; 3]) -> [(&'a str, &'a str); 4] {
    [("owner", owner), ("fee", fee), ("spread", spread), ("conversion", conversion)]
}

#[test]
fn a_deposit_says_what_it_takes_in_dollars_and_as_a_part() {
    let stage = Stage::new();
    // 12.5 atom at 10 are 125 usdc; 124.912 shares at 1 are 0.088 less
    stage.chain.answers("\"preview_deposit\"", "124912000000000");
    let added = Money::from_amount(Uint128::new(124_912_000));
    stage.chain.executes_to(DepositResponse { shares: Uint128::new(124_912_000_000_000), added });
    stage.chain.tells("wasm-ballast-market/adjust", &order("another", ["70000", "70000", "70000"]));
    stage.chain.tells("wasm-ballast-market/adjust", &order("vault", ["62500", "25000", "500"]));
    let output = stage.run("deposit 12.5atom --from alice --slippage 0.01");
    assert!(output.status.success(), "{}", stderr(&output));
    says(&stdout(&output), "deposit 12.5 atom for about 124.912 bATOM, at least 123.66288 bATOM");
    says(&stdout(&output), "worth 125.00 usdc now, of which it costs about 0.0880 usdc (0.070 %)");
    says(
        &stdout(&output),
        "the market takes fee 0.0625, spread 0.0250, conversion 0.0005 usdc\nthe chain's fee is at most",
    );
    says(&stdout(&output), "more; the market took fee 0.0625, spread 0.0250, conversion 0.0005 usdc");
}

#[test]
fn a_redemption_says_its_cost_and_its_worth_in_dollars() {
    let stage = Stage::new();
    // 100 shares at 1 are 100 usdc; 9.988 atom at 10 are 99.88
    stage.chain.answers("\"balance\"", json!({"balance": "100000000000000"}));
    let paid = Purse::base(Uint128::new(9_988_000));
    stage.chain.answers("\"preview_redeem\"", paid);
    stage.chain.executes_to(RedeemResponse { paid, shares: Uint128::new(100_000_000_000_000) });
    stage.chain.tells("wasm-ballast-market/adjust", &order("vault", ["50000", "66500", "3500"]));
    let output = stage.run("redeem 100 --from alice");
    assert!(output.status.success(), "{}", stderr(&output));
    says(&stdout(&output), "redeem 100 bATOM for about 9.988 atom");
    says(&stdout(&output), "worth 100.00 usdc now, of which it costs about 0.1200 usdc (0.120 %)");
    says(
        &stdout(&output),
        "the market takes fee 0.0500, spread 0.0665, conversion 0.0035 usdc\nthe chain's fee is at most",
    );
    says(
        &stdout(&output),
        "paid 9.988 atom for 100 bATOM; the market took fee 0.0500, spread 0.0665, conversion 0.0035",
    );
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

/// A command line for each command that signs or that queries the contracts.
const COMMANDS: [&str; 13] = [
    "status",
    "deposit 12.5atom --from alice",
    "redeem 1 --from alice",
    "rebalance --from keeper",
    "stress",
    "pool-deposit 1000usdc --from lp",
    "pool-request 5 --from lp",
    "pool-withdraw 5 --from lp",
    "pool-cancel --from lp",
    "publish --price 10 --once",
    "keep --every 0.2",
    "accept-ownership",
    "upgrade",
];

#[test]
fn a_key_that_does_not_exist_ends_every_command_with_2_before_anything_is_asked() {
    let mut stage = Stage::new();
    stage.world.nodes = vec!["http://127.0.0.1:1".to_owned()];
    for command in COMMANDS.into_iter().chain(["deploy"]) {
        let command = command.split(" --from").next().unwrap();
        let start = Instant::now();
        let output = stage.run(&format!("{command} --from nobody"));
        assert_eq!(output.status.code(), Some(2), "{command}: {}", stderr(&output));
        says(&stderr(&output), "no key for 'nobody' (the keys file has alice, bob, carol, feeder,");
        let output = stage.run(&format!("{command} --mnemonic-file nowhere"));
        assert_eq!(output.status.code(), Some(2), "{command}: {}", stderr(&output));
        says(&stderr(&output), "cannot read nowhere");
        assert!(start.elapsed() < Duration::from_secs(5), "{command}");
        assert_eq!(stdout(&output), "", "{command}");
    }
}

#[test]
fn contracts_that_a_reset_chain_has_forgotten_end_every_command_with_2_and_what_to_do() {
    let mut stage = Stage::new();
    let alice = stage.world.address("alice");
    stage.world = stage.world.of_another_owner(&alice);
    stage.chain.reset();
    for command in COMMANDS {
        let output = stage.within(command, Duration::from_secs(20));
        assert_eq!(output.status.code(), Some(2), "{command}: {}", stderr(&output));
        let text = stderr(&output);
        says(&text, "state.json names contracts that are not on chain 'ballast-local': oracle, market, vault. Was the chain reset");
        says(&text, "since? `ballast-chain deploy --chain ");
    }
}

#[test]
fn a_deposit_before_anybody_fills_the_pool_is_told_that_the_pool_is_empty() {
    let stage = Stage::new();
    stage.chain.refuses("\"preview_deposit\"", "a short of 12500000 is needed, the market takes 0 more: deposit less");
    let output = stage.run("deposit 12.5atom --from alice");
    assert_eq!(output.status.code(), Some(3));
    says(&stderr(&output), "the market's pool is empty: there is no liquidity to hedge against");
    says(&stderr(&output), "ballast-chain pool-deposit 100000usdc --from NAME");
    assert!(!stderr(&output).contains("deposit less"), "{}", stderr(&output));
    says(&stdout(&stage.run("status")), "pool: it is empty, so no deposit can be hedged");
}

#[test]
fn a_first_deposit_that_is_too_small_is_told_the_least_one() {
    let stage = Stage::new();
    let refusal = "Generic error: Querier contract error: a position of 10000000 units of quote is below the minimum of 100000000";
    stage.chain.refuses("\"preview_deposit\"", refusal);
    let output = stage.run("deposit 1atom --from alice");
    assert_eq!(output.status.code(), Some(3));
    // 100 usdc at 10 are 10 atom, hedged in full
    says(&stderr(&output), "too little for a first deposit: its hedge must be worth 100 usdc, which takes 10 atom now");
    says(&stdout(&stage.run("status")), "min first deposit      10 atom: its hedge must be worth 100 usdc");
    // Of which four fifths are hedged: 12.5 atom.
    let mut health = health();
    health.before.targets.hedge_target = ratio("0.8");
    stage.chain.answers("\"health\"", health);
    says(&stderr(&stage.run("deposit 1atom --from alice")), "which takes 12.5 atom now");
}

#[test]
fn status_reads_from_the_markets_storage_that_its_funding_rate_has_lapsed() {
    let stage = Stage::new();
    let reference = Reference::Feed { feed: "atom/funding".into() };
    stage.chain.answers("\"market\":{", MarketResponse { reference, ..market() });
    // The status is of 1577836807; the market's reading went stale an hour before.
    let stored = |stale_at: u64| json!([[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ["0.1", "0", stale_at, 0, "0"]], 0, 0, 0]);
    stage.chain.stores(stored(1_577_836_807 - 3_600));
    let lapsed = "LAPSED            the rate that the market goes on with lapsed 60 min ago";
    says(&stdout(&stage.run("status")), lapsed);
    says(&stdout(&stage.run("status --json")), "\"funding_lapsed_at\":1577833207");
    stage.chain.stores(stored(1_577_836_808));
    let output = stage.run("status");
    assert!(output.status.success() && !stdout(&output).contains("LAPSED"), "{}", stdout(&output));
}

#[test]
fn a_transaction_that_the_chain_refuses_ends_with_3_and_an_answer_that_cannot_be_written_with_1() {
    let stage = Stage::new();
    let why = "spendable balance 5ucosm is smaller than 7000000ucosm: insufficient funds";
    stage.chain.takes_nothing(why);
    let output = stage.run("publish --price 10 --once");
    assert_eq!(output.status.code(), Some(3));
    says(&stderr(&output), "spendable balance 0.000005 cosm is smaller than 7 cosm; send it some cosm");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = stage.command("status").stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
}

#[test]
fn help_names_the_commands_of_a_chain() {
    // Help is wrapped to the terminal's width, so all whitespace is made equal.
    let help = |args: &[&str]| {
        let text = stdout(&program().args(args).output().unwrap());
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    says(&help(&["--help"]), "Deploy Ballast to a chain, use it there, feed it prices, keep its hedge alive");
    says(&help(&["--help"]), "Keys of the chain file are never asked for");
    says(&help(&["--help"]), "Publish prices and rates: what several sources say");
    says(&help(&["publish", "--help"]), "Publish prices and rates: what several sources say");
    says(&help(&["publish", "--help"]), "Reads the chain file; needs no key of yours and no node");
    says(&help(&["deposit", "--help"]), "The hedge of the first deposit must be the market's minimum position or more");
}
