//! Every rule of the README.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, clippy::indexing_slicing, missing_docs)]

mod guardian;
mod owner;
mod pauses;

use ballast_roles::set_up;
use cosmwasm_std::testing::{message_info, MockApi, MockQuerier, MockStorage};
use cosmwasm_std::{coins, Addr, DepsMut, MessageInfo, OwnedDeps};

type Deps = OwnedDeps<MockStorage, MockApi, MockQuerier>;

/// A contract with an owner and another guardian.
fn contract() -> (Deps, Addr) {
    let mut deps = cosmwasm_std::testing::mock_dependencies();
    let DepsMut { storage, api, .. } = deps.as_mut();
    let guardian = set_up(storage, api, who("owner").as_str(), Some(who("guardian").as_str())).unwrap();
    (deps, guardian)
}

fn who(name: &str) -> Addr {
    MockApi::default().addr_make(name)
}

fn from(name: &str) -> MessageInfo {
    message_info(&who(name), &[])
}

fn with_coins(name: &str) -> MessageInfo {
    message_info(&who(name), &coins(1, "uatom"))
}
