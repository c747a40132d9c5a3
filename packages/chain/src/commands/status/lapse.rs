//! Whether the market's stored funding rate is stale.
//!
//! Queries show the rate that the market's next message will use. The rate used until then, and when it becomes stale,
//! is only in the market's storage.

use ballast_types::market::{MarketResponse, Reference};
use serde_json::Value;

use super::super::system::System;
use crate::session::Session;
use crate::{Error, Result};

/// When the market's stored reference rate became stale, seconds since 1970; none while it is fresh, if the reference
/// is a constant, or if the market stores it in another form.
///
/// # Errors
/// Those of [`crate::Client::call`] that are not a refusal.
pub fn lapsed_at(session: &Session, system: &System, market: &MarketResponse, now: u64) -> Result<Option<u64>> {
    if matches!(market.reference, Reference::Constant { .. }) {
        return Ok(None);
    }
    match session.client.stored(&system.at.market, key(&market.market)) {
        Ok(state) => Ok(stale_at(&state).filter(|at| *at <= now)),
        Err(Error::Chain(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where the market contract keeps the state of a market: `Map::new("state")`.
fn key(market: &str) -> Vec<u8> {
    [b"\0\x05state".as_slice(), market.as_bytes()].concat()
}

/// `state.books.funding.stale_at`, all of them stored as lists.
fn stale_at(state: &[u8]) -> Option<u64> {
    let state: Value = serde_json::from_slice(state).ok()?;
    state.pointer("/0/11/2")?.as_u64()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use perp_engine::{Books, FundingState};

    use super::*;

    #[test]
    fn it_is_found_in_the_books_as_the_market_stores_them() {
        let funding = FundingState { stale_at: Some(1_577_836_800), accrued_at: 7, ..FundingState::default() };
        let state = |funding| serde_json::to_vec(&(Books { funding, ..Books::default() }, "mark", "pauses")).unwrap();
        assert_eq!(stale_at(&state(funding)), Some(1_577_836_800));
        assert_eq!(stale_at(&state(FundingState { stale_at: None, ..funding })), None);
        assert_eq!(stale_at(b"{}"), None);
        assert_eq!(stale_at(b""), None);
    }

    #[test]
    fn a_market_is_stored_under_its_name_behind_the_maps() {
        let map: cw_storage_plus::Map<&str, String> = cw_storage_plus::Map::new("state");
        assert_eq!(key("atom-usdc"), map.key("atom-usdc").to_vec());
    }
}
