use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg, QueryMsg};
use ballast_vault::execute::token;
use ballast_vault::ContractError;
use cosmwasm_std::testing::{message_info, mock_dependencies, mock_env};
use cosmwasm_std::{coins, Uint128};
use cw_utils::PaymentError;

use crate::suite::{vault_error, Suite, ONE, QUOTE};

#[test]
fn shares_move_like_any_cw20_and_redeem_for_whoever_holds_them() {
    let mut suite = Suite::new();
    let (alice, bob) = (suite.alice.clone(), suite.bob.clone());
    suite.deposit(&alice, 100 * ONE);
    let all = suite.shares_of(&alice);
    suite.execute(&alice, &ExecuteMsg::Transfer { recipient: bob.to_string(), amount: all.into() }, &[]).unwrap();
    assert_eq!((suite.shares_of(&alice), suite.shares_of(&bob)), (0, all));
    assert!(suite.redeem(&bob, all).paid.base > Uint128::new(99 * ONE));
    assert_eq!(suite.supply(), 0);
}

#[test]
fn an_allowance_lets_others_move_shares_up_to_it() {
    let mut suite = Suite::new();
    let (alice, bob) = (suite.alice.clone(), suite.bob.clone());
    suite.deposit(&alice, 100 * ONE);
    let (amount, expires) = (Uint128::new(1_000), None);
    let allow = ExecuteMsg::IncreaseAllowance { spender: bob.to_string(), amount, expires };
    suite.execute(&alice, &allow, &[]).unwrap();
    let take = |amount: u128| ExecuteMsg::TransferFrom {
        owner: alice.to_string(),
        recipient: bob.to_string(),
        amount: amount.into(),
    };
    suite.execute(&bob, &take(1_001), &[]).unwrap_err();
    suite.execute(&bob, &take(1_000), &[]).unwrap();
    assert_eq!(suite.shares_of(&bob), 1_000);
    suite.execute(&alice, &allow, &[]).unwrap();
    let less = ExecuteMsg::DecreaseAllowance { spender: bob.to_string(), amount, expires };
    suite.execute(&alice, &less, &[]).unwrap();
    suite.execute(&bob, &take(1), &[]).unwrap_err();
}

#[test]
fn shares_cannot_be_sent_to_the_vault_itself_nor_with_coins() {
    let mut suite = Suite::new();
    let (alice, vault) = (suite.alice.clone(), suite.vault.to_string());
    suite.deposit(&alice, 100 * ONE);
    let (amount, msg) = (Uint128::one(), cosmwasm_std::Binary::default());
    let owner = alice.to_string();
    let to_vault = vec![
        ExecuteMsg::Transfer { recipient: vault.clone(), amount },
        ExecuteMsg::Transfer { recipient: vault.to_uppercase(), amount },
        ExecuteMsg::Send { contract: vault.clone(), amount, msg: msg.clone() },
        ExecuteMsg::TransferFrom { owner: owner.clone(), recipient: vault.clone(), amount },
        ExecuteMsg::SendFrom { owner, contract: vault, amount, msg },
    ];
    for msg in to_vault {
        assert_eq!(vault_error(suite.execute(&alice, &msg, &[])), ContractError::SharesToVault {}, "{msg:?}");
    }
    let transfer = ExecuteMsg::Transfer { recipient: suite.bob.to_string(), amount };
    let error = vault_error(suite.execute(&alice, &transfer, &coins(1, QUOTE)));
    assert_eq!(error, ContractError::Payment(PaymentError::NonPayable {}));
}

#[test]
fn the_token_tells_its_name_its_decimals_and_its_holders() {
    let mut suite = Suite::new();
    let (alice, bob) = (suite.alice.clone(), suite.bob.clone());
    suite.deposit(&alice, 100 * ONE);
    suite.deposit(&bob, 50 * ONE);
    let info: cw20::TokenInfoResponse = suite.ask(QueryMsg::TokenInfo {}).unwrap();
    assert_eq!((info.name.as_str(), info.symbol.as_str(), info.decimals), ("Ballast ATOM", "bATOM", 12));
    assert_eq!(info.total_supply.u128(), suite.shares_of(&alice) + suite.shares_of(&bob));
    let accounts: cw20::AllAccountsResponse =
        suite.ask(QueryMsg::AllAccounts { start_after: None, limit: None }).unwrap();
    assert_eq!(accounts.accounts.len(), 2);
    let all = suite.shares_of(&bob);
    suite.redeem(&bob, all);
    let accounts: cw20::AllAccountsResponse =
        suite.ask(QueryMsg::AllAccounts { start_after: None, limit: None }).unwrap();
    assert_eq!(accounts.accounts, vec![alice.to_string()]);
}

/// Only a mistake in the table of messages leads here. It must be an error, not a silent success.
#[test]
fn a_message_that_is_not_of_the_token_is_refused_there() {
    let (mut deps, amount) = (mock_dependencies(), Uint128::one());
    let info = message_info(&deps.api.addr_make("alice"), &[]);
    for msg in [
        ExecuteMsg::Deposit { amount, recipient: None },
        ExecuteMsg::Redeem { amount, recipient: None },
        ExecuteMsg::VaultExtension(ExtensionExecuteMsg::Rebalance {}),
    ] {
        let error = token::execute(deps.as_mut(), mock_env(), info.clone(), msg.clone()).unwrap_err();
        assert!(error.to_string().contains("not a message of the share token"), "{msg:?}: {error}");
    }
}
