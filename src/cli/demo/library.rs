//! What lies in the library of the demo newsroom, as `newsroom.json` describes it.

use serde::Deserialize;

/// A picture and what is written under it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    /// What others name it by, and the name to draw it by.
    pub key: String,
    /// The name of the file as a client would send it, to be made safe like any other.
    pub file_name: String,
    /// Its title in the media library.
    pub title: String,
    /// What is to be seen, for those who do not see it.
    pub alt: String,
    /// The line under it.
    pub caption: String,
    /// Whose work it is.
    pub credit: String,
}

/// A film or a sound, and what goes with it. Its files are among those that are kept in `films`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// What others name it by.
    pub key: String,
    /// Its file.
    pub file: String,
    /// The name of the file as a client would send it.
    pub file_name: String,
    /// Its title.
    pub title: String,
    /// The line under it.
    pub caption: String,
    /// Whose work it is.
    pub credit: String,
    /// The still picture of a film.
    #[serde(default)]
    pub poster: Option<Poster>,
    /// The texts that run along with it.
    #[serde(default)]
    pub tracks: Vec<Track>,
}

/// The still picture of a film.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Poster {
    /// Its file.
    pub file: String,
    /// What is to be seen, for those who do not see it.
    pub alt: String,
}

/// A text that runs along with a film or a sound (WebVTT).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// Its file.
    pub file: String,
    /// `subtitles`, `captions`, `descriptions` or `chapters`.
    pub kind: String,
    /// `en` or `es`.
    pub language: String,
    /// What players call it.
    pub label: String,
    /// Whether players show it unless readers chose another one.
    #[serde(default)]
    pub default: bool,
}

/// A video that stands elsewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Video {
    /// What others name it by.
    pub key: String,
    /// The address of its page.
    pub embed_url: String,
    /// Its title.
    pub title: String,
    /// The line under it.
    pub caption: String,
    /// Whose work it is.
    pub credit: String,
}
