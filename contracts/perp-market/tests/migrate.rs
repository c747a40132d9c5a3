//! What code takes the contract over.

use ballast_upgrade::{set_storage_version, UpgradeError};
use cosmwasm_std::{Addr, Empty};
use cw_multi_test::Executor;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

#[test]
fn migration_keeps_to_this_contract_and_never_goes_back() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    let before = chain.position("alice");
    let code = chain.app.contract_data(&chain.market).unwrap().code_id;
    let (owner, market) = (chain.who("owner"), chain.market.clone());
    chain.app.migrate_contract(owner.clone(), market.clone(), &Empty {}, code).unwrap();
    assert_eq!(chain.position("alice"), before);
    let other = cw_multi_test::ContractWrapper::new_with_empty(
        ballast_perp_market::contract::execute,
        |deps: cosmwasm_std::DepsMut, _: cosmwasm_std::Env, _: cosmwasm_std::MessageInfo, _: Empty| {
            cw2::set_contract_version(deps.storage, "another", "9.9.9").map(|()| cosmwasm_std::Response::<Empty>::new())
        },
        ballast_perp_market::contract::query,
    );
    let other = chain.app.store_code(Box::new(other));
    let foreign: Addr =
        chain.app.instantiate_contract(other, owner.clone(), &Empty {}, &[], "x", Some(owner.to_string())).unwrap();
    assert!(chain.app.migrate_contract(owner, foreign, &Empty {}, code).is_err());
}

#[test]
fn storage_of_a_version_that_the_code_does_not_know_is_refused() {
    let mut chain = Chain::new();
    let code = chain.app.contract_data(&chain.market).unwrap().code_id;
    let (owner, market) = (chain.who("owner"), chain.market.clone());
    for found in [2, 0] {
        set_storage_version(&mut *chain.app.contract_storage_mut(&market), found);
        let error = chain.app.migrate_contract(owner.clone(), market.clone(), &Empty {}, code).unwrap_err();
        assert_eq!(
            error.downcast::<ContractError>().unwrap(),
            ContractError::Upgrade(UpgradeError::UnknownStorage { found, known: 1 })
        );
    }
}
