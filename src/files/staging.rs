//! Where a file stands while it arrives: beside the store, so that storing it is a rename, under a name of our own,
//! readable by this process only. What is not stored is deleted; what a crash leaves behind is swept.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::error::UploadError;

/// Staged files are called `upload-<uuid>.part`; the sweep touches no others.
const PREFIX: &str = "upload-";

/// The folder in which uploads arrive.
#[derive(Clone, Debug)]
pub struct Staging {
    dir: PathBuf,
}

impl Staging {
    /// Opens the folder, and makes it (mode 0700) where it is missing. It must lie on the file system of the store:
    /// see [`Storage::staging_dir`](super::Storage::staging_dir).
    ///
    /// # Errors
    /// The folder can't be made.
    pub fn new(dir: impl Into<PathBuf>) -> io::Result<Self> {
        let dir = dir.into();
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&dir)?;
        Ok(Self { dir })
    }

    /// Begins a file of at most `limit_bytes` bytes.
    ///
    /// # Errors
    /// The file can't be made.
    pub fn begin(&self, limit_bytes: u64) -> io::Result<Upload> {
        let path = self.dir.join(format!("{PREFIX}{}.part", Uuid::new_v4().simple()));
        let file = create_private(&path)?;
        Ok(Upload { file, guard: DeleteOnDrop(Some(path)), hash: Sha256::new(), bytes: 0, limit: limit_bytes })
    }

    /// Deletes the leftovers of crashed uploads: staged files that nobody wrote to for `older_than`. Answers how many
    /// there were. Give it more than the longest upload may take.
    ///
    /// # Errors
    /// The folder can't be read. A file that can't be deleted is left for the next sweep.
    pub fn sweep(&self, older_than: Duration) -> io::Result<usize> {
        let now = SystemTime::now();
        let mut swept = 0;
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            if !entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX)) {
                continue;
            }
            let Ok(modified) = entry.metadata().and_then(|metadata| metadata.modified()) else { continue };
            let idle = now.duration_since(modified).unwrap_or_default();
            if idle >= older_than && fs::remove_file(entry.path()).is_ok() {
                swept += 1;
            }
        }
        Ok(swept)
    }
}

/// A file that is arriving. Dropped unfinished, it deletes what it wrote.
#[derive(Debug)]
pub struct Upload {
    file: File,
    guard: DeleteOnDrop,
    hash: Sha256,
    bytes: u64,
    limit: u64,
}

impl Upload {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`UploadError::TooLarge`] once the limit is passed, [`UploadError::Full`] when the disk is full.
    pub fn write(&mut self, chunk: &[u8]) -> Result<(), UploadError> {
        self.bytes = self.bytes.saturating_add(chunk.len() as u64);
        if self.bytes > self.limit {
            return Err(UploadError::TooLarge { limit: self.limit });
        }
        self.file.write_all(chunk)?;
        self.hash.update(chunk);
        Ok(())
    }

    /// Ends the file: its bytes are on the disk when this answers.
    ///
    /// # Errors
    /// As [`Upload::write`]: a file over its limit can't be finished, and some file systems say only here that they
    /// are full.
    pub fn finish(self) -> Result<Staged, UploadError> {
        let Self { mut file, guard, hash, bytes, limit } = self;
        if bytes > limit {
            return Err(UploadError::TooLarge { limit });
        }
        file.flush()?;
        file.sync_all()?;
        Ok(Staged { guard, sha256: hash.finalize().into(), bytes })
    }
}

/// A whole file that waits to be stored. Dropped, it deletes its file; [`Storage::put`](super::Storage::put) keeps it.
#[derive(Debug)]
pub struct Staged {
    guard: DeleteOnDrop,
    /// The SHA-256 (FIPS 180-4) of its bytes.
    pub sha256: [u8; 32],
    /// Its length in bytes.
    pub bytes: u64,
}

impl Staged {
    /// Where it stands for now.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.guard.0.as_deref().unwrap_or(Path::new(""))
    }

    /// The SHA-256 as 64 lower-case hex digits.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        self.sha256.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Gives up the file, which has been moved away.
    pub(super) fn disarm(mut self) {
        self.guard.0 = None;
    }
}

/// Deletes its file when dropped, unless disarmed.
#[derive(Debug)]
struct DeleteOnDrop(Option<PathBuf>);

impl Drop for DeleteOnDrop {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // A file that can't be deleted now is left for the sweep.
            let _ = fs::remove_file(path);
        }
    }
}

/// Makes a new file that only this user may read or write.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(dir: &Path) -> usize {
        fs::read_dir(dir).unwrap().count()
    }

    #[test]
    fn hashes_and_counts_what_was_written() {
        let dir = tempfile::tempdir().unwrap();
        let staging = Staging::new(dir.path()).unwrap();
        let mut upload = staging.begin(3).unwrap();
        upload.write(b"a").unwrap();
        upload.write(b"bc").unwrap();
        let staged = upload.finish().unwrap();
        assert_eq!(staged.bytes, 3);
        assert_eq!(staged.sha256_hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(fs::read(staged.path()).unwrap(), b"abc");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(staged.path()).unwrap().permissions().mode() & 0o777, 0o600);
        }
        drop(staged);
        assert_eq!(files(dir.path()), 0);
    }

    #[test]
    fn one_byte_over_the_limit_is_too_large_and_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let staging = Staging::new(dir.path()).unwrap();
        let mut upload = staging.begin(3).unwrap();
        upload.write(b"abc").unwrap();
        assert!(matches!(upload.write(b"d"), Err(UploadError::TooLarge { limit: 3 })));
        assert!(matches!(upload.finish(), Err(UploadError::TooLarge { limit: 3 })));
        assert_eq!(files(dir.path()), 0);
    }

    #[test]
    fn sweeps_only_old_leftovers_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let staging = Staging::new(dir.path()).unwrap();
        fs::write(dir.path().join("upload-0.part"), b"x").unwrap();
        fs::write(dir.path().join("other"), b"x").unwrap();
        assert_eq!(staging.sweep(Duration::from_secs(3600)).unwrap(), 0);
        assert_eq!(staging.sweep(Duration::ZERO).unwrap(), 1);
        assert_eq!(files(dir.path()), 1);
    }
}
