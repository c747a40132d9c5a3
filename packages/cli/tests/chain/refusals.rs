//! What is refused or held back says what to do about it.

use super::*;

#[test]
fn a_published_price_that_is_not_used_says_so_and_what_confirms_it() {
    let stage = Stage::new();
    let published = |args: &str| {
        let output = stage.run(args);
        assert!(output.status.success(), "{}", stderr(&output));
        output
    };
    assert!(!stderr(&published("publish --price 10 --once")).contains("not_used"));
    stage.chain.answers("\"readings\"", json!([reading(vec![Flag::Jump], Some(1_577_836_830))]));
    let output = published("publish --price 10 --once");
    says(
        &stderr(&output),
        "level=warn event=not_used text=\"atom/usdc is held back after a jump until 2020-01-01T00:00:30Z, and not used: \
         publish it again from then on to confirm it\"",
    );
    says(&stdout(&output), "1 published");
    says(
        &stdout(&published("publish --price 10 --once --json")),
        "\"not_used\":[{\"confirm_from\":\"1577836830000000000\",\"feed\":\"atom/usdc\",\"flags\":[\"jump\"]}]",
    );
    stage.chain.answers("\"readings\"", json!([reading(vec![Flag::Missing], None)]));
    let output = published("publish --price 10 --once");
    says(&stderr(&output), "atom/usdc is not used, because it is missing: enough publishers must publish a new value");
    // A loop says it once.
    let log = stage.log("publish --price 10 --every 0.2", 4);
    assert_eq!(log.iter().filter(|line| line.contains("event=not_used")).count(), 1, "{log:#?}");
}
