//! The ids of a path. What is no id names nothing: 404, as for an unknown one.

use crate::error::{Error, Result};
use crate::model::Id;

/// One id.
///
/// # Errors
/// 404.
pub fn id(text: &str) -> Result<Id> {
    Id::parse(text).ok_or_else(Error::not_found)
}

/// The id of a record, and of what lies below it.
///
/// # Errors
/// 404.
pub fn ids(path: &(String, String)) -> Result<(Id, Id)> {
    Ok((id(&path.0)?, id(&path.1)?))
}
