//! Example of a contract that the oracle reads (`{"contract":{"address":"..."}}`): the rate at which a liquid-staking hub
//! redeems its coin, for a feed of the kind `redemption_rate`.
//!
//! It asks the hub for its state, as the hubs of Steak and of Eris answer it: `{"state":{}}` gives, among others,
//! `exchange_rate`, the coins that one staked coin is redeemed for. It judges nothing: what is no rate, has fallen, or
//! grew too fast is the oracle's business.

use ballast_types::oracle::{ContractPrice, ContractPriceQuery};
use cosmwasm_schema::cw_serde;
#[cfg(not(feature = "library"))]
use cosmwasm_std::entry_point;
use cosmwasm_std::{
    to_json_binary, Addr, Binary, Decimal, Deps, DepsMut, Env, MessageInfo, Response, SignedDecimal256, StdError,
};
use cw_storage_plus::Item;
use thiserror::Error;

/// Names the hub for good: another one needs another adapter, and the oracle's owner to name that.
#[cw_serde]
pub struct InstantiateMsg {
    /// Address of the hub.
    pub hub: String,
}

/// Why the rate is not told.
#[derive(Error, Debug, PartialEq)]
#[non_exhaustive]
pub enum ContractError {
    /// The hub does not answer, or says something else.
    #[error(transparent)]
    Std(#[from] StdError),

    /// Coins attached.
    #[error(transparent)]
    Payment(#[from] cw_utils::PaymentError),
}

/// The hub's query.
#[cw_serde]
enum HubQuery {
    State {},
}

/// The part of the hub's answer that matters.
#[cw_serde]
struct HubState {
    exchange_rate: Decimal,
}

const HUB: Item<Addr> = Item::new("hub");

/// Creates the adapter of a hub.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn instantiate(deps: DepsMut, _: Env, info: MessageInfo, msg: InstantiateMsg) -> Result<Response, ContractError> {
    cw_utils::nonpayable(&info)?;
    HUB.save(deps.storage, &deps.api.addr_validate(&msg.hub)?)?;
    Ok(Response::new())
}

/// The rate now: the hub computes it from its books when it is asked, so it is never older than this block.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn query(deps: Deps, env: Env, msg: ContractPriceQuery) -> Result<Binary, ContractError> {
    let ContractPriceQuery::Price {} = msg;
    let hub = HUB.load(deps.storage)?;
    let state: HubState = deps.querier.query_wasm_smart(hub, &HubQuery::State {})?;
    let price = SignedDecimal256::from(state.exchange_rate);
    Ok(to_json_binary(&ContractPrice { price, time: env.block.time, confidence: None })?)
}
