//! Everybody leaves; what stays is dust.

use ballast_types::market::{self, PoolResponse, SolvencyResponse};
use ballast_types::vault;
use cosmwasm_std::{Decimal256, SignedDecimal256, Uint128};

use crate::stage::Stage;

/// Everyone redeems by the command line, the pool's providers withdraw, and the books are empty to the unit.
pub fn everybody(stage: &Stage, price: Decimal256) {
    stage.publish("", price, SignedDecimal256::percent(10));
    stage.rebalance();
    for who in ["alice", "bob", "carol"] {
        stage.network.run(&["redeem", "all", "--from", who, "--yes"]);
        assert_eq!(stage.shares(who), Uint128::zero(), "{who} has shares left");
        stage.check();
    }
    let supply: Uint128 =
        stage.client.query(&stage.at.vault, &vault::QueryMsg::TotalVaultTokenSupply {}).expect("a supply");
    assert_eq!(supply, Uint128::zero());
    close_positions(stage);
    stage.network.run(&["pool-withdraw", "all", "--from", "lp", "--yes"]);
    let market = || stage.file.market.clone();
    let pool: PoolResponse = stage
        .client
        .query(&stage.at.market, &market::QueryMsg::Pool { market: market(), provider: None })
        .expect("the pool");
    assert_eq!(pool.total_shares, Uint128::zero(), "shares of the pool are left");
    let solvency: SolvencyResponse =
        stage.client.query(&stage.at.market, &market::QueryMsg::Solvency { market: market() }).expect("an answer");
    assert_eq!(solvency.bad_debt, Uint128::zero());
    stage.check();
}

/// Those who traded close what they have.
fn close_positions(stage: &Stage) {
    let query = market::QueryMsg::Positions { market: stage.file.market.clone(), start_after: None, limit: Some(30) };
    let open: market::PositionsResponse = stage.client.query(&stage.at.market, &query).expect("positions");
    for entry in open.positions {
        let owner = entry.owner.to_string();
        let Some(who) = ["bob", "carol"].into_iter().find(|who| stage.address(who) == owner) else {
            assert!(entry.position.size.is_zero(), "somebody else's position: {entry:?}");
            continue;
        };
        let order = market::Adjust {
            market: stage.file.market.clone(),
            size: market::OrderSize::Part(market::Part { numerator: Uint128::one(), denominator: Uint128::one() }),
            reduce_only: true,
            settle: market::Settle::Required,
            limit_cost: None,
            margin_out: market::MarginOut::Part,
        };
        stage.send("order: close", who, &stage.at.market, &market::ExecuteMsg::Adjust(order), &[]);
    }
}
