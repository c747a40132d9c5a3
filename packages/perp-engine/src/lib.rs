//! Pure maths of the perpetual market: funding, margin, liquidation, reserve.
//!
//! Nothing here reads storage, a clock or a chain: the contract loads, calls this crate, saves and responds. Previews
//! and stress tests call the same functions.

mod account;
mod added;
mod books;
mod caps;
mod clock;
mod close_at_cap;
mod collateral;
mod entries;
mod error;
mod funding;
mod liquidation;
mod marks;
mod notice;
mod order;
mod params;
mod pauses;
mod payment;
mod pool;
mod position;
mod profit;
mod reserve;
mod settle_loss;
mod views;

pub use added::{Added, Bucket};
pub use ballast_math::Money;
pub use books::{Books, FundingState, Market, Party, Side};
pub use caps::capacity;
pub use clock::{Clocks, FeedClock, Possible};
pub use close_at_cap::{close_at_cap, ClosedAtCap};
pub use collateral::{discount, is_unusual, CollateralMark};
pub use entries::{Entries, Group};
pub use error::{EngineError, Result};
pub use liquidation::{is_liquidatable, liquidate, Liquidated};
pub use marks::{Band, Confidence, Mark, Marks};
pub use notice::Request;
pub use order::{apply, move_margin, Outcome};
pub use params::{fits_feed, update, validate};
pub use pauses::Pauses;
pub use payment::{pay, Payment};
pub use pool::{
    base_for_sale, buy, deposit, value_high, value_low, withdraw, Bought, Deposited, Withdrawn, VIRTUAL_SHARES,
};
pub use position::{liquidation_price, long_cap, measures, measures_at, price_pnl, Direction, Health, Position};
pub use profit::is_at_cap;
pub use reserve::{headroom, reserve, slack};
pub use settle_loss::{SettledLoss, SettledLosses};
pub use views::{funding_at, position_state, withdrawable};
