//! Gas, floor and ratio of every message, as a table for people and as lines for programs.

use std::fmt::Write;

/// What a message cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which message.
    pub message: String,
    /// What the chain charged.
    pub gas: u64,
    /// What it charges for the loads, transfers and storage alone; none where that says nothing.
    pub floor: Option<u64>,
}

/// A line that is none of ours.
#[derive(thiserror::Error, Debug, PartialEq, Eq)]
#[error("line {number}: not `message<tab>gas<tab>floor`: {line}")]
pub struct ParseError {
    /// Which, counted from 1.
    pub number: usize,
    /// What it says.
    pub line: String,
}

impl Row {
    /// Gas over floor, in hundredths, rounded up.
    pub fn ratio_hundredths(&self) -> Option<u64> {
        let floor = self.floor.filter(|floor| *floor > 0)?;
        Some((u128::from(self.gas) * 100).div_ceil(u128::from(floor)) as u64)
    }
}

/// A Markdown table.
pub fn markdown(rows: &[Row]) -> String {
    let mut text = String::from("| Message | Gas | Floor | Ratio |\n|---|---:|---:|---:|\n");
    for row in rows {
        let floor = row.floor.map_or_else(|| "–".into(), grouped);
        let ratio = row.ratio_hundredths().map_or_else(|| "–".into(), |r| format!("{}.{:02}", r / 100, r % 100));
        // Writing to a String does not fail.
        let _ = writeln!(text, "| {} | {} | {floor} | {ratio} |", row.message, grouped(row.gas));
    }
    text
}

/// A line for each row: message, gas, floor or `-`, with tabs between.
pub fn to_lines(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let floor = row.floor.map_or_else(|| "-".into(), |floor| floor.to_string());
        let _ = writeln!(text, "{}\t{}\t{floor}", row.message, row.gas);
    }
    text
}

/// What [`to_lines`] wrote. Empty lines and lines that begin with `#` are passed over.
pub fn from_lines(text: &str) -> Result<Vec<Row>, ParseError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(index, line)| row(line).ok_or_else(|| ParseError { number: index + 1, line: line.into() })).collect()
}

fn row(line: &str) -> Option<Row> {
    let mut fields = line.split('\t');
    let (message, gas, floor) = (fields.next()?, fields.next()?.parse().ok()?, fields.next()?);
    let floor = if floor == "-" { None } else { Some(floor.parse().ok()?) };
    fields.next().is_none().then(|| Row { message: message.into(), gas, floor })
}

/// `1234567` as `1 234 567`, with spaces that do not break.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
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
    fn a_table_for_people() {
        assert_eq!(
            markdown(&rows()),
            "| Message | Gas | Floor | Ratio |\n|---|---:|---:|---:|\n\
             | deposit, first | 450\u{a0}001 | 300\u{a0}000 | 1.51 |\n| store | 7 | – | – |\n"
        );
    }

    #[test]
    fn lines_come_back_as_the_rows_they_were() {
        assert_eq!(to_lines(&rows()), "deposit, first\t450001\t300000\nstore\t7\t-\n");
        assert_eq!(from_lines(&format!("# gas\n\n{}", to_lines(&rows()))).unwrap(), rows());
        let error = from_lines("# gas\nstore\tmany\t-\n").unwrap_err().to_string();
        assert_eq!(error, "line 2: not `message<tab>gas<tab>floor`: store\tmany\t-");
    }
}
