//! Coins into the vault, for shares of it.

use ballast_types::vault::{DepositResponse, ExecuteMsg, ExtensionExecuteMsg, QueryMsg};
use cosmwasm_std::{Coin, Uint128};
use serde_json::json;

use super::system::{less, percent, System};
use crate::args::DepositArgs;
use crate::session::Session;
use crate::{amount, Error, Result};

/// Runs `ballast chain deposit`.
///
/// # Errors
/// [`Error::User`] for an amount of another coin; [`Error::Chain`] with the vault's text when it refuses.
pub fn run(session: &Session, args: &DepositArgs) -> Result<()> {
    let signer = session.own_signer()?;
    let system = System::load(session)?;
    let units = &system.units;
    let amount = amount::parse_of(&args.amount, &session.file.coins, &units.base.denom)?;
    let recipient = args.recipient.as_deref().map(|name| session.file.address(name)).transpose()?;
    let ask = |query: QueryMsg| session.client.query::<Uint128>(&system.at.vault, &query);
    let preview = ask(QueryMsg::PreviewDeposit { amount })?;
    if preview.is_zero() {
        return Err(Error::user(format!("{} is too little for a share", units.base(amount))));
    }
    let free = ask(QueryMsg::ConvertToShares { amount })?;
    let min_shares = less(preview, args.slippage)?;
    let msg = ExtensionExecuteMsg::Deposit { recipient: recipient.clone(), min_shares };
    let coin = Coin { denom: units.base.denom.clone(), amount };
    let msg = system.vault_call(&ExecuteMsg::VaultExtension(msg), &[coin])?;
    let what = format!(
        "deposit {} for about {}, at least {}, to {}\nhedging it costs about {} of it",
        units.base(amount),
        units.shares(preview),
        units.shares(min_shares),
        recipient.as_deref().unwrap_or(signer.address()),
        percent(lost(free, preview)),
    );
    let sent = session.confirm_and_send(&signer, &[msg], &what)?;
    let done: DepositResponse = sent.data(0)?;
    session.say(format_args!(
        "minted {}; the vault is worth {} more",
        units.shares(done.shares),
        units.money(done.added)
    ))?;
    session.answer(&json!({"preview": preview, "min_shares": min_shares, "done": done, "transaction": sent.summary()}))
}

/// The part of `before` that is missing from `after`.
fn lost(before: Uint128, after: Uint128) -> f64 {
    if before.is_zero() {
        return 0.0;
    }
    (1.0 - after.u128() as f64 / before.u128() as f64).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_what_is_missing_and_never_negative() {
        let lost = |before: u128, after: u128| percent(lost(before.into(), after.into()));
        assert_eq!(lost(10_000, 9_993), "0.07 %");
        assert_eq!(lost(10_000, 10_001), "0.00 %");
        assert_eq!(lost(0, 0), "0.00 %");
    }
}
