//! `publish --sources` with endpoints that answer in each way that endpoints do. Nothing here leaves this machine.

mod faults;
mod publishing;
mod site;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use site::Site;

/// A source file, removed with this value.
struct File(PathBuf);

impl File {
    fn new(text: &str) -> File {
        static FILES: AtomicU64 = AtomicU64::new(0);
        let name = format!("sources-{}-{}.toml", std::process::id(), FILES.fetch_add(1, Ordering::Relaxed));
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        // A slow machine needs a while, even for what is here.
        let timeout = if text.starts_with("timeout") { "" } else { "timeout = 30.0\n" };
        std::fs::write(&path, timeout.to_owned() + text).unwrap();
        File(path)
    }

    /// Arguments that publish it.
    fn args(&self, more: &str) -> String {
        format!("publish --sources {} {more}", self.0.display())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A feed of prices, its settings after the defaults replaced, and its sources, of which more than half must agree.
fn feed(name: &str, settings: &str, sources: &str) -> String {
    let quorum = (sources.matches("[[feed.source]]").count() / 2 + 1).to_string();
    let mut lines: Vec<(&str, &str)> = vec![
        ("kind", "\"price\""),
        ("quorum", &quorum),
        ("max_age", "60"),
        ("max_deviation", "\"0.02\""),
        ("deviation", "\"0.005\""),
        ("heartbeat", "3600"),
    ];
    for (key, value) in settings.split(", ").filter_map(|line| line.split_once(" = ")) {
        lines.retain(|(other, _)| *other != key);
        lines.push((key, value));
    }
    let lines: String = lines.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    format!("[[feed]]\nname = \"{name}\"\n{lines}{sources}")
}

/// A source whose answer has the value at `/price`.
fn source(name: &str, url: &str, more: &str) -> String {
    let more = more.replace("; ", "\n");
    format!("[[feed.source]]\nname = \"{name}\"\nurl = \"{url}\"\nvalue = \"/price\"\n{more}\n")
}

/// Sources with these prices.
fn prices(sites: &[&Site]) -> String {
    (1..).zip(sites).map(|(place, site)| source(&format!("s{place}"), &site.url, "")).collect()
}

/// Runs `--dry-run`, without any node or key.
fn trial(file: &File, more: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast-chain"));
    command.stdin(Stdio::null()).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    command.args(file.args(&format!("--dry-run --node http://127.0.0.1:1 {more}")).split_whitespace());
    command
}

fn tried(file: &File) -> (Value, Output) {
    let output = trial(file, "--json").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    (serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{error}")), output)
}
