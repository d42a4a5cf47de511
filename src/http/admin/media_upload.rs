//! Uploading: the bytes stream to the disk, are looked into, put into the file store, and then get their record.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use utoipa::ToSchema;

use super::media::{Media, UploadAnswer, UploadMeta, json, remove_unused};
use crate::app::App;
use crate::domain::media::{self, Saved};
use crate::domain::media_ingest as ingest;
use crate::domain::{Actor, Cx, Op, policy};
use crate::error::{Code, Error, Fault, FaultCode, Result};
use crate::files::{self, Probed};
use crate::http::answer;
use crate::http::extract::form::{FileLimits, Form};
use crate::http::extract::{Caller, JsonBody, NoParams, Query, body};
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::{EmbedInput, MediaInput};

const FORM: &str = "multipart/form-data";
const JSON: &str = "application/json";
const MIB: u64 = 1024 * 1024;

/// The texts of the form, and which of them are JSON.
const TEXTS: &[&str] = &[
    "title",
    "alt",
    "caption",
    "credit",
    "creator",
    "copyright",
    "license",
    "usage_terms",
    "digital_source_type",
    "expires_at",
    "focal_point",
    "poster",
];
const JSON_TEXTS: &[&str] = &["focal_point"];

/// A file with what is said of it. At most 20 parts; all texts together at most 64 KiB. Empty texts count as absent.
#[derive(ToSchema)]
pub struct MediaUpload {
    /// The file: JPEG, PNG, GIF, WebP; MP4, MOV, WebM; MP3, M4A, Ogg, WAV; PDF. Its content decides, not its name.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
    /// The newsroom's name for it.
    #[schema(max_length = 300, nullable = false, example = "Ferry at dawn")]
    pub title: Option<String>,
    /// Alternative text.
    #[schema(max_length = 500, nullable = false, example = "A white ferry leaves the harbour.")]
    pub alt: Option<String>,
    /// What stands under it.
    #[schema(max_length = 1000, nullable = false, example = "The first ferry of the day.")]
    pub caption: Option<String>,
    /// Who is to be named beside it.
    #[schema(max_length = 300, nullable = false, example = "Aigerim Sadykova")]
    pub credit: Option<String>,
    /// Who made it.
    #[schema(max_length = 300, nullable = false, example = "")]
    pub creator: Option<String>,
    /// The copyright notice.
    #[schema(max_length = 500, nullable = false, example = "")]
    pub copyright: Option<String>,
    /// Under which licence it may be used.
    #[schema(max_length = 500, nullable = false, example = "")]
    pub license: Option<String>,
    /// What may be done with it, in words; readers' frontends see it.
    #[schema(max_length = 2000, nullable = false, example = "")]
    pub usage_terms: Option<String>,
    /// How it came to be: a word of `DigitalSourceType`.
    #[schema(max_length = 40, nullable = false, example = "digitalCapture")]
    pub digital_source_type: Option<String>,
    /// Until when the newsroom may use it (RFC 3339).
    #[schema(max_length = 40, nullable = false, example = "")]
    pub expires_at: Option<String>,
    /// The point that every crop must keep, as JSON: `{"x": 0.5, "y": 0.3}`.
    #[schema(nullable = false, example = "{\"x\": 0.5, \"y\": 0.4}")]
    pub focal_point: Option<String>,
    /// The picture to show before a film or recording starts: media of kind image.
    #[schema(pattern = "^([0-9A-Fa-f-]{36})?$", nullable = false, example = "")]
    pub poster: Option<String>,
}

/// Upload a file, or add a video of another site
///
/// As `multipart/form-data` with a part `file`, or as JSON with `embed_url`. The type of a file is found out from its
/// content; SVG, HTML and XML are refused. Pictures may have 40 MiB and 50 megapixels, other files 1 GiB, unless the
/// operator chose other limits. The public file is made without what the file says about itself: places, times, names
/// and comments, in Exif, XMP, IPTC, ID3 and their likes; a document stays as it is. The same bytes, or the same video, again: 200 with the record
/// that is there, and `meta.duplicate: true`; what was said of it this time is not looked at. Takes no `Idempotency-Key`. Needs the scope `media:write`.
#[utoipa::path(post, path = "/v1/admin/media", tag = "media", request_body(content((MediaUpload =
    "multipart/form-data"), (EmbedInput = "application/json"))), security(("bearer" = [])), responses(
    (status = 201, description = "The new record.", body = UploadAnswer),
    (status = 200, description = "The record of the same bytes or the same video.", body = UploadAnswer)))]
pub async fn create_media(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let mut payload = payload.into_inner();
    match body::media_type(request.headers()).as_deref() {
        Some(FORM) => {
            // Before the file is received, though 403 comes late elsewhere: nobody fills the disk without the right.
            policy::check(&actor, Op::CreateMedia)?;
            let form = receive(&app, &request, payload).await?;
            upload(&app, actor, form).await
        }
        Some(JSON) => {
            let Ok(body) = JsonBody::<EmbedInput>::from_request(&request, &mut payload).await;
            let (address, input) = body.read()?.split();
            let made = app.write(move |cx| {
                let saved = media::create_from_address(cx, &actor, &address, input)?;
                Ok(shown(&saved, cx))
            });
            respond(made.await?)
        }
        _ => Err(unsupported()),
    }
}

async fn receive(app: &App, request: &HttpRequest, payload: actix_web::dev::Payload) -> Result<Form> {
    let files = &app.config.files;
    let limits = FileLimits { image: files.max_image_mib * MIB, other: files.max_file_mib * MIB };
    Form::receive(request.headers(), payload, &app.staging, limits, (TEXTS, JSON_TEXTS)).await
}

async fn upload(app: &App, actor: Actor, form: Form) -> Result<HttpResponse, Problem> {
    let Form { file, texts, mut faults } = form;
    let input = deserr::deserialize::<MediaInput, _, Faults>(serde_json::Value::Object(texts));
    let Some((staged, name)) = file else {
        faults.push(Fault::at("/file", FaultCode::Required, "The form must have a part with the file."));
        faults.extend(input.err().map(Faults::into_list).unwrap_or_default());
        return Err(Error::invalid(faults).into());
    };
    let (staged, probed) = app.decode(move || (files::probe(staged.path()), staged)).await.map(|(p, s)| (s, p))?;
    let (probed, input) = judged(probed.map_err(Error::from), input, faults)?;
    let (storage, staging) = (app.storage.clone(), app.staging.clone());
    let file =
        app.decode(move || ingest::keep(&storage, &staging, staged, probed, &name)).await?.map_err(Error::from)?;
    let keys = vec![file.original_key.clone(), file.public_key.clone()];
    let storage = app.storage.clone();
    let made = app
        .write(move |cx| {
            let saved = media::create_from_file(cx, &actor, &storage, file, input)?;
            Ok(shown(&saved, cx))
        })
        .await;
    if !matches!(made, Ok((_, false))) {
        remove_unused(app, keys).await;
    }
    respond(made?)
}

/// A file that is not taken answers 413 or 415 at once; a damaged one is one fault among those of the form.
fn judged(
    probed: Result<Probed>,
    input: Result<MediaInput, Faults>,
    mut faults: Vec<Fault>,
) -> Result<(Probed, MediaInput)> {
    let probed = match probed {
        Err(error) if error.code() != Code::InvalidBody => return Err(error),
        Err(error) => {
            faults.extend_from_slice(error.faults());
            None
        }
        Ok(probed) => Some(probed),
    };
    match (probed, input) {
        (Some(probed), Ok(input)) if faults.is_empty() => Ok((probed, input)),
        (_, input) => {
            faults.extend(input.err().map(Faults::into_list).unwrap_or_default());
            Err(Error::invalid(faults))
        }
    }
}

/// The record, and whether it was there before.
fn shown(saved: &Saved, cx: &Cx) -> (Media, bool) {
    match saved {
        Saved::New(view) => (Media::of(view, cx), false),
        Saved::Known(view) => (Media::of(view, cx), true),
    }
}

fn respond((data, duplicate): (Media, bool)) -> Result<HttpResponse, Problem> {
    let location = format!("/v1/admin/media/{}", data.id);
    let version = data.version;
    let status = if duplicate { StatusCode::OK } else { StatusCode::CREATED };
    let bytes = json(&UploadAnswer { data, meta: UploadMeta { duplicate } })?;
    let mut response = answer::json_private(status, bytes, Some(version));
    if !duplicate && let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

fn unsupported() -> Problem {
    let detail = "Send a file as multipart/form-data, or a video's address as application/json.";
    let types = HeaderValue::from_static("multipart/form-data, application/json");
    Problem::from(Error::new(Code::UnsupportedMediaType, detail))
        .with_header(HeaderName::from_static("accept-post"), types)
}
