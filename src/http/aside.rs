//! Long answers that are kept, laid aside in files: the system sends a file from its own memory, where bytes of ours would
//! be copied through two buffers first.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use actix_web::web::Bytes;
use quick_cache::sync::{Cache as Entries, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use crate::files::storage::OpenFile;

/// From here on it pays, in bytes.
const LONG: usize = 16 * 1024;
/// The parts of the room, each with a lock of its own; an answer fits into one.
const PARTS: usize = 8;
/// An answer gets a file when it is sent as it is for the second time. Where others took it away, it gets one again each
/// fourth time: making one costs as much as two copies.
const TRIES: u32 = 4;

/// The files of answers that are asked for again and again as they are.
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
        kib(file.length()).max(self.least)
    }
}

fn kib(bytes: u64) -> u64 {
    bytes.div_ceil(1024)
}

/// Where the file of an answer is, until the answer is given no more.
pub struct Place {
    aside: Arc<Aside>,
    number: u64,
    /// How often it had no file.
    missed: AtomicU32,
}

impl Aside {
    /// Room for `most` files that have so many bytes together.
    #[must_use]
    pub fn new(bytes: usize, most: usize) -> Arc<Self> {
        let room = if most == 0 { 0 } else { u64::try_from(bytes / 1024).unwrap_or(u64::MAX) };
        let least = room.div_ceil(u64::try_from(most.max(1)).unwrap_or(u64::MAX)).max(1);
        let mut options = OptionsBuilder::new();
        options.weight_capacity(room).estimated_items_capacity(most).shards(PARTS);
        let (by, hashing) = (ByLength { least }, DefaultHashBuilder::default());
        let files = match options.build() {
            Ok(options) => Entries::with_options(options, by, hashing, DefaultLifecycle::default()),
            Err(_) => Entries::with_weighter(most, room, by),
        };
        Arc::new(Self { files, numbers: AtomicU64::new(0) })
    }

    /// A place for an answer, if it is worth one and there is room.
    pub(super) fn place(self: &Arc<Self>, plain: &[u8]) -> Option<Place> {
        let fits = u64::try_from(plain.len()).is_ok_and(|length| kib(length) <= self.files.shard_capacity() / 10 * 9);
        let number = || self.numbers.fetch_add(1, Ordering::Relaxed);
        (plain.len() >= LONG && fits).then(|| Place {
            aside: Arc::clone(self),
            number: number(),
            missed: AtomicU32::new(0),
        })
    }

    /// How many bytes lie in files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|(_, file)| file.length()).sum()
    }
}

impl Place {
    /// The file with these bytes, which are always the same here; none where it has none yet, or the system has none.
    pub(super) fn file(&self, plain: &Bytes) -> Option<Arc<OpenFile>> {
        let files = &self.aside.files;
        files.get(&self.number).or_else(|| {
            let again = self.missed.fetch_add(1, Ordering::Relaxed) % TRIES == 1;
            let made = || OpenFile::of_bytes(plain).map(Arc::new);
            again.then(|| files.get_or_insert_with(&self.number, made).ok()).flatten()
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.aside.files.remove(&self.number));
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
        assert!(!is_file(&long), "nobody asked twice");
        assert_eq!(is_file(&long), cfg!(target_os = "linux"));
        assert!(!long.is_file(), "there is no asking for parts of it");
        drop(long);
        assert_eq!(aside.bytes(), 0, "it went with its answer");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn there_are_never_more_files_nor_bytes_in_them_than_there_is_room_for() {
        let many = |bytes: usize, most: usize, length: usize| {
            let aside = Aside::new(bytes, most);
            let bodies: Vec<PublicBody> = (0..200).map(|_| PublicBody::new(text(length)).kept(&aside)).collect();
            for body in (0..4).flat_map(|_| &bodies) {
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
