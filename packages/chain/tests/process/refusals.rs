//! Refused and held-back requests say what to do about it.

use super::*;

#[test]
fn a_published_price_that_is_not_used_says_so_and_what_confirms_it() {
    let stage = Stage::new();
    let published = |args: &str| {
        let output = stage.run(args);
        assert!(output.status.success(), "{}", stderr(&output));
        output
    };
    assert!(!stderr(&published("publish --price 10 --once")).contains("not_used"));
    stage.chain.answers("\"readings\"", json!([reading(vec![Flag::Jump], Some(1_577_836_830))]));
    let output = published("publish --price 10 --once");
    says(
        &stderr(&output),
        "level=warn event=not_used text=\"atom/usdc is held back after a jump until 2020-01-01T00:00:30Z, and not used: \
         publish it again from then on to confirm it\"",
    );
    says(&stdout(&output), "1 published");
    says(
        &stdout(&published("publish --price 10 --once --json")),
        "\"not_used\":[{\"confirm_from\":\"1577836830000000000\",\"feed\":\"atom/usdc\",\"flags\":[\"jump\"]}]",
    );
    stage.chain.answers("\"readings\"", json!([reading(vec![Flag::Missing], None)]));
    let output = published("publish --price 10 --once");
    says(&stderr(&output), "atom/usdc is not used, because it is missing: enough publishers must publish a new value");
    // A loop says it only once.
    let log = stage.log("publish --price 10 --every 0.2", 4);
    assert_eq!(log.iter().filter(|line| line.contains("event=not_used")).count(), 1, "{log:#?}");
}

/// Runs a command that the chain refuses.
#[track_caller]
fn refusal(stage: &Stage, args: &str) -> String {
    let output = stage.run(args);
    assert_eq!(output.status.code(), Some(3), "{args}: {}", stderr(&output));
    stderr(&output)
}

#[test]
fn a_deposit_into_a_pool_without_room_is_told_why_and_who_can_make_some() {
    let stage = Stage::new();
    stage.chain.refuses("\"preview_deposit\"", "a short of 5000000 is needed, the market takes 0 more: deposit less");
    let leaving = |notice: u128| PoolResponse {
        pool: Purse::quote(Uint128::new(1_000_000_000)),
        total_shares: Uint128::new(1_000),
        notice: Uint128::new(notice),
        ..pool()
    };
    for (notice, why) in [
        (1_000, "has no room for a hedge: all of its shares are under notice to leave. Somebody must put more into it"),
        (999, "has no room for a hedge: it is used up by open positions and what is under notice to leave. Wait until"),
    ] {
        stage.chain.answers("\"pool\"", leaving(notice));
        let text = refusal(&stage, "deposit 5atom --from alice");
        says(&text, why);
        says(&text, "ballast-chain pool-deposit 100000usdc --from NAME");
        assert!(!text.contains("deposit less"), "{text}");
    }
}

#[test]
fn a_provider_whom_open_positions_hold_is_told_what_can_be_withdrawn_now() {
    let stage = Stage::new();
    let from = Timestamp::from_seconds(1_577_836_800);
    let request = PoolNotice { shares: Uint128::new(1_000_000), from, until: from.plus_days(1) };
    let held = PoolResponse { shares: Uint128::new(1_000_000), request: Some(request), ..pool() };
    stage.chain.answers("\"pool\"", held);
    stage.chain.simulates_to_a_refusal("slack of -202400000.5 would be below the 40500000 required");
    let text = refusal(&stage, "pool-withdraw all --from lp");
    // 202.4000005 and 40.5
    says(
        &text,
        "this withdrawal would leave 242.9 usdc less than must stay for them. Try fewer shares. The rest comes",
    );
    // 1,000,000 shares take 502.4 of a slack of 300; 40.5 must stay: 516,520 of them, less 1 %
    let slack = |units: u128| SolvencyResponse {
        pool: Purse::EMPTY,
        insurance: Purse::EMPTY,
        margins: Purse::EMPTY,
        held: Purse::EMPTY,
        reserve: Money::ZERO,
        slack: Money::from_amount(Uint128::new(units)),
        bad_debt: Uint128::zero(),
        insured: Uint128::zero(),
    };
    stage.chain.answers("\"solvency\"", slack(300_000_000));
    let text = refusal(&stage, "pool-withdraw all --from lp");
    says(&text, "About 511,355 shares can be withdrawn now: ballast-chain pool-withdraw 511355.");
    stage.chain.answers("\"solvency\"", slack(40_500_000));
    says(&refusal(&stage, "pool-withdraw all --from lp"), "Nothing can be withdrawn now.");
}

#[test]
fn an_account_without_coins_for_the_fee_is_named_and_told_to_get_some() {
    let stage = Stage::new();
    stage.chain.takes_nothing("spendable balance 3352ucosm is smaller than 21211ucosm: insufficient funds");
    stage.chain.answers("\"preview_deposit\"", "124912000000000");
    let who = |name: &str| {
        let address = stage.world.address(name);
        format!("{address} has too few coins: spendable balance 0.003352 cosm is smaller than 0.021211 cosm; send it some cosm")
    };
    says(&refusal(&stage, "deposit 12.5atom --from alice"), &who("alice"));
    says(&refusal(&stage, "publish --price 10 --once"), &who("feeder"));
    // A keeper says it only once, whatever it is about to do.
    let action = HedgeAction::BuyBase { quote: Uint128::new(5) };
    stage.chain.answers("\"next_action\"", Decision { rule: Some(Rule::IdleQuote), action });
    stage.chain.balance(3_352);
    let mut child = stage.command("keep --every 0.1").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(4));
    terminate(&mut child, "TERM");
    let log = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap).collect::<Vec<_>>();
    let told = log.iter().filter(|line| line.contains("spendable")).collect::<Vec<_>>();
    let [told] = told[..] else { panic!("{log:#?}") };
    says(told, &who("keeper"));
}

#[test]
fn who_allows_too_little_slippage_is_told_to_allow_more() {
    let stage = Stage::new();
    stage.chain.answers("\"preview_deposit\"", "50000000000000");
    let text = "dispatch: reply: 49940000000000 shares, fewer than the minimum of 50000000000000";
    stage.chain.simulates_to_a_refusal(text);
    let text = refusal(&stage, "deposit 5atom --from alice --slippage 0");
    says(&text, "49.94 bATOM, fewer than the minimum of 50 bATOM: allow more with --slippage, such as 0.01");
    assert!(!text.contains("reply"), "{text}");
}

#[test]
fn amounts_too_small_to_pay_for_their_hedge_are_said_to_be_too_small() {
    let stage = Stage::new();
    stage.chain.refuses(
        "\"preview_deposit\"",
        "the deposit would add -0.25 in value, which is not positive: its cost is above its worth",
    );
    says(
        &refusal(&stage, "deposit 1uatom --from alice"),
        "the deposit is too small for what it costs: it would add 0 usdc in value; deposit more",
    );
    stage.chain.answers("\"balance\"", json!({"balance": "100000000000000"}));
    let uncovered = "margin does not cover what is owed: 1 of 1 quote are missing, add margin";
    stage.chain.refuses("\"preview_redeem\"", uncovered);
    let text = refusal(&stage, "redeem 0.000000000001 --from alice");
    says(&text, "0.000000000001 bATOM is too small an amount to redeem");
    assert!(!text.contains("add margin"), "{text}");
    // If the amount is not small, the reason is another one.
    says(&refusal(&stage, "redeem 1 --from alice"), "margin does not cover what is owed");
}

#[test]
fn a_cost_in_json_is_in_strings_of_units() {
    let stage = Stage::new();
    // 12.5 atom at 10 are 125 usdc; 124.912 shares at 1 are 0.088 less
    stage.chain.answers("\"preview_deposit\"", "124912000000000");
    let added = Money::from_amount(Uint128::new(124_912_000));
    stage.chain.executes_to(DepositResponse { shares: Uint128::new(124_912_000_000_000), added });
    let hedging = "\"hedging\":{\"conversion\":\"0\",\"fee\":\"0\",\"spread\":\"0\"}";
    let output = stage.run("deposit 12.5atom --from alice --json");
    says(&stdout(&output), &format!("\"cost\":{{\"given\":\"125000000\",{hedging},\"lost\":\"88000\"}}"));
    stage.chain.answers("\"balance\"", json!({"balance": "100000000000000"}));
    let paid = Purse::base(Uint128::new(9_988_000));
    stage.chain.answers("\"preview_redeem\"", paid);
    stage.chain.executes_to(RedeemResponse { paid, shares: Uint128::new(100_000_000_000_000) });
    let output = stage.run("redeem 100 --from alice --json");
    says(&stdout(&output), &format!("\"cost\":{{\"given\":\"100000000\",{hedging},\"lost\":\"120000\"}}"));
}
