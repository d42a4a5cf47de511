//! What clients write of a tag.

use std::collections::BTreeMap;

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::faults::{Faults, not_null};
use super::field::{ByKey, Field};
use super::lines::{Line, Locale, Prose, Slug, WebUrl};
use super::read::{FromText, Many};
use super::schema::nullable;
use super::{Id, TagKind};
use crate::error::{Error, Fault, FaultCode, Result};

/// What a tag is called.
pub type TagName = Line<200>;

/// Most languages that a tag has a name in.
pub const MAX_NAMES: usize = 50;

/// Most synonyms of a tag.
pub const MAX_SYNONYMS: usize = 50;

/// How many levels of tags there are at the most, from a tag without a parent down.
pub const MAX_LEVELS: usize = 8;

/// A tag's names by language; `null` takes one away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamesInput(pub BTreeMap<String, Option<TagName>>);

impl Deserr<Faults> for NamesInput {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Faults> {
        let names = ByKey::<Field<TagName>>::deserialize_from_value(value, at)?.0;
        if names.len() > MAX_NAMES {
            let detail = format!("This object can have at most {MAX_NAMES} members.");
            return Err(Faults::one(at, FaultCode::TooLong, detail));
        }
        if !names.keys().all(|locale| Locale::from_text(locale).is_ok()) {
            let detail = "Every member of this object must be named by a language tag such as en or pt-BR.";
            return Err(Faults::one(at, FaultCode::InvalidFormat, detail));
        }
        Ok(Self(names.into_iter().map(|(locale, name)| (locale, name.set())).collect()))
    }
}

impl PartialSchema for NamesInput {
    fn schema() -> RefOr<Schema> {
        let name = AdditionalProperties::RefOr(nullable(TagName::schema()));
        let locale: ObjectBuilder = ObjectBuilder::new().schema_type(Type::String);
        let locale = locale.pattern(Some(Locale::PATTERN)).build();
        let object: ObjectBuilder = ObjectBuilder::new().schema_type(Type::Object);
        let object = object.max_properties(Some(MAX_NAMES)).property_names(Some(Schema::from(locale)));
        RefOr::T(object.additional_properties(Some(name)).into())
    }
}

impl ToSchema for NamesInput {
    fn name() -> std::borrow::Cow<'static, str> {
        "NamesInput".into()
    }
}

super::read::input! {
    /// What a client may write of a tag. In a PATCH (RFC 7396) an absent member stays, `null` clears, `names` merge.
    pub struct TagInput {
        /// What it is called where `names` has nothing better. The only member that a new tag needs.
        name: TagName,
        /// Address; made from the name where absent.
        slug: Slug,
        /// What it names; `topic` where absent.
        kind: TagKind,
        /// What it is called in other languages; `null` takes one away.
        names: NamesInput,
        /// What else it is called, for finding it; readers don't see these.
        synonyms: Many<TagName, MAX_SYNONYMS>,
        /// What it is about.
        description: Prose<2000>,
        /// The tag that this one belongs under; at most 8 levels. A section stands under a section only.
        parent: Id,
        /// What it names, in the web of data (Wikidata, IPTC Media Topics …).
        uri: WebUrl,
        /// Media of kind image.
        image: Id,
    }

    /// What `merge` takes.
    pub struct MergeTag {
        /// The tag that stays, of the same kind. Must be given.
        into: Id,
    }
}

impl TagInput {
    /// The faults of shape that the types can't see.
    ///
    /// # Errors
    /// [`crate::error::Code::InvalidBody`] with all of them.
    pub fn check(&self, creating: bool) -> Result<()> {
        let nulls = [("/name", self.name.is_null()), ("/slug", self.slug.is_null()), ("/kind", self.kind.is_null())];
        check_required(creating && self.name.is_absent(), &nulls)
    }
}

/// 422 for a missing `name` and for members that can't be `null`.
///
/// # Errors
/// [`crate::error::Code::InvalidBody`].
pub(super) fn check_required(name_is_missing: bool, nulls: &[(&str, bool)]) -> Result<()> {
    let mut faults = not_null(nulls);
    if name_is_missing {
        faults.push(Fault::at("/name", FaultCode::Required, "This member must be given."));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}
