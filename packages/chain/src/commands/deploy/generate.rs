//! Unsigned transactions for a multisig, or for a key on another machine.

use std::path::Path;

use super::artifacts::Kind;
use super::{adopt, finish, instantiation, look, ownership_offer, recorded, wiring, Missing, Plan};
use crate::error::plainly;
use crate::session::Session;
use crate::{unsigned, Deployed, Error, Msg, Result};

/// Gas of storing per byte of Wasm and per transaction, measured on the local chain, with a margin.
const STORE_GAS_A_BYTE: u64 = 9;
const STORE_GAS: u64 = 400_000;
/// Gas of each other message, with a margin.
const MESSAGE_GAS: u64 = 700_000;

/// Writes the missing transactions: first the codes; once they are on the chain, everything else in one transaction.
/// When all is done, checks it like a deployment.
///
/// # Errors
/// [`Error::User`] when a file cannot be written; those of [`crate::Client::query`].
pub fn run(session: &Session, mut plan: Plan, folder: &Path) -> Result<()> {
    session.client.head()?;
    let mut state = recorded(session, &mut plan)?;
    let plan = &plan;
    let mut codes = vec![];
    for kind in Kind::ALL {
        let there = adopt(session, plan, kind, &mut state)?;
        let deployed = super::entry(&mut state, kind);
        if !there {
            let hash = plan.hash(kind);
            let code_id = look::code(&session.client, &hash, deployed.code_id)?;
            *deployed = Deployed { code_id, code_hash: Some(hash), address: None };
        }
        match deployed.code_id {
            Some(code_id) => codes.push((kind, code_id, there)),
            None => write_store(session, plan, kind, folder)?,
        }
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
        write(session, &plan.deployer, &msgs, gas, &folder.join("set-up.json"))?;
        return session.say("sign and send it; then run this again: it checks every value");
    }
    finish(session, plan, state)
}

fn write_store(session: &Session, plan: &Plan, kind: Kind, folder: &Path) -> Result<()> {
    let wasm = plan.artifact(kind).map(|artifact| artifact.wasm.clone()).unwrap_or_default();
    let bytes = u64::try_from(wasm.len()).unwrap_or(u64::MAX);
    let gas = bytes.saturating_mul(STORE_GAS_A_BYTE).saturating_add(STORE_GAS);
    write(session, &plan.deployer, &[Msg::Store { wasm }], gas, &folder.join(format!("store-{}.json", kind.name())))
}

/// All missing steps after the codes, in executable order. `codes` also says whether each contract exists.
fn set_up(session: &Session, plan: &Plan, codes: &[(Kind, u64, bool)]) -> Result<Vec<Missing>> {
    let mut missing = vec![];
    for (kind, code_id, there) in codes {
        if !there {
            missing.push(instantiation(session, plan, *kind, *code_id)?);
        }
        missing.extend(wiring(session, plan, *kind, *there)?);
    }
    for (kind, _, there) in codes {
        missing.extend(ownership_offer(session, plan, *kind, *there)?);
    }
    Ok(missing)
}

/// Writes an unsigned transaction of this sender.
///
/// # Errors
/// [`Error::User`] when it cannot be written.
pub fn write(session: &Session, sender: &str, msgs: &[Msg], gas: u64, path: &Path) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| Error::user(format!("cannot make {}: {}", folder.display(), plainly(&error))))?;
    }
    let fee = session.client.fee(gas)?;
    let json = unsigned(msgs, sender, &fee, gas)?;
    let text = serde_json::to_string(&json).map_err(|error| Error::user(error.to_string()))?;
    let written = std::fs::write(path, text);
    written.map_err(|error| Error::user(format!("cannot write {}: {}", path.display(), plainly(&error))))?;
    session.say(format_args!("wrote {} ({gas} gas, fee {})", path.display(), session.coin(&fee)))
}
