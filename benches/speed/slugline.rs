//! The release binary of the server: seeded, started, and started again to see how long that takes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::Connection;
use crate::options::Options;
use crate::process::{CpuTime, Running, output};
use crate::{Result, Why};

const BINARY: &str = env!("CARGO_BIN_EXE_slugline");
/// The memory for answers that an operator gets without asking, in MiB.
pub const CACHE_MIB: u32 = 64;
/// A server at rest uses no more of a second than this.
const AT_REST: Duration = Duration::from_millis(20);
/// Seconds that a server has to come to rest.
const SETTLED_WITHIN: u32 = 120;
const EMAIL: &str = "bench@example.org";

/// A newsroom: a database and a folder that the binary can be run on.
pub struct Newsroom {
    folder: PathBuf,
    url: String,
    secret: String,
    workers: usize,
    log: &'static str,
}

/// A server that answers.
pub struct Server {
    /// Its process.
    pub running: Running,
    /// `host:port`.
    pub address: String,
}

/// How long a start takes, from the spawn on.
#[derive(Clone, Copy)]
pub struct ColdStart {
    /// To the answer of `/livez`.
    pub live: Duration,
    /// To the answer with an article, which is the second request.
    pub article: Duration,
}

impl Newsroom {
    /// A newsroom in `folder`, on SQLite there unless the address of a database is given.
    pub fn new(folder: &Path, url: Option<String>, options: &Options) -> Result<Self> {
        std::fs::create_dir_all(folder).why("a folder can't be made")?;
        Ok(Self {
            url: url.unwrap_or_else(|| format!("sqlite://{}", folder.join("slugline.db").display())),
            folder: folder.to_owned(),
            secret: format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple()),
            workers: options.workers,
            log: if options.access_log { "info" } else { "info,access=warn" },
        })
    }

    /// Its file, if it is on SQLite.
    pub fn file(&self) -> Option<&Path> {
        self.url.strip_prefix("sqlite://").map(Path::new)
    }

    /// Fills it with articles of three tags each.
    pub fn seed(&self, articles: usize, paragraphs: usize, tags: usize) -> Result<()> {
        let [articles, paragraphs, tags] = [articles, paragraphs, tags].map(|number| number.to_string());
        let flags = ["seed", "--articles", &articles, "--paragraphs", &paragraphs, "--tags", &tags];
        let mut command = self.command(&flags);
        command.stdout(Stdio::null()).stderr(self.log_file("seed.log")?);
        Running::start("slugline seed", &mut command)?.done().map_err(|error| self.with_log(error, "seed.log"))
    }

    /// Makes its tables, without anything in them.
    pub fn migrate(&self) -> Result<()> {
        output("slugline migrate", &mut self.command(&["migrate"])).map(drop)
    }

    /// Makes an editor and a token of theirs that may write articles.
    pub fn token(&self) -> Result<String> {
        let user = ["user", "create", "--email", EMAIL, "--name", "Bench", "--role", "editor"];
        output("slugline user create", &mut self.command(&user))?;
        let scopes = "articles:read,articles:write,articles:publish,media:read,media:write";
        let token = ["token", "create", "--name", "bench", "--user", EMAIL, "--scopes", scopes];
        Ok(output("slugline token create", &mut self.command(&token))?.trim().to_owned())
    }

    /// Starts the server with so much memory for answers (MiB), and waits until it says that it answers.
    pub fn serve(&self, cache_mib: u32) -> Result<Server> {
        let mut command = self.command(&["serve", "--bind", "127.0.0.1:0", "--drain-seconds", "1"]);
        command.args(["--workers", &self.workers.to_string(), "--cache-mib", &cache_mib.to_string()]);
        // The benches ask more often than any newsroom.
        command.args(["--limit-account", "0", "--limit-token", "0", "--limit-search", "0", "--limit-views", "0"]);
        command.stdout(Stdio::piped()).stderr(self.log_file("serve.log")?);
        let mut running = Running::start("slugline serve", &mut command)?;
        let line = running.first_line().map_err(|error| self.with_log(error, "serve.log"))?;
        let address = line.rsplit_once("http://").map(|(_, address)| address.trim().to_owned());
        let address = address.ok_or_else(|| format!("slugline serve names no address: {line}"))?;
        Ok(Server { running, address })
    }

    /// Lets a server do what seeding left for it, such as the variants of pictures, and ends it when it is at rest.
    pub fn settle(&self) -> Result<()> {
        let server = self.serve(0)?;
        for _ in 0..SETTLED_WITHIN {
            let before = CpuTime::of(server.running.id())?;
            std::thread::sleep(Duration::from_secs(1));
            if CpuTime::of(server.running.id())?.since(&before) < AT_REST {
                return Ok(());
            }
        }
        Err("a server that was asked nothing does not come to rest".to_owned())
    }

    /// Starts the server, asks it twice, and ends it.
    pub fn cold_start(&self, article: &str) -> Result<ColdStart> {
        let since = Instant::now();
        let server = self.serve(CACHE_MIB)?;
        let mut connection = Connection::open(&server.address)?;
        let mut ask = |path: &str| match connection.get(path)?.status {
            200 => Ok(since.elapsed()),
            status => Err(format!("{path} answers {status} after a cold start")),
        };
        Ok(ColdStart { live: ask("/livez")?, article: ask(article)? })
    }

    /// The binary with nothing of this process's configuration.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text == "DATABASE_URL" || text.starts_with("SLUGLINE_") || text.starts_with("PG") {
                command.env_remove(&name);
            }
        }
        let media = format!("file://{}", self.folder.join("media").display());
        command.args(arguments).args(["--database-url", &self.url, "--media-store", &media, "--log", self.log]);
        command.arg("--data-dir").arg(&self.folder);
        command.env("SLUGLINE_SECRET", &self.secret).current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    fn log_file(&self, name: &str) -> Result<std::fs::File> {
        std::fs::File::create(self.folder.join(name)).why("a log file can't be made")
    }

    fn with_log(&self, error: String, name: &str) -> String {
        let log = std::fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(5).collect();
        format!("{error}:\n{}", last.into_iter().rev().collect::<Vec<_>>().join("\n"))
    }
}

/// The size of the binary, in bytes.
pub fn binary_bytes() -> Result<u64> {
    Ok(std::fs::metadata(BINARY).why("the server's binary can't be read")?.len())
}
