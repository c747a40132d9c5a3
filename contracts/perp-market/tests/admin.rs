//! Markets, parameters, switches, roles.

use ballast_types::market::*;
use ballast_types::{CoinInfo, OwnershipAction, Purse};
use cosmwasm_std::{Decimal256, Uint128};
use perp_engine::EngineError;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

fn update(chain: &mut Chain, params: MarketParams) -> Result<(), ContractError> {
    chain.send("owner", &ExecuteMsg::UpdateParams { market: NAME.into(), params }, Purse::EMPTY).map(|_| ())
}

#[test]
fn the_defaults_are_within_their_bounds() {
    update(&mut Chain::new(), MarketParams::defaults(6)).unwrap();
    let defaults = MarketParams::defaults(6);
    assert_eq!((defaults.initial_ratio, defaults.spread_z), (dec("0.15"), dec("3")));
    assert_eq!((defaults.spread_latency, defaults.max_spread), (6, dec("0.003")));
    assert_eq!((defaults.open_interest_cap, defaults.hedger_share), (dec("0.75"), dec("0.5")));
    assert_eq!((defaults.size_added_cap, defaults.min_position.u128()), (dec("1"), 100 * ONE));
}

/// A change of one parameter.
type Change = fn(&mut MarketParams, Decimal256);

#[test]
fn every_ratio_has_hard_bounds() {
    let table: [(&str, Change, &str, &str); 21] = [
        ("taker_fee", |p, v| p.taker_fee = v, "", "0.010000000000000001"),
        ("min_spread", |p, v| p.min_spread = v, "0.000099999999999999", "0.010000000000000001"),
        ("spread_z", |p, v| p.spread_z = v, "", "5.000000000000000001"),
        ("maintenance_ratio", |p, v| p.maintenance_ratio = v, "0.009999999999999999", "0.200000000000000001"),
        ("initial_ratio", |p, v| p.initial_ratio = v, "0.037499999999999999", "0.500000000000000001"),
        ("liquidation_fee", |p, v| p.liquidation_fee = v, "0.000999999999999999", "0.050000000000000001"),
        ("jump_buffer", |p, v| p.jump_buffer = v, "0.000999999999999999", "0.100000000000000001"),
        ("haircut", |p, v| p.haircut = v, "", "0.500000000000000001"),
        ("conversion_charge", |p, v| p.conversion_charge = v, "", "0.050000000000000001"),
        ("funding_cap", |p, v| p.funding_cap = v, "", "10.000000000000000001"),
        ("slope", |p, v| p.slope = v, "", "0.500000000000000001"),
        ("pass_through", |p, v| p.pass_through = v, "", "1.000000000000000001"),
        ("headroom", |p, v| p.headroom = v, "", "2.000000000000000001"),
        ("insurance_target", |p, v| p.insurance_target = v, "", "0.200000000000000001"),
        ("long_reserve", |p, v| p.long_reserve = v, "0.199999999999999999", "10.000000000000000001"),
        ("skew_scale", |p, v| p.skew_scale = v, "0.009999999999999999", "1.000000000000000001"),
        ("open_interest_cap", |p, v| p.open_interest_cap = v, "0.009999999999999999", "3.000000000000000001"),
        ("hedger_share", |p, v| p.hedger_share = v, "", "0.750000000000000001"),
        ("max_spread", |p, v| p.max_spread = v, "0.000199999999999999", "0.020000000000000001"),
        ("size_added_cap", |p, v| p.size_added_cap = v, "0.009999999999999999", "2.000000000000000001"),
        ("base_discount", |p, v| p.base_discount = v, "", "0.020000000000000001"),
    ];
    let mut chain = Chain::new();
    for (name, change, low, high) in table {
        for value in [low, high].into_iter().filter(|value| !value.is_empty()) {
            let mut changed = params();
            change(&mut changed, dec(value));
            let error = refused(update(&mut chain, changed));
            let EngineError::OutOfBounds { name: said, value: told, .. } = error else { panic!("{name}: {error}") };
            assert_eq!((said, *told), (name, dec(value)));
        }
    }
}

/// A change of one time.
type TimeChange = fn(&mut MarketParams, u64);

#[test]
fn every_time_has_hard_bounds() {
    let table: [(&str, TimeChange, u64, u64); 8] = [
        ("spread_latency", |p, v| p.spread_latency = v, 121, u64::MAX),
        ("base_discount_time", |p, v| p.base_discount_time = v, 3_599, 72 * HOUR + 1),
        ("pool_notice", |p, v| p.pool_notice = v, 3_599, 14 * DAY + 1),
        ("pool_window", |p, v| p.pool_window = v, 3_599, 3 * DAY + 1),
        ("pool_bar", |p, v| p.pool_bar = v, 30 * DAY + 1, u64::MAX),
        ("defence_pause", |p, v| p.defence_pause = v, 299, 24 * HOUR + 1),
        ("defence_pause_cooldown", |p, v| p.defence_pause_cooldown = v, 3_599, 14 * 24 * HOUR + 1),
        ("liquidation_grace", |p, v| p.liquidation_grace = v, 24 * HOUR + 1, u64::MAX),
    ];
    let mut chain = Chain::new();
    for (name, change, low, high) in table {
        for value in [low, high] {
            let mut changed = params();
            change(&mut changed, value);
            let error = refused(update(&mut chain, changed));
            assert!(matches!(error, EngineError::OutOfBounds { name: said, .. } if said == name), "{name}: {error}");
        }
    }
    let none = MarketParams { min_position: Uint128::zero(), ..params() };
    let error = refused(update(&mut chain, none));
    assert!(matches!(error, EngineError::OutOfBounds { name: "min_position", .. }), "{error}");
}

#[test]
fn maintenance_must_cover_closing_liquidation_and_a_jump() {
    // 0.05 + 0.02 + 0.5 + 1.93 % = 2.5 %.
    let mut tight = params();
    tight.jump_buffer = dec("0.0193");
    let error = refused(update(&mut Chain::new(), tight));
    assert!(matches!(error, EngineError::Crossed { ref low, ref high, .. } if low == high), "{error}");
}

/// With a haircut of 0 and a conversion charge of 5 % a position with an equity of 17.4 was wiped out: it counted coins at a
/// price that they do not pay.
#[test]
fn the_haircut_covers_what_paying_in_base_takes_off() {
    let mut chain = Chain::new();
    let above = |chain: &mut Chain, haircut: &str, conversion: &str| {
        let (haircut, conversion_charge) = (dec(haircut), dec(conversion));
        update(chain, MarketParams { haircut, conversion_charge, ..params() })
    };
    // 0.9998 * 0.95 = 0.94981.
    let error = refused(above(&mut chain, "0", "0.05"));
    let EngineError::Above { low_name: "1 - haircut", low, high, .. } = error else { panic!("{error}") };
    assert_eq!((*low, *high), (dec("1"), dec("0.94981")));
    assert!(above(&mut chain, "0.050189999999999999", "0.05").is_err());
    above(&mut chain, "0.05019", "0.05").unwrap();
    // Also without a charge the minimum spread is taken off.
    assert!(above(&mut chain, "0", "0").is_err());
    above(&mut chain, "0.0002", "0").unwrap();
}

#[test]
fn the_bound_of_the_spread_is_not_below_its_least_and_a_share_leaves_headroom_on_itself() {
    let mut chain = Chain::new();
    let spread = MarketParams { min_spread: dec("0.003000000000000001"), ..params() };
    let error = refused(update(&mut chain, spread));
    assert!(matches!(error, EngineError::Above { low_name: "min_spread", high_name: "max_spread", .. }), "{error}");
    update(&mut chain, MarketParams { min_spread: dec("0.003"), ..params() }).unwrap();
    // Half of the pool and headroom of 100 % on it are all of it.
    update(&mut chain, MarketParams { headroom: dec("1"), ..params() }).unwrap();
    let error = refused(update(&mut chain, MarketParams { headroom: dec("1.000000000000000001"), ..params() }));
    assert!(matches!(error, EngineError::Above { high_name: "the pool's quote", .. }), "{error}");
    update(&mut chain, MarketParams { headroom: dec("2"), hedger_share: dec("0.333333"), ..params() }).unwrap();
}

#[test]
fn the_jump_that_the_feed_accepts_unconfirmed_is_at_most_the_initial_ratio() {
    let mut chain = Chain::new();
    assert_eq!(chain.state().feed.unwrap().max_jump, dec("0.1"));
    let create = |chain: &Chain, market: &str| {
        let valid = chain.create_msg(params(), no_reference());
        ExecuteMsg::CreateMarket(CreateMarket { market: market.into(), ..valid })
    };
    chain.max_jump("0.15");
    let error = refused(update(&mut chain, params()));
    let EngineError::Above { low, high, .. } = error else { panic!("{error}") };
    assert_eq!((*low, *high), (dec("0.15"), dec("0.1")));
    assert!(matches!(refused(chain.send("owner", &create(&chain, "x"), Purse::EMPTY)), EngineError::Above { .. }));
    // The defaults fit: 15 % and 15 %.
    update(&mut chain, MarketParams::defaults(6)).unwrap();
    chain.max_jump("0.1");
    chain.send("owner", &create(&chain, "x"), Purse::EMPTY).unwrap();
    // An oracle that does not answer is an error, and no bounds.
    chain.oracle_fails(true);
    assert!(matches!(
        chain.send("owner", &ExecuteMsg::UpdateParams { market: NAME.into(), params: params() }, Purse::EMPTY),
        Err(ContractError::Std(_))
    ));
    assert!(matches!(chain.send("owner", &create(&chain, "y"), Purse::EMPTY), Err(ContractError::Std(_))));
    assert_eq!(chain.state().feed, None);
}

#[test]
fn what_enters_equity_or_maintenance_cannot_change_under_open_positions() {
    let frozen: [(&str, Change); 5] = [
        ("taker_fee", |p, v| p.taker_fee = v),
        ("min_spread", |p, v| p.min_spread = v),
        ("maintenance_ratio", |p, v| p.maintenance_ratio = v),
        ("haircut", |p, v| p.haircut = v),
        ("long_reserve", |p, v| p.long_reserve = v),
    ];
    let values = [dec("0.001"), dec("0.001"), dec("0.03"), dec("0.2"), dec("0.6")];
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    for ((name, change), value) in frozen.into_iter().zip(values) {
        let mut changed = params();
        change(&mut changed, value);
        assert_eq!(refused(update(&mut chain, changed)), EngineError::Frozen { name });
    }
    let before = chain.position("alice").measures;
    let mut free = params();
    (free.headroom, free.slope, free.spread_z) = (dec("0.3"), dec("0.05"), dec("2"));
    update(&mut chain, free.clone()).unwrap();
    assert_eq!(chain.position("alice").measures, before);
    // With all closed everything may.
    chain.trade("alice", S100, base(0));
    update(&mut chain, MarketParams { haircut: dec("0.2"), ..free }).unwrap();
}

#[test]
fn a_changed_rate_touches_only_the_future() {
    let mut chain = Chain::with_reference(params(), Reference::Constant { rate: signed("0.1") });
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.seconds(365 * 24 * HOUR);
    update(&mut chain, MarketParams { pass_through: dec("1"), ..params() }).unwrap();
    assert_eq!(chain.position("alice").position.funding, money("50000000"));
    chain.seconds(365 * 24 * HOUR);
    assert_eq!(chain.position("alice").position.funding, money("150000000"));
}

#[test]
fn markets_are_isolated_and_their_names_and_coins_are_checked() {
    let mut chain = Chain::new();
    let valid = chain.create_msg(params(), no_reference());
    let exists = chain.send("owner", &ExecuteMsg::CreateMarket(valid.clone()), Purse::EMPTY).unwrap_err();
    assert_eq!(exists, ContractError::MarketExists { market: NAME.into() });
    for name in ["", "Atom", "atom_usd", "atom usd", &"a".repeat(33)] {
        let msg = ExecuteMsg::CreateMarket(CreateMarket { market: name.into(), ..valid.clone() });
        let error = chain.send("owner", &msg, Purse::EMPTY).unwrap_err();
        assert_eq!(error, ContractError::InvalidName { market: name.into() });
    }
    let other = |base: CoinInfo| CreateMarket { market: "other".into(), base, ..valid.clone() };
    let same = ExecuteMsg::CreateMarket(other(CoinInfo { denom: QUOTE.into(), decimals: 6 }));
    assert!(matches!(chain.send("owner", &same, Purse::EMPTY), Err(ContractError::SameCoins { .. })));
    for (denom, decimals) in [("", 6), (BASE, 19)] {
        let msg = ExecuteMsg::CreateMarket(other(CoinInfo { denom: denom.into(), decimals }));
        assert!(matches!(chain.send("owner", &msg, Purse::EMPTY), Err(ContractError::InvalidCoin { .. })));
    }
    let mut bad = other(valid.base.clone());
    bad.params.haircut = dec("0.9");
    assert!(chain.send("owner", &ExecuteMsg::CreateMarket(bad), Purse::EMPTY).is_err());

    chain.send("owner", &ExecuteMsg::CreateMarket(other(valid.base.clone())), Purse::EMPTY).unwrap();
    let names: MarketsResponse = chain.ask(QueryMsg::Markets { start_after: None, limit: None });
    assert_eq!(names.markets, [NAME, "other"]);
    // The other market has no pool, whatever this one has.
    let order = Adjust { market: "other".into(), ..delta(-S100) };
    assert!(chain.adjust("alice", order, base(50 * ONE)).is_err());
    let order = Adjust { market: "none".into(), ..delta(-S100) };
    let error = chain.adjust("alice", order, base(50 * ONE)).unwrap_err();
    assert_eq!(error, ContractError::NoSuchMarket { market: "none".into() });
}

#[test]
fn an_empty_pool_refuses_every_increase() {
    let mut chain = Chain::without_pool(params(), no_reference());
    for amount in [S100, -S100] {
        let error = refused(chain.adjust("alice", delta(amount), base(50 * ONE)));
        assert!(matches!(error, EngineError::OpenInterestCap { max, .. } if max.is_zero()), "{error}");
    }
    assert_eq!(chain.ask::<Capacity>(QueryMsg::Capacity { market: NAME.into() }).short, Uint128::zero());
}

#[test]
fn each_role_may_do_what_its_row_says() {
    let pause = ExecuteMsg::Pause { market: NAME.into(), actions: vec![MarketAction::Increase] };
    let resume = ExecuteMsg::Resume { market: NAME.into(), actions: vec![MarketAction::Increase] };
    let params = ExecuteMsg::UpdateParams { market: NAME.into(), params: params() };
    let mut chain = Chain::new();
    let guardian = ExecuteMsg::SetGuardian { guardian: chain.who("guardian").to_string() };
    let create = CreateMarket { market: "new".into(), ..chain.create_msg(crate::market::params(), no_reference()) };
    let create = ExecuteMsg::CreateMarket(create);
    let hedger = ExecuteMsg::SetHedger { market: NAME.into(), hedger: None };
    let table = [
        (&hedger, "guardian", false),
        (&hedger, "alice", false),
        (&hedger, "owner", true),
        (&pause, "owner", true),
        (&pause, "guardian", true),
        (&pause, "alice", false),
        (&resume, "guardian", false),
        (&resume, "alice", false),
        (&resume, "owner", true),
        (&params, "guardian", false),
        (&params, "alice", false),
        (&params, "owner", true),
        (&guardian, "guardian", false),
        (&guardian, "alice", false),
        (&guardian, "owner", true),
        (&create, "guardian", false),
        (&create, "alice", false),
        (&create, "owner", true),
    ];
    for (msg, who, allowed) in table {
        let result = chain.send(who, msg, Purse::EMPTY);
        assert_eq!(result.is_ok(), allowed, "{who}: {msg:?}");
        if let Err(error) = result {
            let denied = matches!(error, ContractError::NotGuardian { .. } | ContractError::Ownership(_));
            assert!(denied, "{who}: {error}");
        }
    }
    for msg in [&pause, &resume, &params, &guardian, &hedger] {
        assert!(matches!(chain.send("owner", msg, quote(1)), Err(ContractError::Payment(_))));
    }
}

#[test]
fn ownership_moves_in_two_steps_and_cannot_be_renounced() {
    let mut chain = Chain::new();
    let error = chain.ownership("owner", OwnershipAction::RenounceOwnership).unwrap_err();
    assert_eq!(error, ContractError::CannotRenounce {});
    let new_owner = chain.who("bob").to_string();
    let transfer = OwnershipAction::TransferOwnership { new_owner, expiry: None };
    assert!(chain.ownership("alice", transfer.clone()).is_err());
    chain.ownership("owner", transfer).unwrap();
    assert!(chain.resume("bob", &[]).is_err());
    assert!(chain.ownership("alice", OwnershipAction::AcceptOwnership).is_err());
    chain.ownership("bob", OwnershipAction::AcceptOwnership).unwrap();
    chain.resume("bob", &[]).unwrap();
    assert!(chain.resume("owner", &[]).is_err());
}

#[test]
fn reduce_and_margin_in_come_back_by_themselves_and_cannot_be_paused_again_at_once() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    use MarketAction::{MarginIn, Reduce};
    chain.pause("guardian", &[Reduce, MarginIn]).unwrap();
    assert_eq!(refused(chain.adjust("alice", delta(1), base(0))), EngineError::Paused { action: Reduce });
    assert_eq!(refused(chain.adjust("alice", order(), base(1))), EngineError::Paused { action: MarginIn });
    let status = chain.state().status;
    let now = chain.app.block_info().time;
    assert_eq!(status.reduce_from, Some(now.plus_seconds(6 * HOUR)));
    assert_eq!(status.margin_in_from, Some(now.plus_seconds(6 * HOUR)));
    assert_eq!(status.liquidation_from, Some(now.plus_seconds(7 * HOUR)));
    // A pause that runs is not made longer.
    chain.seconds(HOUR);
    chain.pause("guardian", &[Reduce]).unwrap();
    assert_eq!(chain.state().status.reduce_from, status.reduce_from);
    chain.seconds(5 * HOUR);
    chain.adjust("alice", delta(1), base(1)).unwrap();
    // Neither the one nor, by turns, the other, nor by the owner.
    let from = chain.app.block_info().time.plus_seconds(24 * HOUR).seconds();
    for (who, action) in [("guardian", Reduce), ("guardian", MarginIn), ("owner", Reduce)] {
        assert_eq!(refused(chain.pause(who, &[action])), EngineError::DefenceCooldown { action, from });
    }
    chain.seconds(24 * HOUR - 1);
    assert!(chain.pause("guardian", &[Reduce]).is_err());
    chain.seconds(1);
    chain.pause("guardian", &[Reduce]).unwrap();
}

#[test]
fn a_longer_grace_does_not_bring_back_one_that_is_over() {
    let mut chain = Chain::new();
    chain.pause("guardian", &[MarketAction::Reduce]).unwrap();
    let began = chain.app.block_info().time.seconds();
    chain.seconds(7 * HOUR);
    let longer = MarketParams { liquidation_grace: 2 * HOUR, ..params() };
    let update = ExecuteMsg::UpdateParams { market: NAME.into(), params: longer };
    let from = began + 8 * HOUR;
    assert_eq!(refused(chain.send("owner", &update, Purse::EMPTY)), EngineError::GraceCounts { from });
    assert!(chain.state().status.off.is_empty());
    chain.seconds(HOUR);
    chain.send("owner", &update, Purse::EMPTY).unwrap();
    assert!(chain.state().status.off.is_empty());
}

#[test]
fn the_two_pauses_share_their_cooldown() {
    use MarketAction::{MarginIn, Reduce};
    for (first, second) in [(Reduce, MarginIn), (MarginIn, Reduce)] {
        let mut chain = Chain::new();
        chain.pause("guardian", &[first]).unwrap();
        chain.seconds(6 * HOUR);
        let error = refused(chain.pause("guardian", &[second]));
        assert!(matches!(error, EngineError::DefenceCooldown { action, .. } if action == second), "{error}");
    }
}

#[test]
fn an_owner_who_resumes_early_begins_cooldown_and_grace_then() {
    let mut chain = Chain::new();
    chain.pause("guardian", &[MarketAction::Reduce]).unwrap();
    chain.seconds(HOUR);
    chain.resume("owner", &[MarketAction::Reduce]).unwrap();
    let status = chain.state().status;
    let now = chain.app.block_info().time;
    assert_eq!((status.reduce_from, status.liquidation_from), (None, Some(now.plus_seconds(HOUR))));
    assert_eq!(status.off, [MarketAction::Liquidate]);
    assert!(chain.pause("guardian", &[MarketAction::Reduce]).is_err());
}

#[test]
fn a_switch_of_every_action_refuses_it() {
    use MarketAction::{Increase, MarginOut, PoolIn, PoolOut};
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    chain.pause("guardian", &[Increase, MarginOut, PoolIn, PoolOut]).unwrap();
    assert_eq!(refused(chain.adjust("alice", delta(-1), base(0))), EngineError::Paused { action: Increase });
    let error = refused(chain.adjust("alice", take_out(base(1)), base(0)));
    assert_eq!(error, EngineError::Paused { action: MarginOut });
    let now = chain.app.block_info().time;
    assert_eq!(chain.state().status.margin_out_from, Some(now.plus_seconds(6 * HOUR)));
    // What is not paused goes on; of what is, only what an exit needs comes back by itself.
    chain.adjust("alice", delta(1), base(1)).unwrap();
    chain.seconds(30 * DAY);
    assert_eq!(chain.state().status.off, [Increase, PoolIn, PoolOut]);
    chain.adjust("alice", take_out(base(1)), base(0)).unwrap();
    assert!(chain.adjust("alice", delta(-1), base(0)).is_err());
    chain.resume("owner", &[Increase]).unwrap();
    chain.adjust("alice", delta(-1), base(0)).unwrap();
}

#[test]
fn margin_out_paused_once_stops_exits_in_kind_only_for_a_time() {
    use MarketAction::MarginOut;
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    chain.pause("guardian", &[MarginOut]).unwrap();
    chain.seconds(6 * HOUR - 1);
    let error = refused(chain.adjust("alice", leave(1, 2), base(0)));
    assert_eq!(error, EngineError::Paused { action: MarginOut });
    chain.seconds(1);
    chain.adjust("alice", leave(1, 2), base(0)).unwrap();
    let from = chain.app.block_info().time.plus_seconds(24 * HOUR).seconds();
    let error = refused(chain.pause("guardian", &[MarginOut]));
    assert_eq!(error, EngineError::DefenceCooldown { action: MarginOut, from });
}

#[test]
fn liquidate_paused_alone_ends() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(200 * ONE));
    chain.pause("guardian", &[MarketAction::Liquidate]).unwrap();
    chain.price("12");
    let paused = EngineError::Paused { action: MarketAction::Liquidate };
    assert_eq!(refused(chain.liquidate("alice")), paused);
    // Five seconds are gone.
    chain.seconds(6 * HOUR - 6);
    assert_eq!(refused(chain.liquidate("alice")), paused);
    chain.seconds(1);
    chain.liquidate("alice").unwrap();
}

#[test]
fn liquidation_is_off_for_seven_hours_however_the_defence_is_paused() {
    use MarketAction::{Liquidate, MarginIn, Reduce};
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(200 * ONE));
    chain.pause("guardian", &[Reduce]).unwrap();
    let from = chain.app.block_info().time.plus_seconds(7 * HOUR);
    chain.seconds(6 * HOUR - 1);
    // Of its own margin in would be off for six hours from here, and liquidation for seven.
    chain.pause("guardian", &[MarginIn]).unwrap();
    assert_eq!(chain.state().status.liquidation_from, Some(from));
    chain.seconds(1);
    assert_eq!(chain.state().status.off, [Liquidate]);
    assert!(chain.pause("guardian", &[MarginIn]).is_err());
    chain.say("12");
    chain.seconds(HOUR - 1);
    assert_eq!(refused(chain.liquidate("alice")), EngineError::Paused { action: Liquidate });
    chain.seconds(1);
    chain.liquidate("alice").unwrap();
}

/// With a grace as long as the cooldown a guardian who pauses margin in again and again kept liquidation off for good.
#[test]
fn the_cooldown_outlasts_the_grace_of_liquidation() {
    let mut chain = Chain::new();
    let params =
        |grace, cooldown| MarketParams { liquidation_grace: grace, defence_pause_cooldown: cooldown, ..params() };
    for (grace, cooldown) in [(24 * HOUR, 24 * HOUR), (HOUR, HOUR), (HOUR, 2 * HOUR - 1)] {
        let error = update(&mut chain, params(grace, cooldown)).unwrap_err();
        assert!(error.to_string().contains("liquidation_grace"), "{error}");
    }
    update(&mut chain, params(HOUR, 2 * HOUR)).unwrap();
}
