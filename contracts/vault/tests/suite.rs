//! A vault on a scripted venue, with coins of six decimals and a price of 10, so that amounts can be worked out by
//! hand.

use anyhow::Result as AnyResult;
use ballast_types::market::{AdjustResponse, PositionState, Prices};
use ballast_types::policy::{Decision, PolicyParams};
use ballast_types::vault::{
    DepositResponse, ExecuteMsg, ExtensionExecuteMsg, ExtensionQueryMsg, InstantiateMsg, QueryMsg, RebalanceResponse,
    RedeemResponse, SellBaseResponse, VaultPositionResponse,
};
use ballast_types::{Money, Purse};
use ballast_vault::state::{Books, BOOKS};
use ballast_vault::ContractError;
use cosmwasm_std::{coins, from_json, Addr, Coin, Decimal256, Int128, SignedDecimal256, Uint128};
use cw_multi_test::{App, AppBuilder, AppResponse, BankKeeper, ContractWrapper, Executor};
use serde::de::DeserializeOwned;

use crate::venue;

pub const BASE: &str = "uatom";
pub const QUOTE: &str = "uusd";
/// Units of a whole coin, base or quote.
pub const ONE: u128 = 1_000_000;

pub struct Suite {
    pub app: App,
    pub vault: Addr,
    pub venue: Addr,
    pub owner: Addr,
    pub guardian: Addr,
    pub alice: Addr,
    pub bob: Addr,
}

/// Parses a decimal.
pub fn dec(text: &str) -> Decimal256 {
    text.parse().unwrap()
}

/// Parses money, in units of quote.
pub fn money(text: &str) -> Money {
    Money::new(text.parse::<SignedDecimal256>().unwrap())
}

pub fn purse(base: u128, quote: u128) -> Purse {
    Purse::new(base.into(), quote.into())
}

/// The vault's error inside an error of the embedded chain.
#[track_caller]
pub fn vault_error(result: AnyResult<AppResponse>) -> ContractError {
    result.expect_err("this must be refused").downcast().expect("an error of the vault")
}

/// The error as text, with all its causes.
#[track_caller]
pub fn error_text(result: AnyResult<AppResponse>) -> String {
    format!("{:#}", result.expect_err("this must be refused"))
}

/// The default parameters, with the cost that the tests' numbers were worked out with.
pub fn policy() -> PolicyParams {
    let default = PolicyParams { max_cost: Decimal256::percent(1), ..PolicyParams::default() };
    match crate::venue::of_two_prices() {
        true => PolicyParams { assumed_discount: Decimal256::zero(), ..default },
        false => default,
    }
}

impl Suite {
    pub fn new() -> Suite {
        Suite::with(policy(), None)
    }

    pub fn with(policy: PolicyParams, deposit_cap: Option<Uint128>) -> Suite {
        let mut app = AppBuilder::new().with_bank(BankKeeper::new()).build(|_, _, _| {});
        let [owner, guardian, alice, bob] = ["owner", "guardian", "alice", "bob"].map(|name| app.api().addr_make(name));
        let rich = |app: &mut App, who: &Addr| {
            let all = vec![Coin::new(1_000_000 * ONE, BASE), Coin::new(1_000_000 * ONE, QUOTE)];
            app.init_modules(|router, _, storage| router.bank.init_balance(storage, who, all)).unwrap();
        };
        for who in [&alice, &bob] {
            rich(&mut app, who);
        }

        let code = app.store_code(Box::new(
            ContractWrapper::new(venue::execute, venue::instantiate, venue::query).with_reply(venue::reply),
        ));
        let venue = app.instantiate_contract(code, owner.clone(), &cosmwasm_std::Empty {}, &[], "venue", None).unwrap();
        rich(&mut app, &venue);

        let code = app.store_code(Box::new(
            ContractWrapper::new(
                ballast_vault::contract::execute,
                ballast_vault::contract::instantiate,
                ballast_vault::contract::query,
            )
            .with_reply(ballast_vault::contract::reply),
        ));
        let msg = instantiate_msg(&owner, &guardian, &venue, policy, deposit_cap);
        let vault = app.instantiate_contract(code, owner.clone(), &msg, &[], "vault", None).unwrap();
        Suite { app, vault, venue, owner, guardian, alice, bob }
    }

    pub fn script(&mut self, change: impl FnOnce(&mut venue::Script)) {
        let mut storage = self.app.contract_storage_mut(&self.venue);
        let mut script = venue::SCRIPT.load(&*storage).unwrap();
        change(&mut script);
        venue::SCRIPT.save(&mut *storage, &script).unwrap();
    }

    /// Changes the vault's books.
    pub fn books<T>(&mut self, change: impl FnOnce(&mut Books) -> T) -> T {
        let mut storage = self.app.contract_storage_mut(&self.vault);
        let mut books = BOOKS.load(&*storage).unwrap();
        let result = change(&mut books);
        BOOKS.save(&mut *storage, &books).unwrap();
        result
    }

    pub fn scripted(&self) -> venue::Script {
        venue::SCRIPT.load(&*self.app.contract_storage(&self.venue)).unwrap()
    }

    /// Sets the index price.
    pub fn price(&mut self, price: &str) {
        self.script(|script| script.set_price(dec(price)));
    }

    pub fn hours(&mut self, hours: u64) {
        self.app.update_block(|block| {
            block.time = block.time.plus_seconds(hours * 3600);
            block.height += hours;
        });
    }

    pub fn execute(&mut self, sender: &Addr, msg: &ExecuteMsg, funds: &[Coin]) -> AnyResult<AppResponse> {
        self.app.execute_contract(sender.clone(), self.vault.clone(), msg, funds)
    }

    pub fn extension(&mut self, sender: &Addr, msg: ExtensionExecuteMsg, funds: &[Coin]) -> AnyResult<AppResponse> {
        self.execute(sender, &ExecuteMsg::VaultExtension(msg), funds)
    }

    pub fn try_deposit(&mut self, sender: &Addr, amount: u128) -> AnyResult<AppResponse> {
        let msg = ExecuteMsg::Deposit { amount: amount.into(), recipient: None };
        self.execute(sender, &msg, &coins(amount, BASE))
    }

    #[track_caller]
    pub fn deposit(&mut self, sender: &Addr, amount: u128) -> DepositResponse {
        data(self.try_deposit(sender, amount))
    }

    pub fn try_redeem(&mut self, sender: &Addr, shares: u128) -> AnyResult<AppResponse> {
        self.execute(sender, &ExecuteMsg::Redeem { recipient: None, amount: shares.into() }, &[])
    }

    #[track_caller]
    pub fn redeem(&mut self, sender: &Addr, shares: u128) -> RedeemResponse {
        data(self.try_redeem(sender, shares))
    }

    pub fn try_rebalance(&mut self) -> AnyResult<AppResponse> {
        let keeper = self.bob.clone();
        self.extension(&keeper, ExtensionExecuteMsg::Rebalance {}, &[])
    }

    #[track_caller]
    pub fn rebalance(&mut self) -> RebalanceResponse {
        data(self.try_rebalance())
    }

    /// A keeper rebalances a vault that holds 100 coins and has sold only 90 of them. The fee, a cost of 70,000, is
    /// also charged for each later trade until the script says otherwise.
    pub fn rebalance_at_a_cost(&mut self) {
        self.script(|script| {
            script.position.size = Int128::new(-90_000_000);
            script.position.entry_value = (900 * ONE).into();
            script.costs.fee = 70_000u128.into();
            script.charge = purse(7_000, 0);
        });
        self.rebalance();
    }

    pub fn try_sell_base(&mut self, sender: &Addr, base: u128, min_quote: u128) -> AnyResult<AppResponse> {
        let msg = ExtensionExecuteMsg::SellBase { min_quote: min_quote.into() };
        self.extension(sender, msg, &coins(base, BASE))
    }

    #[track_caller]
    pub fn sell_base(&mut self, sender: &Addr, base: u128) -> SellBaseResponse {
        data(self.try_sell_base(sender, base, 0))
    }

    pub fn ask<T: DeserializeOwned>(&self, query: QueryMsg) -> Result<T, String> {
        self.app.wrap().query_wasm_smart(&self.vault, &query).map_err(|error| error.to_string())
    }

    pub fn ask_extension<T: DeserializeOwned>(&self, query: ExtensionQueryMsg) -> Result<T, String> {
        self.ask(QueryMsg::VaultExtension(query))
    }

    pub fn position(&self) -> VaultPositionResponse {
        self.ask_extension(ExtensionQueryMsg::Position {}).unwrap()
    }

    pub fn next_action(&self) -> Decision {
        self.ask_extension(ExtensionQueryMsg::NextAction {}).unwrap()
    }

    pub fn shares_of(&self, who: &Addr) -> u128 {
        let query = QueryMsg::Balance { address: who.to_string() };
        self.ask::<cw20::BalanceResponse>(query).unwrap().balance.u128()
    }

    pub fn supply(&self) -> u128 {
        self.ask::<Uint128>(QueryMsg::TotalVaultTokenSupply {}).unwrap().u128()
    }

    pub fn held(&self, who: &Addr) -> Purse {
        let balance = |denom: &str| self.app.wrap().query_balance(who, denom).unwrap().amount;
        Purse::new(balance(BASE), balance(QUOTE))
    }

    /// The vault's whole storage and its coins, which a refused message must not change.
    pub fn snapshot(&self) -> (Vec<cosmwasm_std::Record>, Purse) {
        (self.app.dump_wasm_raw(&self.vault), self.held(&self.vault))
    }

    /// Checks that the vault holds exactly what its books say, if nobody donated.
    #[track_caller]
    pub fn assert_books(&self) {
        assert_eq!(self.held(&self.vault), self.position().idle, "coins and books of the vault");
    }
}

pub fn instantiate_msg(
    owner: &Addr,
    guardian: &Addr,
    venue: &Addr,
    policy: PolicyParams,
    deposit_cap: Option<Uint128>,
) -> InstantiateMsg {
    InstantiateMsg {
        owner: owner.to_string(),
        guardian: Some(guardian.to_string()),
        name: "Ballast ATOM".into(),
        symbol: "bATOM".into(),
        venue: venue.to_string(),
        market: "atom".into(),
        policy,
        deposit_cap,
    }
}

#[track_caller]
pub fn data<T: DeserializeOwned>(result: AnyResult<AppResponse>) -> T {
    from_json(result.expect("this must succeed").data.expect("an answer with data")).expect("typed data")
}

/// A position as the scripted venue stores it.
pub fn short(size: u128, entry_value: u128, margin: Purse) -> PositionState {
    PositionState { size: -Int128::new(size as i128), entry_value: entry_value.into(), margin, ..Default::default() }
}

/// For tests that script whole responses.
pub fn answer(before: PositionState, after: PositionState, prices: &Prices) -> AdjustResponse {
    AdjustResponse {
        before,
        after,
        prices: prices.clone(),
        terms: venue::terms(),
        settled: false,
        realised: Default::default(),
        costs: Default::default(),
        margin_out: Purse::EMPTY,
        refund: Purse::EMPTY,
    }
}
