//! A contract that does nothing for its own sake: it reads, writes and removes as many keys of as many bytes as the
//! message says, sends coins, and asks and calls other contracts of its kind. What the chain charges for it is the floor
//! under what any contract can cost that makes the same loads, transfers and storage operations.
//!
//! Field names are single letters, because the message of the whole tree of calls is part of the transaction. Storage is
//! counted as wasmd counts it, key and value together, but without the 33 bytes that it puts before every key of a
//! contract (they are the same for every contract).

mod msg;
mod storage;

pub use msg::{Answer, Area, Call, ExecuteMsg, Look, Payment, Query, QueryMsg, Run};
pub use storage::{KEY_BYTES, SLOTS};

#[cfg(not(feature = "library"))]
use cosmwasm_std::entry_point;
use cosmwasm_std::{
    to_json_binary, BankMsg, Binary, Deps, DepsMut, Empty, Env, MessageInfo, Reply, Response, StdResult, SubMsg,
    WasmMsg,
};

/// Keeps nothing. Coins may come with it, to be paid out later.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn instantiate(_deps: DepsMut, _env: Env, _info: MessageInfo, _msg: Empty) -> StdResult<Response> {
    Ok(Response::new())
}

/// Anybody may have it do anything: it is for chains on one machine.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn execute(deps: DepsMut, _env: Env, _info: MessageInfo, msg: ExecuteMsg) -> StdResult<Response> {
    match msg {
        ExecuteMsg::Run(run) => {
            look(deps.as_ref(), Look { s: run.s, r: run.r, q: run.q })?;
            storage::write(deps.storage, run.s, run.w)?;
            storage::remove(deps.storage, run.s, run.d)?;
            let payments = run.p.into_iter().map(|Payment(to_address, amount)| BankMsg::Send { to_address, amount });
            let calls = run.x.into_iter().map(call).collect::<StdResult<Vec<_>>>()?;
            Ok(Response::new().add_messages(payments).add_submessages(calls))
        }
        ExecuteMsg::Fill { s, r } => {
            storage::fill(deps.storage, s, r)?;
            Ok(Response::new())
        }
    }
}

/// Reads, and nothing but an empty string comes back.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn query(deps: Deps, _env: Env, msg: QueryMsg) -> StdResult<Binary> {
    let QueryMsg::Look(what) = msg;
    look(deps, what)?;
    to_json_binary("")
}

/// Being loaded again is all that a reply is for.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn reply(_deps: DepsMut, _env: Env, _reply: Reply) -> StdResult<Response> {
    Ok(Response::new())
}

fn look(deps: Deps, what: Look) -> StdResult<()> {
    storage::read(deps.storage, what.s, what.r)?;
    for Query(contract, look) in what.q {
        deps.querier.query_wasm_smart::<String>(contract, &QueryMsg::Look(look))?;
    }
    Ok(())
}

fn call(call: Call) -> StdResult<SubMsg> {
    let Call(contract_addr, run, funds, answer) = call;
    let message = WasmMsg::Execute { contract_addr, msg: to_json_binary(&ExecuteMsg::Run(run))?, funds };
    Ok(match answer {
        Answer::Reply => SubMsg::reply_on_success(message, 0),
        Answer::None => SubMsg::new(message),
    })
}
