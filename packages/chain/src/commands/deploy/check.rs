//! Every value of the deployment against the chain file.

use ballast_types::{market, oracle, vault};
use serde::Serialize;
use serde_json::{json, Value};

use super::artifacts::Kind;
use super::{look, system, Plan};
use crate::msg::json;
use crate::{ChainFile, Client, Error, Result};

/// One value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// Where it is.
    pub name: String,
    /// What the file, or the build, says.
    pub expected: Value,
    /// What the chain says.
    pub found: Value,
}

impl Checked {
    /// Whether they are the same.
    pub fn holds(&self) -> bool {
        self.expected == self.found
    }
}

/// All values, in an order that a person can read.
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
    let found = json!({
        "code_hash": client.code_hash(info.code_id)?,
        "admin": info.admin,
        "label": info.label,
        "owner": owner(client, file, kind, plan)?,
    });
    let expected = json!({
        "code_hash": plan.hash(kind),
        "admin": file.admin,
        "label": system::label(file, kind),
        "owner": file.owner,
    });
    compare(name, &expected, &found, checks);
    Ok(())
}

/// The owner; the one to be, where the ownership was offered to whom the file names and waits to be accepted.
fn owner(client: &Client, file: &ChainFile, kind: Kind, plan: &Plan) -> Result<Option<String>> {
    let ownership = look::ownership(client, kind, &plan.at)?;
    let pending = ownership.pending_owner.filter(|pending| pending.as_str() == file.owner);
    Ok(pending.or(ownership.owner).map(String::from))
}

fn market(client: &Client, file: &ChainFile, plan: &Plan, checks: &mut Vec<Checked>) -> Result<()> {
    let query = market::QueryMsg::Market { market: file.market.clone() };
    let found: market::MarketResponse = client.query(&plan.at.market, &query)?;
    let config: market::ConfigResponse = client.query(&plan.at.market, &market::QueryMsg::Config {})?;
    let found = json!({
        "guardian": config.guardian, "name": found.market, "base": found.base, "quote": found.quote,
        "oracle": found.oracle, "index_feed": found.index_feed, "reference": found.reference, "params": found.params,
        "hedger": found.hedger,
    });
    let expected = json!({
        "guardian": file.guardian, "name": file.market, "base": file.base, "quote": file.quote,
        "oracle": plan.at.oracle, "index_feed": file.price_feed.feed, "reference": file.reference,
        "params": file.market_params, "hedger": plan.at.vault,
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

/// Compares leaf by leaf; what only one side has is compared with null.
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
}
