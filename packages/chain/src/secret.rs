//! Never prints words that may be a mnemonic, wherever they were given by mistake.

use bip39::Language;

/// Minimum number of words in a phrase that may be a mnemonic: those have 12 or more, some of which may be mistyped.
const MIN_WORDS: usize = 6;
const HIDDEN: &str = "(words that may be a mnemonic are not repeated)";

/// Removes phrases that may be a mnemonic: many words, most of them from the English list.
pub fn without_mnemonics(text: &str) -> String {
    let of_a_phrase = |c: char| c.is_ascii_alphabetic() || c.is_whitespace() || c == ',';
    let parts = text.split_inclusive(|c| !of_a_phrase(c)).map(|part| {
        let phrase = part.trim_end_matches(|c| !of_a_phrase(c));
        match may_be_a_mnemonic(phrase) {
            true => part.replace(phrase, HIDDEN),
            false => part.to_owned(),
        }
    });
    parts.collect()
}

fn may_be_a_mnemonic(phrase: &str) -> bool {
    let words = || phrase.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let listed = words().filter(|word| Language::English.find_word(&word.to_lowercase()).is_some()).count();
    let all = words().count();
    all >= MIN_WORDS && listed.saturating_mul(4) >= all.saturating_mul(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

    #[test]
    fn a_mnemonic_is_left_out_wherever_it_stands() {
        for (before, after) in [
            ("no key for '", "' (the keys file has alice, bob)"),
            ("invalid type: string \"", "\", expected a table"),
            ("cannot read /folder/", ": No such file or directory (os error 2)"),
            ("unknown field `", "`, expected `file`"),
        ] {
            for words in
                [WORDS.to_owned(), WORDS.to_uppercase(), WORDS.replace(' ', ", "), WORDS.replace("wave", "wvae")]
            {
                let text = without_mnemonics(&format!("{before}{words}{after}"));
                assert_eq!(text, format!("{before}{HIDDEN}{after}"));
            }
        }
        assert!(!without_mnemonics(&format!("cannot read {WORDS}: no")).contains("legal"));
    }

    #[test]
    fn everything_else_is_repeated_as_it_is() {
        for text in [
            "",
            "cannot read my own chain file: No such file or directory (os error 2)",
            "a short of 12500000000 is needed, the market takes 250000 more: deposit less",
            "nobody can be asked here whether to sign: --yes signs without asking",
            "'nobody' is no address with prefix 'wasm' and no name in the keys file (alice, bob, carol, feeder, keeper, lp)",
        ] {
            assert_eq!(without_mnemonics(text), text);
        }
    }
}
