//! Whoever moves what a staked coin sells for, in every state of the vault: what `scenarios::staked` does once in each.

use crate::scenarios::staked::attack::{Act, Push, FALL};
use crate::scenarios::staked::states::{Owned, State};
use crate::scenarios::staked::{assert_not_worth_it, MOST_OF_THE_POOL, NOTHING};

mod discounts;
mod pushes;

const HALF_OF_THE_VAULT: Owned = Owned { pool: 10, vault: 50 };
const OWNED: [Owned; 3] = [NOTHING, MOST_OF_THE_POOL, HALF_OF_THE_VAULT];

#[test]
fn everything_together_minute_by_minute_gains_less_than_the_push_costs() {
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
        // Deposits are refused, nobody can be liquidated, and all losses are too small or not to be settled at this
        // price.
        let possible = !matches!(act, Act::Deposit | Act::Liquidate);
        assert_eq!(!done.is_empty(), possible, "{act:?}");
    }
}

#[test]
fn without_keepers_no_more_is_gained() {
    for state in State::ALL.into_iter().chain([State::Neglected, State::EmergencyDue]) {
        assert_not_worth_it(state, MOST_OF_THE_POOL, Push { step: 10, kept: false, ..FALL }, &Act::ALL);
    }
}
