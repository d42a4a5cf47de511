//! `multipart/form-data` (RFC 7578) with one file, which is written to the disk as it arrives, and some texts.

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::http::header::{Charset, ContentDisposition, DispositionParam, HeaderMap};
use actix_web::web::{Bytes, BytesMut};
use futures_core::Stream;
use serde_json::{Map, Value};

use super::body::Pace;
use super::paced::{Paced, Refusal};
use crate::error::{Code, Error, Fault, FaultCode, Result};
use crate::files::{Staged, Staging, Upload, UploadError};
use crate::http::bounds::FileLimits;
use crate::model::faults::push_token;

/// The part with the file.
const FILE: &str = "file";
/// More parts than this are refused.
const MAX_PARTS: usize = 20;
/// All texts together, in bytes.
const MAX_TEXT: usize = 64 * 1024;
/// What the form may have beside its file, boundaries and the headers of its parts included. Bytes.
const OVERHEAD: u64 = 256 * 1024;
/// So much is gathered before it is written. Bytes.
const WRITE_AT: usize = 256 * 1024;

/// The names of a form's texts, by how they are read. A name stands in one of the three.
#[derive(Clone, Copy, Debug, Default)]
pub struct Texts {
    /// As they stand.
    pub plain: &'static [&'static str],
    /// As JSON.
    pub json: &'static [&'static str],
    /// As words with commas between them, or as a JSON array: forms and their generators send lists either way.
    pub lists: &'static [&'static str],
}

impl Texts {
    fn knows(&self, name: &str) -> bool {
        [self.plain, self.json, self.lists].iter().any(|names| names.contains(&name))
    }

    /// What a text says; nothing if it isn't the JSON that it must be.
    fn read(&self, name: &str, text: String) -> Option<Value> {
        if self.json.contains(&name) || (self.lists.contains(&name) && text.trim_start().starts_with('[')) {
            return serde_json::from_str(&text).ok();
        }
        if self.lists.contains(&name) {
            let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
            return Some(words.map(Value::from).collect());
        }
        Some(text.into())
    }
}

/// A form that has arrived.
pub struct Form {
    /// The file, and what its sender calls it.
    pub file: Option<(Staged, String)>,
    /// The texts by name. Empty ones are left out, as browsers send a field that nobody filled in.
    pub texts: Map<String, Value>,
    /// What is wrong with the parts as such.
    pub faults: Vec<Fault>,
}

impl Form {
    /// Receives a form with these texts, within these limits and at this pace. A part with any other name is read over and stands in `texts` as `null`,
    /// for the reader of the texts to refuse.
    ///
    /// # Errors
    /// [`Code::MalformedMultipart`], [`Code::PayloadTooLarge`], [`Code::RequestTimeout`], and what the disk says.
    pub async fn receive(
        headers: &HeaderMap,
        payload: Payload,
        staging: &Staging,
        (limits, pace): (FileLimits, Pace),
        known: Texts,
    ) -> Result<Self> {
        let limit = limits.image.max(limits.other).saturating_add(OVERHEAD);
        let (paced, refusal) = Paced::new(headers, payload, limit, pace)?;
        let mut parts = Parts { multipart: Multipart::new(headers, paced), refusal };
        let mut form = Self { file: None, texts: Map::new(), faults: Vec::new() };
        let (mut count, mut room) = (0, MAX_TEXT);
        while let Some(part) = parts.next().await? {
            count += 1;
            if count > MAX_PARTS {
                return Err(Error::new(Code::PayloadTooLarge, "A form can have at most 20 parts."));
            }
            match part.name().unwrap_or_default() {
                FILE => form.take_file(part, &parts.refusal, staging, limits).await?,
                name if known.knows(name) => form.take_text(part, &parts.refusal, &mut room, known).await?,
                name => {
                    form.texts.insert(name.to_owned(), Value::Null);
                    skip(part, &parts.refusal).await?;
                }
            }
        }
        Ok(form)
    }

    async fn take_file(
        &mut self,
        mut part: Field,
        refusal: &Refusal,
        staging: &Staging,
        limits: FileLimits,
    ) -> Result<()> {
        if self.file.is_some() {
            self.faults.push(Fault::at("/file", FaultCode::Duplicate, "Send one file at a time."));
            return skip(part, refusal).await;
        }
        let name = part.content_disposition().map(file_name).unwrap_or_default();
        let mut sink = Sink::new(staging, limits);
        while let Some(chunk) = next(&mut part, refusal).await? {
            sink.push(&chunk).await?;
        }
        self.file = Some((sink.finish().await?, name));
        Ok(())
    }

    async fn take_text(&mut self, mut part: Field, refusal: &Refusal, room: &mut usize, known: Texts) -> Result<()> {
        let name = part.name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = next(&mut part, refusal).await? {
            *room = room.checked_sub(chunk.len()).ok_or_else(too_much_text)?;
            bytes.extend_from_slice(&chunk);
        }
        let mut pointer = String::new();
        push_token(&mut pointer, &name);
        let mut wrong = |code, detail| self.faults.push(Fault::at(pointer.clone(), code, detail));
        let Ok(text) = String::from_utf8(bytes) else {
            wrong(FaultCode::InvalidFormat, "This must be UTF-8.");
            return Ok(());
        };
        if text.trim().is_empty() {
            return Ok(());
        }
        match known.read(&name, text) {
            None => wrong(FaultCode::InvalidFormat, "This must be JSON."),
            Some(_) if self.texts.contains_key(&name) => wrong(FaultCode::Duplicate, "This part is given twice."),
            Some(value) => _ = self.texts.insert(name, value),
        }
        Ok(())
    }
}

struct Parts {
    multipart: Multipart,
    refusal: Refusal,
}

impl Parts {
    async fn next(&mut self) -> Result<Option<Field>> {
        let next = std::future::poll_fn(|cx| std::pin::Pin::new(&mut self.multipart).poll_next(cx)).await;
        next.transpose().map_err(|_| why(&self.refusal))
    }
}

async fn next(part: &mut Field, refusal: &Refusal) -> Result<Option<Bytes>> {
    let next = std::future::poll_fn(|cx| std::pin::Pin::new(&mut *part).poll_next(cx)).await;
    next.transpose().map_err(|_| why(refusal))
}

/// Reads over the rest of a part.
async fn skip(mut part: Field, refusal: &Refusal) -> Result<()> {
    while next(&mut part, refusal).await?.is_some() {}
    Ok(())
}

fn too_much_text() -> Error {
    Error::new(Code::PayloadTooLarge, "All texts of a form together can have at most 64 KiB.")
        .with("limit_bytes", MAX_TEXT)
}

fn why(refusal: &Refusal) -> Error {
    refusal
        .take()
        .unwrap_or_else(|| Error::new(Code::MalformedMultipart, "The body is not well-formed multipart/form-data."))
}

/// The extended name (RFC 8187), which can hold any character, or the plain one.
fn file_name(disposition: &ContentDisposition) -> String {
    let extended = disposition.parameters.iter().find_map(|parameter| match parameter {
        DispositionParam::FilenameExt(name) if matches!(&name.charset, Charset::Ext(set) if set == "UTF-8") => {
            Some(String::from_utf8_lossy(&name.value).into_owned())
        }
        _ => None,
    });
    extended.or_else(|| disposition.get_filename().map(str::to_owned)).unwrap_or_default()
}

/// Writes a file in large pieces on blocking threads. Dropped unfinished, it leaves nothing.
pub struct Sink {
    staging: Staging,
    limits: FileLimits,
    waiting: BytesMut,
    upload: Option<Upload>,
}

impl Sink {
    /// Takes a file into this folder, as large as `limits` allow by its first bytes.
    #[must_use]
    pub fn new(staging: &Staging, limits: FileLimits) -> Self {
        Self { staging: staging.clone(), limits, waiting: BytesMut::new(), upload: None }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// 413, and what the disk says.
    pub async fn push(&mut self, chunk: &[u8]) -> Result<()> {
        self.waiting.extend_from_slice(chunk);
        if self.waiting.len() < WRITE_AT { Ok(()) } else { self.write().await }
    }

    async fn write(&mut self) -> Result<()> {
        let (piece, upload, staging) = (self.waiting.split().freeze(), self.upload.take(), self.staging.clone());
        let limit = if looks_like_image(&piece) { self.limits.image } else { self.limits.other };
        self.upload = Some(
            blocking(move || {
                let mut upload = match upload {
                    Some(upload) => upload,
                    None => staging.begin(limit)?,
                };
                upload.write(&piece)?;
                Ok(upload)
            })
            .await?,
        );
        Ok(())
    }

    /// Ends the file: its bytes are on the disk when this answers.
    ///
    /// # Errors
    /// As [`Sink::push`].
    pub async fn finish(mut self) -> Result<Staged> {
        self.write().await?;
        match self.upload {
            Some(upload) => blocking(move || upload.finish()).await,
            None => Err(Error::internal("an upload was lost")),
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, UploadError> + Send + 'static,
) -> Result<T> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(Error::internal)??)
}

/// Whether the first bytes of a file are those of JPEG, PNG, GIF or WebP. The probe decides; this chooses the limit.
fn looks_like_image(head: &[u8]) -> bool {
    let is_webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    is_webp || [&b"\xFF\xD8\xFF"[..], b"\x89PNG", b"GIF8"].iter().any(|magic| head.starts_with(magic))
}
