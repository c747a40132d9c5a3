//! The vault: a cw20 token, the messages of the CosmWasm Vault Standard 0.4, and its own under `vault_extension`.

use ballast_wire::wire;
use cosmwasm_schema::QueryResponses;
use cosmwasm_std::{Addr, Binary, ContractResult, Decimal, SignedDecimal256, Timestamp, Uint128};
use cw20::Expiration;

use crate::policy::{Decision, PolicyParams, StressCase, StressResponse};
use crate::venue::{AdjustResponse, PositionResponse};
use crate::{CoinInfo, Money, Ownership, OwnershipAction, Purse};

/// Version of the vault standard whose JSON this contract speaks.
pub const VAULT_STANDARD_VERSION: &str = "0.4.1";

/// Instantiates a vault on an existing market, whose coins it takes over.
#[wire]
#[serde(deny_unknown_fields)]
pub struct InstantiateMsg {
    /// Configures; two-step transfer.
    pub owner: String,
    /// May stop deposits and rebalancing; the owner where not given.
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
    /// Deposits are refused once NAV would pass this, units of quote; none: no cap.
    pub deposit_cap: Option<Uint128>,
}

/// Messages of the vault: the standard's, cw20's (without burning) and its own.
#[wire]
#[serde(deny_unknown_fields)]
pub enum ExecuteMsg {
    /// Standard: deposit the attached base. Answers [`DepositResponse`].
    Deposit {
        /// Must equal the base attached.
        amount: Uint128,
        /// Who gets the shares; the sender where not given.
        recipient: Option<String>,
    },
    /// Standard: give up shares of the sender for their part of everything. Refused where leaving the venue costs more
    /// than the policy's `exit_cost`: the extension's message has bounds of one's own. Answers [`RedeemResponse`].
    Redeem {
        /// Who gets the coins; the sender where not given.
        recipient: Option<String>,
        /// Shares to give up. No coins may be attached.
        amount: Uint128,
    },
    /// What is not in the standard.
    VaultExtension(ExtensionExecuteMsg),
    /// cw20: move shares.
    Transfer {
        /// To whom; not the vault itself.
        recipient: String,
        /// How many.
        amount: Uint128,
    },
    /// cw20: move shares to a contract and call it.
    Send {
        /// The contract; not the vault itself.
        contract: String,
        /// How many.
        amount: Uint128,
        /// What it is told.
        msg: Binary,
    },
    /// cw20: let somebody spend more.
    IncreaseAllowance {
        /// Who may spend.
        spender: String,
        /// How many more.
        amount: Uint128,
        /// Until when.
        expires: Option<Expiration>,
    },
    /// cw20: let somebody spend less.
    DecreaseAllowance {
        /// Who may spend.
        spender: String,
        /// How many fewer.
        amount: Uint128,
        /// Until when.
        expires: Option<Expiration>,
    },
    /// cw20: spend an allowance.
    TransferFrom {
        /// Whose shares.
        owner: String,
        /// To whom; not the vault itself.
        recipient: String,
        /// How many.
        amount: Uint128,
    },
    /// cw20: spend an allowance on a contract and call it.
    SendFrom {
        /// Whose shares.
        owner: String,
        /// The contract; not the vault itself.
        contract: String,
        /// How many.
        amount: Uint128,
        /// What it is told.
        msg: Binary,
    },
}

/// Messages that are not in the standard.
#[wire]
#[serde(deny_unknown_fields)]
pub enum ExtensionExecuteMsg {
    /// Deposit the attached base, with a bound. Answers [`DepositResponse`].
    Deposit {
        /// Who gets the shares; the sender where not given.
        recipient: Option<String>,
        /// Refuse fewer shares than this.
        min_shares: Uint128,
    },
    /// Redeem with bounds: with either of them the cost of leaving is bounded by nothing else. Answers
    /// [`RedeemResponse`].
    Redeem {
        /// Who gets the coins; the sender where not given.
        recipient: Option<String>,
        /// Shares to give up.
        amount: Uint128,
        /// Refuse less base than this.
        min_base: Option<Uint128>,
        /// Refuse less quote than this.
        min_quote: Option<Uint128>,
    },
    /// Anyone: do what the policy says is due. Answers [`RebalanceResponse`].
    Rebalance {},
    /// Anyone: fill the auction of rule 7 with the attached base. Answers [`SellBaseResponse`].
    SellBase {
        /// Refuse less quote than this.
        min_quote: Uint128,
    },
    /// Owner: replace the parameters of the policy.
    UpdatePolicy {
        /// All parameters anew.
        policy: PolicyParams,
    },
    /// Owner: replace the deposit cap.
    SetDepositCap {
        /// Units of quote; none: no cap.
        deposit_cap: Option<Uint128>,
    },
    /// Guardian or owner: switch deposits or rebalancing off. Redemptions cannot be stopped.
    Pause {
        /// What to switch off.
        actions: Vec<VaultAction>,
    },
    /// Owner: switch on again.
    Resume {
        /// What to switch on.
        actions: Vec<VaultAction>,
    },
    /// Owner: name another guardian.
    SetGuardian {
        /// The new guardian.
        guardian: String,
    },
    /// Two-step ownership.
    UpdateOwnership(OwnershipAction),
}

/// Something that the guardian can stop.
#[wire]
#[derive(Copy, Eq, PartialOrd, Ord)]
pub enum VaultAction {
    /// Deposits and fills of the auction.
    Deposit,
    /// Rules 4 to 7 of the policy; rules 1 to 3 keep the hedge alive and cannot be stopped.
    Rebalance,
}

/// Questions to the vault: the standard's, cw20's and its own.
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
    /// Standard: shares for a deposit now; never more than a deposit gives.
    #[returns(Uint128)]
    PreviewDeposit {
        /// Base to deposit.
        amount: Uint128,
    },
    /// Standard: base for shares now; never more than a redemption gives, and refused where that is. It may give quote
    /// besides: see the extension's `preview_redeem`.
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
    /// Standard: value of one unit of shares, in the denom asked for (base or quote).
    #[returns(Decimal)]
    VaultTokenExchangeRate {
        /// Base or quote denom.
        quote_denom: String,
    },
    /// Standard: shares worth `amount` of base, without costs.
    #[returns(Uint128)]
    ConvertToShares {
        /// Base.
        amount: Uint128,
    },
    /// Standard: base worth `amount` shares, without costs.
    #[returns(Uint128)]
    ConvertToAssets {
        /// Shares.
        amount: Uint128,
    },
    /// What is not in the standard.
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
    /// cw20: what may still be spent.
    #[returns(cw20::AllowanceResponse)]
    Allowance {
        /// Whose shares.
        owner: String,
        /// Who may spend.
        spender: String,
    },
    /// cw20: all accounts with shares.
    #[returns(cw20::AllAccountsResponse)]
    AllAccounts {
        /// Accounts after this one.
        start_after: Option<String>,
        /// At most this many.
        limit: Option<u32>,
    },
}

/// Questions that are not in the standard.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(QueryResponses)]
pub enum ExtensionQueryMsg {
    /// The hedge now, and after what the policy would do: the stress test with no stress.
    #[returns(StressResponse)]
    Health {},
    /// What `rebalance` would do now.
    #[returns(Decision)]
    NextAction {},
    /// The auction of rule 7.
    #[returns(AuctionResponse)]
    Auction {},
    /// The hedge after an assumed change of the world.
    #[returns(StressResponse)]
    Stress(StressCase),
    /// The books and the position at the venue.
    #[returns(VaultPositionResponse)]
    Position {},
    /// What a redemption with bounds would pay, both coins, whatever leaving costs; never more than it does.
    #[returns(Purse)]
    PreviewRedeem {
        /// Shares to redeem.
        amount: Uint128,
    },
    /// Configuration and what is stopped.
    #[returns(ConfigResponse)]
    Config {},
    /// Owner, and the owner to be.
    #[returns(Ownership<Addr>)]
    Ownership {},
    /// Any question, with a refusal answered as text. Some chains hide why a contract failed from the contract that asked
    /// (those before wasmd 0.52 always): an answer they pass on.
    #[returns(ContractResult<Binary>)]
    Attempt(Box<QueryMsg>),
}

/// Answer of `vault_standard_info`.
#[wire]
pub struct VaultStandardInfoResponse {
    /// Version of the standard.
    pub version: String,
    /// Extensions in use.
    pub extensions: Vec<String>,
}

/// Answer of `info`.
#[wire]
pub struct VaultInfoResponse {
    /// Denom that is deposited.
    pub base_token: String,
    /// Address of the share token: the vault itself.
    pub vault_token: String,
}

/// Answer of a deposit.
#[wire]
pub struct DepositResponse {
    /// Shares minted.
    pub shares: Uint128,
    /// NAV that the deposit added, units of quote.
    pub added: Money,
}

/// Answer of a redemption.
#[wire]
pub struct RedeemResponse {
    /// Coins paid.
    pub paid: Purse,
    /// Shares burned.
    pub shares: Uint128,
}

/// Answer of `rebalance`.
#[wire]
pub struct RebalanceResponse {
    /// What was due and done; no rule when nothing was.
    pub decision: Decision,
    /// The venue's answer to the order, if there was one.
    pub order: Option<AdjustResponse>,
    /// Base bought from the venue's pool by rule 7.
    pub base_bought: Uint128,
}

/// Answer of `sell_base`.
#[wire]
pub struct SellBaseResponse {
    /// Base taken.
    pub base: Uint128,
    /// Quote paid for it.
    pub quote: Uint128,
}

/// Answer of [`ExtensionQueryMsg::Auction`].
#[wire]
pub struct AuctionResponse {
    /// Seconds that its clock shows: those since it was opened in which the venue let fills be hedged; none while there is
    /// no auction.
    pub clock: Option<u64>,
    /// Bonus of now, over the price.
    pub bonus: cosmwasm_std::Decimal256,
    /// Price of now per whole base: low end of the band, less the cost of hedging, plus the bonus.
    pub price: cosmwasm_std::Decimal256,
    /// Quote on offer.
    pub quote: Uint128,
    /// Most base that it takes now.
    pub base: Uint128,
}

/// Answer of [`ExtensionQueryMsg::Position`].
#[wire]
pub struct VaultPositionResponse {
    /// Coins in the vault's own books.
    pub idle: Purse,
    /// The position at the venue and everything around it.
    pub venue: PositionResponse,
    /// Net asset value, units of quote.
    pub nav: Money,
    /// Supply of shares.
    pub shares: Uint128,
    /// Mean of the reference rate.
    pub reference_mean: SignedDecimal256,
    /// Mean of what the venue paid to a short.
    pub paid_mean: SignedDecimal256,
    /// Cost of keepers' trades that is not yet refilled, units of quote.
    pub cost_spent: Money,
    /// When this was: the block's time.
    pub time: Timestamp,
}

/// Answer of [`ExtensionQueryMsg::Config`].
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
    /// Who may stop things.
    pub guardian: Addr,
    /// What is stopped.
    pub stopped: Vec<VaultAction>,
}
