use ballast_types::policy::{Rule, StressCase, StressResponse};
use ballast_types::vault::{ExtensionQueryMsg, QueryMsg};
use ballast_types::Purse;
use cosmwasm_std::{from_json, Binary, ContractResult, Decimal, SignedDecimal256, Uint128};

use crate::suite::{dec, money, purse, Suite, BASE, ONE, QUOTE};

fn with_alice() -> Suite {
    let mut suite = Suite::new();
    suite.deposit(&suite.alice.clone(), 100 * ONE);
    suite
}

fn rate(suite: &Suite, denom: &str) -> Decimal {
    suite.ask(QueryMsg::VaultTokenExchangeRate { quote_denom: denom.into() }).unwrap()
}

#[test]
fn assets_and_conversions_speak_base() {
    let mut suite = with_alice();
    suite.price("12.5");
    // A NAV of 1,000 at 12.5.
    let assets: Uint128 = suite.ask(QueryMsg::TotalAssets {}).unwrap();
    assert_eq!(assets, Uint128::new(80 * ONE));
    // 8 coins at the low end, 12.4975, on a NAV of 1,000 with 1e15 shares: 99.98e12, rounding aside.
    let shares: Uint128 = suite.ask(QueryMsg::ConvertToShares { amount: (8 * ONE).into() }).unwrap();
    assert_eq!(shares, Uint128::new(99_980_000_000_000));
    // A tenth of the shares: a tenth of 1,000, at the high end 12.5025: 7.998400 coins, rounded down.
    let amount = Uint128::new(100_000_000_000_000);
    let assets: Uint128 = suite.ask(QueryMsg::ConvertToAssets { amount }).unwrap();
    assert_eq!(assets, Uint128::new(7_998_400));
}

#[test]
fn an_empty_vault_is_at_par() {
    let suite = Suite::new();
    assert_eq!(rate(&suite, QUOTE), Decimal::permille(1) * Decimal::permille(1));
    // A tenth of a unit of base, at the high end 10.002.
    assert_eq!(rate(&suite, BASE).to_string(), "0.000000099980003999");
    assert_eq!(suite.ask::<Uint128>(QueryMsg::TotalAssets {}).unwrap(), Uint128::zero());
    let shares: Uint128 = suite.ask(QueryMsg::ConvertToShares { amount: ONE.into() }).unwrap();
    assert_eq!(shares, Uint128::new(9_998_000_000_000));
    let assets: Uint128 = suite.ask(QueryMsg::ConvertToAssets { amount: shares }).unwrap();
    assert_eq!(assets, Uint128::new(999_600));
}

#[test]
fn the_exchange_rate_never_promises_more_than_a_redemption_pays() {
    for price in ["8", "10", "11", "12.4"] {
        let mut suite = with_alice();
        let alice = suite.alice.clone();
        suite.price(price);
        // What the venue charges: fee and spread of 0.07 %, and the conversion of that and of the loss.
        let price: f64 = price.parse().unwrap();
        let trading = 100e6 * price * 0.0007;
        let owed = trading + (100e6 * (price - 10.0)).max(0.0);
        let conversion = owed * (1.0 / (0.9998 * 0.999) - 1.0);
        let base = ((trading + conversion) / price / 2.0).ceil() as u128;
        suite.script(|script| script.charge = purse(base, 0));

        let shares = suite.supply() / 2;
        let (in_base, in_quote) = (rate(&suite, BASE), rate(&suite, QUOTE));
        let paid = suite.redeem(&alice, shares).paid;
        let paid_in_quote = paid.base.u128() as f64 * price + paid.quote.u128() as f64;
        let promised: f64 = in_quote.to_string().parse::<f64>().unwrap() * shares as f64;
        assert!(promised <= paid_in_quote + 1.0, "{promised} promised, {paid_in_quote} paid at {price}");
        assert!(promised > paid_in_quote * 0.999, "{promised} promised, {paid_in_quote} paid at {price}");
        let promised: f64 = in_base.to_string().parse::<f64>().unwrap() * shares as f64;
        assert!(promised <= paid_in_quote / price + 1.0, "{promised} base promised at {price}");
    }
}

#[test]
fn a_new_price_in_the_block_widens_what_is_promised() {
    let mut suite = with_alice();
    // 12.5 and 12 in this block: 11.9976 to 12.5025.
    suite.script(|script| script.set_range(dec("12.5"), dec("12"), dec("12.5")));
    // 8 coins at the low end on a NAV of 1,000.
    let shares: Uint128 = suite.ask(QueryMsg::ConvertToShares { amount: (8 * ONE).into() }).unwrap();
    assert_eq!(shares, Uint128::new(95_980_800_000_000));
    // An exit buys: 12.4 and 13 in this block, so the way up is 0.5 a coin besides fee and spread.
    suite.script(|script| script.set_range(dec("12.5"), dec("12.4"), dec("13")));
    // To 13.0026 are 50.26 for 100 coins, and 0.05 % of 1,300.26: 50.91013; a loss of 250 and that, paid in base, cost
    // 0.0012012412 of it more: 0.36146...
    let promised: f64 = rate(&suite, QUOTE).to_string().parse().unwrap();
    assert!((promised * 1e15 - (1_000e6 - 50_910_130.0 - 361_465.0)).abs() < 5.0, "{promised}");
}

#[test]
fn a_rate_in_another_coin_is_refused() {
    let suite = with_alice();
    let refused = suite.ask::<Decimal>(QueryMsg::VaultTokenExchangeRate { quote_denom: "uosmo".into() }).unwrap_err();
    assert!(refused.contains("no rate in uosmo: ask for uatom or uusd"), "{refused}");
}

fn attempt(suite: &Suite, query: QueryMsg) -> ContractResult<Binary> {
    suite.ask_extension(ExtensionQueryMsg::Attempt(Box::new(query))).unwrap()
}

#[test]
fn an_attempt_answers_what_the_question_answers() {
    let suite = with_alice();
    let query = QueryMsg::PreviewDeposit { amount: ONE.into() };
    let plain: Uint128 = suite.ask(query.clone()).unwrap();
    let answer = attempt(&suite, query).into_result().unwrap();
    assert_eq!(from_json::<Uint128>(answer).unwrap(), plain);
}

#[test]
fn an_attempt_answers_a_refusal_as_text_where_the_question_fails() {
    let suite = with_alice();
    let query = QueryMsg::PreviewDeposit { amount: Uint128::zero() };
    assert_eq!(attempt(&suite, query), ContractResult::Err("the amount is zero".into()));

    let unknown = QueryMsg::VaultTokenExchangeRate { quote_denom: "uosmo".into() };
    let text = attempt(&suite, unknown).into_result().unwrap_err();
    assert_eq!(text, "no rate in uosmo: ask for uatom or uusd");
}

#[test]
fn an_attempt_of_an_attempt_is_refused() {
    let suite = with_alice();
    let inner = ExtensionQueryMsg::Attempt(Box::new(QueryMsg::TotalAssets {}));
    let refused = attempt(&suite, QueryMsg::VaultExtension(inner)).into_result().unwrap_err();
    assert_eq!(refused, "an attempt of an attempt: ask for the question itself");
}

#[test]
fn health_is_the_stress_test_without_stress() {
    let mut suite = with_alice();
    suite.price("12");
    let none = StressCase {
        collateral_change: None,
        correlation_break: None,
        price_change: SignedDecimal256::zero(),
        funding_multiple: SignedDecimal256::zero(),
        hours: 0,
        cost: Default::default(),
    };
    let health: StressResponse = suite.ask_extension(ExtensionQueryMsg::Health {}).unwrap();
    let stress: StressResponse = suite.ask_extension(ExtensionQueryMsg::Stress(none.clone())).unwrap();
    assert_eq!(health, stress);
    assert_eq!(health.decision, suite.next_action());
    assert_eq!(health.before.nav, money("1000000000"));

    // A rise of 12.5 % from 12 is the rise to 13.5, where rule 3 posts coins.
    let rise = StressCase {
        collateral_change: None,
        correlation_break: None,
        price_change: SignedDecimal256::permille(125),
        ..none
    };
    let stress: StressResponse = suite.ask_extension(ExtensionQueryMsg::Stress(rise)).unwrap();
    assert_eq!(stress.price, dec("13.5"));
    assert_eq!(stress.decision.rule, Some(Rule::LeverageHigh));
    suite.price("13.5");
    let there: StressResponse = suite.ask_extension(ExtensionQueryMsg::Health {}).unwrap();
    assert_eq!((there.before, there.after), (stress.before, stress.after));
}

#[test]
fn the_position_shows_books_venue_and_memory() {
    let mut suite = with_alice();
    suite.price("12");
    let position = suite.position();
    assert_eq!(position.nav, money("1000000000"));
    assert_eq!(position.shares.u128(), suite.supply());
    assert_eq!(position.idle.base + position.venue.position.margin.base, Uint128::new(100 * ONE));
    assert_eq!(position.time, suite.app.block_info().time);
}

#[test]
fn a_vault_that_lost_everything_answers_and_still_pays_what_is_there() {
    let mut suite = with_alice();
    // A short of 100 from 10, at 40, with nothing but the idle coins against it.
    suite.script(|script| script.position.margin = Purse::EMPTY);
    suite.price("40");
    assert_eq!(suite.ask::<Uint128>(QueryMsg::TotalAssets {}).unwrap(), Uint128::zero());
    assert_eq!(rate(&suite, QUOTE), Decimal::zero());
    assert_eq!(suite.ask::<Uint128>(QueryMsg::ConvertToAssets { amount: ONE.into() }).unwrap(), Uint128::zero());
    let refused = suite.ask::<Uint128>(QueryMsg::ConvertToShares { amount: ONE.into() }).unwrap_err();
    assert!(refused.contains("negative"), "{refused}");
    let health: StressResponse = suite.ask_extension(ExtensionQueryMsg::Health {}).unwrap();
    assert!(health.before.nav.is_negative());
}
