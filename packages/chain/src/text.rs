//! Extracts the contract's error from the text that the chain wraps around it.

/// What the chain adds before an error: each of these is removed together with everything up to the next `: `.
const BEFORE: [&str; 5] = [
    "failed to execute message; message index: ",
    "dispatch: ",
    "submessages: ",
    "reply: ",
    "rpc error: code = Unknown desc = ",
];
/// What the chain adds after an error.
const AFTER: [&str; 7] = [
    ": execute wasm contract failed",
    ": instantiate wasm contract failed",
    ": query wasm contract failed",
    ": migrate wasm contract failed",
    ": wasm contract failed",
    ": unknown request",
    ": failed to execute message",
];

/// The contract's own words in a log of the chain: `failed to execute message; message index: 0: TEXT: execute wasm
/// contract failed` is `TEXT`. A log of another form is returned unchanged.
pub fn contract_error(log: &str) -> String {
    // A simulation that fails appends the gas and a stack trace of Go.
    let text = log.split(" With gas wanted:").next().unwrap_or(log);
    let text = text.split(" with gas used:").next().unwrap_or(text);
    // A panic in a module does the same.
    let mut text = text.split("\nstack:").next().unwrap_or(text).trim();
    if let Some((first, _)) = text.split_once("\n[") {
        text = first;
    }
    loop {
        let before = text;
        for prefix in BEFORE {
            if let Some(rest) = text.strip_prefix(prefix) {
                text = rest;
            }
        }
        let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
        if digits.len() < text.len() {
            text = digits.strip_prefix(": ").unwrap_or(text);
        }
        for suffix in AFTER {
            text = text.strip_suffix(suffix).unwrap_or(text);
        }
        // In the location of Go's source, only the brackets are certain.
        if text.ends_with(']') {
            if let Some((rest, location)) = text.rsplit_once(" [") {
                text = if location.contains(".go:") { rest.trim_end_matches(':').trim_end() } else { text };
            }
        }
        if text == before {
            return text.to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::contract_error;

    #[test]
    fn only_the_contract_speaks() {
        for (log, text) in [
            (
                "failed to execute message; message index: 0: amount: 5 given, 7 needed: execute wasm contract failed",
                "amount: 5 given, 7 needed",
            ),
            (
                "failed to execute message; message index: 0: dispatch: submessages: no slack: execute wasm contract failed",
                "no slack",
            ),
            (
                "failed to execute message; message index: 0: dispatch: reply: no shares: execute wasm contract failed",
                "no shares",
            ),
            ("Generic error: x: query wasm contract failed", "Generic error: x"),
            (
                "failed to execute message; message index: 2: no: execute wasm contract failed [CosmWasm/wasmd@v0.61.14/x/wasm/keeper/keeper.go:428] With gas wanted: '0' and gas used: '120'",
                "no",
            ),
            (
                "failed to execute message; message index: 0: wait: execute wasm contract failed [!cosm!wasm/wasmd@v0.61.14/x/wasm/keeper/keeper.go:452] with gas used: '109514'",
                "wait",
            ),
            ("recovered: no such thing \nstack:\ngoroutine 44 [running]:\n: panic", "recovered: no such thing"),
            ("spendable balance 5ucosm is smaller than 7ucosm: insufficient funds", "spendable balance 5ucosm is smaller than 7ucosm: insufficient funds"),
            ("", ""),
        ] {
            assert_eq!(contract_error(log), text, "{log}");
        }
    }
}
