//! What a node did to its stores while it ran a transaction.
//!
//! A node that is started with `--trace-store FILE` (here: `LOCALNET_TRACE=1 scripts/localnet up`) appends one JSON object
//! for every operation that passes from one cached layer of a store to the layer below it (`store/cachemulti` puts a
//! `store/tracekv` between any two). What is read again from a layer that has it already leaves no line; what is read for
//! the first time at the end of a chain of n fresh layers leaves n equal ones; what is written leaves one when its layer is
//! committed to the one below, again and again until the transaction's own. [`crate::frames`] undoes that.
//!
//! Lines carry the hash of the transaction whose messages they belong to. `CheckTx` runs no messages, a simulation is of a
//! transaction without its signature and so has another hash, queries and blocks have none.

use std::io::BufRead;

use anyhow::{bail, ensure, Context, Result};
use cosmwasm_std::Binary;
use serde::Deserialize;

/// What was done to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Its value was read; an empty one: it was not there.
    Read,
    /// It was given a value.
    Write,
    /// It was removed.
    Delete,
}

/// One operation, and how often in a row the trace has it: through how many layers it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Name of the store: `wasm`, `bank`, ...
    pub store: String,
    /// What was done.
    pub kind: Kind,
    /// To which key.
    pub key: Vec<u8>,
    /// Value read or written.
    pub value: Vec<u8>,
    /// Layers.
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

/// The operations of the transaction with this hash (64 hexadecimal digits), in order. Iterators are left out: they cost
/// 30 gas a step, and no key that they pass is read by itself.
pub fn of_transaction(trace: impl BufRead, hash: &str) -> Result<Vec<Operation>> {
    let hash = hash.to_ascii_uppercase();
    let mut operations: Vec<Operation> = Vec::new();
    for line in trace.lines() {
        let line = line.context("the trace cannot be read")?;
        // Cheap, and right for nearly all that is not wanted.
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
