//! The figures for people: a plain table for the terminal, and Markdown for the repository.

use std::fmt::Write;

use crate::figures::{Figures, Machine, Row};
use crate::media;

/// What the first columns hold; they are text, and the others numbers.
const TEXT_COLUMNS: usize = 2;

/// A table, for the terminal or for Markdown.
pub struct Table {
    /// The names of its columns.
    pub head: Vec<&'static str>,
    /// Its cells.
    pub rows: Vec<Vec<String>>,
}

/// For the terminal.
pub fn plain(figures: &Figures) -> String {
    let mut out = format!("{}\n", about(&figures.machine).join("\n"));
    for table in tables(figures) {
        out.push('\n');
        out.push_str(&table.plain());
    }
    let _ = writeln!(out, "\n{}", sizes(figures));
    out
}

/// For `benches/RESULTS.md`, with the name of its chart.
pub fn markdown(figures: &Figures, chart: Option<&str>) -> String {
    let mut out = String::from("# What was measured last\n\n");
    out.push_str(
        "Written by `cargo bench --bench speed -- --save`; [README.md](README.md) says what the words mean.\n\n",
    );
    for line in about(&figures.machine) {
        let _ = writeln!(out, "- {line}");
    }
    if let Some(chart) = chart {
        let _ = writeln!(out, "\n![CPU time for a request]({chart})");
    }
    for table in tables(figures) {
        out.push('\n');
        out.push_str(&table.markdown());
    }
    let _ = writeln!(out, "\n{}", sizes(figures));
    out
}

/// A stand's name for people.
pub fn server(stand: &str) -> &'static str {
    match stand {
        "sqlite" => "Slugline, SQLite",
        "memory" => "Slugline, from memory",
        "bare" => "SQLite, bare loop",
        "postgres" => "Slugline, PostgreSQL",
        "constant" => "actix-web, constant",
        _ => "nginx, static file",
    }
}

fn about(machine: &Machine) -> Vec<String> {
    let absent = |version: &Option<String>, name| version.clone().unwrap_or_else(|| format!("no {name}"));
    vec![
        format!("Slugline {}, {}", env!("CARGO_PKG_VERSION"), machine.date),
        format!("{}, {} cores, Linux {}", machine.cpu, machine.cores, machine.kernel),
        format!("{}, {}", absent(&machine.postgres, "PostgreSQL"), absent(&machine.nginx, "nginx")),
        machine.settings.clone(),
    ]
}

fn tables(figures: &Figures) -> Vec<Table> {
    let mut all = vec![requests(figures)];
    if !figures.starts.is_empty() {
        all.push(starts(figures));
    }
    all.push(memory(figures));
    all.extend(figures.asides.tables());
    all.extend(media::report::tables(&figures.media));
    all
}

fn requests(figures: &Figures) -> Table {
    let head = vec![
        "Request",
        "Server",
        "CPU µs",
        "of it database",
        "least–most",
        "requests/s",
        "p50 ms",
        "p99 ms",
        "× constant",
        "× nginx",
        "× bare",
    ];
    let times =
        |row: &Row, baseline| figures.ratio(row, baseline).map_or_else(String::new, |times| format!("{times:.1}"));
    let cells = |row: &Row| {
        vec![
            row.title.to_owned(),
            server(row.stand).to_owned(),
            format!("{:.1}", row.cpu()),
            row.database.map_or_else(String::new, |micros| format!("{micros:.1}")),
            format!("{:.1}–{:.1}", row.spread().0, row.spread().1),
            format!("{:.0}", row.per_second),
            format!("{:.2}", row.p50),
            format!("{:.2}", row.p99),
            times(row, "constant"),
            times(row, "nginx"),
            figures.beyond_bare(row).map_or_else(String::new, |times| format!("{times:.1}")),
        ]
    };
    Table { head, rows: figures.rows.iter().map(cells).collect() }
}

fn starts(figures: &Figures) -> Table {
    let head = vec!["Cold start until", "Server", "/livez ms", "an article ms"];
    let rows = figures.starts.iter().map(|start| {
        let name = "the first answer".to_owned();
        vec![name, server(start.stand).to_owned(), format!("{:.1}", start.live), format!("{:.1}", start.article)]
    });
    Table { head, rows: rows.collect() }
}

fn memory(figures: &Figures) -> Table {
    let head = vec!["Memory", "Server", "idle MiB", "after the load MiB", "peak MiB"];
    let rows = figures.memory.iter().map(|memory| {
        let name = "resident".to_owned();
        vec![name, server(memory.stand).to_owned(), mib(memory.idle), mib(memory.loaded), mib(memory.peak)]
    });
    Table { head, rows: rows.collect() }
}

/// Bytes in MiB.
pub fn mib(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1_048_576.0)
}

fn sizes(figures: &Figures) -> String {
    let name = |size: &str| match size {
        "detail" => "an article",
        "page" => "an article with related and popular",
        "list" => "a list of 20",
        "tag_page_3" => "a tag's third page",
        "detail_br" => "an article in Brotli",
        "list_br" => "a list in Brotli",
        "not_modified" => "nothing",
        "variant" => "a variant",
        _ => "a part of a film",
    };
    let answers: Vec<String> =
        figures.sizes.iter().map(|size| format!("{} {:.1} kB", name(&size.name), size.bytes as f64 / 1e3)).collect();
    format!("Binary: {:.1} MB. Answers: {}.", figures.binary as f64 / 1e6, answers.join(", "))
}

impl Table {
    fn plain(&self) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.chain(self.head.get(column).map(|cell| cell.chars().count())).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let line = |cells: Vec<&str>| {
            let fit = |(column, cell): (usize, &str)| match widths.get(column).copied().unwrap_or(0) {
                width if column < TEXT_COLUMNS => format!("{cell:<width$}"),
                width => format!("{cell:>width$}"),
            };
            cells.into_iter().enumerate().map(fit).collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
        };
        let mut out = line(self.head.clone());
        for row in &self.rows {
            out.push_str(&line(row.iter().map(String::as_str).collect()));
        }
        out
    }

    fn markdown(&self) -> String {
        let line = |cells: &[&str]| format!("| {} |\n", cells.join(" | "));
        let rule: Vec<&str> = (0..self.head.len()).map(|at| if at < TEXT_COLUMNS { "---" } else { "--:" }).collect();
        let mut out = line(&self.head) + &line(&rule);
        for row in &self.rows {
            out.push_str(&line(&row.iter().map(String::as_str).collect::<Vec<_>>()));
        }
        out
    }
}
