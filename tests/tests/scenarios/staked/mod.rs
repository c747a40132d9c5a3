//! Somebody pushes what a staked coin sells for, and takes what that offers: it must be less than moving a pool of a
//! million by 30 % and letting it be arbitraged once costs.

mod attack;
mod liquidations;
mod pushes;
mod states;
mod wealth;

use attack::{attack, Act, Push, FALL};
use states::{in_state, Owned, State};
use wealth::Wealth;

/// A constant-product pool has half of its million in each coin. Who sells into it until the price is 30 % lower, and
/// lets others bring it back, has paid 500,000 * (1/sqrt(0.7) + sqrt(0.7) - 2) = 15,900.
const COST_OF_A_PUSH: f64 = 16_000.0;

/// What the attacker owns: nothing, most of the pool, or half of the vault and a little of the pool.
const OWNED: [Owned; 3] = [NOTHING, MOST_OF_THE_POOL, HALF_OF_THE_VAULT];
const NOTHING: Owned = Owned { pool: 0, vault: 0 };
const MOST_OF_THE_POOL: Owned = Owned { pool: 90, vault: 0 };
const HALF_OF_THE_VAULT: Owned = Owned { pool: 10, vault: 50 };

/// What everybody gained by an attack in this state, and what the attacker could do.
fn attacked(state: State, owned: Owned, push: Push, acts: &[Act]) -> (Wealth, Vec<Act>) {
    let (gained, done) = attack(&mut in_state(state, owned), push, acts);
    println!("{state:?} {owned:?} {push:?} {acts:?} did {done:?}: {gained:.0?}");
    assert!(gained.sum().abs() < 1.0, "nobody else is there: {gained:?}");
    (gained, done)
}

#[track_caller]
fn assert_not_worth_it(state: State, owned: Owned, push: Push, acts: &[Act]) -> Vec<Act> {
    let (gained, done) = attacked(state, owned, push, acts);
    assert!(gained.attacker < COST_OF_A_PUSH, "{state:?} {owned:?} {push:?} {acts:?}: {gained:?}");
    done
}

#[test]
fn everything_together_gains_less_than_the_push_costs_whichever_rule_is_near() {
    for state in State::ALL {
        assert_not_worth_it(state, MOST_OF_THE_POOL, FALL, &Act::ALL);
        for owned in [NOTHING, HALF_OF_THE_VAULT] {
            assert_not_worth_it(state, owned, Push { step: 10, ..FALL }, &Act::ALL);
        }
    }
}

#[test]
fn each_act_alone_gains_less_than_the_push_costs_whichever_rule_is_near() {
    for act in Act::ALL {
        let owned = match act {
            Act::Deposit | Act::Buy | Act::Sell | Act::Trade => NOTHING,
            Act::Liquidate | Act::Pool => MOST_OF_THE_POOL,
            Act::Redeem => HALF_OF_THE_VAULT,
        };
        let mut done = vec![];
        for state in State::ALL {
            done.extend(assert_not_worth_it(state, owned, Push { step: 10, ..FALL }, &[act]));
        }
        // Deposits are refused, an auction pays too little, nobody can be liquidated, and all losses are too small or
        // not to be settled at this price.
        let possible = !matches!(act, Act::Deposit | Act::Sell | Act::Liquidate);
        assert_eq!(!done.is_empty(), possible, "{act:?} in {} states", done.len());
    }
}

#[test]
fn without_keepers_no_more_is_gained() {
    for state in State::ALL {
        assert_not_worth_it(state, MOST_OF_THE_POOL, Push { step: 10, kept: false, ..FALL }, &Act::ALL);
    }
}
