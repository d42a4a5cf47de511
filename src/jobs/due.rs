//! Letting events follow what the clock did: scheduled copies that appeared, copies that ended by themselves.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::app::App;
use crate::domain::publishing::due;
use crate::error::Result;
use crate::store::dues;

/// What one transaction tells at the most.
const BATCH: i64 = 100;

/// Tells all that is due. Any number of nodes may do so; each thing is told once.
pub async fn run(app: Arc<App>) -> Result<()> {
    while !app.draining.load(Ordering::Relaxed) && app.read_briefly(|cx| dues::is_due(cx.conn, cx.now)).await? {
        let told = app.write(|cx| due::tell(cx, BATCH)).await?;
        tracing::debug!(told, "the clock's events");
    }
    Ok(())
}
