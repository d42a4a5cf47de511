//! Every route of the document that takes a JSON body, and what its schemas say of it. A new route is among them by
//! itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Answer, Client, Session, TestApp, pictures};

/// A place inside a body: names of members, and `None` for "the first entry".
pub type Path = Vec<Option<String>>;

/// A route with a JSON body.
pub struct WriteRoute {
    pub id: String,
    pub method: String,
    /// With ids of real things.
    pub path: String,
    /// The media type to send.
    pub media: String,
    /// Of the body.
    pub schema: Value,
    /// May the body be left out?
    pub optional: bool,
    pub needs_if_match: bool,
    operation: Value,
}

/// The document, things to write to, and an administrator.
pub struct World {
    pub document: Value,
    pub admin: Session,
    pub routes: Vec<WriteRoute>,
    /// The things, by the names of their kinds in paths.
    pub ids: BTreeMap<&'static str, String>,
}

impl World {
    pub fn new(app: &TestApp) -> Self {
        let admin = app.signed_in("admin");
        let ids = things(&admin);
        Self::over(&admin, ids)
    }

    /// With things that are there.
    pub fn over(admin: &Session, ids: BTreeMap<&'static str, String>) -> Self {
        let document = slugline::http::openapi::document().unwrap();
        let mut routes = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let content = operation["requestBody"]["content"].as_object();
                let Some((media, body)) = content.and_then(|all| all.iter().find(|(name, _)| name.ends_with("json")))
                else {
                    continue;
                };
                let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
                routes.push(WriteRoute {
                    id: operation["operationId"].as_str().unwrap().to_owned(),
                    method: method.to_uppercase(),
                    path: filled(path, &ids),
                    media: media.clone(),
                    schema: body["schema"].clone(),
                    optional: operation["requestBody"]["required"] != true,
                    needs_if_match: parameters.iter().any(|parameter| parameter["name"] == "If-Match"),
                    operation: operation.clone(),
                });
            }
        }
        assert!(routes.len() > 25, "only {} routes take JSON", routes.len());
        let world = Self { document, admin: admin.clone(), routes, ids };
        for route in &world.routes {
            assert!(world.types(&route.schema).contains("object"), "{} has no schema of its body", route.id);
        }
        world
    }

    /// Follows references, and unwraps "this or null".
    pub fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.resolved(self.document.pointer(reference.trim_start_matches('#')).unwrap());
        }
        let choices = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
        let others: Vec<&Value> = choices.into_iter().flatten().filter(|choice| choice["type"] != "null").collect();
        match others.as_slice() {
            [one] => self.resolved(one),
            _ => schema,
        }
    }

    /// The JSON types that a schema takes.
    pub fn types(&self, schema: &Value) -> BTreeSet<String> {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.types(self.document.pointer(reference.trim_start_matches('#')).unwrap());
        }
        let mut types: BTreeSet<String> = match &schema["type"] {
            Value::String(one) => [one.clone()].into(),
            Value::Array(all) => all.iter().map(|one| one.as_str().unwrap().to_owned()).collect(),
            _ if schema["enum"].is_array() => ["string".to_owned()].into(),
            _ => BTreeSet::new(),
        };
        for choice in schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()).into_iter().flatten() {
            types.extend(self.types(choice));
        }
        types
    }

    /// Every member of a body, with those inside of objects and lists, each with its schema.
    pub fn members<'a>(&'a self, schema: &'a Value) -> Vec<(Path, &'a Value)> {
        let mut found = Vec::new();
        self.walk(schema, &Vec::new(), &mut found);
        found
    }

    fn walk<'a>(&'a self, schema: &'a Value, at: &Path, found: &mut Vec<(Path, &'a Value)>) {
        if at.len() > 3 {
            return;
        }
        let schema = self.resolved(schema);
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let here: Path = at.iter().cloned().chain([Some(name.clone())]).collect();
            found.push((here.clone(), member));
            self.walk(member, &here, found);
        }
        if schema["items"].is_object() {
            let here: Path = at.iter().cloned().chain([None]).collect();
            found.push((here.clone(), &schema["items"]));
            self.walk(&schema["items"], &here, found);
        }
    }

    /// A value of the right shape.
    pub fn sample(&self, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(words) = schema["enum"].as_array() {
            return words[0].clone();
        }
        let types = self.types(schema);
        let is = |name: &str| types.contains(name);
        if is("boolean") {
            return json!(true);
        }
        if is("object") {
            let members = schema["properties"].as_object().into_iter().flatten();
            return members.map(|(name, member)| (name.clone(), self.sample(member))).collect::<Map<_, _>>().into();
        }
        match schema["format"].as_str() {
            _ if is("array") => json!([]),
            _ if is("integer") || is("number") => json!(1),
            Some("uuid") => json!(uuid::Uuid::now_v7()),
            Some("date-time") => json!("2099-01-01T00:00:00.000Z"),
            Some("email") => json!("somebody@news.example"),
            Some("uri") => json!("https://news.example/x"),
            Some("date") => json!("2022-01-08"),
            _ => json!("a sound sentence with words"),
        }
    }

    /// Asserts that this is a problem that the document announces for the route, which repeats nothing of the input.
    #[track_caller]
    pub fn refused(&self, route: &WriteRoute, answer: Answer, what: &str) -> Value {
        let context = format!("{} ({what}): {} {}", route.id, answer.status, answer.text());
        assert!((400..500).contains(&answer.status), "{context}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{context}");
        let problem = answer.json();
        let documented = self.resolved(&route.operation["responses"][answer.status.to_string()]);
        let code = format!("`{}`", problem["code"].as_str().unwrap());
        let meant = documented["description"].as_str().unwrap_or_default();
        assert!(meant.contains(&code), "not documented: {context}");
        assert!(!answer.text().contains(MARK), "the input is repeated: {context}");
        assert!(answer.bytes.len() < 64 * 1024, "{} bytes: {}", answer.bytes.len(), route.id);
        problem
    }
}

/// What every bad input holds, so that one sees whether it is repeated.
pub const MARK: &str = "Zq7mark";

impl WriteRoute {
    /// Sends these bytes as the route's media type, and for any version.
    pub fn send(&self, client: &Client, body: &[u8]) -> Answer {
        self.send_plain(&client.with("If-Match", "*"), body)
    }

    /// Sends these bytes as the route's media type.
    pub fn send_plain(&self, client: &Client, body: &[u8]) -> Answer {
        client.with("Content-Type", &self.media).send(&self.method, &self.path, Some(body))
    }

    /// The members that the answer has but the body can't.
    pub fn answered<'a>(&'a self, world: &'a World) -> Vec<String> {
        let responses = &self.operation["responses"];
        let answer = [&responses["200"], &responses["201"]]
            .into_iter()
            .find(|answer| answer.is_object())
            .map(|answer| world.resolved(answer));
        let Some(answer) = answer else { return Vec::new() };
        let schema = world.resolved(&answer["content"]["application/json"]["schema"]);
        let data = world.resolved(&schema["properties"]["data"]);
        let taken = world.resolved(&self.schema)["properties"].as_object().cloned().unwrap_or_default();
        let members = data["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
        members.filter(|name| !taken.contains_key(name)).collect()
    }
}

/// A body with this value at a place.
pub fn at(path: &[Option<String>], value: Value) -> Value {
    path.iter().rev().fold(value, |inner, step| match step {
        Some(name) => json!({ name: inner }),
        None => json!([inner]),
    })
}

/// The JSON Pointer of a place.
pub fn pointer(path: &[Option<String>]) -> String {
    path.iter().map(|step| format!("/{}", step.as_deref().unwrap_or("0"))).collect()
}

/// One thing of each kind that has an id, by the kind's name in paths.
pub fn things(admin: &Session) -> BTreeMap<&'static str, String> {
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let made = |path: &str, body: Value| id(&admin.post(path, &body).expect(201).data());
    let picture = admin.upload("thing.jpg", &pictures::jpeg(77), &[]).expect(201).data();
    let article = id(&admin.draft(&json!({ "headline": "Thing" })));
    let comment = made(&format!("/v1/admin/articles/{article}/comments"), json!({ "text": "Thing" }));
    let update = made(&format!("/v1/admin/articles/{article}/live-updates"), json!({ "headline": "Thing" }));
    BTreeMap::from([
        ("articles", article),
        ("{comment_id}", comment),
        ("{update_id}", update),
        ("tags", id(&admin.tag("Thing", "topic"))),
        ("authors", id(&admin.author("Thing"))),
        ("media", id(&picture)),
        ("media-folders", made("/v1/admin/media-folders", json!({ "name": "Thing" }))),
        ("collections", made("/v1/admin/collections", json!({ "name": "Thing" }))),
        ("users", made("/v1/admin/users", json!({ "email": "thing@news.example", "name": "T", "role": "author" }))),
        ("webhooks", made("/v1/admin/webhooks", json!({ "name": "T", "url": "https://thing.example/" }))),
        ("tokens", made("/v1/admin/tokens", json!({ "name": "T", "scopes": ["articles:read"] }))),
    ])
}

/// A path with the ids of real things.
pub fn filled(path: &str, ids: &BTreeMap<&str, String>) -> String {
    let resource = path.trim_start_matches("/v1/admin/").split('/').next().unwrap();
    let id = ids.get(resource).cloned().unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
    // A second id has a name of its own, and a version is a number.
    let steps = path.split('/').map(|step| match ids.get(step) {
        _ if step == "{version}" => "1",
        _ if !step.starts_with('{') => step,
        Some(own) => own.as_str(),
        None => id.as_str(),
    });
    steps.collect::<Vec<_>>().join("/")
}
