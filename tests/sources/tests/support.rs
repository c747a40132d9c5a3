//! An embedded chain with an oracle.

use ballast_oracle::contract;
use ballast_types::oracle::{ExecuteMsg, FeedConfig, FeedResponse, Flag, InstantiateMsg, QueryMsg, Reading};
use cosmwasm_std::{coins, Addr, SignedDecimal256, Timestamp};
use cw_multi_test::{App, AppResponse, Contract, ContractWrapper, Executor};
use serde::Serialize;

/// The feed of all tests.
pub const FEED: &str = "atom/usd";
/// Time of the first block, in seconds.
pub const START: u64 = 1_700_000_000;
pub const MINUTE: u64 = 60;
pub const HOUR: u64 = 3_600;

pub struct Chain {
    pub app: App,
    oracle: Addr,
}

impl Chain {
    /// With an oracle of "owner", without feeds.
    pub fn new() -> Chain {
        let mut app = App::new(|router, api, storage| {
            router.bank.init_balance(storage, &api.addr_make("relayer"), coins(1_000, "fee")).unwrap();
        });
        app.update_block(|block| block.time = Timestamp::from_seconds(START));
        let code = ContractWrapper::new(contract::execute, contract::instantiate, contract::query);
        let owner = app.api().addr_make("owner").to_string();
        let mut chain = Chain { app, oracle: Addr::unchecked("") };
        chain.oracle = chain.create(Box::new(code), &InstantiateMsg { owner, guardian: None });
        chain
    }

    pub fn create<M: Serialize>(
        &mut self,
        code: Box<dyn Contract<cosmwasm_std::Empty, cosmwasm_std::Empty>>,
        msg: &M,
    ) -> Addr {
        let code = self.app.store_code(code);
        let owner = self.account("owner");
        self.app.instantiate_contract(code, owner, msg, &[], "contract", None).unwrap()
    }

    pub fn account(&self, name: &str) -> Addr {
        self.app.api().addr_make(name)
    }

    pub fn now(&self) -> Timestamp {
        self.app.block_info().time
    }

    pub fn wait(&mut self, seconds: u64) {
        self.app.update_block(|block| {
            block.time = block.time.plus_seconds(seconds);
            block.height += 1;
        });
    }

    /// The owner sets the feed.
    pub fn set(&mut self, config: FeedConfig) {
        self.tell_oracle("owner", &ExecuteMsg::SetFeed { feed: FEED.into(), config });
    }

    pub fn observe(&mut self) {
        self.tell_oracle("anyone", &ExecuteMsg::Observe { feeds: vec![FEED.into()] });
    }

    fn tell_oracle(&mut self, sender: &str, msg: &ExecuteMsg) -> AppResponse {
        self.app.execute_contract(self.account(sender), self.oracle.clone(), msg, &[]).unwrap()
    }

    pub fn reading(&self) -> Reading {
        self.app.wrap().query_wasm_smart(&self.oracle, &QueryMsg::Price { feed: FEED.into() }).unwrap()
    }

    /// The last accepted price.
    pub fn accepted(&self) -> String {
        let feed: FeedResponse =
            self.app.wrap().query_wasm_smart(&self.oracle, &QueryMsg::Feed { feed: FEED.into() }).unwrap();
        feed.accepted.unwrap().price.to_string()
    }

    pub fn flags(&self) -> Vec<Flag> {
        self.reading().flags
    }

    /// Value and flags of the feed.
    #[track_caller]
    pub fn assert_is(&self, value: &str, flags: &[Flag]) {
        let reading = self.reading();
        assert_eq!((reading.value, &reading.flags[..]), (signed(value), flags));
    }
}

pub fn signed(value: &str) -> SignedDecimal256 {
    value.parse().unwrap()
}
