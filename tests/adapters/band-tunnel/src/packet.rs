//! What a tunnel sends.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Int64, Timestamp, Uint64};

use crate::{ContractError, Kept};

/// Prices of one moment.
#[cw_serde]
pub struct Packet {
    /// The tunnel that sends it.
    pub tunnel_id: Uint64,
    /// Its number in the tunnel.
    pub sequence: Uint64,
    /// Those that have changed enough to be sent.
    pub prices: Vec<SignalPrice>,
    /// When it was made, seconds since 1970.
    pub created_at: Int64,
}

/// The price of a signal.
#[cw_serde]
pub struct SignalPrice {
    /// Name of the signal.
    pub signal_id: String,
    /// Whether there is a price.
    pub status: String,
    /// With 9 decimals; zero without a price.
    pub price: Uint64,
    /// When it was observed, seconds since 1970.
    pub timestamp: Int64,
}

const AVAILABLE: &str = "PRICE_STATUS_AVAILABLE";
const NANOS: u64 = 1_000_000_000;

impl Packet {
    /// The price of this signal.
    ///
    /// # Errors
    /// [`ContractError::NoPrice`] where there is none, or none with a time.
    pub fn price(&self, signal_id: &str) -> Result<Kept, ContractError> {
        let available = |price: &&SignalPrice| price.signal_id == signal_id && price.status == AVAILABLE;
        let found = self.prices.iter().find(available).and_then(|found| {
            let seconds = u64::try_from(found.timestamp.i64()).ok()?;
            Some(Kept { price: found.price, time: Timestamp::from_nanos(seconds.checked_mul(NANOS)?) })
        });
        let priced = found.filter(|kept| !kept.price.is_zero());
        priced.ok_or_else(|| ContractError::NoPrice { signal_id: signal_id.to_owned() })
    }
}
