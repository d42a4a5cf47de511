//! Every operation of the document, for everybody, on things in every state. What is to come out is worked out from the
//! policy table and the table of moves, and never written down here; an operation without a recipe fails.
//!
//! Things are made once and shared. Where somebody may do what changes a thing, it is done to a fresh one.

mod public;
mod recipes;
mod things;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use slugline::domain::{Actor, Op};
use slugline::http::ROUTES;
use slugline::model::{Id, Role, Scope};

use crate::both;
use crate::openapi;
use crate::support::{Answer, Client, Session, TestApp};
use recipes::{Recipe, Send};
use things::{Kind, Thing, Things};
use verdict::Verdict;

/// Somebody who asks.
#[derive(Clone)]
pub struct Principal {
    name: String,
    client: Client,
    /// What the tables know of them; none for who is not let in at all.
    actor: Option<Actor>,
}

impl Principal {
    fn person(name: &str, session: &Session, role: &str) -> Self {
        let user = Id::parse(&session.user);
        let role = Role::parse(role).unwrap();
        let actor = Actor { user, name: role.as_str().to_owned(), role, ..Actor::system() };
        Self { name: name.to_owned(), client: session.client.clone(), actor: Some(actor) }
    }

    fn stranger(name: &str, client: Client) -> Self {
        Self { name: name.to_owned(), client, actor: None }
    }

    fn user(&self) -> Option<Id> {
        self.actor.as_ref().and_then(|actor| actor.user)
    }
}

/// The matrix as it is walked.
struct Matrix<'a> {
    app: &'a TestApp,
    document: Value,
    things: Things<'a>,
    /// What came out differently.
    wrong: Vec<String>,
    cells: usize,
    seen: BTreeSet<&'static str>,
}

impl<'a> Matrix<'a> {
    fn new(app: &'a TestApp, people: &'a BTreeMap<&'static str, Session>) -> Self {
        let things = Things::new(app, people);
        Self { app, document: openapi::document(), things, wrong: Vec::new(), cells: 0, seen: BTreeSet::new() }
    }

    /// One cell: who does what to which thing.
    fn cell(&mut self, who: &Principal, op: Op, recipe: &Recipe, thing: &Thing) {
        let verdict = verdict::of(who.actor.as_ref(), op, recipe, thing);
        let route = ROUTES.iter().find(|route| route.operation == op.as_str()).unwrap();
        let changes = route.method != "get";
        let granted = matches!(verdict, Verdict::Granted);
        let (who, thing) = if granted && changes {
            let who = if recipe.kind == Kind::Own { self.things.anew(who) } else { who.clone() };
            let thing = self.things.fresh(&who, op, recipe, thing);
            (who, thing)
        } else {
            (who.clone(), thing.clone())
        };
        let answer = self.send(&who.client, route.method, &thing.path(route.path), recipe);
        self.cells += 1;
        self.seen.insert(op.as_str());
        if let Some(fault) = self.fault(op, recipe, &verdict, &answer) {
            let code = answer.status;
            self.note(format!("{} {} {}: {code} instead of {fault}: {}", who.name, op.as_str(), thing, short(&answer)));
        }
    }

    /// Notes what came out differently; also should the walk itself break.
    fn note(&mut self, wrong: String) {
        println!("{wrong}");
        self.wrong.push(wrong);
    }

    fn send(&mut self, client: &Client, method: &str, path: &str, recipe: &Recipe) -> Answer {
        let number = self.things.number();
        let client = client.with("If-Match", "*");
        match &recipe.send {
            Send::Nothing => client.send(&method.to_uppercase(), path, None),
            Send::Json(make) if method == "patch" => client.patch(path, &make(number, &self.things)),
            Send::Json(make) => client.post(path, &make(number, &self.things)),
            Send::Picture => client.form(path, "new.bin", &things::picture(number), &[]),
            Send::Captions => {
                let label = number.to_string();
                let fields = [("kind", "captions"), ("language", "en"), ("label", label.as_str())];
                client.form(path, "a.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n", &fields)
            }
        }
    }

    /// What should have come out, where something else did.
    fn fault(&self, op: Op, recipe: &Recipe, verdict: &Verdict, answer: &Answer) -> Option<String> {
        let is =
            |status: u16, code: &str| answer.status == status && (code.is_empty() || answer.json()["code"] == code);
        match verdict {
            Verdict::Refused(status, code) => (!is(*status, code)).then(|| format!("{status} {code}")),
            Verdict::Granted if !recipe.granted.is_empty() => {
                let fits = recipe.granted.iter().any(|(status, code)| is(*status, code));
                (!fits).then(|| format!("{:?}", recipe.granted))
            }
            Verdict::Granted => {
                let route = ROUTES.iter().find(|route| route.operation == op.as_str()).unwrap();
                let responses = &self.document["paths"][route.path][route.method]["responses"];
                let documented = responses.get(answer.status.to_string()).is_some() && answer.status < 300;
                (!documented).then(|| "what the document names".to_owned())
            }
        }
    }

    /// Everything that stands in the table, on every thing that there is for it.
    fn walk(&mut self, who: &Principal, wants: impl Fn(Op) -> bool) {
        for op in Op::ALL.iter().copied().filter(|op| wants(*op)) {
            let recipe = recipes::of(op);
            for thing in self.things.of(who, recipe.kind) {
                self.cell(who, op, &recipe, &thing);
            }
        }
    }

    /// One thing on which this one is let do it, and where nobody is, any.
    fn once(&mut self, who: &Principal, op: Op) {
        let recipe = recipes::of(op);
        let things = self.things.of(who, recipe.kind);
        let lets = |thing: &&Thing| matches!(verdict::of(who.actor.as_ref(), op, &recipe, thing), Verdict::Granted);
        let thing = things.iter().find(lets).or(things.first()).unwrap().clone();
        self.cell(who, op, &recipe, &thing);
    }
}

fn short(answer: &Answer) -> String {
    answer.text().chars().take(200).collect()
}

const ROLES: [&str; 4] = ["contributor", "author", "editor", "admin"];

both! {
    everybody_may_do_what_the_tables_say_and_nothing_else(app) {
        let begun = std::time::Instant::now();
        let names = ROLES.into_iter().chain(["stranger"]);
        let people: BTreeMap<&'static str, Session> =
            names.map(|name| (name, app.signed_in(if name == "stranger" { "author" } else { name }))).collect();
        let mut matrix = Matrix::new(app, &people);
        people_and_roles(&mut matrix, &people);
        tokens(&mut matrix, &people);
        outsiders(&mut matrix, &people);
        public::walk(&mut matrix, &people);
        lacking_a_second_factor(&mut matrix, &people);
        signed_in_long_ago(&mut matrix, &people);
        let routes: BTreeSet<&str> = ROUTES.iter().map(|route| route.operation).collect();
        assert_eq!(routes.difference(&matrix.seen).collect::<Vec<_>>(), Vec::<&&str>::new(), "without a cell");
        println!("{} cells in {:?}", matrix.cells, begun.elapsed());
        assert!(matrix.wrong.is_empty(), "{} of {} cells:\n{}", matrix.wrong.len(), matrix.cells, matrix.wrong.join("\n"));
        assert!(matrix.cells > 3_000, "{}", matrix.cells);
    }
}

fn people_and_roles(matrix: &mut Matrix, people: &BTreeMap<&'static str, Session>) {
    for role in ROLES {
        matrix.walk(&Principal::person(role, &people[role], role), |_| true);
    }
}

/// API tokens of the administrator: with exactly the scopes, and with all but one of them.
fn tokens(matrix: &mut Matrix, people: &BTreeMap<&'static str, Session>) {
    let admin = &people["admin"];
    let mut made = BTreeMap::<Vec<Scope>, Principal>::new();
    for op in Op::ALL {
        let needed = op.scopes();
        let all_but = |scope: &Scope| Scope::ALL.iter().copied().filter(|other| other != scope).collect::<Vec<_>>();
        let mut sets = vec![if needed.is_empty() { Scope::ALL.to_vec() } else { needed.clone() }];
        sets.extend(needed.iter().map(all_but));
        for mut scopes in sets {
            scopes.sort_unstable();
            let who = made.entry(scopes.clone()).or_insert_with(|| {
                let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
                let body = json!({ "name": "t", "scopes": words });
                let token = admin.post("/v1/admin/tokens", &body).expect(201).data()["token"].clone();
                let person = Principal::person("admin", admin, "admin");
                let actor = person.actor.map(|actor| Actor { scopes: Some(scopes.clone()), fresh: false, ..actor });
                let name = format!("token of {}", words.join(" "));
                Principal { name, client: matrix.app.anonymous().bearer(token.as_str().unwrap()), actor }
            });
            let who = who.clone();
            matrix.once(&who, *op);
        }
    }
}

/// Who has no part in it at all, whatever it is about.
fn outsiders(matrix: &mut Matrix, people: &BTreeMap<&'static str, Session>) {
    for outsider in those_outside(matrix.app, &people["admin"]) {
        for op in Op::ALL {
            matrix.once(&outsider, *op);
        }
    }
}

fn those_outside(app: &TestApp, admin: &Session) -> Vec<Principal> {
    let all: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    let token = |more: Value| {
        let mut body = json!({ "name": "t", "scopes": all });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = admin.post("/v1/admin/tokens", &body).expect(201).data();
        app.anonymous().bearer(made["token"].as_str().unwrap())
    };
    let soon = app.clock.now().plus_seconds(2).to_string();
    let (expired, elsewhere) = (token(json!({ "expires_at": soon })), token(json!({ "networks": ["203.0.113.0/24"] })));
    let suspended = app.signed_in("admin");
    let path = format!("/v1/admin/users/{}/suspend", suspended.user);
    let _ = admin.with("If-Match", "*").post(&path, &json!({})).expect(200);
    app.advance(3);
    vec![
        Principal::stranger("anonymous", app.anonymous()),
        Principal::stranger("suspended", suspended.client),
        Principal::stranger("expired token", expired),
        Principal::stranger("token from elsewhere", elsewhere),
    ]
}

/// A contributor of whom the site asks for a second factor.
fn lacking_a_second_factor(matrix: &mut Matrix, people: &BTreeMap<&'static str, Session>) {
    let any = people["admin"].with("If-Match", "*");
    let _ = any.patch("/v1/admin/site", &json!({ "require_totp": ["contributor"] })).expect(200);
    let mut who = Principal::person("without a second factor", &people["contributor"], "contributor");
    who.actor = who.actor.map(|actor| Actor { lacks_totp: true, ..actor });
    for op in Op::ALL {
        matrix.once(&who, *op);
    }
    let _ = any.patch("/v1/admin/site", &json!({ "require_totp": [] })).expect(200);
}

/// An administrator who refreshed, and signed in more than a quarter of an hour ago.
fn signed_in_long_ago(matrix: &mut Matrix, people: &BTreeMap<&'static str, Session>) {
    let admin = &people["admin"];
    let login = json!({ "email": admin.email, "password": admin.password });
    let tokens = matrix.app.anonymous().post("/v1/auth/login", &login).expect(200).json();
    matrix.app.advance(901);
    let body = json!({ "refresh_token": tokens["refresh_token"] });
    let tokens = matrix.app.anonymous().post("/v1/auth/refresh", &body).expect(200).json();
    let mut who = Principal::person("signed in long ago", admin, "admin");
    who.client = matrix.app.anonymous().bearer(tokens["access_token"].as_str().unwrap());
    who.actor = who.actor.map(|actor| Actor { fresh: false, ..actor });
    let reads = |op: Op| ROUTES.iter().any(|route| route.operation == op.as_str() && route.method == "get");
    for op in Op::ALL.iter().filter(|op| reads(**op) || op.rule().demand == slugline::model::policy::Demand::Fresh) {
        matrix.once(&who, *op);
    }
}
