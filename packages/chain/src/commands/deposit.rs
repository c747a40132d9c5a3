//! Coins into the vault, for shares of it.

use ballast_types::vault::{DepositResponse, ExecuteMsg, ExtensionExecuteMsg, QueryMsg};
use cosmwasm_std::{Coin, Uint128};
use serde_json::json;

use super::system::{less, System};
use super::worth::Worth;
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
    let toll = Worth::ask(session, &system)?.deposit(amount, preview, units);
    let min_shares = less(preview, args.slippage)?;
    let msg = ExtensionExecuteMsg::Deposit { recipient: recipient.clone(), min_shares };
    let coin = Coin { denom: units.base.denom.clone(), amount };
    let msg = system.vault_call(&ExecuteMsg::VaultExtension(msg), &[coin])?;
    let what = format!(
        "deposit {} for about {}, at least {}, to {}\n{}",
        units.base(amount),
        units.shares(preview),
        units.shares(min_shares),
        recipient.as_deref().unwrap_or(signer.address()),
        toll.render(units),
    );
    let sent = session.confirm_and_send(&signer, &[msg], &what)?;
    let done: DepositResponse = sent.data(0)?;
    session.say(format_args!(
        "minted {}; the vault is worth {} more",
        units.shares(done.shares),
        units.money(done.added)
    ))?;
    session.answer(&json!({"preview": preview, "cost": toll, "min_shares": min_shares, "done": done, "transaction": sent.summary()}))
}
