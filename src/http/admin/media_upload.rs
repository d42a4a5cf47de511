//! Uploading: the bytes stream to the disk, are looked into, put into the file store (`media_fetch`), and then
//! get their record.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use utoipa::ToSchema;

use super::media::{Media, UploadAnswer, UploadMeta, json, remove_unused};
use super::media_fetch::{self, Arrived};
use super::users::with_header;
use crate::app::App;
use crate::domain::media::{self, Saved};
use crate::domain::{Actor, Cx, Op, policy};
use crate::error::{Code, Error, Fault, Result};
use crate::http::answer;
use crate::http::bounds::{Bounds, FileLimits};
use crate::http::extract::body::Pace;
use crate::http::extract::form::{Form, Texts};
use crate::http::extract::{Caller, JsonBody, NoParams, Query, body};
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::media::Origin;
use crate::model::{MediaByAddress, MediaInput, WebUrl};

/// The media type of forms.
const FORM: &str = "multipart/form-data";
const JSON: &str = "application/json";

/// The texts of the form.
const TEXTS: Texts = Texts { plain: PLAIN, json: &["focal_point"], lists: &["keywords"] };
const PLAIN: &[&str] = &[
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
    "taken_at",
    "poster",
    "folder",
];

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
    /// When it was taken (RFC 3339); readers never hear of it.
    #[schema(max_length = 40, nullable = false, example = "")]
    pub taken_at: Option<String>,
    /// The point that every crop must keep, as JSON: `{"x": 0.5, "y": 0.3}`.
    #[schema(nullable = false, example = "{\"x\": 0.5, \"y\": 0.4}")]
    pub focal_point: Option<String>,
    /// The picture to show before a film or recording starts: media of kind image.
    #[schema(pattern = "^([0-9A-Fa-f-]{36})?$", nullable = false, example = "")]
    pub poster: Option<String>,
    /// The folder that it is to lie in.
    #[schema(pattern = "^([0-9A-Fa-f-]{36})?$", nullable = false, example = "")]
    pub folder: Option<String>,
    /// Words to find it by: `ferry, harbour`, or a JSON array. Without this part, those that the picture carries in
    /// itself are taken.
    #[schema(nullable = false, example = "ferry, harbour")]
    pub keywords: Option<String>,
}

/// Upload a file, have one fetched, or add a video of another site
///
/// As `multipart/form-data` with a part `file`, or as JSON with the `url` of a file or the `embed_url` of a video. A
/// file is fetched once, from the open internet only, within a minute, over at most 3 redirects. The type of a file is found out from its
/// content; SVG, HTML and XML are refused. Pictures may have 40 MiB and 50 megapixels, other files 1 GiB, unless the
/// operator chose other limits. What a picture says of itself (IPTC in XMP and IIM, Exif) fills `caption`, `credit`,
/// `creator`, `copyright`, `taken_at` and `keywords` where you give none. The public file is made without what the file says about itself: places, times, names
/// and comments, in Exif, XMP, IPTC, ID3 and their likes; a document stays as it is. The same bytes, or the same video, again: 200 with the record
/// that is there, and `meta.duplicate: true`; what was said of it this time is not looked at. Takes no `Idempotency-Key`. Needs the scope `media:write`.
#[utoipa::path(post, path = "/v1/admin/media", tag = "media", request_body(content((MediaUpload =
    "multipart/form-data"), (MediaByAddress = "application/json"))), security(("bearer" = [])), responses(
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
            let Ok(body) = JsonBody::<MediaByAddress>::from_request(&request, &mut payload).await;
            match body.read()?.split()? {
                (Origin::Embed(url), input) => embed(&app, actor, url, input).await,
                (Origin::File(url), input) => {
                    // As above: nobody has files fetched without the right.
                    policy::check(&actor, Op::CreateMedia)?;
                    let (staged, name) = media_fetch::fetched(&app, &url).await?;
                    make(&app, actor, Arrived { staged, name, place: "/url" }, Ok(input), Vec::new()).await
                }
            }
        }
        _ => Err(unsupported(
            "Send a file as multipart/form-data, or an address as application/json.",
            "multipart/form-data, application/json",
        )),
    }
}

async fn embed(app: &App, actor: Actor, url: WebUrl, input: MediaInput) -> Result<HttpResponse, Problem> {
    let made = app.write(move |cx| {
        let saved = media::create_from_address(cx, &actor, &url, input)?;
        Ok(shown(&saved, cx))
    });
    respond(made.await?)
}

/// How large the file of a form may be, and how fast it must come.
pub(super) fn room(app: &App, request: &HttpRequest) -> (FileLimits, Pace) {
    let bounds = Bounds::of(request);
    (bounds.file.limits(&app.config.files), bounds.pace)
}

async fn receive(app: &App, request: &HttpRequest, payload: actix_web::dev::Payload) -> Result<Form> {
    Form::receive(request.headers(), payload, &app.staging, room(app, request), TEXTS).await
}

async fn upload(app: &App, actor: Actor, form: Form) -> Result<HttpResponse, Problem> {
    let Form { file, texts, faults } = form;
    let input = deserr::deserialize::<MediaInput, _, Faults>(serde_json::Value::Object(texts));
    let (arrived, input, faults) = Arrived::of(file, input, faults)?;
    make(app, actor, arrived, input, faults).await
}

async fn make(
    app: &App,
    actor: Actor,
    arrived: Arrived,
    input: Result<MediaInput, Faults>,
    faults: Vec<Fault>,
) -> Result<HttpResponse, Problem> {
    let (file, input) = arrived.kept(app, input, faults).await?;
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
    let response = answer::json_private(status, bytes, Some(version));
    Ok(if duplicate { response } else { with_header(response, header::LOCATION, &location) })
}

/// Lets only forms through.
///
/// # Errors
/// 415 for anything else, with `detail`.
pub(super) fn only_form(request: &HttpRequest, detail: &'static str) -> Result<(), Problem> {
    match body::media_type(request.headers()).as_deref() {
        Some(FORM) => Ok(()),
        _ => Err(unsupported(detail, FORM)),
    }
}

fn unsupported(detail: &'static str, types: &'static str) -> Problem {
    Problem::from(Error::new(Code::UnsupportedMediaType, detail))
        .with_header(HeaderName::from_static("accept-post"), HeaderValue::from_static(types))
}
