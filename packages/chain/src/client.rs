//! Queries a chain.

use std::cell::Cell;
use std::time::Duration;

use cosmrs::proto::cosmos::auth::v1beta1::{BaseAccount, QueryAccountRequest, QueryAccountResponse};
use cosmrs::proto::cosmos::bank::v1beta1::{
    QueryBalanceRequest, QueryBalanceResponse, QuerySupplyOfRequest, QuerySupplyOfResponse,
};
use cosmrs::proto::cosmos::base::query::v1beta1::PageRequest;
use cosmrs::proto::cosmwasm::wasm::v1::{
    AccessType, CodeInfoResponse, QueryCodesRequest, QueryCodesResponse, QueryContractInfoRequest,
    QueryContractInfoResponse, QueryRawContractStateRequest, QueryRawContractStateResponse,
    QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use cosmrs::proto::traits::{Message, Name};
use cosmwasm_std::{Binary, Decimal, HexBinary, Uint128};
use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{json, Value};

use crate::ask::{of_the_node, Seen};
use crate::log::unix_time;
use crate::waiting::Voice;
use crate::{contract_error, Error, Result, Stop, Transport};

/// Price of gas: `0.025ucosm`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GasPrice {
    /// Units of the coin per gas.
    pub amount: Decimal,
    /// The coin.
    pub denom: String,
}

impl std::str::FromStr for GasPrice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong =
            || Error::user(format!("gas price '{text}': a number and a denom were expected, such as 0.025ucosm"));
        let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
        let (amount, denom) = text.split_at_checked(split).ok_or_else(wrong)?;
        Ok(GasPrice { amount: amount.parse().map_err(|_| wrong())?, denom: denom.trim().to_owned() })
    }
}

/// What a client must know about a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainInfo {
    /// Chain id.
    pub id: String,
    /// Prefix of the chain's addresses.
    pub prefix: String,
    /// Coin type of the chain's keys (118 on most chains).
    pub coin_type: u32,
    /// Price of gas.
    pub gas_price: GasPrice,
    /// Factor from the gas of a simulation to the gas limit.
    pub gas_adjustment: Decimal,
}

/// The latest block of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Height of the last block.
    pub height: u64,
    /// Time of the block, as RFC 3339.
    pub time: String,
}

impl Head {
    /// Time of the block, seconds since 1970; none if the node does not say.
    pub(crate) fn seconds(&self) -> Option<u64> {
        let time = cosmrs::tendermint::Time::parse_from_rfc3339(&self.time).ok()?;
        time.unix_timestamp().try_into().ok()
    }

    /// Seconds between the block's time and this machine's clock; 0 if the node does not say.
    pub(crate) fn age(&self) -> u64 {
        self.seconds().map_or(0, |time| unix_time().abs_diff(time))
    }
}

/// An account, as a node knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    /// Account number.
    pub number: u64,
    /// The sequence of its next transaction.
    pub sequence: u64,
    /// The height of this response; 0 if the node does not say.
    pub height: u64,
}

/// A contract instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractInfo {
    /// Code id.
    pub code_id: u64,
    /// Admin, who may migrate it; empty for nobody.
    pub admin: String,
    /// Label.
    pub label: String,
}

/// A connection to one chain.
pub struct Client {
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) chain: ChainInfo,
    pub(crate) patience: Duration,
    pub(crate) stop: Stop,
    pub(crate) seen: Seen,
    pub(crate) waiting: Cell<Voice>,
    hurry: u32,
}

impl Client {
    /// A client that waits up to `patience` for a node in every call.
    pub fn new(transport: Box<dyn Transport>, chain: ChainInfo, patience: Duration, stop: Stop) -> Self {
        Client { transport, chain, patience, stop, seen: Seen::default(), waiting: Cell::default(), hurry: 1 }
    }

    /// The same with all pauses of sending this many times shorter, for chains with very short blocks and for scripts.
    #[must_use]
    pub fn hurried(mut self, times: u32) -> Self {
        self.hurry = times;
        self
    }

    pub(crate) fn pause(&self, time: Duration) -> Duration {
        time.checked_div(self.hurry).unwrap_or(time)
    }

    /// The chain.
    pub fn chain(&self) -> &ChainInfo {
        &self.chain
    }

    /// The signal that ends waits.
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Sets how waits for a node are reported.
    pub(crate) fn speak(&self, voice: Voice) {
        self.waiting.set(voice);
    }

    /// Calls a node's RPC, with retries.
    ///
    /// # Errors
    /// [`Error::Network`], [`Error::Chain`] if the requested item does not exist.
    pub fn call(&self, method: &str, params: Value) -> Result<Value> {
        self.patiently(|| self.call_once(method, &params))
    }

    /// The last block, after making sure that this is the right chain.
    ///
    /// # Errors
    /// [`Error::User`] when the nodes belong to another chain; those of [`Client::call`].
    pub fn head(&self) -> Result<Head> {
        self.patiently(|| self.head_once())
    }

    /// The last block, trying each node once, for loops that have other things to do if all nodes are unreachable.
    ///
    /// # Errors
    /// Those of [`Client::head`].
    pub fn head_at_once(&self) -> Result<Head> {
        self.round(|| self.head_once())
    }

    /// Waits for a block above this height.
    ///
    /// # Errors
    /// [`Error::Network`] when no block comes within the client's patience; [`Error::Stopped`].
    pub fn wait_above(&self, height: u64) -> Result<Head> {
        self.patiently(|| {
            let head = self.head_once()?;
            if head.height > height {
                return Ok(head);
            }
            Err(self.trouble(&format!("has no block above height {height}")))
        })
    }

    /// Queries one of the chain's modules.
    pub(crate) fn module<Q: Message, R: Message + Default>(&self, path: &str, query: &Q) -> Result<R> {
        self.patiently(|| self.module_once(path, query)).map(|(answer, _)| answer)
    }

    /// The same on the current node, once, with the height of the response; 0 if the node does not say.
    pub(crate) fn module_once<Q: Message, R: Message + Default>(&self, path: &str, query: &Q) -> Result<(R, u64)> {
        let data = HexBinary::from(query.encode_to_vec()).to_hex();
        let answer = self.call_once("abci_query", &json!({"path": path, "data": data, "prove": false}))?;
        let response = answer.get("response").cloned().unwrap_or_default();
        let text = |key: &str| response.get(key).and_then(Value::as_str).unwrap_or_default();
        let Some(code) = response.get("code").and_then(Value::as_u64) else {
            return Err(self.trouble(&format!("{path}: answers with nothing")));
        };
        let refused = code != 0;
        if refused && of_the_node(text("log")) {
            return Err(self.trouble(&format!("{path}: {}", text("log"))));
        }
        let height = self.height_of(&response)?;
        if refused {
            return Err(Error::chain(contract_error(text("log"))));
        }
        let value = Binary::from_base64(text("value")).map_err(|error| undecodable(path, &error))?;
        Ok((R::decode(value.as_slice()).map_err(|error| undecodable(path, &error))?, height))
    }

    /// Queries a contract and returns plain JSON.
    ///
    /// # Errors
    /// [`Error::Chain`] with the contract's own text; those of [`Client::call`].
    pub fn query_json(&self, contract: &str, msg: &impl Serialize) -> Result<Vec<u8>> {
        let query_data = serde_json::to_vec(msg).map_err(|error| Error::user(error.to_string()))?;
        let query = QuerySmartContractStateRequest { address: contract.to_owned(), query_data };
        let answer: QuerySmartContractStateResponse =
            self.module("/cosmwasm.wasm.v1.Query/SmartContractState", &query)?;
        Ok(answer.data)
    }

    /// Queries a contract.
    ///
    /// # Errors
    /// Those of [`Client::query_json`]; [`Error::Chain`] for a response of an unexpected form.
    pub fn query<T: DeserializeOwned>(&self, contract: &str, msg: &impl Serialize) -> Result<T> {
        let answer = self.query_json(contract, msg)?;
        serde_json::from_slice(&answer).map_err(|error| {
            Error::chain(format!("unexpected answer of {contract}: {error}: {}", String::from_utf8_lossy(&answer)))
        })
    }

    /// The raw value that a contract stores under a key; none without such a key.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub(crate) fn stored(&self, contract: &str, key: Vec<u8>) -> Result<Vec<u8>> {
        let query = QueryRawContractStateRequest { address: contract.to_owned(), query_data: key };
        let answer: QueryRawContractStateResponse = self.module("/cosmwasm.wasm.v1.Query/RawContractState", &query)?;
        Ok(answer.data)
    }

    /// Balance of one coin.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn balance(&self, address: &str, denom: &str) -> Result<Uint128> {
        let query = QueryBalanceRequest { address: address.to_owned(), denom: denom.to_owned() };
        let answer: QueryBalanceResponse = self.module("/cosmos.bank.v1beta1.Query/Balance", &query)?;
        answer.balance.map_or(Ok(Uint128::zero()), |coin| amount(&coin.amount))
    }

    /// Supply of one coin.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn supply(&self, denom: &str) -> Result<Uint128> {
        let query = QuerySupplyOfRequest { denom: denom.to_owned() };
        let answer: QuerySupplyOfResponse = self.module("/cosmos.bank.v1beta1.Query/SupplyOf", &query)?;
        answer.amount.map_or(Ok(Uint128::zero()), |coin| amount(&coin.amount))
    }

    /// An account. That it does not exist is only trusted if all nodes say so.
    pub(crate) fn account(&self, address: &str) -> Result<Account> {
        self.patiently(|| self.account_once(address))
    }

    /// The same on the current node, once.
    pub(crate) fn account_once(&self, address: &str) -> Result<Account> {
        let query = QueryAccountRequest { address: address.to_owned() };
        let answer: Result<(QueryAccountResponse, u64)> =
            self.module_once("/cosmos.auth.v1beta1.Query/Account", &query);
        let (answer, height) = answer.map_err(|error| match error {
            Error::Chain(text) if text.contains("not found") => {
                let denom = &self.chain.gas_price.denom;
                Error::user(format!("{address} is not on chain '{}' yet: send it some {denom} first", self.chain.id))
            }
            other => other,
        })?;
        let account = answer.account.unwrap_or_default();
        if account.type_url != BaseAccount::type_url() {
            return Err(Error::user(format!(
                "{address} is an account of another kind ({}): use a plain one",
                account.type_url
            )));
        }
        let account = BaseAccount::decode(account.value.as_slice()).map_err(|error| undecodable("account", &error))?;
        Ok(Account { number: account.account_number, sequence: account.sequence, height })
    }

    /// SHA-256 of a stored code; none if it does not exist.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn code_hash(&self, code_id: u64) -> Result<Option<HexBinary>> {
        // Query/Code would send all bytes, and older chains do not have Query/CodeInfo.
        let pagination = Some(PageRequest { key: code_id.to_be_bytes().to_vec(), limit: 1, ..Default::default() });
        let answer: QueryCodesResponse =
            self.module("/cosmwasm.wasm.v1.Query/Codes", &QueryCodesRequest { pagination })?;
        let code = answer.code_infos.into_iter().find(|code| code.code_id == code_id);
        Ok(code.map(|code| code.data_hash.into()))
    }

    /// The latest code with this hash among the last hundred that anybody may instantiate.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn latest_code_with(&self, hash: &HexBinary) -> Result<Option<u64>> {
        let pagination = Some(PageRequest { limit: 100, reverse: true, ..Default::default() });
        let answer: QueryCodesResponse =
            self.module("/cosmwasm.wasm.v1.Query/Codes", &QueryCodesRequest { pagination })?;
        let for_anybody = |code: &&CodeInfoResponse| {
            let access = code.instantiate_permission.as_ref().map(|access| access.permission());
            access.map_or(true, |access| access == AccessType::Everybody)
        };
        let found = answer.code_infos.iter().filter(for_anybody).find(|code| code.data_hash == hash.as_slice());
        Ok(found.map(|code| code.code_id))
    }

    /// An instance; none if there is none at the address.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn contract(&self, address: &str) -> Result<Option<ContractInfo>> {
        let query = QueryContractInfoRequest { address: address.to_owned() };
        let answer: Result<QueryContractInfoResponse> = self.module("/cosmwasm.wasm.v1.Query/ContractInfo", &query);
        match answer {
            Ok(answer) => Ok(answer.contract_info.map(|info| ContractInfo {
                code_id: info.code_id,
                admin: info.admin,
                label: info.label,
            })),
            Err(Error::Chain(text)) if text.contains("not found") || text.contains("no such contract") => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn amount(text: &str) -> Result<Uint128> {
    text.parse().map_err(|_| Error::network(format!("the bank answers with an amount of '{text}'")))
}

fn undecodable(what: &str, error: &dyn std::fmt::Display) -> Error {
    Error::network(format!("{what}: the answer cannot be decoded: {error}"))
}
