//! Relations cost the same few statements, however many rows there are.

use serde_json::{Value, json};
use slugline::domain::reading::{self, Beside, Found, ListRequest};
use slugline::domain::search;
use slugline::model::paging::Paging;
use slugline::model::{FromText as _, Handle};
use slugline::text::query::Query;

use crate::both;
use crate::support::pictures::jpeg;
use crate::support::statements::counted;
use crate::support::{Client, TestApp};

/// Articles that share nothing: each has a section, a tag, an author and a picture of its own, in its body too.
fn publish(editor: &Client, numbers: std::ops::Range<u8>) {
    for n in numbers {
        let (section, tag) = (editor.tag(&format!("Section {n}"), "section"), editor.tag(&format!("Tag {n}"), "topic"));
        let (author, hero) = (editor.author(&format!("Author {n}")), editor.upload("a.jpg", &jpeg(n), &[]).data());
        let body = json!([{ "_type": "image", "media": hero["id"] }, { "_type": "paywall" }]);
        let article = json!({ "headline": format!("News {n}"), "slug": format!("news-{n}"), "section": section["id"], "tags": [tag["id"]],
            "authors": [author["id"]], "hero": hero["id"], "body": body });
        let _: Value = editor.published(&article);
    }
}

/// The statements of a list of 100 with bodies, of a search, and of a page with everything beside it.
fn costs(app: &TestApp, found: usize) -> [usize; 3] {
    let newest = ListRequest::newest(Paging::Keyset { limit: 100, from: None });
    let list = ListRequest { bodies: true, ..newest };
    let page = ListRequest { paging: Paging::Numbered { limit: 100, page: 1 }, bodies: false, ..list.clone() };
    let (news, at) = (Query::parse("news").unwrap(), Handle::from_text("news-1").unwrap());
    let all = Beside { related: true, popular: true, described: true };
    [
        counted(app, |cx| {
            assert_eq!(reading::list(cx, &list)?.stories.len(), found);
            Ok(())
        }),
        counted(app, |cx| {
            assert_eq!(search::search(cx, &page, &news)?.stories.len(), found);
            Ok(())
        }),
        counted(app, |cx| {
            assert!(matches!(reading::article(cx, &at, None, all)?, Found::Here(_)));
            Ok(())
        }),
    ]
}

both! {
    a_row_more_costs_no_statement_more(app) {
        let editor = app.editor();
        publish(&editor, 1..4);
        // What is found once a minute only is found before: the ranking, and what PostgreSQL expects of the search.
        let _ = app.anonymous().get("/v1/popular").expect(200);
        let _ = costs(app, 3);
        let few = costs(app, 3);
        publish(&editor, 4..16);
        assert_eq!(costs(app, 15), few);
        assert!(few.iter().all(|count| *count <= 30), "{few:?}");
    }
}
