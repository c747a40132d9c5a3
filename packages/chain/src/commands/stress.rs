//! The hedge after an assumed change of the world, before and after the vault reacts to it.

use ballast_types::policy::{HedgeState, StressCase, StressResponse};
use ballast_types::vault::ExtensionQueryMsg;
use serde_json::json;

use super::rebalance::describe;
use super::system::{leverage, percent, table, System, Units};
use crate::args::StressArgs;
use crate::session::Session;
use crate::Result;

/// Runs `ballast chain stress`.
///
/// # Errors
/// [`crate::Error::Chain`] with the vault's text, for a case out of its bounds.
pub fn run(session: &Session, args: &StressArgs) -> Result<()> {
    let system = System::load(session)?;
    let case = StressCase {
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

/// The table.
pub fn render(case: &StressCase, now: &StressResponse, then: &StressResponse, units: &Units) -> String {
    let states = [&now.before, &then.before, &then.after];
    let row = |name: &str, cell: &dyn Fn(&HedgeState) -> String| {
        std::iter::once(name.to_owned()).chain(states.iter().map(|state| cell(state))).collect::<Vec<_>>()
    };
    let lines = [
        vec!["price".to_owned(), units.price(now.price), units.price(then.price), units.price(then.price)],
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
    let hours = match case.hours {
        1 => "1 hour".to_owned(),
        hours => format!("{hours} hours"),
    };
    format!(
        "price {}{}, {hours} of {} times today's funding, trading at {}\n\n{}\n\nthe vault would: {}",
        if case.price_change.is_negative() { "" } else { "+" },
        percent(case.price_change),
        case.funding_multiple,
        percent(case.cost),
        table(&["", "now", "then", "after rebalancing"], &lines),
        describe(&then.decision, units)
    )
}
