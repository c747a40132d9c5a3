//! A vault of a staked coin: its chain file, its deployment, and its commands on a scripted chain.

use std::path::{Path, PathBuf};

use ballast_chain::{ChainFile, Error, Stop};
use ballast_types::market::{CollateralRange, MarketResponse};
use ballast_types::oracle::{AcceptedPrice, FeedConfig, FeedResponse, Flag, Source};
use cosmwasm_std::{Timestamp, Uint128};
use serde_json::{json, Value};

use crate::node::world::{feed, health, market, position, ratio, reading, World};
use crate::node::{Behaviour, Chain, Node};

fn chains() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/chains")
}

/// The local staked chain file with these replacements, in a folder of its own.
fn file(test: &str, changes: &[(&str, &str)]) -> Result<ChainFile, Error> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("staked-{test}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut text = std::fs::read_to_string(chains().join("local-staked.toml")).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "no {from}");
        text = text.replace(from, to);
    }
    let accounts = chains().join("../localnet.d/accounts");
    let path = folder.join("chain.toml");
    std::fs::write(&path, text.replace("../localnet.d/accounts", &accounts.display().to_string())).unwrap();
    let read = ChainFile::read(&path);
    std::fs::remove_dir_all(&folder).unwrap();
    read
}

/// Each feed with what it comes from.
fn feeds(file: &ChainFile) -> Vec<String> {
    let source = |source: &Source| match source {
        Source::Published { .. } => "published".to_owned(),
        Source::Product { feeds } => format!("product of {}", feeds.join(" and ")),
        Source::Staked { market, index, rate } => format!("lower of {market} and {index} times {rate}"),
        other => format!("{other:?}"),
    };
    file.feeds().iter().map(|feed| format!("{}: {}", feed.feed, source(&feed.config.source))).collect()
}

#[test]
fn a_staked_coins_price_is_the_lower_of_its_market_and_its_redemption() {
    let file = ChainFile::read(&chains().join("local-staked.toml")).unwrap();
    assert_eq!(file.check(), Ok(()));
    assert_eq!(
        feeds(&file),
        [
            "atom/usdc: published",
            "atom/funding: published",
            "statom/market: published",
            "statom/rate: published",
            "statom/usdc: lower of statom/market and atom/usdc times statom/rate",
        ]
    );
    assert_eq!(file.collateral.unwrap().feed, "statom/usdc");
}

#[test]
fn a_coin_may_have_a_rate_alone_or_a_published_price_alone_or_be_the_index() {
    let market = "market_feed = \"statom/market\"\n";
    let rate = "rate_feed = \"statom/rate\"\n";
    let of = |test, changes: &[(&str, &str)]| feeds(&file(test, changes).unwrap()).split_off(2);
    assert_eq!(
        of("rate", &[(market, "")]),
        ["statom/rate: published", "statom/usdc: product of atom/usdc and statom/rate"]
    );
    assert_eq!(of("published", &[(market, ""), (rate, "")]), ["statom/usdc: published"]);
    let section = "[collateral]\nfeed = \"statom/usdc\"\n";
    let index = file("index", &[(section, ""), (market, ""), (rate, "")]).unwrap();
    assert!(index.collateral.is_none() && index.feeds().len() == 2);
    let refused = file("market", &[(rate, "")]).unwrap_err().to_string();
    assert!(refused.contains("market_feed = \"statom/market\" without rate_feed"), "{refused}");
}

#[test]
fn an_estimate_of_the_hedge_is_kept_of_a_price_that_stands_alone_and_where_it_is_asked_for() {
    let feed = "feed = \"statom/usdc\"\n";
    let asked = |asked: &str| format!("{feed}estimate = {asked}\n");
    let alone = [("market_feed = \"statom/market\"\n", ""), ("rate_feed = \"statom/rate\"\n", "")];
    let estimate = |test, changes: &[(&str, &str)]| file(test, changes).unwrap().collateral.unwrap().estimate;
    assert!(!estimate("staked", &[]));
    assert!(estimate("asked", &[(feed, &asked("true"))]));
    assert!(estimate("alone", &alone));
    assert!(!estimate("not-asked", &[alone[0], alone[1], (feed, &asked("false"))]));
}

#[test]
fn each_feed_has_parameters_of_its_own() {
    let sections = "\n[collateral.market]\nmax_age = 90\n[collateral.rate]\nmax_age = 3600\n[collateral.price]\nmax_jump = 0.3\n\n[market]\n";
    let feeds = file("parameters", &[("\n[market]\n", sections)]).unwrap().feeds();
    let of = |name: &str| {
        let config = &feeds.iter().find(|feed| feed.feed == name).unwrap().config;
        (config.max_age, config.max_jump)
    };
    let (usual, wide, tight) = (ratio("0.15"), ratio("0.3"), ratio("0.01"));
    assert_eq!(of("statom/market"), (90, usual));
    assert_eq!(of("statom/rate"), (3_600, tight));
    assert_eq!(of("statom/usdc"), (60, wide));
    let unnamed = [("rate_feed = \"statom/rate\"\n", ""), ("market_feed = \"statom/market\"\n", "")];
    for section in ["rate", "market"] {
        let with = format!("\n[collateral.{section}]\nmax_age = 90\n\n[market]\n");
        let changes = [&unnamed[..], &[("\n[market]\n", with.as_str())]].concat();
        let refused = file(section, &changes).unwrap_err().to_string();
        assert!(
            refused.contains(&format!("[collateral.{section}] has parameters of a feed that is not there")),
            "{refused}"
        );
    }
}

#[test]
fn what_the_oracle_would_refuse_is_refused_before_anything_is_paid_for() {
    for (test, from, to, says) in [
        ("twice", "feed = \"statom/usdc\"", "feed = \"atom/usdc\"", "two feeds have the name 'atom/usdc'"),
        ("name", "statom/rate", "stATOM/rate", "a feed cannot be called 'stATOM/rate': use 1 to 64 characters of a-z"),
        (
            "quorum",
            "quorum = 1",
            "quorum = 2",
            "[oracle] quorum = 2: more than half of the 1 publishers are needed, 1 to 1",
        ),
        ("none", "publishers = [\"feeder\"]", "publishers = []", "has 0 publishers: 1 to 15 are possible"),
        (
            "same",
            "publishers = [\"feeder\"]",
            "publishers = [\"feeder\", \"feeder\"]",
            "[oracle] publishers has wasm1aw5dmususnedunnk3tq3uu33dvlk2r44qfq4lk twice",
        ),
        (
            "bounds",
            "\n[market]\n",
            "\n[collateral.rate]\nmax_age = 1\n[market]\n",
            "[collateral.rate] max_age = 1: must be 5 to 86400",
        ),
        (
            "policy",
            "[vault.policy]",
            "[vault.policy]\nassumed_discount = 0.7",
            "[vault.policy] assumed_discount = 0.7: must be 0 to 0.6",
        ),
    ] {
        let refused = file(test, &[(from, to)]).unwrap().check().unwrap_err().to_string();
        assert!(refused.contains(says) && refused.contains("chain.toml"), "{test}: {refused}");
    }
}

#[test]
fn a_deployer_is_warned_of_each_published_price_with_few_publishers() {
    let warnings = ChainFile::read(&chains().join("local-staked.toml")).unwrap().warnings();
    let of = |feed: &str| {
        warnings.iter().any(|text| text.starts_with(&format!("the price feed '{feed}' has one publisher")))
    };
    assert!(of("atom/usdc") && of("statom/market") && of("statom/rate"), "{warnings:?}");
    assert_eq!(warnings.len(), 3);
}

#[test]
fn a_deployer_is_warned_of_what_a_collateral_price_does_not_see() {
    let market = ("market_feed = \"statom/market\"\n", "");
    let rate = ("rate_feed = \"statom/rate\"\n", "");
    let warned = |test, changes: &[(&str, &str)], says: &str| {
        let warnings = file(test, changes).unwrap().warnings();
        assert_eq!(warnings.iter().filter(|text| text.contains(says)).count(), 1, "{warnings:?}");
    };
    warned("unsold", &[market], "'statom/usdc' does not say what it sells for");
    warned("unredeemed", &[market, rate], "'statom/usdc' does not say what it is redeemed for");
}

fn lower() -> FeedResponse {
    let source = Source::Lower { feeds: vec!["statom/market".into(), "statom/redemption".into()] };
    FeedResponse { feed: "statom/usdc".into(), config: FeedConfig::price(source), ..feed(None) }
}

/// A chain with a market of two prices, whose collateral price is the lower of two others, of which one is computed: as
/// an owner may set it who wants a history of the product.
fn staked(chain: &Chain) -> World {
    let node = Node::start(chain, Behaviour::Healthy);
    let world = World::new(chain, &[&node]);
    let product = Source::Product { feeds: vec!["atom/usdc".into(), "statom/rate".into()] };
    let product = FeedResponse { config: FeedConfig::price(product), ..feed(None) };
    chain.answers("\"market\":{", MarketResponse { collateral_feed: Some("statom/usdc".into()), ..market() });
    chain.answers("\"feed\":\"statom/usdc\"", lower());
    chain.answers("\"feed\":\"statom/redemption\"", product);
    chain.answers("\"readings\"", json!([reading(vec![], None), reading(vec![], None)]));
    world
}

#[test]
fn feeds_are_set_after_those_that_they_are_computed_from_and_the_market_names_the_last() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::Healthy);
    let world = World::new(&chain, &[&node]).staked().of_another_owner("owner");
    chain.refuses("\"feed\":{\"feed\":", "there is no feed");
    chain.answers("\"markets\"", json!({"markets": []}));
    // The script does not set anything, so the check at the end finds no feed.
    world.run("deploy --from owner", &Stop::default()).unwrap_err();
    let executed = chain.executed();
    let set: Vec<_> = executed.iter().filter_map(|msg| msg["set_feed"]["feed"].as_str()).collect();
    assert_eq!(set, ["atom/usdc", "atom/funding", "statom/market", "statom/rate", "statom/usdc"]);
    let create = executed.iter().find_map(|msg| msg.get("create_market")).unwrap();
    assert_eq!(create["collateral_feed"], json!("statom/usdc"));
    assert_eq!(create["index_feed"], json!("atom/usdc"));
    assert_eq!(create["base"]["denom"], json!("ustatom"));
}

#[test]
fn a_market_with_another_collateral_feed_than_the_file_is_a_wrong_value() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::Healthy);
    let world = World::new(&chain, &[&node]).of_another_owner("owner");
    world.deployed(&chain);
    chain.answers(
        "\"ownership\"",
        json!({"owner": world.address("owner"), "pending_owner": null, "pending_expiry": null}),
    );
    let params = world.file().market_params;
    let reference = world.file().reference;
    let other = MarketResponse { collateral_feed: Some("another".into()), params, reference, ..market() };
    chain.answers("\"market\":{", other);
    let error = world.run("deploy", &Stop::default()).unwrap_err().to_string();
    assert!(error.starts_with("1 of ") && error.ends_with("not those of the file: market.collateral_feed"), "{error}");
}

/// What a keeper makes the oracle observe in some rounds.
fn observed(chain: &Chain, world: &World) -> Vec<Value> {
    let stop = Stop::default();
    std::thread::scope(|scope| {
        let running = scope.spawn(|| world.run("keep --every 0.2", &stop));
        std::thread::sleep(std::time::Duration::from_secs(4));
        stop.set();
        assert_eq!(running.join().unwrap(), Ok(()));
    });
    chain.executed()
}

#[test]
fn a_keeper_observes_computed_prices_once_and_those_first_that_others_need() {
    let chain = Chain::new();
    let world = staked(&chain);
    assert_eq!(observed(&chain, &world), [json!({"observe": {"feeds": ["statom/redemption", "statom/usdc"]}})]);
}

#[test]
fn a_keeper_observes_the_price_of_a_staked_coin_and_nothing_that_is_published() {
    let chain = Chain::new();
    let world = staked(&chain);
    let [market, index, rate] = ["statom/market", "atom/usdc", "statom/rate"].map(str::to_owned);
    let config = FeedConfig::price(Source::Staked { market, index, rate });
    chain.answers("\"feed\":\"statom/usdc\"", FeedResponse { config, ..lower() });
    chain.answers("\"readings\"", json!([reading(vec![], None)]));
    assert_eq!(observed(&chain, &world), [json!({"observe": {"feeds": ["statom/usdc"]}})]);
}

#[test]
fn a_keeper_observes_a_redemption_rate_that_another_contract_knows_before_the_price_computed_from_it() {
    let chain = Chain::new();
    let world = staked(&chain);
    let config = FeedConfig::redemption_rate(Source::Contract { address: "hub".into() });
    chain.answers("\"feed\":\"statom/rate\"", FeedResponse { config, ..feed(None) });
    chain.answers("\"readings\"", json!([reading(vec![], None), reading(vec![], None), reading(vec![], None)]));
    let feeds = ["statom/rate", "statom/redemption", "statom/usdc"];
    assert_eq!(observed(&chain, &world), [json!({"observe": {"feeds": feeds}})]);
}

#[test]
fn a_keeper_leaves_prices_alone_whose_history_is_young() {
    let chain = Chain::new();
    let world = staked(&chain);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let accepted = |feed: FeedResponse| {
        let accepted = AcceptedPrice { price: ratio("10"), time: Timestamp::from_seconds(now - 3_000) };
        FeedResponse { accepted: Some(accepted), ..feed }
    };
    chain.answers("\"feed\":\"statom/usdc\"", accepted(lower()));
    chain.answers("\"feed\":\"statom/redemption\"", accepted(lower()));
    assert_eq!(observed(&chain, &world), [] as [Value; 0]);
}

/// A position whose coin sells for 20 % less than it is redeemed for.
fn discounted(chain: &Chain) {
    let mut position = position();
    position.venue.prices.collateral = ratio("8.4");
    position.venue.prices.collateral_range = Some(CollateralRange {
        low: ratio("8.4"),
        high: ratio("10.5"),
        redemption: ratio("10.5"),
        spread: ratio("0.001"),
        discount: ratio("0.2"),
        mean_discount: ratio("0.005"),
        lasting_low: ratio("10.4475"),
        lasting_high: ratio("10.4475"),
        held_back: None,
        time: Timestamp::from_seconds(1_577_836_800),
        flags: vec![Flag::Discount],
    });
    chain.answers("\"position\"", position);
}

#[test]
fn a_deposit_that_waits_for_a_discount_is_told_its_size_and_until_when() {
    let chain = Chain::new();
    let world = staked(&chain);
    discounted(&chain);
    for refusal in [
        "the deposited coin sells for 0.2 less than it is redeemed for, 0.005 in the mean of a day: deposits wait",
        "deposits wait for the discount",
    ] {
        chain.refuses("\"preview_deposit\"", refusal);
        let error = world.run("deposit 12.5atom --from alice", &Stop::default()).unwrap_err();
        assert_eq!(
            error,
            Error::Chain(
                "the deposited coin sells at a discount: for 20.00 % less than it is redeemed for, 0.50 % in the mean of a \
                 day. Deposits wait until it is within 3 points of its mean, which follows it; redemptions do not. \
                 ballast-chain status shows both"
                    .to_owned()
            )
        );
    }
}

#[test]
fn a_collateral_price_that_cannot_be_used_is_named_to_who_deposits_or_redeems() {
    let chain = Chain::new();
    let world = staked(&chain);
    let refusal = "the collateral price may not be used for Increase: it is [Stale]";
    chain.refuses("\"preview_deposit\"", refusal);
    chain.refuses("\"preview_redeem\"", refusal);
    chain.answers("\"balance\"", json!({"balance": "100000000000000"}));
    for command in ["deposit 12.5atom --from alice", "redeem 1 --from alice"] {
        let text = world.run(command, &Stop::default()).unwrap_err().to_string();
        assert!(
            text.starts_with("the collateral price may not be used for opening and growing positions: it is stale"),
            "{text}"
        );
        assert!(text.contains("the deposited coin's own price") && text.contains("--redemption-rate"), "{text}");
    }
}

#[test]
fn the_least_first_deposit_of_a_discounted_coin_is_counted_at_what_it_sells_for() {
    let chain = Chain::new();
    let world = staked(&chain);
    discounted(&chain);
    let refusal = "a position of 1000000 units of quote is below the minimum of 100000000";
    chain.refuses("\"preview_deposit\"", refusal);
    let text = world.run("deposit 1atom --from alice", &Stop::default()).unwrap_err().to_string();
    // 100 usdc at 8.4 are 11.904762 atom, rounded up.
    assert!(text.contains("which takes 11.904762 atom now"), "{text}");
}

#[test]
fn a_stress_case_tells_the_vault_of_a_change_of_the_collateral_only_where_one_is_given() {
    let chain = Chain::new();
    let world = staked(&chain);
    chain.refuses("\"stress\"", "another case");
    chain.answers("\"collateral_change\":\"-0.2\"", health());
    world.run("stress --collateral-change -0.2", &Stop::default()).unwrap();
    assert_eq!(world.run("stress", &Stop::default()), Err(Error::Chain("another case".to_owned())));
    chain.answers("\"collateral_change\":null", health());
    world.run("stress", &Stop::default()).unwrap();
    chain.refuses("\"stress\"", "another case");
    chain.answers("\"correlation_break\":\"-0.3\"", health());
    world.run("stress --correlation-break -0.3", &Stop::default()).unwrap();
}

#[test]
fn a_system_whose_deployer_named_a_node_is_asked_there_by_every_later_command() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::Healthy);
    let mut world = World::new(&chain, &[&node]).of_another_owner("owner");
    world.deployed(&chain);
    chain.answers(
        "\"ownership\"",
        json!({"owner": world.address("owner"), "pending_owner": null, "pending_expiry": null}),
    );
    world.run("deploy", &Stop::default()).unwrap();
    world.nodes.clear();
    let before = node.asked("status");
    world.run("status", &Stop::default()).unwrap();
    assert!(node.asked("status") > before, "the node was not remembered");
    // Deploying again without naming one keeps it; naming one at a command asks that one only.
    world.run("deploy", &Stop::default()).unwrap();
    world.run("status", &Stop::default()).unwrap();
    world.nodes = vec!["http://127.0.0.1:1".to_owned()];
    let error = world.run("status --patience 1", &Stop::default()).unwrap_err();
    assert!(matches!(&error, Error::Network(text) if text.contains("http://127.0.0.1:1")), "{error:?}");
}

#[test]
fn a_chain_file_out_of_bounds_stops_a_deployment_and_nothing_else() {
    let chain = Chain::new();
    let node = Node::start(&chain, Behaviour::Healthy);
    let world = World::new(&chain, &[&node]).of_another_owner("owner");
    world.append("hedge_min = 2\n");
    world.run("status", &Stop::default()).unwrap();
    chain.executes_to(json!({}));
    world.run("publish --price 10 --once", &Stop::default()).unwrap();
    let executed = chain.executed().len();
    let error = world.run("deploy", &Stop::default()).unwrap_err();
    assert!(error.to_string().contains("[vault.policy] hedge_min = 2: must be 0 to 1.2"), "{error}");
    assert_eq!((chain.executed().len(), error.exit_code()), (executed, 2));
}

#[test]
fn units_of_the_staked_coin_are_those_of_the_chain_file() {
    let file = ChainFile::read(&chains().join("local-staked.toml")).unwrap();
    assert_eq!((file.base.denom.as_str(), file.quote.denom.as_str()), ("ustatom", "uusdc"));
    assert_eq!(file.deposit_cap, Some(Uint128::new(5_000_000_000_000)));
}
