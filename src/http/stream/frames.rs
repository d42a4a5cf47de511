//! Events as they stand on the wire.

use actix_web::web::Bytes;
use serde::Serialize;

use super::hub::Listener;
use super::schemas::{
    AdminEvent, ArticleGoneEvent, ArticleShownEvent, CollectionGoneEvent, CollectionShownEvent, LiveUpdateEvent,
};
use crate::domain::feed::{Audience, Hears, News, PublicNews};
use crate::error::{Error, Result};

/// How long a client waits before it comes again, in milliseconds.
const RETRY: u32 = 3_000;

/// The frames of some events, written once for all who listen.
pub(super) struct Frames {
    /// The number of the last event.
    pub(super) last: i64,
    public: Bytes,
    all: Bytes,
    one_by_one: Vec<(Audience, Bytes)>,
}

impl Frames {
    /// Writes the frames.
    pub(super) fn of(news: &[News], last: i64) -> Result<Self> {
        let (mut public, mut all, mut one_by_one) = (Vec::new(), Vec::new(), Vec::new());
        for item in news {
            if let Some(told) = &item.public {
                write_public(&mut public, item.seq, told)?;
            }
            let start = all.len();
            let event = AdminEvent { kind: &item.kind, timestamp: item.at, data: &item.data };
            write(&mut all, item.seq, &item.kind, &event)?;
            one_by_one.push((item.audience, start..all.len()));
        }
        let all = Bytes::from(all);
        let one_by_one = one_by_one.into_iter().map(|(audience, at)| (audience, all.slice(at))).collect();
        Ok(Self { last, public: public.into(), all, one_by_one })
    }

    /// What a listener is told of them; empty where that is nothing.
    pub(super) fn told_to(&self, listener: Listener) -> Bytes {
        match listener {
            Listener::Reader => self.public.clone(),
            Listener::Editor(Hears::All) => self.all.clone(),
            Listener::Editor(hears) => {
                let heard = self.one_by_one.iter().filter(|(audience, _)| hears.hears(*audience));
                heard.flat_map(|(_, frame)| frame.iter().copied()).collect::<Vec<u8>>().into()
            }
        }
    }
}

/// The first bytes of a stream: how soon to come again, what was missed (or that it is too much), and the number up to
/// which all is told.
pub(super) fn opening(missed: Option<&[News]>, from: i64, listener: Listener) -> Result<Bytes> {
    let mut out = format!("retry: {RETRY}\n\n").into_bytes();
    match missed {
        Some(news) => out.extend_from_slice(&Frames::of(news, from)?.told_to(listener)),
        None => out.extend_from_slice(b"event: reset\ndata: {}\n"),
    }
    out.extend_from_slice(format!("id: {from}\n\n").as_bytes());
    Ok(out.into())
}

/// A sign of life. It carries the number up to which all was told, so that a client that comes again asks for no more
/// than it missed.
pub(super) fn heartbeat(seen: i64) -> Bytes {
    format!(":\nid: {seen}\n\n").into()
}

fn write_public(out: &mut Vec<u8>, seq: i64, told: &PublicNews) -> Result<()> {
    match told {
        PublicNews::Shown { changed, article } => {
            let name = if *changed { "article.changed" } else { "article.live" };
            write(out, seq, name, &ArticleShownEvent::of(article))
        }
        PublicNews::Gone { id, locale } => write(out, seq, "article.gone", &ArticleGoneEvent { id: *id, locale }),
        PublicNews::LiveUpdate { id, means, article } => {
            write(out, seq, "live_update", &LiveUpdateEvent::of(*id, *means, article))
        }
        PublicNews::CollectionShown { changed, collection } => {
            let name = if *changed { "collection.changed" } else { "collection.live" };
            write(out, seq, name, &CollectionShownEvent::of(collection))
        }
        PublicNews::CollectionGone { id } => write(out, seq, "collection.gone", &CollectionGoneEvent { id: *id }),
    }
}

/// JSON has no line break of its own, so one `data` line is enough.
fn write(out: &mut Vec<u8>, seq: i64, name: &str, data: &impl Serialize) -> Result<()> {
    out.extend_from_slice(format!("id: {seq}\nevent: {name}\ndata: ").as_bytes());
    serde_json::to_writer(&mut *out, data).map_err(Error::internal)?;
    out.extend_from_slice(b"\n\n");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_opens_with_what_was_missed_or_says_that_it_is_too_much() {
        let text = |missed| String::from_utf8(opening(missed, 7, Listener::Reader).unwrap().to_vec()).unwrap();
        assert_eq!(text(Some(&[])), "retry: 3000\n\nid: 7\n\n");
        assert_eq!(text(None), "retry: 3000\n\nevent: reset\ndata: {}\nid: 7\n\n");
        assert_eq!(heartbeat(9), ":\nid: 9\n\n");
    }
}
