//! Where files are kept: under the SHA-256 of their bytes, so that the same bytes are stored once and a stored file
//! never changes. A key reads `ab/cd/<sha256>`: two levels of folders from the first four digits of the hash.
//!
//! | module | for |
//! |---|---|
//! | [`settings`] | what `SLUGLINE_MEDIA_STORE` may say, and what a store in S3 needs beside it |
//! | `disk` | a folder of this machine |
//! | `s3` | a bucket of an S3-compatible store; `connection` is its way there, `background` the thread that goes it |
//! | [`reading`] | the bytes of a file, piece by piece, wherever it lies |
//! | [`open_file`] | small files of a disk that are kept open |

mod background;
mod connection;
mod disk;
pub mod open_file;
pub mod reading;
mod s3;
pub mod settings;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::error::StoreError;
use super::staging::Staged;
use disk::Disk;
pub use disk::check_writable;
pub use open_file::OpenFile;
pub use reading::Reading;
use s3::S3;
pub use settings::{S3Settings, Settings};

/// The store that `SLUGLINE_MEDIA_STORE` names.
#[derive(Clone, Debug)]
pub struct Storage {
    backend: Backend,
}

/// One arm a kind of store; every method of [`Storage`] is a match over them.
#[derive(Clone, Debug)]
enum Backend {
    Disk(Disk),
    S3(Arc<S3>),
}

impl Storage {
    /// Opens a store. Makes the folder where it is missing; does not look for the bucket: see [`Storage::reach`].
    ///
    /// # Errors
    /// [`StoreError::Setting`] when the settings can't be used; else what the disk said.
    pub fn open(settings: &Settings) -> Result<Self, StoreError> {
        let backend = match settings.place()? {
            settings::Place::Folder(root) => Backend::Disk(Disk::open(root)?),
            settings::Place::Bucket { bucket, prefix } => Backend::S3(Arc::new(S3::open(settings, bucket, prefix)?)),
        };
        Ok(Self { backend })
    }

    /// Where uploads for this store should arrive: on the file system of the folder, whatever is mounted where; in the
    /// data folder where the store is elsewhere.
    #[must_use]
    pub fn staging_dir(&self) -> PathBuf {
        match &self.backend {
            Backend::Disk(disk) => disk.staging_dir(),
            Backend::S3(s3) => s3.staging_dir().to_path_buf(),
        }
    }

    /// Stores a file and answers its key. The bytes and the name are durable when this answers. Bytes that are here
    /// already are a success. Blocks; takes at most 32 MiB of memory.
    ///
    /// # Errors
    /// What the store said; then nothing is stored, and the staged file is gone.
    pub fn put(&self, staged: Staged) -> Result<String, StoreError> {
        let key = key_of(&staged.sha256_hex()).ok_or(StoreError::BadKey)?;
        match &self.backend {
            Backend::Disk(disk) => disk.put(&key, staged)?,
            Backend::S3(s3) => s3.put(&key, &staged)?,
        }
        Ok(key)
    }

    /// Begins to read a part of a stored file: bytes `part.start` up to, not including, `part.end`.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::BadKey`], or what the store said.
    pub async fn read(&self, key: &str, part: Range<u64>) -> Result<Reading, StoreError> {
        check(key)?;
        match &self.backend {
            Backend::Disk(disk) => disk.read(key, part).await,
            Backend::S3(s3) => s3.read(key, part).await,
        }
    }

    /// The first `most` bytes of a stored file. Blocks.
    ///
    /// # Errors
    /// As [`Storage::read`].
    pub fn read_all(&self, key: &str, most: u64) -> Result<Vec<u8>, StoreError> {
        check(key)?;
        match &self.backend {
            Backend::Disk(disk) => disk.read_all(key, most),
            Backend::S3(s3) => s3.read_all(key, most),
        }
    }

    /// Deletes files; that one is not there is no error. Blocks, in a bucket for about a round trip.
    ///
    /// # Errors
    /// [`StoreError::BadKey`], or what the store said; then some may be deleted.
    pub fn delete(&self, keys: &[&str]) -> Result<(), StoreError> {
        keys.iter().try_for_each(|key| check(key))?;
        match &self.backend {
            Backend::Disk(disk) => keys.iter().try_for_each(|key| disk.delete(key)),
            Backend::S3(s3) => s3.delete(keys),
        }
    }

    /// Whether there are files under all these keys. Blocks, in a bucket for about a round trip.
    ///
    /// # Errors
    /// [`StoreError::BadKey`], or what the store said.
    pub fn has_all(&self, keys: &[&str]) -> Result<bool, StoreError> {
        keys.iter().try_for_each(|key| check(key))?;
        match &self.backend {
            Backend::Disk(disk) => disk.has_all(keys),
            Backend::S3(s3) => s3.has_all(keys),
        }
    }

    /// The keys of all files, in no order; what is no key of ours is left out. Blocks, for long where there are many.
    ///
    /// # Errors
    /// What the store said.
    pub fn keys(&self) -> Result<Vec<String>, StoreError> {
        let mut found = match &self.backend {
            Backend::Disk(disk) => disk.keys()?,
            Backend::S3(s3) => s3.keys()?,
        };
        found.retain(|key| is_key(key));
        Ok(found)
    }

    /// The keys of one shelf (of 256, by the first two digits of the hash) whose files are older than `age`, by the clock
    /// of the store. Blocks.
    ///
    /// # Errors
    /// What the store said.
    pub fn older_than(&self, shelf: u8, age: Duration) -> Result<Vec<String>, StoreError> {
        let shelf = format!("{shelf:02x}");
        let mut found = match &self.backend {
            Backend::Disk(disk) => disk.older_than(&shelf, age)?,
            Backend::S3(s3) => s3.older_than(&shelf, age)?,
        };
        found.retain(|key| is_key(key));
        Ok(found)
    }

    /// Looks whether the store is there and takes the keys that it is asked with. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Denied`] or [`StoreError::Away`].
    pub fn reach(&self) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Disk(_) => Ok(()),
            Backend::S3(s3) => s3.reach(),
        }
    }

    /// Writes, reads and deletes a small file: whether uploads can be stored now. Blocks.
    ///
    /// # Errors
    /// Why not.
    pub fn try_out(&self) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Disk(disk) => disk.try_out(),
            Backend::S3(s3) => s3.reach().and_then(|()| s3.try_out()),
        }
    }
}

/// The key of a file, from the 64 hex digits of its hash.
fn key_of(hex: &str) -> Option<String> {
    let key = format!("{}/{}/{hex}", hex.get(..2)?, hex.get(2..4)?);
    is_key(&key).then_some(key)
}

fn check(key: &str) -> Result<(), StoreError> {
    if is_key(key) { Ok(()) } else { Err(StoreError::BadKey) }
}

/// A key has one form only, so that none can lead out of the store.
fn is_key(key: &str) -> bool {
    let mut parts = key.split('/');
    let (Some(first), Some(second), Some(hash), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    first.len() == 2
        && second.len() == 2
        && hash.len() == 64
        && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && hash.strip_prefix(first).is_some_and(|rest| rest.starts_with(second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_leads_out_of_the_store() {
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(is_key(&format!("ba/78/{hash}")));
        let wrong = [
            "",
            "/",
            "../../etc/passwd",
            hash,
            &format!("ba/79/{hash}"),
            &format!("ba/78/{hash}/"),
            &format!("/ba/78/{hash}"),
            &format!("ba/78/{}", hash.to_uppercase()),
            &format!("ba\\78\\{hash}"),
            &format!("ba/78/{hash}\0"),
            ".staging/x/y",
        ];
        for key in wrong {
            assert!(!is_key(key), "{key}");
        }
    }
}
