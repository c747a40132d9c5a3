//! A market that closes: its chain file, and its deployment on a scripted chain.

use ballast_chain::{ChainFile, Error, Stop};
use serde_json::json;

use crate::node::world::World;
use crate::node::{Behaviour, Chain, Node};

const GOLD: &str = "\n[oracle.hours]\nsessions = ['Sun 23:00 - Mon 22:00', 'Mon 23:00 - Tue 22:00', \
                    'Tue 23:00 - Wed 22:00', 'Wed 23:00 - Thu 22:00', 'Thu 23:00 - Fri 22:00']\n\
                    holidays = [{ from = 2097-12-24T18:45:00Z, until = 2097-12-25T23:00:00Z }]\n\n[market]\n";

/// The local chain file with the hours of gold, and keepers who act within this many seconds.
fn world(chain: &Chain, reaction_time: u64) -> World {
    let world = World::new(chain, &[&Node::start(chain, Behaviour::Healthy)]).of_another_owner("owner");
    let path = world.folder().join("chain.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replace("\n[market]\n", GOLD);
    let text = text.replace("[vault.policy]", &format!("[vault.policy]\nreaction_time = {reaction_time}"));
    std::fs::write(&path, text).unwrap();
    world
}

#[test]
fn a_chain_file_tells_when_the_market_of_its_price_is_open() {
    let chain = Chain::new();
    let world = world(&chain, 176_400);
    let file: ChainFile = world.file();
    assert_eq!(file.check(), Ok(()));
    let hours = serde_json::to_value(&file.hours).unwrap();
    let sessions = [(1380, 2760), (2820, 4200), (4260, 5640), (5700, 7080), (10020, 1320)];
    let sessions = sessions.map(|(opens, closes)| json!({"opens": opens, "closes": closes}));
    let holidays = json!([{"from": "4038749100000000000", "until": "4038850800000000000"}]);
    assert_eq!(hours, json!({"atom/usdc": {"sessions": sessions, "holidays": holidays}}));
}

#[test]
fn keepers_who_act_too_late_for_the_weekend_are_refused_before_anything_is_paid_for() {
    let chain = Chain::new();
    let refused = world(&chain, 176_399).file().check().unwrap_err().to_string();
    let says =
        "[vault.policy] reaction_time = 176399: it must cover the longest closing of 'atom/usdc', 176400 seconds \
                each week";
    assert!(refused.ends_with(says), "{refused}");
}

/// The file where keepers act within two days and an hour, with this instead of the holiday.
fn refused(holiday: &str) -> String {
    let chain = Chain::new();
    let world = world(&chain, 176_400);
    let path = world.folder().join("chain.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let new = text.replace("from = 2097-12-24T18:45:00Z, until = 2097-12-25T23:00:00Z", holiday);
    assert_ne!(new, text);
    std::fs::write(&path, new).unwrap();
    world.file().check().unwrap_err().to_string()
}

#[test]
fn holidays_that_the_oracle_or_the_vault_would_refuse_are_refused_before_anything_is_paid_for() {
    // 2098-12-26 is a Friday: its 22 h and the 49 h of the weekend.
    let friday = refused("from = 2098-12-26T00:00:00Z, until = 2098-12-26T22:00:00Z");
    let says = "reaction_time = 176400: it must cover the longest closing of 'atom/usdc', 255600 seconds from \
                2098-12-26T00:00:00Z until 2098-12-28T23:00:00Z";
    assert!(friday.ends_with(says), "{friday}");
    let over = refused("from = 2019-12-24T18:45:00Z, until = 2019-12-25T23:00:00Z");
    assert!(
        over.ends_with(
            "[oracle.hours] the holiday from 2019-12-24T18:45:00Z until 2019-12-25T23:00:00Z is over: take it out"
        ),
        "{over}"
    );
}

#[test]
fn a_deployment_sets_the_hours_that_are_missing_and_compares_them() {
    let chain = Chain::new();
    let world = world(&chain, 176_400);
    world.deployed(&chain);
    chain.answers(
        "\"ownership\"",
        json!({"owner": world.address("owner"), "pending_owner": null, "pending_expiry": null}),
    );
    // The scripted oracle goes on answering that there are none.
    let error: Error = world.run("deploy --from owner", &Stop::default()).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("values are not those of the file: oracle.hours 'atom/usdc'.sessions"), "{text}");
    let executed = chain.executed();
    assert_eq!(executed.len(), 1, "{executed:?}");
    assert!(format!("{executed:?}").contains("set_hours"), "{executed:?}");
}
