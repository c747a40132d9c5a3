//! The cost budget of keepers' trades: `cost_budget` of NAV, which refills evenly after it was spent. The spent part is
//! proportional to shares, so a redeemer takes their part along, and new parameters never free budget at once.

use ballast_math::{Money, Shares};
use ballast_types::policy::PolicyParams;
use cosmwasm_std::Uint128;

use crate::{nav, Result, State};

/// What is still spent of `spent` after `seconds`: the budget of `cost_budget * nav` refills evenly in
/// `cost_budget_refill`. Rounded up. If NAV is zero or below nothing refills.
pub fn refill(spent: Money, seconds: u64, nav: Money, params: &PolicyParams) -> Result<Money> {
    let budget = budget(nav, params)?;
    let elapsed = Uint128::from(seconds.min(params.cost_budget_refill));
    let refilled = budget.portion_floor(elapsed, params.cost_budget_refill.into())?;
    Ok(spent.minus(refilled)?.or_zero())
}

/// How much keepers' trades may still cost, units of quote.
pub fn budget_left(state: &State, params: &PolicyParams) -> Result<Money> {
    left(state.cost_spent, nav(state)?, params)
}

/// Scales the spent budget to a supply of shares that changed from `before` to `after`: the amount per share stays the
/// same, rounded up. Zero if there were no shares. Include virtual shares in both if NAV is also divided by them.
pub fn scale_spent(spent: Money, before: Shares, after: Shares) -> Result<Money> {
    if before.is_zero() {
        return Ok(Money::ZERO);
    }
    Ok(spent.portion_ceil(after.amount(), before.amount())?)
}

/// Converts the spent budget to new parameters; `spent` is the current value under the old ones. The remaining budget
/// stays the same, or is all of a smaller budget. So a larger budget has to refill first, an overspent budget stays
/// overspent, and changing parameters back and forth gains nothing.
pub fn carry_spent(spent: Money, nav: Money, old: &PolicyParams, new: &PolicyParams) -> Result<Money> {
    let added = budget(nav, new)?.minus(budget(nav, old)?)?;
    Ok(spent.plus(added)?.or_zero())
}

/// Whether a cost fits into the remaining budget; a cost of zero always does.
pub(crate) fn fits(cost: Money, spent: Money, nav: Money, params: &PolicyParams) -> Result<bool> {
    Ok(cost.is_zero() || spent.plus(cost)? <= budget(nav, params)?)
}

fn left(spent: Money, nav: Money, params: &PolicyParams) -> Result<Money> {
    Ok(budget(nav, params)?.minus(spent)?.or_zero())
}

/// The whole budget; zero if NAV is zero or below.
fn budget(nav: Money, params: &PolicyParams) -> Result<Money> {
    Ok(nav.or_zero().mul_floor(params.cost_budget)?)
}
