//! Which cores the servers have, and which the clients: a client that runs on the server's core empties its caches, and
//! what is measured then is the machine's memory.

use std::sync::LazyLock;

use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};

use crate::{Result, Why};

/// Half of the cores that this program may use for either; none where there is one core, or the kernel does not tell.
static HALVES: LazyLock<Option<[CpuSet; 2]>> = LazyLock::new(|| {
    let all = sched_getaffinity(None).ok()?;
    let cores: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|core| all.is_set(*core)).collect();
    let (servers, clients) = cores.split_at(cores.len() / 2);
    let set = |cores: &[usize]| {
        let mut set = CpuSet::new();
        cores.iter().for_each(|core| set.set(*core));
        set
    };
    (!servers.is_empty()).then(|| [set(servers), set(clients)])
});

/// Keeps a server that has just been started, and all that it starts, on the servers' cores.
pub fn for_server(process: u32) -> Result<()> {
    let Some([servers, _]) = &*HALVES else { return Ok(()) };
    let id = i32::try_from(process).ok().and_then(Pid::from_raw).ok_or("a process has no id")?;
    sched_setaffinity(Some(id), servers).why("a server can't be kept on its core")
}

/// How many cores the clients have.
pub fn of_clients() -> usize {
    HALVES.as_ref().map_or(1, |[_, clients]| usize::try_from(clients.count()).unwrap_or(1))
}

/// Whether servers and clients have the same cores.
pub fn are_shared() -> bool {
    HALVES.is_none()
}

/// Keeps the calling thread on the clients' cores.
pub fn for_client() -> Result<()> {
    let Some([_, clients]) = &*HALVES else { return Ok(()) };
    sched_setaffinity(None, clients).why("a client can't be kept on its core")
}
