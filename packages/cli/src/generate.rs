//! Generated market data: prices with jumps and volatility regimes, and mean-reverting funding. The same seed gives the
//! same data.
//!
//! The path is a stress test, not a forecast: calm months, rallies with high funding, slumps, and storms of a few days
//! in which a coin moves as in March 2020. About once a month the price jumps by some per cent.

use rand_chacha::rand_core::SeedableRng;
use rand_chacha::ChaCha12Rng;
use rand_distr::{Distribution, StandardNormal, StandardUniform};

use crate::data::{Bar, Bars, Funding, Interval, HOURS_PER_YEAR, HOUR_MS};

/// 2020-01-01 00:00 UTC, the start of generated data.
pub const START_MS: u64 = 1_577_836_800_000;
/// First price.
const START_PRICE: f64 = 100.0;
/// Steps within a bar: enough that the high differs clearly from open and close.
const STEPS_PER_HOUR: u32 = 12;
/// Yearly pull of the log price towards the first price, which keeps even decades within what the contracts accept.
const PULL: f64 = 0.2;
/// Jumps per year.
const JUMPS: f64 = 12.0;
/// Standard deviation and maximum of a jump, both logarithmic.
const JUMP_SIZE: f64 = 0.07;
const MAX_JUMP: f64 = 0.25;
/// Funding: yearly speed of mean reversion (a half-life of two days), and yearly volatility of the rate.
const FUNDING_SPEED: f64 = 126.5;
const FUNDING_VOLATILITY: f64 = 2.5;
/// More than any market allows.
const MAX_FUNDING: f64 = 3.0;
const HOURS_PER_PAYMENT: u64 = 8;

/// How the market behaves for a while; rates and drift are yearly.
struct Regime {
    drift: f64,
    volatility: f64,
    funding: f64,
    /// Mean length in hours.
    lasts: f64,
}

const REGIMES: [Regime; 4] = [
    Regime { drift: 0.1, volatility: 0.40, funding: 0.08, lasts: 1_500.0 },
    Regime { drift: 1.8, volatility: 0.75, funding: 0.40, lasts: 800.0 },
    Regime { drift: -1.3, volatility: 0.85, funding: -0.05, lasts: 800.0 },
    Regime { drift: -1.5, volatility: 1.80, funding: -0.15, lasts: 72.0 },
];

struct Random(ChaCha12Rng);

impl Random {
    fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// At least 0, below 1.
    fn uniform(&mut self) -> f64 {
        StandardUniform.sample(&mut self.0)
    }
}

/// `hours` bars (at least two) and the funding paid over them, every 8 h.
pub fn generate(seed: u64, hours: u64) -> (Bars, Funding) {
    let hours = hours.max(2);
    let mut random = Random(ChaCha12Rng::seed_from_u64(seed));
    let mut regime = 0;
    let mut price = START_PRICE;
    let mut rate = 0.1;
    let mut bars = Vec::new();
    let mut intervals = Vec::new();
    for hour in 0..hours {
        regime = next_regime(&mut random, regime);
        let Some(now) = REGIMES.get(regime) else {
            break;
        };
        let opens_ms = START_MS.saturating_add(hour.saturating_mul(HOUR_MS));
        if hour.checked_rem(HOURS_PER_PAYMENT) == Some(0) {
            rate = next_rate(&mut random, rate, now);
            let to_ms = opens_ms.saturating_add(HOURS_PER_PAYMENT * HOUR_MS);
            intervals.push(Interval { from_ms: opens_ms, to_ms, yearly: rate });
        }
        let bar = next_bar(&mut random, opens_ms, price, now);
        price = bar.close;
        bars.push(bar);
    }
    // The last bar closes where the last interval may end.
    if let Some(last) = intervals.last_mut() {
        last.to_ms = last.to_ms.saturating_add(HOUR_MS);
    }
    let funding = Funding { intervals, ..Funding::default() };
    (Bars { bars, length_ms: HOUR_MS, ..Bars::default() }, funding)
}

fn next_regime(random: &mut Random, regime: usize) -> usize {
    let lasts = REGIMES.get(regime).map_or(1.0, |regime| regime.lasts);
    if random.uniform() * lasts >= 1.0 {
        return regime;
    }
    // Any of the others, equally likely.
    let others = REGIMES.len().saturating_sub(1);
    let step = ((random.uniform() * others as f64) as usize).saturating_add(1);
    regime.saturating_add(step).checked_rem(REGIMES.len()).unwrap_or_default()
}

fn next_rate(random: &mut Random, rate: f64, regime: &Regime) -> f64 {
    let years = HOURS_PER_PAYMENT as f64 / HOURS_PER_YEAR;
    let kept = (-FUNDING_SPEED * years).exp();
    let noise = FUNDING_VOLATILITY * ((1.0 - kept * kept) / (2.0 * FUNDING_SPEED)).sqrt();
    let next = regime.funding + (rate - regime.funding) * kept + noise * random.normal();
    rounded(next.clamp(-MAX_FUNDING, MAX_FUNDING))
}

fn next_bar(random: &mut Random, opens_ms: u64, open: f64, regime: &Regime) -> Bar {
    let years = 1.0 / HOURS_PER_YEAR / f64::from(STEPS_PER_HOUR);
    let drift = regime.drift - PULL * (open / START_PRICE).ln() - regime.volatility * regime.volatility / 2.0;
    let (mut high, mut low, mut price) = (open, open, open);
    for _ in 0..STEPS_PER_HOUR {
        let mut step = drift * years + regime.volatility * years.sqrt() * random.normal();
        if random.uniform() < JUMPS * years {
            step += (JUMP_SIZE * random.normal()).clamp(-MAX_JUMP, MAX_JUMP);
        }
        price = rounded(price * step.exp());
        high = high.max(price);
        low = low.min(price);
    }
    Bar { opens_ms, open, high, low, close: price }
}

/// Rounds to eight significant digits, as a price feed would. This also removes the last bits, in which maths libraries
/// differ.
fn rounded(value: f64) -> f64 {
    format!("{value:.7e}").parse().unwrap_or(value)
}
