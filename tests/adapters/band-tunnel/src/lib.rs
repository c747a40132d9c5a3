//! Example of a contract that the oracle reads (`{"contract":{"address":"..."}}`): the last price of one signal that a
//! tunnel of Band's has relayed over IBC.
//!
//! Band sends packets of prices over an unordered channel of version `tunnel-1` from the port
//! `tunnel.<id>`. This contract takes them from that port of one connection alone, keeps the newest price of its signal,
//! and answers with the time at which Band had it. Relayers bring packets late or in any order, and they cannot
//! change them. IBC is a capability that not every chain gives to contracts: it stays here, and the oracle needs none.

mod ibc;
mod packet;

pub use ibc::{
    ibc_channel_close, ibc_channel_connect, ibc_channel_open, ibc_packet_ack, ibc_packet_receive, ibc_packet_timeout,
};
pub use packet::{Packet, SignalPrice};

use ballast_types::oracle::{ContractPrice, ContractPriceQuery};
use cosmwasm_schema::cw_serde;
#[cfg(not(feature = "library"))]
use cosmwasm_std::entry_point;
use cosmwasm_std::{
    to_json_binary, Binary, Deps, DepsMut, Env, MessageInfo, Response, SignedDecimal256, StdError, Timestamp, Uint64,
};
use cw_storage_plus::Item;
use thiserror::Error;

/// A price of 1 on Band's wire, which has 9 decimals.
const ONE: u64 = 1_000_000_000;

/// Names the source for good.
#[cw_serde]
pub struct InstantiateMsg {
    /// The connection of this chain to Band's.
    pub connection_id: String,
    /// Number of the tunnel there.
    pub tunnel_id: Uint64,
    /// The signal that is kept, such as `CS:ATOM-USD`.
    pub signal_id: String,
}

/// The last price of the signal.
#[cw_serde]
pub struct Kept {
    /// With 9 decimals.
    pub price: Uint64,
    /// When Band had it.
    pub time: Timestamp,
}

const SOURCE: Item<InstantiateMsg> = Item::new("source");
/// The channel over which packets come, while one is open.
const CHANNEL: Item<String> = Item::new("channel");
const KEPT: Item<Kept> = Item::new("kept");

/// Why a channel or a packet is refused, or there is no price.
#[derive(Error, Debug, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each text says what happened and what its fields are")]
pub enum ContractError {
    #[error(transparent)]
    Std(#[from] StdError),

    #[error(transparent)]
    Payment(#[from] cw_utils::PaymentError),

    #[error("a channel of {found:?} is not one of {expected:?}")]
    WrongChannel { found: String, expected: String },

    #[error("the channel {channel} is open already")]
    SecondChannel { channel: String },

    #[error("packets come over {expected}, not over {found}")]
    Stranger { found: String, expected: String },

    #[error("the packet is of tunnel {found}, not of {expected}")]
    WrongTunnel { found: Uint64, expected: Uint64 },

    #[error("the packet has no price of {signal_id}")]
    NoPrice { signal_id: String },

    #[error("the price is of {time}, and the one that is kept of {kept}")]
    NotNewer { time: Timestamp, kept: Timestamp },

    #[error("the price is of {time}, after this block's {now}")]
    FromFuture { time: Timestamp, now: Timestamp },
}

/// Creates the contract. Its channel is opened afterwards, by a relayer.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn instantiate(deps: DepsMut, _: Env, info: MessageInfo, msg: InstantiateMsg) -> Result<Response, ContractError> {
    cw_utils::nonpayable(&info)?;
    SOURCE.save(deps.storage, &msg)?;
    Ok(Response::new())
}

/// The last price, however old: the oracle judges its age. An error before the first one.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn query(deps: Deps, _: Env, msg: ContractPriceQuery) -> Result<Binary, ContractError> {
    let ContractPriceQuery::Price {} = msg;
    let Kept { price, time } = KEPT.load(deps.storage)?;
    let price = SignedDecimal256::from_ratio(price, ONE);
    Ok(to_json_binary(&ContractPrice { price, time, confidence: None })?)
}
