//! Values in JSON, as written: no number passes through a float.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The value at a JSON pointer (RFC 6901), as text.
pub fn at<'a>(whole: &'a RawValue, pointer: &str) -> Option<&'a RawValue> {
    let mut steps = pointer.split('/');
    // Before the first stroke there is nothing.
    if steps.next() != Some("") {
        return None;
    }
    steps.try_fold(whole, |value, step| child(value, &step.replace("~1", "/").replace("~0", "~")))
}

fn child<'a>(value: &'a RawValue, step: &str) -> Option<&'a RawValue> {
    if value.get().starts_with('[') {
        let place: usize = step.parse().ok().filter(|place: &usize| place.to_string() == step)?;
        return serde_json::from_str::<Vec<&RawValue>>(value.get()).ok()?.get(place).copied();
    }
    serde_json::from_str::<BTreeMap<String, &RawValue>>(value.get()).ok()?.get(step).copied()
}

/// The text of a number or a string; none for anything else.
pub fn scalar(value: &RawValue) -> Option<String> {
    let text = value.get();
    match text.bytes().next()? {
        b'"' => serde_json::from_str(text).ok(),
        b'-' | b'0'..=b'9' => Some(text.to_owned()),
        _ => None,
    }
}

/// Whether a text is a JSON pointer.
pub fn is_pointer(text: &str) -> bool {
    let escaped = |step: &str| step.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    text.is_empty() || text.starts_with('/') && text.split('/').all(escaped)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_pointer_finds_what_rfc_6901_says_and_numbers_stay_as_written() {
        let text =
            r#"{"a/b": 1.10, "m~n": {"": "x\"y"}, "list": [[0, 123456789012345678901234567890.5], null], "01": 7}"#;
        let whole: &RawValue = serde_json::from_str(text).unwrap();
        let found = |pointer| at(whole, pointer).and_then(scalar);
        assert_eq!(found("/a~1b").as_deref(), Some("1.10"));
        assert_eq!(found("/m~0n/").as_deref(), Some("x\"y"));
        assert_eq!(found("/list/0/1").as_deref(), Some("123456789012345678901234567890.5"));
        assert_eq!(found("/01").as_deref(), Some("7"));
        for pointer in ["/list", "/list/1", "/list/2", "/list/0/01", "/list/-1", "/list/0/1/2", "/nothing", "", "a"] {
            assert_eq!(found(pointer), None, "{pointer}");
        }
        let number: &RawValue = serde_json::from_str("12.5").unwrap();
        assert_eq!(at(number, "").and_then(scalar).as_deref(), Some("12.5"));
    }

    #[test]
    fn what_is_no_pointer_is_refused() {
        for (text, is) in [("", true), ("/a/0", true), ("/a~1b", true), ("a", false), ("/a~", false), ("/~2", false)] {
            assert_eq!(is_pointer(text), is, "{text}");
        }
    }
}
