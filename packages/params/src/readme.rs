//! Tables of parameters in READMEs, between two markers.

use std::path::Path;

use ballast_types::parameters::Parameter;

const BEGIN: &str = "<!-- parameters -->\n";
const END: &str = "<!-- end of parameters -->\n";

/// Environment variable that makes [`keep_table`] write the table.
const WRITE: &str = "WRITE_TABLES";

/// The parameters as a table in Markdown.
pub fn table(parameters: &[Parameter]) -> String {
    let mut text = String::from("| parameter | meaning | default | min | max |\n|---|---|--:|--:|--:|\n");
    let mut last = "";
    for Parameter { name, meaning, case, default, bounds } in parameters {
        let (min, max) = bounds.unwrap_or_default();
        let meaning = if *name == last { case } else { meaning.trim() };
        text.push_str(&format!("| `{name}` | {meaning} | {default} | {min} | {max} |\n"));
        last = name;
    }
    text
}

/// Fails if a README's table differs from these parameters, or writes it if `WRITE_TABLES=1` is set in the environment.
///
/// # Errors
/// The reason, and what to do.
pub fn keep_table(readme: &Path, parameters: &[Parameter]) -> Result<(), String> {
    keep(readme, parameters, if std::env::var_os(WRITE).is_some() { Mode::Write } else { Mode::Compare })
}

enum Mode {
    Compare,
    Write,
}

fn keep(readme: &Path, parameters: &[Parameter], mode: Mode) -> Result<(), String> {
    let said = |what: &dyn std::fmt::Display| format!("{}: {what}", readme.display());
    let text = std::fs::read_to_string(readme).map_err(|error| said(&error))?;
    let current = with_table(&text, parameters)
        .ok_or_else(|| said(&format!("there is no place for the table: add the lines {BEGIN}{END}")))?;
    match mode {
        _ if text == current => Ok(()),
        Mode::Write => std::fs::write(readme, current).map_err(|error| said(&error)),
        Mode::Compare => Err(said(&format!(
            "the table is not what the code declares: run this test with {WRITE}=1 and read what changed"
        ))),
    }
}

/// The text with this table between its markers; none without markers.
fn with_table(text: &str, parameters: &[Parameter]) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{}\n{END}{after}", table(parameters)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const AGE: Parameter =
        Parameter { name: "age", meaning: " Of a shop, in years.", case: "", default: "1 d", bounds: None };
    const OTHER: Parameter =
        Parameter { meaning: "", case: "For a kiosk", default: "2 h", bounds: Some(("1 h", "1 d")), ..AGE };

    #[test]
    fn a_table_has_a_row_for_each_parameter_and_each_case() {
        let rows = "| parameter | meaning | default | min | max |\n|---|---|--:|--:|--:|\n\
                    | `age` | Of a shop, in years. | 1 d |  |  |\n| `age` | For a kiosk | 2 h | 1 h | 1 d |\n";
        assert_eq!(table(&[AGE, OTHER]), rows);
    }

    #[test]
    fn a_table_that_differs_is_refused_with_what_to_do_and_a_text_without_marks_too() {
        let folder = std::env::temp_dir().join(format!("ballast-tables-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("README.md");
        let refused = |text: &str| {
            std::fs::write(&file, text).unwrap();
            keep(&file, &[AGE], Mode::Compare).unwrap_err()
        };
        let old = with_table("a\n<!-- parameters -->\n<!-- end of parameters -->\nb\n", &[OTHER]).unwrap();
        assert!(refused(&old).ends_with("run this test with WRITE_TABLES=1 and read what changed"));
        assert!(refused("a\n").contains("there is no place for the table"));
        std::fs::write(&file, &old).unwrap();
        keep(&file, &[AGE], Mode::Write).unwrap();
        keep(&file, &[AGE], Mode::Compare).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_stands_around_the_marks_stays() {
        let text = with_table("a\n<!-- parameters -->\nold\n<!-- end of parameters -->\nb\n", &[AGE]).unwrap();
        assert!(text.starts_with("a\n<!-- parameters -->\n\n| parameter"), "{text}");
        assert!(text.ends_with("| 1 d |  |  |\n\n<!-- end of parameters -->\nb\n"), "{text}");
        assert_eq!(with_table(&text, &[AGE]).unwrap(), text);
    }
}
