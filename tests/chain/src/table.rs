//! Tables of gas, floor and ratio for each message.

use ballast_gas::table::{grouped, markdown};

/// The cost of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Name of the message.
    pub message: String,
    /// Gas that the chain charged.
    pub gas: u64,
    /// Gas for the loads, transfers and storage alone; none if there is no meaningful floor.
    pub floor: Option<u64>,
}

/// Shown if there is no number.
const NONE: &str = "–";

impl Row {
    /// Gas divided by floor, in hundredths, rounded up.
    pub fn ratio_hundredths(&self) -> Option<u64> {
        let floor = self.floor.filter(|floor| *floor > 0)?;
        Some((u128::from(self.gas) * 100).div_ceil(u128::from(floor)) as u64)
    }
}

/// A table of each message's gas, floor and ratio.
pub fn over_the_floor(rows: &[Row]) -> String {
    let cells = rows.iter().map(|row| {
        let floor = row.floor.map_or(NONE.into(), grouped);
        let ratio = row.ratio_hundredths().map_or(NONE.into(), |r| format!("{}.{:02}", r / 100, r % 100));
        vec![row.message.clone(), grouped(row.gas), floor, ratio]
    });
    markdown(&["Message", "Gas", "Floor", "Ratio"], cells)
}

/// A table of the gas of the same messages in several places, one column for each.
pub fn side_by_side(columns: &[(&str, Vec<Row>)]) -> String {
    let heads: Vec<&str> = ["Message"].into_iter().chain(columns.iter().map(|(head, _)| *head)).collect();
    let cells = columns[0].1.iter().map(|Row { message, .. }| {
        let same = |rows: &[Row]| rows.iter().find(|other| other.message == *message).map(|same| grouped(same.gas));
        let gas = columns.iter().map(|(_, rows)| same(rows).unwrap_or(NONE.into()));
        [message.clone()].into_iter().chain(gas).collect()
    });
    markdown(&heads, cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        vec![
            Row { message: "deposit, first".into(), gas: 450_001, floor: Some(300_000) },
            Row { message: "store".into(), gas: 7, floor: None },
        ]
    }

    #[test]
    fn ratios_are_rounded_against_us() {
        // 450,001 / 300,000 = 1.500003...
        assert_eq!(rows()[0].ratio_hundredths(), Some(151));
        assert_eq!(Row { gas: 450_000, ..rows()[0].clone() }.ratio_hundredths(), Some(150));
        assert_eq!(Row { floor: Some(0), ..rows()[0].clone() }.ratio_hundredths(), None);
    }

    #[test]
    fn a_message_without_a_floor_has_no_ratio() {
        assert_eq!(
            over_the_floor(&rows()),
            "| Message | Gas | Floor | Ratio |\n|---|--:|--:|--:|\n\
             | deposit, first | 450,001 | 300,000 | 1.51 |\n| store | 7 | – | – |\n"
        );
    }

    #[test]
    fn a_message_that_one_place_has_not_is_a_dash_there() {
        assert_eq!(
            side_by_side(&[("3.0", rows()), ("1.5", rows()[1..].to_vec())]),
            "| Message | 3.0 | 1.5 |\n|---|--:|--:|\n| deposit, first | 450,001 | – |\n| store | 7 | 7 |\n"
        );
    }
}
