//! Nodes of one scripted chain, over HTTP. Each responds to JSON-RPC with the fault it is given.
#![allow(dead_code)]

mod behaviour;
pub mod world;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub use behaviour::Behaviour;

use ballast_chain::{ChainInfo, Client, Cost, GasPrice, Http, Msg, Result, Sent, Signer, Stop};
use cosmrs::proto::cosmos::auth::v1beta1::{BaseAccount, QueryAccountResponse};
use cosmrs::proto::cosmos::bank::v1beta1::{QueryBalanceRequest, QueryBalanceResponse};
use cosmrs::proto::cosmos::base::abci::v1beta1::{GasInfo, Result as ExecutionResult, TxMsgData};
use cosmrs::proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use cosmrs::proto::cosmos::tx::v1beta1::{AuthInfo, SimulateResponse, TxBody, TxRaw};
use cosmrs::proto::cosmwasm::wasm::v1::{
    CodeInfoResponse, ContractInfo, MsgExecuteContract, MsgExecuteContractResponse, QueryCodesResponse,
    QueryContractInfoRequest, QueryContractInfoResponse, QueryRawContractStateResponse, QuerySmartContractStateRequest,
    QuerySmartContractStateResponse,
};
use cosmrs::proto::tendermint::abci::{Event, EventAttribute};
use cosmrs::proto::traits::{Message, Name};
use cosmrs::Any;
use cosmwasm_std::{Binary, Coin, Decimal, HexBinary, Uint128};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use tiny_http::{Response, Server};

pub const CHAIN: &str = "ballast-local";
const WORDS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
/// The only code: an empty module.
pub const WASM: &[u8] = b"\0asm\x01\0\0\0";
/// The height at which a script begins, and the time between two of its blocks.
const START: u64 = 1_000;
const BLOCK: Duration = Duration::from_millis(200);
/// How many blocks the slower half of a balancer is behind: more than a transaction stays valid.
const BEHIND: u64 = 100;

/// An address where nobody listens, a different one each time, below the ports that systems assign by themselves.
pub fn free_address() -> String {
    static ASKED: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    let mut ports = std::iter::repeat_with(|| first + ASKED.fetch_add(1, Ordering::Relaxed)).take(2_000);
    let free = ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    format!("127.0.0.1:{}", free.unwrap())
}

#[derive(Default)]
struct State {
    /// Included transactions: height and response, by hash.
    included: BTreeMap<Vec<u8>, (u64, Value)>,
    /// Executed messages, in order.
    executed: Vec<Value>,
    /// Responses of contracts: the first one applies whose text is in the query.
    answers: Vec<(String, std::result::Result<Value, String>)>,
    /// Typed response to each executed message.
    data: Value,
    balance: u128,
    lost: bool,
    admin: String,
    /// Whether there are no contracts.
    empty: bool,
    /// What each contract stores under each key.
    stored: Vec<u8>,
    /// Events of each simulation and each transaction.
    events: Vec<Event>,
    /// Why the nodes refuse all transactions; none if they accept them.
    refusal: Option<String>,
    /// Why all simulations fail; none if they succeed.
    trial: Option<String>,
    /// The text of messages whose simulation fails.
    unwanted: Option<String>,
}

/// A chain that all nodes of a test share.
#[derive(Clone)]
pub struct Chain {
    state: Arc<Mutex<State>>,
    start: Instant,
}

impl Chain {
    pub fn new() -> Chain {
        let state = State { data: json!({}), balance: 1_000_000_000, ..State::default() };
        Chain { state: Arc::new(Mutex::new(state)), start: Instant::now() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn height(&self) -> u64 {
        START + u64::try_from(self.start.elapsed().as_millis() / BLOCK.as_millis()).unwrap()
    }

    /// The messages executed so far.
    pub fn executed(&self) -> Vec<Value> {
        self.lock().executed.clone()
    }

    /// Gives each account this many units of the fee coin.
    pub fn balance(&self, units: u128) {
        self.lock().balance = units;
    }

    /// Sets the admin of all contracts.
    pub fn admin(&self, address: &str) {
        self.lock().admin = address.to_owned();
    }

    /// Restarts the chain without anything that was deployed.
    pub fn reset(&self) {
        self.lock().empty = true;
    }

    /// Sets what contracts have in their storage.
    pub fn stores(&self, value: impl serde::Serialize) {
        self.lock().stored = serde_json::to_vec(&value).unwrap();
    }

    /// Sets an event of simulations and transactions.
    pub fn tells(&self, kind: &str, attributes: &[(&str, &str)]) {
        let attribute = |(key, value): &(&str, &str)| EventAttribute {
            key: (*key).to_owned(),
            value: (*value).to_owned(),
            index: true,
        };
        let attributes = attributes.iter().map(attribute).collect();
        self.lock().events.push(Event { r#type: kind.to_owned(), attributes });
    }

    /// Makes all nodes refuse all transactions.
    pub fn takes_nothing(&self, why: &str) {
        self.lock().refusal = Some(why.to_owned());
    }

    /// Makes all simulations fail with a contract's error.
    pub fn simulates_to_a_refusal(&self, why: &str) {
        self.lock().trial = Some(format!(
            "failed to execute message; message index: 0: {why}: execute wasm contract failed With gas wanted: '0'"
        ));
    }

    /// Makes simulations of messages that contain a text fail.
    pub fn takes_none_of(&self, text: &str) {
        self.lock().unwanted = Some(text.to_owned());
    }

    /// Sets whether the nodes know no account.
    pub fn lose_accounts(&self, lost: bool) {
        self.lock().lost = lost;
    }

    /// Sets the response to contract queries that contain a text; it has priority over earlier ones.
    pub fn answers(&self, question: &str, answer: impl serde::Serialize) {
        let answer = serde_json::to_value(answer).unwrap();
        self.lock().answers.insert(0, (question.to_owned(), Ok(answer)));
    }

    /// Makes such queries fail.
    pub fn refuses(&self, question: &str, why: &str) {
        self.lock().answers.insert(0, (question.to_owned(), Err(why.to_owned())));
    }

    /// Sets the contracts' response to messages.
    pub fn executes_to(&self, data: impl serde::Serialize) {
        self.lock().data = serde_json::to_value(data).unwrap();
    }

    /// The account's sequence after the block of this height.
    fn sequence(&self, height: u64) -> u64 {
        7 + self.lock().included.values().filter(|(at, _)| *at <= height).count() as u64
    }
}

/// A node that listens until the test ends.
pub struct Node {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Node {
    pub fn start(chain: &Chain, behaviour: Behaviour) -> Node {
        let server = Server::http("127.0.0.1:0").unwrap();
        let url = format!("http://{}", server.server_addr());
        let asked = Arc::new(Mutex::new(vec![]));
        let mut script = Script { chain: chain.clone(), behaviour, calls: 0, refused: false, took: false };
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for mut request in server.incoming_requests() {
                let call: Value = serde_json::from_reader(request.as_reader()).unwrap();
                log.lock().unwrap().push(call["method"].as_str().unwrap().to_owned());
                if script.behaviour == Behaviour::Silent {
                    // Dropping a request would respond to it.
                    std::mem::forget(request);
                    continue;
                }
                let (status, text) = script.answer(call["method"].as_str().unwrap(), &call["params"], &call["id"]);
                let _ = request.respond(Response::from_string(text).with_status_code(status));
            }
        });
        Node { url, asked }
    }

    /// Number of calls of this method.
    pub fn asked(&self, method: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| *asked == method).count()
    }
}

struct Script {
    chain: Chain,
    behaviour: Behaviour,
    calls: u64,
    refused: bool,
    took: bool,
}

/// What a node knows of the chain.
#[derive(Clone, Copy)]
struct View {
    height: u64,
    age: u64,
    /// Whether it makes the blocks.
    current: bool,
}

impl Script {
    fn answer(&mut self, method: &str, params: &Value, id: &Value) -> (u16, String) {
        self.calls += 1;
        let busy = method != "status";
        let mut answer = match self.behaviour {
            Behaviour::Http429 if busy => return (429, "Too Many Requests".to_owned()),
            Behaviour::Html if busy => return (502, "<html><body>Bad Gateway</body></html>".to_owned()),
            Behaviour::TooManyRequests if busy => refused("Too many requests"),
            Behaviour::GatewayNotFound if busy => {
                json!({"jsonrpc": "2.0", "error": {"code": 404, "message": "Not Found"}})
            }
            Behaviour::Empty if busy => ok(json!({})),
            Behaviour::OtherId if busy => {
                let response =
                    json!({"code": 0, "value": Binary::from(balance_of("ucosm", 0)).to_base64(), "height": "1"});
                json!({"jsonrpc": "2.0", "id": u64::MAX, "result": {"response": response}})
            }
            _ => self.result(method, params),
        };
        if self.behaviour != Behaviour::OtherId || !busy {
            answer["id"] = id.clone();
        }
        (200, answer.to_string())
    }

    fn view(&self) -> View {
        let height = self.chain.height();
        let past = |height, age| View { height, age, current: false };
        match self.behaviour {
            Behaviour::NoBlocks(age) => past(START - 10, age),
            Behaviour::CatchingUp => past(12, 1_000_000),
            Behaviour::SaysHeight(height) => View { height, age: 0, current: false },
            Behaviour::ClockBehind(age) => View { height, age, current: true },
            Behaviour::NeverIncludes | Behaviour::NeverHeard => past(height, 0),
            Behaviour::Balancer if self.calls % 2 == 0 => past(height - BEHIND, 5),
            _ => View { height, age: 0, current: true },
        }
    }

    fn result(&mut self, method: &str, params: &Value) -> Value {
        let view = self.view();
        match method {
            "status" => ok(self.status(view)),
            "abci_query" => ok(json!({"response": self.query(view, params)})),
            "broadcast_tx_sync" => ok(self.broadcast(view, &bytes(&params["tx"]))),
            "tx" if self.behaviour == Behaviour::NoIndex => refused("transaction indexing is disabled"),
            "tx" if self.behaviour == Behaviour::NeverHeard => refused("tx (AB) not found"),
            "tx" if self.behaviour == Behaviour::EmptyTx => ok(json!({})),
            "tx" if self.behaviour == Behaviour::OtherTx => ok(json!({
                "hash": "00".repeat(32), "height": "1001",
                "tx_result": {"code": 0, "gas_wanted": "1", "gas_used": "1", "events": [], "data": ""},
            })),
            "tx" => {
                let found = self.chain.lock().included.get(&bytes(&params["hash"])).cloned();
                let found = found.filter(|(height, _)| *height <= view.height);
                found.map_or(refused("tx (AB) not found"), |(_, mut tx)| {
                    if let Behaviour::TxHeight(height) = self.behaviour {
                        tx["height"] = json!(height.to_string());
                    }
                    ok(tx)
                })
            }
            other => panic!("{other} is not in the script"),
        }
    }

    fn status(&self, view: View) -> Value {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() - view.age;
        let time = cosmrs::tendermint::Time::from_unix_timestamp(seconds.try_into().unwrap(), 0).unwrap();
        let id = if self.behaviour == Behaviour::OtherChain { "another" } else { CHAIN };
        json!({
            "node_info": {"network": id},
            "sync_info": {
                "latest_block_height": view.height.to_string(),
                "latest_block_time": time.to_rfc3339(),
                "catching_up": self.behaviour == Behaviour::CatchingUp,
            },
        })
    }

    fn query(&self, view: View, params: &Value) -> Value {
        let data = HexBinary::from_hex(params["data"].as_str().unwrap()).unwrap();
        let answer = match params["path"].as_str().unwrap() {
            "/cosmos.auth.v1beta1.Query/Account"
                if self.behaviour == Behaviour::CatchingUp || self.chain.lock().lost =>
            {
                Err((22, "account wasm1 not found: key not found".to_owned()))
            }
            "/cosmos.auth.v1beta1.Query/Account" if self.behaviour == Behaviour::NeverHeard => {
                let value = Binary::from(account(7)).to_base64();
                let height = if self.took { u64::MAX >> 1 } else { view.height };
                return json!({"code": 0, "value": value, "height": height.to_string()});
            }
            "/cosmos.auth.v1beta1.Query/Account" if self.behaviour == Behaviour::Ahead => Ok(account(1_000)),
            "/cosmos.auth.v1beta1.Query/Account" => Ok(account(self.chain.sequence(view.height))),
            // A node that is behind does not know the coins yet.
            "/cosmos.bank.v1beta1.Query/Balance" if !view.current => Ok(balance(&data, 0)),
            "/cosmos.bank.v1beta1.Query/Balance" => Ok(balance(&data, self.chain.lock().balance)),
            "/cosmos.tx.v1beta1.Service/Simulate" if self.chain.lock().empty => Err(no_contract("wasm1contract")),
            "/cosmos.tx.v1beta1.Service/Simulate" => {
                let state = self.chain.lock();
                let holds = |text: &String| data.windows(text.len()).any(|part| part == text.as_bytes());
                match &state.trial {
                    Some(why) => Err((5, why.clone())),
                    None if state.unwanted.as_ref().is_some_and(holds) => {
                        let why = "message index: 0: there is no such feed: execute wasm contract failed";
                        Err((5, format!("failed to execute message; {why}")))
                    }
                    None => Ok(simulation(&state.data, &state.events)),
                }
            }
            "/cosmwasm.wasm.v1.Query/SmartContractState" if self.chain.lock().empty => {
                Err(no_contract(&QuerySmartContractStateRequest::decode(&*data).unwrap().address))
            }
            "/cosmwasm.wasm.v1.Query/RawContractState" => {
                Ok(QueryRawContractStateResponse { data: self.chain.lock().stored.clone() }.encode_to_vec())
            }
            "/cosmwasm.wasm.v1.Query/ContractInfo" if self.chain.lock().empty => {
                Err(no_contract(&QueryContractInfoRequest::decode(&*data).unwrap().address))
            }
            "/cosmwasm.wasm.v1.Query/SmartContractState" => self.contract(&data),
            "/cosmwasm.wasm.v1.Query/ContractInfo" => Ok(contract_info(&data, &self.chain.lock().admin)),
            "/cosmwasm.wasm.v1.Query/Codes" => Ok(codes()),
            other => panic!("{other} is not in the script"),
        };
        match answer {
            Ok(value) => {
                json!({"code": 0, "value": Binary::from(value).to_base64(), "height": view.height.to_string()})
            }
            Err((code, log)) => {
                json!({"code": code, "codespace": "sdk", "log": log, "height": view.height.to_string()})
            }
        }
    }

    fn contract(&self, data: &[u8]) -> std::result::Result<Vec<u8>, (u64, String)> {
        let question = QuerySmartContractStateRequest::decode(data).unwrap().query_data;
        let question = String::from_utf8(question).unwrap();
        let state = self.chain.lock();
        let answer = state.answers.iter().find(|(text, _)| question.contains(text.as_str()));
        match answer.map(|(_, answer)| answer) {
            Some(Ok(answer)) => {
                Ok(QuerySmartContractStateResponse { data: answer.to_string().into_bytes() }.encode_to_vec())
            }
            Some(Err(why)) => Err((9, format!("{why}: query wasm contract failed"))),
            None => Err((9, format!("nothing in the script answers {question}: query wasm contract failed"))),
        }
    }

    fn broadcast(&mut self, view: View, tx: &[u8]) -> Value {
        let code = |code: u64, log: &str| json!({"code": code, "codespace": "sdk", "log": log});
        if self.behaviour == Behaviour::Restarted && !std::mem::replace(&mut self.refused, true) {
            let log = "signature verification failed; please verify account number (0), sequence (7) and chain-id \
                       (ballast-local): unauthorized";
            return code(4, log);
        }
        if self.behaviour == Behaviour::DearGas {
            return code(13, "insufficient fees; got: 20ucosm required: 500ucosm: insufficient fee");
        }
        if let Some(why) = &self.chain.lock().refusal {
            return code(5, why);
        }
        let raw = TxRaw::decode(tx).unwrap();
        let body = TxBody::decode(raw.body_bytes.as_slice()).unwrap();
        let sequence = AuthInfo::decode(raw.auth_info_bytes.as_slice()).unwrap().signer_infos[0].sequence;
        if body.timeout_height < view.height {
            return code(30, "tx timeout height");
        }
        let expected = self.chain.sequence(view.height);
        if self.behaviour == Behaviour::NeverHeard {
            // It passes the transaction on to the node that makes the blocks.
            self.took = true;
            if sequence == expected {
                self.include(tx, &body);
            }
            return code(0, "");
        }
        if self.behaviour == Behaviour::RetryingProxy && sequence == expected {
            self.include(tx, &body);
            let expected = expected + 1;
            return code(32, &format!("account sequence mismatch, expected {expected}, got {sequence}"));
        }
        if sequence != expected {
            return code(32, &format!("account sequence mismatch, expected {expected}, got {sequence}"));
        }
        if view.current {
            self.include(tx, &body);
        }
        code(0, "")
    }

    fn include(&self, tx: &[u8], body: &TxBody) {
        let height = self.chain.height();
        let mut state = self.chain.lock();
        let hash = Sha256::digest(tx).to_vec();
        let msgs = body.messages.iter().map(|msg| MsgExecuteContract::decode(msg.value.as_slice()).unwrap().msg);
        state.executed.extend(msgs.map(|msg| serde_json::from_slice::<Value>(&msg).unwrap()));
        let events: Vec<_> = state.events.iter().map(event).collect();
        let data = TxMsgData { msg_responses: vec![executed(&state.data)], ..Default::default() };
        let answer = json!({
            "hash": HexBinary::from(hash.as_slice()).to_string(),
            "height": height.to_string(),
            "tx_result": {
                "code": 0, "gas_wanted": "1000", "gas_used": "800", "events": events,
                "data": Binary::from(data.encode_to_vec()).to_base64(),
            },
        });
        state.included.insert(hash, (height, answer));
    }
}

fn ok(result: Value) -> Value {
    json!({"jsonrpc": "2.0", "result": result})
}

fn refused(text: &str) -> Value {
    json!({"jsonrpc": "2.0", "error": {"code": -32603, "message": "Internal error", "data": text}})
}

fn bytes(base64: &Value) -> Vec<u8> {
    Binary::from_base64(base64.as_str().unwrap()).unwrap().to_vec()
}

fn account(sequence: u64) -> Vec<u8> {
    let account = BaseAccount { address: String::new(), pub_key: None, account_number: 3, sequence };
    let account = Any { type_url: BaseAccount::type_url(), value: account.encode_to_vec() };
    QueryAccountResponse { account: Some(account) }.encode_to_vec()
}

fn balance(query: &[u8], units: u128) -> Vec<u8> {
    let denom = QueryBalanceRequest::decode(query).unwrap().denom;
    QueryBalanceResponse { balance: Some(ProtoCoin { denom, amount: units.to_string() }) }.encode_to_vec()
}

/// All contracts run the only code, and their labels are their addresses.
fn contract_info(query: &[u8], admin: &str) -> Vec<u8> {
    let address = QueryContractInfoRequest::decode(query).unwrap().address;
    let (label, admin) = (format!("ballast/{address}"), admin.to_owned());
    let info = ContractInfo { code_id: 1, label, admin, ..ContractInfo::default() };
    QueryContractInfoResponse { contract_info: Some(info), ..Default::default() }.encode_to_vec()
}

fn balance_of(denom: &str, units: u128) -> Vec<u8> {
    QueryBalanceResponse { balance: Some(ProtoCoin { denom: denom.into(), amount: units.to_string() }) }.encode_to_vec()
}

fn codes() -> Vec<u8> {
    let code = CodeInfoResponse { code_id: 1, data_hash: Sha256::digest(WASM).to_vec(), ..CodeInfoResponse::default() };
    QueryCodesResponse { code_infos: vec![code], ..Default::default() }.encode_to_vec()
}

fn executed(data: &Value) -> Any {
    let answer = MsgExecuteContractResponse { data: data.to_string().into_bytes() };
    Any { type_url: MsgExecuteContractResponse::type_url(), value: answer.encode_to_vec() }
}

/// An event as a node writes it in JSON.
fn event(event: &Event) -> Value {
    let attributes = event.attributes.iter().map(|one| json!({"key": one.key, "value": one.value, "index": true}));
    json!({"type": event.r#type, "attributes": attributes.collect::<Vec<_>>()})
}

/// wasmd's error if there is no contract at an address.
fn no_contract(address: &str) -> (u64, String) {
    (22, format!("no such contract: address {address}"))
}

fn simulation(data: &Value, events: &[Event]) -> Vec<u8> {
    let gas_info = Some(GasInfo { gas_wanted: 0, gas_used: 1_000 });
    let result =
        Some(ExecutionResult { msg_responses: vec![executed(data)], events: events.to_vec(), ..Default::default() });
    SimulateResponse { gas_info, result }.encode_to_vec()
}

/// A client of these nodes that gives up after two seconds without a new block.
pub fn client(nodes: &[&Node]) -> Client {
    let chain = ChainInfo {
        id: CHAIN.into(),
        prefix: "wasm".into(),
        coin_type: 118,
        gas_price: GasPrice { amount: Decimal::percent(2), denom: "ucosm".into() },
        gas_adjustment: Decimal::percent(150),
    };
    let urls = nodes.iter().map(|node| node.url.clone()).collect();
    let patience = Duration::from_secs(2);
    Client::new(Box::new(Http::new(urls).within(patience)), chain, patience, Stop::default()).hurried(10)
}

pub fn send(client: &Client) -> Result<Sent> {
    let signer = Signer::from_mnemonic(WORDS, "wasm", 118).unwrap();
    let msg = Msg::Execute { contract: "wasm1contract".into(), msg: json!({"go": {}}), funds: vec![] };
    let cost = Cost { gas: 1_000, fee: Coin { denom: "ucosm".into(), amount: Uint128::new(20) } };
    client.send(&signer, &[msg], &cost)
}
