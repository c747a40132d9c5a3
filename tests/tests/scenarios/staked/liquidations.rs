//! Liquidations at a pushed price: they judge by it, and take coins for what those lastingly sell for.

use ballast_testkit::{decimal, Staked, Suite, ATOM, MARKET};
use ballast_tests::{near, number, PAYING};
use ballast_types::market::ExecuteMsg;
use ballast_types::Purse;

use super::super::strangers::open;
use super::attack::{attack, Act, Push, FALL};
use super::states::{founded, in_state, unkept_at, State};
use super::{assert_not_worth_it, attacked, COST_OF_A_PUSH, MOST_OF_THE_POOL, NOTHING};

/// Fee and minimum spread of closing.
const CLOSING: f64 = 0.0007;

/// The push, confirmed, without anybody acting.
fn pushed(mut suite: Suite) -> Suite {
    suite.set_staked(Staked { discount: decimal("0.3"), ..suite.staked().unwrap() });
    for _ in 0..2 {
        suite.publish().unwrap();
        suite.advance(31);
    }
    suite.publish().unwrap();
    suite
}

/// Margin ratio of an account, and whether anybody may liquidate it.
fn judged(suite: &mut Suite, owner: &cosmwasm_std::Addr) -> (f64, bool) {
    let ratio = number(suite.position(owner).measures.margin_ratio.unwrap());
    let refused = suite.liquidate("liquidator", owner);
    (ratio, refused.is_ok())
}

#[test]
fn neither_at_its_targets_nor_at_its_maximum_can_the_vault_be_liquidated() {
    // Margin over notional, and loss over notional, before the push.
    for (state, margin, loss) in [(State::Calm, 0.63186, 0.0), (State::AtMax, 0.63186, 3.1 / 13.1)] {
        let mut suite = pushed(in_state(state, NOTHING));
        let vault = suite.vault.clone();
        let (ratio, liquidated) = judged(&mut suite, &vault);
        near(ratio, 0.9 * 0.7 * margin - loss - CLOSING, 0.003);
        assert!(!liquidated, "{state:?}: {ratio}");
    }
    let mut suite = pushed(in_state(State::Loss, NOTHING));
    let vault = suite.vault.clone();
    // With the coins that rule 3 has posted on the way up.
    let (ratio, liquidated) = judged(&mut suite, &vault);
    assert!(ratio > 0.24 && !liquidated, "{ratio}");
}

#[test]
fn a_neglected_vault_is_saved_by_whoever_calls_while_the_price_is_held_back() {
    for state in [State::Neglected, State::EmergencyDue] {
        assert_not_worth_it(state, MOST_OF_THE_POOL, FALL, &Act::ALL);
    }
}

#[test]
fn a_vault_that_no_keeper_visits_for_a_rise_of_64_percent_is_settled_without_losing_by_the_push() {
    // 0.9 * 0.7 * 0.63186 - 6.4 / 16.4 - 0.0007 = 0.7 %, below 2.5 %: settling cures it. At the pushed price it would
    // take 275,000 from it.
    let push = Push { kept: false, step: 10, ..FALL };
    let (gained, done) = attacked(State::Neglected, NOTHING, push, &[Act::Liquidate]);
    assert_eq!(done, [Act::Liquidate]);
    // The conversion of 640,000; then a trade back to the hedge ratio of what coins are left, of 0.35 % at most.
    let lost = -gained.shareholders;
    assert!(lost > 640_000.0 * (1.0 / PAYING - 1.0) && lost < 640_000.0 * (1.0 / PAYING - 1.0 + 0.0035), "{lost}");
    let (gained, _) = attacked(State::Neglected, MOST_OF_THE_POOL, push, &[Act::Liquidate]);
    assert!(gained.attacker < COST_OF_A_PUSH / 5.0, "{gained:?}");
}

/// Coins of margin of each of two longs of 48,000, at 10: the least that an increase asks for is 8,580.
const THIN: u128 = 8_700;

/// A vault of a million, and beside it longs of almost as much with little margin.
fn thin_longs() -> Suite {
    let mut suite = founded(MOST_OF_THE_POOL);
    for name in ["bull", "bull 2"] {
        open(&mut suite, name, (48_000 * ATOM) as i128, Purse::base((THIN * ATOM).into()));
        suite.hours(1);
    }
    suite
}

#[test]
fn strangers_at_the_initial_ratio_are_not_liquidated() {
    let mut suite = pushed(thin_longs());
    let bull = suite.account("bull");
    let (ratio, liquidated) = judged(&mut suite, &bull);
    // 8,650 coins after opening, of 48,000
    near(ratio, 0.9 * 0.7 * 8_650.0 / 48_000.0 - CLOSING, 0.002);
    assert!(!liquidated);
}

#[test]
fn nobody_settles_strangers_losses_at_a_pushed_price() {
    let mut suite = thin_longs();
    unkept_at(&mut suite, "9.4");
    let (bull, market) = (suite.account("bull").to_string(), suite.market.clone());
    let msg = ExecuteMsg::SettleLoss { market: MARKET.into(), owners: vec![bull] };
    let mut suite = pushed(suite);
    suite.exec("attacker", &market, &msg, &[]).unwrap_err().says("Discount");
}

#[test]
fn strangers_near_liquidation_pay_their_losses_in_coins_of_what_they_lastingly_sell_for() {
    let mut suite = thin_longs();
    // A loss of 9.3 % of notional, and a margin ratio of 6.9 %. At 6.405 a coin it is 2.0 %.
    unkept_at(&mut suite, "9.15");
    let (gained, done) = attack(&mut suite, Push { step: 10, ..FALL }, &[Act::Liquidate]);
    assert_eq!(done, [Act::Liquidate]);
    // Settling cures them: 40,800 each, in coins that are truly worth 9.15. Nothing is closed, so there is no reward.
    // When the price is confirmed, after 36 seconds, its mean is 0.3 * 36 / 86,400 off.
    let lost = 2.0 * 40_800.0 * (1.0 / ((1.0 - 0.3 * 36.0 / 86_400.0) * PAYING) - 1.0);
    near(gained.strangers, -lost, 0.01);
    assert!(gained.attacker > 0.0 && gained.attacker <= 0.9 * lost, "{gained:?}");
}
