//! Front pages that are answered from memory are made anew when something on them changes, and only then.

use serde_json::{Value, json};

use super::{act, change, news, published, shown};
use crate::both;
use crate::support::{Client, eventually};

const PATH: &str = "/v1/collections/front";

fn hits(reader: &Client) -> String {
    let metrics = reader.get("/metrics").expect(200).text();
    let line = metrics.lines().find_map(|line| line.strip_prefix("slugline_cache_hits_total "));
    line.unwrap().to_owned()
}

/// Whether the next answer comes from memory.
fn is_kept(reader: &Client) -> bool {
    let before = hits(reader);
    let _ = reader.get(PATH).expect(200);
    hits(reader) != before
}

/// Asks until it is in memory: the first look at the database takes a moment after the start.
#[track_caller]
fn keep(reader: &Client) {
    assert!(eventually(|| is_kept(reader)), "it is never kept");
}

both! {
    a_front_page_from_memory_is_never_an_old_one(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let (world, sport) = (editor.tag("World", "section"), editor.tag("Sport", "section"));
        let all = news(app, &editor, &["A", "B", "C"], &json!({ "section": world["id"] }));
        let waiting = editor.draft(&json!({ "headline": "Later" }));
        let items: Vec<Value> = [&waiting, &all[0]].into_iter().map(|article| json!({ "article": article["id"] })).collect();
        let fill = json!({ "section": [world["id"]] });
        let front = published(&editor, &json!({ "name": "Front", "size": 3, "items": items, "fill": fill }));
        keep(&reader);
        // Work on it, and on what does not stand there, is no reason.
        let front = change(&editor, &front, &json!({ "name": "Front, tomorrow" }));
        let _ = news(app, &editor, &["Elsewhere"], &json!({ "section": sport["id"] }));
        assert!(is_kept(&reader));
        let first = reader.get(PATH).expect(200);
        let _ = act(&editor, &front, "publish").expect(200);
        assert_ne!(reader.get(PATH).expect(200).bytes, first.bytes);
        // What was put there waits for its article, and the fill for a new one.
        keep(&reader);
        let live = editor.act(&waiting, "publish", &json!({})).expect(200).data();
        assert_eq!(shown(&reader, "front"), ["Later", "A", "C"]);
        keep(&reader);
        let _ = editor.act(&live, "kill", &json!({})).expect(200);
        assert_eq!(shown(&reader, "front"), ["A", "C", "B"]);
        keep(&reader);
        let _ = news(app, &editor, &["D"], &json!({ "section": world["id"] }));
        assert_eq!(shown(&reader, "front"), ["A", "D", "C"]);
        keep(&reader);
        let scheduled = editor.draft(&json!({ "headline": "On the hour", "section": world["id"] }));
        let at = app.clock.now().plus_seconds(30).to_string();
        let _ = editor.act(&scheduled, "schedule", &json!({ "publish_at": at })).expect(200);
        keep(&reader);
        app.advance(31);
        assert_eq!(shown(&reader, "front"), ["A", "On the hour", "D"]);
        keep(&reader);
        let _ = act(&editor, &front, "unpublish").expect(200);
        let _ = reader.get(PATH).problem(404, "not_found");
    }
}
