use ballast_testkit::{signed, Codes, Suite, ATOM};
use ballast_wasm_tests::{wasm, Ledger};

/// The results of a run: all records of all contracts, all responses, and all coins.
#[derive(Debug, PartialEq)]
struct Trace {
    answers: Vec<String>,
    records: Vec<Vec<(Vec<u8>, Vec<u8>)>>,
}

/// Deposits, a rally, a crash, auctions, a refusal, funding, redemptions: every kind of action of the vault.
fn story(codes: Codes) -> Trace {
    let mut suite = Suite::new(codes);
    let mut answers = vec![];
    let mut told = |step: String| answers.push(step);
    told(format!("{:?}", suite.deposit("alice", 1_000 * ATOM)));
    told(format!("{:?}", suite.deposit("bob", 333 * ATOM + 1)));
    told(format!("{:?}", suite.deposit("carol", 1)));
    for (hour, price) in ["13", "15.6", "12.2", "10.123456", "7.7", "9.1"].into_iter().enumerate() {
        suite.set_reference(signed(if hour % 2 == 0 { "0.31" } else { "-0.2" }));
        suite.hours(1 + hour as u64);
        suite.jump(price);
        told(format!("{:?}", suite.health()));
        told(format!("{:?}", suite.keep(6)));
        told(format!("{:?}", suite.pool_deposit("lp two", 1_000_003)));
        let offered = suite.auction().base.u128();
        told(format!("{:?}", suite.sell_base("seller", offered / 2, 1)));
    }
    let vault = suite.vault.clone();
    told(format!("{:?}", suite.liquidate("liquidator", &vault)));
    suite.advance(61);
    told(format!("{:?}", suite.deposit("bob", ATOM)));
    suite.hours(24);
    for who in ["alice", "bob"] {
        told(format!("{:?}", suite.redeem_all(who)));
    }
    suite.hours(28);
    let shares = suite.pool("lp").shares;
    told(format!("{:?}", suite.pool_request("lp", shares)));
    suite.hours(25);
    told(format!("{:?}", suite.pool_withdraw("lp", shares)));
    for account in [suite.vault.clone(), suite.market.clone(), suite.account("alice"), suite.account("seller")] {
        told(format!("{:?}", suite.purse_of(&account)));
    }
    let records = [&suite.oracle, &suite.market, &suite.vault].map(|contract| suite.app.dump_wasm_raw(contract));
    Trace { answers, records: records.to_vec() }
}

#[test]
fn wasm_answers_and_stores_byte_for_byte_what_native_code_does() {
    let (native, wasm) = (story(Codes::native()), story(wasm(&Ledger::default())));
    assert!(native.records.iter().all(|records| !records.is_empty()));
    for (one, other) in native.answers.iter().zip(&wasm.answers) {
        assert_eq!(one, other);
    }
    assert_eq!(native, wasm);
}
