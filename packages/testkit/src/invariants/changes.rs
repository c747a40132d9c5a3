//! What a step may change: the system before it is compared with the system after it.

use ballast_types::market::{PositionEntry, PositionState};
use ballast_types::oracle::Flag;
use ballast_types::Purse;
use cosmwasm_std::{Addr, Decimal256, Uint128};
use num_rational::BigRational;

use super::{of_decimal, of_money, of_signed, power_of_ten, whole, zero, Moment};

/// What happened between two moments of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A message, answered or refused.
    Message,
    /// Coins that somebody sent to a contract without a message.
    Gift,
}

/// The invariants that a step has broken, and how. A step that has changed the price itself (a message to the oracle)
/// is not judged.
pub fn broken_by(step: Step, before: &Moment, after: &Moment) -> Vec<String> {
    if before.vault.time != after.vault.time || before.market.prices != after.market.prices {
        return vec![];
    }
    let change = Change { before, after };
    let mut found = vec![
        (7, "a_share_falls_by_costs_alone", change.a_share_falls_by_costs_alone()),
        (28, "no_step_takes_from_the_pool", change.no_step_takes_from_the_pool()),
    ];
    if step == Step::Message {
        let flows = change.nav_changes_by_flows_less_costs();
        found.push((44, "nav_changes_by_flows_less_costs", flows));
    }
    named(found)
}

/// The invariants that time and prices have broken while nobody sent the market a message, and how.
pub fn broken_meanwhile(before: &Moment, after: &Moment) -> Vec<String> {
    let pnl = Change { before, after }.nav_changes_by_pnl_and_funding();
    named(vec![(44, "nav_changes_by_pnl_and_funding", pnl)])
}

fn named(found: Vec<(u8, &'static str, Result<(), String>)>) -> Vec<String> {
    let broken = |(number, name, check): (u8, &str, Result<(), String>)| {
        check.err().map(|what| format!("{number} {name}: {what}"))
    };
    found.into_iter().filter_map(broken).collect()
}

/// A step at one price, or a time in which nobody sent the market a message.
struct Change<'a> {
    before: &'a Moment,
    after: &'a Moment,
}

impl Change<'_> {
    /// What a share is worth falls only by the vault's own trading, and by no more than the market charges for it: not
    /// by a deposit, a redemption, a transfer, a gift, or a changed configuration. Without shares there is nothing to
    /// compare; and a position that would leave nothing if it were closed counts as none, so that who leaves gets their
    /// part of the idle coins.
    fn a_share_falls_by_costs_alone(&self) -> Result<(), String> {
        let (before, after) = (self.before, self.after);
        let backed = |m: &Moment| of_money(m.vault.nav) + whole(Uint128::one());
        if before.vault.shares.is_zero() || backed(before) <= self.cost_of_closing() {
            return Ok(());
        }
        let costs = self.costs_of_the_vault();
        let (had, has) = (backed(before) * shares(after), (backed(after) + &costs) * shares(before));
        if has + before.rounding() * shares(before) < had {
            let (nav, now) = (before.vault.nav, after.vault.nav);
            let (supply, left) = (before.vault.shares, after.vault.shares);
            return Err(format!("{nav} over {supply} shares became {now} over {left}, costs are {costs} at most"));
        }
        Ok(())
    }

    /// The most that the vault's own trading in this step can have cost all its shares.
    fn costs_of_the_vault(&self) -> BigRational {
        let (before, after) = (self.before, self.after);
        if !self.vault_traded() {
            return zero();
        }
        let (trading, converting) = self.charges();
        let [had, has] = [before, after].map(|m| whole(m.solvency.pool.base) + whole(m.solvency.insurance.base));
        let (base, brought) = (distance(had, has) * before.coin_price(), self.brought());
        let paid_out = brought.0 <= zero() && brought.1 <= zero();
        let fees = if paid_out { before.market.params.liquidation_fee } else { Decimal256::zero() };
        let bonus = brought.0.max(zero()) * before.coin_price() * of_decimal(before.config.policy.auction_bonus);
        let size = |m: &Moment| whole(m.vault.venue.position.size.unsigned_abs());
        let traded = distance(size(before), size(after)) * before.price();
        let units = whole(Uint128::new(8)) + before.value(Purse::base(Uint128::new(4)));
        traded * (trading + of_decimal(fees)) + base * converting + bonus + units
    }

    /// The most that closing the vault's position can cost, also if all of it is paid in base.
    fn cost_of_closing(&self) -> BigRational {
        let vault = &self.before.vault;
        let (trading, converting) = self.charges();
        let base = whole(vault.idle.base) + whole(vault.venue.position.margin.base);
        let size = whole(vault.venue.position.size.unsigned_abs());
        size * trading * self.before.price() + base * converting * self.before.coin_price()
    }

    /// What the market charges at most for trading, and for base that it takes in payment or sells.
    fn charges(&self) -> (BigRational, BigRational) {
        let (params, prices) = (&self.before.market.params, &self.before.market.prices);
        let widest =
            |spread, low, high, price| of_decimal(spread) + (of_decimal(high) - of_decimal(low)) / of_decimal(price);
        let of_index = widest(prices.spread, prices.index_low, prices.index_high, prices.index);
        let of_base = match &prices.collateral_range {
            Some(range) => widest(range.spread, range.low, range.high, prices.collateral),
            None => of_index.clone(),
        };
        (of_decimal(params.taker_fee) + of_index, of_decimal(params.conversion_charge) + of_base)
    }

    /// Whether the vault's position is another, and not just a part of what it was: the cost of closing a part is the
    /// redeemer's.
    fn vault_traded(&self) -> bool {
        let [had, has] = [self.before, self.after].map(|m| m.vault.venue.position);
        if self.before.vault.shares == self.after.vault.shares {
            return had.size != has.size || had.entry_value != has.entry_value;
        }
        // Who comes or goes pays for their own part, so that size and entry value keep to the same part.
        let (size, left) = (whole(had.size.unsigned_abs()), whole(has.size.unsigned_abs()));
        let leaves = self.after.vault.shares < self.before.vault.shares;
        leaves && {
            let part = shares(self.after) / shares(self.before);
            let of_size = distance(size * &part, left);
            let of_entry = distance(whole(had.entry_value) * part, whole(has.entry_value));
            of_size > whole(Uint128::one()) || of_entry > self.before.notional(Uint128::one()) + whole(Uint128::new(2))
        }
    }

    /// At one price no order, liquidation or provider leaves less for the pool: it loses no more than the deficits that
    /// it reports, what a provider takes out, and the discount on base that is bought.
    fn no_step_takes_from_the_pool(&self) -> Result<(), String> {
        let (before, after) = (self.before, self.after);
        let kept = |m: &Moment| m.left_for_the_pool() + m.value(m.solvency.insurance);
        let deficits = |m: &Moment| whole(m.solvency.insured) + whole(m.solvency.bad_debt);
        let gained = kept(after) - kept(before) + deficits(after) - deficits(before);
        let allowed = if before.pool.total_shares == after.pool.total_shares {
            self.discount() + self.rounding_at_a_cap() + self.of_confidence()
        } else {
            let coins = |m: &Moment| m.value(m.solvency.pool) + m.value(m.solvency.insurance);
            coins(before) - coins(after)
        };
        if gained.clone() + &allowed + before.rounding() < zero() {
            return Err(format!("the pool loses {}, no more than {allowed} may go", -gained));
        }
        Ok(())
    }

    /// The greatest discount on the base that has left the pool.
    fn discount(&self) -> BigRational {
        let [had, has] = [self.before, self.after].map(|m| m.solvency.pool.base);
        let market = &self.before.market;
        let redemption = market.prices.collateral_range.as_ref().map_or(market.prices.collateral, |r| r.redemption);
        let worth = self.before.value(Purse::base(had.saturating_sub(has)));
        worth * of_decimal(redemption) / of_decimal(market.prices.collateral) * of_decimal(market.params.base_discount)
    }

    /// A long that is closed at its cap may owe a unit that only rounding made.
    fn rounding_at_a_cap(&self) -> BigRational {
        let stays = |owner: &Addr| self.after.positions.iter().any(|e| e.owner == *owner);
        let gone = |e: &&PositionEntry| e.at_cap && !stays(&e.owner);
        whole(Uint128::new(self.before.positions.iter().filter(gone).count() as u128))
    }

    /// While publishers disagree, positions are liquidated at the end of the interval that is better for them.
    fn of_confidence(&self) -> BigRational {
        let (before, market) = (self.before, &self.before.market);
        let prices = &market.prices;
        let sizes = before.notional(market.long.size) + before.notional(market.short.size);
        let mut most = zero();
        if prices.flags.contains(&Flag::Uncertain) {
            most += sizes * of_decimal(prices.spread);
        }
        if let Some(range) = prices.collateral_range.as_ref().filter(|r| r.flags.contains(&Flag::Uncertain)) {
            most += before.value(Purse::base(before.solvency.margins.base)) * of_decimal(range.spread);
        }
        most
    }

    /// At one price NAV changes by the coins that people bring and take, less what pool and strangers get of them. Coins
    /// that were left without shares leave the books with the first deposit.
    fn nav_changes_by_flows_less_costs(&self) -> Result<(), String> {
        let (before, after) = (self.before, self.after);
        let of_others = |m: &Moment| {
            let worth = |position: &PositionState| m.value(position.margin) + m.unsettled(position);
            let of_the_market = m.left_for_the_pool() + m.value(m.solvency.insurance);
            let all = m.positions.iter().fold(of_the_market, |sum, e| sum + worth(&e.position));
            all - worth(&m.vault.venue.position)
        };
        let (base, quote) = self.brought();
        let flow = base * before.coin_price() + quote;
        let costs = of_others(after) - of_others(before);
        let first = before.vault.shares.is_zero() && !after.vault.shares.is_zero();
        let of_nobody = if first { before.value(before.vault.idle) } else { zero() };
        let expected = of_money(before.vault.nav) + &flow - &costs - of_nobody;
        let now = of_money(after.vault.nav);
        if distance(now, expected) > before.rounding() + after.rounding() {
            let (nav, now) = (before.vault.nav, after.vault.nav);
            return Err(format!("{nav} became {now} with a flow of {flow} of which others got {costs}"));
        }
        Ok(())
    }

    /// Base and quote that people have brought to vault and market together; negative if they took them.
    fn brought(&self) -> (BigRational, BigRational) {
        let held = |m: &Moment, of: fn(&Purse) -> Uint128| whole(of(&m.held_by_vault)) + whole(of(&m.held_by_market));
        let change = |of| held(self.after, of) - held(self.before, of);
        (change(|p| p.base), change(|p| p.quote))
    }

    /// Between messages to the market NAV changes by the new price of what is not hedged and by funding, at the price and the rate
    /// that the market reports for a short.
    fn nav_changes_by_pnl_and_funding(&self) -> Result<(), String> {
        let (before, after) = (self.before, self.after);
        let [had, has] = [before, after].map(|m| m.vault.venue.position);
        let same = before.vault.idle == after.vault.idle
            && (had.size, had.entry_value, had.margin) == (has.size, has.entry_value, has.margin)
            && before.solvency.pool == after.solvency.pool
            && before.market.params == after.market.params;
        if !same || before.market.prices.flags.contains(&Flag::Uncertain) {
            return Ok(());
        }
        let size = whole(had.size.unsigned_abs());
        let earned = |m: &Moment| of_signed(m.vault.venue.funding.short_earned);
        let funding = &size * before.price() * (earned(after) - earned(before));
        let coins = whole(had.margin.base) + whole(before.vault.idle.base);
        let moved = coins * (after.coin_price() - before.coin_price()) - &size * (after.price() - before.price());
        let expected = of_money(before.vault.nav) + moved + &funding;
        let now = of_money(after.vault.nav);
        // The rate that is reported has 18 digits.
        let digits = size * before.price() / power_of_ten(16) + before.rounding();
        if distance(now, expected.clone()) > digits {
            return Err(format!("{} became {}, not {expected}", before.vault.nav, after.vault.nav));
        }
        Ok(())
    }
}

/// Shares with those that nobody owns: as many as a unit of quote is worth at the start.
fn shares(moment: &Moment) -> BigRational {
    let extra = 18u8.saturating_sub(moment.market.quote.decimals).min(6);
    whole(moment.vault.shares) + power_of_ten(extra)
}

fn distance(a: BigRational, b: BigRational) -> BigRational {
    let off = a - b;
    off.clone().max(-off)
}
