//! Checks that the constants of the integrator's kit match this contract.

use ballast_client::{events as names, Kind, Refusal};
use ballast_math::{Base, MathError, Money, Purse, Quote, Shares};
use ballast_types::oracle::PriceUse;
use ballast_types::policy::{Decision, HedgeAction, Rule};
use ballast_types::vault::VaultAction;
use ballast_types::venue::{Leverage, Settle};
use cosmwasm_std::{Addr, Decimal256, Event, Int128, Uint128};
use hedge_policy::PolicyError;

use ballast_vault::error::{ContractError, LeverageText};
use ballast_vault::events;
use ballast_vault::state::{PendingDeposit, Redemption};

fn addr() -> Addr {
    Addr::unchecked("somebody")
}

fn amount() -> Uint128 {
    Uint128::new(7)
}

#[track_caller]
fn assert_event(event: &Event, name: &str, keys: &[&str]) {
    assert_eq!(event.ty, name);
    let found: Vec<&str> = event.attributes.iter().map(|attribute| attribute.key.as_str()).collect();
    let expected: Vec<&str> = [names::key::ACTION].iter().chain(keys).copied().collect();
    assert_eq!(found, expected, "keys of {name}");
    assert_eq!(format!("ballast-vault/{}", event.attributes[0].value), name, "the action is the end of the name");
}

#[test]
fn deposits_and_redemptions_have_the_names_of_the_kit() {
    use names::key::*;
    let context = PendingDeposit {
        sender: addr(),
        recipient: addr(),
        amount: Base(amount()),
        attached: Purse::base(amount()),
        min_shares: Shares(amount()),
    };
    let keys = [SENDER, RECIPIENT, AMOUNT, POSTED, SHARES, ADDED];
    assert_event(&events::deposit(&context, Shares(amount()), Money::ZERO), names::DEPOSIT, &keys);
    let redemption = Redemption::new(addr(), addr(), Shares(amount()), Shares(amount()));
    assert_event(&events::redeem(&redemption, Purse::EMPTY), names::REDEEM, &[SENDER, RECIPIENT, SHARES, BASE, QUOTE]);
    assert_event(&events::rescue_failed("because"), names::RESCUE_FAILED, &[REASON]);
    let (base, quote) = (Base(amount()), Quote(amount()));
    assert_event(&events::sell_base(&addr(), base, quote), names::SELL_BASE, &[SENDER, BASE, QUOTE]);
}

#[test]
fn what_the_policy_decides_has_the_names_of_the_kit() {
    use names::key::*;
    let decided = |action| Decision { rule: Some(Rule::Settle), action };
    let purse = Purse::EMPTY;
    let adjust = HedgeAction::Adjust { delta: Int128::one(), settle: Settle::No, margin_in: purse, margin_out: purse };
    let order = [RULE, DELTA, BASE_IN, QUOTE_IN, BASE_OUT, QUOTE_OUT];
    assert_event(&events::rescue(&decided(adjust.clone())), names::RESCUE, &order);
    for (action, own) in [
        (adjust, order.as_slice()),
        (HedgeAction::None, &[RULE]),
        (HedgeAction::BuyBase { quote: amount() }, &[RULE, QUOTE]),
        (HedgeAction::OpenAuction { quote: amount() }, &[RULE, QUOTE]),
    ] {
        let event = events::rebalance(&addr(), &decided(action), Money::ZERO, Base(amount()));
        assert_event(&event, names::REBALANCE, &[own, &[SENDER, COST, BASE_BOUGHT]].concat());
    }
    assert_event(&events::auction_opened(&addr(), Quote(amount())), names::OPEN_AUCTION, &[SENDER, QUOTE]);
}

#[test]
fn what_roles_do_has_the_names_of_the_kit() {
    use names::key::*;
    let who = addr();
    assert_event(&events::instantiate("owner", &who, "market"), names::INSTANTIATE, &[OWNER, VENUE, MARKET]);
    assert_event(&events::update_policy(&who), names::UPDATE_POLICY, &[SENDER]);
    assert_event(&events::set_deposit_cap(&who, None), names::SET_DEPOSIT_CAP, &[SENDER, DEPOSIT_CAP]);
    let stopped = [VaultAction::Deposit];
    assert_event(&events::pause(&who, &stopped), names::PAUSE, &[SENDER, STOPPED]);
    assert_event(&events::resume(&who, &stopped), names::RESUME, &[SENDER, STOPPED]);
    assert_event(&events::set_guardian(&who, &who), names::SET_GUARDIAN, &[SENDER, GUARDIAN]);
    let ownership = events::update_ownership(&who, None, Some(&who));
    assert_event(&ownership, names::UPDATE_OWNERSHIP, &[SENDER, OWNER, PENDING_OWNER]);
}

fn collateral_flagged() -> ContractError {
    ContractError::CollateralFlagged { price_use: PriceUse::Increase, flags: vec![] }
}

fn kind(error: impl ToString) -> Kind {
    Refusal::new(error.to_string()).kind
}

#[test]
fn every_refusal_of_a_deposit_has_a_kind() {
    let nothing = || (vec![], vec![]);
    let (off, flags) = nothing();
    assert_eq!(kind(ContractError::Busy {}), Kind::Busy);
    assert_eq!(kind(ContractError::Paused { action: VaultAction::Deposit }), Kind::Paused);
    assert_eq!(kind(ContractError::VenueClosed { off, flags }), Kind::VenueClosed);
    let discount = ContractError::Discount { discount: Decimal256::percent(8), mean: Decimal256::percent(2) };
    assert_eq!(kind(discount), Kind::VenueClosed);
    assert_eq!(kind(collateral_flagged()), Kind::VenueClosed);
    let leverage = LeverageText(Leverage::Infinite);
    assert_eq!(kind(ContractError::LeverageTooHigh { leverage, max: Decimal256::one() }), Kind::LeverageTooHigh);
    let short = ContractError::Capacity { needed: amount(), capacity: amount() };
    assert_eq!(kind(short), Kind::TooLarge);
    assert_eq!(kind(ContractError::DepositCap { nav: Money::ZERO, cap: amount() }), Kind::TooLarge);
    assert_eq!(kind(ContractError::ZeroAmount {}), Kind::TooSmall);
    assert_eq!(kind(ContractError::NothingAdded { added: Money::ZERO }), Kind::TooSmall);
    assert_eq!(kind(ContractError::ZeroShares { added: Money::ZERO }), Kind::TooSmall);
    assert_eq!(kind(ContractError::TooFewShares { shares: amount(), min: amount() }), Kind::OutOfBounds);
    let lost = ContractError::NavNotPositive { nav: Money::ZERO, supply: amount() };
    assert_eq!(kind(lost), Kind::NothingBehindShares);
}

#[test]
fn every_refusal_of_a_redemption_has_a_kind() {
    let stuck = ContractError::VenueStuck { off: vec![], flags: vec![] };
    assert_eq!(kind(stuck), Kind::VenueClosed);
    assert_eq!(kind(collateral_flagged()), Kind::VenueClosed);
    assert_eq!(kind(ContractError::NotEnoughShares { amount: amount(), held: amount() }), Kind::NotEnoughShares);
    assert_eq!(kind(ContractError::ZeroPayout { shares: amount() }), Kind::TooSmall);
    let little = ContractError::TooLittlePaid { denom: "uatom".into(), paid: amount(), min: amount() };
    assert_eq!(kind(little), Kind::OutOfBounds);
    assert_eq!(kind(ContractError::ExitCost { cost: amount(), max: amount() }), Kind::ExitCost);
}

#[test]
fn what_the_policy_refuses_has_a_kind() {
    assert_eq!(kind(ContractError::from(PolicyError::NoPrice {})), Kind::VenueClosed);
    let share = PolicyError::VenueShare { share: Default::default(), max: Default::default() };
    assert_eq!(kind(ContractError::from(share)), Kind::TooLarge);
}

#[test]
fn a_mistake_of_the_caller_is_no_refusal_to_act_on() {
    assert_eq!(kind(ContractError::CoinsToVault {}), Kind::Other);
    assert_eq!(kind(ContractError::SharesToVault {}), Kind::Other);
    assert_eq!(kind(ContractError::AmountMismatch { amount: amount(), attached: amount() }), Kind::Other);
    assert_eq!(kind(ContractError::Math(MathError::Overflow { operation: "a deposit" })), Kind::Other);
    assert_eq!(kind(ContractError::UnexpectedReply { id: 1 }), Kind::Other);
}
