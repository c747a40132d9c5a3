//! Puts the whole system on a chain, step by step, each only when it is missing.
//!
//! The chain itself says what is there: a code by its hash, a contract at the address that follows from its code, its
//! deployer and the system's name, a feed or a market by asking. The state file only remembers. So a run that broke
//! off anywhere, even between a transaction and the writing of the file, is finished by the next one.

mod artifacts;
mod check;
mod generate;
mod look;
mod system;
pub mod upgrade;

use artifacts::{Artifact, Kind};
use cosmwasm_std::HexBinary;

use crate::args::DeployArgs;
use crate::session::Session;
use crate::{Addresses, Deployed, Error, Feed, Msg, Result, Signer, State};

/// What is to be on the chain: hashes and the addresses that follow from them.
pub struct Plan {
    deployer: String,
    artifacts: Vec<Artifact>,
    at: Addresses,
}

/// One thing that is missing.
struct Missing {
    what: String,
    msg: Msg,
}

impl Plan {
    fn new(session: &Session, deployer: &str) -> Result<Self> {
        let file = &session.file;
        artifacts::build_if_missing(file)?;
        let artifacts =
            Kind::ALL.iter().map(|kind| artifacts::read(&file.artifacts, *kind)).collect::<Result<Vec<_>>>()?;
        let mut plan = Plan { deployer: deployer.to_owned(), artifacts, at: Addresses::default() };
        let address = |plan: &Plan, kind| system::address(file, kind, &plan.hash(kind), deployer);
        plan.at = Addresses {
            oracle: address(&plan, Kind::Oracle)?,
            market: address(&plan, Kind::Market)?,
            vault: address(&plan, Kind::Vault)?,
        };
        Ok(plan)
    }

    fn artifact(&self, kind: Kind) -> Option<&Artifact> {
        Kind::ALL.iter().position(|other| *other == kind).and_then(|place| self.artifacts.get(place))
    }

    fn hash(&self, kind: Kind) -> HexBinary {
        self.artifact(kind).map(|artifact| artifact.hash.clone()).unwrap_or_default()
    }

    fn address(&self, kind: Kind) -> &str {
        match kind {
            Kind::Oracle => &self.at.oracle,
            Kind::Market => &self.at.market,
            Kind::Vault => &self.at.vault,
        }
    }

    fn address_mut(&mut self, kind: Kind) -> &mut String {
        match kind {
            Kind::Oracle => &mut self.at.oracle,
            Kind::Market => &mut self.at.market,
            Kind::Vault => &mut self.at.vault,
        }
    }
}

fn entry(state: &mut State, kind: Kind) -> &mut Deployed {
    match kind {
        Kind::Oracle => &mut state.oracle,
        Kind::Market => &mut state.market,
        Kind::Vault => &mut state.vault,
    }
}

/// Runs `ballast chain deploy`.
///
/// # Errors
/// [`Error::User`] for files that do not fit, [`Error::Chain`] for a refused step or a value that is not the file's.
pub fn run(session: &Session, args: &DeployArgs) -> Result<()> {
    if let Some(folder) = &args.generate_only {
        let deployer = session.file.address(args.deployer.as_deref().unwrap_or(&session.file.owner))?;
        return generate::run(session, Plan::new(session, &deployer)?, folder);
    }
    let signer = session.signer("owner")?;
    let mut plan = Plan::new(session, signer.address())?;
    session.client.head()?;
    let mut state = recorded(session, &mut plan)?;
    for kind in Kind::ALL {
        if !adopt(session, &plan, kind, &mut state)? {
            store(session, &signer, &plan, kind, &mut state)?;
            instantiate(session, &signer, &plan, kind, &mut state)?;
        }
        while let Some(missing) = next_wiring(session, &plan, kind)? {
            let sent = session.confirm_and_send(&signer, &[missing.msg], &missing.what).map(drop);
            let before = Some(missing.what);
            unless_done(
                session,
                sent,
                || Ok(next_wiring(session, &plan, kind)?.map(|missing| missing.what) != before),
            )?;
        }
    }
    for missing in ownership_offers(session, &plan)? {
        session.confirm_and_send(&signer, &[missing.msg], &missing.what)?;
    }
    finish(session, &plan, state)
}

/// The state file, or a new one; another chain's is refused. An instance that it names and the chain has stays where it
/// is, also when the artifacts have changed since: [`upgrade`] is for that.
fn recorded(session: &Session, plan: &mut Plan) -> Result<State> {
    let chain_id = session.file.chain.id.clone();
    let mut state = State::read(&session.state_path)?.unwrap_or_default();
    if !state.chain_id.is_empty() && state.chain_id != chain_id {
        return Err(Error::user(format!(
            "{} is of chain '{}', not of '{chain_id}': name another with --state",
            session.state_path.display(),
            state.chain_id
        )));
    }
    for kind in Kind::ALL {
        let Some(address) = entry(&mut state, kind).address.clone() else { continue };
        match session.client.contract(&address)? {
            Some(_) => *plan.address_mut(kind) = address,
            None => state.complete = false,
        }
    }
    let rpc = session.file.rpc.first().cloned().unwrap_or_default();
    Ok(State { chain_id, rpc, deployer: plan.deployer.clone(), ..state })
}

/// Takes over the instance that is there, whatever code it runs; false where there is none.
fn adopt(session: &Session, plan: &Plan, kind: Kind, state: &mut State) -> Result<bool> {
    let address = plan.address(kind).to_owned();
    let Some(info) = session.client.contract(&address)? else { return Ok(false) };
    let code = session.client.code(info.code_id)?;
    *entry(state, kind) =
        Deployed { code_id: Some(info.code_id), code_hash: code.map(|code| code.hash), address: Some(address) };
    state.write(&session.state_path)?;
    Ok(true)
}

fn store(session: &Session, signer: &Signer, plan: &Plan, kind: Kind, state: &mut State) -> Result<()> {
    let hash = plan.hash(kind);
    let code_id = match look::code(&session.client, &hash, entry(state, kind).code_id)? {
        Some(code_id) => code_id,
        None => send_code(session, signer, plan, kind)?,
    };
    *entry(state, kind) = Deployed { code_id: Some(code_id), code_hash: Some(hash), address: None };
    state.write(&session.state_path)
}

/// Stores the artifact; its number on the chain.
fn send_code(session: &Session, signer: &Signer, plan: &Plan, kind: Kind) -> Result<u64> {
    let hash = plan.hash(kind);
    let wasm = plan.artifact(kind).map(|artifact| artifact.wasm.clone()).unwrap_or_default();
    let what = format!("store the code of the {} ({} bytes, hash {hash})", kind.name(), wasm.len());
    session.confirm_and_send(signer, &[Msg::Store { wasm }], &what)?;
    let code = look::code(&session.client, &hash, None)?;
    code.ok_or_else(|| Error::chain(format!("the chain does not list a code with hash {hash} after storing it")))
}

fn instantiate(session: &Session, signer: &Signer, plan: &Plan, kind: Kind, state: &mut State) -> Result<()> {
    let address = plan.address(kind).to_owned();
    let code_id = entry(state, kind).code_id.unwrap_or_default();
    let msg = system::instantiate(&session.file, kind, code_id, &plan.deployer, &plan.at)?;
    let what = format!("instantiate the {} at {address}", kind.name());
    let sent = session.confirm_and_send(signer, &[msg], &what).map(drop);
    unless_done(session, sent, || Ok(session.client.contract(&address)?.is_some()))?;
    entry(state, kind).address = Some(address);
    state.write(&session.state_path)
}

/// A refusal, unless what was to be done is done by now: a run that was broken off may have sent it just before, too late
/// for this one to see.
fn unless_done(session: &Session, sent: Result<()>, done: impl Fn() -> Result<bool>) -> Result<()> {
    let Err(Error::Chain(refusal)) = sent else { return sent };
    let head = session.client.head()?;
    session.client.wait_above(head.height)?;
    if done()? {
        return session.say("an earlier run had sent it already");
    }
    Err(Error::Chain(refusal))
}

/// The first thing that a contract lacks once it is there.
fn next_wiring(session: &Session, plan: &Plan, kind: Kind) -> Result<Option<Missing>> {
    let (client, file) = (&session.client, &session.file);
    match kind {
        Kind::Oracle => {
            for feed in file.feeds() {
                if !look::has_feed(client, &feed, &plan.at)? {
                    return Ok(Some(missing_feed(&feed, &plan.at)?));
                }
            }
            Ok(None)
        }
        Kind::Market if !look::has_market(client, file, &plan.at)? => {
            let what = format!("create the market '{}'", file.market);
            Ok(Some(Missing { what, msg: system::create_market(file, &plan.at)? }))
        }
        Kind::Market | Kind::Vault => Ok(None),
    }
}

fn missing_feed(feed: &Feed, at: &Addresses) -> Result<Missing> {
    Ok(Missing { what: format!("set the oracle's feed '{}'", feed.feed), msg: system::set_feed(feed, at)? })
}

/// Where the deployer still owns what the chain file gives to another.
fn ownership_offers(session: &Session, plan: &Plan) -> Result<Vec<Missing>> {
    let owner = &session.file.owner;
    let mut offers = vec![];
    for kind in Kind::ALL.into_iter().filter(|_| *owner != plan.deployer) {
        let ownership = look::ownership(&session.client, kind, &plan.at)?;
        let offered = [ownership.owner, ownership.pending_owner].into_iter().flatten().any(|one| one.as_str() == owner);
        if !offered {
            let what = format!("offer the ownership of the {} to {owner}, who must accept it", kind.name());
            offers.push(Missing { what, msg: system::offer_ownership(&session.file, kind, &plan.at)? });
        }
    }
    Ok(offers)
}

/// Everything is there: from here on other commands work. Says for every value whether it is the file's.
fn finish(session: &Session, plan: &Plan, mut state: State) -> Result<()> {
    let checks = check::all(&session.client, &session.file, plan)?;
    let wrong: Vec<_> = checks.iter().filter(|check| !check.holds()).collect();
    for check in &checks {
        let found = check.found.as_str().map_or_else(|| check.found.to_string(), str::to_owned);
        match check.holds() {
            true => session.say(format_args!("ok     {:<42} {found}", check.name))?,
            false => {
                session.say(format_args!("WRONG  {:<42} {found}, the file says {}", check.name, check.expected))?
            }
        }
    }
    state.complete = true;
    state.write(&session.state_path)?;
    session.say(format_args!("\noracle  {}\nmarket  {}\nvault   {}", plan.at.oracle, plan.at.market, plan.at.vault))?;
    session.say(format_args!("state   {}", session.state_path.display()))?;
    session.answer(&serde_json::json!({"deployment": state, "checks": checks}))?;
    if !wrong.is_empty() {
        let names = wrong.iter().map(|check| check.name.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Error::chain(format!(
            "{} of {} values are not those of the file: {names}",
            wrong.len(),
            checks.len()
        )));
    }
    session.say(format_args!("{} values checked, all are those of {}", checks.len(), session.file.path.display()))
}
