//! What is made once and answered many times: pages and files of a closed list of names.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Values by their names. Only names that something stands behind are kept, so a client can't make it grow.
pub struct Kept<T>(RwLock<BTreeMap<String, Arc<T>>>);

impl<T> Kept<T> {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(RwLock::new(BTreeMap::new()))
    }

    /// The value of this name, made where it was not asked for before.
    ///
    /// # Errors
    /// What `make` answers; then nothing is kept.
    pub fn get<E>(&self, name: &str, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(value) = kept {
            return Ok(value);
        }
        let value = Arc::new(make()?);
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), Arc::clone(&value));
        Ok(value)
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self::new()
    }
}
