//! Compares every value of the deployment with the chain file.

use ballast_types::oracle::{Closing, TradingHours};
use ballast_types::{market, oracle, vault};
use cosmwasm_std::Timestamp;
use serde::Serialize;
use serde_json::{json, Value};

use super::artifacts::Kind;
use super::{look, system, Plan};
use crate::msg::json;
use crate::{ChainFile, Client, Error, Result};

/// One compared value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// Path of the value.
    pub name: String,
    /// The value in the file or the build.
    pub expected: Value,
    /// The value on the chain.
    pub found: Value,
}

impl Checked {
    /// Whether both values are equal.
    pub fn holds(&self) -> bool {
        self.expected == self.found
    }
}

/// All values, in readable order.
///
/// # Errors
/// Those of [`Client::query`].
pub fn all(client: &Client, file: &ChainFile, plan: &Plan) -> Result<Vec<Checked>> {
    let mut checks = vec![];
    for kind in Kind::ALL {
        contract(client, file, plan, kind, &mut checks)?;
    }
    let found: oracle::ConfigResponse = client.query(&plan.at.oracle, &oracle::QueryMsg::Config {})?;
    let (expected, found) = (json!({"guardian": file.oracle_guardian}), json!({"guardian": found.guardian}));
    compare("oracle", &expected, &found, &mut checks);
    for feed in file.feeds() {
        let query = oracle::QueryMsg::Feed { feed: feed.feed.clone() };
        let found: oracle::FeedResponse = client.query(&plan.at.oracle, &query)?;
        compare(&format!("oracle.feed '{}'", feed.feed), &json(&feed.config)?, &json(&found.config)?, &mut checks);
    }
    hours(client, file, plan, &mut checks)?;
    market(client, file, plan, &mut checks)?;
    vault(client, file, plan, &mut checks)?;
    Ok(checks)
}

/// Code, admin, label and owner of one contract.
fn contract(client: &Client, file: &ChainFile, plan: &Plan, kind: Kind, checks: &mut Vec<Checked>) -> Result<()> {
    let address = plan.address(kind);
    let name = kind.name();
    let info = client.contract(address)?;
    let info =
        info.ok_or_else(|| Error::chain(format!("there is no contract at {address}, where the {name} should be")))?;
    let ownership = look::ownership(client, kind, &plan.at)?;
    let found = json!({
        "code_hash": client.code_hash(info.code_id)?,
        "admin": info.admin,
        "label": info.label,
        "owner": ownership.owner,
        "pending_owner": ownership.pending_owner,
    });
    let expected = json!({
        "code_hash": plan.hash(kind),
        "admin": file.admin,
        "label": system::label(file, kind),
        "owner": file.owner,
        "pending_owner": null,
    });
    compare(name, &expected, &found, checks);
    Ok(())
}

/// What is left to do for a deployment: values that differ from the file, contracts that the deployer has offered to
/// the owner and that are not accepted yet, and contracts owned by others.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// Names of values.
    pub wrong: Vec<String>,
    /// Names of contracts.
    pub pending: Vec<&'static str>,
    /// Names and owners of contracts that belong neither to the deployer nor to the file's owner.
    pub of_others: Vec<(&'static str, String)>,
}

impl Undone {
    /// Computed from all values, for the file's owner and the deployer.
    pub fn of(checks: &[Checked], owner: &str, deployer: &str) -> Undone {
        let value = |name: &str, key: &str| {
            let name = format!("{name}.{key}");
            checks.iter().find(|check| check.name == name).and_then(|check| check.found.as_str())
        };
        let names = || Kind::ALL.iter().map(|kind| kind.name());
        let of = |name: &str, account: &str| value(name, "owner") == Some(account);
        let offered = |name: &str| value(name, "pending_owner") == Some(owner);
        let pending: Vec<_> = names().filter(|name| of(name, deployer) && offered(name)).collect();
        let others = names().filter(|name| !of(name, deployer) && !of(name, owner));
        let of_others = others.filter_map(|name| Some((name, value(name, "owner")?.to_owned()))).collect();
        let of_an_offer = |name: &str| {
            let parts = name.split_once('.');
            parts.is_some_and(|(kind, key)| pending.contains(&kind) && matches!(key, "owner" | "pending_owner"))
        };
        let wrong = checks.iter().filter(|check| !check.holds() && !of_an_offer(&check.name));
        Undone { wrong: wrong.map(|check| check.name.clone()).collect(), pending, of_others }
    }

    /// What to do, if anything; an owner accepts with the command `accept`.
    pub fn says(&self, checked: usize, owner: &str, accept: &str) -> Option<String> {
        let mut parts = vec![];
        if !self.wrong.is_empty() {
            let (count, names) = (self.wrong.len(), self.wrong.join(", "));
            parts.push(format!("{count} of {checked} values are not those of the file: {names}"));
        }
        for (name, other) in &self.of_others {
            parts.push(format!("the {name} is {other}'s, neither {owner}'s nor of who deployed"));
        }
        if !self.pending.is_empty() {
            let names = self.pending.join(", ");
            parts.push(format!(
                "{owner} does not own these yet: {names}; they are offered, and belong to who deployed until that \
                 account accepts, with its own key, or for a multisig with --generate-only FOLDER instead of a key:\n\
                 {accept}"
            ));
        }
        (!parts.is_empty()).then(|| parts.join("\n"))
    }
}

/// The week must be that of the file, and its holidays that are not over known: the owner adds more as years go by.
fn hours(client: &Client, file: &ChainFile, plan: &Plan, checks: &mut Vec<Checked>) -> Result<()> {
    if file.hours.is_empty() {
        return Ok(());
    }
    let now = Timestamp::from_seconds(client.head()?.seconds().unwrap_or_default());
    for (feed, expected) in &file.hours {
        let query = oracle::QueryMsg::Feed { feed: feed.clone() };
        let found = client.query::<oracle::FeedResponse>(&plan.at.oracle, &query)?.hours;
        let unknown = unknown_holidays(expected, found.as_ref(), now);
        let sessions = found.map(|found| found.sessions).unwrap_or_default();
        let expected = json!({"sessions": expected.sessions, "unknown_holidays": []});
        let found = json!({"sessions": sessions, "unknown_holidays": unknown});
        compare(&format!("oracle.hours '{feed}'"), &expected, &found, checks);
    }
    Ok(())
}

/// Holidays of the file that are not over and that the oracle does not count.
fn unknown_holidays(expected: &TradingHours, found: Option<&TradingHours>, now: Timestamp) -> Vec<Closing> {
    let covers = |known: &Closing, one: &Closing| known.from <= one.from && one.until <= known.until;
    let known = |one: &Closing| found.iter().flat_map(|found| &found.holidays).any(|known| covers(known, one));
    expected.holidays.iter().filter(|one| one.until > now && !known(one)).copied().collect()
}

fn market(client: &Client, file: &ChainFile, plan: &Plan, checks: &mut Vec<Checked>) -> Result<()> {
    let query = market::QueryMsg::Market { market: file.market.clone() };
    let found: market::MarketResponse = client.query(&plan.at.market, &query)?;
    let config: market::ConfigResponse = client.query(&plan.at.market, &market::QueryMsg::Config {})?;
    let found = json!({
        "guardian": config.guardian, "name": found.market, "base": found.base, "quote": found.quote,
        "oracle": found.oracle, "index_feed": found.index_feed, "collateral_feed": found.collateral_feed,
        "reference": found.reference, "params": found.params, "hedger": found.hedger,
    });
    let expected = json!({
        "guardian": file.guardian, "name": file.market, "base": file.base, "quote": file.quote,
        "oracle": plan.at.oracle, "index_feed": file.price_feed.feed,
        "collateral_feed": file.collateral.as_ref().map(|collateral| &collateral.feed),
        "reference": file.reference, "params": file.market_params, "hedger": plan.at.vault,
    });
    compare("market", &expected, &found, checks);
    Ok(())
}

fn vault(client: &Client, file: &ChainFile, plan: &Plan, checks: &mut Vec<Checked>) -> Result<()> {
    let query = vault::QueryMsg::VaultExtension(vault::ExtensionQueryMsg::Config {});
    let config: vault::ConfigResponse = client.query(&plan.at.vault, &query)?;
    let token: cw20::TokenInfoResponse = client.query(&plan.at.vault, &vault::QueryMsg::TokenInfo {})?;
    let info: vault::VaultInfoResponse = client.query(&plan.at.vault, &vault::QueryMsg::Info {})?;
    let found = json!({
        "guardian": config.guardian, "name": token.name, "symbol": token.symbol,
        "share_token": info.vault_token, "deposits": info.base_token, "venue": config.venue, "market": config.market,
        "base": config.base, "quote": config.quote, "deposit_cap": config.deposit_cap, "policy": config.policy,
    });
    let expected = json!({
        "guardian": file.guardian, "name": file.share_name, "symbol": file.share_symbol,
        "share_token": plan.at.vault, "deposits": file.base.denom, "venue": plan.at.market, "market": file.market,
        "base": file.base, "quote": file.quote, "deposit_cap": file.deposit_cap, "policy": file.policy,
    });
    compare("vault", &expected, &found, checks);
    Ok(())
}

/// Compares leaf by leaf; a value that is missing on one side counts as null.
fn compare(name: &str, expected: &Value, found: &Value, checks: &mut Vec<Checked>) {
    let (Value::Object(left), Value::Object(right)) = (expected, found) else {
        checks.push(Checked { name: name.to_owned(), expected: expected.clone(), found: found.clone() });
        return;
    };
    for (key, value) in left {
        compare(&format!("{name}.{key}"), value, right.get(key).unwrap_or(&Value::Null), checks);
    }
    for (key, value) in right.iter().filter(|(key, _)| !left.contains_key(*key)) {
        compare(&format!("{name}.{key}"), &Value::Null, value, checks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_is_compared_and_what_one_side_lacks_is_found() {
        let mut checks = vec![];
        let expected = json!({"a": {"x": "1", "y": [1]}, "b": null});
        let found = json!({"a": {"x": "2", "y": [1], "z": true}, "b": null});
        compare("it", &expected, &found, &mut checks);
        let wrong: Vec<_> = checks.iter().filter(|check| !check.holds()).map(|check| check.name.as_str()).collect();
        assert_eq!(wrong, ["it.a.x", "it.a.z"]);
        assert_eq!(checks.len(), 4);
    }

    #[test]
    fn a_holiday_is_known_that_lies_within_one_of_the_oracles_or_is_over() {
        let closing =
            |from, until| Closing { from: Timestamp::from_seconds(from), until: Timestamp::from_seconds(until) };
        let hours = |holidays: &[Closing]| TradingHours { sessions: vec![], holidays: holidays.to_vec() };
        let file = hours(&[closing(10, 20), closing(40, 50), closing(60, 80)]);
        // The second and one after it are joined.
        let found = hours(&[closing(40, 60), closing(60, 79)]);
        let now = Timestamp::from_seconds(20);
        assert_eq!(unknown_holidays(&file, Some(&found), now), [closing(60, 80)]);
        assert_eq!(unknown_holidays(&file, None, Timestamp::from_seconds(19)).len(), 3);
    }

    fn owned(kind: &str, owner: &str, pending: Option<&str>) -> Vec<Checked> {
        let mut checks = vec![];
        let expected = json!({"label": "x", "owner": "multisig", "pending_owner": null});
        compare(kind, &expected, &json!({"label": "x", "owner": owner, "pending_owner": pending}), &mut checks);
        checks
    }

    #[test]
    fn an_ownership_that_is_only_offered_is_not_done() {
        let checks = [
            owned("oracle", "multisig", None),
            owned("market", "deployer", Some("multisig")),
            owned("vault", "deployer", Some("multisig")),
        ]
        .concat();
        let undone = Undone::of(&checks, "multisig", "deployer");
        assert_eq!(undone, Undone { wrong: vec![], pending: vec!["market", "vault"], of_others: vec![] });
        let says = undone.says(checks.len(), "multisig", "ballast-chain accept-ownership").unwrap_or_default();
        assert!(says.contains("multisig does not own these yet: market, vault"), "{says}");
        assert!(says.ends_with("ballast-chain accept-ownership"), "{says}");
    }

    #[test]
    fn an_offer_to_somebody_else_and_another_owner_are_wrong_values() {
        let checks = [owned("oracle", "deployer", Some("stranger")), owned("market", "multisig", Some("stranger"))];
        let undone = Undone::of(&checks.concat(), "multisig", "deployer");
        assert_eq!(undone.wrong, ["oracle.owner", "oracle.pending_owner", "market.pending_owner"]);
        assert!(undone.pending.is_empty());
        assert_eq!(
            Undone::of(&owned("oracle", "multisig", None), "multisig", "deployer").says(3, "multisig", ""),
            None
        );
    }

    #[test]
    fn what_a_stranger_owns_is_wrong_and_theirs_also_where_it_is_offered() {
        let checks = [owned("oracle", "stranger", Some("multisig")), owned("market", "stranger", None)].concat();
        let undone = Undone::of(&checks, "multisig", "deployer");
        assert_eq!(undone.wrong, ["oracle.owner", "oracle.pending_owner", "market.owner"]);
        assert!(undone.pending.is_empty());
        let says = undone.says(checks.len(), "multisig", "ballast-chain accept-ownership").unwrap_or_default();
        assert!(says.contains("the oracle is stranger's") && says.contains("the market is stranger's"), "{says}");
    }
}
