use thiserror::Error;

use crate::secret::without_mnemonics;

/// Why a command failed. Each kind has its own exit code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// The input is wrong: arguments, files, keys, amounts. Exit code 2.
    #[error("{0}")]
    User(String),
    /// The chain, or a contract on it, refused. Exit code 3.
    #[error("{0}")]
    Chain(String),
    /// The chain was unreachable, or did not respond correctly, for longer than the client waits. Exit code 4.
    #[error("{0}")]
    Network(String),
    /// A transaction was sent, and its result is unknown. Exit code 4.
    #[error("transaction {hash} may have happened: {why}; it can be included until height {until}")]
    MayHaveHappened {
        /// Its hash.
        hash: String,
        /// The last height at which it can be included.
        until: u64,
        /// Why the result is unknown.
        why: String,
    },
    /// The output cannot be written, for example because the disk is full. Exit code 1.
    #[error("cannot print: {0}")]
    Output(String),
    /// Stopped by a signal. Exit code 130.
    #[error("stopped")]
    Stopped,
}

/// Result of everything here.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of the user.
    pub fn user(text: impl Into<String>) -> Self {
        Error::User(text.into())
    }

    /// An error of the chain.
    pub fn chain(text: impl Into<String>) -> Self {
        Error::Chain(text.into())
    }

    /// A network error.
    pub fn network(text: impl Into<String>) -> Self {
        Error::Network(text.into())
    }

    /// The exit code of the process.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Error::Output(_) => 1,
            Error::User(_) => 2,
            Error::Chain(_) => 3,
            Error::Network(_) | Error::MayHaveHappened { .. } => 4,
            Error::Stopped => 130,
        }
    }

    /// The same without anything that may be a mnemonic, in case one was given in the wrong place.
    #[must_use]
    pub(crate) fn without_mnemonics(self) -> Self {
        match self {
            Error::User(text) => Error::User(without_mnemonics(&text)),
            Error::Chain(text) => Error::Chain(without_mnemonics(&text)),
            Error::Network(text) => Error::Network(without_mnemonics(&text)),
            other => other,
        }
    }

    /// The same error with its place in front.
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

/// Describes a file error without the number of the system.
pub(crate) fn plainly(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
