//! Names of the vault's events and their attributes. A test of the vault compares them with what it emits.
//!
//! A chain puts `wasm-` in front of the name of a contract's event and adds the attribute `_contract_address`. To watch
//! for `ballast-vault/deposit`, look for the event `wasm-ballast-vault/deposit` with the vault's address. Contracts do
//! not need this: the responses say all they need to know.

/// A vault was created.
pub const INSTANTIATE: &str = "ballast-vault/instantiate";

/// Shares were minted for a deposit.
pub const DEPOSIT: &str = "ballast-vault/deposit";

/// Coins were paid for shares.
pub const REDEEM: &str = "ballast-vault/redeem";

/// A redemption first tried to rescue the hedge, because the hedge needed it.
pub const RESCUE: &str = "ballast-vault/rescue";

/// The rescue failed, and the redemption went on.
pub const RESCUE_FAILED: &str = "ballast-vault/rescue_failed";

/// A rebalance, even if nothing was due.
pub const REBALANCE: &str = "ballast-vault/rebalance";

/// An auction started.
pub const OPEN_AUCTION: &str = "ballast-vault/open_auction";

/// Base was sold to the auction.
pub const SELL_BASE: &str = "ballast-vault/sell_base";

/// The parameters of the policy were replaced.
pub const UPDATE_POLICY: &str = "ballast-vault/update_policy";

/// The deposit cap was replaced or removed.
pub const SET_DEPOSIT_CAP: &str = "ballast-vault/set_deposit_cap";

/// Actions were switched off.
pub const PAUSE: &str = "ballast-vault/pause";

/// Actions were switched on.
pub const RESUME: &str = "ballast-vault/resume";

/// The guardian was replaced.
pub const SET_GUARDIAN: &str = "ballast-vault/set_guardian";

/// A step of an ownership transfer.
pub const UPDATE_OWNERSHIP: &str = "ballast-vault/update_ownership";

/// Keys of attributes. Amounts are whole numbers, except money, which has a sign and up to 18 decimals.
pub mod key {
    /// The name of the event after the slash.
    pub const ACTION: &str = "action";
    /// The owner.
    pub const OWNER: &str = "owner";
    /// The market contract.
    pub const VENUE: &str = "venue";
    /// The market in it.
    pub const MARKET: &str = "market";
    /// The sender of the message.
    pub const SENDER: &str = "sender";
    /// The recipient of the shares or coins.
    pub const RECIPIENT: &str = "recipient";
    /// Units of base deposited.
    pub const AMOUNT: &str = "amount";
    /// Units of base posted as margin.
    pub const POSTED: &str = "posted";
    /// Units of shares minted or burned.
    pub const SHARES: &str = "shares";
    /// NAV that a deposit added, units of quote.
    pub const ADDED: &str = "added";
    /// Units of base paid, or taken by the auction.
    pub const BASE: &str = "base";
    /// Units of quote paid, spent or on offer.
    pub const QUOTE: &str = "quote";
    /// Why a rescue failed.
    pub const REASON: &str = "reason";
    /// What a rebalance cost, units of quote.
    pub const COST: &str = "cost";
    /// Units of base bought from the venue's pool.
    pub const BASE_BOUGHT: &str = "base_bought";
    /// The cap, units of quote, or `none`.
    pub const DEPOSIT_CAP: &str = "deposit_cap";
    /// Actions that are switched off now, separated by commas.
    pub const STOPPED: &str = "stopped";
    /// The guardian.
    pub const GUARDIAN: &str = "guardian";
    /// The pending owner, or `none`.
    pub const PENDING_OWNER: &str = "pending_owner";
    /// The rule that was applied, 1 to 7, or `none`.
    pub const RULE: &str = "rule";
    /// Change of the signed size; negative increases the short.
    pub const DELTA: &str = "delta";
    /// Units of base added to the margin.
    pub const BASE_IN: &str = "base_in";
    /// Units of quote added to the margin.
    pub const QUOTE_IN: &str = "quote_in";
    /// Units of base withdrawn from the margin.
    pub const BASE_OUT: &str = "base_out";
    /// Units of quote withdrawn from the margin.
    pub const QUOTE_OUT: &str = "quote_out";
}
