//! Child processes that always end with this program, and what the kernel counted for them: CPU time and memory.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::{Result, Why, cores, interrupted};

/// How long a server may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long a server may take to end by itself.
const END_LIMIT: Duration = Duration::from_secs(10);
/// What one tick of `/proc/PID/stat` is, in nanoseconds: 100 a second on every Linux that Rust's std runs on.
const TICK: u64 = 10_000_000;

/// A child process. Dropping it asks it to end, and makes it end if it does not.
pub struct Running {
    child: Child,
    name: &'static str,
}

impl Running {
    /// Starts it.
    pub fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        // A group of its own: Ctrl-C reaches this program only, which then ends its children in order.
        let child = command.process_group(0).spawn().why(format!("{name} can't be started"))?;
        let running = Self { child, name };
        cores::for_server(running.id()).map(|()| running)
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The first line that it prints, which servers do once they answer.
    pub fn first_line(&mut self) -> Result<String> {
        let out = self.child.stdout.take().ok_or_else(|| format!("{} has no standard output to read", self.name))?;
        let lines = read_lines(out);
        let since = Instant::now();
        loop {
            interrupted()?;
            match lines.recv_timeout(Duration::from_millis(100)) {
                Ok(line) => return Ok(line),
                Err(mpsc::RecvTimeoutError::Timeout) if since.elapsed() < START_LIMIT => {}
                Err(_) => return Err(format!("{} ended, or said nothing for {START_LIMIT:?}", self.name)),
            }
        }
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)) | Err(_))
    }

    /// Waits for the end of a process that does something once.
    pub fn done(&mut self) -> Result<()> {
        loop {
            interrupted()?;
            match self.child.try_wait().why(format!("{} is lost", self.name))? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("{} failed ({status})", self.name)),
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        if self.has_ended() {
            return;
        }
        // Asked first, because some of them have children of their own; std can only kill.
        let asked = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &self.id().to_string()]).status();
        let since = Instant::now();
        while asked.is_ok() && since.elapsed() < END_LIMIT {
            if self.has_ended() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        if self.child.kill().and_then(|()| self.child.wait()).is_err() {
            eprintln!("{} (process {}) could not be ended", self.name, self.id());
        }
    }
}

/// The lines of a child. They are read to the end, so that the child never waits for a reader.
fn read_lines(out: ChildStdout) -> mpsc::Receiver<String> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        BufReader::new(out).lines().map_while(|line| line.ok()).for_each(|line| drop(send.send(line)))
    });
    receive
}

/// What a command printed.
pub fn output(name: &str, command: &mut Command) -> Result<String> {
    interrupted()?;
    let made = command.stdin(Stdio::null()).output().why(format!("{name} can't be started"))?;
    if made.status.success() {
        return Ok(String::from_utf8_lossy(&made.stdout).into_owned());
    }
    Err(format!("{name} failed: {}", String::from_utf8_lossy(&made.stderr).trim()))
}

/// The CPU time that a process and all its descendants have used so far.
pub struct CpuTime {
    /// By task, in nanoseconds: exact, but gone with the task.
    tasks: HashMap<u64, u64>,
    /// Of all, ended children included, in nanoseconds: in steps of a tick.
    total: u64,
}

impl CpuTime {
    /// Reads it.
    pub fn of(root: u32) -> Result<Self> {
        let mut read = Self { tasks: HashMap::new(), total: 0 };
        for (id, stat) in family(root)? {
            // utime, stime, cutime and cstime.
            read.total += stat[11..15].iter().filter_map(|text| text.parse::<u64>().ok()).sum::<u64>() * TICK;
            let Ok(tasks) = fs::read_dir(format!("/proc/{id}/task")) else { continue };
            for task in tasks.flatten() {
                let name = task.file_name();
                let key = name.to_str().and_then(|name| name.parse().ok());
                let line = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
                let spent = line.split(' ').next().and_then(|text| text.parse().ok());
                if let (Some(key), Some(spent)) = (key, spent) {
                    read.tasks.insert(key, spent);
                }
            }
        }
        Ok(read)
    }

    /// What was used since an earlier reading: by task, unless one has ended meanwhile and took its count with it.
    pub fn since(&self, earlier: &Self) -> Duration {
        let all_there = !self.tasks.is_empty() && earlier.tasks.keys().all(|task| self.tasks.contains_key(task));
        let nanos = if all_there {
            self.tasks.iter().map(|(task, spent)| spent - earlier.tasks.get(task).unwrap_or(&0).min(spent)).sum()
        } else {
            self.total.saturating_sub(earlier.total)
        };
        Duration::from_nanos(nanos)
    }
}

/// A process and its descendants, each with the fields of its `/proc/PID/stat` from the third on.
fn family(root: u32) -> Result<Vec<(u32, Vec<String>)>> {
    let mut all: HashMap<u32, Vec<String>> = HashMap::new();
    for entry in fs::read_dir("/proc").why("/proc can't be read: the benches need Linux")?.flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The second field is a name in parentheses, which may hold anything.
        let Some((_, fields)) = stat.rsplit_once(") ") else { continue };
        all.insert(id, fields.split(' ').map(str::to_owned).collect());
    }
    let mut known = HashSet::from([root]);
    loop {
        let parent = |stat: &Vec<String>| stat.get(1).and_then(|text| text.parse().ok());
        let is_child = |stat| parent(stat).is_some_and(|parent: u32| known.contains(&parent));
        let more: Vec<u32> =
            all.iter().filter(|(id, stat)| !known.contains(id) && is_child(stat)).map(|(id, _)| *id).collect();
        if more.is_empty() {
            break;
        }
        known.extend(more);
    }
    all.retain(|id, stat| known.contains(id) && stat.len() > 15);
    if all.contains_key(&root) { Ok(all.into_iter().collect()) } else { Err(format!("process {root} has ended")) }
}

/// A size of `/proc/PID/status`, such as `VmRSS`, in bytes, of a process and its descendants.
pub fn memory(root: u32, field: &str) -> Result<u64> {
    let sizes = family(root)?.into_iter().filter_map(|(id, _)| {
        let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
        line.trim().trim_end_matches(" kB").parse::<u64>().ok()
    });
    Ok(sizes.sum::<u64>() * 1024)
}
