//! Messages and responses.

use ballast_client::{Coins, Due, Health, Purse};
use cosmwasm_schema::{cw_serde, QueryResponses};
use cosmwasm_std::{Addr, SignedDecimal256, Uint128};

/// Creates a treasury on a vault.
#[cw_serde]
pub struct InstantiateMsg {
    /// The vault.
    pub vault: String,
    /// Deposits are only accepted while the vault would survive this rise of the price: 0.3 is 30 %.
    pub rise: SignedDecimal256,
}

/// Messages of members and keepers.
#[cw_serde]
pub enum ExecuteMsg {
    /// Deposits the attached base for the sender.
    Deposit {
        /// Refuse fewer shares than this.
        min_shares: Uint128,
    },
    /// Redeems shares of the sender; the coins go to the sender directly.
    Redeem {
        /// Number of shares, in smallest units.
        shares: Uint128,
        /// Refuse less base than this.
        min_base: Option<Uint128>,
    },
    /// Transfers shares to the sender.
    TakeShares {
        /// Number of shares, in smallest units.
        shares: Uint128,
    },
    /// Anyone: makes the vault rebalance.
    Rebalance {},
}

/// Queries.
#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// The claim of a member.
    #[returns(MemberResponse)]
    Member {
        /// The member.
        address: String,
    },
    /// The state of the vault.
    #[returns(VaultResponse)]
    Vault {},
}

/// A claim.
#[cw_serde]
pub struct MemberResponse {
    /// Shares that the treasury holds for them.
    pub shares: Uint128,
    /// What these are worth, units of base, without the costs of a redemption; none while the vault cannot tell.
    pub worth: Option<Uint128>,
    /// What a redemption of all of them pays now, at least; none while the vault would refuse it.
    pub pays: Option<Purse>,
}

/// A vault, seen from a treasury.
#[cw_serde]
pub struct VaultResponse {
    /// The share token.
    pub token: Addr,
    /// Its coins.
    pub coins: Coins,
    /// Shares that the treasury holds.
    pub shares: Uint128,
    /// Shares for one whole coin, without the costs of a deposit.
    pub shares_per_coin: Uint128,
    /// The hedge now.
    pub health: Health,
    /// The hedge after the rise given at instantiation.
    pub stressed: Health,
    /// What a rebalance would do.
    pub due: Due,
}
