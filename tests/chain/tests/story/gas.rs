//! The gas of each message, and its floor on the same node in the same run.

use std::io::BufReader;

use ballast_chain::{Event, Msg, Sent};
use ballast_chain_tests::floor::{at_same_size, instances, variant, work, Plan};
use ballast_chain_tests::profile::Profile;
use ballast_chain_tests::table::Row;
use ballast_chain_tests::trace;
use ballast_floor::ExecuteMsg;
use cosmwasm_std::Binary;
use serde_json::{json, Value};

use crate::network::repository;
use crate::stage::Stage;

/// A transaction as the node stores it.
struct Kept {
    hash: String,
    gas: u64,
    bytes: u64,
    events: Vec<Event>,
}

impl Kept {
    fn read(tx: &Value) -> Kept {
        let text = |path: &str| tx.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let bytes = Binary::from_base64(&text("/tx")).expect("base64").len() as u64;
        let events = serde_json::from_value(tx["tx_result"]["events"].clone()).expect("events");
        Kept { hash: text("/hash"), gas: text("/tx_result/gas_used").parse().expect("gas"), bytes, events }
    }

    fn of(stage: &Stage, sent: &Sent) -> Kept {
        let hash = cosmwasm_std::HexBinary::from_hex(&sent.hash).expect("a hash");
        let hash = Binary::from(hash.as_slice()).to_base64();
        Kept::read(&stage.client.call("tx", json!({"hash": hash, "prove": false})).expect("the node keeps it"))
    }
}

/// The transactions of the deployment, which the command line sent.
fn deployment(stage: &Stage) -> Vec<(String, Kept)> {
    let mut kept = vec![];
    for (kind, action) in [("store", "MsgStoreCode"), ("instantiate", "MsgInstantiateContract2")] {
        for (contract, tx) in ["oracle", "market", "vault"].into_iter().zip(&stage.transactions(action)) {
            kept.push((format!("{kind} the {contract}"), Kept::read(tx)));
        }
    }
    kept
}

/// A row for each labelled message, with its floor if the node's trace gives one.
pub fn rows(stage: &Stage, with_floor: bool) -> Vec<Row> {
    let labelled = stage.labelled.borrow().clone();
    let labelled = labelled.into_iter().map(|(label, sent)| (label, Kept::of(stage, &sent)));
    let kept: Vec<_> = deployment(stage).into_iter().chain(labelled).collect();
    let mut bench = Bench { stage, codes: vec![], count: 0 };
    let rows = kept.into_iter().map(|(message, kept)| {
        let floor = (with_floor && !message.starts_with("store")).then(|| bench.floor(&message, &kept));
        Row { message, gas: kept.gas, floor }
    });
    rows.collect()
}

/// Runs the bench contract.
struct Bench<'a> {
    stage: &'a Stage,
    /// Code ids of its variants.
    codes: Vec<u64>,
    count: usize,
}

impl Bench<'_> {
    /// Gas of the bench contract for the same loads, transfers, reads and writes, in a transaction of the same size.
    fn floor(&mut self, message: &str, kept: &Kept) -> u64 {
        let failed = |error| -> ! { panic!("{message}: {error:#}") };
        let profile = self.profile(message, kept);
        let addresses = self.instances(&profile);
        let Plan { fills, run, funds } = Plan::new(&profile, &addresses).unwrap_or_else(|e| failed(e));
        for (contract, fill) in fills {
            self.send(Msg::Execute { contract, msg: json!(fill), funds: vec![] });
        }
        let msg = if profile.instantiates() {
            self.instantiate(0, json!(run))
        } else {
            Msg::Execute { contract: addresses[0].clone(), msg: json!(ExecuteMsg::Run(run)), funds }
        };
        let done = Kept::of(self.stage, &self.send(msg));
        let [again, wanted] =
            [&self.profile(message, &done), &profile].map(|profile| work(profile).unwrap_or_else(|e| failed(e)));
        assert_eq!(again, wanted, "{message}: the floor did something else");
        at_same_size(done.gas, done.bytes, kept.bytes)
    }

    /// What a transaction did, from the trace of node 0.
    fn profile(&self, message: &str, kept: &Kept) -> Profile {
        let trace = BufReader::new(std::fs::File::open(self.stage.network.trace()).expect("node 0 is traced"));
        let operations = trace::of_transaction(trace, &kept.hash).unwrap_or_else(|e| panic!("{message}: {e:#}"));
        Profile::new(&operations, &kept.events).unwrap_or_else(|e| panic!("{message}: {e:#}"))
    }

    fn instances(&mut self, profile: &Profile) -> Vec<String> {
        let mut addresses = vec![];
        for (place, instance) in instances(profile).into_iter().enumerate() {
            if place == 0 && profile.instantiates() {
                addresses.push(self.stage.at.vault.clone());
                continue;
            }
            let msg = self.instantiate(instance.variant, json!({}));
            let sent = self.send(msg);
            let event = sent.events.iter().find(|event| event.kind == "instantiate").expect("an instantiation");
            let address = event.get("_contract_address").expect("an address").to_owned();
            if !instance.holdings.is_empty() {
                self.send(Msg::Send { to: address.clone(), coins: instance.holdings });
            }
            addresses.push(address);
        }
        addresses
    }

    /// Stores the variant's code first if it is not on the chain yet.
    fn instantiate(&mut self, number: usize, msg: Value) -> Msg {
        while self.codes.len() <= number {
            let wasm = repository().join("target/floor/ballast_floor.wasm");
            let wasm = std::fs::read(wasm).expect("scripts/build-wasm --bench makes the bench contract");
            let sent = self.send(Msg::Store { wasm: variant(&wasm, self.codes.len() as u8) });
            let event = sent.events.iter().find(|event| event.kind == "store_code").expect("a stored code");
            self.codes.push(event.get("code_id").expect("a code id").parse().expect("a number"));
        }
        self.count += 1;
        // As long as the labels of the deployment.
        let label = format!("floor/{:08}", self.count);
        Msg::Instantiate {
            code_id: self.codes[number],
            admin: self.stage.file.admin.clone(),
            salt: label.clone().into_bytes(),
            label,
            msg,
        }
    }

    fn send(&self, msg: Msg) -> Sent {
        self.stage.try_send("owner", msg.clone()).unwrap_or_else(|error| panic!("{msg:?}: {error}"))
    }
}

/// No message may cost more than one and a half times its floor.
pub fn near_the_floor(rows: &[Row]) {
    let measured = rows.iter().filter(|row| row.floor.is_some()).count();
    assert!(measured >= 20, "only {measured} messages have a floor");
    for row in rows {
        let ratio = row.ratio_hundredths().unwrap_or_default();
        assert!(ratio <= 150, "{row:?}: {ratio} hundredths of the floor");
    }
}

/// No message of the second column may cost this many percent more than in the first. Publishing is another message
/// there: it has more values.
pub fn within(first: &[Row], second: &[Row], percent: u64) {
    let mut compared = 0;
    for row in first.iter().filter(|row| !row.message.starts_with("publish")) {
        let Some(other) = second.iter().find(|other| other.message == row.message) else { continue };
        assert!(other.gas * 100 <= row.gas * (100 + percent), "{}: {} and {}", row.message, row.gas, other.gas);
        compared += 1;
    }
    assert!(compared >= 12, "only {compared} messages were compared");
}

/// Saves a table for the README of the tests.
pub fn write(name: &str, table: &str) {
    let path = repository().join("target/test-chain").join(format!("{name}.md"));
    std::fs::write(path, table).expect("target can be written");
    println!("{table}");
}
