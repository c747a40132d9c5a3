//! A liquid-staking hub's rate, through the example adapter.

use ballast_types::oracle::{FeedConfig, Flag, Source};
use cosmwasm_std::{Addr, Binary, Deps, DepsMut, Empty, Env, MessageInfo, Response, StdError, StdResult, Storage};
use cw_multi_test::{ContractWrapper, Executor};
use serde::{Deserialize, Serialize};

use crate::support::{Chain, HOUR, MINUTE};

const DAY: u64 = 24 * HOUR;
/// With this answer the hub's query fails.
const PAUSED: &str = "paused";

/// What the hub answers to anybody who asks for its state.
fn set_answer(storage: &mut dyn Storage, answer: &str) {
    storage.set(b"answer", answer.as_bytes());
}

fn instantiate(deps: DepsMut, _: Env, _: MessageInfo, answer: String) -> StdResult<Response> {
    set_answer(deps.storage, &answer);
    Ok(Response::new())
}

fn query(deps: Deps, _: Env, asked: Asked) -> StdResult<Binary> {
    let Asked::State {} = asked;
    match deps.storage.get(b"answer") {
        Some(answer) if answer != PAUSED.as_bytes() => Ok(Binary::from(answer)),
        _ => Err(StdError::generic_err("the hub is paused")),
    }
}

/// The query that the hub knows.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Asked {
    State {},
}

/// The answer of a hub with this rate, with all that Eris' says.
fn state(rate: &str) -> String {
    format!(
        r#"{{"total_ustake":"1000000","total_utoken":"1250000","exchange_rate":"{rate}","unlocked_coins":[{{"denom":"uatom","amount":"5"}}],"unbonding":"0","available":"0","tvl_utoken":"1250000"}}"#
    )
}

struct Hub {
    chain: Chain,
    hub: Addr,
}

impl Hub {
    /// The feed is a redemption rate: what the adapter says of a hub with this answer.
    fn answering(answer: &str) -> Hub {
        let mut chain = Chain::new();
        let hub = chain.create(Box::new(ContractWrapper::new(instantiate, instantiate, query)), &answer);
        let adapter = ContractWrapper::new(
            |_: DepsMut, _: Env, _: MessageInfo, _: Empty| StdResult::Ok(Response::new()),
            ballast_hub_rate::instantiate,
            ballast_hub_rate::query,
        );
        let msg = ballast_hub_rate::InstantiateMsg { hub: hub.to_string() };
        let address = chain.create(Box::new(adapter), &msg).to_string();
        chain.set(FeedConfig::redemption_rate(Source::Contract { address }));
        Hub { chain, hub }
    }

    fn at(rate: &str) -> Hub {
        Hub::answering(&state(rate))
    }

    fn answers(&mut self, answer: &str) {
        let owner = self.chain.account("owner");
        self.chain.app.execute_contract(owner, self.hub.clone(), &answer, &[]).unwrap();
    }
}

#[test]
fn the_hubs_rate_is_one_of_this_block() {
    let mut hub = Hub::at("1.234567890123456789");
    hub.chain.assert_is("1.234567890123456789", &[]);
    hub.chain.wait(DAY);
    hub.chain.assert_is("1.234567890123456789", &[]);
    assert_eq!(hub.chain.reading().time, hub.chain.now());
}

#[test]
fn it_grows_with_the_hubs_but_no_faster_than_it_may() {
    let mut hub = Hub::at("1.25");
    hub.chain.wait(DAY);
    hub.answers(&state("1.2505"));
    hub.chain.observe();
    hub.chain.assert_is("1.2505", &[]);
    hub.chain.wait(DAY);
    // ten times as much, or 0.1 % more
    hub.answers(&state("12.5"));
    hub.chain.observe();
    hub.chain.assert_is("1.2517505", &[]);
    assert_eq!(hub.chain.accepted(), "1.2517505");
}

#[test]
fn a_slashing_waits_until_it_is_confirmed() {
    let mut hub = Hub::at("1.25");
    hub.chain.wait(DAY);
    hub.answers(&state("1.2"));
    hub.chain.assert_is("1.2", &[Flag::Jump]);
    hub.chain.observe();
    hub.chain.wait(29);
    hub.chain.observe();
    hub.chain.assert_is("1.2", &[Flag::Jump]);
    hub.chain.wait(1);
    hub.chain.observe();
    hub.chain.assert_is("1.2", &[]);
}

#[test]
fn a_hub_without_an_answer_is_missing_until_it_has_one() {
    let mut hub = Hub::at("1.25");
    hub.chain.wait(MINUTE);
    for nonsense in [PAUSED, "{}", "null", "[]", "\"1.25\"", r#"{"exchange_rate":1.25}"#, r#"{"exchange_rate":"-1"}"#] {
        hub.answers(nonsense);
        assert_eq!(hub.chain.flags(), [Flag::Missing], "{nonsense}");
        hub.chain.observe();
        assert_eq!(hub.chain.accepted(), "1.25");
    }
    hub.answers(&state("1.25"));
    hub.chain.assert_is("1.25", &[]);
}

#[test]
fn a_rate_that_is_no_price_is_invalid() {
    let mut hub = Hub::at("1.25");
    hub.chain.wait(MINUTE);
    for nonsense in ["0", "0.000000999", "1000000001", "340282366920938463463.374607431768211455"] {
        hub.answers(&state(nonsense));
        assert_eq!(hub.chain.flags(), [Flag::Invalid], "{nonsense}");
    }
}

#[test]
fn a_hub_that_is_no_contract_is_missing() {
    let mut chain = Chain::new();
    let adapter = ContractWrapper::new(
        |_: DepsMut, _: Env, _: MessageInfo, _: Empty| StdResult::Ok(Response::new()),
        ballast_hub_rate::instantiate,
        ballast_hub_rate::query,
    );
    let msg = ballast_hub_rate::InstantiateMsg { hub: chain.account("nobody").to_string() };
    let address = chain.create(Box::new(adapter), &msg).to_string();
    chain.set(FeedConfig::redemption_rate(Source::Contract { address }));
    assert_eq!(chain.flags(), [Flag::Missing]);
}
