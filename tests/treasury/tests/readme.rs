//! The integrator's page shows code of this contract as it is, and this contract uses the whole kit: the limits that its Wasm
//! is built to keep hold for all of it.
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

const KIT: [&str; 3] = [
    include_str!("../../../packages/client/src/answer.rs"),
    include_str!("../../../packages/client/src/msg.rs"),
    include_str!("../../../packages/client/src/query.rs"),
];

#[test]
fn every_message_question_and_answer_of_the_kit_is_used() {
    let functions = KIT.iter().flat_map(|source| source.split("pub fn ").skip(1));
    let names: Vec<&str> = functions.map(|rest| rest.split(['(', '<']).next().unwrap()).collect();
    // four messages, ten questions, three answers and what is in one of them
    assert_eq!(names.len(), 18, "{names:?}");
    for name in names {
        assert!(SOURCE.contains(&format!("{name}(")), "{name} is not used");
    }
}
