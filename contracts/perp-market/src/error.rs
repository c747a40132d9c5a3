use ballast_roles::RoleError;
use ballast_upgrade::UpgradeError;
use cosmwasm_std::{StdError, Uint128};
use cw_utils::PaymentError;
use perp_engine::EngineError;
use thiserror::Error;

/// Why the market refuses. Times are seconds.
#[derive(Error, Debug, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each text says what happened and what its fields are")]
pub enum ContractError {
    #[error(transparent)]
    Std(#[from] StdError),
    #[error(transparent)]
    Math(#[from] ballast_math::MathError),
    /// A rule of the market.
    #[error(transparent)]
    Engine(Box<EngineError>),
    #[error(transparent)]
    Payment(#[from] PaymentError),
    #[error(transparent)]
    Ownership(#[from] cw_ownable::OwnershipError),
    /// A contract that this code cannot take over.
    #[error(transparent)]
    Upgrade(#[from] UpgradeError),
    /// Only guardian and owner may pause.
    #[error("{sender} is neither guardian nor owner")]
    NotGuardian { sender: String },
    /// Without an owner nothing could be switched on again.
    #[error("ownership of a market cannot be renounced: transfer it instead")]
    CannotRenounce {},
    #[error("there is no market {market}")]
    NoSuchMarket { market: String },
    #[error("the market {market} exists already")]
    MarketExists { market: String },
    #[error("{market:?} is not a market name: use 1 to 32 characters of a-z, 0-9 and -")]
    InvalidName { market: String },
    #[error("base and quote are both {denom}")]
    SameCoins { denom: String },
    #[error("{denom:?} of {decimals} decimals is not a coin: use a denom and at most 18 decimals")]
    InvalidCoin { denom: String, decimals: u8 },
    #[error("this market does not take {denom}: send {base} or {quote}")]
    WrongCoin { denom: String, base: String, quote: String },
    #[error("{shares} shares are fewer than the {min} asked for")]
    TooFewShares { shares: Uint128, min: Uint128 },
    #[error("cannot withdraw {asked} of {shares} shares")]
    NotEnoughShares {
        asked: Uint128,
        /// What the provider owns, or has under notice.
        shares: Uint128,
    },
    /// A request too soon after the provider's last deposit, lapse or cancellation.
    #[error("a withdrawal cannot be requested before {from} (seconds)")]
    Barred { from: u64 },
    /// An account can have one request at a time.
    #[error("a request for {shares} shares stands until {until} (seconds): withdraw or cancel it first")]
    RequestStands {
        shares: Uint128,
        /// When it lapses if payment stays possible.
        until: u64,
    },
    #[error("{provider} has no request: make one with pool_request first")]
    NoRequest { provider: String },
    /// Somebody else's request that has not lapsed.
    #[error("the request of {provider} stands until {until} (seconds): until then only they can cancel it")]
    NotLapsed {
        provider: String,
        /// When it lapses if payment stays possible.
        until: u64,
    },
    #[error("{positions} positions are too many: at most {max} at once")]
    TooManyPositions { positions: usize, max: usize },
    /// Others may not settle the hedger's loss.
    #[error("{owner} is the hedger: its loss counts up to its margin without being settled")]
    IsHedger { owner: String },
    /// A rule of the market, for one of several positions.
    #[error("{owner}: {error}")]
    Position { owner: String, error: Box<EngineError> },
    #[error("{paid} {coin} is less than the {min} asked for")]
    TooLittle {
        /// `base` or `quote`.
        coin: &'static str,
        paid: Uint128,
        min: Uint128,
    },
}

impl From<EngineError> for ContractError {
    fn from(error: EngineError) -> Self {
        ContractError::Engine(Box::new(error))
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

/// Result of this contract.
pub type Result<T, E = ContractError> = std::result::Result<T, E>;
