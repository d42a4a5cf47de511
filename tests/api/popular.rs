//! The most viewed articles: who counts, how long a view weighs, and what several nodes make of it.

use serde_json::{Value, json};
use slugline::domain::views::{PER_ARTICLE, flush};
use slugline::jobs::sweep_once;

use crate::both;
use crate::support::rows::rows;
use crate::support::{Client, TestApp};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn path(article: &Value) -> String {
    format!("/v1/articles/{}/views", article["id"].as_str().unwrap())
}

/// So many different readers look at an article.
fn views(app: &TestApp, article: &Value, readers: usize) {
    for n in 0..readers {
        // A second that passes makes them readers of their own, however often this is called.
        let agent = format!("{FIREFOX} {n} {}", app.clock.now());
        let _ = app.anonymous().with("User-Agent", &agent).send("POST", &path(article), None).expect(204);
    }
}

fn popular(app: &TestApp, query: &str) -> Vec<String> {
    let cards = app.anonymous().get(&format!("/v1/popular?{query}")).expect(200).data();
    let cards = cards.as_array().unwrap().clone();
    for (n, card) in cards.iter().enumerate() {
        assert_eq!(card["rank"], n + 1);
    }
    cards.iter().map(|card| card["slug"].as_str().unwrap().to_owned()).collect()
}

fn published(editor: &Client, slug: &str, more: &Value) -> Value {
    let mut article = json!({ "headline": slug, "slug": slug });
    for (name, value) in more.as_object().unwrap() {
        article[name] = value.clone();
    }
    editor.published(&article)
}

fn sweep(app: &TestApp) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(sweep_once(&app.app)).unwrap();
}

fn two_languages(app: &TestApp) {
    let _ = app
        .signed_in("admin")
        .with("If-Match", "*")
        .patch("/v1/admin/site", &json!({ "locales": ["en", "es"] }))
        .expect(200);
}

both! {
    crawlers_programs_and_repeats_do_not_count(app) {
        let editor = app.editor();
        let [first, second] = ["first", "second"].map(|slug| published(&editor, slug, &json!({})));
        let send = |client: &Client, article: &Value| { let _ = client.send("POST", &path(article), Some(b"x")).expect(204); };
        let reader = app.anonymous().with("User-Agent", FIREFOX);
        // One reader is one view, however often they come.
        for _ in 0..20 {
            send(&reader, &first);
        }
        for agent in ["Googlebot/2.1", "curl/8.5.0", "python-requests/2.32", "facebookexternalhit/1.1", "axios/1.6.2", ""] {
            for n in 0..10 {
                send(&reader.with("User-Agent", agent).with("X-Forwarded-For", &format!("198.51.100.{n}")), &first);
            }
        }
        // Nor does anybody become many by saying so.
        for n in 0..20 {
            send(&reader.with("X-Forwarded-For", &format!("198.51.100.{n}")).with("Cookie", &format!("a={n}")), &first);
        }
        views(app, &second, 2);
        app.flush_views();
        assert_eq!(popular(app, ""), ["second", "first"]);
        assert_eq!(rows(app)["view_counts"], 2);
        // One network counts so often in an hour and no more, whatever it calls itself.
        app.advance(3_600);
        views(app, &first, usize::from(PER_ARTICLE) + 50);
        let counted = app.app.views.take();
        assert_eq!(counted.iter().map(|(_, _, count)| *count).sum::<i64>(), i64::from(PER_ARTICLE));
        // The next day a reader counts again.
        app.advance(86_400);
        send(&reader, &first);
        send(&reader, &first);
        assert_eq!(app.app.views.take().len(), 1);
        let long = vec![b'x'; 5_000];
        let _ = reader.send("POST", &path(&first), Some(&long)).problem(413, "payload_too_large");
        let _ = reader.send("POST", "/v1/articles/first/views", None).problem(404, "not_found");
        // Nothing that is not live is counted, though the answer does not tell.
        let draft = app.editor().draft(&json!({ "headline": "Draft" }));
        views(app, &draft, 3);
        views(app, &json!({ "id": "01890000-0000-7000-8000-00000000abcd" }), 3);
        app.flush_views();
        assert_eq!(rows(app)["view_counts"], 2);
    }

    an_older_view_weighs_less_and_one_out_of_the_window_nothing(app) {
        let editor = app.editor();
        let [old, new] = ["old", "new"].map(|slug| published(&editor, slug, &json!({})));
        // To the beginning of an hour, so that hours are counted from there.
        app.advance(3_600 - app.clock.now().unix().rem_euclid(3_600) + 1);
        views(app, &old, 5);
        app.flush_views();
        app.advance(6 * 3_600);
        views(app, &new, 3);
        app.flush_views();
        // Five views of six hours ago weigh two and a half.
        assert_eq!(popular(app, "window=24h"), ["new", "old"]);
        assert_eq!(popular(app, "window=1h"), ["new"]);
        assert_eq!(popular(app, "window=7d"), ["old", "new"]);
        assert_eq!(popular(app, "window=30d"), ["old", "new"]);
        app.advance(17 * 3_600);
        assert_eq!(popular(app, "window=24h"), ["new", "old"]);
        app.advance(2 * 3_600);
        assert_eq!(popular(app, "window=24h"), ["new"]);
        app.advance(6 * 86_400);
        assert_eq!(popular(app, "window=24h"), Vec::<String>::new());
        assert_eq!(popular(app, "window=7d"), ["new"]);
        app.advance(24 * 86_400);
        assert_eq!(popular(app, "window=30d"), Vec::<String>::new());
        assert_eq!(rows(app)["view_counts"], 2);
        sweep(app);
        assert_eq!(rows(app)["view_counts"], 0);
    }

    the_order_is_found_once_a_minute(app) {
        let editor = app.editor();
        let [first, second] = ["first", "second"].map(|slug| published(&editor, slug, &json!({})));
        views(app, &first, 1);
        app.flush_views();
        assert_eq!(popular(app, ""), ["first"]);
        views(app, &second, 2);
        app.flush_views();
        app.advance(30);
        assert_eq!(popular(app, ""), ["first"], "not yet");
        // What is not live any more goes at once all the same.
        let first = editor.article(&first["id"]);
        let gone = editor.act(&first, "unpublish", &json!({})).expect(200).data();
        assert_eq!(popular(app, ""), Vec::<String>::new());
        app.advance(31);
        assert_eq!(popular(app, ""), ["second"]);
        let _ = editor.act(&gone, "publish", &json!({})).expect(200);
        app.advance(61);
        assert_eq!(popular(app, ""), ["second", "first"]);
        assert_eq!(app.anonymous().get("/v1/articles/first?include=popular").data()["popular"].as_array().unwrap().len(), 2);
    }

    a_section_and_a_language_have_their_own_first_ones(app) {
        two_languages(app);
        let editor = app.editor();
        let [world, sports] = ["World", "Sports"].map(|name| editor.tag(name, "section"));
        // The first hundred and fifty are all of one section and language.
        let now = app.clock.now().unix() / 3_600;
        let mut counted = Vec::new();
        for n in 0..150_i64 {
            let article = published(&editor, &format!("world-{n}"), &json!({ "section": world["id"] }));
            counted.push((slugline::model::Id::parse(article["id"].as_str().unwrap()).unwrap(), now, 1_000 - n));
        }
        let sport = published(&editor, "sport", &json!({ "section": sports["id"] }));
        let deporte = published(&editor, "deporte", &json!({ "section": sports["id"], "locale": "es" }));
        let mundo = published(&editor, "mundo", &json!({ "section": world["id"], "locale": "es" }));
        let none = published(&editor, "none", &json!({}));
        app.app.write_here(|cx, _| flush(cx, &counted)).unwrap();
        for (article, readers) in [(&sport, 1), (&deporte, 2), (&mundo, 3), (&none, 1)] {
            views(app, article, readers);
        }
        app.flush_views();
        let top = popular(app, "limit=100");
        assert_eq!((top.len(), top[0].as_str(), top[99].as_str()), (100, "world-0", "world-99"));
        assert_eq!(popular(app, "section=sports"), ["deporte", "sport"]);
        assert_eq!(popular(app, "section=sports&locale=en"), ["sport"]);
        assert_eq!(popular(app, "locale=es"), ["mundo", "deporte"]);
        assert_eq!(popular(app, "locale=es&section=sports,world"), ["mundo", "deporte"]);
        assert_eq!(popular(app, "section=world&limit=1"), ["world-0"]);
        assert_eq!(popular(app, "section=nowhere"), Vec::<String>::new());
        // What moves to another section leaves this one at once.
        let path = format!("/v1/admin/articles/{}", sport["id"].as_str().unwrap());
        let moved = editor.with("If-Match", "*").patch(&path, &json!({ "section": world["id"] })).expect(200).data();
        let _ = editor.act(&moved, "publish", &json!({})).expect(200);
        assert_eq!(popular(app, "section=sports&locale=en"), Vec::<String>::new());
    }

    nodes_add_up_and_a_crash_loses_what_was_not_flushed(app) {
        let editor = app.editor();
        let [first, second] = ["first", "second"].map(|slug| published(&editor, slug, &json!({})));
        views(app, &second, 3);
        let node = app.second_node();
        let id = |article: &Value| slugline::model::Id::parse(article["id"].as_str().unwrap()).unwrap();
        for n in 0..2_u8 {
            let viewer = slugline::domain::views::Viewer { address: [192, 0, 2, n].into(), agent: FIREFOX };
            node.views.count(id(&first), viewer, app.clock.now());
        }
        views(app, &first, 2);
        // Both at once, in one statement each, over the same rows.
        let (here, there) = (app.app.views.take(), node.views.take());
        std::thread::scope(|scope| {
            let one = scope.spawn(|| app.app.write_here(|cx, _| flush(cx, &here)).unwrap());
            let other = scope.spawn(|| node.write_here(|cx, _| flush(cx, &there)).unwrap());
            assert_eq!((one.join().unwrap(), other.join().unwrap()), (2, 1));
        });
        assert_eq!(popular(app, ""), ["first", "second"]);
        // What a node had in its memory when it fell is gone, and nothing else.
        views(app, &second, 5);
        drop(app.app.views.take());
        app.advance(61);
        assert_eq!(popular(app, ""), ["first", "second"]);
    }

    a_busy_second_is_one_statement(app) {
        let editor = app.editor();
        let articles: Vec<Value> = (0..30).map(|n| published(&editor, &format!("a-{n}"), &json!({}))).collect();
        let hour = app.clock.now().unix() / 3_600;
        let ids: Vec<slugline::model::Id> =
            articles.iter().map(|article| slugline::model::Id::parse(article["id"].as_str().unwrap()).unwrap()).collect();
        let mut counted: Vec<_> = (0..3_000).map(|_| (slugline::model::Id::new(), hour, 1)).collect();
        for (id, n) in ids.iter().rev().zip(1..) {
            counted.extend([(*id, hour, n), (*id, hour - 1, n)]);
        }
        // Two nodes in opposite orders, many times, wait for each other and never for ever.
        let mut backwards = counted.clone();
        backwards.reverse();
        let node = app.second_node();
        std::thread::scope(|scope| {
            for (app, rows) in [(&app.app, &counted), (&node, &backwards)] {
                scope.spawn(move || (0..10).for_each(|_| { let _ = app.write_here(|cx, _| flush(cx, rows)).unwrap(); }));
            }
        });
        assert_eq!(rows(app)["view_counts"], 60);
        assert_eq!(popular(app, "limit=2"), ["a-0", "a-1"]);
    }
}
