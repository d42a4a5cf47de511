//! Filter oracles: no column of any table can be asked for by any list, neither as a parameter nor as a value of one.

use std::collections::BTreeSet;

use super::wire::{Grounds, Operation, bare};
use crate::both;
use crate::support::issuer::{Issuer, trust};
use crate::support::rows::columns;
use crate::support::{Client, TestApp};

/// What lists and the like answer; not files, numbers, and what only a reader's token opens.
fn is_asked(one: &&Operation) -> bool {
    !one.pattern.starts_with("/media/") && one.path != "/metrics" && !one.pattern.ends_with("/full")
}

/// Spellings by which other servers let columns be asked for.
const SPELLINGS: &[&str] = &[
    "{}",
    "filter[{}]",
    "where[{}]",
    "filter.{}",
    "filters[{}][$ne]",
    "{}[$ne]",
    "{}__startswith",
    "{}__ne",
    "_{}",
    "{}.eq",
    "owner.{}",
    "populate[{}]",
    "q[{}]",
];
/// What nobody but the server itself may know.
const NEVER: &[&str] = &["password_hash", "totp_secret", "token_hash", "secret", "hash", "refresh_hash", "sealed"];

/// All columns of all tables.
fn all(app: &TestApp) -> BTreeSet<String> {
    let names: BTreeSet<String> = columns(app).into_iter().map(|(_, column)| column).collect();
    assert!(names.len() > 150 && names.contains("password_hash"), "{names:?}");
    names
}

/// A reader with a token, for the lists that take one.
fn entitled(app: &TestApp) -> Client {
    let issuer = Issuer::new("2026", 7);
    trust(app, &[&issuer]);
    issuer.reader(app, "subscriber")
}

/// Who asks for a list that others ask for as `usual`.
fn asker<'a>(list: &Operation, usual: &'a Client, entitled: &'a Client) -> &'a Client {
    if list.id == "list_full_live_updates" { entitled } else { usual }
}

/// Each of these as a parameter: every one is named as a fault, so none does anything.
fn as_parameters(client: &Client, list: &Operation, names: &[String]) {
    for part in names.chunks(50) {
        let query: Vec<String> = part.iter().map(|name| format!("{}=x", escaped(name))).collect();
        let answer = client.get(&format!("{}?{}", list.path, query.join("&")));
        let problem = answer.problem(400, "invalid_parameter");
        let faults = problem["errors"].as_array().unwrap();
        for name in part {
            let named = faults.iter().any(|fault| fault["parameter"] == **name);
            assert!(named, "{} takes {name}: {problem}", list.id);
        }
    }
}

fn escaped(name: &str) -> String {
    name.replace('[', "%5B").replace(']', "%5D").replace('$', "%24")
}

/// Whether a value does more than nothing: it answers as a word that is no column does.
fn as_values(client: &Client, list: &Operation, names: &[String]) -> usize {
    let mut asked = 0;
    for parameter in &list.parameters {
        let at = |value: &str| format!("{}?{}={value}", list.path, parameter.name);
        let twin = bare(&client.get(&at("zz-no-column")));
        for name in names {
            let is_word = parameter.words.as_ref().is_some_and(|words| words.contains(name));
            if is_word || (parameter.words.is_none() && !NEVER.contains(&name.as_str())) {
                continue;
            }
            let ways =
                if parameter.name == "sort" { vec![name.clone(), format!("-{name}")] } else { vec![name.clone()] };
            for value in ways {
                if parameter.words.as_ref().is_some_and(|words| words.contains(&value)) {
                    continue;
                }
                let answer = client.get(&at(&value));
                asked += 1;
                if parameter.words.is_some() {
                    let problem = answer.problem(400, "invalid_parameter");
                    assert_eq!(problem["errors"][0]["parameter"], *parameter.name, "{}: {value}", list.id);
                    continue;
                }
                let (status, text) = bare(&answer);
                // A word with underscores is no slug, which is told by its form alone.
                let is_form = status == 400 && !text.contains("column");
                assert!(
                    is_form || (status, text.replace(&value, "zz-no-column")) == twin,
                    "{} {}",
                    list.id,
                    at(&value)
                );
            }
        }
    }
    asked
}

both! {
    no_list_can_be_asked_for_a_column(app) {
        let grounds = Grounds::new(app);
        let (reader, author, entitled) = (app.anonymous(), app.signed_in("author"), entitled(app));
        let names = all(app);
        let mut lists = 0;
        for list in grounds.reads().filter(is_asked) {
            let client = if list.is_public { asker(list, &reader, &entitled) } else { &*author };
            if client.get(&list.path).status != 200 {
                // What this role may not read at all, an administrator asks for.
                as_parameters(&grounds.admin, list, &free(list, &names));
                continue;
            }
            as_parameters(client, list, &free(list, &names));
            let spelt: Vec<String> =
                NEVER.iter().flat_map(|name| SPELLINGS.iter().map(move |spelling| spelling.replace("{}", name))).collect();
            as_parameters(client, list, &spelt);
            lists += 1;
        }
        assert!(lists > 30, "{lists} lists");
    }

    no_closed_list_of_words_has_a_column_that_it_does_not_name(app) {
        let grounds = Grounds::new(app);
        let (reader, editor, entitled) = (app.anonymous(), app.editor(), entitled(app));
        // Members of answers share many names with columns; a public word is one that the document has.
        let names: Vec<String> = all(app).into_iter().collect();
        let secret: Vec<String> = NEVER.iter().map(|name| (*name).to_owned()).collect();
        let asked: usize = grounds
            .reads()
            .filter(is_asked)
            .map(|list| match list.is_public {
                true => as_values(asker(list, &reader, &entitled), list, &names),
                false => as_values(&editor, list, &secret),
            })
            .sum();
        assert!(asked > 1_500, "{asked} requests");
    }
}

/// The names that are no parameters of this list.
fn free(list: &Operation, names: &BTreeSet<String>) -> Vec<String> {
    let is_known = |name: &&String| list.parameters.iter().any(|parameter| parameter.name == **name);
    names.iter().filter(|name| !is_known(name)).cloned().collect()
}
