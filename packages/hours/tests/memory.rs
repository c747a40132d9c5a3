//! Memory used for a file that is not a table. In its own binary, because the peak is that of the process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use ballast_hours::{read_bars, Spikes};

/// Peak memory of this process, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1_024
}

#[test]
fn a_huge_line_is_refused_in_a_few_times_its_size() {
    let text = "1,".repeat(5_000_000);
    let before = peak();
    read_bars("p.csv", text.as_bytes(), Spikes::Refuse).unwrap_err();
    let grown = peak() - before;
    assert!(grown < text.len() * 10, "{} MB for a file of {} MB", grown >> 20, text.len() >> 20);
}
