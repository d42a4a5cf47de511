//! Media records as the public sees them.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::media;
use crate::domain::media_variants::srcset;
use crate::error::Error;
use crate::http::answer::{CacheControl, Public, PublicBody};
use crate::http::extract::{NoParams, Query};
use crate::http::list::Meta;
use crate::http::problem::Problem;
use crate::model::tracks::{self, TrackKind, TrackNote};
use crate::model::variants::{self, VariantNote};
use crate::model::{DigitalSourceType, FocalPoint, Id, MediaKind, Time, Urls};
use crate::store::media::{MediaRow, PictureRow};
use crate::text::embed::{EmbedInfo, embed};

/// A picture, film, recording or document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicMedia {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// What it is.
    pub kind: MediaKind,
    /// The newsroom's name for it.
    pub title: Option<String>,
    /// Where the file is; `null` for a video of another site.
    #[schema(format = "uri")]
    pub url: Option<String>,
    /// What the file is called; `null` for a video of another site.
    pub file_name: Option<String>,
    /// Its media type (RFC 6838), found out from its content.
    pub mime: Option<String>,
    /// Its length in bytes.
    #[schema(minimum = 0)]
    pub bytes: Option<i64>,
    /// Pixels across, as shown.
    #[schema(minimum = 1)]
    pub width: Option<i32>,
    /// Pixels down, as shown.
    #[schema(minimum = 1)]
    pub height: Option<i32>,
    /// Seconds that a film or recording lasts.
    #[schema(minimum = 0.0)]
    pub duration_seconds: Option<f64>,
    /// The codecs of a film or recording (RFC 6381): `avc1.64001f,mp4a.40.2`, `vp9,opus`; `null` where they are not
    /// known.
    pub codecs: Option<String>,
    /// Alternative text.
    pub alt: Option<String>,
    /// What stands under it.
    pub caption: Option<String>,
    /// Who is to be named beside it.
    pub credit: Option<String>,
    /// Who made it.
    pub creator: Option<String>,
    /// The copyright notice.
    pub copyright: Option<String>,
    /// Under which licence it may be used.
    pub license: Option<String>,
    /// What may be done with it, in words.
    pub usage_terms: Option<String>,
    /// How it came to be: the words of IPTC's NewsCodes `digitalsourcetype`.
    pub digital_source_type: Option<DigitalSourceType>,
    /// The point that every crop must keep.
    pub focal_point: Option<FocalPoint>,
    /// A tiny stand-in until the picture is here: a ThumbHash in base64.
    pub placeholder: Option<String>,
    /// The picture's main colour, `#rrggbb`.
    pub dominant_color: Option<String>,
    /// The same picture in other sizes and formats: first as WebP, then as JPEG, the whole picture by
    /// width and then its crops. None of a picture that is too small or moves, and none in the moments after the upload.
    pub variants: Vec<Variant>,
    /// The whole picture in its widths, for an HTML `srcset`; `null` without variants.
    pub srcset: Option<String>,
    /// The picture to show before a film or recording starts.
    pub poster: Option<Picture>,
    /// Subtitles, captions, descriptions and chapters.
    #[schema(max_items = 50)]
    pub tracks: Vec<Track>,
    /// The player of a video of another site.
    pub embed: Option<EmbedInfo>,
}

/// A picture, as cards show it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Picture {
    /// Identity of its media record.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// Where the file is.
    #[schema(format = "uri")]
    pub url: Option<String>,
    /// What the file is called.
    pub file_name: Option<String>,
    /// Alternative text.
    pub alt: Option<String>,
    /// What stands under it.
    pub caption: Option<String>,
    /// Who is to be named beside it.
    pub credit: Option<String>,
    /// Pixels across, as shown.
    #[schema(minimum = 1)]
    pub width: Option<i32>,
    /// Pixels down, as shown.
    #[schema(minimum = 1)]
    pub height: Option<i32>,
    /// The point that every crop must keep.
    pub focal_point: Option<FocalPoint>,
    /// A tiny stand-in until the picture is here: a ThumbHash in base64.
    pub placeholder: Option<String>,
    /// The variants for an HTML `srcset`; `null` without any.
    pub srcset: Option<String>,
}

/// The same picture in another size or format.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Variant {
    /// Its name, which says its crop and width: `w640`, `16x9-w1280`.
    pub name: String,
    /// Where the file is.
    #[schema(format = "uri")]
    pub url: String,
    /// Pixels across.
    #[schema(minimum = 1)]
    pub width: i32,
    /// Pixels down.
    #[schema(minimum = 1)]
    pub height: i32,
    /// Its media type.
    pub mime: String,
    /// Its length in bytes.
    #[schema(minimum = 0)]
    pub bytes: i64,
}

/// The media type of tracks (RFC 6838).
pub(super) const VTT: &str = "text/vtt";

/// A text that runs along with a film or recording (WebVTT).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Track {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// What it is for.
    pub kind: TrackKind,
    /// Its language (BCP 47).
    pub language: String,
    /// What players call it.
    pub label: String,
    /// Whether players show it unless readers chose another one.
    pub default: bool,
    /// Where the file is.
    #[schema(format = "uri")]
    pub url: String,
    /// Its media type: `text/vtt`.
    pub mime: &'static str,
}

impl Track {
    /// What is said of a track, with its address.
    #[must_use]
    pub fn of(media: Id, note: TrackNote, urls: &Urls) -> Self {
        let TrackNote { id, kind, language, label, default } = note;
        let (language, url) = (language.as_str().to_owned(), urls.track(media, id));
        Self { id, kind, language, label, default, url, mime: VTT }
    }
}

fn tracks_of(row: &MediaRow, urls: &Urls) -> Vec<Track> {
    tracks::read(row.tracks.as_deref()).into_iter().map(|note| Track::of(row.id, note, urls)).collect()
}

impl PublicMedia {
    /// The public members of a record. The caller has made sure that it is public, and gives the picture of
    /// `poster_id` where it has one.
    #[must_use]
    pub fn from_row(row: &MediaRow, poster: Option<Picture>, urls: &Urls) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            title: row.title.clone(),
            url: row.file_name.as_deref().map(|name| urls.media(row.id, name, row.replaced_at)),
            file_name: row.file_name.clone(),
            mime: row.mime.clone(),
            bytes: row.public_bytes,
            width: row.width,
            height: row.height,
            duration_seconds: seconds(row.duration_ms),
            codecs: row.codecs.clone(),
            alt: row.alt.clone(),
            caption: row.caption.clone(),
            credit: row.credit.clone(),
            creator: row.creator.clone(),
            copyright: row.copyright.clone(),
            license: row.license.clone(),
            usage_terms: row.usage_terms.clone(),
            digital_source_type: row.digital_source_type,
            focal_point: focal_point(row.focal_point.as_deref()),
            placeholder: row.placeholder.clone(),
            dominant_color: row.dominant_color.clone(),
            variants: variants::read(row.variants.as_deref()).map(|note| Variant::of(row.id, &note, urls)).collect(),
            srcset: srcset(&row.into(), urls),
            poster,
            tracks: tracks_of(row, urls),
            embed: row.embed_url.as_deref().and_then(embed),
        }
    }
}

impl Picture {
    /// What cards show of a picture.
    #[must_use]
    pub fn of(row: PictureRow, urls: &Urls) -> Self {
        let srcset = srcset(&row, urls);
        Self {
            id: row.id,
            url: row.file_name.as_deref().map(|name| urls.media(row.id, name, row.replaced_at)),
            file_name: row.file_name,
            alt: row.alt,
            caption: row.caption,
            credit: row.credit,
            width: row.width,
            height: row.height,
            focal_point: focal_point(row.focal_point.as_deref()),
            placeholder: row.placeholder,
            srcset,
        }
    }

    /// The same of a whole record.
    #[must_use]
    pub fn from_row(row: &MediaRow, urls: &Urls) -> Self {
        Self::of(row.into(), urls)
    }
}

impl Variant {
    fn of(media: Id, note: &VariantNote, urls: &Urls) -> Self {
        Self {
            name: note.name.to_owned(),
            url: urls.variant(media, note),
            width: note.width,
            height: note.height,
            mime: note.mime().to_owned(),
            bytes: note.bytes,
        }
    }
}

/// Milliseconds as seconds.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "files last some days at the most")]
pub fn seconds(millis: Option<i64>) -> Option<f64> {
    millis.map(|millis| millis as f64 / 1000.0)
}

/// The stored focal point.
#[must_use]
pub fn focal_point(json: Option<&str>) -> Option<FocalPoint> {
    json.and_then(|json| serde_json::from_str(json).ok())
}

/// One media record.
#[derive(Serialize, ToSchema)]
pub struct PublicMediaAnswer {
    /// The record.
    pub data: PublicMedia,
    /// What belongs to the answer.
    pub meta: Meta,
}

/// Read a media record
///
/// Only media that something public uses: a live article, a public tag or author, the site. Everything else is 404.
#[utoipa::path(get, path = "/v1/media/{id}", tag = "media", params(("id" = String, Path, format = Uuid,
    description = "The record.")), responses((status = 200, description = "The record.", body = PublicMediaAnswer)))]
pub async fn get_media(
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
    _: Query<NoParams>,
) -> Result<HttpResponse, Problem> {
    let id = Id::parse(&id).ok_or_else(Error::not_found)?;
    let ((answer, cache), shows) = app
        .show(false, move |cx| {
            let (row, poster, until) = media::public(cx, id)?;
            let poster = poster.map(|poster| Picture::from_row(&poster, &cx.urls));
            let data = PublicMedia::from_row(&row, poster, &cx.urls);
            Ok((PublicMediaAnswer { data, meta: Meta::default() }, shown_until(until, cx.now)))
        })
        .await?;
    let bytes = serde_json::to_vec(&answer).map_err(Error::internal)?;
    Ok(Public::json(cache).show(&request, PublicBody::new(bytes), shows))
}

/// How long what is shown until then may be kept.
#[must_use]
pub fn shown_until(until: Time, now: Time) -> CacheControl {
    match until.some() {
        None => CacheControl::PUBLIC,
        Some(until) => CacheControl::shown_for(u64::try_from(until.seconds_since(now)).unwrap_or(0)),
    }
}
