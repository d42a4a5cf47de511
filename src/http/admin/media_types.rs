//! What editors see of media.

use serde::Serialize;
use utoipa::ToSchema;

use crate::crypto::signed_url;
use crate::domain::Cx;
use crate::domain::media::{MediaView, Use};
use crate::http::list::{Links, Meta, PageMeta};
use crate::http::public::media::{Picture, PublicMedia, Track, Variant};
use crate::model::{DigitalSourceType, FocalPoint, Id, MediaKind, Time, Urls};
use crate::store::media::MediaRow;
use crate::text::embed::EmbedInfo;

/// How long the addresses of files work that editors get, at the least. Seconds.
const SIGNED_FOR: i64 = 3_600;

/// The addresses of a file stay the same for so long, that browsers need not fetch it for each answer again. Seconds.
const SIGNED_ALIKE: i64 = 300;

/// A picture, film, recording or document, as editors see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Media {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// Counts the changes, from 1; the resource's ETag.
    #[schema(minimum = 1)]
    pub version: i64,
    /// What it is.
    pub kind: MediaKind,
    /// The newsroom's name for it.
    pub title: Option<String>,
    /// Where the file is that the public gets, signed for an hour; `null` for a video of another site.
    #[schema(format = "uri")]
    pub url: Option<String>,
    /// Where the bytes are as they were uploaded, signed for an hour; never public.
    #[schema(format = "uri")]
    pub original_url: Option<String>,
    /// What the file is called; `null` for a video of another site.
    pub file_name: Option<String>,
    /// Its media type (RFC 6838), found out from its content.
    pub mime: Option<String>,
    /// The length of the file that the public gets, in bytes.
    #[schema(minimum = 0)]
    pub bytes: Option<i64>,
    /// The SHA-256 of the bytes as they were uploaded, in hex.
    pub sha256: Option<String>,
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
    /// How it came to be, by IPTC's words.
    pub digital_source_type: Option<DigitalSourceType>,
    /// Until when the newsroom may use it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Time>,
    /// Whether that has passed: the public sees nothing of it any more.
    pub expired: bool,
    /// When it was taken, as its file said or an editor knows; readers never hear of it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub taken_at: Option<Time>,
    /// The point that every crop must keep.
    pub focal_point: Option<FocalPoint>,
    /// A tiny stand-in until the picture is here: a ThumbHash in base64.
    pub placeholder: Option<String>,
    /// The picture's main colour, `#rrggbb`.
    pub dominant_color: Option<String>,
    /// The same picture in other sizes and formats.
    pub variants: Vec<Variant>,
    /// The variants for an HTML `srcset`; `null` without any.
    pub srcset: Option<String>,
    /// The picture to show before a film or recording starts.
    pub poster: Option<Picture>,
    /// Subtitles, captions, descriptions and chapters.
    #[schema(max_items = 50)]
    pub tracks: Vec<Track>,
    /// The player of a video of another site.
    pub embed: Option<EmbedInfo>,
    /// The folder that it lies in; readers never hear of it.
    pub folder: Option<FolderName>,
    /// Words to find it by; readers never hear of them.
    #[schema(max_items = 50)]
    pub keywords: Vec<String>,
    /// When its file took the place of another one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub replaced_at: Option<Time>,
    /// Who made the record.
    pub owner: Option<MediaOwner>,
    /// When the record was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// The folder of a media record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FolderName {
    /// The folder.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// Its name.
    pub name: String,
}

/// Who made a media record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MediaOwner {
    /// The user.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// Their name.
    pub name: String,
}

/// One media record.
#[derive(Serialize, ToSchema)]
pub struct MediaAnswer {
    /// The record.
    pub data: Media,
    /// What belongs to the answer.
    pub meta: Meta,
}

/// What came of an upload.
#[derive(Serialize, ToSchema)]
pub struct UploadAnswer {
    /// The record: a new one, or the one that was here.
    pub data: Media,
    /// What belongs to the answer.
    pub meta: UploadMeta,
}

/// What came of an upload.
#[derive(Serialize, ToSchema)]
pub struct UploadMeta {
    /// Whether the same bytes, or the same video, were here already.
    pub duplicate: bool,
}

/// A part of the list of media.
#[derive(Serialize, ToSchema)]
pub struct MediaPage {
    /// The records.
    pub data: Vec<Media>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Addresses of the other parts.
    pub links: Links,
}

/// What uses a media record.
#[derive(Serialize, ToSchema)]
pub struct MediaUsageAnswer {
    /// Its users: at most 100 of each kind.
    pub data: Vec<Use>,
    /// What belongs to the answer.
    pub meta: Meta,
}

impl Media {
    /// What editors see of a record, with addresses that work for an hour from now.
    #[must_use]
    pub fn of(view: &MediaView, cx: &Cx) -> Self {
        let MediaView { row, poster, folder, owner } = view;
        let urls = signed_urls(&cx.urls, cx.media_key, cx.now);
        let poster = poster.as_ref().map(|poster| Picture::from_row(poster, &urls));
        let public = PublicMedia::from_row(row, poster, &urls);
        Self {
            id: row.id,
            version: row.version,
            kind: row.kind,
            title: public.title,
            url: public.url,
            original_url: original_url(row, cx),
            file_name: public.file_name,
            mime: public.mime,
            bytes: public.bytes,
            sha256: row.sha256.clone(),
            width: public.width,
            height: public.height,
            duration_seconds: public.duration_seconds,
            codecs: public.codecs,
            alt: public.alt,
            caption: public.caption,
            credit: public.credit,
            creator: public.creator,
            copyright: public.copyright,
            license: public.license,
            usage_terms: public.usage_terms,
            digital_source_type: public.digital_source_type,
            expires_at: row.expires_at,
            expired: row.is_over(cx.now),
            taken_at: row.taken_at,
            focal_point: public.focal_point,
            placeholder: public.placeholder,
            dominant_color: public.dominant_color,
            variants: public.variants,
            srcset: public.srcset,
            poster: public.poster,
            tracks: public.tracks,
            embed: public.embed,
            folder: folder.clone().map(|(id, name)| FolderName { id, name }),
            keywords: serde_json::from_str(&row.keywords).unwrap_or_default(),
            replaced_at: row.replaced_at,
            owner: owner.clone().map(|(id, name)| MediaOwner { id, name }),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The addresses that editors get: those of files work for an hour from now (and up to five minutes more), whether they
/// are public or not.
#[must_use]
pub fn signed_urls(urls: &Urls, key: [u8; 32], now: Time) -> Urls {
    urls.signing(key, signed_until(now))
}

/// When an address that is signed now ends, in seconds since 1970: on a whole multiple of [`SIGNED_ALIKE`].
fn signed_until(now: Time) -> i64 {
    let end = now.unix().saturating_add(SIGNED_FOR);
    end.saturating_add((-end).rem_euclid(SIGNED_ALIKE))
}

/// The signed address of the bytes as they were uploaded.
fn original_url(row: &MediaRow, cx: &Cx) -> Option<String> {
    let path = Urls::original_path(row.id, row.file_name.as_deref()?);
    Some(format!("{}{path}?{}", cx.urls.api, signed_url::sign(&cx.media_key, &path, signed_until(cx.now))))
}
