//! What the vault stores. Balances, allowances and the supply of shares are cw20-base's.

use ballast_types::market::PositionState;
use ballast_types::policy::{Decision, PolicyParams};
use ballast_types::vault::{VaultAction, VaultStandardInfoResponse};
use ballast_types::{CoinInfo, Purse};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, Decimal256, Storage, Uint128};
use cw_storage_plus::Item;

use crate::error::ContractError;
use crate::memory::Memory;

/// Configuration: read by most messages, written by few.
pub const CONFIG: Item<Config> = Item::new("config");
/// What changes with most messages.
pub const BOOKS: Item<Books> = Item::new("books");
/// The busy marker: the step at the venue whose reply is awaited, with all that the reply needs.
pub const PENDING: Item<Pending> = Item::new("pending");
/// Where the Vault Standard wants it, for raw queries.
pub const STANDARD_INFO: Item<VaultStandardInfoResponse> = Item::new("vault_standard_info");

/// Configuration.
#[cw_serde]
pub struct Config {
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
    /// Deposits are refused once NAV would pass this, units of quote.
    pub deposit_cap: Option<Uint128>,
    /// May stop things.
    pub guardian: Addr,
    /// What is stopped, in order, none twice.
    pub stopped: Vec<VaultAction>,
}

impl Config {
    /// An error while `action` is switched off.
    pub fn assert_on(&self, action: VaultAction) -> Result<(), ContractError> {
        if self.stopped.contains(&action) {
            return Err(ContractError::Paused { action });
        }
        Ok(())
    }
}

/// The vault's own books.
#[cw_serde]
pub struct Books {
    /// Coins of the vault that are not at the venue. What strangers send is not in it.
    pub idle: Purse,
    /// What the policy remembers.
    pub memory: Memory,
}

/// A step at the venue whose reply is awaited.
#[cw_serde]
pub enum Pending {
    /// The hedge of a deposit.
    Deposit(PendingDeposit),
    /// The rescue step before a redemption.
    Rescue(PendingRescue),
    /// The exit of a redemption.
    Redeem(Redemption),
    /// The order of a rebalance.
    Rebalance(PendingRebalance),
    /// Rule 7 buys base from the venue's pool.
    BuyBase(PendingBuyBase),
    /// The hedge of coins brought to the auction.
    SellBase(PendingSellBase),
}

/// Context of a deposit.
#[cw_serde]
pub struct PendingDeposit {
    /// Who pays.
    pub sender: Addr,
    /// Who gets the shares.
    pub recipient: Addr,
    /// Base deposited.
    pub amount: Uint128,
    /// Part of it that was attached to the order; the rest is in the books already.
    pub attached: Purse,
    /// The caller's bound.
    pub min_shares: Uint128,
}

/// Context of a redemption. The shares are burned already.
#[cw_serde]
pub struct Redemption {
    /// Whose shares.
    pub sender: Addr,
    /// Who gets the coins.
    pub recipient: Addr,
    /// Shares given up.
    pub shares: Uint128,
    /// Shares and virtual shares before: the part is `shares / whole`.
    pub whole: Uint128,
    /// The caller's bound.
    pub min_base: Uint128,
    /// The caller's bound.
    pub min_quote: Uint128,
    /// Of the coins paid, those that never were at the venue.
    pub at_hand: Purse,
    /// Coins attached to the exit.
    pub attached: Purse,
}

impl Redemption {
    /// Of `shares` of `whole`, with nothing moved yet and no bounds.
    pub fn new(sender: Addr, recipient: Addr, shares: Uint128, whole: Uint128) -> Redemption {
        let (min_base, min_quote) = (Uint128::zero(), Uint128::zero());
        let (at_hand, attached) = (Purse::EMPTY, Purse::EMPTY);
        Redemption { sender, recipient, shares, whole, min_base, min_quote, at_hand, attached }
    }
}

/// Context of a rescue step.
#[cw_serde]
pub struct PendingRescue {
    /// Coins attached, which come back when the step fails.
    pub attached: Purse,
    /// The position as it is if the step fails.
    pub position: PositionState,
    /// The redemption that goes on afterwards.
    pub redemption: Redemption,
}

/// Context of a rebalance.
#[cw_serde]
pub struct PendingRebalance {
    /// What was due.
    pub decision: Decision,
    /// Who called.
    pub sender: Addr,
    /// Idle coins before the order and what it hedges.
    pub idle_before: Purse,
    /// Coins attached.
    pub attached: Purse,
    /// The most that the order may cost.
    pub max_cost: Option<Uint128>,
    /// Base bought from the venue's pool just before.
    pub base_bought: Uint128,
    /// What was paid for it.
    pub quote_spent: Uint128,
}

/// Context of rule 7's purchase.
#[cw_serde]
pub struct PendingBuyBase {
    /// What was due.
    pub decision: Decision,
    /// Who called.
    pub sender: Addr,
    /// Quote sent along; it is out of the books already.
    pub quote: Uint128,
}

/// Context of a fill of the auction.
#[cw_serde]
pub struct PendingSellBase {
    /// Who brings base and gets quote.
    pub sender: Addr,
    /// Base brought.
    pub base: Uint128,
    /// Part of it that was attached to the order; the rest is in the books already.
    pub attached: Purse,
    /// Idle coins before, without the base brought: if that is not hedged, the hedge ratio is worse.
    pub idle_before: Purse,
    /// Bonus over the oracle price.
    pub bonus: Decimal256,
    /// Most quote that the auction pays.
    pub excess: Uint128,
    /// The caller's bound.
    pub min_quote: Uint128,
    /// The most that hedging may cost.
    pub max_cost: Option<Uint128>,
}

/// An error while a step at the venue is under way.
pub fn assert_idle(storage: &dyn Storage) -> Result<(), ContractError> {
    // whether it is there is all that matters: nothing is read
    if PENDING.exists(storage) {
        return Err(ContractError::Busy {});
    }
    Ok(())
}
