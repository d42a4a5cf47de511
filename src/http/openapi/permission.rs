//! Who may run an operation, in words, from the policy table and the table of moves.

use serde_json::{Value, json};

use super::Operation;
use crate::domain::Op;
use crate::domain::permissions::{self, InStatus, Permission};
use crate::domain::policy::Rule;
use crate::model::Role;
use crate::model::policy::{Demand, Own};

/// Says who may: nobody needs credentials for what is public.
pub fn complete(operation: &mut Operation) {
    if operation.is_for_readers() {
        operation.value.insert("x-public".to_owned(), json!(true));
        return;
    }
    if !operation.is_editorial() {
        operation.value.insert("security".to_owned(), json!([]));
        operation.value.insert("x-public".to_owned(), json!(true));
        return;
    }
    let Some(op) = Op::ALL.iter().find(|op| op.as_str() == operation.id) else { return };
    let text = operation.value.get("description").and_then(Value::as_str).unwrap_or_default();
    let text = format!("{text}\n\n{}", words(&permissions::of(*op)));
    operation.value.insert("description".to_owned(), json!(text.trim()));
}

/// The permission as it stands at the end of an operation's description.
fn words(permission: &Permission) -> String {
    let Rule { own, any, demand, .. } = permission.rule;
    let what = match permission.own_means {
        None => String::new(),
        Some(Own::Owned) => format!(" for what is one's own, {} for the rest", any.as_str()),
        Some(Own::Private) => format!(" for what is not public, {} for the rest", any.as_str()),
        Some(Own::OwnedAndPrivate) => format!(" for what is one's own and not public, {} for the rest", any.as_str()),
    };
    let higher = if what.is_empty() && own != Role::Admin { " or a higher one" } else { "" };
    let scopes: Vec<String> = permission.op.scopes().into_iter().map(|scope| format!("`{}`", scope.as_str())).collect();
    let scope = match scopes.as_slice() {
        [] => "API tokens can't do this.".to_owned(),
        [scope] => format!("An API token needs the scope {scope}."),
        several => format!("An API token needs the scopes {}.", several.join(" and ")),
    };
    let demand = match demand {
        Demand::Usual => "",
        Demand::Fresh => " Needs a sign-in within the last 15 minutes.",
        Demand::SetUp => " Open to who has yet to set up the second factor that the site asks for.",
    };
    let members: Vec<String> = permission.op.fresh_members().iter().map(|member| format!("`{member}`")).collect();
    let members = match members.as_slice() {
        [] => String::new(),
        [member] => format!(" {member} takes a person who signed in within the last 15 minutes."),
        [rest @ .., last] => {
            format!(" {} and {last} take a person who signed in within the last 15 minutes.", rest.join(", "))
        }
    };
    let text = format!("**Permission.** Needs the role {}{what}{higher}. {scope}{demand}{members}", own.as_str());
    let Some(states) = &permission.states else { return text };
    let states: Vec<String> = states.iter().map(|state| in_status(permission.rule, state)).collect();
    format!("{text}\n\n**States.** Legal while the article is {}.", states.join(", "))
}

fn in_status(rule: Rule, state: &InStatus) -> String {
    let mut notes = Vec::new();
    if (state.own, state.any) != (rule.own, rule.any) {
        let (own, any) = (state.own.as_str(), state.any.as_str());
        notes.push(if own == any {
            format!("role {any}")
        } else {
            format!("role {own} for one's own, {any} for the rest")
        });
    }
    if !state.always {
        notes.push("not always: see its `allowed_actions`".to_owned());
    }
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) };
    format!("`{}`{notes}", state.status.as_str())
}
