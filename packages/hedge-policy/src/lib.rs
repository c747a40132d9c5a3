//! Pure hedge policy: state and parameters in, the next action out.
//!
//! One function, [`next_action`], is what the vault's `rebalance` does, what its `next_action` query shows and what a
//! stress test assumes. Nothing here reads storage, a clock or a chain: the [`State`] holds all
//! that a decision may depend on.
//!
//! - [`validate`]: parameters within their bounds, and levels that cannot cross;
//! - [`targets`]: leverage levels, forecast and hedge ratio that the policy aims at;
//! - [`next_action`], [`rescue`]: the first rule that applies, and what it asks for: mostly one order at the venue;
//! - [`deposit_order`], [`fill_order`]: the hedge of coins that arrive;
//! - [`nav`], [`hedge_ratio`], [`hedge_state`], [`stress`]: what there is, and what would be;
//! - [`refill`], [`budget_left`], [`scale_spent`], [`carry_spent`]: the budget of keepers' trades;
//! - [`apply`]: the state after a decision;
//! - [`keeps_hedge`], [`lowers_leverage`]: what an order must lead to.
//!
//! The venue's maths are behind one trait, `venue::Venue`. `companion.rs` implements it, and is the only file that knows which
//! venue it is.

mod apply;
mod better;
mod budget;
mod companion;
mod due;
mod error;
mod hedge;
mod held_back;
mod orders;
mod params;
mod plan;
mod rules;
mod state;
mod stress;
mod targets;
mod venue;

pub use apply::apply;
pub use better::{keeps_hedge, lowers_leverage};
pub use budget::{budget_left, carry_spent, refill, scale_spent};
pub use companion::{conversion_gross, most_cost};
pub use due::{Action, Due};
pub use error::{PolicyError, Result};
pub use orders::{deposit_order, fill_order};
pub use params::validate;
pub use rules::{next_action, offered_above, pool_sells_base, rescue};
pub use state::{hedge_ratio, hedge_state, is_lost, nav, nav_at, Auction, Forecast, State, VaultPart, VenuePart};
pub use stress::stress;
pub use targets::targets;
