//! How many statements a read takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::{Connection as _, InstrumentationEvent};
use slugline::domain::shown::Turn;
use slugline::domain::{Cx, site};
use slugline::error::Result;
use slugline::store::{Access, Conn};

use super::TestApp;

/// The statements of one reading use case, by who remembers nothing.
pub fn counted(app: &TestApp, read: impl FnOnce(&mut Cx) -> Result<()>) -> usize {
    counted_since(app, None, read)
}

/// The same in a reading for readers.
pub fn counted_for_readers(app: &TestApp, read: impl FnOnce(&mut Cx) -> Result<()>) -> usize {
    counted_since(app, Some(app.app.memory.board.turn()), read)
}

fn counted_since(app: &TestApp, since: Option<Turn>, read: impl FnOnce(&mut Cx) -> Result<()>) -> usize {
    let counted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&counted);
    let app = &app.app;
    let (now, urls) = (app.clock.now(), Arc::clone(&app.urls));
    let memory = Arc::clone(&app.memory);
    let look = move |event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            let _ = count.fetch_add(1, Ordering::Relaxed);
        }
    };
    let done = app.store.run_here(Access::Read, |conn| {
        let mut cx = Cx { since, ..Cx::new(conn, now, urls, [0; 32], memory) };
        // Read once in a while, and not by whoever asks for something.
        let _ = site::current(&mut cx)?;
        match cx.conn {
            Conn::Sqlite(c) => c.set_instrumentation(look),
            Conn::Postgres(c) => c.set_instrumentation(look),
        }
        read(&mut cx)?;
        // Before the connection, which counts on, is given to somebody else.
        Ok(counted.load(Ordering::Relaxed))
    });
    done.unwrap()
}
