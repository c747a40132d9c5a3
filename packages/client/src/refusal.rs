//! Why the vault refuses.

use cosmwasm_std::StdError;
use thiserror::Error;

/// Why the vault refused: a kind to act on, and the text for people.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
#[error("{text}")]
pub struct Refusal {
    /// The kind of reason.
    pub kind: Kind,
    /// The text as received. The chain may have hidden the reason: see [`Kind::Hidden`].
    pub text: String,
}

impl Refusal {
    /// Parses the text of an error, which is all that a contract gets.
    pub fn new(text: String) -> Refusal {
        Refusal { kind: Kind::of(&text), text }
    }
}

impl From<StdError> for Refusal {
    fn from(error: StdError) -> Self {
        Refusal::new(error.to_string())
    }
}

/// Reasons that a caller would treat differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The chain replaced the reason by `codespace: wasm, code: 5` or the like. A preview tells the reason, except for
    /// refusals of the venue on chains before wasmd 0.52.
    Hidden,
    /// The vault waits for the venue in this very transaction. Try again after it.
    Busy,
    /// The guardian of the vault has stopped this. It cannot stop redemptions.
    Paused,
    /// The venue takes no such order now, pays no margin out, or knows no price, or the deposited coin sells for unusually
    /// little. Try again later.
    VenueClosed,
    /// Leverage is too high for deposits: send a rebalance first.
    LeverageTooHigh,
    /// More than the venue's capacity or the vault's deposit cap allows. Deposit less.
    TooLarge,
    /// Too small for the venue, or it would give less than one unit.
    TooSmall,
    /// Fewer shares or coins than the message's own bounds.
    OutOfBounds,
    /// Leaving costs more than `exit_cost` allows without bounds. Give bounds.
    ExitCost,
    /// More shares than the sender has or, in a preview, than exist.
    NotEnoughShares,
    /// The vault has lost everything and accepts no deposits.
    NothingBehindShares,
    /// None of these: a mistake in the message, or something that should not happen.
    Other,
}

/// Words of the errors of vault, policy and market (tests of the vault and of this crate compare them). What a chain hides comes first: a
/// vault whose own question to the venue failed says so in words of its own.
const WORDS: [(&str, Kind); 25] = [
    ("codespace: ", Kind::Hidden),
    ("busy: a step at the venue is under way", Kind::Busy),
    ("is switched off by the guardian", Kind::Paused),
    // The market's own, such as a redemption while it pays no margin out.
    ("is switched off", Kind::VenueClosed),
    ("the venue takes no increase now", Kind::VenueClosed),
    ("the venue lets nobody reduce now", Kind::VenueClosed),
    ("the market has no price yet", Kind::VenueClosed),
    // The index price or the collateral price.
    ("price may not be used for", Kind::VenueClosed),
    ("less than it is redeemed for", Kind::VenueClosed),
    ("call rebalance first", Kind::LeverageTooHigh),
    ("deposit less", Kind::TooLarge),
    ("above the deposit cap", Kind::TooLarge),
    ("would be above the cap of", Kind::TooLarge),
    ("that may be added now", Kind::TooLarge),
    ("of NAV would be at the venue", Kind::TooLarge),
    ("slack of", Kind::TooLarge),
    ("is below the minimum of", Kind::TooSmall),
    ("the amount is zero", Kind::TooSmall),
    ("less than the smallest share", Kind::TooSmall),
    ("its cost is above its worth", Kind::TooSmall),
    ("less than one unit of either coin", Kind::TooSmall),
    ("than the minimum of", Kind::OutOfBounds),
    ("give min_base and min_quote", Kind::ExitCost),
    ("shares asked for, there are", Kind::NotEnoughShares),
    ("shares outstanding: deposits are refused", Kind::NothingBehindShares),
];

impl Kind {
    fn of(text: &str) -> Kind {
        let found = WORDS.iter().find(|(words, _)| text.contains(words));
        found.map_or(Kind::Other, |(_, kind)| *kind)
    }

    /// Whether the same message may be accepted later.
    pub fn may_pass(self) -> bool {
        matches!(self, Kind::Busy | Kind::Paused | Kind::VenueClosed | Kind::LeverageTooHigh)
    }

    /// A name for events.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Hidden => "hidden",
            Kind::Busy => "busy",
            Kind::Paused => "paused",
            Kind::VenueClosed => "venue_closed",
            Kind::LeverageTooHigh => "leverage_too_high",
            Kind::TooLarge => "too_large",
            Kind::TooSmall => "too_small",
            Kind::OutOfBounds => "out_of_bounds",
            Kind::ExitCost => "exit_cost",
            Kind::NotEnoughShares => "not_enough_shares",
            Kind::NothingBehindShares => "nothing_behind_shares",
            Kind::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Kind {
        Refusal::new(text.to_string()).kind
    }

    #[test]
    fn a_reason_is_found_in_what_chains_put_around_it() {
        let plain = "Deposit is switched off by the guardian; redemptions are not";
        assert_eq!(kind(plain), Kind::Paused);
        // wasmd from 0.51 on, in a reply and after a query
        assert_eq!(kind(&format!("{plain}: execute wasm contract failed")), Kind::Paused);
        assert_eq!(kind(&format!("Querier contract error: {plain}: query wasm contract failed")), Kind::Paused);
    }

    #[test]
    fn a_reason_that_the_chain_hides_is_hidden_wherever_it_does() {
        // in a reply: by wasmd before 0.51, and by all versions if the vault refuses in its own reply
        assert_eq!(kind("codespace: wasm, code: 5"), Kind::Hidden);
        assert_eq!(kind("codespace: sdk, code: 11"), Kind::Hidden);
        // the venue's reason, hidden from the vault
        assert_eq!(kind("Generic error: Querier contract error: codespace: wasm, code: 9"), Kind::Hidden);
    }

    #[test]
    fn what_is_in_no_list_is_other() {
        assert_eq!(kind("Overflow: an exchange rate"), Kind::Other);
        assert_eq!(Refusal::from(StdError::generic_err("no such contract")).kind, Kind::Other);
    }

    #[test]
    fn what_may_pass_is_what_is_worth_trying_again() {
        assert!(Kind::VenueClosed.may_pass() && Kind::LeverageTooHigh.may_pass());
        assert!(!Kind::TooSmall.may_pass() && !Kind::Hidden.may_pass());
    }
}
