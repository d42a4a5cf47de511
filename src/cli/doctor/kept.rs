//! What is kept: the audit log, entry by entry, and some of the media files, byte by byte.

use sha2::{Digest, Sha256};

use super::finding::{Finding, bad, good};
use crate::config::Config;
use crate::domain::sequence::{Chain, Verifying};
use crate::files::Storage;
use crate::store::{Conn, media};

/// Entries of the audit log that are verified at once.
const AUDIT_PART: i64 = 1_000;
/// Files that are read.
const SAMPLE: i64 = 20;
/// None is larger than this, in bytes.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Whether every entry of the audit log is as it was written, part by part.
pub(super) fn audit_log(conn: &mut Conn) -> Finding {
    let mut verifying = Verifying::default();
    let found = loop {
        match verifying.step(conn, AUDIT_PART) {
            Ok(None) => {}
            Ok(Some(found)) => break Ok(found),
            Err(error) => break Err(error),
        }
    };
    match found {
        Ok(Chain::Whole(entries)) => good(format!("audit log: {entries} entries, each as it was written")),
        Ok(Chain::BrokenAt(seq)) => bad(
            format!("audit log: entry {seq} is missing, or is not as it was written"),
            "Somebody changed the database past Slugline. Compare with a backup from before.",
        ),
        Err(error) => bad("audit log", error.detail()),
    }
}

/// Whether some of the media files, drawn by lot, are what was uploaded.
pub(super) fn media(config: &Config, conn: &mut Conn) -> Finding {
    let drawn = match media::sample(conn, i64::try_from(LARGEST).unwrap_or(i64::MAX), SAMPLE) {
        Ok(drawn) => drawn,
        Err(error) => return bad("media files", error.detail()),
    };
    let storage = match Storage::open(&config.storage()) {
        Ok(storage) => storage,
        Err(cause) => return bad("media files", format!("They can't be read: {cause}.")),
    };
    let mend = "Put the file back from a backup of the media store.";
    for file in &drawn {
        let bytes = match storage.read_all(&file.key, LARGEST) {
            Ok(bytes) => bytes,
            Err(cause) => return bad(format!("media {}: its file can't be read ({cause})", file.id), mend),
        };
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        if hash != file.sha256 {
            return bad(format!("media {}: its file is not what was uploaded", file.id), mend);
        }
    }
    good(format!("media files: {} drawn by lot, each as it was uploaded", drawn.len()))
}
