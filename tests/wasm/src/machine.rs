//! One virtual machine per process, with all built artifacts in memory.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::Result as AnyResult;
use ballast_gas::prices;
use cosmwasm_std::Checksum;
use cosmwasm_vm::{capabilities_from_csv, Backend, Cache, CacheOptions, Instance, InstanceOptions, Size, VmResult};

use crate::host::{Addresses, Questions, Store};

/// A built contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Artifact {
    /// The oracle.
    Oracle,
    /// The market.
    Market,
    /// The vault.
    Vault,
    /// The example contract, which is not deployed: `scripts/build-wasm --example` builds it.
    Treasury,
}

impl Artifact {
    /// All that are deployed.
    pub const ALL: [Artifact; 3] = [Artifact::Oracle, Artifact::Market, Artifact::Vault];

    /// The name of the contract.
    pub fn word(self) -> &'static str {
        match self {
            Artifact::Oracle => "oracle",
            Artifact::Market => "market",
            Artifact::Vault => "vault",
            Artifact::Treasury => "treasury",
        }
    }

    /// Its file.
    pub fn file(self) -> &'static str {
        match self {
            Artifact::Oracle => "ballast_oracle.wasm",
            Artifact::Market => "ballast_perp_market.wasm",
            Artifact::Vault => "ballast_vault.wasm",
            Artifact::Treasury => "ballast_treasury.wasm",
        }
    }

    /// Where the build put it.
    pub fn path(self) -> PathBuf {
        match self {
            Artifact::Treasury => repository().join("target/treasury/z").join(self.file()),
            Artifact::Oracle | Artifact::Market | Artifact::Vault => Artifact::directory().join(self.file()),
        }
    }

    /// Where the build puts Wasm and checksums of what is deployed.
    pub fn directory() -> PathBuf {
        repository().join("artifacts")
    }

    /// The Wasm. Panics if it was not built.
    pub fn bytes(self) -> Vec<u8> {
        let path = self.path();
        std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}; run scripts/build-wasm first", path.display()))
    }
}

fn repository() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", ".."].iter().collect()
}

/// Gas limit of an instance: far more than a block has.
const GAS_LIMIT: u64 = 1_000_000_000 * prices::MACHINE;
/// The same as on chains.
const MEMORY_OF_AN_INSTANCE: Size = Size::mebi(32);
/// For codes that are not pinned; here all are.
const MEMORY_OF_CODES: Size = Size::mebi(16);
/// All that a chain must offer.
const CAPABILITIES: &str = "iterator";

pub(crate) type Running = Instance<Addresses, Store, Questions>;

/// The virtual machine with the built artifacts stored in it.
pub struct Machine {
    cache: Cache<Addresses, Store, Questions>,
    checksums: BTreeMap<Artifact, cosmwasm_std_vm::Checksum>,
}

impl Machine {
    /// The machine of this process; the first call stores the artifacts. Panics if one is missing or refused.
    pub fn get() -> &'static Machine {
        static MACHINE: OnceLock<Machine> = OnceLock::new();
        MACHINE.get_or_init(|| Machine::with_artifacts().unwrap_or_else(|e| panic!("the machine refuses: {e}")))
    }

    fn with_artifacts() -> AnyResult<Machine> {
        let directory = tempfile::tempdir()?;
        let options = CacheOptions::new(
            directory.path(),
            capabilities_from_csv(CAPABILITIES),
            MEMORY_OF_CODES,
            MEMORY_OF_AN_INSTANCE,
        );
        // SAFETY: the machine loads compiled code from this directory without checking it, so nobody else may write
        // there. It was made a moment ago, for this process, with rights for this user only, and nothing is read from
        // it after this function: a pinned code stays in memory.
        #[allow(unsafe_code)]
        let cache = unsafe { Cache::new(options)? };
        let mut checksums = BTreeMap::new();
        let example = Some(Artifact::Treasury).filter(|artifact| artifact.path().exists());
        for artifact in Artifact::ALL.into_iter().chain(example) {
            let checksum = cache.store_code(&artifact.bytes(), true, true)?;
            cache.pin(&checksum)?;
            checksums.insert(artifact, checksum);
        }
        Ok(Machine { cache, checksums })
    }

    /// Runs the static checks of storing, and compiles; stores nothing.
    pub fn check(&self, wasm: &[u8]) -> Result<(), String> {
        self.cache.store_code(wasm, true, false).map(drop).map_err(|e| e.to_string())
    }

    /// The checksum under which an artifact is stored.
    pub fn checksum(&self, artifact: Artifact) -> Checksum {
        Checksum::from(*self.stored(artifact).as_ref())
    }

    fn stored(&self, artifact: Artifact) -> &cosmwasm_std_vm::Checksum {
        let stored = self.checksums.get(&artifact);
        stored.unwrap_or_else(|| panic!("{} was not built: run scripts/build-wasm --example first", artifact.file()))
    }

    /// A fresh instance.
    pub(crate) fn instance(
        &self,
        artifact: Artifact,
        backend: Backend<Addresses, Store, Questions>,
    ) -> VmResult<Running> {
        self.cache.get_instance(self.stored(artifact), backend, InstanceOptions { gas_limit: GAS_LIMIT })
    }
}
