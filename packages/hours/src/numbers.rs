//! Numbers as people write them: with a decimal point, a decimal comma, or thousands separators.

use crate::fault::Fault;
use crate::shown::shown;

/// How the numbers of a file are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Style {
    /// `1234.5`
    #[default]
    Plain,
    /// `1234,5` or `1.234,5`
    DecimalComma,
    /// `1,234.5`
    Thousands,
}

impl Style {
    /// A note for all but the plain style.
    pub fn note(self) -> Option<String> {
        match self {
            Style::Plain => None,
            Style::DecimalComma => Some("numbers with a decimal comma".to_owned()),
            Style::Thousands => Some("numbers with commas between thousands".to_owned()),
        }
    }

    /// A finite number.
    pub fn parse(self, text: &str) -> Option<f64> {
        let (digits, is_negative) = text.strip_prefix('-').map_or((text, false), |digits| (digits, true));
        let value = match self {
            Style::DecimalComma if digits.contains(',') => grouped(digits, '.', ',')?,
            Style::Thousands if digits.contains(',') => grouped(digits, ',', '.')?,
            // Among numbers like 10,5 one like 1.234 may be either.
            Style::DecimalComma if digits.contains('.') => return None,
            _ => digits.parse::<f64>().ok().filter(|_| !digits.starts_with('-'))?,
        };
        Some(if is_negative { -value } else { value }).filter(|value| value.is_finite())
    }
}

/// A number whose whole part may have groups of three digits.
fn grouped(text: &str, thousands: char, point: char) -> Option<f64> {
    let (whole, fraction) = text.split_once(point).unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(thousands);
    let first = groups.next().filter(|first| digits(first))?;
    let rest: Vec<&str> = groups.collect();
    let is_group = |group: &&str| group.len() == 3 && digits(group);
    let first_fits = rest.is_empty() || (first.len() <= 3 && !first.starts_with('0'));
    if !first_fits || !rest.iter().all(is_group) || !digits(fraction) {
        return None;
    }
    format!("{first}{}.{fraction}", rest.concat()).parse().ok()
}

/// Infers the style of a file from all its numbers.
#[derive(Debug, Default)]
pub struct Evidence {
    style: Style,
    /// The first number that two styles read differently.
    unclear: Option<String>,
}

impl Evidence {
    /// Looks at one more number.
    ///
    /// # Errors
    /// [`Fault::MixedNumbers`] if it is written in another style than those before.
    pub fn add(&mut self, text: &str) -> Result<(), Fault> {
        let text = text.trim_end_matches(['%', ' ']);
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
        let style = match (points, commas) {
            (0..=1, 0) => return Ok(()),
            _ if !digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) => return Ok(()),
            (0, 1) => single_comma(digits),
            (_, 0) => Some(Style::DecimalComma),
            (0, _) => Some(Style::Thousands),
            _ if digits.rfind(',') > digits.rfind('.') => Some(Style::DecimalComma),
            _ => Some(Style::Thousands),
        };
        let Some(style) = style else {
            self.unclear.get_or_insert_with(|| shown(text));
            return Ok(());
        };
        if self.style != Style::Plain && self.style != style {
            return Err(Fault::MixedNumbers { text: shown(text) });
        }
        self.style = style;
        Ok(())
    }

    /// The style of all numbers.
    ///
    /// # Errors
    /// [`Fault::UnclearNumber`] if all numbers with a comma look like `1,234`.
    pub fn style(self) -> Result<Style, Fault> {
        match self.unclear {
            Some(text) if self.style == Style::Plain => Err(Fault::UnclearNumber { text }),
            _ => Ok(self.style),
        }
    }

    /// Whether any number so far was unclear.
    pub fn is_unclear(&self) -> bool {
        self.unclear.is_some()
    }
}

/// `10,5` has a decimal comma; `1,234` may be either.
fn single_comma(digits: &str) -> Option<Style> {
    let (whole, fraction) = digits.split_once(',')?;
    let may_be_thousands = fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    (!may_be_thousands).then_some(Style::DecimalComma)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(numbers: &[&str]) -> Result<Style, Fault> {
        let mut evidence = Evidence::default();
        numbers.iter().try_for_each(|number| evidence.add(number))?;
        evidence.style()
    }

    #[test]
    fn the_style_is_what_no_other_style_can_read() {
        for (numbers, expected) in [
            (&["10", "10.5", "1e3", "-0.0001", "x,y", "nan"][..], Style::Plain),
            (&["10,5"], Style::DecimalComma),
            (&["-0,001"], Style::DecimalComma),
            (&["1234,567"], Style::DecimalComma),
            (&["1.234,567"], Style::DecimalComma),
            (&["1.234.567"], Style::DecimalComma),
            (&["1,234", "0,01 %"], Style::DecimalComma),
            (&["1,234.5"], Style::Thousands),
            (&["1,234,567"], Style::Thousands),
            (&["1,234", "10.5", "1,234.5"], Style::Thousands),
        ] {
            assert_eq!(style(numbers), Ok(expected), "{numbers:?}");
        }
    }

    #[test]
    fn what_two_styles_read_differently_is_an_error() {
        assert_eq!(style(&["10", "1,234", "2,345"]), Err(Fault::UnclearNumber { text: "1,234".into() }));
        assert_eq!(style(&["1,234.5", "10,5"]), Err(Fault::MixedNumbers { text: "10,5".into() }));
    }

    #[test]
    fn numbers_are_read_in_their_style_and_in_no_other() {
        for (style, text, value) in [
            (Style::Plain, "-1.5e-3", Some(-0.0015)),
            (Style::Plain, "1,5", None),
            (Style::Plain, "--5", None),
            (Style::Plain, "inf", None),
            (Style::DecimalComma, "-1.234,25", Some(-1234.25)),
            (Style::DecimalComma, "1,234", Some(1.234)),
            (Style::DecimalComma, "12", Some(12.0)),
            (Style::DecimalComma, "12.125", None),
            (Style::DecimalComma, "0.123,5", None),
            (Style::DecimalComma, "1.23,5", None),
            (Style::DecimalComma, "1,", None),
            (Style::DecimalComma, ",5", None),
            (Style::Thousands, "1,234,567.5", Some(1_234_567.5)),
            (Style::Thousands, "1,234", Some(1234.0)),
            (Style::Thousands, "12.125", Some(12.125)),
            (Style::Thousands, "1,23", None),
            (Style::Thousands, "1,234.5,6", None),
        ] {
            assert_eq!(style.parse(text), value, "{style:?} {text}");
        }
    }
}
