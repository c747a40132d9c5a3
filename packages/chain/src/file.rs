//! The chain file: a TOML file with the chain, coins, keys, and the configuration of the system.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ballast_params::overlay;
use ballast_types::market::{MarketParams, Reference};
use ballast_types::oracle::{FeedConfig, Source, TradingHours};
use ballast_types::policy::PolicyParams;
use ballast_types::CoinInfo;
use cosmrs::AccountId;
use cosmwasm_std::{Decimal, SignedDecimal256, Uint128};
use serde::Deserialize;

use crate::error::plainly;
use crate::{amount, ChainInfo, Error, Result, Signer};

mod check;
mod collateral;
mod hours;

pub use collateral::Collateral;

/// The chain file before its names are replaced.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    chain: WrittenChain,
    coins: BTreeMap<String, CoinInfo>,
    keys: Option<WrittenKeys>,
    system: WrittenSystem,
    oracle: WrittenOracle,
    collateral: Option<collateral::Written>,
    market: WrittenMarket,
    vault: WrittenVault,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenChain {
    id: String,
    rpc: Vec<String>,
    prefix: String,
    #[serde(default = "cosmos_coin_type")]
    coin_type: u32,
    gas_price: String,
    gas_adjustment: Decimal,
}

fn cosmos_coin_type() -> u32 {
    118
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKeys {
    file: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSystem {
    name: String,
    artifacts: PathBuf,
    build: Option<PathBuf>,
    owner: String,
    guardian: String,
    admin: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOracle {
    price_feed: String,
    rate_feed: Option<String>,
    constant_rate: Option<SignedDecimal256>,
    /// The guardian of the oracle, who may silence publishers; the guardian of `[system]` by default.
    guardian: Option<String>,
    publishers: Vec<String>,
    quorum: u32,
    #[serde(default)]
    price: toml::Table,
    hours: Option<hours::Written>,
    #[serde(default)]
    rate: toml::Table,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMarket {
    name: String,
    base: String,
    quote: String,
    #[serde(default)]
    params: toml::Table,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenVault {
    name: String,
    symbol: String,
    deposit_cap: Option<String>,
    #[serde(default)]
    policy: toml::Table,
}

/// The intended configuration of an oracle feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// The feed's name.
    pub feed: String,
    /// The feed's configuration.
    pub config: FeedConfig,
}

/// A parsed chain file: account names are replaced by addresses, paths are resolved, parameters are complete.
#[derive(Debug, Clone)]
pub struct ChainFile {
    /// Path of the file.
    pub path: PathBuf,
    /// The chain.
    pub chain: ChainInfo,
    /// Its RPC nodes, asked in turn.
    pub rpc: Vec<String>,
    /// Coins, by the names that amounts on the command line use.
    pub coins: BTreeMap<String, CoinInfo>,
    /// Mnemonics by account name, if the file names a keys file: for local chains.
    pub keys: BTreeMap<String, Key>,
    /// Name that distinguishes several systems of one deployer.
    pub system: String,
    /// Folder with the Wasm files and `checksums.txt`.
    pub artifacts: PathBuf,
    /// Command that builds missing artifacts.
    pub build: Option<PathBuf>,
    /// Owner of all contracts.
    pub owner: String,
    /// Guardian of market and vault.
    pub guardian: String,
    /// Guardian of the oracle.
    pub oracle_guardian: String,
    /// Admin, who may migrate the contracts; empty for nobody.
    pub admin: String,
    /// Price feed.
    pub price_feed: Feed,
    /// Rate feed, if the reference comes from one.
    pub rate_feed: Option<Feed>,
    /// The feeds of the deposited coin's own price, if it has one.
    pub collateral: Option<Collateral>,
    /// Trading hours, by name of the feed.
    pub hours: BTreeMap<String, TradingHours>,
    /// Name of the market.
    pub market: String,
    /// The hedged coin.
    pub base: CoinInfo,
    /// The settlement coin.
    pub quote: CoinInfo,
    /// The market's funding reference.
    pub reference: Reference,
    /// Parameters of the market.
    pub market_params: MarketParams,
    /// Name of the share token.
    pub share_name: String,
    /// Symbol of the share token.
    pub share_symbol: String,
    /// Parameters of the policy.
    pub policy: PolicyParams,
    /// Deposit cap, units of quote.
    pub deposit_cap: Option<Uint128>,
}

/// An account of the keys file. Its words are never printed.
#[derive(Clone)]
pub struct Key {
    /// Its address.
    pub address: String,
    mnemonic: String,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.address)
    }
}

impl ChainFile {
    /// Reads a chain file and the files it refers to.
    ///
    /// # Errors
    /// [`Error::User`], naming the file and the place in it.
    pub fn read(path: &Path) -> Result<Self> {
        let text = read(path)?;
        let written = toml::from_str(&text).map_err(|error| misread(&text, &error));
        let read = written.and_then(|written| ChainFile::resolve(path, written));
        read.map_err(|error| error.at(path.display()).without_mnemonics())
    }

    /// The state file next to it: `local.toml` has `local.state.json`.
    pub fn state_path(&self) -> PathBuf {
        self.path.with_extension("state.json")
    }

    /// The key of an account in the keys file, marked as public; none if there is no such account.
    ///
    /// # Errors
    /// [`Error::User`] when its words are not a mnemonic.
    pub fn signer(&self, name: &str) -> Result<Option<Signer>> {
        let signer = |key: &Key| Signer::from_mnemonic(&key.mnemonic, &self.chain.prefix, self.chain.coin_type);
        Ok(self.keys.get(name).map(signer).transpose()?.map(Signer::known_to_everybody))
    }

    /// Decimals of the share token: six more than those of the settlement coin, at most 18.
    pub(crate) fn share_decimals(&self) -> u8 {
        self.quote.decimals.saturating_add(6).min(18)
    }

    /// The feeds that the oracle should have, each after those that it is computed from.
    pub fn feeds(&self) -> Vec<Feed> {
        self.sections().into_iter().map(|(_, feed)| feed.clone()).collect()
    }

    /// The same, each with the section of its parameters.
    fn sections(&self) -> Vec<(&'static str, &Feed)> {
        let rate = self.rate_feed.as_ref().map(|feed| ("oracle.rate", feed));
        let collateral = self.collateral.iter().flat_map(Collateral::feeds);
        std::iter::once(("oracle.price", &self.price_feed)).chain(rate).chain(collateral).collect()
    }

    /// Resolves an address or the name of an account in the keys file.
    ///
    /// # Errors
    /// [`Error::User`] when it is neither.
    pub fn address(&self, name: &str) -> Result<String> {
        address(name, &self.keys, &self.chain.prefix)
    }

    fn resolve(path: &Path, written: Written) -> Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let Written { chain, coins, keys, system, oracle, collateral, market, vault } = written;
        let mut accounts = vec![("[system] owner", &system.owner), ("[system] guardian", &system.guardian)];
        accounts.extend(system.admin.iter().map(|admin| ("[system] admin", admin)));
        accounts.extend(oracle.guardian.iter().map(|guardian| ("[oracle] guardian", guardian)));
        accounts.extend(oracle.publishers.iter().map(|publisher| ("[oracle] publishers", publisher)));
        refuse_placeholders(&accounts)?;
        let keys = keys.map_or(Ok(BTreeMap::new()), |keys| read_keys(&folder.join(keys.file)))?;
        let known = |name: &str| address(name, &keys, &chain.prefix);
        let coin = |name: &str| {
            let known = coins.keys().cloned().collect::<Vec<_>>().join(", ");
            coins.get(name).cloned().ok_or_else(|| {
                Error::user(format!("[market] coin '{name}' is not in [coins], which has {known}: add it there"))
            })
        };
        let (base, quote) = (coin(&market.base)?, coin(&market.quote)?);
        let publishers = oracle.publishers.iter().map(|name| known(name)).collect::<Result<Vec<_>>>()?;
        let source = || Source::Published { publishers: publishers.clone(), quorum: oracle.quorum };
        let price = overlay("oracle.price", &FeedConfig::price(source()), oracle.price.clone())?;
        let rate = overlay("oracle.rate", &FeedConfig::rate(source()), oracle.rate.clone())?;
        let market_params = overlay("market.params", &MarketParams::defaults(quote.decimals), market.params)?;
        let policy = overlay("vault.policy", &PolicyParams::default(), vault.policy)?;
        let (reference, rate_feed) = match (oracle.rate_feed.clone(), oracle.constant_rate) {
            (Some(feed), None) => (Reference::Feed { feed: feed.clone() }, Some(Feed { feed, config: rate })),
            (None, Some(rate)) => (Reference::Constant { rate }, None),
            _ => return Err(Error::user("[oracle]: one of rate_feed and constant_rate must be given")),
        };
        let collateral = collateral.map(|written| written.resolve(&oracle.price_feed, source)).transpose()?;
        let (collateral, collateral_hours) = collateral.unzip();
        let index_hours = oracle.hours.map(|written| written.read("oracle.hours")).transpose()?;
        let index_hours = index_hours.map(|hours| (oracle.price_feed.clone(), hours));
        let cap = vault.deposit_cap.as_deref().map(|text| amount::parse_of(text, &coins, &quote.denom));
        Ok(ChainFile {
            path: path.to_owned(),
            owner: known(&system.owner)?,
            guardian: known(&system.guardian)?,
            oracle_guardian: known(oracle.guardian.as_deref().unwrap_or(&system.guardian))?,
            admin: system.admin.as_deref().map_or(Ok(String::new()), known)?,
            system: system.name,
            artifacts: folder.join(system.artifacts),
            build: system.build.map(|build| folder.join(build)),
            hours: index_hours.into_iter().chain(collateral_hours.flatten()).collect(),
            collateral,
            price_feed: Feed { feed: oracle.price_feed, config: price },
            rate_feed,
            reference,
            market: market.name,
            market_params,
            share_name: vault.name,
            share_symbol: vault.symbol,
            policy,
            deposit_cap: cap.transpose()?,
            base,
            quote,
            rpc: chain.rpc,
            chain: ChainInfo {
                id: chain.id,
                prefix: chain.prefix.clone(),
                coin_type: chain.coin_type,
                gas_price: chain.gas_price.parse()?,
                gas_adjustment: chain.gas_adjustment,
            },
            coins,
            keys,
        })
    }
}

/// Refuses a file that still has the placeholders of a template instead of accounts.
fn refuse_placeholders(accounts: &[(&str, &String)]) -> Result<()> {
    let mut open = accounts.iter().filter(|(_, account)| account.starts_with('<')).peekable();
    let Some((_, example)) = open.peek().copied() else { return Ok(()) };
    let mut places: Vec<&str> = open.map(|(place, _)| *place).collect();
    places.dedup();
    let places = places.join(", ");
    Err(Error::user(format!("put your addresses in: {places} still have placeholders such as '{example}'")))
}

/// The error and its line number. The line itself is not shown, because it may contain a secret.
fn misread(text: &str, error: &toml::de::Error) -> Error {
    let before = error.span().and_then(|span| text.get(..span.start));
    let place =
        before.map_or(String::new(), |before| format!("line {}: ", before.matches('\n').count().saturating_add(1)));
    Error::user(format!("{place}{}", error.message()))
}

pub(crate) fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::user(format!("cannot read {}: {}", path.display(), plainly(&error))))
}

/// Lines `NAME ADDRESS WORDS…`; empty ones and those that begin with `#` are skipped.
fn read_keys(path: &Path) -> Result<BTreeMap<String, Key>> {
    let text = read(path)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            match (words.next(), words.next(), words.next()) {
                (Some(name), Some(address), Some(mnemonic)) => {
                    Ok((name.to_owned(), Key { address: address.to_owned(), mnemonic: mnemonic.to_owned() }))
                }
                // The line may contain a secret, so it is not shown.
                _ => Err(Error::user(format!("{}: a line is not NAME ADDRESS WORDS", path.display()))),
            }
        })
        .collect()
}

fn address(name: &str, keys: &BTreeMap<String, Key>, prefix: &str) -> Result<String> {
    if let Some(key) = keys.get(name) {
        return Ok(key.address.clone());
    }
    let parsed: std::result::Result<AccountId, _> = name.parse();
    match parsed {
        Ok(id) if id.prefix() == prefix => Ok(name.to_owned()),
        Ok(id) => Err(Error::user(format!("address {name}: prefix '{}', the chain has '{prefix}'", id.prefix()))),
        Err(_) => {
            let names = keys.keys().cloned().collect::<Vec<_>>().join(", ");
            Err(Error::user(format!(
                "'{name}' is no address with prefix '{prefix}' and no name in the keys file ({names})"
            )))
        }
    }
}
