//! What was found: medians of rounds, and the machine that they were found on.

use std::time::Duration;

use serde_json::{Value, json};

use crate::aside::Asides;
use crate::baseline::Size;
use crate::cases::Case;
use crate::load::Round;
use crate::media::figures::Media;
use crate::options::Options;
use crate::slugline::ColdStart;

/// Everything that a run found.
pub struct Figures {
    /// Where, and with what.
    pub machine: Machine,
    /// A row a case of a server.
    pub rows: Vec<Row>,
    /// The sizes of answers.
    pub sizes: Vec<Size>,
    /// The servers' memory.
    pub memory: Vec<Memory>,
    /// How fast it starts.
    pub starts: Vec<Start>,
    /// Pictures and films.
    pub media: Media,
    /// An attacker, and two nodes.
    pub asides: Asides,
    /// The size of the binary, in bytes.
    pub binary: u64,
}

/// One case of one server.
pub struct Row {
    /// Which server: `sqlite`, `postgres`, `memory`, `bare`, `constant` or `nginx`.
    pub stand: &'static str,
    /// Which case.
    pub name: &'static str,
    /// The same for people.
    pub title: &'static str,
    /// The baseline of the same size.
    pub baseline: Option<&'static str>,
    /// Requests in all rounds.
    pub requests: usize,
    /// CPU time of the server for a request, in microseconds, in the round in the middle.
    pub server: f64,
    /// The same of the database's server.
    pub database: Option<f64>,
    /// The CPU time of both together in each round.
    pub rounds: Vec<f64>,
    /// Requests a second: the median of the rounds.
    pub per_second: f64,
    /// The median latency of all rounds, in milliseconds.
    pub p50: f64,
    /// The latency that one request of a hundred is slower than, in milliseconds.
    pub p99: f64,
}

/// Memory of a server and its children, in bytes.
pub struct Memory {
    /// Which server.
    pub stand: &'static str,
    /// Before the first request.
    pub idle: u64,
    /// After the last.
    pub loaded: u64,
    /// The most there ever was.
    pub peak: u64,
}

/// Starts, in milliseconds: medians.
pub struct Start {
    /// On which database.
    pub stand: &'static str,
    /// Until `/livez` was answered.
    pub live: f64,
    /// Until an article was answered.
    pub article: f64,
}

/// Where and how it was measured. Nothing in it names the machine.
pub struct Machine {
    /// The day.
    pub date: String,
    /// The model of its CPU.
    pub cpu: String,
    /// How many cores it has.
    pub cores: usize,
    /// The version of Linux.
    pub kernel: String,
    /// The version of PostgreSQL.
    pub postgres: Option<String>,
    /// The version of nginx.
    pub nginx: Option<String>,
    /// What was asked for, in a sentence.
    pub settings: String,
}

impl Row {
    /// Sums up the rounds of a case.
    pub fn of(stand: &'static str, case: &Case, rounds: &[Round]) -> Self {
        let each = |time: Duration, round: &Round| micros(time) / round.latencies.len() as f64;
        let total = |round: &Round| each(round.server + round.database.unwrap_or_default(), round);
        let mut by_cpu: Vec<&Round> = rounds.iter().collect();
        by_cpu.sort_by(|one, other| total(one).total_cmp(&total(other)));
        let of = |at: Option<&&Round>, value: &dyn Fn(&Round) -> f64| at.map_or(0.0, |round| value(round));
        let middle = by_cpu.get(by_cpu.len().saturating_sub(1) / 2);
        let mut latencies: Vec<u64> = rounds.iter().flat_map(|round| &round.latencies).copied().collect();
        latencies.sort_unstable();
        let part = |share: usize| {
            let at = (latencies.len() * share / 100).min(latencies.len().saturating_sub(1));
            latencies.get(at).map_or(0.0, |nanos| *nanos as f64 / 1e6)
        };
        Self {
            stand,
            name: case.name,
            title: case.title,
            baseline: case.baseline,
            requests: latencies.len(),
            server: of(middle, &|round| each(round.server, round)),
            database: middle.and_then(|round| Some(each(round.database?, round))),
            rounds: rounds.iter().map(total).collect(),
            per_second: median(
                rounds.iter().map(|round| round.latencies.len() as f64 / round.elapsed.as_secs_f64()).collect(),
            ),
            p50: part(50),
            p99: part(99),
        }
    }

    /// CPU time of server and database for a request, in microseconds.
    pub fn cpu(&self) -> f64 {
        self.server + self.database.unwrap_or(0.0)
    }

    /// The least and the most CPU time that a round found, in microseconds.
    pub fn spread(&self) -> (f64, f64) {
        let least = self.rounds.iter().copied().reduce(f64::min);
        let most = self.rounds.iter().copied().reduce(f64::max);
        (least.unwrap_or(0.0), most.unwrap_or(0.0))
    }

    /// How many times the CPU time of another row this one takes: the median of what each round says, for a slow minute of
    /// the machine slows both.
    fn times(&self, other: &Self) -> Option<f64> {
        let each = self.rounds.iter().zip(&other.rounds).filter(|(_, other)| **other > 0.0);
        let ratios: Vec<f64> = each.map(|(own, other)| own / other).collect();
        (!ratios.is_empty()).then(|| median(ratios))
    }
}

impl Start {
    /// Sums up starts.
    pub fn of(stand: &'static str, starts: &[ColdStart]) -> Self {
        let middle =
            |time: fn(&ColdStart) -> Duration| median(starts.iter().map(|start| micros(time(start)) / 1e3).collect());
        Self { stand, live: middle(|start| start.live), article: middle(|start| start.article) }
    }
}

impl Machine {
    /// This machine, today.
    pub fn this(options: &Options) -> Self {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        let cpu = read("/proc/cpuinfo");
        let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let effort = &options.effort;
        let logged = if options.access_log { "; every request is logged to a file" } else { "" };
        Self {
            date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
            cpu: model.map_or("unknown", |(_, model)| model).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            kernel: read("/proc/sys/kernel/osrelease").split('-').next().unwrap_or_default().trim().to_owned(),
            postgres: None,
            nginx: None,
            settings: format!(
                "{} articles, {} tags; {} worker(s) a server, {} connections; {} round(s) of {:.1} s{logged}",
                options.articles,
                options.tags,
                options.workers,
                effort.connections,
                options.rounds,
                effort.measured.as_secs_f64(),
            ),
        }
    }
}

impl Figures {
    /// The row of a server and a case.
    pub fn find(&self, stand: &str, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.stand == stand && row.name == name)
    }

    /// How many times the CPU time of the baseline's answer of the same size a row takes.
    pub fn ratio(&self, row: &Row, baseline: &str) -> Option<f64> {
        row.times(self.find(baseline, row.baseline?)?)
    }

    /// How many times the CPU time of the bare loop over its statements a row takes.
    pub fn beyond_bare(&self, row: &Row) -> Option<f64> {
        row.times(self.find("bare", row.name).filter(|_| row.stand == "sqlite")?)
    }

    /// For other programs.
    pub fn json(&self) -> Value {
        let row = |row: &Row| {
            json!({
                "server": row.stand, "case": row.name, "requests": row.requests,
                "cpu_micros": round(row.cpu()), "server_cpu_micros": round(row.server),
                "database_cpu_micros": row.database.map(round),
                "cpu_micros_rounds": row.rounds.iter().copied().map(round).collect::<Vec<_>>(),
                "cpu_micros_least": round(row.spread().0), "cpu_micros_most": round(row.spread().1),
                "requests_per_second": round(row.per_second),
                "p50_millis": round(row.p50), "p99_millis": round(row.p99),
                "times_constant": self.ratio(row, "constant").map(round), "times_nginx": self.ratio(row, "nginx").map(round),
                "times_bare": self.beyond_bare(row).map(round),
            })
        };
        let sizes: Vec<Value> =
            self.sizes.iter().map(|size| json!({ "answer": size.name, "bytes": size.bytes })).collect();
        let memory = |memory: &Memory| json!({ "server": memory.stand, "idle_bytes": memory.idle, "loaded_bytes": memory.loaded, "peak_bytes": memory.peak });
        let start = |start: &Start| json!({ "server": start.stand, "livez_millis": round(start.live), "article_millis": round(start.article) });
        let machine = &self.machine;
        json!({
            "slugline": env!("CARGO_PKG_VERSION"),
            "date": machine.date,
            "machine": { "cpu": machine.cpu, "cores": machine.cores, "kernel": machine.kernel,
                         "postgres": machine.postgres, "nginx": machine.nginx },
            "settings": machine.settings,
            "results": self.rows.iter().map(row).collect::<Vec<_>>(),
            "answers": sizes,
            "memory": self.memory.iter().map(memory).collect::<Vec<_>>(),
            "cold_starts": self.starts.iter().map(start).collect::<Vec<_>>(),
            "media": self.media.json(),
            "asides": self.asides.json(),
            "binary_bytes": self.binary,
        })
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// The middle value; of two, the lower.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}
