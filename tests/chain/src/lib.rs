//! Tests on a real chain, and what their gas is measured against.
//!
//! # The floor
//! The floor under a message's gas is what the same node charges for the same number of contract loads, coin transfers and
//! storage keys of the same total size, done by a contract that does nothing else (`tests/floor`). Nothing of it is
//! reckoned: the node writes down what it does to its stores ([`trace`]), [`profile`] finds in that what the message did,
//! [`floor`] says it to the bench contract, and what *that* transaction did must be the same ([`floor::work`]). What the
//! floor is made of:
//!
//! - as many loads, each by a query, a message or a reply as in the measured message, of as many different codes;
//! - in each load (a contract's execution and its replies are one) every key once that was read, written or removed in it,
//!   with the same total bytes: what a contract reads twice, or writes and then removes, stands twice in its own bill only;
//! - the same transfers of the same coins, out of the same balances: whether a balance comes to be or is used up costs more
//!   than its size;
//! - no events, no answers, no arithmetic; iterators neither (30 gas a step).
//!
//! The bench contract's message is longer than the measured one, since it spells everything out: [`floor::at_same_size`]
//! takes the difference out at 10 gas a byte. What is left in favour of the measured message is the parsing of that text.
//!
//! What a comparison needs: transactions of one message; a sender that has sent before (the first transaction of an account
//! pays some 13,000 for its public key); the floor sent by the same account.
//!
//! Storing a code has no floor: it costs its length, as Wasm and as gzip. What the chain charges for what:
//! [`ballast_gas::prices`]. The quick check without a node: `tests/wasm`.

pub mod events;
pub mod floor;
pub mod frames;
pub mod profile;
pub mod table;
pub mod trace;
