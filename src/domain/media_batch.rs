//! Many changes of media in one transaction.

use std::sync::{Arc, Mutex, PoisonError};

use super::batch::{Outcome, Step, run_steps};
use super::{Actor, Cx, Op, Precondition, media, policy};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::actions::Nothing;
use crate::model::batch::{BatchMode, IfVersion};
use crate::model::media_batch::{MediaBatchOp, MediaOperation, MoveMedia};
use crate::model::read::read_object;
use crate::model::{Id, MediaInput};

/// Keys of bytes that a batch gave up. They may be removed once its transaction has ended well.
#[derive(Clone, Debug, Default)]
pub struct Freed(Arc<Mutex<Vec<String>>>);

impl Freed {
    /// The keys, which are then forgotten.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, keys: Vec<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(keys);
    }
}

/// Runs the operations in their order. What deleted records leave behind in the file store is added to `freed`.
///
/// # Errors
/// As of batches of articles: see [`super::batch::run`].
pub fn run(
    cx: &mut Cx,
    actor: &Actor,
    operations: Vec<MediaOperation>,
    mode: BatchMode,
    freed: &Freed,
) -> Result<Vec<Outcome<MediaBatchOp>>> {
    policy::check(actor, Op::BatchMedia)?;
    let steps = operations.into_iter().map(|one| (one.op, Some(one.id), step(one, freed))).collect();
    run_steps(cx, actor, steps, mode)
}

fn step(operation: MediaOperation, freed: &Freed) -> Result<Step> {
    let MediaOperation { op, id, version, body } = operation;
    let wanted = match version {
        IfVersion::Is(version) => Precondition::Versions(vec![version]),
        IfVersion::Any => Precondition::Any,
    };
    Ok(match op {
        MediaBatchOp::Update => {
            let input: MediaInput = read_object(body)?;
            changing(id, wanted, input)
        }
        MediaBatchOp::Move => {
            let MoveMedia { folder } = read_object(body)?;
            if folder.is_absent() {
                let detail = "Name the folder, or `null` for none.";
                return Err(Error::invalid(vec![Fault::at("/folder", FaultCode::Required, detail)]));
            }
            changing(id, wanted, MediaInput { folder, ..MediaInput::default() })
        }
        MediaBatchOp::Delete => {
            read_object::<Nothing>(body)?;
            let freed = freed.clone();
            Box::new(move |cx, actor| {
                freed.add(media::delete(cx, actor, id, &wanted)?);
                Ok(None)
            })
        }
    })
}

fn changing(id: Id, wanted: Precondition, input: MediaInput) -> Step {
    Box::new(move |cx, actor| {
        let view = media::update(cx, actor, id, &wanted, input)?;
        Ok(Some((view.row.id, view.row.version)))
    })
}
