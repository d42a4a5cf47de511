//! What a frozen body names of other articles holds only as long as these are live: one that was withdrawn, or has ended
//! by itself, shows in no body any more.

use super::shelf::ids;
use crate::domain::Cx;
use crate::domain::articles::stored_body;
use crate::domain::publishing::freeze;
use crate::error::{Error, Result};
use crate::model::{Id, Time};
use crate::store::copies::CopyBodyRow;
use crate::store::live_updates::ShownUpdateRow;
use crate::store::published;

/// A frozen body with its forms, as a row keeps it.
pub trait Frozen {
    /// The articles that it names: a JSON list.
    fn article_refs(&self) -> &str;
    /// The body and its forms: blocks as JSON, HTML, plain text, Markdown.
    fn forms(&mut self) -> [&mut String; 4];
}

impl Frozen for CopyBodyRow {
    fn article_refs(&self) -> &str {
        &self.article_refs
    }

    fn forms(&mut self) -> [&mut String; 4] {
        [&mut self.body, &mut self.body_html, &mut self.body_text, &mut self.body_markdown]
    }
}

impl Frozen for ShownUpdateRow {
    fn article_refs(&self) -> &str {
        &self.article_refs
    }

    fn forms(&mut self) -> [&mut String; 4] {
        [&mut self.body, &mut self.body_html, &mut self.body_text, &mut self.body_markdown]
    }
}

/// Takes out of these bodies what names an article that is not live; answers when the first that is still named ends
/// by itself. Most bodies name none, and cost nothing.
///
/// # Errors
/// The database's.
pub fn keep_live<'a, T: Frozen + 'a>(cx: &mut Cx, bodies: impl IntoIterator<Item = &'a mut T>) -> Result<Time> {
    let naming: Vec<(&mut T, Vec<Id>)> = bodies
        .into_iter()
        .filter(|row| row.article_refs() != "[]")
        .map(|row| ids(row.article_refs()).map(|named| (row, named)))
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
fn render_again(cx: &mut Cx, row: &mut impl Frozen) -> Result<()> {
    let [blocks, html, text, markdown] = row.forms();
    let body = freeze::freeze(cx, &stored_body(blocks)?)?;
    *blocks = serde_json::to_string(&body).map_err(Error::internal)?;
    (*html, *text, *markdown) = (body.to_html(), body.to_plain(), body.to_markdown());
    Ok(())
}
