//! A closed loop: so many connections, each sending its next request as soon as it has its answer. Whoever sends them never
//! sleeps: a sleeper on the same machine is woken up by the server, at the server's expense, which no reader far away is.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::client::{Connection, PATIENCE};
use crate::process::CpuTime;
use crate::{Result, cores, interrupted};

/// Where the requests of a case come from.
pub enum Requests {
    /// These, over and over.
    Ready(Vec<Vec<u8>>),
    /// Made from a number that no other request of the run has.
    Made(Box<dyn Fn(usize) -> Vec<u8> + Send + Sync>),
}

/// What is to be sent where, and whose CPU time is counted.
pub struct Target {
    /// Where to connect to.
    pub address: String,
    /// The server's process.
    pub server: u32,
    /// The first process of the database's server, if it has one.
    pub database: Option<u32>,
}

/// How long and how much.
#[derive(Clone, Copy)]
pub struct Effort {
    /// Connections.
    pub connections: usize,
    /// Before anything is counted.
    pub warm_up: Duration,
    /// While it is counted.
    pub measured: Duration,
    /// The most requests of one round.
    pub most: usize,
}

/// What one round found.
pub struct Round {
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// Of every request, in nanoseconds.
    pub latencies: Vec<u64>,
    /// CPU time of the server.
    pub server: Duration,
    /// CPU time of the database's server.
    pub database: Option<Duration>,
}

/// Sends requests, which must all be answered with `status`. `next` counts them over all rounds, so that each round
/// goes on in the list where the one before it ended.
pub fn round(target: &Target, requests: &Requests, status: u16, effort: Effort, next: &AtomicUsize) -> Result<Round> {
    let connect = |_| Connection::open(&target.address)?.without_waiting();
    let mut connections = (0..effort.connections).map(connect).collect::<Result<Vec<_>>>()?;
    let mut drive = |time: Duration| {
        let until = Until { time: Instant::now() + time, number: next.load(Ordering::Relaxed) + effort.most };
        all(&mut connections, requests, status, &until, next)
    };
    drive(effort.warm_up)?;
    let clocks = || -> Result<_> { Ok((CpuTime::of(target.server)?, target.database.map(CpuTime::of).transpose()?)) };
    let (server, database) = clocks()?;
    let since = Instant::now();
    let latencies = drive(effort.measured)?;
    let elapsed = since.elapsed();
    let (server_after, database_after) = clocks()?;
    if latencies.is_empty() {
        return Err("not one request was answered in time".to_owned());
    }
    Ok(Round {
        elapsed,
        latencies,
        server: server_after.since(&server),
        database: database_after.zip(database).map(|(after, before)| after.since(&before)),
    })
}

struct Until {
    time: Instant,
    number: usize,
}

/// Drives all connections, shared out among as many threads as the clients have cores.
fn all(
    connections: &mut [Connection],
    requests: &Requests,
    status: u16,
    until: &Until,
    next: &AtomicUsize,
) -> Result<Vec<u64>> {
    let share = connections.len().div_ceil(cores::of_clients()).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = connections
            .chunks_mut(share)
            .map(|share| scope.spawn(move || some(share, requests, status, until, next)))
            .collect();
        let mut latencies = Vec::new();
        for thread in threads {
            latencies.extend(thread.join().map_err(|_| "a client's thread panicked".to_owned())??);
        }
        Ok(latencies)
    })
}

fn some(
    connections: &mut [Connection],
    requests: &Requests,
    status: u16,
    until: &Until,
    next: &AtomicUsize,
) -> Result<Vec<u64>> {
    cores::for_client()?;
    let begin = |connection: &mut Connection| -> Result<Option<Instant>> {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if Instant::now() >= until.time || number >= until.number {
            return Ok(None);
        }
        let made;
        let request = match requests {
            Requests::Ready(all) => &all[number % all.len()],
            Requests::Made(make) => {
                made = make(number);
                &made
            }
        };
        let sent = Instant::now();
        connection.write(request).map(|()| Some(sent))
    };
    let mut sent = connections.iter_mut().map(begin).collect::<Result<Vec<_>>>()?;
    let mut latencies = Vec::new();
    while sent.iter().any(Option::is_some) {
        interrupted()?;
        for (connection, sent) in connections.iter_mut().zip(&mut sent) {
            let Some(since) = *sent else { continue };
            if !connection.look()? {
                if since.elapsed() > PATIENCE {
                    return Err("an answer did not come".to_owned());
                }
                continue;
            }
            let answer = connection.answer()?;
            if answer.status != status {
                let text = String::from_utf8_lossy(answer.body);
                return Err(format!("{} where {status} was expected: {text}", answer.status));
            }
            latencies.push(u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX));
            *sent = begin(connection)?;
        }
        if cores::are_shared() {
            std::thread::yield_now();
        }
    }
    Ok(latencies)
}
