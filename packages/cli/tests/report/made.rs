//! An outcome made by hand.

use std::time::Duration;

use ballast_cli::outcome::{Action, Coin, Crowd, Outcome, Parts, Sample};

/// 2020-02-01 00:00 UTC.
pub const START: u64 = 1_580_515_200;

pub fn sample(hour: u64, price: f64, nav: f64, leverage: f64) -> Sample {
    Sample {
        time: START + hour * 3_600,
        price,
        collateral: price,
        redemption_rate: 1.0,
        discount: 0.0,
        nav,
        parts: Parts::default(),
        leverage,
        leverage_min: 1.25,
        leverage_max: 3.5,
        hedge_ratio: 1.0,
        reference: 0.1,
        funding: 0.0,
        pool: 1.0,
        pool_hedged: 1.0,
        slack: 0.5,
    }
}

/// Three hours: price 100, 110, 99; NAV 1, 1.05, 0.9975, of which 1 is paid out.
pub fn outcome() -> Outcome {
    let mut samples = vec![sample(0, 100.0, 1.0, 2.0), sample(1, 110.0, 1.05, 4.0), sample(2, 99.0, 0.9975, 3.0)];
    samples[1].parts = Parts { staking: 0.04, funding: 0.03, costs: -0.01, discount: -0.02, tilt: 0.01 };
    samples[2].parts = Parts { tilt: -0.0425, ..samples[1].parts };
    samples[1].hedge_ratio = 0.95;
    samples[2].hedge_ratio = 1.05;
    samples[2].slack = 0.25;
    samples[2].pool = 0.5;
    Outcome {
        samples,
        redeemed: Some(1.0),
        bar: 3_600,
        keeper_every: 28_800,
        price_age: 6,
        liquidations: 1,
        actions: [(1, 3), (1, 5), (2, 3)].map(|(hour, rule)| Action { time: START + hour * 3_600, rule }).to_vec(),
        funding: 0.0125,
        costs: 0.005,
        tilt: -0.25,
        coin: Coin::Index,
        estimates: None,
        paid_in: 200.0,
        topped_up: 0.75,
        crowd: Crowd {
            orders: 40,
            refused: 3,
            liquidated: 2,
            closed_at_cap: 1,
            providers_left: 5,
            providers_unpaid: 4,
        },
        checks: 3,
        broken: Vec::new(),
        refused: vec!["2020-02-01 01 h: rebalance: no".to_owned()],
        left_base: 2,
        left_quote: 340_282_366_920_938_463_463_374_607_431_768_211_455,
        elapsed: Duration::from_millis(500),
        interrupted: false,
    }
}
