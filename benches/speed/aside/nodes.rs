//! Two nodes that keep their answers, on one PostgreSQL: an article is published at the first, and the second is asked
//! for its list until that shows it.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Latencies;
use crate::client::{Connection, post};
use crate::slugline::{CACHE_MIB, Newsroom};
use crate::{Result, interrupted};

/// Articles that are published.
const TIMES: usize = 50;
/// The list that the second node is asked for.
const LIST: &str = "/v1/articles?limit=1&fields=id";
/// Longer than it may ever take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Measures it.
pub fn measure(newsroom: &Newsroom, token: &str) -> Result<Latencies> {
    println!("nodes: {TIMES} articles");
    let (first, second) = (newsroom.serve(CACHE_MIB)?, newsroom.serve(CACHE_MIB)?);
    let (mut editor, mut reader) = (Connection::open(&first.address)?, Connection::open(&second.address)?);
    let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    let mut lags = Vec::with_capacity(TIMES);
    for number in 0..TIMES {
        let draft = json!({ "headline": format!("What the other node shall know, {number}") }).to_string();
        let draft = editor.send(&post("/v1/admin/articles", &headers, &draft))?.json(201)?;
        let id = crate::cases::text(&draft["data"], "id").ok_or("a draft has no id")?;
        // Kept there from now on.
        drop(reader.get(LIST)?.json(200)?);
        let publish = format!("/v1/admin/articles/{id}/publish");
        drop(editor.send(&post(&publish, &format!("{headers}If-Match: *\r\n"), "{}"))?.json(200)?);
        let since = Instant::now();
        while reader.get(LIST)?.json(200)?["data"][0]["id"] != id.as_str() {
            interrupted()?;
            if since.elapsed() > PATIENCE {
                return Err(format!("the other node does not show {id}"));
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        lags.push(since.elapsed().as_secs_f64() * 1e3);
    }
    Ok(Latencies::of(lags))
}
