//! Endpoints on this machine, each with the fault it is given.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A connection, plain or not.
pub trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// A server that listens until the test ends. It answers each connection once.
pub struct Site {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
    body: Arc<Mutex<String>>,
}

impl Site {
    /// What is done with each request.
    pub fn of(answer: impl Fn(&mut dyn Stream, &str) + Send + Sync + 'static) -> Site {
        Site::start("http", |stream| Some(Box::new(stream)), answer)
    }

    /// The same over TLS, with a certificate that nobody has signed but itself.
    pub fn secure(answer: impl Fn(&mut dyn Stream, &str) + Send + Sync + 'static) -> Site {
        let chain = vec![CertificateDer::from_pem_file(certificate()).unwrap()];
        let key = PrivateKeyDer::from_pem_file(certificate().with_file_name("key.pem")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
        let wrap = move |stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).ok()?;
            Some(Box::new(StreamOwned::new(connection, stream)) as Box<dyn Stream>)
        };
        Site::start("https", wrap, answer)
    }

    fn start(
        scheme: &str,
        wrap: impl Fn(TcpStream) -> Option<Box<dyn Stream>> + Send + 'static,
        answer: impl Fn(&mut dyn Stream, &str) + Send + Sync + 'static,
    ) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(vec![]));
        let (log, answer) = (Arc::clone(&asked), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Some(mut stream) = stream.ok().and_then(&wrap) else { continue };
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                std::thread::spawn(move || {
                    let Some(request) = request(&mut *stream) else { return };
                    log.lock().unwrap().push(request.clone());
                    answer(&mut *stream, &request);
                    let _ = stream.flush();
                });
            }
        });
        Site { url, asked, body: Arc::default() }
    }

    /// Answers with this text, and later with what [`Site::says`].
    pub fn json(text: &str) -> Site {
        let body = Arc::new(Mutex::new(text.to_owned()));
        let said = Arc::clone(&body);
        let site = Site::of(move |stream, _| respond(stream, "200 OK", "", &said.lock().unwrap().clone()));
        Site { body, ..site }
    }

    /// A price, and later another.
    pub fn price(price: &str) -> Site {
        Site::json(&format!("{{\"price\":\"{price}\"}}"))
    }

    pub fn says(&self, text: &str) {
        text.clone_into(&mut self.body.lock().unwrap());
    }

    /// The requests so far, from the first line on.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Head and body of a request; none if it is none.
fn request(stream: &mut dyn Stream) -> Option<String> {
    let mut text = vec![];
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        text.push(byte[0]);
    }
    let head = String::from_utf8(text).ok()?;
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8(body).ok()?)
}

pub fn respond(stream: &mut dyn Stream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
    );
}

/// Sends a byte now and then, so that there is always something to read.
pub fn drip(stream: &mut dyn Stream) {
    let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    drops(stream);
}

/// The same before the headers are over.
pub fn drip_headers(stream: &mut dyn Stream) {
    let _ = write!(stream, "HTTP/1.1 200 OK\r\nX-Fill:");
    drops(stream);
}

fn drops(stream: &mut dyn Stream) {
    while write!(stream, " ").and_then(|()| stream.flush()).is_ok() {
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Never ends.
pub fn flood(stream: &mut dyn Stream) {
    let _ = write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[");
    let zeros = "0,".repeat(32 * 1024);
    while stream.write_all(zeros.as_bytes()).is_ok() {}
}

/// Address of a server that answers in plain text before it is asked.
pub fn blurting() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map(Result::unwrap) {
            respond(&mut stream, "400 Bad Request", "", "");
            // A closed connection would lose what was said before it.
            std::thread::spawn(move || std::io::copy(&mut stream, &mut std::io::sink()));
        }
    });
    address
}

/// The certificate of [`Site::secure`].
pub fn certificate() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sources/certificate.pem")
}

/// Milliseconds since 1970, so many before or after now.
pub fn millis(from_now: i64) -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap() + from_now
}
