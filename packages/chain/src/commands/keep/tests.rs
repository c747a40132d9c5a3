use ballast_types::market::{PositionEntry, PositionState};
use cosmwasm_std::{Addr, Uint128};

use super::*;

fn page(count: usize, liquidatable: &[usize]) -> PositionsResponse {
    let entry = |place: usize| PositionEntry {
        owner: Addr::unchecked(format!("owner{place:02}")),
        position: PositionState::default(),
        margin_ratio: None,
        liquidatable: liquidatable.contains(&place),
        at_cap: false,
    };
    PositionsResponse { positions: (0..count).map(entry).collect() }
}

#[test]
fn only_a_rule_with_an_action_is_due() {
    let none = Decision { rule: None, action: HedgeAction::None };
    assert_eq!(due(&none), None);
    // Safe mode with nothing to take home.
    assert_eq!(due(&Decision { rule: Some(Rule::SafeMode), action: HedgeAction::None }), None);
    let action = HedgeAction::BuyBase { quote: Uint128::new(5) };
    assert_eq!(due(&Decision { rule: Some(Rule::IdleQuote), action }), Some(Rule::IdleQuote));
}

#[test]
fn who_can_be_liquidated_is_taken_from_a_page() {
    assert_eq!(liquidatable(&page(4, &[1, 3])), ["owner01", "owner03"]);
    assert!(liquidatable(&page(4, &[])).is_empty());
}

#[test]
fn pages_go_on_after_a_full_one() {
    assert_eq!(next_page(&page(30, &[])), Some("owner29".to_owned()));
    assert_eq!(next_page(&page(29, &[])), None);
    assert_eq!(next_page(&page(0, &[])), None);
}
