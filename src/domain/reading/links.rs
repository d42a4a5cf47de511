//! What a frozen body names of other articles holds only as long as these are live: one that was withdrawn, or has ended
//! by itself, shows in no body any more.

use super::shelf::ids;
use crate::domain::Cx;
use crate::domain::articles::stored_body;
use crate::domain::publishing::freeze;
use crate::error::{Error, Result};
use crate::model::{Id, Time};
use crate::store::copies::CopyBodyRow;
use crate::store::published;

/// Takes out of these bodies what names an article that is not live; answers when the first that is still named ends
/// by itself. Most bodies name none, and cost nothing.
///
/// # Errors
/// The database's.
pub fn keep_live<'a>(cx: &mut Cx, bodies: impl IntoIterator<Item = &'a mut CopyBodyRow>) -> Result<Time> {
    let naming: Vec<(&mut CopyBodyRow, Vec<Id>)> = bodies
        .into_iter()
        .filter(|row| row.article_refs != "[]")
        .map(|row| ids(&row.article_refs).map(|named| (row, named)))
        .collect::<Result<_>>()?;
    if naming.is_empty() {
        return Ok(Time::NEVER);
    }
    let mut all: Vec<Id> = naming.iter().flat_map(|(_, named)| named.iter().copied()).collect();
    all.sort_unstable();
    all.dedup();
    let live = published::ends_among(cx.conn, &all, cx.now)?;
    for (row, named) in naming {
        if !named.iter().all(|id| live.iter().any(|(known, _)| known == id)) {
            render_again(cx, row)?;
        }
    }
    Ok(live.into_iter().map(|(_, ends_at)| ends_at).min().unwrap_or(Time::NEVER))
}

/// Freezes the body anew, as everything that it names is now.
fn render_again(cx: &mut Cx, row: &mut CopyBodyRow) -> Result<()> {
    let body = freeze::freeze(cx, &stored_body(&row.body)?)?;
    row.body = serde_json::to_string(&body).map_err(Error::internal)?;
    (row.body_html, row.body_text, row.body_markdown) = (body.to_html(), body.to_plain(), body.to_markdown());
    Ok(())
}
