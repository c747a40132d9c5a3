//! Pure maths of the perpetual market: funding, margin, liquidation, reserve.
