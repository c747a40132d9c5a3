use ballast_roles::RoleError;
use ballast_upgrade::UpgradeError;
use cosmwasm_std::{StdError, Uint128};
use cw_utils::PaymentError;
use perp_engine::EngineError;
use thiserror::Error;

/// Why the market refuses: always with the numbers that explain it.
#[derive(Error, Debug, PartialEq)]
#[non_exhaustive]
pub enum ContractError {
    /// Storage, addresses, JSON.
    #[error(transparent)]
    Std(#[from] StdError),
    /// A sum that does not fit.
    #[error(transparent)]
    Math(#[from] ballast_math::MathError),
    /// A rule of the market.
    #[error(transparent)]
    Engine(Box<EngineError>),
    /// Coins attached where none or others are taken.
    #[error(transparent)]
    Payment(#[from] PaymentError),
    /// Not the owner, or a transfer that does not fit.
    #[error(transparent)]
    Ownership(#[from] cw_ownable::OwnershipError),
    /// A contract that this code cannot take over.
    #[error(transparent)]
    Upgrade(#[from] UpgradeError),
    /// Only guardian and owner may pause.
    #[error("{sender} is neither guardian nor owner")]
    NotGuardian {
        /// Who tried.
        sender: String,
    },
    /// A market without an owner could not be switched on again.
    #[error("ownership of a market cannot be renounced: transfer it instead")]
    CannotRenounce {},
    /// There is no such market.
    #[error("there is no market {market}")]
    NoSuchMarket {
        /// Its name.
        market: String,
    },
    /// A market of that name exists.
    #[error("there is a market {market} already")]
    MarketExists {
        /// Its name.
        market: String,
    },
    /// A name that is not 1 to 32 characters of `a-z 0-9 -`.
    #[error("{market:?} is no name for a market: 1 to 32 characters of a-z, 0-9 and -")]
    InvalidName {
        /// The name.
        market: String,
    },
    /// A market of one coin.
    #[error("base and quote are both {denom}")]
    SameCoins {
        /// The coin.
        denom: String,
    },
    /// A coin without a denom, or of too many decimals.
    #[error("{denom:?} of {decimals} decimals is no coin: it needs a denom and at most 18 decimals")]
    InvalidCoin {
        /// Its denom.
        denom: String,
        /// Its decimals.
        decimals: u8,
    },
    /// A coin that this market does not take.
    #[error("{denom} is not margin here: send {base} or {quote}")]
    WrongCoin {
        /// What was sent.
        denom: String,
        /// The market's base.
        base: String,
        /// The market's quote.
        quote: String,
    },
    /// Fewer shares than asked for.
    #[error("{shares} shares are fewer than the {min} asked for")]
    TooFewShares {
        /// Shares that it would be.
        shares: Uint128,
        /// Least.
        min: Uint128,
    },
    /// Fewer shares than were to be given up.
    #[error("cannot give up {asked} of {shares} shares")]
    NotEnoughShares {
        /// Asked for.
        asked: Uint128,
        /// What the provider has, or has under notice.
        shares: Uint128,
    },
    /// A request too soon after the provider's last deposit, lapse or cancellation.
    #[error("a withdrawal cannot be requested before {from} (seconds)")]
    Barred {
        /// From when on, in seconds.
        from: u64,
    },
    /// One request an account.
    #[error("a request for {shares} shares stands until {until} (seconds): withdraw or cancel it first")]
    RequestStands {
        /// Shares of it.
        shares: Uint128,
        /// When it lapses, in seconds, if payment is possible until then.
        until: u64,
    },
    /// Nothing was requested.
    #[error("{provider} has no request: ask with pool_request first")]
    NoRequest {
        /// Whose request it would be.
        provider: String,
    },
    /// Somebody else's request that has not lapsed.
    #[error("the request of {provider} stands until {until} (seconds): until then only they can cancel it")]
    NotLapsed {
        /// Whose request.
        provider: String,
        /// When it lapses, in seconds, if payment is possible until then.
        until: u64,
    },
    /// More positions than one message settles.
    #[error("{positions} positions are more than the {max} of one message")]
    TooManyPositions {
        /// Asked for.
        positions: usize,
        /// Most.
        max: usize,
    },
    /// The hedger's loss is never settled by others.
    #[error("{owner} is the hedger: its loss counts as far as its margin covers it, settled or not")]
    IsHedger {
        /// Who.
        owner: String,
    },
    /// A rule of the market, about one of several positions.
    #[error("{owner}: {error}")]
    Position {
        /// Whose position.
        owner: String,
        /// The rule.
        error: Box<EngineError>,
    },
    /// Less than asked for.
    #[error("{paid} {coin} is less than the {min} asked for")]
    TooLittle {
        /// `base` or `quote`.
        coin: &'static str,
        /// What it would be.
        paid: Uint128,
        /// Least.
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
