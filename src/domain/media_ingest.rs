//! From bytes to a file in the store: looked into, named, and stripped for the public.

use super::media::NewFile;
use crate::error::{Code, Error, Result};
use crate::files::{self, FileError, Probed, Staged, Staging, Storage, safe_file_name};

/// Puts the file, and what the public may see of it, into the store. Blocks.
///
/// # Errors
/// The disk's; what was put stays there, and the sweep of unused files takes it away.
pub fn keep(
    storage: &Storage,
    staging: &Staging,
    staged: Staged,
    probed: Probed,
    name: &str,
) -> Result<NewFile, FileError> {
    let file_name = safe_file_name(name, probed.extension);
    let public = files::public_copy(staged.path(), &probed, staging)?;
    let (sha256, bytes) = (staged.sha256_hex(), staged.bytes);
    let original_key = storage.put(staged).map_err(FileError::Store)?;
    let (public_key, public_bytes) = match public {
        None => (original_key.clone(), bytes),
        Some(public) => {
            let bytes = public.bytes;
            (storage.put(public).map_err(FileError::Store)?, bytes)
        }
    };
    Ok(NewFile { probed, file_name, sha256, bytes, original_key, public_bytes, public_key })
}

/// The same for bytes that are at hand.
///
/// # Errors
/// As [`keep`], and what is wrong with the bytes.
pub fn from_bytes(storage: &Storage, staging: &Staging, name: &str, bytes: &[u8]) -> Result<NewFile> {
    let mut upload = staging.begin(bytes.len() as u64).map_err(Error::internal)?;
    upload.write(bytes).map_err(Error::from)?;
    let staged = upload.finish().map_err(Error::from)?;
    let probed = files::probe(staged.path()).map_err(Error::from)?;
    keep(storage, staging, staged, probed, name).map_err(Error::from)
}

/// Makes sure that bytes which a transaction counts on are still there; it has locked the files.
///
/// # Errors
/// 409 if some were removed in this very moment.
pub(super) fn check_stored<'a>(storage: &Storage, keys: impl Iterator<Item = &'a String>) -> Result<()> {
    for key in keys {
        if !storage.exists(key)? {
            return Err(Error::new(Code::Conflict, "The same file was being deleted. Send it again."));
        }
    }
    Ok(())
}
