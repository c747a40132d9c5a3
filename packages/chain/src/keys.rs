use bip39::Mnemonic;
use cosmrs::bip32::DerivationPath;
use cosmrs::crypto::secp256k1::SigningKey;

use crate::{Error, Result};

/// A key and its address. Neither the key nor the words it came from can be printed.
pub struct Signer {
    pub(crate) key: SigningKey,
    address: String,
    known_to_everybody: bool,
}

impl Signer {
    /// The first account of a mnemonic: path `m/44'/COIN_TYPE'/0'/0/0`.
    ///
    /// # Errors
    /// [`Error::User`] for words that are not a mnemonic. The error does not repeat the words.
    pub fn from_mnemonic(words: &str, prefix: &str, coin_type: u32) -> Result<Self> {
        // The library's own error contains words of the mnemonic.
        let mnemonic = Mnemonic::parse_normalized(words.trim()).map_err(|_| {
            Error::user("the mnemonic is not one: 12 to 24 words of the English list, the last one a check")
        })?;
        let path: DerivationPath = format!("m/44'/{coin_type}'/0'/0/0")
            .parse()
            .map_err(|error| Error::user(format!("coin type {coin_type}: {error}")))?;
        let key = SigningKey::derive_from_path(mnemonic.to_seed(""), &path)
            .map_err(|error| Error::user(format!("no key can be derived: {error}")))?;
        let address = key
            .public_key()
            .account_id(prefix)
            .map_err(|error| Error::user(format!("prefix '{prefix}': {error}")))?
            .to_string();
        Ok(Signer { key, address, known_to_everybody: false })
    }

    /// The same key, marked as one of a local chain with a public mnemonic: it protects nothing, so it signs without
    /// asking.
    #[must_use]
    pub fn known_to_everybody(mut self) -> Self {
        self.known_to_everybody = true;
        self
    }

    /// Whether to ask before it signs.
    pub(crate) fn asks(&self) -> bool {
        !self.known_to_everybody
    }

    /// The account's address.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.address)
    }
}
