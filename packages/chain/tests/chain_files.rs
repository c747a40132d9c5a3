//! The chain files of `scripts/chains`: refused while the deployer's own values are missing, read once they are filled
//! in, and careful with publishers who are strangers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use ballast_chain::{check_nodes, ChainFile, Error};
use ballast_types::oracle::Source;
use cosmrs::AccountId;
use cosmwasm_std::{Decimal, Uint128};
use sha2::{Digest, Sha256};

const DAY: u64 = 86_400;
const TESTNETS: [&str; 3] = ["cosmoshub-testnet.toml", "osmosis-testnet.toml", "xion-testnet.toml"];

fn chains() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/chains")
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// The files of public chains: all except those of the local chain.
fn public() -> Vec<PathBuf> {
    let files = std::fs::read_dir(chains()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|end| end == "toml") && !name(path).starts_with("local"))
        .collect();
    files.sort();
    files
}

fn address(prefix: &str, byte: u8) -> String {
    AccountId::new(prefix, &[byte; 20]).unwrap().to_string()
}

/// The text with the coin that the deployer creates, and a different address for each `<…>` of a value.
fn filled(text: &str) -> String {
    let text = text.replace("# testusd =", "testusd =");
    let prefix = toml::from_str::<toml::Table>(&text).unwrap()["chain"]["prefix"].as_str().unwrap().to_owned();
    let mut byte = 0;
    let lines = text.lines().map(|line| {
        let mut line = line.split('#').next().unwrap().to_owned();
        while let Some(from) = line.find('<') {
            let to = line.find('>').unwrap();
            byte += 1;
            line.replace_range(from..=to, &address(&prefix, byte));
        }
        line
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The filled files of public chains, written and read only once because tests run in parallel.
static FILLED: LazyLock<Vec<ChainFile>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("chain-files-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let read = |path: &PathBuf| {
        let copy = folder.join(path.file_name().unwrap());
        std::fs::write(&copy, filled(&std::fs::read_to_string(path).unwrap())).unwrap();
        ChainFile::read(&copy).unwrap()
    };
    let files = public().iter().map(read).collect();
    std::fs::remove_dir_all(&folder).unwrap();
    files
});

#[test]
fn there_is_a_file_for_each_of_three_public_testnets() {
    assert_eq!(public().iter().map(|path| name(path)).collect::<Vec<_>>(), TESTNETS);
}

#[test]
fn the_file_of_the_local_chain_is_read_as_it_is() {
    let file = ChainFile::read(&chains().join("local.toml")).unwrap();
    assert_eq!(file.chain.id, "ballast-local");
    assert_eq!(file.chain.gas_price.amount, Decimal::permille(25));
    assert_eq!(file.chain.gas_price.denom, "ucosm");
}

#[test]
fn a_file_without_the_deployers_addresses_is_refused_saying_what_is_missing() {
    let places =
        "put your addresses in: [system] owner, [system] guardian, [oracle] publishers still have placeholders";
    let missing = [
        ("cosmoshub-testnet.toml", places),
        ("osmosis-testnet.toml", places),
        ("xion-testnet.toml", "placeholders such as '<owner: a xion1 address>'"),
    ];
    for (file, what) in missing {
        match ChainFile::read(&chains().join(file)) {
            Err(Error::User(text)) => assert!(text.contains(what) && text.contains(file), "{text}"),
            other => panic!("{file}: {other:?}"),
        }
    }
}

#[test]
fn a_parameter_outside_of_its_bounds_is_refused_before_anything_is_paid_for() {
    let folder = std::env::temp_dir().join(format!("ballast-bounds-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let keys = chains().join("../localnet.d/accounts");
    let local = std::fs::read_to_string(chains().join("local.toml")).unwrap();
    let local = local.replace("../localnet.d/accounts", &keys.display().to_string());
    for (section, line, told) in [
        ("[vault.policy]", "hedge_min = 2", "[vault.policy] hedge_min = 2: must be 0 to 1.2"),
        ("[market.params]", "taker_fee = 2", "[market.params] taker_fee = 2: must be 0 to 0.01"),
        ("[oracle.price]", "max_age = 1", "[oracle.price] max_age = 1: must be 5 to 86400"),
        ("[oracle.rate]", "max_age = 60", "[oracle.rate] max_age = 60: must be 3600 to 259200"),
    ] {
        let path = folder.join("chain.toml");
        let with_line = format!("{section}\n{line}\n");
        let (heading, there) = (format!("\n{section}\n"), format!("\n{with_line}"));
        let text = if local.contains(&heading) { local.replace(&heading, &there) } else { format!("{local}{there}") };
        std::fs::write(&path, text).unwrap();
        let refused = ChainFile::read(&path).unwrap().check().unwrap_err().to_string();
        assert!(refused.contains(told) && refused.contains("chain.toml"), "{refused}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_filled_file_is_read_with_the_gas_price_and_coins_of_its_chain() {
    // The denom of a coin that came over IBC is the SHA-256 of its path, in upper case.
    let usdc = |channel: &str| {
        let hash = Sha256::digest(format!("transfer/{channel}/uusdc"));
        format!("ibc/{}", hash.iter().map(|byte| format!("{byte:02X}")).collect::<String>())
    };
    // The first `<…>` of the Hub's file is the creator of the coin.
    let testusd = format!("factory/{}/testusd", address("cosmos", 1));
    let expected = [
        ("provider", "cosmos", Decimal::permille(25), "uatom", testusd),
        ("osmo-test-5", "osmo", Decimal::percent(10), "uosmo", usdc("channel-4280")),
        ("xion-testnet-2", "xion", Decimal::permille(1), "uxion", usdc("channel-3")),
    ];
    assert_eq!(FILLED.len(), expected.len());
    for (file, (id, prefix, price, base, quote)) in FILLED.iter().zip(expected) {
        assert_eq!((file.chain.id.as_str(), file.chain.prefix.as_str()), (id, prefix));
        assert_eq!((file.chain.gas_price.amount, file.chain.gas_price.denom.as_str()), (price, base), "{id}");
        assert_eq!((file.base.denom.as_str(), file.quote.denom.as_str()), (base, quote.as_str()));
        assert_eq!((file.base.decimals, file.quote.decimals, file.chain.coin_type), (6, 6, 118), "{id}");
        assert_eq!(file.deposit_cap, Some(Uint128::new(1_000_000_000)), "{id}: a thousand of a coin with 6 decimals");
    }
}

#[test]
fn a_public_testnet_has_no_admin_a_quorum_above_one_and_a_pool_that_holds_for_a_day() {
    for file in FILLED.iter() {
        let id = &file.chain.id;
        assert_eq!(file.admin, "", "{id}");
        assert!(file.keys.is_empty(), "{id}: no mnemonics beside a public chain");
        assert_ne!(file.owner, file.guardian, "{id}");
        assert_eq!(file.market_params.pool_notice, DAY, "{id}");
        for feed in file.feeds() {
            let Source::Published { publishers, quorum } = &feed.config.source else { panic!("{id}: {}", feed.feed) };
            assert!(*quorum > 1 && publishers.len() > *quorum as usize, "{id}: one publisher may be away");
            assert!(*quorum as usize > publishers.len() / 2, "{id}: a minority must not make a price");
        }
    }
}

#[test]
fn who_deploys_with_fewer_than_five_publishers_is_warned_with_their_number() {
    let local = ChainFile::read(&chains().join("local.toml")).unwrap();
    assert_eq!(
        local.warnings(),
        ["the price feed 'atom/usdc' has one publisher: a feed that guards money should have at least 5, of different \
          people, so that two that lie or are away do no harm"]
    );
    for file in FILLED.iter() {
        assert_eq!(file.warnings(), [""; 0], "{}", file.chain.id);
        assert_eq!(file.check(), Ok(()), "{}", file.chain.id);
        let mut four = file.clone();
        let Source::Published { publishers, .. } = &mut four.price_feed.config.source else { panic!("no publishers") };
        publishers.truncate(4);
        let warnings = four.warnings();
        assert!(matches!(&warnings[..], [one] if one.contains("has 4 publishers")), "{warnings:?}");
    }
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line_and_without_words_that_may_be_a_mnemonic() {
    let words = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    let text = std::fs::read_to_string(chains().join("local.toml")).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("secret-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("secret.toml");
    let accounts = "file = \"../localnet.d/accounts\"";
    let line = 1 + text.lines().position(|line| line == accounts).unwrap();
    for (from, to, says) in [
        (accounts, format!("mnemonic = \"{words}\""), format!("line {line}: unknown field `mnemonic`")),
        (accounts, format!("file = [\"{words}\"]"), format!("line {line}: invalid type: sequence")),
        (accounts, format!("file = \"{words}"), format!("line {line}: ")),
        (accounts, format!("file = \"{words}\""), "cannot read ".to_owned()),
        (accounts, format!("\"{words}\" = 1"), format!("line {line}: unknown field `(words")),
        ("quorum = 1 ", format!("quorum = \"{words}\""), "invalid type: string \"(words".to_owned()),
        ("owner = \"owner\"", format!("owner = \"{words}\""), "(words".to_owned()),
        ("base = \"atom\"", format!("base = \"{words}\""), "coin '(words".to_owned()),
        (
            "base = \"atom\"",
            "base = \"osmo\"".to_owned(),
            "[market] coin 'osmo' is not in [coins], which has atom, cosm, usdc: add it there".to_owned(),
        ),
        ("\"5000000usdc\"", format!("\"{words}\""), "amount '(words".to_owned()),
    ] {
        let accounts = chains().join("../localnet.d/accounts");
        let text = text.replacen(from, &to, 1).replace("../localnet.d/accounts", &accounts.display().to_string());
        std::fs::write(&path, text).unwrap();
        let said = ChainFile::read(&path).unwrap_err().to_string();
        assert!(said.contains(&says), "no '{says}' in: {said}");
        assert!(!said.contains("legal") && !said.contains("winner"), "{to}: {said}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_oracles_guardian_is_the_systems_unless_the_file_names_another() {
    let text = std::fs::read_to_string(chains().join("local.toml")).unwrap();
    let path = chains().join("local.toml");
    let local = ChainFile::read(&path).unwrap();
    assert_eq!(local.oracle_guardian, local.guardian);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("guardian-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let accounts = chains().join("../localnet.d/accounts");
    let named = text
        .replace("[oracle]\n", "[oracle]\nguardian = \"keeper\"\n")
        .replace("../localnet.d/accounts", &accounts.display().to_string());
    std::fs::write(folder.join("named.toml"), named).unwrap();
    let named = ChainFile::read(&folder.join("named.toml")).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(named.oracle_guardian, named.address("keeper").unwrap());
    assert_eq!(named.guardian, local.guardian);
}

#[test]
fn a_public_testnet_is_reached_over_tls_by_more_than_one_node() {
    for file in FILLED.iter() {
        assert!(file.rpc.iter().all(|node| node.starts_with("https://")), "{:?}", file.rpc);
        assert_eq!(check_nodes(&file.rpc), Ok(()));
        assert!(file.rpc.iter().collect::<BTreeSet<_>>().len() > 1, "{:?}", file.rpc);
    }
}
