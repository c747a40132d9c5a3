//! The vault: a cw20 token, the messages of the CosmWasm Vault Standard 0.4, and its own under `vault_extension`.

use ballast_wire::wire;
use cosmwasm_schema::QueryResponses;
use cosmwasm_std::{Addr, Binary, ContractResult, Decimal, SignedDecimal256, Timestamp, Uint128};
use cw20::Expiration;

use crate::policy::{Decision, PolicyParams, StressCase, StressResponse};
use crate::venue::{AdjustResponse, PositionResponse};
use crate::{CoinInfo, Money, Ownership, OwnershipAction, Purse};

/// Version of the vault standard that this contract implements.
pub const VAULT_STANDARD_VERSION: &str = "0.4.1";

/// Instantiates a vault on an existing market and uses the market's coins.
#[wire]
#[serde(deny_unknown_fields)]
pub struct InstantiateMsg {
    /// Configures the vault. Ownership is transferred in two steps.
    pub owner: String,
    /// May switch off deposits and rebalancing; the owner by default.
    pub guardian: Option<String>,
    /// Name of the share token, 3 to 50 bytes.
    pub name: String,
    /// Symbol of the share token, 3 to 12 letters and hyphens.
    pub symbol: String,
    /// The market contract.
    pub venue: String,
    /// The market in it.
    pub market: String,
    /// Parameters of the policy.
    pub policy: PolicyParams,
    /// Deposits are refused if NAV would exceed this, units of quote. There is no cap by default.
    pub deposit_cap: Option<Uint128>,
}

/// Messages of the vault: the standard's, cw20's (without burning) and its own.
#[wire]
#[serde(deny_unknown_fields)]
pub enum ExecuteMsg {
    /// Standard: deposit the attached base. Returns [`DepositResponse`].
    Deposit {
        /// Must equal the attached base.
        amount: Uint128,
        /// Receives the shares; the sender by default.
        recipient: Option<String>,
    },
    /// Standard: burn shares of the sender for their part of all coins. Refused if leaving the venue costs more than
    /// the policy's `exit_cost`; use the extension's `redeem` to set your own bounds instead. Returns
    /// [`RedeemResponse`].
    Redeem {
        /// Receives the coins; the sender by default.
        recipient: Option<String>,
        /// Shares to burn. No coins may be attached.
        amount: Uint128,
    },
    /// Messages that are not in the standard.
    VaultExtension(ExtensionExecuteMsg),
    /// cw20: move shares.
    Transfer {
        /// The recipient; not the vault itself.
        recipient: String,
        /// Number of shares, in smallest units.
        amount: Uint128,
    },
    /// cw20: move shares to a contract and call it.
    Send {
        /// The contract; not the vault itself.
        contract: String,
        /// Number of shares, in smallest units.
        amount: Uint128,
        /// The message for the contract.
        msg: Binary,
    },
    /// cw20: increase an allowance.
    IncreaseAllowance {
        /// The account that may spend.
        spender: String,
        /// Increase, in smallest units of shares.
        amount: Uint128,
        /// When the allowance expires.
        expires: Option<Expiration>,
    },
    /// cw20: decrease an allowance.
    DecreaseAllowance {
        /// The account that may spend.
        spender: String,
        /// Decrease, in smallest units of shares.
        amount: Uint128,
        /// When the allowance expires.
        expires: Option<Expiration>,
    },
    /// cw20: move another account's shares, within an allowance.
    TransferFrom {
        /// Owner of the shares.
        owner: String,
        /// The recipient; not the vault itself.
        recipient: String,
        /// Number of shares, in smallest units.
        amount: Uint128,
    },
    /// cw20: move another account's shares to a contract, within an allowance, and call it.
    SendFrom {
        /// Owner of the shares.
        owner: String,
        /// The contract; not the vault itself.
        contract: String,
        /// Number of shares, in smallest units.
        amount: Uint128,
        /// The message for the contract.
        msg: Binary,
    },
}

/// Messages that are not in the standard.
#[wire]
#[serde(deny_unknown_fields)]
pub enum ExtensionExecuteMsg {
    /// Deposit the attached base for at least `min_shares`. Returns [`DepositResponse`].
    Deposit {
        /// Receives the shares; the sender by default.
        recipient: Option<String>,
        /// Refuse fewer shares than this.
        min_shares: Uint128,
    },
    /// Redeem with your own bounds. If you give either of them, `exit_cost` does not apply. Returns [`RedeemResponse`].
    Redeem {
        /// Receives the coins; the sender by default.
        recipient: Option<String>,
        /// Shares to burn.
        amount: Uint128,
        /// Refuse less base than this.
        min_base: Option<Uint128>,
        /// Refuse less quote than this.
        min_quote: Option<Uint128>,
    },
    /// Anyone: do what the policy decides. Returns [`RebalanceResponse`].
    Rebalance {},
    /// Anyone: fill the auction of rule 7 with the attached base. Returns [`SellBaseResponse`].
    SellBase {
        /// Refuse less quote than this.
        min_quote: Uint128,
    },
    /// Owner: replace the parameters of the policy.
    UpdatePolicy {
        /// The complete new parameters.
        policy: PolicyParams,
    },
    /// Owner: replace the deposit cap.
    SetDepositCap {
        /// Units of quote; none removes the cap.
        deposit_cap: Option<Uint128>,
    },
    /// Guardian or owner: switch deposits or rebalancing off. Redemptions cannot be switched off.
    Pause {
        /// What to switch off.
        actions: Vec<VaultAction>,
    },
    /// Owner: switch on again.
    Resume {
        /// What to switch on.
        actions: Vec<VaultAction>,
    },
    /// Owner: set the guardian.
    SetGuardian {
        /// The new guardian.
        guardian: String,
    },
    /// Transfer ownership in two steps.
    UpdateOwnership(OwnershipAction),
}

/// What the guardian can switch off.
#[wire]
#[derive(Copy, Eq, PartialOrd, Ord)]
pub enum VaultAction {
    /// Deposits and fills of the auction.
    Deposit,
    /// Rules 4 to 7 of the policy. Rules 1 to 3 keep the hedge alive and cannot be switched off.
    Rebalance,
}

/// Queries of the vault: the standard's, cw20's and its own.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// Standard: version and extensions.
    #[returns(VaultStandardInfoResponse)]
    VaultStandardInfo {},
    /// Standard: the deposited coin and the share token.
    #[returns(VaultInfoResponse)]
    Info {},
    /// Standard: shares for a deposit in this block; never more than the deposit gives.
    #[returns(Uint128)]
    PreviewDeposit {
        /// Base to deposit.
        amount: Uint128,
    },
    /// Standard: base for a redemption in this block; never more than the redemption gives, and an error if it would be
    /// refused. A redemption may also pay quote: see the extension's `preview_redeem`.
    #[returns(Uint128)]
    PreviewRedeem {
        /// Shares to redeem.
        amount: Uint128,
    },
    /// Standard: NAV in base.
    #[returns(Uint128)]
    TotalAssets {},
    /// Standard: supply of shares.
    #[returns(Uint128)]
    TotalVaultTokenSupply {},
    /// Standard: value of one unit of shares, in `quote_denom`.
    #[returns(Decimal)]
    VaultTokenExchangeRate {
        /// The base or quote denom.
        quote_denom: String,
    },
    /// Standard: shares worth `amount` of base, without costs.
    #[returns(Uint128)]
    ConvertToShares {
        /// Units of base.
        amount: Uint128,
    },
    /// Standard: base worth `amount` shares, without costs.
    #[returns(Uint128)]
    ConvertToAssets {
        /// Units of shares.
        amount: Uint128,
    },
    /// Queries that are not in the standard.
    #[returns(cosmwasm_std::Empty)]
    VaultExtension(ExtensionQueryMsg),
    /// cw20: shares of an account.
    #[returns(cw20::BalanceResponse)]
    Balance {
        /// The account.
        address: String,
    },
    /// cw20: name, symbol, decimals, supply.
    #[returns(cw20::TokenInfoResponse)]
    TokenInfo {},
    /// cw20: the remaining allowance.
    #[returns(cw20::AllowanceResponse)]
    Allowance {
        /// Owner of the shares.
        owner: String,
        /// The account that may spend.
        spender: String,
    },
    /// cw20: all accounts with shares.
    #[returns(cw20::AllAccountsResponse)]
    AllAccounts {
        /// Accounts after this one, to get the next page.
        start_after: Option<String>,
        /// Maximum number of results.
        limit: Option<u32>,
    },
}

/// Queries that are not in the standard.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(QueryResponses)]
pub enum ExtensionQueryMsg {
    /// The hedge now, and after what the policy would do: a stress test without any stress.
    #[returns(StressResponse)]
    Health {},
    /// What `rebalance` would do now.
    #[returns(Decision)]
    NextAction {},
    /// The auction of rule 7, if there is one.
    #[returns(AuctionResponse)]
    Auction {},
    /// The hedge in a given scenario.
    #[returns(StressResponse)]
    Stress(StressCase),
    /// The vault's own coins and its position at the venue.
    #[returns(VaultPositionResponse)]
    Position {},
    /// Base and quote that a redemption with bounds would pay, whatever leaving costs; never more than it pays.
    #[returns(Purse)]
    PreviewRedeem {
        /// Shares to redeem.
        amount: Uint128,
    },
    /// The configuration, and what is switched off.
    #[returns(ConfigResponse)]
    Config {},
    /// The owner, and the pending owner during a transfer.
    #[returns(Ownership<Addr>)]
    Ownership {},
    /// Any query, with an error returned as text. Some chains hide the error of a query from the contract that sent it
    /// (before wasmd 0.52 all do), but they pass on a response.
    #[returns(ContractResult<Binary>)]
    Attempt(Box<QueryMsg>),
}

/// Response to `vault_standard_info`.
#[wire]
pub struct VaultStandardInfoResponse {
    /// Version of the standard.
    pub version: String,
    /// Extensions in use.
    pub extensions: Vec<String>,
}

/// Response to `info`.
#[wire]
pub struct VaultInfoResponse {
    /// Denom that is deposited.
    pub base_token: String,
    /// Address of the share token: the vault itself.
    pub vault_token: String,
}

/// Response to a deposit.
#[wire]
pub struct DepositResponse {
    /// Shares minted.
    pub shares: Uint128,
    /// NAV added by the deposit, units of quote.
    pub added: Money,
}

/// Response to a redemption.
#[wire]
pub struct RedeemResponse {
    /// Coins paid.
    pub paid: Purse,
    /// Shares burned.
    pub shares: Uint128,
}

/// Response to `rebalance`.
#[wire]
pub struct RebalanceResponse {
    /// What was done; without a rule if nothing was due.
    pub decision: Decision,
    /// The venue's response to the order, if there was one.
    pub order: Option<AdjustResponse>,
    /// Base bought from the venue's pool by rule 7.
    pub base_bought: Uint128,
}

/// Response to `sell_base`.
#[wire]
pub struct SellBaseResponse {
    /// Base taken.
    pub base: Uint128,
    /// Quote paid for it.
    pub quote: Uint128,
}

/// Response to [`ExtensionQueryMsg::Auction`].
#[wire]
pub struct AuctionResponse {
    /// Seconds since the auction started, counting only those in which the venue let fills be hedged; none without an
    /// auction.
    pub clock: Option<u64>,
    /// The current bonus, over the price.
    pub bonus: cosmwasm_std::Decimal256,
    /// The current price per whole base: the lowest of the block, minus the cost of hedging and the spread of what is
    /// left without a hedge, plus the bonus.
    pub price: cosmwasm_std::Decimal256,
    /// Quote on offer.
    pub quote: Uint128,
    /// Maximum base that the auction takes now.
    pub base: Uint128,
}

/// Response to [`ExtensionQueryMsg::Position`].
#[wire]
pub struct VaultPositionResponse {
    /// Coins that the vault holds itself.
    pub idle: Purse,
    /// The position at the venue, with prices, terms and capacity.
    pub venue: PositionResponse,
    /// Net asset value, units of quote.
    pub nav: Money,
    /// Supply of shares.
    pub shares: Uint128,
    /// Mean of the reference rate.
    pub reference_mean: SignedDecimal256,
    /// Mean of the rate that the venue paid to shorts.
    pub paid_mean: SignedDecimal256,
    /// Part of the cost budget that is spent and not refilled yet, units of quote.
    pub cost_spent: Money,
    /// The block's time.
    pub time: Timestamp,
}

/// Response to [`ExtensionQueryMsg::Config`].
#[wire]
pub struct ConfigResponse {
    /// The market contract.
    pub venue: Addr,
    /// The market in it.
    pub market: String,
    /// The deposited coin.
    pub base: CoinInfo,
    /// The settlement coin.
    pub quote: CoinInfo,
    /// Parameters of the policy.
    pub policy: PolicyParams,
    /// Deposit cap, units of quote.
    pub deposit_cap: Option<Uint128>,
    /// May switch actions off.
    pub guardian: Addr,
    /// Actions that are switched off.
    pub stopped: Vec<VaultAction>,
}
