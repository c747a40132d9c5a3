//! The messages that set the system up as the chain file says.

use ballast_types::market::CreateMarket;
use ballast_types::oracle::TradingHours;
use ballast_types::{market, oracle, vault, OwnershipAction};
use cosmrs::AccountId;
use cosmwasm_std::{instantiate2_address, HexBinary};

use super::artifacts::Kind;
use crate::msg::json;
use crate::{Addresses, ChainFile, Error, Feed, Msg, Result};

/// The address that a contract will have, derived from its code hash, the deployer and the system's name.
///
/// # Errors
/// [`Error::User`] when the deployer is not an address.
pub fn address(file: &ChainFile, kind: Kind, hash: &HexBinary, deployer: &str) -> Result<String> {
    let creator: AccountId = deployer.parse().map_err(|error| Error::user(format!("{deployer}: {error}")))?;
    let failed = |error: &dyn std::fmt::Display| Error::user(format!("no address for the {}: {error}", kind.name()));
    let canonical =
        instantiate2_address(hash, &creator.to_bytes().into(), &salt(file, kind)).map_err(|error| failed(&error))?;
    let id = AccountId::new(&file.chain.prefix, &canonical).map_err(|error| failed(&error))?;
    Ok(id.to_string())
}

fn salt(file: &ChainFile, kind: Kind) -> Vec<u8> {
    label(file, kind).into_bytes()
}

/// The contract's label on the chain.
pub fn label(file: &ChainFile, kind: Kind) -> String {
    format!("{}/{}", file.system, kind.name())
}

/// Instantiates one contract; the deployer owns it until everything is set up.
///
/// # Errors
/// [`Error::User`] when a message cannot be encoded.
pub fn instantiate(file: &ChainFile, kind: Kind, code_id: u64, deployer: &str, at: &Addresses) -> Result<Msg> {
    let owner = deployer.to_owned();
    let guardian = Some(file.guardian.clone());
    let msg = match kind {
        Kind::Oracle => json(&oracle::InstantiateMsg { owner, guardian: Some(file.oracle_guardian.clone()) })?,
        Kind::Market => json(&market::InstantiateMsg { owner, guardian })?,
        Kind::Vault => json(&vault::InstantiateMsg {
            owner,
            guardian,
            name: file.share_name.clone(),
            symbol: file.share_symbol.clone(),
            venue: at.market.clone(),
            market: file.market.clone(),
            policy: file.policy.clone(),
            deposit_cap: file.deposit_cap,
        })?,
    };
    Ok(Msg::Instantiate { code_id, admin: file.admin.clone(), label: label(file, kind), msg, salt: salt(file, kind) })
}

/// Sets one feed.
///
/// # Errors
/// [`Error::User`] when the message cannot be encoded.
pub fn set_feed(feed: &Feed, at: &Addresses) -> Result<Msg> {
    Msg::execute(&at.oracle, &oracle::ExecuteMsg::SetFeed { feed: feed.feed.clone(), config: feed.config.clone() }, &[])
}

/// Sets the trading hours of one feed.
///
/// # Errors
/// [`Error::User`] when the message cannot be encoded.
pub fn set_hours(feed: &str, hours: &TradingHours, at: &Addresses) -> Result<Msg> {
    let msg = oracle::ExecuteMsg::SetHours { feed: feed.to_owned(), hours: Some(hours.clone()) };
    Msg::execute(&at.oracle, &msg, &[])
}

/// Creates the market.
///
/// # Errors
/// [`Error::User`] when the message cannot be encoded.
pub fn create_market(file: &ChainFile, at: &Addresses) -> Result<Msg> {
    let market = CreateMarket {
        collateral_feed: file.collateral.as_ref().map(|collateral| collateral.feed.clone()),
        market: file.market.clone(),
        base: file.base.clone(),
        quote: file.quote.clone(),
        oracle: at.oracle.clone(),
        index_feed: file.price_feed.feed.clone(),
        reference: file.reference.clone(),
        params: file.market_params.clone(),
    };
    Msg::execute(&at.market, &market::ExecuteMsg::CreateMarket(market), &[])
}

/// Sets the vault as the market's hedger, for which capacity is reserved.
///
/// # Errors
/// [`Error::User`] when the message cannot be encoded.
pub fn set_hedger(file: &ChainFile, at: &Addresses) -> Result<Msg> {
    let msg = market::ExecuteMsg::SetHedger { market: file.market.clone(), hedger: Some(at.vault.clone()) };
    Msg::execute(&at.market, &msg, &[])
}

/// Offers the ownership of one contract to the owner of the chain file, who must accept it.
///
/// # Errors
/// [`Error::User`] when the message cannot be encoded.
pub fn offer_ownership(file: &ChainFile, kind: Kind, at: &Addresses) -> Result<Msg> {
    update_ownership(kind, at, OwnershipAction::TransferOwnership { new_owner: file.owner.clone(), expiry: None })
}

/// Accepts the ownership of one contract that was offered to the sender.
///
/// # Errors
/// [`Error::User`] when the message cannot be encoded.
pub fn accept_ownership(kind: Kind, at: &Addresses) -> Result<Msg> {
    update_ownership(kind, at, OwnershipAction::AcceptOwnership)
}

fn update_ownership(kind: Kind, at: &Addresses, action: OwnershipAction) -> Result<Msg> {
    match kind {
        Kind::Oracle => Msg::execute(&at.oracle, &oracle::ExecuteMsg::UpdateOwnership(action), &[]),
        Kind::Market => Msg::execute(&at.market, &market::ExecuteMsg::UpdateOwnership(action), &[]),
        Kind::Vault => Msg::execute(
            &at.vault,
            &vault::ExecuteMsg::VaultExtension(vault::ExtensionExecuteMsg::UpdateOwnership(action)),
            &[],
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn local() -> ChainFile {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/chains/local.toml");
        ChainFile::read(&path).unwrap()
    }

    fn at() -> Addresses {
        Addresses { oracle: "the oracle".into(), market: "the market".into(), vault: "the vault".into() }
    }

    #[test]
    fn the_vault_becomes_the_markets_hedger() {
        let Msg::Execute { contract, msg, funds } = set_hedger(&local(), &at()).unwrap() else { unreachable!() };
        assert_eq!(contract, "the market");
        assert_eq!(msg, json!({"set_hedger": {"market": "atom-usdc", "hedger": "the vault"}}));
        assert!(funds.is_empty());
    }

    #[test]
    fn every_contract_begins_with_the_deployer_as_owner_and_the_files_guardian() {
        let file = local();
        for kind in Kind::ALL {
            let Msg::Instantiate { msg, .. } = instantiate(&file, kind, 7, "the deployer", &at()).unwrap() else {
                unreachable!()
            };
            assert_eq!(msg.get("owner"), Some(&json!("the deployer")), "{}", kind.name());
            assert_eq!(msg.get("guardian"), Some(&json!(file.guardian)), "{}", kind.name());
        }
    }
}
