//! Pictures and films in the words of schema.org.

use serde_json::Value;

use super::node::Node;
use crate::http::public::media::PublicMedia;
use crate::model::{DigitalSourceType, Time};
use crate::text::player_address;

/// The crops that search engines ask for, widest first.
const CROPS: [&str; 3] = ["16x9-", "4x3-", "1x1-"];

/// A picture.
#[must_use]
pub fn picture(media: &PublicMedia) -> Value {
    let node = Node::of_type("ImageObject").with("url", media.url.as_deref()).with("contentUrl", media.url.as_deref());
    let node = sized(node, media.width, media.height).with("encodingFormat", media.mime.as_deref());
    rights(node, media)
        .with("caption", media.caption.as_deref().or(media.alt.as_deref()))
        .with("digitalSourceType", media.digital_source_type.and_then(source_type))
        .into()
}

/// A picture as a whole, and its widest crop of each shape.
#[must_use]
pub fn pictures(media: &PublicMedia) -> Vec<Value> {
    let mut all = vec![picture(media)];
    for shape in CROPS {
        let crops =
            media.variants.iter().filter(|variant| variant.name.starts_with(shape) && variant.mime == "image/jpeg");
        if let Some(widest) = crops.max_by_key(|variant| variant.width) {
            let node = Node::of_type("ImageObject").with("url", widest.url.as_str());
            let node = node.with("contentUrl", widest.url.as_str());
            let node = sized(node, Some(widest.width), Some(widest.height));
            all.push(rights(node, media).into());
        }
    }
    all
}

/// A film. What it lacks of its own it takes from its article: a name, a sentence, a picture and a time of publication.
#[must_use]
pub fn film(media: &PublicMedia, instead: (&str, Option<&str>, Option<&str>), published_at: Time) -> Value {
    let (name, sentence, picture) = instead;
    let poster = media.poster.as_ref().and_then(|poster| poster.url.as_deref()).or(picture);
    let player = media.embed.as_ref().and_then(player_address);
    let duration = media.duration_seconds.map(|seconds| format!("PT{seconds:.0}S"));
    let node = Node::of_type("VideoObject")
        .with("name", media.title.as_deref().unwrap_or(name))
        .with("description", media.caption.as_deref().or(media.alt.as_deref()).or(sentence).unwrap_or(name))
        .with("thumbnailUrl", poster)
        .with("uploadDate", published_at.to_string())
        .with("duration", duration)
        .with("contentUrl", media.url.as_deref())
        .with("embedUrl", player)
        .with("url", media.embed.as_ref().map(|embed| embed.url.as_str()));
    sized(rights(node, media), media.width, media.height).into()
}

/// Pixels, as schema.org counts them: `E37` is their code in UN/CEFACT's list of units.
fn sized(node: Node, width: Option<i32>, height: Option<i32>) -> Node {
    let pixels =
        |count| -> Value { Node::of_type("QuantitativeValue").with("value", count).with("unitCode", "E37").into() };
    node.with("width", width.map(pixels)).with("height", height.map(pixels))
}

fn rights(node: Node, media: &PublicMedia) -> Node {
    let creator = media.creator.as_deref().map(|name| Value::from(Node::of_type("Person").with("name", name)));
    let license = media.license.as_deref().filter(|text| text.starts_with("https://") || text.starts_with("http://"));
    node.with("creditText", media.credit.as_deref())
        .with("creator", creator)
        .with("copyrightNotice", media.copyright.as_deref())
        .with("license", license)
}

/// The member of schema.org's `IPTCDigitalSourceEnumeration`, where there is one.
const fn source_type(of: DigitalSourceType) -> Option<&'static str> {
    Some(match of {
        DigitalSourceType::DigitalCapture => "https://schema.org/DigitalCaptureDigitalSource",
        DigitalSourceType::ComputationalCapture => "https://schema.org/MultiFrameComputationalCaptureDigitalSource",
        DigitalSourceType::NegativeFilm => "https://schema.org/NegativeFilmDigitalSource",
        DigitalSourceType::PositiveFilm => "https://schema.org/PositiveFilmDigitalSource",
        DigitalSourceType::Print => "https://schema.org/PrintDigitalSource",
        DigitalSourceType::HumanEdits => "https://schema.org/MinorHumanEditsDigitalSource",
        DigitalSourceType::CompositeWithTrainedAlgorithmicMedia => {
            "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource"
        }
        DigitalSourceType::AlgorithmicallyEnhanced => "https://schema.org/AlgorithmicallyEnhancedDigitalSource",
        DigitalSourceType::DigitalCreation => "https://schema.org/DigitalArtDigitalSource",
        DigitalSourceType::DataDrivenMedia => "https://schema.org/DataDrivenMediaDigitalSource",
        DigitalSourceType::TrainedAlgorithmicMedia => "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
        DigitalSourceType::AlgorithmicMedia => "https://schema.org/AlgorithmicMediaDigitalSource",
        DigitalSourceType::ScreenCapture => "https://schema.org/ScreenCaptureDigitalSource",
        DigitalSourceType::VirtualRecording => "https://schema.org/VirtualRecordingDigitalSource",
        DigitalSourceType::CompositeCapture => "https://schema.org/CompositeCaptureDigitalSource",
        DigitalSourceType::CompositeSynthetic => "https://schema.org/CompositeSyntheticDigitalSource",
        DigitalSourceType::Composite => return None,
    })
}
