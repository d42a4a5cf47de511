//! The sweep of files without a record, as if a day had gone by.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use super::TestApp;

/// Lets all files of the store (a folder) look a day older.
pub fn age(app: &TestApp) {
    let root = PathBuf::from(app.app.config.files.media_store.strip_prefix("file://").unwrap());
    let yesterday = SystemTime::now() - Duration::from_secs(25 * 3600);
    for key in app.app.storage.keys().unwrap() {
        std::fs::File::options().write(true).open(root.join(key)).unwrap().set_modified(yesterday).unwrap();
    }
}

/// Sweeps the shelf on which this key lies.
pub fn sweep(app: &TestApp, key: &str) {
    app.app.jobs.orphans_at.store(u8::from_str_radix(&key[..2], 16).unwrap(), Ordering::Relaxed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(slugline::jobs::sweep_once(&app.app)).unwrap();
}
