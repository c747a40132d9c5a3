//! Tests on a real chain, and the floor that their gas is measured against.
//!
//! # The floor
//! The floor of a message's gas is what the same node charges for the same number of contract loads, coin transfers and
//! storage keys of the same total size, if a contract does only that (`tests/floor`). Nothing is estimated: the node
//! writes a trace of its stores ([`trace`]), [`profile`] derives from it what the message did, [`floor`] turns that
//! into messages to the bench contract, and the test checks that *its* transaction did the same ([`floor::work`]). The
//! floor consists of:
//! floor is made of:
//!
//! - as many loads as in the measured message, each by a query, a message or a reply, and of as many different codes;
//! - in each load (a contract's execution and its replies are one) each key once that was read, written or removed,
//!   with the same total size: a key that a contract reads twice, or writes and then removes, counts twice only in its
//!   own gas;
//! - the same transfers of the same coins from the same balances: creating a balance or emptying it costs more than its
//!   size;
//! - no events, no responses, no arithmetic, and no iterators (30 gas a step).
//!
//! The bench contract's message is longer than the measured one, because it spells everything out:
//! [`floor::at_same_size`] subtracts the difference at 10 gas a byte. Parsing the longer text still makes the floor
//! slightly too high, which favours the measured message.
//!
//! A comparison needs transactions of one message, a sender that has sent before (an account's first transaction costs
//! some 13,000 more, for its public key), and the floor sent by the same account.
//!
//! There is no floor for storing a code, whose cost depends on its length as Wasm and compressed. For the chain's
//! prices see [`ballast_gas::prices`]; for a quick check without a node, `tests/wasm`.

pub mod events;
pub mod floor;
pub mod frames;
pub mod profile;
pub mod table;
pub mod trace;
