//! Strangers in the vault's market: positions, margin without a position, dust. None of it is the vault's business.

use ballast_testkit::{decimal, signed, Setup, Suite, ATOM, MARKET, USDC};
use ballast_types::market::{Adjust, AdjustResponse, MarginOut, OrderSize, Part, Settle};
use ballast_types::Purse;
use cosmwasm_std::{Int128, Uint128};

use super::codes;

/// A system in which time costs nobody anything: no reference, no slope.
pub fn quiet() -> Suite {
    let mut setup = Setup { constant_reference: true, reference: signed("0"), ..Setup::default() };
    setup.market.slope = decimal("0");
    Suite::with(codes(), setup)
}

/// An order of so many units of base.
pub fn order(delta: i128) -> Adjust {
    Adjust {
        market: MARKET.into(),
        size: OrderSize::Delta { amount: Int128::new(delta) },
        reduce_only: false,
        settle: Settle::No,
        limit_cost: None,
        margin_out: MarginOut::None,
    }
}

/// Closes everything and takes the margin home.
pub fn close() -> Adjust {
    let one = Uint128::one();
    let size = OrderSize::Part(Part { numerator: one, denominator: one });
    Adjust { size, reduce_only: true, margin_out: MarginOut::Part, ..order(0) }
}

/// Takes an exact amount of margin home.
pub fn take_home(margin: Purse) -> Adjust {
    Adjust { margin_out: MarginOut::Exact(margin), ..order(0) }
}

/// A position of so many units of base with this margin.
pub fn open(suite: &mut Suite, who: &str, delta: i128, margin: Purse) -> AdjustResponse {
    let funds = margin.coins(&suite.setup.base.denom, &suite.setup.quote.denom);
    suite.adjust(who, order(delta), &funds).unwrap()
}

/// A long, a short, margin of both coins without a position, and what a small long leaves of itself.
fn crowd(suite: &mut Suite) {
    let atoms = |whole: i128| whole * 1_000_000;
    open(suite, "bull", atoms(500), Purse::quote((2_000 * USDC).into()));
    open(suite, "bear", atoms(-300), Purse::new((60 * ATOM).into(), (500 * USDC).into()));
    open(suite, "idle one", 0, Purse::new((7 * ATOM).into(), (9 * USDC).into()));
    open(suite, "dusty one", atoms(20), Purse::quote((100 * USDC).into()));
    suite.adjust("dusty one", order(1 - atoms(20)), &[]).unwrap();
}

/// Two depositors, prices up and down, keepers: what each is paid, and what stays.
fn story(mut suite: Suite, with_crowd: bool) -> (Vec<Purse>, Suite) {
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    if with_crowd {
        crowd(&mut suite);
    }
    suite.deposit("bob", 77 * ATOM + 1).unwrap();
    for price in ["10.9", "12.1", "13.4", "12", "10.7", "9.4"] {
        suite.set_price(signed(price));
        suite.hours(1);
        suite.keep(6).unwrap();
    }
    let half = suite.shares("alice").u128() / 2;
    let paid = vec![
        suite.redeem("alice", half.into()).unwrap().paid,
        suite.redeem_all("bob").unwrap().paid,
        suite.redeem_all("alice").unwrap().paid,
    ];
    (paid, suite)
}

#[test]
fn strangers_positions_margins_and_dust_change_nobodys_payout() {
    let (alone, _) = story(quiet(), false);
    let (crowded, suite) = story(quiet(), true);
    assert_eq!(crowded, alone, "to the unit");
    assert!(!suite.market_state().long.size.is_zero(), "they are still there");
}

#[test]
fn strangers_leave_with_what_is_theirs_after_everybody_else() {
    let (_, mut suite) = story(quiet(), true);
    // long 500 at 10, closed at 9.4: 300 lost and two fees and spreads; short 300: 180 won
    for (who, brought, won) in
        [("bull", 2_000.0, -300.0), ("bear", 500.0 + 60.0 * 9.4, 180.0), ("idle one", 9.0 + 7.0 * 9.4, 0.0)]
    {
        let position = suite.position(&suite.account(who)).position;
        let order = if position.size.is_zero() { take_home(position.margin) } else { close() };
        suite.adjust(who, order, &[]).unwrap();
        let home = suite.coins(who);
        let worth = (home.base.u128() as f64 * 9.4 + home.quote.u128() as f64) / 1e6;
        let lost = brought + won - worth;
        // fee and spread of opening 5,000 and closing 4,700, less than 0.3 % each
        assert!((-0.001..30.0).contains(&lost), "{who} lost {lost}");
    }
    let state = suite.market_state();
    assert!(state.short.size.is_zero());
}

#[test]
fn in_one_block_two_messages_around_a_new_price_earn_nothing() {
    for price in ["10.1", "9.9"] {
        for direction in [1, -1] {
            let mut suite = quiet();
            suite.advance(5);
            suite.publish().unwrap();
            let brought = Purse::quote((20_000 * USDC).into());
            open(&mut suite, "dave", direction * 4_000_000_000, brought);
            // everybody can see this one
            suite.set_price(signed(price));
            suite.publish().unwrap();
            suite.adjust("dave", close(), &[]).unwrap();
            let home = suite.coins("dave");
            // two fees of 0.05 % of 40,000 at the very least
            assert!(home.quote.u128() <= 20_000 * USDC - 39 * USDC, "{direction} to {price}: {home:?}");
            assert!(home.base.is_zero());
        }
    }
}
