use ballast_roles::{assert_owner, set_up, update_ownership, RoleError};
use cosmwasm_std::testing::mock_env;
use cw_ownable::{Action, OwnershipError};
use cw_utils::PaymentError;

use crate::{contract, from, who, with_coins};

fn to(name: &str) -> Action {
    Action::TransferOwnership { new_owner: who(name).to_string(), expiry: None }
}

#[test]
fn only_the_owner_is_the_owner_and_pays_nothing() {
    let (deps, _) = contract();
    assert_owner(&deps.storage, &from("owner")).unwrap();
    for other in ["guardian", "stranger"] {
        let error = assert_owner(&deps.storage, &from(other)).unwrap_err();
        assert_eq!(error, RoleError::Ownership(OwnershipError::NotOwner), "{other}");
    }
    let error = assert_owner(&deps.storage, &with_coins("owner")).unwrap_err();
    assert_eq!(error, RoleError::Payment(PaymentError::NonPayable {}));
}

#[test]
fn the_owner_changes_in_two_steps() {
    let (mut deps, _) = contract();
    let env = mock_env();
    let after = update_ownership(deps.as_mut(), &env, &from("owner"), to("heir")).unwrap();
    assert_eq!((after.owner, after.pending_owner), (Some(who("owner")), Some(who("heir"))));
    assert_owner(&deps.storage, &from("owner")).unwrap();
    assert_owner(&deps.storage, &from("heir")).unwrap_err();

    let after = update_ownership(deps.as_mut(), &env, &from("heir"), Action::AcceptOwnership).unwrap();
    assert_eq!((after.owner, after.pending_owner), (Some(who("heir")), None));
    assert_owner(&deps.storage, &from("heir")).unwrap();
    assert_owner(&deps.storage, &from("owner")).unwrap_err();
}

#[test]
fn nobody_else_proposes_or_accepts() {
    let (mut deps, _) = contract();
    let env = mock_env();
    let error = update_ownership(deps.as_mut(), &env, &from("guardian"), to("guardian")).unwrap_err();
    assert_eq!(error, RoleError::Ownership(OwnershipError::NotOwner));
    update_ownership(deps.as_mut(), &env, &from("owner"), to("heir")).unwrap();
    let error = update_ownership(deps.as_mut(), &env, &from("stranger"), Action::AcceptOwnership).unwrap_err();
    assert_eq!(error, RoleError::Ownership(OwnershipError::NotPendingOwner));
}

#[test]
fn nobody_renounces() {
    let (mut deps, _) = contract();
    for sender in ["owner", "stranger"] {
        let error = update_ownership(deps.as_mut(), &mock_env(), &from(sender), Action::RenounceOwnership).unwrap_err();
        assert_eq!(error, RoleError::CannotRenounce, "{sender}");
    }
    assert_owner(&deps.storage, &from("owner")).unwrap();
}

#[test]
fn a_transfer_takes_no_coins() {
    let (mut deps, _) = contract();
    let error = update_ownership(deps.as_mut(), &mock_env(), &with_coins("owner"), to("heir")).unwrap_err();
    assert_eq!(error, RoleError::Payment(PaymentError::NonPayable {}));
}

#[test]
fn owner_and_guardian_are_addresses_of_the_chain() {
    let mut deps = cosmwasm_std::testing::mock_dependencies();
    let good = who("somebody");
    for (owner, guardian) in [("nobody", None), (good.as_str(), Some("nobody")), ("nobody", Some(good.as_str()))] {
        let set_up = set_up(&mut deps.storage, &deps.api, owner, guardian);
        assert!(set_up.is_err(), "{owner} {guardian:?}");
    }
}
