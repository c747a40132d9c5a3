//! Ballast on a real chain: deploy the system, deposit and redeem, publish prices, keep the hedge alive.
//!
//! Only blocking calls of a CometBFT node's JSON-RPC: no asynchronous runtime, no gRPC. Keys are derived from a
//! mnemonic and stay in this process.

pub mod amount;
pub mod args;
mod ask;
mod client;
mod commands;
mod consent;
mod deliver;
mod error;
mod figures;
mod file;
mod keys;
mod log;
mod msg;
mod pages;
mod pause;
mod poor;
mod prometheus;
mod readable;
mod rpc;
mod secret;
mod send;
mod session;
mod state;
mod text;
mod waiting;

pub use client::{ChainInfo, Client, ContractInfo, GasPrice, Head};
pub use commands::run;
pub use error::{Error, Result};
pub use file::{ChainFile, Collateral, Feed, Key};
pub use keys::Signer;
pub use msg::{unsigned, Msg};
pub use rpc::{check_nodes, patiently, Answer, Http, Stop, Transport};
pub use secret::without_mnemonics;
pub use send::{Answers, Attribute, Cost, Event, Sent};
pub use session::Session;
pub use state::{Addresses, Deployed, State};
pub use text::contract_error;
