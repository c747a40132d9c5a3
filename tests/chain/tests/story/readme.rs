//! The commands and messages of the READMEs, exactly as written.

use std::time::Duration;

use ballast_types::{market, oracle, vault};
use cosmwasm_std::{coins, Coin};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::network::repository;
use crate::stage::Stage;

/// READMEs with commands and messages, in the order in which they are tried.
const READMES: [&str; 4] =
    ["README.md", "contracts/vault/README.md", "packages/chain/README.md", "contracts/perp-market/README.md"];

/// Their lines of code, indented by four spaces.
fn code() -> Vec<String> {
    let text = |file: &str| std::fs::read_to_string(repository().join(file)).expect(file);
    let lines = |file: &str| -> Vec<String> {
        text(file).lines().filter_map(|line| line.strip_prefix("    ").map(str::to_owned)).collect()
    };
    READMES.into_iter().flat_map(lines).collect()
}

/// Runs each `ballast-chain …` of the READMEs in order, with the hours that pass between them. Those that run until
/// they are stopped get some seconds.
pub fn commands(stage: &Stage) {
    let lines = code();
    // Two spaces begin a comment.
    let lines: Vec<_> = lines.iter().filter_map(|line| line.split("  ").next()).collect();
    assert!(
        lines.iter().filter(|line| line.starts_with("ballast-chain ")).count() >= 10,
        "the READMEs have lost its commands"
    );
    for line in lines {
        if line == "scripts/localnet forward 3600" {
            stage.network.localnet(&["forward", "3600"]);
        }
        let Some(line) = line.strip_prefix("ballast-chain ") else { continue };
        println!("ballast-chain {line}");
        let args: Vec<_> = line.split_whitespace().collect();
        if args[0] == "keep" || (args[0] == "publish" && !args.contains(&"--once")) {
            let mut running = stage.network.start(&args);
            std::thread::sleep(Duration::from_secs(6));
            assert!(running.runs(), "ballast-chain {line} ended by itself: {}", running.said());
            running.stop();
        } else {
            stage.network.run(&[&args[..], &["--yes"]].concat());
        }
    }
    stage.check();
}

/// Sends each JSON message or query of a README that one of the contracts accepts. Attached coins are written after the
/// message: `with 12.5 ATOM attached`.
pub fn messages(stage: &Stage) {
    let mut known = 0;
    for line in code().iter().filter(|line| line.trim_start().starts_with('{')) {
        let mut stream = serde_json::Deserializer::from_str(line).into_iter::<Value>();
        let Some(Ok(msg)) = stream.next() else { continue };
        let rest = line.get(stream.byte_offset()..).unwrap_or_default();
        println!("{msg} {rest}");
        known += 1;
        let at = &stage.at;
        if fits::<vault::ExecuteMsg>(&msg) {
            stage.send("", "alice", &at.vault, &msg, &attached(rest));
        } else if fits::<market::ExecuteMsg>(&msg) {
            stage.send("", "alice", &at.market, &msg, &attached(rest));
        } else if fits::<oracle::ExecuteMsg>(&msg) {
            stage.send("", "feeder", &at.oracle, &msg, &attached(rest));
        } else if fits::<vault::QueryMsg>(&msg) {
            ask(stage, &at.vault, &msg);
        } else if fits::<market::QueryMsg>(&msg) {
            ask(stage, &at.market, &msg);
        } else if fits::<oracle::QueryMsg>(&msg) {
            ask(stage, &at.oracle, &msg);
        } else {
            panic!("no contract takes this message of a README: {msg}");
        }
    }
    assert!(known >= 8, "the READMEs have lost its messages: {known}");
    stage.check();
}

fn fits<T: DeserializeOwned>(msg: &Value) -> bool {
    serde_json::from_value::<T>(msg.clone()).is_ok()
}

fn ask(stage: &Stage, contract: &str, msg: &Value) {
    stage.client.query_json(contract, msg).unwrap_or_else(|error| panic!("{msg}: {error}"));
}

fn attached(rest: &str) -> Vec<Coin> {
    let Some(amount) = rest.trim().strip_prefix("with ").and_then(|rest| rest.strip_suffix(" attached")) else {
        return vec![];
    };
    let (number, coin) = amount.split_once(' ').expect("an amount and a coin");
    let denom = match coin {
        "ATOM" => "uatom",
        "USDC" => "uusdc",
        other => panic!("a README attaches {other}"),
    };
    let units = ballast_chain::amount::units(number, 6).expect("an amount");
    coins(units.u128(), denom)
}
