//! `ballast`: see `ballast help`.

fn main() {}
