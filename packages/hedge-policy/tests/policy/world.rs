//! Random hedges in random markets.

use ballast_math::{FundingBasis, FundingIndex, Money, Price, Purse, Quote};
use ballast_types::market::{
    Adjust, MarginOut, MarketAction, MarketParams, OrderSize, PositionState, Prices, Settle, Terms,
};
use ballast_types::oracle::Flag;
use ballast_types::policy::{Decision, HedgeAction, PolicyParams};
use ballast_types::venue::CollateralRange;
use cosmwasm_std::{Decimal256, Int128, Int256, SignedDecimal256, Uint128, Uint256};
use hedge_policy::State;
use perp_engine::{Books, Market, Marks, Party, Position, Result, Side};
use proptest::prelude::*;

use crate::params::BOUNDS;
use crate::support::*;
use crate::told::{fill_order, validate};

#[derive(Debug, Clone)]
pub struct World {
    price: u64,
    entry: u64,
    coins: u128,
    hedged: u32,
    posted: u32,
    idle_quote: u32,
    margin_quote: u32,
    funding: i32,
    volatility: u32,
    spread: u32,
    /// How far the block's prices go below and above, in 0.01 %.
    range: (u32, u32),
    /// The price that the oracle holds back, in hundredths of the current one.
    held_back: Option<u32>,
    /// Sets NAV to this many units.
    nav: Option<i128>,
    forecast: i32,
    slack: i64,
    capacity: u32,
    pool: u32,
    pool_price: u32,
    spent: u32,
    flag: Option<Flag>,
    off: Vec<MarketAction>,
    base_decimals: u8,
    /// None in a market of one price.
    margin_coin: Option<MarginCoin>,
}

/// The price of a margin coin with a feed of its own.
#[derive(Debug, Clone)]
pub struct MarginCoin {
    /// Its price over the index price.
    ratio: Decimal256,
    /// How far the block's prices go below, in 0.01 %.
    range: u32,
    /// How much less it sells for than it is redeemed for, in 0.1 %, and the mean of that.
    discount: (u32, u32),
    /// The price that the oracle holds back, in hundredths of the current one.
    held_back: Option<u32>,
    flag: Option<Flag>,
}

fn margin_coin() -> impl Strategy<Value = MarginCoin> {
    let ratio = prop_oneof![
        2 => (900u32..1_500, Just(1_000u32)),
        1 => (1u32..1_000, Just(1_000u32)),
        1 => (1u32..1_000, Just(1u32)),
        1 => Just((1, 1_000)),
        1 => Just((1_000, 1)),
    ];
    let flag = prop_oneof![
        8 => Just(None),
        3 => Just(Some(Flag::Discount)),
        1 => Just(Some(Flag::Uncertain)),
        1 => Just(Some(Flag::Stale)),
        1 => Just(Some(Flag::Jump)),
    ];
    let held_back = prop_oneof![6 => Just(None), 1 => (50u32..100).prop_map(Some), 1 => (101u32..250).prop_map(Some)];
    let range = prop_oneof![3 => Just(0u32), 2 => 0u32..3_000];
    (ratio, range, (0u32..995, prop_oneof![0u32..990, Just(0u32)]), held_back, flag).prop_map(
        |((over, under), range, discount, held_back, flag)| MarginCoin {
            ratio: Decimal256::from_ratio(over, under),
            range,
            discount,
            held_back,
            flag,
        },
    )
}

/// A market of two prices, the margin coin's from a thousandth to a thousand times the other.
pub fn two_prices() -> impl Strategy<Value = World> {
    (world(), margin_coin()).prop_map(|(world, margin_coin)| World {
        // A thousandth of it, and less in a stress, has to be a price too.
        price: world.price.max(10),
        margin_coin: Some(margin_coin),
        ..world
    })
}

pub fn world() -> impl Strategy<Value = World> {
    let prices = (1u64..10_000_000, 200u64..4_000, 1_000_000_000u128..1_000_000_000_000, 0u32..2_500, 0u32..=1_000);
    let coins = (
        prop_oneof![3 => Just(0u32), 2 => 0u32..800],
        prop_oneof![3 => Just(0u32), 2 => 0u32..800],
        prop_oneof![3 => Just(0i32), 2 => -600i32..600],
        prop_oneof![3 => Just(500u32), 1 => 100u32..20_000],
        // With fee and spread a trade may cost at most 1 %.
        prop_oneof![4 => Just(2u32), 2 => 2u32..120, 1 => Just(95u32), 1 => Just(96u32)],
        -400i32..400,
    );
    let block = (
        prop_oneof![3 => Just((0u32, 0u32)), 3 => (0u32..150, 0u32..150), 1 => Just((93, 93)), 1 => Just((94, 0))],
        prop_oneof![6 => Just(None), 1 => (50u32..100).prop_map(Some), 1 => (101u32..250).prop_map(Some)],
        prop_oneof![12 => Just(None), 1 => (-1i128..=1).prop_map(Some)],
    );
    let venue = (
        prop_oneof![3 => Just(1_000_000i64), 2 => -500i64..3_000],
        prop_oneof![2 => Just(10_000u32), 1 => 0u32..800],
        prop_oneof![1 => Just(0u32), 1 => 0u32..500],
        9_900u32..10_100,
        prop_oneof![3 => Just(0u32), 1 => 0u32..400],
    );
    let faults = (
        prop_oneof![
            8 => Just(None),
            1 => Just(Some(Flag::Uncertain)),
            1 => Just(Some(Flag::Stale)),
            1 => Just(Some(Flag::Jump)),
        ],
        prop_oneof![
            8 => Just(vec![]),
            2 => Just(vec![MarketAction::Increase]),
            1 => Just(vec![MarketAction::Reduce]),
            1 => Just(vec![MarketAction::MarginOut]),
            1 => Just(vec![MarketAction::MarginIn]),
            1 => Just(vec![MarketAction::Liquidate]),
            1 => Just(vec![MarketAction::Increase, MarketAction::MarginOut]),
        ],
        prop_oneof![Just(6u8), Just(8u8), Just(18u8)],
    );
    (prices, coins, block, venue, faults).prop_map(
        |(
            (price, entry, coins, hedged, posted),
            (idle_quote, margin_quote, funding, volatility, spread, forecast),
            (range, held_back, nav),
            (slack, capacity, pool, pool_price, spent),
            (flag, off, base_decimals),
        )| World {
            price,
            entry,
            coins,
            hedged,
            posted,
            idle_quote,
            margin_quote,
            funding,
            volatility,
            spread,
            range,
            held_back,
            nav,
            forecast,
            slack,
            capacity,
            pool,
            pool_price,
            spent,
            flag,
            off,
            base_decimals,
            margin_coin: None,
        },
    )
}

/// Parameters at either end of some of their bounds, as far as they fit each other and the default venue.
pub fn policies() -> impl Strategy<Value = PolicyParams> {
    prop::collection::vec((0..BOUNDS.len() + 2, any::<bool>()), 0..6).prop_map(|changes| {
        changes.into_iter().fold(PolicyParams::default(), |params, (row, most)| {
            let mut changed = params.clone();
            match BOUNDS.get(row) {
                Some((_, set, least, greatest)) => set(&mut changed, dec(if most { greatest } else { least })),
                None if row == BOUNDS.len() => changed.reaction_time = if most { 120 * 3600 } else { 3600 },
                None => {
                    changed.hedge_max = dec(if most { "1.2" } else { "0.8" });
                    changed.min_variance_hedge = changed.hedge_max;
                    changed.max_leverage_low = dec("1.65");
                }
            }
            if validate(&changed, &default_terms(), None).is_ok() {
                changed
            } else {
                params
            }
        })
    })
}

/// `part` thousandths of the amount.
fn thousandths(amount: u128, part: u32) -> Uint128 {
    Uint128::new(amount * u128::from(part) / 1_000)
}

impl World {
    /// Base that is worth as much as these units at the index.
    fn base(&self, units: Uint128) -> Uint128 {
        let ratio = self.margin_coin.as_ref().map_or(Decimal256::one(), |coin| coin.ratio);
        Uint128::try_from(Uint256::from(units).mul_floor(Decimal256::one() / ratio)).unwrap()
    }

    /// What all coins are worth, in units at the index.
    fn units(&self) -> u128 {
        self.coins * 10u128.pow(u32::from(self.base_decimals) - 6)
    }

    /// Their value in units of quote.
    fn worth(&self, units: u128) -> u128 {
        units / 10u128.pow(u32::from(self.base_decimals) - 6) * u128::from(self.price) / 1_000
    }

    pub fn state(&self) -> State {
        let mut state = calm();
        let price = Decimal256::from_ratio(self.price, 1_000u64);
        let worth = self.worth(self.units());
        let short = thousandths(self.units(), self.hedged);
        let coins = self.base(self.units().into());
        let posted = thousandths(coins.u128(), self.posted);
        state.base_decimals = self.base_decimals;
        state.idle = Purse::new(coins - posted, thousandths(worth, self.idle_quote));
        state.position = PositionState {
            size: Int128::new(-i128::try_from(short.u128()).unwrap()),
            entry_value: Uint128::new(self.worth(short.u128()) * u128::from(self.entry) / 1_000),
            margin: Purse::new(posted, thousandths(worth, self.margin_quote)),
            price_pnl: Money::ZERO,
            funding: money(i128::try_from(self.worth(short.u128())).unwrap() * i128::from(self.funding) / 1_000),
        };
        state.prices.index = price;
        let (below, above) = self.range;
        state.prices.index_low = price * Decimal256::bps(10_000 - u64::from(below));
        state.prices.index_high = price * Decimal256::bps(10_000 + u64::from(above));
        state.prices.collateral = price;
        if let Some(coin) = &self.margin_coin {
            coin.tell(&mut state.prices, self.spread);
        }
        let collateral = state.prices.collateral;
        let index = Price::new(price, self.base_decimals, 6).unwrap();
        let ours = state.position;
        state.position.price_pnl =
            perp_engine::price_pnl(ours.size, ours.entry_value, &index, state.terms.long_reserve).unwrap();
        state.terms.min_position = Uint128::one();
        state.prices.volatility = Decimal256::permille(self.volatility.into());
        state.prices.spread = Decimal256::bps(self.spread.into());
        let forecast = SignedDecimal256::permille(self.forecast.into());
        state.forecast = hedge_policy::Forecast { reference_mean: forecast, paid_mean: forecast };
        state.capacity.slack = money(i128::try_from(worth).unwrap() * i128::from(self.slack) / 1_000);
        state.capacity.short = thousandths(self.units(), self.capacity);
        state.base_for_sale.amount = thousandths(coins.u128(), self.pool);
        state.base_for_sale.price = collateral * Decimal256::bps(self.pool_price.into());
        if state.base_for_sale.price.is_zero() {
            state.base_for_sale.amount = Uint128::zero();
        }
        state.cost_spent = Money::from_amount(thousandths(worth, self.spent) / Uint128::new(10));
        state.prices.flags = self.flag.into_iter().collect();
        if let Some(percent) = self.held_back {
            state.prices.flags = vec![Flag::Jump];
            state.prices.held_back = Some(price * Decimal256::percent(percent.into()));
        }
        if let Some(nav) = self.nav.filter(|_| !state.position.size.is_zero()) {
            let lacking = money(nav).minus(hedge_policy::nav(&state).unwrap()).unwrap();
            state.position.funding = state.position.funding.plus(lacking).unwrap();
        }
        state.status.off = self.off.clone();
        state
    }
}

impl MarginCoin {
    fn tell(&self, prices: &mut Prices, spread: u32) {
        let collateral = prices.index * self.ratio;
        let (discount, mean) = self.discount;
        let left = Decimal256::permille(1_000 - u64::from(discount));
        let mut flags: Vec<Flag> = self.flag.into_iter().collect();
        if self.held_back.is_some() {
            flags = vec![Flag::Jump];
        }
        prices.collateral = collateral;
        let mut range = CollateralRange {
            low: collateral * Decimal256::bps(10_000 - u64::from(self.range)),
            high: collateral / left,
            redemption: collateral / left,
            spread: Decimal256::bps(spread.into()),
            discount: Decimal256::one() - left,
            mean_discount: Decimal256::permille(mean.into()),
            lasting_low: Decimal256::zero(),
            lasting_high: Decimal256::zero(),
            held_back: self.held_back.map(|percent| collateral * Decimal256::percent(percent.into())),
            time: prices.time,
            flags,
        };
        range.lasting_high = range.lasting(collateral).unwrap();
        range.lasting_low = range.lasting(collateral).unwrap() * Decimal256::bps(10_000 - u64::from(self.range));
        prices.collateral_range = Some(range);
    }
}

const NOW: u64 = 1_700_000_000;

/// The same hedge at the real venue, with its books, orders and checks.
pub struct Bench {
    params: MarketParams,
    books: Books,
    position: Position,
    vault: State,
}

fn basis(owed: Money) -> FundingBasis {
    // Accrued funding is index*size - basis, with 36 digits, and the index is zero here.
    let money = owed.units().atomics();
    FundingBasis((Int256::zero() - money) * Int256::from(1_000_000_000_000_000_000i128))
}

impl World {
    pub fn bench(&self) -> Bench {
        let vault = self.state();
        let params = MarketParams { min_position: Uint128::one(), ..MarketParams::defaults(6) };
        let ours = vault.position;
        let position = Position {
            size: ours.size,
            entry_value: ours.entry_value,
            funding: basis(ours.funding),
            owed: basis(ours.funding.or_zero()),
            margin: ours.margin,
        };
        let longs = thousandths(self.units(), self.capacity.min(1_500));
        let mut books = Books {
            long: Side { size: longs, entry_value: Uint128::new(self.worth(longs.u128())), ..Side::default() },
            short: Side {
                size: ours.size.unsigned_abs(),
                entry_value: ours.entry_value,
                index: FundingIndex::default(),
                owed_index: FundingIndex::default(),
                funding: position.funding,
                owed: position.owed,
            },
            margins: ours.margin.plus(Purse::base(longs)).unwrap(),
            pool: Purse::base(vault.base_for_sale.amount),
            base_age: u64::from(self.pool_price - 9_900) * 120_000_000_000,
            ..Books::default()
        };
        let reserve = perp_engine::reserve(&books, params.long_reserve).unwrap();
        let pool = reserve.plus(vault.capacity.slack).unwrap().or_zero();
        books.pool.quote = pool.amount_ceil().unwrap();
        Bench { params, books, position, vault }
    }
}

impl Bench {
    fn market<'a>(&'a self, flags: &'a [Flag]) -> Market<'a> {
        let prices: &Prices = &self.vault.prices;
        Market {
            params: &self.params,
            terms: Terms::from(&self.params),
            marks: Marks::new(prices, self.params.min_spread, self.vault.base_decimals, 6).unwrap(),
            flags,
            collateral_flags: prices.collateral_range.as_ref().map(|range| range.flags.as_slice()),
            status: &self.vault.status,
            hedger: Some(self.position),
            party: Party::Hedger,
            now: NOW,
        }
    }

    /// The state as the vault sees it.
    pub fn state(&self) -> State {
        let market = self.market(&self.vault.prices.flags);
        State {
            position: perp_engine::position_state(&self.books, &self.position, &market).unwrap(),
            capacity: perp_engine::capacity(&self.books, &market).unwrap(),
            base_for_sale: perp_engine::base_for_sale(&self.books, &market).unwrap(),
            terms: market.terms,
            ..self.vault.clone()
        }
    }

    /// Executes a decision as the vault would.
    pub fn execute(&mut self, policy: &PolicyParams, decision: &Decision, limit: Option<Uint128>) -> Result<()> {
        match decision.action {
            HedgeAction::None => Ok(()),
            HedgeAction::OpenAuction { .. } => {
                self.vault.auction = hedge_policy::Auction::Open;
                Ok(())
            }
            HedgeAction::Adjust { delta, settle, margin_in, margin_out } => {
                self.order(delta, settle, limit, (margin_in, margin_out))
            }
            HedgeAction::BuyBase { quote } => {
                let state = self.state();
                let bought = perp_engine::buy(&self.market(&[]), &self.books, Quote(quote))?;
                let fill = fill_order(&state, policy, bought.base.amount(), bought.quote.amount()).unwrap();
                self.books = bought.books;
                self.vault.idle = self.vault.idle.minus(bought.quote.purse())?.plus(bought.base.purse())?;
                let short = i128::try_from(fill.short.u128()).unwrap();
                self.order(Int128::new(-short), Settle::No, None, (Purse::base(fill.margin), Purse::EMPTY))
            }
        }
    }

    fn order(
        &mut self,
        delta: Int128,
        settle: Settle,
        limit_cost: Option<Uint128>,
        (margin_in, margin_out): (Purse, Purse),
    ) -> Result<()> {
        let order = Adjust {
            market: "atom".into(),
            size: OrderSize::Delta { amount: delta },
            reduce_only: false,
            settle,
            limit_cost,
            margin_out: if margin_out.is_empty() { MarginOut::None } else { MarginOut::Exact(margin_out) },
        };
        let flags = self.vault.prices.flags.clone();
        let done = perp_engine::apply(&self.market(&flags), &self.books, &self.position, &order, margin_in)?;
        self.books = done.books;
        self.position = done.position;
        self.vault.idle = self.vault.idle.minus(margin_in)?.plus(done.margin_out)?;
        let cost = done.costs.fee + done.costs.spread;
        self.vault.cost_spent = self.vault.cost_spent.plus(Money::from_amount(cost))?;
        Ok(())
    }
}
