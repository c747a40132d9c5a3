//! Prints the JSON schema of the contract's messages and answers; `scripts/schema` keeps it in `schema/perp-market.json`.

use ballast_types::market::{ExecuteMsg, InstantiateMsg, QueryMsg};
use cosmwasm_schema::generate_api;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let api = generate_api! {
        instantiate: InstantiateMsg,
        execute: ExecuteMsg,
        query: QueryMsg,
    };
    println!("{}", api.render().to_string()?);
    Ok(())
}
