//! Texts of a file as complaints and notes show them.

/// What is not such a file at all may have a very long first line.
const MAX_HEADER_SHOWN: usize = 80;

/// As much of a line as a complaint has room for.
pub fn shown(line: &str) -> String {
    let begins: String = line.chars().take(MAX_HEADER_SHOWN).collect();
    plain(&begins).chars().take(MAX_HEADER_SHOWN).collect()
}

/// A text on one line, with what steers a terminal or turns its letters around written out.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\t' => plain.push(' '),
            _ if steers(letter) => plain.extend(letter.escape_default()),
            _ => plain.push(letter),
        }
    }
    plain
}

/// Control characters, ends of lines and paragraphs, marks of direction, and what has no width.
fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
