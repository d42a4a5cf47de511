//! What changed between two versions: member by member, block by block, word by word.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{content_of, differing, find};
use crate::domain::{Actor, Cx, Op, articles, policy};
use crate::error::{Error, Result};
use crate::model::Id;
use crate::store::revisions::{self, RevisionRow};
use crate::text::{BlockChange, Body, Budget, TextChange, compare, text_changes};

/// What a version is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Against {
    /// The one before it.
    #[default]
    Previous,
    /// The one that readers see.
    Live,
    /// The working copy.
    Current,
    /// This one.
    Version(i64),
}

/// A member that differs between two versions.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FieldChange {
    /// Its name.
    pub field: String,
    /// What it was, as it is written: relations are ids.
    pub before: Value,
    /// What it is.
    pub after: Value,
    /// What changed in it word by word, where it is text in both.
    pub text_changes: Vec<TextChange>,
}

/// What leads from one version to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    /// The earlier version, or what stands for it; none where there is nothing before.
    pub against: Option<i64>,
    /// The members that differ, without the body.
    pub fields: Vec<FieldChange>,
    /// The blocks of the body that differ.
    pub blocks: Vec<BlockChange>,
}

/// What leads from the version that is compared with to `version`.
///
/// # Errors
/// 403; 404 where either of them is not there.
pub fn diff(cx: &mut Cx, actor: &Actor, id: Id, version: i64, against: Against) -> Result<Diff> {
    policy::check(actor, Op::DiffRevision)?;
    let article = articles::load(cx, actor, id)?;
    let after = find(cx, id, version)?;
    let before = match against {
        Against::Previous => revisions::before(cx.conn, id, version)?,
        Against::Version(other) => Some(find(cx, id, other)?),
        Against::Current => Some(find(cx, id, article.row.version)?),
        Against::Live => {
            let live = article.live().map(|copy| copy.version).ok_or_else(Error::not_found)?;
            Some(find(cx, id, live)?)
        }
    };
    between(cx, before.as_ref(), &after)
}

fn between(cx: &mut Cx, before: Option<&RevisionRow>, after: &RevisionRow) -> Result<Diff> {
    let mut budget = Budget::DIFF;
    let mut content = |row| serde_json::to_value(content_of(cx, row)?).map_err(Error::internal);
    let (before_content, after_content) = (before.map(&mut content).transpose()?, content(after)?);
    let fields = fields(before_content, &after_content, &mut budget);
    let old = before.map_or_else(|| Ok(Body::default()), |row| articles::stored_body(&row.body))?;
    let new = articles::stored_body(&after.body)?;
    let blocks = compare(&old, &new, &mut budget);
    Ok(Diff { against: before.map(|row| row.head.version), fields, blocks })
}

fn fields(old: Option<Value>, new: &Value, budget: &mut Budget) -> Vec<FieldChange> {
    let from_nothing = old.is_none();
    let old = old.unwrap_or_default();
    let mut changes = Vec::new();
    for field in differing(&old, new) {
        let (before, after) = (old[field.as_str()].clone(), new[field.as_str()].clone());
        if from_nothing && is_blank(&after) {
            continue;
        }
        let text_changes = match (&before, &after) {
            (Value::String(before), Value::String(after)) => text_changes(before, after, budget),
            _ => Vec::new(),
        };
        changes.push(FieldChange { field, before, after, text_changes });
    }
    changes
}

/// Whether a member says nothing.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_blank),
        Value::Bool(true) | Value::Number(_) => false,
    }
}
