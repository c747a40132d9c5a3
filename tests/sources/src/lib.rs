//! Other people's contracts beside the oracle that reads them, on an embedded chain: all of it is in `tests`.
