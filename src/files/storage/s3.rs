//! A bucket of an S3-compatible store.

use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::future::Future;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    BackoffConfig, Error, GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::background::{Background, arrived, ended, failure, in_time, next, send_on};
use super::connection::Connection;
use super::{Reading, Settings};
use crate::files::error::StoreError;
use crate::files::staging::Staged;

/// Bytes of a part of a big file; a smaller file is sent at once. With 10 000 parts, the most that S3 takes, a file may
/// have 78 GiB: more than `SLUGLINE_MAX_FILE_MIB` allows.
const PART: u64 = 8 * 1024 * 1024;
/// Parts of one file that are on their way at once.
const PARTS_AT_ONCE: usize = 3;
/// Small requests on their way at once for one caller.
const ASKED_AT_ONCE: usize = 8;
/// Pieces that were received and not yet sent on.
const PIECES_AHEAD: usize = 2;
/// How long a small request may take, with all tries; a transaction may wait for it.
const BRIEF: Duration = Duration::from_secs(10);
/// How long sending a part, or putting a file together, may take, with all tries.
const LONG: Duration = Duration::from_secs(180);
/// How long listing everything may take.
const LISTED: Duration = Duration::from_secs(600);

/// A part of a bucket. The keys that come in here have been checked.
pub(super) struct S3 {
    store: Arc<AmazonS3>,
    prefix: String,
    staging: PathBuf,
    /// Where all traffic with the store runs.
    thread: Background,
}

impl fmt::Debug for S3 {
    /// Says nothing of the keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3")
            .field("store", &self.store.to_string())
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl S3 {
    pub(super) fn open(settings: &Settings, bucket: String, prefix: String) -> Result<Self, StoreError> {
        let s3 = &settings.s3;
        s3.check()?;
        // Whatever else the environment says serves to find the machine's role, where there is no key.
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_region(&s3.region)
            .with_virtual_hosted_style_request(s3.is_virtual_hosted)
            .with_disable_bulk_delete(true)
            .with_http_connector(Connection::new()?)
            .with_retry(patience());
        if let Some(endpoint) = &s3.endpoint_url {
            builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
        }
        if let (Some(id), Some(key)) = (&s3.access_key_id, &s3.secret_access_key) {
            builder = builder.with_access_key_id(id).with_secret_access_key(key);
        }
        if let Some(token) = &s3.session_token {
            builder = builder.with_token(token);
        }
        let store = Arc::new(builder.build().map_err(failure)?);
        Ok(Self { store, prefix, staging: settings.data_dir.join("staging"), thread: Background::begin()? })
    }

    pub(super) fn staging_dir(&self) -> &FilePath {
        &self.staging
    }

    /// An object appears under its name only when it is whole. One of this name and length is the same: its hash is its
    /// name.
    pub(super) fn put(&self, key: &str, staged: &Staged) -> Result<(), StoreError> {
        let (store, path) = (Arc::clone(&self.store), self.path(key));
        match self.thread.wait(BRIEF, async move { store.head(&path).await }) {
            Ok(found) if found.size == staged.bytes => return Ok(()),
            Ok(_) | Err(StoreError::Missing) => {}
            Err(error) => return Err(error),
        }
        let mut file = File::open(staged.path())?;
        if staged.bytes > PART {
            self.put_parts(key, &mut file)
        } else {
            self.put_bytes(self.path(key), part(&mut file)?)
        }
    }

    fn put_bytes(&self, path: Path, bytes: Vec<u8>) -> Result<(), StoreError> {
        let store = Arc::clone(&self.store);
        self.thread.wait(LONG, async move { store.put(&path, PutPayload::from(bytes)).await }).map(drop)
    }

    fn put_parts(&self, key: &str, file: &mut File) -> Result<(), StoreError> {
        let (store, path) = (Arc::clone(&self.store), self.path(key));
        let mut upload = self.thread.wait(BRIEF, async move { store.put_multipart(&path).await })?;
        match self.send_parts(upload.as_mut(), file) {
            Ok(()) => self.thread.wait(LONG, async move { upload.complete().await }).map(drop),
            Err(error) => {
                // What can't be taken back now is left to the bucket's rule for unfinished uploads.
                let _ = self.thread.wait(BRIEF, async move { upload.abort().await });
                Err(error)
            }
        }
    }

    /// Sends a file part by part, in order, with some of them on their way at a time.
    fn send_parts(&self, upload: &mut dyn MultipartUpload, file: &mut File) -> Result<(), StoreError> {
        let mut going = VecDeque::with_capacity(PARTS_AT_ONCE);
        loop {
            let bytes = part(file)?;
            if bytes.is_empty() {
                break;
            }
            if going.len() == PARTS_AT_ONCE {
                going.pop_front().map_or(Ok(()), arrived)?;
            }
            going.push_back(self.thread.start(LONG, upload.put_part(PutPayload::from(bytes))));
        }
        going.into_iter().try_for_each(arrived)
    }

    pub(super) async fn read(&self, key: &str, part: Range<u64>) -> Result<Reading, StoreError> {
        if part.is_empty() {
            return Ok(Reading::nothing());
        }
        let (store, path) = (Arc::clone(&self.store), self.path(key));
        let (begun, beginning) = oneshot::channel();
        let (pieces, reading) = mpsc::channel(PIECES_AHEAD);
        self.thread.spawn(async move {
            match in_time(BRIEF, store.get_opts(&path, GetOptions::new().with_range(Some(GetRange::Bounded(part)))))
                .await
            {
                Err(error) => drop(begun.send(Err(error))),
                Ok(found) => {
                    if begun.send(Ok(())).is_ok() {
                        send_on(found.into_stream(), pieces).await;
                    }
                }
            }
        });
        beginning.await.map_err(|_| ended())??;
        Ok(Reading::far(reading))
    }

    pub(super) fn read_all(&self, key: &str, most: u64) -> Result<Vec<u8>, StoreError> {
        let (store, path) = (Arc::clone(&self.store), self.path(key));
        self.thread
            .wait(LONG, async move {
                let range = GetOptions::new().with_range(Some(GetRange::Bounded(0..most)));
                store.get_opts(&path, range).await?.bytes().await
            })
            .map(Vec::from)
    }

    pub(super) fn delete(&self, keys: &[&str]) -> Result<(), StoreError> {
        self.ask_all(keys, |store, path| async move {
            match store.delete(&path).await {
                Err(Error::NotFound { .. }) => Ok(()),
                done => done,
            }
        })
        .map(drop)
    }

    pub(super) fn has_all(&self, keys: &[&str]) -> Result<bool, StoreError> {
        let found = self.ask_all(keys, |store, path| async move {
            match store.head(&path).await {
                Ok(_) => Ok(true),
                Err(Error::NotFound { .. }) => Ok(false),
                Err(error) => Err(error),
            }
        })?;
        Ok(found.into_iter().all(|is_there| is_there))
    }

    pub(super) fn keys(&self) -> Result<Vec<String>, StoreError> {
        let (store, prefix, skipped) = (Arc::clone(&self.store), self.whole(), self.path("").as_ref().len());
        self.thread.wait(LISTED, async move {
            let (mut listing, mut keys) = (store.list(prefix.as_ref()), Vec::new());
            while let Some(object) = next(&mut listing).await.transpose()? {
                let key = object.location.as_ref().get(skipped..).unwrap_or_default();
                keys.push(key.trim_start_matches('/').to_owned());
            }
            Ok(keys)
        })
    }

    pub(super) fn older_than(&self, shelf: &str, age: Duration) -> Result<Vec<String>, StoreError> {
        let (store, prefix, skipped) = (Arc::clone(&self.store), self.path(shelf), self.path("").as_ref().len());
        let age = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
        self.thread.wait(LISTED, async move {
            let (mut listing, mut keys) = (store.list(Some(&prefix)), Vec::new());
            while let Some(object) = next(&mut listing).await.transpose()? {
                if object.last_modified.timestamp().saturating_add(age) <= now() {
                    let key = object.location.as_ref().get(skipped..).unwrap_or_default();
                    keys.push(key.trim_start_matches('/').to_owned());
                }
            }
            Ok(keys)
        })
    }

    /// Asks for one page of the list: that needs the bucket, a right to list, and keys that are known.
    pub(super) fn reach(&self) -> Result<(), StoreError> {
        let (store, prefix) = (Arc::clone(&self.store), self.whole());
        self.thread.wait(BRIEF, async move { next(&mut store.list(prefix.as_ref())).await.transpose() }).map(drop)
    }

    pub(super) fn try_out(&self) -> Result<(), StoreError> {
        let (store, path) = (Arc::clone(&self.store), self.path(&format!(".check-{}", Uuid::new_v4().simple())));
        self.put_bytes(path.clone(), vec![0; 4096])?;
        let read = self.thread.wait(BRIEF, {
            let (store, path) = (Arc::clone(&store), path.clone());
            async move { store.get(&path).await?.bytes().await }
        });
        self.thread.wait(BRIEF, async move { store.delete(&path).await })?;
        if *read? == [0; 4096] {
            Ok(())
        } else {
            Err(StoreError::Away("it answers other bytes than it got".to_owned()))
        }
    }

    fn path(&self, key: &str) -> Path {
        Path::from(format!("{}/{key}", self.prefix))
    }

    /// What to list.
    fn whole(&self) -> Option<Path> {
        (!self.prefix.is_empty()).then(|| self.path(""))
    }

    /// Asks the same of many objects, some at a time.
    fn ask_all<T, F>(&self, keys: &[&str], ask: fn(Arc<AmazonS3>, Path) -> F) -> Result<Vec<T>, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = object_store::Result<T>> + Send + 'static,
    {
        let (store, paths) = (Arc::clone(&self.store), keys.iter().map(|key| self.path(key)).collect::<Vec<_>>());
        self.thread.wait(BRIEF, async move {
            let (mut asked, mut answers) = (JoinSet::new(), Vec::with_capacity(paths.len()));
            for path in paths {
                if asked.len() == ASKED_AT_ONCE
                    && let Some(answer) = asked.join_next().await
                {
                    answers.push(answer??);
                }
                asked.spawn(ask(Arc::clone(&store), path));
            }
            while let Some(answer) = asked.join_next().await {
                answers.push(answer??);
            }
            Ok(answers)
        })
    }
}

/// The next part of a file; nothing at its end.
fn part(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(PART).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Three more tries within seconds: somebody waits for the answer.
fn patience() -> RetryConfig {
    let backoff =
        BackoffConfig { init_backoff: Duration::from_millis(50), max_backoff: Duration::from_secs(1), base: 2.0 };
    RetryConfig { backoff, max_retries: 3, retry_timeout: Duration::from_secs(20) }
}

/// Seconds since 1970, by the clock of this machine.
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
