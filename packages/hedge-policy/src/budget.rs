//! The budget of keepers' trades: `cost_budget` of NAV, of which what was spent comes back evenly. It is counted a share:
//! who leaves takes their part of what was spent along, and nobody gets a larger one by changing its parameters.

use ballast_math::{Money, Shares};
use ballast_types::policy::PolicyParams;
use cosmwasm_std::Uint128;

use crate::{nav, Result, State};

/// What is left of `spent` after `seconds`: the budget of `cost_budget * nav` refills evenly in
/// `cost_budget_refill`. Rounded up; with a NAV of zero or below nothing refills.
pub fn refill(spent: Money, seconds: u64, nav: Money, params: &PolicyParams) -> Result<Money> {
    let budget = budget(nav, params)?;
    let elapsed = Uint128::from(seconds.min(params.cost_budget_refill));
    let refilled = budget.portion_floor(elapsed, params.cost_budget_refill.into())?;
    Ok(spent.minus(refilled)?.or_zero())
}

/// What keepers' trades may still cost now, units of quote.
pub fn budget_left(state: &State, params: &PolicyParams) -> Result<Money> {
    left(state.cost_spent, nav(state)?, params)
}

/// What was spent, after the supply of shares changed from `before` to `after`: as much a share as it was, rounded up.
/// Nothing where there was no share. Give both with the virtual shares where NAV is divided by these too.
pub fn scale_spent(spent: Money, before: Shares, after: Shares) -> Result<Money> {
    if before.is_zero() {
        return Ok(Money::ZERO);
    }
    Ok(spent.portion_ceil(after.amount(), before.amount())?)
}

/// What counts as spent under new parameters, `spent` being what it is now under the old ones, refilled up to now: what is
/// left stays what it is, or becomes the whole of a smaller budget. So a larger one has to refill first, what was spent
/// beyond the budget stays beyond it, and there and back again changes nothing for the better.
pub fn carry_spent(spent: Money, nav: Money, old: &PolicyParams, new: &PolicyParams) -> Result<Money> {
    let added = budget(nav, new)?.minus(budget(nav, old)?)?;
    Ok(spent.plus(added)?.or_zero())
}

/// Whether a cost fits into what is left; none always does.
pub(crate) fn fits(cost: Money, spent: Money, nav: Money, params: &PolicyParams) -> Result<bool> {
    Ok(cost.is_zero() || spent.plus(cost)? <= budget(nav, params)?)
}

fn left(spent: Money, nav: Money, params: &PolicyParams) -> Result<Money> {
    Ok(budget(nav, params)?.minus(spent)?.or_zero())
}

/// The whole budget; none where NAV is zero or below.
fn budget(nav: Money, params: &PolicyParams) -> Result<Money> {
    Ok(nav.or_zero().mul_floor(params.cost_budget)?)
}
