//! Owner, guardian and keepers can change how coins are traded, but not send them anywhere. What the price is, is the
//! publishers' to say: whoever replaces them can trade at any price.

use ballast_testkit::{Sanity, Suite, ATOM, MARKET, USDC};
use ballast_tests::number;
use ballast_types::market::{ExecuteMsg as MarketMsg, MarketAction, MarketParams};
use ballast_types::policy::PolicyParams;
use ballast_types::vault::{
    ConfigResponse, ExecuteMsg as VaultMsg, ExtensionExecuteMsg, ExtensionQueryMsg, VaultAction,
};
use ballast_types::Purse;
use cosmwasm_std::Decimal256;
use proptest::prelude::*;

use super::deeds::{moves, to_market, wait, Deed};
use super::{minted_in, setup, value, ACTIONS, CASES};
use crate::codes;
use crate::scenarios::strangers::open;

/// The first two act; after the last comes the vault.
const USERS: [&str; 4] = ["keeper", "liquidator", "bull", "bear"];
const VAULT: usize = USERS.len();

/// What owner or guardian say.
#[derive(Clone, Debug)]
enum Decree {
    Policy { parameter: u8, permille: u64 },
    DepositCap { dollars: Option<u32> },
    PauseVault { action: VaultAction },
    ResumeVault { action: VaultAction },
    Guardian { who: &'static str },
    Params { parameter: u8, permille: u64 },
    PauseMarket { action: MarketAction },
    ResumeMarket { action: MarketAction },
    Hedger { who: Option<&'static str> },
}

#[derive(Clone, Debug)]
enum Step {
    Decree { by: &'static str, what: Decree },
    Deed(Deed),
}

fn decrees() -> impl Strategy<Value = Decree> {
    let market = prop::sample::select(ACTIONS.to_vec());
    let vault = prop::sample::select(vec![VaultAction::Deposit, VaultAction::Rebalance]);
    let number = (0u8..6, 0u64..=50);
    prop_oneof![
        3 => number.clone().prop_map(|(parameter, permille)| Decree::Policy { parameter, permille }),
        1 => prop::option::of(0u32..100_000).prop_map(|dollars| Decree::DepositCap { dollars }),
        1 => vault.clone().prop_map(|action| Decree::PauseVault { action }),
        2 => vault.prop_map(|action| Decree::ResumeVault { action }),
        1 => prop::sample::select(vec!["guardian", "keeper", "owner"]).prop_map(|who| Decree::Guardian { who }),
        3 => number.prop_map(|(parameter, permille)| Decree::Params { parameter, permille }),
        1 => market.clone().prop_map(|action| Decree::PauseMarket { action }),
        2 => market.prop_map(|action| Decree::ResumeMarket { action }),
        1 => prop::sample::select(vec![None, Some("owner"), Some("bull")]).prop_map(|who| Decree::Hedger { who }),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    let decree = (prop::sample::select(vec!["owner", "guardian"]), decrees());
    let (who, owner) = (0..2usize, 2..=VAULT);
    let both = (who.clone(), owner);
    let deed = prop_oneof![
        3 => who.clone().prop_map(|who| Deed::Rebalance { who }),
        2 => (who.clone(), 1u32..=200_000).prop_map(|(who, amount)| Deed::SellBase { who, amount }),
        1 => (who, 1u32..=3_000_000).prop_map(|(who, amount)| Deed::BuyBase { who, amount }),
        4 => both.clone().prop_map(|(who, owner)| Deed::Liquidate { who, owner }),
        1 => both.clone().prop_map(|(who, owner)| Deed::CloseAtCap { who, owner }),
        1 => both.prop_map(|(who, owner)| Deed::SettleLoss { who, owner }),
        3 => moves(),
        2 => wait(),
    ];
    prop_oneof![decree.prop_map(|(by, what)| Step::Decree { by, what }), deed.prop_map(Step::Deed),]
}

impl Decree {
    fn said_by(&self, suite: &mut Suite, by: &str) {
        let market = MARKET.to_owned();
        let address = |who: &str| suite.account(who).to_string();
        let to_vault = match self {
            Decree::Policy { parameter, permille } => {
                ExtensionExecuteMsg::UpdatePolicy { policy: policy(suite, *parameter, *permille) }
            }
            Decree::DepositCap { dollars } => ExtensionExecuteMsg::SetDepositCap {
                deposit_cap: dollars.map(|dollars| (u128::from(dollars) * USDC).into()),
            },
            Decree::PauseVault { action } => ExtensionExecuteMsg::Pause { actions: vec![*action] },
            Decree::ResumeVault { action } => ExtensionExecuteMsg::Resume { actions: vec![*action] },
            Decree::Guardian { who } => ExtensionExecuteMsg::SetGuardian { guardian: address(who) },
            Decree::Params { parameter, permille } => {
                let params = params(suite, *parameter, *permille);
                return to_market(suite, by, &MarketMsg::UpdateParams { market, params });
            }
            Decree::PauseMarket { action } => {
                return to_market(suite, by, &MarketMsg::Pause { market, actions: vec![*action] });
            }
            Decree::ResumeMarket { action } => {
                return to_market(suite, by, &MarketMsg::Resume { market, actions: vec![*action] });
            }
            Decree::Hedger { who } => {
                let hedger = who.map(address).or(Some(suite.vault.to_string()));
                return to_market(suite, by, &MarketMsg::SetHedger { market, hedger });
            }
        };
        let vault = suite.vault.clone();
        drop(suite.exec(by, &vault, &VaultMsg::VaultExtension(to_vault), &[]));
    }
}

fn policy(suite: &Suite, parameter: u8, permille: u64) -> PolicyParams {
    let mut policy = config(suite).policy;
    let ratio = Decimal256::permille(permille);
    match parameter {
        0 => policy.auction_bonus = ratio,
        1 => policy.hedge_min = Decimal256::percent(50 + permille),
        2 => policy.max_cost = ratio,
        3 => policy.quote_buffer = ratio,
        4 => policy.cost_budget = ratio,
        _ => policy.target_divisor = Decimal256::percent(120 + 5 * permille),
    }
    policy
}

fn params(suite: &Suite, parameter: u8, permille: u64) -> MarketParams {
    let mut params = suite.market_state().params;
    let ratio = Decimal256::permille(permille);
    match parameter {
        0 => params.taker_fee = ratio,
        1 => params.liquidation_fee = ratio,
        2 => params.base_discount = ratio,
        3 => params.conversion_charge = ratio,
        4 => params.min_spread = ratio,
        _ => params.base_discount_time = 3600 * (1 + permille),
    }
    params
}

fn config(suite: &Suite) -> ConfigResponse {
    suite.ask_extension(ExtensionQueryMsg::Config {}).unwrap()
}

/// A vault of two, a long and a short with little margin.
fn stage() -> Suite {
    let mut suite = Suite::with(codes(), setup());
    suite.sanity = Sanity::OnDemand;
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    suite.deposit("bob", 500 * ATOM).unwrap();
    open(&mut suite, "bull", 300 * ATOM as i128, Purse::quote((600 * USDC).into()));
    open(&mut suite, "bear", -300 * ATOM as i128, Purse::base((80 * ATOM).into()));
    suite
}

/// Coins of vault and market together.
fn held(suite: &Suite) -> Purse {
    suite.purse_of(&suite.vault).plus(suite.purse_of(&suite.market)).unwrap()
}

/// What whoever acts may earn with it: for a fill the bonus, for base of the pool its discount, for a liquidation half of
/// the fee; all others nothing. By the parameters that were in force.
fn earned_at_most(suite: &Suite, before: Purse, step: &Step, rates: [f64; 3], closed: f64) -> f64 {
    let after = held(suite);
    let base = |purse: Purse| value(suite, Purse::base(purse.base));
    let [bonus, discount, fee] = rates;
    match step {
        Step::Deed(Deed::SellBase { .. }) => (base(after) - base(before)) * bonus,
        Step::Deed(Deed::BuyBase { .. }) => (base(before) - base(after)) * discount,
        Step::Deed(Deed::Liquidate { .. }) => closed * fee / 2.0,
        _ => 0.0,
    }
}

/// Value of all sizes in the market.
fn sizes(suite: &Suite) -> f64 {
    let state = suite.market_state();
    value(suite, Purse::base(state.long.size + state.short.size))
}

/// Coins of everybody who acts.
fn of_actors(suite: &Suite) -> Purse {
    ["owner", "guardian", "keeper", "liquidator"]
        .iter()
        .fold(Purse::EMPTY, |sum, who| sum.plus(suite.coins(who)).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn no_sequence_by_owner_guardian_and_keepers_moves_coins_out(steps in prop::collection::vec(steps(), 20..40)) {
        let mut suite = stage();
        let rounding = Purse::new(2u128.into(), 2u128.into());
        for step in &steps {
            let (had, before, size) = (of_actors(&suite), held(&suite), sizes(&suite));
            let params = suite.market_state().params;
            let rates = [config(&suite).policy.auction_bonus, params.base_discount, params.liquidation_fee].map(number);
            // A fee paid in coins takes as many as cover it at the price less least spread and conversion charge.
            let paying = (1.0 - number(params.min_spread)) * (1.0 - number(params.conversion_charge));
            let rates = [rates[0], rates[1], rates[2] / paying];
            let minted = minted_in(&suite);
            match step {
                Step::Decree { by, what } => what.said_by(&mut suite, by),
                Step::Deed(deed) => deed.done_by(&mut suite, &USERS),
            }
            let brought = minted_in(&suite).minus(minted).unwrap();
            let gained = value(&suite, of_actors(&suite)) - value(&suite, had) - value(&suite, brought);
            let most = earned_at_most(&suite, before, step, rates, size - sizes(&suite));
            prop_assert!(gained <= most + value(&suite, rounding), "{step:?}: they gain {gained}, {most} at most");
            let closes = matches!(step, Step::Deed(Deed::CloseAtCap { .. }));
            let trades = matches!(step, Step::Deed(Deed::SellBase { .. } | Deed::BuyBase { .. } | Deed::Liquidate { .. }));
            prop_assert!(closes || trades || held(&suite) == before, "{step:?} moves {before:?}");
        }
        for who in ["owner", "guardian"] {
            prop_assert!(suite.coins(who).is_empty() && suite.shares(who).is_zero());
        }
        suite.check();
    }
}
