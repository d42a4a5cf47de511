//! What webhooks take, and the words of their deliveries.

use super::actions::required;
use super::faults::not_null;
use super::read::{Many, Whole, input};
use super::words::words;
use super::{EventKind, Field, Id, Line, Prose, Time, WebUrl};
use crate::error::{Error, Fault, FaultCode, Result};

/// Most kinds of events that an endpoint names: all there are.
pub const MAX_KINDS: usize = EventKind::ALL.len();
/// How long the old secret signs beside the new one, unless asked otherwise. Seconds.
pub const OVERLAP: i64 = 24 * 3_600;
/// The longest overlap. Seconds.
pub const MAX_OVERLAP: i64 = 7 * 24 * 3_600;

words! {
    /// How a delivery stands.
    DeliveryStatus {
        /// It waits for its first attempt, or for the next one.
        Pending = "pending",
        /// The endpoint took it.
        Delivered = "delivered",
        /// The endpoint did not take it, and it is not tried again by itself.
        Failed = "failed",
        /// The endpoint may not hear of it any more, so it was not sent.
        Withheld = "withheld",
    }
}

input! {
    /// What a client may write of a webhook. In a PATCH (RFC 7396) an absent member stays.
    pub struct WebhookInput {
        /// What it is for. A new webhook needs it.
        name: Line<100>,
        /// Where messages go: an http or https address on the open internet, or where the operator allows. A new
        /// webhook needs it.
        url: WebUrl,
        /// What else there is to say.
        description: Prose<2000>,
        /// The kinds of events that it wants; all that it may hear of where empty.
        events: Many<EventKind, MAX_KINDS>,
        /// Whether messages are sent; `true` where absent. What happens while this is `false` is not told later by
        /// itself. Turning it on again also takes back that the server disabled it.
        active: bool,
        /// Whether it may hear of drafts and of articles under embargo; `false` where absent.
        trusted: bool,
    }

    /// What `rotate-secret` takes.
    pub struct RotateSecret {
        /// How long messages are signed with the old secret too, in seconds, up to 7 days; 24 hours where left out.
        overlap_seconds: Whole<0, MAX_OVERLAP>,
    }

    /// What `redeliver` takes: one of the two.
    pub struct Redeliver {
        /// One delivery, to be sent again.
        delivery_id: Id,
        /// Everything that happened since then and that the webhook may hear of.
        since: Time,
    }
}

/// What is to be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// One delivery.
    Delivery(Id),
    /// Every event since then.
    Since(Time),
}

impl WebhookInput {
    /// The rules that the members have together.
    ///
    /// # Errors
    /// 422 for what is missing, `null`, or stands twice.
    pub fn check(&self, new: bool) -> Result<()> {
        let mut faults = not_null(&[
            ("/events", self.events.is_null()),
            ("/active", self.active.is_null()),
            ("/trusted", self.trusted.is_null()),
        ]);
        if new {
            required("/name", self.name.clone(), &mut faults);
            required("/url", self.url.clone(), &mut faults);
        } else {
            faults.extend(not_null(&[("/name", self.name.is_null()), ("/url", self.url.is_null())]));
        }
        if let Field::Set(url) = &self.url
            && !url.as_str().is_ascii()
        {
            let detail = "Write other letters than ASCII as an address on the wire does: xn--… in hosts, %… in paths.";
            faults.push(Fault::at("/url", FaultCode::InvalidFormat, detail));
        }
        if let Field::Set(Many(kinds)) = &self.events {
            let twice = kinds.iter().enumerate().filter(|(at, kind)| kinds[..*at].contains(kind));
            let fault = |at| Fault::at(format!("/events/{at}"), FaultCode::Duplicate, "This kind stands twice.");
            faults.extend(twice.map(|(at, _)| fault(at)));
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
    }
}

impl RotateSecret {
    /// How long the old secret goes on.
    ///
    /// # Errors
    /// 422 for `null`.
    pub fn sound(self) -> Result<i64> {
        let faults = not_null(&[("/overlap_seconds", self.overlap_seconds.is_null())]);
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        Ok(self.overlap_seconds.set().map_or(OVERLAP, |overlap| overlap.0))
    }
}

impl Redeliver {
    /// What is to be sent again.
    ///
    /// # Errors
    /// 422 unless exactly one member is given.
    pub fn sound(self) -> Result<Again> {
        let mut faults = not_null(&[("/delivery_id", self.delivery_id.is_null()), ("/since", self.since.is_null())]);
        match (self.delivery_id.set(), self.since.set()) {
            (Some(delivery), None) => return Ok(Again::Delivery(delivery)),
            (None, Some(since)) => return Ok(Again::Since(since)),
            (Some(_), Some(_)) => {
                faults.push(Fault::at("", FaultCode::Exclusive, "Give delivery_id or since, not both."));
            }
            (None, None) if faults.is_empty() => {
                faults.push(Fault::at("", FaultCode::Required, "Give delivery_id or since."));
            }
            (None, None) => {}
        }
        Err(Error::invalid(faults))
    }
}
