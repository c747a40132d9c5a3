//! Deploys the whole system step by step, and does only the steps that are missing.
//!
//! The chain itself shows what exists: codes by their hash, contracts at the address derived from code, deployer and
//! system name, feeds and markets by queries. The state file only caches this. So the next run completes one that was
//! interrupted anywhere, even between a transaction and the writing of the file.

pub mod accept;
mod artifacts;
mod check;
mod generate;
mod look;
mod shown;
mod system;
pub mod upgrade;

use artifacts::{Artifact, Kind};
use cosmwasm_std::{Addr, HexBinary};

use crate::args::DeployArgs;
use crate::session::Session;
use crate::{Addresses, Deployed, Error, Msg, Result, Signer, State};

/// What should be on the chain: code hashes, and the addresses derived from them.
pub struct Plan {
    deployer: String,
    artifacts: Vec<Artifact>,
    at: Addresses,
}

/// One missing step.
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
        for kind in Kind::ALL {
            *plan.address_mut(kind) = system::address(file, kind, &plan.hash(kind), deployer)?;
        }
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

/// Runs `ballast-chain deploy`.
///
/// # Errors
/// [`Error::User`] for files that do not fit, [`Error::Chain`] for a refused step, a value that differs from the file,
/// or an ownership that is only offered.
pub fn run(session: &Session, args: &DeployArgs) -> Result<()> {
    session.file.check()?;
    let deployer = session.file.address(args.deployer.as_deref().unwrap_or(&session.file.owner))?;
    for warning in session.file.warnings() {
        session.say(format_args!("warning: {warning}"))?;
    }
    if let Some(folder) = &args.generate_only {
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
        for missing in wiring(session, &plan, kind, true)? {
            let sent = session.confirm_and_send(&signer, &[missing.msg], &missing.what).map(drop);
            let done = || Ok(wiring(session, &plan, kind, true)?.iter().all(|other| other.what != missing.what));
            unless_done(session, sent, done)?;
        }
    }
    for kind in Kind::ALL {
        if let Some(missing) = ownership_offer(session, &plan, kind, true)? {
            session.confirm_and_send(&signer, &[missing.msg], &missing.what)?;
        }
    }
    finish(session, &plan, state)
}

/// Reads or creates the state file; one of another chain is refused. An instance that is in the file and on the chain
/// keeps its address, even if the artifacts have changed since: use [`upgrade`] for that.
fn recorded(session: &Session, plan: &mut Plan) -> Result<State> {
    let chain_id = session.file.chain.id.clone();
    let mut state = State::read(&session.state_path, &chain_id)?.unwrap_or_default();
    let mut is_there = false;
    for kind in Kind::ALL {
        let Some(address) = entry(&mut state, kind).address.clone() else { continue };
        match session.client.contract(&address)? {
            Some(_) => (*plan.address_mut(kind), is_there) = (address, true),
            None => state.complete = false,
        }
    }
    // Whoever continues or upgrades a deployment is not necessarily its deployer.
    let deployer = Some(state.deployer.clone()).filter(|deployer| is_there && !deployer.is_empty());
    let deployer = deployer.unwrap_or_else(|| plan.deployer.clone());
    let rpc = session.file.rpc.first().cloned().unwrap_or_default();
    Ok(State { chain_id, rpc, nodes: session.told.clone(), deployer, ..state })
}

/// Adopts the existing instance, whatever code it runs; false if there is none.
fn adopt(session: &Session, plan: &Plan, kind: Kind, state: &mut State) -> Result<bool> {
    let address = plan.address(kind).to_owned();
    let Some(info) = session.client.contract(&address)? else { return Ok(false) };
    let code_hash = session.client.code_hash(info.code_id)?;
    *entry(state, kind) = Deployed { code_id: Some(info.code_id), code_hash, address: Some(address) };
    state.write(&session.state_path)?;
    Ok(true)
}

fn store(session: &Session, signer: &Signer, plan: &Plan, kind: Kind, state: &mut State) -> Result<()> {
    let code_id = code(session, signer, plan, kind, entry(state, kind).code_id)?;
    *entry(state, kind) = Deployed { code_id: Some(code_id), code_hash: Some(plan.hash(kind)), address: None };
    state.write(&session.state_path)
}

/// The artifact's code id; stores the code if necessary.
fn code(session: &Session, signer: &Signer, plan: &Plan, kind: Kind, recorded: Option<u64>) -> Result<u64> {
    let hash = plan.hash(kind);
    if let Some(code_id) = look::code(&session.client, &hash, recorded)? {
        return Ok(code_id);
    }
    let wasm = plan.artifact(kind).map(|artifact| artifact.wasm.clone()).unwrap_or_default();
    let what = format!("store the code of the {} ({} bytes, hash {hash})", kind.name(), wasm.len());
    session.confirm_and_send(signer, &[Msg::Store { wasm }], &what)?;
    let code = look::code(&session.client, &hash, None)?;
    code.ok_or_else(|| Error::chain(format!("the chain does not list a code with hash {hash} after storing it")))
}

fn instantiate(session: &Session, signer: &Signer, plan: &Plan, kind: Kind, state: &mut State) -> Result<()> {
    let address = plan.address(kind).to_owned();
    let code_id = entry(state, kind).code_id.unwrap_or_default();
    let Missing { what, msg } = instantiation(session, plan, kind, code_id)?;
    let sent = session.confirm_and_send(signer, &[msg], &what).map(drop);
    unless_done(session, sent, || Ok(session.client.contract(&address)?.is_some()))?;
    entry(state, kind).address = Some(address);
    state.write(&session.state_path)
}

/// Returns the error unless the step is done by now: an interrupted run may have sent it just before.
fn unless_done(session: &Session, sent: Result<()>, done: impl Fn() -> Result<bool>) -> Result<()> {
    let Err(Error::Chain(refusal)) = sent else { return sent };
    let head = session.client.head()?;
    session.client.wait_above(head.height)?;
    if done()? {
        return session.say("an earlier run had sent it already");
    }
    Err(Error::Chain(refusal))
}

/// The message that instantiates the contract.
fn instantiation(session: &Session, plan: &Plan, kind: Kind, code_id: u64) -> Result<Missing> {
    let what = format!("instantiate the {} at {}", kind.name(), plan.address(kind));
    Ok(Missing { what, msg: system::instantiate(&session.file, kind, code_id, &plan.deployer, &plan.at)? })
}

/// The missing configuration of a contract; all of it if the contract is not `there`.
fn wiring(session: &Session, plan: &Plan, kind: Kind, there: bool) -> Result<Vec<Missing>> {
    let (client, file) = (&session.client, &session.file);
    let mut missing = vec![];
    match kind {
        Kind::Oracle => {
            let mut new = vec![];
            for feed in file.feeds() {
                if !there || !look::has_feed(client, &feed, &plan.at)? {
                    new.push(feed.feed.clone());
                    let what = format!("set the oracle's feed '{}'", feed.feed);
                    missing.push(Missing { what, msg: system::set_feed(&feed, &plan.at)? });
                }
            }
            for (feed, hours) in &file.hours {
                if new.contains(feed) || !look::has_hours(client, feed, &plan.at)? {
                    let what = format!("set the trading hours of the oracle's feed '{feed}'");
                    missing.push(Missing { what, msg: system::set_hours(feed, hours, &plan.at)? });
                }
            }
        }
        Kind::Market if !there || !look::has_market(client, file, &plan.at)? => {
            let what = format!("create the market '{}'", file.market);
            missing.push(Missing { what, msg: system::create_market(file, &plan.at)? });
        }
        Kind::Market => {}
        Kind::Vault => {
            let hedger = if there { look::hedger(client, file, &plan.at)? } else { None };
            if hedger.as_ref().map_or(true, |hedger| hedger.as_str() != plan.at.vault) {
                let instead = hedger.map_or(String::new(), |hedger| format!(" instead of {hedger}"));
                let what = format!("name the vault as the hedger of the market '{}'{instead}", file.market);
                missing.push(Missing { what, msg: system::set_hedger(file, &plan.at)? });
            }
        }
    }
    Ok(missing)
}

/// Offers ownership if the deployer owns, or will own, a contract that belongs to somebody else in the chain file,
/// unless that was already done.
fn ownership_offer(session: &Session, plan: &Plan, kind: Kind, there: bool) -> Result<Option<Missing>> {
    let owner = &session.file.owner;
    if *owner == plan.deployer {
        return Ok(None);
    }
    if there {
        let ownership = look::ownership(&session.client, kind, &plan.at)?;
        let is = |one: Option<Addr>, account: &str| one.is_some_and(|one| one.as_str() == account);
        // A contract of a stranger cannot be offered: the final check reports it.
        if !is(ownership.owner, &plan.deployer) || is(ownership.pending_owner, owner) {
            return Ok(None);
        }
    }
    let what = format!("offer the ownership of the {} to {owner}, who must accept it", kind.name());
    Ok(Some(Missing { what, msg: system::offer_ownership(&session.file, kind, &plan.at)? }))
}

/// Marks the deployment as complete, so that other commands work, and checks every value against the file.
fn finish(session: &Session, plan: &Plan, mut state: State) -> Result<()> {
    let checks = check::all(&session.client, &session.file, plan)?;
    let owner = &session.file.owner;
    let undone = check::Undone::of(&checks, owner, &state.deployer);
    for check in &checks {
        let name = &check.name;
        let shown = |value| shown::shown(name, value, &session.file);
        let found = shown(&check.found);
        match (check.holds(), undone.wrong.contains(name)) {
            (true, _) => session.say(format_args!("ok      {name:<42} {found}"))?,
            (false, true) => {
                session.say(format_args!("WRONG   {name:<42} {found}, the file says {}", shown(&check.expected)))?
            }
            (false, false) => session.say(format_args!("PENDING {name:<42} {found}"))?,
        }
    }
    state.complete = true;
    state.write(&session.state_path)?;
    session.say(format_args!("\noracle  {}\nmarket  {}\nvault   {}", plan.at.oracle, plan.at.market, plan.at.vault))?;
    session.say(format_args!("state   {}", session.state_path.display()))?;
    let warnings = session.file.warnings();
    session.answer(&serde_json::json!({"deployment": state, "checks": checks, "warnings": warnings}))?;
    if let Some(text) = undone.says(checks.len(), owner, &session.command_of("accept-ownership", owner)) {
        return Err(Error::chain(text));
    }
    session.say(format_args!("{} values checked, all are those of {}", checks.len(), session.file.path.display()))
}
