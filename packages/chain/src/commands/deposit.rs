//! Deposits coins into the vault for shares.

mod explain;

pub use explain::unusable;

use ballast_math::{Money, Price};
use ballast_types::policy::StressResponse;
use ballast_types::vault::{DepositResponse, ExecuteMsg, ExtensionExecuteMsg, QueryMsg, VaultPositionResponse};
use cosmwasm_std::{Coin, Decimal256, Uint128};
use serde_json::json;

use super::system::{less, System, Units};
use super::worth::{Hedging, Worth};
use crate::args::DepositArgs;
use crate::session::Session;
use crate::{amount, Error, Result};

/// Runs `ballast-chain deposit`.
///
/// # Errors
/// [`Error::User`] for an amount of another coin; [`Error::Chain`] with the vault's text when it refuses.
pub fn run(session: &Session, args: &DepositArgs) -> Result<()> {
    let signer = session.own_signer()?;
    let recipient = args.recipient.as_deref().map(|name| session.file.address(name)).transpose()?;
    let amount_of = |denom: &str| amount::some_of(&args.amount, &session.file.coins, denom);
    // Detects typing errors without a node; only the vault knows which coin it accepts.
    amount_of(&session.file.base.denom)?;
    let system = System::load(session)?;
    let units = &system.units;
    let amount = amount_of(&units.base.denom)?;
    let ask = |query: QueryMsg| session.client.query::<Uint128>(&system.at.vault, &query);
    let preview =
        ask(QueryMsg::PreviewDeposit { amount }).map_err(|error| explain::explained(session, &system, error))?;
    if preview.is_zero() {
        return Err(Error::user(format!("{} is too little for a share", units.base(amount))));
    }
    let toll = Worth::ask(session, &system)?.deposit(amount, preview, units);
    let min_shares = less(preview, args.slippage)?;
    let msg = ExtensionExecuteMsg::Deposit { recipient: recipient.clone(), min_shares };
    let coin = Coin { denom: units.base.denom.clone(), amount };
    let msg = system.vault_call(&ExecuteMsg::VaultExtension(msg), &[coin])?;
    let what = format!(
        "deposit {} for about {}, at least {}, to {}",
        units.base(amount),
        units.shares(preview),
        units.shares(min_shares),
        recipient.as_deref().unwrap_or(signer.address()),
    );
    let sent = session.tell_and_send(&signer, &[msg], |tried| {
        let toll = toll.clone().of_which(Hedging::of(&tried.events, &system.at.vault));
        format!("{what}\n{}", toll.render(units))
    });
    let sent = sent.map_err(|error| explain::explained(session, &system, error))?;
    let done: DepositResponse = sent.data(0)?;
    let taken = Hedging::of(&sent.events, &system.at.vault);
    session.say(format_args!(
        "minted {}; the vault is worth {} more; the market took {}",
        units.shares(done.shares),
        units.money(done.added),
        taken.render(units)
    ))?;
    let toll = toll.of_which(taken).json(units);
    session.answer(&json!({"preview": preview, "cost": toll, "min_shares": min_shares, "done": done, "transaction": sent.summary()}))
}

/// Units of base whose hedge is the market's minimum position; none before the first price.
pub fn min_deposit(position: &VaultPositionResponse, health: &StressResponse, units: &Units) -> Option<Uint128> {
    let VaultPositionResponse { venue, .. } = position;
    let price = Price::new(venue.prices.collateral, units.base.decimals, units.quote.decimals).ok()?;
    let short = price.amount_ceil(Money::from_amount(venue.terms.min_position)).ok()?;
    let coins = Decimal256::from_ratio(short, 1u128).checked_div(health.before.targets.hedge_target).ok()?;
    coins.to_uint_ceil().try_into().ok()
}
