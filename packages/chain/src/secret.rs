//! Never prints words that may be a mnemonic, wherever they were given by mistake.

use bip39::Language;

/// Minimum number of words in a phrase that may be a mnemonic: those have 12 or more, some of which may be mistyped.
const MIN_WORDS: usize = 6;
/// As many words are a whole one, whatever was mistyped. Fewer are none with a word of two letters, which the list does
/// not have and each sentence does.
const WHOLE: usize = 12;
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
    let short = || words().any(|word| word.len() <= 2);
    all >= MIN_WORDS && (all >= WHOLE || !short()) && listed.saturating_mul(4) >= all.saturating_mul(3)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
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
            for words in [
                WORDS.to_owned(),
                WORDS.to_uppercase(),
                WORDS.replace(' ', ", "),
                WORDS.replace("wave", "wvae"),
                WORDS.replace("wave", "wa"),
            ] {
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
            "[collateral] market_feed = \"x/usdc\" without rate_feed: where there is only one price, write feed = \"x/usdc\" alone",
            "the request of wasm1lp stands until 1700000000 (seconds): until then only they can cancel it",
        ] {
            assert_eq!(without_mnemonics(text), text);
        }
    }

    /// Each string literal of these sources, as the compiler reads it.
    fn texts(source: &str) -> Vec<String> {
        let lines = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let lines = lines.replace("'\"'", "");
        let (mut texts, mut chars) = (vec![], lines.chars().peekable());
        while let Some(c) = chars.next() {
            if c != '"' {
                continue;
            }
            let mut text = String::new();
            while let Some(c) = chars.next().filter(|c| *c != '"') {
                match (c, chars.peek()) {
                    ('\\', Some('\n')) => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                    ('\\', _) => text.extend(chars.next()),
                    _ => text.push(c),
                }
            }
            texts.push(text);
        }
        texts
    }

    #[test]
    fn no_text_of_this_program_or_of_a_contract_is_taken_for_a_mnemonic() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut open = vec![root.join("src"), root.join("../../contracts")];
        let (mut count, mut hidden) = (0, vec![]);
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if path.extension().is_some_and(|end| end == "rs") {
                let texts = texts(&std::fs::read_to_string(&path).unwrap());
                count += texts.len();
                hidden.extend(texts.into_iter().filter(|text| text != WORDS && without_mnemonics(text) != *text));
            }
        }
        assert_eq!(hidden, Vec::<String>::new());
        assert!(count > 1_000, "{count}");
    }
}
