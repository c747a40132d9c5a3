//! The hedging vault: shares, deposits, redemptions, the hedge and its guard rails.
