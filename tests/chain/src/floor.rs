//! Turns a profile into messages that make the bench contract do the same work.
//!
//! Each contract of the profile is replaced by one instance of the bench contract, with the same coins. Contracts of
//! different codes get instances of different codes ([`variant`]), because wasmd 0.54 and later charge the full price
//! of a load once per code and transaction. The steps: make the [`instances`], send [`Plan::fills`], then
//! [`Plan::run`], whose gas is the floor. Use the instances for one plan only: for a second one, their slots would
//! already be filled.

use std::collections::BTreeMap;

use anyhow::{ensure, Result};
use ballast_floor::{Answer, Area, Call, ExecuteMsg, Look, Payment, Query, Run, SLOTS};
use ballast_gas::prices::TX_BYTE;
use cosmwasm_std::Coin;

use crate::frames::Entry;
use crate::profile::Profile;

/// An instance of the bench contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its code: the number given to [`variant`] (0, 1, ...).
    pub variant: usize,
    /// Coins to instantiate it with.
    pub holdings: Vec<Coin>,
}

/// Messages to the bench contract that repeat the work of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Contracts, and messages that store what is read later.
    pub fills: Vec<(String, ExecuteMsg)>,
    /// The message whose gas is the floor. It executes the first instance, or instantiates it
    /// ([`Profile::instantiates`]).
    pub run: Run,
    /// Coins to attach to it.
    pub funds: Vec<Coin>,
}

/// The bench contract's Wasm with a custom section, which makes it a different code but is never executed.
pub fn variant(wasm: &[u8], number: u8) -> Vec<u8> {
    const NAME: &[u8] = b"variant";
    let mut changed = wasm.to_vec();
    // Section 0, its length, the length of its name, its name, one byte. Each length fits into one byte of LEB128.
    changed.extend([0, NAME.len() as u8 + 2, NAME.len() as u8]);
    changed.extend(NAME);
    changed.push(number);
    changed
}

/// The floor's gas in a transaction of the same size as the measured one: the bench contract's message is longer,
/// because it spells out what the contracts know by themselves.
pub fn at_same_size(floor_gas: u64, floor_tx_bytes: u64, tx_bytes: u64) -> u64 {
    (floor_gas + TX_BYTE * tx_bytes).saturating_sub(TX_BYTE * floor_tx_bytes)
}

/// The instances to make, one for each contract of the profile.
pub fn instances(profile: &Profile) -> Vec<Instance> {
    let mut codes: Vec<u64> = Vec::new();
    let instance = profile.contracts.iter().map(|contract| {
        let variant = codes.iter().position(|code| *code == contract.code).unwrap_or(codes.len());
        if variant == codes.len() {
            codes.push(contract.code);
        }
        Instance { variant, holdings: contract.holdings.clone() }
    });
    instance.collect()
}

/// The work done, independent of addresses: if the floor is right, it is equal for a transaction and its floor.
/// Contracts are identified by position, failed messages count as successful ones, and the reads of a new contract are
/// left out.
pub fn work(profile: &Profile) -> Result<(bool, Vec<Instance>, Plan)> {
    let positions: Vec<String> = (0..profile.contracts.len()).map(|position| position.to_string()).collect();
    Ok((profile.instantiates(), instances(profile), Plan::new(profile, &positions)?))
}

impl Plan {
    /// A plan for instances at these addresses. If the message instantiates the first one, its address can be any text.
    pub fn new(profile: &Profile, addresses: &[String]) -> Result<Plan> {
        let (given, needed) = (addresses.len(), profile.contracts.len());
        ensure!(given == needed, "{given} addresses for {needed} instances");
        let mut writer = Writer { profile, addresses, slots: 0, fills: Vec::new() };
        let run = writer.message(0)?;
        Ok(Plan { fills: writer.fills, run, funds: profile.loads[0].funds.clone() })
    }
}

/// Numbers the loads in the order it visits them. The number of a load is its slot.
struct Writer<'a> {
    profile: &'a Profile,
    addresses: &'a [String],
    slots: u8,
    fills: Vec<(String, ExecuteMsg)>,
}

impl Writer<'_> {
    /// The bench contract sends its queries before its messages.
    fn message(&mut self, load: usize) -> Result<Run> {
        let (profile, own) = (self.profile, &self.profile.loads[load]);
        let Look { s, r, q } = self.look(load)?;
        let p = own.payments.iter().map(|paid| Payment { t: self.stand_in(&paid.t), f: paid.f.clone() }).collect();
        let (w, d) = (area("keys written", &own.writes)?, limited("keys removed", own.removed.len())?);
        let mut run = Run { s, r, w, d, q, p, x: Vec::new() };
        for (index, call) in profile.calls(load).filter(|(_, call)| call.entry != Entry::Query) {
            ensure!(call.entry != Entry::Instantiate, "{} was made by a contract: the bench makes none", call.name);
            let a = if call.replied { Answer::Reply } else { Answer::None };
            run.x.push(Call { c: self.stand_in(&call.name), m: self.message(index)?, f: call.funds.clone(), a });
        }
        Ok(run)
    }

    fn look(&mut self, load: usize) -> Result<Look> {
        let (profile, own, s) = (self.profile, &self.profile.loads[load], self.slots);
        ensure!(s < SLOTS, "{} loads: the bench contract does at most {SLOTS}", profile.loads.len());
        self.slots += 1;
        // Nothing can be stored in a contract that does not exist yet: the floor of a new contract has no reads.
        let r = if own.entry == Entry::Instantiate { Area::default() } else { area("keys read", &own.reads)? };
        if !r.is_empty() {
            self.fills.push((self.stand_in(&own.name), ExecuteMsg::Fill { s, r }));
        }
        let mut q = Vec::new();
        for (index, call) in profile.calls(load).filter(|(_, call)| call.entry == Entry::Query) {
            q.push(Query { c: self.stand_in(&call.name), l: self.look(index)? });
        }
        Ok(Look { s, r, q })
    }

    /// The address of the instance that replaces a contract. Other addresses stay as they are.
    fn stand_in(&self, address: &str) -> String {
        let position = self.profile.contracts.iter().position(|contract| contract.address == *address);
        position.map_or(address, |position| &self.addresses[position]).into()
    }
}

fn area(what: &str, keys: &BTreeMap<Vec<u8>, usize>) -> Result<Area> {
    let bytes: usize = keys.iter().map(|(key, value)| key.len() + value).sum();
    Ok(Area { k: limited(what, keys.len())?, b: u32::try_from(bytes)? })
}

fn limited(what: &str, count: usize) -> Result<u8> {
    ensure!(count <= u8::MAX.into(), "{count} {what}: the bench contract does at most {}", u8::MAX);
    Ok(count as u8)
}

#[cfg(test)]
#[path = "floor_tests.rs"]
mod tests;
