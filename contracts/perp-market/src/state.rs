//! Storage. Every message changes one small item per market; parameters and positions are stored apart.

use ballast_math::{stored_as_list, Shares};
pub use ballast_roles::GUARDIAN;
use ballast_types::market::{MarketParams, Reference};
use ballast_types::CoinInfo;
use ballast_wire::wire;
use cosmwasm_std::{Addr, Empty, Order, Storage, Uint256};
use cw_storage_plus::Map;
use perp_engine::{Books, Clocks, CollateralMark, Direction, Entries, Group, Mark, Pauses, Position, Request};

use crate::error::{ContractError, Result};

/// The part of a market that the owner configures.
#[wire]
pub struct MarketConfig {
    /// The coin whose price positions follow; accepted as margin.
    pub base: CoinInfo,
    /// The settlement coin.
    pub quote: CoinInfo,
    pub oracle: Addr,
    /// The oracle's feed of the index price.
    pub index_feed: String,
    /// The oracle's feed of the margin coin's own price; `None` in a market of one price.
    pub collateral_feed: Option<String>,
    pub reference: Reference,
    pub params: MarketParams,
    /// The account that the market keeps room for.
    pub hedger: Option<Addr>,
}

/// The part of a market that changes with every message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MarketState {
    /// Sums, purses, funding.
    pub books: Books,
    /// The last accepted index price.
    pub mark: Mark,
    pub pauses: Pauses,
    pub clocks: Clocks,
    /// The last accepted collateral price, in a market of two prices.
    pub collateral: Option<CollateralMark>,
}

stored_as_list!(MarketState { books, mark, pauses, clocks, collateral });

/// A liquidity provider.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Provider {
    pub shares: Shares,
    /// Time of the last deposit, lapse or cancellation, in seconds. For some time after it the provider cannot make a
    /// request.
    pub barred_at: u64,
}

stored_as_list!(Provider { shares, barred_at });

/// Configuration by market.
pub const CONFIGS: Map<&str, MarketConfig> = Map::new("config");
/// By market.
pub const STATES: Map<&str, MarketState> = Map::new("state");
/// By market and owner.
pub const POSITIONS: Map<(&str, &Addr), Position> = Map::new("position");
/// Longs by market, entry price (big-endian) and owner: the first is the first to reach its cap.
const LONGS: Map<(&str, Vec<u8>, &Addr), Empty> = Map::new("long");
/// Sums over positions except the hedger's, by market, side (longs: 1), and steps of entry price and entry funding.
const ENTRIES: Map<EntriesKey<'_>, Entries> = Map::new("entries");
/// By market and owner.
pub const PROVIDERS: Map<ProviderKey<'_>, Provider> = Map::new("provider");
/// Requests to withdraw, by market and owner.
pub const REQUESTS: Map<ProviderKey<'_>, Request> = Map::new("request");

type EntriesKey<'a> = (&'a str, u8, (u16, i32));

/// A market and one of its providers.
pub type ProviderKey<'a> = (&'a str, &'a Addr);

/// Saves a provider, or removes one without shares.
pub fn save_provider(storage: &mut dyn Storage, key: ProviderKey<'_>, provider: &Provider) -> Result<()> {
    if provider.shares.is_zero() {
        PROVIDERS.remove(storage, key);
        return Ok(());
    }
    Ok(PROVIDERS.save(storage, key, provider)?)
}

/// Saves a request, or removes one without shares.
pub fn save_request(storage: &mut dyn Storage, key: ProviderKey<'_>, request: &Request) -> Result<()> {
    if request.shares.is_zero() {
        REQUESTS.remove(storage, key);
        return Ok(());
    }
    Ok(REQUESTS.save(storage, key, request)?)
}

/// A position; an empty one if there is none.
pub fn position(storage: &dyn Storage, market: &str, owner: &Addr) -> Result<Position> {
    Ok(POSITIONS.may_load(storage, (market, owner))?.unwrap_or_default())
}

/// Saves a position and updates the index of longs; removes a position without size and margin.
pub fn save_position(
    storage: &mut dyn Storage,
    market: &str,
    owner: &Addr,
    before: &Position,
    after: &Position,
) -> Result<()> {
    let (old_key, new_key) = (entry_key(before)?, entry_key(after)?);
    if old_key != new_key {
        if let Some(key) = old_key {
            LONGS.remove(storage, (market, key, owner));
        }
        if let Some(key) = new_key {
            LONGS.save(storage, (market, key, owner), &Empty {})?;
        }
    }
    if after.is_empty() {
        POSITIONS.remove(storage, (market, owner));
    } else if after != before {
        POSITIONS.save(storage, (market, owner), after)?;
    }
    Ok(())
}

/// Updates the sums over strangers when one of their positions changes.
pub fn move_entries(storage: &mut dyn Storage, market: &str, before: &Position, after: &Position) -> Result<()> {
    let sums = |position: &Position| (position.size, position.entry_value, position.funding);
    if sums(before) == sums(after) {
        return Ok(());
    }
    let (old, new) = (entries_key(market, before)?, entries_key(market, after)?);
    if old == new {
        return change_entries(storage, new, |entries| Ok(entries.minus(before)?.plus(after)?));
    }
    change_entries(storage, old, |entries| Ok(entries.minus(before)?))?;
    change_entries(storage, new, |entries| Ok(entries.plus(after)?))
}

fn change_entries(
    storage: &mut dyn Storage,
    key: Option<EntriesKey<'_>>,
    change: impl FnOnce(Entries) -> Result<Entries>,
) -> Result<()> {
    let Some(key) = key else { return Ok(()) };
    let entries = change(ENTRIES.may_load(storage, key)?.unwrap_or_default())?;
    match entries.size.is_zero() {
        true => ENTRIES.remove(storage, key),
        false => ENTRIES.save(storage, key, &entries)?,
    }
    Ok(())
}

fn entries_key<'a>(market: &'a str, position: &Position) -> Result<Option<EntriesKey<'a>>> {
    let key = |group: Group| (market, u8::from(group.direction == Direction::Long), (group.price, group.funding));
    Ok(Group::of(position)?.map(key))
}

/// All positions but the hedger's, in groups that win or lose together.
pub fn strangers(storage: &dyn Storage, market: &str) -> Result<Vec<(Direction, Entries)>> {
    let mut strangers = vec![];
    for entry in ENTRIES.sub_prefix(market).range(storage, None, None, Order::Ascending) {
        let ((long, _), entries) = entry?;
        strangers.push((if long == 1 { Direction::Long } else { Direction::Short }, entries));
    }
    Ok(strangers)
}

/// The long with the lowest entry price: if any long is at its cap, this one is.
pub fn lowest_long(storage: &dyn Storage, market: &str) -> Result<Option<Position>> {
    match LONGS.sub_prefix(market).keys(storage, None, None, Order::Ascending).next().transpose()? {
        Some((_, owner)) => POSITIONS.may_load(storage, (market, &owner)).map_err(ContractError::from),
        None => Ok(None),
    }
}

/// Entry price of a long in quote units per base unit with 36 extra digits, rounded down, big-endian.
fn entry_key(position: &Position) -> Result<Option<Vec<u8>>> {
    if Direction::of(position.size) != Some(Direction::Long) {
        return Ok(None);
    }
    let overflow = || ballast_math::MathError::Overflow { operation: "an entry price" };
    let digits = Uint256::from_u128(10u128.saturating_pow(36));
    let scaled = Uint256::from(position.entry_value).checked_mul(digits).map_err(|_| overflow())?;
    let price = scaled.checked_div(position.size.unsigned_abs().into()).map_err(|_| overflow())?;
    Ok(Some(price.to_be_bytes().to_vec()))
}
