//! Work that takes much memory or a whole core, and has places of its own.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::error::{Code, Error, Result};

/// How many files are looked into at once.
pub const FILES_AT_ONCE: usize = 2;
/// How many wait to have a password hashed, or a file looked into; whoever comes then is told to come again.
pub const WAITING: usize = 64;

/// Work that only so much of may be done at once.
#[derive(Debug)]
pub struct Lane {
    permits: Arc<Semaphore>,
    room: Semaphore,
}

impl Lane {
    pub(super) fn new(at_once: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(at_once)), room: Semaphore::new(at_once + WAITING) }
    }

    /// Runs `work` on a blocking thread as soon as there is a permit.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let Ok(_room) = self.room.try_acquire() else {
            return Err(Error::new(Code::Unavailable, "Too many others ask for the same at once.").retry_after(1));
        };
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(Error::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        done.await.map_err(Error::internal)
    }
}
