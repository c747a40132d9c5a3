//! Reads from a node's trace what a transaction did to the stores.
//!
//! A node started with `--trace-store FILE` (here: `LOCALNET_TRACE=1 scripts/localnet up`) appends one JSON object for
//! each operation that passes from one cached layer of a store to the layer below it (`store/cachemulti` puts a
//! `store/tracekv` between each two). Reading a key again from a layer that already holds it leaves no line. A key read
//! for the first time at the end of a chain of n fresh layers leaves n equal lines. A write leaves a line each time its
//! layer is committed to the one below, down to the transaction's own. [`crate::frames`] undoes that.
//!
//! Each line has the hash of the transaction that it belongs to. `CheckTx` runs no messages; a simulated transaction
//! has no signature and so another hash; queries and blocks have no hash.

use std::io::BufRead;

use anyhow::{bail, ensure, Context, Result};
use cosmwasm_std::Binary;
use serde::Deserialize;

/// Kind of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The value was read; it is empty if the key did not exist.
    Read,
    /// The value was set.
    Write,
    /// The key was removed.
    Delete,
}

/// An operation, and how many layers it passed: how often the trace repeats it in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Name of the store: `wasm`, `bank`, ...
    pub store: String,
    /// Kind.
    pub kind: Kind,
    /// Key.
    pub key: Vec<u8>,
    /// The value that was read or written.
    pub value: Vec<u8>,
    /// Number of layers.
    pub layers: usize,
}

#[derive(Deserialize)]
struct Line {
    operation: String,
    key: Binary,
    value: Binary,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    store_name: String,
    #[serde(default, rename = "txHash")]
    hash: String,
}

/// The operations of the transaction with this hash (64 hexadecimal digits), in order. Iterators are left out: they
/// cost 30 gas a step, and do not read the keys they pass one by one.
pub fn of_transaction(trace: impl BufRead, hash: &str) -> Result<Vec<Operation>> {
    let hash = hash.to_ascii_uppercase();
    let mut operations: Vec<Operation> = Vec::new();
    for line in trace.lines() {
        let line = line.context("the trace cannot be read")?;
        // A cheap check first: it skips nearly all lines of other transactions without parsing them.
        if !line.contains(&hash) {
            continue;
        }
        let parsed = parse(&line, &hash).with_context(|| format!("not a line of a trace: {line}"))?;
        let Some(operation) = parsed else { continue };
        match operations.last_mut() {
            Some(last) if last.store == operation.store && last.kind == operation.kind && last.key == operation.key => {
                last.layers += 1;
            }
            _ => operations.push(operation),
        }
    }
    ensure!(
        !operations.is_empty(),
        "the trace has nothing of transaction {hash}: is the node started with LOCALNET_TRACE=1?"
    );
    Ok(operations)
}

fn parse(line: &str, hash: &str) -> Result<Option<Operation>> {
    let Line { operation, key, value, metadata } = serde_json::from_str(line)?;
    let kind = match operation.as_str() {
        "read" => Kind::Read,
        "write" => Kind::Write,
        "delete" => Kind::Delete,
        "iterKey" | "iterValue" => return Ok(None),
        other => bail!("unknown operation {other}"),
    };
    let operation = Operation { store: metadata.store_name, kind, key: key.into(), value: value.into(), layers: 1 };
    Ok((metadata.hash == hash).then_some(operation))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "DFEC73DF81295F72B57886FBCBECF08A0A20A3CD2C534BCFBD0948E74D55A3E4";

    // Written by hand: "AQ==" is the byte 1, "Ag==" is 2, "YWI=" is "ab".
    fn lines() -> String {
        let ours = format!(r#""blockHeight":7,"store_name":"wasm","txHash":"{HASH}""#);
        [
            format!(r#"{{"operation":"read","key":"AQ==","value":"YWI=","metadata":{{{ours}}}}}"#),
            format!(r#"{{"operation":"read","key":"AQ==","value":"YWI=","metadata":{{{ours}}}}}"#),
            r#"{"operation":"read","key":"Ag==","value":"","metadata":{"blockHeight":7,"store_name":"acc"}}"#.into(),
            format!(
                r#"{{"operation":"read","key":"Ag==","value":"","metadata":{{"store_name":"{HASH}","txHash":"01"}}}}"#
            ),
            format!(r#"{{"operation":"iterKey","key":"Ag==","value":"","metadata":{{{ours}}}}}"#),
            format!(r#"{{"operation":"write","key":"Ag==","value":"AQ==","metadata":{{{ours}}}}}"#),
            format!(r#"{{"operation":"delete","key":"AQ==","value":"","metadata":{{{ours}}}}}"#),
        ]
        .join("\n")
    }

    fn operation(kind: Kind, key: u8, value: &[u8], layers: usize) -> Operation {
        Operation { store: "wasm".into(), kind, key: vec![key], value: value.to_vec(), layers }
    }

    #[test]
    fn equal_lines_in_a_row_are_one_operation_through_several_layers() {
        assert_eq!(
            of_transaction(lines().as_bytes(), &HASH.to_lowercase()).unwrap(),
            [
                operation(Kind::Read, 1, b"ab", 2),
                operation(Kind::Write, 2, &[1], 1),
                operation(Kind::Delete, 1, b"", 1)
            ]
        );
    }

    #[test]
    fn a_transaction_that_is_not_there_is_an_error_that_says_what_to_do() {
        let error = of_transaction(lines().as_bytes(), "00").unwrap_err().to_string();
        assert!(error.contains("LOCALNET_TRACE"), "{error}");
    }

    #[test]
    fn what_is_not_a_trace_is_shown() {
        let error = of_transaction(format!("{{ {HASH}").as_bytes(), HASH).unwrap_err().to_string();
        assert!(error.contains("not a line of a trace"), "{error}");
    }
}
