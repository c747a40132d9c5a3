//! The machine itself: what it stores and refuses, that Wasm does what native code does, and what it meters.

mod checks;
mod gas;
mod same;
