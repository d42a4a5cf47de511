//! The secret in a file of the data folder, made on the first start.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::Secret;
use crate::crypto::{base64url, fill_random};

/// The most that is read from a secret file, in bytes.
const MAX_FILE_BYTES: u64 = 4096;

impl Secret {
    /// Reads the secret in the file at `path`, and makes the file (mode 0600) with a new one where there is none. The
    /// file appears whole or not at all, so of several processes that start at once each ends with the same secret.
    /// A line break at the end of the file does not count. The folder must exist.
    ///
    /// # Errors
    /// Those of the file system; `PermissionDenied` when the group or others may read or write the file;
    /// `InvalidData` when it holds a weak secret or no text.
    pub fn load_or_create_file(path: &Path) -> io::Result<Self> {
        match load(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                create(path)?;
                load(path)
            }
            loaded => loaded,
        }
    }
}

fn load(path: &Path) -> io::Result<Secret> {
    let file = File::open(path)?;
    refuse_shared(&file)?;
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_FILE_BYTES).read_to_string(&mut text)?;
    Secret::parse(text.trim_end_matches(['\r', '\n'])).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

/// Writes a new secret beside `path`, then gives it that name unless another process was faster.
fn create(path: &Path) -> io::Result<()> {
    let staged = staging_path(path)?;
    let placed = write_new(&staged).and_then(|()| place(&staged, path));
    let removed = fs::remove_file(&staged);
    placed?;
    removed?;
    sync_folder(path)
}

fn staging_path(path: &Path) -> io::Result<PathBuf> {
    let mut name = path.file_name().ok_or(ErrorKind::InvalidInput)?.to_owned();
    let mut random = [0; 12];
    fill_random(&mut random);
    name.push(format!(".{}.new", base64url(&random)));
    Ok(path.with_file_name(name))
}

fn write_new(staged: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(staged)?;
    file.write_all(Zeroizing::new(Secret::generate() + "\n").as_bytes())?;
    file.sync_all()
}

/// A hard link, unlike a rename, never takes the place of a file that is already there.
fn place(staged: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(staged, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn refuse_shared(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    if file.metadata()?.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    let message = "the group or others have access to the secret file; `chmod 600` closes it to them";
    Err(io::Error::new(ErrorKind::PermissionDenied, message))
}

#[cfg(not(unix))]
fn refuse_shared(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &Path) -> String {
        fs::read_to_string(path).expect("readable")
    }

    #[test]
    fn is_made_once_and_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        let first = Secret::load_or_create_file(&path).expect("made");
        let sealed = first.seal("test", b"key").expect("seals");
        let second = Secret::load_or_create_file(&path).expect("read");
        assert_eq!(second.open("test", &sealed).expect("opens"), b"key");
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1);
    }

    #[test]
    fn a_race_has_one_winner() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("secret");
            let secrets: Vec<Secret> = std::thread::scope(|scope| {
                let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| Secret::load_or_create_file(&path))).collect();
                starts.into_iter().map(|start| start.join().expect("ends").expect("a secret")).collect()
            });
            let sealed = secrets[0].seal("test", b"key").expect("seals");
            assert!(secrets.iter().all(|secret| secret.open("test", &sealed).is_ok()));
            assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1);
        }
    }

    #[cfg(unix)]
    #[test]
    fn is_private_and_must_stay_so() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        Secret::load_or_create_file(&path).expect("made");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        for mode in [0o640, 0o604, 0o620, 0o602, 0o644, 0o666] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("changed");
            let error = Secret::load_or_create_file(&path).expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::PermissionDenied);
            assert!(!error.to_string().contains(text(&path).trim()));
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).expect("changed");
        Secret::load_or_create_file(&path).expect("read-only is fine");
    }

    #[cfg(unix)]
    #[test]
    fn weak_and_damaged_files_are_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        for content in [&b""[..], b"changeme\n", b"\xff\xfe\xff\xfe"] {
            fs::write(&path, content).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("changed");
            assert_eq!(Secret::load_or_create_file(&path).expect_err("refused").kind(), ErrorKind::InvalidData);
        }
        assert_eq!(
            Secret::load_or_create_file(&folder.path().join("none/secret")).expect_err("no folder").kind(),
            ErrorKind::NotFound
        );
    }
}
