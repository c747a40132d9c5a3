//! The deployed system and its users, with helpers that make tests read like sentences.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ballast_chain::{Addresses, ChainFile, Client, Cost, Error, Msg, Sent, Signer, State};
use ballast_testkit::invariants::{self, System};
use ballast_types::market::{self, PoolDepositResponse};
use ballast_types::oracle::{self, Flag, PublishedValue, Reading};
use ballast_types::policy::Decision;
use ballast_types::vault::{self, ExtensionExecuteMsg, ExtensionQueryMsg, RebalanceResponse};
use ballast_types::{CoinInfo, Purse};
use cosmwasm_std::{coin, coins, Coin, Decimal256, SignedDecimal256, Uint128};
use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{json, Value};

use crate::network::Network;

/// Units of a whole coin: both coins have six decimals.
pub const WHOLE: u128 = 1_000_000;
/// Gas for messages that must fail on the chain and not in a simulation.
const PLENTY: u64 = 1_500_000;

/// Maximum time for which the oracle may hold back a price that is published again and again.
const CONFIRMED_WITHIN: Duration = Duration::from_secs(60);

/// Longer than a second, in which the chain's clock goes on.
const ACCRUES: Duration = Duration::from_millis(1_200);

/// What one staked coin is redeemed for.
pub const REDEMPTION_RATE: Decimal256 = Decimal256::percent(105);

/// The system and its users.
pub struct Stage {
    pub network: Network,
    pub client: Client,
    pub file: ChainFile,
    /// Addresses of the contracts.
    pub at: Addresses,
    signers: BTreeMap<String, Signer>,
    supplies: BTreeMap<String, Uint128>,
    /// How much less the deposited coin sells for than it is redeemed for, if it has a price of its own.
    pub discount: Cell<Decimal256>,
    /// Whether messages are measured at least a second of the chain after the one before: within one nothing accrues,
    /// which costs up to 2 % less.
    pub unhurried: Cell<bool>,
    /// Labelled transactions, the first of each label.
    pub labelled: RefCell<Vec<(String, Sent)>>,
}

impl Stage {
    /// Opens a network on which `ballast-chain deploy` was run.
    pub fn open(network: Network) -> Stage {
        let file = network.file();
        let state = State::read(&network.state_file(), &file.chain.id).expect("the state file").expect("it is there");
        let client = network.client(file.rpc.clone());
        let mut signers = BTreeMap::new();
        for (name, key) in &file.keys {
            let signer = file.signer(name).expect("a key").expect("it is there");
            assert_eq!(signer.address(), key.address, "the address of {name}");
            signers.insert(name.clone(), signer);
        }
        let at = state.addresses().expect("a complete deployment");
        let mut stage = Stage {
            network,
            client,
            file,
            at,
            signers,
            supplies: BTreeMap::new(),
            discount: Cell::default(),
            unhurried: Cell::default(),
            labelled: RefCell::default(),
        };
        for denom in ["uatom", "ustatom", "uusdc", "ucosm"] {
            let supply = stage.client.supply(denom).expect("the bank answers");
            stage.supplies.insert(denom.into(), supply);
        }
        stage
    }

    /// Key of a person.
    pub fn signer(&self, who: &str) -> &Signer {
        self.signers.get(who).unwrap_or_else(|| panic!("there is no {who}"))
    }

    /// Address of a person.
    pub fn address(&self, who: &str) -> String {
        self.signer(who).address().to_owned()
    }

    /// Coins at an address.
    pub fn purse(&self, address: &str) -> Purse {
        let balance = |denom| self.client.balance(address, denom).expect("the bank answers");
        Purse { base: balance(&self.file.base.denom), quote: balance(&self.file.quote.denom) }
    }

    /// Sends one message and returns its error if it is refused.
    pub fn try_send(&self, who: &str, msg: Msg) -> Result<Sent, Error> {
        self.client.execute(self.signer(who), &[msg])
    }

    /// Sends one message to a contract, which must succeed. The first of each label is measured.
    #[track_caller]
    pub fn send(&self, label: &str, who: &str, contract: &str, msg: &impl Serialize, funds: &[Coin]) -> Sent {
        if self.unhurried.get() && !label.is_empty() {
            std::thread::sleep(ACCRUES);
        }
        let msg = Msg::execute(contract, msg, funds).expect("a message is JSON");
        let sent = self.try_send(who, msg).unwrap_or_else(|error| panic!("{label} by {who}: {error}"));
        self.note(label, &sent);
        sent
    }

    /// Records a transaction for the table.
    pub fn note(&self, label: &str, sent: &Sent) {
        let mut labelled = self.labelled.borrow_mut();
        if !label.is_empty() && !labelled.iter().any(|(known, _)| known == label) {
            labelled.push((label.to_owned(), sent.clone()));
        }
    }

    /// Sends one message without simulating it first. It must fail in its block, with this text, and change nothing but
    /// the fee.
    #[track_caller]
    pub fn refused(&self, who: &str, contract: &str, msg: &impl Serialize, funds: &[Coin], says: &str) {
        self.refused_msg(who, Msg::execute(contract, msg, funds).expect("a message is JSON"), says);
    }

    /// [`Stage::refused`] for any kind of message.
    #[track_caller]
    pub fn refused_msg(&self, who: &str, msg: Msg, says: &str) {
        let before = self.purse(&self.address(who));
        let cost = Cost { gas: PLENTY, fee: coin(u128::from(PLENTY) / 40, "ucosm") };
        match self.client.send(self.signer(who), std::slice::from_ref(&msg), &cost) {
            Err(Error::Chain(text)) => assert!(text.contains(says), "should say '{says}': {text}"),
            other => panic!("{msg:?} by {who} should be refused: {other:?}"),
        }
        assert_eq!(self.purse(&self.address(who)), before, "a refused message moved coins");
    }

    /// Publishes a price and a yearly rate, and repeats it, without a label, until the oracle accepts a jump that it
    /// holds back.
    #[track_caller]
    pub fn publish(&self, label: &str, price: Decimal256, rate: SignedDecimal256) -> Sent {
        let sent = self.publish_once(label, price, rate);
        let start = Instant::now();
        while self.readings().iter().any(|reading| reading.flags.contains(&Flag::Jump)) {
            assert!(start.elapsed() < CONFIRMED_WITHIN, "the oracle never takes {price}");
            std::thread::sleep(Duration::from_secs(1));
            self.publish_once("", price, rate);
        }
        sent
    }

    /// The market's prices.
    fn readings(&self) -> Vec<Reading> {
        let collateral = self.file.collateral.as_ref().map(|collateral| collateral.feed.clone());
        let feeds = std::iter::once(self.file.price_feed.feed.clone()).chain(collateral).collect();
        self.client.query(&self.at.oracle, &oracle::QueryMsg::Readings { feeds }).expect("the oracle answers")
    }

    #[track_caller]
    fn publish_once(&self, label: &str, price: Decimal256, rate: SignedDecimal256) -> Sent {
        let value = |feed: &str, value| PublishedValue { feed: feed.into(), value, confidence: None, time: None };
        let number = |number: Decimal256| SignedDecimal256::try_from(number).expect("it fits");
        let mut values = vec![value("atom/usdc", number(price)), value("atom/funding", rate)];
        if let Some(collateral) = &self.file.collateral {
            let sells = price * REDEMPTION_RATE * (Decimal256::one() - self.discount.get());
            let published = [(&collateral.rate_feed, REDEMPTION_RATE), (&collateral.market_feed, sells)];
            values.extend(published.iter().filter_map(|(feed, of)| Some(value(&feed.as_ref()?.feed, number(*of)))));
        }
        let sent = self.send(label, "feeder", &self.at.oracle, &oracle::ExecuteMsg::Publish { values }, &[]);
        if let Some(computed) = self.file.collateral.as_ref().and_then(|collateral| collateral.computed.as_ref()) {
            let feeds = vec![computed.feed.clone()];
            let label = if label.is_empty() { "" } else { "observe a computed price" };
            // Not by the keeper, whose account a running `keep` uses.
            self.send(label, "feeder", &self.at.oracle, &oracle::ExecuteMsg::Observe { feeds }, &[]);
        }
        sent
    }

    /// Queries the vault's extension.
    pub fn ask<A: DeserializeOwned>(&self, query: ExtensionQueryMsg) -> A {
        self.client.query(&self.at.vault, &vault::QueryMsg::VaultExtension(query)).expect("the vault answers")
    }

    /// Sends a message to the vault's extension.
    #[track_caller]
    pub fn extension(&self, label: &str, who: &str, msg: ExtensionExecuteMsg, funds: &[Coin]) -> Sent {
        self.send(label, who, &self.at.vault, &vault::ExecuteMsg::VaultExtension(msg), funds)
    }

    #[track_caller]
    pub fn deposit(&self, label: &str, who: &str, amount: u128) -> vault::DepositResponse {
        let msg = vault::ExecuteMsg::Deposit { amount: Uint128::new(amount), recipient: None };
        self.send(label, who, &self.at.vault, &msg, &coins(amount, &self.file.base.denom)).data(0).expect("typed data")
    }

    pub fn shares(&self, who: &str) -> Uint128 {
        let query = vault::QueryMsg::Balance { address: self.address(who) };
        let answer: cw20::BalanceResponse = self.client.query(&self.at.vault, &query).expect("a balance");
        answer.balance
    }

    /// Rebalances until nothing is due. Each call is measured under the name of the rule that was due.
    #[track_caller]
    pub fn rebalance(&self) {
        for _ in 0..4 {
            let due: Decision = self.ask(ExtensionQueryMsg::NextAction {});
            let label = match due.rule {
                None => return,
                Some(rule) => format!("rebalance, rule {} ({rule:?})", rule.number()),
            };
            let done: RebalanceResponse =
                self.extension(&label, "keeper", ExtensionExecuteMsg::Rebalance {}, &[]).data(0).expect("typed data");
            assert_eq!(done.decision.rule, due.rule, "next_action says what rebalance does");
        }
        panic!("more than three steps were due at one price");
    }

    /// Deposits settlement coins into the pool.
    #[track_caller]
    pub fn pool_deposit(&self, label: &str, who: &str, whole: u128) -> PoolDepositResponse {
        let msg = market::ExecuteMsg::PoolDeposit { market: self.file.market.clone(), min_shares: None };
        self.send(label, who, &self.at.market, &msg, &coins(whole * WHOLE, "uusdc")).data(0).expect("typed data")
    }

    /// Sends the market an order with margin.
    #[track_caller]
    pub fn order(&self, label: &str, who: &str, delta: i128, settle: market::Settle, margin: &[Coin]) {
        let order = market::Adjust {
            market: self.file.market.clone(),
            size: market::OrderSize::Delta { amount: delta.into() },
            reduce_only: false,
            settle,
            limit_cost: None,
            margin_out: market::MarginOut::None,
        };
        self.send(label, who, &self.at.market, &market::ExecuteMsg::Adjust(order), margin);
    }

    /// Closes a person's whole position and withdraws the margin.
    #[track_caller]
    pub fn close(&self, label: &str, who: &str) {
        let one = Uint128::one();
        let order = market::Adjust {
            market: self.file.market.clone(),
            size: market::OrderSize::Part(market::Part { numerator: one, denominator: one }),
            reduce_only: true,
            settle: market::Settle::No,
            limit_cost: None,
            margin_out: market::MarginOut::Part,
        };
        self.send(label, who, &self.at.market, &market::ExecuteMsg::Adjust(order), &[]);
    }

    /// Transactions with this kind of x/wasm message, oldest first, at most thirty.
    pub fn transactions(&self, kind: &str) -> Vec<Value> {
        let query = format!("message.action='/cosmwasm.wasm.v1.{kind}'");
        let page = json!({"query": query, "prove": false, "page": "1", "per_page": "30", "order_by": "asc"});
        let found = self.client.call("tx_search", page).expect("the node searches");
        found["txs"].as_array().expect("transactions").clone()
    }

    /// Checks the sanity invariants with queries and bank balances of one block.
    #[track_caller]
    pub fn check(&self) {
        let mut broken = vec![];
        let mut windows = 0;
        for _ in 0..200 {
            let before = self.client.head().expect("the chain answers").height;
            let found = invariants::broken(self).expect("the contracts answer");
            let after = self.client.head().expect("the chain answers").height;
            if found.is_empty() && before == after {
                return;
            }
            // Responses of different blocks need not agree; those of one block must.
            if before == after {
                broken = found;
                windows += 1;
            }
            if windows == 5 {
                break;
            }
        }
        panic!("broken invariants ({windows} looks within one block):\n{}", broken.join("\n"));
    }
}

impl System for Stage {
    fn market(&self) -> &str {
        &self.file.market
    }

    fn base(&self) -> &CoinInfo {
        &self.file.base
    }

    fn quote(&self) -> &CoinInfo {
        &self.file.quote
    }

    fn ask_market<A: DeserializeOwned>(&self, msg: &market::QueryMsg) -> Result<A, String> {
        self.client.query(&self.at.market, msg).map_err(|error| error.to_string())
    }

    fn ask_vault<A: DeserializeOwned>(&self, msg: &vault::QueryMsg) -> Result<A, String> {
        self.client.query(&self.at.vault, msg).map_err(|error| error.to_string())
    }

    fn held_by_market(&self) -> Result<Purse, String> {
        Ok(self.purse(&self.at.market))
    }

    fn held_by_vault(&self) -> Result<Purse, String> {
        Ok(self.purse(&self.at.vault))
    }

    fn donated_to_market(&self) -> Purse {
        Purse::EMPTY
    }

    fn supplies(&self) -> Result<Vec<(String, Uint128, Uint128)>, String> {
        let now = |(denom, start): (&String, &Uint128)| {
            let supply = self.client.supply(denom).map_err(|error| error.to_string())?;
            Ok((denom.clone(), supply, *start))
        };
        self.supplies.iter().map(now).collect()
    }
}
