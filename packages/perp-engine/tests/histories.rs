//! Random histories of a whole market, compared after every step with rational numbers and sums over positions.

use std::collections::BTreeSet;

use ballast_math::{FundingBasis, Money, Purse, Quote, Shares};
use ballast_types::market::{Adjust, MarginOut, OrderSize, Part, Settle};
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Uint128};
use num_rational::BigRational;
use perp_engine::{
    apply, buy, capacity, close_at_cap, deposit, is_at_cap, liquidate, position_state, reserve, slack, value_high,
    withdraw, withdrawable, Direction, Party, Position, SettledLosses, VIRTUAL_SHARES,
};
use proptest::prelude::*;

use crate::world::{dec, int, order, q, World};

const PEOPLE: usize = 4;

/// One step of a history; amounts are thousandths of whole coins plus a few units.
#[derive(Clone, Debug)]
enum Step {
    Order { who: usize, size: i64, reduce_only: bool, settle: u8, funds: (u32, u32), out: (u32, u32), odd: u8 },
    Leave { who: usize, part: (u8, u8), funds: (u32, u32) },
    Move { percent: u32 },
    Revalue { tenths: i32, premium: u32, mean: u32 },
    Wait { seconds: u32, reference: i16, fresh_for: u32 },
    Liquidate { who: usize },
    CloseAtCap { who: usize },
    SettleLoss { who: usize },
    Deposit { amount: u32 },
    Withdraw { part: u8 },
    Buy { amount: u32 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = 0..PEOPLE;
    let order = (
        who.clone(),
        -400_000i64..=400_000,
        prop::bool::weighted(0.1),
        0u8..3,
        (0u32..60_000, 0u32..400_000),
        prop_oneof![3 => Just((0, 0)), 1 => (0u32..10_000, 0u32..100_000)],
        0u8..=255,
    )
        .prop_map(|(who, size, reduce_only, settle, funds, out, odd)| Step::Order {
            who,
            size,
            reduce_only,
            settle,
            funds,
            out,
            odd,
        });
    let part = (1u8..=40).prop_flat_map(|denominator| (0..=denominator, Just(denominator)));
    let leave = (who.clone(), part, (0u32..10_000, 0u32..100_000)).prop_map(|(who, part, funds)| Step::Leave {
        who,
        part,
        funds,
    });
    let step = prop_oneof![
        8 => order,
        3 => leave,
        1 => (40u32..=220).prop_map(|percent| Step::Move { percent }),
        6 => (85u32..=118).prop_map(|percent| Step::Move { percent }),
        2 => (-30i32..=30, 0u32..=100, 0u32..=60).prop_map(|(tenths, premium, mean)| Step::Revalue { tenths, premium, mean }),
        3 => (1u32..=40_000_000, -3_000i16..=3_000, 0u32..=40_000_000)
            .prop_map(|(seconds, reference, fresh_for)| Step::Wait { seconds, reference, fresh_for }),
        6 => who.clone().prop_map(|who| Step::Liquidate { who }),
        1 => who.clone().prop_map(|who| Step::CloseAtCap { who }),
        2 => who.prop_map(|who| Step::SettleLoss { who }),
        1 => (1u32..=50_000_000).prop_map(|amount| Step::Deposit { amount }),
        1 => (1u8..=100).prop_map(|part| Step::Withdraw { part }),
        2 => (1u32..=20_000_000).prop_map(|amount| Step::Buy { amount }),
    ];
    prop::collection::vec(step, 1..100)
}

/// A world with the coins that went in and out, and the providers' shares.
struct History {
    world: World,
    brought: Purse,
    taken: Purse,
}

impl History {
    fn new(decimals: (u8, u8), collateral: Option<(Decimal256, Decimal256)>) -> History {
        let mut world = World::new(decimals, 0, PEOPLE);
        world.collateral = collateral;
        world.hedger = Some(0);
        (world.params.headroom, world.params.size_added_cap) = (dec("0.05"), dec("2"));
        (world.params.skew_scale, world.params.open_interest_cap) = (dec("1"), dec("3"));
        world.params.slope = dec("0.05");
        let amount = Quote(Uint128::new(50_000 * 10u128.pow(decimals.1.into())));
        let done = deposit(&world.market(), &world.books, amount, None).unwrap();
        world.books = done.books;
        world.books.funding.accrued_at = world.now;
        History { world, brought: amount.purse(), taken: Purse::EMPTY }
    }

    /// Thousandths of whole coins.
    fn purse(&self, (base, quote): (u32, u32)) -> Purse {
        let (b, q) = self.world.decimals;
        Purse::new(
            Uint128::new(u128::from(base) * 10u128.pow(b.into()) / 1_000),
            Uint128::new(u128::from(quote) * 10u128.pow(q.into()) / 1_000),
        )
    }

    fn order(&self, step: &Step) -> Option<(usize, Adjust, Purse)> {
        match step {
            Step::Order { who, size, reduce_only, settle, funds, out, odd } => {
                let size = i128::from(*size) * 10i128.pow(self.world.decimals.0.into()) / 1_000 + i128::from(*odd);
                let settle = [Settle::No, Settle::IfReserved, Settle::Required][usize::from(*settle)];
                let margin_out = MarginOut::Exact(self.purse(*out));
                let order = Adjust { reduce_only: *reduce_only, settle, margin_out, ..order(size) };
                Some((*who, order, self.purse(*funds)))
            }
            Step::Leave { who, part, funds } => {
                let part = Part { numerator: u128::from(part.0).into(), denominator: u128::from(part.1).into() };
                let order = Adjust { size: OrderSize::Part(part), margin_out: MarginOut::Part, ..order(0) };
                Some((*who, order, self.purse(*funds)))
            }
            _ => None,
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Order { .. } | Step::Leave { .. } => self.trade(step),
            Step::Move { percent } => {
                let price = self.world.price * Decimal256::percent((*percent).into());
                self.world.price = price.clamp(dec("0.01"), dec("10000"));
                self.rate(self.world.books.funding.reference, self.world.books.funding.stale_at);
            }
            Step::Revalue { tenths, premium, mean } => self.revalue(*tenths, *premium, *mean),
            Step::Wait { seconds, reference, fresh_for } => self.wait(*seconds, *reference, *fresh_for),
            Step::Liquidate { who } => self.liquidate(*who),
            Step::CloseAtCap { who } => self.close_at_cap(*who),
            Step::SettleLoss { who } => self.settle_loss(*who),
            Step::Deposit { .. } | Step::Withdraw { .. } => self.provide(step),
            Step::Buy { amount } => self.buy(*amount),
        }
    }

    /// In a market of two prices: another collateral price, from a thousandth to a thousand times the index price, and what
    /// the coin is redeemed for, up to twice that; and some mean of its discount.
    fn revalue(&mut self, tenths: i32, premium: u32, mean: u32) {
        if self.world.collateral.is_some() {
            let ratio = dec(&format!("{:.9}", 10f64.powf(f64::from(tenths) / 10.0)));
            self.world.collateral = Some((ratio, Decimal256::percent(100 + u64::from(premium))));
            self.world.mean = Some(Decimal256::percent(mean.into()));
        }
    }

    fn rate(&mut self, reference: SignedDecimal256, stale_at: Option<u64>) {
        let (price, params) = (self.world.index(), self.world.params.clone());
        self.world.books.set_rate(&price, &params, reference, stale_at).unwrap();
    }

    fn wait(&mut self, seconds: u32, reference: i16, fresh_for: u32) {
        let (price, params) = (self.world.index(), self.world.params.clone());
        self.world.now += u64::from(seconds);
        let before = self.world.books;
        self.world.books.accrue(Some(&price), &params, self.world.now).unwrap();
        // Accruing twice at the same time does nothing.
        let once = self.world.books;
        self.world.books.accrue(Some(&price), &params, self.world.now).unwrap();
        assert_eq!(self.world.books, once);
        // Together traders gained no more than they paid plus what slack allowed.
        let slack_before = slack(&before, params.long_reserve).unwrap();
        assert!(!slack(&once, params.long_reserve).unwrap().is_negative(), "from {slack_before}");
        let reference = SignedDecimal256::from_ratio(reference, 1_000);
        self.rate(reference, Some(self.world.now + u64::from(fresh_for)));
    }

    fn trade(&mut self, step: &Step) {
        let (who, order, funds) = self.order(step).unwrap();
        self.serve(who);
        let before = self.world.clone();
        let Ok(done) = apply(&self.world.market(), &self.world.books, &self.world.positions[who], &order, funds) else {
            return;
        };
        (self.world.books, self.world.positions[who]) = (done.books, done.position);
        self.brought = self.brought.plus(funds).unwrap();
        let out = done.margin_out.plus(done.refund).unwrap();
        self.taken = self.taken.plus(out).unwrap();
        // At a constant price nobody gains by an order: rounding goes to the pool. Coins count for what they pay.
        let lasting = who == 0 && order.margin_out != MarginOut::Part;
        let of_payments = |world: &World| if lasting { world.at_lasting() } else { world.clone() };
        let (before_it, after_it) = (of_payments(&before), of_payments(&self.world));
        let had = before_it.worth(&before_it.positions[who]) + before_it.purse(funds);
        let has = after_it.worth(&done.position) + after_it.purse(out);
        let cost = int(done.costs.fee) + int(done.costs.spread);
        assert!(has <= had.clone() - cost.clone(), "{order:?}: {had} became {has} at a cost of {cost}");
        self.check_withdrawable(who);
        self.check_room(who, &before, done.settled);
        // And the reported cost is the real cost, up to the rounding of coins and of a long's cap.
        let coin = after_it.coin_value(4) + int(6);
        assert!(has + cost.clone() + int(done.costs.conversion) + coin >= had, "{order:?}: more than {cost} is gone");
        self.world.books.funding = before.books.funding;
        self.rate(before.books.funding.reference, before.books.funding.stale_at);
    }

    /// The first of them is the hedger.
    fn serve(&mut self, who: usize) {
        self.world.hedger = Some(0);
        self.world.party = if who == 0 { Party::Hedger } else { Party::Stranger };
    }

    /// A stranger's increase or settlement leaves the hedger the unused part of its share.
    fn check_room(&mut self, who: usize, before: &World, settled: bool) {
        let size = |world: &World| world.positions[who].size.unsigned_abs();
        if who == 0 || !(settled || size(&self.world) > size(before)) {
            return;
        }
        self.serve(0);
        let room = capacity(&self.world.books, &self.world.market()).unwrap().short;
        let share = int(self.world.books.pool.quote) * q(self.world.params.hedger_share);
        let hedger = self.world.positions[0];
        let used = if hedger.size.is_negative() { int(hedger.entry_value) } else { int(0) };
        let unused = share - used;
        let unit = self.world.value(2) + int(4);
        assert!(self.world.value(room) + unit >= unused, "{room} for {unused}");
        self.serve(who);
    }

    /// What is reported as withdrawable can be withdrawn, and one unit more cannot.
    fn check_withdrawable(&self, who: usize) {
        let (market, position) = (self.world.market(), self.world.positions[who]);
        let state = position_state(&self.world.books, &position, &market).unwrap();
        let most = withdrawable(&state, &market).unwrap();
        let take = |purse: Purse| {
            let order = Adjust { margin_out: MarginOut::Exact(purse), ..order(0) };
            apply(&market, &self.world.books, &position, &order, Purse::EMPTY)
        };
        let one = Uint128::one();
        for (most, more) in [
            (Purse::base(most.base), Purse::base(most.base + one)),
            (Purse::quote(most.quote), Purse::quote(most.quote + one)),
        ] {
            assert!(most.is_empty() || take(most).is_ok(), "{most:?} of {position:?}");
            assert!(take(more).is_err(), "{more:?} of {position:?}");
        }
    }

    fn liquidate(&mut self, who: usize) {
        let position = self.world.positions[who];
        let Ok(done) = liquidate(&self.world.market(), &self.world.books, &position) else { return };
        let had = self.world.at_lasting().worth(&position);
        (self.world.books, self.world.positions[who]) = (done.books, done.position);
        self.taken = self.taken.plus(done.reward).unwrap();
        let deficit = int(done.insured) + int(done.bad_debt);
        let after = self.world.at_lasting();
        assert!(after.worth(&done.position) + after.purse(done.reward) <= had + deficit);
    }

    fn close_at_cap(&mut self, who: usize) {
        let position = self.world.positions[who];
        let at_cap = is_at_cap(&position, &self.world.market()).unwrap();
        let Ok(done) = close_at_cap(&self.world.market(), &self.world.books, &position) else { return };
        assert!(at_cap);
        let lasting = self.world.at_lasting();
        let (had, paid) = (lasting.worth(&position), lasting.purse(done.paid));
        assert!(done.position.is_empty());
        (self.world.books, self.world.positions[who]) = (done.books, done.position);
        self.taken = self.taken.plus(done.paid).unwrap();
        // The pool bears debts below one unit.
        assert!(paid <= had.clone().max(int(0)) && paid + int(1) + lasting.coin_value(1) >= had - self.debt(&position));
    }

    fn settle_loss(&mut self, who: usize) {
        // Never the hedger.
        if who == 0 {
            return;
        }
        let (market, position) = (self.world.market(), self.world.positions[who]);
        let prices = self.world.prices();
        let mut losses = SettledLosses::begin(&market, &prices, &self.world.books).unwrap();
        let Ok(done) = losses.settle(&position) else { return };
        let Ok(books) = losses.finish() else { return };
        let (had, poor) = (self.world.at_lasting().worth(&position), self.world.value_low());
        // The pool has what it was owed, so a provider gets no less. (Only while no long is at its cap: a sum over
        // longs overstates the gains of one beyond its cap by as much as the others are below theirs.)
        let at_cap = self.world.positions.iter().any(|p| is_at_cap(p, &market).unwrap());
        (self.world.books, self.world.positions[who]) = (books, done.position);
        // What it has got in coins may count for more than they sell for.
        let over = self.world.coin_value(done.paid.base) * (self.world.lasting() - int(1));
        assert!(at_cap || q(self.world.value_low()) + over >= q(poor));
        // The owner pays the debt and the conversion charge, nothing else.
        let after = self.world.at_lasting();
        let has = after.worth(&done.position);
        let charge = after.coin_value(done.paid.base) * q("0.02") + after.coin_value(2) + int(3);
        assert!(has <= had.clone() && has.clone() + charge >= had, "{had} became {has}");
    }

    /// The extra cost of paying a debt in coins.
    fn debt(&self, position: &Position) -> BigRational {
        let owed = self.world.funding(position).min(int(0));
        -owed * q("0.01")
    }

    fn provide(&mut self, step: &Step) {
        let (market, books) = (self.world.market(), self.world.books);
        let all = |shares: Shares| int(shares.plus(VIRTUAL_SHARES).unwrap().amount());
        match step {
            Step::Deposit { amount } => {
                let amount = Quote(self.purse((0, *amount)).quote);
                let at_cap = self.world.positions.iter().find(|p| is_at_cap(p, &market).unwrap());
                let Ok(done) = deposit(&market, &books, amount, at_cap) else { return };
                // Nobody else's part gets smaller, valued at the same end of the band.
                let before = q(value_high(&books, &market).unwrap()) + int(1);
                let after = q(value_high(&done.books, &market).unwrap()) + int(1);
                assert!(after * all(books.shares) >= before * all(done.books.shares));
                self.brought = self.brought.plus(amount.purse()).unwrap();
                self.world.books = done.books;
            }
            Step::Withdraw { part } => {
                let shares = Shares(books.shares.amount().multiply_ratio(*part, 100u8));
                let mut requested = books;
                requested.give_notice(shares).unwrap();
                let Ok(done) = withdraw(&market, &requested, shares, &self.world.strangers()) else { return };
                assert_eq!(done.books.notice, Shares::ZERO);
                let before = q(self.world.value_low());
                let after = q(World { books: done.books, ..self.world.clone() }.value_low());
                // What the last provider leaves goes to insurance.
                assert!(after * all(books.shares) >= before * all(done.books.shares) || done.books.shares.is_zero(),);
                self.taken = self.taken.plus(done.paid).unwrap();
                self.world.books = done.books;
            }
            _ => unreachable!(),
        }
    }

    fn buy(&mut self, amount: u32) {
        let amount = Quote(self.purse((0, amount)).quote);
        let before = self.slack();
        let Ok(done) = buy(&self.world.market(), &self.world.books, amount) else { return };
        assert_eq!(done.quote.plus(done.refund), Ok(amount));
        self.world.books = done.books;
        self.brought = self.brought.plus(done.quote.purse()).unwrap();
        self.taken = self.taken.plus(done.base.purse()).unwrap();
        assert!(self.slack() >= before);
    }

    fn slack(&self) -> Money {
        slack(&self.world.books, self.world.params.long_reserve).unwrap()
    }

    /// Unsettled PnL and funding of one side at a price, without one of its positions; longs up to the sum of their
    /// caps.
    fn claims(&self, direction: Direction, price: &BigRational, members: &[&Position]) -> BigRational {
        let world = &self.world;
        let sum = |of: &dyn Fn(&Position) -> BigRational| members.iter().fold(int(0), |sum, p| sum + of(p));
        let value = sum(&|p| world.value(p.size.unsigned_abs())) * price;
        let entry = sum(&|p| int(p.entry_value));
        let profit = match direction {
            Direction::Short => entry - value,
            Direction::Long => (value - entry.clone()).min(entry * q(world.params.long_reserve)),
        };
        profit + sum(&|p| world.funding(p))
    }

    /// What positions that are netted have in common: the doubling of the entry price, which of its 32 parts, and how
    /// many 32nd parts of it the funding index was at entry.
    fn group_of(position: &Position) -> (i32, BigRational, BigRational) {
        let (entry, parts, two) = (int(position.entry_value), int(32), int(2));
        let (mut doubling, mut part) = (0, &entry / int(position.size.unsigned_abs()));
        while part >= two {
            (doubling, part) = (doubling + 1, part / &two);
        }
        while part < int(1) && part > int(0) {
            (doubling, part) = (doubling - 1, part * &two);
        }
        let index = int(position.funding.0) / int(10).pow(36);
        let funding = if entry == int(0) { int(0) } else { (index * &parts / entry).floor() };
        (doubling, (part * parts).floor(), funding)
    }

    /// The pool's value for withdrawals: of debts only the hedger's, as far as its margin covers it. Gains are those of
    /// groups with similar entries.
    fn check_value_low(&self, step: &Step) {
        let world = &self.world;
        let (low, high) = (int(1) - q(world.spread), int(1) + q(world.spread));
        let purse = |purse: Purse, base: BigRational| world.coin_value(purse.base) * base + int(purse.quote);
        let mut expected = purse(world.books.pool, low.clone());
        let hedger = &world.positions[0];
        for (direction, price) in [(Direction::Long, &high), (Direction::Short, &low)] {
            let on_side = |p: &&Position| Direction::of(p.size) == Some(direction);
            let others: Vec<&Position> = world.positions[1..].iter().filter(on_side).collect();
            let groups: BTreeSet<_> = others.iter().map(|p| Self::group_of(p)).collect();
            for group in groups {
                let members: Vec<_> = others.iter().filter(|p| Self::group_of(p) == group).copied().collect();
                expected -= self.claims(direction, price, &members).max(int(0));
            }
            if on_side(&hedger) {
                let mut claim = self.claims(direction, price, &[hedger]);
                if claim < int(0) {
                    claim /= world.lasting().max(int(1));
                }
                let kept = int(1) - q(world.params.haircut);
                expected -= claim.max(-purse(hedger.margin, low.clone() * kept));
            }
        }
        let told = q(world.value_low());
        // Ends of the band have 18 digits, money has 18 below a unit: a few roundings down.
        let sizes = world.books.long.size + world.books.short.size + world.books.pool.base + world.books.margins.base;
        let digits = world.value(sizes) / q(world.price) * q("0.000000000000000002") + q("0.000000000001");
        let traded = world.value(hedger.size.unsigned_abs()) + int(hedger.entry_value);
        let digits = digits + traded * q("0.000000000000000003");
        assert!(told <= expected && told.clone() + digits >= expected, "{step:?}: {told}, not {expected}");
    }

    /// Invariants after every step.
    fn check(&self, step: &Step) {
        let world = &self.world;
        self.check_value_low(step);
        assert_eq!(world.held().plus(self.taken).unwrap(), self.brought, "{step:?}: coins appear or vanish");
        let margins = world.positions.iter().try_fold(Purse::EMPTY, |sum, p| sum.plus(p.margin)).unwrap();
        assert_eq!(margins, world.books.margins, "{step:?}: margins");
        for direction in [Direction::Long, Direction::Short] {
            let side = world.books.side(direction);
            let members: Vec<&Position> =
                world.positions.iter().filter(|p| Direction::of(p.size) == Some(direction)).collect();
            let mut sums = (Uint128::zero(), Uint128::zero(), FundingBasis::default(), FundingBasis::default());
            for p in &members {
                sums.0 += p.size.unsigned_abs();
                sums.1 += p.entry_value;
                sums.2 = sums.2.plus(p.funding).unwrap();
                sums.3 = sums.3.plus(p.owed).unwrap();
            }
            assert_eq!(sums, (side.size, side.entry_value, side.funding, side.owed), "{step:?}: sums of a side");
            // `owed` bounds the sum of all single claims.
            let claims = members.iter().fold(int(0), |sum, p| sum + world.funding(p).max(int(0)));
            assert!(q(side.owed_ceil().unwrap()) >= claims, "{step:?}: claims of {claims}");
        }
        for p in &world.positions {
            assert_eq!(p.size.is_zero(), p.entry_value.is_zero() && p.size == Int128::zero());
        }
        assert!(!self.slack().is_negative(), "{step:?}: slack {}", self.slack());
        let most = world.positions.iter().fold(int(0), |sum, p| {
            let entry = int(p.entry_value);
            let wins = match Direction::of(p.size) {
                Some(Direction::Long) => entry * q(world.params.long_reserve),
                _ => entry,
            };
            sum + wins + world.funding(p).max(int(0))
        });
        assert!(q(reserve(&world.books, world.params.long_reserve).unwrap()) >= most, "{step:?}: reserve");
    }

    /// Everybody leaves: then all that is left belongs to pool and insurance, to the unit.
    fn close_all(mut self) {
        for who in 0..PEOPLE {
            let position = self.world.positions[who];
            let funds = Purse::quote(self.purse((0, 4_000_000_000)).quote);
            let all = Part { numerator: Uint128::one(), denominator: Uint128::one() };
            let leave = Adjust { size: OrderSize::Part(all), margin_out: MarginOut::Part, ..order(0) };
            if position.is_empty() {
                continue;
            }
            let done = apply(&self.world.market(), &self.world.books, &position, &leave, funds);
            let done = done.expect("everybody can leave at any price, whatever the reserve");
            (self.world.books, self.world.positions[who]) = (done.books, done.position);
            assert!(done.position.is_empty());
            self.brought = self.brought.plus(funds).unwrap();
            self.taken = self.taken.plus(done.margin_out.plus(done.refund).unwrap()).unwrap();
        }
        let books = self.world.books;
        assert_eq!((books.margins, books.net(), books.no_positions()), (Purse::EMPTY, Uint128::zero(), true));
        for side in [books.long, books.short] {
            assert_eq!((side.entry_value, side.funding, side.owed), Default::default());
        }
        assert_eq!(self.world.held().plus(self.taken).unwrap(), self.brought);
    }
}

const ONE_PRICE: Option<(Decimal256, Decimal256)> = None;
/// Both prices equal, until they move apart.
const TWO_PRICES: Option<(Decimal256, Decimal256)> = Some((Decimal256::one(), Decimal256::one()));

fn decimals() -> impl Strategy<Value = (u8, u8)> {
    prop::sample::select(vec![(6u8, 6u8), (8, 6), (18, 6), (6, 18)])
}

proptest! {
    #[test]
    fn no_history_breaks_a_sum_a_reserve_or_a_purse(
        steps in steps(),
        decimals in decimals(),
        collateral in prop::sample::select(vec![ONE_PRICE, TWO_PRICES]),
    ) {
        let mut history = History::new(decimals, collateral);
        for step in &steps {
            history.take(step);
            history.check(step);
        }
        history.close_all();
    }

    /// Whatever happens: while two prices are equal, books and positions are to the unit those of a market of one price.
    #[test]
    fn two_equal_prices_are_one_price(steps in steps(), decimals in decimals()) {
        let [mut one, mut two] = [ONE_PRICE, TWO_PRICES].map(|collateral| History::new(decimals, collateral));
        for step in steps.iter().filter(|step| !matches!(step, Step::Revalue { .. })) {
            one.take(step);
            two.take(step);
            prop_assert_eq!(&one.world.positions, &two.world.positions, "{:?}", step);
            prop_assert_eq!(one.world.books, two.world.books, "{:?}", step);
            prop_assert_eq!((one.brought, one.taken), (two.brought, two.taken), "{:?}", step);
        }
    }
}
