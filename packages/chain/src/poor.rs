//! Errors of an account that cannot pay.

/// The end of such an error from the chain.
const ENDING: &str = ": insufficient funds";

/// Whether the chain refuses because the account has too few coins.
pub(crate) fn is_poor(text: &str) -> bool {
    text.contains("spendable balance ") && text.contains(ENDING)
}

/// Rewrites the error to say whose account it is about and what to do. Other errors stay as they are. The text must be
/// readable already, with the coins' names.
pub(crate) fn explained(text: String, address: Option<&str>) -> String {
    let (Some(address), true) = (address, is_poor(&text)) else { return text };
    let before = text.split(ENDING).next().unwrap_or_default();
    // A coin that the chain file does not name follows its units without a space.
    let coin = before.rsplit(' ').next().unwrap_or_default().trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{address} has too few coins: {before}; send it some {coin}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_too_few_coins_is_named_with_what_to_send() {
        let text = "spendable balance 0.003352 cosm is smaller than 0.021211 cosm: insufficient funds";
        assert_eq!(
            explained(text.to_owned(), Some("cosmos1me")),
            "cosmos1me has too few coins: spendable balance 0.003352 cosm is smaller than 0.021211 cosm; send it some cosm"
        );
        let unnamed = "spendable balance  is smaller than 21211ucosm: insufficient funds";
        assert!(explained(unnamed.to_owned(), Some("cosmos1me")).ends_with("; send it some ucosm"));
        assert_eq!(explained(text.to_owned(), None), text);
        assert_eq!(explained("no slack".to_owned(), Some("cosmos1me")), "no slack");
    }
}
