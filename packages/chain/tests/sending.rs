//! The result of a transaction when nodes respond badly, tested with a scripted node.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use ballast_chain::{Answer, ChainInfo, Client, Cost, Error, GasPrice, Msg, Result, Signer, Stop, Transport};
use cosmrs::proto::cosmos::auth::v1beta1::{BaseAccount, QueryAccountResponse};
use cosmrs::proto::cosmos::base::abci::v1beta1::GasInfo;
use cosmrs::proto::cosmos::tx::v1beta1::{AuthInfo, SimulateRequest, SimulateResponse, TxRaw};
use cosmrs::proto::cosmwasm::wasm::v1::MsgExecuteContractResponse;
use cosmrs::proto::traits::{Message, Name};
use cosmrs::Any;
use cosmwasm_std::{Binary, Coin, Decimal, HexBinary, Uint128};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

const WORDS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

/// What happens to a broadcast transaction.
#[derive(Clone)]
enum Reply {
    /// Goes into the mempool, and at once into a block.
    Included,
    /// Goes into the mempool, but never into a block.
    Held,
    /// Goes into the mempool; then another transaction of the account is included.
    Overtaken,
    /// Is included, but the node does not respond.
    LostAfterwards,
    /// Never reaches the node, which does not respond.
    Away,
    /// Is refused with a code of the SDK.
    Refused(u64, &'static str),
    /// Is already known to the node.
    Known,
    /// Is included; then the node gets the same bytes again and responds to those.
    SentTwice,
    /// Waits behind another transaction of the account.
    Ahead,
    /// Never reaches the node, whose response is an empty object.
    Empty,
    /// Is included and fails.
    Failed(&'static str),
}

struct Node {
    sequence: u64,
    height: u64,
    /// Blocks that pass with each query of the last block.
    blocks: u64,
    replies: VecDeque<Reply>,
    broadcasts: Vec<Vec<u8>>,
    included: Option<(Vec<u8>, Value)>,
    /// The height at which it reads accounts, if that is not the last one.
    frozen: Option<u64>,
    /// Whether it has just started, so that its modules do not respond to the first query.
    starting: bool,
    /// Whether it has made no block since it started.
    blockless: bool,
    /// Transactions of the account that are pending.
    waiting: u64,
    /// Whether it has no index of transactions.
    no_index: bool,
    /// The sequences of the simulations.
    simulated: Vec<u64>,
}

#[derive(Clone)]
struct Script(Rc<RefCell<Node>>);

impl Script {
    fn new(replies: &[Reply]) -> Self {
        let replies = replies.iter().cloned().collect();
        let node = Node {
            sequence: 7,
            height: 100,
            blocks: 1,
            replies,
            broadcasts: vec![],
            included: None,
            waiting: 0,
            frozen: None,
            starting: false,
            blockless: false,
            no_index: false,
            simulated: vec![],
        };
        Script(Rc::new(RefCell::new(node)))
    }

    fn client(&self) -> Client {
        let chain = ChainInfo {
            id: "script-1".into(),
            prefix: "wasm".into(),
            coin_type: 118,
            gas_price: GasPrice { amount: Decimal::percent(2), denom: "ucosm".into() },
            gas_adjustment: Decimal::percent(150),
        };
        Client::new(Box::new(self.clone()), chain, Duration::from_secs(2), Stop::default()).hurried(100)
    }

    fn send(&self) -> Result<ballast_chain::Sent> {
        let signer = Signer::from_mnemonic(WORDS, "wasm", 118).unwrap();
        let msg = Msg::Execute { contract: "wasm1contract".into(), msg: json!({"go": {}}), funds: vec![] };
        let cost = Cost { gas: 1_000, fee: Coin { denom: "ucosm".into(), amount: Uint128::new(20) } };
        self.client().send(&signer, &[msg], &cost)
    }

    /// The sequences that the broadcasts were signed with.
    fn sequences(&self) -> Vec<u64> {
        self.0.borrow().broadcasts.iter().map(|bytes| sequence(bytes)).collect()
    }

    fn bytes_differ(&self) -> bool {
        let broadcasts = &self.0.borrow().broadcasts;
        broadcasts.iter().any(|bytes| *bytes != broadcasts[0])
    }
}

impl Transport for Script {
    fn call(&self, method: &str, params: Value) -> Result<Answer> {
        let mut node = self.0.borrow_mut();
        match method {
            "status" => {
                node.height += node.blocks;
                Ok(Answer::Result(json!({
                    "node_info": {"network": "script-1"},
                    "sync_info": {"latest_block_height": node.height.to_string(), "catching_up": false},
                })))
            }
            "abci_query" if std::mem::take(&mut node.starting) => {
                Ok(Answer::Result(json!({"response": {"code": 6, "log": "unknown query path"}})))
            }
            "abci_query" if std::mem::take(&mut node.blockless) => {
                let log = "recovered: Block (unix) time must never be empty or negative \nstack:\ngoroutine 44";
                Ok(Answer::Result(json!({"response": {"code": 111222, "log": log}})))
            }
            "abci_query" if params["path"] == "/cosmos.tx.v1beta1.Service/Simulate" => Ok(simulate(&mut node, &params)),
            "abci_query" => Ok(Answer::Result(json!({
                "response": {"code": 0, "value": account(node.sequence), "height": node.frozen.unwrap_or(node.height).to_string()},
            }))),
            "broadcast_tx_sync" => {
                let tx = Binary::from_base64(params["tx"].as_str().unwrap()).unwrap().to_vec();
                node.broadcasts.push(tx.clone());
                let reply = node.replies.pop_front().expect("one broadcast more than the script has");
                broadcast(&mut node, tx, reply)
            }
            "tx" if node.no_index => Ok(Answer::Refused("Internal error transaction indexing is disabled".into())),
            "tx" => {
                let hash = Binary::from_base64(params["hash"].as_str().unwrap()).unwrap().to_vec();
                Ok(match &node.included {
                    Some((included, tx)) if *included == hash => Answer::Result(tx.clone()),
                    _ => Answer::Refused("Internal error tx (AB) not found".into()),
                })
            }
            other => panic!("{other} is not in the script"),
        }
    }
}

fn account(sequence: u64) -> String {
    let account = BaseAccount { address: String::new(), pub_key: None, account_number: 3, sequence };
    let account = Any { type_url: BaseAccount::type_url(), value: account.encode_to_vec() };
    Binary::from(QueryAccountResponse { account: Some(account) }.encode_to_vec()).to_base64()
}

/// Counts pending transactions, as the SDK does.
fn simulate(node: &mut Node, params: &Value) -> Answer {
    let request = HexBinary::from_hex(params["data"].as_str().unwrap()).unwrap();
    let tx = SimulateRequest::decode(request.as_slice()).unwrap().tx_bytes;
    let sequence = sequence(&tx);
    node.simulated.push(sequence);
    let expected = node.sequence + node.waiting;
    if sequence != expected {
        let log = format!("account sequence mismatch, expected {expected}, got {sequence}: incorrect account sequence");
        return Answer::Result(json!({"response": {"code": 32, "log": log}}));
    }
    let gas_info = Some(GasInfo { gas_wanted: 0, gas_used: 1_000 });
    let answer = SimulateResponse { gas_info, result: None };
    Answer::Result(json!({"response": {"code": 0, "value": Binary::from(answer.encode_to_vec()).to_base64()}}))
}

/// The sequence that a transaction was signed with.
fn sequence(bytes: &[u8]) -> u64 {
    let auth = TxRaw::decode(bytes).unwrap().auth_info_bytes;
    AuthInfo::decode(auth.as_slice()).unwrap().signer_infos[0].sequence
}

fn broadcast(node: &mut Node, tx: Vec<u8>, reply: Reply) -> Result<Answer> {
    let code = |code: u64, log: &str| Ok(Answer::Result(json!({"code": code, "codespace": "sdk", "log": log})));
    let away = || Err(Error::network("connection refused"));
    match reply {
        Reply::Included => {
            include(node, &tx, 0, "");
            code(0, "")
        }
        Reply::LostAfterwards => {
            include(node, &tx, 0, "");
            away()
        }
        Reply::Failed(log) => {
            include(node, &tx, 5, log);
            code(0, "")
        }
        Reply::Held => code(0, ""),
        Reply::Overtaken => {
            node.sequence += 1;
            code(0, "")
        }
        Reply::Away => away(),
        Reply::SentTwice => {
            include(node, &tx, 0, "");
            code(32, "account sequence mismatch, expected 8, got 7")
        }
        Reply::Ahead => code(32, "account sequence mismatch, expected 8, got 7"),
        Reply::Empty => Ok(Answer::Result(json!({}))),
        Reply::Known => Ok(Answer::Refused("Internal error tx already exists in cache".into())),
        Reply::Refused(number, log) => {
            if number == 32 {
                // Another transaction of the account came first.
                node.sequence += 1;
            }
            code(number, log)
        }
    }
}

fn include(node: &mut Node, tx: &[u8], code: u64, log: &str) {
    let answer = MsgExecuteContractResponse { data: br#"{"shares":"5"}"#.to_vec() };
    let answer = Any { type_url: MsgExecuteContractResponse::type_url(), value: answer.encode_to_vec() };
    let data =
        cosmrs::proto::cosmos::base::abci::v1beta1::TxMsgData { msg_responses: vec![answer], ..Default::default() };
    let tx_result = json!({
        "code": code,
        "log": log,
        "data": Binary::from(data.encode_to_vec()).to_base64(),
        "gas_wanted": "1000",
        "gas_used": "800",
        "events": [{"type": "wasm", "attributes": [{"key": "action", "value": "go"}]}],
    });
    let hash = Sha256::digest(tx).to_vec();
    let answer = json!({"hash": HexBinary::from(hash.as_slice()).to_hex(), "height": "101", "tx_result": tx_result});
    node.included = Some((hash, answer));
    node.sequence += 1;
}

#[test]
fn what_is_in_a_block_is_read_with_its_data_and_its_gas() {
    let script = Script::new(&[Reply::Included]);
    let sent = script.send().unwrap();
    assert_eq!((sent.height, sent.gas_wanted, sent.gas_used), (101, 1_000, 800));
    assert_eq!(sent.data::<Value>(0).unwrap(), json!({"shares": "5"}));
    assert_eq!(sent.events[0].get("action"), Some("go"));
    assert!(sent.data::<Value>(1).is_err());
    assert_eq!(script.sequences(), [7]);
}

#[test]
fn a_sequence_that_was_taken_is_signed_anew_with_the_next() {
    let script = Script::new(&[Reply::Refused(32, "account sequence mismatch, expected 8, got 7"), Reply::Included]);
    script.send().unwrap();
    assert_eq!(script.sequences(), [7, 8]);
}

#[test]
fn a_sequence_that_this_very_transaction_took_is_not_signed_anew() {
    let script = Script::new(&[Reply::SentTwice]);
    assert_eq!(script.send().unwrap().height, 101);
    assert_eq!(script.sequences(), [7]);
}

#[test]
fn where_no_node_can_tell_who_took_the_sequence_nothing_is_signed_anew() {
    let script = Script::new(&[Reply::Refused(32, "account sequence mismatch, expected 8, got 7")]);
    script.0.borrow_mut().no_index = true;
    let error = script.send().unwrap_err();
    assert!(matches!(error, Error::MayHaveHappened { .. }), "{error:?}");
    assert_eq!(script.sequences(), [7]);
}

#[test]
fn a_sequence_that_is_said_to_be_taken_and_is_not_is_tried_again_with_the_same_bytes() {
    let script = Script::new(&[Reply::Ahead, Reply::Included]);
    script.send().unwrap();
    assert!(!script.bytes_differ());
}

#[test]
fn a_broadcast_that_is_answered_with_nothing_may_have_arrived() {
    let script = Script::new(&[Reply::Empty, Reply::Refused(5, "insufficient funds"), Reply::Included]);
    script.send().unwrap();
    assert!(!script.bytes_differ());
}

#[test]
fn a_sequence_that_is_always_taken_is_given_up_with_the_last_refusal() {
    let script = Script::new(&vec![Reply::Refused(32, "account sequence mismatch"); 8]);
    let error = script.send().unwrap_err();
    assert!(matches!(error, Error::Network(_)), "{error:?}");
    assert!(error.to_string().contains("8 tries"), "{error}");
    assert_eq!(script.sequences(), [7, 8, 9, 10, 11, 12, 13, 14]);
}

#[test]
fn a_refusal_before_any_node_held_it_is_the_contracts_text() {
    let log = "failed to execute message; message index: 0: too little: execute wasm contract failed";
    let script = Script::new(&[Reply::Refused(5, log)]);
    assert_eq!(script.send().unwrap_err(), Error::chain("too little"));
    assert_eq!(script.0.borrow().broadcasts.len(), 1);
}

#[test]
fn a_failure_in_a_block_is_the_contracts_text() {
    let log = "failed to execute message; message index: 0: no slack: execute wasm contract failed";
    let script = Script::new(&[Reply::Failed(log)]);
    assert_eq!(script.send().unwrap_err(), Error::chain("no slack"));
}

#[test]
fn an_answer_that_was_lost_is_no_reason_to_sign_twice() {
    let script = Script::new(&[Reply::LostAfterwards]);
    script.send().unwrap();
    assert_eq!(script.sequences(), [7]);
}

#[test]
fn after_a_node_was_away_the_same_bytes_are_sent_again() {
    let script = Script::new(&[Reply::Away, Reply::Included]);
    script.send().unwrap();
    assert_eq!(script.sequences(), [7, 7]);
    assert!(!script.bytes_differ());
}

#[test]
fn bytes_that_a_node_held_are_never_signed_anew_whatever_is_said_of_them_later() {
    // The second broadcast fails because the first is in a block that the node has not indexed yet.
    let script = Script::new(&[Reply::Held, Reply::Refused(32, "account sequence mismatch"), Reply::Included]);
    script.send().unwrap();
    assert_eq!(script.sequences(), [7, 7, 7]);
    assert!(!script.bytes_differ());

    let script = Script::new(&[Reply::Held, Reply::Refused(13, "insufficient fee"), Reply::Included]);
    script.send().unwrap();
    assert!(!script.bytes_differ());
}

#[test]
fn past_its_last_height_it_did_not_happen_and_never_will() {
    let script = Script::new(&[Reply::Held]);
    script.0.borrow_mut().blocks = 100;
    let error = script.send().unwrap_err();
    // Signed at height 200, for 60 blocks.
    assert!(matches!(error, Error::Network(_)), "{error:?}");
    assert!(error.to_string().ends_with("was not included until height 260 and cannot be any more"), "{error}");
}

#[test]
fn past_its_last_height_with_the_sequence_gone_nothing_is_claimed() {
    let script = Script::new(&[Reply::Overtaken]);
    script.0.borrow_mut().blocks = 100;
    let error = script.send().unwrap_err();
    let Error::MayHaveHappened { until: 260, why, .. } = &error else { panic!("{error:?}") };
    assert!(why.contains("the account's sequence went from 7 to 8 by height"), "{why}");
    assert_eq!(script.sequences(), [7]);
}

#[test]
fn an_account_of_before_its_last_height_proves_nothing() {
    let script = Script::new(&[&[Reply::Held][..], &vec![Reply::Known; 200]].concat());
    script.0.borrow_mut().blocks = 30;
    script.0.borrow_mut().frozen = Some(130);
    // Signed at height 130, for 60 blocks.
    let error = script.send().unwrap_err();
    let Error::MayHaveHappened { until: 190, .. } = &error else { panic!("{error:?}") };
}

#[test]
fn bytes_that_a_node_has_already_are_waited_for_and_never_signed_anew() {
    // A proxy sent them twice, or another process of the account sent the same bytes.
    let script = Script::new(&[Reply::Known, Reply::Included]);
    script.send().unwrap();
    assert_eq!(script.0.borrow().broadcasts.len(), 2);
    assert!(!script.bytes_differ());
}

#[test]
fn what_a_node_still_has_from_before_is_waited_for() {
    let script = Script::new(&[Reply::Away, Reply::Known, Reply::Included]);
    script.send().unwrap();
    assert!(!script.bytes_differ());
}

#[test]
fn a_full_mempool_is_tried_again_with_the_same_bytes() {
    let script = Script::new(&[Reply::Refused(20, "mempool is full"), Reply::Included]);
    script.send().unwrap();
    assert!(!script.bytes_differ());
    assert_eq!(script.sequences(), [7, 7]);
}

#[test]
fn a_simulation_counts_what_waits_for_its_block() {
    let script = Script::new(&[]);
    script.0.borrow_mut().waiting = 2;
    let signer = Signer::from_mnemonic(WORDS, "wasm", 118).unwrap();
    let msg = Msg::Execute { contract: "wasm1contract".into(), msg: json!({"go": {}}), funds: vec![] };
    let cost = script.client().simulate(&signer, &[msg]).unwrap();
    // The gas used and half as much again, and 75,000 for one more contract; two hundredths each.
    assert_eq!((cost.gas, cost.fee.amount), (114_000, Uint128::new(2_280)));
    assert_eq!(script.0.borrow().simulated, [7, 9]);
}

#[test]
fn a_node_that_has_just_started_is_given_time() {
    let script = Script::new(&[Reply::Included]);
    script.0.borrow_mut().starting = true;
    script.0.borrow_mut().blockless = true;
    script.send().unwrap();
    assert!(!script.0.borrow().starting && !script.0.borrow().blockless);
}
