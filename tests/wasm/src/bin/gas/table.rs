//! The page.

use std::fmt::Write;

use ballast_wasm_tests::gas::Row;
use ballast_wasm_tests::{prices, Artifact, Machine};

/// How it was counted, and how not.
const COUNTED: &str = "\
Written by `scripts/gas` from the built Wasm under cosmwasm-vm 3.0 on an embedded chain: a quick table for development,
in gas of the chain. *Machine* is the virtual machine's own work; *storage* is counted by the price table of wasmd and
the Cosmos SDK; *loads* are 60,000 for each code at its first load in the transaction and 2,000 for every further one
(the column after it counts both; before wasmd 0.54, and for questions from outside of a transaction, nearly each
costs 60,000); *answers* is one for each byte that contracts answered. Each message is alone in its block. Not in it:
what any transaction pays (signatures, its own bytes), coins moved by the bank, events, and the chain's own look-ups of
contracts.
";

fn heading(text: &mut String, title: &str, first: &str) {
    let _ = write!(text, "\n## {title}\n\n| {first} | gas | machine | storage | loads | first + again | answers | ");
    text.push_str("reads | records listed | writes | bytes written |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
}

/// A number with its thousands apart.
fn spaced(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).expect("digits")).collect();
    groups.join(",")
}

fn rows(text: &mut String, rows: &[Row]) {
    for Row { name, bill } in rows {
        let _ = writeln!(
            text,
            "| {name} | **{}** | {} | {} | {} | {} + {} | {} | {} | {} | {} | {} |",
            spaced(bill.total()),
            spaced(bill.machine),
            spaced(bill.storage.gas),
            spaced(bill.loading()),
            bill.loads,
            bill.loads_again,
            spaced(bill.answers),
            bill.storage.reads,
            bill.storage.steps,
            bill.storage.writes,
            spaced(bill.storage.written),
        );
    }
}

/// The whole page in Markdown.
pub fn page(messages: &[Row], questions: &[Row]) -> String {
    let mut text = format!("# Gas by call\n\n{COUNTED}");
    let _ = writeln!(
        text,
        "\nPrices: a read {} and {} a byte, a write {} and {} a byte, a removal {}, a step of an iterator {} and {} a\n\
         byte; bytes are those of key, value and the {} of the key's prefix.",
        spaced(prices::READ),
        prices::READ_BYTE,
        spaced(prices::WRITE),
        prices::WRITE_BYTE,
        spaced(prices::REMOVE),
        prices::STEP,
        prices::READ_BYTE,
        prices::KEY_PREFIX
    );
    text.push_str("\n| Wasm | bytes | SHA-256 |\n|---|--:|---|\n");
    for artifact in Artifact::ALL {
        let (size, checksum) = (artifact.bytes().len() as u64, Machine::get().checksum(artifact));
        let _ = writeln!(text, "| {} | {} | `{checksum}` |", artifact.file(), spaced(size));
    }
    heading(&mut text, "Messages", "message");
    rows(&mut text, messages);
    heading(&mut text, "Questions", "question");
    rows(&mut text, questions);
    text
}
