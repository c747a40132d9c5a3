//! Other pushes than the one of 30 % for an hour.

use ballast_testkit::{decimal, Staked, Suite};
use ballast_tests::{near, number, PAYING};
use ballast_types::oracle::Flag;
use ballast_types::venue::CollateralRange;

use super::OWNED;
use crate::scenarios::staked::attack::{Act, Push, FALL};
use crate::scenarios::staked::states::{founded, State};
use crate::scenarios::staked::{assert_not_worth_it, attacked, MOST_OF_THE_POOL, NOTHING};

fn not_worth_it_in_any_state(push: Push) {
    for state in State::ALL {
        assert_not_worth_it(state, MOST_OF_THE_POOL, Push { step: 10, ..push }, &Act::ALL);
    }
}

#[test]
fn a_push_that_needs_no_confirmation_is_not_worth_it() {
    not_worth_it_in_any_state(Push { discount: "0.149", later: "0.149", ..FALL });
}

#[test]
fn a_push_up_is_not_worth_it() {
    not_worth_it_in_any_state(Push { discount: "-0.3", later: "-0.3", ..FALL });
}

#[test]
fn a_price_that_comes_and_goes_is_not_worth_it() {
    not_worth_it_in_any_state(Push { between: Some("0"), ..FALL });
}

/// 2.9 % raises no flag, so deposits go on, losses are settled, and auctions pay.
const NUDGE: Push = Push { discount: "0.029", later: "0.029", step: 10, ..FALL };

#[test]
fn a_nudge_that_raises_no_flag_is_not_worth_it() {
    for state in State::ALL {
        assert_not_worth_it(state, MOST_OF_THE_POOL, NUDGE, &Act::ALL);
        assert_not_worth_it(state, MOST_OF_THE_POOL, Push { later: "0.04", ..NUDGE }, &Act::ALL);
    }
}

#[test]
fn a_loss_that_is_due_is_settled_at_what_the_coin_lastingly_sells_for() {
    let [nudged, usual] =
        [NUDGE, Push { discount: "0", later: "0", ..NUDGE }].map(|push| attacked(State::LossDue, NOTHING, push, &[]).0);
    // 590,000 are settled when it begins, in coins of 0.971 of what they are worth: that would take 17,600. After five
    // seconds, and within a minute, the mean of its discount is at most 0.029 / 1,440.
    let most = 590_000.0 / PAYING * (0.029 / 1_440.0);
    let lost = usual.shareholders - nudged.shareholders;
    assert!((0.0..most * 10.0).contains(&lost), "{lost} lost, at most {most} a minute");
}

#[test]
fn a_second_push_to_45_percent_is_not_worth_it() {
    let push = Push { later: "0.45", step: 10, ..FALL };
    for state in State::ALL {
        assert_not_worth_it(state, MOST_OF_THE_POOL, push, &Act::ALL);
    }
}

/// At 45 % off, all coins as margin leave 0.9 * 0.55 - 0.34 = 15.4 % of notional, which is an emergency (17.5 %): rule 2
/// buys back what coins at this price do not need, and pays the loss of that part, but not at this price.
#[test]
fn beyond_43_percent_rule_2_trades_and_the_vault_loses_the_costs_of_going_and_coming_back() {
    let push = Push { later: "0.45", step: 10, ..FALL };
    let (gained, _) = attacked(State::Loss, NOTHING, push, &[]);
    // Coins 99,884, short 100,000 at 10, now 15.15; a coin is 8.3325 and pays 0.9988 of 15.15, less a mean discount of
    // 1 %. Of x bought back the loss is 515,000 x, or 34,400 x coins. Hedge ratio 1: 1,515,000 (1 - x) = 8.3325
    // (99,884 - 34,400 x), so x = 0.555. That is bought and sold again, at a fee of 0.05 % and spreads of 0.3 % at most;
    // and one in a hundred of the loss paid is the mean discount's.
    let traded = 0.555 * 1_515_000.0;
    let lost = -gained.shareholders;
    assert!(lost > 0.0 && lost < 2.0 * traded * 0.0035 / PAYING + 0.555 * 515_000.0 * 0.01, "{lost}");
    assert!(gained.attacker <= 0.0, "{gained:?}");
}

fn market(suite: &Suite) -> CollateralRange {
    suite.market_state().prices.collateral_range.unwrap()
}

fn sells_at(suite: &mut Suite, discount: &str) {
    suite.set_staked(Staked { discount: decimal(discount), ..suite.staked().unwrap() });
    suite.publish().unwrap();
    suite.adjust_nothing("anybody");
}

#[test]
fn an_hour_of_30_percent_moves_the_mean_by_a_percent_and_leaves_no_flag() {
    let mut suite = founded(NOTHING);
    sells_at(&mut suite, "0.3");
    suite.advance(31);
    sells_at(&mut suite, "0.3");
    assert_eq!(market(&suite).flags, [Flag::Discount]);
    for _ in 0..60 {
        suite.advance(60);
        sells_at(&mut suite, "0.3");
    }
    // 0.3 * (1 - 1 / (1 + 1/1440)^60)
    near(number(market(&suite).mean_discount), 0.012237, 0.001);
    suite.advance(60);
    sells_at(&mut suite, "0");
    suite.advance(31);
    sells_at(&mut suite, "0");
    assert_eq!(market(&suite).flags, []);
}

#[test]
fn a_nudge_from_time_to_time_neither_moves_the_mean_nor_holds_the_flag() {
    let mut suite = founded(NOTHING);
    for _ in 0..48 {
        suite.advance(1_795);
        sells_at(&mut suite, "0.1");
        assert_eq!(market(&suite).flags, [Flag::Discount]);
        suite.advance(5);
        sells_at(&mut suite, "0");
        assert_eq!(market(&suite).flags, []);
    }
    assert!(market(&suite).mean_discount.is_zero());
}

/// The coin has sold for 10 % less for days, and somebody moves that away for an hour, which needs no confirmation, or
/// three of the ten points, which raises no flag.
#[test]
fn who_pushes_a_lasting_discount_away_gains_little_whatever_they_own() {
    for (to, flagged) in [("0", true), ("0.0701", false)] {
        let push = Push { discount: to, later: to, step: 10, ..FALL };
        for owned in OWNED {
            let mut done = vec![];
            for acts in [&Act::ALL[..], &[Act::Sell], &[Act::Deposit]] {
                done.extend(assert_not_worth_it(State::Lasting, owned, push, acts));
            }
            assert_eq!(done.contains(&Act::Deposit), !flagged, "{to}: {done:?}");
        }
    }
}
