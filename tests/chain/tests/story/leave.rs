//! Everybody leaves, and only dust stays.

use ballast_types::market::{self, PoolResponse, SolvencyResponse};
use ballast_types::vault;
use cosmwasm_std::{Decimal256, SignedDecimal256, Uint128};

use crate::stage::Stage;

/// Everybody redeems with the command line, no position is left open, and the pool's providers withdraw after their
/// notice.
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
    let query = market::QueryMsg::Positions { market: stage.file.market.clone(), start_after: None, limit: Some(30) };
    let open: market::PositionsResponse = stage.client.query(&stage.at.market, &query).expect("positions");
    assert!(open.positions.iter().all(|entry| entry.position.size.is_zero()), "positions are left: {open:?}");
    stage.network.run(&["pool-request", "all", "--from", "lp", "--yes"]);
    let market = || stage.file.market.clone();
    let pool: PoolResponse = stage
        .client
        .query(&stage.at.market, &market::QueryMsg::Pool { market: market(), provider: None })
        .expect("the pool");
    assert_eq!(pool.notice, pool.total_shares, "not all shares of the pool are under notice");
    stage.network.fails(&["pool-withdraw", "all", "--from", "lp", "--yes"], 3, "under notice");
    stage.network.localnet(&["forward", "3600"]);
    stage.publish("", price, SignedDecimal256::percent(10));
    stage.network.run(&["pool-withdraw", "all", "--from", "lp", "--yes"]);
    let solvency: SolvencyResponse =
        stage.client.query(&stage.at.market, &market::QueryMsg::Solvency { market: market() }).expect("an answer");
    assert_eq!(solvency.bad_debt, Uint128::zero());
    stage.check();
}
