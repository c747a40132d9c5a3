//! The deposited coin's own price, in a market of two prices.

use ballast_types::market::CollateralRange;
use ballast_types::oracle::{Flag, Reading};

use super::super::system::{percent, price, Units};
use super::view::{flagged, stale, Rows};
use super::{Part, Status};

/// What the coin sells for and is redeemed for, its discount, and how old each feed behind it is.
pub fn rows(status: &Status, units: &Units) -> Rows {
    let mut rows: Rows = vec![];
    if let Some(range) = range(status) {
        let collateral = status.position.known().map(|position| position.venue.prices.collateral);
        rows.extend(collateral.map(|sells| ("sells for", units.price(sells))));
        rows.push(("redeemed for", units.price(range.redemption)));
        let (discount, mean) = (percent(range.discount), percent(range.mean_discount));
        rows.push(("discount", format!("{discount}, mean of a day {mean}")));
        rows.push(("flags", flagged(&range.flags)));
        let held = range.held_back.map(|held| units.price(held));
        rows.extend(held.map(|held| ("held back", held)));
    }
    match &status.collateral_feeds {
        Part::Known(feeds) => rows.extend(feeds.iter().map(|reading| ("feed", feed(reading, status.time)))),
        Part::Unknown { error: why } => rows.push(("feeds not known", why.clone())),
    }
    rows
}

/// More about the collateral price; none in a market of one price, and before the first one.
pub fn range(status: &Status) -> Option<&CollateralRange> {
    status.position.known()?.venue.prices.collateral_range.as_ref()
}

fn feed(reading: &Reading, now: u64) -> String {
    let Reading { feed, value, upper, redemption, flags, stale_at, .. } = reading;
    if flags.contains(&Flag::Missing) {
        return format!("{feed} has no value");
    }
    let upper = upper.map_or(String::new(), |upper| format!(" to {}", price(upper)));
    let redemption = redemption.map_or(String::new(), |redemption| format!(", redeemed for {}", price(redemption)));
    let flags = if flags.is_empty() { String::new() } else { format!(", {}", flagged(flags)) };
    format!("{feed} is {}{upper}{redemption}, {}{flags}", price(value), stale(*stale_at, now))
}

/// What waits because the coin sells far below what it is redeemed for.
pub fn waits(status: &Status) -> Option<String> {
    let range = range(status).filter(|range| range.flags.contains(&Flag::Discount))?;
    let (discount, mean) = (percent(range.discount), percent(range.mean_discount));
    Some(format!(
        "vault: deposits, rule 4 at a loss, rules 5 and 7 wait, because the coin sells for {discount} less than it is \
         redeemed for, {mean} in the mean of a day"
    ))
}
