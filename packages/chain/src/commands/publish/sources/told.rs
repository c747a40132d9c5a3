//! What a server says, as it may be shown.

use super::file::Request;

/// Characters of a text that are shown.
const MOST: usize = 40;
/// Length from which a part of a request is looked for: shorter ones are in any text.
const LEAST: usize = 4;

/// The beginning of a text that somebody else wrote, in one line and in quotes. One that repeats what was asked is not
/// shown: it may have a key.
pub fn told(text: &str, request: &Request) -> String {
    match repeats(text, request) {
        true => format!("a text of {} characters that repeats a part of the request", text.chars().count()),
        false => format!("'{}'", one_line(text, MOST)),
    }
}

/// The beginning of a text, without line breaks and whatever else moves a cursor.
pub fn one_line(text: &str, most: usize) -> String {
    let start: String = text.chars().take(most).collect();
    start.escape_debug().to_string()
}

/// Whether a text has a header's value, or a part of one, of the path, of the query or of the body in it.
fn repeats(text: &str, request: &Request) -> bool {
    let text = text.to_lowercase();
    let is_there = |part: &str| !part.is_empty() && text.contains(&part.to_lowercase());
    let has_part = |whole: &str| {
        whole
            .split(|c: char| c.is_whitespace() || "&=+/?%:;,\"{}[]".contains(c))
            .any(|part| part.len() >= LEAST && is_there(part))
    };
    let headers = request.headers.values().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let query = request.uri.query().unwrap_or_default();
    headers.into_iter().any(|value| is_there(&value) || has_part(&value))
        || is_there(query)
        || has_part(request.uri.path())
        || has_part(query)
        || request.body.as_deref().is_some_and(has_part)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Duration;

    use ureq::http::{HeaderMap, HeaderValue};

    use super::*;

    fn told_of(text: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_static("Bearer s3cret/2nd"));
        headers.insert("x-pin", HeaderValue::from_static("k7"));
        let request = Request {
            uri: "https://a.example/v1/p4th?apikey=qu3ry%3D&n=1".parse().unwrap(),
            body: Some("{\"token\":\"b0dy\"}".to_owned()),
            headers,
            timeout: Duration::from_secs(1),
            trusted: None,
            lacks: None,
        };
        told(text, &request)
    }

    #[test]
    fn what_repeats_a_part_of_the_request_is_not_shown() {
        let hidden = "a text of 22 characters that repeats a part of the request";
        assert_eq!(told_of("invalid API key s3cret"), hidden);
        assert_eq!(told_of("INVALID API KEY S3CRET"), hidden);
        let far = "x".repeat(100);
        for part in ["Bearer s3cret/2nd", "k7", "p4th", "apikey=qu3ry%3D&n=1", "qu3ry=", "b0dy"] {
            for text in [format!("no {part}"), format!("{far}{part}")] {
                assert!(told_of(&text).ends_with(" characters that repeats a part of the request"), "{text}");
            }
        }
        // Too short to be a key: n=1, v1.
        assert_eq!(told_of("v1 knows no 1"), "'v1 knows no 1'");
    }

    #[test]
    fn what_a_server_says_is_one_short_line() {
        assert_eq!(told_of("x\nerror\u{1b}[2J\u{202e}\t'"), r"'x\nerror\u{1b}[2J\u{202e}\t\''");
        assert_eq!(told_of(&"ä".repeat(41)), format!("'{}'", "ä".repeat(40)));
    }
}
