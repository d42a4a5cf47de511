//! What to compare with: actix-web that answers constant bytes, and nginx that serves a file, of the same sizes, with
//! as many workers. No headless CMS can be faster than these.

use std::borrow::Cow;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer};
use serde::{Deserialize, Serialize};

use crate::client::Connection;
use crate::options::Options;
use crate::process::{Running, output};
use crate::slugline::Server;
use crate::{Result, Why, interrupted};

/// The argument that makes this program the constant server.
pub const CONSTANT: &str = "--constant-server";
/// What a server says of each answer by itself.
const OWN: &[&str] = &["content-length", "date", "x-request-id"];
/// What nginx says of a file by itself beside these.
const OF_NGINX: &[&str] = &["accept-ranges", "content-range", "content-type", "etag", "last-modified"];
/// So many requests tell the size of their answers.
const ASKED: usize = 100;
/// As many answers lie in memory, or in files, at the most.
const MOST_ANSWERS: usize = 500;
const LOCAL: &str = "127.0.0.1";

/// A size of answers with their headers, and its name in paths.
#[derive(Serialize, Deserialize)]
pub struct Size {
    /// What it is the size of.
    pub name: Cow<'static, str>,
    /// In bytes.
    pub bytes: usize,
    /// How many of them are asked for in turn.
    pub answers: usize,
    /// Names and values: what Slugline says of such an answer.
    pub headers: Vec<(String, String)>,
    /// The size of the file where only a part of it is asked for.
    pub whole: Option<usize>,
}

impl Size {
    /// The mean size of what is answered to these requests, and the headers of the first of them.
    pub fn of(name: &'static str, connection: &mut Connection, requests: &[Vec<u8>]) -> Result<Self> {
        let asked = &requests[..requests.len().min(ASKED)];
        let (mut sum, mut headers) = (0, Vec::new());
        for request in asked {
            let answer = connection.send(request)?;
            sum += answer.body.len();
            if headers.is_empty() {
                let all = answer.headers().filter(|(name, _)| !OWN.contains(&name.as_str()));
                headers = all.map(|(name, value)| (name, value.to_owned())).collect();
            }
        }
        let answers = requests.len().clamp(1, MOST_ANSWERS);
        Ok(Self { name: name.into(), bytes: sum / asked.len().max(1), answers, headers, whole: None })
    }
}

/// Starts this program again as the constant server.
pub fn start_constant(sizes: &[Size], options: &Options) -> Result<Server> {
    let program = std::env::current_exe().why("this program can't be found")?;
    let mut command = Command::new(program);
    command.args([CONSTANT, &options.workers.to_string()]);
    command.arg(serde_json::to_string(sizes).why("the sizes can't be told")?);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = Running::start("the constant server", &mut command)?;
    let address = running.first_line()?;
    Ok(Server { running, address })
}

/// Is the constant server: `arguments` are the workers and the sizes. It ends with its standard input.
pub fn be_constant(arguments: &[String]) -> Result<()> {
    let [workers, sizes] = arguments else { return Err("there must be workers and sizes".to_owned()) };
    let workers: usize = workers.parse().why("the number of workers is not one")?;
    let sizes: Vec<Size> = serde_json::from_str(sizes).why("these are no sizes")?;
    let answers: Vec<(String, Constant)> =
        sizes.iter().map(|size| Ok((format!("/{}", size.name), Constant::of(size)?))).collect::<Result<_>>()?;
    std::thread::spawn(|| {
        drop(std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
        std::process::exit(0);
    });
    let listener = TcpListener::bind((LOCAL, 0)).why("no port is free")?;
    println!("{}", listener.local_addr().why("the port is unknown")?);
    let counted = Arc::new(AtomicU64::new(0));
    let server = HttpServer::new(move || {
        answers.iter().fold(App::new(), |app, (path, constant)| {
            let (constant, counted) = (constant.clone(), Arc::clone(&counted));
            let answer = move || std::future::ready(constant.answer(&counted));
            app.route(&format!("{path}/{{number}}"), web::get().to(answer))
        })
    });
    let server = server.workers(workers).listen(listener).why("the port can't be used")?;
    actix_web::rt::System::new().block_on(server.run()).why("the constant server failed")
}

/// An answer that is always the same.
#[derive(Clone)]
struct Constant {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// As many as Slugline has such answers, each in a place of its own.
    bodies: Arc<[Bytes]>,
}

impl Constant {
    fn of(size: &Size) -> Result<Self> {
        let header = |(name, value): &(String, String)| {
            let name = HeaderName::from_bytes(name.as_bytes()).why("this is no name of a header")?;
            Ok((name, HeaderValue::from_str(value).why("this is no value of a header")?))
        };
        let status = if size.bytes == 0 { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
        let headers = size.headers.iter().map(header).collect::<Result<_>>()?;
        let bodies = (0..size.answers).map(|_| Bytes::from(vec![b'x'; size.bytes])).collect();
        Ok(Self { status, headers, bodies })
    }

    /// With the headers that Slugline's answer has, an id of its own and a count: what any server does that is watched.
    fn answer(&self, counted: &AtomicU64) -> HttpResponse<Bytes> {
        let number = usize::try_from(counted.fetch_add(1, Ordering::Relaxed)).unwrap_or(0);
        let mut answer = HttpResponse::build(self.status);
        answer.insert_header(("X-Request-Id", uuid::Uuid::now_v7().to_string()));
        for (name, value) in &self.headers {
            answer.append_header((name.clone(), value.clone()));
        }
        answer.finish().set_body(self.bodies.get(number % self.bodies.len()).cloned().unwrap_or_default())
    }
}

/// Starts nginx in a folder of its own; none where the machine has none. Also what it calls itself.
pub fn start_nginx(folder: &Path, sizes: &[Size], options: &Options) -> Result<Option<(Server, String)>> {
    let Some(version) = nginx_version() else { return Ok(None) };
    for inner in ["files", "tmp"] {
        std::fs::create_dir_all(folder.join(inner)).why("a folder for nginx can't be made")?;
    }
    for size in sizes {
        let files = folder.join("files").join(&*size.name);
        std::fs::create_dir_all(&files).why("a folder for files can't be made")?;
        for number in 0..size.answers {
            std::fs::write(files.join(number.to_string()), vec![b'x'; size.whole.unwrap_or(size.bytes)])
                .why("a file can't be written")?;
        }
    }
    let address = format!("{LOCAL}:{}", free_port()?);
    std::fs::write(folder.join("nginx.conf"), configuration(&address, sizes, options)?)
        .why("nginx.conf can't be written")?;
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
fn configuration(address: &str, sizes: &[Size], options: &Options) -> Result<String> {
    // Workers of a master that is root would become a user who may not enter the folder.
    let user = if output("id", Command::new("id").arg("-u"))?.trim() == "0" { "user root root;" } else { "" };
    let log = if options.access_log { "access.log" } else { "off" };
    let places: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("{kind}_temp_path tmp/{kind};\n"))
        .collect();
    let locations: String = sizes.iter().map(location).collect();
    let files: usize = sizes.iter().map(|size| size.answers).sum();
    Ok(format!(
        "{user}\ndaemon off;\nworker_processes {};\nworker_rlimit_nofile {};\npid nginx.pid;\nevents {{ worker_connections 1024; }}\n\
         http {{\nsendfile on;\ntcp_nopush on;\naccess_log {log};\n\
         keepalive_requests 1000000000;\nopen_file_cache max=10000 inactive=1h;\n{places}\
         server {{ listen {address}; root files;\n{locations}}}\n}}\n",
        options.workers,
        2 * files + 1024
    ))
}

/// A file, with the headers that Slugline's answer has.
fn location(size: &Size) -> String {
    let value = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"");
    let kind = size.headers.iter().find(|(name, _)| name == "content-type").map(|(_, kind)| value(kind));
    let others = size.headers.iter().filter(|(name, _)| !OF_NGINX.contains(&name.as_str()));
    let headers: String = others.map(|(name, text)| format!("add_header {name} \"{}\";\n", value(text))).collect();
    format!(
        "location /{}/ {{ default_type \"{}\";\n{headers}add_header X-Request-Id $request_id;\n}}\n",
        size.name,
        kind.unwrap_or_default()
    )
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
