//! Asks the user before anything is signed.

use std::io::{BufRead, Write as _};
use std::sync::mpsc::{channel, RecvTimeoutError};
use std::time::Duration;

use crate::{Error, Result, Stop};

/// How often to check for a signal.
const LOOK: Duration = Duration::from_millis(50);

/// Asks, and reads the answer on its own thread, so that a signal ends the wait. Later answers sign nothing.
///
/// # Errors
/// [`Error::User`] for any answer but yes; [`Error::Stopped`].
pub(crate) fn ask(stop: &Stop, answers: impl BufRead + Send + 'static) -> Result<()> {
    let _ = write!(std::io::stderr().lock(), "sign and send? [y/N] ");
    let (said, heard) = channel();
    let read = move || {
        let (mut line, mut answers) = (String::new(), answers);
        let _ = answers.read_line(&mut line);
        let _ = said.send(line);
    };
    let not_sent = || Error::user("not sent");
    std::thread::Builder::new().name("answer".to_owned()).spawn(read).map_err(|_| not_sent())?;
    loop {
        let answer = heard.recv_timeout(LOOK);
        if stop.is_set() {
            let _ = writeln!(std::io::stderr().lock(), "\nnot sent");
            return Err(Error::Stopped);
        }
        match answer {
            Ok(line) if matches!(line.trim().to_lowercase().as_str(), "y" | "yes") => return Ok(()),
            Ok(_) | Err(RecvTimeoutError::Disconnected) => return Err(not_sent()),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::{BufReader, Cursor};
    use std::os::unix::net::UnixStream;
    use std::time::Instant;

    use super::*;

    #[test]
    fn yes_is_yes_and_everything_else_is_no() {
        for (text, yes) in
            [("y\n", true), (" YES \n", true), ("n\n", false), ("\n", false), ("", false), ("yep\n", false)]
        {
            assert_eq!(ask(&Stop::default(), Cursor::new(text)).is_ok(), yes, "{text:?}");
        }
    }

    #[test]
    fn a_signal_ends_the_wait_for_an_answer_and_a_later_yes_signs_nothing() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let stop = Stop::default();
        let (signal, mut person) = (stop.clone(), theirs);
        let later = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            signal.set();
            std::thread::sleep(Duration::from_millis(500));
            let _ = person.write_all(b"y\n");
        });
        let start = Instant::now();
        assert!(matches!(ask(&stop, BufReader::new(ours)), Err(Error::Stopped)));
        assert!(start.elapsed() < Duration::from_millis(600));
        later.join().unwrap();
    }

    #[test]
    fn a_yes_that_comes_with_the_signal_signs_nothing() {
        let stop = Stop::default();
        stop.set();
        assert!(matches!(ask(&stop, Cursor::new("y\n")), Err(Error::Stopped)));
    }
}
