//! Shows the hedge in an assumed scenario, before and after the vault reacts to it.

use ballast_types::policy::{HedgeState, StressCase, StressResponse};
use ballast_types::vault::ExtensionQueryMsg;
use cosmwasm_std::SignedDecimal256;
use serde_json::json;

use super::rebalance::describe;
use super::system::{leverage, percent, table, System, Units};
use crate::args::StressArgs;
use crate::session::Session;
use crate::Result;

/// Runs `ballast-chain stress`.
///
/// # Errors
/// [`crate::Error::Chain`] with the vault's text, for a scenario outside its bounds.
pub fn run(session: &Session, args: &StressArgs) -> Result<()> {
    let system = System::load(session)?;
    let case = StressCase {
        collateral_change: args.collateral_change,
        correlation_break: args.correlation_break,
        price_change: args.price_change,
        funding_multiple: args.funding_multiple,
        hours: args.hours,
        cost: args.cost,
    };
    let now: StressResponse = system.ask_vault(session, ExtensionQueryMsg::Health {})?;
    let then: StressResponse = system.ask_vault(session, ExtensionQueryMsg::Stress(case.clone()))?;
    session.say(render(&case, &now, &then, &system.units))?;
    session.answer(&json!({"case": case, "now": now, "then": then}))
}

/// The scenario's table.
pub fn render(case: &StressCase, now: &StressResponse, then: &StressResponse, units: &Units) -> String {
    let three = [&now.before, &then.before, &then.after];
    let row = |name: &str, cell: &dyn Fn(&HedgeState) -> String| {
        std::iter::once(name.to_owned()).chain(three.iter().map(|state| cell(state))).collect::<Vec<_>>()
    };
    let same =
        |name: &str, cell: &dyn Fn(&StressResponse) -> String| vec![name.to_owned(), cell(now), cell(then), cell(then)];
    // Only in a market of two prices.
    let collateral = [
        same("collateral price", &|answer| units.price(answer.collateral_price)),
        same("discount", &|answer| answer.discount.map_or("-".to_owned(), percent)),
    ];
    let two_prices = now.discount.is_some() || then.discount.is_some();
    let prices = std::iter::once(same("price", &|answer| units.price(answer.price)))
        .chain(collateral.into_iter().filter(|_| two_prices));
    let states = [
        row("net asset value", &|state| units.money(state.nav)),
        row("leverage", &|state| leverage(state.leverage)),
        row("its maximum", &|state| leverage(ballast_types::market::Leverage::Finite(state.targets.leverage_max))),
        row("margin ratio", &|state| state.margin_ratio.map_or("none".to_owned(), percent)),
        row("liquidation", &|state| units.liquidation(state.liquidation_price)),
        row("hedge ratio", &|state| percent(state.hedge_ratio)),
        row("coins needed for L*", &|state| units.base(state.coins_needed)),
        row("covered by idle coins", &|state| match (state.coins_needed.is_zero(), state.covered) {
            (true, _) => "-".to_owned(),
            (false, true) => "yes".to_owned(),
            (false, false) => "NO".to_owned(),
        }),
    ];
    let lines: Vec<_> = prices.chain(states).collect();
    let hours = match case.hours {
        1 => "1 hour".to_owned(),
        hours => format!("{hours} hours"),
    };
    let change =
        |change: SignedDecimal256| format!("{}{}", if change.is_negative() { "" } else { "+" }, percent(change));
    let told =
        |what: &str, of: Option<SignedDecimal256>| of.map_or(String::new(), |of| format!("{what} {}, ", change(of)));
    let collateral =
        told("collateral against it", case.collateral_change) + &told("correlation break", case.correlation_break);
    format!(
        "price {}, {collateral}{hours} of {} times today's funding, trading at {}\n\n{}\n\nthe vault would: {}",
        change(case.price_change),
        case.funding_multiple,
        percent(case.cost),
        table(&["", "now", "then", "after rebalancing"], &lines),
        describe(&then.decision, units)
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::system::tests::units;
    use super::*;
    use ballast_types::market::{Leverage, LiquidationPrice, Settle};
    use ballast_types::policy::{Decision, HedgeAction, Rule, Targets};
    use ballast_types::{Money, Purse};
    use cosmwasm_std::{Decimal256, Int128, Uint128};

    fn state(leverage: &str, needed: u128, covered: bool) -> HedgeState {
        let ratio = |text: &str| text.parse::<Decimal256>().unwrap();
        HedgeState {
            nav: Money::from_amount(Uint128::new(1_250_000_000)),
            leverage: Leverage::Finite(ratio(leverage)),
            margin_ratio: None,
            liquidation_price: LiquidationPrice::Never,
            hedge_ratio: ratio("1"),
            coins_needed: needed.into(),
            covered,
            targets: Targets {
                volatility: ratio("0.8"),
                assumed_rise: ratio("0.5"),
                leverage_min: ratio("1.2"),
                leverage_target: ratio("1.9"),
                leverage_max: ratio("2.4"),
                leverage_emergency: ratio("3.1"),
                funding_forecast: "0".parse().unwrap(),
                hedge_target: ratio("1"),
                hedge_low: ratio("0.97"),
                hedge_high: ratio("1.03"),
            },
        }
    }

    #[test]
    fn a_case_stands_beside_today_and_the_vaults_reaction() {
        let none = Decision { rule: None, action: HedgeAction::None };
        let action = HedgeAction::Adjust {
            delta: Int128::zero(),
            settle: Settle::No,
            margin_in: Purse::base(Uint128::new(3_000_000)),
            margin_out: Purse::EMPTY,
        };
        let post = Decision { rule: Some(Rule::LeverageHigh), action };
        let (calm, high) = (state("1.9", 0, true), state("2.75", 3_000_000, false));
        let now = StressResponse {
            collateral_price: Decimal256::one(),
            discount: None,
            price: "12.5".parse().unwrap(),
            before: calm,
            decision: none,
            after: calm,
        };
        let then = StressResponse {
            collateral_price: Decimal256::one(),
            discount: None,
            price: "15".parse().unwrap(),
            before: high,
            decision: post,
            after: calm,
        };
        let case = StressCase {
            collateral_change: None,
            correlation_break: None,
            price_change: "0.2".parse().unwrap(),
            funding_multiple: "2".parse().unwrap(),
            hours: 1,
            cost: "0.001".parse().unwrap(),
        };
        let text = render(&case, &now, &then, &units());
        let lines: Vec<String> =
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        for line in [
            "price +20.00 %, 1 hour of 2 times today's funding, trading at 0.10 %",
            "now then after rebalancing",
            "price 12.5000 usdc/atom 15.0000 usdc/atom 15.0000 usdc/atom",
            "leverage 1.900 2.750 1.900",
            "its maximum 2.400 2.400 2.400",
            "margin ratio none none none",
            "coins needed for L* 0 atom 3 atom 0 atom",
            "covered by idle coins - NO -",
            "the vault would: rule 3 (leverage high), leverage is above its maximum: post 3 atom",
        ] {
            assert!(lines.iter().any(|found| found == line), "no line '{line}' in\n{text}");
        }
    }

    #[test]
    fn a_staked_coin_has_its_own_price_and_discount_in_the_case() {
        let calm = state("1.9", 0, true);
        let answer = |price: &str, collateral: &str, discount: &str| StressResponse {
            price: price.parse().unwrap(),
            collateral_price: collateral.parse().unwrap(),
            discount: Some(discount.parse().unwrap()),
            before: calm,
            decision: Decision { rule: None, action: HedgeAction::None },
            after: calm,
        };
        let case = StressCase {
            collateral_change: Some("-0.2".parse().unwrap()),
            correlation_break: Some("-0.3".parse().unwrap()),
            price_change: "0.5".parse().unwrap(),
            funding_multiple: "1".parse().unwrap(),
            hours: 8,
            cost: "0.001".parse().unwrap(),
        };
        // 10 to 15; redeemed at 1.05, sold at 10.5 and at 15 * 1.05 * 0.7 * 0.8.
        let text = render(&case, &answer("10", "10.5", "0"), &answer("15", "8.82", "0.2"), &units());
        let lines: Vec<String> =
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        for line in [
            "price +50.00 %, collateral against it -20.00 %, correlation break -30.00 %, 8 hours of 1 times today's funding, trading at 0.10 %",
            "price 10.0000 usdc/atom 15.0000 usdc/atom 15.0000 usdc/atom",
            "collateral price 10.5000 usdc/atom 8.8200 usdc/atom 8.8200 usdc/atom",
            "discount 0.00 % 20.00 % 20.00 %",
        ] {
            assert!(lines.iter().any(|found| found == line), "no line '{line}' in\n{text}");
        }
    }
}
