//! A market with a price of its own for the margin coin: a staked coin that sells for less than it is redeemed for.

use ballast_types::market::PositionState;
use ballast_types::oracle::{Flag, PriceUse};
use ballast_types::policy::{PolicyParams, StressResponse};
use ballast_types::vault::{ExtensionQueryMsg, QueryMsg};
use ballast_types::Purse;
use ballast_vault::ContractError;
use cosmwasm_std::{coins, Decimal, Decimal256, Int128, Uint128};
use cw_multi_test::Executor;

use crate::redeem::{part, SOME};
use crate::suite::{answer, dec, money, policy, purse, vault_error, Suite, ONE, QUOTE};
use crate::venue::{Answer, Script};

const VIRTUAL: u128 = 1_000_000;

/// No spread, and targets as in a market of one price.
pub fn suite(deposit_cap: Option<Uint128>) -> Suite {
    let mut suite = Suite::with(PolicyParams { assumed_discount: Decimal256::zero(), ..policy() }, deposit_cap);
    suite.script(|script| script.prices.spread = Decimal256::zero());
    suite
}

/// Alice has brought 100 coins at 10, all of which are sold short: 1e15 shares. Since then the index has moved, with this
/// range in the block, and a coin sells for less than it is redeemed for.
pub fn with_alice(index: [&str; 3], sold: &str, redeemed: &str) -> Suite {
    let mut suite = suite(None);
    suite.deposit(&suite.alice.clone(), 100 * ONE);
    let [low, price, high] = index.map(dec);
    suite.script(|script| {
        script.set_collateral(dec(sold), dec(redeemed));
        script.set_range(price, low, high);
    });
    suite
}

/// The vault's coins and position.
struct Holdings {
    coins: Purse,
    position: PositionState,
    whole: i128,
}

impl Holdings {
    fn of(suite: &Suite) -> Holdings {
        let position = suite.scripted().position;
        let coins = suite.position().idle.plus(position.margin).unwrap();
        Holdings { coins, position, whole: (suite.supply() + VIRTUAL) as i128 }
    }

    /// NAV and the virtual unit, in thousandths of a unit, for prices in thousandths; without the project's maths.
    fn worth(&self, index: i128, collateral: i128) -> i128 {
        let n = |amount: Uint128| amount.u128() as i128;
        let entry = n(self.coins.quote) + n(self.position.entry_value) + 1;
        n(self.coins.base) * collateral + self.position.size.i128() * index + entry * 1_000
    }
}

/// The corners of ranges in thousandths, and a point between them.
fn corners(index: [&str; 3], sold: &str, redeemed: &str) -> Vec<(i128, i128)> {
    let thousandths = |text: &str| (text.parse::<f64>().unwrap() * 1_000.0).round() as i128;
    let [low, price, high] = index.map(thousandths);
    let [sold, redeemed] = [sold, redeemed].map(thousandths);
    vec![(low, sold), (high, redeemed), (low, redeemed), (high, sold), (price, sold)]
}

const CASES: [([&str; 3], &str, &str); 7] = [
    (["10", "10", "10"], "9.5", "10"),
    (["12", "12", "12"], "11.4", "12"),
    (["8", "8", "8"], "7.6", "8"),
    (["11", "12", "13"], "11.4", "12"),
    (["7", "8", "9"], "7.6", "8"),
    (["10", "11", "11"], "11", "14"),
    (["9", "9", "10"], "7", "7"),
];

#[test]
fn a_deposit_gets_the_least_over_all_four_corners_of_both_bands() {
    let mut suite = with_alice(["11", "12", "13"], "11.4", "12");
    // Hedged with 114 / 12 = 9.5. Index, coin: added of NAV before.
    // 11, 11.4: 123.5 of 1,040;  13, 12: 110.5 of 900;  13, 11.4: 104.5 of 840;  11, 12: 129.5 of 1,100, the least.
    let deposited = suite.deposit(&suite.bob.clone(), 10 * ONE);
    assert_eq!(suite.scripted().position.size, Int128::new(-109_500_000));
    assert_eq!(deposited.added, money("104500000"));
    assert_eq!(deposited.shares.u128(), 129_500_000 * (1_000_000_000_000_000 + VIRTUAL) / 1_100_000_001);
}

#[test]
fn after_a_fall_the_other_corner_is_the_least() {
    let mut suite = with_alice(["7", "8", "9"], "7.6", "8");
    // 7, 7.6: 85.5 of 1,060;  9, 8: 70.5 of 900;  7, 8: 89.5 of 1,100;  9, 7.6: 66.5 of 860, the least.
    let deposited = suite.deposit(&suite.bob.clone(), 10 * ONE);
    assert_eq!(deposited.shares.u128(), 66_500_000 * (1_000_000_000_000_000 + VIRTUAL) / 860_000_001);
}

#[test]
fn a_depositor_of_a_discounted_coin_gains_nothing_from_the_others_at_any_corner() {
    for (index, sold, redeemed) in CASES {
        let mut suite = with_alice(index, sold, redeemed);
        let before = Holdings::of(&suite);
        let shown: Uint128 = suite.ask(QueryMsg::PreviewDeposit { amount: (10 * ONE).into() }).unwrap();
        let minted = suite.deposit(&suite.bob.clone(), 10 * ONE).shares;
        assert_eq!(shown, minted, "{index:?}");
        let after = Holdings::of(&suite);
        // What a share is worth is at least what it was, and with one more share it would not be at one of the corners.
        let fair = |extra: i128| {
            corners(index, sold, redeemed).into_iter().all(|(index, collateral)| {
                let (was, is) = (before.worth(index, collateral), after.worth(index, collateral));
                is * before.whole >= was * (after.whole + extra)
            })
        };
        assert!(fair(0), "{index:?} {sold} {redeemed}");
        assert!(!fair(1), "{index:?} {sold} {redeemed}");
    }
}

#[test]
fn who_comes_with_discounted_coins_and_leaves_at_once_has_no_more_at_any_price_of_them() {
    for (index, sold, redeemed) in CASES {
        let mut suite = with_alice(index, sold, redeemed);
        let bob = suite.bob.clone();
        let shares = suite.deposit(&bob, 10 * ONE).shares.u128();
        let paid = suite.redeem(&bob, shares).paid;
        for (_, collateral) in corners(index, sold, redeemed) {
            let worth = paid.base.u128() as i128 * collateral + paid.quote.u128() as i128 * 1_000;
            assert!(worth <= (10 * ONE) as i128 * collateral, "{index:?} {sold} {redeemed}: {paid:?}");
        }
    }
}

#[test]
fn a_redeemer_in_kind_gains_nothing_from_the_others_at_any_corner() {
    for (index, sold, redeemed) in CASES {
        let mut suite = with_alice(index, sold, redeemed);
        let (alice, before) = (suite.alice.clone(), Holdings::of(&suite));
        let amount = Uint128::new(300_000_000_000_000);
        let shown: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount }).unwrap();
        assert_eq!(suite.redeem(&alice, amount.u128()).paid, shown);
        let after = Holdings::of(&suite);
        for (index, collateral) in corners(index, sold, redeemed) {
            // What stays is worth its part of what was there, but for the unit that the closed short is rounded up by.
            let (was, is) = (before.worth(index, collateral), after.worth(index, collateral) + 14_000);
            assert!(is * before.whole >= was * after.whole, "{index} {collateral}");
        }
    }
}

#[test]
fn a_redemption_pays_the_same_coins_whatever_they_sell_for() {
    for sold in ["0.01", "5", "9.5", "10", "10000"] {
        let mut suite = with_alice(["10", "10", "10"], sold, "10000");
        // Nothing is settled at 10, and rescues are left out: they would be at the coin's price.
        suite.script(|script| script.deltas = Some(Answer::Fail));
        let (idle, margin) = (suite.position().idle, suite.scripted().position.margin);
        let shares = suite.supply() / 4;
        let expected = part(idle.base, shares, 4 * shares) + part(margin.base, shares, 4 * shares);
        assert_eq!(suite.redeem(&suite.alice.clone(), shares).paid, purse(expected, 0), "{sold}");
    }
}

#[test]
fn a_redeemer_pays_their_loss_in_coins_at_what_these_sell_for() {
    let mut suite = with_alice(["12", "12", "12"], "11.4", "12");
    let (idle, margin, shares) = (suite.position().idle, suite.scripted().position.margin, suite.supply() / 2);
    // 50 units closed with a loss of 2 each: 100 are 8,771,929.8 units of a coin at 11.4.
    let own = part(margin.base, shares, 2 * shares);
    let expected = part(idle.base, shares, 2 * shares) + own - 8_771_930;
    assert_eq!(suite.redeem(&suite.alice.clone(), shares).paid, purse(expected, 0));
    // The others' margin is what it was.
    assert_eq!(suite.scripted().position.margin.base.u128(), margin.base.u128() - own);
}

#[test]
fn what_an_exit_leaves_to_the_others_in_coins_counts_at_the_low_end_of_the_coins_band() {
    let mut suite = with_alice(["10", "10", "10"], "8", "10");
    suite.script(|script| script.collateral(|range| (range.low, range.spread) = (dec("6.25"), dec("0.2"))));
    // A tenth of a gain of 100 is 9.9...; it realised 1,000,000 and no quote came back of it: 999,991 are left to the
    // others, at 6.25 * 0.8 = 5 in 199,998.2 units of base.
    let script = suite.scripted();
    let mut told = answer(script.position, script.position, &script.prices);
    told.before.price_pnl = money("100");
    told.realised.price_pnl = money("1000000");
    told.margin_out = purse(1_000_000, 0);
    suite.script(|script| script.next = Some(Answer::Told(Box::new(told))));
    let (shares, idle) = (suite.supply() / 10, suite.position().idle);
    let attached = part(idle.base, shares, 10 * shares);
    let shown: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount: shares.into() }).unwrap();
    // The scripted answer sends nothing back of what was attached.
    assert_eq!(shown, purse(1_000_000 - 199_999, 0), "{attached} were attached");
}

#[test]
fn nav_that_is_not_positive_at_one_corner_stops_a_deposit() {
    let mut suite = with_alice(["12", "12", "12"], "11.4", "12");
    // In this block somebody bought a coin for 1: 100 coins less 200 of loss.
    suite.script(|script| script.collateral(|range| range.low = dec("1")));
    let error = vault_error(suite.try_deposit(&suite.bob.clone(), ONE));
    assert_eq!(error, ContractError::NavNotPositive { nav: money("-100000000"), supply: suite.supply().into() });
}

#[test]
fn a_deposit_that_adds_nothing_at_one_corner_is_refused() {
    let mut suite = suite(None);
    // 10 coins with a short of 9.5 against them: 114 and 9.5 * (12 - 24), in a block that has seen an index of 24.
    suite.script(|script| {
        script.set_collateral(dec("11.4"), dec("12"));
        script.set_range(dec("12"), dec("12"), dec("24"));
    });
    let error = vault_error(suite.try_deposit(&suite.bob.clone(), 10 * ONE));
    assert_eq!(error, ContractError::NothingAdded { added: money("0") });
}

#[test]
fn the_deposit_cap_holds_at_every_corner() {
    let mut suite = suite(Some(1_000_000_000u128.into()));
    suite.script(|script| script.set_collateral(dec("9.5"), dec("10")));
    let bob = suite.bob.clone();
    let error = vault_error(suite.try_deposit(&bob, 101 * ONE));
    assert_eq!(error, ContractError::DepositCap { nav: money("1010000000"), cap: 1_000_000_000u128.into() });
    // Shares for what the coins sell for.
    assert_eq!(suite.deposit(&bob, 100 * ONE).shares, Uint128::new(950_000_000_000_000));
}

#[test]
fn a_new_price_of_the_coin_in_the_block_counts_for_deposits_after_it() {
    let mut suite = with_alice(["8", "8", "8"], "7.6", "8");
    // It sold for 7.2 before: 72 of 920, where 7.6 would be 76 of 960.
    suite.script(|script| script.collateral(|range| range.low = dec("7.2")));
    let bob = suite.bob.clone();
    let shares = suite.deposit(&bob, 10 * ONE).shares.u128();
    assert_eq!(shares, 72_000_000 * (1_000_000_000_000_000 + VIRTUAL) / 920_000_001);

    // A price of 9 in the same block, and out again: nothing is gained at any of these prices.
    suite.script(|script| {
        script.prices.collateral = dec("9");
        script.collateral(|range| (range.high, range.redemption) = (dec("9"), dec("9")));
    });
    let paid = suite.redeem(&bob, shares).paid;
    for price in [72, 76, 80, 90] {
        assert!(paid.base.u128() * price + paid.quote.u128() * 10 <= 10 * ONE * price, "{paid:?} at {price}");
    }
}

#[test]
fn conversions_and_the_exchange_rate_are_at_the_worst_corner() {
    let suite = with_alice(["12", "12", "12"], "11.4", "12");
    // NAV is 940 where a coin is 11.4, and 1,000 where it is 12. At what it sells for: 82.456140350 coins.
    assert_eq!(suite.ask::<Uint128>(QueryMsg::TotalAssets {}), Ok(Uint128::new(82_456_140)));
    // 96 of 1,000 is less than 91.2 of 940.
    let shares: Uint128 = suite.ask(QueryMsg::ConvertToShares { amount: (8 * ONE).into() }).unwrap();
    assert_eq!(shares, Uint128::new(96_000_000_000_000));
    // A tenth of 940 at 11.4 is less than a tenth of 1,000 at 12.
    let amount = Uint128::new(100_000_000_000_000);
    assert_eq!(suite.ask::<Uint128>(QueryMsg::ConvertToAssets { amount }), Ok(Uint128::new(8_245_614)));
    // Closing costs 0.05 % of 1,200, which with the loss of 200 is paid in base: 0.12012412 % of 200.6 more.
    let rate = |denom: &str| -> f64 {
        let rate: Decimal = suite.ask(QueryMsg::VaultTokenExchangeRate { quote_denom: denom.into() }).unwrap();
        rate.to_string().parse::<f64>().unwrap() * 1e15
    };
    let left = 940e6 - 600_000.0 - 240_969.0;
    assert!((rate(QUOTE) - left).abs() < 3.0, "{}", rate(QUOTE));
    assert!((rate("uatom") - left / 11.4).abs() < 3.0, "{}", rate("uatom"));
}

#[test]
fn every_number_stands_with_coins_from_a_thousandth_to_a_thousandfold_of_the_index() {
    for (coin, amount) in [("0.01", 100_000_000_000), ("1", 1_000_000_000), ("10000", 100_000)] {
        let mut suite = suite(None);
        let (alice, bob) = (suite.alice.clone(), suite.bob.clone());
        suite.script(|script| script.set_collateral(dec(coin), dec(coin)));
        // Worth 1,000, against a short of 100 at 10; and a tenth of it.
        assert_eq!(suite.deposit(&alice, amount).shares, Uint128::new(1_000_000_000_000_000), "{coin}");
        assert_eq!(suite.scripted().position.size, Int128::new(-100_000_000), "{coin}");
        assert_eq!(suite.deposit(&bob, amount / 10).shares, Uint128::new(100_000_000_000_000), "{coin}");
        let shares: Uint128 = suite.ask(QueryMsg::ConvertToShares { amount: (amount / 10).into() }).unwrap();
        assert_eq!(shares, Uint128::new(100_000_000_000_000), "{coin}");
        let assets: Uint128 = suite.ask(QueryMsg::ConvertToAssets { amount: shares }).unwrap();
        assert!(amount / 10 - assets.u128() <= 101, "{assets} at {coin}");
        // Rounded down in each place, and what a unit of the short is worth is rounded to the vault.
        let paid = suite.redeem(&bob, 100_000_000_000_000).paid;
        assert!(paid.base.u128() <= amount / 10 && paid.base.u128() + 102 >= amount / 10, "{paid:?} at {coin}");
        assert_eq!(paid.quote, Uint128::zero());
    }
}

#[test]
fn a_deposit_needs_both_prices_and_a_redemption_those_that_it_uses() {
    let mut suite = with_alice(["10", "10", "10"], "9.5", "10");
    let (alice, bob) = (suite.alice.clone(), suite.bob.clone());
    for flag in [Flag::Missing, Flag::Invalid, Flag::Future, Flag::Stale, Flag::Jump, Flag::Uncertain] {
        let flags = vec![flag];
        suite.script(|script| script.collateral(|range| range.flags = vec![flag]));
        let error = vault_error(suite.try_deposit(&bob, ONE));
        let refused = |price_use| ContractError::CollateralFlagged { price_use, flags: flags.clone() };
        assert_eq!(error, refused(PriceUse::Increase));
        let shown = suite.ask::<Purse>(QueryMsg::PreviewDeposit { amount: ONE.into() }).unwrap_err();
        assert!(shown.contains("the collateral price may not be used for Increase"), "{shown}");
        if flag == Flag::Uncertain {
            suite.redeem(&alice, SOME);
        } else {
            assert_eq!(vault_error(suite.try_redeem(&alice, SOME)), refused(PriceUse::Reduce));
        }

        // The same of the index, at a good price of the coin.
        suite.script(|script| {
            script.collateral(|range| range.flags = vec![]);
            script.prices.flags = vec![flag];
        });
        let (off, flags) = (vec![], flags.clone());
        assert_eq!(vault_error(suite.try_deposit(&bob, ONE)), ContractError::VenueClosed { off, flags });
        if flag == Flag::Uncertain {
            suite.redeem(&alice, SOME);
        } else {
            let (off, flags) = (vec![], vec![flag]);
            assert_eq!(vault_error(suite.try_redeem(&alice, SOME)), ContractError::VenueStuck { off, flags });
        }
        suite.script(|script| script.prices.flags = vec![]);
    }
    suite.deposit(&bob, ONE);
}

#[test]
fn a_redemption_without_coins_or_without_a_position_goes_on_at_any_price_of_the_coin() {
    let mut suite = with_alice(["10", "10", "10"], "9.5", "10");
    let alice = suite.alice.clone();
    suite.script(|script| {
        script.position.margin = purse(0, 1_000 * ONE);
        script.collateral(|range| range.flags = vec![Flag::Stale]);
    });
    let error = vault_error(suite.try_redeem(&alice, SOME));
    assert!(matches!(error, ContractError::CollateralFlagged { .. }), "idle coins pay, too: {error}");

    // Without a coin anywhere, 1e12 of 1e15 shares are a thousandth of the margin, less a hair.
    let idle = suite.books(|books| std::mem::replace(&mut books.idle, Purse::EMPTY));
    assert_eq!(suite.redeem(&alice, SOME).paid, purse(0, 999_999));
    suite.books(|books| books.idle = idle);

    // Without a position the same part of it all; 1e12 of 9.99e14 shares.
    suite.script(|script| script.position = PositionState { margin: purse(3 * ONE, 7 * ONE), ..Default::default() });
    assert_eq!(suite.redeem(&alice, SOME).paid.quote, Uint128::new(7_007));
}

#[test]
fn a_price_that_is_none_to_reduce_at_does_not_tell_that_a_position_is_lost() {
    let mut suite = with_alice(["10", "10", "10"], "9.5", "10");
    let alice = suite.alice.clone();
    // A loss of 2,000 against 100 coins.
    suite.script(|script| {
        script.set_range(dec("30"), dec("30"), dec("30"));
        script.collateral(|range| range.flags = vec![Flag::Jump]);
    });
    let error = vault_error(suite.try_redeem(&alice, SOME));
    let refused = ContractError::CollateralFlagged { price_use: PriceUse::Reduce, flags: vec![Flag::Jump] };
    assert_eq!(error, refused);
    // At a good price it is lost, and the idle coins are paid without the venue.
    let (idle, supply) = (suite.position().idle, suite.supply());
    suite.script(|script| script.collateral(|range| range.flags = vec![]));
    assert_eq!(suite.redeem(&alice, SOME).paid, purse(part(idle.base, SOME, supply), 0));
}

#[test]
fn a_position_that_is_lost_without_any_coins_is_lost_at_any_price_of_them() {
    let mut suite = with_alice(["10", "10", "10"], "9.5", "10");
    suite.script(|script| {
        script.position.margin = purse(0, 10 * ONE);
        script.set_range(dec("30"), dec("30"), dec("30"));
        script.collateral(|range| range.flags = vec![Flag::Stale]);
    });
    suite.books(|books| books.idle = purse(0, 5 * ONE));
    let (vault, bob) = (suite.vault.clone(), suite.bob.clone());
    suite.app.send_tokens(bob, vault, &coins(5 * ONE, QUOTE)).unwrap();
    // 1e12 of 1e15 shares, and no order to the venue.
    suite.script(|script| script.next = Some(Answer::Fail));
    assert_eq!(suite.redeem(&suite.alice.clone(), SOME).paid, purse(0, 4_999));
}

#[test]
fn before_the_first_price_of_the_coin_nothing_has_a_value() {
    let mut suite = suite(None);
    suite.script(|script| {
        script.set_collateral(dec("9.5"), dec("10"));
        script.prices.collateral = Decimal256::zero();
    });
    let refused = suite.ask::<Uint128>(QueryMsg::TotalAssets {}).unwrap_err();
    assert!(refused.contains("has no price yet"), "{refused}");
}

/// A discount far above its mean.
pub fn discounted(script: &mut Script) {
    script.collateral(|range| {
        (range.discount, range.mean_discount) = (dec("0.08"), dec("0.02"));
        range.flags = vec![Flag::Discount];
    });
}

#[test]
fn deposits_are_refused_with_both_numbers_while_the_discount_is_unusual_and_redemptions_go_on() {
    let mut suite = with_alice(["10", "10", "10"], "9.2", "10");
    suite.script(discounted);
    let (alice, bob) = (suite.alice.clone(), suite.bob.clone());
    let error = vault_error(suite.try_deposit(&bob, ONE));
    assert_eq!(error, ContractError::Discount { discount: dec("0.08"), mean: dec("0.02") });
    let shown = suite.ask::<Uint128>(QueryMsg::PreviewDeposit { amount: ONE.into() }).unwrap_err();
    let text =
        "the deposited coin sells for 0.08 less than it is redeemed for, 0.02 in the mean of a day: deposits wait \
                until it is within 3 points of the mean, redemptions do not";
    assert!(shown.contains(text), "{shown}");
    suite.redeem(&alice, SOME);
    // The reason that a venue is closed for, or a flag of a price, comes first.
    suite.script(|script| script.collateral(|range| range.flags = vec![Flag::Stale, Flag::Discount]));
    let error = vault_error(suite.try_deposit(&bob, ONE));
    assert!(matches!(error, ContractError::CollateralFlagged { .. }), "{error}");
}

#[test]
fn a_rescue_before_a_redemption_goes_on_at_an_unusual_discount() {
    // Leverage is above its maximum: 53.7 * 12.42 * 0.9 - 350 of equity on 1,350.
    let mut suite = with_alice(["13.5", "13.5", "13.5"], "12.42", "13.5");
    suite.script(discounted);
    let margin = suite.scripted().position.margin.base;
    suite.redeem(&suite.alice.clone(), SOME);
    let orders = suite.scripted().orders;
    let [_, (_, posted), _] = &orders[..] else { panic!("{orders:?}") };
    assert!(!posted.base.is_zero());
    assert!(suite.scripted().position.margin.base > margin);
}

#[test]
fn health_and_position_show_that_the_coin_has_a_price_of_its_own() {
    let suite = with_alice(["10", "10", "10"], "9.5", "10");
    let health: StressResponse = suite.ask_extension(ExtensionQueryMsg::Health {}).unwrap();
    assert_eq!((health.price, health.collateral_price, health.discount), (dec("10"), dec("9.5"), Some(dec("0.05"))));
    let range = suite.position().venue.prices.collateral_range.unwrap();
    assert_eq!((range.low, range.high), (dec("9.5"), dec("10")));
}
