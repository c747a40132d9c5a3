//! The state that most messages write must be small: a chain charges 30 gas for each byte of it.

use crate::suite::{Suite, ONE};

/// Eleven values and four pairs of brackets, with 3 bytes each beyond their digits (quotes and a comma). Digits, with
/// room: two coins of 13, four rates of 21, four times of 19, and 20 for the cost. Only the purse has field names, 16
/// bytes, because it shares its code with messages.
#[test]
fn the_books_are_written_as_lists() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    suite.deposit(&alice, 1_000 * ONE);
    suite.hours(1);
    suite.deposit(&alice, 1_000 * ONE);
    let raw = suite.app.wrap().query_wasm_raw(&suite.vault, b"books".as_slice()).unwrap().unwrap();
    let books = String::from_utf8(raw).unwrap();
    assert_eq!(books.matches('{').count(), 1, "{books}");
    assert!(books.len() <= 11 * 3 + 4 * 3 + 16 + 2 * 13 + 4 * 21 + 4 * 19 + 20, "{} bytes: {books}", books.len());
}
