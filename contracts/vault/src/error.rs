//! The errors of the vault.

use ballast_math::{MathError, Money};
use ballast_roles::RoleError;
use ballast_types::oracle::{Flag, PriceUse};
use ballast_types::vault::VaultAction;
use ballast_types::venue::{Leverage, MarketAction};
use ballast_upgrade::UpgradeError;
use cosmwasm_std::{Decimal256, OverflowError, StdError, Uint128};
use thiserror::Error;

/// Why the vault refuses.
#[derive(Error, Debug, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each text says what happened and what its fields are")]
pub enum ContractError {
    /// Storage, JSON, addresses, and queries of the venue.
    #[error(transparent)]
    Std(#[from] StdError),

    #[error(transparent)]
    Math(#[from] MathError),

    #[error(transparent)]
    Policy(Box<hedge_policy::PolicyError>),

    #[error(transparent)]
    Token(#[from] cw20_base::ContractError),

    #[error(transparent)]
    Ownership(#[from] cw_ownable::OwnershipError),

    /// This code cannot migrate the existing contract.
    #[error(transparent)]
    Upgrade(#[from] UpgradeError),

    #[error(transparent)]
    Payment(#[from] cw_utils::PaymentError),

    /// In this very transaction the vault waits for the venue's reply. Until then it refuses other messages, and
    /// queries whose response depends on a price.
    #[error("busy: a step at the venue is under way; try again after this transaction")]
    Busy {},

    #[error("{sender} is neither the guardian nor the owner")]
    NotGuardian { sender: String },

    /// Without an owner nobody could ever configure the vault or switch anything on again.
    #[error("ownership of a vault cannot be renounced: transfer it instead")]
    CannotRenounce {},

    #[error("{action:?} is switched off by the guardian; redemptions are not")]
    Paused { action: VaultAction },

    #[error("share token {name:?} ({symbol:?}): a name has 3 to 50 bytes, a symbol 3 to 12 letters or hyphens")]
    InvalidToken { name: String, symbol: String },

    #[error("market {market} settles {base} in itself: the vault needs two different coins")]
    SameCoins { market: String, base: String },

    #[error("amount says {amount}, but {attached} is attached: they must be equal")]
    AmountMismatch { amount: Uint128, attached: Uint128 },

    #[error("the amount is zero")]
    ZeroAmount {},

    /// Shares held by the vault would belong to nobody.
    #[error("shares cannot be sent to the vault itself: use redeem")]
    SharesToVault {},

    /// Coins paid to the vault would belong to nobody.
    #[error("a redemption cannot be paid to the vault itself")]
    CoinsToVault {},

    #[error("the venue takes no increase now (off: {off:?}, price flags: {flags:?}): try again later")]
    VenueClosed { off: Vec<MarketAction>, flags: Vec<Flag> },

    #[error("the venue lets nobody reduce now (off: {off:?}, price flags: {flags:?}): try again later")]
    VenueStuck { off: Vec<MarketAction>, flags: Vec<Flag> },

    /// In a market with a price of its own for the deposited coin; the market says the same.
    #[error("the collateral price may not be used for {price_use:?}: it is {flags:?}")]
    CollateralFlagged { price_use: PriceUse, flags: Vec<Flag> },

    /// Somebody may have pushed the coin's market price down for a moment.
    #[error(
        "the deposited coin sells for {discount} less than it is redeemed for, {mean} in the mean of a day: deposits wait \
         until it is within 3 points of the mean, redemptions do not"
    )]
    Discount { discount: Decimal256, mean: Decimal256 },

    /// Deposits wait while leverage is above its maximum.
    #[error("leverage {leverage} is above {max}: call rebalance first")]
    LeverageTooHigh { leverage: LeverageText, max: Decimal256 },

    #[error("a short of {needed} is needed, the market takes {capacity} more: deposit less")]
    Capacity { needed: Uint128, capacity: Uint128 },

    #[error("net asset value is {nav} with {supply} shares outstanding: deposits are refused, redemptions are not")]
    NavNotPositive { nav: Money, supply: Uint128 },

    #[error("the deposit would add {added} in value, which is not positive: its cost is above its worth")]
    NothingAdded { added: Money },

    #[error("a deposit that adds {added} is worth less than the smallest share")]
    ZeroShares { added: Money },

    #[error("{shares} shares, fewer than the minimum of {min}")]
    TooFewShares { shares: Uint128, min: Uint128 },

    #[error("net asset value would be {nav}, above the deposit cap of {cap}")]
    DepositCap { nav: Money, cap: Uint128 },

    /// `held` are the sender's shares, or in a preview the supply.
    #[error("{amount} shares asked for, there are {held}")]
    NotEnoughShares { amount: Uint128, held: Uint128 },

    #[error("{shares} shares are worth less than one unit of either coin")]
    ZeroPayout { shares: Uint128 },

    #[error("{paid} {denom}, less than the minimum of {min}")]
    TooLittlePaid { denom: String, paid: Uint128, min: Uint128 },

    /// Without bounds, `exit_cost` protects the sender from a cost that they may not be aware of.
    #[error("the exit costs {cost} units of quote, above {max}: to leave at this cost, give min_base and min_quote")]
    ExitCost { cost: Uint128, max: Uint128 },

    #[error("no auction is on: idle quote is {quote}; rebalance opens it when rule 7 is due")]
    NoAuction { quote: Uint128 },

    #[error("the auction takes {most} more base now, {base} is attached: bring less")]
    AuctionTooLarge { base: Uint128, most: Uint128 },

    #[error("leverage after the trade is {after}, above {max} and not below {before}: nothing was done")]
    LeverageAfter { before: LeverageText, after: LeverageText, max: Decimal256 },

    #[error(transparent)]
    HedgeAfter(Box<HedgeAfter>),

    #[error("the trade cost {cost} units of quote, at most {max} is allowed")]
    CostTooHigh { cost: Uint128, max: Uint128 },

    #[error("the venue's answer cannot be read: {reason}")]
    VenueAnswer { reason: String },

    /// The venue claims amounts that are impossible.
    #[error("the venue's answer does not add up: {what} is {answered}, at most {most} is possible")]
    VenueAmounts { what: &'static str, answered: Uint128, most: Uint128 },

    #[error("no step is under way for reply {id}")]
    UnexpectedReply { id: u64 },

    #[error("no rate in {denom}: ask for {base} or {quote}")]
    UnknownDenom { denom: String, base: String, quote: String },
}

/// Hedge ratios before and after a refused trade, and the band.
#[derive(Error, Debug, Clone, Copy, PartialEq, Eq)]
#[error(
    "hedge ratio after the trade is {after}, out of {low} to {high} and not nearer than {before}: nothing was done"
)]
pub struct HedgeAfter {
    /// Hedge ratio before the trade.
    pub before: Decimal256,
    /// Hedge ratio after the trade.
    pub after: Decimal256,
    /// Lower end of the band.
    pub low: Decimal256,
    /// Upper end of the band.
    pub high: Decimal256,
}

impl From<hedge_policy::PolicyError> for ContractError {
    fn from(error: hedge_policy::PolicyError) -> Self {
        ContractError::Policy(Box::new(error))
    }
}

impl From<RoleError> for ContractError {
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::Ownership(error) => ContractError::Ownership(error),
            RoleError::Payment(error) => ContractError::Payment(error),
            RoleError::NotGuardian { sender } => ContractError::NotGuardian { sender },
            RoleError::CannotRenounce => ContractError::CannotRenounce {},
        }
    }
}

impl From<OverflowError> for ContractError {
    fn from(error: OverflowError) -> Self {
        ContractError::Std(error.into())
    }
}

/// Leverage in an error message: a number, `none` or `infinite`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeverageText(pub Leverage);

impl std::fmt::Display for LeverageText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Leverage::None => f.write_str("none"),
            Leverage::Finite(leverage) => leverage.fmt(f),
            Leverage::Infinite => f.write_str("infinite"),
        }
    }
}
