//! What newsrooms say of their media: the members that clients write.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::faults::Faults;
use super::read::{Many, Number};
use super::{Field, Id, Line, Prose, Time, WebUrl};
use crate::error::{Error, Fault, FaultCode, Result};

/// The longest caption. Characters.
pub const MOST_CAPTION: usize = 1000;

/// Alternative text: what somebody who can't see the picture needs to know.
pub type Alt = Prose<500>;
/// What stands under a picture or film.
pub type Caption = Prose<MOST_CAPTION>;
/// A word or phrase that a record is found by.
pub type Keyword = Line<MAX_KEYWORD>;
/// All of them.
pub type Keywords = Many<Keyword, MAX_KEYWORDS>;

/// The longest keyword. Characters.
pub const MAX_KEYWORD: usize = 100;
/// Most keywords of a record.
pub const MAX_KEYWORDS: usize = 50;

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

super::words::words! {
    /// The shape of a picture or film, as shown.
    Orientation {
        /// Wider than high.
        Landscape = "landscape",
        /// Higher than wide.
        Portrait = "portrait",
        /// As wide as high.
        Square = "square",
    }

    /// How a picture, film or recording came to be: the words of IPTC's NewsCodes `digitalsourcetype`.
    DigitalSourceType {
        /// Captured from real life with a digital camera or recorder.
        DigitalCapture = "digitalCapture",
        /// Captured from real life, several frames put together by the device.
        ComputationalCapture = "computationalCapture",
        /// Digitised from a negative.
        NegativeFilm = "negativeFilm",
        /// Digitised from a slide.
        PositiveFilm = "positiveFilm",
        /// Digitised from a print.
        Print = "print",
        /// Edited by people, beyond what leaves its meaning as it was.
        HumanEdits = "humanEdits",
        /// Edited with a generative model.
        CompositeWithTrainedAlgorithmicMedia = "compositeWithTrainedAlgorithmicMedia",
        /// Enhanced by an algorithm that does not generate.
        AlgorithmicallyEnhanced = "algorithmicallyEnhanced",
        /// Made by people with digital tools.
        DigitalCreation = "digitalCreation",
        /// A picture of data.
        DataDrivenMedia = "dataDrivenMedia",
        /// Made by a generative model.
        TrainedAlgorithmicMedia = "trainedAlgorithmicMedia",
        /// Made by an algorithm without learned data.
        AlgorithmicMedia = "algorithmicMedia",
        /// What a screen showed.
        ScreenCapture = "screenCapture",
        /// A recording of a virtual event.
        VirtualRecording = "virtualRecording",
        /// Put together of several elements.
        Composite = "composite",
        /// Put together of elements that were all captured from real life.
        CompositeCapture = "compositeCapture",
        /// Put together of elements of which one at the least was generated.
        CompositeSynthetic = "compositeSynthetic",
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
        /// What may be done with it, in words; readers' frontends see it.
        usage_terms: Prose<2000>,
        /// How it came to be, by IPTC's words; readers' frontends see it.
        digital_source_type: DigitalSourceType,
        /// Until when the newsroom may use it. From this instant on the public sees nothing of it any more; the site's
        /// publish gate can ask that it has not passed.
        expires_at: Time,
        /// When it was taken; readers never hear of it.
        taken_at: Time,
        /// The point that every crop must keep; replaced as a whole.
        focal_point: FocalPoint,
        /// The picture to show before a film or recording starts, or for a document: media of kind image.
        poster: Id,
        /// The folder that it lies in; readers never hear of it.
        folder: Id,
        /// Words to find it by, for the newsroom alone; replaced as a whole.
        keywords: Keywords,
    }

    /// A video of another site, or a file to fetch: exactly one of `embed_url` and `url` must be given.
    pub struct MediaByAddress {
        /// The address of a video on YouTube, Vimeo or Dailymotion.
        embed_url: WebUrl,
        /// Where a file is to be fetched from, once. It must be on the open internet.
        url: WebUrl,
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
        /// What may be done with it, in words; readers' frontends see it.
        usage_terms: Prose<2000>,
        /// How it came to be, by IPTC's words; readers' frontends see it.
        digital_source_type: DigitalSourceType,
        /// Until when the newsroom may use it. From this instant on the public sees nothing of it any more; the site's
        /// publish gate can ask that it has not passed.
        expires_at: Time,
        /// When it was taken; readers never hear of it.
        taken_at: Time,
        /// The point that every crop of the poster must keep.
        focal_point: FocalPoint,
        /// The picture to show before it starts: media of kind image.
        poster: Id,
        /// The folder that it lies in; readers never hear of it.
        folder: Id,
        /// Words to find it by, for the newsroom alone; replaced as a whole.
        keywords: Keywords,
    }
}

/// Where a record comes from that is no upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A video of another site.
    Embed(WebUrl),
    /// A file that is to be fetched.
    File(WebUrl),
}

impl MediaByAddress {
    /// The address, and the rest.
    ///
    /// # Errors
    /// 422 unless exactly one address is given.
    pub fn split(self) -> Result<(Origin, MediaInput)> {
        let refused = |pointer, code, detail| Err(Error::invalid(vec![Fault::at(pointer, code, detail)]));
        let from = match (self.embed_url, self.url) {
            (Field::Null, _) => return refused("/embed_url", FaultCode::NotNull, "This can't be null."),
            (_, Field::Null) => return refused("/url", FaultCode::NotNull, "This can't be null."),
            (Field::Set(_), Field::Set(_)) => {
                return refused(
                    "/url",
                    FaultCode::Exclusive,
                    "Give the address of a video or that of a file, not both.",
                );
            }
            (Field::Absent, Field::Absent) => {
                return refused("/embed_url", FaultCode::Required, "Give `embed_url` or `url`.");
            }
            (Field::Set(url), Field::Absent) => Origin::Embed(url),
            (Field::Absent, Field::Set(url)) => Origin::File(url),
        };
        let input = MediaInput {
            title: self.title,
            alt: self.alt,
            caption: self.caption,
            credit: self.credit,
            creator: self.creator,
            copyright: self.copyright,
            license: self.license,
            usage_terms: self.usage_terms,
            digital_source_type: self.digital_source_type,
            expires_at: self.expires_at,
            taken_at: self.taken_at,
            focal_point: self.focal_point,
            poster: self.poster,
            folder: self.folder,
            keywords: self.keywords,
        };
        Ok((from, input))
    }
}
