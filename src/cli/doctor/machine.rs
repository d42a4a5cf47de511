//! This machine: folders and files, who may read them, and what room is left.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::finding::{Finding, advice, bad, good};
use crate::config::Config;
use crate::files::Storage;
use crate::files::storage::check_writable;
use crate::store::DatabaseUrl;

const MIB: u64 = 1024 * 1024;
/// Less free room than this is a reason to worry.
const LITTLE_ROOM: u64 = 1024 * MIB;
/// With less than this, writes will soon be refused.
const NO_ROOM: u64 = 100 * MIB;

pub(super) fn look(config: &Config) -> Vec<Finding> {
    let mut found = vec![environment(), data_folder(config), media_store(config)];
    found.extend(modes(config));
    found.extend(room(config));
    found
}

fn environment() -> Finding {
    let version = env!("CARGO_PKG_VERSION");
    let file = if Path::new(".env").exists() { "with .env of this folder" } else { "without a .env in this folder" };
    good(format!("slugline {version}, {file}"))
}

fn data_folder(config: &Config) -> Finding {
    let folder = &config.files.data_dir;
    let what = format!("data folder {}", folder.display());
    match std::fs::metadata(folder) {
        Ok(found) if !found.is_dir() => bad(what, "This is no folder; choose another with --data-dir."),
        Ok(_) => match check_writable(folder) {
            Ok(()) => good(format!("{what}, writable")),
            Err(cause) => bad(what, format!("It can't be written ({cause}); give it to the user that serves.")),
        },
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => bad(what, format!("It can't be read: {cause}.")),
        Err(_) if !is_used(config) => good(format!("{what}, not there and not needed")),
        Err(_) => advice(what, "It is not there yet; `slugline serve` makes it."),
    }
}

/// Where media lie on this machine, if they do.
fn media_folder(config: &Config) -> Option<&Path> {
    config.files.media_store.strip_prefix("file://").map(Path::new)
}

/// The file of the database, if it is one.
fn database_file(config: &Config) -> Option<&Path> {
    match &config.database.database_url {
        DatabaseUrl::Sqlite(path) => Some(path),
        DatabaseUrl::Postgres(_) => None,
    }
}

/// Whether anything is kept in the data folder: the secret, the database or the media may all be elsewhere.
fn is_used(config: &Config) -> bool {
    let keeps_secret = database_file(config).is_some() && config.database.secret.is_none();
    let kept = [database_file(config), media_folder(config)];
    keeps_secret || kept.into_iter().flatten().any(|path| path.starts_with(&config.files.data_dir))
}

fn media_store(config: &Config) -> Finding {
    let what = format!("media store {}", config.files.media_store);
    if media_folder(config).is_some_and(|folder| !folder.exists()) {
        return advice(what, "It is not there yet; `slugline serve` makes it.");
    }
    match Storage::open(&config.storage()).and_then(|storage| storage.try_out()) {
        Ok(()) => good(format!("{what}, writable")),
        Err(cause) => bad(what, format!("It can't be used: {cause}.")),
    }
}

/// Whether files that hold secrets are for their owner alone.
fn modes(config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut look = |name: &str, path: PathBuf, is_key: bool| {
        let Ok(metadata) = std::fs::metadata(&path) else { return };
        let mode = metadata.permissions().mode() & 0o777;
        let what = format!("{name} {}: mode {mode:04o}", path.display());
        let mend = format!("Others can read it: chmod 600 {}", path.display());
        found.push(match mode & 0o077 {
            0 => good(what),
            _ if is_key => bad(what, mend),
            _ => advice(what, mend),
        });
    };
    if config.database.secret.is_none() && database_file(config).is_some() {
        look("secret", config.files.secret_file(), true);
    }
    if let Some(path) = database_file(config) {
        look("database", path.to_owned(), true);
        look("its log", with_ending(path, "-wal"), true);
    }
    let settings = PathBuf::from(".env");
    let holds_key = std::fs::read_to_string(&settings).is_ok_and(|text| text.lines().any(is_secret));
    look("settings", settings, holds_key);
    found
}

/// Whether a line of `.env` gives the secret.
fn is_secret(line: &str) -> bool {
    line.trim().strip_prefix("SLUGLINE_SECRET=").is_some_and(|value| !value.trim().is_empty())
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The room that is left where things are written.
fn room(config: &Config) -> Vec<Finding> {
    let folders =
        [Some(config.files.data_dir.as_path()), database_file(config).and_then(Path::parent), media_folder(config)];
    let mut seen = Vec::new();
    let mut found = Vec::new();
    for folder in folders.into_iter().flatten() {
        let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
        let Ok(disk) = rustix::fs::statvfs(there) else { continue };
        if !seen.contains(&disk.f_fsid) {
            seen.push(disk.f_fsid);
            found.push(left(there, disk.f_bavail.saturating_mul(disk.f_frsize), disk.f_favail));
        }
    }
    found
}

/// What to say of so much room, in bytes and in files.
fn left(place: &Path, bytes: u64, files: u64) -> Finding {
    let what = format!("disk of {}: {} MiB and {files} files free", place.display(), bytes / MIB);
    // Some file systems count no files.
    let is_full = bytes < NO_ROOM || (1..1_000).contains(&files);
    if is_full {
        return bad(what, "Writes are about to be refused: make room, or move the folder to a larger disk.");
    }
    if bytes < LITTLE_ROOM {
        return advice(what, "Make room before writes are refused; reading goes on without.");
    }
    good(what)
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn little_room_is_told() {
        let level = |bytes, files| left(Path::new("/srv"), bytes, files).level;
        assert_eq!((level(10 * MIB, 1_000_000), level(5_000 * MIB, 12)), (Level::Bad, Level::Bad));
        assert_eq!((level(500 * MIB, 1_000_000), level(5_000 * MIB, 0)), (Level::Advice, Level::Good));
    }
}
