//! What every command needs: the chain file, a client, the key, and input and output.

use std::cell::RefCell;
use std::io::{BufReader, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use cosmwasm_std::Coin;
use serde::Serialize;

use crate::args::{Common, DEFAULT_CHAIN};
use crate::consent;
use crate::file;
use crate::readable::readable;
use crate::{
    amount, check_nodes, pause, poor, Addresses, Answers, ChainFile, Client, Cost, Error, Http, Msg, Result, Sent,
    Signer, State, Stop,
};

/// Environment variable for a mnemonic.
const MNEMONIC: &str = "BALLAST_MNEMONIC";

/// One run of the command line.
pub struct Session {
    /// The chain file.
    pub file: ChainFile,
    /// The chain.
    pub client: Client,
    /// Path of the state file.
    pub state_path: PathBuf,
    /// The nodes of `--node`, now or when the system was deployed; empty for those of the chain file.
    pub told: Vec<String>,
    common: Common,
    /// Address of the key that was used last.
    signs_as: RefCell<Option<String>>,
}

impl Session {
    /// Reads the chain file and the requested key, if any. Does not connect yet.
    ///
    /// # Errors
    /// [`Error::User`].
    pub fn open(common: &Common, stop: Stop) -> Result<Self> {
        let mut file = ChainFile::read(&common.chain)?;
        let state_path = common.state.clone().unwrap_or_else(|| file.state_path());
        let told = match common.node.is_empty() {
            true => State::nodes_in(&state_path, &file.chain.id),
            false => common.node.clone(),
        };
        if !told.is_empty() {
            file.rpc.clone_from(&told);
        }
        check_nodes(&file.rpc)?;
        let patience = pause::wait("--patience", common.patience)?;
        let transport = Box::new(Http::new(file.rpc.clone()).within(patience));
        let client = Client::new(transport, file.chain.clone(), patience, stop);
        let session = Session { file, client, state_path, told, common: common.clone(), signs_as: RefCell::default() };
        // Even if the command signs nothing: a wrong name must not seem to work.
        if common.from.is_some() || common.mnemonic_file.is_some() {
            session.signer("")?;
        }
        Ok(session)
    }

    /// The key to sign with: `--mnemonic-file`, otherwise `--from`, the environment, or the account of the role in the
    /// chain file's keys.
    ///
    /// # Errors
    /// [`Error::User`] when there is none.
    pub fn signer(&self, role: &str) -> Result<Signer> {
        let signer = self.key(role)?;
        self.signs_as.replace(Some(signer.address().to_owned()));
        Ok(signer)
    }

    fn key(&self, role: &str) -> Result<Signer> {
        let chain = &self.file.chain;
        let from_words = |words: &str| Signer::from_mnemonic(words, &chain.prefix, chain.coin_type);
        if let Some(path) = &self.common.mnemonic_file {
            return from_words(&file::read(path)?);
        }
        if self.common.from.is_none() {
            if let Ok(words) = std::env::var(MNEMONIC) {
                return from_words(&words);
            }
        }
        let name = self.common.from.as_deref().unwrap_or(role);
        let signer = self.file.signer(name)?;
        signer.ok_or_else(|| {
            let names = self.file.keys.keys().cloned().collect::<Vec<_>>().join(", ");
            let known = if names.is_empty() { String::new() } else { format!(" (the keys file has {names})") };
            Error::user(format!("no key for '{name}'{known}: give --mnemonic-file, or {MNEMONIC} in the environment"))
        })
    }

    /// The account of a depositor or liquidity provider, which has no default role.
    ///
    /// # Errors
    /// [`Error::User`] when none is given.
    pub fn own_signer(&self) -> Result<Signer> {
        let given =
            self.common.from.is_some() || self.common.mnemonic_file.is_some() || std::env::var(MNEMONIC).is_ok();
        if !given {
            return Err(Error::user(format!(
                "whose coins? --from NAME, --mnemonic-file FILE, or {MNEMONIC} in the environment"
            )));
        }
        self.signer("")
    }

    /// The addresses of the deployment.
    ///
    /// # Errors
    /// [`Error::User`] when there is none, or another chain's.
    pub fn addresses(&self) -> Result<Addresses> {
        let state = State::read(&self.state_path, &self.file.chain.id)?.ok_or_else(|| {
            Error::user(format!("{} is not there: ballast-chain deploy makes it", self.state_path.display()))
        })?;
        state.addresses()
    }

    /// The same error, unless it comes from contracts that the state file names and the chain does not have.
    pub fn explained(&self, error: Error) -> Error {
        match &error {
            Error::Chain(_) => self.forgotten().unwrap_or(error),
            _ => error,
        }
    }

    /// What to do if the chain lacks contracts of the state file; none if it has all, or cannot tell.
    fn forgotten(&self) -> Option<Error> {
        let at = self.addresses().ok()?;
        let named = [("oracle", &at.oracle), ("market", &at.market), ("vault", &at.vault)];
        let missing = named.into_iter().filter(|(_, address)| matches!(self.client.contract(address), Ok(None)));
        let missing = missing.map(|(name, _)| name).collect::<Vec<_>>().join(", ");
        let (state, file, chain) = (self.state_path.display(), self.file.path.display(), &self.file.chain.id);
        (!missing.is_empty()).then(|| {
            Error::user(format!(
                "{state} names contracts that are not on chain '{chain}': {missing}. Was the chain reset since? \
                 `ballast-chain deploy --chain {file}` deploys again. Where they are on another chain of that name, \
                 --node says which node to ask"
            ))
        })
    }

    /// Adds what to do if no node responds.
    pub fn with_other_nodes(&self, error: Error) -> Error {
        match error {
            Error::Network(text) if text.contains("does not answer") => {
                let here = ["127.0.0.1", "localhost"].iter().any(|host| text.contains(host));
                let local = if here { "; `scripts/localnet up` starts the local chain" } else { "" };
                Error::Network(format!("{text}. Is the node up? `--node URL` names another{local}"))
            }
            other => other,
        }
    }

    /// The command line of another command for the same deployment, with the key of this account.
    pub fn command_of(&self, command: &str, address: &str) -> String {
        let mut line = format!("ballast-chain {command}");
        if self.common.chain != Path::new(DEFAULT_CHAIN) {
            line.push_str(&format!(" --chain {}", self.common.chain.display()));
        }
        if let Some(state) = &self.common.state {
            line.push_str(&format!(" --state {}", state.display()));
        }
        match self.file.keys.iter().find(|(_, key)| key.address == address) {
            Some((name, _)) => line.push_str(&format!(" --from {name}")),
            None => line.push_str(" --mnemonic-file FILE"),
        }
        line
    }

    /// A coin as people read it.
    pub fn coin(&self, coin: &Coin) -> String {
        let known = self.file.coins.iter().find(|(_, info)| info.denom == coin.denom);
        match known {
            Some((name, info)) => format!("{} {name}", amount::whole(coin.amount, info.decimals)),
            None => format!("{} {}", coin.amount, coin.denom),
        }
    }

    /// Makes a contract's error readable.
    ///
    /// # Errors
    /// The same.
    pub fn readable<T>(&self, answer: Result<T>) -> Result<T> {
        answer.map_err(|error| match error {
            Error::Chain(text) => Error::Chain(self.told(&text)),
            other => other,
        })
    }

    /// Makes the text of an error readable.
    pub(crate) fn told(&self, text: &str) -> String {
        poor::explained(readable(text, &self.file), self.signs_as.borrow().as_deref())
    }

    /// Whether to print JSON.
    pub fn json(&self) -> bool {
        self.common.json
    }

    /// Prints a line for people; nothing with `--json`.
    ///
    /// # Errors
    /// [`Error::Output`] when it cannot be written; a closed pipe is no error.
    pub fn say(&self, line: impl std::fmt::Display) -> Result<()> {
        if self.common.json {
            return Ok(());
        }
        print(&line.to_string())
    }

    /// Prints the result of a command with `--json`; nothing for people.
    ///
    /// # Errors
    /// [`Error::Output`] when it cannot be written; a closed pipe is no error.
    pub fn answer(&self, answer: &impl Serialize) -> Result<()> {
        if !self.common.json {
            return Ok(());
        }
        print(&serde_json::to_string(answer).map_err(|error| Error::user(error.to_string()))?)
    }

    /// Shows what will be done and its cost, asks (unless `--yes` is given or the key is one of the chain file, which
    /// is for a local chain), then signs and sends.
    ///
    /// # Errors
    /// [`Error::User`] when the answer is no; those of [`Client::send`].
    pub fn confirm_and_send(&self, signer: &Signer, msgs: &[Msg], what: &str) -> Result<Sent> {
        self.tell_and_send(signer, msgs, |_| what.to_owned())
    }

    /// The same, if what is shown depends on the result of a simulation.
    ///
    /// # Errors
    /// Those of [`Session::confirm_and_send`].
    pub fn tell_and_send(&self, signer: &Signer, msgs: &[Msg], what: impl FnOnce(&Answers) -> String) -> Result<Sent> {
        let (cost, answers) = self.client.try_out(signer, msgs)?;
        self.confirm(signer, &what(&answers), &cost)?;
        let sent = self.client.send(signer, msgs, &cost)?;
        self.say(format_args!("done at height {}, {} gas, transaction {}", sent.height, sent.gas_used, sent.hash))?;
        Ok(sent)
    }

    /// Whether this key asks before it signs.
    pub fn asks(&self, signer: &Signer) -> bool {
        !self.common.yes && signer.asks()
    }

    /// Shows what will be done and its cost, and asks.
    ///
    /// # Errors
    /// [`Error::User`] when the answer is no, or nobody is there to answer.
    pub fn confirm(&self, signer: &Signer, what: &str, cost: &Cost) -> Result<()> {
        self.consent(signer, &format!("{what}\nthe chain's fee is at most {} ({} gas)", self.coin(&cost.fee), cost.gas))
    }

    /// Shows what will be done, and asks.
    ///
    /// # Errors
    /// [`Error::User`] when the answer is no, or nobody is there to answer; [`Error::Stopped`] where a signal comes
    /// first.
    pub fn consent(&self, signer: &Signer, what: &str) -> Result<()> {
        self.say(what)?;
        if !self.asks(signer) {
            return Ok(());
        }
        if self.common.json || !std::io::stdin().is_terminal() {
            return Err(Error::user("nobody can be asked here whether to sign: --yes signs without asking"));
        }
        consent::ask(self.client.stop(), BufReader::new(std::io::stdin()))
    }
}

fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        // A reader that closes the pipe (`| head`) must not interrupt the command.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| Error::Output(error.to_string())),
    }
}
