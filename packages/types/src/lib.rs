//! All messages and answers of the Ballast contracts: the one crate that another contract imports.
