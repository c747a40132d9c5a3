//! A contract without a purpose of its own: it reads, writes and removes as many keys and bytes as the message says,
//! sends coins, and queries and calls other instances. What the chain charges for it is the floor: no contract that
//! makes the same loads, transfers and storage operations can cost less.
//!
//! Field names are single letters, because the message of the whole tree of calls is part of the transaction. Storage
//! is counted as in wasmd, key and value together, but without the 33 bytes that wasmd adds to every key of any
//! contract.

mod msg;
mod storage;

pub use msg::{Answer, Area, Call, ExecuteMsg, Look, Payment, Query, QueryMsg, Run};
pub use storage::SLOTS;

#[cfg(not(feature = "library"))]
use cosmwasm_std::entry_point;
use cosmwasm_std::{
    to_json_binary, BankMsg, Binary, Deps, DepsMut, Env, MessageInfo, Reply, Response, StdResult, SubMsg, WasmMsg,
};

/// Does what the message says; `{}` does nothing. Attached coins can be paid out later.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn instantiate(deps: DepsMut, _env: Env, _info: MessageInfo, msg: Run) -> StdResult<Response> {
    run(deps, msg)
}

/// Anybody may call it, because it is only for local chains.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn execute(deps: DepsMut, _env: Env, _info: MessageInfo, msg: ExecuteMsg) -> StdResult<Response> {
    match msg {
        ExecuteMsg::Run(what) => run(deps, what),
        ExecuteMsg::Fill { s, r } => {
            storage::fill(deps.storage, s, r)?;
            Ok(Response::new())
        }
    }
}

/// Reads, and returns an empty string.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn query(deps: Deps, _env: Env, msg: QueryMsg) -> StdResult<Binary> {
    let QueryMsg::Look(what) = msg;
    look(deps, what)?;
    to_json_binary("")
}

/// Does nothing: the reply only causes another load.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn reply(_deps: DepsMut, _env: Env, _reply: Reply) -> StdResult<Response> {
    Ok(Response::new())
}

fn run(deps: DepsMut, what: Run) -> StdResult<Response> {
    look(deps.as_ref(), Look { s: what.s, r: what.r, q: what.q })?;
    storage::write(deps.storage, what.s, what.w)?;
    storage::remove(deps.storage, what.s, what.d)?;
    let payments = what.p.into_iter().map(|payment| BankMsg::Send { to_address: payment.t, amount: payment.f });
    let calls = what.x.into_iter().map(call).collect::<StdResult<Vec<_>>>()?;
    Ok(Response::new().add_messages(payments).add_submessages(calls))
}

fn look(deps: Deps, what: Look) -> StdResult<()> {
    storage::read(deps.storage, what.s, what.r)?;
    for query in what.q {
        deps.querier.query_wasm_smart::<String>(query.c, &QueryMsg::Look(query.l))?;
    }
    Ok(())
}

fn call(call: Call) -> StdResult<SubMsg> {
    let message =
        WasmMsg::Execute { contract_addr: call.c, msg: to_json_binary(&ExecuteMsg::Run(call.m))?, funds: call.f };
    Ok(match call.a {
        Answer::Reply => SubMsg::reply_on_success(message, 0),
        Answer::None => SubMsg::new(message),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use cosmwasm_std::testing::{message_info, mock_dependencies, mock_env};
    use cosmwasm_std::{coins, from_json, Addr, CosmosMsg, ReplyOn, Storage};

    const MESSAGE: &str = r#"{"run":{"s":3,"r":{"k":1,"b":12},"w":{"k":2,"b":20},"d":1,"p":[{"t":"bob","f":[{"denom":"uusdc","amount":"7"}]}],"x":[{"c":"market","m":{"q":[{"c":"oracle","l":{"r":{"k":1,"b":9}}}]},"a":"y"}]}}"#;

    #[test]
    fn a_run_reads_writes_pays_and_calls_as_it_is_told() {
        let mut deps = mock_dependencies();
        let info = message_info(&Addr::unchecked("anybody"), &[]);
        let fill = ExecuteMsg::Fill { s: 3, r: Area { k: 1, b: 12 } };
        execute(deps.as_mut(), mock_env(), info.clone(), fill).unwrap();

        let response = execute(deps.as_mut(), mock_env(), info, from_json(MESSAGE).unwrap()).unwrap();

        assert_eq!(deps.storage.get(&[3, 0]).map(|value| value.len()), Some(10));
        assert_eq!(deps.storage.get(&[131, 0]).map(|value| value.len()), Some(8));
        assert_eq!(deps.storage.get(&[131, 1]).map(|value| value.len()), Some(8));
        let [payment, call] = response.messages.as_slice() else { unreachable!("two messages") };
        assert_eq!(payment.msg, BankMsg::Send { to_address: "bob".into(), amount: coins(7, "uusdc") }.into());
        assert_eq!((payment.reply_on.clone(), call.reply_on.clone()), (ReplyOn::Never, ReplyOn::Success));
        let CosmosMsg::Wasm(WasmMsg::Execute { contract_addr, msg, funds }) = &call.msg else { unreachable!("a call") };
        assert_eq!((contract_addr.as_str(), funds.len()), ("market", 0));
        assert_eq!(std::str::from_utf8(msg).unwrap(), r#"{"run":{"q":[{"c":"oracle","l":{"r":{"k":1,"b":9}}}]}}"#);
    }

    #[test]
    fn what_is_nothing_is_not_spelt_out() {
        assert_eq!(to_json_binary(&ExecuteMsg::Run(Run::default())).unwrap(), Binary::from(br#"{"run":{}}"#));
    }

    #[test]
    fn a_run_whose_reads_were_not_filled_fails() {
        let mut deps = mock_dependencies();
        let info = message_info(&Addr::unchecked("anybody"), &[]);
        let error = execute(deps.as_mut(), mock_env(), info, from_json(MESSAGE).unwrap()).unwrap_err().to_string();
        assert!(error.contains("slot 3, key 0: 0 bytes, not 10"), "{error}");
    }
}
