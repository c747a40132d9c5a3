//! Cancels lapsed requests of liquidity providers: until then their shares reduce the capacity of the vault.

use std::time::Duration;

use ballast_types::market::{ExecuteMsg, PoolRequestEntry, PoolRequestsResponse, PoolResponse, QueryMsg};
use cosmwasm_std::Uint128;

use super::{Keeper, System, Task};
use crate::log::{self, Level};
use crate::pages::{Pages, PAGE};
use crate::{Error, Result};

/// Smaller requests, as a part of all shares, are ignored, so that nobody can make a keeper pay fees for dust.
const MIN_PART: u128 = 10_000;
/// Pause between two checks: there may be many requests, and the hedge comes first.
const PAUSE: Duration = Duration::from_secs(600);

impl Keeper<'_> {
    /// Cancels all lapsed requests that matter, now and then.
    pub(super) fn clear_lapsed(&mut self, system: &System) -> Result<bool> {
        let now = self.start.elapsed();
        if now < self.requests_from {
            return Ok(true);
        }
        self.requests_from = now.saturating_add(PAUSE);
        let lapsed = match self.lapsed(system) {
            Ok(lapsed) => lapsed,
            Err(Error::Chain(text)) => return Ok(self.refused(Task::Look, text)),
            Err(error) => return Err(error),
        };
        let mut clean = true;
        for provider in lapsed {
            clean &= self.clear(system, provider)?;
        }
        Ok(clean)
    }

    fn lapsed(&self, system: &System) -> Result<Vec<String>> {
        let (client, market) = (&self.session.client, &system.config.market);
        let query = QueryMsg::Pool { market: market.clone(), provider: None };
        let pool: PoolResponse = client.query(&system.at.market, &query)?;
        let mut lapsed = vec![];
        let mut pages = Pages::new(client.stop());
        let mut more = !pool.notice.is_zero();
        while more {
            let query =
                QueryMsg::PoolRequests { market: market.clone(), start_after: pages.after(), limit: Some(PAGE) };
            let page: PoolRequestsResponse = client.query(&system.at.market, &query)?;
            lapsed.extend(page.requests.iter().filter(|entry| matters(entry, pool.total_shares)).map(name));
            more = pages.turn(&page.requests, name)?;
        }
        Ok(lapsed)
    }

    fn clear(&mut self, system: &System, provider: String) -> Result<bool> {
        self.session.client.stop().check()?;
        let task = Task::Clear(provider.clone());
        if !self.backoff.allows(&task, self.start.elapsed()) {
            return Ok(false);
        }
        let msg = ExecuteMsg::PoolCancel { market: system.config.market.clone(), provider: Some(provider.clone()) };
        match self.session.client.execute(&self.signer, &[system.market_call(&msg, &[])?]) {
            Ok(sent) => {
                self.backoff.done(&task);
                let fields = [
                    ("provider", provider),
                    ("height", sent.height.to_string()),
                    ("gas", sent.gas_used.to_string()),
                    ("tx", sent.hash),
                ];
                log::line(Level::Info, "lapsed_request_cleared", &fields);
                Ok(true)
            }
            Err(error) => self.failed(task, error),
        }
    }
}

fn name(entry: &PoolRequestEntry) -> String {
    entry.provider.to_string()
}

/// Whether a request has lapsed and is large enough to matter.
fn matters(entry: &PoolRequestEntry, total: Uint128) -> bool {
    entry.lapsed && entry.request.shares >= total.multiply_ratio(1u128, MIN_PART)
}

#[cfg(test)]
mod tests {
    use ballast_types::market::PoolNotice;
    use cosmwasm_std::{Addr, Timestamp};

    use super::*;

    #[test]
    fn a_lapsed_request_matters_from_a_ten_thousandth_of_the_pool_on() {
        let total = Uint128::new(50_000);
        for (shares, lapsed, expected) in [(5, true, true), (4, true, false), (50_000, false, false)] {
            let (from, until) = (Timestamp::from_seconds(1), Timestamp::from_seconds(2));
            let request = PoolNotice { shares: Uint128::new(shares), from, until };
            let entry = PoolRequestEntry { provider: Addr::unchecked("lp"), request, lapsed };
            assert_eq!(matters(&entry, total), expected, "{shares} {lapsed}");
        }
    }
}
