//! Every public GET of the OpenAPI document, with every handle in every place of its path and its parameters.

use std::collections::BTreeSet;

use serde_json::Value;

use super::plant::Planted;
use crate::support::{Answer, Client};

/// The id that all requests of a walk have, so that answers can be compared.
const REQUEST_ID: &str = "walk";
const UNKNOWN_ID: &str = "01890000-0000-7000-8000-00000000abcd";
const UNKNOWN_SLUG: &str = "nobody-knows-this-one";

/// A public route.
pub struct Operation {
    path: String,
    names: Vec<String>,
    parameters: Vec<Parameter>,
}

struct Parameter {
    name: String,
    values: Vec<String>,
    takes_text: bool,
    is_choice: bool,
}

/// The routes that need no sign-in, from the document itself.
pub fn public_routes(document: &Value) -> Vec<Operation> {
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let get = &item["get"];
        if get["x-public"] != true {
            assert!(
                get.is_null() || path.starts_with("/v1/admin") || path.starts_with("/v1/auth"),
                "{path} is not public"
            );
            continue;
        }
        let listed = get["parameters"].as_array().into_iter().flatten();
        let listed: Vec<&Value> = listed.map(|parameter| resolved(document, parameter)).collect();
        let of =
            |place: &str| listed.iter().copied().filter(move |parameter| parameter["in"] == place).collect::<Vec<_>>();
        let names = of("path").iter().map(|parameter| super::plant::text(parameter, "name")).collect();
        let parameters = of("query").iter().map(|parameter| Parameter::read(document, parameter)).collect();
        routes.push(Operation { path: path.clone(), names, parameters });
    }
    routes
}

/// What a reference of the document leads to.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let Some(name) = value["$ref"].as_str() else { return value };
    document.pointer(&name[1..]).unwrap_or_else(|| panic!("{name} leads nowhere"))
}

impl Parameter {
    fn read(document: &Value, parameter: &Value) -> Self {
        let mut read = Self {
            name: super::plant::text(parameter, "name"),
            values: Vec::new(),
            takes_text: false,
            is_choice: false,
        };
        read.learn(document, &parameter["schema"], false);
        read
    }

    fn learn(&mut self, document: &Value, schema: &Value, in_list: bool) {
        let schema = resolved(document, schema);
        for part in ["oneOf", "anyOf", "allOf"] {
            schema[part].as_array().into_iter().flatten().for_each(|schema| self.learn(document, schema, in_list));
        }
        if let Some(words) = schema["enum"].as_array() {
            let words: Vec<String> = words.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            self.is_choice = in_list;
            self.values.extend(words.clone());
            self.values.extend(in_list.then(|| words.join(",")));
            return;
        }
        match schema["type"].as_str().or_else(|| schema["type"][0].as_str()) {
            Some("array") => self.learn(document, &schema["items"], true),
            Some("boolean") => self.values.extend(["true", "false"].map(str::to_owned)),
            Some("integer") => self.values.extend(["1", "2", "100"].map(str::to_owned)),
            Some("string") if schema["format"] == "date-time" => {
                self.values.extend(["1999-01-01T00:00:00Z", "2199-01-01T00:00:00Z"].map(str::to_owned));
            }
            Some("string") => {
                self.takes_text = true;
                self.values.extend(["en", "de", "canary"].map(str::to_owned));
            }
            _ => {}
        }
    }
}

/// Somebody who walks.
pub struct Walker<'a> {
    reader: Client,
    planted: &'a Planted,
    requests: usize,
}

impl<'a> Walker<'a> {
    pub fn new(reader: &Client, planted: &'a Planted) -> Self {
        Self { reader: reader.with("X-Request-Id", REQUEST_ID), planted, requests: 0 }
    }

    /// Walks every route; answers how many requests it took.
    pub fn walk(mut self, routes: &[Operation]) -> usize {
        for route in routes {
            self.paths(route);
            for base in self.bases(route) {
                self.parameters(route, &base);
                self.pages(route, &base);
            }
        }
        self.requests
    }

    /// Asks, and looks for what must not show.
    fn get(&mut self, path: &str) -> Answer {
        self.requests += 1;
        let answer = self.reader.get(path);
        assert!(answer.status < 500, "{path}: {}", answer.text());
        let mut seen = answer.text();
        answer.headers.iter().for_each(|(name, value)| seen.push_str(&format!("\n{name}: {value}")));
        if answer.status < 400 {
            seen = without_echo(seen, path);
        }
        if path.starts_with("/v1/events") {
            seen = without_departures(&seen);
        }
        for secret in std::iter::once(&self.planted.run).chain(&self.planted.secrets) {
            assert!(!seen.contains(secret.as_str()), "{secret} shows at {path}: {seen}");
        }
        answer
    }

    /// Every handle in the path, alone and with all that can be asked for beside it.
    fn paths(&mut self, route: &Operation) {
        let full = route.full_query();
        let unknown = |handle: &str| if uuid::Uuid::try_parse(handle).is_ok() { UNKNOWN_ID } else { UNKNOWN_SLUG };
        match route.names.as_slice() {
            [] => {}
            [_] => {
                let handles: Vec<&String> =
                    self.planted.hidden.iter().chain(&self.planted.gone).chain(&self.planted.open).collect();
                for handle in handles {
                    let hidden = self.planted.hidden.contains(handle);
                    for query in ["", full.as_str(), "?locale=de"] {
                        let answer = self.get(&format!("{}{query}", route.at(&[handle])));
                        if hidden {
                            let twin = self.reader.get(&format!("{}{query}", route.at(&[unknown(handle)])));
                            assert_eq!(comparable(&answer), comparable(&twin), "{} of {handle}{query}", route.path);
                        }
                    }
                    self.head(&route.at(&[handle]));
                }
            }
            [_, _, ..] => {
                for (id, name) in &self.planted.files {
                    let answer = self.get(&route.at(&[id, name]));
                    if self.planted.hidden.contains(id) {
                        let twin = self.reader.get(&route.at(&[UNKNOWN_ID, name]));
                        assert_eq!(comparable(&answer), comparable(&twin), "{} of {id}", route.path);
                    }
                    self.head(&route.at(&[id, name]));
                    let _ = self.get(&route.at(&[id, "original.png"]));
                }
            }
        }
    }

    fn head(&mut self, path: &str) {
        let (head, get) = (self.reader.send("HEAD", path, None), self.get(path));
        assert!(head.bytes.is_empty(), "{path}");
        assert_eq!((head.status, headers(&head)), (get.status, headers(&get)), "HEAD {path}");
    }

    /// Where the parameters of a route are tried.
    fn bases(&self, route: &Operation) -> Vec<String> {
        match route.names.len() {
            0 => vec![route.path.clone()],
            1 => self
                .planted
                .open
                .iter()
                .map(String::as_str)
                .chain(["1"])
                .map(|handle| route.at(&[handle]))
                .filter(|path| self.reader.get(path).status == 200)
                .collect(),
            _ => Vec::new(),
        }
    }

    fn parameters(&mut self, route: &Operation, base: &str) {
        for parameter in &route.parameters {
            for value in &parameter.values {
                let _ = self.get(&format!("{base}?{}={value}", parameter.name));
            }
            if parameter.takes_text {
                self.handles(parameter, base);
            }
            if parameter.name == "q" {
                self.search(base);
            }
        }
    }

    /// No planted word is matched, however it is asked for.
    fn search(&mut self, base: &str) {
        let run = &self.planted.run;
        for q in [
            format!("{run}%2A"),
            format!("{run}x1"),
            run.clone(),
            format!("{}%2A", &run[..9]),
            format!("%22{run}x1%22"),
        ] {
            let found = self.get(&format!("{base}?q={q}")).expect(200).data();
            assert_eq!(found, serde_json::json!([]), "{base} {q}");
        }
        for open in &self.planted.open.clone() {
            // What is in the open is found as if no hidden word stood in it.
            let all = self.get(&format!("{base}?q={open}")).expect(200).data();
            let rest = self.get(&format!("{base}?q={open}%20-{run}%2A")).expect(200).data();
            assert_eq!(all, rest, "{base} {open}");
        }
    }

    /// Hidden handles find what unknown ones find.
    fn handles(&mut self, parameter: &Parameter, base: &str) {
        let asked = |value: &str| format!("{base}?{}={value}", parameter.name);
        for (unknown, is_id) in [(UNKNOWN_ID, true), (UNKNOWN_SLUG, false)] {
            let twin = self.reader.get(&asked(unknown));
            let same_kind = |handle: &&String| uuid::Uuid::try_parse(handle).is_ok() == is_id;
            let most = if twin.status == 400 { 1 } else { usize::MAX };
            let all: Vec<&String> =
                self.planted.hidden.iter().chain(&self.planted.gone).filter(same_kind).take(most).collect();
            for handle in all {
                let answer = self.get(&asked(handle));
                let bare = |answer: &Answer, value: &str| (answer.status, answer.text().replace(value, "…"));
                assert_eq!(bare(&answer, handle), bare(&twin, unknown), "{}", asked(handle));
            }
        }
    }

    /// Every part of a list, in every order, by cursor there and back and by number.
    fn pages(&mut self, route: &Operation, base: &str) {
        let Some(_) = route.parameter("cursor") else { return };
        let orders = route.parameter("sort").map(|sort| sort.values.clone()).unwrap_or_default();
        for order in orders.iter().map(|order| format!("&sort={order}")).chain([String::new()]) {
            let mut next = Some(format!("{base}?limit=2{order}"));
            let mut last = String::new();
            for _ in 0..50 {
                let Some(path) = next.take() else { break };
                let answer = self.get(&path).expect(200).json();
                last = path;
                next = answer["links"]["next"].as_str().map(str::to_owned);
            }
            assert!(next.is_none(), "{base} does not end");
            let mut before = Some(last);
            while let Some(path) = before.take() {
                before = self.get(&path).expect(200).json()["links"]["prev"].as_str().map(str::to_owned);
            }
            for page in 1..4 {
                let _ = self.get(&format!("{base}?limit=1&page={page}{order}"));
            }
        }
    }
}

impl Operation {
    fn at(&self, values: &[&str]) -> String {
        let fill = |path: String, (name, value): (&String, &&str)| path.replace(&format!("{{{name}}}"), value);
        let rest = std::iter::repeat(&"w640");
        self.names.iter().zip(values.iter().chain(rest)).fold(self.path.clone(), fill)
    }

    fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// Everything that lists of words let a client ask for.
    fn full_query(&self) -> String {
        let choices = self.parameters.iter().filter(|parameter| parameter.is_choice);
        let named: Vec<String> =
            choices.map(|choice| format!("{}={}", choice.name, choice.values.last().unwrap())).collect();
        if named.is_empty() { String::new() } else { format!("?{}", named.join("&")) }
    }
}

/// Headers in an order that can be compared, without what differs from moment to moment.
fn headers(answer: &Answer) -> BTreeSet<(String, String)> {
    answer.headers.iter().filter(|(name, _)| name != "date").cloned().collect()
}

fn comparable(answer: &Answer) -> (u16, BTreeSet<(String, String)>, String) {
    (answer.status, headers(answer), answer.text())
}

/// An answer without the query that it was asked for with, which its links repeat.
fn without_echo(seen: String, path: &str) -> String {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| pair.len() > 3);
    pairs.fold(seen, |seen, pair| seen.replace(pair, "…").replace(&pair.replace(',', "%2C"), "…"))
}

/// A stream of events without those that say, by their id and language and by nothing else, that an article or a collection
/// which was public went away.
fn without_departures(seen: &str) -> String {
    let is_departure = |line: &str| {
        let id = line.strip_prefix("data: {\"id\":\"").and_then(|rest| rest.get(36..));
        matches!(id, Some("\",\"locale\":\"en\"}" | "\"}"))
    };
    seen.lines().filter(|line| !is_departure(line)).collect::<Vec<_>>().join("\n")
}
