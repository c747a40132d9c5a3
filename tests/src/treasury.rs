//! The example contract on the vault of a [`Suite`].

use ballast_testkit::{Failed, Suite};
pub use ballast_treasury::msg::ExecuteMsg;
use ballast_treasury::msg::{InstantiateMsg, MemberResponse, QueryMsg, VaultResponse};
use cosmwasm_std::{Addr, Coin, Empty, SignedDecimal256, Uint128};
use cw_multi_test::{AppResponse, Contract, ContractWrapper, Executor};

/// Its code as native functions.
pub fn native() -> Box<dyn Contract<Empty>> {
    use ballast_treasury::contract::{execute, instantiate, query, reply};
    Box::new(ContractWrapper::new(execute, instantiate, query).with_reply(reply))
}

/// A treasury.
pub struct Treasury {
    /// Where it is.
    pub address: Addr,
}

impl Treasury {
    /// On the suite's vault, which must survive this rise.
    pub fn open(suite: &mut Suite, code: Box<dyn Contract<Empty>>, rise: SignedDecimal256) -> Treasury {
        let code = suite.app.store_code(code);
        let msg = InstantiateMsg { vault: suite.vault.to_string(), rise };
        let owner = suite.account("owner");
        let address = suite.app.instantiate_contract(code, owner, &msg, &[], "treasury", None).expect("it is accepted");
        Treasury { address }
    }

    /// A deposit of `amount` units of base that the member gets for the occasion.
    pub fn deposit(&self, suite: &mut Suite, who: &str, amount: u128, min_shares: u128) -> Result<AppResponse, Failed> {
        let (account, coin) = (suite.account(who), suite.base(amount));
        suite.mint(&account, coin.clone());
        self.send(suite, who, ExecuteMsg::Deposit { min_shares: min_shares.into() }, &[coin])
    }

    /// A redemption of shares that the treasury holds for a member.
    pub fn redeem(
        &self,
        suite: &mut Suite,
        who: &str,
        shares: Uint128,
        min_base: Option<u128>,
    ) -> Result<AppResponse, Failed> {
        let msg = ExecuteMsg::Redeem { shares, min_base: min_base.map(Uint128::new) };
        self.send(suite, who, msg, &[])
    }

    /// Any message with coins that the sender has.
    pub fn send(&self, suite: &mut Suite, who: &str, msg: ExecuteMsg, funds: &[Coin]) -> Result<AppResponse, Failed> {
        suite.exec(who, &self.address, &msg, funds)
    }

    /// The claim of a member.
    pub fn member(&self, suite: &Suite, who: &str) -> MemberResponse {
        let query = QueryMsg::Member { address: suite.account(who).to_string() };
        suite.app.wrap().query_wasm_smart(&self.address, &query).expect("a claim")
    }

    /// What it sees of its vault.
    pub fn vault(&self, suite: &Suite) -> VaultResponse {
        suite.app.wrap().query_wasm_smart(&self.address, &QueryMsg::Vault {}).expect("a vault")
    }
}

/// The value of an attribute of the treasury's own event. Panics where the event or the attribute is missing.
#[track_caller]
pub fn told(response: &AppResponse, event: &str, key: &str) -> String {
    let name = format!("wasm-treasury/{event}");
    let event = response.events.iter().find(|event| event.ty == name).unwrap_or_else(|| panic!("no event {name}"));
    let attribute = event.attributes.iter().find(|attribute| attribute.key == key);
    attribute.unwrap_or_else(|| panic!("no {key} in {event:?}")).value.clone()
}
