//! Unsigned transactions instead of sent ones: for a multisig, or a key on another machine.

use std::path::Path;

use super::artifacts::Kind;
use super::{adopt, finish, look, missing_feed, ownership_offers, recorded, system, Missing, Plan};
use crate::session::Session;
use crate::{unsigned, Error, Msg, Result};

/// Gas of storing, for each byte of Wasm, and besides: measured with room on the local chain.
const STORE_GAS_A_BYTE: u64 = 9;
const STORE_GAS: u64 = 400_000;
/// Gas of each other message, with room.
const MESSAGE_GAS: u64 = 700_000;

/// Writes what is missing: first the codes; once the chain has them, everything else in one transaction; once all is
/// there, checks it as a deployment does.
///
/// # Errors
/// [`Error::User`] when a file cannot be written; those of [`crate::Client::query`].
pub fn run(session: &Session, mut plan: Plan, folder: &Path) -> Result<()> {
    session.client.head()?;
    std::fs::create_dir_all(folder)
        .map_err(|error| Error::user(format!("cannot make {}: {error}", folder.display())))?;
    let mut state = recorded(session, &mut plan)?;
    let plan = &plan;
    let mut codes = vec![];
    for kind in Kind::ALL {
        if adopt(session, plan, kind, &mut state)? {
            codes.push((kind, super::entry(&mut state, kind).code_id.unwrap_or_default()));
            continue;
        }
        let code = look::code(&session.client, &plan.hash(kind), super::entry(&mut state, kind).code_id)?;
        match code {
            Some(code_id) => codes.push((kind, code_id)),
            None => write_store(session, plan, kind, folder)?,
        }
        let deployed = super::entry(&mut state, kind);
        *deployed = crate::Deployed { code_id: code, code_hash: Some(plan.hash(kind)), address: None };
    }
    if codes.len() < Kind::ALL.len() {
        state.write(&session.state_path)?;
        return session.say("sign and send these, in any order; then run this again for the rest");
    }
    let missing = set_up(session, plan, &codes)?;
    if !missing.is_empty() {
        state.write(&session.state_path)?;
        for Missing { what, .. } in &missing {
            session.say(what)?;
        }
        let msgs: Vec<_> = missing.into_iter().map(|missing| missing.msg).collect();
        let gas = MESSAGE_GAS.saturating_mul(u64::try_from(msgs.len()).unwrap_or(u64::MAX));
        write(session, plan, &msgs, gas, &folder.join("set-up.json"))?;
        return session.say("sign and send it; then run this again: it checks every value");
    }
    finish(session, plan, state)
}

fn write_store(session: &Session, plan: &Plan, kind: Kind, folder: &Path) -> Result<()> {
    let wasm = plan.artifact(kind).map(|artifact| artifact.wasm.clone()).unwrap_or_default();
    let bytes = u64::try_from(wasm.len()).unwrap_or(u64::MAX);
    let gas = bytes.saturating_mul(STORE_GAS_A_BYTE).saturating_add(STORE_GAS);
    write(session, plan, &[Msg::Store { wasm }], gas, &folder.join(format!("store-{}.json", kind.name())))
}

/// Everything that is missing besides the codes, in an order in which it can be done.
fn set_up(session: &Session, plan: &Plan, codes: &[(Kind, u64)]) -> Result<Vec<Missing>> {
    let (client, file) = (&session.client, &session.file);
    let mut missing = vec![];
    for (kind, code_id) in codes {
        let there = client.contract(plan.address(*kind))?.is_some();
        if !there {
            missing.push(Missing {
                what: format!("instantiate the {} at {}", kind.name(), plan.address(*kind)),
                msg: system::instantiate(file, *kind, *code_id, &plan.deployer, &plan.at)?,
            });
        }
        match kind {
            Kind::Oracle => {
                for feed in file.feeds() {
                    if !there || !look::has_feed(client, &feed, &plan.at)? {
                        missing.push(missing_feed(&feed, &plan.at)?);
                    }
                }
            }
            Kind::Market if !there || !look::has_market(client, file, &plan.at)? => missing.push(Missing {
                what: format!("create the market '{}'", file.market),
                msg: system::create_market(file, &plan.at)?,
            }),
            Kind::Market | Kind::Vault => {}
        }
    }
    if missing.is_empty() {
        return ownership_offers(session, plan);
    }
    for kind in Kind::ALL.into_iter().filter(|_| file.owner != plan.deployer) {
        missing.push(Missing {
            what: format!("offer the ownership of the {} to {}, who must accept it", kind.name(), file.owner),
            msg: system::offer_ownership(file, kind, &plan.at)?,
        });
    }
    Ok(missing)
}

fn write(session: &Session, plan: &Plan, msgs: &[Msg], gas: u64, path: &Path) -> Result<()> {
    let fee = session.client.fee(gas)?;
    let json = unsigned(msgs, &plan.deployer, &fee, gas)?;
    let text = serde_json::to_string(&json).map_err(|error| Error::user(error.to_string()))?;
    std::fs::write(path, text).map_err(|error| Error::user(format!("cannot write {}: {error}", path.display())))?;
    session.say(format_args!("wrote {} ({gas} gas, fee {})", path.display(), session.coin(&fee)))
}
