//! Refusals of the companion market arrive through the vault; the kit recognises them by the words of the engine's
//! errors.

use ballast_client::{Kind, Refusal};
use ballast_types::market::MarketAction;
use ballast_types::oracle::PriceUse;
use ballast_types::Money;
use cosmwasm_std::{StdError, Uint128};
use perp_engine::EngineError;

fn kind(error: EngineError) -> Kind {
    Refusal::from(StdError::generic_err(format!("Querier contract error: {error}"))).kind
}

#[test]
fn what_the_market_refuses_has_a_kind() {
    let amount = || Uint128::new(7);
    assert_eq!(kind(EngineError::NoPrice {}), Kind::VenueClosed);
    assert_eq!(kind(EngineError::Paused { action: MarketAction::MarginOut }), Kind::VenueClosed);
    assert_eq!(kind(EngineError::PriceFlagged { price_use: PriceUse::Increase, flags: vec![] }), Kind::VenueClosed);
    assert_eq!(kind(EngineError::CollateralFlagged { price_use: PriceUse::Reduce, flags: vec![] }), Kind::VenueClosed);
    assert_eq!(kind(EngineError::PositionTooSmall { notional: Money::ZERO, min: amount() }), Kind::TooSmall);
    let (entry_value, added, size, max) = (amount(), amount(), amount(), amount());
    assert_eq!(kind(EngineError::OpenInterestCap { entry_value, max }), Kind::TooLarge);
    assert_eq!(kind(EngineError::OpenInterestUnits { size, max }), Kind::TooLarge);
    assert_eq!(kind(EngineError::SizeAddedCap { added, max }), Kind::TooLarge);
    assert_eq!(kind(EngineError::Slack { slack: Money::ZERO, required: Money::ZERO }), Kind::TooLarge);
}
