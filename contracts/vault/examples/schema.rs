//! Prints the JSON schema of the contract's messages and answers; `scripts/schema` keeps it in `schema/vault.json`.

use ballast_types::vault::{ExecuteMsg, ExtensionQueryMsg, InstantiateMsg, QueryMsg};
use cosmwasm_schema::{generate_api, QueryResponses};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut api = generate_api! {
        instantiate: InstantiateMsg,
        execute: ExecuteMsg,
        query: QueryMsg,
    };
    // One message of the vault standard carries all questions of the extension: list their answers too.
    for (question, answer) in ExtensionQueryMsg::response_schemas()? {
        api.responses.get_or_insert_with(Default::default).insert(format!("vault_extension/{question}"), answer);
    }
    println!("{}", api.render().to_string()?);
    Ok(())
}
