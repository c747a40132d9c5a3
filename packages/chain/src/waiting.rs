//! Tells the user about waits longer than two seconds.

use std::io::Write as _;
use std::sync::mpsc::{channel, RecvTimeoutError, Sender};
use std::time::Duration;

use crate::log::{self, Level};

/// After this long, the user wants to know what is going on.
const SILENCE: Duration = Duration::from_secs(2);

/// How to report it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Voice {
    /// As text for users.
    #[default]
    Plain,
    /// As a line of a log.
    Log,
}

/// A wait in progress.
pub(crate) struct Waiting {
    notes: Option<Sender<String>>,
}

impl Waiting {
    /// Starts a wait. Its duration is not announced, because slow calls and new blocks make it longer.
    pub(crate) fn begin(voice: Voice, what: &str) -> Self {
        let what = what.to_owned();
        let (notes, heard) = channel::<String>();
        let watch = move || {
            let mut why = "no answer yet".to_owned();
            let start = std::time::Instant::now();
            loop {
                match heard.recv_timeout(SILENCE.saturating_sub(start.elapsed())) {
                    Ok(note) => why = note,
                    Err(RecvTimeoutError::Disconnected) => return,
                    Err(RecvTimeoutError::Timeout) => break,
                }
            }
            tell(voice, "waiting", &format!("waiting for {what}: {why}"));
        };
        // If the thread cannot start, nothing is printed, but everything else works.
        let thread = std::thread::Builder::new().name("waiting".to_owned()).spawn(watch);
        Waiting { notes: thread.is_ok().then_some(notes) }
    }

    /// Sets the reason for waiting.
    pub(crate) fn note(&self, why: &str) {
        if let Some(notes) = &self.notes {
            let _ = notes.send(why.to_owned());
        }
    }
}

/// Prints a note, as text for users or as an event in a log.
pub(crate) fn tell(voice: Voice, event: &str, text: &str) {
    match voice {
        Voice::Plain => {
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        }
        Voice::Log => log::line(Level::Warn, event, &[("text", text.to_owned())]),
    }
}
