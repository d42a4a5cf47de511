//! What the operator says of the store.

use std::fmt;
use std::path::PathBuf;

use url::Url;

use crate::files::error::StoreError;

/// Which store, and what it takes to use it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `file://data/media` (from the working folder), `file:///srv/media`, or `s3://bucket/prefix`.
    pub address: String,
    /// The folder of everything that is kept on this machine: uploads for a bucket arrive there.
    pub data_dir: PathBuf,
    /// For a bucket.
    pub s3: S3Settings,
}

/// How a bucket is reached; the names are those of the variables that other tools read too.
#[derive(Clone, Default)]
pub struct S3Settings {
    /// Where the store is; AWS where absent.
    pub endpoint_url: Option<String>,
    /// Its region, such as `us-east-1`.
    pub region: String,
    /// The key's name. Without a key, the machine's role counts.
    pub access_key_id: Option<String>,
    /// The key.
    pub secret_access_key: Option<String>,
    /// What goes with a key that ends.
    pub session_token: Option<String>,
    /// Whether the bucket is part of the host's name rather than of the path.
    pub is_virtual_hosted: bool,
    /// Whether the store may be spoken to without TLS.
    pub allows_http: bool,
}

impl fmt::Debug for S3Settings {
    /// Says nothing of the keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("S3Settings");
        fields.field("endpoint_url", &self.endpoint_url).field("region", &self.region).finish_non_exhaustive()
    }
}

/// Where an address leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A folder.
    Folder(PathBuf),
    /// A part of a bucket; all of it where the prefix is empty.
    Bucket { bucket: String, prefix: String },
}

impl Settings {
    /// Where the address leads.
    ///
    /// # Errors
    /// [`StoreError::Setting`].
    pub(super) fn place(&self) -> Result<Place, StoreError> {
        match self.address.split_once("://") {
            Some(("file", "")) => Err(StoreError::Setting("The address of the media store names no folder.")),
            Some(("file", path)) if !path.contains('\0') => Ok(Place::Folder(PathBuf::from(path))),
            Some(("s3", rest)) => bucket(rest),
            _ => Err(StoreError::Setting("The media store must be given as file://FOLDER or s3://BUCKET/PREFIX.")),
        }
    }
}

/// A bucket is named by 3 to 63 letters, digits, dots and hyphens (and underscores, long ago). A prefix is kept as it
/// is written, so it may have plain characters only.
fn bucket(rest: &str) -> Result<Place, StoreError> {
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let prefix = prefix.trim_end_matches('/');
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(plain) || bucket.starts_with('.') {
        return Err(StoreError::Setting("The address of the media store names no bucket: write s3://BUCKET/PREFIX."));
    }
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(plain) && !part.bytes().all(|byte| byte == b'.');
    if prefix.len() > 400 || !(prefix.is_empty() || prefix.split('/').all(is_part)) {
        return Err(StoreError::Setting("The prefix in s3://BUCKET/PREFIX may have letters, digits and . - _ / only."));
    }
    Ok(Place::Bucket { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
}

impl S3Settings {
    /// Looks for what can't work.
    ///
    /// # Errors
    /// [`StoreError::Setting`].
    pub(super) fn check(&self) -> Result<(), StoreError> {
        if self.access_key_id.is_some() != self.secret_access_key.is_some() {
            return Err(StoreError::Setting("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together."));
        }
        let Some(endpoint) = &self.endpoint_url else { return Ok(()) };
        match Url::parse(endpoint) {
            Ok(url) if url.scheme() == "https" && url.has_host() => Ok(()),
            Ok(url) if url.scheme() == "http" && url.has_host() && self.allows_http => Ok(()),
            Ok(url) if url.scheme() == "http" => Err(StoreError::Setting(
                "AWS_ENDPOINT_URL has no TLS; AWS_ALLOW_HTTP=true allows that, for this machine.",
            )),
            _ => Err(StoreError::Setting("AWS_ENDPOINT_URL must be an address such as https://s3.example.org.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> Result<Place, StoreError> {
        Settings { address: address.to_owned(), data_dir: PathBuf::from("data"), s3: S3Settings::default() }.place()
    }

    #[test]
    fn addresses_lead_to_a_folder_or_a_bucket() {
        assert_eq!(at("file://data/media").unwrap(), Place::Folder(PathBuf::from("data/media")));
        let found = |prefix: &str| Place::Bucket { bucket: "news.media".to_owned(), prefix: prefix.to_owned() };
        assert_eq!(at("s3://news.media").unwrap(), found(""));
        assert_eq!(at("s3://news.media/").unwrap(), found(""));
        assert_eq!(at("s3://news.media/a/b_1/").unwrap(), found("a/b_1"));
        let wrong = ["data/media", "http://x/", "file://", "", "s3://", "s3://ab", "s3:///x", "s3://key:pw@bucket/x"];
        for address in wrong.into_iter().chain(["s3://bucket/a//b", "s3://bucket/../x", "s3://bucket/ä", "s3://b ket"])
        {
            assert!(matches!(at(address), Err(StoreError::Setting(_))), "{address}");
        }
    }

    #[test]
    fn settings_that_cannot_work_are_told() {
        let set = |endpoint: &str| S3Settings { endpoint_url: Some(endpoint.to_owned()), ..S3Settings::default() };
        assert!(S3Settings::default().check().is_ok() && set("https://s3.example.org").check().is_ok());
        for wrong in ["http://127.0.0.1:9000", "s3.example.org", "ftp://x", ""] {
            assert!(matches!(set(wrong).check(), Err(StoreError::Setting(_))), "{wrong}");
        }
        assert!(S3Settings { allows_http: true, ..set("http://127.0.0.1:9000") }.check().is_ok());
        let half = S3Settings { secret_access_key: Some("a secret".to_owned()), ..S3Settings::default() };
        assert!(half.check().is_err() && !format!("{half:?}").contains("a secret"));
    }
}
