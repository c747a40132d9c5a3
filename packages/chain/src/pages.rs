//! Reads paged lists of a contract.

use crate::{Error, Result, Stop};

/// Entries on a page: the maximum that the market returns.
pub(crate) const PAGE: u32 = 30;

/// Position in a list.
pub(crate) struct Pages<'a> {
    stop: &'a Stop,
    /// The entry after which the next page begins.
    after: Option<String>,
}

impl<'a> Pages<'a> {
    pub(crate) fn new(stop: &'a Stop) -> Self {
        Pages { stop, after: None }
    }

    /// The entry after which the next page begins; none for the first page.
    pub(crate) fn after(&self) -> Option<String> {
        self.after.clone()
    }

    /// Advances past the entries of a page, whose names must ascend. Returns whether there may be another page: not
    /// after one that is not full.
    ///
    /// # Errors
    /// [`Error::Stopped`]; [`Error::Chain`] for a page that does not continue after the last one, because the list
    /// would never end.
    pub(crate) fn turn<T>(&mut self, entries: &[T], name: impl Fn(&T) -> String) -> Result<bool> {
        self.stop.check()?;
        let Some(last) = entries.last().filter(|_| entries.len() >= PAGE as usize).map(name) else { return Ok(false) };
        match &self.after {
            Some(after) if last <= *after => Err(Error::chain(format!(
                "the contract's list does not go on: the page after '{after}' ends with '{last}'"
            ))),
            _ => {
                self.after = Some(last);
                Ok(true)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(first: usize, count: usize) -> Vec<String> {
        (first..first.saturating_add(count)).map(|place| format!("owner{place:02}")).collect()
    }

    #[test]
    fn pages_go_on_after_a_full_one() {
        let stop = Stop::default();
        let mut pages = Pages::new(&stop);
        assert_eq!(pages.turn(&page(0, 30), String::clone), Ok(true));
        assert_eq!(pages.after(), Some("owner29".to_owned()));
        assert_eq!(pages.turn(&page(30, 29), String::clone), Ok(false));
        assert_eq!(Pages::new(&stop).turn(&page(0, 0), String::clone), Ok(false));
    }

    #[test]
    fn a_page_that_comes_again_is_an_error() {
        let stop = Stop::default();
        for first in [0, 5, 10] {
            let mut pages = Pages::new(&stop);
            assert_eq!(pages.turn(&page(10, 30), String::clone), Ok(true));
            assert!(matches!(pages.turn(&page(first, 30), String::clone), Err(Error::Chain(_))), "{first}");
        }
    }

    #[test]
    fn who_is_told_to_stop_turns_no_page() {
        let stop = Stop::default();
        stop.set();
        assert_eq!(Pages::new(&stop).turn(&page(0, 30), String::clone), Err(Error::Stopped));
    }
}
