//! What no row of requests can show: readers beside an attacker, and how soon one node knows what another was told.

pub mod attack;
pub mod nodes;

use serde_json::{Value, json};

use crate::report::Table;

/// Latencies in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Latencies {
    /// How many there were.
    pub count: usize,
    /// The middle one.
    pub p50: f64,
    /// What one of a hundred is slower than.
    pub p99: f64,
    /// The slowest.
    pub most: f64,
}

impl Latencies {
    /// Sums up; in milliseconds.
    pub fn of(mut all: Vec<f64>) -> Self {
        all.sort_by(f64::total_cmp);
        let part = |share: usize| all.get((all.len() * share / 100).min(all.len().saturating_sub(1))).copied();
        Self {
            count: all.len(),
            p50: part(50).unwrap_or_default(),
            p99: part(99).unwrap_or_default(),
            most: part(100).unwrap_or_default(),
        }
    }

    fn cells(&self) -> [String; 4] {
        let millis = |value: f64| format!("{value:.2}");
        [self.count.to_string(), millis(self.p50), millis(self.p99), millis(self.most)]
    }

    fn json(&self) -> Value {
        json!({ "count": self.count, "p50_millis": self.p50, "p99_millis": self.p99, "most_millis": self.most })
    }
}

/// What was found.
#[derive(Default)]
pub struct Asides {
    /// Readers beside an attacker.
    pub attack: Option<attack::Attack>,
    /// How soon a second node shows what was published at the first one.
    pub nodes: Option<Latencies>,
}

impl Asides {
    /// For other programs.
    pub fn json(&self) -> Value {
        json!({ "attack": self.attack.as_ref().map(attack::Attack::json), "nodes": self.nodes.map(|lag| lag.json()) })
    }

    /// For people; nothing of what was not measured.
    pub fn tables(&self) -> Vec<Table> {
        let mut all = Vec::new();
        if let Some(attack) = &self.attack {
            all.push(attack.table());
        }
        if let Some(lag) = &self.nodes {
            let head = vec!["Published at one node", "Shown by another", "times", "p50 ms", "p99 ms", "most ms"];
            let row = ["an article", "first of the list"].map(str::to_owned).into_iter().chain(lag.cells());
            all.push(Table { head, rows: vec![row.collect()] });
        }
        all
    }
}
