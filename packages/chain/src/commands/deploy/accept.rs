//! The second step of a transfer: the new owner accepts the contracts.

use ballast_types::Ownership;
use cosmwasm_std::Addr;
use serde_json::json;

use super::artifacts::Kind;
use super::{generate, look, system};
use crate::args::AcceptArgs;
use crate::session::Session;
use crate::{Error, Msg, Result};

/// Gas of accepting one contract, with a margin.
const ACCEPT_GAS: u64 = 250_000;

/// Runs `ballast-chain accept-ownership`: accepts all offered contracts in one transaction.
///
/// # Errors
/// [`Error::User`] when a contract is neither the signer's nor offered to it.
pub fn run(session: &Session, args: &AcceptArgs) -> Result<()> {
    let at = session.addresses()?;
    let signer = if args.generate_only.is_some() { None } else { Some(session.signer("owner")?) };
    let owner = signer.as_ref().map_or(session.file.owner.as_str(), |signer| signer.address());
    let mut names = vec![];
    let mut msgs: Vec<Msg> = vec![];
    for kind in Kind::ALL {
        let ownership = look::ownership(&session.client, kind, &at)?;
        let is = |one: &Option<Addr>| one.as_ref().is_some_and(|one| one.as_str() == owner);
        if is(&ownership.owner) && ownership.pending_owner.is_none() {
            session.say(format_args!("the {} is {owner}'s already", kind.name()))?;
        } else if is(&ownership.pending_owner) {
            names.push(kind.name());
            msgs.push(system::accept_ownership(kind, &at)?);
        } else {
            return Err(Error::user(not_offered(kind, owner, &ownership)));
        }
    }
    if msgs.is_empty() {
        return session.answer(&json!({"owner": owner, "accepted": names, "transaction": null}));
    }
    if let Some(folder) = &args.generate_only {
        let gas = ACCEPT_GAS.saturating_mul(u64::try_from(msgs.len()).unwrap_or(u64::MAX));
        return generate::write(session, owner, &msgs, gas, &folder.join("accept-ownership.json"));
    }
    let Some(signer) = &signer else { return Ok(()) };
    let sent = session.confirm_and_send(signer, &msgs, &format!("accept the ownership of: {}", names.join(", ")))?;
    session.say(format_args!("{owner} owns: {}", names.join(", ")))?;
    session.answer(&json!({"owner": owner, "accepted": names, "transaction": sent.summary()}))
}

fn not_offered(kind: Kind, owner: &str, Ownership { owner: is, pending_owner, .. }: &Ownership<Addr>) -> String {
    let kind = kind.name();
    let offered = pending_owner.as_ref().map_or("nobody", Addr::as_str);
    match is.as_ref().map_or("nobody", Addr::as_str) {
        is if is == owner => format!(
            "the {kind} is {owner}'s already and offered to {offered}: there is nothing to accept, unless as {offered}"
        ),
        is if pending_owner.is_none() => {
            format!("the {kind} is {is}'s and offered to nobody: its owner must offer it to {owner} first")
        }
        is => format!(
            "the {kind} is {is}'s and offered to {offered}, not to {owner}: run this with {offered}'s key, --from NAME or \
             --mnemonic-file FILE. For a multisig, --generate-only FOLDER writes the transaction of the chain file's owner"
        ),
    }
}
