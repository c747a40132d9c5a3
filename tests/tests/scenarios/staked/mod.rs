//! Somebody pushes what a staked coin sells for, and takes what that offers: it must be less than moving a pool of a
//! million by 30 % and letting it be arbitraged once costs.

pub mod attack;
mod liquidations;
pub mod states;
pub mod wealth;

use attack::{attack, Act, Push, FALL};
use states::{in_state, Owned, State};
use wealth::Wealth;

/// A constant-product pool has half of its million in each coin. Who sells into it until the price is 30 % lower, and
/// lets others bring it back, has paid 500,000 * (1/sqrt(0.7) + sqrt(0.7) - 2) = 15,900.
pub const COST_OF_A_PUSH: f64 = 16_000.0;

pub const NOTHING: Owned = Owned { pool: 0, vault: 0 };
pub const MOST_OF_THE_POOL: Owned = Owned { pool: 90, vault: 0 };

/// What everybody gained by an attack in this state, and what the attacker could do.
pub fn attacked(state: State, owned: Owned, push: Push, acts: &[Act]) -> (Wealth, Vec<Act>) {
    let (gained, done) = attack(&mut in_state(state, owned), push, acts);
    println!("{state:?} {owned:?} {push:?} {acts:?} did {done:?}: {gained:.0?}");
    assert!(gained.sum().abs() < 1.0, "nobody else is there: {gained:?}");
    (gained, done)
}

/// Asserts the bound, and returns what the attacker could do.
#[track_caller]
pub fn assert_not_worth_it(state: State, owned: Owned, push: Push, acts: &[Act]) -> Vec<Act> {
    let (gained, done) = attacked(state, owned, push, acts);
    assert!(gained.attacker < COST_OF_A_PUSH, "{state:?} {owned:?} {push:?} {acts:?}: {gained:?}");
    done
}

#[test]
fn everything_together_gains_less_than_the_push_costs_whichever_rule_is_near() {
    for state in State::ALL {
        assert_not_worth_it(state, MOST_OF_THE_POOL, Push { step: 20, ..FALL }, &Act::ALL);
    }
}

/// The coin has sold for 10 % less for days, and somebody moves that away, which needs no confirmation, or three of the
/// ten points, which raises no flag.
#[test]
fn who_pushes_a_lasting_discount_away_sells_nothing_as_if_it_were_gone() {
    for (to, sold) in [("0", false), ("0.0701", true)] {
        let push = Push { discount: to, later: to, step: 20, ..FALL };
        let done = assert_not_worth_it(State::Lasting, NOTHING, push, &[Act::Sell, Act::Deposit]);
        assert_eq!(done.contains(&Act::Deposit), sold, "{to}: {done:?}");
    }
}
