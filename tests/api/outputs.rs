//! What readers' programs, search engines and other newsrooms are given of what is live.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};
use slugline::domain::reading::sitemaps;
use slugline::model::Time;

use crate::both;
use crate::support::{Answer, Client, pictures};

const HOSTILE: &str = "]]> <script>alert(1)</script> & \"quotes\" '–' 🗞️ \u{202e}מים\u{202c} --> <!-- ﷽";
const FEEDS: [&str; 3] = ["/v1/feeds/rss.xml", "/v1/feeds/atom.xml", "/v1/feeds/feed.json"];

/// The texts of an element, in order; the document must be well formed, and hold no character that XML forbids.
#[track_caller]
fn texts(answer: &Answer, name: &str) -> Vec<String> {
    let text = answer.text();
    assert!(
        text.chars().all(|c| matches!(c, '\n' | '\t' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))
    );
    let mut reader = Reader::from_str(&text);
    let (mut found, mut depth, mut inside) = (Vec::<String>::new(), 0, false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                depth += 1;
                inside = start.name().as_ref() == name.as_bytes();
                if inside {
                    found.push(String::new());
                }
            }
            Event::End(_) => (depth, inside) = (depth - 1, false),
            Event::Text(part) if inside => found.last_mut().unwrap().push_str(&part.decode().unwrap()),
            Event::GeneralRef(part) if inside => {
                let entity = format!("&{};", part.decode().unwrap());
                found.last_mut().unwrap().push_str(&quick_xml::escape::unescape(&entity).unwrap());
            }
            Event::CData(_) => panic!("a CDATA section"),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    found
}

fn urls(client: &Client, path: &str) -> Vec<String> {
    texts(&client.get(path).expect(200), "loc")
}

fn path(article: &Value, rest: &str) -> String {
    format!("/v1/articles/{}{rest}", article["id"].as_str().unwrap())
}

/// IPTC's own schema; what it says of coordinates stands elsewhere, and nothing of ours has them.
#[track_caller]
fn assert_ninjs(item: &Value) {
    let mut schema: Value = serde_json::from_str(include_str!("../../.ci/outputs/ninjs-schema_3.1.json")).unwrap();
    *schema.pointer_mut("/$defs/ninjsType/properties/places/items/properties/geoJSON").unwrap() = json!({});
    let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(item).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

both! {
    feeds_carry_what_the_list_carries(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let (section, author) = (editor.tag("World & <More>", "section"), editor.author("Ana \"Pérez\" & Co"));
        let body = format!("{HOSTILE}\n\n[here](/there)");
        let first = editor.published(&json!({ "headline": HOSTILE, "slug": "hostile", "standfirst": HOSTILE,
            "section": section["id"], "authors": [author["id"]], "body_markdown": body }));
        app.advance(60);
        let paywalled = json!([
            { "_type": "block", "children": [{ "_type": "span", "text": "Open words." }] },
            { "_type": "paywall" },
            { "_type": "block", "children": [{ "_type": "span", "text": "Closed words." }] },
        ]);
        let _ = editor.published(&json!({ "headline": "Behind", "access": "subscriber", "body": paywalled }));
        let _ = editor.draft(&json!({ "headline": "Nobody sees this" }));

        let types = ["application/rss+xml; charset=utf-8", "application/atom+xml; charset=utf-8", "application/feed+json"];
        for (feed, media_type) in FEEDS.into_iter().zip(types) {
            let answer = reader.get(&format!("{feed}?content=full")).expect(200);
            assert_eq!((answer.header("content-type"), answer.header("access-control-allow-origin")), (Some(media_type), Some("*")));
            let text = answer.text();
            assert!(text.contains("Open words.") && !text.contains("Closed words.") && !text.contains("Nobody sees"), "{text}");
            let etag = answer.header("etag").unwrap();
            let _ = reader.with("If-None-Match", etag).get(&format!("{feed}?content=full")).expect(304);
            assert_eq!(reader.send("HEAD", feed, None).status, 200);
            assert!(!reader.get(feed).expect(200).text().contains("Open words."));
            assert_eq!(reader.get(&format!("{feed}?section=nowhere")).status, 200);
            let _ = reader.get(&format!("{feed}?limit=101")).problem(400, "invalid_parameter");
            let _ = reader.get(&format!("{feed}?page=1")).problem(400, "invalid_parameter");
            let _ = reader.get(&format!("{feed}?fallback_locale=es")).problem(400, "invalid_parameter");
        }
        let of_section = |feed: &str| reader.get(&format!("{feed}?section={}&content=full", section["slug"].as_str().unwrap())).expect(200);
        let rss = of_section(FEEDS[0]);
        assert_eq!(texts(&rss, "title")[1..], [HOSTILE.to_owned()]);
        assert!(texts(&rss, "title")[0].ends_with("World & <More>"));
        assert_eq!(texts(&rss, "guid"), [format!("urn:uuid:{}", first["id"].as_str().unwrap())]);
        assert_eq!(texts(&rss, "dc:creator"), ["Ana \"Pérez\" & Co"]);
        assert_eq!(quick_xml::escape::unescape(&texts(&rss, "description")[1]).unwrap(), HOSTILE);
        assert!(texts(&rss, "content:encoded")[0].contains("href=\"https://news.example/there\""));
        assert!(texts(&rss, "pubDate")[0].ends_with(" GMT"));
        assert_eq!(texts(&of_section(FEEDS[1]), "title")[1], HOSTILE);
        let json = of_section(FEEDS[2]).json();
        assert_eq!((&json["version"], json["items"].as_array().unwrap().len()), (&json!("https://jsonfeed.org/version/1.1"), 1));
        assert_eq!((&json["items"][0]["title"], &json["items"][0]["authors"][0]["name"]), (&json!(HOSTILE), &json!("Ana \"Pérez\" & Co")));
        assert!(json["feed_url"].as_str().unwrap().starts_with("http"));
    }

    a_feed_is_called_as_its_tag_is(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let _ = app.signed_in("admin").with("If-Match", "*").patch("/v1/admin/site", &json!({ "name": "The Courier", "locales": ["en", "es"] })).expect(200);
        let tag = editor.post("/v1/admin/tags", &json!({ "name": "Business", "kind": "section", "names": { "es": "Economía" } })).expect(201).data();
        let path = format!("/v1/admin/tags/{}", tag["id"].as_str().unwrap());
        let _ = editor.if_match(&tag["version"]).patch(&path, &json!({ "slug": "trade" })).expect(200);
        for locale in ["en", "es"] {
            let _ = editor.published(&json!({ "headline": "Ships", "locale": locale, "section": tag["id"] }));
        }
        // By its former address, too.
        for section in [tag["id"].as_str().unwrap(), "trade", "business"] {
            for (more, title) in [("", "Business"), ("&locale=en", "Business"), ("&locale=es", "Economía")] {
                let feed = reader.get(&format!("{}?section={section}{more}", FEEDS[2])).expect(200).json();
                assert_eq!((&feed["title"], feed["items"].as_array().unwrap().is_empty()), (&json!(format!("The Courier – {title}")), false));
                assert!(feed["home_page_url"].as_str().unwrap().ends_with("/trade"), "{feed}");
            }
        }
        // Nobody learns from it which tags there are that no reader sees.
        let _ = editor.tag("Operation X", "section");
        for other in ["operation-x", "operation-y"] {
            let feed = reader.get(&format!("{}?section=trade,{other}", FEEDS[2])).expect(200).json();
            assert_eq!((&feed["title"], feed["items"].as_array().unwrap().len()), (&json!("The Courier"), 2));
        }
    }

    sitemaps_list_what_search_engines_may_keep(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let part = "/v1/sitemaps/articles-1.xml";
        assert!(urls(&reader, part).is_empty() && urls(&reader, "/v1/sitemaps/news.xml").is_empty());
        let _ = app.signed_in("admin").with("If-Match", "*").patch("/v1/admin/site", &json!({ "locales": ["en", "es"] })).expect(200);
        let hero = editor.upload("a & b.jpg", &pictures::jpeg(7), &[]).expect(201).data();
        let first = editor.published(&json!({ "headline": HOSTILE, "slug": "first", "hero": hero["id"] }));
        let _ = editor.published(&json!({ "headline": "Primero", "slug": "primero", "locale": "es", "translation_of": first["id"] }));
        let _ = editor.published(&json!({ "headline": "Hidden", "slug": "hidden", "seo": { "no_index": true } }));
        let _ = editor.published(&json!({ "headline": "Elsewhere", "slug": "elsewhere", "seo": { "canonical_url": "https://other.example/x" } }));
        let paid = editor.published(&json!({ "headline": "Paid", "slug": "paid", "kind": "sponsored" }));
        let later = editor.draft(&json!({ "headline": "Later", "slug": "later" }));
        let _ = editor.act(&later, "schedule", &json!({ "publish_at": Time::system().plus_seconds(5_000).to_string() })).expect(200);
        let at = |slug: &str| format!("https://news.example/{slug}");
        assert_eq!(urls(&reader, part), [at("first"), at("es/primero"), at("paid")]);
        assert_eq!(urls(&reader, "/v1/sitemaps/news.xml"), [at("es/primero"), at("first")]);
        let answer = reader.get(part).expect(200);
        assert_eq!(answer.header("content-type"), Some("application/xml; charset=utf-8"));
        let text = answer.text();
        assert_eq!(text.matches("hreflang=\"es\" href=\"https://news.example/es/primero\"").count(), 2, "{text}");
        assert_eq!(text.matches("hreflang=\"x-default\" href=\"https://news.example/first\"").count(), 2, "{text}");
        assert_eq!(texts(&answer, "image:loc").len(), 1);
        let news = reader.get("/v1/sitemaps/news.xml").expect(200);
        assert_eq!((texts(&news, "news:title")[1].as_str(), texts(&news, "news:language")), (HOSTILE, vec!["es".to_owned(), "en".to_owned()]));

        // New parts begin behind so many copies, and stay.
        let begun = app.app.write_here(|cx, _| sitemaps::divide(cx, 2)).unwrap();
        assert!(begun >= 2, "{begun}");
        let index = urls(&reader, "/v1/sitemaps/index.xml");
        assert_eq!(index.len(), begun + 1);
        assert!(index[1].ends_with("/v1/sitemaps/articles-2.xml"), "{index:?}");
        assert_eq!(urls(&reader, part), [at("first"), at("es/primero")]);
        let all: Vec<String> = index.iter().flat_map(|url| urls(&reader, url)).collect();
        assert_eq!(all, [at("first"), at("es/primero"), at("paid")]);
        for unknown in ["articles-99.xml", "articles-0.xml", "articles-x.xml"] {
            let _ = reader.get(&format!("/v1/sitemaps/{unknown}")).problem(404, "not_found");
        }
        let _ = editor.act(&paid, "kill", &json!({})).expect(200);
        assert_eq!(app.app.write_here(|cx, _| sitemaps::divide(cx, 2)).unwrap(), 0);
        assert_eq!(index.iter().flat_map(|url| urls(&reader, url)).collect::<Vec<_>>(), all[..2]);

        // News grows old; the rest does not, and what waited has come.
        app.advance(2 * 86_400 + 10);
        assert_eq!(urls(&reader, "/v1/sitemaps/news.xml"), [at("later")]);
        let all: Vec<String> = index.iter().flat_map(|url| urls(&reader, url)).collect();
        assert_eq!(all, [at("first"), at("es/primero"), at("later")]);
    }

    search_engines_read_schema_org(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let (section, person) = (editor.tag("World", "section"), editor.tag("Ana Example", "person"));
        let author = editor.author("Ana Pérez");
        let hero = editor.upload("hero.jpg", &pictures::jpeg(8), &[("credit", "Ana"), ("digital_source_type", "digitalCapture")]).expect(201).data();
        let film = json!({ "embed_url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "title": "The film" });
        let film = editor.post("/v1/admin/media", &film).expect(201).data();
        let live = editor.published(&json!({ "headline": HOSTILE, "slug": "marked", "section": section["id"], "tags": [person["id"]],
            "authors": [author["id"]], "hero": hero["id"], "recommended_video": film["id"], "access": "subscriber",
            "dateline": { "text": "ALMATY", "city": "Almaty", "latitude": 43.25, "longitude": 76.9 },
            "rights": { "copyright_holder": "The Example" }, "body_markdown": "Words." }));
        app.advance(5);
        let live = editor.act(&live, "correct", &json!({ "kind": "correction", "text": "It was 26." })).expect(200).data();
        let answer = reader.get("/v1/articles/marked/jsonld").expect(200);
        assert_eq!(answer.header("content-type"), Some("application/ld+json"));
        let text = answer.text();
        assert!(!text.contains(['<', '>', '&']), "{text}");
        let seen = answer.json();
        assert_eq!((&seen["@context"], &seen["@type"], &seen["headline"]), (&json!("https://schema.org"), &json!("NewsArticle"), &json!(HOSTILE)));
        assert!(seen["@id"].as_str().unwrap().ends_with(&path(&live, "")));
        assert_eq!((&seen["author"][0]["name"], &seen["author"][0]["url"]), (&json!("Ana Pérez"), &json!("https://news.example/authors/ana-perez")));
        assert_eq!((&seen["isAccessibleForFree"], &seen["hasPart"]["cssSelector"]), (&json!(false), &json!(".paywall")));
        assert_eq!((&seen["correction"][0]["text"], &seen["dateModified"]), (&json!("It was 26."), &seen["correction"][0]["datePublished"]));
        assert_eq!((&seen["image"][0]["creditText"], &seen["about"][0]["@type"]), (&json!("Ana"), &json!("Person")));
        assert_eq!(seen["video"]["embedUrl"], "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ");
        let way = seen["mainEntityOfPage"]["breadcrumb"]["itemListElement"].as_array().unwrap();
        assert_eq!((way.len(), &way[1]["name"], &way[2]["position"]), (3, &json!("World"), &json!(3)));
        let detail = reader.get("/v1/articles/marked?include=jsonld&fields=id").expect(200).data();
        assert_eq!(detail, json!({ "id": live["id"], "jsonld": seen }));
        assert!(reader.get("/v1/articles/marked").data().get("jsonld").is_none());

        let kinds = [("analysis", "AnalysisNewsArticle"), ("opinion", "OpinionNewsArticle"), ("feature", "BackgroundNewsArticle"),
            ("review", "ReviewNewsArticle"), ("interview", "NewsArticle"), ("video", "NewsArticle"), ("gallery", "NewsArticle"),
            ("sponsored", "AdvertiserContentArticle"), ("live", "LiveBlogPosting")];
        for (kind, expected) in kinds {
            let made = editor.published(&json!({ "headline": kind, "kind": kind }));
            let seen = reader.get(&path(&made, "/jsonld")).expect(200).json();
            assert_eq!((&seen["@type"], &seen["isAccessibleForFree"]), (&json!(expected), &json!(true)));
            if kind == "live" {
                let updates = format!("/v1/admin/articles/{}/live-updates", made["id"].as_str().unwrap());
                let _ = editor.post(&updates, &json!({ "headline": "Goal", "body": [] })).expect(201);
                let seen = reader.get(&path(&made, "/jsonld")).expect(200).json();
                assert_eq!((&seen["liveBlogUpdate"][0]["headline"], &seen["liveBlogUpdate"][0]["@type"]), (&json!("Goal"), &json!("BlogPosting")));
            }
        }
        let edited = editor.if_match(&live["version"]).patch(&format!("/v1/admin/articles/{}", live["id"].as_str().unwrap()), &json!({ "slug": "moved" }));
        let live = editor.act(&edited.expect(200).data(), "publish", &json!({})).expect(200).data();
        for rest in ["/jsonld", "/ninjs"] {
            let moved = reader.get(&format!("/v1/articles/marked{rest}")).expect(301);
            assert_eq!(moved.header("location"), Some(format!("/v1/articles/moved{rest}").as_str()));
            let _ = reader.get(&format!("/v1/articles/nothing{rest}")).problem(404, "not_found");
        }
        let _ = editor.act(&live, "kill", &json!({ "notice": "Withdrawn." })).expect(200);
        for rest in ["/jsonld", "/ninjs"] {
            let _ = reader.get(&path(&live, rest)).problem(410, "gone");
        }
    }

    other_newsrooms_read_ninjs(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let tags: Vec<Value> = ["topic", "person", "place", "organization", "event", "series"]
            .map(|kind| editor.tag(&format!("A {kind}"), kind)["id"].clone()).to_vec();
        let end = Time::system().plus_seconds(100).to_string();
        let hero = editor.upload("hero.jpg", &pictures::jpeg(9), &[("caption", "At sea"), ("digital_source_type", "screenCapture"), ("expires_at", &end)]);
        let film = json!({ "embed_url": "https://vimeo.com/76979871" });
        let film = editor.post("/v1/admin/media", &film).expect(201).data();
        let live = editor.published(&json!({ "headline": HOSTILE, "slug": "wire", "kicker": "Sea", "standfirst": "Short.", "tags": tags,
            "section": editor.tag("World", "section")["id"], "authors": [editor.author("Ana")["id"]], "hero": hero.expect(201).data()["id"],
            "recommended_video": film["id"], "breaking": true, "slugline": "SEA-SECRET", "editor_note": "not for print",
            "source": { "name": "Agency", "url": "https://agency.example/" }, "dateline": { "city": "Almaty" },
            "rights": { "copyright_holder": "The Example", "notice": "© The Example", "usage_terms": "Ask." },
            "seo": { "title": "Sea" }, "body_markdown": "Words and *more*." }));
        let answer = reader.get(&path(&live, "/ninjs")).expect(200);
        let item = answer.json();
        assert_ninjs(&item);
        assert!(!answer.text().contains("SECRET") && !answer.text().contains("not for print"));
        assert_eq!((&item["pubStatus"], &item["representationType"], &item["urgency"]), (&json!("usable"), &json!("full"), &json!(1)));
        assert_eq!((&item["headlines"][0]["value"], &item["located"]), (&json!(HOSTILE), &json!("Almaty")));
        assert_eq!((item["associations"].as_array().unwrap().len(), item["subjects"].as_array().unwrap().len()), (2, 3));
        app.advance(101);
        for rest in ["/ninjs", "/jsonld"] {
            let over = reader.get(&path(&live, rest)).expect(200);
            assert!(!over.text().contains("hero.jpg") && !over.text().contains("At sea"), "{}", over.text());
        }
        let sitemap = reader.get("/v1/sitemaps/articles-1.xml").expect(200).text();
        assert!(sitemap.contains("/wire") && !sitemap.contains("hero.jpg"), "{sitemap}");
        let plain = editor.published(&json!({ "headline": "Plain", "access": "registered" }));
        let item = reader.get(&path(&plain, "/ninjs")).expect(200).json();
        assert_ninjs(&item);
        assert_eq!(item["representationType"], "partial");
    }
}
