//! `slugline seed`: an archive to measure with, found and listed like any other.

use serde_json::Value;
use slugline::domain::seeding::place;

use crate::both;

/// Two whole batches and one of one article.
const ARTICLES: usize = 2_001;

both! {
    what_was_seeded_is_all_there_and_found(app) {
        let reader = app.anonymous();
        let mut command = app.command("seed");
        command.args(["--paragraphs", "1", "--tags", "10", "--media", "1", "--articles", &ARTICLES.to_string()]);
        let done = command.output().unwrap();
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success() && told.contains(&format!("{ARTICLES} of {ARTICLES} articles")), "{told}");
        let list = reader.get("/v1/articles?page=1&limit=100").expect(200);
        assert_eq!(list.json()["meta"]["total"], ARTICLES);
        let times: Vec<String> = crate::public::members(&list, "published_at");
        assert!(times.is_sorted_by(|newer, older| newer > older), "{times:?}");
        // Each place has three articles; those of number 999 are of two batches.
        for number in [0, 999, ARTICLES - 1] {
            let found = reader.get(&format!("/v1/search?q={}", place(number))).expect(200);
            assert_eq!(found.json()["meta"]["total"], 3, "{}", place(number));
        }
        let common = reader.get("/v1/search?q=harbour&limit=1").expect(200);
        assert_eq!(common.json()["meta"]["total_capped"], true);
        // Beside the newest 200, which nearly all say it somewhere, are the newest 50 of the others whose headlines or tags do.
        let pages = (1..=3).flat_map(|page| {
            let path = format!("/v1/search?q=harbour&limit=100&page={page}&fields=id,headline,published_at,section,tags");
            reader.get(&path).expect(200).data().as_array().unwrap().clone()
        });
        let text = |story: &Value, member: &str| story[member].as_str().unwrap().to_owned();
        let mut all: Vec<Value> = pages.collect();
        all.sort_by_key(|story| std::cmp::Reverse(text(story, "published_at")));
        all.dedup_by_key(|story| text(story, "id"));
        assert_eq!(all.len(), 250);
        assert!(all[200..].iter().all(|story| story.to_string().to_lowercase().contains("harbour")));
    }
}
