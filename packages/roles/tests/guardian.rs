use ballast_roles::{assert_guardian, set_up, RoleError, GUARDIAN};
use cosmwasm_std::testing::mock_dependencies;
use cw_utils::PaymentError;

use crate::{contract, from, who, with_coins};

#[test]
fn guardian_and_owner_may_do_it_and_nobody_else() {
    let (deps, guardian) = contract();
    assert_guardian(&deps.storage, &guardian, &from("guardian")).unwrap();
    assert_guardian(&deps.storage, &guardian, &from("owner")).unwrap();
    let error = assert_guardian(&deps.storage, &guardian, &from("stranger")).unwrap_err();
    assert_eq!(error, RoleError::NotGuardian { sender: who("stranger").to_string() });
    assert_eq!(error.to_string(), format!("{} is neither guardian nor owner", who("stranger")));
}

#[test]
fn the_guardians_messages_take_no_coins() {
    let (deps, guardian) = contract();
    let error = assert_guardian(&deps.storage, &guardian, &with_coins("guardian")).unwrap_err();
    assert_eq!(error, RoleError::Payment(PaymentError::NonPayable {}));
}

#[test]
fn without_a_guardian_the_owner_is_it() {
    let mut deps = mock_dependencies();
    let owner = who("owner");
    assert_eq!(set_up(&mut deps.storage, &deps.api, owner.as_str(), None).unwrap(), owner);
    let (_, guardian) = contract();
    assert_eq!(guardian, who("guardian"));
}

/// Another key would leave the contracts on a chain without their guardian.
#[test]
fn the_guardian_is_stored_under_its_name() {
    let mut deps = mock_dependencies();
    GUARDIAN.save(&mut deps.storage, &who("guardian")).unwrap();
    let stored = cosmwasm_std::Storage::get(&deps.storage, b"guardian").unwrap();
    assert_eq!(String::from_utf8(stored).unwrap(), format!("\"{}\"", who("guardian")));
}
