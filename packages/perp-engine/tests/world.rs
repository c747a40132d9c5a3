//! A market in memory, and rational numbers to compare it with.

use std::collections::BTreeMap;
use std::str::FromStr;

use ballast_math::{Money, Price, Purse};
use ballast_types::market::{
    Adjust, CollateralRange, MarginOut, MarketParams, OrderSize, Prices, Settle, Status, Terms,
};
use ballast_types::oracle::Flag;
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Uint128};
use num_bigint::BigInt;
use num_rational::BigRational;
use perp_engine::{value_low, Books, Direction, Entries, Group, Market, Marks, Party, Position};

pub type Q = BigRational;

pub fn dec(text: &str) -> Decimal256 {
    Decimal256::from_str(text).unwrap()
}

pub fn signed(text: &str) -> SignedDecimal256 {
    SignedDecimal256::from_str(text).unwrap()
}

pub fn int(value: impl std::fmt::Display) -> Q {
    Q::from_integer(BigInt::from_str(&value.to_string()).unwrap())
}

/// A decimal as an exact fraction.
pub fn q(value: impl std::fmt::Display) -> Q {
    let text = value.to_string();
    let (whole, digits) = text.split_once('.').unwrap_or((&text, ""));
    let scale = BigInt::from(10u8).pow(u32::try_from(digits.len()).unwrap());
    Q::new(BigInt::from_str(&format!("{whole}{digits}")).unwrap(), scale)
}

/// Everything around an order.
#[derive(Clone)]
pub struct World {
    pub params: MarketParams,
    pub books: Books,
    pub positions: Vec<Position>,
    pub price: Decimal256,
    /// Collateral price over index price, and redemption price over collateral price; `None` in a market of one price.
    pub collateral: Option<(Decimal256, Decimal256)>,
    /// The mean of the margin coin's discount; `None` if it is as large as the discount.
    pub mean: Option<Decimal256>,
    /// What coins are counted at, over the collateral price.
    pub counted: Q,
    pub spread: Decimal256,
    pub now: u64,
    pub decimals: (u8, u8),
    pub status: Status,
    pub flags: Vec<Flag>,
    pub collateral_flags: Vec<Flag>,
    /// Which of the people is the hedger.
    pub hedger: Option<usize>,
    pub party: Party,
}

impl World {
    /// A pool of this many whole quote, and `people` without positions.
    pub fn new(decimals: (u8, u8), pool: u128, people: usize) -> World {
        let params = MarketParams { slope: Decimal256::zero(), ..MarketParams::defaults(decimals.1) };
        let mut books = Books::default();
        books.pool.quote = Uint128::new(pool * 10u128.pow(decimals.1.into()));
        let spread = params.min_spread;
        World {
            params,
            books,
            positions: vec![Position::default(); people],
            price: dec("10"),
            collateral: None,
            mean: None,
            counted: int(1),
            spread,
            now: 1_700_000_000,
            decimals,
            status: Status::default(),
            flags: vec![],
            collateral_flags: vec![],
            hedger: None,
            party: Party::Stranger,
        }
    }

    pub fn index(&self) -> Price {
        Price::new(self.price, self.decimals.0, self.decimals.1).unwrap()
    }

    /// Whole quote per whole base of the margin coin.
    pub fn collateral_price(&self) -> Decimal256 {
        self.collateral.map_or(self.price, |(ratio, _)| self.price * ratio)
    }

    pub fn prices(&self) -> Prices {
        let collateral = self.collateral_price();
        let collateral_range = self.collateral.map(|(_, premium)| {
            let redemption = collateral * premium;
            let discount = Decimal256::one() - (Decimal256::one() / premium).min(Decimal256::one());
            let range = CollateralRange {
                low: collateral,
                high: redemption,
                redemption,
                spread: self.spread,
                discount,
                mean_discount: self.mean.unwrap_or(discount),
                ..CollateralRange::default()
            };
            let lasting = range.lasting(collateral).unwrap();
            CollateralRange { lasting_low: lasting, lasting_high: lasting, ..range }
        });
        Prices { index: self.price, collateral, spread: self.spread, collateral_range, ..Prices::default() }
    }

    pub fn market(&self) -> Market<'_> {
        let prices = self.prices();
        Market {
            params: &self.params,
            terms: Terms::from(&self.params),
            marks: Marks::new(&prices, self.params.min_spread, self.decimals.0, self.decimals.1).unwrap(),
            flags: &self.flags,
            collateral_flags: self.collateral.map(|_| self.collateral_flags.as_slice()),
            status: &self.status,
            hedger: self.hedger.map(|who| self.positions[who]),
            party: self.party,
            now: self.now,
        }
    }

    /// All positions but the hedger's, grouped by entry.
    pub fn strangers(&self) -> Vec<(Direction, Entries)> {
        let mut strangers: BTreeMap<Group, Entries> = BTreeMap::new();
        for (_, position) in self.positions.iter().enumerate().filter(|(who, _)| Some(*who) != self.hedger) {
            let Some(group) = Group::of(position).unwrap() else { continue };
            let entries = strangers.entry(group).or_default();
            *entries = entries.plus(position).unwrap();
        }
        strangers.into_iter().map(|(group, entries)| (group.direction, entries)).collect()
    }

    /// The pool's value for withdrawals.
    pub fn value_low(&self) -> Money {
        value_low(&self.books, &self.market(), &self.strangers()).unwrap()
    }

    /// Value of units of base in units of quote.
    pub fn value(&self, base: impl std::fmt::Display) -> Q {
        let ten = |n: u8| int(10u128.pow(n.into()));
        int(base) * q(self.price) * ten(self.decimals.1) / ten(self.decimals.0)
    }

    /// Value of units of base as a coin.
    pub fn coin_value(&self, base: impl std::fmt::Display) -> Q {
        self.value(base) * q(self.collateral_price()) / q(self.price) * self.counted.clone()
    }

    /// What the margin coin lastingly sells for over its price.
    pub fn lasting(&self) -> Q {
        let prices = self.prices();
        prices
            .collateral_range
            .map_or(int(1), |range| q(range.lasting(prices.collateral).unwrap()) / q(prices.collateral))
    }

    /// The same with coins counted at what they lastingly sell for.
    pub fn at_lasting(&self) -> World {
        World { counted: self.lasting(), ..self.clone() }
    }

    pub fn purse(&self, purse: Purse) -> Q {
        self.coin_value(purse.base) + int(purse.quote)
    }

    /// Unsettled price PnL, a long's up to its cap.
    pub fn price_pnl(&self, position: &Position) -> Q {
        let (value, entry) = (self.value(position.size.unsigned_abs()), int(position.entry_value));
        match Direction::of(position.size) {
            None => int(0),
            Some(Direction::Short) => entry - value,
            Some(Direction::Long) => (value - entry.clone()).min(entry * q(self.params.long_reserve)),
        }
    }

    /// Unsettled funding: index times size less basis, 36 digits.
    pub fn funding(&self, position: &Position) -> Q {
        let Some(direction) = Direction::of(position.size) else { return int(0) };
        let index = int(self.books.side(direction).index.0);
        (index * int(position.size.unsigned_abs()) - int(position.funding.0)) / int(10).pow(36)
    }

    /// The value of a position without haircut and closing cost.
    pub fn worth(&self, position: &Position) -> Q {
        self.purse(position.margin) + self.price_pnl(position) + self.funding(position)
    }

    /// All coins on the books.
    pub fn held(&self) -> Purse {
        self.books.margins.plus(self.books.pool).unwrap().plus(self.books.insurance).unwrap()
    }
}

pub fn order(amount: i128) -> Adjust {
    Adjust {
        market: String::new(),
        size: OrderSize::Delta { amount: Int128::new(amount) },
        reduce_only: false,
        settle: Settle::No,
        limit_cost: None,
        margin_out: MarginOut::None,
    }
}

pub fn money(text: &str) -> Money {
    Money::new(signed(text))
}
