//! Price and funding-rate feeds: sources, freshness, confidence, jump breaker, volatility.
