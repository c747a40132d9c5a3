//! `ballast …` as a process: how it ends, and what it says to those who look for `ballast chain`.

use std::process::{Command, Output, Stdio};

fn ballast(args: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
    command.args(args.split_whitespace()).stdin(Stdio::null());
    command
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn input_that_is_wrong_ends_with_2() {
    for args in [
        "simulate --prices nowhere.csv --funding nowhere.csv",
        "simulate --staking-yield nowhere.csv",
        "simulate --params nowhere.toml",
        "simulate --plot nowhere/at/all.svg",
        "simulate --no-such-option",
        "status",
    ] {
        let output = ballast(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args}: {}", stderr(&output));
    }
}

#[test]
fn a_pipe_that_is_closed_is_no_panic_and_no_failure() {
    let mut child = ballast("params").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[test]
fn an_answer_that_cannot_be_written_ends_with_1() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = ballast("params").stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
}

#[test]
fn whoever_looks_for_the_commands_of_a_chain_is_told_the_program_that_has_them() {
    for args in ["chain", "chain status", "chain deposit 12.5atom --from alice", "chain --help", "chain -h"] {
        let output = ballast(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args}: {}", stderr(&output));
        let told = "`ballast chain` is a program of its own now, with the same commands and options: `ballast-chain`, \
                    or `cargo run --release -p ballast-chain --` in place of `cargo run --release -- chain`";
        assert_eq!(stderr(&output), format!("ballast: {told}\n"), "{args}");
    }
    let help = String::from_utf8(ballast("--help").output().unwrap().stdout).unwrap();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("What is on a real chain is for `ballast-chain`"), "{help}");
}

#[test]
fn words_that_may_be_a_mnemonic_are_not_repeated_there() {
    let words = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    for args in [format!("chain deposit {words}"), format!("chain {words}"), format!("chain status --from {words}")] {
        let output = ballast(&args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(!stderr(&output).contains("winner"), "{}", stderr(&output));
    }
}

#[test]
fn another_coin_that_is_hedged_whole_is_noted_and_one_with_a_part_set_is_not() {
    let file = |name: &str, text: &str| {
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    // Two days of May 2022, which the built-in bars have.
    let coin = file("relative.csv", "timestamp_ms,price\n1651363200000,500\n1651449600000,510\n");
    let params = file("part.toml", "[policy]\nmin_variance_hedge = 0.5\nhedge_min = 0.4\nhedge_max = 0.5\n");
    // Notes come before anything that stops a run.
    let said = |options: &str| {
        let output = ballast(&format!("simulate --plot nowhere/at/all.svg --collateral {coin} {options}")).output();
        stderr(&output.unwrap())
    };
    let note = format!(
        "{coin}: all of this coin is hedged with the perpetual of another one; to hedge the part with which both vary \
         least, set `min_variance_hedge`, `hedge_min` and `hedge_max` in [policy] of a file, and pass that with --params\n"
    );
    assert!(said("").contains(&note), "{}", said(""));
    let of_part = said(&format!("--params {params}"));
    assert!(!of_part.contains("is hedged with"), "{of_part}");
    assert!(of_part.contains("cannot write"), "{of_part}");
}
