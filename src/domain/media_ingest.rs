//! From bytes to a file in the store: looked into, named, and stripped for the public; and out of it again.

use super::Cx;
use crate::error::{Code, Error, Result};
use crate::files::{self, Described, FileError, Probed, Staged, Staging, Storage, safe_file_name};
use crate::store::media;

/// A file that has been looked into and put into the store.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// What it is.
    pub probed: Probed,
    /// What it is called.
    pub file_name: String,
    /// The SHA-256 of the bytes as uploaded, in hex.
    pub sha256: String,
    /// Their length.
    pub bytes: u64,
    /// Where they are.
    pub original_key: String,
    /// The length of what the public gets.
    pub public_bytes: u64,
    /// Where that is.
    pub public_key: String,
    /// What it says of itself.
    pub described: Described,
}

/// Puts the file, and what the public may see of it, into the store. Blocks.
///
/// # Errors
/// The store's; what was put stays there.
pub fn keep(
    storage: &Storage,
    staging: &Staging,
    staged: Staged,
    probed: Probed,
    name: &str,
) -> Result<NewFile, FileError> {
    let file_name = safe_file_name(name, probed.extension);
    let public = files::public_copy(staged.path(), &probed, staging)?;
    let described = files::described(staged.path(), &probed)?;
    let (sha256, bytes) = (staged.sha256_hex(), staged.bytes);
    let original_key = storage.put(staged).map_err(FileError::Store)?;
    let (public_key, public_bytes) = match public {
        None => (original_key.clone(), bytes),
        Some(public) => {
            let bytes = public.bytes;
            (storage.put(public).map_err(FileError::Store)?, bytes)
        }
    };
    Ok(NewFile { probed, file_name, sha256, bytes, original_key, public_bytes, public_key, described })
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
    if storage.has_all(&keys.map(String::as_str).collect::<Vec<_>>())? {
        return Ok(());
    }
    Err(Error::new(Code::Conflict, "The same file was being deleted. Send it again."))
}

/// Removes those of these bytes that no record needs; answers how many. Call it in a transaction of its own, after the
/// one that gave them up, if one did.
///
/// # Errors
/// The database's or the file store's; what is left then is found by nobody.
pub fn remove_unused(cx: &mut Cx, storage: &Storage, keys: &[String]) -> Result<usize> {
    if keys.is_empty() {
        return Ok(0);
    }
    media::lock_files(cx.conn)?;
    let used = media::used_keys(cx.conn, keys)?;
    let unused: Vec<&str> = keys.iter().filter(|key| !used.contains(key)).map(String::as_str).collect();
    storage.delete(&unused)?;
    Ok(unused.len())
}
