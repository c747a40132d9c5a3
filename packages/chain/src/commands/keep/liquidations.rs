//! Positions of the market that anyone may liquidate, for their reward.

use ballast_types::market::{ExecuteMsg, LiquidateResponse, MarketResponse, PositionsResponse, QueryMsg};

use super::reward::{Rate, TooSmall};
use super::{Keeper, System, Task};
use crate::log::{self, Level};
use crate::pages::{Pages, PAGE};
use crate::{Answers, Cost, Error, Result, Sent};

impl Keeper<'_> {
    /// Liquidates all accounts of the market that can be.
    pub(super) fn liquidate(&mut self, system: &System) -> Result<bool> {
        let mut clean = true;
        let mut pages = Pages::new(self.session.client.stop());
        loop {
            let market = system.config.market.clone();
            let query = QueryMsg::Positions { market, start_after: pages.after(), limit: Some(PAGE) };
            let page = self.session.client.query::<PositionsResponse>(&system.at.market, &query);
            let page = page.and_then(|page| {
                let more = pages.turn(&page.positions, |entry| entry.owner.to_string())?;
                Ok((liquidatable(&page), more))
            });
            let (owners, more) = match page {
                Ok(page) => page,
                Err(Error::Chain(text)) => return Ok(self.refused(Task::Look, text)),
                Err(error) => return Err(error),
            };
            for owner in owners {
                if self.enough() {
                    return Ok(clean);
                }
                clean &= self.liquidate_one(system, owner)?;
            }
            if !more {
                return Ok(clean);
            }
        }
    }

    fn liquidate_one(&mut self, system: &System, owner: String) -> Result<bool> {
        self.session.client.stop().check()?;
        let task = Task::Liquidate(owner.clone());
        if !self.backoff.allows(&task, self.start.elapsed()) {
            return Ok(false);
        }
        let msg = ExecuteMsg::Liquidate { market: system.config.market.clone(), owner: owner.clone() };
        let msgs = [system.market_call(&msg, &[])?];
        let (cost, preview) = match self.session.client.try_out(&self.signer, &msgs) {
            Ok(tried) => tried,
            Err(error) => return self.failed(task, error),
        };
        if let Some(too_small) = self.too_small(system, &preview, &cost)? {
            self.leave(system, task, owner, too_small);
            return Ok(true);
        }
        match self.session.client.send(&self.signer, &msgs, &cost) {
            Ok(sent) => {
                self.backoff.done(&task);
                self.liquidated(system, owner, &sent)
            }
            Err(error) => self.failed(task, error),
        }
    }

    /// Counts and logs a liquidation.
    fn liquidated(&mut self, system: &System, owner: String, sent: &Sent) -> Result<bool> {
        {
            let mut metrics = self.metrics.lock();
            metrics.liquidations = metrics.liquidations.saturating_add(1);
        }
        let done: LiquidateResponse = sent.data(0)?;
        let fields = [
            ("owner", owner),
            ("closed", system.units.base(done.closed)),
            ("reward", system.units.purse(done.reward)),
            ("height", sent.height.to_string()),
            ("gas", sent.gas_used.to_string()),
            ("tx", sent.hash.clone()),
        ];
        log::line(Level::Info, "liquidated", &fields);
        Ok(true)
    }

    /// Whether the simulated reward of a liquidation is too small.
    fn too_small(&self, system: &System, preview: &Answers, cost: &Cost) -> Result<Option<TooSmall>> {
        let reward = preview.data::<LiquidateResponse>(0)?.reward;
        let query = QueryMsg::Market { market: system.config.market.clone() };
        let market: MarketResponse = self.session.client.query(&system.at.market, &query)?;
        let rate = Rate { base: market.base, quote: market.quote, price: market.prices.collateral };
        rate.too_small(reward, &cost.fee, self.least).map_err(|error| Error::chain(error.to_string()))
    }

    /// Leaves a liquidation to others for a while, and logs it.
    fn leave(&mut self, system: &System, task: Task, owner: String, TooSmall { worth, least }: TooSmall) {
        let pause = self.backoff.refused(task, self.start.elapsed());
        let fields = [
            ("owner", owner),
            ("reward_worth", system.units.quote(worth)),
            ("min", system.units.quote(least)),
            ("again_in", format!("{}s", pause.as_secs_f64())),
        ];
        log::line(Level::Info, "liquidation_left", &fields);
    }
}

/// Owners of the liquidatable positions of a page.
fn liquidatable(page: &PositionsResponse) -> Vec<String> {
    page.positions.iter().filter(|entry| entry.liquidatable).map(|entry| entry.owner.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use ballast_types::market::{PositionEntry, PositionState};
    use cosmwasm_std::Addr;

    use super::*;

    #[test]
    fn who_can_be_liquidated_is_taken_from_a_page() {
        let page = |liquidatable: &[usize]| {
            let entry = |place: usize| PositionEntry {
                owner: Addr::unchecked(format!("owner{place:02}")),
                position: PositionState::default(),
                margin_ratio: None,
                liquidatable: liquidatable.contains(&place),
                at_cap: false,
            };
            PositionsResponse { positions: (0..4).map(entry).collect() }
        };
        assert_eq!(liquidatable(&page(&[1, 3])), ["owner01", "owner03"]);
        assert!(liquidatable(&page(&[])).is_empty());
    }
}
