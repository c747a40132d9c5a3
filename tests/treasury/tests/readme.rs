//! The integrator's page shows code of this contract as it is.
#![allow(clippy::unwrap_used, clippy::panic)]

const PAGE: &str = include_str!("../../../packages/client/README.md");
const SOURCE: &str = include_str!("../src/contract.rs");

/// Lines without their indentation, and without empty ones.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_code_of_the_page_is_code_of_the_contract() {
    let source = lines(SOURCE);
    let blocks: Vec<&str> = PAGE.split("```rust").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 4);
    for block in blocks {
        let shown = lines(block);
        assert!(source.windows(shown.len()).any(|part| part == shown), "not in the contract:\n{block}");
    }
}
