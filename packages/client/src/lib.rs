//! For contracts that use a Ballast vault: messages in one line each, queries with small responses, reading responses
//! in `reply`, and reasons of refusals. The README of this crate walks through an example.
//!
//! ```
//! use ballast_client::{deposited, Vault};
//! use cosmwasm_std::{coin, Addr, Reply, StdResult, SubMsg, Uint128};
//!
//! fn deposit(vault: &Vault) -> StdResult<SubMsg> {
//!     Ok(SubMsg::reply_always(vault.deposit(coin(12_500_000, "uatom"), None, Uint128::zero())?, 1))
//! }
//!
//! fn reply(reply: Reply) -> StdResult<String> {
//!     Ok(match deposited(reply.result)? {
//!         Ok(minted) => format!("{} shares are here", minted.shares),
//!         Err(refusal) => format!("{:?}: the coins never left", refusal.kind),
//!     })
//! }
//! # assert!(deposit(&Vault::new(Addr::unchecked("vault"))).is_ok());
//! ```

mod answer;
pub mod events;
mod msg;
mod query;
mod refusal;

pub use answer::{deposited, rebalanced, redeemed, Rebalanced};
pub use query::{Coins, Due, Health, Hedge};
pub use refusal::{Kind, Refusal};

pub use ballast_types::policy::{Rule, StressCase};
pub use ballast_types::vault::{DepositResponse, RedeemResponse, VaultInfoResponse};
pub use ballast_types::venue::{Leverage, LiquidationPrice};
pub use ballast_types::{CoinInfo, Money, Purse};

use ballast_wire::wire;
use cosmwasm_std::Addr;

/// A vault at an address. Small enough to store and clone.
#[wire]
#[derive(Eq)]
pub struct Vault(Addr);

impl Vault {
    /// The vault at this address; sends no query.
    pub fn new(address: Addr) -> Vault {
        Vault(address)
    }

    /// The vault's address, which is also that of the share token.
    pub fn address(&self) -> &Addr {
        &self.0
    }
}
