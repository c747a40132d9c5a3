//! Policy and vault each know the venue through one file, `companion.rs`: for another venue only these two change.

use std::fs;
use std::path::{Path, PathBuf};

/// What a source file uses of one particular venue: its engine or its messages.
fn known_of_one_venue(source: &str) -> Vec<&'static str> {
    let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    let names_market = |imports: &str| {
        let tree = imports.split(';').next().unwrap_or_default();
        tree.starts_with("market")
            || tree.starts_with('*')
            || tree.starts_with('{') && tree.split(|char| !is_word(char)).any(|word| word == "market")
    };
    let mut known = vec![];
    if code.contains("perp_engine") {
        known.push(ENGINE);
    }
    if code.split("ballast_types::").skip(1).any(names_market) {
        known.push(MESSAGES);
    }
    known
}

const ENGINE: &str = "the engine of the companion market";
const MESSAGES: &str = "the messages of the companion market";

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn assert_known_to_companion_alone(folder: &str, known: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let companion = folder.join("companion.rs");
    let mut files = vec![];
    sources(&folder, &mut files);
    assert!(files.contains(&companion), "{}", folder.display());
    for file in files {
        let expected = if file == companion { vec![known] } else { vec![] };
        assert_eq!(known_of_one_venue(&fs::read_to_string(&file).unwrap()), expected, "{}", file.display());
    }
}

#[test]
fn of_the_policy_companion_alone_knows_the_engine_and_nothing_the_messages() {
    assert_known_to_companion_alone("src", ENGINE);
}

#[test]
fn of_the_vault_companion_alone_knows_the_messages_and_nothing_the_engine() {
    assert_known_to_companion_alone("../../contracts/vault/src", MESSAGES);
}

#[test]
fn an_import_is_seen_however_it_is_written() {
    for source in [
        "use ballast_types::market::Adjust;",
        "use ballast_types::{market, policy};",
        "use ballast_types::{market as _};",
        "use ballast_types::{\n    policy::Rule,\n    market::{Adjust, QueryMsg},\n};",
        "use ballast_types::*;",
        "let order = ballast_types::market::Adjust { size };",
    ] {
        assert_eq!(known_of_one_venue(source), [MESSAGES], "{source}");
    }
    assert_eq!(known_of_one_venue("use perp_engine::{pay, Marks};"), [ENGINE]);
    let innocent = "// see perp_engine\nuse ballast_types::{policy, venue::Order};\nlet market = config.market;";
    assert_eq!(known_of_one_venue(innocent), [""; 0]);
}
