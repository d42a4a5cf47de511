//! Filling a database with many plausible articles, for measuring: deterministic for a seed, and fast, because it
//! writes rows without asking the rules.

use serde_json::{Map, json};

use super::articles::{self, save};
use super::publishing::copy;
use super::{Actor, Cx};
use crate::error::{Error, Result};
use crate::model::{ArticleKind, BylineRole, Content, Credit, FromText, Id, Locale, Slug, TagKind, Time};
use crate::store::articles as store;
use crate::store::authors::{self, AuthorRow};
use crate::store::tags::{self, TagRow};
use crate::text::{Body, fold};

/// Words that stand in nearly every seeded article.
pub const COMMON_WORDS: &[&str] = &[
    "harbour",
    "council",
    "bridge",
    "election",
    "river",
    "market",
    "strike",
    "budget",
    "school",
    "festival",
    "storm",
    "railway",
    "museum",
    "doctor",
    "factory",
    "border",
    "treaty",
    "harvest",
    "library",
    "stadium",
    "minister",
    "court",
    "island",
    "mountain",
    "village",
    "engine",
    "signal",
    "garden",
    "theatre",
    "orchestra",
    "satellite",
    "glacier",
    "opens",
    "closes",
    "returns",
    "changes",
    "grows",
    "falls",
    "waits",
    "begins",
    "moves",
    "answers",
    "after",
    "before",
    "under",
    "against",
    "without",
    "between",
    "northern",
    "southern",
    "quiet",
    "late",
    "new",
    "old",
    "first",
    "last",
];

/// Articles about one place: its name is a word that few articles have, however many there are.
const ABOUT_A_PLACE: usize = 3;
const SYLLABLES: [&str; 10] = ["ba", "den", "fir", "go", "hul", "ka", "lim", "nor", "sot", "ve"];

/// The name of the place that the article with this number is about.
#[must_use]
pub fn place(number: usize) -> String {
    let place = number / ABOUT_A_PLACE;
    [1, 10, 100, 1_000, 10_000, 100_000].iter().map(|unit| SYLLABLES[place / unit % SYLLABLES.len()]).collect()
}

/// A small deterministic generator (SplitMix64); not for secrets.
pub struct Dice(u64);

impl Dice {
    /// From a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// For one part of what a seed makes.
    #[must_use]
    pub fn of(seed: u64, part: u64) -> Self {
        Self(Self(seed).next().wrapping_add(part))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % (n.max(1) as u64)).unwrap_or(0)
    }

    fn words(&mut self, count: usize) -> String {
        let picked: Vec<&str> = (0..count).map(|_| COMMON_WORDS[self.below(COMMON_WORDS.len())]).collect();
        picked.join(" ")
    }

    fn sentence(&mut self) -> String {
        let length = 8 + self.below(10);
        let words = self.words(length);
        format!("{}{}.", words[..1].to_uppercase(), &words[1..])
    }
}

/// What seeded articles refer to.
pub struct Surroundings {
    sections: Vec<Id>,
    tags: Vec<Id>,
    authors: Vec<Id>,
    media: Vec<Id>,
}

/// Makes five sections, `count` tags and twenty authors.
///
/// # Errors
/// The database's.
pub fn surroundings(cx: &mut Cx, dice: &mut Dice, count: usize, media: Vec<Id>) -> Result<Surroundings> {
    let mut made = Surroundings { sections: Vec::new(), tags: Vec::new(), authors: Vec::new(), media };
    for index in 0..count + 5 {
        let name = format!("{} {index}", dice.words(2));
        let kind = if index < 5 { TagKind::Section } else { TagKind::Topic };
        let row = TagRow {
            id: Id::new(),
            version: 1,
            kind,
            slug: Slug::make(&format!("seed {name} {}", cx.now.micros()), "tag").to_string(),
            sort_name: fold(&name),
            search_text: fold(&name),
            name,
            names: "{}".to_owned(),
            description: None,
            parent_id: None,
            uri: None,
            image_id: None,
            created_at: cx.now,
            updated_at: cx.now,
            synonyms: "[]".to_owned(),
        };
        if index < 5 {
            made.sections.push(row.id)
        } else {
            made.tags.push(row.id)
        }
        tags::insert(cx.conn, &row)?;
    }
    for index in 0..20 {
        let name = format!("{} {index}", dice.words(2));
        let row = AuthorRow {
            id: Id::new(),
            version: 1,
            slug: Slug::make(&format!("seed {name} {}", cx.now.micros()), "author").to_string(),
            sort_name: fold(&name),
            name,
            job_title: None,
            bio: None,
            avatar_id: None,
            links: "[]".to_owned(),
            created_at: cx.now,
            updated_at: cx.now,
        };
        made.authors.push(row.id);
        authors::insert(cx.conn, &row)?;
    }
    Ok(made)
}

/// How seeded articles are written.
pub struct Shape {
    /// Their language.
    pub locale: Locale,
    /// Paragraphs of about 500 bytes.
    pub paragraphs: usize,
}

/// Makes one live article with three tags, `number` minutes old.
///
/// # Errors
/// The database's.
pub fn article(cx: &mut Cx, dice: &mut Dice, all: &Surroundings, number: usize, shape: &Shape) -> Result<()> {
    let id = Id::new();
    let headline = dice.sentence();
    let slug = Slug::make(&format!("{headline} {number} {:x}", cx.now.micros() / 1_000), "article");
    let headline = FromText::from_text(&headline).map_err(|(_, detail)| Error::internal(detail))?;
    let mut content = Content::new(shape.locale.clone(), slug, headline);
    content.kind = ArticleKind::ALL[dice.below(ArticleKind::ALL.len())];
    content.standfirst = FromText::from_text(&dice.sentence()).ok();
    content.section = pick(dice, &all.sections);
    content.hero = pick(dice, &all.media);
    for _ in 0..3 {
        if let Some(tag) = pick(dice, &all.tags).filter(|tag| !content.tags.contains(tag)) {
            content.tags.push(tag);
        }
    }
    content.authors = pick(dice, &all.authors).map(|id| Credit { id, role: BylineRole::Writer }).into_iter().collect();
    content.custom = Map::new();
    let mut about = format!("In {}: ", place(number));
    let paragraphs: Vec<_> = (0..shape.paragraphs)
        .map(|_| {
            let text: Vec<String> = (0..6).map(|_| dice.sentence()).collect();
            let text = text.join(" ");
            let text = std::mem::take(&mut about) + &text;
            json!({ "_type": "block", "style": "normal", "markDefs": [],
                    "children": [{ "_type": "span", "text": text, "marks": [] }] })
        })
        .collect();
    let body = Body::parse(&json!(paragraphs)).map_err(Error::invalid)?;
    let at = cx.now.plus_seconds(-60 * i64::try_from(number).unwrap_or(0));
    write(cx, id, content, body, at)
}

fn pick(dice: &mut Dice, ids: &[Id]) -> Option<Id> {
    (!ids.is_empty()).then(|| ids[dice.below(ids.len())])
}

/// The working copy, its revision and its published copy, without events: nobody listens to seeding.
fn write(cx: &mut Cx, id: Id, content: Content, body: Body, at: Time) -> Result<()> {
    let actor = Actor::system();
    let mut article = articles::unsaved(cx, &actor, id, id, content, body);
    article.row.first_published_at = Some(at);
    save::prepare(&mut article, at)?;
    store::insert(cx.conn, &article.row)?;
    let change = save::Change::of_content("seed", "article.created");
    save::append(cx, &actor, &article, &change, save::Step { since: 0, fields: Vec::new() })?;
    let times = copy::Times {
        visible_from: at,
        ends_at: Time::NEVER,
        published_at: at,
        updated_at: at,
        first_published_at: at,
    };
    copy::make(cx, &article, &times)
}
