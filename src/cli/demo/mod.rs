//! What the demo newsroom consists of: the texts of `newsroom.json`, the pictures drawn by [`pictures`], and a film and
//! a sound. Nothing here knows the database; whoever fills one resolves the keys, in the order of the file.

mod canvas;
pub mod fill;
mod landscapes;
mod library;
pub mod pictures;
mod stock;
mod townscapes;

use serde::Deserialize;
use serde_json::Value;

pub use library::{Picture, Poster, Recording, Track, Video};

/// A small newsroom, whole. Records name each other by `key`; the keys of sections and tags are one set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newsroom {
    /// The site itself.
    pub site: Site,
    /// The sections, in the order of the menu.
    pub sections: Vec<Section>,
    /// All other tags.
    pub tags: Vec<Tag>,
    /// Who writes.
    pub authors: Vec<Author>,
    /// The pictures; their keys are the names that [`pictures::draw`] knows.
    pub pictures: Vec<Picture>,
    /// Films and sounds of its own.
    pub recordings: Vec<Recording>,
    /// Videos that stand elsewhere.
    pub videos: Vec<Video>,
    /// The articles. An article comes after the one that it translates; related ones may come later.
    pub articles: Vec<Article>,
    /// The front pages.
    pub collections: Vec<Collection>,
}

/// What the site is called.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence or two.
    pub description: String,
}

/// A name in both languages of the newsroom.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// In English.
    pub en: String,
    /// In Spanish.
    pub es: String,
}

/// A tag of the kind `section`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// What others name it by.
    pub key: String,
    /// What readers see.
    pub names: Names,
    /// What belongs in it.
    pub description: String,
}

/// A tag of any other kind.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// What others name it by.
    pub key: String,
    /// `topic`, `person`, `place`, `organization`, `event` or `series`.
    pub kind: String,
    /// What readers see.
    pub names: Names,
    /// Who or what it is.
    #[serde(default)]
    pub description: Option<String>,
}

/// Somebody who signs articles.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// What others name it by.
    pub key: String,
    /// The name in the byline.
    pub name: String,
    /// What the person does here.
    pub job_title: String,
    /// Who the person is, in a sentence or two.
    pub bio: String,
}

/// An article in one language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// What others name it by.
    pub key: String,
    /// `en` or `es`.
    pub locale: String,
    /// The article that it translates.
    #[serde(default)]
    pub translation_of: Option<String>,
    /// `news`, `analysis`, `opinion`, `feature`, `review`, `interview`, `live`, `video`, `gallery` or `sponsored`.
    pub kind: String,
    /// The few words above the headline.
    pub kicker: String,
    /// The headline.
    pub headline: String,
    /// The sentence or two below it.
    pub standfirst: String,
    /// The text, in Markdown (CommonMark).
    pub body_markdown: String,
    /// The key of its section.
    pub section: String,
    /// The keys of its tags, in order.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Its byline, in order.
    #[serde(default)]
    pub authors: Vec<Credit>,
    /// The key of its main picture.
    pub hero: String,
    /// The key of the film or video that is recommended beside it.
    #[serde(default)]
    pub recommended_video: Option<String>,
    /// The key of the sound that is heard after its first paragraph.
    #[serde(default)]
    pub sound: Option<String>,
    /// The keys of related articles, in order.
    #[serde(default)]
    pub related: Vec<String>,
    /// Where it was written.
    #[serde(default)]
    pub dateline: Option<Dateline>,
    /// Where it was taken from.
    #[serde(default)]
    pub source: Option<Source>,
    /// What a colleague says of it.
    #[serde(default)]
    pub comment: Option<Value>,
    /// Whether it stands at the top of the front page.
    #[serde(default)]
    pub featured: bool,
    /// Whether it is breaking news.
    #[serde(default)]
    pub breaking: bool,
    /// `free`, `registered` or `subscriber`.
    pub access: String,
    /// It was published so many hours ago.
    #[serde(default)]
    pub hours_ago: Option<u32>,
    /// It will be published in so many hours. Without either it is a draft.
    #[serde(default)]
    pub hours_ahead: Option<u32>,
    /// What was put right after publication.
    #[serde(default)]
    pub correction: Option<Correction>,
    /// The key of the article whose place it takes.
    #[serde(default)]
    pub supersedes: Option<String>,
    /// A standfirst that was saved after publication and is not public yet: translations are behind it.
    #[serde(default)]
    pub later_standfirst: Option<String>,
    /// The updates of a live blog, in the order in which they were written.
    #[serde(default)]
    pub updates: Vec<Update>,
}

/// A front page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// The last part of its address.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub description: String,
    /// `en` or `es`.
    pub locale: String,
    /// How many articles it shows at the most.
    pub size: u32,
    /// The articles that were put there by hand, in order.
    pub items: Vec<Item>,
    /// The kinds of those that take the other places; any where there is none.
    pub kinds: Vec<String>,
}

/// An article that was put on a front page by hand.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The key of the article.
    pub article: String,
    /// The place that it is pinned to.
    #[serde(default)]
    pub slot: Option<u32>,
    /// What stands above it there, instead of its headline.
    #[serde(default)]
    pub headline: Option<String>,
}

/// An update of a live blog.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// It happened so many minutes after the article was published.
    pub minutes: u32,
    /// Its main line.
    #[serde(default)]
    pub headline: Option<String>,
    /// The text, in Markdown (CommonMark).
    pub body_markdown: String,
    /// Whether it stays at the top.
    #[serde(default)]
    pub pinned: bool,
    /// Whether it is one of the turning points.
    #[serde(default)]
    pub key_event: bool,
    /// Whether it is held back.
    #[serde(default)]
    pub draft: bool,
    /// The key of the author who signs it.
    #[serde(default)]
    pub author: Option<String>,
}

/// One name in a byline.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// The key of the author.
    pub key: String,
    /// `writer`, `reporter`, `editor`, `photographer` or `translator`.
    pub role: String,
}

/// Where an article was written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dateline {
    /// As it is printed.
    pub text: String,
    /// The town.
    #[serde(default)]
    pub city: Option<String>,
    /// The country (ISO 3166-1, two letters).
    #[serde(default)]
    pub country: Option<String>,
    /// Degrees north (WGS 84).
    #[serde(default)]
    pub latitude: Option<f64>,
    /// Degrees east (WGS 84).
    #[serde(default)]
    pub longitude: Option<f64>,
}

/// Where an article was taken from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Who published it first.
    pub name: String,
    /// Where.
    pub url: String,
}

/// What was put right in an article.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// `correction`, `clarification`, `update` or `retraction`.
    pub kind: String,
    /// What readers are told.
    pub text: String,
}

/// The newsroom of `newsroom.json`.
///
/// # Errors
/// The file does not have the form of [`Newsroom`], which the tests rule out.
pub fn newsroom() -> Result<Newsroom, serde_json::Error> {
    serde_json::from_str(include_str!("newsroom.json"))
}

#[cfg(test)]
mod tests;
