//! Everybody who listens.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::web::Bytes;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::BUFFER;
use super::frames::Frames;
use crate::app::App;
use crate::domain::feed::{self, Hears};
use crate::error::{Code, Error, Result};

/// Events that are read at once.
const BATCH: i64 = 100;
/// How long to wait before a read that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// What a client is told to wait when there is no place, in seconds.
const COME_AGAIN: u32 = 10;

/// Who listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// Somebody in public.
    Reader,
    /// Somebody at the editorial door.
    Editor(Hears),
}

impl Listener {
    /// Each door has its own places, so that readers can't keep editors out.
    const fn is_reader(self) -> bool {
        matches!(self, Self::Reader)
    }
}

/// Reads each batch of events once, and hands it to all who listen.
pub struct Hub {
    places: usize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// The number of the last event that was handed out, or passed over because nobody listened.
    told: i64,
    next: u64,
    closed: bool,
    dropped: u64,
    listeners: HashMap<u64, (Listener, Sender<Bytes>)>,
}

/// A place in the hub; given up when this is dropped.
pub struct Place {
    hub: Arc<Hub>,
    id: u64,
    frames: Receiver<Bytes>,
}

impl Hub {
    /// With so many places at each door.
    #[must_use]
    pub fn new(places: usize) -> Arc<Self> {
        Arc::new(Self { places, inner: Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listeners at each door: readers, editors.
    #[must_use]
    pub fn listeners(&self) -> (usize, usize) {
        let inner = self.lock();
        let readers = inner.listeners.values().filter(|(listener, _)| listener.is_reader()).count();
        (readers, inner.listeners.len() - readers)
    }

    /// Listeners that lost their place because they did not read.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    /// The number up to which all events are in the buffers of those who listen.
    pub(super) fn told(&self) -> i64 {
        self.lock().told
    }

    /// Takes a place. Answers the number behind which the place is told everything; `known` is the number of the latest
    /// event, read before.
    pub(super) fn join(self: &Arc<Self>, listener: Listener, known: i64) -> Result<(Place, i64)> {
        let mut inner = self.lock();
        let taken = inner.listeners.values().filter(|(other, _)| other.is_reader() == listener.is_reader()).count();
        if inner.closed || taken >= self.places {
            let detail = "There are as many listeners as this server takes, or it is about to stop.";
            return Err(Error::new(Code::Unavailable, detail).retry_after(COME_AGAIN));
        }
        if inner.listeners.is_empty() {
            inner.told = inner.told.max(known);
        }
        let (sender, frames) = mpsc::channel(BUFFER);
        inner.next += 1;
        let id = inner.next;
        inner.listeners.insert(id, (listener, sender));
        Ok((Place { hub: Arc::clone(self), id, frames }, inner.told))
    }

    /// Hands frames to everybody they are for. Who has no room for them loses the place.
    pub(super) fn hand_out(&self, frames: &Frames) {
        let mut inner = self.lock();
        let mut dropped = 0;
        inner.listeners.retain(|_, (listener, sender)| {
            let told = frames.told_to(*listener);
            let kept = told.is_empty() || sender.try_send(told).is_ok();
            dropped += u64::from(!kept && !sender.is_closed());
            kept
        });
        inner.dropped += dropped;
        inner.told = frames.last;
    }

    /// Ends every stream, and lets nobody in any more.
    fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.listeners.clear();
    }

    /// From where on events are to be read, if somebody listens and there are any up to `known`.
    fn behind(&self, known: i64) -> Option<i64> {
        let mut inner = self.lock();
        if inner.listeners.is_empty() {
            inner.told = inner.told.max(known);
        }
        (inner.told < known).then_some(inner.told)
    }

    /// Follows the numbers until the server drains.
    pub async fn run(self: Arc<Self>, app: Arc<App>) {
        let (mut numbered, mut draining) = (app.numbered.subscribe(), app.drain_begun.subscribe());
        loop {
            let known = *numbered.borrow_and_update();
            while let Some(from) = self.behind(known) {
                if let Err(error) = self.pass_on(&app, from, known).await {
                    tracing::error!(%error, "events can't be read for those who listen");
                    tokio::time::sleep(RETRY).await;
                }
                if *draining.borrow() {
                    break;
                }
            }
            tokio::select! {
                ended = draining.wait_for(|begun| *begun) => {
                    drop(ended);
                    return self.close();
                }
                changed = numbered.changed() => {
                    if changed.is_err() {
                        return self.close();
                    }
                }
            }
        }
    }

    async fn pass_on(&self, app: &App, from: i64, known: i64) -> Result<()> {
        let news = app.read(move |cx| feed::after(cx, from, BATCH)).await?;
        let last = news.last().map_or(known, |item| item.seq);
        self.hand_out(&Frames::of(&news, last)?);
        Ok(())
    }
}

impl Place {
    /// The number up to which all events are in the buffer of this place, or were taken out of it.
    pub(super) fn told(&self) -> i64 {
        self.hub.told()
    }

    /// What waits in the buffer.
    pub(super) fn frames(&mut self) -> &mut Receiver<Bytes> {
        &mut self.frames
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.hub.lock().listeners.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::feed::{Audience, News};
    use crate::model::{Id, Time};

    fn frames(seq: i64, audience: Audience) -> Frames {
        let item = News {
            seq,
            kind: "article.updated".to_owned(),
            at: Time::from_micros(0),
            data: json!({ "id": 1 }),
            public: None,
            audience,
        };
        Frames::of(&[item], seq).unwrap()
    }

    #[test]
    fn who_does_not_read_loses_the_place_and_nobody_else_does() {
        let hub = Hub::new(2);
        let (mut slow, from) = hub.join(Listener::Editor(Hears::All), 7).unwrap();
        let (mut quick, _) = hub.join(Listener::Editor(Hears::All), 7).unwrap();
        assert_eq!(from, 7);
        assert!(hub.join(Listener::Editor(Hears::All), 7).is_err_and(|error| error.wait_seconds().is_some()));
        let reader = hub.join(Listener::Reader, 7).unwrap();
        for seq in 8..=72 {
            hub.hand_out(&frames(seq, Audience::SeesAll));
            assert!(quick.frames().try_recv().is_ok());
        }
        assert_eq!((hub.listeners(), hub.dropped(), hub.told()), ((1, 1), 1, 72));
        let mut held = 0;
        while slow.frames().try_recv().is_ok() {
            held += 1;
        }
        assert_eq!(held, BUFFER);
        drop((reader, quick));
        assert_eq!(hub.listeners(), (0, 0));
    }

    #[test]
    fn whoever_sees_only_their_own_hears_of_nothing_else() {
        let hub = Hub::new(1);
        let (me, other) = (Id::new(), Id::new());
        let (mut place, _) = hub.join(Listener::Editor(Hears::Own(me)), 0).unwrap();
        for (seq, audience) in
            [(1, Audience::Owner(other)), (2, Audience::SeesAll), (3, Audience::Owner(me)), (4, Audience::Everybody)]
        {
            hub.hand_out(&frames(seq, audience));
        }
        let mut heard = String::new();
        while let Ok(bytes) = place.frames().try_recv() {
            heard.push_str(std::str::from_utf8(&bytes).unwrap());
        }
        assert!(heard.contains("id: 3\n") && heard.contains("id: 4\n"), "{heard}");
        assert!(!heard.contains("id: 1\n") && !heard.contains("id: 2\n"), "{heard}");
    }
}
