//! Shows what a transaction did, and what the bench contract would have to be told.
//!
//! ```text
//! cargo run -p ballast-chain-tests --example profile -- TRACE TRANSACTION [ADDRESS...]
//! ```
//!
//! TRACE: `node0.trace` of a network started with LOCALNET_TRACE=1. TRANSACTION: the JSON that `wasmd query tx HASH` prints.
//! ADDRESS: one instance of the bench contract for each contract of the profile; then the messages are printed too.

use ballast_chain::Event;
use ballast_chain_tests::floor::{Message, Plan};
use ballast_chain_tests::profile::{Area, Frame, Profile};
use ballast_chain_tests::trace::of_transaction;
use std::error::Error;
use std::fs::File;
use std::io::BufReader;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [trace, transaction, addresses @ ..] = arguments.as_slice() else {
        return Err("usage: profile TRACE TRANSACTION [ADDRESS...]".into());
    };
    let transaction: serde_json::Value = serde_json::from_reader(File::open(transaction)?)?;
    let events: Vec<Event> = serde_json::from_value(transaction["events"].clone())?;
    let hash = transaction["txhash"].as_str().ok_or("a transaction without its hash")?;
    let profile = Profile::new(&of_transaction(BufReader::new(File::open(trace)?), hash)?, &events)?;

    for contract in &profile.contracts {
        println!("# {} code {} holding {:?}", contract.address, contract.code, contract.holdings);
    }
    show(&profile.root, 0);
    for (contract, totals) in profile.totals().iter().enumerate() {
        println!("# {contract}: {totals:?}");
    }
    if !addresses.is_empty() {
        let plan = Plan::new(&profile);
        for (contract, message) in plan.fills(addresses)? {
            println!("{contract} {message}");
        }
        match plan.message(addresses)? {
            Message::Execute { contract, msg, funds } => println!("{contract} {msg} {funds:?}"),
            Message::Instantiate { variant, msg, funds } => println!("instantiate {variant} {msg} {funds:?}"),
        }
    }
    Ok(())
}

fn show(frame: &Frame, depth: usize) {
    let area = |area: Area| format!("{}/{}", area.keys, area.bytes);
    println!(
        "# {:depth$}{:?} {}: read {} write {} remove {} funds {:?} pay {:?}{}",
        "",
        frame.entry,
        frame.contract,
        area(frame.reads),
        area(frame.writes),
        frame.removed,
        frame.funds,
        frame.payments.iter().map(|payment| &payment.coins).collect::<Vec<_>>(),
        if frame.replied { ", replied" } else { "" }
    );
    for call in &frame.calls {
        show(call, depth + 2);
    }
}
