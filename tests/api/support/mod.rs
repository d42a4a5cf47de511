//! Starts the real application, each test on its own database, and talks to it over HTTP.

pub mod client;
pub mod files;
pub mod films;
pub mod issuer;
pub mod letters;
pub mod moto;
pub mod origin;
pub mod pictures;
pub mod postgres;
pub mod receiver;
pub mod rows;
pub mod statements;
pub mod stream;
pub mod writes;

use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use clap::{Args, Command, FromArgMatches};
use slugline::app::{App, Clock};
use slugline::config::Config;
use slugline::http::middleware::metrics::Metrics;
use slugline::server;
use slugline::store::{DatabaseUrl, Store, migrate};

pub use client::{Answer, Client, Session};

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// Declares a story that is told on both databases: `both!(a_story(app) { … })`; `both!(with FLAGS; a_story(app) { … })`
/// starts the application with further flags.
#[macro_export]
macro_rules! both {
    (with $flags:expr; $($(#[$meta:meta])* $name:ident($app:ident) $body:block)+) => { $(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "each story uses what it needs of its file")]
            use super::*;

            fn story($app: &$crate::support::TestApp) $body

            #[test]
            fn sqlite() {
                let Some(app) = $crate::support::TestApp::start_with($crate::support::Database::Sqlite, $flags) else { return };
                story(&app);
            }

            #[test]
            fn postgres() {
                let Some(app) = $crate::support::TestApp::start_with($crate::support::Database::Postgres, $flags) else { return };
                story(&app);
            }
        }
    )+ };
    ($($stories:tt)+) => { $crate::both! { with &[]; $($stories)+ } };
}

/// Declares a story that is told on both databases with the files in a folder, and with the files in a bucket.
#[macro_export]
macro_rules! everywhere {
    ($($(#[$meta:meta])* $name:ident($app:ident) $body:block)+) => { $(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "each story uses what it needs of its file")]
            use super::*;

            fn tell($app: &$crate::support::TestApp) $body

            $crate::both! { on_disk($app) { tell($app); } }

            #[test]
            fn in_s3() {
                let Some(app) = $crate::support::TestApp::start_in_s3() else { return };
                tell(&app);
            }
        }
    )+ };
}

/// A running application.
pub struct TestApp {
    pub app: Arc<App>,
    pub address: String,
    pub clock: Clock,
    pub database: Database,
    stop: Option<actix_web::dev::ServerHandle>,
    thread: Option<std::thread::JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl TestApp {
    /// Starts it; none where this machine can't (and says so).
    pub fn start(database: Database) -> Option<Self> {
        Self::start_with(database, &[])
    }

    /// Starts it with SQLite, and with its files in a part of a bucket of its own; none where there is no S3.
    pub fn start_in_s3() -> Option<Self> {
        let flags = moto::server()?.flags();
        Self::start_with(Database::Sqlite, &flags.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Starts it with further flags.
    pub fn start_with(database: Database, flags: &[&str]) -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("slugline-test-").tempdir().unwrap();
        let url = match database {
            Database::Sqlite => {
                let file = folder.path().join("slugline.db");
                std::fs::copy(sqlite_template(), &file).unwrap();
                format!("sqlite://{}", file.display())
            }
            Database::Postgres => postgres::cluster()?.database(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let config = config(&url, folder.path(), &address, flags);
        Some(Self::serve(config, Clock::default(), database, listener, folder))
    }

    /// A second server on the database of another one, with its clock and its files.
    pub fn beside(other: &Self) -> Self {
        let folder = tempfile::Builder::new().prefix("slugline-test-").tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self::serve(other.app.config.clone(), other.clock.clone(), other.database, listener, folder)
    }

    fn serve(
        config: Config,
        clock: Clock,
        database: Database,
        listener: TcpListener,
        folder: tempfile::TempDir,
    ) -> Self {
        let address = listener.local_addr().unwrap().to_string();
        let app = App::open(config, clock.clone(), false).unwrap();
        let (send, receive) = std::sync::mpsc::channel();
        let serving = Arc::clone(&app);
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = server::run(serving, &Metrics::new(), listener).unwrap();
                send.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let stop = receive.recv().unwrap();
        Self { app, address, clock, database, stop: Some(stop), thread: Some(thread), _folder: folder }
    }

    /// Somebody without an account.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.address)
    }

    /// Somebody with this role, signed in.
    pub fn signed_in(&self, role: &str) -> Session {
        client::sign_in(self, role)
    }

    /// An editor, signed in.
    pub fn editor(&self) -> Session {
        self.signed_in("editor")
    }

    /// Asks the server to stop once it has finished what it is at.
    pub fn begin_stop(&mut self) {
        self.app.drain();
        if let Some(stop) = self.stop.take() {
            drop(stop.stop(true));
        }
    }

    /// Waits until the server has stopped.
    pub fn stopped(&mut self) {
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }

    /// Writes down the views that are counted in memory, as the job does.
    pub fn flush_views(&self) {
        let counted = self.app.views.take();
        self.app.write_here(|cx, _| slugline::domain::views::flush(cx, &counted)).unwrap();
    }

    /// One turn of the jobs that follow commits and the clock.
    pub fn run_jobs(&self) {
        run_jobs(&self.app);
    }

    /// The same, where it may fail.
    pub fn try_jobs(&self) -> slugline::error::Result<()> {
        try_jobs(&self.app)
    }

    /// A second node on the same database, with the same clock; without a door of its own.
    pub fn second_node(&self) -> Arc<App> {
        App::open(self.app.config.clone(), self.clock.clone(), false).unwrap()
    }

    /// The command line beside the application, with the same settings.
    pub fn command(&self, name: &str) -> std::process::Command {
        let config = &self.app.config;
        let url = match &config.database.database_url {
            DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        };
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_slugline"));
        command.arg(name).current_dir(&config.files.data_dir).env("DATABASE_URL", url);
        command.env("SLUGLINE_DATA_DIR", &config.files.data_dir).env("SLUGLINE_MEDIA_STORE", &config.files.media_store);
        command.envs(config.database.secret.as_ref().map(|secret| ("SLUGLINE_SECRET", secret)));
        command
    }

    /// Lets time pass.
    pub fn advance(&self, seconds: i64) {
        self.clock.advance(seconds);
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.app.drain();
        if let Some(stop) = self.stop.take() {
            drop(stop.stop(false));
        }
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Whether something comes true within some seconds, however busy the machine is.
pub fn eventually(mut comes: impl FnMut() -> bool) -> bool {
    (0..1_000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        comes()
    })
}

/// One turn of a node's jobs that follow commits and the clock.
pub fn run_jobs(app: &Arc<App>) {
    try_jobs(app).unwrap();
}

fn try_jobs(app: &Arc<App>) -> slugline::error::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(slugline::jobs::turn(app))
}

/// The configuration as the command line would read it.
pub fn config(database: &str, folder: &Path, address: &str, flags: &[&str]) -> Config {
    let media = format!("file://{}", folder.join("media").display());
    let public = format!("http://{address}");
    let data = folder.display().to_string();
    let mut arguments = vec![
        "slugline",
        "--database-url",
        database,
        "--database-connections",
        "3",
        "--data-dir",
        &data,
        "--public-url",
        &public,
        "--site-url",
        "https://news.example",
        "--bind",
        address,
        "--workers",
        "1",
        "--drain-seconds",
        "1",
        "--secret",
        "9f2c41d0a7e85b36-tests-6c1e0b8d4f7a2953",
    ];
    if !flags.contains(&"--outbound-allow") {
        arguments.extend(["--outbound-allow", "127.0.0.0/8"]);
    }
    if !flags.contains(&"--media-store") {
        arguments.extend(["--media-store", media.as_str()]);
    }
    // Stories ask more often than people do.
    for limit in ["--limit-sign-in", "--limit-account", "--limit-search"] {
        if !flags.contains(&limit) {
            arguments.extend([limit, "1000000"]);
        }
    }
    arguments.extend(flags);
    let command = Config::augment_args(Command::new("slugline"));
    let mut config = Config::from_arg_matches(&command.get_matches_from(arguments)).unwrap();
    // All stories of a run share what one process may have open.
    config.server.open_files = 24;
    config
}

/// A migrated SQLite file, made once per run.
fn sqlite_template() -> &'static Path {
    static TEMPLATE: OnceLock<std::path::PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = tempfile::Builder::new().prefix("slugline-template-").tempdir().unwrap().keep();
        let file = folder.join("template.db");
        let url = DatabaseUrl::Sqlite(file.clone());
        let store = Store::open(&url, 1).unwrap();
        migrate::run(&store).unwrap();
        store.checkpoint().unwrap();
        file
    })
}
