//! A page of metrics for Prometheus, and its server.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use tiny_http::{Header, Response, Server};

use crate::{Error, Result, Stop};

/// The text format of Prometheus: two header lines, then samples.
#[derive(Default)]
pub(crate) struct Text(String);

impl Text {
    /// The header of a metric; its samples follow.
    pub fn head(&mut self, name: &str, help: &str, kind: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// One value of a metric, with its labels.
    pub fn sample(&mut self, name: &str, value: f64) {
        let value = if value == f64::INFINITY { "+Inf".to_owned() } else { value.to_string() };
        let _ = writeln!(self.0, "{name} {value}");
    }

    /// A gauge of one value. Unknown values have no sample.
    pub fn gauge(&mut self, name: &str, help: &str, value: Option<f64>) {
        self.head(name, help, "gauge");
        if let Some(value) = value {
            self.sample(name, value);
        }
    }

    /// The whole page.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Serves `/metrics` on its own thread until stopped.
///
/// # Errors
/// [`Error::User`] when the address cannot be listened at.
pub(crate) fn serve(
    address: SocketAddr,
    stop: Stop,
    render: impl Fn() -> String + Send + 'static,
) -> Result<SocketAddr> {
    let server = Server::http(address).map_err(|error| Error::user(format!("--metrics {address}: {error}")))?;
    let bound = server.server_addr().to_ip().unwrap_or(address);
    let answer = move || {
        while !stop.is_set() {
            let Ok(Some(request)) = server.recv_timeout(Duration::from_millis(200)) else { continue };
            // A client that disconnects early does not matter.
            let _ = match request.url() {
                "/metrics" => request.respond(page(render(), 200)),
                _ => request.respond(page("only /metrics is here\n".to_owned(), 404)),
            };
        }
    };
    let thread = std::thread::Builder::new().name("metrics".to_owned()).spawn(answer);
    thread.map_err(|error| Error::user(format!("--metrics: {error}")))?;
    Ok(bound)
}

fn page(text: String, status: u16) -> Response<std::io::Cursor<Vec<u8>>> {
    let page = Response::from_string(text).with_status_code(status);
    match Header::from_bytes("Content-Type", "text/plain; version=0.0.4; charset=utf-8") {
        Ok(header) => page.with_header(header),
        Err(()) => page,
    }
}
