//! Many changes in one transaction: the use cases of the single routes, one after the other. Those of articles stand
//! here, those of media in [`super::media_batch`].

use serde_json::{Value, json};

use super::articles::{self, ArticleView};
use super::policy::{self, Op};
use super::tags::merged;
use super::{Actor, Cx, Precondition, publishing, review};
use crate::error::{Code, Error, Fault, FaultCode, Place, Result};
use crate::model::actions::{Duplicate, Nothing};
use crate::model::batch::{BatchMode, BatchOp, IfVersion, Operation, Retag};
use crate::model::read::read_object;
use crate::model::{ArticleInput, Field, Id, Many};

/// What came of one operation.
pub struct Outcome<O> {
    /// What was to be done.
    pub op: O,
    /// The record.
    pub id: Option<Id>,
    /// The version that there is now, unless the record has gone; or why nothing was done.
    pub result: Result<Option<i64>>,
}

/// An operation whose input has been read. It answers the record and its version now, unless it has gone.
pub(super) type Step = Box<dyn FnOnce(&mut Cx, &Actor) -> Result<Option<(Id, i64)>> + Send>;

/// The operations of a batch: what each is to do, with which record, and how.
pub(super) type Steps<O> = Vec<(O, Option<Id>, Result<Step>)>;

/// Runs the operations on articles in their order.
///
/// # Errors
/// 403; whatever keeps the server from working. In [`BatchMode::AllOrNothing`] the first refusal, as 422 where it is
/// one of the input, else as [`Code::BatchFailed`], with the `index` of its operation.
pub fn run(cx: &mut Cx, actor: &Actor, operations: Vec<Operation>, mode: BatchMode) -> Result<Vec<Outcome<BatchOp>>> {
    policy::check(actor, Op::BatchArticles)?;
    let steps = operations.into_iter().map(|operation| (operation.op, operation.id, step(operation))).collect();
    run_steps(cx, actor, steps, mode)
}

/// Runs steps in their order.
///
/// # Errors
/// As [`run`].
pub(super) fn run_steps<O>(cx: &mut Cx, actor: &Actor, steps: Steps<O>, mode: BatchMode) -> Result<Vec<Outcome<O>>> {
    if mode == BatchMode::AllOrNothing {
        refuse_shapes(&steps)?;
    }
    let mut outcomes = Vec::with_capacity(steps.len());
    for (index, (op, id, step)) in steps.into_iter().enumerate() {
        let done = step.and_then(|step| cx.attempt(|cx| step(cx, actor)));
        let outcome = match done {
            Ok(Some((id, version))) => Outcome { op, id: Some(id), result: Ok(Some(version)) },
            Ok(None) => Outcome { op, id, result: Ok(None) },
            Err(error) if is_ours(&error) => return Err(error),
            Err(error) if mode == BatchMode::AllOrNothing => return Err(refusal(index, &error)),
            Err(error) => Outcome { op, id, result: Err(placed(index, &error)) },
        };
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// What is no fault of the operation ends the whole batch.
fn is_ours(error: &Error) -> bool {
    matches!(error.code(), Code::Internal | Code::Unavailable | Code::StorageFull)
}

/// All faults of shape at once, before anything is done.
fn refuse_shapes<O>(steps: &[(O, Option<Id>, Result<Step>)]) -> Result<()> {
    let wrong = || steps.iter().enumerate().filter_map(|(index, (.., step))| step.as_ref().err().map(|e| (index, e)));
    let faults: Vec<Fault> = wrong().flat_map(|(index, error)| faults_of(index, error)).collect();
    match wrong().next() {
        Some((index, _)) => Err(Error::invalid(faults).with("index", index)),
        None => Ok(()),
    }
}

/// The faults of an operation, at their places in the batch.
fn faults_of(index: usize, error: &Error) -> Vec<Fault> {
    let body = format!("/operations/{index}/body");
    error.faults().iter().map(|fault| fault.clone().under(&body)).collect()
}

/// An operation's own problem, with pointers into the batch.
fn placed(index: usize, error: &Error) -> Error {
    let same = Error::new(error.code(), error.detail()).with_faults(faults_of(index, error));
    error.extra().iter().fold(same, |same, (name, value)| same.with(name, value.clone()))
}

/// The problem of a batch that one operation brings down.
fn refusal(index: usize, error: &Error) -> Error {
    if error.code() == Code::InvalidBody {
        return placed(index, error).with("index", index);
    }
    let mut cause = json!({ "code": error.code(), "detail": error.detail() });
    for (name, value) in error.extra() {
        cause[name] = value.clone();
    }
    let detail = "An operation was refused, so nothing was written. `index` says which, `cause` why.";
    Error::new(Code::BatchFailed, detail).with("index", index).with("cause", cause)
}

/// The article that there is now.
#[expect(clippy::unnecessary_wraps, reason = "what a step answers")]
fn now(view: ArticleView) -> Option<(Id, i64)> {
    Some((view.article.row.id, view.article.row.version))
}

/// Reads the input of an operation.
fn step(operation: Operation) -> Result<Step> {
    let Operation { op, id, version, body } = operation;
    let Some(id) = id else {
        let input: ArticleInput = read_object(body)?;
        return Ok(Box::new(move |cx, actor| articles::create(cx, actor, input).map(now)));
    };
    let wanted = match version {
        Some(IfVersion::Is(version)) => Precondition::Versions(vec![version]),
        Some(IfVersion::Any) | None => Precondition::Any,
    };
    /// The use case of a single route.
    macro_rules! one {
        (|$cx:ident, $actor:ident, $input:ident| $call:expr) => {{
            let $input = read_object(body)?;
            Box::new(move |$cx, $actor| $call.map(now))
        }};
    }
    Ok(match op {
        BatchOp::Create => return Err(Error::internal("a new article has no id yet")),
        BatchOp::Update => one!(|cx, actor, input| articles::update(cx, actor, id, &wanted, input, false)),
        BatchOp::Tag => one!(|cx, actor, input| retag(cx, actor, id, &wanted, input)),
        BatchOp::Submit => one!(|cx, actor, input| review::submit(cx, actor, id, &wanted, input)),
        BatchOp::RequestChanges => one!(|cx, actor, input| review::request_changes(cx, actor, id, &wanted, input)),
        BatchOp::Publish => one!(|cx, actor, input| publishing::publish(cx, actor, id, &wanted, input)),
        BatchOp::Schedule => one!(|cx, actor, input| publishing::schedule(cx, actor, id, &wanted, input)),
        BatchOp::Unpublish => one!(|cx, actor, input| publishing::unpublish(cx, actor, id, &wanted, input)),
        BatchOp::Kill => one!(|cx, actor, input| publishing::kill(cx, actor, id, &wanted, input)),
        BatchOp::Correct => one!(|cx, actor, input| publishing::correct(cx, actor, id, &wanted, input)),
        BatchOp::Flag => one!(|cx, actor, input| publishing::flag(cx, actor, id, &wanted, input)),
        BatchOp::Duplicate => {
            let input: Duplicate = read_object(body)?;
            Box::new(move |cx, actor| articles::duplicate(cx, actor, id, input.locale).map(now))
        }
        BatchOp::Delete => {
            read_object::<Nothing>(body)?;
            Box::new(move |cx, actor| articles::delete(cx, actor, id, &wanted).map(|()| None))
        }
        BatchOp::Approve | BatchOp::Unschedule | BatchOp::Archive | BatchOp::Restore => {
            read_object::<Nothing>(body)?;
            let verb = match op {
                BatchOp::Approve => review::approve,
                BatchOp::Unschedule => publishing::unschedule,
                BatchOp::Archive => publishing::archive,
                _ => publishing::restore,
            };
            Box::new(move |cx, actor| verb(cx, actor, id, &wanted).map(now))
        }
    })
}

/// Adds and removes tags of an article, as a change of its list of tags.
fn retag(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, input: Retag) -> Result<ArticleView> {
    let list = |field: Field<Many<Id, _>>| field.set().map_or_else(Vec::new, |list| list.0);
    let (add, remove) = (list(input.add), list(input.remove));
    let mut wished = Vec::new();
    let list = |cx: &mut Cx, mut tags: Vec<Id>| {
        let remove = merged::ids(cx, remove)?;
        tags.retain(|tag| !remove.contains(tag));
        for tag in &add {
            if !tags.contains(tag) {
                tags.push(*tag);
            }
        }
        if tags.len() > crate::model::article::MAX_TAGS {
            let detail = "An article carries at most 50 tags.";
            return Err(Error::invalid(vec![Fault::at("/add", FaultCode::TooLong, detail)]));
        }
        wished.clone_from(&tags);
        Ok(tags)
    };
    articles::retag(cx, actor, id, wanted, list).map_err(|error| at_added(&error, &wished, &add))
}

/// The faults of the list of tags, at the places where the tags were given.
fn at_added(error: &Error, tags: &[Id], add: &[Id]) -> Error {
    let given = |pointer: &str| {
        let index: usize = pointer.strip_prefix("/tags/")?.parse().ok()?;
        add.iter().position(|tag| Some(tag) == tags.get(index)).map(|at| format!("/add/{at}"))
    };
    let faults = error.faults().iter().cloned().map(|mut fault| {
        if let Place::Pointer(pointer) = &fault.place
            && let Some(place) = given(pointer)
        {
            fault.place = Place::Pointer(place);
        }
        fault
    });
    let same = Error::new(error.code(), error.detail()).with_faults(faults.collect());
    error.extra().iter().fold(same, |same, (name, value): (&String, &Value)| same.with(name, value.clone()))
}
