//! What to compare with: actix-web that answers constant bytes, and nginx that serves a file, of the same sizes, with
//! as many workers. No headless CMS can be faster than these.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpResponseBuilder, HttpServer};

use crate::client::Connection;
use crate::options::Options;
use crate::process::{Running, output};
use crate::slugline::Server;
use crate::{Result, Why, interrupted};

/// The argument that makes this program the constant server.
pub const CONSTANT: &str = "--constant-server";
/// What Slugline says of a file beside what nginx says by itself.
const MEDIA_HEADERS: &str = "add_header Cache-Control \"public, max-age=300, stale-while-revalidate=60\";\n\
     add_header Content-Disposition \"inline; filename*=UTF-8''w640.webp\";\n\
     add_header Content-Security-Policy \"sandbox; default-src 'none'\";\n\
     add_header Cross-Origin-Resource-Policy cross-origin;\n\
     add_header X-Content-Type-Options nosniff;";
/// What Slugline says of every public answer.
const HEADERS: &[(&str, &str)] = &[
    ("Content-Type", "application/json"),
    ("Cache-Control", "public, max-age=0, s-maxage=60, stale-while-revalidate=60, stale-if-error=300"),
    ("ETag", "\"0123456789abcdef0123456789abcdef\""),
    ("Vary", "Accept-Encoding"),
    ("X-Content-Type-Options", "nosniff"),
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "ETag, Link, Location, Retry-After, X-Request-Id, Idempotency-Replayed, RateLimit, RateLimit-Policy",
    ),
];
const LOCAL: &str = "127.0.0.1";

/// A size of answers, and its name in paths.
pub struct Size {
    /// What it is the size of.
    pub name: &'static str,
    /// In bytes.
    pub bytes: usize,
    /// The size of the file where only a part of it is asked for.
    pub whole: Option<usize>,
}

/// Starts this program again as the constant server.
pub fn start_constant(sizes: &[Size], options: &Options) -> Result<Server> {
    let program = std::env::current_exe().why("this program can't be found")?;
    let mut command = Command::new(program);
    command.args([CONSTANT, &options.workers.to_string()]);
    command.args(sizes.iter().map(|size| format!("{}={}", size.name, size.bytes)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = Running::start("the constant server", &mut command)?;
    let address = running.first_line()?;
    Ok(Server { running, address })
}

/// Is the constant server: `arguments` are the workers and the sizes. It ends with its standard input.
pub fn be_constant(arguments: &[String]) -> Result<()> {
    let (workers, sizes) = arguments.split_first().ok_or("the number of workers is missing")?;
    let workers: usize = workers.parse().why("the number of workers is not one")?;
    let parse = |text: &String| {
        let (name, bytes) = text.split_once('=')?;
        Some((format!("/{name}"), Bytes::from(vec![b'x'; bytes.parse().ok()?])))
    };
    let routes: Vec<(String, Bytes)> = sizes.iter().filter_map(parse).collect();
    std::thread::spawn(|| {
        drop(std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
        std::process::exit(0);
    });
    let listener = TcpListener::bind((LOCAL, 0)).why("no port is free")?;
    println!("{}", listener.local_addr().why("the port is unknown")?);
    let counted = Arc::new(AtomicU64::new(0));
    let server = HttpServer::new(move || {
        let same = Arc::clone(&counted);
        let unchanged = move || {
            let answer = dressed(HttpResponse::NotModified(), &same);
            async move { answer }
        };
        let app = App::new().route("/not_modified", web::get().to(unchanged));
        routes.iter().fold(app, |app, (path, bytes)| {
            let (bytes, counted) = (bytes.clone(), Arc::clone(&counted));
            let answer = move || {
                let answer = dressed(HttpResponse::Ok(), &counted).set_body(bytes.clone());
                async move { answer }
            };
            app.route(path, web::get().to(answer))
        })
    });
    let server = server.workers(workers).listen(listener).why("the port can't be used")?;
    actix_web::rt::System::new().block_on(server.run()).why("the constant server failed")
}

/// An answer with the headers that Slugline's have, an id of its own and a count: what any server does that is watched.
fn dressed(mut answer: HttpResponseBuilder, counted: &AtomicU64) -> HttpResponse<Bytes> {
    counted.fetch_add(1, Ordering::Relaxed);
    answer.insert_header(("X-Request-Id", uuid::Uuid::now_v7().to_string()));
    for (name, value) in HEADERS {
        answer.insert_header((*name, *value));
    }
    answer.finish().set_body(Bytes::new())
}

/// Starts nginx in a folder of its own; none where the machine has none. Also what it calls itself.
pub fn start_nginx(folder: &Path, sizes: &[Size], options: &Options) -> Result<Option<(Server, String)>> {
    let Some(version) = nginx_version() else { return Ok(None) };
    for inner in ["files", "tmp"] {
        std::fs::create_dir_all(folder.join(inner)).why("a folder for nginx can't be made")?;
    }
    for size in sizes {
        std::fs::write(folder.join("files").join(size.name), vec![b'x'; size.whole.unwrap_or(size.bytes)])
            .why("a file can't be written")?;
    }
    let address = format!("{LOCAL}:{}", free_port()?);
    std::fs::write(folder.join("nginx.conf"), configuration(&address, options)?).why("nginx.conf can't be written")?;
    let mut command = Command::new("nginx");
    command.arg("-p").arg(folder).args(["-e", "stderr", "-c", "nginx.conf"]).stdin(Stdio::null());
    let log = std::fs::File::create(folder.join("log")).why("a log file can't be made")?;
    let mut running = Running::start("nginx", command.stdout(Stdio::null()).stderr(log))?;
    let since = Instant::now();
    while Connection::open(&address).is_err() {
        interrupted()?;
        if running.has_ended() || since.elapsed() > Duration::from_secs(20) {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            return Err(format!("nginx did not start:\n{log}"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(Some((Server { running, address }, version)))
}

/// nginx as its manual advises for static files, without a line of log for each request unless ours writes one too.
fn configuration(address: &str, options: &Options) -> Result<String> {
    // Workers of a master that is root would become a user who may not enter the folder.
    let user = if output("id", Command::new("id").arg("-u"))?.trim() == "0" { "user root root;" } else { "" };
    let log = if options.access_log { "access.log" } else { "off" };
    let headers: String = HEADERS
        .iter()
        .filter(|(name, _)| !matches!(*name, "Content-Type" | "ETag"))
        .map(|(name, value)| format!("add_header {name} \"{}\";\n", value.replace('"', "\\\"")))
        .collect();
    let places: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("{kind}_temp_path tmp/{kind};\n"))
        .collect();
    Ok(format!(
        "{user}\ndaemon off;\nworker_processes {};\npid nginx.pid;\nevents {{ worker_connections 1024; }}\n\
         http {{\nsendfile on;\ntcp_nopush on;\naccess_log {log};\ndefault_type application/json;\n\
         keepalive_requests 1000000000;\nopen_file_cache max=100 inactive=1h;\n{places}\
         server {{ listen {address}; root files;\n{headers}add_header X-Request-Id $request_id;\n\
         location = /variant {{ default_type image/webp;\n{MEDIA_HEADERS} }}\n\
         location = /film_range {{ default_type video/mp4;\n{MEDIA_HEADERS} }}\n}}\n}}\n",
        options.workers
    ))
}

fn nginx_version() -> Option<String> {
    let made = Command::new("nginx").arg("-v").output().ok()?;
    // It prints its version to standard error.
    let text = String::from_utf8_lossy(&made.stderr).into_owned();
    text.trim().strip_prefix("nginx version: ").map(str::to_owned)
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16> {
    let bound = TcpListener::bind((LOCAL, 0)).and_then(|listener| listener.local_addr());
    Ok(bound.why("no port is free")?.port())
}
