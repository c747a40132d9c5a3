//! Says what is waited for, once it takes longer than two seconds.

use std::io::Write as _;
use std::sync::mpsc::{channel, RecvTimeoutError, Sender};
use std::time::Duration;

use crate::log::{self, Level};

/// Whoever waits longer wants to know why.
const SILENCE: Duration = Duration::from_secs(2);

/// How it is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Voice {
    /// For people.
    #[default]
    Plain,
    /// As a line of a log.
    Log,
}

/// A wait that is under way.
pub(crate) struct Waiting {
    notes: Option<Sender<String>>,
}

impl Waiting {
    /// For this, from now on. How long is not said: calls that are slow, and blocks that come, make it longer.
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
        // Without a thread nothing is said, and everything else is done.
        let thread = std::thread::Builder::new().name("waiting".to_owned()).spawn(watch);
        Waiting { notes: thread.is_ok().then_some(notes) }
    }

    /// Why it goes on.
    pub(crate) fn note(&self, why: &str) {
        if let Some(notes) = &self.notes {
            let _ = notes.send(why.to_owned());
        }
    }
}

/// Says something that is no answer: for people as it is, in a log as an event.
pub(crate) fn tell(voice: Voice, event: &str, text: &str) {
    match voice {
        Voice::Plain => {
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        }
        Voice::Log => log::line(Level::Warn, event, &[("text", text.to_owned())]),
    }
}
