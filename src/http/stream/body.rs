//! The body of a stream: what comes first, then batches as they come, and a sign of life in between.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::web::Bytes;
use futures_core::Stream;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::frames::heartbeat;
use super::hub::Place;

/// How often a listener gets a sign of life: proxies and browsers give up on connections that stay silent.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How long an answer holds that the caller may stay.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// A question that is asked of the database.
type Question = Pin<Box<dyn Future<Output = bool>>>;

/// What lets a listener of the editorial door go on.
pub struct Guard {
    /// Whether the time is over; asked before every frame.
    pub is_over: Box<dyn Fn() -> bool>,
    /// Whether the caller may still come in; asked with every sign of life, and before it is told something where the
    /// last answer is older than a second.
    pub may_stay: Box<dyn Fn() -> Question>,
}

/// The body of a stream.
pub(super) struct Listening {
    first: Option<Bytes>,
    place: Place,
    guard: Option<Guard>,
    asked: Option<Question>,
    asked_at: Instant,
    held: Option<Bytes>,
    heartbeat: Interval,
}

impl Listening {
    pub(super) fn new(first: Bytes, place: Place, guard: Option<Guard>) -> Self {
        let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { first: Some(first), place, guard, asked: None, asked_at: Instant::now(), held: None, heartbeat }
    }

    /// Asks whether the caller may stay, unless that is being asked.
    fn ask(&mut self) {
        if let (Some(guard), None) = (&self.guard, &self.asked) {
            self.asked = Some((guard.may_stay)());
            self.asked_at = Instant::now();
        }
    }

    /// Whether the last answer is too old to tell the caller something.
    fn must_ask(&self) -> bool {
        self.guard.is_some() && (self.asked.is_some() || self.asked_at.elapsed() > TRUSTED_FOR)
    }

    /// Whether the answer to what was asked is no.
    fn is_refused(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(Poll::Ready(may_stay)) = self.asked.as_mut().map(|asked| asked.as_mut().poll(cx)) else {
            return false;
        };
        self.asked = None;
        !may_stay
    }
}

impl Stream for Listening {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.guard.as_ref().is_some_and(|guard| (guard.is_over)()) || this.is_refused(cx) {
            return Poll::Ready(None);
        }
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        if this.held.is_some() {
            return if this.asked.is_some() { Poll::Pending } else { Poll::Ready(this.held.take().map(Ok)) };
        }
        // Taken before the buffer is looked into: what it counts is in there, or was.
        let told = this.place.told();
        match this.place.frames().poll_recv(cx) {
            Poll::Ready(Some(frames)) if this.must_ask() => {
                this.held = Some(frames);
                this.ask();
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(frames) => return Poll::Ready(frames.map(Ok)),
            Poll::Pending => {}
        }
        if this.heartbeat.poll_tick(cx).is_pending() {
            return Poll::Pending;
        }
        this.ask();
        Poll::Ready(Some(Ok(heartbeat(told))))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;
    use std::task::Waker;

    use serde_json::json;

    use super::super::frames::Frames;
    use super::super::hub::{Hub, Listener};
    use super::*;
    use crate::domain::feed::{Audience, Hears, News};
    use crate::model::Time;

    /// What the database would answer, and how often it was asked.
    #[derive(Clone, Default)]
    struct Door {
        asked: Rc<Cell<u32>>,
        answer: Rc<Cell<Option<bool>>>,
        over: Rc<Cell<bool>>,
    }

    impl Door {
        fn guard(&self) -> Guard {
            let (door, over) = (self.clone(), Rc::clone(&self.over));
            let may_stay = move || -> Question {
                door.asked.set(door.asked.get() + 1);
                let answer = Rc::clone(&door.answer);
                Box::pin(std::future::poll_fn(move |_| answer.get().map_or(Poll::Pending, Poll::Ready)))
            };
            Guard { is_over: Box::new(move || over.get()), may_stay: Box::new(may_stay) }
        }
    }

    /// A stream whose first bytes are out, and the hub that feeds it.
    fn listening(door: &Door) -> (Listening, std::sync::Arc<Hub>) {
        let hub = Hub::new(1);
        let (place, _) = hub.join(Listener::Editor(Hears::All), 0).unwrap();
        let mut body = Listening::new(Bytes::from_static(b"first"), place, Some(door.guard()));
        assert_eq!(poll(&mut body), Poll::Ready(Some("first".to_owned())));
        (body, hub)
    }

    fn tell(hub: &Hub, seq: i64) {
        let (kind, at, data) = ("article.updated".to_owned(), Time::from_micros(0), json!({ "id": seq }));
        let item = News { seq, kind, at, data, public: None, audience: Audience::SeesAll };
        hub.hand_out(&Frames::of(&[item], seq).unwrap());
    }

    fn poll(body: &mut Listening) -> Poll<Option<String>> {
        let text = |frame: Result<Bytes, Infallible>| match frame {
            Ok(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
            Err(never) => match never {},
        };
        Pin::new(body).poll_next(&mut Context::from_waker(Waker::noop())).map(|frame| frame.map(text))
    }

    fn is_told(polled: &Poll<Option<String>>, seq: i64) -> bool {
        matches!(polled, Poll::Ready(Some(text)) if text.starts_with(&format!("id: {seq}\nevent: article.updated")))
    }

    /// Lets the last answer be this old.
    fn age(body: &mut Listening, by: Duration) {
        body.asked_at = Instant::now().checked_sub(by).unwrap();
    }

    #[actix_web::test]
    async fn an_answer_holds_for_a_second_and_no_longer() {
        let door = Door::default();
        let (mut body, hub) = listening(&door);
        age(&mut body, TRUSTED_FOR / 2);
        tell(&hub, 1);
        assert!(is_told(&poll(&mut body), 1));
        assert_eq!(door.asked.get(), 0);
        age(&mut body, TRUSTED_FOR * 2);
        tell(&hub, 2);
        assert_eq!(poll(&mut body), Poll::Pending, "nothing is told while the answer is awaited");
        assert_eq!((poll(&mut body), door.asked.get()), (Poll::Pending, 1));
        door.answer.set(Some(true));
        assert!(is_told(&poll(&mut body), 2));
        tell(&hub, 3);
        assert!(is_told(&poll(&mut body), 3), "the new answer holds");
        assert_eq!(door.asked.get(), 1);
    }

    #[actix_web::test]
    async fn who_may_stay_no_longer_is_told_nothing_more() {
        let door = Door::default();
        let (mut body, hub) = listening(&door);
        age(&mut body, TRUSTED_FOR * 2);
        tell(&hub, 1);
        assert_eq!(poll(&mut body), Poll::Pending);
        door.answer.set(Some(false));
        assert_eq!((poll(&mut body), door.asked.get()), (Poll::Ready(None), 1));
    }

    #[actix_web::test]
    async fn a_sign_of_life_asks_anew_and_the_answer_ends_a_silent_stream() {
        let door = Door::default();
        let (mut body, _hub) = listening(&door);
        assert_eq!((poll(&mut body), door.asked.get()), (Poll::Pending, 0));
        body.heartbeat = interval_at(Instant::now(), HEARTBEAT);
        let told = std::future::poll_fn(|cx| Pin::new(&mut body).poll_next(cx)).await;
        assert_eq!(told, Some(Ok(Bytes::from_static(b":\nid: 0\n\n"))));
        assert_eq!((poll(&mut body), door.asked.get()), (Poll::Pending, 1));
        door.answer.set(Some(false));
        assert_eq!(poll(&mut body), Poll::Ready(None));
    }

    #[actix_web::test]
    async fn a_stream_ends_with_its_time_whatever_waits() {
        let door = Door::default();
        let (mut body, hub) = listening(&door);
        tell(&hub, 1);
        door.over.set(true);
        assert_eq!((poll(&mut body), door.asked.get()), (Poll::Ready(None), 0));
    }
}
