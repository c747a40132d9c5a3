//! What users do at random. Coins are minted for each message and burned again if it is refused.

use ballast_testkit::{Suite, ATOM, MARKET, USDC};
use ballast_types::market::{ExecuteMsg as MarketMsg, MarginOut, OrderSize, Part, Settle};
use ballast_types::vault::{ExecuteMsg as VaultMsg, ExtensionExecuteMsg};
use ballast_types::Purse;
use cosmwasm_std::{Coin, Uint128};
use proptest::prelude::*;

use crate::scenarios::strangers::{close, order, take_home};

/// One message, or what happens between messages. Users are numbers, amounts thousandths of whole coins.
#[derive(Clone, Debug)]
pub enum Deed {
    Order {
        who: usize,
        size: i64,
        settle: Settle,
        funds: (u32, u32),
    },
    Leave {
        who: usize,
        percent: u8,
    },
    TakeHome {
        who: usize,
        percent: u8,
    },
    Liquidate {
        who: usize,
        owner: usize,
    },
    CloseAtCap {
        who: usize,
        owner: usize,
    },
    SettleLoss {
        who: usize,
        owner: usize,
    },
    PoolDeposit {
        who: usize,
        amount: u32,
    },
    PoolRequest {
        who: usize,
        percent: u8,
    },
    PoolCancel {
        who: usize,
    },
    PoolWithdraw {
        who: usize,
    },
    /// A request, the notice, and the withdrawal.
    PoolLeave {
        who: usize,
        percent: u8,
    },
    BuyBase {
        who: usize,
        amount: u32,
    },
    Deposit {
        who: usize,
        amount: u32,
    },
    Redeem {
        who: usize,
        percent: u8,
    },
    Transfer {
        who: usize,
        to: usize,
        percent: u8,
    },
    Rebalance {
        who: usize,
    },
    SellBase {
        who: usize,
        amount: u32,
    },
    Wait {
        seconds: u32,
    },
    Move {
        percent: u32,
    },
}

/// What users do in the market at one price; `owners` is the number of accounts that they try to liquidate.
pub fn in_the_market(users: usize, owners: usize) -> impl Strategy<Value = Deed> {
    let (who, owner) = (0..users, 0..owners);
    let settle = prop::sample::select(vec![Settle::No, Settle::IfReserved, Settle::Required]);
    let order = (who.clone(), -4_000_000i64..=4_000_000, settle, (0u32..300_000, 0u32..9_000_000))
        .prop_map(|(who, size, settle, funds)| Deed::Order { who, size, settle, funds });
    let pair = (who.clone(), owner);
    let part = (who.clone(), 1u8..=100);
    prop_oneof![
        8 => order,
        3 => part.clone().prop_map(|(who, percent)| Deed::Leave { who, percent }),
        1 => part.clone().prop_map(|(who, percent)| Deed::TakeHome { who, percent }),
        2 => pair.clone().prop_map(|(who, owner)| Deed::Liquidate { who, owner }),
        1 => pair.clone().prop_map(|(who, owner)| Deed::CloseAtCap { who, owner }),
        1 => pair.prop_map(|(who, owner)| Deed::SettleLoss { who, owner }),
        2 => (who.clone(), 1u32..=500_000_000).prop_map(|(who, amount)| Deed::PoolDeposit { who, amount }),
        1 => part.clone().prop_map(|(who, percent)| Deed::PoolRequest { who, percent }),
        1 => who.clone().prop_map(|who| Deed::PoolCancel { who }),
        1 => who.clone().prop_map(|who| Deed::PoolWithdraw { who }),
        2 => part.prop_map(|(who, percent)| Deed::PoolLeave { who, percent }),
        3 => (who, 1u32..=3_000_000).prop_map(|(who, amount)| Deed::BuyBase { who, amount }),
        3 => wait(),
    ]
}

/// What users do with the vault.
pub fn in_the_vault(users: usize) -> impl Strategy<Value = Deed> {
    let who = 0..users;
    let part = (who.clone(), 1u8..=100);
    prop_oneof![
        3 => (who.clone(), 1u32..=2_000_000).prop_map(|(who, amount)| Deed::Deposit { who, amount }),
        3 => part.clone().prop_map(|(who, percent)| Deed::Redeem { who, percent }),
        1 => (part, 0..users).prop_map(|((who, percent), to)| Deed::Transfer { who, to, percent }),
        3 => who.clone().prop_map(|who| Deed::Rebalance { who }),
        3 => (who, 1u32..=100_000).prop_map(|(who, amount)| Deed::SellBase { who, amount }),
        2 => wait(),
    ]
}

pub fn wait() -> impl Strategy<Value = Deed> {
    prop_oneof![1u32..=60, 60u32..=12 * 3600, 24 * 3600u32..=36 * 3600].prop_map(|seconds| Deed::Wait { seconds })
}

/// A price that moves by up to a fifth, or now and then to between a half and the double.
pub fn moves() -> impl Strategy<Value = Deed> {
    prop_oneof![4 => 82u32..=122, 1 => 50u32..=220].prop_map(|percent| Deed::Move { percent })
}

impl Deed {
    /// Does it, as far as it is allowed.
    pub fn done_by(&self, suite: &mut Suite, users: &[&str]) {
        let user = |who: &usize| users[*who];
        match self {
            Deed::Wait { seconds } => super::wait(suite, (*seconds).into()),
            Deed::Move { percent } => {
                let price: f64 = suite.last_price().to_string().parse().unwrap();
                let moved = price * f64::from(*percent) / 100.0;
                suite.advance(3600);
                suite.jump(&format!("{:.6}", moved.clamp(0.01, 10_000.0)));
            }
            Deed::Deposit { who, amount } => drop(suite.deposit(user(who), thousandths(*amount, ATOM))),
            Deed::Redeem { who, percent } => {
                let shares = suite.shares(user(who)).multiply_ratio(*percent, 100u8);
                drop(suite.redeem(user(who), shares));
            }
            Deed::Transfer { who, to, percent } => {
                let amount = suite.shares(user(who)).multiply_ratio(*percent, 100u8);
                let recipient = suite.account(user(to)).to_string();
                let (msg, vault) = (VaultMsg::Transfer { recipient, amount }, suite.vault.clone());
                drop(suite.exec(user(who), &vault, &msg, &[]));
            }
            Deed::Rebalance { who } => {
                let msg = VaultMsg::VaultExtension(ExtensionExecuteMsg::Rebalance {});
                let vault = suite.vault.clone();
                drop(suite.exec(user(who), &vault, &msg, &[]));
            }
            Deed::SellBase { who, amount } => drop(suite.sell_base(user(who), thousandths(*amount, ATOM), 0)),
            Deed::BuyBase { who, amount } => drop(suite.buy_base(user(who), thousandths(*amount, USDC))),
            Deed::Order { .. } | Deed::Leave { .. } | Deed::TakeHome { .. } => self.ordered(suite, users),
            Deed::Liquidate { who, owner } => {
                let owner = owner_of(suite, users, *owner);
                drop(suite.liquidate(user(who), &owner));
            }
            Deed::CloseAtCap { who, owner } => {
                let owner = owner_of(suite, users, *owner).to_string();
                let msg = MarketMsg::CloseAtCap { market: MARKET.into(), owner };
                to_market(suite, user(who), &msg);
            }
            Deed::SettleLoss { who, owner } => {
                let owners = vec![owner_of(suite, users, *owner).to_string()];
                to_market(suite, user(who), &MarketMsg::SettleLoss { market: MARKET.into(), owners });
            }
            Deed::PoolDeposit { .. }
            | Deed::PoolRequest { .. }
            | Deed::PoolCancel { .. }
            | Deed::PoolWithdraw { .. }
            | Deed::PoolLeave { .. } => self.provided(suite, users),
        }
    }

    fn ordered(&self, suite: &mut Suite, users: &[&str]) {
        let (who, order, funds) = match self {
            Deed::Order { who, size, settle, funds } => {
                let funds = Purse::new(thousandths(funds.0, ATOM).into(), thousandths(funds.1, USDC).into());
                let size = i128::from(*size) * ATOM as i128 / 1_000;
                (who, ballast_types::market::Adjust { settle: *settle, ..order(size) }, funds)
            }
            Deed::Leave { who, percent } => {
                let part = Part { numerator: Uint128::from(*percent), denominator: Uint128::new(100) };
                let order = ballast_types::market::Adjust {
                    size: OrderSize::Part(part),
                    margin_out: MarginOut::Part,
                    ..order(0)
                };
                (who, order, Purse::EMPTY)
            }
            Deed::TakeHome { who, percent } => {
                let most = suite.position(&suite.account(users[*who])).withdrawable;
                let part = Uint128::from(*percent);
                let base = most.portion_floor(part, Uint128::new(100)).unwrap();
                (who, take_home(Purse::base(base.base)), Purse::EMPTY)
            }
            _ => unreachable!("an order"),
        };
        let funds = coins(suite, funds);
        drop(suite.adjust(users[*who], order, &funds));
    }

    fn provided(&self, suite: &mut Suite, users: &[&str]) {
        match self {
            Deed::PoolDeposit { who, amount } => drop(suite.pool_deposit(users[*who], thousandths(*amount, USDC))),
            Deed::PoolRequest { who, percent } => {
                let shares = suite.pool(users[*who]).shares.multiply_ratio(*percent, 100u8);
                drop(suite.pool_request(users[*who], shares));
            }
            Deed::PoolCancel { who } => {
                to_market(suite, users[*who], &MarketMsg::PoolCancel { market: MARKET.into(), provider: None });
            }
            Deed::PoolWithdraw { who } => withdraw(suite, users[*who]),
            Deed::PoolLeave { who, percent } => {
                Deed::PoolRequest { who: *who, percent: *percent }.provided(suite, users);
                super::wait(suite, 25 * 3600);
                withdraw(suite, users[*who]);
            }
            _ => unreachable!("a provider's message"),
        }
    }
}

/// Withdraws all of an open request, if it is due.
pub fn withdraw(suite: &mut Suite, who: &str) {
    to_market(suite, who, &MarketMsg::PoolWithdraw { market: MARKET.into(), shares: None, min_paid: None });
}

/// Sends a message without coins, which may be refused.
pub fn to_market(suite: &mut Suite, who: &str, msg: &MarketMsg) {
    let market = suite.market.clone();
    drop(suite.exec(who, &market, msg, &[]));
}

/// Closes a position and takes all of its margin home, or says why not.
pub fn leave_market(suite: &mut Suite, who: &str) -> Result<(), String> {
    let position = suite.position(&suite.account(who)).position;
    if position.size.is_zero() && position.margin.is_empty() {
        return Ok(());
    }
    let order = if position.size.is_zero() { take_home(position.margin) } else { close() };
    suite.adjust(who, order, &[]).map(drop).map_err(|refused| refused.0)
}

/// The account of a user, or the vault after the last of them.
fn owner_of(suite: &Suite, users: &[&str], owner: usize) -> cosmwasm_std::Addr {
    users.get(owner).map_or_else(|| suite.vault.clone(), |name| suite.account(name))
}

fn coins(suite: &Suite, purse: Purse) -> Vec<Coin> {
    purse.coins(&suite.setup.base.denom, &suite.setup.quote.denom)
}

fn thousandths(amount: u32, whole: u128) -> u128 {
    u128::from(amount) * whole / 1_000
}
