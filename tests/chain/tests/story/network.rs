//! A chain of scripts/localnet for this test alone, and the command line to use it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use ballast_chain::{ChainFile, Client, Http, Stop};

/// Path of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository is there")
}

/// Path of the program `ballast-chain` under test. If it is not set, says that the tests are skipped and returns none.
pub fn ballast() -> Option<PathBuf> {
    let program = std::env::var_os("BALLAST_BIN").map(PathBuf::from);
    if program.is_none() {
        println!("skipped: BALLAST_BIN is not set; scripts/test-chain builds the program, sets it and runs this");
    }
    program
}

/// The coin that the vault takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deposited {
    /// The hedged one: a market of one price.
    Index,
    /// A staked one with a published price.
    Published,
    /// A staked one whose price is the lower of its market's and of what it is redeemed for.
    Computed,
}

impl Deposited {
    const fn file(self) -> &'static str {
        match self {
            Deposited::Index => "local.toml",
            Deposited::Published | Deposited::Computed => "local-staked.toml",
        }
    }
}

/// A network, removed when dropped, unless BALLAST_KEEP is set.
pub struct Network {
    /// Its name, also used for its files.
    pub name: String,
    /// The first of its ports.
    pub port: u16,
    /// Path of the program `ballast-chain`.
    pub program: PathBuf,
}

impl Network {
    /// Starts a new network.
    pub fn up(program: &Path, name: &str, port: u16, vm: &str, validators: u8) -> Network {
        Network::up_for(Deposited::Index, program, name, port, vm, validators)
    }

    /// The same for a vault of this coin.
    pub fn up_for(coin: Deposited, program: &Path, name: &str, port: u16, vm: &str, validators: u8) -> Network {
        let network = Network { name: name.into(), port, program: program.into() };
        network.localnet(&["reset"]);
        network.localnet(&["up", "--vm", vm, "--validators", &validators.to_string()]);
        network.write_chain_file(coin);
        network
    }

    /// `scripts/localnet ARGS…` for this network.
    pub fn localnet(&self, args: &[&str]) -> String {
        let mut command = Command::new(repository().join("scripts/localnet"));
        command.args(args).env("LOCALNET_NAME", &self.name).env("LOCALNET_PORT", self.port.to_string());
        command.env("LOCALNET_TRACE", "1");
        succeeded(&format!("scripts/localnet {}", args.join(" ")), &command.output().expect("scripts/localnet runs"))
    }

    /// RPC address of a node.
    pub fn rpc(&self, node: u16) -> String {
        format!("http://127.0.0.1:{}", self.port + 10 * node + 1)
    }

    /// A client of these nodes.
    pub fn client(&self, nodes: Vec<String>) -> Client {
        let chain = self.file().chain;
        Client::new(Box::new(Http::new(nodes)), chain, Duration::from_secs(60), Stop::default())
    }

    pub fn file(&self) -> ChainFile {
        ChainFile::read(&self.chain_file()).expect("the chain file")
    }

    /// Path of the store trace of node 0.
    pub fn trace(&self) -> PathBuf {
        repository().join(".localnet/networks").join(&self.name).join("node0.trace")
    }

    fn folder(&self) -> PathBuf {
        let folder = repository().join("target/test-chain");
        std::fs::create_dir_all(&folder).expect("target can be written");
        folder
    }

    /// Path of the chain file: one of the local chain, with this network's ports.
    pub fn chain_file(&self) -> PathBuf {
        self.folder().join(format!("{}.toml", self.name))
    }

    /// Path of the state file that a deployment writes.
    pub fn state_file(&self) -> PathBuf {
        self.chain_file().with_extension("state.json")
    }

    fn write_chain_file(&self, coin: Deposited) {
        let file = coin.file();
        let chains = repository().join("scripts/chains");
        let mut text = std::fs::read_to_string(chains.join(file)).expect("the local chain file is there");
        let nodes = format!("\"{}\", \"{}\"", self.rpc(0), self.rpc(1));
        for (from, to) in [
            ("\"http://127.0.0.1:26657\"", nodes.as_str()),
            ("\"../", &format!("\"{}/", chains.parent().expect("scripts").display())),
            // The story plays hours in seconds, so a jump is confirmed after the minimum time that a feed allows.
            ("\n[market]\n", "\n[oracle.price]\nconfirm_after = 10\n\n[market]\n"),
        ] {
            assert!(text.contains(from), "scripts/chains/{file} has no {from}");
            text = text.replace(from, to);
        }
        let confirmed = |section: &str| format!("\n[collateral.{section}]\nconfirm_after = 10\n");
        let sections = match coin {
            Deposited::Index => String::new(),
            Deposited::Published => confirmed("price"),
            Deposited::Computed => confirmed("price") + &confirmed("market"),
        };
        text = text.replace("\n[market]\n", &format!("{sections}\n[market]\n"));
        if coin == Deposited::Published {
            let computed = |line: &&str| !line.starts_with("market_feed") && !line.starts_with("rate_feed = \"statom");
            text = text.lines().filter(computed).collect::<Vec<_>>().join("\n");
        }
        std::fs::write(self.chain_file(), text).expect("target can be written");
        let _ = std::fs::remove_file(self.state_file());
    }

    /// `ballast-chain ARGS…` on this network.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(args).arg("--chain").arg(self.chain_file());
        command.stdin(Stdio::null()).current_dir(repository());
        command
    }

    /// Runs `ballast-chain ARGS…`, which must succeed, and returns its output.
    #[track_caller]
    pub fn run(&self, args: &[&str]) -> String {
        let output = self.command(args).output().expect("ballast-chain runs");
        succeeded(&format!("ballast-chain {}", args.join(" ")), &output)
    }

    /// Runs `ballast-chain ARGS…`, which must fail with this exit code and this text.
    #[track_caller]
    pub fn fails(&self, args: &[&str], code: i32, says: &str) {
        let output = self.command(args).output().expect("ballast-chain runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "ballast-chain {}: {said}", args.join(" "));
        assert!(said.contains(says), "ballast-chain {} should say '{says}': {said}", args.join(" "));
    }

    /// Starts `ballast-chain ARGS…` in the background, with its output in a file of target/test-chain.
    pub fn start(&self, args: &[&str]) -> Running {
        let log = self.folder().join(format!("{}-{}.log", self.name, args[0]));
        let file = std::fs::File::create(&log).expect("target can be written");
        let mut command = self.command(args);
        command.stdout(file.try_clone().expect("a second handle")).stderr(file);
        Running { child: command.spawn().expect("ballast-chain starts"), what: args.join(" "), log }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        if std::env::var_os("BALLAST_KEEP").is_none() && !std::thread::panicking() {
            self.localnet(&["reset"]);
        } else {
            self.localnet(&["down"]);
        }
    }
}

/// A command that runs until it is stopped.
pub struct Running {
    child: Child,
    what: String,
    log: PathBuf,
}

impl Running {
    /// Its output so far.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Whether it is still running.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().expect("a child can be looked at").is_none()
    }

    /// Sends SIGTERM, after which it must exit by itself, successfully.
    pub fn stop(mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
        self.ended()
    }

    /// Waits for its exit, which must be successful.
    pub fn ended(&mut self) -> String {
        let status = self.child.wait().expect("a child can be waited for");
        assert!(status.success(), "ballast-chain {} ended with {status}: {}", self.what, self.said());
        self.said()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn succeeded(what: &str, output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{what}: {}\n{said}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    said
}
