//! Names of the vault's events, and of what is in them. A test of the vault compares them with what it emits.
//!
//! A chain puts `wasm-` before the name of a contract's event, and the attribute `_contract_address` into it: who watches for
//! `ballast-vault/deposit` looks for the event `wasm-ballast-vault/deposit` of the vault's address. A contract needs none
//! of this: what it has to know is in the answers.

/// A new vault.
pub const INSTANTIATE: &str = "ballast-vault/instantiate";

/// Shares were minted for a deposit.
pub const DEPOSIT: &str = "ballast-vault/deposit";

/// Coins were paid for shares.
pub const REDEEM: &str = "ballast-vault/redeem";

/// The step that a redemption tries first, where the hedge needs it.
pub const RESCUE: &str = "ballast-vault/rescue";

/// That step failed, and the redemption went on.
pub const RESCUE_FAILED: &str = "ballast-vault/rescue_failed";

/// A rebalance, also where nothing was due.
pub const REBALANCE: &str = "ballast-vault/rebalance";

/// The auction's clock started.
pub const OPEN_AUCTION: &str = "ballast-vault/open_auction";

/// A fill of the auction.
pub const SELL_BASE: &str = "ballast-vault/sell_base";

/// New parameters of the policy.
pub const UPDATE_POLICY: &str = "ballast-vault/update_policy";

/// A new deposit cap, or none.
pub const SET_DEPOSIT_CAP: &str = "ballast-vault/set_deposit_cap";

/// Actions were switched off.
pub const PAUSE: &str = "ballast-vault/pause";

/// Actions were switched on.
pub const RESUME: &str = "ballast-vault/resume";

/// Another guardian.
pub const SET_GUARDIAN: &str = "ballast-vault/set_guardian";

/// A step of an ownership transfer.
pub const UPDATE_OWNERSHIP: &str = "ballast-vault/update_ownership";

/// Keys of attributes; amounts are whole numbers but for money, which has a sign and up to 18 digits after the point.
pub mod key {
    /// The name of the event after the slash.
    pub const ACTION: &str = "action";
    /// The owner.
    pub const OWNER: &str = "owner";
    /// The market contract.
    pub const VENUE: &str = "venue";
    /// The market in it.
    pub const MARKET: &str = "market";
    /// Who sent the message.
    pub const SENDER: &str = "sender";
    /// Who got the shares or the coins.
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
    /// What is stopped now, with commas between.
    pub const STOPPED: &str = "stopped";
    /// The guardian.
    pub const GUARDIAN: &str = "guardian";
    /// The owner to be, or `none`.
    pub const PENDING_OWNER: &str = "pending_owner";
    /// The rule that was due, 1 to 7, or `none`.
    pub const RULE: &str = "rule";
    /// Change of the short: negative sells more.
    pub const DELTA: &str = "delta";
    /// Units of base posted.
    pub const BASE_IN: &str = "base_in";
    /// Units of quote posted.
    pub const QUOTE_IN: &str = "quote_in";
    /// Units of base taken home.
    pub const BASE_OUT: &str = "base_out";
    /// Units of quote taken home.
    pub const QUOTE_OUT: &str = "quote_out";
}
