//! What newsrooms say of their media: the members that clients write.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::faults::Faults;
use super::read::Number;
use super::{Field, Id, Line, Prose, Time, WebUrl};

/// Alternative text: what somebody who can't see the picture needs to know.
pub type Alt = Prose<500>;
/// What stands under a picture or film.
pub type Caption = Prose<1000>;

/// The point of a picture that every crop must keep: parts of its width from the left and of its height from the top.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FocalPoint {
    /// 0 is the left edge, 1 the right one.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub x: f64,
    /// 0 is the upper edge, 1 the lower one.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub y: f64,
}

#[derive(Deserr)]
#[deserr(error = Faults, deny_unknown_fields)]
struct FocalPointInput {
    x: Number<0, 1>,
    y: Number<0, 1>,
}

impl Deserr<Faults> for FocalPoint {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Faults> {
        let point = FocalPointInput::deserialize_from_value(value, at)?;
        Ok(Self { x: point.x.0, y: point.y.0 })
    }
}

super::read::input! {
    /// What can be said of a media record. Everything is optional, and `null` clears it.
    pub struct MediaInput {
        /// The newsroom's name for it.
        title: Line<300>,
        /// Alternative text.
        alt: Alt,
        /// What stands under it.
        caption: Caption,
        /// Who is to be named beside it.
        credit: Line<300>,
        /// Who made it.
        creator: Line<300>,
        /// The copyright notice.
        copyright: Line<500>,
        /// Under which licence it may be used.
        license: Line<500>,
        /// Until when the newsroom may use it; the site's publish gate can ask that this has not passed.
        expires_at: Time,
        /// The point that every crop must keep; replaced as a whole.
        focal_point: FocalPoint,
        /// The picture to show before a film or recording starts, or for a document: media of kind image.
        poster: Id,
    }

    /// A video of another site.
    pub struct EmbedInput {
        /// The address of a video on YouTube, Vimeo or Dailymotion. Required.
        embed_url: WebUrl,
        /// The newsroom's name for it.
        title: Line<300>,
        /// Alternative text.
        alt: Alt,
        /// What stands under it.
        caption: Caption,
        /// Who is to be named beside it.
        credit: Line<300>,
        /// Who made it.
        creator: Line<300>,
        /// The copyright notice.
        copyright: Line<500>,
        /// Under which licence it may be used.
        license: Line<500>,
        /// Until when the newsroom may use it; the site's publish gate can ask that this has not passed.
        expires_at: Time,
        /// The point that every crop of the poster must keep.
        focal_point: FocalPoint,
        /// The picture to show before it starts: media of kind image.
        poster: Id,
    }
}

impl EmbedInput {
    /// The address, and the rest.
    #[must_use]
    pub fn split(self) -> (Field<WebUrl>, MediaInput) {
        let input = MediaInput {
            title: self.title,
            alt: self.alt,
            caption: self.caption,
            credit: self.credit,
            creator: self.creator,
            copyright: self.copyright,
            license: self.license,
            expires_at: self.expires_at,
            focal_point: self.focal_point,
            poster: self.poster,
        };
        (self.embed_url, input)
    }
}
