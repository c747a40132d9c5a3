//! The companion perpetual market: positions, margin, funding, liquidation, pool, insurance.
