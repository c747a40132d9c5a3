use cosmwasm_std::Empty;
use cw_multi_test::{Contract, ContractWrapper};

/// The code of the three contracts: native functions, or Wasm files elsewhere.
pub struct Codes {
    /// Code of the oracle.
    pub oracle: Box<dyn Contract<Empty>>,
    /// Code of the market.
    pub market: Box<dyn Contract<Empty>>,
    /// Code of the vault.
    pub vault: Box<dyn Contract<Empty>>,
}

impl Codes {
    /// The contracts as native code.
    pub fn native() -> Codes {
        Codes {
            oracle: Box::new(
                ContractWrapper::new(
                    ballast_oracle::contract::execute,
                    ballast_oracle::contract::instantiate,
                    ballast_oracle::contract::query,
                )
                .with_migrate(ballast_oracle::contract::migrate),
            ),
            market: Box::new(
                ContractWrapper::new(
                    ballast_perp_market::contract::execute,
                    ballast_perp_market::contract::instantiate,
                    ballast_perp_market::contract::query,
                )
                .with_migrate(ballast_perp_market::contract::migrate),
            ),
            vault: Box::new(
                ContractWrapper::new(
                    ballast_vault::contract::execute,
                    ballast_vault::contract::instantiate,
                    ballast_vault::contract::query,
                )
                .with_reply(ballast_vault::contract::reply)
                .with_migrate(ballast_vault::contract::migrate),
            ),
        }
    }
}
