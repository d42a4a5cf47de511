//! A private PostgreSQL cluster from whatever binaries the machine has, with the settings that PostgreSQL comes with.
//! It listens on a socket in a temporary folder only, and ends with this program, however that ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

use crate::process::{Running, output};
use crate::{Result, Why, interrupted};

/// A running cluster.
pub struct Cluster {
    // Fields are dropped in this order: the server ends before its folder goes.
    keeper: Running,
    folder: tempfile::TempDir,
    /// What it calls itself.
    pub version: String,
}

impl Cluster {
    /// Starts one; none where the machine has no PostgreSQL.
    pub fn start() -> Result<Option<Self>> {
        let Some(bin) = binaries() else { return Ok(None) };
        let version = output("postgres --version", Command::new(bin.join("postgres")).arg("--version"))?;
        let folder = tempfile::Builder::new().prefix("slugline-bench-pg-").tempdir().why("no temporary folder")?;
        if is_root()? {
            output("chown", Command::new("chown").arg("postgres").arg(folder.path()))?;
        }
        let data = folder.path().join("data");
        let mut initdb = as_server_user(&bin.join("initdb"))?;
        initdb.args(["--auth=trust", "--username=slugline", "--encoding=UTF8", "--locale=C", "-D"]);
        output("initdb", initdb.arg(&data).current_dir(folder.path()))?;
        let keeper = keep(&bin, folder.path(), &data)?;
        let mut cluster = Self { keeper, folder, version: version.trim().to_owned() };
        cluster.wait()?;
        cluster.sql("postgres", "CREATE DATABASE slugline")?;
        Ok(Some(cluster))
    }

    /// Where the database for the server is.
    pub fn url(&self) -> String {
        self.url_of("slugline")
    }

    /// The process whose descendants are all of PostgreSQL.
    pub fn id(&self) -> u32 {
        self.keeper.id()
    }

    /// Tidies up after seeding at once, which PostgreSQL would otherwise do by itself while something is measured.
    pub fn settle(&self) -> Result<()> {
        self.sql("slugline", "VACUUM ANALYZE")?;
        self.sql("slugline", "CHECKPOINT")
    }

    fn url_of(&self, database: &str) -> String {
        format!("postgres://slugline@/{database}?host={}", self.folder.path().display())
    }

    fn sql(&self, database: &str, statement: &str) -> Result<()> {
        let mut connection = PgConnection::establish(&self.url_of(database)).why("PostgreSQL can't be reached")?;
        connection.batch_execute(statement).why(format!("PostgreSQL refused {statement}"))
    }

    fn wait(&mut self) -> Result<()> {
        let since = Instant::now();
        while since.elapsed() < Duration::from_secs(60) && !self.keeper.has_ended() {
            interrupted()?;
            if PgConnection::establish(&self.url_of("postgres")).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        Err(format!("PostgreSQL did not start:\n{log}"))
    }
}

/// Runs the server under a shell that waits for the end of its standard input, which is the end of this program.
fn keep(bin: &Path, folder: &Path, data: &Path) -> Result<Running> {
    let script = "\"$0\" -D \"$1\" -k \"$2\" -c listen_addresses= >\"$2/log\" 2>&1 & server=$!; \
                  trap 'kill -INT $server' TERM; read end; kill -INT $server; \
                  while kill -0 $server 2>/dev/null; do wait $server; done";
    let mut shell = as_server_user(Path::new("sh"))?;
    shell.arg("-c").arg(script).arg(bin.join("postgres")).arg(data).arg(folder).current_dir(folder);
    Running::start("PostgreSQL", shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()))
}

/// The folder of `initdb` and `postgres`.
fn binaries() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|all| all.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// PostgreSQL refuses to run as root; the user `postgres` of its package takes its place.
fn as_server_user(program: &Path) -> Result<Command> {
    if !is_root()? {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
    Ok(command)
}

fn is_root() -> Result<bool> {
    Ok(output("id", Command::new("id").arg("-u"))?.trim() == "0")
}
