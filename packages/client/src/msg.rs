//! Messages. Only those that a caller sends: the whole `ExecuteMsg` would add code for all policy parameters to the
//! caller's Wasm.

use cosmwasm_std::{to_json_binary, Coin, StdResult, Uint128, WasmMsg};
use serde::Serialize;

use crate::Vault;

/// The part of the vault's `ExecuteMsg` that callers send.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Execute<'a> {
    Transfer { recipient: &'a str, amount: Uint128 },
    VaultExtension(Extension<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Extension<'a> {
    Deposit { recipient: Option<&'a str>, min_shares: Uint128 },
    Redeem { recipient: Option<&'a str>, amount: Uint128, min_base: Option<Uint128>, min_quote: Option<Uint128> },
    Rebalance {},
}

impl Vault {
    /// Deposits `base`; refused if that gives fewer than `min_shares`. The shares go to `recipient`, or to the sender.
    /// Read the response with [`crate::deposited`].
    pub fn deposit(&self, base: Coin, recipient: Option<&str>, min_shares: Uint128) -> StdResult<WasmMsg> {
        self.execute(&Execute::VaultExtension(Extension::Deposit { recipient, min_shares }), vec![base])
    }

    /// Redeems `shares` of the sender for at least `min_base` and `min_quote`. If you give neither, the vault refuses a
    /// redemption that costs more than its `exit_cost`; if you give either, that limit does not apply. The coins go to
    /// `recipient`, or to the sender. Read the response with [`crate::redeemed`].
    pub fn redeem(
        &self,
        shares: Uint128,
        recipient: Option<&str>,
        min_base: Option<Uint128>,
        min_quote: Option<Uint128>,
    ) -> StdResult<WasmMsg> {
        let redeem = Extension::Redeem { recipient, amount: shares, min_base, min_quote };
        self.execute(&Execute::VaultExtension(redeem), vec![])
    }

    /// Does what the policy decides; anyone may send it. Read the response with [`crate::rebalanced`].
    pub fn rebalance(&self) -> StdResult<WasmMsg> {
        self.execute(&Execute::VaultExtension(Extension::Rebalance {}), vec![])
    }

    /// Moves shares of the sender.
    pub fn transfer(&self, recipient: &str, shares: Uint128) -> StdResult<WasmMsg> {
        self.execute(&Execute::Transfer { recipient, amount: shares }, vec![])
    }

    fn execute(&self, msg: &Execute<'_>, funds: Vec<Coin>) -> StdResult<WasmMsg> {
        Ok(WasmMsg::Execute { contract_addr: self.address().to_string(), msg: to_json_binary(msg)?, funds })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg};
    use cosmwasm_std::{coin, coins, Addr};

    /// Asserts that `sent` goes to the vault with these coins, and equals the vault's own message.
    #[track_caller]
    fn assert_sent(sent: StdResult<WasmMsg>, own: ExecuteMsg, coins: Vec<Coin>) {
        let msg = to_json_binary(&own).unwrap();
        assert_eq!(sent.unwrap(), WasmMsg::Execute { contract_addr: "vault".into(), msg, funds: coins });
    }

    #[test]
    fn every_message_is_the_vaults_own() {
        let vault = Vault::new(Addr::unchecked("vault"));
        for recipient in [None, Some("bob")] {
            let named = recipient.map(ToString::to_string);
            let own = ExtensionExecuteMsg::Deposit { recipient: named.clone(), min_shares: Uint128::new(7) };
            let sent = vault.deposit(coin(5, "uatom"), recipient, Uint128::new(7));
            assert_sent(sent, ExecuteMsg::VaultExtension(own), coins(5, "uatom"));

            let (amount, min_base, min_quote) = (Uint128::new(3), Some(Uint128::new(2)), None);
            let own = ExtensionExecuteMsg::Redeem { recipient: named, amount, min_base, min_quote };
            assert_sent(vault.redeem(amount, recipient, min_base, min_quote), ExecuteMsg::VaultExtension(own), vec![]);
        }
        assert_sent(vault.rebalance(), ExecuteMsg::VaultExtension(ExtensionExecuteMsg::Rebalance {}), vec![]);
        let own = ExecuteMsg::Transfer { recipient: "bob".into(), amount: Uint128::new(9) };
        assert_sent(vault.transfer("bob", Uint128::new(9)), own, vec![]);
    }
}
