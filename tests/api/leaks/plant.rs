//! What must not show: articles in every state but live, with a distinct word in every text of theirs and of what only
//! they use.

use image::ImageFormat;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::pictures::picture;
use crate::support::{Client, TestApp};

/// What was planted, and what stands beside it in the open.
pub struct Planted {
    /// Every planted word begins with this.
    pub run: String,
    words: usize,
    /// Texts that may not show, beside the words: ids, hashes, times, numbers of films.
    pub secrets: Vec<String>,
    /// Ids and slugs of what is hidden: their addresses answer as unknown ones do.
    pub hidden: Vec<String>,
    /// Ids and slugs of what was withdrawn after publication.
    pub gone: Vec<String>,
    /// Ids and slugs of what is public.
    pub open: Vec<String>,
    /// Media with the names of their files.
    pub files: Vec<(String, String)>,
}

/// The text of a member.
pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no text {name} in {value}")).to_owned()
}

impl Planted {
    pub fn new() -> Self {
        let run = format!("canary{:08x}", uuid::Uuid::new_v4().as_u128() as u32);
        let (secrets, hidden, gone, open, files) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { run, words: 0, secrets, hidden, gone, open, files }
    }

    /// A word that stands nowhere else.
    pub fn word(&mut self) -> String {
        self.words += 1;
        format!("{}x{}", self.run, self.words)
    }

    fn hide(&mut self, made: &Value) {
        let id = text(made, "id");
        self.hidden.push(id.clone());
        self.hidden.extend(made["slug"].as_str().map(str::to_owned));
        self.secrets.push(id);
    }

    /// What was hidden has been withdrawn: its addresses say so, and it may be named nowhere else.
    pub fn withdrawn(&mut self, handles: &[&str]) {
        self.hidden.retain(|known| !handles.contains(&known.as_str()));
        self.gone.extend(handles.iter().map(|handle| (*handle).to_owned()));
    }

    /// A time that must not show, in any notation.
    pub fn time(&mut self, time: &str) {
        self.secrets.push(time[..19].to_owned());
        let at = slugline::model::Time::parse(time).unwrap();
        self.secrets.push(at.unix().to_string());
        self.secrets.push(httpdate::fmt_http_date(
            std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(at.unix().unsigned_abs()),
        ));
    }

    /// A picture full of words.
    pub fn picture(&mut self, editor: &Client) -> Value {
        let name = format!("{}.png", self.word());
        let words: Vec<String> = (0..7).map(|_| self.word()).collect();
        let members = ["title", "alt", "caption", "credit", "creator", "copyright", "license"];
        let fields: Vec<(&str, &str)> = members.into_iter().zip(words.iter().map(String::as_str)).collect();
        let bytes = picture(ImageFormat::Png, u8::try_from(self.files.len()).unwrap());
        let made = editor.upload(&name, &bytes, &fields).expect(201).data();
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        self.secrets.push(hash[..24].to_owned());
        self.files.push((text(&made, "id"), text(&made, "file_name")));
        self.hide(&made);
        made
    }

    /// A picture that may be used until then.
    pub fn picture_until(&mut self, editor: &Client, end: &str) -> Value {
        let made = self.picture(editor);
        let change = json!({ "expires_at": end, "usage_terms": self.word(), "digital_source_type": "screenCapture" });
        editor
            .if_match(&made["version"])
            .patch(&format!("/v1/admin/media/{}", text(&made, "id")), &change)
            .expect(200)
            .data()
    }

    /// A film full of words.
    pub fn film(&mut self, editor: &Client) -> Value {
        let number = format!("9{:08}", uuid::Uuid::new_v4().as_u128() as u32 % 100_000_000);
        let poster = self.picture(editor);
        let film = json!({ "embed_url": format!("https://vimeo.com/{number}"), "title": self.word(), "caption": self.word(),
            "alt": self.word(), "credit": self.word(), "poster": poster["id"] });
        let made = editor.post("/v1/admin/media", &film).expect(201).data();
        self.secrets.push(number);
        self.hide(&made);
        made
    }

    fn tag(&mut self, editor: &Client, kind: &str, parent: &Value) -> Value {
        let image = self.picture(editor);
        let tag = json!({ "name": self.word(), "slug": self.word(), "kind": kind, "description": self.word(),
            "names": { "de": self.word(), "es": self.word() }, "synonyms": [self.word()], "uri": format!("https://{}.example/", self.word()),
            "parent": parent, "image": image["id"] });
        let made = editor.post("/v1/admin/tags", &tag).expect(201).data();
        self.hide(&made);
        made
    }

    /// A collection with a word in every text, that names these articles.
    fn collection(&mut self, targets: &[Value]) -> Value {
        let item =
            |target: &Value| json!({ "article": target["id"], "headline": self.word(), "standfirst": self.word() });
        let items: Vec<Value> = targets.iter().map(item).collect();
        json!({ "name": self.word(), "slug": self.word(), "description": self.word(), "items": items })
    }

    /// Collections that readers don't see, and one that they do, with edits that they don't. All of them name these
    /// articles, which are hidden.
    pub fn collections(&mut self, editor: &Client, targets: &[Value]) {
        let any = editor.with("If-Match", "*");
        let at = |made: &Value, rest: &str| format!("/v1/admin/collections/{}{rest}", text(made, "id"));
        for taken_back in [false, true] {
            let made = self.collection(targets);
            let made = editor.post("/v1/admin/collections", &made).expect(201).data();
            self.hide(&made);
            if taken_back {
                let _ = any.post(&at(&made, "/publish"), &json!({})).expect(200);
                let _ = any.post(&at(&made, "/unpublish"), &json!({})).expect(200);
            }
        }
        let mut open = self.collection(targets);
        (open["name"], open["slug"], open["description"]) = (json!("Open front"), json!("open-front"), json!("Open."));
        open["fill"] = json!({});
        let open = editor.post("/v1/admin/collections", &open).expect(201).data();
        let _ = any.post(&at(&open, "/publish"), &json!({})).expect(200);
        self.open.push("open-front".to_owned());
        let edits = self.collection(targets);
        self.hidden.push(text(&edits, "slug"));
        let _ = any.patch(&at(&open, ""), &edits).expect(200);
    }

    fn author(&mut self, editor: &Client) -> Value {
        let avatar = self.picture(editor);
        let author = json!({ "name": self.word(), "slug": self.word(), "job_title": self.word(), "bio": self.word(),
            "avatar": avatar["id"],
            "links": [{ "label": self.word(), "url": format!("https://{}.example/", self.word()) }] });
        let made = editor.post("/v1/admin/authors", &author).expect(201).data();
        self.hide(&made);
        made
    }

    /// Every member of an article, each with a word of its own, and with tags, authors and media of its own.
    pub fn content(&mut self, editor: &Client) -> Value {
        let above = self.tag(editor, "topic", &Value::Null);
        let section = self.tag(editor, "section", &Value::Null);
        let tag = self.tag(editor, "person", &above["id"]);
        let author = self.author(editor);
        let [hero, inline, image] = [self.picture(editor), self.picture(editor), self.picture(editor)];
        let film = self.film(editor);
        let members = ["kicker", "standfirst", "byline", "slugline", "editor_note"];
        let mut content = json!({ "headline": self.word(), "slug": self.word() });
        for member in members {
            content[member] = json!(self.word());
        }
        let more = json!({
            "section": section["id"], "tags": [tag["id"]], "authors": [{ "id": author["id"], "role": "reporter" }],
            "hero": hero["id"], "recommended_video": film["id"],
            "dateline": { "text": self.word(), "city": self.word(), "country": self.word() },
            "source": { "name": self.word(), "url": format!("https://{}.example/", self.word()) },
            "seo": { "title": self.word(), "description": self.word(), "image": image["id"],
                "canonical_url": format!("https://{}.example/", self.word()) },
            "rights": { "copyright_holder": self.word(), "notice": self.word(), "usage_terms": self.word() },
            "custom": { self.word(): { "deep": [self.word()] } },
            "body": self.body(&inline["id"]),
        });
        content.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        content
    }

    fn body(&mut self, picture: &Value) -> Value {
        let mark = json!([{ "_type": "link", "_key": "l", "href": format!("https://{}.example/", self.word()) }]);
        let block = json!({ "_type": "block", "style": "normal", "markDefs": mark,
            "children": [{ "_type": "span", "text": self.word(), "marks": ["l"] }] });
        json!([
            block,
            { "_type": "image", "media": picture, "alt": self.word(), "caption": self.word() },
            { "_type": "pull_quote", "text": self.word(), "attribution": self.word() },
            { "_type": "embed", "url": format!("https://{}.example/", self.word()) },
            { "_type": "code", "code": self.word() },
            { "_type": "table", "rows": [{ "_type": "row", "cells": [self.word()] }] },
        ])
    }

    /// Colleagues talk about an article.
    pub fn talk(&mut self, editor: &Client, article: &Value) {
        let path = format!("/v1/admin/articles/{}/comments", text(article, "id"));
        let thread = json!({ "text": self.word(), "quote": self.word(), "block": article["body"][0]["_key"] });
        let thread = editor.post(&path, &thread).expect(201).data();
        self.hide(&thread);
        let answer = json!({ "text": self.word(), "reply_to": thread["id"] });
        let answer = editor.post(&path, &answer).expect(201).data();
        self.hide(&answer);
    }

    /// A tag that was merged into another one, which nothing carries.
    pub fn merged(&mut self, editor: &Client) {
        let [old, into] = [self.tag(editor, "topic", &Value::Null), self.tag(editor, "topic", &Value::Null)];
        let path = format!("/v1/admin/tags/{}/merge", text(&old, "id"));
        let _ = editor.with("If-Match", "*").post(&path, &json!({ "into": into["id"] })).expect(200);
    }

    /// An update full of words, signed and with a picture.
    pub fn update(&mut self, editor: &Client, article: &Value, draft: bool) {
        let (author, picture) = (self.author(editor), self.picture(editor));
        let update = json!({ "headline": self.word(), "body": self.body(&picture["id"]), "author": author["id"], "draft": draft });
        let path = format!("/v1/admin/articles/{}/live-updates", text(article, "id"));
        let made = editor.post(&path, &update).expect(201).data();
        self.secrets.push(text(&made, "id"));
    }

    /// A draft full of words.
    pub fn draft(&mut self, editor: &Client) -> Value {
        let content = self.content(editor);
        let made = editor.draft(&content);
        self.hide(&made);
        self.talk(editor, &made);
        made
    }
}

/// Something live, whose editorial members and unpublished edits are full of words, and which points at everything
/// that is hidden.
pub fn live_front(app: &TestApp, editor: &Client, planted: &mut Planted, targets: &[Value]) -> Value {
    let [section, tag, author] =
        [editor.tag("Open", "section"), editor.tag("Free", "topic"), editor.author("Ana Open")];
    let upload = editor.upload("open.png", &picture(ImageFormat::Png, 255), &[("title", "Open")]).expect(201).data();
    let ids: Vec<&Value> = targets.iter().map(|target| &target["id"]).collect();
    let defs: Vec<Value> =
        (0..).zip(&ids).map(|(n, id)| json!({ "_type": "link", "_key": format!("k{n}"), "article_id": id })).collect();
    let marks: Vec<String> = (0..ids.len()).map(|n| format!("k{n}")).collect();
    let body = json!([
        { "_type": "block", "style": "normal", "markDefs": defs, "children": [{ "_type": "span", "text": "See there.", "marks": marks }] },
        { "_type": "related_articles", "articles": ids },
    ]);
    let live = editor.published(&json!({ "headline": "In the open", "slug": "in-the-open", "section": section["id"],
        "tags": [tag["id"]], "authors": [author["id"]], "hero": upload["id"], "related": ids, "body": body,
        "slugline": planted.word(), "editor_note": planted.word() }));
    for made in [&section, &tag, &author, &upload, &live] {
        planted.open.push(text(made, "id"));
        planted.open.extend(made["slug"].as_str().map(str::to_owned));
    }
    planted.files.push((text(&upload, "id"), text(&upload, "file_name")));
    planted.talk(editor, &live);
    let _ = app.anonymous().post(&format!("/v1/articles/{}/views", text(&live, "id")), &json!("seen")).expect(204);
    live
}
