//! Pure hedge policy: state and parameters in, the next action out.
//!
//! The vault's `rebalance`, its `next_action` query and stress tests all use one function, [`next_action`]. Nothing
//! here reads storage, a clock or a chain: a decision depends only on the [`State`].
//!
//! - [`validate`]: checks parameters against their bounds and each other;
//! - [`targets`]: leverage levels, funding forecast and target hedge ratio;
//! - [`next_action`], [`rescue`]: the first rule that applies, and its action, usually one order at the venue;
//! - [`deposit_order`], [`fill_order`], [`fill_within_share`]: hedges of new coins;
//! - [`nav`], [`hedge_ratio`], [`hedge_state`], [`stress`]: the current state, and scenarios;
//! - [`refill`], [`budget_left`], [`scale_spent`], [`carry_spent`]: the budget of keepers' trades;
//! - [`apply`]: the state after a decision;
//! - [`keeps_hedge`], [`lowers_leverage`]: what an order must achieve.
//!
//! The venue's maths are behind the trait `venue::Venue`. Only `companion.rs`, which implements it, knows which venue
//! it is.

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
mod pricing;
mod rules;
mod state;
mod stress;
mod targets;
mod venue;

pub use apply::apply;
pub use better::{keeps_hedge, lowers_leverage};
pub use budget::{budget_left, carry_spent, refill, scale_spent};
pub use companion::{conversion_gross, max_cost_of};
pub use due::{Action, Due};
pub use error::{PolicyError, Result};
pub use orders::{deposit_order, fill_order, fill_within_share};
pub use params::validate;
pub use pricing::Pricing;
pub use rules::{next_action, offered_above, pool_sells_base, rescue};
pub use state::{hedge_ratio, hedge_state, is_lost, nav, nav_at, Auction, Forecast, State, VaultPart, VenuePart};
pub use stress::stress;
pub use targets::targets;
