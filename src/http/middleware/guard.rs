//! What is refused before any route is looked for.

use actix_web::dev::RequestHead;
use actix_web::http::header;

use crate::error::{Code, Error};
use crate::http::problem::Problem;

/// The longest request target: path and query, in bytes.
pub const MAX_TARGET: usize = 8 * 1024;

/// Why the request is refused, if it is: a target that is too long, or a compressed body. (actix would inflate it
/// chunk by chunk before it counts: 33 kB of zstd can become a gigabyte.)
#[must_use]
pub fn refusal(head: &RequestHead) -> Option<Problem> {
    let target = head.uri.path_and_query().map_or(0, |target| target.as_str().len());
    if target > MAX_TARGET {
        let detail = format!("The request target is longer than {MAX_TARGET} bytes.");
        return Some(Error::new(Code::BadRequest, detail).into());
    }
    let mut encodings = head.headers.get_all(header::CONTENT_ENCODING);
    if encodings.all(|line| line.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity")) {
        return None;
    }
    let detail = "Send the body uncompressed, with Content-Encoding: identity or none.";
    Some(Error::new(Code::UnsupportedContentEncoding, detail).into())
}
