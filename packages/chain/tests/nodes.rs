//! Nodes whose responses are not the chain's: followed by a healthy node, and alone.

use std::time::{Duration, Instant};

use crate::node::{client, send, Behaviour, Chain, Node};
use ballast_chain::{Error, Result, Sent};

/// Sends with such a node first and a healthy one second.
fn in_front(behaviour: Behaviour) -> (Result<Sent>, Chain, Node, Node) {
    let chain = Chain::new();
    let (first, second) = (Node::start(&chain, behaviour), Node::start(&chain, Behaviour::Healthy));
    let sent = send(&client(&[&first, &second]));
    (sent, chain, first, second)
}

/// Sends with such a node only. The result must be known within some seconds.
fn alone(behaviour: Behaviour) -> (Result<Sent>, Chain) {
    let chain = Chain::new();
    let only = Node::start(&chain, behaviour);
    let start = Instant::now();
    let sent = send(&client(&[&only]));
    assert!(start.elapsed() < Duration::from_secs(15), "{behaviour:?}: {:?}", start.elapsed());
    (sent, chain)
}

#[test]
fn whatever_one_node_says_a_transaction_happens_once_and_is_found() {
    std::thread::scope(|scope| {
        for behaviour in std::iter::once(Behaviour::Healthy).chain(Behaviour::BAD) {
            scope.spawn(move || {
                let (sent, chain, ..) = in_front(behaviour);
                let sent = sent.unwrap_or_else(|error| panic!("{behaviour:?}: {error}"));
                assert!(sent.height >= 1_000, "{behaviour:?}: {sent:?}");
                assert_eq!(chain.executed().len(), 1, "{behaviour:?}");
            });
        }
    });
}

#[test]
fn a_node_without_an_index_makes_the_next_one_be_asked_for_the_transaction() {
    let (sent, _, first, second) = in_front(Behaviour::NoIndex);
    sent.unwrap();
    assert_eq!((first.asked("broadcast_tx_sync"), first.asked("tx")), (1, 1));
    assert_eq!((second.asked("broadcast_tx_sync"), second.asked("tx")), (0, 1));
}

#[test]
fn where_no_node_has_an_index_it_may_have_happened_with_hash_and_heights() {
    let (sent, chain) = alone(Behaviour::NoIndex);
    let error = sent.unwrap_err();
    let Error::MayHaveHappened { hash, until, why } = &error else { panic!("{error:?}") };
    assert_eq!(chain.executed().len(), 1);
    assert_eq!(hash.len(), 64);
    assert!(*until >= 1_060, "{error}");
    assert!(why.contains("the account's sequence went from 7 to 8 by height 1"), "{error}");
    assert_eq!(error.exit_code(), 4);
}

#[test]
fn a_node_that_makes_no_block_is_given_up_for_the_next_with_the_same_bytes() {
    let (sent, _, first, second) = in_front(Behaviour::NoBlocks(0));
    sent.unwrap();
    assert_eq!((first.asked("broadcast_tx_sync"), second.asked("broadcast_tx_sync")), (1, 1));
    // A node whose last block is an hour old does not even get the query.
    let (sent, _, first, second) = in_front(Behaviour::NoBlocks(3_600));
    sent.unwrap();
    assert_eq!((first.asked("broadcast_tx_sync"), second.asked("broadcast_tx_sync")), (0, 1));
}

#[test]
fn each_node_has_its_turn_however_little_patience_there_is() {
    let chain = Chain::new();
    let nodes = [Node::start(&chain, Behaviour::NoBlocks(0)), Node::start(&chain, Behaviour::Healthy)];
    // Five seconds of checking the first node, with a patience of two.
    send(&client(&[&nodes[0], &nodes[1]]).hurried(1)).unwrap();
}

#[test]
fn where_no_block_comes_a_wait_ends_by_the_clock_and_says_what_may_have_happened() {
    for age in [0, 3_600] {
        let error = alone(Behaviour::NoBlocks(age)).0.unwrap_err();
        let Error::MayHaveHappened { until: 1_050, why, .. } = &error else { panic!("{error:?}") };
        assert!(why.contains("the last block seen is 990"), "{error}");
    }
}

#[test]
fn where_all_nodes_stand_still_the_highest_of_them_is_asked() {
    let chain = Chain::new();
    let nodes = [Node::start(&chain, Behaviour::NoBlocks(7_200)), Node::start(&chain, Behaviour::NoBlocks(3_600))];
    assert_eq!(client(&[&nodes[0], &nodes[1]]).head().unwrap().height, 990);
}

#[test]
fn a_node_that_is_catching_up_says_nothing_of_an_account() {
    let (sent, _, first, _) = in_front(Behaviour::CatchingUp);
    sent.unwrap();
    assert_eq!(first.asked("abci_query"), 0);
    let error = alone(Behaviour::CatchingUp).0.unwrap_err();
    assert!(matches!(error, Error::Network(_)), "{error:?}");
    assert!(error.to_string().ends_with("is still catching up, at height 12"), "{error}");
}

#[test]
fn a_balancer_of_different_heights_makes_nothing_of_what_happened_undone() {
    for _ in 0..4 {
        let (sent, chain) = alone(Behaviour::Balancer);
        sent.unwrap();
        assert_eq!(chain.executed().len(), 1);
    }
}

#[test]
fn a_node_that_is_asked_too_often_or_answers_in_html_makes_the_next_one_be_asked() {
    for behaviour in [Behaviour::TooManyRequests, Behaviour::Http429, Behaviour::Html] {
        let (sent, _, first, second) = in_front(behaviour);
        sent.unwrap();
        assert_eq!(first.asked("broadcast_tx_sync"), 0, "{behaviour:?}");
        assert_eq!(second.asked("broadcast_tx_sync"), 1, "{behaviour:?}");
        // Nothing was sent, so nothing may have happened.
        let error = alone(behaviour).0.unwrap_err();
        assert!(matches!(error, Error::Network(_)), "{behaviour:?}: {error:?}");
    }
}

#[test]
fn a_node_that_has_just_restarted_is_no_judge_of_a_signature() {
    let (sent, _, first, second) = in_front(Behaviour::Restarted);
    sent.unwrap();
    assert_eq!((first.asked("broadcast_tx_sync"), second.asked("broadcast_tx_sync")), (1, 1));
    let (sent, chain) = alone(Behaviour::Restarted);
    sent.unwrap();
    assert_eq!(chain.executed().len(), 1);
}

#[test]
fn a_node_that_never_answers_costs_one_call_and_a_brief_one_and_alone_ends_the_wait() {
    let (sent, _, first, _) = in_front(Behaviour::Silent);
    sent.unwrap();
    // The second is the brief check whether the other node's height is near that of the chain.
    assert_eq!(first.asked("status"), 2);
    assert!(matches!(alone(Behaviour::Silent).0, Err(Error::Network(_))));
}

#[test]
fn nodes_that_are_all_of_another_chain_are_a_mistake() {
    let error = alone(Behaviour::OtherChain).0.unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().ends_with("is of chain 'another', not of 'ballast-local'"), "{error}");
}

#[test]
fn an_answer_of_before_the_last_transaction_is_none() {
    let chain = Chain::new();
    let only = Node::start(&chain, Behaviour::Balancer);
    let client = client(&[&only]);
    send(&client).unwrap();
    for _ in 0..4 {
        assert_eq!(client.balance("wasm1alice", "ucosm").unwrap().u128(), 1_000_000_000);
    }
    send(&client).unwrap();
    assert_eq!(chain.executed().len(), 2);
}

#[test]
fn what_is_not_this_transaction_in_a_block_makes_the_next_node_be_asked_for_it() {
    for behaviour in [Behaviour::OtherTx, Behaviour::EmptyTx, Behaviour::TxHeight(1 << 62), Behaviour::TxHeight(0)] {
        let (sent, chain, _, second) = in_front(behaviour);
        let sent = sent.unwrap();
        assert!(
            sent.height >= 1_000 && sent.hash.len() == 64 && sent.hash != "00".repeat(32),
            "{behaviour:?}: {sent:?}"
        );
        assert_eq!((chain.executed().len(), second.asked("tx")), (1, 1), "{behaviour:?}");
        let error = alone(behaviour).0.unwrap_err();
        assert!(matches!(error, Error::MayHaveHappened { .. }), "{behaviour:?}: {error:?}");
    }
}

#[test]
fn a_wrong_height_of_a_transaction_makes_no_other_node_behind() {
    let chain = Chain::new();
    let nodes = [Node::start(&chain, Behaviour::TxHeight(1 << 62)), Node::start(&chain, Behaviour::Healthy)];
    let client = client(&[&nodes[0], &nodes[1]]);
    send(&client).unwrap();
    client.balance("wasm1alice", "ucosm").unwrap();
}

#[test]
fn a_height_that_no_chain_has_is_the_nodes_fault_and_not_the_users() {
    for height in [0, 1 << 31, 1 << 63] {
        let error = alone(Behaviour::SaysHeight(height)).0.unwrap_err();
        assert_eq!(error.exit_code(), 4);
        assert!(
            error.to_string().ends_with(&format!("says that its last block is '{height}', which cannot be")),
            "{error}"
        );
    }
}

#[test]
fn a_transaction_lives_no_longer_than_the_other_nodes_heights_allow() {
    for behaviour in [Behaviour::SaysHeight(1_001_000), Behaviour::SaysHeight(1_500)] {
        let chain = Chain::new();
        let nodes = [Node::start(&chain, behaviour), Node::start(&chain, Behaviour::NoBlocks(0))];
        let error = send(&client(&[&nodes[0], &nodes[1]])).unwrap_err();
        let Error::MayHaveHappened { until, .. } = &error else { panic!("{error:?}") };
        assert_eq!(*until, 1_050, "{error}");
    }
}

#[test]
fn that_it_cannot_be_any_more_is_said_only_where_every_node_says_so() {
    let sent = |second: Behaviour| {
        let chain = Chain::new();
        let nodes = [Node::start(&chain, Behaviour::NeverIncludes), Node::start(&chain, second)];
        send(&client(&[&nodes[0], &nodes[1]])).unwrap_err()
    };
    std::thread::scope(|scope| {
        let all = scope.spawn(|| sent(Behaviour::NeverIncludes));
        let away =
            [Behaviour::Silent, Behaviour::Html, Behaviour::CatchingUp].map(|other| scope.spawn(move || sent(other)));
        let error = all.join().unwrap();
        assert!(matches!(error, Error::Network(_)), "{error:?}");
        assert!(error.to_string().ends_with("and cannot be any more"), "{error}");
        for error in away.map(|away| away.join().unwrap()) {
            assert!(matches!(error, Error::MayHaveHappened { .. }), "{error:?}");
        }
    });
}

#[test]
fn what_one_node_has_not_heard_of_may_have_happened() {
    let (sent, chain) = alone(Behaviour::NeverHeard);
    assert_eq!(chain.executed().len(), 1);
    let error = sent.unwrap_err();
    let Error::MayHaveHappened { .. } = error else { panic!("{error:?}") };
}

#[test]
fn a_price_of_gas_that_all_nodes_refuse_is_the_chains_word() {
    let chain = Chain::new();
    let nodes = [Node::start(&chain, Behaviour::DearGas), Node::start(&chain, Behaviour::DearGas)];
    let error = send(&client(&[&nodes[0], &nodes[1]])).unwrap_err();
    assert!(matches!(&error, Error::Chain(text) if text.contains("insufficient fee")), "{error:?}");
    for node in &nodes {
        assert_eq!(node.asked("broadcast_tx_sync"), 1);
    }
}

#[test]
fn a_proxy_that_sends_twice_makes_nothing_be_signed_anew() {
    let (sent, chain) = alone(Behaviour::RetryingProxy);
    sent.unwrap();
    assert_eq!(chain.executed().len(), 1);
}

#[test]
fn a_sequence_that_one_node_is_alone_with_costs_two_signatures_at_most() {
    let start = Instant::now();
    let (sent, chain, first, second) = in_front(Behaviour::Ahead);
    sent.unwrap();
    assert_eq!(chain.executed().len(), 1);
    assert_eq!((first.asked("broadcast_tx_sync"), second.asked("broadcast_tx_sync")), (1, 2));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn an_answer_that_is_none_makes_the_next_node_be_asked() {
    for behaviour in [Behaviour::Empty, Behaviour::GatewayNotFound, Behaviour::OtherId] {
        let chain = Chain::new();
        let nodes = [Node::start(&chain, behaviour), Node::start(&chain, Behaviour::Healthy)];
        let units = client(&[&nodes[0], &nodes[1]]).balance("wasm1alice", "ucosm").unwrap();
        assert_eq!(units.u128(), 1_000_000_000, "{behaviour:?}");
        let error = client(&[&nodes[0]]).balance("wasm1alice", "ucosm").unwrap_err();
        assert!(matches!(error, Error::Network(_)), "{behaviour:?}: {error:?}");
    }
}
