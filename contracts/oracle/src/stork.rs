//! Contracts of Stork's: anybody brings them signed values, and they keep the newest of each asset.

use ballast_types::oracle::FeedConfig;
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Decimal256, HexBinary, Int128, Int256, SignedDecimal256, Timestamp, Uint64};

use crate::reading::Reader;
use crate::source::Observation;

/// The query of which the answer is the last value, however old: its age is judged here.
#[cw_serde]
enum Query {
    GetLatestCanonicalTemporalNumericValueUnchecked { id: Vec<u8> },
}

/// Read as serde reads it, like all answers of contracts that are not ours.
#[cw_serde]
struct Answer {
    temporal_numeric_value: Value,
}

#[cw_serde]
struct Value {
    timestamp_ns: Uint64,
    /// With 18 decimals.
    quantized_value: Int128,
}

/// The last value of this asset; `None` if the contract has none or does not answer. Nothing is known of its confidence.
pub fn observe(reader: &Reader, config: &FeedConfig, contract: &str, id: &HexBinary) -> Option<Observation> {
    let query = Query::GetLatestCanonicalTemporalNumericValueUnchecked { id: id.to_vec() };
    let answer = reader.querier.query_wasm_smart::<Answer>(contract, &query).ok()?;
    let Value { timestamp_ns, quantized_value } = answer.temporal_numeric_value;
    let value = SignedDecimal256::new(Int256::from(quantized_value));
    let time = Timestamp::from_nanos(timestamp_ns.u64());
    Some(Observation::new(value, Decimal256::zero(), time, config.max_age))
}
