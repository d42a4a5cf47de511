//! Where files are kept: under the SHA-256 of their bytes, so that the same bytes are stored once and a stored file
//! never changes. A key reads `ab/cd/<sha256>`: two levels of folders from the first four digits of the hash.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::error::StoreError;
use super::staging::{Staged, create_private};

/// The store that `SLUGLINE_MEDIA_STORE` names.
#[derive(Clone, Debug)]
pub struct Storage {
    backend: Backend,
}

/// One arm a kind of store; every method of [`Storage`] is a match over them.
#[derive(Clone, Debug)]
enum Backend {
    Disk { root: PathBuf },
}

impl Storage {
    /// Opens a store by its address: `file://data/media` (from the working folder) or `file:///srv/media`. Makes the
    /// folder where it is missing.
    ///
    /// # Errors
    /// [`StoreError::Setting`] when the address is of no kind that is known; else what the disk said.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("s3://") {
            return Err(StoreError::Setting("s3:// stores are not available in this version; use file://FOLDER."));
        }
        let Some(path) = url.strip_prefix("file://") else {
            return Err(StoreError::Setting("The media store must be given as file://FOLDER."));
        };
        if path.is_empty() || path.contains('\0') {
            return Err(StoreError::Setting("The address of the media store names no folder."));
        }
        let root = PathBuf::from(path);
        fs::create_dir_all(&root)?;
        Ok(Self { backend: Backend::Disk { root } })
    }

    /// Where uploads for this store should arrive: on the same file system, whatever is mounted where.
    #[must_use]
    pub fn staging_dir(&self) -> PathBuf {
        let Backend::Disk { root } = &self.backend;
        root.join(".staging")
    }

    /// Stores a file and answers its key. The bytes and the name are on the disk when this answers. Bytes that are
    /// here already are a success.
    ///
    /// # Errors
    /// [`StoreError::Full`] or [`StoreError::Io`]; then nothing is stored, and the staged file is gone.
    pub fn put(&self, staged: Staged) -> Result<String, StoreError> {
        let key = key_of(&staged.sha256_hex()).ok_or(StoreError::BadKey)?;
        let Backend::Disk { root } = &self.backend;
        put_on_disk(root, &root.join(&key), staged)?;
        Ok(key)
    }

    /// Opens a stored file and tells its length in bytes.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is no such file, or the key is none of ours.
    pub fn open_read(&self, key: &str) -> io::Result<(File, u64)> {
        let path = self.path(key).ok_or(ErrorKind::NotFound)?;
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok((file, length))
    }

    /// Deletes a file; answers whether there was one.
    ///
    /// # Errors
    /// [`StoreError::BadKey`], or what the disk said.
    pub fn delete(&self, key: &str) -> Result<bool, StoreError> {
        match fs::remove_file(self.path(key).ok_or(StoreError::BadKey)?) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether there is a file under this key.
    ///
    /// # Errors
    /// [`StoreError::BadKey`], or what the disk said.
    pub fn exists(&self, key: &str) -> Result<bool, StoreError> {
        Ok(self.path(key).ok_or(StoreError::BadKey)?.try_exists()?)
    }

    /// Writes, syncs and deletes a small file: whether uploads can be stored now.
    ///
    /// # Errors
    /// Why not.
    pub fn check_writable(&self) -> Result<(), StoreError> {
        let Backend::Disk { root } = &self.backend;
        Ok(check_writable(root)?)
    }

    fn path(&self, key: &str) -> Option<PathBuf> {
        let Backend::Disk { root } = &self.backend;
        is_key(key).then(|| root.join(key))
    }
}

/// Makes a small file in a folder, and takes it away again.
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

/// The key of a file, from the 64 hex digits of its hash.
fn key_of(hex: &str) -> Option<String> {
    let key = format!("{}/{}/{hex}", hex.get(..2)?, hex.get(2..4)?);
    is_key(&key).then_some(key)
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

fn put_on_disk(root: &Path, target: &Path, staged: Staged) -> Result<(), StoreError> {
    let (Some(second), Some(first)) = (target.parent(), target.parent().and_then(Path::parent)) else {
        return Err(StoreError::BadKey);
    };
    fs::create_dir_all(second)?;
    // A file of another length is what a crash of the machine left; the same name with the whole bytes replaces it.
    let stored = fs::metadata(target).is_ok_and(|metadata| metadata.len() == staged.bytes);
    if stored {
        drop(staged);
    } else {
        fs::rename(staged.path(), target)?;
        staged.disarm();
    }
    // Also when the file was here: whoever put it may not have come so far yet.
    for dir in [second, first, root] {
        sync_dir(dir)?;
    }
    Ok(())
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
    use std::io::Read;

    use super::super::Staging;
    use super::*;

    fn store(dir: &Path) -> (Storage, Staging) {
        let storage = Storage::open(&format!("file://{}/media", dir.display())).unwrap();
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
        let (mut file, length) = storage.open_read(&key).unwrap();
        let mut read = Vec::new();
        file.read_to_end(&mut read).unwrap();
        assert_eq!((read.as_slice(), length), (&b"abc"[..], 3));
        assert!(storage.exists(&key).unwrap());
        assert!(storage.delete(&key).unwrap());
        assert!(!storage.delete(&key).unwrap());
        assert!(!storage.exists(&key).unwrap());
        assert_eq!(storage.open_read(&key).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn a_half_written_file_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (storage, staging) = store(dir.path());
        let key = storage.put(staged(&staging, b"abc")).unwrap();
        fs::write(dir.path().join("media").join(&key), b"a").unwrap();
        storage.put(staged(&staging, b"abc")).unwrap();
        assert_eq!(storage.open_read(&key).unwrap().1, 3);
    }

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

    #[test]
    fn refuses_addresses_that_it_cannot_serve() {
        for url in ["s3://bucket/prefix", "data/media", "http://x/", "file://", ""] {
            assert!(matches!(Storage::open(url), Err(StoreError::Setting(_))), "{url}");
        }
    }

    #[test]
    fn says_whether_it_can_be_written_to() {
        let dir = tempfile::tempdir().unwrap();
        let (storage, _) = store(dir.path());
        storage.check_writable().unwrap();
        fs::remove_dir_all(dir.path().join("media")).unwrap();
        assert!(storage.check_writable().is_err());
    }
}
