use crate::market::*;
