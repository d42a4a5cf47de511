//! Where the files are, and how a bucket is reached, where the media store is one.

use std::fmt;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args};

use crate::files::storage::S3Settings;

/// The largest uploaded picture, in MiB, unless the operator chose less.
pub const MAX_IMAGE_MIB: u64 = 40;
/// The largest other file, in MiB, unless the operator chose another size.
pub const MAX_FILE_MIB: u64 = 1024;

/// Where the files are.
#[derive(Args, Clone, Debug)]
pub struct Files {
    /// The folder of everything that is kept on this machine.
    #[arg(long, env = "SLUGLINE_DATA_DIR", default_value = "data", global = true, help_heading = "Files")]
    pub data_dir: PathBuf,
    /// Where media files lie: file://PATH, or s3://BUCKET/PREFIX in an S3-compatible store.
    #[arg(
        long,
        env = "SLUGLINE_MEDIA_STORE",
        default_value = "file://data/media",
        global = true,
        help_heading = "Files"
    )]
    pub media_store: String,
    /// Largest uploaded picture, in MiB; 64 at the most.
    #[arg(long, env = "SLUGLINE_MAX_IMAGE_MIB", default_value_t = MAX_IMAGE_MIB, global = true, help_heading = "Files",
          value_parser = clap::value_parser!(u64).range(1..=64))]
    pub max_image_mib: u64,
    /// Largest uploaded video, sound or document, in MiB.
    #[arg(long, env = "SLUGLINE_MAX_FILE_MIB", default_value_t = MAX_FILE_MIB, global = true, help_heading = "Files",
          value_parser = clap::value_parser!(u64).range(1..=65_536))]
    pub max_file_mib: u64,
}

impl Files {
    /// Where the secret lies that the first start with SQLite makes.
    #[must_use]
    pub fn secret_file(&self) -> PathBuf {
        self.data_dir.join("secret")
    }
}

/// How a bucket is reached. The variables are those of other tools for S3.
#[derive(Args, Clone)]
pub struct Bucket {
    /// Where the S3-compatible store is; AWS where absent.
    #[arg(long, env = "AWS_ENDPOINT_URL", global = true, help_heading = "Media in S3")]
    pub aws_endpoint_url: Option<String>,
    /// The store's region.
    #[arg(long, env = "AWS_REGION", default_value = "us-east-1", global = true, help_heading = "Media in S3")]
    pub aws_region: String,
    /// The name of the key to the store; without a key, the role of this machine counts.
    #[arg(long, env = "AWS_ACCESS_KEY_ID", hide_env_values = true, global = true, help_heading = "Media in S3")]
    pub aws_access_key_id: Option<String>,
    /// The key.
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", hide_env_values = true, global = true, help_heading = "Media in S3")]
    pub aws_secret_access_key: Option<String>,
    /// What goes with a key that ends.
    #[arg(long, env = "AWS_SESSION_TOKEN", hide_env_values = true, global = true, help_heading = "Media in S3")]
    pub aws_session_token: Option<String>,
    /// Whether the bucket is part of the host's name; else of the path.
    #[arg(long, env = "AWS_VIRTUAL_HOSTED_STYLE_REQUEST", default_value = "false", action = ArgAction::Set,
          value_parser = BoolishValueParser::new(), global = true, help_heading = "Media in S3")]
    pub aws_virtual_hosted_style_request: bool,
    /// Whether the store may be spoken to without TLS, as one on this machine.
    #[arg(long, env = "AWS_ALLOW_HTTP", default_value = "false", action = ArgAction::Set,
          value_parser = BoolishValueParser::new(), global = true, help_heading = "Media in S3")]
    pub aws_allow_http: bool,
}

impl fmt::Debug for Bucket {
    /// Says nothing of the keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("aws_endpoint_url", &self.aws_endpoint_url).finish_non_exhaustive()
    }
}

impl Bucket {
    /// The same for the file store.
    pub(super) fn settings(&self) -> S3Settings {
        let bucket = self.clone();
        S3Settings {
            endpoint_url: bucket.aws_endpoint_url,
            region: bucket.aws_region,
            access_key_id: bucket.aws_access_key_id,
            secret_access_key: bucket.aws_secret_access_key,
            session_token: bucket.aws_session_token,
            is_virtual_hosted: bucket.aws_virtual_hosted_style_request,
            allows_http: bucket.aws_allow_http,
        }
    }
}
