//! Counters for Prometheus (text exposition format 0.0.4), shared by all workers.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use actix_web::http::Method;

/// The media type of [`Metrics::render`].
pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The upper bounds of the latency buckets, in microseconds.
const BOUNDS: [u64; 12] = [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 500_000, 2_500_000, 10_000_000];

/// The kind of a value that is read when the metrics are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// May go up and down.
    Gauge,
    /// Only goes up.
    Counter,
}

struct Reading {
    name: &'static str,
    help: &'static str,
    kind: Kind,
    read: Box<dyn Fn() -> f64 + Send + Sync>,
}

/// All counters of the process. Made once, outside the app factory.
#[derive(Default)]
pub struct Metrics {
    routes: RwLock<HashMap<Box<str>, Arc<Route>>>,
    in_flight: AtomicI64,
    readings: RwLock<Vec<Reading>>,
}

/// The counters of a route.
pub struct Route {
    /// A pattern of the route table, never a path: the set of labels must be finite.
    pattern: Box<str>,
    counts: RwLock<Vec<Count>>,
    buckets: [AtomicU64; BOUNDS.len()],
    total: AtomicU64,
    micros: AtomicU64,
}

struct Count {
    method: &'static str,
    status: u16,
    requests: AtomicU64,
}

/// A request that is being answered, as long as this lives.
pub struct InFlight(Arc<Metrics>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}

impl Metrics {
    /// An empty registry.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Adds a value that is read by `read` each time the metrics are asked for; it must not block. `name` without
    /// the prefix `slugline_`.
    pub fn register(
        &self,
        name: &'static str,
        help: &'static str,
        kind: Kind,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        let reading = Reading { name, help, kind, read: Box::new(read) };
        self.readings.write().unwrap_or_else(PoisonError::into_inner).push(reading);
    }

    /// Counts a request in.
    #[must_use]
    pub fn enter(self: &Arc<Self>) -> InFlight {
        self.in_flight.fetch_add(1, Relaxed);
        InFlight(Arc::clone(self))
    }

    /// The counters of a route, by a pattern of the route table.
    #[must_use]
    pub fn route(&self, pattern: &str) -> Arc<Route> {
        let known = self.routes.read().unwrap_or_else(PoisonError::into_inner).get(pattern).map(Arc::clone);
        known.unwrap_or_else(|| {
            let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(routes.entry(pattern.into()).or_insert_with(|| Arc::new(Route::new(pattern))))
        })
    }

    /// Everything, as text.
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = String::with_capacity(16 * 1024);
        let routes = self.routes.read().unwrap_or_else(PoisonError::into_inner);
        let mut routes: Vec<_> = routes.iter().collect();
        routes.sort_unstable_by_key(|(pattern, _)| *pattern);
        head(&mut out, "requests_total", "Requests answered.", "counter");
        for (_, route) in &routes {
            route.write_counts(&mut out);
        }
        head(&mut out, "request_duration_seconds", "Time to the head of the answer.", "histogram");
        for (_, route) in &routes {
            route.write_histogram(&mut out);
        }
        head(&mut out, "requests_in_flight", "Requests being answered.", "gauge");
        line(&mut out, "requests_in_flight", "", self.in_flight.load(Relaxed) as f64);
        for reading in self.readings.read().unwrap_or_else(PoisonError::into_inner).iter() {
            let kind = if reading.kind == Kind::Counter { "counter" } else { "gauge" };
            head(&mut out, reading.name, reading.help, kind);
            line(&mut out, reading.name, "", (reading.read)());
        }
        out
    }
}

impl Route {
    fn new(pattern: &str) -> Self {
        let (total, micros) = Default::default();
        Self { pattern: pattern.into(), counts: RwLock::default(), buckets: Default::default(), total, micros }
    }

    /// Its pattern.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Counts an answer.
    pub fn observe(&self, method: &Method, status: u16, elapsed: Duration) {
        self.count(method_name(method), status);
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        if let Some(at) = BOUNDS.iter().position(|bound| micros <= *bound) {
            self.buckets[at].fetch_add(1, Relaxed);
        }
        self.total.fetch_add(1, Relaxed);
        self.micros.fetch_add(micros, Relaxed);
    }

    fn count(&self, method: &'static str, status: u16) {
        let same = |count: &&Count| count.status == status && count.method == method;
        if let Some(count) = self.counts.read().unwrap_or_else(PoisonError::into_inner).iter().find(same) {
            count.requests.fetch_add(1, Relaxed);
            return;
        }
        let mut counts = self.counts.write().unwrap_or_else(PoisonError::into_inner);
        match counts.iter().find(same) {
            Some(count) => {
                count.requests.fetch_add(1, Relaxed);
            }
            None => counts.push(Count { method, status, requests: AtomicU64::new(1) }),
        }
    }

    fn write_counts(&self, out: &mut String) {
        for count in self.counts.read().unwrap_or_else(PoisonError::into_inner).iter() {
            let labels = format!(
                "{{method=\"{}\",route=\"{}\",status=\"{}\"}}",
                count.method,
                escaped(&self.pattern),
                count.status
            );
            line(out, "requests_total", &labels, count.requests.load(Relaxed) as f64);
        }
    }

    fn write_histogram(&self, out: &mut String) {
        let route = escaped(&self.pattern);
        let mut below = 0;
        for (bound, bucket) in BOUNDS.iter().zip(&self.buckets) {
            below += bucket.load(Relaxed);
            let labels = format!("{{route=\"{route}\",le=\"{}\"}}", seconds(*bound));
            line(out, "request_duration_seconds_bucket", &labels, below as f64);
        }
        let total = self.total.load(Relaxed).max(below) as f64;
        line(out, "request_duration_seconds_bucket", &format!("{{route=\"{route}\",le=\"+Inf\"}}"), total);
        let labels = format!("{{route=\"{route}\"}}");
        line(out, "request_duration_seconds_sum", &labels, seconds(self.micros.load(Relaxed)));
        line(out, "request_duration_seconds_count", &labels, total);
    }
}

fn head(out: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(out, "# HELP slugline_{name} {help}\n# TYPE slugline_{name} {kind}");
}

fn line(out: &mut String, name: &str, labels: &str, value: f64) {
    let _ = writeln!(out, "slugline_{name}{labels} {value}");
}

fn seconds(micros: u64) -> f64 {
    micros as f64 / 1_000_000.0
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Clients can invent methods; labels can't.
fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
