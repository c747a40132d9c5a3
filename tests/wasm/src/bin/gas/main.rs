//! Writes what every call costs as a Markdown table: `cargo run --bin gas -- PATH`, without a path to standard output.

use std::io::Write;

use ballast_wasm_tests::gas;

mod table;

fn main() -> anyhow::Result<()> {
    let mut messages = gas::of_the_vault();
    messages.extend(gas::of_the_market());
    messages.extend(gas::of_the_oracle());
    let text = table::page(&messages, &gas::questions());
    match std::env::args().nth(1) {
        Some(path) => std::fs::write(&path, text)?,
        None => std::io::stdout().write_all(text.as_bytes())?,
    }
    Ok(())
}
