//! A message writes few bytes: a chain charges 30 gas for each.

use ballast_types::market::Reference;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

/// What is stored in a map under the market's name and `owner`.
fn stored(chain: &Chain, map: &str, owner: Option<&str>) -> String {
    let part = |name: &str| [&[0, u8::try_from(name.len()).unwrap()], name.as_bytes()].concat();
    let key = match owner {
        Some(owner) => [part(map), part(NAME), chain.who(owner).as_bytes().to_vec()].concat(),
        None => [part(map), NAME.as_bytes().to_vec()].concat(),
    };
    let raw = chain.app.wrap().query_wasm_raw(&chain.market, key).unwrap();
    String::from_utf8(raw.unwrap()).unwrap()
}

/// A market with both sides, an hour of funding, a price and a pool.
fn traded() -> Chain {
    let mut chain = Chain::with_reference(params(), Reference::Constant { rate: signed("0.1") });
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.trade("bob", S100 / 2, quote(500 * ONE));
    chain.seconds(HOUR);
    chain.trade("alice", -S100, quote(500 * ONE));
    chain
}

/// Without names the 48 values of the state need 3 bytes each beyond their digits (quotes and a comma), and so do its 17
/// lists (brackets and a comma): 195. The digits, with room: for each side two amounts of 13, two indices of 38 and two
/// bases of 50; six amounts of 13 in purses; 160 for rates, prices, times and the rest. Names would add more than 400.
#[test]
fn the_state_of_a_market_is_written_without_names() {
    let state = stored(&traded(), "state", None);
    assert!(!state.contains('{'), "{state}");
    assert!(state.len() <= 195 + 2 * (2 * 13 + 2 * 38 + 2 * 50) + 6 * 13 + 160, "{} bytes: {state}", state.len());
}

/// Six values and two lists with 3 bytes each beyond their digits; two amounts of 13 digits, two bases of 50, two coins
/// of 13.
#[test]
fn a_position_is_written_without_names() {
    let position = stored(&traded(), "position", Some("alice"));
    assert!(!position.contains('{'), "{position}");
    let most = 6 * 3 + 2 * 3 + 2 * 13 + 2 * 50 + 2 * 13;
    assert!(position.len() <= most, "{} bytes: {position}", position.len());
}

#[test]
fn a_provider_is_two_values() {
    let chain = traded();
    let shares = chain.pool("lp").shares;
    // The pool was filled in the first second of the tests. A request is three more, in a place of its own.
    assert_eq!(stored(&chain, "provider", Some("lp")), format!(r#"["{shares}",{START}]"#));
}
