//! Tests of the machine: what it stores and refuses, that Wasm behaves like native code, and what it meters.

mod checks;
mod gas;
mod same;
