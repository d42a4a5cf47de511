//! Films and recordings: MP4, MOV, WebM, MP3, Ogg, WAV; and PDF.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use slugline::files::{FileError, Staging, described, probe, public_copy};

/// Where files are looked at: in memory, where the machine has a folder there.
pub fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let builder = tempfile::Builder::new().prefix("slugline-fuzz-").tempdir_in(memory);
    builder.or_else(|_| tempfile::tempdir()).unwrap()
}

/// A place for one file and the copies of it.
pub struct Desk {
    file: PathBuf,
    staging: Staging,
    _folder: tempfile::TempDir,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::new(Desk::new());
}

impl Desk {
    fn new() -> Self {
        let folder = folder();
        let staging = Staging::new(folder.path().join("staging")).unwrap();
        Self { file: folder.path().join("file"), staging, _folder: folder }
    }
}

/// A file is taken or refused; the public copy of one that is taken is of the same kind, and there is nothing more to
/// take out of it.
pub fn looked_at(data: &[u8]) {
    DESK.with_borrow(|desk| {
        std::fs::write(&desk.file, data).unwrap();
        let Ok(probed) = probe(&desk.file) else { return };
        let _ = described(&desk.file, &probed);
        let copy = match public_copy(&desk.file, &probed, &desk.staging) {
            Ok(Some(copy)) => copy,
            Ok(None) | Err(FileError::Refused(_)) => return,
            Err(error) => panic!("{error:?}"),
        };
        assert_eq!(probe(copy.path()).unwrap(), probed);
        // A damaged end may be written over again, and is then as it was.
        if let Some(again) = public_copy(copy.path(), &probed, &desk.staging).unwrap() {
            let same = std::fs::read(again.path()).unwrap() == std::fs::read(copy.path()).unwrap();
            assert!(same, "a copy of a copy has less in it");
        }
    });
}

/// Pictures are left to their own target: they take a hundred times as long.
pub fn run(data: &[u8]) {
    let is_webp = data.starts_with(b"RIFF") && data.get(8..12) == Some(b"WEBP");
    if !is_webp && ![&b"\xFF\xD8\xFF"[..], b"\x89PNG", b"GIF8"].iter().any(|magic| data.starts_with(magic)) {
        looked_at(data);
    }
}
