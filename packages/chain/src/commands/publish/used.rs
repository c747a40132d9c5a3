//! Whether the oracle lets others use what was published.

use ballast_types::oracle::{Flag, QueryMsg, Reading};

use crate::figures::time;
use crate::readable::{advice, worded};
use crate::{Client, Result};

/// The oracle's readings of these feeds.
///
/// # Errors
/// Those of [`Client::query`].
pub fn readings(client: &Client, oracle: &str, feeds: Vec<String>) -> Result<Vec<Reading>> {
    client.query(oracle, &QueryMsg::Readings { feeds })
}

/// Why a published value is not used, and what to do; none if it is used.
pub fn unused(reading: &Reading) -> Option<String> {
    let Reading { feed, flags, confirm_from, .. } = reading;
    if flags.is_empty() {
        return None;
    }
    if let (true, Some(from)) = (flags.contains(&Flag::Jump), confirm_from) {
        let from = time(*from);
        return Some(format!(
            "{feed} is held back after a jump until {from}, and not used: publish it again from then on to confirm it"
        ));
    }
    let names = flags.iter().map(|flag| format!("{flag:?}")).collect::<Vec<_>>().join(", ");
    Some(format!("{feed} is not used, because it is {}: {}", worded(&names)?, advice(&names)))
}
