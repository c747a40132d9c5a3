//! All queries, in a system as large as pages and limits allow.

use ballast_testkit::{decimal, signed, ATOM, MARKET, PRICE_FEED, RATE_FEED, USDC};
use ballast_types::market::{CreateMarket, MarginOut, QueryMsg as MarketQuery, Settle};
use ballast_types::oracle::{ExecuteMsg as OracleMsg, PublishedValue, QueryMsg as OracleQuery, Source};
use ballast_types::policy::StressCase;
use ballast_types::vault::{ExtensionQueryMsg, QueryMsg as VaultQuery};
use ballast_types::{market, Purse};
use cosmwasm_std::Uint128;

use super::{order, Bench, Row};
use crate::Artifact;

/// Maximum results of a page, feeds in a message to the oracle, and publishers of a feed.
const PAGE: u32 = 30;
const PUBLISHERS: u32 = 15;

/// All of them.
pub fn all() -> Vec<Row> {
    let mut bench = Bench::crowded(PAGE);
    more_feeds(&mut bench);
    more_markets(&mut bench);
    requests(&mut bench);
    // a price change that no contract has read yet
    bench.suite.jump("10.4");
    of_the_vault(&mut bench);
    of_its_extension(&mut bench);
    of_the_market(&mut bench);
    of_the_oracle(&mut bench);
    bench.rows
}

/// A feed with the longest possible name.
fn feed(n: u32) -> String {
    format!("{n:0>64}")
}

/// A page of feeds with the maximum number of publishers, all of whom publish.
fn more_feeds(bench: &mut Bench) {
    let publisher = |n: u32| format!("publisher {n}");
    let publishers: Vec<String> = (0..PUBLISHERS).map(|n| bench.suite.account(&publisher(n)).to_string()).collect();
    let mut config = bench.suite.setup.price_feed.clone();
    config.source = Source::Published { publishers, quorum: PUBLISHERS };
    config.max_age = 86_400;
    let oracle = bench.suite.oracle.clone();
    for n in 0..PAGE {
        let msg = OracleMsg::SetFeed { feed: feed(n), config: config.clone() };
        bench.suite.exec("owner", &oracle, &msg, &[]).expect("a feed");
    }
    for n in 0..PUBLISHERS {
        let value = signed(&format!("12.{n:0>2}3456789012345678"));
        let confidence = Some(decimal("0.001234567890123456"));
        let value = |feed| PublishedValue { feed, value, confidence, time: None };
        let msg = OracleMsg::Publish { values: (0..PAGE).map(|n| value(feed(n))).collect() };
        bench.suite.exec(&publisher(n), &oracle, &msg, &[]).expect("values");
    }
}

/// A page of markets with the longest possible names.
fn more_markets(bench: &mut Bench) {
    let market = bench.suite.market.clone();
    let setup = bench.suite.setup.clone();
    for n in 0..PAGE {
        let msg = market::ExecuteMsg::CreateMarket(CreateMarket {
            market: format!("{n:0>32}"),
            base: setup.base.clone(),
            quote: setup.quote.clone(),
            oracle: bench.suite.oracle.to_string(),
            index_feed: PRICE_FEED.into(),
            collateral_feed: None,
            reference: market::Reference::Feed { feed: RATE_FEED.into() },
            params: setup.market.clone(),
        });
        bench.suite.exec("owner", &market, &msg, &[]).expect("a market");
    }
}

/// A page of providers who have requested a withdrawal.
fn requests(bench: &mut Bench) {
    bench.suite.hours(73);
    for n in 0..PAGE {
        bench.suite.pool_request(&format!("provider {n}"), Uint128::new(1_000_000)).expect("a request");
    }
}

fn of_the_vault(bench: &mut Bench) {
    let amount = Uint128::new(100 * ATOM);
    let shares = bench.suite.shares("holder 3");
    let [holder, other] = ["holder 3", "holder 4"].map(|name| bench.suite.account(name).to_string());
    let quote_denom = bench.suite.setup.quote.denom.clone();
    let questions = [
        (VaultQuery::VaultStandardInfo {}, ""),
        (VaultQuery::Info {}, ""),
        (VaultQuery::PreviewDeposit { amount }, ""),
        (VaultQuery::PreviewRedeem { amount: shares }, ", base"),
        (VaultQuery::TotalAssets {}, ""),
        (VaultQuery::TotalVaultTokenSupply {}, ""),
        (VaultQuery::VaultTokenExchangeRate { quote_denom }, ""),
        (VaultQuery::ConvertToShares { amount }, ""),
        (VaultQuery::ConvertToAssets { amount: shares }, ""),
        (VaultQuery::Balance { address: holder.clone() }, ""),
        (VaultQuery::TokenInfo {}, ""),
        (VaultQuery::Allowance { owner: holder, spender: other }, ""),
        (VaultQuery::AllAccounts { start_after: None, limit: Some(PAGE) }, ", 30"),
    ];
    for (question, note) in questions {
        bench.ask(Artifact::Vault, &question, note);
    }
}

fn of_its_extension(bench: &mut Bench) {
    let amount = bench.suite.shares("holder 3");
    let case = StressCase {
        collateral_change: None,
        correlation_break: None,
        price_change: signed("0.5"),
        funding_multiple: signed("1"),
        hours: 8,
        cost: decimal("0.001"),
    };
    let questions = [
        (ExtensionQueryMsg::Health {}, ""),
        (ExtensionQueryMsg::NextAction {}, ""),
        (ExtensionQueryMsg::Auction {}, ""),
        (ExtensionQueryMsg::Stress(case), ""),
        (ExtensionQueryMsg::Position {}, ""),
        (ExtensionQueryMsg::PreviewRedeem { amount }, ", both coins"),
        (ExtensionQueryMsg::Config {}, ""),
        (ExtensionQueryMsg::Ownership {}, ""),
        (ExtensionQueryMsg::Attempt(Box::new(VaultQuery::PreviewRedeem { amount })), ", preview_redeem"),
    ];
    for (question, note) in questions {
        bench.ask(Artifact::Vault, &VaultQuery::VaultExtension(question), note);
    }
}

fn of_the_market(bench: &mut Bench) {
    let owner = bench.suite.account("trader 3").to_string();
    let provider = Some(bench.suite.account("provider 3").to_string());
    let funds = Purse::quote(Uint128::new(10 * USDC));
    let order = order(1_000_000, Settle::IfReserved, MarginOut::None);
    let market = || MARKET.to_string();
    let questions = [
        (MarketQuery::Position { market: market(), owner: owner.clone() }, ""),
        (MarketQuery::Positions { market: market(), start_after: None, limit: Some(PAGE) }, ", 30"),
        (MarketQuery::PreviewOrder { owner, order, funds, after: None }, ""),
        (MarketQuery::Funding { market: market(), at: None }, ""),
        (MarketQuery::Capacity { market: market() }, ""),
        (MarketQuery::Market { market: market() }, ""),
        (MarketQuery::Markets { start_after: None, limit: Some(PAGE) }, ", 30"),
        (MarketQuery::Pool { market: market(), provider }, ""),
        (MarketQuery::PoolRequests { market: market(), start_after: None, limit: Some(PAGE) }, ", 30"),
        (MarketQuery::Solvency { market: market() }, ""),
        (MarketQuery::Config {}, ""),
        (MarketQuery::Ownership {}, ""),
    ];
    for (question, note) in questions {
        bench.ask(Artifact::Market, &question, note);
    }
}

fn of_the_oracle(bench: &mut Bench) {
    let feeds = (0..PAGE).map(feed).collect();
    let (base_feed, index_feed) = (feed(0), feed(1));
    let pair = OracleMsg::SetPair { base_feed: base_feed.clone(), index_feed: index_feed.clone() };
    let oracle = bench.suite.oracle.clone();
    bench.suite.exec("owner", &oracle, &pair, &[]).expect("a pair");
    let questions = [
        (OracleQuery::Regression { base_feed, index_feed }, ""),
        (OracleQuery::Price { feed: PRICE_FEED.into() }, ""),
        (OracleQuery::Rate { feed: RATE_FEED.into() }, ""),
        (OracleQuery::Readings { feeds }, ", 30 of 15 publishers"),
        (OracleQuery::Feed { feed: feed(0) }, " of 15 publishers"),
        (OracleQuery::LongestClosing { feeds: vec![feed(0), feed(1)] }, ", two without hours"),
        (OracleQuery::Feeds { start_after: None, limit: Some(PAGE) }, ", 30 of 15 publishers"),
        (OracleQuery::Ownership {}, ""),
    ];
    for (question, note) in questions {
        bench.ask(Artifact::Oracle, &question, note);
    }
}
