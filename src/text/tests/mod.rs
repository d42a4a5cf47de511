//! Tests of the whole module: properties over generated bodies, hostile input, and what the API promises.

mod convert;
mod hostile;
mod properties;
mod reading;
mod rendering;
mod schema;

use serde_json::Value;
use uuid::Uuid;

use super::*;
use crate::error::Place;

/// The body that this JSON describes.
#[track_caller]
fn body(json: Value) -> Body {
    Body::parse(&json).unwrap()
}

/// The places and codes of this JSON's faults, as `pointer code`.
#[track_caller]
fn faults(json: &Value) -> Vec<String> {
    let faults = Body::parse(json).unwrap_err();
    faults
        .iter()
        .map(|fault| match &fault.place {
            Place::Pointer(pointer) => format!("{pointer} {}", fault.code),
            place => panic!("{place:?}"),
        })
        .collect()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Knows media and articles below 100: images 1–9, videos 10–19 (15 on YouTube), audio 20–29, articles 30–39.
struct Newsroom;

impl Resolve for Newsroom {
    fn media(&self, id: Uuid) -> Option<Asset> {
        let kind = match id.as_u128() {
            1..=9 => AssetKind::Image,
            10..=19 => AssetKind::Video,
            20..=29 => AssetKind::Audio,
            _ => return None,
        };
        Some(Asset {
            id,
            kind,
            url: format!("/media/{id}/file"),
            file_name: "file".to_owned(),
            alt: Some("record's alt".to_owned()),
            caption: Some("record's caption".to_owned()),
            credit: Some("A. Photographer".to_owned()),
            width: Some(800),
            height: Some(600),
            embed: (id.as_u128() == 15).then(|| embed::embed("https://youtu.be/dQw4w9WgXcQ").unwrap()),
            ..Asset::default()
        })
    }

    fn article(&self, id: Uuid) -> Option<ArticleLink> {
        let known = (30..40).contains(&id.as_u128());
        known.then(|| ArticleLink {
            id,
            slug: "bridge".to_owned(),
            url: "https://example.org/bridge".to_owned(),
            headline: "Mayor <opens> bridge".to_owned(),
        })
    }
}
