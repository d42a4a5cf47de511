//! Telling a content network what changed. It follows the numbers of the events, as everything does that happens after a
//! change: one node at a time takes a stretch of them, tells what they touch, and notes how far it came once the network
//! has taken it. A node that dies in between loses its claim after a while, and another one tells the same again.

use super::Cx;
use super::shown::{self, News};
use crate::error::Result;
use crate::model::Key;
use crate::store::numbering::{self, Head, PURGES};

/// How long others wait for whoever took a stretch, in seconds. Telling takes 15 at the most.
const CLAIMED_FOR: i64 = 60;

/// A stretch of events that was taken.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// What they touch; nothing where no reader sees a difference.
    pub keys: Vec<Key>,
    last: i64,
    claim: String,
}

/// Takes what the network has not been told of; none where there is nothing, or somebody else is at it.
///
/// # Errors
/// The database's.
pub fn claim(cx: &mut Cx) -> Result<Option<Stretch>> {
    let head = numbering::locked_head(cx.conn, PURGES)?;
    let until: i64 = head.hash.parse().unwrap_or(0);
    if until > cx.now.micros() {
        return Ok(None);
    }
    let (news, last) = shown::since(cx, head.last)?;
    if last == head.last {
        return Ok(None);
    }
    let keys = match news {
        News::Told(told) => shown::touched(cx, &told)?,
        News::TooMuch => vec![Key::Everything],
    };
    let claim = cx.now.plus_seconds(CLAIMED_FOR).micros().to_string();
    numbering::set_head(cx.conn, PURGES, &Head { last: head.last, hash: claim.clone() })?;
    Ok(Some(Stretch { keys, last, claim }))
}

/// Notes that the network was told, or gives the stretch back where it did not take it.
///
/// # Errors
/// The database's.
pub fn settle(cx: &mut Cx, stretch: &Stretch, was_told: bool) -> Result<()> {
    let head = numbering::locked_head(cx.conn, PURGES)?;
    if head.hash != stretch.claim {
        return Ok(());
    }
    let last = if was_told { stretch.last } else { head.last };
    numbering::set_head(cx.conn, PURGES, &Head { last, hash: String::new() })
}
