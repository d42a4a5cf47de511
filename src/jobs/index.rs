//! Indexing for search what is not indexed yet: what was there before search was, what an older release wrote, and what
//! shows pictures whose words changed.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::app::App;
use crate::domain::search;
use crate::error::Result;
use crate::store;

/// What one transaction indexes at the most.
const BATCH: i64 = 100;

/// Indexes all that waits, some at a time, so that writers come in between. What was done stays when it is interrupted, as
/// a stopping server does.
pub async fn run(app: Arc<App>) -> Result<()> {
    while !app.draining.load(Ordering::Relaxed) && app.read_briefly(|cx| store::search::is_behind(cx.conn)).await? {
        if !app.write(|cx| search::index::catch_up(cx, BATCH)).await? {
            break;
        }
    }
    Ok(())
}
