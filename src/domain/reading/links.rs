//! What a frozen body names of other articles holds only as long as these are live: one that was withdrawn, or has ended
//! by itself, shows in no body any more. The same holds for media whose rights have ended.

use super::shelf::ids;
use crate::domain::Cx;
use crate::domain::articles::stored_body;
use crate::domain::publishing::freeze;
use crate::error::{Error, Result};
use crate::model::{Id, Key, Time};
use crate::store::copies::CopyBodyRow;
use crate::store::live_updates::ShownUpdateRow;
use crate::store::published;

/// A frozen body with its forms, as a row keeps it.
pub trait Frozen {
    /// The articles that it names: a JSON list.
    fn article_refs(&self) -> &str;
    /// Until when its media may be shown as they are, if that ever ends.
    fn media_until(&self) -> Option<Time>;
    /// The body and its forms: blocks as JSON, HTML, plain text, Markdown.
    fn forms(&mut self) -> [&mut String; 4];
}

impl Frozen for CopyBodyRow {
    fn article_refs(&self) -> &str {
        &self.article_refs
    }

    fn media_until(&self) -> Option<Time> {
        self.media_until
    }

    fn forms(&mut self) -> [&mut String; 4] {
        [&mut self.body, &mut self.body_html, &mut self.body_text, &mut self.body_markdown]
    }
}

impl Frozen for ShownUpdateRow {
    fn article_refs(&self) -> &str {
        &self.article_refs
    }

    fn media_until(&self) -> Option<Time> {
        self.media_until
    }

    fn forms(&mut self) -> [&mut String; 4] {
        [&mut self.body, &mut self.body_html, &mut self.body_text, &mut self.body_markdown]
    }
}

/// Takes out of these bodies what names an article that is not live, and media whose rights have ended; answers when the
/// first that is still shown ends by itself. Most bodies name no article and hold for ever, and cost nothing.
///
/// # Errors
/// The database's.
pub fn keep_live<'a, T: Frozen + 'a>(cx: &mut Cx, bodies: impl IntoIterator<Item = &'a mut T>) -> Result<Time> {
    let now = cx.now;
    let mut until = Time::NEVER;
    let mut looked_at = Vec::new();
    for row in bodies {
        let is_over = row.media_until().is_some_and(|end| end <= now);
        if !is_over {
            until = until.min(row.media_until().unwrap_or(Time::NEVER));
        }
        if is_over || row.article_refs() != "[]" {
            let named = ids(row.article_refs())?;
            looked_at.push((row, named, is_over));
        }
    }
    let mut all: Vec<Id> = looked_at.iter().flat_map(|(_, named, _)| named.iter().copied()).collect();
    all.sort_unstable();
    all.dedup();
    cx.shows.note_all(Key::Article, &all);
    let live = if all.is_empty() { Vec::new() } else { published::ends_among(cx.conn, &all, now)? };
    for (row, named, is_over) in looked_at {
        if is_over || !named.iter().all(|id| live.iter().any(|(known, _)| known == id)) {
            until = until.min(render_again(cx, row)?);
        }
    }
    Ok(live.into_iter().map(|(_, ends_at)| ends_at).fold(until, Time::min))
}

/// Freezes the body anew, as everything that it names is now; answers when the first of its media ends.
fn render_again(cx: &mut Cx, row: &mut impl Frozen) -> Result<Time> {
    let [blocks, html, text, markdown] = row.forms();
    let freeze::Frozen { body, media_until } = freeze::again(cx, &stored_body(blocks)?)?;
    *blocks = serde_json::to_string(&body).map_err(Error::internal)?;
    (*html, *text, *markdown) = (body.to_html(), body.to_plain(), body.to_markdown());
    Ok(media_until.unwrap_or(Time::NEVER))
}
