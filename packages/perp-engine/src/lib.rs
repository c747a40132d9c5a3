//! Pure maths of the perpetual market: funding, margin, liquidation, reserve (DESIGN section 4).
//!
//! Nothing here reads storage, a clock or a chain. The contract loads, asks this crate, saves and answers; previews and
//! stress tests call the same functions.

mod error;
mod marks;
mod position;

pub use error::{EngineError, EngineResult};
pub use marks::{Mark, Marks};
pub use position::{liquidation_price, long_cap, measures, measures_at, price_pnl, Direction, Health, Position};
