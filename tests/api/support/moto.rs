//! An S3-compatible store for one run of the tests: the `moto_server` of Python's `moto`. It listens on the loopback
//! only, keeps everything in memory, and ends with the process, however that ends.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The key that tests ask the store with.
pub const SECRET: &str = "not-to-be-seen-anywhere";
const BUCKET: &str = "slugline-tests";

/// A running store with a bucket.
pub struct Moto {
    port: u16,
    parts: AtomicU32,
    _keeper: Child,
}

static MOTO: OnceLock<Option<Moto>> = OnceLock::new();

/// The store, started when it is first asked for; none where the machine has no `moto_server`, which
/// `SLUGLINE_MOTO_SERVER` may name.
pub fn server() -> Option<&'static Moto> {
    MOTO.get_or_init(|| {
        let found = binary();
        if found.is_none() {
            let required = std::env::var_os("SLUGLINE_REQUIRE_S3").is_some();
            assert!(!required, "SLUGLINE_REQUIRE_S3 is set, and no moto_server was found");
            let note = "\n*** NO MOTO_SERVER ON THIS MACHINE (pip install 'moto[server,s3]'): the tests with files in S3 are \
                        SKIPPED. ***\n\n";
            std::io::stderr().write_all(note.as_bytes()).unwrap();
        }
        found.map(|binary| Moto::start(&binary))
    })
    .as_ref()
}

fn binary() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("SLUGLINE_MOTO_SERVER") {
        return Some(PathBuf::from(named));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("moto_server")).find(|file| file.is_file())
}

/// A port that nobody listens on now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Moto {
    /// Runs it under a shell that waits for the end of its standard input, which is the end of this process.
    fn start(binary: &PathBuf) -> Self {
        let port = free_port();
        let script =
            "\"$0\" -H 127.0.0.1 -p \"$1\" >/dev/null 2>&1 & server=$!; read end; kill -TERM $server; wait $server";
        let keeper = Command::new("sh")
            .arg("-c")
            .arg(script)
            .arg(binary)
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let moto = Self { port, parts: AtomicU32::new(0), _keeper: keeper };
        moto.wait();
        let made = ureq::put(format!("{}/{BUCKET}", moto.endpoint())).send_empty().unwrap();
        assert!(made.status().is_success());
        moto
    }

    fn wait(&self) {
        for _ in 0..600 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("moto_server did not start");
    }

    /// Where it answers.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What lets an application keep its files here, apart from all others.
    pub fn flags(&self) -> Vec<String> {
        let part = self.parts.fetch_add(1, Ordering::Relaxed);
        let flags = [
            ["--media-store", &format!("s3://{BUCKET}/newsroom/{part}")],
            ["--aws-endpoint-url", &self.endpoint()],
            ["--aws-access-key-id", "tests"],
            ["--aws-secret-access-key", SECRET],
            ["--aws-allow-http", "true"],
        ];
        flags.into_iter().flatten().map(str::to_owned).collect()
    }
}
