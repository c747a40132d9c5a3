//! The spent part of the cost budget, when shares or parameters change.

use ballast_math::Money;
use ballast_types::policy::PolicyParams;
use cosmwasm_std::Uint128;

use crate::PolicyResult;

/// What is `spent` when the supply of shares goes from `before` to `after`, rounded up: the budget is counted a share,
/// so who leaves takes their part of it along and who comes brings theirs. Zero when there were no shares.
pub fn scale_spent(spent: Money, before: Uint128, after: Uint128) -> PolicyResult<Money> {
    if before.is_zero() {
        return Ok(Money::ZERO);
    }
    Ok(spent.portion_ceil(after, before)?)
}

/// What counts as spent once `new` parameters replace `old` ones at this NAV: what is left under the new parameters is
/// at most what was left under the old, and what was overspent stays overspent.
pub fn carry_spent(spent: Money, nav: Money, old: &PolicyParams, new: &PolicyParams) -> PolicyResult<Money> {
    let budget = |params: &PolicyParams| nav.or_zero().mul_floor(params.cost_budget);
    Ok(spent.plus(budget(new)?)?.minus(budget(old)?)?.or_zero())
}
