//! The bare loop: the statements that the server runs for a request, with the values that it binds, over SQLite's C API
//! by rusqlite, in one thread. Every column of every row is read, and nothing is made of it. What a request costs beyond
//! this is Slugline's own: HTTP, rules, JSON.

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::connection::{Connection as _, InstrumentationEvent};
use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};
use slugline::domain::Cx;
use slugline::domain::memory::Memory;
use slugline::domain::reading::{self, Beside, ListRequest};
use slugline::model::paging::{Key, Paging, Position, Toward};
use slugline::model::urls::Urls;
use slugline::model::{FromText as _, Handle, Time};
use slugline::store::{Access, Conn, DatabaseUrl, Store};

use crate::cases::{All, Case};
use crate::figures::Row;
use crate::load::{Effort, Requests, Round};
use crate::options::Options;
use crate::{Result, Why, interrupted};

/// A statement with what is bound.
struct Asked {
    /// The same text is the same piece of memory.
    sql: Arc<str>,
    binds: Vec<Value>,
}

/// The statements of one request.
type Job = Vec<Asked>;

/// The loop over one newsroom's file.
pub struct Bare {
    connection: Connection,
    cases: Vec<Looped>,
}

/// A case, with what its requests ask the database.
struct Looped {
    case: Case,
    group: &'static str,
    jobs: Vec<Job>,
    next: AtomicUsize,
    rounds: Vec<Round>,
}

impl Bare {
    /// Notes the statements of all articles, of the newest 20, and of the third pages of all tags.
    pub fn of(file: &Path, all: &All, options: &Options) -> Result<Self> {
        let notes = Notes::open(file)?;
        let articles = all.details.iter().map(|path| notes.article(&handle(path)?));
        let pages = all.topics.iter().map(|tag| notes.third_page(tag)).collect::<Result<Vec<_>>>()?;
        let jobs = [
            ("detail", "detail", "The statements of an article", articles.collect::<Result<Vec<_>>>()?),
            ("list", "list", "The statements of the newest 20", vec![notes.list(&request(None, None))?.0]),
            ("list", "tag_page_3", "The statements of a third page", pages.into_iter().flatten().collect()),
        ];
        let connection = Connection::open(file).why("the newsroom's file can't be opened")?;
        connection.set_prepared_statement_cache_capacity(64);
        let settings = "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;";
        connection.execute_batch(settings).why("SQLite takes no settings")?;
        let case = |(group, name, title, jobs)| {
            let case = Case { name, title, status: 200, requests: Requests::Ready(Vec::new()), baseline: None };
            Looped { case, group, jobs, next: AtomicUsize::new(0), rounds: Vec::new() }
        };
        let wanted = jobs.into_iter().filter(|(_, name, ..)| options.wants_case("bare", name));
        Ok(Self { connection, cases: wanted.map(case).collect() })
    }

    /// One round of the cases beside answers of a size.
    pub fn round(&mut self, group: &str, effort: Effort) -> Result<()> {
        for Looped { case, jobs, next, rounds, .. } in self.cases.iter_mut().filter(|looped| looped.group == group) {
            let round = run(&self.connection, jobs, next, effort);
            rounds.push(round.map_err(|error| format!("bare/{}: {error}", case.name))?);
        }
        Ok(())
    }

    /// What the rounds found.
    pub fn rows(&self) -> Vec<Row> {
        self.cases.iter().map(|looped| Row::of("bare", &looped.case, &looped.rounds)).collect()
    }
}

fn run(connection: &Connection, jobs: &[Job], next: &AtomicUsize, effort: Effort) -> Result<Round> {
    let drive = |time: Duration| -> Result<Vec<u64>> {
        let (until, mut latencies) = (Instant::now() + time, Vec::new());
        while Instant::now() < until && latencies.len() < effort.most {
            interrupted()?;
            let since = Instant::now();
            read(connection, &jobs[next.fetch_add(1, Ordering::Relaxed) % jobs.len()]).why("a statement failed")?;
            latencies.push(u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX));
        }
        Ok(latencies)
    };
    drive(effort.warm_up)?;
    let (before, since) = (own_cpu()?, Instant::now());
    let latencies = drive(effort.measured)?;
    Ok(Round { elapsed: since.elapsed(), latencies, server: own_cpu()?.saturating_sub(before), database: None })
}

/// What a request reads, in one transaction as there.
fn read(connection: &Connection, job: &Job) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    for asked in job {
        let mut statement = connection.prepare_cached(&asked.sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(&asked.binds))?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                std::hint::black_box(match row.get_ref(column)? {
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len(),
                    _ => 0,
                });
            }
        }
    }
    connection.prepare_cached("COMMIT")?.execute([]).map(drop)
}

/// The CPU time of this thread so far.
fn own_cpu() -> Result<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").why("the kernel counts no CPU time")?;
    let nanos = text.split(' ').next().and_then(|spent| spent.parse().ok()).ok_or("schedstat has another form")?;
    Ok(Duration::from_nanos(nanos))
}

/// Runs use cases of reading, and notes what they ask.
struct Notes {
    store: Store,
    texts: RefCell<HashSet<Arc<str>>>,
    urls: Arc<Urls>,
    memory: Arc<Memory>,
}

impl Notes {
    fn open(file: &Path) -> Result<Self> {
        let store = Store::open(&DatabaseUrl::Sqlite(file.to_owned()), 1).why("the store can't be opened")?;
        let [api, site, account] = Default::default();
        let [article, article_in_locale, tag, author] = Default::default();
        let urls = Urls { api, site, article, article_in_locale, tag, author, account, signing: None };
        Ok(Self { store, texts: RefCell::default(), urls: Arc::new(urls), memory: Arc::default() })
    }

    fn noted<T>(&self, work: impl FnOnce(&mut Cx) -> slugline::error::Result<T>) -> Result<(Job, T)> {
        let noted: Arc<Mutex<Vec<String>>> = Arc::default();
        let notes = Arc::clone(&noted);
        let look = move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                notes.lock().unwrap_or_else(PoisonError::into_inner).push(query.to_string());
            }
        };
        let (now, urls) = (Time::system(), Arc::clone(&self.urls));
        let memory = Arc::clone(&self.memory);
        let done = self.store.run_here(Access::Read, |conn| {
            if let Conn::Sqlite(c) = conn {
                c.set_instrumentation(look);
            }
            work(&mut Cx::new(conn, now, urls, [0; 32], memory))
        });
        let found = done.why("a use case failed")?;
        let texts = noted.lock().unwrap_or_else(PoisonError::into_inner);
        let selects = texts.iter().filter(|text| text.starts_with("SELECT"));
        Ok((selects.map(|text| self.asked(text)).collect::<Result<_>>()?, found))
    }

    /// Takes what diesel tells of a statement apart: its text, and the values bound, as Rust shows them.
    fn asked(&self, told: &str) -> Result<Asked> {
        let (sql, binds) = told.rsplit_once(" -- binds: ").ok_or_else(|| format!("no values are told: {told}"))?;
        let known = self.texts.borrow().get(sql).cloned();
        let sql = known.unwrap_or_else(|| {
            let new: Arc<str> = sql.into();
            self.texts.borrow_mut().insert(Arc::clone(&new));
            new
        });
        Ok(Asked { sql, binds: values(binds)? })
    }

    fn article(&self, at: &Handle) -> Result<Job> {
        self.noted(|cx| reading::article(cx, at, None, Beside::default())).map(|(job, _)| job)
    }

    /// The statements of a part of a list, and where the next one begins.
    fn list(&self, request: &ListRequest) -> Result<(Job, Option<Position>)> {
        let (job, listed) = self.noted(|cx| reading::list(cx, request))?;
        let last = listed.stories.last().map(|story| Position {
            toward: Toward::Next,
            key: Key::from(story.copy.published_at),
            id: story.copy.article_id,
        });
        Ok((job, last))
    }

    fn third_page(&self, tag: &str) -> Result<Option<Job>> {
        let tag = handle(tag)?;
        let mut from = None;
        for _ in 0..2 {
            match self.list(&request(Some(tag.clone()), from))?.1 {
                Some(last) => from = Some(last),
                None => return Ok(None),
            }
        }
        self.list(&request(Some(tag), from)).map(|(job, last)| last.map(|_| job))
    }
}

fn request(tag: Option<Handle>, from: Option<Position>) -> ListRequest {
    let newest = ListRequest::newest(Paging::Keyset { limit: 20, from });
    ListRequest { tags: tag.map(|tag| vec![tag]), ..newest }
}

/// The last segment of a path.
fn handle(path: &str) -> Result<Handle> {
    let last = path.rsplit('/').next().unwrap_or(path);
    Handle::from_text(last).map_err(|(_, detail)| format!("{last}: {detail}"))
}

/// The values bound, as Rust shows them.
fn values(binds: &str) -> Result<Vec<Value>> {
    let list = binds.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let mut rest = list.ok_or_else(|| format!("these are no values: {binds}"))?;
    let mut values = Vec::new();
    while !rest.is_empty() {
        let (value, after) = value(rest).ok_or_else(|| format!("this value is not understood: {rest}"))?;
        values.push(value);
        rest = after.strip_prefix(", ").unwrap_or(after);
    }
    Ok(values)
}

/// The value that a text begins with, without the names of the types around it, and what comes after it.
fn value(text: &str) -> Option<(Value, &str)> {
    if text.starts_with('"') {
        let mut parts = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let string = parts.next()?.ok()?;
        return Some((Value::Text(string), &text[parts.byte_offset()..]));
    }
    let end = text.find([',', '(', ')']).unwrap_or(text.len());
    let (word, after) = text.split_at(end);
    if let Some(inner) = after.strip_prefix('(') {
        let (value, after) = value(inner)?;
        return Some((value, after.strip_prefix(')')?));
    }
    let value = match word {
        "None" => Value::Null,
        "true" | "false" => Value::Integer((word == "true").into()),
        word => word.parse().map_or_else(|_| Value::Text(word.to_owned()), Value::Integer),
    };
    Some((value, after))
}
