//! The contract of crate `stork-cw` as it is, with keys of our own.

use ballast_types::oracle::{FeedConfig, Flag, Source};
use cosmwasm_std::{
    coin, coins, Addr, Binary, Deps, DepsMut, Empty, Env, HexBinary, Int128, MessageInfo, Response, Uint64,
};
use cw_multi_test::{ContractWrapper, Executor};
use k256::ecdsa::SigningKey;
use stork_cw::contract::sv::{ContractExecMsg, ContractQueryMsg, ExecMsg, InstantiateMsg};
use stork_cw::contract::{StorkContract, UpdateData};
use stork_cw::error::StorkError;
use stork_cw::temporal_numeric_value::TemporalNumericValue;
use tiny_keccak::{Hasher, Keccak};

use crate::support::{Chain, HOUR, MINUTE, START};

const CONTRACT: StorkContract<Empty, Empty> = StorkContract::new();
const SECOND: u64 = 1_000_000_000;

fn instantiate(deps: DepsMut, env: Env, info: MessageInfo, msg: InstantiateMsg) -> Result<Response, StorkError> {
    msg.dispatch(&CONTRACT, (deps, env, info))
}

fn execute(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: ContractExecMsg<Empty, Empty>,
) -> Result<Response, StorkError> {
    msg.dispatch(&CONTRACT, (deps, env, info))
}

fn query(deps: Deps, env: Env, msg: ContractQueryMsg<Empty, Empty>) -> Result<Binary, StorkError> {
    msg.dispatch(&CONTRACT, (deps, env))
}

fn keccak(parts: &[&[u8]]) -> [u8; 32] {
    let (mut hasher, mut hash) = (Keccak::v256(), [0; 32]);
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize(&mut hash);
    hash
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).unwrap()
}

/// The address of a key: the last 20 bytes of the public key's hash.
fn address(key: &SigningKey) -> [u8; 20] {
    let point = key.verifying_key().to_encoded_point(false);
    keccak(&[&point.as_bytes()[1..]])[12..].try_into().unwrap()
}

fn id() -> [u8; 32] {
    keccak(&[b"ATOMUSD"])
}

/// A value at a time in nanoseconds, signed by a key as Stork's is, with 18 decimals.
fn signed_by(key: &SigningKey, value: i128, time: u64) -> UpdateData {
    let (root, algorithm) = ([3; 32], [4; 32]);
    let sign = if value < 0 { [0xFF; 16] } else { [0; 16] };
    let message =
        keccak(&[&address(key), &id(), &[0; 24], &time.to_be_bytes(), &sign, &value.to_be_bytes(), &root, &algorithm]);
    let hash = keccak(&[b"\x19Ethereum Signed Message:\n32", &message]);
    let (signature, recovery) = key.sign_prehash_recoverable(&hash).unwrap();
    let (r, s) = signature.split_bytes();
    UpdateData {
        id: id(),
        temporal_numeric_value: TemporalNumericValue::new(time, value),
        publisher_merkle_root: root,
        value_compute_alg_hash: algorithm,
        r: r.into(),
        s: s.into(),
        v: 27 + recovery.to_byte(),
    }
}

struct Stork {
    chain: Chain,
    contract: Addr,
    key: SigningKey,
}

impl Stork {
    /// The feed is a price of Stork's contract, which knows none yet.
    fn new() -> Stork {
        let (mut chain, key) = (Chain::new(), key(1));
        let msg = InstantiateMsg { stork_evm_public_key: address(&key), single_update_fee: coin(1, "fee") };
        let contract = chain.create(Box::new(ContractWrapper::new(execute, instantiate, query)), &msg);
        chain.set(FeedConfig::price(Source::Stork { contract: contract.to_string(), id: HexBinary::from(id()) }));
        Stork { chain, contract, key }
    }

    /// At 4.5 since a second ago.
    fn at_4_5() -> Stork {
        let mut stork = Stork::new();
        stork.bring(stork.signed(4_500_000_000_000_000_000, 1)).unwrap();
        stork.chain.observe();
        stork
    }

    /// A value of so many seconds ago, signed as it should be.
    fn signed(&self, value: i128, seconds_ago: u64) -> UpdateData {
        signed_by(&self.key, value, self.chain.now().nanos() - seconds_ago * SECOND)
    }

    /// Anybody brings it, for a fee.
    fn bring(&mut self, update: UpdateData) -> Result<(), String> {
        let msg = ExecMsg::update_temporal_numeric_values_evm(vec![update]);
        let (relayer, contract) = (self.chain.account("relayer"), self.contract.clone());
        let done = self.chain.app.execute_contract(relayer, contract, &msg, &coins(1, "fee"));
        done.map(drop).map_err(|error| error.root_cause().to_string())
    }
}

#[test]
fn a_signed_value_is_read_with_its_18_decimals_and_its_time() {
    let mut stork = Stork::new();
    assert_eq!(stork.chain.flags(), [Flag::Missing]);
    let time = stork.chain.now().nanos() - 1_234_567_890;
    stork.bring(signed_by(&stork.key, 4_567_890_123_456_789_012, time)).unwrap();
    let reading = stork.chain.reading();
    stork.chain.assert_is("4.567890123456789012", &[]);
    assert_eq!((reading.time.nanos(), reading.stale_at.nanos()), (time, time + MINUTE * SECOND));
    assert_eq!(reading.usable_seconds, None, "like any contract's price");
}

#[test]
fn a_value_that_nobody_renews_grows_stale() {
    let mut stork = Stork::at_4_5();
    stork.chain.wait(59);
    stork.chain.assert_is("4.5", &[]);
    stork.chain.wait(1);
    stork.chain.assert_is("4.5", &[Flag::Stale]);
    // Old already when it is brought.
    stork.chain.wait(1);
    stork.bring(stork.signed(4_600_000_000_000_000_000, 61)).unwrap();
    stork.chain.assert_is("4.6", &[Flag::Stale]);
    stork.bring(stork.signed(4_600_000_000_000_000_000, 2)).unwrap();
    stork.chain.assert_is("4.6", &[]);
}

#[test]
fn what_is_forged_is_refused_and_changes_nothing() {
    let mut stork = Stork::at_4_5();
    stork.chain.wait(10);
    let good = stork.signed(4_500_000_000_000_000_000, 1);
    let of_another_key = signed_by(&key(2), 4_500_000_000_000_000_000, stork.chain.now().nanos());
    let TemporalNumericValue { timestamp_ns, quantized_value } = good.temporal_numeric_value.clone();
    let changed_value = TemporalNumericValue { timestamp_ns, quantized_value: quantized_value + Int128::one() };
    let changed_time = TemporalNumericValue { timestamp_ns: timestamp_ns + Uint64::one(), quantized_value };
    for forged in [
        of_another_key,
        UpdateData { temporal_numeric_value: changed_value, ..good.clone() },
        UpdateData { temporal_numeric_value: changed_time, ..good.clone() },
        UpdateData { id: keccak(&[b"BTCUSD"]), ..good.clone() },
        UpdateData { r: [1; 32], ..good.clone() },
        UpdateData { v: 55 - good.v, ..good.clone() },
    ] {
        assert_eq!(stork.bring(forged).unwrap_err(), "Invalid signature: Invalid signature");
        stork.chain.assert_is("4.5", &[]);
        assert_eq!(stork.chain.reading().time.seconds(), START - 1);
    }
    stork.bring(good).unwrap();
    assert_eq!(stork.chain.reading().time.seconds(), START + 9);
}

#[test]
fn what_is_replayed_or_older_changes_nothing() {
    let mut stork = Stork::at_4_5();
    let first = stork.signed(4_500_000_000_000_000_000, 1);
    stork.chain.wait(30);
    stork.bring(stork.signed(4_600_000_000_000_000_000, 2)).unwrap();
    let between = stork.signed(4_400_000_000_000_000_000, 20);
    for old in [first, between] {
        stork.bring(old).unwrap();
        stork.chain.assert_is("4.6", &[]);
        assert_eq!(stork.chain.reading().time.seconds(), START + 28);
    }
}

/// Their contract takes it: it knows no clock.
#[test]
fn a_value_from_the_future_is_a_flag_until_its_time_has_come() {
    let mut stork = Stork::at_4_5();
    stork.bring(signed_by(&stork.key, 4_600_000_000_000_000_000, stork.chain.now().nanos() + 1)).unwrap();
    stork.chain.assert_is("4.6", &[Flag::Future]);
    stork.chain.observe();
    assert_eq!(stork.chain.accepted(), "4.5");
    stork.chain.wait(1);
    stork.chain.assert_is("4.6", &[]);
}

#[test]
fn what_is_no_price_is_a_flag() {
    for value in [0, -4_500_000_000_000_000_000, 999_999_999_999, i128::MAX, i128::MIN] {
        let mut stork = Stork::at_4_5();
        stork.chain.wait(10);
        stork.bring(stork.signed(value, 1)).unwrap();
        assert_eq!(stork.chain.flags(), [Flag::Invalid], "{value}");
        stork.chain.observe();
        assert_eq!(stork.chain.accepted(), "4.5");
    }
}

#[test]
fn a_jump_is_held_back_until_a_later_value_confirms_it() {
    let mut stork = Stork::at_4_5();
    stork.chain.wait(10);
    stork.bring(stork.signed(9_000_000_000_000_000_000, 0)).unwrap();
    stork.chain.assert_is("9", &[Flag::Jump]);
    stork.chain.observe();
    stork.chain.wait(40);
    stork.chain.observe();
    stork.chain.assert_is("9", &[Flag::Jump]);
    stork.bring(stork.signed(9_000_000_000_000_000_000, 0)).unwrap();
    stork.chain.observe();
    stork.chain.assert_is("9", &[]);
    assert_eq!(stork.chain.accepted(), "9");
}

#[test]
fn a_redemption_rate_of_theirs_grows_no_faster_than_another() {
    let mut stork = Stork::new();
    stork.bring(stork.signed(1_000_000_000_000_000_000, 0)).unwrap();
    let (contract, id) = (stork.contract.to_string(), HexBinary::from(id()));
    stork.chain.set(FeedConfig::redemption_rate(Source::Stork { contract, id }));
    stork.chain.wait(12 * HOUR);
    stork.bring(stork.signed(1_100_000_000_000_000_000, 0)).unwrap();
    stork.chain.assert_is("1.0005", &[]);
}
