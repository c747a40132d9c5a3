//! What cannot happen on an honest chain with an honest vault, and what only a chain's own words show.
#![allow(clippy::unwrap_used)]

use ballast_client::Vault;
use cosmwasm_std::testing::{message_info, mock_dependencies, mock_env};
use cosmwasm_std::{
    coins, Addr, BankMsg, Binary, DepsMut, Reply, Response, SignedDecimal256, SubMsg, SubMsgResponse, SubMsgResult,
    Uint128,
};

use crate::contract::{execute, instantiate, reply};
use crate::msg::{ExecuteMsg, InstantiateMsg};
use crate::state::{Config, Pending, CONFIG, PENDING};
use crate::ContractError;

fn alice() -> Addr {
    Addr::unchecked("alice")
}

/// The state after a deposit of 7 was sent to the vault.
fn deposit_sent(deps: DepsMut) {
    let (vault, base) = (Vault::new(Addr::unchecked("vault")), "uatom".to_string());
    CONFIG.save(deps.storage, &Config { vault, base, rise: Default::default() }).unwrap();
    PENDING.save(deps.storage, &Pending::Deposit { member: alice(), amount: Uint128::new(7) }).unwrap();
}

fn replied(deps: DepsMut, id: u64, result: SubMsgResult) -> Result<Response, ContractError> {
    reply(deps, mock_env(), Reply { id, payload: Binary::default(), gas_used: 0, result })
}

#[test]
fn no_message_is_taken_while_a_step_is_under_way() {
    let mut deps = mock_dependencies();
    deposit_sent(deps.as_mut());
    let msg = ExecuteMsg::Redeem { shares: Uint128::one(), min_base: None };
    let error = execute(deps.as_mut(), mock_env(), message_info(&alice(), &[]), msg).unwrap_err();
    assert_eq!(error, ContractError::Busy {});
}

#[test]
fn coins_go_back_although_the_chain_hides_why_they_were_refused() {
    let mut deps = mock_dependencies();
    deposit_sent(deps.as_mut());
    let refused = SubMsgResult::Err("codespace: wasm, code: 5".into());
    let response = replied(deps.as_mut(), 1, refused.clone()).unwrap();
    let back = BankMsg::Send { to_address: "alice".into(), amount: coins(7, "uatom") };
    assert_eq!(response.messages, [SubMsg::new(back)]);
    assert_eq!(response.events[0].attributes[1].value, "hidden");

    assert_eq!(replied(deps.as_mut(), 1, refused).unwrap_err(), ContractError::UnexpectedReply { id: 1 });
}

#[test]
fn a_deposit_whose_answer_cannot_be_read_is_undone_with_everything_else() {
    let mut deps = mock_dependencies();
    deposit_sent(deps.as_mut());
    #[allow(deprecated)]
    let silent = SubMsgResponse { events: vec![], data: None, msg_responses: vec![] };
    let error = replied(deps.as_mut(), 1, SubMsgResult::Ok(silent)).unwrap_err().to_string();
    assert!(error.contains("the vault's answer cannot be read: there is none"), "{error}");
}

#[test]
fn a_rebalance_that_is_refused_is_no_reason_to_stop() {
    let mut deps = mock_dependencies();
    deposit_sent(deps.as_mut());
    let response = replied(deps.as_mut(), 2, SubMsgResult::Err("codespace: wasm, code: 5".into())).unwrap();
    assert!(response.messages.is_empty());
    assert!(PENDING.exists(&deps.storage), "the deposit behind it is still under way");
}

#[test]
fn a_rise_below_zero_is_refused_with_its_number() {
    let mut deps = mock_dependencies();
    let msg = InstantiateMsg { vault: "vault".into(), rise: SignedDecimal256::percent(-10) };
    let info = message_info(&Addr::unchecked("owner"), &[]);
    let refused = instantiate(deps.as_mut(), mock_env(), info, msg).unwrap_err();
    assert_eq!(refused.to_string(), "rise is -0.1: give zero or more, such as 0.3 for 30 %");
}
