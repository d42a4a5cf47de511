//! What the command line asks for.

use std::time::Duration;

use crate::Result;
use crate::load::Effort;

const HELP: &str = "cargo bench --bench speed -- [FLAGS]      or      SLUGLINE_BENCH='FLAGS' cargo bench

  --quick            one short round of everything, to see that it works
  --save             write benches/results.json, RESULTS.md and chart.svg
  --only STAND/CASE  what begins with this, several with commas: variants, upload, attack, nodes, sqlite, memory, bare,
                     postgres, constant, nginx; sqlite/detail, …
  --seconds N        measure each case for N seconds a round
  --rounds N         rounds
  --connections N    connections, each with one request at a time
  --workers N        workers of every server; half of the cores by default
  --articles N       articles in each newsroom, 10000 by default; --save then writes RESULTS-N.md alone
  --paragraphs N     paragraphs of an article, of 500 bytes each, 5 by default
  --access-log       servers log every request, to a file";

/// Articles of a newsroom, unless others are asked for.
const ARTICLES: usize = 10_000;

/// Paragraphs of an article, likewise.
const PARAGRAPHS: usize = 5;

/// What the command line asks for.
pub struct Options {
    /// Worker threads or processes of every server.
    pub workers: usize,
    /// Connections, time and counts of a round.
    pub effort: Effort,
    /// How often every case is measured.
    pub rounds: usize,
    /// How often a server is started to see how long that takes.
    pub starts: usize,
    /// Keep the figures in the repository.
    pub save: bool,
    /// Let servers log every request.
    pub access_log: bool,
    /// Articles to measure with.
    pub articles: usize,
    /// Paragraphs of each.
    pub paragraphs: usize,
    /// Tags to measure with.
    pub tags: usize,
    /// Nothing for everything.
    only: Vec<String>,
}

impl Options {
    /// From the arguments and `SLUGLINE_BENCH`; none when there is nothing to do.
    pub fn parse(arguments: &[String]) -> Result<Option<Self>> {
        let variable = std::env::var("SLUGLINE_BENCH").unwrap_or_default();
        let all: Vec<&str> = arguments.iter().map(String::as_str).chain(variable.split_whitespace()).collect();
        if all.iter().any(|argument| ["--help", "-h"].contains(argument)) {
            println!("{HELP}");
            return Ok(None);
        }
        if !all.contains(&"--bench") || cfg!(debug_assertions) {
            println!("Nothing is measured unless `cargo bench` asks for it.");
            return Ok(None);
        }
        let quick = all.contains(&"--quick");
        let mut options = Self::usual(quick);
        let mut all = all.into_iter();
        while let Some(argument) = all.next() {
            let mut value = || all.next().ok_or_else(|| format!("{argument} needs a value"));
            match argument {
                "--bench" | "--quick" => {}
                "--save" => options.save = true,
                "--access-log" => options.access_log = true,
                "--only" => options.only = value()?.split(',').map(str::to_owned).collect(),
                "--seconds" => options.effort.measured = Duration::from_secs(number(value()?)? as u64),
                "--rounds" => options.rounds = number(value()?)?,
                "--connections" => options.effort.connections = number(value()?)?,
                "--workers" => options.workers = number(value()?)?,
                "--articles" => options.articles = number(value()?)?,
                "--paragraphs" => options.paragraphs = number(value()?)?,
                other => return Err(format!("{other} is not known here\n\n{HELP}")),
            }
        }
        if options.save && options.is_usual() && (quick || !options.only.is_empty()) {
            return Err("--save keeps whole runs only: leave --quick and --only out".to_owned());
        }
        Ok(Some(options))
    }

    /// Whether the newsrooms are as large as those of the figures that are kept.
    pub fn is_usual(&self) -> bool {
        self.articles == ARTICLES && self.paragraphs == PARAGRAPHS
    }

    fn usual(quick: bool) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let (warm_up, measured) = if quick { (150, 600) } else { (400, 2_500) };
        Self {
            // The clients need the other half.
            workers: (cores / 2).max(1),
            effort: Effort {
                connections: 8,
                warm_up: Duration::from_millis(warm_up),
                measured: Duration::from_millis(measured),
                most: 1_000_000,
            },
            rounds: if quick { 1 } else { 3 },
            starts: if quick { 2 } else { 7 },
            save: false,
            access_log: false,
            articles: ARTICLES,
            paragraphs: PARAGRAPHS,
            tags: 200,
            only: Vec::new(),
        }
    }

    /// Whether a stand has anything to do.
    pub fn wants(&self, stand: &str) -> bool {
        let is_of = |only: &String| only.starts_with(stand) || stand.starts_with(only.as_str());
        self.only.is_empty() || self.only.iter().any(is_of)
    }

    /// Whether nothing is to be measured that needs the newsrooms.
    pub fn wants_no_stand(&self) -> bool {
        let is_alone = |only: &String| ["variants", "upload", "attack"].contains(&only.as_str());
        !self.only.is_empty() && self.only.iter().all(is_alone)
    }

    /// Whether a case of a stand is to be measured.
    pub fn wants_case(&self, stand: &str, case: &str) -> bool {
        let whole = format!("{stand}/{case}");
        self.only.is_empty() || self.only.iter().any(|only| whole.starts_with(only.as_str()))
    }
}

/// A count from 1 to 10 000 000.
fn number(text: &str) -> Result<usize> {
    text.parse()
        .ok()
        .filter(|number| (1..=10_000_000).contains(number))
        .ok_or_else(|| format!("{text} is not a count from 1 to 10000000"))
}
