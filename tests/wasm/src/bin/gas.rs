//! Writes a Markdown table of what every call costs: `cargo run --bin gas -- PATH`, or to stdout without a path.

use std::io::Write;

use ballast_gas::prices;
use ballast_gas::table::{grouped, markdown};
use ballast_wasm_tests::gas::{self, Prices, Row};
use ballast_wasm_tests::{Artifact, Machine};

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

fn main() -> anyhow::Result<()> {
    let messages =
        |prices| [gas::of_the_vault(prices), gas::of_the_market(prices), gas::of_the_oracle(prices)].concat();
    let [one, two, computed] = [Prices::One, Prices::Two, Prices::Computed].map(messages);
    let messages = [
        format!("## Messages\n\n{}", table("message", &one)),
        format!("## Messages in a market of two prices\n\n{TWO_PRICES}\n{}", table("message", &two)),
        format!("## Messages where the second price is computed\n\n{COMPUTED}\n{}", table("message", &computed)),
    ];
    let text = page(&messages.join("\n"), &gas::questions());
    match std::env::args().nth(1) {
        Some(path) => std::fs::write(&path, text)?,
        None => std::io::stdout().write_all(text.as_bytes())?,
    }
    Ok(())
}

/// What the second and the third table of messages are of.
const TWO_PRICES: &str = "\
The same where the margin coin has a published price of its own, as high as the index, so that each message does the same.
";
const COMPUTED: &str = "\
The same where that price is the lower of the coin's market and of the index times a redemption rate: whenever the market asks,
the oracle reads three feeds more, one record each.
";

fn page(messages: &str, questions: &[Row]) -> String {
    let files = Artifact::ALL.map(|artifact| {
        let (size, checksum) = (artifact.bytes().len() as u64, Machine::get().checksum(artifact));
        format!("| {} | {} | `{checksum}` |\n", artifact.file(), grouped(size))
    });
    format!(
        "# Gas by call\n\n{COUNTED}\n{}\n| Wasm | bytes | SHA-256 |\n|---|--:|---|\n{}\n{messages}\n## Questions\n\n{}",
        price_list(),
        files.concat(),
        table("question", questions)
    )
}

fn price_list() -> String {
    format!(
        "Prices: a read {} and {} a byte, a write {} and {} a byte, a removal {}, a step of an iterator {} and {} a\n\
         byte; bytes are those of key, value and the {} of the key's prefix.\n",
        grouped(prices::READ),
        prices::READ_BYTE,
        grouped(prices::WRITE),
        prices::WRITE_BYTE,
        grouped(prices::REMOVE),
        prices::STEP,
        prices::READ_BYTE,
        prices::KEY_PREFIX
    )
}

fn table(first: &str, rows: &[Row]) -> String {
    let parts = ["gas", "machine", "storage", "loads", "first + again", "answers"];
    let counts = ["reads", "records listed", "writes", "bytes written"];
    let rows = rows.iter().map(|Row { name, bill }| {
        vec![
            name.clone(),
            format!("**{}**", grouped(bill.total())),
            grouped(bill.machine),
            grouped(bill.storage.gas),
            grouped(bill.loading()),
            format!("{} + {}", bill.loads, bill.loads_again),
            grouped(bill.answers),
            bill.storage.reads.to_string(),
            bill.storage.steps.to_string(),
            bill.storage.writes.to_string(),
            grouped(bill.storage.written),
        ]
    });
    markdown(&[&[first], &parts[..], &counts].concat(), rows)
}
