//! Somebody who moves what the staked coin sells for, for an hour, and takes what that offers.

use ballast_testkit::{
    decimal, published, signed, Staked, Suite, ATOM, MARKET, PRICE_FEED, RATE_FEED, STAKED_FEED, USDC,
};
use ballast_tests::number;
use ballast_types::market::ExecuteMsg;
use ballast_types::Purse;
use cosmwasm_std::Uint128;

use super::super::strangers::{close, open, order};
use super::wealth::{minted, positions, Wealth, WHOLE};

/// The attacker's accounts.
pub const ATTACKER: [&str; 2] = ["attacker", "attacker 2"];
const STRANGERS: [&str; 3] = ["bull", "bull 2", "bear"];

/// What the attacker does besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Deposits while it lasts, and redeems afterwards.
    Deposit,
    /// Redeems half when it begins, and deposits as many coins afterwards.
    Redeem,
    /// Buys the pool's base when that is cheapest, in the last minute, if it is cheaper than true.
    Buy,
    /// Sells to the vault's auction when that pays more than true.
    Sell,
    /// Liquidates, settles losses and closes longs at their cap.
    Liquidate,
    /// Pays into the pool while it lasts, and takes out of it what was asked for a day before.
    Pool,
    /// Has a long with margin in base and a short with margin in quote, and trades both.
    Trade,
}

impl Act {
    pub const ALL: [Act; 7] = [Act::Deposit, Act::Redeem, Act::Buy, Act::Sell, Act::Liquidate, Act::Pool, Act::Trade];
}

/// What is done to the market of the staked coin, minute by minute, for an hour.
#[derive(Clone, Copy, Debug)]
pub struct Push {
    /// How much less than what it is redeemed for it sells for at the start; more, if below zero.
    pub discount: &'static str,
    /// The same from the 30th minute on.
    pub later: &'static str,
    /// The same in every other minute.
    pub between: Option<&'static str>,
    /// Whether keepers come.
    pub kept: bool,
    /// Minutes between visits.
    pub step: u64,
}

/// The push that the bound is about.
pub const FALL: Push = Push { discount: "0.3", later: "0.3", between: None, kept: true, step: 1 };

/// An attack on a system.
pub struct Attack<'a> {
    suite: &'a mut Suite,
    /// What the coin is really worth.
    truth: f64,
    acts: &'a [Act],
    pushed: bool,
    /// Whether this is the last minute.
    last: bool,
    deposited: u32,
    redeemed: bool,
    withdrawn: bool,
    paid_in: bool,
    done: Vec<Act>,
}

/// What everybody gained when it is over, the true price being what it was, and which acts were possible.
pub fn attack(suite: &mut Suite, push: Push, acts: &[Act]) -> (Wealth, Vec<Act>) {
    let truth = number(suite.last_collateral());
    let home = suite.staked().unwrap().discount.to_string();
    let before = Wealth::of(suite, truth, &ATTACKER, &STRANGERS);
    let brought = minted(suite, truth);
    let mut attack = Attack {
        suite,
        truth,
        acts,
        pushed: false,
        last: false,
        deposited: 0,
        redeemed: false,
        withdrawn: false,
        paid_in: false,
        done: vec![],
    };
    attack.prepare();
    attack.pushed = true;
    attack.sells_at(push.discount, push);
    let mut minute = 0;
    while minute < 60 {
        minute += push.step;
        let usual = if minute < 30 { push.discount } else { push.later };
        let now = push.between.filter(|_| minute / push.step % 2 == 1).unwrap_or(usual);
        attack.suite.advance(60 * push.step);
        attack.last = minute == 60;
        attack.sells_at(now, push);
    }
    attack.pushed = false;
    attack.sells_at(&home, push);
    attack.leave();
    let done = std::mem::take(&mut attack.done);
    attack.suite.keep(6).unwrap();
    attack.suite.check();
    let mut gained = Wealth::of(suite, truth, &ATTACKER, &STRANGERS).less(before);
    gained.attacker -= minted(suite, truth) - brought;
    (gained, done)
}

impl Attack<'_> {
    /// Publishes what the coin sells for, twice if that is held back; the attacker is first each time.
    fn sells_at(&mut self, discount: &str, push: Push) {
        let staked = self.suite.staked().unwrap();
        self.suite.set_staked(match discount.strip_prefix('-') {
            // It sells for more than it is redeemed for.
            Some(_) => Staked { discount: decimal("0"), ..staked },
            None => Staked { discount: decimal(discount), ..staked },
        });
        let premium = discount.strip_prefix('-').map(|premium| 1.0 + premium.parse::<f64>().unwrap());
        for _ in 0..2 {
            self.suite.advance(5);
            self.publish(premium);
            self.act();
            if push.kept {
                self.suite.keep(6).unwrap();
            }
            if !self.is_held_back() {
                return;
            }
            self.suite.advance(self.suite.setup.price_feed.confirm_after + 1);
        }
        assert!(!self.is_held_back(), "it was published again when it could be confirmed");
    }

    fn publish(&mut self, premium: Option<f64>) {
        let Some(premium) = premium else { return self.suite.publish().unwrap() };
        let price = format!("{:.6}", number(self.suite.last_price()) * premium);
        let values = [
            (PRICE_FEED, self.suite.last_price()),
            (RATE_FEED, self.suite.last_reference()),
            (STAKED_FEED, signed(&price)),
        ];
        self.suite.publish_values(values.map(|(feed, value)| published(feed, value)).to_vec()).unwrap();
        self.suite.observe().unwrap();
    }

    fn is_held_back(&self) -> bool {
        let prices = self.suite.market_state().prices;
        prices.collateral_range.is_some_and(|range| range.held_back.is_some())
    }

    fn does(&self, act: Act) -> bool {
        self.acts.contains(&act)
    }

    fn prepare(&mut self) {
        if self.does(Act::Pool) {
            let pool = self.suite.pool("attacker");
            // Shares under notice count as gone: with all of them there would be no room for anybody's positions.
            let shares = pool.shares.min(pool.total_shares / Uint128::new(10));
            if !shares.is_zero() {
                self.suite.pool_request("attacker", shares).unwrap();
                self.suite.hours(25);
            }
        }
        if self.does(Act::Trade) {
            let size = (50_000.0 / self.truth * WHOLE) as i128;
            let margin = (30_000.0 / self.truth * WHOLE) as u128;
            open(self.suite, ATTACKER[0], size, Purse::base(margin.into()));
            open(self.suite, ATTACKER[1], -size, Purse::quote((30_000 * USDC).into()));
        }
    }

    /// What can be done at this price; what is refused is no gain.
    fn act(&mut self) {
        // The market looks at prices only when it gets a message, and the mean discount counts what it sees.
        self.suite.adjust_nothing(ATTACKER[0]);
        let acts = self.acts;
        for act in acts {
            let done = match act {
                Act::Buy => (self.last || !self.pushed) && self.buy(),
                Act::Sell => self.sell(),
                Act::Liquidate => self.liquidate(),
                _ if !self.pushed => false,
                Act::Deposit => self.deposit(),
                Act::Redeem => self.redeem(),
                Act::Pool => self.flows(),
                Act::Trade => self.trade(),
            };
            if done && !self.done.contains(act) {
                self.done.push(*act);
            }
        }
    }

    fn deposit(&mut self) -> bool {
        let done = self.deposited < 5 && self.suite.deposit("attacker", 10_000 * ATOM).is_ok();
        self.deposited += u32::from(done);
        done
    }

    fn redeem(&mut self) -> bool {
        let half = self.suite.shares("attacker") / Uint128::new(2);
        let done = !self.redeemed && self.suite.redeem("attacker", half).is_ok();
        self.redeemed |= done;
        done
    }

    /// A tenth more of the short, and a tenth less of the long.
    fn trade(&mut self) -> bool {
        let size = (5_000.0 / self.truth * WHOLE) as i128;
        ATTACKER.iter().filter(|name| self.suite.adjust(name, order(-size), &[]).is_ok()).count() > 0
    }

    fn buy(&mut self) -> bool {
        let offer = self.suite.pool("attacker").base_for_sale;
        let price = number(offer.price);
        let paid = (price * offer.amount.u128() as f64) as u128 + 1;
        !offer.amount.is_zero() && price < self.truth && self.suite.buy_base("attacker", paid).is_ok()
    }

    fn sell(&mut self) -> bool {
        let offer = self.suite.auction();
        number(offer.price) > self.truth
            && !offer.base.is_zero()
            && self.suite.sell_base("attacker", offer.base.u128(), 1).is_ok()
    }

    fn liquidate(&mut self) -> bool {
        let market = self.suite.market.clone();
        let mut done = false;
        for entry in positions(self.suite) {
            let name = MARKET.to_owned();
            done |= if entry.liquidatable {
                self.suite.liquidate("attacker", &entry.owner).is_ok()
            } else if entry.at_cap {
                let msg = ExecuteMsg::CloseAtCap { market: name, owner: entry.owner.to_string() };
                self.suite.exec("attacker", &market, &msg, &[]).is_ok()
            } else {
                let msg = ExecuteMsg::SettleLoss { market: name, owners: vec![entry.owner.to_string()] };
                self.suite.exec("attacker", &market, &msg, &[]).is_ok()
            };
        }
        done
    }

    fn flows(&mut self) -> bool {
        let asked = self.suite.pool("attacker").request;
        let shares = asked.map_or(Uint128::zero(), |asked| asked.shares);
        for part in [1u128, 2, 10] {
            let out = !self.withdrawn && self.suite.pool_withdraw("attacker", shares / Uint128::new(part)).is_ok();
            self.withdrawn |= out;
        }
        self.paid_in |= !self.paid_in && self.suite.pool_deposit(ATTACKER[1], 200_000 * USDC).is_ok();
        self.paid_in || self.withdrawn
    }

    /// Back to coins, at the true prices.
    fn leave(&mut self) {
        if self.redeemed {
            let coins = self.suite.coins("attacker").base.u128();
            let _ = self.suite.deposit("attacker", coins.max(1));
        } else if self.deposited > 0 {
            self.suite.redeem_all("attacker").unwrap();
        }
        if self.does(Act::Trade) {
            for name in ATTACKER {
                let account = self.suite.account(name);
                if !self.suite.position(&account).position.size.is_zero() {
                    self.suite.adjust(name, close(), &[]).unwrap();
                }
            }
        }
    }
}
