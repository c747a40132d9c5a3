//! The scenarios of the native tests on the built Wasm, and on Wasm and native contracts side by side.
// The same sources, once for each set of codes.
#![allow(clippy::duplicate_mod)]

mod all_wasm;
mod wasm_around_a_native_market;
mod wasm_market;
