//! A deployment by somebody who is not the owner: the owner must accept it.

use crate::node::world::World;
use crate::node::{Behaviour, Chain, Node};
use ballast_chain::{Error, Stop};
use serde_json::json;

/// Three contracts that belong to `owner` and are offered to `pending`.
fn owned(chain: &Chain, owner: &str, pending: Option<&str>) {
    let ownership = json!({"owner": owner, "pending_owner": pending, "pending_expiry": null});
    chain.answers("\"ownership\"", ownership);
}

fn world(chain: &Chain) -> World {
    let node = Node::start(chain, Behaviour::Healthy);
    let world = World::new(chain, &[&node]).of_another_owner("alice");
    world.deployed(chain);
    world
}

#[test]
fn a_deployment_that_is_only_offered_to_its_owner_is_not_done_and_ends_with_a_refusal() {
    let chain = Chain::new();
    let world = world(&chain);
    owned(&chain, &world.address("owner"), Some(&world.address("alice")));
    let error = world.run("deploy --from owner", &Stop::default()).unwrap_err();
    assert_eq!(error.exit_code(), 3);
    let text = error.to_string();
    let says = format!("{} does not own these yet: oracle, market, vault; ", world.address("alice"));
    assert!(text.starts_with(&says) && text.contains("--generate-only FOLDER instead of a key"), "{text}");
    // The last line can be copied and run.
    let folder = world.folder().display();
    let command = format!(
        "\nballast-chain accept-ownership --chain {folder}/chain.toml --state {folder}/state.json --from alice"
    );
    assert!(text.ends_with(&command), "{text}");
}

#[test]
fn a_strangers_contracts_are_said_to_be_the_strangers_and_their_owner_is_wrong() {
    let chain = Chain::new();
    let world = world(&chain);
    for pending in [None, Some("alice")] {
        owned(&chain, &world.address("carol"), pending.map(|name| world.address(name)).as_deref());
        let error = world.run("deploy --from owner", &Stop::default()).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        let text = error.to_string();
        assert!(text.contains("values are not those of the file: oracle.owner, "), "{text}");
        assert!(text.contains(&format!("the vault is {}'s, neither ", world.address("carol"))), "{text}");
        assert!(!text.contains("does not own these yet"), "{text}");
    }
    // What the deployer does not own cannot be offered.
    assert!(chain.executed().is_empty());
}

#[test]
fn a_deployment_whose_owner_has_accepted_is_done() {
    let chain = Chain::new();
    let world = world(&chain);
    owned(&chain, &world.address("alice"), None);
    world.run("deploy --from owner", &Stop::default()).unwrap();
    assert!(chain.executed().is_empty());
}

#[test]
fn who_is_offered_the_contracts_accepts_all_three_in_one_transaction() {
    let chain = Chain::new();
    let world = world(&chain);
    owned(&chain, &world.address("owner"), Some(&world.address("alice")));
    world.run("accept-ownership --from alice", &Stop::default()).unwrap();
    let accept = json!({"update_ownership": "accept_ownership"});
    assert_eq!(chain.executed(), [accept.clone(), accept.clone(), json!({"vault_extension": accept})]);
}

#[test]
fn an_owner_that_owns_everything_accepts_nothing() {
    let chain = Chain::new();
    let world = world(&chain);
    owned(&chain, &world.address("alice"), None);
    world.run("accept-ownership --from alice", &Stop::default()).unwrap();
    assert!(chain.executed().is_empty());
}

#[test]
fn what_is_offered_to_nobody_or_to_another_cannot_be_accepted() {
    let chain = Chain::new();
    let world = world(&chain);
    for pending in [None, Some("bob")] {
        owned(&chain, &world.address("owner"), pending.map(|name| world.address(name)).as_deref());
        let error = world.run("accept-ownership --from alice", &Stop::default()).unwrap_err();
        assert!(matches!(error, Error::User(_)), "{error:?}");
        let whose = pending.map_or("its owner must offer it to ".to_owned(), |name| {
            format!("run this with {}'s key, --from NAME or --mnemonic-file FILE", world.address(name))
        });
        assert!(error.to_string().contains(&whose), "{error}");
    }
    assert!(chain.executed().is_empty());
}

#[test]
fn an_owner_who_has_offered_the_contracts_on_is_told_that_they_are_theirs() {
    let chain = Chain::new();
    let world = world(&chain);
    let (alice, bob) = (world.address("alice"), world.address("bob"));
    owned(&chain, &alice, Some(&bob));
    let error = world.run("accept-ownership --from alice", &Stop::default()).unwrap_err();
    let says = format!("the oracle is {alice}'s already and offered to {bob}: there is nothing to accept");
    assert!(error.to_string().starts_with(&says), "{error}");
    world.run("accept-ownership --from bob", &Stop::default()).unwrap();
    assert_eq!(chain.executed().len(), 3);
}

#[test]
fn a_multisig_gets_the_transaction_unsigned() {
    let chain = Chain::new();
    let world = world(&chain);
    owned(&chain, &world.address("owner"), Some(&world.address("alice")));
    let folder = world.folder().join("unsigned");
    let args = format!("accept-ownership --generate-only {}", folder.display());
    world.run(&args, &Stop::default()).unwrap();
    let text = std::fs::read_to_string(folder.join("accept-ownership.json")).unwrap();
    let messages = &serde_json::from_str::<serde_json::Value>(&text).unwrap()["body"]["messages"];
    assert_eq!(messages.as_array().unwrap().len(), 3);
    assert!(messages.as_array().unwrap().iter().all(|msg| msg["sender"] == json!(world.address("alice"))), "{text}");
    assert!(chain.executed().is_empty());
}
