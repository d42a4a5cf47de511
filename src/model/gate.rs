//! The publish gate: what the site asks for before an article is published.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::read::input;

/// What must be there before an article is published or scheduled, whoever does it. All off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own, by its name on the wire")]
pub struct PublishGate {
    /// A standfirst.
    pub standfirst: bool,
    /// A section.
    pub section: bool,
    /// Authors, or a byline as printed.
    pub byline: bool,
    /// One tag at the least.
    pub tags: bool,
    /// A body.
    pub body: bool,
    /// A main picture.
    pub hero: bool,
    /// An alternative text of the main picture, where there is one.
    pub hero_alt: bool,
    /// A credit of the main picture, where there is one.
    pub hero_credit: bool,
    /// No picture, film or recording whose `expires_at` lies before the publication.
    pub rights_valid: bool,
    /// The approval of this very version.
    pub approved: bool,
}

input! {
    /// What must be there before an article is published or scheduled; merged rule by rule, `null` turns one off.
    pub struct PublishGateInput {
        /// A standfirst.
        standfirst: bool,
        /// A section.
        section: bool,
        /// Authors, or a byline as printed.
        byline: bool,
        /// One tag at the least.
        tags: bool,
        /// A body.
        body: bool,
        /// A main picture.
        hero: bool,
        /// An alternative text of the main picture, where there is one.
        hero_alt: bool,
        /// A credit of the main picture, where there is one.
        hero_credit: bool,
        /// No picture, film or recording whose `expires_at` lies before the publication.
        rights_valid: bool,
        /// The approval of this very version.
        approved: bool,
    }
}

impl PublishGateInput {
    /// Turns the rules that were given on and off.
    pub fn apply(self, gate: &mut PublishGate) {
        let rules = [
            (self.standfirst, &mut gate.standfirst),
            (self.section, &mut gate.section),
            (self.byline, &mut gate.byline),
            (self.tags, &mut gate.tags),
            (self.body, &mut gate.body),
            (self.hero, &mut gate.hero),
            (self.hero_alt, &mut gate.hero_alt),
            (self.hero_credit, &mut gate.hero_credit),
            (self.rights_valid, &mut gate.rights_valid),
            (self.approved, &mut gate.approved),
        ];
        for (given, rule) in rules {
            if let Some(value) = given.given() {
                *rule = value.unwrap_or(false);
            }
        }
    }
}
