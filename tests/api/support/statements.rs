//! How many statements a read takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::{Connection as _, InstrumentationEvent};
use slugline::domain::Cx;
use slugline::error::Result;
use slugline::model::Shows;
use slugline::store::{Access, Conn};

use super::TestApp;

/// The statements of one reading use case.
pub fn counted(app: &TestApp, read: impl FnOnce(&mut Cx) -> Result<()>) -> usize {
    let counted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&counted);
    let (now, urls, rankings) = (app.clock.now(), Arc::clone(&app.app.urls), Arc::clone(&app.app.rankings));
    let look = move |event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            let _ = count.fetch_add(1, Ordering::Relaxed);
        }
    };
    let done = app.app.store.run_here(Access::Read, |conn| {
        match conn {
            Conn::Sqlite(c) => c.set_instrumentation(look),
            Conn::Postgres(c) => c.set_instrumentation(look),
        }
        read(&mut Cx { conn, now, urls, media_key: [0; 32], rankings, shows: Shows::default(), told: Vec::new() })
    });
    done.unwrap();
    counted.load(Ordering::Relaxed)
}
