//! The states in which the vault meets the attack: near each of its rules.

use ballast_testkit::{decimal, signed, Collateral, Sanity, Setup, Staked, Suite, ATOM, USDC};
use ballast_types::policy::{HedgeAction, Rule};
use ballast_types::Purse;

use super::super::codes;
use super::super::strangers::open;

/// The vault's coins at the start, whole: a million at 10 each.
pub const COINS: u128 = 100_000;
/// The pool's quote at the start, whole: twice the vault.
const POOL: u128 = 2_000_000;

/// Which rule is near, or due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// At its targets.
    Calm,
    /// A loss of 34 % is unsettled, leverage at its target: rule 4 is near.
    Loss,
    /// A loss of 37 % is unsettled, leverage at its target: rule 4 is due.
    LossDue,
    /// A gain of 23 % is unsettled: rule 4 is near.
    Gain,
    /// A gain of 27 % is unsettled: rule 4 is due.
    GainDue,
    /// A loss of 24 % is unsettled, leverage almost at its maximum: rule 3 is near.
    AtMax,
    /// A loss of 26 % is unsettled, leverage above its maximum: rule 3 is due.
    AboveMax,
    /// The hedge ratio is 0.97, the lower end of its band: rule 5 is near.
    HedgeLow,
    /// The hedge ratio is 0.96: rule 5 is due.
    HedgeLowDue,
    /// The hedge ratio is 1.03, the upper end of its band: rule 5 is near.
    HedgeHigh,
    /// The hedge ratio is 1.04: rule 5 is due.
    HedgeHighDue,
    /// Leverage is below its minimum: rule 6 is due.
    LeverageLowDue,
    /// A gain was paid and is on offer: an auction is open at its full bonus.
    AuctionOpen,
    /// A gain was paid: an auction is due.
    AuctionDue,
    /// The vault has paid a loss in coins, which the pool sells.
    PoolBase,
    /// The same coins, unsold for six hours.
    OldPoolBase,
    /// The vault has quote to buy with, and the pool sells coins: rule 7 is due.
    PurchaseDue,
    /// A loss of 39 % is unsettled, leverage almost at the emergency level, because no keeper came for days.
    Neglected,
    /// A loss of 41 % is unsettled, leverage above the emergency level: rule 2 is due.
    EmergencyDue,
    /// The coin has sold for 10 % less than it is redeemed for, for days, and an auction is open at its full bonus.
    Lasting,
}

impl State {
    /// All that keepers let happen, at no lasting discount.
    pub const ALL: [State; 17] = [
        State::Calm,
        State::Loss,
        State::LossDue,
        State::Gain,
        State::GainDue,
        State::AtMax,
        State::AboveMax,
        State::HedgeLow,
        State::HedgeLowDue,
        State::HedgeHigh,
        State::HedgeHighDue,
        State::LeverageLowDue,
        State::AuctionOpen,
        State::AuctionDue,
        State::PoolBase,
        State::OldPoolBase,
        State::PurchaseDue,
    ];

    /// The rule that is due before the push.
    fn due(self) -> Option<Rule> {
        match self {
            State::EmergencyDue => Some(Rule::Emergency),
            State::AboveMax | State::Neglected => Some(Rule::LeverageHigh),
            State::LossDue | State::GainDue => Some(Rule::Settle),
            State::HedgeLowDue | State::HedgeHighDue => Some(Rule::HedgeBand),
            State::LeverageLowDue => Some(Rule::LeverageLow),
            State::AuctionDue | State::PurchaseDue => Some(Rule::IdleQuote),
            State::Calm
            | State::Loss
            | State::Gain
            | State::AtMax
            | State::HedgeLow
            | State::HedgeHigh
            | State::AuctionOpen
            | State::PoolBase
            | State::OldPoolBase
            | State::Lasting => None,
        }
    }
}

/// What the attacker owns before.
#[derive(Clone, Copy, Debug)]
pub struct Owned {
    /// Per cent of the pool.
    pub pool: u128,
    /// Per cent of the vault.
    pub vault: u128,
}

/// Parameters of all scenarios. One publisher moves as many feeds as five, and a price lives for hours, so that a clock
/// does not stop while nobody publishes.
pub fn setup(owned: Owned) -> Setup {
    let mut setup = Setup {
        collateral: Collateral::Staked(Staked::default()),
        publishers: 1,
        pool_quote: POOL * (100 - owned.pool) / 100,
        ..Setup::default()
    };
    setup.price_feed.max_age = 24 * 3600;
    setup.rate_feed.max_age = 24 * 3600;
    setup
}

/// The vault of a million and the pool of two, still at the first price; what the attacker has of the pool can be asked
/// back.
pub fn founded(owned: Owned) -> Suite {
    let mut suite = Suite::with(codes(), setup(owned));
    suite.sanity = Sanity::OnDemand;
    if owned.pool > 0 {
        suite.pool_deposit("attacker", POOL * owned.pool / 100 * USDC).unwrap();
        suite.hours(36);
        suite.hours(36);
    }
    let of_attacker = COINS * owned.vault / 100;
    suite.deposit("alice", (COINS - of_attacker) * ATOM).unwrap();
    if of_attacker > 0 {
        suite.deposit("attacker", of_attacker * ATOM).unwrap();
    }
    suite.hours(1);
    suite
}

/// A day later, at this price, after the keeper came.
pub fn kept_at(suite: &mut Suite, price: &str) {
    unkept_at(suite, price);
    suite.keep(6).unwrap();
}

/// A day later, at this price. The oracle takes it for no jump after a day.
pub fn unkept_at(suite: &mut Suite, price: &str) {
    suite.set_price(signed(price));
    suite.hours(24);
}

/// Half a day later, at this redemption rate, which may grow by 2 % a day; a lower one is confirmed.
fn rate(suite: &mut Suite, rate: &str) {
    suite.set_staked(Staked { rate: decimal(rate), ..Staked::default() });
    suite.hours(12);
    suite.redemption_rate(rate);
}

/// Rebalances once, by this rule.
fn by(suite: &mut Suite, rule: Rule) -> HedgeAction {
    let done = suite.rebalance().unwrap().decision;
    assert_eq!(done.rule, Some(rule), "{done:?}");
    done.action
}

/// A fall that pays the vault quote.
fn earn(suite: &mut Suite) {
    unkept_at(suite, "7.9");
    by(suite, Rule::Settle);
}

/// The same, and the quote has been on offer for six hours.
fn open_auction(suite: &mut Suite) {
    earn(suite);
    let opened = by(suite, Rule::IdleQuote);
    assert!(matches!(opened, HedgeAction::OpenAuction { .. }), "{opened:?}");
    suite.hours(6);
}

/// A discount that has come in days, half a day for each of these, and has stayed for about a week at the last.
pub fn discounted_for_days(suite: &mut Suite, discounts: &[&str]) {
    let stays = discounts.last().into_iter().cycle().take(11);
    for discount in discounts.iter().chain(stays) {
        suite.set_staked(Staked { discount: decimal(discount), ..Staked::default() });
        for _ in 0..12 {
            suite.hours(1);
            // Only a message makes the market look at the price, and of a longer time it counts an hour.
            suite.adjust_nothing("keeper");
        }
        suite.keep(6).unwrap();
    }
}

/// A rise after which the vault has paid its loss in coins.
fn pay_a_loss(suite: &mut Suite) {
    kept_at(suite, "13");
    kept_at(suite, "15.6");
    assert!(!suite.solvency().pool.base.is_zero());
}

/// A system in this state, with a long and a short of strangers, both with staked margin.
pub fn in_state(state: State, owned: Owned) -> Suite {
    let mut suite = founded(owned);
    bring_into(&mut suite, state);
    assert_eq!(suite.next_action().rule, state.due(), "{state:?}");
    crowd(&mut suite);
    suite
}

fn bring_into(suite: &mut Suite, state: State) {
    let kept = |suite: &mut Suite, prices: &[&str]| prices.iter().for_each(|price| kept_at(suite, price));
    let unkept = |suite: &mut Suite, prices: &[&str]| prices.iter().for_each(|price| unkept_at(suite, price));
    let rates = |suite: &mut Suite, steps: &[&str]| steps.iter().for_each(|step| rate(suite, step));
    match state {
        State::Calm => {}
        State::Loss => kept(suite, &["11.2", "12.5", "13.8", "15.15"]),
        State::LossDue => {
            kept(suite, &["11.2", "12.5", "13.8", "15.15"]);
            unkept_at(suite, "15.9");
        }
        State::Gain => kept(suite, &["9", "8.1"]),
        State::GainDue => unkept_at(suite, "7.9"),
        State::AtMax => unkept_at(suite, "13.1"),
        State::AboveMax => unkept_at(suite, "13.6"),
        State::HedgeLow => rates(suite, &["1.01", "1.02", "1.029"]),
        State::HedgeLowDue => rates(suite, &["1.01", "1.02", "1.03", "1.04"]),
        State::HedgeHigh => rates(suite, &["0.991", "0.982", "0.973"]),
        State::HedgeHighDue => rates(suite, &["0.991", "0.982", "0.973", "0.964"]),
        State::LeverageLowDue => {
            // The margin of 13.3 leaves much more equity at 8.8.
            kept(suite, &["11.5", "13.3"]);
            unkept(suite, &["11", "8.8"]);
        }
        State::AuctionDue => earn(suite),
        State::AuctionOpen => open_auction(suite),
        State::PoolBase => pay_a_loss(suite),
        State::OldPoolBase => {
            pay_a_loss(suite);
            suite.hours(6);
        }
        State::PurchaseDue => {
            pay_a_loss(suite);
            unkept_at(suite, "12");
            by(suite, Rule::Settle);
        }
        State::Neglected => unkept(suite, &["12.5", "15", "16.4"]),
        State::EmergencyDue => unkept(suite, &["12.5", "15", "16.9"]),
        State::Lasting => {
            discounted_for_days(suite, &["0.03", "0.06", "0.09", "0.1"]);
            open_auction(suite);
        }
    }
}

/// A long of about 300,000 and a short of 100,000, with coins of 60 % of that as margin.
fn crowd(suite: &mut Suite) {
    let price: f64 = suite.last_price().to_string().parse().unwrap();
    let coins = |value: f64| (value / price * 1e6) as u128;
    let margin = |value: f64| Purse::base(coins(0.6 * value).into());
    open(suite, "bull", coins(300_000.0) as i128, margin(300_000.0));
    open(suite, "bear", -(coins(100_000.0) as i128), margin(100_000.0));
}
