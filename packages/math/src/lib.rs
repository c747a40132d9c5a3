//! Exact money: prices, purses, signed money, rounding by name, irregular-time statistics.
