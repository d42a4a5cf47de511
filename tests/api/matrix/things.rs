//! The things that operations are run on: one of each kind in each state and by each owner, made once; and fresh ones.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};
use slugline::crypto::totp::{STEP_SECONDS, TotpSecret};
use slugline::domain::workflow::Standing;
use slugline::domain::{Op, users};
use slugline::model::people::NewUser;
use slugline::model::{ArticleState, Email, FromText, Id, Line, Review, Role};

use super::Principal;
use super::recipes::Recipe;
use crate::support::{Client, Session, TestApp, films};

/// The one password of the tests.
pub const PASSWORD: &str = "correct horse battery staple";
const VTT: &[u8] = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n";

/// What an operation is run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Nothing,
    Article,
    Collection,
    Tag,
    Author,
    Media,
    /// A media record with a file that can be replaced.
    Picture,
    /// A media record with a track.
    Film,
    Folder,
    User,
    Token,
    Webhook,
    Own,
}

impl Kind {
    /// The states in which things of this kind are.
    pub fn states(self) -> &'static [&'static str] {
        match self {
            Self::Article => {
                &["draft", "in_review", "approved", "scheduled", "published", "archived", "killed", "trashed"]
            }
            Self::Collection => &["draft", "published"],
            Self::Tag | Self::Author | Self::Media | Self::Picture | Self::Film => &["unused", "public"],
            Self::Folder => &["empty", "used"],
            Self::User => &["active", "suspended", "invited", "totp", "self"],
            Self::Nothing | Self::Token | Self::Webhook | Self::Own => &["there"],
        }
    }

    const fn is_owned(self) -> bool {
        matches!(self, Self::Article | Self::Media | Self::Picture | Self::Film)
    }
}

/// Something in a state.
#[derive(Clone, Debug)]
pub struct Thing {
    pub kind: Kind,
    pub state: &'static str,
    pub owner: Option<Id>,
    /// Where an article stands.
    pub standing: Option<Standing>,
    /// What stands in the places of a path.
    places: BTreeMap<&'static str, String>,
    owner_name: &'static str,
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} of {}", self.kind, self.state, self.owner_name)
    }
}

impl Thing {
    fn new(kind: Kind, state: &'static str, id: &Value) -> Self {
        let places = id.as_str().map(|id| ("{id}", id.to_owned())).into_iter().collect();
        Self { kind, state, owner: None, standing: None, places, owner_name: "nobody" }
    }

    fn with(mut self, place: &'static str, value: &Value) -> Self {
        self.places.insert(place, value["id"].as_str().unwrap().to_owned());
        self
    }

    fn owned(self, name: &'static str, session: &Session) -> Self {
        Self { owner: Id::parse(&session.user), owner_name: name, ..self }
    }

    pub fn id(&self) -> &str {
        self.places.get("{id}").map_or("", String::as_str)
    }

    /// A path of the route table, with this thing in its places.
    pub fn path(&self, pattern: &str) -> String {
        let path = pattern.replace("{version}", "1");
        let path = self.places.iter().fold(path, |path, (place, value)| path.replace(place, value));
        assert!(!path.contains('{'), "{path}: {self}");
        path
    }
}

/// A picture that is like no other one of this number.
pub fn picture(number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let drawn = image::RgbImage::from_fn(16, 16, |x, y| image::Rgb([bytes[(x % 8) as usize], x as u8, y as u8]));
    let mut png = std::io::Cursor::new(Vec::new());
    drawn.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// The address of a film of its own at a site of films.
pub fn film_address(number: u64) -> String {
    format!("https://www.youtube.com/watch?v=x{number:010}")
}

/// All things.
pub struct Things<'a> {
    app: &'a TestApp,
    people: &'a BTreeMap<&'static str, Session>,
    made: BTreeMap<(Kind, &'static str, &'static str), Thing>,
    numbers: Cell<u64>,
}

impl<'a> Things<'a> {
    pub fn new(app: &'a TestApp, people: &'a BTreeMap<&'static str, Session>) -> Self {
        let mut things = Self { app, people, made: BTreeMap::new(), numbers: Cell::new(0) };
        let kinds = [
            Kind::Nothing,
            Kind::Article,
            Kind::Collection,
            Kind::Tag,
            Kind::Author,
            Kind::Media,
            Kind::Picture,
            Kind::Film,
            Kind::Folder,
            Kind::User,
            Kind::Token,
            Kind::Webhook,
            Kind::Own,
        ];
        for kind in kinds {
            let owners: Vec<&'static str> =
                if kind.is_owned() { people.keys().copied().collect() } else { vec!["stranger"] };
            for owner in owners {
                for state in kind.states() {
                    let owned_by_client = &people[owner].client;
                    let thing = things.make(kind, state, owner, owned_by_client, true);
                    things.made.insert((kind, state, owner), thing);
                }
            }
        }
        things
    }

    /// A number that nobody had before.
    pub fn number(&self) -> u64 {
        self.numbers.set(self.numbers.get() + 1);
        self.numbers.get()
    }

    /// A tag to merge into.
    pub fn other_tag(&self) -> String {
        self.admin().tag(&format!("Into {}", self.number()), "topic")["id"].as_str().unwrap().to_owned()
    }

    fn admin(&self) -> &Session {
        &self.people["admin"]
    }

    fn any(&self) -> Client {
        self.admin().with("If-Match", "*")
    }

    /// What there is of a kind for somebody: their own and another one's, in every state.
    pub fn of(&self, who: &Principal, kind: Kind) -> Vec<Thing> {
        let is_own = |name: &str| Id::parse(&self.people[name].user) == who.user();
        let own = self.people.keys().copied().find(|name| is_own(name));
        let owners: Vec<&'static str> =
            if kind.is_owned() { own.into_iter().chain(["stranger"]).collect() } else { vec!["stranger"] };
        let of_owner = |owner: &'static str| kind.states().iter().map(move |state| (kind, *state, owner));
        let found = owners.into_iter().flat_map(of_owner).map(|key| self.made[&key].clone());
        found.map(|thing| self.for_one(thing, who)).collect()
    }

    /// What is everybody's own is another thing for each.
    fn for_one(&self, mut thing: Thing, who: &Principal) -> Thing {
        if thing.state == "self"
            && let Some(user) = who.user()
        {
            thing.places.insert("{id}", user.to_string());
        }
        thing
    }

    /// The same, made anew for this one operation: comments are by whoever changes them.
    pub fn fresh(&self, who: &Principal, op: Op, recipe: &Recipe, like: &Thing) -> Thing {
        let path = slugline::http::ROUTES.iter().find(|route| route.operation == op.as_str()).unwrap().path;
        if op == Op::DeleteSession {
            return self.own(&who.client);
        }
        if matches!(recipe.kind, Kind::Nothing | Kind::Own) || like.state == "self" {
            return like.clone();
        }
        let owner = self.people.keys().copied().find(|name| *name == like.owner_name).unwrap_or("stranger");
        let mut thing = self.make(recipe.kind, like.state, owner, &self.people[owner].client, path.contains("_id}"));
        if path.contains("{comment_id}") {
            let made = self
                .admin_or(who)
                .post(&format!("/v1/admin/articles/{}/comments", thing.id()), &json!({ "text": "x" }));
            thing = thing.with("{comment_id}", &made.expect(201).data());
        }
        thing
    }

    /// Whoever asks, as a person: a token may lack what it takes to prepare things.
    fn admin_or(&self, who: &Principal) -> Client {
        let is_token = who.actor.as_ref().is_some_and(|actor| actor.scopes.is_some());
        if is_token { self.admin().client.clone() } else { who.client.clone() }
    }

    /// The same person with a sign-in of their own that may come to harm.
    pub fn anew(&self, who: &Principal) -> Principal {
        let role = who.actor.as_ref().map_or("author", |actor| actor.role.as_str());
        let lacks = who.actor.as_ref().is_some_and(|actor| actor.lacks_totp || !actor.fresh || actor.scopes.is_some());
        if lacks {
            return who.clone();
        }
        Principal::person(&who.name, &self.app.signed_in(role), role)
    }

    fn own(&self, client: &Client) -> Thing {
        let sessions = client.get("/v1/auth/sessions").data();
        Thing::new(Kind::Own, "there", &sessions[0]["id"])
    }

    /// Makes a thing in a state; `whole`: with what belongs to it.
    fn make(&self, kind: Kind, state: &'static str, owner: &'static str, by: &Client, whole: bool) -> Thing {
        let admin = self.admin();
        let number = self.number();
        let made = |path: &str, body: Value| admin.post(path, &body).expect(201).data();
        let thing = |value: &Value| Thing::new(kind, state, &value["id"]);
        match kind {
            Kind::Nothing => Thing::new(kind, state, &Value::Null),
            Kind::Own => self.own(by),
            Kind::Article => self.article(state, by, whole).owned(owner, &self.people[owner]),
            Kind::Collection => {
                let collection = made("/v1/admin/collections", json!({ "name": format!("C {number}") }));
                if state == "published" {
                    let path = format!("/v1/admin/collections/{}/publish", collection["id"].as_str().unwrap());
                    let _ = self.any().post(&path, &json!({})).expect(200);
                }
                thing(&collection)
            }
            Kind::Tag => {
                let tag = admin.tag(&format!("T {number}"), "topic");
                self.show(state, json!({ "tags": [tag["id"]] }));
                thing(&tag)
            }
            Kind::Author => {
                let author = admin.author(&format!("A {number}"));
                self.show(state, json!({ "authors": [author["id"]] }));
                thing(&author)
            }
            Kind::Media => {
                let film = by.post("/v1/admin/media", &json!({ "embed_url": film_address(number) })).expect(201).data();
                self.show(state, json!({ "recommended_video": film["id"] }));
                thing(&film).owned(owner, &self.people[owner])
            }
            Kind::Picture => {
                let picture = by.upload("a.png", &picture(number), &[]).expect(201).data();
                self.show(state, json!({ "hero": picture["id"] }));
                thing(&picture).owned(owner, &self.people[owner])
            }
            Kind::Film => self.film(state, owner, by, number),
            Kind::Folder => {
                let folder = made("/v1/admin/media-folders", json!({ "name": format!("F {number}") }));
                if state == "used" {
                    let _ = made("/v1/admin/media-folders", json!({ "name": "Inside", "parent": folder["id"] }));
                }
                thing(&folder)
            }
            Kind::User => self.user(state, number),
            Kind::Token => thing(&made("/v1/admin/tokens", json!({ "name": "t", "scopes": [] }))),
            Kind::Webhook => {
                let hook = made("/v1/admin/webhooks", json!({ "name": "w", "url": "https://hooks.example/" }));
                let path = format!("/v1/admin/webhooks/{}/test", hook["id"].as_str().unwrap());
                let sent = admin.post(&path, &json!({})).expect(202).data();
                thing(&hook).with("{delivery_id}", &sent)
            }
        }
    }

    /// Lets readers see it where it is to be public.
    fn show(&self, state: &str, mut article: Value) {
        if state == "public" {
            article["headline"] = json!(format!("Shows {}", self.number()));
            let _ = self.admin().published(&article);
        }
    }

    fn film(&self, state: &'static str, owner: &'static str, by: &Client, number: u64) -> Thing {
        let film =
            by.upload("a.mp4", &films::mp4_lasting(1_000 + u32::try_from(number).unwrap()), &[]).expect(201).data();
        let tracks = format!("/v1/admin/media/{}/tracks", film["id"].as_str().unwrap());
        let fields = [("kind", "captions"), ("language", "en"), ("label", "English")];
        let track = by.form(&tracks, "a.vtt", VTT, &fields).expect(201).data();
        self.show(state, json!({ "recommended_video": film["id"] }));
        Thing::new(Kind::Film, state, &film["id"]).with("{track_id}", &track).owned(owner, &self.people[owner])
    }

    fn user(&self, state: &'static str, number: u64) -> Thing {
        if state == "totp" {
            let session = self.app.signed_in("author");
            let secret = session.post("/v1/auth/totp", &json!({})).expect(200).data()["secret"].clone();
            let secret = TotpSecret::from_shown(secret.as_str().unwrap()).unwrap();
            let code = secret.code(self.app.clock.now().unix() / STEP_SECONDS);
            let _ = session.post("/v1/auth/totp/confirm", &json!({ "code": code })).expect(200);
            return Thing::new(Kind::User, state, &json!(session.user));
        }
        let email = format!("user-{number}@news.example");
        if state == "invited" {
            let new = json!({ "email": email, "name": "x", "role": "author", "invite": true });
            return Thing::new(Kind::User, state, &self.admin().post("/v1/admin/users", &new).expect(201).data()["id"]);
        }
        // Nobody signs in as this one, so there is nothing to hash.
        let new = NewUser {
            email: Email::from_text(&email).unwrap(),
            name: Line::from_text("x").unwrap(),
            role: Role::Author,
        };
        let user = self.app.app.write_here(|cx, actor| users::create(cx, actor, new, String::new())).unwrap().id;
        if state == "suspended" {
            let _ = self.any().post(&format!("/v1/admin/users/{user}/suspend"), &json!({})).expect(200);
        }
        Thing::new(Kind::User, state, &json!(user))
    }

    /// An article with a comment, an update and a preview where `whole`.
    fn article(&self, state: &'static str, by: &Client, whole: bool) -> Thing {
        let number = self.number();
        let article = by.draft(&json!({ "headline": format!("Article {number}"), "kind": "live" }));
        let mut thing = Thing::new(Kind::Article, state, &article["id"]);
        let path = format!("/v1/admin/articles/{}", thing.id());
        if whole {
            let part =
                |who: &Client, rest: &str, body: Value| who.post(&format!("{path}/{rest}"), &body).expect(201).data();
            thing = thing.with("{comment_id}", &part(by, "comments", json!({ "text": "x" })));
            thing = thing.with("{update_id}", &part(self.admin(), "live-updates", json!({ "headline": "x" })));
            thing = thing.with("{token_id}", &part(self.admin(), "preview-tokens", json!({})));
        }
        let steps: &[&str] = match state {
            "in_review" => &["submit"],
            "approved" => &["submit", "approve"],
            "scheduled" => &["schedule"],
            "published" => &["publish"],
            "archived" => &["archive"],
            "killed" => &["publish", "kill"],
            _ => &[],
        };
        for step in steps {
            let body = if *step == "schedule" { json!({ "publish_at": "2099-01-01T00:00:00Z" }) } else { json!({}) };
            let _ = self.any().post(&format!("{path}/{step}"), &body).expect(200);
        }
        if state == "trashed" {
            let _ = self.any().delete(&path).expect(204);
        }
        let kept = match state {
            "archived" => ArticleState::Archived,
            "killed" => ArticleState::Killed,
            "trashed" => ArticleState::Trashed,
            _ => ArticleState::Active,
        };
        let review = match state {
            "in_review" => Review::InReview,
            "approved" => Review::Approved,
            _ => Review::Draft,
        };
        let (live, scheduled) = (state == "published", state == "scheduled");
        Thing { standing: Some(Standing { state: kept, review, live, scheduled, locked: false }), ..thing }
    }
}
