//! The rows of `--csv` and of `--json --series`.

use ballast_cli::params::Settings;
use ballast_cli::report::{Document, Report};
use ballast_cli::series::{rows, write_csv};
use ballast_cli::tape::Irregularities;
use serde_json::{json, Value};

use super::made::outcome;

#[test]
fn a_row_a_step_with_what_keepers_did_in_it() {
    let mut outcome = outcome();
    outcome.samples[2].leverage = f64::INFINITY;
    // a staked coin from then on
    let last = &mut outcome.samples[2];
    (last.collateral, last.redemption_rate, last.discount) = (108.9, 1.1, 0.02);
    let mut text = Vec::new();
    write_csv(&rows(&outcome), &mut text).unwrap();
    let lines = [
        "timestamp_ms,price,nav,unhedged,leverage,leverage_min,leverage_max,hedge_ratio,reference,funding,pool,\
         pool_hedged,slack,collateral,redemption_rate,discount,of_staking,of_funding,of_costs,of_discount,of_tilt,rules",
        "1580515200000,100.0,1.0,1.0,2.0,1.25,3.5,1.0,0.1,0.0,1.0,1.0,0.5,100.0,1.0,0.0,0.0,0.0,0.0,0.0,0.0,",
        "1580518800000,110.0,1.05,1.1,4.0,1.25,3.5,0.95,0.1,0.0,1.0,1.0,0.5,110.0,1.0,0.0,0.04,0.03,-0.01,-0.02,0.01,3 5",
        "1580522400000,99.0,0.9975,1.089,inf,1.25,3.5,1.05,0.1,0.0,0.5,1.0,0.25,108.9,1.1,0.02,0.04,0.03,-0.01,-0.02,-0.0425,3",
    ];
    assert_eq!(String::from_utf8(text).unwrap().lines().collect::<Vec<_>>(), lines);
}

#[test]
fn another_coin_than_the_index_is_measured_by_its_own_price() {
    let mut outcome = outcome();
    for (sample, collateral) in outcome.samples.iter_mut().zip([20.0, 21.0, 25.0]) {
        sample.collateral = collateral;
    }
    let unhedged: Vec<f64> = rows(&outcome).iter().map(|row| row.unhedged).collect();
    assert_eq!(unhedged, [1.0, 1.05, 1.25]);
}

#[test]
fn json_has_the_same_rows_when_asked() {
    let mut outcome = outcome();
    outcome.left_quote = 0;
    outcome.samples[2].leverage = f64::INFINITY;
    let report = Report::new("test", Irregularities::default(), &outcome);
    let parameters = Settings::default();
    let document = |series| Document { report: &report, notes: &[], staking: None, parameters: &parameters, series };
    let value = |series| serde_json::from_str::<Value>(&document(series).to_json().unwrap()).unwrap();
    assert_eq!(value(None).get("series"), None);
    let with = value(Some(&rows(&outcome)));
    assert_eq!(with["series"].as_array().unwrap().len(), 3);
    assert_eq!(with["series"][1]["timestamp_ms"], json!(1_580_518_800_000_u64));
    assert_eq!(with["series"][1]["nav"], json!(1.05));
    assert_eq!(with["series"][1]["rules"], "3 5");
    assert_eq!(with["series"][2]["leverage"], Value::Null);
}
