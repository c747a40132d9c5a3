//! An oracle with a clock, named accounts, and a contract that can be a source.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::str::FromStr;

use ballast_oracle::{contract, ContractError};
use ballast_types::oracle::{
    Closing, ExecuteMsg, FeedConfig, FeedResponse, Flag, InstantiateMsg, PublishedValue, QueryMsg, Reading, Session,
    Source, TradingHours,
};
use cosmwasm_std::testing::{message_info, mock_dependencies, mock_env, MockApi, MockQuerier, MockStorage};
use cosmwasm_std::{
    from_json, Binary, ContractResult, Decimal256, Deps, Env, Event, Order, OwnedDeps, SignedDecimal256, Storage,
    SystemError, SystemResult, Timestamp, WasmQuery,
};
use serde::de::DeserializeOwned;

/// Time of the first block, in seconds.
pub const START: u64 = 1_700_000_000;
pub const MINUTE: u64 = 60;
pub const HOUR: u64 = 3600;

/// The feed of most tests.
pub const ATOM: &str = "atom/usd";

pub struct Oracle {
    deps: OwnedDeps<MockStorage, MockApi, MockQuerier>,
    env: Env,
    source: Rc<RefCell<Answer>>,
    asked: Rc<Cell<u32>>,
}

/// The response of the contract "source" to a query.
#[derive(Clone)]
pub enum Answer {
    Json(String),
    Error,
    NoContract,
}

impl Oracle {
    /// Owned by "owner", without feeds.
    pub fn new() -> Oracle {
        let mut deps = mock_dependencies();
        let source = Rc::new(RefCell::new(Answer::NoContract));
        let answers = source.clone();
        let asked = Rc::new(Cell::new(0));
        let count = asked.clone();
        deps.querier.update_wasm(move |query| {
            count.set(count.get() + 1);
            answer(query, &answers.borrow())
        });
        let mut env = mock_env();
        env.block.time = Timestamp::from_seconds(START);
        let msg = InstantiateMsg {
            owner: deps.api.addr_make("owner").into(),
            guardian: Some(deps.api.addr_make("guardian").into()),
        };
        let info = message_info(&deps.api.addr_make("creator"), &[]);
        contract::instantiate(deps.as_mut(), env.clone(), info, msg).unwrap();
        Oracle { deps, env, source, asked }
    }

    /// With the feed [`ATOM`], published by "publisher" alone, otherwise with defaults.
    pub fn with_atom() -> Oracle {
        Oracle::with(|_| ())
    }

    /// With the feed [`ATOM`], at 100 since one minute ago.
    pub fn at_100() -> Oracle {
        let mut oracle = Oracle::with_atom();
        oracle.publish("100");
        oracle.wait(MINUTE);
        oracle
    }

    /// With the feed [`ATOM`], published by "publisher" alone, as changed.
    pub fn with(change: impl FnOnce(&mut FeedConfig)) -> Oracle {
        let mut oracle = Oracle::new();
        let mut config = FeedConfig::price(oracle.publishers(&["publisher"], 1));
        change(&mut config);
        oracle.set(ATOM, config).unwrap();
        oracle
    }

    /// With the feed [`ATOM`], the median of these publishers.
    pub fn with_quorum(publishers: &[&str], quorum: u32) -> Oracle {
        let mut oracle = Oracle::new();
        let config = FeedConfig::price(oracle.publishers(publishers, quorum));
        oracle.set(ATOM, config).unwrap();
        oracle
    }

    /// With the feed [`ATOM`], from the contract "source".
    pub fn with_contract(first: Answer) -> Oracle {
        let mut oracle = Oracle::new();
        oracle.source_answers(first);
        let address = oracle.address("source");
        oracle.set(ATOM, FeedConfig::price(Source::Contract { address })).unwrap();
        oracle
    }

    /// With the feed [`ATOM`], the median of these publishers, who all say 10 now; as changed.
    pub fn at_10(publishers: &[&str], quorum: u32, change: impl FnOnce(&mut FeedConfig)) -> Oracle {
        let mut oracle = Oracle::new();
        let mut config = FeedConfig::price(oracle.publishers(publishers, quorum));
        change(&mut config);
        oracle.set(ATOM, config).unwrap();
        oracle.all_publish(publishers, "10");
        oracle
    }

    pub fn publishers(&self, names: &[&str], quorum: u32) -> Source {
        Source::Published { publishers: names.iter().map(|name| self.address(name)).collect(), quorum }
    }

    pub fn address(&self, name: &str) -> String {
        self.deps.api.addr_make(name).into()
    }

    /// What is stored under this key, as text.
    pub fn stored(&self, key: &[u8]) -> String {
        String::from_utf8(self.deps.storage.get(key).unwrap()).unwrap()
    }

    pub fn now(&self) -> Timestamp {
        self.env.block.time
    }

    pub fn wait(&mut self, seconds: u64) {
        self.env.block.time = self.env.block.time.plus_seconds(seconds);
    }

    pub fn wait_nanos(&mut self, nanos: u64) {
        self.env.block.time = self.env.block.time.plus_nanos(nanos);
    }

    pub fn source_answers(&self, answer: Answer) {
        *self.source.borrow_mut() = answer;
    }

    /// How often the source was asked since the last time.
    pub fn asked(&self) -> u32 {
        self.asked.take()
    }

    /// Makes the source respond with this price, observed now.
    pub fn source_says(&self, price: &str) {
        self.source_answers(priced(price, self.now()));
    }

    /// Executes a message; an error reverts everything, as on a chain.
    pub fn execute(&mut self, sender: &str, msg: ExecuteMsg) -> Result<Vec<Event>, ContractError> {
        let info = message_info(&self.deps.api.addr_make(sender), &[]);
        let before = self.dump();
        match contract::execute(self.deps.as_mut(), self.env.clone(), info, msg) {
            Ok(response) => {
                assert_eq!(response.messages, [], "an oracle sends no messages");
                assert_eq!(response.data, None);
                Ok(response.events)
            }
            Err(error) => {
                self.restore(before);
                Err(error)
            }
        }
    }

    pub fn set(&mut self, feed: &str, config: FeedConfig) -> Result<Vec<Event>, ContractError> {
        self.execute("owner", ExecuteMsg::SetFeed { feed: feed.into(), config })
    }

    /// Gives [`ATOM`] these trading hours: minutes of the week, and seconds.
    pub fn set_hours(&mut self, sessions: &[(u32, u32)], holidays: &[(u64, u64)]) -> Result<(), ContractError> {
        let sessions = sessions.iter().map(|(opens, closes)| Session { opens: *opens, closes: *closes }).collect();
        let at = Timestamp::from_seconds;
        let holidays = holidays.iter().map(|(from, until)| Closing { from: at(*from), until: at(*until) }).collect();
        let hours = Some(TradingHours { sessions, holidays });
        self.execute("owner", ExecuteMsg::SetHours { feed: ATOM.into(), hours }).map(|_| ())
    }

    pub fn observe(&mut self) -> Vec<Event> {
        self.execute("anyone", ExecuteMsg::Observe { feeds: vec![ATOM.into()] }).unwrap()
    }

    /// "publisher" publishes a price of [`ATOM`], observed now.
    pub fn publish(&mut self, value: &str) {
        self.publish_as("publisher", value);
    }

    pub fn publish_as(&mut self, publisher: &str, value: &str) {
        self.try_publish(publisher, published(value)).unwrap();
    }

    pub fn all_publish(&mut self, publishers: &[&str], value: &str) {
        for publisher in publishers {
            self.publish_as(publisher, value);
        }
    }

    /// "publisher" publishes a price of [`ATOM`], observed now, with this confidence.
    pub fn publish_wide(&mut self, value: &str, confidence: &str) {
        self.try_publish("publisher", published_wide(value, confidence)).unwrap();
    }

    pub fn try_publish(&mut self, publisher: &str, value: PublishedValue) -> Result<Vec<Event>, ContractError> {
        self.execute(publisher, ExecuteMsg::Publish { values: vec![value] })
    }

    pub fn query<A: DeserializeOwned>(&self, msg: QueryMsg) -> Result<A, ContractError> {
        contract::query(self.deps.as_ref(), self.env.clone(), msg).map(|answer| from_json(answer).unwrap())
    }

    /// How many records these readings read, and how many bytes in keys and values.
    pub fn reads(&self, feeds: &[&str]) -> (usize, usize) {
        let counted = Counted { storage: &self.deps.storage, reads: Cell::default(), bytes: Cell::default() };
        let deps = Deps { storage: &counted, ..self.deps.as_ref() };
        let feeds = feeds.iter().map(|feed| feed.to_string()).collect();
        contract::query(deps, self.env.clone(), QueryMsg::Readings { feeds }).unwrap();
        (counted.reads.get(), counted.bytes.get())
    }

    /// The reading of [`ATOM`].
    pub fn reading(&self) -> Reading {
        self.query(QueryMsg::Price { feed: ATOM.into() }).unwrap()
    }

    pub fn flags(&self) -> Vec<Flag> {
        self.reading().flags
    }

    pub fn readings(&self, feeds: &[&str]) -> Vec<Reading> {
        let feeds = feeds.iter().map(|feed| feed.to_string()).collect();
        self.query(QueryMsg::Readings { feeds }).unwrap()
    }

    /// The reading of this price feed.
    pub fn price(&self, feed: &str) -> Reading {
        self.query(QueryMsg::Price { feed: feed.into() }).unwrap()
    }

    /// "publisher" publishes a price of this feed, observed now.
    pub fn say(&mut self, feed: &str, value: &str) {
        self.try_publish("publisher", PublishedValue { feed: feed.into(), ..published(value) }).unwrap();
    }

    pub fn observe_feed(&mut self, feed: &str) {
        self.execute("anyone", ExecuteMsg::Observe { feeds: vec![feed.into()] }).unwrap();
    }

    /// Constant prices by name.
    pub fn with_constants(values: &[(&str, &str)]) -> Oracle {
        let mut oracle = Oracle::new();
        for (feed, value) in values {
            oracle.set(feed, FeedConfig::price(Source::Fixed { value: signed(value) })).unwrap();
        }
        oracle
    }

    /// Price feeds that "publisher" alone publishes, at these prices now.
    pub fn with_published(values: &[(&str, &str)]) -> Oracle {
        let mut oracle = Oracle::new();
        for (feed, value) in values {
            oracle.set(feed, FeedConfig::price(oracle.publishers(&["publisher"], 1))).unwrap();
            oracle.say(feed, value);
        }
        oracle
    }

    /// [`ATOM`] in full.
    pub fn feed(&self) -> FeedResponse {
        self.query(QueryMsg::Feed { feed: ATOM.into() }).unwrap()
    }

    /// The last accepted price of [`ATOM`].
    pub fn accepted(&self) -> Decimal256 {
        self.feed().accepted.unwrap().price
    }

    /// The price of [`ATOM`] that is held back.
    pub fn held_back(&self) -> Option<Decimal256> {
        self.feed().held_back.map(|held| held.price)
    }

    /// Everything stored.
    pub fn dump(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.deps.storage.range(None, None, Order::Ascending).collect()
    }

    fn restore(&mut self, entries: Vec<(Vec<u8>, Vec<u8>)>) {
        self.deps.storage = MockStorage::new();
        for (key, value) in entries {
            self.deps.storage.set(&key, &value);
        }
    }

    pub fn deps(&mut self) -> &mut OwnedDeps<MockStorage, MockApi, MockQuerier> {
        &mut self.deps
    }

    pub fn env(&self) -> Env {
        self.env.clone()
    }
}

/// A storage that counts what is read.
struct Counted<'a> {
    storage: &'a MockStorage,
    reads: Cell<usize>,
    bytes: Cell<usize>,
}

impl Storage for Counted<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        let value = self.storage.get(key);
        self.reads.set(self.reads.get() + 1);
        self.bytes.set(self.bytes.get() + key.len() + value.as_ref().map_or(0, Vec::len));
        value
    }

    fn range<'a>(
        &'a self,
        _: Option<&[u8]>,
        _: Option<&[u8]>,
        _: Order,
    ) -> Box<dyn Iterator<Item = (Vec<u8>, Vec<u8>)> + 'a> {
        panic!("a reading steps through no records")
    }

    fn set(&mut self, _: &[u8], _: &[u8]) {
        panic!("a reading writes nothing")
    }

    fn remove(&mut self, _: &[u8]) {
        panic!("a reading removes nothing")
    }
}

fn answer(query: &WasmQuery, answer: &Answer) -> SystemResult<ContractResult<Binary>> {
    let WasmQuery::Smart { contract_addr, msg } = query else { panic!("no other query is made") };
    assert_eq!(msg.as_slice(), br#"{"price":{}}"#, "the question that any source contract answers");
    match answer {
        Answer::Json(json) => SystemResult::Ok(ContractResult::Ok(Binary::from(json.as_bytes()))),
        Answer::Error => SystemResult::Ok(ContractResult::Err("the market is closed".into())),
        Answer::NoContract => SystemResult::Err(SystemError::NoSuchContract { addr: contract_addr.clone() }),
    }
}

/// A source contract's response.
pub fn priced(price: &str, time: Timestamp) -> Answer {
    Answer::Json(format!(r#"{{"price":"{price}","time":"{}"}}"#, time.nanos()))
}

pub fn published(value: &str) -> PublishedValue {
    PublishedValue { feed: ATOM.into(), value: signed(value), confidence: None, time: None }
}

pub fn published_at(value: &str, time: Timestamp) -> PublishedValue {
    PublishedValue { time: Some(time), ..published(value) }
}

pub fn published_wide(value: &str, confidence: &str) -> PublishedValue {
    PublishedValue { confidence: Some(decimal(confidence)), ..published(value) }
}

pub fn decimal(value: &str) -> Decimal256 {
    Decimal256::from_str(value).unwrap()
}

pub fn signed(value: &str) -> SignedDecimal256 {
    SignedDecimal256::from_str(value).unwrap()
}

/// Equal within 1e-12.
pub fn assert_close(actual: Decimal256, expected: &str) {
    let expected = decimal(expected);
    let off = actual.abs_diff(expected);
    assert!(off <= decimal("0.000000000001"), "{actual} is {off} away from {expected}");
}

/// The value of one attribute of the only event.
pub fn attribute(events: &[Event], key: &str) -> String {
    assert_eq!(events.len(), 1, "{events:?}");
    events[0].attributes.iter().find(|a| a.key == key).unwrap_or_else(|| panic!("no {key}")).value.clone()
}
