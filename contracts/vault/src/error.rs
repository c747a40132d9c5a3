//! Everything that can be refused, with the numbers that explain it.

use ballast_math::{MathError, Money};
use ballast_roles::RoleError;
use ballast_types::oracle::Flag;
use ballast_types::vault::VaultAction;
use ballast_types::venue::{Leverage, MarketAction};
use ballast_upgrade::UpgradeError;
use cosmwasm_std::{Decimal256, OverflowError, StdError, Uint128};
use thiserror::Error;

/// The error of every entry point of the vault.
#[derive(Error, Debug, PartialEq)]
#[non_exhaustive]
pub enum ContractError {
    /// Storage, JSON, an address, or the venue's answer to a query.
    #[error(transparent)]
    Std(#[from] StdError),

    /// Arithmetic that does not fit its type.
    #[error(transparent)]
    Math(#[from] MathError),

    /// A decision of the policy could not be computed, or its parameters are out of bounds.
    #[error(transparent)]
    Policy(Box<hedge_policy::PolicyError>),

    /// The share token.
    #[error(transparent)]
    Token(#[from] cw20_base::ContractError),

    /// Ownership.
    #[error(transparent)]
    Ownership(#[from] cw_ownable::OwnershipError),

    /// A contract that this code cannot take over.
    #[error(transparent)]
    Upgrade(#[from] UpgradeError),

    /// Coins attached that the message does not take, or not the right ones.
    #[error(transparent)]
    Payment(#[from] cw_utils::PaymentError),

    /// A step of this vault at the venue is under way in this very transaction: no other message and no answer with a
    /// price in it until it is done.
    #[error("busy: a step at the venue is under way; try again after this transaction")]
    Busy {},

    /// The sender may not do this.
    #[error("{sender} is neither the guardian nor the owner")]
    NotGuardian {
        /// Who tried.
        sender: String,
    },

    /// A vault without an owner could never be configured or switched on again.
    #[error("ownership of a vault cannot be renounced: transfer it instead")]
    CannotRenounce {},

    /// The guardian has switched this off.
    #[error("{action:?} is switched off by the guardian; redemptions are not")]
    Paused {
        /// What is off.
        action: VaultAction,
    },

    /// The share token's name or symbol.
    #[error("share token {name:?} ({symbol:?}): a name has 3 to 50 bytes, a symbol 3 to 12 letters or hyphens")]
    InvalidToken {
        /// Name given.
        name: String,
        /// Symbol given.
        symbol: String,
    },

    /// A market whose coins this vault cannot hold.
    #[error("market {market} settles {base} in itself: the vault needs two different coins")]
    SameCoins {
        /// The market.
        market: String,
        /// Its only coin.
        base: String,
    },

    /// `amount` and the coins attached differ.
    #[error("amount says {amount}, but {attached} is attached: they must be equal")]
    AmountMismatch {
        /// As in the message.
        amount: Uint128,
        /// As attached.
        attached: Uint128,
    },

    /// Nothing to do with nothing.
    #[error("the amount is zero")]
    ZeroAmount {},

    /// Shares sent to the vault would belong to nobody.
    #[error("shares cannot be sent to the vault itself: use redeem")]
    SharesToVault {},

    /// Coins paid to the vault would belong to nobody.
    #[error("a redemption cannot be paid to the vault itself")]
    CoinsToVault {},

    /// The venue has switched off what a deposit needs.
    #[error("the venue takes no increase now (off: {off:?}, price flags: {flags:?}): try again later")]
    VenueClosed {
        /// What is off, of what is needed.
        off: Vec<MarketAction>,
        /// What is wrong with the price.
        flags: Vec<Flag>,
    },

    /// The venue has switched off what a redemption needs.
    #[error("the venue lets nobody reduce now (off: {off:?}, price flags: {flags:?}): try again later")]
    VenueStuck {
        /// What is off, of what is needed.
        off: Vec<MarketAction>,
        /// What is wrong with the price.
        flags: Vec<Flag>,
    },

    /// Deposits wait while the hedge is above its greatest leverage.
    #[error("leverage {leverage} is above {max}: call rebalance first")]
    LeverageTooHigh {
        /// Leverage at the venue.
        leverage: LeverageText,
        /// The policy's maximum.
        max: Decimal256,
    },

    /// The market does not take the short that is needed.
    #[error("a short of {needed} is needed, the market takes {capacity} more: deposit less")]
    Capacity {
        /// Units of base to be sold short.
        needed: Uint128,
        /// Units that the market still takes.
        capacity: Uint128,
    },

    /// Shares exist, but nothing is behind them.
    #[error("net asset value is {nav} with {supply} shares outstanding: deposits are refused, redemptions are not")]
    NavNotPositive {
        /// NAV in this transaction, units of quote, at the lower end of the band.
        nav: Money,
        /// Shares.
        supply: Uint128,
    },

    /// The deposit would add nothing.
    #[error("the deposit would add {added} in value, which is not positive: its cost is above its worth")]
    NothingAdded {
        /// NAV added, units of quote.
        added: Money,
    },

    /// The deposit is too small for one share.
    #[error("a deposit that adds {added} is worth less than the smallest share")]
    ZeroShares {
        /// NAV added, units of quote.
        added: Money,
    },

    /// Fewer shares than the caller wanted.
    #[error("{shares} shares, fewer than the least accepted {min}")]
    TooFewShares {
        /// Shares that the deposit is worth.
        shares: Uint128,
        /// The caller's bound.
        min: Uint128,
    },

    /// The deposit cap.
    #[error("net asset value would be {nav}, above the deposit cap of {cap}")]
    DepositCap {
        /// NAV after the deposit, units of quote.
        nav: Money,
        /// The cap, units of quote.
        cap: Uint128,
    },

    /// More shares than the sender holds, or, in a preview, than exist.
    #[error("{amount} shares asked for, there are {held}")]
    NotEnoughShares {
        /// Asked for.
        amount: Uint128,
        /// Held, or in existence.
        held: Uint128,
    },

    /// The redemption would pay nothing.
    #[error("{shares} shares are worth less than one unit of either coin")]
    ZeroPayout {
        /// Shares given.
        shares: Uint128,
    },

    /// Less of a coin than the caller wanted.
    #[error("{paid} {denom}, less than the least accepted {min}")]
    TooLittlePaid {
        /// The coin.
        denom: String,
        /// What would be paid.
        paid: Uint128,
        /// The caller's bound.
        min: Uint128,
    },

    /// An exit without bounds that costs more than the policy lets anyone pay unawares.
    #[error("the exit costs {cost} units of quote, above {max}: to leave at this cost, give min_base and min_quote")]
    ExitCost {
        /// Fee, spread and conversion.
        cost: Uint128,
        /// The most without bounds of one's own.
        max: Uint128,
    },

    /// No auction, so nothing to sell into.
    #[error("no auction is on: idle quote is {quote}; rebalance opens it when rule 7 is due")]
    NoAuction {
        /// Idle quote.
        quote: Uint128,
    },

    /// More base than the auction takes.
    #[error("the auction takes {most} more base now, {base} is attached: bring less")]
    AuctionTooLarge {
        /// Base brought.
        base: Uint128,
        /// Most base that fits.
        most: Uint128,
    },

    /// After a trade leverage is above its maximum and not lower than before.
    #[error("leverage after the trade is {after}, above {max} and not below {before}: nothing was done")]
    LeverageAfter {
        /// Before.
        before: LeverageText,
        /// After.
        after: LeverageText,
        /// The policy's maximum.
        max: Decimal256,
    },

    /// After a trade the hedge ratio is out of its band and not nearer than before.
    #[error(transparent)]
    HedgeAfter(Box<HedgeAfter>),

    /// A trade cost more than the policy allows.
    #[error("the trade cost {cost} units of quote, at most {max} is allowed")]
    CostTooHigh {
        /// Fee, spread and conversion.
        cost: Uint128,
        /// The most that the policy allows.
        max: Uint128,
    },

    /// The venue's answer after a message.
    #[error("the venue's answer cannot be read: {reason}")]
    VenueAnswer {
        /// What is wrong with it.
        reason: String,
    },

    /// The venue says that it took or paid other coins than it can have.
    #[error("the venue's answer does not add up: {what} is {answered}, at most {most} is possible")]
    VenueAmounts {
        /// Which amount.
        what: &'static str,
        /// As answered.
        answered: Uint128,
        /// The most that it can be.
        most: Uint128,
    },

    /// A reply that nobody waits for.
    #[error("no step is under way for reply {id}")]
    UnexpectedReply {
        /// Its id.
        id: u64,
    },

    /// A denom that the vault has no price in.
    #[error("no rate in {denom}: ask for {base} or {quote}")]
    UnknownDenom {
        /// Asked for.
        denom: String,
        /// The deposited coin.
        base: String,
        /// The settlement coin.
        quote: String,
    },
}

/// Hedge ratios around a trade that is refused.
#[derive(Error, Debug, Clone, Copy, PartialEq, Eq)]
#[error(
    "hedge ratio after the trade is {after}, out of {low} to {high} and not nearer than {before}: nothing was done"
)]
pub struct HedgeAfter {
    /// Before.
    pub before: Decimal256,
    /// After.
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
