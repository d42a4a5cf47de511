//! One client that tries 1 000 passwords a second, each for another account, beside readers who ask at a steady pace:
//! before, and meanwhile.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Latencies;
use crate::client::{Connection, get, post};
use crate::cores;
use crate::options::Options;
use crate::process::memory;
use crate::report::{Table, mib};
use crate::slugline::{CACHE_MIB, Newsroom};
use crate::{Result, interrupted};

/// Requests of all readers in a second, and their connections.
const READS: (u32, u32) = (800, 8);
/// Tries in a second, and the connections of the attacker.
const TRIES: (u32, u32) = (1_000, 32);
/// How long the readers are alone, and how long they are not.
const LASTS: Duration = Duration::from_secs(10);

/// What was found.
pub struct Attack {
    readers: [Latencies; 2],
    tries: Latencies,
    /// Tries that were refused without looking at the password.
    refused: usize,
    /// Resident memory: before, at the end, and the most there ever was.
    memory: [u64; 3],
}

/// Those who share a pace.
struct Crowd<'a> {
    pace: (u32, u32),
    request: &'a (dyn Fn(usize) -> Vec<u8> + Sync),
    /// Latency in milliseconds, and status.
    answers: Mutex<Vec<(f64, u16)>>,
}

impl Crowd<'_> {
    /// One connection: a request whenever it is time, and as soon as the last was answered.
    fn one(&self, address: &str, number: u32, lasts: Duration) -> Result<()> {
        cores::for_client()?;
        let (rate, connections) = self.pace;
        let step = Duration::from_secs(1) * connections / rate;
        let (since, mut sent, mut all) = (Instant::now() + step * number / connections, 0, Vec::new());
        let mut connection = Connection::open(address)?;
        while sent < (lasts.as_nanos() / step.as_nanos().max(1)) as usize {
            interrupted()?;
            let due = since + step * u32::try_from(sent).unwrap_or(u32::MAX);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let asked = Instant::now();
            let answer = connection.send(&(self.request)(sent * connections as usize + number as usize))?;
            let (status, closes) = (answer.status, answer.header("connection") == Some("close"));
            all.push((asked.elapsed().as_secs_f64() * 1e3, status));
            if closes {
                connection = Connection::open(address)?;
            }
            sent += 1;
        }
        self.answers.lock().map_err(|_| "a client's thread panicked")?.extend(all);
        Ok(())
    }

    fn latencies(&self) -> Result<Vec<(f64, u16)>> {
        Ok(std::mem::take(&mut *self.answers.lock().map_err(|_| "a client's thread panicked")?))
    }
}

/// Measures it, on a newsroom of its own, with the limits that an operator gets without asking.
pub fn measure(folder: &Path, options: &Options) -> Result<Attack> {
    println!("attack: {} bad logins a second", TRIES.0);
    let newsroom = Newsroom::new(&folder.join("attack"), None, options)?;
    newsroom.seed(500, 5, 20)?;
    let server = newsroom.serve(CACHE_MIB)?;
    let id = server.running.id();
    let list = Connection::open(&server.address)?.get("/v1/articles?limit=100&fields=slug")?.json(200)?;
    let slugs: Vec<String> =
        list["data"].as_array().into_iter().flatten().filter_map(|card| crate::cases::text(card, "slug")).collect();
    let read = |number: usize| get(&format!("/v1/articles/{}", slugs[number % slugs.len()]), "");
    let guess = |number: usize| {
        let tried = json!({ "email": format!("guess{number}@example.org"), "password": "none of the right ones" });
        post("/v1/auth/login", "Content-Type: application/json\r\n", &tried.to_string())
    };
    let readers = Crowd { pace: READS, request: &read, answers: Mutex::default() };
    let attacker = Crowd { pace: TRIES, request: &guess, answers: Mutex::default() };
    let idle = memory(id, "VmRSS")?;
    run(&[&readers], &server.address)?;
    let alone = good(readers.latencies()?)?;
    run(&[&readers, &attacker], &server.address)?;
    let beside = good(readers.latencies()?)?;
    let tries = attacker.latencies()?;
    Ok(Attack {
        readers: [alone, beside].map(Latencies::of),
        refused: tries.iter().filter(|(_, status)| *status == 429).count(),
        tries: Latencies::of(tries.into_iter().map(|(millis, _)| millis).collect()),
        memory: [idle, memory(id, "VmRSS")?, memory(id, "VmHWM")?],
    })
}

fn run(crowds: &[&Crowd], address: &str) -> Result<()> {
    std::thread::scope(|scope| {
        let clients = crowds.iter().flat_map(|crowd| (0..crowd.pace.1).map(move |number| (crowd, number)));
        let threads: Vec<_> =
            clients.map(|(crowd, number)| scope.spawn(move || crowd.one(address, number, LASTS))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a client's thread panicked".to_owned())?)
    })
}

/// Readers are all answered.
fn good(answers: Vec<(f64, u16)>) -> Result<Vec<f64>> {
    match answers.iter().find(|(_, status)| *status != 200) {
        Some((_, status)) => Err(format!("attack: a reader was answered with {status}")),
        None => Ok(answers.into_iter().map(|(millis, _)| millis).collect()),
    }
}

impl Attack {
    /// For other programs.
    pub fn json(&self) -> Value {
        let [alone, beside] = self.readers.map(|latencies| latencies.json());
        let [idle, loaded, peak] = self.memory;
        json!({ "readers_alone": alone, "readers_beside": beside, "tries": self.tries.json(), "refused": self.refused,
                "idle_bytes": idle, "loaded_bytes": loaded, "peak_bytes": peak })
    }

    /// For people.
    pub fn table(&self) -> Table {
        let [alone, beside] = &self.readers;
        let [idle, loaded, peak] = self.memory.map(mib);
        let row = |who: &str, latencies: &Latencies, refused: String, memory: String| {
            let cells = [who.to_owned()].into_iter().chain(latencies.cells()).chain([refused, memory]);
            cells.collect::<Vec<_>>()
        };
        let head =
            vec!["Beside an attacker", "requests", "p50 ms", "p99 ms", "most ms", "refused (429)", "server's MiB"];
        let rows = vec![
            row("Readers, alone", alone, String::new(), idle),
            row("Readers, beside 1 000 bad logins a second", beside, String::new(), format!("{loaded}, peak {peak}")),
            row("The attacker", &self.tries, self.refused.to_string(), String::new()),
        ];
        Table { head, rows }
    }
}
