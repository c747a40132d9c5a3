//! `Silence`, `Restore` and `SetGuardian`: a guardian can stop a publisher or a feed, and only the owner can restore
//! them.

use ballast_oracle::{contract, ContractError};
use ballast_types::oracle::{ConfigResponse, ExecuteMsg, FeedConfig, Flag, InstantiateMsg, QueryMsg, Source};
use cosmwasm_std::testing::message_info;
use cosmwasm_std::{Addr, Event};
use cw_ownable::OwnershipError;

use crate::support::{attribute, decimal, published, signed, Oracle, ATOM, HOUR, MINUTE};

const FIVE: [&str; 5] = ["ann", "bob", "cleo", "dan", "mallory"];

fn five() -> Oracle {
    Oracle::at_10(&FIVE, 3, |_| ())
}

fn silence(oracle: &mut Oracle, sender: &str, publisher: &str) -> Result<Vec<Event>, ContractError> {
    let publisher = oracle.address(publisher);
    oracle.execute(sender, ExecuteMsg::Silence { feed: ATOM.into(), publisher })
}

fn restore(oracle: &mut Oracle, sender: &str, publisher: &str) -> Result<Vec<Event>, ContractError> {
    let publisher = oracle.address(publisher);
    oracle.execute(sender, ExecuteMsg::Restore { feed: ATOM.into(), publisher })
}

fn silenced(oracle: &Oracle) -> Vec<String> {
    oracle.feed().silenced.iter().map(Addr::to_string).collect()
}

fn guardian(oracle: &Oracle) -> String {
    oracle.query::<ConfigResponse>(QueryMsg::Config {}).unwrap().guardian.into()
}

#[test]
fn guardian_and_owner_silence_and_nobody_else() {
    for sender in ["stranger", "mallory", "creator"] {
        let mut oracle = five();
        let error = silence(&mut oracle, sender, "ann").unwrap_err();
        assert_eq!(error, ContractError::NotGuardian { sender: oracle.address(sender) });
    }
    for sender in ["guardian", "owner"] {
        let mut oracle = five();
        let events = silence(&mut oracle, sender, "mallory").unwrap();
        assert_eq!(attribute(&events, "action"), "silence");
        assert_eq!(attribute(&events, "publisher"), oracle.address("mallory"));
        assert_eq!(attribute(&events, "by"), oracle.address(sender));
        assert_eq!(attribute(&events, "silenced"), "1");
        assert_eq!(silenced(&oracle), [oracle.address("mallory")]);
    }
}

#[test]
fn only_the_owner_restores() {
    let mut oracle = five();
    silence(&mut oracle, "guardian", "mallory").unwrap();
    for sender in ["guardian", "mallory", "stranger"] {
        let error = restore(&mut oracle, sender, "mallory").unwrap_err();
        assert_eq!(error, ContractError::Ownership(OwnershipError::NotOwner));
    }
    let events = restore(&mut oracle, "owner", "mallory").unwrap();
    assert_eq!(attribute(&events, "action"), "restore");
    assert_eq!(attribute(&events, "silenced"), "0");
    assert_eq!(silenced(&oracle), [""; 0]);
}

#[test]
fn a_silenced_publisher_counts_as_silent_and_may_go_on_publishing() {
    // Ann and bob at 10, the others at 10.04; without one of these it is the mean.
    let mut oracle = five();
    oracle.all_publish(&["cleo", "dan", "mallory"], "10.04");
    assert_eq!(oracle.reading().value, signed("10.04"));
    silence(&mut oracle, "guardian", "mallory").unwrap();
    assert_eq!(oracle.reading().value, signed("10.02"));
    oracle.publish_as("mallory", "30");
    assert_eq!(oracle.reading().value, signed("10.02"));
    assert_eq!(oracle.feed().published.len(), 5, "it is seen what it would say");

    oracle.wait(MINUTE);
    oracle.all_publish(&["ann", "bob", "mallory"], "10.01");
    oracle.wait(1);
    assert_eq!(oracle.flags(), [Flag::Stale], "two of the four that count are no quorum of three");
    restore(&mut oracle, "owner", "mallory").unwrap();
    assert_eq!((oracle.reading().value, oracle.flags()), (signed("10.01"), vec![]));
}

#[test]
fn who_silences_two_stops_the_feed_and_makes_no_price() {
    // A guardian silences honest publishers until a friend of hers has the majority.
    let mut oracle = five();
    silence(&mut oracle, "guardian", "ann").unwrap();
    assert_eq!(oracle.flags(), []);
    let events = silence(&mut oracle, "guardian", "bob").unwrap();
    assert_eq!(attribute(&events, "silenced"), "2");
    oracle.all_publish(&["cleo", "dan", "mallory"], "11");
    let reading = oracle.reading();
    assert_eq!((reading.value, reading.flags), (signed("0"), vec![Flag::Missing]));
    silence(&mut oracle, "guardian", "cleo").unwrap();
    restore(&mut oracle, "owner", "ann").unwrap();
    assert_eq!(oracle.flags(), [Flag::Missing], "still two");
    assert_eq!(oracle.accepted(), decimal("10"), "and nothing was learned meanwhile");

    restore(&mut oracle, "owner", "cleo").unwrap();
    assert_eq!((oracle.reading().value, oracle.flags()), (signed("11"), vec![]));
}

#[test]
fn one_feed_silenced_is_not_another() {
    let mut oracle = five();
    let source = oracle.publishers(&FIVE, 3);
    oracle.set("other", FeedConfig::price(source)).unwrap();
    silence(&mut oracle, "guardian", "ann").unwrap();
    let publisher = oracle.address("bob");
    oracle.execute("guardian", ExecuteMsg::Silence { feed: "other".into(), publisher }).unwrap();
    assert_eq!(silenced(&oracle), [oracle.address("ann")]);
    assert_eq!(oracle.flags(), []);
}

#[test]
fn a_rate_can_be_silenced_too_and_a_feed_without_a_value_yet() {
    let mut oracle = Oracle::new();
    let source = oracle.publishers(&FIVE, 3);
    oracle.set(ATOM, FeedConfig::rate(source)).unwrap();
    silence(&mut oracle, "guardian", "mallory").unwrap();
    oracle.all_publish(&["ann", "bob", "mallory"], "0.1");
    assert_eq!(oracle.readings(&[ATOM])[0].flags, [Flag::Missing]);
    oracle.publish_as("cleo", "0.1");
    assert_eq!(oracle.readings(&[ATOM])[0].flags, []);
}

#[test]
fn what_cannot_be_silenced_or_restored_is_refused() {
    let mut oracle = five();
    let (feed, publisher) = (String::from(ATOM), oracle.address("stranger"));
    let error = silence(&mut oracle, "guardian", "stranger").unwrap_err();
    assert_eq!(error, ContractError::UnknownPublisher { feed: feed.clone(), publisher: publisher.clone() });
    let error = restore(&mut oracle, "owner", "stranger").unwrap_err();
    assert_eq!(error, ContractError::NotSilenced { feed: feed.clone(), publisher });

    silence(&mut oracle, "guardian", "ann").unwrap();
    let error = silence(&mut oracle, "guardian", "ann").unwrap_err();
    assert_eq!(error, ContractError::SilencedAlready { feed: feed.clone(), publisher: oracle.address("ann") });
    assert_eq!(silenced(&oracle).len(), 1, "twice would stop the feed");

    let publisher = oracle.address("ann");
    let unknown = || ContractError::UnknownFeed { feed: "nowhere".into() };
    let msg = ExecuteMsg::Silence { feed: "nowhere".into(), publisher: publisher.clone() };
    assert_eq!(oracle.execute("guardian", msg).unwrap_err(), unknown());
    let msg = ExecuteMsg::Restore { feed: "nowhere".into(), publisher: publisher.clone() };
    assert_eq!(oracle.execute("owner", msg).unwrap_err(), unknown());

    oracle.set("constant", FeedConfig::price(Source::Fixed { value: signed("1") })).unwrap();
    let msg = ExecuteMsg::Silence { feed: "constant".into(), publisher };
    let error = oracle.execute("guardian", msg).unwrap_err();
    assert_eq!(error, ContractError::NotPublished { feed: "constant".into() });
}

#[test]
fn who_stays_on_the_list_stays_silenced() {
    let mut oracle = five();
    silence(&mut oracle, "guardian", "ann").unwrap();
    silence(&mut oracle, "guardian", "mallory").unwrap();
    let config = oracle.feed().config;

    let source = oracle.publishers(&["ann", "bob", "cleo", "dan", "eve"], 3);
    oracle.set(ATOM, FeedConfig { source, max_age: 90, ..config.clone() }).unwrap();
    assert_eq!(silenced(&oracle), [oracle.address("ann")]);
    assert_eq!((oracle.reading().value, oracle.flags()), (signed("10"), vec![]), "one silenced of five again");
    assert_eq!(oracle.accepted(), decimal("10"));

    // Named in another order, everybody keeps what they said and whether it counts.
    let mut config_now = oracle.feed().config;
    oracle.publish_as("bob", "10.5");
    config_now.source = oracle.publishers(&["eve", "dan", "bob", "ann"], 3);
    oracle.set(ATOM, config_now).unwrap();
    assert_eq!(silenced(&oracle), [oracle.address("ann")]);
    let said: Vec<_> = oracle.feed().published.into_iter().map(|value| (value.publisher, value.value)).collect();
    let of = |publisher, value| (Addr::unchecked(oracle.address(publisher)), signed(value));
    assert_eq!(said, [of("ann", "10"), of("bob", "10.5"), of("dan", "10")]);

    // Another kind of feed forgets its history, but not who was silenced.
    let source = oracle.feed().config.source;
    oracle.set(ATOM, FeedConfig::rate(source)).unwrap();
    assert_eq!(silenced(&oracle), [oracle.address("ann")]);
    assert_eq!(oracle.feed().published, []);

    oracle.execute("owner", ExecuteMsg::RemoveFeed { feed: ATOM.into() }).unwrap();
    oracle.set(ATOM, config).unwrap();
    assert_eq!(silenced(&oracle), [""; 0], "a feed that was removed starts with nothing");
}

#[test]
fn what_silencing_does_to_the_price_is_a_jump_like_any_other() {
    let mut oracle = Oracle::at_10(&["ann", "bob", "cleo"], 2, |_| ());
    oracle.wait(MINUTE);
    oracle.publish_as("ann", "10");
    oracle.publish_as("bob", "10");
    oracle.publish_as("cleo", "14");
    assert_eq!(oracle.reading().value, signed("10"));
    silence(&mut oracle, "guardian", "ann").unwrap();
    assert_eq!(oracle.reading().value, signed("12"));
    assert_eq!(oracle.flags(), [Flag::Jump, Flag::Uncertain]);
    assert_eq!(oracle.accepted(), decimal("10"));
}

#[test]
fn the_owner_names_the_guardian_and_is_it_where_none_was_named() {
    let mut oracle = five();
    assert_eq!(guardian(&oracle), oracle.address("guardian"));
    let msg = ExecuteMsg::SetGuardian { guardian: oracle.address("watch") };
    for sender in ["guardian", "watch", "stranger"] {
        let error = oracle.execute(sender, msg.clone()).unwrap_err();
        assert_eq!(error, ContractError::Ownership(OwnershipError::NotOwner));
    }
    let events = oracle.execute("owner", msg).unwrap();
    assert_eq!(attribute(&events, "action"), "set_guardian");
    assert_eq!(guardian(&oracle), oracle.address("watch"));
    let error = silence(&mut oracle, "guardian", "ann").unwrap_err();
    assert_eq!(error, ContractError::NotGuardian { sender: oracle.address("guardian") });
    silence(&mut oracle, "watch", "ann").unwrap();
    let msg = ExecuteMsg::SetGuardian { guardian: "not an address".into() };
    assert!(matches!(oracle.execute("owner", msg).unwrap_err(), ContractError::Std(_)));

    let msg = |guardian: Option<String>| InstantiateMsg { owner: Oracle::new().address("owner"), guardian };
    let (env, info) = (oracle.env(), message_info(&Addr::unchecked(oracle.address("creator")), &[]));
    contract::instantiate(oracle.deps().as_mut(), env.clone(), info.clone(), msg(None)).unwrap();
    assert_eq!(guardian(&oracle), oracle.address("owner"));
    let error = contract::instantiate(oracle.deps().as_mut(), env, info, msg(Some("nobody".into()))).unwrap_err();
    assert!(matches!(error, ContractError::Std(_)), "{error}");
}

#[test]
fn a_silence_outlasts_days() {
    let mut oracle = five();
    silence(&mut oracle, "guardian", "mallory").unwrap();
    oracle.wait(240 * HOUR);
    oracle.all_publish(&FIVE[..4], "10");
    oracle.try_publish("mallory", published("13")).unwrap();
    assert_eq!((oracle.reading().value, oracle.flags()), (signed("10"), vec![]));
    assert_eq!(silenced(&oracle), [oracle.address("mallory")]);
}
