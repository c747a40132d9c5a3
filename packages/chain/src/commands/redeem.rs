//! Redeems shares of the vault for coins.

use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg, ExtensionQueryMsg, QueryMsg, RedeemResponse};
use ballast_types::Purse;
use cosmwasm_std::Uint128;
use cw20::BalanceResponse;
use serde_json::json;

use super::deposit::unusable;
use super::status::{part, Part};
use super::system::{less, System, Units};
use super::worth::{Hedging, Toll, Worth};
use crate::args::RedeemArgs;
use crate::figures::grouped;
use crate::session::Session;
use crate::{amount, Error, Event, Result};

/// Runs `ballast-chain redeem`.
///
/// # Errors
/// [`Error::User`] for more shares than the account has; [`Error::Chain`] with the vault's text when it refuses.
pub fn run(session: &Session, args: &RedeemArgs) -> Result<()> {
    let signer = session.own_signer()?;
    let recipient = args.recipient.as_deref().map(|name| session.file.address(name)).transpose()?;
    asked(&args.shares, session.file.share_decimals())?;
    let system = System::load(session)?;
    let units = &system.units;
    let query = QueryMsg::Balance { address: signer.address().to_owned() };
    let held: BalanceResponse = session.client.query(&system.at.vault, &query)?;
    let shares = wanted(&args.shares, held.balance, units.share_decimals)
        .map_err(|why| Error::user(format!("{} has {}: {why}", signer.address(), units.shares(held.balance))))?;
    let preview = system.ask_vault(session, ExtensionQueryMsg::PreviewRedeem { amount: shares });
    let preview: Purse = preview.map_err(|error| explained(error, shares, units))?;
    // Without a position, redemptions work without a price.
    let toll = part(session, Worth::ask(session, &system))?;
    let toll = toll.map(|worth| worth.redemption(shares, preview, units));
    let least = Purse::new(less(preview.base, args.slippage)?, less(preview.quote, args.slippage)?);
    let bound = |least: Uint128| (!least.is_zero()).then_some(least);
    let msg = ExtensionExecuteMsg::Redeem {
        recipient: recipient.clone(),
        amount: shares,
        min_base: bound(least.base),
        min_quote: bound(least.quote),
    };
    let msg = system.vault_call(&ExecuteMsg::VaultExtension(msg), &[])?;
    let to = recipient.as_deref().unwrap_or(signer.address());
    let (shares_shown, about, min_shown) = (units.shares(shares), units.purse(preview), units.purse(least));
    let told = |toll: Part<Toll>| {
        let cost = match &toll {
            Part::Known(toll) => toll.render(units),
            Part::Unknown { error } => format!("what that is worth is not known: {error}"),
        };
        format!("redeem {shares_shown} for about {about}, at least {min_shown}, to {to}\n{cost}")
    };
    let of_which = |events: &[Event]| toll.clone().map(|toll| toll.of_which(Hedging::of(events, &system.at.vault)));
    let sent = session.tell_and_send(&signer, &[msg], |tried| told(of_which(&tried.events)));
    let sent = sent.map_err(|error| explained(error, shares, units))?;
    let done: RedeemResponse = sent.data(0)?;
    let taken = Hedging::of(&sent.events, &system.at.vault).render(units);
    session.say(format_args!(
        "paid {} for {}; the market took {taken}",
        units.purse(done.paid),
        units.shares(done.shares)
    ))?;
    let toll = of_which(&sent.events).map(|toll| toll.json(units));
    session
        .answer(&json!({"preview": preview, "cost": toll, "min": least, "done": done, "transaction": sent.summary()}))
}

/// Digits after the point: below 0.01 of a whole share, rounding may leave less margin than it costs to close the part
/// of the hedge.
const ROUNDED_DIGITS: u32 = 2;

/// Explains a refusal that the redeemer can do something about.
fn explained(error: Error, shares: Uint128, units: &Units) -> Error {
    let digits = u32::from(units.share_decimals).saturating_sub(ROUNDED_DIGITS);
    let few = shares < Uint128::new(10u128.saturating_pow(digits));
    match &error {
        Error::Chain(text) if few && text.contains("margin does not cover what is owed") => Error::chain(format!(
            "{} is too small an amount to redeem: its part of the margin does not pay for closing its part of the \
             hedge; redeem more",
            units.shares(shares)
        )),
        _ => unusable(error),
    }
}

/// Parses the requested shares; none for `all`. Needs no node, so that typing errors are found early.
///
/// # Errors
/// [`Error::User`] for text that is not a number of shares.
pub fn asked(text: &str, decimals: u8) -> Result<Option<Uint128>> {
    let units = (text != "all").then(|| amount::units(text, decimals)).transpose();
    let nothing = Some(Uint128::zero());
    let units = units.and_then(|units| if units == nothing { Err("nothing to give up".to_owned()) } else { Ok(units) });
    units.map_err(|why| Error::user(format!("shares '{text}': {why}")))
}

/// The requested shares in units; not more than the account has.
pub fn wanted(text: &str, held: Uint128, decimals: u8) -> std::result::Result<Uint128, String> {
    let asked = match text {
        "all" => held,
        number => amount::units(number, decimals)?,
    };
    match asked {
        asked if asked.is_zero() => Err("nothing to give up".to_owned()),
        asked if asked > held => Err(format!("{} is more than that", grouped(&amount::whole(asked, decimals)))),
        asked => Ok(asked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_ones_or_all_and_never_more_than_are_held() {
        let wanted = |text, held: u128| wanted(text, held.into(), 6).map(|shares| shares.u128());
        assert_eq!(wanted("all", 2_500_000), Ok(2_500_000));
        assert_eq!(wanted("1.25", 2_500_000), Ok(1_250_000));
        assert_eq!(wanted("2.500001", 2_500_000), Err("2.500001 is more than that".to_owned()));
        assert_eq!(wanted("1000000", 1), Err("1,000,000 is more than that".to_owned()));
        assert_eq!(wanted("all", 0), Err("nothing to give up".to_owned()));
        assert_eq!(wanted("0", 5), Err("nothing to give up".to_owned()));
        assert!(wanted("some", 5).is_err());
    }
}
