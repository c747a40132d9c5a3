//! Log lines of long-running commands: one event per line, on stderr, as `key=value`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

/// Severity of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Normal operation.
    Info,
    /// Something was refused or is unreachable; the loop goes on.
    Warn,
}

/// Writes a line. A closed stderr is no reason to exit.
pub fn line(level: Level, event: &str, fields: &[(&str, String)]) {
    let text = render(&now(), level, event, fields);
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Seconds since 1970.
pub fn unix_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

fn now() -> String {
    let seconds = unix_time().try_into().unwrap_or(i64::MAX);
    cosmrs::tendermint::Time::from_unix_timestamp(seconds, 0)
        .map_or_else(|_| seconds.to_string(), |time| time.to_rfc3339())
}

fn render(time: &str, level: Level, event: &str, fields: &[(&str, String)]) -> String {
    let level = match level {
        Level::Info => "info",
        Level::Warn => "warn",
    };
    let mut line = format!("time={time} level={level} event={event}");
    for (key, value) in fields {
        let plain =
            !value.is_empty() && value.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"\"=".contains(c));
        let _ = if plain { write!(line, " {key}={value}") } else { write!(line, " {key}={value:?}") };
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_whatever_a_contract_says() {
        let fields = [("rule", "4".to_owned()), ("text", "no \"slack\"\nleft".to_owned()), ("none", String::new())];
        assert_eq!(
            render("T", Level::Warn, "refused", &fields),
            r#"time=T level=warn event=refused rule=4 text="no \"slack\"\nleft" none="""#
        );
    }
}
