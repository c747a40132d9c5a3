//! The state of a deployment, written next to the chain file after each step and read by all other commands.

use std::path::{Path, PathBuf};

use cosmwasm_std::HexBinary;
use serde::{Deserialize, Serialize};

use crate::error::plainly;
use crate::{Error, Result};

/// One contract of a deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployed {
    /// Code id.
    pub code_id: Option<u64>,
    /// SHA-256 of that code.
    pub code_hash: Option<HexBinary>,
    /// Address.
    pub address: Option<String>,
}

/// A deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Chain id.
    pub chain_id: String,
    /// Address of one of its nodes.
    pub rpc: String,
    /// The nodes that `deploy --node` was told, which other commands ask, too; empty for those of the chain file.
    #[serde(default)]
    pub nodes: Vec<String>,
    /// Address of the deployer.
    pub deployer: String,
    /// The oracle.
    pub oracle: Deployed,
    /// The market.
    pub market: Deployed,
    /// The vault.
    pub vault: Deployed,
    /// Whether the last step is done and checked.
    pub complete: bool,
}

/// The addresses of a whole deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// The oracle.
    pub oracle: String,
    /// The market contract.
    pub market: String,
    /// The vault, which is also the share token.
    pub vault: String,
}

impl State {
    /// Reads the state from a file; none if there is no file.
    ///
    /// # Errors
    /// [`Error::User`] when it cannot be read, or belongs to another chain.
    pub fn read(path: &Path, chain_id: &str) -> Result<Option<State>> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::user(format!("cannot read {}: {}", path.display(), plainly(&error)))),
        };
        let state: State = serde_json::from_str(&text).map_err(|error| {
            Error::user(format!(
                "{} is no state file of `ballast-chain deploy`, or a damaged one (line {}, column {}): restore it, or \
                 name another with --state",
                path.display(),
                error.line(),
                error.column()
            ))
        })?;
        if state.chain_id != chain_id {
            return Err(Error::user(format!(
                "{} is of chain '{}', not of '{chain_id}': name another with --state",
                path.display(),
                state.chain_id
            )));
        }
        Ok(Some(state))
    }

    /// The nodes that a deployment on this chain was told; none if it was told none, or if there is none.
    pub(crate) fn nodes_in(path: &Path, chain_id: &str) -> Vec<String> {
        // What is wrong with the file is said by the commands that need it.
        State::read(path, chain_id).ok().flatten().map(|state| state.nodes).unwrap_or_default()
    }

    /// Writes the state file atomically.
    ///
    /// # Errors
    /// [`Error::User`] when it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let failed = |error: &dyn std::fmt::Display| Error::user(format!("cannot write {}: {error}", path.display()));
        let text = serde_json::to_string_pretty(self).map_err(|error| failed(&error))?;
        let aside: PathBuf = path.with_extension("json.new");
        std::fs::write(&aside, text.as_bytes()).map_err(|error| failed(&plainly(&error)))?;
        std::fs::rename(&aside, path).map_err(|error| failed(&plainly(&error)))
    }

    /// The addresses, if all contracts exist.
    ///
    /// # Errors
    /// [`Error::User`] that says how to deploy.
    pub fn addresses(&self) -> Result<Addresses> {
        match (&self.oracle.address, &self.market.address, &self.vault.address) {
            (Some(oracle), Some(market), Some(vault)) if self.complete => {
                Ok(Addresses { oracle: oracle.clone(), market: market.clone(), vault: vault.clone() })
            }
            _ => Err(Error::user("the deployment is not complete: ballast-chain deploy goes on with it")),
        }
    }
}
