//! A publication writes few bytes: a chain charges 30 gas for each.

use crate::support::{Oracle, ATOM, HOUR, START};

/// `[publisher, value, confidence, time]`; then the history: the last accepted price, which was certain, none held
/// back, the last sampled price and the anchor before it, the average, the variance (50 % a year at first, so 0.25),
/// the start of the usable period and the seconds before it; nobody silenced.
#[test]
fn the_values_of_a_feed_are_written_without_names() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    let (publisher, time) = (oracle.address("publisher"), format!("{START}000000000"));
    let key = [&[0, 7], b"ledgers".as_slice(), ATOM.as_bytes()].concat();
    let price = format!(r#"["10","{time}"]"#);
    let until = START + 60;
    let history = format!(r#"[{price},true,null,{price},{price},"10","0.25",[{START},0,{until}]]"#);
    let expected = format!(r#"[[["{publisher}","10","0","{time}"]],{history},[]]"#);
    assert_eq!(oracle.stored(&key), expected);
}

/// Every value is read as it was stored, including a price that is held back.
#[test]
fn a_price_held_back_is_read_as_it_was_written() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(HOUR);
    oracle.publish("20");
    let feed = oracle.feed();
    let accepted = feed.accepted.unwrap();
    assert_eq!((accepted.price.to_string(), accepted.time.seconds()), ("10".to_string(), START));
    let held_back = feed.held_back.unwrap();
    assert_eq!((held_back.price.to_string(), held_back.time.seconds()), ("20".to_string(), START + HOUR));
    assert_eq!(feed.published[0].value.to_string(), "20");
}
