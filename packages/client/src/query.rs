//! Queries, and responses with only the fields that a caller needs, to keep the caller's Wasm small.

use ballast_types::policy::{Rule, StressCase};
use ballast_types::vault::VaultInfoResponse;
use ballast_types::venue::{Leverage, LiquidationPrice};
use ballast_types::{CoinInfo, Money, Purse};
use ballast_wire::wire;
use cosmwasm_std::{from_json, Binary, ContractResult, CustomQuery, Decimal256, QuerierWrapper, StdResult, Uint128};
use serde::de::DeserializeOwned;
use serde::Serialize;

use crate::{Refusal, Vault};

/// The part of the vault's `QueryMsg` that callers send.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Query<'a> {
    Info {},
    PreviewDeposit { amount: Uint128 },
    ConvertToShares { amount: Uint128 },
    ConvertToAssets { amount: Uint128 },
    Balance { address: &'a str },
    VaultExtension(Extension<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Extension<'a> {
    Health {},
    Stress(&'a StressCase),
    NextAction {},
    PreviewRedeem { amount: Uint128 },
    Config {},
    Attempt(&'a Query<'a>),
}

/// The two coins of a vault.
#[wire]
pub struct Coins {
    /// The deposited coin.
    pub base: CoinInfo,
    /// The coin in which NAV is measured; a redemption may also pay some of it.
    pub quote: CoinInfo,
}

/// The hedge at one price.
#[wire]
#[derive(Copy, Eq)]
pub struct Hedge {
    /// Net asset value, units of quote.
    pub nav: Money,
    /// Leverage at the venue.
    pub leverage: Leverage,
    /// Price at which the venue would liquidate the position.
    pub liquidation_price: LiquidationPrice,
    /// Short over coins held.
    pub hedge_ratio: Decimal256,
    /// Base needed as margin to get back to the target leverage; zero while leverage is within bounds.
    pub coins_needed: Uint128,
    /// Whether the idle coins are enough for that.
    pub covered: bool,
}

/// The hedge now or in a scenario.
#[wire]
#[derive(Copy, Eq)]
pub struct Health {
    /// The current or the assumed index price.
    pub price: Decimal256,
    /// The price of the deposited coin: the same, unless the market has a price feed of its own for it.
    pub collateral_price: Decimal256,
    /// Where it has: by how much less that coin sells than it is redeemed for, over that.
    pub discount: Option<Decimal256>,
    /// The hedge before the policy reacts.
    pub before: Hedge,
    /// The hedge after the policy has reacted.
    pub after: Hedge,
}

/// What `rebalance` would do.
#[wire]
#[derive(Copy, Eq)]
pub struct Due {
    /// The rule that applies; none if nothing is due.
    pub rule: Option<Rule>,
}

#[wire]
struct Balance {
    balance: Uint128,
}

impl Vault {
    /// The deposited denom, and the address of the share token.
    pub fn info(&self, querier: &QuerierWrapper<impl CustomQuery>) -> StdResult<VaultInfoResponse> {
        querier.query_wasm_smart(self.address(), &Query::Info {})
    }

    /// Both coins, from the vault's configuration.
    pub fn coins(&self, querier: &QuerierWrapper<impl CustomQuery>) -> StdResult<Coins> {
        querier.query_wasm_smart(self.address(), &Query::VaultExtension(Extension::Config {}))
    }

    /// Shares of an account.
    pub fn balance(&self, querier: &QuerierWrapper<impl CustomQuery>, address: &str) -> StdResult<Uint128> {
        let Balance { balance } = querier.query_wasm_smart(self.address(), &Query::Balance { address })?;
        Ok(balance)
    }

    /// Minimum shares that a deposit of `base` gives in this block, or why it is refused.
    pub fn preview_deposit(
        &self,
        querier: &QuerierWrapper<impl CustomQuery>,
        base: Uint128,
    ) -> Result<Uint128, Refusal> {
        self.attempt(querier, &Query::PreviewDeposit { amount: base })
    }

    /// Minimum coins that a redemption with bounds pays in this block, or why it is refused.
    pub fn preview_redeem(
        &self,
        querier: &QuerierWrapper<impl CustomQuery>,
        shares: Uint128,
    ) -> Result<Purse, Refusal> {
        self.attempt(querier, &Query::VaultExtension(Extension::PreviewRedeem { amount: shares }))
    }

    /// Shares worth `base`, without the costs of a deposit.
    pub fn to_shares(&self, querier: &QuerierWrapper<impl CustomQuery>, base: Uint128) -> Result<Uint128, Refusal> {
        self.attempt(querier, &Query::ConvertToShares { amount: base })
    }

    /// Base worth `shares`, without the costs of a redemption.
    pub fn to_assets(&self, querier: &QuerierWrapper<impl CustomQuery>, shares: Uint128) -> Result<Uint128, Refusal> {
        self.attempt(querier, &Query::ConvertToAssets { amount: shares })
    }

    /// The hedge now.
    pub fn health(&self, querier: &QuerierWrapper<impl CustomQuery>) -> Result<Health, Refusal> {
        self.attempt(querier, &Query::VaultExtension(Extension::Health {}))
    }

    /// The hedge in a scenario.
    pub fn stress(&self, querier: &QuerierWrapper<impl CustomQuery>, case: &StressCase) -> Result<Health, Refusal> {
        self.attempt(querier, &Query::VaultExtension(Extension::Stress(case)))
    }

    /// What `rebalance` would do now.
    pub fn due(&self, querier: &QuerierWrapper<impl CustomQuery>) -> Result<Due, Refusal> {
        self.attempt(querier, &Query::VaultExtension(Extension::NextAction {}))
    }

    fn attempt<T: DeserializeOwned>(
        &self,
        querier: &QuerierWrapper<impl CustomQuery>,
        query: &Query<'_>,
    ) -> Result<T, Refusal> {
        Ok(from_json(self.attempt_json(querier, query)?)?)
    }

    /// Queries through `attempt`, which returns the reason of a refusal as a response, so that no chain hides it.
    fn attempt_json(&self, querier: &QuerierWrapper<impl CustomQuery>, query: &Query<'_>) -> Result<Binary, Refusal> {
        let attempt = Query::VaultExtension(Extension::Attempt(query));
        let answer: ContractResult<Binary> = querier.query_wasm_smart(self.address(), &attempt)?;
        answer.into_result().map_err(Refusal::new)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use ballast_types::vault::{ExtensionQueryMsg, QueryMsg};
    use cosmwasm_std::{to_json_string, SignedDecimal256};

    #[track_caller]
    fn assert_same(asked: Query<'_>, own: QueryMsg) {
        assert_eq!(to_json_string(&asked).unwrap(), to_json_string(&own).unwrap());
    }

    #[test]
    fn every_question_is_the_vaults_own() {
        let amount = Uint128::new(5);
        assert_same(Query::Info {}, QueryMsg::Info {});
        assert_same(Query::PreviewDeposit { amount }, QueryMsg::PreviewDeposit { amount });
        assert_same(Query::ConvertToShares { amount }, QueryMsg::ConvertToShares { amount });
        assert_same(Query::ConvertToAssets { amount }, QueryMsg::ConvertToAssets { amount });
        assert_same(Query::Balance { address: "bob" }, QueryMsg::Balance { address: "bob".into() });
    }

    #[test]
    fn every_question_of_the_extension_is_the_vaults_own() {
        let amount = Uint128::new(5);
        let case = StressCase {
            collateral_change: None,
            correlation_break: None,
            price_change: SignedDecimal256::percent(30),
            funding_multiple: SignedDecimal256::one(),
            hours: 8,
            cost: Decimal256::permille(1),
        };
        let same = |asked, own| assert_same(Query::VaultExtension(asked), QueryMsg::VaultExtension(own));
        same(Extension::Health {}, ExtensionQueryMsg::Health {});
        same(Extension::Stress(&case), ExtensionQueryMsg::Stress(case.clone()));
        same(Extension::NextAction {}, ExtensionQueryMsg::NextAction {});
        same(Extension::PreviewRedeem { amount }, ExtensionQueryMsg::PreviewRedeem { amount });
        same(Extension::Config {}, ExtensionQueryMsg::Config {});
        same(Extension::Attempt(&Query::Info {}), ExtensionQueryMsg::Attempt(Box::new(QueryMsg::Info {})));
    }
}
