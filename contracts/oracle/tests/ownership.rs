//! `UpdateOwnership`.

use ballast_oracle::ContractError;
use ballast_types::oracle::{ExecuteMsg, FeedConfig, QueryMsg};
use ballast_types::{Ownership, OwnershipAction};
use cosmwasm_std::Addr;
use cw_ownable::OwnershipError;

use crate::support::{attribute, Oracle, ATOM};

fn update(oracle: &mut Oracle, sender: &str, action: OwnershipAction) -> Result<(), ContractError> {
    let events = oracle.execute(sender, ExecuteMsg::UpdateOwnership(action))?;
    assert_eq!(attribute(&events, "action"), "update_ownership");
    Ok(())
}

fn transfer(oracle: &Oracle, to: &str) -> OwnershipAction {
    OwnershipAction::TransferOwnership { new_owner: oracle.address(to), expiry: None }
}

#[test]
fn ownership_moves_in_two_steps() {
    let mut oracle = Oracle::new();
    let action = transfer(&oracle, "heir");
    update(&mut oracle, "owner", action).unwrap();
    let config = FeedConfig::price(oracle.publishers(&["publisher"], 1));
    let msg = ExecuteMsg::SetFeed { feed: ATOM.into(), config };
    let error = oracle.execute("heir", msg.clone()).unwrap_err();
    assert_eq!(error, ContractError::Ownership(OwnershipError::NotOwner), "not yet");

    update(&mut oracle, "heir", OwnershipAction::AcceptOwnership).unwrap();
    oracle.execute("heir", msg.clone()).unwrap();
    let error = oracle.execute("owner", msg).unwrap_err();
    assert_eq!(error, ContractError::Ownership(OwnershipError::NotOwner), "no longer");

    let ownership: Ownership<Addr> = oracle.query(QueryMsg::Ownership {}).unwrap();
    assert_eq!(ownership.owner.unwrap().to_string(), oracle.address("heir"));
    assert_eq!(ownership.pending_owner, None);
}

#[test]
fn a_stranger_neither_proposes_nor_accepts() {
    let mut oracle = Oracle::new();
    let action = transfer(&oracle, "stranger");
    let error = update(&mut oracle, "stranger", action).unwrap_err();
    assert_eq!(error, ContractError::Ownership(OwnershipError::NotOwner));
    let action = transfer(&oracle, "heir");
    update(&mut oracle, "owner", action).unwrap();
    let error = update(&mut oracle, "stranger", OwnershipAction::AcceptOwnership).unwrap_err();
    assert_eq!(error, ContractError::Ownership(OwnershipError::NotPendingOwner));
}

#[test]
fn nobody_renounces() {
    let mut oracle = Oracle::new();
    for sender in ["owner", "stranger"] {
        let error = update(&mut oracle, sender, OwnershipAction::RenounceOwnership).unwrap_err();
        assert_eq!(error, ContractError::CannotRenounce {});
    }
}
