//! While the vault waits for the venue's reply, its books are one step ahead of the position: queries and messages must
//! be refused.

use ballast_types::policy::StressResponse;
use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg, ExtensionQueryMsg, QueryMsg, VaultAction};
use cosmwasm_std::Uint128;

use crate::suite::{error_text, Suite, BASE, ONE};

fn every_message(suite: &Suite) -> Vec<ExecuteMsg> {
    let bob = suite.bob.to_string();
    let extension = ExecuteMsg::VaultExtension;
    let one = Uint128::one();
    vec![
        ExecuteMsg::Deposit { amount: one, recipient: None },
        ExecuteMsg::Redeem { amount: one, recipient: None },
        ExecuteMsg::Transfer { recipient: bob.clone(), amount: one },
        ExecuteMsg::Send { contract: bob.clone(), amount: one, msg: Default::default() },
        ExecuteMsg::IncreaseAllowance { spender: bob.clone(), amount: one, expires: None },
        ExecuteMsg::DecreaseAllowance { spender: bob.clone(), amount: one, expires: None },
        ExecuteMsg::TransferFrom { owner: bob.clone(), recipient: bob.clone(), amount: one },
        ExecuteMsg::SendFrom { owner: bob.clone(), contract: bob.clone(), amount: one, msg: Default::default() },
        extension(ExtensionExecuteMsg::Deposit { recipient: None, min_shares: one }),
        extension(ExtensionExecuteMsg::Redeem { recipient: None, amount: one, min_base: None, min_quote: None }),
        extension(ExtensionExecuteMsg::Rebalance {}),
        extension(ExtensionExecuteMsg::SellBase { min_quote: one }),
        extension(ExtensionExecuteMsg::UpdatePolicy { policy: Default::default() }),
        extension(ExtensionExecuteMsg::SetDepositCap { deposit_cap: None }),
        extension(ExtensionExecuteMsg::Pause { actions: vec![VaultAction::Deposit] }),
        extension(ExtensionExecuteMsg::Resume { actions: vec![VaultAction::Deposit] }),
        extension(ExtensionExecuteMsg::SetGuardian { guardian: bob }),
        extension(ExtensionExecuteMsg::UpdateOwnership(ballast_types::OwnershipAction::AcceptOwnership)),
    ]
}

#[test]
fn no_message_is_taken_from_inside_a_step() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    suite.deposit(&alice, 10 * ONE);
    for msg in every_message(&suite) {
        suite.script(|script| {
            script.reenter = Some(msg.clone());
            script.reenter_may_fail = false;
        });
        let before = suite.snapshot();
        let text = error_text(suite.try_deposit(&alice, ONE));
        assert!(text.contains("busy"), "{msg:?}: {text}");
        assert_eq!(suite.snapshot(), before, "{msg:?}");

        suite.script(|script| {
            script.reenter = Some(msg.clone());
            script.reenter_may_fail = true;
        });
        suite.deposit(&alice, ONE);
        let refused = suite.scripted().reentered.unwrap();
        // The embedded chain passes on the error text; a real one only says that it failed.
        assert_ne!(refused, "done", "{msg:?}");
        suite.assert_books();
    }
}

#[test]
fn a_redemption_cannot_be_entered_again() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    suite.deposit(&alice, 10 * ONE);
    for msg in every_message(&suite) {
        suite.script(|script| {
            script.reenter = Some(msg.clone());
            script.reenter_may_fail = false;
        });
        let text = error_text(suite.try_redeem(&alice, 1_000_000_000));
        assert!(text.contains("busy"), "{msg:?}: {text}");
    }
}

#[test]
fn no_message_is_taken_from_inside_the_rescue_before_a_redemption() {
    for msg in every_message(&Suite::new()) {
        let mut suite = Suite::new();
        let alice = suite.alice.clone();
        suite.deposit(&alice, 100 * ONE);
        suite.price("13.5");
        suite.script(|script| {
            script.reenter = Some(msg.clone());
            script.reenter_may_fail = true;
        });
        let response = suite.try_redeem(&alice, 1_000_000_000_000).unwrap();
        let events = format!("{:?}", response.events);
        assert!(events.contains("ballast-vault/rescue") && !events.contains("rescue_failed"), "{events}");
        assert_ne!(suite.scripted().reentered.unwrap(), "done", "{msg:?}");
        assert_eq!(suite.scripted().orders.len(), 3);
        suite.assert_books();
    }
}

#[test]
fn no_answer_with_a_price_in_it_is_given_from_inside_a_step() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    suite.deposit(&alice, 10 * ONE);
    let amount = Uint128::one();
    let extension = QueryMsg::VaultExtension;
    let stress = ballast_types::policy::StressCase {
        collateral_change: None,
        correlation_break: None,
        price_change: Default::default(),
        funding_multiple: Default::default(),
        hours: 0,
        cost: Default::default(),
    };
    let priced = vec![
        QueryMsg::PreviewDeposit { amount },
        QueryMsg::PreviewRedeem { amount },
        QueryMsg::TotalAssets {},
        QueryMsg::VaultTokenExchangeRate { quote_denom: BASE.into() },
        QueryMsg::ConvertToShares { amount },
        QueryMsg::ConvertToAssets { amount },
        extension(ExtensionQueryMsg::Health {}),
        extension(ExtensionQueryMsg::NextAction {}),
        extension(ExtensionQueryMsg::Auction {}),
        extension(ExtensionQueryMsg::Stress(stress)),
        extension(ExtensionQueryMsg::Position {}),
        extension(ExtensionQueryMsg::PreviewRedeem { amount }),
    ];
    for probe in priced {
        suite.script(|script| script.probe = Some(probe.clone()));
        suite.deposit(&alice, ONE);
        let answer = suite.scripted().probed.unwrap();
        assert!(answer.as_ref().is_err_and(|error| error.contains("busy")), "{probe:?}: {answer:?}");
    }
    let bare = vec![
        QueryMsg::VaultStandardInfo {},
        QueryMsg::Info {},
        QueryMsg::TotalVaultTokenSupply {},
        QueryMsg::TokenInfo {},
        QueryMsg::Balance { address: alice.to_string() },
        extension(ExtensionQueryMsg::Config {}),
        extension(ExtensionQueryMsg::Ownership {}),
    ];
    for probe in bare {
        suite.script(|script| script.probe = Some(probe.clone()));
        suite.deposit(&alice, ONE);
        let answer = suite.scripted().probed.unwrap();
        assert!(answer.is_ok(), "{probe:?}: {answer:?}");
    }
    suite.script(|script| script.probe = None);
    // After the reply queries are answered again.
    suite.ask_extension::<StressResponse>(ExtensionQueryMsg::Health {}).unwrap();
}
