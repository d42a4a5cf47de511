//! A folder of this machine.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use uuid::Uuid;

use super::Reading;
use crate::files::error::StoreError;
use crate::files::staging::{Staged, create_private};

/// Files below one folder. The keys that come in here have been checked.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    root: PathBuf,
}

impl Disk {
    pub(super) fn open(root: PathBuf) -> Result<Self, StoreError> {
        fs::create_dir_all(&root)?;
        Ok(Self { root })
    }

    pub(super) fn staging_dir(&self) -> PathBuf {
        self.root.join(".staging")
    }

    pub(super) fn put(&self, key: &str, staged: Staged) -> Result<(), StoreError> {
        let target = self.root.join(key);
        let (Some(second), Some(first)) = (target.parent(), target.parent().and_then(Path::parent)) else {
            return Err(StoreError::BadKey);
        };
        fs::create_dir_all(second)?;
        // A file of another length is what a crash of the machine left; the same name with the whole bytes replaces it.
        let stored = fs::metadata(&target).is_ok_and(|metadata| metadata.len() == staged.bytes);
        if stored {
            drop(staged);
        } else {
            fs::rename(staged.path(), &target)?;
            staged.disarm();
        }
        // Also when the file was here: whoever put it may not have come so far yet.
        for dir in [second, first, &self.root] {
            sync_dir(dir)?;
        }
        Ok(())
    }

    pub(super) async fn read(&self, key: &str, part: Range<u64>) -> Result<Reading, StoreError> {
        let path = self.root.join(key);
        let begun = tokio::task::spawn_blocking(move || Reading::disk(&path, &part)).await;
        Ok(begun.map_err(io::Error::other)??)
    }

    pub(super) fn read_all(&self, key: &str, most: u64) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        File::open(self.root.join(key))?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    pub(super) fn delete(&self, key: &str) -> Result<(), StoreError> {
        match fs::remove_file(self.root.join(key)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            done => Ok(done?),
        }
    }

    pub(super) fn has_all(&self, keys: &[&str]) -> Result<bool, StoreError> {
        for key in keys {
            if !self.root.join(key).try_exists()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn keys(&self) -> Result<Vec<String>, StoreError> {
        let (mut found, mut folders) = (Vec::new(), vec![self.root.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    folders.push(entry.path());
                } else if let Some(key) = entry.path().strip_prefix(&self.root).ok().and_then(Path::to_str) {
                    found.push(key.replace('\\', "/"));
                }
            }
        }
        Ok(found)
    }

    pub(super) fn older_than(&self, shelf: &str, age: Duration) -> Result<Vec<String>, StoreError> {
        let mut keys = Vec::new();
        for second in folder(&self.root.join(shelf))? {
            for file in folder(&second?.path())? {
                let file = file?;
                let idle = file.metadata().and_then(|metadata| metadata.modified()).map(|at| at.elapsed());
                if matches!(idle, Ok(Ok(idle)) if idle >= age) {
                    let key = file.path().strip_prefix(&self.root).ok().and_then(Path::to_str).map(str::to_owned);
                    keys.extend(key.map(|key| key.replace('\\', "/")));
                }
            }
        }
        Ok(keys)
    }

    pub(super) fn try_out(&self) -> Result<(), StoreError> {
        Ok(check_writable(&self.root)?)
    }
}

/// What is in a folder; nothing where there is none.
fn folder(path: &Path) -> io::Result<impl Iterator<Item = io::Result<fs::DirEntry>>> {
    match fs::read_dir(path) {
        Ok(entries) => Ok(Some(entries).into_iter().flatten()),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None.into_iter().flatten())
        }
        Err(error) => Err(error),
    }
}

/// Makes a small file in a folder, syncs it, and takes it away again.
///
/// # Errors
/// Why not.
pub fn check_writable(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!(".check-{}", Uuid::new_v4().simple()));
    let written = create_private(&path).and_then(|mut file| {
        file.write_all(&[0; 4096])?;
        file.sync_all()
    });
    let deleted = fs::remove_file(&path);
    written.and(deleted)
}

/// Makes the names in a folder durable.
#[cfg(unix)]
fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Folders can't be synced here; the file system's journal does it.
#[cfg(not(unix))]
fn sync_dir(_dir: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{S3Settings, Settings, Storage};
    use super::*;
    use crate::files::Staging;

    fn store(dir: &Path) -> (Storage, Staging) {
        let address = format!("file://{}/media", dir.display());
        let settings = Settings { address, data_dir: dir.to_path_buf(), s3: S3Settings::default() };
        let storage = Storage::open(&settings).unwrap();
        let staging = Staging::new(storage.staging_dir()).unwrap();
        (storage, staging)
    }

    fn staged(staging: &Staging, bytes: &[u8]) -> Staged {
        let mut upload = staging.begin(1 << 20).unwrap();
        upload.write(bytes).unwrap();
        upload.finish().unwrap()
    }

    #[test]
    fn stores_the_same_bytes_once() {
        let dir = tempfile::tempdir().unwrap();
        let (storage, staging) = store(dir.path());
        let key = storage.put(staged(&staging, b"abc")).unwrap();
        assert_eq!(key, "ba/78/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(storage.put(staged(&staging, b"abc")).unwrap(), key);
        assert_eq!(fs::read_dir(storage.staging_dir()).unwrap().count(), 0);
        assert_eq!(storage.read_all(&key, 99).unwrap(), b"abc");
        assert_eq!(storage.read_all(&key, 2).unwrap(), b"ab");
        assert_eq!(storage.keys().unwrap(), [key.as_str()]);
        assert!(storage.has_all(&[&key]).unwrap());
        storage.delete(&[&key]).unwrap();
        storage.delete(&[&key]).unwrap();
        assert!(!storage.has_all(&[&key]).unwrap());
        assert!(matches!(storage.read_all(&key, 99), Err(StoreError::Missing)));
        assert!(matches!(storage.delete(&["../x"]), Err(StoreError::BadKey)));
    }

    #[test]
    fn a_half_written_file_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (storage, staging) = store(dir.path());
        let key = storage.put(staged(&staging, b"abc")).unwrap();
        fs::write(dir.path().join("media").join(&key), b"a").unwrap();
        storage.put(staged(&staging, b"abc")).unwrap();
        assert_eq!(storage.read_all(&key, 99).unwrap().len(), 3);
    }

    #[test]
    fn says_whether_it_can_be_written_to() {
        let dir = tempfile::tempdir().unwrap();
        let (storage, _) = store(dir.path());
        storage.try_out().unwrap();
        fs::remove_dir_all(dir.path().join("media")).unwrap();
        assert!(storage.try_out().is_err());
    }
}
