//! Long answers that are kept, laid aside in files: the system sends a file from its own memory, where bytes of ours would
//! be copied through two buffers first.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::web::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache as Entries;

use crate::files::storage::OpenFile;

/// From here on it pays, in bytes.
const LONG: usize = 16 * 1024;

/// The files of the answers that were asked for last as they are.
pub struct Aside {
    files: Entries<u64, Arc<OpenFile>, ByLength>,
    numbers: AtomicU64,
}

/// Files by their length in KiB, the short ones as if they had `least`, so that there are never too many.
#[derive(Clone)]
struct ByLength {
    least: u64,
}

impl Weighter<u64, Arc<OpenFile>> for ByLength {
    fn weight(&self, _: &u64, file: &Arc<OpenFile>) -> u64 {
        file.length().div_ceil(1024).max(self.least)
    }
}

/// Where the file of an answer is.
pub struct Place {
    aside: Arc<Aside>,
    number: u64,
}

impl Aside {
    /// Room for `most` files that have so many bytes together.
    #[must_use]
    pub fn new(bytes: usize, most: usize) -> Arc<Self> {
        let room = u64::try_from(bytes / 1024).unwrap_or(u64::MAX);
        let room = if most == 0 { 0 } else { room };
        let least = room.div_ceil(u64::try_from(most.max(1)).unwrap_or(u64::MAX)).max(1);
        Arc::new(Self { files: Entries::with_weighter(most, room, ByLength { least }), numbers: AtomicU64::new(0) })
    }

    /// A place for an answer, if it is worth one and there is room.
    pub(super) fn place(self: &Arc<Self>, plain: &[u8]) -> Option<Place> {
        let fits = u64::try_from(plain.len().div_ceil(1024)).is_ok_and(|size| size <= self.files.shard_capacity());
        let number = || self.numbers.fetch_add(1, Ordering::Relaxed);
        (plain.len() >= LONG && fits).then(|| Place { aside: Arc::clone(self), number: number() })
    }

    /// How many bytes lie in files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|(_, file)| file.length()).sum()
    }
}

impl Place {
    /// The file with these bytes, which are always the same here; none where the system has none.
    pub(super) fn file(&self, plain: &Bytes) -> Option<Arc<OpenFile>> {
        self.aside.files.get_or_insert_with(&self.number, || OpenFile::of_bytes(plain).map(Arc::new)).ok()
    }
}

#[cfg(test)]
mod tests {
    use crate::http::answer::PublicBody;
    use crate::http::encoding::{Coding, Content};

    use super::*;

    fn text(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at * at % 251) as u8).collect()
    }

    /// Whether a body is sent as it is out of a file; what is sent is the text.
    fn is_file(body: &PublicBody) -> bool {
        match body.in_coding(Coding::Identity, false) {
            (Coding::Identity, Content::File(file)) => {
                let length = usize::try_from(file.length()).unwrap();
                assert_eq!(file.piece(0, length).unwrap(), text(length));
                true
            }
            (Coding::Identity, Content::Bytes(bytes)) => {
                assert_eq!(bytes, text(bytes.len()));
                false
            }
            _ => panic!("it is packed"),
        }
    }

    #[test]
    fn long_bodies_that_are_kept_are_sent_out_of_files() {
        let aside = Aside::new(1 << 20, 4);
        let kept = |length: usize| PublicBody::new(text(length)).kept(&aside);
        let long = kept(LONG);
        assert!(!is_file(&PublicBody::new(text(LONG))) && !is_file(&kept(LONG - 1)) && !is_file(&kept(2 << 20)));
        let plain = PublicBody::new(text(LONG));
        for coding in [Coding::Brotli, Coding::Gzip] {
            match [&long, &plain].map(|body| body.in_coding(coding, false)) {
                [(own, Content::Bytes(kept)), (_, Content::Bytes(made))] => assert!(own == coding && kept == made),
                _ => panic!("packed bytes are sent out of no file"),
            }
            assert_eq!(long.etag(coding), plain.etag(coding));
        }
        let _ = long.in_coding(Coding::Identity, true);
        assert_eq!(aside.bytes(), 0, "nobody was sent it as it is");
        assert_eq!(is_file(&long), cfg!(target_os = "linux"));
        assert!(!long.is_file(), "there is no asking for parts of it");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn there_are_never_more_files_nor_bytes_in_them_than_there_is_room_for() {
        let many = |bytes: usize, most: usize, length: usize| {
            let aside = Aside::new(bytes, most);
            let bodies: Vec<PublicBody> = (0..200).map(|_| PublicBody::new(text(length)).kept(&aside)).collect();
            for body in bodies.iter().chain(&bodies) {
                let _ = is_file(body);
                assert!(aside.files.len() <= most && aside.bytes() <= bytes as u64, "{}", aside.files.len());
            }
            aside.files.len()
        };
        assert!((2..=4).contains(&many(1 << 20, 4, LONG)));
        assert!((4..=20).contains(&many(1 << 20, 1_000, 50_000)));
        assert_eq!((many(1 << 20, 0, LONG), many(0, 100, LONG)), (0, 0));
    }
}
