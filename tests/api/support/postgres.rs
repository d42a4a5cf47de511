//! A private PostgreSQL cluster for one run of the tests, from whatever binaries the machine has. It listens on a
//! socket in a temporary folder only, and ends with the process, however that ends.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use slugline::store::{DatabaseUrl, Store, migrate};

/// A running cluster with a migrated template database.
pub struct Cluster {
    socket: PathBuf,
    creating: Mutex<()>,
    databases: AtomicU32,
    _keeper: Child,
}

static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();

/// The cluster, started when it is first asked for; none where the machine has no PostgreSQL.
pub fn cluster() -> Option<&'static Cluster> {
    CLUSTER
        .get_or_init(|| {
            let found = binaries();
            if found.is_none() {
                assert!(
                    std::env::var_os("SLUGLINE_REQUIRE_POSTGRES").is_none(),
                    "SLUGLINE_REQUIRE_POSTGRES is set, and no PostgreSQL server was found"
                );
                let note = "\n*** NO POSTGRESQL ON THIS MACHINE: its half of the tests is SKIPPED. ***\n\n";
                std::io::stderr().write_all(note.as_bytes()).unwrap();
            }
            found.map(|bin| Cluster::start(&bin))
        })
        .as_ref()
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
fn as_server_user(program: &Path) -> Command {
    if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id is part of every system");
    id.stdout.trim_ascii() == b"0"
}

impl Cluster {
    fn start(bin: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("slugline-pg-").tempdir().unwrap().keep();
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(&folder).status().unwrap();
            assert!(owned.success());
        }
        let data = folder.join("data");
        let made = as_server_user(&bin.join("initdb"))
            .args(["--auth=trust", "--username=slugline", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .current_dir(&folder)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(made.success(), "initdb failed");
        let keeper = Self::keep(bin, &folder, &data);
        let cluster = Self { socket: folder, creating: Mutex::new(()), databases: AtomicU32::new(0), _keeper: keeper };
        cluster.wait();
        cluster.sql("CREATE DATABASE slugline_template");
        let store = Store::open(&DatabaseUrl::parse(&cluster.url("slugline_template")).unwrap(), 1).unwrap();
        migrate::run(&store).unwrap();
        drop(store);
        cluster
    }

    /// Runs the server under a shell that waits for the end of its standard input, which is the end of this process.
    fn keep(bin: &Path, folder: &Path, data: &Path) -> Child {
        let settings = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=400 \
                        -c shared_buffers=64MB -c listen_addresses=";
        let script = format!(
            "\"$0\" -D \"$1\" -k \"$2\" {settings} >\"$2/log\" 2>&1 & server=$!; read end; kill -TERM $server; \
             wait $server; rm -rf \"$2\""
        );
        as_server_user(Path::new("sh"))
            .arg("-c")
            .arg(script)
            .arg(bin.join("postgres"))
            .arg(data)
            .arg(folder)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn wait(&self) {
        for _ in 0..400 {
            if PgConnection::establish(&self.url("postgres")).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.socket.join("log")).unwrap_or_default();
        panic!("PostgreSQL did not start:\n{log}");
    }

    /// Where a database of this cluster is.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://slugline@/{database}?host={}", self.socket.display())
    }

    /// Makes a migrated database.
    pub fn database(&self) -> String {
        let name = format!("slugline_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let guard = self.creating.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.sql(&format!("CREATE DATABASE {name} TEMPLATE slugline_template STRATEGY FILE_COPY"));
        drop(guard);
        self.url(&name)
    }

    /// Makes an empty database.
    pub fn empty_database(&self) -> String {
        let name = format!("slugline_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql(&format!("CREATE DATABASE {name}"));
        self.url(&name)
    }

    /// Lets nobody connect to a database any more and cuts everybody off, or lets them in again.
    pub fn let_in(&self, url: &str, allowed: bool) {
        let name = url.split("@/").nth(1).and_then(|rest| rest.split('?').next()).unwrap();
        self.sql(&format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {allowed}"));
        if !allowed {
            self.sql(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
        }
    }

    fn sql(&self, statement: &str) {
        PgConnection::establish(&self.url("postgres")).unwrap().batch_execute(statement).unwrap();
    }
}
