//! The sanity invariants, recomputed from scratch with rational numbers from public queries.
//!
//! Numbers and names are those of the list in `tests/INVARIANTS.md`.

mod changes;

pub use changes::{broken_by, broken_meanwhile, Step};

use std::ops::Deref;

use ballast_types::market::{
    MarketResponse, PoolResponse, PositionEntry, PositionState, PositionsResponse, QueryMsg as MarketQuery,
    SolvencyResponse,
};
use ballast_types::vault::{ConfigResponse, ExtensionQueryMsg, QueryMsg as VaultQuery, VaultPositionResponse};
use ballast_types::{CoinInfo, Money, Purse};
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Uint128};
use num_bigint::BigInt;
use num_rational::BigRational;
use serde::de::DeserializeOwned;

/// A running system at one moment, embedded or on a real chain, as anyone can query it.
pub trait System {
    /// Name of the market.
    fn market(&self) -> &str;
    /// The hedged coin.
    fn base(&self) -> &CoinInfo;
    /// The settlement coin.
    fn quote(&self) -> &CoinInfo;
    /// Queries the market contract.
    ///
    /// # Errors
    /// The contract's text.
    fn ask_market<A: DeserializeOwned>(&self, msg: &MarketQuery) -> Result<A, String>;
    /// Queries the vault.
    ///
    /// # Errors
    /// The contract's text.
    fn ask_vault<A: DeserializeOwned>(&self, msg: &VaultQuery) -> Result<A, String>;
    /// The market contract's coins at the bank.
    fn held_by_market(&self) -> Result<Purse, String>;
    /// The vault's coins at the bank.
    fn held_by_vault(&self) -> Result<Purse, String>;
    /// Coins that strangers sent to the market contract without a message.
    fn donated_to_market(&self) -> Purse;
    /// For each coin: its denom, its supply now, and its supply at the start.
    ///
    /// # Errors
    /// The bank's text.
    fn supplies(&self) -> Result<Vec<(String, Uint128, Uint128)>, String>;
}

/// Checks an invariant; the error says how it is broken.
type Check<S> = fn(&Scene<S>) -> Result<(), String>;

/// Number, name and check of each sanity invariant.
const fn all<S: System>() -> [(u8, &'static str, Check<S>); 10] {
    [
        (1, "supply_is_the_sum_of_balances", supply_is_the_sum_of_balances),
        (2, "the_vault_holds_its_books", the_vault_holds_its_books),
        (3, "nav_recomputed_from_scratch", nav_recomputed_from_scratch),
        (26, "the_market_holds_its_purses", the_market_holds_its_purses),
        (28, "what_positions_win_the_pool_loses", what_positions_win_the_pool_loses),
        (29, "accumulators_are_sums_over_positions", accumulators_are_sums_over_positions),
        (30, "every_winner_is_reserved", every_winner_is_reserved),
        (40, "who_leaves_the_pool_is_not_paid_from_what_a_stranger_owes", who_leaves_is_not_paid_from_a_strangers_debt),
        (43, "coins_are_conserved", coins_are_conserved),
        (54, "profits_and_reserve_are_at_the_index", profits_and_reserve_are_at_the_index),
    ]
}

/// The invariants that are broken now, and how.
///
/// # Errors
/// If a query fails.
pub fn broken<S: System>(system: &S) -> Result<Vec<String>, String> {
    Ok(broken_at(system, &Moment::read(system)?))
}

/// The invariants that are broken at this moment, which is now, and how.
pub fn broken_at<S: System>(system: &S, now: &Moment) -> Vec<String> {
    let scene = Scene { system, now };
    let broken = all::<S>().into_iter().filter_map(|(number, name, check)| {
        let what = check(&scene).err()?;
        Some(format!("{number} {name}: {what}"))
    });
    broken.collect()
}

/// A system and everything that the checks need, queried once.
struct Scene<'a, S> {
    system: &'a S,
    now: &'a Moment,
}

impl<S> Deref for Scene<'_, S> {
    type Target = Moment;

    fn deref(&self) -> &Moment {
        self.now
    }
}

/// A system at one moment, to be compared with itself after a step.
#[derive(Clone, Debug)]
pub struct Moment {
    market: MarketResponse,
    solvency: SolvencyResponse,
    pool: PoolResponse,
    positions: Vec<PositionEntry>,
    vault: VaultPositionResponse,
    config: ConfigResponse,
    held_by_vault: Purse,
    held_by_market: Purse,
}

impl Moment {
    /// Queries everything that the checks need.
    ///
    /// # Errors
    /// If a query fails.
    pub fn read<S: System>(system: &S) -> Result<Moment, String> {
        let market = || system.market().to_owned();
        let mut positions: Vec<PositionEntry> = vec![];
        loop {
            let start_after = positions.last().map(|p| p.owner.to_string());
            let msg = MarketQuery::Positions { market: market(), start_after, limit: Some(30) };
            let page: PositionsResponse = system.ask_market(&msg)?;
            let full = page.positions.len() == 30;
            positions.extend(page.positions);
            if !full {
                break;
            }
        }
        Ok(Moment {
            market: system.ask_market(&MarketQuery::Market { market: market() })?,
            solvency: system.ask_market(&MarketQuery::Solvency { market: market() })?,
            pool: system.ask_market(&MarketQuery::Pool { market: market(), provider: None })?,
            positions,
            vault: system.ask_vault(&VaultQuery::VaultExtension(ExtensionQueryMsg::Position {}))?,
            config: system.ask_vault(&VaultQuery::VaultExtension(ExtensionQueryMsg::Config {}))?,
            held_by_vault: system.held_by_vault()?,
            held_by_market: system.held_by_market()?,
        })
    }

    /// Whether a message has moved coins or sizes in the market.
    pub(crate) fn market_differs(&self, other: &Moment) -> bool {
        self.solvency != other.solvency
    }

    /// Units of quote per unit of the index coin.
    fn price(&self) -> BigRational {
        of_decimal(self.market.prices.index) * self.scale()
    }

    /// Units of quote per unit of base as a coin.
    fn coin_price(&self) -> BigRational {
        of_decimal(self.market.prices.collateral) * self.scale()
    }

    fn scale(&self) -> BigRational {
        power_of_ten(self.market.quote.decimals) / power_of_ten(self.market.base.decimals)
    }

    /// Value of a size in quote at the market's index.
    fn notional(&self, size: Uint128) -> BigRational {
        whole(size) * self.price()
    }

    /// Value of coins in quote: base at the collateral price.
    fn value(&self, coins: Purse) -> BigRational {
        whole(coins.base) * self.coin_price() + whole(coins.quote)
    }

    /// Price PnL of a position at the index, of a long at most its cap.
    fn price_pnl(&self, position: &PositionState) -> BigRational {
        let (entry, value) = (whole(position.entry_value), self.notional(position.size.unsigned_abs()));
        if position.size.is_negative() {
            return entry - value;
        }
        (value - entry.clone()).min(entry * of_decimal(self.market.params.long_reserve))
    }

    /// Price PnL and funding that positions have won and the pool still owes; negative if they have lost.
    fn unsettled(&self, position: &PositionState) -> BigRational {
        self.price_pnl(position) + of_money(position.funding)
    }

    /// What the pool's coins are worth less what positions have won.
    fn left_for_the_pool(&self) -> BigRational {
        let won = self.positions.iter().fold(zero(), |sum, e| sum + self.unsettled(&e.position));
        self.value(self.solvency.pool) - won
    }

    /// Unsettled amounts are rounded at the 18th digit, each position's apart.
    fn rounding(&self) -> BigRational {
        BigRational::new(BigInt::from(10 + 4 * self.positions.len()), BigInt::from(10u64.pow(18)))
    }
}

fn supply_is_the_sum_of_balances<S: System>(scene: &Scene<S>) -> Result<(), String> {
    let system = scene.system;
    let mut sum = Uint128::zero();
    let mut start_after = None;
    loop {
        let page: cw20::AllAccountsResponse =
            system.ask_vault(&VaultQuery::AllAccounts { start_after: start_after.clone(), limit: Some(30) })?;
        for address in &page.accounts {
            let answer: cw20::BalanceResponse = system.ask_vault(&VaultQuery::Balance { address: address.clone() })?;
            sum += answer.balance;
        }
        start_after = page.accounts.last().cloned();
        if page.accounts.len() < 30 {
            break;
        }
    }
    same("supply", system.ask_vault(&VaultQuery::TotalVaultTokenSupply {})?, sum)
}

fn the_vault_holds_its_books<S: System>(scene: &Scene<S>) -> Result<(), String> {
    covers(scene.held_by_vault, scene.vault.idle)
}

fn nav_recomputed_from_scratch<S: System>(scene: &Scene<S>) -> Result<(), String> {
    let said = &scene.vault;
    let position = &said.venue.position;
    if position.size > Int128::zero() {
        return Err(format!("the vault is long {}", position.size));
    }
    let coins = scene.value(said.idle) + scene.value(position.margin);
    let price_pnl = scene.price_pnl(position);
    close("price PnL", of_money(position.price_pnl), price_pnl.clone())?;
    close("NAV", of_money(said.nav), coins + price_pnl + of_money(position.funding))
}

fn the_market_holds_its_purses<S: System>(scene: &Scene<S>) -> Result<(), String> {
    let s = &scene.solvency;
    let books = s.pool.plus(s.insurance).and_then(|p| p.plus(s.margins)).map_err(|e| e.to_string())?;
    let held = scene.held_by_market;
    covers(held, books)?;
    let expected = books.plus(scene.system.donated_to_market()).map_err(|e| e.to_string())?;
    if held != expected {
        return Err(format!("holds {held:?}, purses and donations are {expected:?}"));
    }
    Ok(())
}

/// Price PnL and funding are a sum of zero: the pool has what positions have lost. What it is said to be worth is no more
/// than that for who leaves it and no less for who joins it, who may not while a long has reached its cap.
fn what_positions_win_the_pool_loses<S: System>(scene: &Scene<S>) -> Result<(), String> {
    let left = scene.left_for_the_pool();
    let (low, high) = (scene.pool.value_low, scene.pool.value_high);
    if of_money(low) > left.clone() + scene.rounding() {
        return Err(format!("who leaves gets their part of {low}, left for the pool is {left}"));
    }
    let capped = |p: &PositionState| {
        let profit = scene.notional(p.size.unsigned_abs()) - whole(p.entry_value);
        !p.size.is_negative() && scene.price_pnl(p) < profit
    };
    let some_capped = scene.positions.iter().any(|e| e.at_cap || capped(&e.position));
    if !some_capped && of_money(high) + scene.rounding() < left {
        return Err(format!("who joins pays their part of {high}, left for the pool is {left}"));
    }
    Ok(())
}

fn accumulators_are_sums_over_positions<S: System>(scene: &Scene<S>) -> Result<(), String> {
    let mut margins = Purse::EMPTY;
    for entry in &scene.positions {
        margins = margins.plus(entry.position.margin).map_err(|e| e.to_string())?;
    }
    if margins != scene.solvency.margins {
        return Err(format!("margins {margins:?}, accumulated {:?}", scene.solvency.margins));
    }
    for (name, side, is_long) in [("long", &scene.market.long, true), ("short", &scene.market.short, false)] {
        let members: Vec<_> = scene
            .positions
            .iter()
            .map(|e| &e.position)
            .filter(|p| !p.size.is_zero() && p.size.is_negative() != is_long)
            .collect();
        let size: u128 = members.iter().map(|p| p.size.i128().unsigned_abs()).sum();
        let entry: u128 = members.iter().map(|p| p.entry_value.u128()).sum();
        let funding = members.iter().fold(zero(), |sum, p| sum + of_money(p.funding));
        let owed = members.iter().fold(zero(), |sum, p| sum + of_money(p.funding).max(zero()));
        same(&format!("{name} size"), side.size, Uint128::new(size))?;
        same(&format!("{name} entry value"), side.entry_value, Uint128::new(entry))?;
        let off = of_money(side.funding) - funding.clone();
        if off.clone().max(-off) > whole(Uint128::new(members.len() as u128)) {
            return Err(format!("{name} funding {}, sum over positions {funding}", side.funding));
        }
        if of_money(side.owed) + whole(Uint128::new(members.len() as u128)) < owed {
            return Err(format!("{name} owed {} is below the sum of claims {owed}", side.owed));
        }
    }
    Ok(())
}

fn every_winner_is_reserved<S: System>(scene: &Scene<S>) -> Result<(), String> {
    let cap = of_decimal(scene.market.params.long_reserve);
    let mut reserve = zero();
    for p in scene.positions.iter().map(|e| &e.position) {
        let entry = whole(p.entry_value);
        reserve += if p.size.is_negative() { entry } else { entry * cap.clone() };
        reserve += of_money(p.funding).max(zero());
    }
    let said = of_money(scene.solvency.reserve);
    let members = whole(Uint128::new(scene.positions.len() as u128));
    if said.clone() + members < reserve {
        return Err(format!("reserve {} is below what winners can claim: {reserve}", scene.solvency.reserve));
    }
    close("slack", of_money(scene.solvency.slack), whole(scene.solvency.pool.quote) - said)?;
    if scene.solvency.slack.is_negative() {
        return Err(format!("slack is {}", scene.solvency.slack));
    }
    Ok(())
}

/// For a withdrawal the pool is worth at most its coins less the gain of each stranger, regardless of what others have
/// lost, and less the hedger's gain (or plus its loss up to its margin). Gains are summed by groups with similar
/// entries; within the width of a group, 3.2 % by price and as much by funding, losses may offset gains.
fn who_leaves_is_not_paid_from_a_strangers_debt<S: System>(scene: &Scene<S>) -> Result<(), String> {
    let pool = &scene.pool;
    let mut max = scene.value(pool.pool);
    for entry in &scene.positions {
        let p = &entry.position;
        let gain = of_money(p.price_pnl) + of_money(p.funding);
        if scene.market.hedger.as_ref() == Some(&entry.owner) {
            max -= gain.max(-scene.value(p.margin));
        } else if gain > zero() {
            max -= gain;
        } else {
            max += whole(p.entry_value) * of_decimal(Decimal256::permille(64));
        }
        max += whole(Uint128::one());
    }
    if of_money(pool.value_low) > max {
        return Err(format!("the pool is said to be worth {}, more than {max}", pool.value_low));
    }
    Ok(())
}

fn coins_are_conserved<S: System>(scene: &Scene<S>) -> Result<(), String> {
    for (denom, supply, at_the_start) in scene.system.supplies()? {
        same(&denom, supply, at_the_start)?;
    }
    Ok(())
}

/// Price PnL and reserve are those of the index, whatever the margin coin is worth; without a price of its own that is
/// the index.
fn profits_and_reserve_are_at_the_index<S: System>(scene: &Scene<S>) -> Result<(), String> {
    let MarketResponse { prices, collateral_feed, params, long, short, .. } = &scene.market;
    if collateral_feed.is_some() != prices.collateral_range.is_some() {
        return Err(format!("the collateral feed is {collateral_feed:?}, its range {:?}", prices.collateral_range));
    }
    if collateral_feed.is_none() && prices.collateral != prices.index {
        return Err(format!("one price, and base is worth {}, the index {}", prices.collateral, prices.index));
    }
    for PositionEntry { owner, position, .. } in &scene.positions {
        close(&format!("price PnL of {owner}"), of_money(position.price_pnl), scene.price_pnl(position))?;
    }
    let entries = whole(short.entry_value) + whole(long.entry_value) * of_decimal(params.long_reserve);
    let reserve = entries + of_money(short.owed) + of_money(long.owed);
    close("reserve", of_money(scene.solvency.reserve), reserve)
}

fn covers(held: Purse, books: Purse) -> Result<(), String> {
    match held.minus(books) {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("holds {held:?}, books say {books:?}")),
    }
}

fn same(what: &str, said: Uint128, expected: Uint128) -> Result<(), String> {
    if said == expected {
        return Ok(());
    }
    Err(format!("{what} is {said}, expected {expected}"))
}

/// Equal up to a few roundings at the 18th digit below the unit.
fn close(what: &str, said: BigRational, expected: BigRational) -> Result<(), String> {
    let off = said.clone() - expected.clone();
    if off.clone().max(-off) <= BigRational::new(BigInt::from(10), BigInt::from(10u64.pow(18))) {
        return Ok(());
    }
    Err(format!("{what} is {said}, expected {expected}"))
}

fn zero() -> BigRational {
    whole(Uint128::zero())
}

fn whole(amount: Uint128) -> BigRational {
    BigRational::from_integer(BigInt::from(amount.u128()))
}

fn power_of_ten(exponent: u8) -> BigRational {
    BigRational::from_integer(BigInt::from(10u64.pow(exponent.into())))
}

fn of_decimal(value: Decimal256) -> BigRational {
    BigRational::new(
        BigInt::from_bytes_be(num_bigint::Sign::Plus, &value.atomics().to_be_bytes()),
        BigInt::from(10u64.pow(18)),
    )
}

fn of_money(value: Money) -> BigRational {
    of_signed(value.units())
}

fn of_signed(value: SignedDecimal256) -> BigRational {
    BigRational::new(BigInt::from_signed_bytes_be(&value.atomics().to_be_bytes()), BigInt::from(10u64.pow(18)))
}
