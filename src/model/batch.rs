//! Many changes of articles in one request. Those of media ([`super::media_batch`]) share its mode and bounds.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::actions::required;
use super::article::MAX_TAGS;
use super::field::FreeObject;
use super::read::{FromText, Many, Wrong, from_text, input, wrong};
use super::words::words;
use super::{Field, Id};
use crate::error::{Error, Fault, FaultCode, Result};

/// Most operations of one batch.
pub const MAX_OPERATIONS: usize = 100;

words! {
    /// What an operation of a batch does.
    BatchOp {
        /// Make an article; `body` as of `POST /v1/admin/articles`.
        Create = "create",
        /// Change an article; `body` as of `PATCH`.
        Update = "update",
        /// Move an article to the trash.
        Delete = "delete",
        /// Add and remove tags; `body` is `{add, remove}`.
        Tag = "tag",
        /// As the action.
        Duplicate = "duplicate",
        /// As the action.
        Submit = "submit",
        /// As the action.
        Approve = "approve",
        /// As the action.
        RequestChanges = "request-changes",
        /// As the action.
        Publish = "publish",
        /// As the action.
        Schedule = "schedule",
        /// As the action.
        Unschedule = "unschedule",
        /// As the action.
        Unpublish = "unpublish",
        /// As the action.
        Archive = "archive",
        /// As the action.
        Restore = "restore",
        /// As the action.
        Kill = "kill",
        /// As the action.
        Correct = "correct",
        /// As the action.
        Flag = "flag",
    }

    /// What becomes of a batch of which an operation is refused.
    BatchMode {
        /// Nothing is written.
        AllOrNothing = "all_or_nothing",
        /// The other operations are done.
        PerItem = "per_item",
    }
}

input! {
    /// Many changes of articles.
    pub struct BatchInput {
        /// What is to be done, in this order; 1 to 100. Must be given.
        operations: Many<BatchOperation, MAX_OPERATIONS>,
        /// What becomes of the others where one is refused; `all_or_nothing` where left out.
        mode: BatchMode,
    }

    /// One change of one article.
    pub struct BatchOperation {
        /// What to do. Must be given.
        op: BatchOp,
        /// The article; must be given but for `create`.
        id: Id,
        /// As the header `If-Match`: a version such as `7`, or `*`. Must be given but for `create` and `duplicate`.
        if_match: IfVersion,
        /// What the single route takes; may be left out where nothing must be given.
        body: FreeObject,
    }

    /// What `tag` takes.
    pub struct Retag {
        /// Tags to add at the end, where the article does not carry them.
        add: Many<Id, MAX_TAGS>,
        /// Tags to take away, where it does.
        remove: Many<Id, MAX_TAGS>,
    }
}

/// The version that an operation is meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfVersion {
    /// Any.
    Any,
    /// This one.
    Is(i64),
}

impl FromText for IfVersion {
    fn from_text(text: &str) -> std::result::Result<Self, Wrong> {
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        match inner.parse() {
            _ if text == "*" => Ok(Self::Any),
            Ok(version) if version > 0 && inner.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Self::Is(version)),
            _ => Err(wrong(FaultCode::InvalidFormat, "This must be a version such as 7, or `*`")),
        }
    }
}
from_text!(IfVersion);

impl PartialSchema for IfVersion {
    fn schema() -> RefOr<Schema> {
        let text: ObjectBuilder = ObjectBuilder::new().schema_type(Type::String);
        RefOr::T(text.pattern(Some("^(\\*|[1-9][0-9]{0,17}|\"[1-9][0-9]{0,17}\")$")).into())
    }
}

impl ToSchema for IfVersion {
    fn name() -> std::borrow::Cow<'static, str> {
        "IfVersion".into()
    }
}

/// An operation of which nothing is missing.
#[derive(Clone, Debug)]
pub struct Operation {
    /// What to do.
    pub op: BatchOp,
    /// With which article.
    pub id: Option<Id>,
    /// Which version of it.
    pub version: Option<IfVersion>,
    /// What the single route takes.
    pub body: FreeObject,
}

impl BatchInput {
    /// The operations and the mode.
    ///
    /// # Errors
    /// 422 for what is missing.
    pub fn sound(self) -> Result<(Vec<Operation>, BatchMode)> {
        let mut faults = Vec::new();
        let (given, mode) = sound_mode(self.operations, self.mode, &mut faults);
        let sound = given.into_iter().enumerate().filter_map(|(index, one)| one.sound(index, &mut faults)).collect();
        if faults.is_empty() { Ok((sound, mode)) } else { Err(Error::invalid(faults)) }
    }
}

/// The operations and the mode of any batch.
pub(super) fn sound_mode<T>(
    operations: Field<Many<T, MAX_OPERATIONS>>,
    mode: Field<BatchMode>,
    faults: &mut Vec<Fault>,
) -> (Vec<T>, BatchMode) {
    if mode.is_null() {
        faults.push(Fault::at("/mode", FaultCode::NotNull, "This can't be null."));
    }
    let given = required("/operations", operations, faults);
    if given.as_ref().is_some_and(|list| list.0.is_empty()) {
        faults.push(Fault::at("/operations", FaultCode::TooShort, "A batch has one operation at the least."));
    }
    (given.map_or_else(Vec::new, |list| list.0), mode.set().unwrap_or(BatchMode::AllOrNothing))
}

impl BatchOperation {
    fn sound(self, index: usize, faults: &mut Vec<Fault>) -> Option<Operation> {
        let at = |member: &str| format!("/operations/{index}/{member}");
        let op = required(&at("op"), self.op, faults)?;
        let (id, version) = (self.id.set(), self.if_match.set());
        let unneeded =
            |member: &str| Fault::at(at(member), FaultCode::Exclusive, "This operation takes no such member.");
        let missing = |member: &str| Fault::at(at(member), FaultCode::Required, "This member must be given.");
        match (op == BatchOp::Create, id) {
            (true, Some(_)) => faults.push(unneeded("id")),
            (false, None) => faults.push(missing("id")),
            _ => {}
        }
        match (matches!(op, BatchOp::Create | BatchOp::Duplicate), version) {
            (true, Some(_)) => faults.push(unneeded("if_match")),
            (false, None) => faults.push(missing("if_match")),
            _ => {}
        }
        if matches!(self.body, Field::Null) {
            faults.push(Fault::at(at("body"), FaultCode::NotNull, "This can't be null."));
        }
        Some(Operation { op, id, version, body: self.body.set().unwrap_or_default() })
    }
}
