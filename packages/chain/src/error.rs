use thiserror::Error;

use crate::secret::without_mnemonics;

/// Why a command did not do its work; each kind has an exit code of its own.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// What was asked for cannot be done as asked: arguments, files, keys, amounts. Exit code 2.
    #[error("{0}")]
    User(String),
    /// The chain, or a contract on it, refused. Exit code 3.
    #[error("{0}")]
    Chain(String),
    /// The chain could not be reached, or did not answer as a chain does, for longer than was waited. Exit code 4.
    #[error("{0}")]
    Network(String),
    /// A transaction was sent, and what became of it cannot be told. Exit code 4.
    #[error("transaction {hash} may have happened: {why}; it can be included until height {until}")]
    MayHaveHappened {
        /// Its hash.
        hash: String,
        /// The last height at which it can be included.
        until: u64,
        /// Why nobody knows.
        why: String,
    },
    /// The answer is there and cannot be written, as on a full disk. Exit code 1.
    #[error("cannot print: {0}")]
    Output(String),
    /// Told to stop. Exit code 130.
    #[error("stopped")]
    Stopped,
}

/// Result of everything here.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A mistake of who calls.
    pub fn user(text: impl Into<String>) -> Self {
        Error::User(text.into())
    }

    /// A refusal of the chain.
    pub fn chain(text: impl Into<String>) -> Self {
        Error::Chain(text.into())
    }

    /// A failure on the way.
    pub fn network(text: impl Into<String>) -> Self {
        Error::Network(text.into())
    }

    /// What the process should end with.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Error::Output(_) => 1,
            Error::User(_) => 2,
            Error::Chain(_) => 3,
            Error::Network(_) | Error::MayHaveHappened { .. } => 4,
            Error::Stopped => 130,
        }
    }

    /// The same without what may be a mnemonic: words that were given in the wrong place are not to stand in a log.
    #[must_use]
    pub(crate) fn without_mnemonics(self) -> Self {
        match self {
            Error::User(text) => Error::User(without_mnemonics(&text)),
            Error::Chain(text) => Error::Chain(without_mnemonics(&text)),
            Error::Network(text) => Error::Network(without_mnemonics(&text)),
            other => other,
        }
    }

    /// The same kind with where it happened in front.
    #[must_use]
    pub fn at(self, place: impl std::fmt::Display) -> Self {
        match self {
            Error::User(text) => Error::User(format!("{place}: {text}")),
            Error::Chain(text) => Error::Chain(format!("{place}: {text}")),
            Error::Network(text) => Error::Network(format!("{place}: {text}")),
            other => other,
        }
    }
}

impl From<ballast_params::ParamsError> for Error {
    fn from(error: ballast_params::ParamsError) -> Self {
        Error::User(error.to_string())
    }
}

/// What went wrong with a file, without the number that the system has for it.
pub(crate) fn plainly(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
