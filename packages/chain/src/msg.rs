//! Messages to send, as protobuf for signing and as JSON for a multisig.

use std::io::Write;

use cosmrs::proto::cosmos::bank::v1beta1::MsgSend;
use cosmrs::proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use cosmrs::proto::cosmwasm::wasm::v1::{
    MsgExecuteContract, MsgInstantiateContract2, MsgMigrateContract, MsgStoreCode,
};
use cosmrs::proto::traits::Name;
use cosmrs::Any;
use cosmwasm_std::{Binary, Coin};
use flate2::write::GzEncoder;
use flate2::Compression;
use serde::Serialize;
use serde_json::{json, Value};

use crate::{Error, Result};

/// A message without its sender.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// Store a contract's code, which is sent compressed.
    Store {
        /// The Wasm.
        wasm: Vec<u8>,
    },
    /// Instantiate at an address that is known in advance ([`cosmwasm_std::instantiate2_address`], message not hashed).
    Instantiate {
        /// Code id.
        code_id: u64,
        /// Admin, who may migrate it; empty for nobody.
        admin: String,
        /// Label.
        label: String,
        /// The contract's message.
        msg: Value,
        /// Salt, which distinguishes instances of one creator and code, 1 to 64 bytes.
        salt: Vec<u8>,
    },
    /// Execute a contract.
    Execute {
        /// The contract's address.
        contract: String,
        /// The contract's message.
        msg: Value,
        /// Attached coins.
        funds: Vec<Coin>,
    },
    /// Migrate an instance to another code.
    Migrate {
        /// The contract's address.
        contract: String,
        /// The new code id.
        code_id: u64,
        /// The contract's message.
        msg: Value,
    },
    /// Send coins.
    Send {
        /// Recipient.
        to: String,
        /// Coins.
        coins: Vec<Coin>,
    },
}

/// Compresses Wasm as chains accept it; the code hash is that of the uncompressed bytes.
fn compressed(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(wasm).and_then(|()| encoder.finish());
    written.map_err(|error| Error::user(format!("cannot compress the Wasm: {error}")))
}

/// Sorts by denom, as the bank requires, and removes zeros.
fn proto_coins(coins: &[Coin]) -> Vec<ProtoCoin> {
    let mut coins: Vec<_> = coins.iter().filter(|coin| !coin.amount.is_zero()).collect();
    coins.sort_by(|a, b| a.denom.cmp(&b.denom));
    coins.into_iter().map(|coin| ProtoCoin { denom: coin.denom.clone(), amount: coin.amount.to_string() }).collect()
}

fn json_coins(coins: &[Coin]) -> Value {
    proto_coins(coins).iter().map(|coin| json!({"denom": coin.denom, "amount": coin.amount})).collect()
}

/// A message or a response as JSON.
///
/// # Errors
/// [`Error::User`] when it cannot be encoded as JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::user(error.to_string()))
}

/// Builds the protobuf `Any` of a message.
fn any<M: Name>(message: &M) -> Any {
    Any { type_url: M::type_url(), value: message.encode_to_vec() }
}

impl Msg {
    /// Executes a contract with attached coins.
    ///
    /// # Errors
    /// [`Error::User`] when the message cannot be encoded as JSON.
    pub fn execute(contract: &str, msg: &impl Serialize, funds: &[Coin]) -> Result<Msg> {
        Ok(Msg::Execute { contract: contract.to_owned(), msg: json(msg)?, funds: funds.to_vec() })
    }

    /// The message as protobuf.
    ///
    /// # Errors
    /// [`Error::User`] when the Wasm cannot be compressed.
    pub fn to_any(&self, sender: &str) -> Result<Any> {
        let sender = sender.to_owned();
        Ok(match self.clone() {
            Msg::Store { wasm } => {
                let wasm_byte_code = compressed(&wasm)?;
                any(&MsgStoreCode { sender, wasm_byte_code, instantiate_permission: None })
            }
            Msg::Instantiate { code_id, admin, label, msg, salt } => {
                let msg = msg.to_string().into_bytes();
                any(&MsgInstantiateContract2 {
                    sender,
                    admin,
                    code_id,
                    label,
                    msg,
                    funds: vec![],
                    salt,
                    fix_msg: false,
                })
            }
            Msg::Execute { contract, msg, funds } => {
                let (msg, funds) = (msg.to_string().into_bytes(), proto_coins(&funds));
                any(&MsgExecuteContract { sender, contract, msg, funds })
            }
            Msg::Migrate { contract, code_id, msg } => {
                any(&MsgMigrateContract { sender, contract, code_id, msg: msg.to_string().into_bytes() })
            }
            Msg::Send { to, coins } => {
                any(&MsgSend { from_address: sender, to_address: to, amount: proto_coins(&coins) })
            }
        })
    }

    /// The message in the JSON form that transactions have while they are passed around for signing (`wasmd tx sign`,
    /// `multisign`).
    ///
    /// # Errors
    /// [`Error::User`] when the Wasm cannot be compressed.
    pub fn to_json(&self, sender: &str) -> Result<Value> {
        let mut json = match self {
            Msg::Store { wasm } => json!({
                "@type": MsgStoreCode::type_url(),
                "wasm_byte_code": Binary::from(compressed(wasm)?),
                "instantiate_permission": null,
            }),
            Msg::Instantiate { code_id, admin, label, msg, salt } => json!({
                "@type": MsgInstantiateContract2::type_url(),
                "admin": admin,
                "code_id": code_id.to_string(),
                "label": label,
                "msg": msg,
                "funds": [],
                "salt": Binary::from(salt.as_slice()),
                "fix_msg": false,
            }),
            Msg::Execute { contract, msg, funds } => json!({
                "@type": MsgExecuteContract::type_url(),
                "contract": contract,
                "msg": msg,
                "funds": json_coins(funds),
            }),
            Msg::Migrate { contract, code_id, msg } => json!({
                "@type": MsgMigrateContract::type_url(),
                "contract": contract,
                "code_id": code_id.to_string(),
                "msg": msg,
            }),
            Msg::Send { to, coins } => json!({
                "@type": MsgSend::type_url(),
                "to_address": to,
                "amount": json_coins(coins),
            }),
        };
        let key = if matches!(self, Msg::Send { .. }) { "from_address" } else { "sender" };
        if let Some(object) = json.as_object_mut() {
            object.insert(key.to_owned(), Value::from(sender));
        }
        Ok(json)
    }
}

/// An unsigned transaction as JSON.
///
/// # Errors
/// [`Error::User`] when a message cannot be encoded.
pub fn unsigned(msgs: &[Msg], sender: &str, fee: &Coin, gas: u64) -> Result<Value> {
    let messages = msgs.iter().map(|msg| msg.to_json(sender)).collect::<Result<Vec<_>>>()?;
    Ok(json!({
        "body": {
            "messages": messages,
            "memo": "",
            "timeout_height": "0",
            "extension_options": [],
            "non_critical_extension_options": [],
        },
        "auth_info": {
            "signer_infos": [],
            "fee": {"amount": json_coins(std::slice::from_ref(fee)), "gas_limit": gas.to_string(), "payer": "", "granter": ""},
        },
        "signatures": [],
    }))
}
