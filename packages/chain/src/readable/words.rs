//! The names of the contracts' types, in words.

/// Flags of a price, its uses, actions that can be switched off, and kinds of feeds.
const NAMES: [(&str, &str); 23] = [
    ("Missing", "missing"),
    ("Invalid", "invalid"),
    ("Future", "from the future"),
    ("Stale", "stale"),
    ("Jump", "held back after a jump"),
    ("Uncertain", "too uncertain"),
    ("Secondary", "from the secondary feed alone"),
    ("Discount", "far below what the coin is redeemed for"),
    ("Increase", "opening and growing positions"),
    ("Reduce", "reducing positions"),
    ("Settle", "settling"),
    ("MarginIn", "adding margin"),
    ("MarginOut", "withdrawing margin"),
    ("Liquidate", "liquidation"),
    ("PoolIn", "deposits into the pool"),
    ("PoolOut", "withdrawals from the pool"),
    ("Pool", "the pool"),
    ("BuyBase", "buying coins from the pool"),
    ("Deposit", "depositing"),
    ("Rebalance", "rebalancing"),
    ("Price", "price"),
    ("Rate", "rate"),
    ("RedemptionRate", "redemption rate"),
];

/// One or several names, separated by commas, in words; none if one of them is unknown.
pub(crate) fn worded(names: &str) -> Option<String> {
    let words = names.split(", ").map(|name| NAMES.iter().find(|(known, _)| *known == name).map(|(_, words)| *words));
    Some(words.collect::<Option<Vec<_>>>()?.join(" and "))
}

/// What to do about these flags of a price.
pub(crate) fn advice(flags: &str) -> &'static str {
    let has = |flag: &str| flags.split(", ").any(|other| other == flag);
    if has("Missing") || has("Stale") || has("Invalid") || has("Secondary") {
        "enough publishers must publish a new value (ballast-chain publish)"
    } else if has("Jump") {
        "a publisher must publish it again to confirm it (ballast-chain publish); ballast-chain status shows from when on"
    } else {
        "try again later"
    }
}
