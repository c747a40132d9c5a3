//! Pseudo-random numbers from a seed, a time and a purpose, so that a world is the same each time.

/// The source of a world's numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chance {
    seed: u64,
}

impl Chance {
    pub(super) fn new(seed: u64) -> Chance {
        Chance { seed }
    }

    /// From 0 to 1, excluding 1.
    pub(super) fn part(self, time: u64, purpose: &str) -> f64 {
        (self.number(time, purpose) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From `low` to `high`.
    pub(super) fn between(self, low: f64, high: f64, time: u64, purpose: &str) -> f64 {
        low + (high - low) * self.part(time, purpose)
    }

    fn number(self, time: u64, purpose: &str) -> u64 {
        let start = mixed(self.seed ^ mixed(time));
        purpose.bytes().fold(start, |so_far, byte| mixed(so_far ^ u64::from(byte)))
    }
}

/// One step of splitmix64 (Steele, Lea, Flood 2014), whose output passes the usual tests of randomness.
fn mixed(state: u64) -> u64 {
    let z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_is_the_published_one() {
        // the first output of splitmix64 from state 0, according to its authors' reference code
        assert_eq!(mixed(0), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn the_same_seed_time_and_purpose_give_the_same_and_any_other_another() {
        let number = |seed, time, purpose| Chance::new(seed).number(time, purpose);
        assert_eq!(number(1, 2, "a"), number(1, 2, "a"));
        let all = [number(1, 2, "a"), number(2, 2, "a"), number(1, 3, "a"), number(1, 2, "b"), number(1, 2, "ab")];
        for (place, one) in all.iter().enumerate() {
            assert!(!all[place + 1..].contains(one));
        }
    }

    #[test]
    fn parts_fill_the_unit_evenly() {
        let parts: Vec<f64> = (0..10_000).map(|time| Chance::new(7).part(time * 3_600, "x")).collect();
        assert!(parts.iter().all(|part| (0.0..1.0).contains(part)));
        for tenth in 0..10 {
            let inside = parts.iter().filter(|part| (**part * 10.0) as usize == tenth).count();
            // 1,000 expected, a standard deviation of 30
            assert!((880..1_120).contains(&inside), "{inside} in tenth {tenth}");
        }
    }
}
