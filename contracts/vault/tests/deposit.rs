use ballast_types::market::{MarginOut, MarketAction, OrderSize, Settle};
use ballast_types::oracle::Flag;
use ballast_types::policy::PolicyParams;
use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg, QueryMsg, VaultAction};
use ballast_vault::ContractError;
use cosmwasm_std::{coin, coins, Int128, Uint128};
use cw_multi_test::Executor;
use cw_utils::PaymentError;

use crate::suite::{answer, dec, error_text, money, purse, short, vault_error, Suite, BASE, ONE, QUOTE};
use crate::venue::Answer;

/// Fee 0.5, spread 0.2, paid in base at the low end of the band less 0.1 %: 700,000 / (9.998 * 0.999) = 70,085 units,
/// worth 700,850 at the price.
fn charge(suite: &mut Suite) {
    suite.script(|script| {
        script.costs.fee = 500_000u128.into();
        script.costs.spread = 200_000u128.into();
        script.costs.conversion = 850u128.into();
        script.charge = purse(70_085, 0);
    });
}

fn free(suite: &mut Suite) {
    suite.script(|script| {
        script.costs = Default::default();
        script.charge = purse(0, 0);
    });
}

#[test]
fn a_first_deposit_is_hedged_whole_and_pays_for_its_own_hedge() {
    let mut suite = Suite::new();
    charge(&mut suite);
    let answer = suite.deposit(&suite.alice.clone(), 100 * ONE);

    // The coin left: 99,929,915 units, all sold short at 10. What they are worth falls with the price's rise by the
    // 70,085 units that are short of the short: 1e9 - 70,085 * 10.002 at the high end of the band, the worse one.
    assert_eq!(answer.added, money("999299009.83"));
    // An empty vault has a million virtual shares on one virtual unit.
    assert_eq!(answer.shares, Uint128::new(999_299_009_830_000));
    assert_eq!(suite.shares_of(&suite.alice), 999_299_009_830_000);
    assert_eq!(suite.supply(), 999_299_009_830_000);

    let script = suite.scripted();
    let (order, attached) = &script.orders[0];
    assert_eq!(order.size, OrderSize::Delta { amount: Int128::new(-100_000_000) });
    assert_eq!((order.settle, order.margin_out.clone()), (Settle::No, MarginOut::None));
    assert!(!order.reduce_only);
    // At L* = 1 / (0.045 + 0.3 / 1.3) / 1.75 = 2.0721: 482.6 of equity, at 9 a coin after the haircut, and costs.
    let posted = attached.base.u128();
    assert!((53_600_000..53_900_000).contains(&posted), "{posted}");
    assert_eq!(attached.quote, Uint128::zero());
    assert_eq!(suite.position().idle, purse(100 * ONE - posted, 0));
    suite.assert_books();
}

#[test]
fn a_later_deposit_gets_shares_for_what_it_added_over_the_greatest_value_before() {
    let mut suite = Suite::new();
    charge(&mut suite);
    suite.deposit(&suite.alice.clone(), 100 * ONE);
    free(&mut suite);
    suite.price("12");

    let answer = suite.deposit(&suite.bob.clone(), 50 * ONE);
    // The hedge ratio is 100 / 99.929915, above 1: the deposit is hedged at 1, and adds 50 * 12 at any price.
    assert_eq!(answer.added, money("600000000"));
    // Before: 1e9 - 70,085 * price; the most at the low end, 11.9976: 999,159,148.204.
    // 600e6 * (999,299,009,830,000 + 1,000,000) / (999,159,148.204 + 1) = 600,083,987,596,637.7
    assert_eq!(answer.shares, Uint128::new(600_083_987_596_637));
}

#[test]
fn an_existing_hedge_ratio_is_kept_by_a_deposit() {
    let mut suite = Suite::new();
    suite.deposit(&suite.alice.clone(), 100 * ONE);
    // 10 of 100 sold short were bought back.
    suite.script(|script| {
        script.position.size = Int128::new(-90_000_000);
        script.position.entry_value = 900_000_000u128.into();
    });
    suite.deposit(&suite.bob.clone(), 10 * ONE);
    let order = suite.scripted().orders.pop().unwrap().0;
    assert_eq!(order.size, OrderSize::Delta { amount: Int128::new(-9_000_000) });
}

#[test]
fn the_amount_must_equal_the_coins_and_be_one_coin_of_the_right_kind() {
    let mut suite = Suite::new();
    let (alice, before) = (suite.alice.clone(), suite.snapshot());
    let deposit = |amount: u128| ExecuteMsg::Deposit { amount: amount.into(), recipient: None };

    let error = vault_error(suite.execute(&alice, &deposit(5), &coins(6, BASE)));
    assert_eq!(error, ContractError::AmountMismatch { amount: 5u128.into(), attached: 6u128.into() });
    let error = vault_error(suite.execute(&alice, &deposit(5), &coins(5, QUOTE)));
    assert_eq!(error, ContractError::Payment(PaymentError::MissingDenom(BASE.into())));
    let error = vault_error(suite.execute(&alice, &deposit(5), &[coin(5, BASE), coin(1, QUOTE)]));
    assert_eq!(error, ContractError::Payment(PaymentError::MultipleDenoms {}));
    let error = vault_error(suite.execute(&alice, &deposit(0), &[]));
    assert_eq!(error, ContractError::Payment(PaymentError::NoFunds {}));
    assert_eq!(suite.snapshot(), before);
}

#[test]
fn shares_go_to_the_recipient_but_never_to_the_vault_itself() {
    let mut suite = Suite::new();
    let (alice, bob, vault) = (suite.alice.clone(), suite.bob.clone(), suite.vault.clone());
    let to = |who: &cosmwasm_std::Addr| ExecuteMsg::Deposit { amount: ONE.into(), recipient: Some(who.to_string()) };

    suite.execute(&alice, &to(&bob), &coins(ONE, BASE)).unwrap();
    assert_eq!(suite.shares_of(&alice), 0);
    assert_eq!(suite.shares_of(&bob), suite.supply());
    let error = vault_error(suite.execute(&alice, &to(&vault), &coins(ONE, BASE)));
    assert_eq!(error, ContractError::SharesToVault {});
    let nowhere = ExecuteMsg::Deposit { amount: ONE.into(), recipient: Some("nowhere".into()) };
    suite.execute(&alice, &nowhere, &coins(ONE, BASE)).unwrap_err();
}

#[test]
fn fewer_shares_than_asked_for_are_refused() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    // 10 coins at 10, no costs: 100e6 units of quote, 100e12 shares.
    let ask = |min: u128| ExtensionExecuteMsg::Deposit { recipient: None, min_shares: min.into() };
    let before = suite.snapshot();
    let error = vault_error(suite.extension(&alice, ask(100_000_000_000_001), &coins(10 * ONE, BASE)));
    let expected =
        ContractError::TooFewShares { shares: 100_000_000_000_000u128.into(), min: 100_000_000_000_001u128.into() };
    assert_eq!(error, expected);
    assert_eq!(suite.snapshot(), before);
    suite.extension(&alice, ask(100_000_000_000_000), &coins(10 * ONE, BASE)).unwrap();
}

#[test]
fn the_guardian_can_stop_deposits() {
    let mut suite = Suite::new();
    let guardian = suite.guardian.clone();
    suite.extension(&guardian, ExtensionExecuteMsg::Pause { actions: vec![VaultAction::Deposit] }, &[]).unwrap();
    let error = vault_error(suite.try_deposit(&suite.alice.clone(), ONE));
    assert_eq!(error, ContractError::Paused { action: VaultAction::Deposit });
}

#[test]
fn deposits_are_refused_with_the_reason_while_the_venue_takes_no_increase() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    for action in [MarketAction::Increase, MarketAction::MarginIn, MarketAction::Reduce] {
        suite.script(|script| script.status.off = vec![action]);
        let error = vault_error(suite.try_deposit(&alice, ONE));
        assert_eq!(error, ContractError::VenueClosed { off: vec![action], flags: vec![] });
    }
    suite.script(|script| script.status.off = vec![MarketAction::Liquidate, MarketAction::PoolIn]);
    suite.deposit(&alice, ONE);
    for flag in [Flag::Missing, Flag::Stale, Flag::Jump, Flag::Uncertain, Flag::Secondary] {
        suite.script(|script| script.prices.flags = vec![flag]);
        let error = vault_error(suite.try_deposit(&alice, ONE));
        assert_eq!(error, ContractError::VenueClosed { off: vec![], flags: vec![flag] });
    }
}

#[test]
fn deposits_wait_while_leverage_is_above_its_maximum() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    suite.deposit(&alice, 100 * ONE);
    // Posted 53.7 of 100: at 13.5 equity is 53.7 * 12.15 - 350 - 0.945 = 301.5, leverage 1,350 / 301.5 = 4.5.
    suite.price("13.5");
    let error = vault_error(suite.try_deposit(&alice, ONE));
    let ContractError::LeverageTooHigh { max, .. } = error else { panic!("{error}") };
    // No quote at the venue: 1 / (0.045 + 0.3 / 1.3) = 3.626.
    assert!(max > dec("3.62") && max < dec("3.63"), "{max}");
    // At 12.5: 53.7 * 11.25 - 250 - 0.875 = 353, leverage 3.54.
    suite.price("12.5");
    suite.deposit(&alice, ONE);
}

#[test]
fn a_dust_position_that_others_left_does_not_lock_the_vault() {
    let mut suite = Suite::new();
    suite.script(|script| script.position = short(3, 30, purse(1, 0)));
    // Leverage is infinite on 30 millionths of notional; the minimum position is ten whole quote.
    suite.deposit(&suite.alice.clone(), 100 * ONE);
}

#[test]
fn more_than_the_market_takes_is_refused_with_both_numbers() {
    let mut suite = Suite::new();
    suite.script(|script| script.capacity.short = 9_999_999u128.into());
    let error = vault_error(suite.try_deposit(&suite.alice.clone(), 10 * ONE));
    assert_eq!(error, ContractError::Capacity { needed: 10_000_000u128.into(), capacity: 9_999_999u128.into() });
}

#[test]
fn the_deposit_cap_counts_what_the_deposit_leads_to() {
    let mut suite = Suite::with(PolicyParams::default(), Some(1_000_000_000u128.into()));
    let alice = suite.alice.clone();
    // 100 coins at 10, without costs: exactly the cap.
    suite.deposit(&alice, 100 * ONE);
    let error = vault_error(suite.try_deposit(&alice, 1));
    let ContractError::DepositCap { nav, cap } = error else { panic!("{error}") };
    assert!(nav > money("1000000000"));
    assert_eq!(cap, Uint128::new(1_000_000_000));
}

#[test]
fn a_deposit_is_valued_at_the_price_that_the_order_answered() {
    let mut suite = Suite::new();
    suite.script(|script| {
        let mut prices = script.prices.clone();
        (prices.index, prices.collateral) = (dec("11"), dec("11"));
        script.order_prices = Some(prices);
    });
    // The query said 10, but the order sells 10 coins at 11.
    let answer = suite.deposit(&suite.alice.clone(), 10 * ONE);
    assert_eq!(answer.added, money("110000000"));
}

#[test]
fn an_order_dearer_than_the_greatest_cost_is_refused_by_its_limit() {
    let mut suite = Suite::new();
    // 1 % of 100 is 1; grossed up for a payment in base, by 1 / (0.9998 * 0.999), that is 1,001,201.24; and four units
    // of base and eight of quote for rounding: 1,001,250 at most.
    suite.script(|script| script.costs.spread = 1_001_251u128.into());
    let text = error_text(suite.try_deposit(&suite.alice.clone(), 10 * ONE));
    assert!(text.contains("the order costs 1001251, the limit is 1001250"), "{text}");
    suite.script(|script| script.costs.spread = 1_001_250u128.into());
    suite.deposit(&suite.alice.clone(), 10 * ONE);
}

#[test]
fn nothing_is_minted_for_nothing_added() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    let prices = suite.scripted().prices;
    let before = suite.snapshot();
    // The venue responds that the margin is gone.
    let mut robbed = short(10 * ONE, 100 * ONE, purse(0, 0));
    robbed.price_pnl = money("-50000000");
    let told = answer(Default::default(), robbed, &prices);
    suite.script(|script| script.next = Some(Answer::Told(Box::new(told))));
    let error = vault_error(suite.try_deposit(&alice, 10 * ONE));
    assert!(matches!(error, ContractError::NothingAdded { .. }), "{error}");
    assert_eq!(suite.snapshot(), before);
}

#[test]
fn deposits_are_refused_while_there_are_shares_on_nothing() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    suite.deposit(&alice, 10 * ONE);
    let (before, supply) = (suite.snapshot(), suite.supply());
    let prices = suite.scripted().prices;
    // All that the vault had is 10 coins, worth 100; the venue says that it owes 200.
    let mut ruined = short(10 * ONE, 100 * ONE, purse(0, 0));
    ruined.funding = money("-200000000");
    suite.script(|script| script.next = Some(Answer::Told(Box::new(answer(ruined, ruined, &prices)))));
    let error = vault_error(suite.try_deposit(&alice, ONE));
    let ContractError::NavNotPositive { nav, supply: shares } = error else { panic!("{error}") };
    assert!(nav.is_negative());
    assert_eq!(shares.u128(), supply);
    assert_eq!(suite.snapshot(), before);
}

#[test]
fn a_deposit_that_raises_leverage_above_its_maximum_is_undone() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    suite.deposit(&alice, 100 * ONE);
    let (before, held) = (suite.scripted().position, suite.snapshot());
    let mut after = before;
    after.size = Int128::new(-110_000_000);
    after.entry_value += Uint128::new(100_000_000);
    // The venue responds that it sent the margin back, but keeps 30 coins of it.
    let mut told = answer(before, after, &suite.scripted().prices);
    told.after.margin = purse(30_000_000, 0);
    told.margin_out = before.margin.minus(told.after.margin).unwrap();
    suite.script(|script| script.next = Some(Answer::Told(Box::new(told))));
    // 30 * 9 - 0.77 = 269 of equity on 1,100: leverage 4.1.
    let error = vault_error(suite.try_deposit(&alice, 10 * ONE));
    assert!(matches!(error, ContractError::LeverageAfter { .. }), "{error}");
    assert_eq!(suite.snapshot(), held);
}

#[test]
fn a_failing_empty_or_garbled_answer_undoes_the_deposit() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    suite.deposit(&alice, 10 * ONE);
    let (before, coins) = (suite.snapshot(), suite.held(&alice));
    let cases = [
        (Answer::Fail, "the venue refuses"),
        (Answer::Empty, "cannot be read: it is empty"),
        (Answer::Garbage, "cannot be read"),
        (Answer::Boast, "does not add up: refund of base"),
    ];
    for (answer, reason) in cases {
        suite.script(|script| script.next = Some(answer));
        let text = error_text(suite.try_deposit(&alice, ONE));
        assert!(text.contains(reason), "{text}");
        assert_eq!(suite.snapshot(), before);
        assert_eq!(suite.held(&alice), coins);
    }
    suite.script(|script| script.next = None);
    suite.deposit(&alice, ONE);
}

#[test]
fn coins_that_strangers_send_belong_to_no_book() {
    let mut suite = Suite::new();
    let (alice, bob, vault) = (suite.alice.clone(), suite.bob.clone(), suite.vault.clone());
    suite.app.send_tokens(bob.clone(), vault.clone(), &[coin(1_000 * ONE, BASE), coin(ONE, QUOTE)]).unwrap();
    let answer = suite.deposit(&alice, 10 * ONE);
    assert_eq!(answer.shares, Uint128::new(100_000_000_000_000));
    suite.app.send_tokens(bob.clone(), vault, &[coin(1_000 * ONE, BASE)]).unwrap();
    let answer = suite.deposit(&bob, 10 * ONE);
    // 100e6 * (100e12 + 1e6) / (100e6 + 1): the same except for rounding.
    assert_eq!(answer.shares, Uint128::new(100_000_000_000_000));
}

#[test]
fn a_preview_gives_what_the_deposit_gives() {
    let mut suite = Suite::new();
    charge(&mut suite);
    suite.deposit(&suite.alice.clone(), 100 * ONE);
    suite.price("11.37");
    suite.script(|script| {
        script.costs.fee = 50_000u128.into();
        script.charge = purse(4_403, 0);
    });
    let previewed: Uint128 = suite.ask(QueryMsg::PreviewDeposit { amount: (7 * ONE).into() }).unwrap();
    assert_eq!(suite.deposit(&suite.bob.clone(), 7 * ONE).shares, previewed);
    suite.script(|script| script.status.off = vec![MarketAction::Increase]);
    let refused = suite.ask::<Uint128>(QueryMsg::PreviewDeposit { amount: ONE.into() }).unwrap_err();
    assert!(refused.contains("the venue takes no increase now"), "{refused}");
}

/// Alice's 100 coins at 10, of which `size` are sold short, and a spread of 1 %: a band from 9.9 to 10.1.
fn partly_hedged(size: u128) -> Suite {
    let mut suite = Suite::new();
    suite.deposit(&suite.alice.clone(), 100 * ONE);
    suite.script(|script| {
        script.position.size = Int128::new(-((size * ONE) as i128));
        script.position.entry_value = (size * 10 * ONE).into();
        script.prices.spread = dec("0.01");
    });
    suite
}

#[test]
fn shares_are_the_least_fraction_over_the_two_corners_each_at_one_corner() {
    // NAV before is 700 + 30 * price: 997 or 1,003. The deposit of 10 coins is hedged at the minimum ratio, 0.8, and adds
    // 80 + 2 * price: 99.8 or 100.2. 99.8 / 997 = 0.1001 and 100.2 / 1,003 = 0.0999: the high corner is the least.
    let mut suite = partly_hedged(70);
    let answer = suite.deposit(&suite.bob.clone(), 10 * ONE);
    // 100,200,000 * (1e15 + 1e6) / (1,003,000,000 + 1)
    assert_eq!(answer.shares, Uint128::new(99_900_299_102_990));
    assert_eq!(answer.added, money("99800000"));

    // NAV before is 1,100 - 10 * price: 1,001 or 999. The deposit is hedged whole and adds 100: the low corner.
    let mut suite = partly_hedged(110);
    let answer = suite.deposit(&suite.bob.clone(), 10 * ONE);
    // 100,000,000 * (1e15 + 1e6) / (1,001,000,000 + 1)
    assert_eq!(answer.shares, Uint128::new(99_900_099_900_199));
}

#[test]
fn a_deposit_of_what_the_vault_is_made_of_pays_nothing_for_the_width_of_the_band() {
    // 90 of 100 are hedged, and so is the deposit: 99.9 on 999, or 100.1 on 1,001. (99.9 on 1,001 took 0.2 %.)
    let mut suite = partly_hedged(90);
    let answer = suite.deposit(&suite.bob.clone(), 10 * ONE);
    // A tenth, and the virtual unit of value makes the low corner the least by a hair:
    // 99,900,000 * (1e15 + 1e6) / (999,000,000 + 1)
    assert_eq!(answer.shares, Uint128::new(99_999_999_999_899));
}

#[test]
fn a_deposit_after_a_new_price_in_the_block_counts_the_whole_range() {
    let mut suite = partly_hedged(90);
    // A spread of 0.02 %, and 10.3 after 10 in this block: 9.998 to 10.30206.
    suite.script(|script| {
        script.prices.spread = dec("0.0002");
        script.set_range(dec("10.3"), dec("10"), dec("10.3"));
    });
    let answer = suite.deposit(&suite.bob.clone(), 10 * ONE);
    // Before: 900 + 10 * price, 1,003.0206 at the top. The deposit sells 9 at 10.3 and keeps one coin: 92.7 + price.
    // 102.698 on 999.98 = 0.10270; 103.00206 on 1,003.0206 = 0.10269.
    assert_eq!(answer.added, money("102698000"));
    // 103,002,060 * (1e15 + 1e6) / (1,003,020,600 + 1)
    assert_eq!(answer.shares, Uint128::new(102_691_868_940_987));
}

#[test]
fn where_nobody_has_shares_what_is_left_belongs_to_nobody_and_a_share_starts_at_one_unit_of_quote() {
    let mut suite = Suite::new();
    let (alice, bob, vault) = (suite.alice.clone(), suite.bob.clone(), suite.vault.clone());
    suite.deposit(&alice, 100 * ONE);
    // Coins sent by strangers do not count either.
    suite.app.send_tokens(bob.clone(), vault.clone(), &[coin(5 * ONE, BASE), coin(7, QUOTE)]).unwrap();
    suite.redeem(&alice, suite.supply());
    let left = suite.position().idle;
    assert!(!left.is_empty(), "the test needs dust");
    // The venue still owes 217 units of quote.
    suite.script(|script| script.position.margin = purse(0, 217));

    // A coin at the low end of the band, 9.998, whatever is left.
    let shares: Uint128 = suite.ask(QueryMsg::ConvertToShares { amount: ONE.into() }).unwrap();
    assert_eq!(shares, Uint128::new(9_998_000_000_000));

    let answer = suite.deposit(&bob, 100 * ONE);
    // 100 coins at 10 and the 217 units that came with the position, but not the dust in the vault.
    assert_eq!(answer.added, money("1000000217"));
    assert_eq!(answer.shares, Uint128::new(1_000_000_217_000_000));
    let position = suite.position();
    assert_eq!(position.nav, money("1000000217"));
    // One unit of quote a millionth of a million shares, virtual ones included: to the unit.
    assert_eq!((1_000_000_217 + 1) * 1_000_000, position.shares.u128() + 1_000_000);
    let unbooked = suite.held(&vault).minus(position.idle).unwrap();
    assert_eq!(unbooked, left.plus(purse(5 * ONE, 7)).unwrap());
}

#[test]
fn a_dust_debt_that_the_last_holder_left_stops_no_deposit() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    suite.deposit(&alice, 100 * ONE);
    suite.redeem(&alice, suite.supply());
    // Three units sold at 10, now at 20: 30 units of quote are owed, and there is nothing to pay them.
    suite.script(|script| script.position = short(3, 30, purse(0, 0)));
    suite.price("20");
    let previewed: Uint128 = suite.ask(QueryMsg::PreviewDeposit { amount: (10 * ONE).into() }).unwrap();
    let answer = suite.deposit(&alice, 10 * ONE);
    // It is the newcomer's: 200 less 30 units at 20, and 3 * 0.004 more at the high end, 20.004.
    assert_eq!(answer.shares, Uint128::new(199_999_969_988_000));
    assert_eq!(previewed, answer.shares);
}

#[test]
fn the_first_deposit_is_hedged_by_the_target_and_not_as_the_dust_before_it() {
    let mut suite = Suite::new();
    // Half of two units of margin is sold short.
    suite.script(|script| script.position = short(1, 10, purse(2, 0)));
    suite.deposit(&suite.alice.clone(), 10 * ONE);
    let order = suite.scripted().orders.pop().unwrap().0;
    assert_eq!(order.size, OrderSize::Delta { amount: Int128::new(-10_000_000) });
}

#[test]
fn beside_dust_a_deposit_gets_what_was_previewed() {
    // A short of 8 units whose margin does not carry it: leverage is above its maximum, and a deposit of a unit leaves it so.
    let mut suite = crate::redeem::with_alice().0;
    suite.script(|script| script.position = short(8, 80, purse(2, 0)));
    let previewed: Uint128 = suite.ask(QueryMsg::PreviewDeposit { amount: Uint128::one() }).unwrap();
    assert_eq!(suite.deposit(&suite.bob.clone(), 1).shares, previewed);
}
