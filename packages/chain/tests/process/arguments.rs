//! Errors in a command line are found without a node, and reported without secrets.

use super::*;

/// Checks how and how soon a command line ends while the node is unreachable.
#[track_caller]
fn is_refused(args: &str, part: &str) {
    let mut stage = Stage::new();
    stage.world.nodes = vec!["http://127.0.0.1:1".to_owned()];
    let output = stage.within(args, Duration::from_secs(5));
    assert_eq!(output.status.code(), Some(2), "{args}: {}", stderr(&output));
    says(&stderr(&output), part);
    assert_eq!(stdout(&output), "", "{args}");
}

#[test]
fn an_argument_that_is_wrong_ends_with_2_before_any_node_is_asked() {
    for (args, part) in [
        ("deposit 1.2345678atom --from alice", "7 digits after the point, the coin has 6"),
        ("deposit 5xyz --from alice", "'xyz' is not a coin of the chain file"),
        ("deposit 5usdc --from alice", "is in usdc, atom is wanted"),
        ("deposit 0atom --from alice", "amount '0atom' is nothing"),
        ("deposit 1atom --from alice --recipient nobody", "'nobody' is no address"),
        ("redeem some --from alice", "shares 'some': 'some' is not a number such as 12.5"),
        ("redeem 0 --from alice", "shares '0': nothing to give up"),
        ("redeem 1 --from alice --recipient nobody", "'nobody' is no address"),
        ("pool-deposit 5xyz --from lp", "'xyz' is not a coin of the chain file"),
        ("pool-deposit 0usdc --from lp", "amount '0usdc' is nothing"),
        ("redeem 1e3 --from alice", "ballast-chain: shares '1e3': '1e3' is not a number such as 12.5"),
        ("pool-deposit 5atom --from lp", "is in atom, usdc is wanted"),
        ("pool-request 1.5 --from lp", "1 digits after the point, the coin has 0"),
        ("pool-withdraw some --from lp", "shares 'some'"),
        ("pool-cancel --provider nobody --from lp", "'nobody' is no address"),
        ("publish --price 10 --rows 1..2 --prices nowhere.csv", "cannot be used with"),
        ("publish --prices nowhere.csv", "cannot open nowhere.csv"),
        ("keep --min-reward 5xyz", "'xyz' is not a coin of the chain file"),
        ("deploy --generate-only /tmp --deployer nobody", "'nobody' is no address"),
    ] {
        is_refused(args, part);
    }
}

#[test]
fn a_part_or_a_number_that_is_none_is_told_what_is_wanted() {
    for command in ["deposit 1atom", "redeem 1", "pool-deposit 1usdc", "pool-withdraw 1"] {
        for slippage in ["-1", "2", "half"] {
            let args = format!("{command} --from alice --slippage={slippage}");
            is_refused(&args, "a part is wanted, from 0 to 1, such as 0.005");
        }
    }
    is_refused("stress --price-change up", "a number is wanted, such as 0.3 or -0.3");
    is_refused("stress --cost=-1", "a number that is not below zero is wanted, such as 12.5");
    is_refused("publish --price ten", "a number that is not below zero is wanted, such as 12.5");
    is_refused("publish --rate ten", "a number is wanted, such as 0.3 or -0.3");
}

#[test]
fn a_negative_number_and_one_in_percent_are_told_what_is_wanted() {
    is_refused("stress --price-change 50%", "a number is wanted, such as 0.3 or -0.3; 50% is 0.5");
    is_refused(
        "deposit 1atom --from alice --slippage 0.5%",
        "a part is wanted, from 0 to 1, such as 0.005; 0.5% is 0.005",
    );
    is_refused("deposit 1atom --from alice --slippage -1", "a part is wanted, from 0 to 1, such as 0.005");
    is_refused("publish --price -1", "a number that is not below zero is wanted, such as 12.5");
    is_refused("stress --cost -1", "a number that is not below zero is wanted, such as 12.5");
    is_refused("stress --hours -1", "a whole number of hours is wanted, such as 8");
    is_refused("status --patience -1", "a whole number of seconds is wanted, such as 30");
    is_refused("keep --every -1", "from 0.1 to 31536000 seconds (a year) are wanted");
    is_refused("keep --every often", "a number of seconds is wanted, such as 15");
    is_refused("keep --at-most -1", "a whole number is wanted, such as 10");
    is_refused("keep --metrics foo", "an IP address and a port are wanted, such as 127.0.0.1:9464");
    is_refused("keep --min-reward -1usdc", "amount '-1usdc': an amount above zero is wanted, such as 12.5atom");
    for command in ["redeem", "pool-request", "pool-withdraw"] {
        is_refused(&format!("{command} -5 --from alice"), "shares '-5': '-5' is not a number such as 12.5");
        is_refused(&format!("{command} --from alice -5"), "shares '-5': '-5' is not a number such as 12.5");
    }
    is_refused("redeem --form alice 5", "unexpected argument '--form' found");
    is_refused("publish --prices nowhere.csv --rows -1..2", "--rows '-1..2': first and last were expected");
}

#[test]
fn files_that_are_missing_or_damaged_are_told_in_words() {
    let stage = Stage::new();
    std::fs::write(stage.world.folder().join("state.json"), "{\"a\":1}").unwrap();
    let output = stage.run("status");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    says(
        &stderr(&output),
        "state.json is no state file of `ballast-chain deploy`, or a damaged one (line 1, column 7)",
    );
    let output = program().args(["status", "--chain", "nowhere.toml"]).output().unwrap();
    says(&stderr(&output), "cannot read nowhere.toml: No such file or directory\n");
    is_refused("publish --prices nowhere.csv", "cannot open nowhere.csv: No such file or directory\n");
}

#[test]
fn a_chain_file_with_placeholders_is_told_to_put_addresses_in() {
    for chain in ["cosmoshub-testnet", "osmosis-testnet", "xion-testnet"] {
        let file = format!("{}/../../scripts/chains/{chain}.toml", env!("CARGO_MANIFEST_DIR"));
        let output = program().args(["status", "--chain", &file]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        let places =
            "put your addresses in: [system] owner, [system] guardian, [oracle] publishers still have placeholders";
        says(&stderr(&output), places);
    }
}

#[test]
fn nobody_waits_longer_than_a_year_or_asks_without_a_pause() {
    for command in ["keep", "publish --price 10"] {
        for every in ["1e19", "1e300", "31536001", "0", "1e-9", "inf", "NaN"] {
            is_refused(&format!("{command} --every {every}"), "from 0.1 to 31536000 seconds (a year) are wanted");
        }
    }
    is_refused("status --patience 31536001", "at most 31536000 seconds (a year) are wanted");
    is_refused(&format!("status --patience {}", u64::MAX), "at most 31536000 seconds (a year) are wanted");
}

#[test]
fn words_that_may_be_a_mnemonic_are_not_repeated_wherever_they_were_given() {
    let words = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    let stage = Stage::new();
    for (command, option) in [
        ("status", "--from"),
        ("status", "--mnemonic-file"),
        ("status", "--chain"),
        ("status", "--state"),
        ("status", "--node"),
        ("deposit 1atom --from alice", "--recipient"),
        ("pool-cancel --from lp", "--provider"),
        ("keep", "--min-reward"),
        ("publish", "--prices"),
        ("publish --prices nowhere.csv", "--rows"),
        ("publish", "--price"),
        ("deposit 1atom --from alice", "--slippage"),
        ("status", "no-option"),
    ] {
        let mut command = stage.command(command);
        let output = match option {
            "--chain" | "--state" => program().args(["status", option, words]).output().unwrap(),
            "no-option" => command.arg(words).output().unwrap(),
            _ => command.args([option, words]).output().unwrap(),
        };
        assert_eq!(output.status.code(), Some(2), "{option}: {}", stderr(&output));
        assert!(!stderr(&output).contains("legal") && !stdout(&output).contains("legal"), "{}", stderr(&output));
    }
}

#[test]
fn what_is_left_for_fees_in_a_coin_that_the_chain_file_does_not_name_has_no_sample() {
    let mut stage = Stage::new();
    stage.world = stage.world.of_another_owner("owner");
    let file = stage.world.folder().join("chain.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("cosm = { denom = \"ucosm\", decimals = 6 }\n", "")).unwrap();
    let address = free_address();
    let args = format!("keep --every 0.2 --metrics {address}");
    let mut child = stage.command(&args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    // It listens before it writes its first line.
    let mut log = BufReader::new(child.stderr.take().unwrap());
    log.read_line(&mut String::new()).unwrap();
    let mut page = String::new();
    let start = Instant::now();
    while !page.contains("ballast_up 1\n") && start.elapsed() < Duration::from_secs(10) {
        use std::io::{Read, Write};
        page.clear();
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        write!(stream, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        stream.read_to_string(&mut page).unwrap();
    }
    terminate(&mut child, "TERM");
    let log: Vec<String> = log.lines().map(Result::unwrap).collect();
    says(
        &log.join("\n"),
        "level=warn event=unknown_coin text=\"ucosm is not among the chain file's [coins]: ballast_fees_left",
    );
    says(&page, "ballast_fees_left_actions 35971\n");
    assert!(!page.contains("\nballast_fees_left "), "{page}");
}
