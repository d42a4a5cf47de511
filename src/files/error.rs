//! What can go wrong with a file, and how the domain hears of it.

use std::fmt;
use std::io::{self, ErrorKind};

use crate::error::{Code, Error, Fault, FaultCode};

/// Seconds after which a store that was away may be there again.
const COME_AGAIN: u32 = 5;

/// Why an upload could not be taken in.
#[derive(Debug)]
pub enum UploadError {
    /// More bytes came than the route takes.
    TooLarge {
        /// The most that is taken, in bytes.
        limit: u64,
    },
    /// The disk, or the quota on it, is full.
    Full,
    /// The disk refused for another reason.
    Io(io::Error),
}

/// Why the store could not do what was asked.
#[derive(Debug)]
pub enum StoreError {
    /// The address of the store can't be used; the sentence says why.
    Setting(&'static str),
    /// The key is none of ours.
    BadKey,
    /// There is no such file.
    Missing,
    /// The disk, or the quota on it, is full.
    Full,
    /// The store lets these keys not do it; what it said is for the log.
    Denied(String),
    /// The store can't be reached, has no such bucket, or can't answer; why is for the log.
    Away(String),
    /// The disk refused for another reason.
    Io(io::Error),
}

/// Why a file is not taken. The sentences are for the person who sent it.
#[derive(Debug)]
pub enum Refused {
    /// Its content is of a type that is not stored here (415).
    Type(&'static str),
    /// It is of a type that is taken, but damaged, cut off or not decodable (422).
    Corrupt(&'static str),
    /// It has more pixels or frames than are taken (422).
    TooManyPixels(&'static str),
    /// It has more bytes than its type may have (413).
    TooLarge(&'static str),
    /// It could not be read from the disk.
    Io(io::Error),
}

/// Any of the three, for work that touches all of them.
#[derive(Debug)]
pub enum FileError {
    /// Taking in failed.
    Upload(UploadError),
    /// Storing failed.
    Store(StoreError),
    /// The content is not taken.
    Refused(Refused),
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

fn from_io(error: &io::Error) -> Error {
    match error.kind() {
        _ if is_full(error) => full(),
        ErrorKind::ReadOnlyFilesystem => Error::new(Code::Unavailable, "Files can't be stored at the moment."),
        _ => Error::internal(error),
    }
}

fn full() -> Error {
    Error::new(Code::StorageFull, "The disk is full; nothing was stored.")
}

impl From<io::Error> for UploadError {
    fn from(error: io::Error) -> Self {
        if is_full(&error) { Self::Full } else { Self::Io(error) }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::Missing,
            _ if is_full(&error) => Self::Full,
            _ => Self::Io(error),
        }
    }
}

impl From<io::Error> for Refused {
    /// A parser that runs past the end of a file, or finds what can't be, has found a damaged file.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::InvalidData => Self::Corrupt("The file is damaged or cut off."),
            _ => Self::Io(error),
        }
    }
}

impl From<UploadError> for FileError {
    fn from(error: UploadError) -> Self {
        Self::Upload(error)
    }
}

impl From<StoreError> for FileError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Refused> for FileError {
    fn from(error: Refused) -> Self {
        Self::Refused(error)
    }
}

impl From<UploadError> for Error {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::TooLarge { limit } => {
                Self::new(Code::PayloadTooLarge, format!("The file is larger than the {limit} bytes that are taken."))
                    .with("limit_bytes", limit)
            }
            UploadError::Full => full(),
            UploadError::Io(error) => from_io(&error),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => full(),
            StoreError::Io(error) => from_io(&error),
            StoreError::Denied(_) | StoreError::Away(_) => {
                tracing::error!(cause = %error, "the media store can't be used");
                Self::new(Code::Unavailable, "Files can't be stored or read at the moment.").retry_after(COME_AGAIN)
            }
            StoreError::Setting(_) | StoreError::BadKey | StoreError::Missing => Self::internal(error),
        }
    }
}

impl From<Refused> for Error {
    fn from(error: Refused) -> Self {
        match error {
            Refused::Type(sentence) => Self::new(Code::UnsupportedFileType, sentence),
            Refused::TooLarge(sentence) => Self::new(Code::PayloadTooLarge, sentence),
            Refused::Corrupt(sentence) => Self::invalid(vec![Fault::at("/file", FaultCode::InvalidFormat, sentence)]),
            Refused::TooManyPixels(sentence) => {
                Self::invalid(vec![Fault::at("/file", FaultCode::OutOfRange, sentence)])
            }
            Refused::Io(error) => from_io(&error),
        }
    }
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Upload(error) => error.into(),
            FileError::Store(error) => error.into(),
            FileError::Refused(error) => error.into(),
        }
    }
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => write!(f, "the file is larger than {limit} bytes"),
            Self::Full => f.write_str("the disk is full"),
            Self::Io(error) => write!(f, "the upload could not be written: {error}"),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(sentence) => f.write_str(sentence),
            Self::BadKey => f.write_str("the key is not one of the file store"),
            Self::Missing => f.write_str("the file store has no such file"),
            Self::Denied(said) => write!(f, "the file store denies it: {said}"),
            Self::Away(said) => write!(f, "the file store fails: {said}"),
            Self::Full => f.write_str("the disk is full"),
            Self::Io(error) => write!(f, "the file store failed: {error}"),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(sentence)
            | Self::Corrupt(sentence)
            | Self::TooManyPixels(sentence)
            | Self::TooLarge(sentence) => f.write_str(sentence),
            Self::Io(error) => write!(f, "the file could not be read: {error}"),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Upload(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Refused(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for UploadError {}
impl std::error::Error for StoreError {}
impl std::error::Error for Refused {}
impl std::error::Error for FileError {}
