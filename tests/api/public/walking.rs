//! Lists that are walked while news arrives.

use serde_json::{Value, json};
use slugline::model::Time;

use super::members;
use crate::both;
use crate::support::{Client, TestApp};

/// Articles, some of them published in the same instant.
fn newsroom(app: &TestApp, editor: &Client) -> Vec<String> {
    let slugs: Vec<String> = (0..11).map(|n| format!("old-{n}")).collect();
    for (n, slug) in slugs.iter().enumerate() {
        let tag = json!({ "headline": format!("{} {slug}", n % 3), "slug": slug });
        let _ = editor.published(&tag);
        app.advance(i64::from(n % 4 == 0));
    }
    slugs
}

/// Walks from `first` along the link `rel`, and lets `between` happen after every part.
fn walk(reader: &Client, first: &str, rel: &str, mut between: impl FnMut()) -> (Vec<String>, String) {
    let (mut seen, mut last) = (Vec::new(), first.to_owned());
    let mut next = Some(first.to_owned());
    for _ in 0..60 {
        let Some(path) = next else { return (seen, last) };
        let answer = reader.get(&path).expect(200);
        let part = members(&answer, "slug");
        if rel == "prev" {
            seen.splice(0..0, part)
        } else {
            seen.splice(seen.len().., part)
        };
        next = answer.json()["links"][rel].as_str().map(str::to_owned);
        last = path;
        between();
    }
    panic!("{first} has no end");
}

both! {
    old_news_shows_once_each_while_new_ones_arrive(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let old = newsroom(app, &editor);
        let mut count = 0;
        let mut arrive = || {
            count += 1;
            let _ = editor.published(&json!({ "headline": format!("{} new", count % 3), "slug": format!("new-{count}") }));
            app.advance(count % 2);
        };
        for sort in ["", "&sort=published_at", "&sort=-updated_at", "&sort=updated_at", "&sort=headline"] {
            let whole: Vec<String> = members(&reader.get(&format!("/v1/articles?limit=100{sort}")), "slug");
            let only_old = |seen: &[String]| -> Vec<String> { seen.iter().filter(|slug| old.contains(slug)).cloned().collect() };
            let expected = only_old(&whole);
            assert_eq!(expected.len(), old.len());
            let mut turns = 0;
            let (seen, last) = walk(&reader, &format!("/v1/articles?limit=3{sort}"), "next", || { turns += 1; if turns < 5 { arrive() } });
            assert_eq!(only_old(&seen), expected, "{sort} there");
            assert_eq!(seen.iter().collect::<std::collections::BTreeSet<_>>().len(), seen.len(), "{sort}: twice");
            let mut turns = 0;
            let (seen, _) = walk(&reader, &last, "prev", || { turns += 1; if turns < 5 { arrive() } });
            assert_eq!(only_old(&seen), expected, "{sort} back");
            assert_eq!(seen.iter().collect::<std::collections::BTreeSet<_>>().len(), seen.len(), "{sort}: twice back");
        }
    }

    what_disappears_on_the_way_leaves_no_gap(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let old = newsroom(app, &editor);
        let first = reader.get("/v1/articles?limit=4").expect(200);
        let next = first.json()["links"]["next"].as_str().unwrap().to_owned();
        let shown = members(&first, "slug");
        // The very article that the cursor stands at, and one that was not shown yet.
        let gone: Vec<String> = vec![shown[3].clone(), old[2].clone()];
        for slug in &gone {
            let id = reader.get(&format!("/v1/articles/{slug}")).data()["id"].clone();
            let _ = editor.act(&editor.article(&id), "unpublish", &json!({})).expect(200);
        }
        let (rest, _) = walk(&reader, &next, "next", || {});
        let mut all: Vec<String> = shown.into_iter().chain(rest).collect();
        all.sort();
        let mut expected: Vec<String> = old.iter().filter(|slug| **slug != old[2]).cloned().collect();
        expected.sort();
        assert_eq!(all, expected);
    }

    several_tags_authors_or_sections_are_one_list(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let tags: Vec<Value> = (0..17).map(|n| editor.tag(&format!("Tag {n}"), "topic")["id"].clone()).collect();
        let sections: Vec<Value> = (0..2).map(|n| editor.tag(&format!("Part {n}"), "section")["id"].clone()).collect();
        let authors: Vec<Value> = (0..2).map(|n| editor.author(&format!("Writer {n}"))["id"].clone()).collect();
        let article = |slug: String, n: usize| {
            let tagged: Vec<&Value> = (0..3).filter(|bit| n >> bit & 1 == 1).map(|bit| &tags[bit]).collect();
            let written: Vec<&Value> = authors.iter().skip(n % 3).collect();
            json!({ "headline": slug, "slug": slug, "tags": tagged, "authors": written, "section": sections.get(n % 3) })
        };
        for n in 0..14 {
            let _ = editor.published(&article(format!("a{n}"), n));
            app.advance(i64::from(n % 4 == 0));
        }
        // What nobody sees stands first in the order, and takes nobody's place.
        for n in 0..4 {
            let gone = editor.published(&article(format!("gone{n}"), 7));
            let _ = editor.act(&gone, "unpublish", &json!({})).expect(200);
            let later = editor.draft(&article(format!("later{n}"), 7));
            let _ = editor.act(&later, "schedule", &json!({ "publish_at": Time::system().plus_seconds(36_000).to_string() })).expect(200);
        }
        let all = "tag=".to_owned() + &(0..17).map(|n| format!("tag-{n}")).collect::<Vec<_>>().join(",");
        let bounds = ["a3", "a9"].map(|slug| reader.get(&format!("/v1/articles/{slug}")).data()["published_at"].as_str().unwrap().to_owned());
        let between = format!("tag=tag-0,tag-1&published_after={}&published_before={}", bounds[0], bounds[1]);
        let earlier = format!("author=writer-0&published_before={}", bounds[1]);
        let cases: [(&str, &dyn Fn(usize) -> bool); 16] = [
            ("tag=tag-0,tag-1", &|n| n & 3 != 0),
            ("tag=tag-0,tag-1,tag-2", &|n| n & 7 != 0),
            (&all, &|n| n & 7 != 0),
            ("tag=tag-2,tag-5", &|n| n & 4 != 0),
            ("author=writer-0,writer-1", &|n| n % 3 < 2),
            ("section=part-0,part-1", &|n| n % 3 < 2),
            ("tag=tag-0,tag-1&section=part-0,part-1&author=writer-0,writer-1", &|n| n & 3 != 0 && n % 3 < 2),
            ("tag=tag-0,tag-1&section=part-1", &|n| n & 3 != 0 && n % 3 == 1),
            ("tag=tag-0,tag-1&tag_not=tag-2", &|n| n & 3 != 0 && n & 4 == 0),
            ("tag=tag-0&tag_not=tag-2,tag-1", &|n| n & 7 == 1),
            ("author=writer-0,writer-1&tag_not=tag-0,tag-3", &|n| n % 3 < 2 && n & 1 == 0),
            ("tag=tag-0,tag-1&tag_all=tag-0,tag-2", &|n| n & 5 == 5),
            ("tag=tag-0,tag-1&tag_not=tag-1,tag-0,tag-3", &|_| false),
            ("tag_all=tag-0,tag-1&tag_not=tag-1", &|_| false),
            // What was published in one instant advances together: four share one.
            (&between, &|n| n & 3 != 0 && (5..9).contains(&n)),
            (&earlier, &|n| n % 3 == 0 && n < 9),
        ];
        for sort in ["", "&sort=published_at", "&sort=-updated_at", "&sort=headline"] {
            let whole = members(&reader.get(&format!("/v1/articles?limit=100{sort}")), "slug");
            assert_eq!(whole.len(), 14);
            for (query, shows) in cases {
                let expected: Vec<&String> = whole.iter().filter(|slug| shows(slug[1..].parse().unwrap())).collect();
                let (seen, last) = walk(&reader, &format!("/v1/articles?{query}&limit=2{sort}"), "next", || {});
                assert_eq!(seen.iter().collect::<Vec<_>>(), expected, "{query}{sort}");
                let (seen, _) = walk(&reader, &last, "prev", || {});
                assert_eq!(seen.iter().collect::<Vec<_>>(), expected, "{query}{sort} back");
                let third = reader.get(&format!("/v1/articles?{query}&limit=2&page=3{sort}")).expect(200);
                assert_eq!(members(&third, "slug").iter().collect::<Vec<_>>(), expected[expected.len().min(4)..expected.len().min(6)], "{query}{sort}");
                assert_eq!(third.json()["meta"]["total"], expected.len());
            }
        }
    }

    links_lead_to_the_parts_and_keep_the_filters(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let _ = newsroom(app, &editor);
        let first = reader.get("/v1/articles?limit=5&kind=news&fields=slug").expect(200);
        let json: Value = first.json();
        let (links, meta) = (&json["links"], &json["meta"]);
        assert_eq!((&links["prev"], &meta["prev_cursor"], &meta["limit"]), (&Value::Null, &Value::Null, &json!(5)));
        let next = links["next"].as_str().unwrap();
        assert!(next.starts_with(&reader.base) && next.contains("kind=news") && next.contains("fields=slug") && next.contains("limit=5"));
        assert!(next.contains(meta["next_cursor"].as_str().unwrap()));
        assert!(first.header("link").unwrap().contains(&format!("<{next}>; rel=\"next\"")));
        let second = reader.get(next).expect(200).json();
        assert!(second["links"]["prev"].is_string());
        let back = reader.get(second["links"]["prev"].as_str().unwrap()).expect(200).json();
        assert_eq!(back["data"], json["data"]);
        assert_eq!(reader.get(second["links"]["first"].as_str().unwrap()).json()["data"], json["data"]);
    }
}
