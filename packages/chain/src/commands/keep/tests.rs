use cosmwasm_std::Uint128;

use super::*;

#[test]
fn only_a_rule_with_an_action_is_due() {
    let none = Decision { rule: None, action: HedgeAction::None };
    assert_eq!(due(&none), None);
    // Safe mode without excess margin to bring back.
    assert_eq!(due(&Decision { rule: Some(Rule::SafeMode), action: HedgeAction::None }), None);
    let action = HedgeAction::BuyBase { quote: Uint128::new(5) };
    assert_eq!(due(&Decision { rule: Some(Rule::IdleQuote), action }), Some(Rule::IdleQuote));
}
