//! Markdown tables with names in the first column and figures in the others.

/// A table. Each row has as many cells as the header.
pub fn markdown(heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let heads: Vec<String> = heads.iter().map(|head| head.to_string()).collect();
    let under = format!("|---|{}\n", "--:|".repeat(heads.len() - 1));
    let rows = rows.into_iter().map(|cells| {
        assert_eq!(cells.len(), heads.len(), "cells of {cells:?} under {heads:?}");
        line(&cells)
    });
    [line(&heads), under].into_iter().chain(rows).collect()
}

/// `1234567` as `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn figures_are_aligned_to_the_right_of_their_names() {
        let row = |name: &str, gas, floor: &str| vec![name.into(), grouped(gas), floor.into()];
        assert_eq!(
            markdown(&["Message", "Gas", "Floor"], [row("deposit", 450_001, "300,000"), row("store", 7, "–")]),
            "| Message | Gas | Floor |\n|---|--:|--:|\n| deposit | 450,001 | 300,000 |\n| store | 7 | – |\n"
        );
    }

    #[test]
    #[should_panic(expected = "cells of [\"store\"] under [\"Message\", \"Gas\"]")]
    fn a_row_that_is_too_short_is_no_row() {
        markdown(&["Message", "Gas"], [vec!["store".into()]]);
    }
}
