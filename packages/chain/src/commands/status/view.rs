//! Formats the status.

use ballast_types::market::{Leverage, MarketAction, PoolResponse, SolvencyResponse};
use ballast_types::oracle::{Flag, PriceUse, Reading, RegressionResponse};
use ballast_types::policy::{Decision, HedgeState, Rule, StressResponse};
use ballast_types::vault::{VaultAction, VaultPositionResponse};
use cosmwasm_std::{Decimal256, SignedDecimal256, Timestamp, Uint128};

use super::super::rebalance::describe;
use super::super::system::{aligned, duration, leverage, percent, price, Units};
use super::{closing, collateral, Part, Status};
use crate::figures::{fixed, grouped, time};
use crate::readable::worded;

pub(super) type Rows = Vec<(&'static str, String)>;

/// Blocks of lines, one for each part of the system.
pub fn render(status: &Status, units: &Units) -> String {
    let mut blocks = vec![format!("chain {} at height {}, vault {}", status.chain, status.height, status.vault)];
    let mut block = |name: &str, rows: &Rows| blocks.push(format!("{name}\n{}", aligned(rows)));
    block("vault", &vault(status, units));
    let mut hedge_rows = of(&status.health, |health| hedge(status.position.known(), health, units));
    hedge_rows.extend(min_variance(status));
    block("hedge", &hedge_rows);
    block("funding, yearly", &of(&status.position, |position| funding(position, status)));
    block("oracle", &oracle(status, units));
    if status.market.collateral_feed.is_some() {
        block("deposited coin", &collateral::rows(status, units));
    }
    block("pool", &pool(status, units));
    let due = match &status.next_action {
        Part::Known(decision) => format!("{}{}", describe(decision, units), foreseen(status, decision)),
        Part::Unknown { error: why } => format!("not known: {why}"),
    };
    blocks.push(format!("next action\n  {due}"));
    let paused = if status.paused.is_empty() { vec!["nothing".to_owned()] } else { status.paused.clone() };
    blocks.push(format!("paused or refused\n  {}", paused.join("\n  ")));
    blocks.join("\n\n")
}

/// A note if a rescue reacts to a price that the values above do not use yet.
fn foreseen(status: &Status, decision: &Decision) -> &'static str {
    let rescue = matches!(decision.rule, Some(Rule::Emergency | Rule::LeverageHigh));
    let held = status.position.known().is_some_and(|position| position.venue.prices.held_back.is_some());
    if rescue && held {
        " (at the price that is held back)"
    } else {
        ""
    }
}

fn of<T>(part: &Part<T>, rows: impl FnOnce(&T) -> Rows) -> Rows {
    match part {
        Part::Known(answer) => rows(answer),
        Part::Unknown { error: why } => vec![("not known", why.clone())],
    }
}

fn vault(status: &Status, units: &Units) -> Rows {
    let mut rows = vec![];
    match &status.position {
        Part::Known(position) => {
            let price = status
                .share_price
                .map_or("no shares yet".to_owned(), |price| format!("{} {}", fixed(price, 6), units.quote_name));
            rows.push(("net asset value", units.money(position.nav)));
            rows.push(("share price", price));
            rows.extend(measured_at(position, units).map(|at| ("both at", at)));
            rows.push(("supply", units.shares(status.supply)));
            rows.push(("idle", units.purse(position.idle)));
            rows.push(("cost not yet refilled", units.money(position.cost_spent)));
        }
        Part::Unknown { error: why } => {
            rows.push(("supply", units.shares(status.supply)));
            rows.push(("value not known", why.clone()));
        }
    }
    if let Some(least) = status.min_deposit {
        rows.push((
            "min first deposit",
            format!(
                "{}: its hedge must be worth {}",
                units.base(least),
                units.quote(status.market.params.min_position)
            ),
        ));
    }
    rows.push(("deposit cap", status.config.deposit_cap.map_or("none".to_owned(), |cap| units.quote(cap))));
    rows
}

/// The price of the values; none before the first one.
fn measured_at(position: &VaultPositionResponse, units: &Units) -> Option<String> {
    let prices = &position.venue.prices;
    let usable = prices.flags.is_empty();
    (!prices.index.is_zero()).then(|| {
        let last = if usable { "" } else { ", the last accepted price: the oracle's cannot be used now" };
        format!("{}{last}", units.price(prices.index))
    })
}

fn hedge(position: Option<&VaultPositionResponse>, health: &StressResponse, units: &Units) -> Rows {
    let HedgeState {
        leverage: now, margin_ratio, liquidation_price, hedge_ratio, coins_needed, covered, targets, ..
    } = &health.before;
    let mut rows = vec![];
    if let Some(VaultPositionResponse { venue, .. }) = position {
        let size = venue.position.size;
        let side = if size.is_negative() { "short" } else { "long" };
        let shown = format!("{side} {}", units.base(size.unsigned_abs()));
        rows.push(("size", if size.is_zero() { "none".to_owned() } else { shown }));
        rows.push(("posted margin", units.purse(venue.position.margin)));
        rows.extend(position.and_then(|position| measured_at(position, units)).map(|at| ("measured at", at)));
        let (pnl, funding) = (units.money(venue.position.price_pnl), units.money(venue.position.funding));
        rows.push(("unsettled", format!("{pnl} of price, {funding} of funding")));
    }
    let bound = |ratio| leverage(Leverage::Finite(ratio));
    rows.push(("leverage", leverage(*now)));
    rows.push((
        "its bounds",
        format!(
            "L_min {}, L* {}, L_max {}, emergency {}",
            bound(targets.leverage_min),
            bound(targets.leverage_target),
            bound(targets.leverage_max),
            bound(targets.leverage_emergency)
        ),
    ));
    if now.is_above(targets.leverage_max) {
        let covered = if *covered { "idle coins cover it" } else { "idle coins DO NOT cover it" };
        rows.push(("coins needed for L*", format!("{}: {covered}", units.base(*coins_needed))));
    }
    if let Some(ratio) = margin_ratio {
        let maintenance = position.map(|position| percent(position.venue.terms.maintenance_ratio));
        rows.push(("margin ratio", format!("{}, maintenance {}", percent(ratio), maintenance.unwrap_or_default())));
    }
    rows.push(("liquidation", units.liquidation(*liquidation_price)));
    rows.push((
        "hedge ratio",
        format!(
            "{}, target {} (left alone from {} to {})",
            percent(hedge_ratio),
            percent(targets.hedge_target),
            percent(targets.hedge_low),
            percent(targets.hedge_high)
        ),
    ));
    rows
}

/// The ratio from which the hedge starts, where the owner has set another one than a whole hedge or the oracle keeps an
/// estimate of it.
fn min_variance(status: &Status) -> Option<(&'static str, String)> {
    let (ratio, estimate) = (status.config.policy.min_variance_hedge, &status.regression);
    if ratio == Decimal256::one() && estimate.is_none() {
        return None;
    }
    let estimate = estimate.as_ref().map(|RegressionResponse { ratio, returns, .. }| {
        let ratio = ratio.map_or("not known yet".to_owned(), signed_percent);
        format!("; the oracle's estimate is {ratio}, from {} hourly returns", grouped(&returns.to_string()))
    });
    Some(("minimum variance", format!("{}, from which h* starts{}", percent(ratio), estimate.unwrap_or_default())))
}

fn funding(position: &VaultPositionResponse, status: &Status) -> Rows {
    let (rates, health) = (&position.venue.funding, &status.health);
    let mut rows = vec![];
    if let Some(at) = status.funding_lapsed_at {
        let stale = rates.stale_at.is_some_and(|at| at.seconds() <= status.time);
        rows.push(("LAPSED", lapsed(Timestamp::from_seconds(at), status.time, stale)));
    }
    let earns = if rows.is_empty() { "short earns now" } else { "short would earn" };
    rows.extend([
        (earns, signed_percent(rates.short)),
        ("rate", format!("{} (reference {})", signed_percent(rates.rate), signed_percent(rates.reference))),
    ]);
    if let Some(health) = health.known() {
        let forecast = signed_percent(health.before.targets.funding_forecast);
        let means = [signed_percent(position.reference_mean), signed_percent(position.paid_mean)].join(", paid ");
        rows.push(("forecast", format!("{forecast} (means: reference {means})")));
    }
    rows
}

/// Says that nobody earns funding, since when, and what to do.
fn lapsed(at: Timestamp, now: u64, stale: bool) -> String {
    let renew = match stale {
        true => "publish a newer rate, then run `ballast-chain keep`",
        false => "`ballast-chain keep` renews it, as does any order",
    };
    let ago = duration(now.saturating_sub(at.seconds()));
    format!("the rate that the market goes on with lapsed {ago} ago, nobody earns the reference since: {renew}")
}

fn signed_percent(ratio: SignedDecimal256) -> String {
    let shown = percent(ratio);
    // No minus sign for zero.
    let plain = ratio.is_negative() || shown.starts_with("0.00");
    format!("{}{shown}", if plain { "" } else { "+" })
}

fn oracle(status: &Status, units: &Units) -> Rows {
    let mut rows = vec![];
    let age = status.price_age.map_or(String::new(), |age| format!(", {} old", duration(age)));
    for (place, reading) in status.feeds.iter().enumerate() {
        let Reading { value, flags, stale_at, feed, .. } = reading;
        if flags.contains(&Flag::Missing) {
            rows.push((["price", "rate"].get(place).copied().unwrap_or_default(), format!("{feed} has no value")));
            continue;
        }
        match place {
            0 => {
                let price = format!("{} {}/{}", price(value), units.quote_name, units.base_name);
                let unused = if flags.is_empty() { "" } else { ": NOT USED, see its flags" };
                rows.push(("price", format!("{price}{age}, {}{unused}", stale(*stale_at, status.time))));
                rows.push(("volatility", format!("{} a year", percent(reading.volatility))));
                rows.push(("flags", flagged(flags)));
                rows.extend(closing::row(status));
                rows.extend(closing::too_long(status));
                rows.extend(reading.confirm_from.map(|from| ("held back", held_back(status, from, units))));
            }
            _ => {
                rows.push(("rate", format!("{}, {}", signed_percent(*value), stale(*stale_at, status.time))));
                rows.push(("its flags", flagged(flags)));
            }
        }
    }
    rows
}

/// A price that is held back, since when, and from when it can be used.
fn held_back(status: &Status, from: Timestamp, units: &Units) -> String {
    let held = status.held_back.as_ref();
    let held = held.map_or(String::new(), |held| format!("{} since {}; ", units.price(held.price), time(held.time)));
    let usable = match from.seconds().checked_sub(status.time) {
        Some(0) | None => "now".to_owned(),
        Some(wait) => format!("from {} on, in {},", time(from), duration(wait)),
    };
    format!("{held}a value published {usable} may confirm it")
}

/// When a reading becomes stale, relative to now.
pub(super) fn stale(at: Timestamp, now: u64) -> String {
    match at.seconds().checked_sub(now) {
        Some(left) => format!("stale in {}", duration(left)),
        None => format!("stale for {}", duration(now.saturating_sub(at.seconds()))),
    }
}

fn pool(status: &Status, units: &Units) -> Rows {
    let mut rows = of(&status.pool, |pool| {
        let PoolResponse { pool, total_shares, notice, value_high, value_low, base_for_sale, .. } = pool;
        let mut rows = vec![
            ("coins", units.purse(*pool)),
            ("value", format!("{} to withdraw, {} to deposit", units.money(*value_low), units.money(*value_high))),
            ("shares", shares(*total_shares, *notice)),
        ];
        if !base_for_sale.amount.is_zero() {
            let (amount, price) = (units.base(base_for_sale.amount), units.price(base_for_sale.price));
            rows.push(("for sale", format!("{amount} at {price}")));
        }
        rows
    });
    rows.extend(of(&status.solvency, |solvency| {
        let SolvencyResponse { insurance, reserve, slack, bad_debt, insured, .. } = solvency;
        vec![
            ("slack", format!("{} above the reserve of {}", units.money(*slack), units.money(*reserve))),
            ("insurance", units.purse(*insurance)),
            ("deficits", format!("{} insured, {} borne by the pool", units.quote(*insured), units.quote(*bad_debt))),
        ]
    }));
    rows.push(("keeps room for", hedger(status)));
    rows
}

fn shares(total: Uint128, notice: Uint128) -> String {
    let total = grouped(&total.to_string());
    if notice.is_zero() {
        return total;
    }
    format!("{total}, {} of them about to leave", grouped(&notice.to_string()))
}

/// The account for which the market reserves capacity.
fn hedger(status: &Status) -> String {
    match &status.market.hedger {
        Some(hedger) if hedger.as_str() == status.vault => "this vault".to_owned(),
        Some(other) => format!("{other}, which is NOT this vault"),
        None => "nobody: strangers may fill the market, and the vault cannot hedge".to_owned(),
    }
}

/// What is off or refused now, and why.
pub fn paused(status: &Status) -> Vec<String> {
    let mut reasons = vec![];
    for action in &status.config.stopped {
        reasons.push(match action {
            VaultAction::Deposit => "vault: deposits are stopped by its guardian or owner".to_owned(),
            VaultAction::Rebalance => "vault: rules 4 to 7 are stopped by its guardian or owner".to_owned(),
        });
    }
    let market = &status.market.status;
    for action in &market.off {
        let back = match action {
            MarketAction::Reduce => market.reduce_from,
            MarketAction::MarginIn => market.margin_in_from,
            MarketAction::MarginOut => market.margin_out_from,
            MarketAction::Liquidate => market.liquidation_from,
            _ => None,
        };
        let back = back.map_or(String::new(), |at| format!(" until {}", time(at)));
        reasons.push(format!("market: {} is off{back}", in_words(action)));
    }
    let of_index = status.feeds.first().map(|price| price.flags.as_slice()).unwrap_or_default();
    let closed = closing::closed_until(status).map(|closed| format!(" (its market is {closed})"));
    reasons.extend(refused_by_flags("price", of_index).map(|why| why + &closed.unwrap_or_default()));
    let of_collateral = collateral::range(status).map(|range| range.flags.as_slice()).unwrap_or_default();
    let of_collateral: Vec<_> = of_collateral.iter().copied().filter(|flag| *flag != Flag::Discount).collect();
    reasons.extend(refused_by_flags("collateral price", &of_collateral));
    reasons.extend(collateral::waits(status));
    if status.pool.known().is_some_and(|pool| pool.pool.quote.is_zero()) {
        reasons.push("pool: it is empty, so no deposit can be hedged: ballast-chain pool-deposit fills it".to_owned());
    }
    if let Some(health) = status.health.known() {
        if health.before.leverage.is_above(health.before.targets.leverage_max) {
            reasons.push("vault: deposits wait until leverage is below L_max".to_owned());
        }
    }
    reasons
}

fn refused_by_flags(price: &str, flags: &[Flag]) -> Option<String> {
    let uses = [
        (PriceUse::Increase, "opening and growing positions (so deposits)"),
        (PriceUse::Reduce, "reducing them (so redemptions with a hedge)"),
        (PriceUse::Settle, "settling"),
        (PriceUse::MarginOut, "withdrawing margin"),
        (PriceUse::Liquidate, "liquidation"),
        (PriceUse::Pool, "the pool in and out"),
        (PriceUse::BuyBase, "buying coins from the pool"),
    ];
    let refused: Vec<_> = uses.iter().filter(|(usage, _)| !usage.allowed_by(flags)).map(|(_, name)| *name).collect();
    (!refused.is_empty())
        .then(|| format!("the oracle's {price} is {}: the market refuses {}", flagged(flags), refused.join(", ")))
}

/// Flags in words.
pub(super) fn flagged(flags: &[Flag]) -> String {
    match flags {
        [] => "none".to_owned(),
        flags => flags.iter().map(in_words).collect::<Vec<_>>().join(" and "),
    }
}

/// A flag or an action in words.
fn in_words(value: &impl std::fmt::Debug) -> String {
    let name = format!("{value:?}");
    worded(&name).unwrap_or(name)
}

/// A name as the contracts write it.
pub fn name(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
