use ballast_types::policy::PolicyParams;
use ballast_types::venue::Prices;
use cosmwasm_std::Decimal256;

/// How many prices a market has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pricing {
    /// The margin coin is worth the index price.
    One,
    /// The margin coin has a feed of its own.
    Two,
}

impl Pricing {
    /// Of a market whose margin coin has this feed of its own, if any.
    pub fn with_feed(collateral_feed: Option<&String>) -> Pricing {
        collateral_feed.map_or(Pricing::One, |_| Pricing::Two)
    }

    pub(crate) fn of(prices: &Prices) -> Pricing {
        prices.collateral_range.as_ref().map_or(Pricing::One, |_| Pricing::Two)
    }

    /// `d`: zero in a market of one price, where the collateral price cannot fall against the index price.
    pub(crate) fn assumed_discount(self, params: &PolicyParams) -> Decimal256 {
        match self {
            Pricing::One => Decimal256::zero(),
            Pricing::Two => params.assumed_discount,
        }
    }
}
