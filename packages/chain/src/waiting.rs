//! Says that a node is waited for, once it takes longer than two seconds.

use std::cell::Cell;
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
    /// From now on; silent within another wait.
    pub(crate) fn begin(voice: &Cell<Voice>, patience: Duration) -> Self {
        let voice = voice.get();
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
            say(voice, &why, patience);
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

fn say(voice: Voice, why: &str, patience: Duration) {
    let most = patience.as_secs();
    match voice {
        Voice::Plain => {
            let _ = writeln!(std::io::stderr().lock(), "waiting for a node, {most} s at most: {why}");
        }
        Voice::Log => log::line(Level::Warn, "waiting", &[("seconds", most.to_string()), ("text", why.to_owned())]),
    }
}
