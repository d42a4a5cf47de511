//! The settings of the site as clients write them.

use std::collections::BTreeMap;

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::actions::required;
use super::entitlement::{EntitlementKey, EntitlementKeyInput, MAX_ENTITLEMENT_KEYS, keys};
use super::faults::{Faults, not_null};
use super::gate::PublishGateInput;
use super::read::{FromText, Many, input};
use super::schema::{collect, nullable, schema_of};
use super::{ByKey, Field, Id, Line, Locale, Prose, Role, ShareNetwork, WebUrl};
use crate::error::{Error, Fault, FaultCode, Result};

/// Most locales of a site.
pub const MAX_LOCALES: usize = 50;
/// Most links to principles.
pub const MAX_PRINCIPLES: usize = 20;
/// Share networks: each at most once.
pub const MAX_NETWORKS: usize = ShareNetwork::ALL.len();

/// Roles that need a second factor: all there are.
pub const MAX_ROLES: usize = Role::ALL.len();

/// One label, as it is printed.
pub type LabelText = Line<100>;

input! {
    /// The labels of one locale that differ from the built-in ones; `null` brings the built-in one back.
    pub struct LabelsInput {
        /// The link that leads keyboards past the menu.
        skip_to_content: LabelText,
        /// Above the recommended video.
        recommended_video: LabelText,
        /// Above the related articles.
        related: LabelText,
        /// Above the share buttons.
        share: LabelText,
        /// Above the most viewed articles.
        popular: LabelText,
    }

    /// A link to how the newsroom works.
    pub struct PrincipleInput {
        /// The text of the link. Must be given.
        title: Line<200>,
        /// Where it leads. Must be given.
        url: WebUrl,
    }

    /// The settings of the site.
    pub struct SiteInput {
        /// The name of the publication.
        name: Line<200>,
        /// What it is, in a sentence or two; `null` empties it.
        description: Prose<1000>,
        /// The locales that articles can be in, in the order in which an article is looked for. One in use stays.
        locales: Many<Locale, MAX_LOCALES>,
        /// The locale whose addresses carry no locale; one of `locales`.
        default_locale: Locale,
        /// Labels by locale. A locale that is left out stays as it is; `null` brings all its built-in ones back.
        labels: LabelsByLocale,
        /// Where readers can share, in the order of the buttons.
        share_networks: Many<ShareNetwork, MAX_NETWORKS>,
        /// Links to how the newsroom works, in order.
        principles: Many<PrincipleInput, MAX_PRINCIPLES>,
        /// The picture that stands for the publication; `null` for none.
        logo: Id,
        /// What must be there before an article is published. A rule that is left out stays as it is.
        publish_gate: PublishGateInput,
        /// The keys whose tokens let readers read whole bodies; several while one takes the place of another. The list
        /// replaces the one there is. They are never public.
        entitlement_keys: Many<EntitlementKeyInput, MAX_ENTITLEMENT_KEYS>,
        /// The roles that need a second factor. Who has none can then only set it up. Takes a sign-in within the last 15
        /// minutes; not your own role before you have a second factor yourself.
        require_totp: Many<Role, MAX_ROLES>,
    }
}

/// Labels by locale; `null` takes those of a locale away.
#[derive(Clone, Debug, Default)]
pub struct LabelsByLocale(pub BTreeMap<String, Option<LabelsInput>>);

impl Deserr<Faults> for LabelsByLocale {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Faults> {
        let labels = ByKey::<Field<LabelsInput>>::deserialize_from_value(value, at)?.0;
        if labels.len() > MAX_LOCALES {
            let detail = format!("This object can have at most {MAX_LOCALES} members.");
            return Err(Faults::one(at, FaultCode::TooLong, detail));
        }
        if !labels.keys().all(|locale| Locale::from_text(locale).is_ok()) {
            let detail = "Every member of this object must be named by a language tag such as en or pt-BR.";
            return Err(Faults::one(at, FaultCode::InvalidFormat, detail));
        }
        Ok(Self(labels.into_iter().map(|(locale, labels)| (locale, labels.set())).collect()))
    }
}

impl PartialSchema for LabelsByLocale {
    fn schema() -> RefOr<Schema> {
        let labels = AdditionalProperties::RefOr(nullable(schema_of::<LabelsInput>()));
        let locale: ObjectBuilder = ObjectBuilder::new().schema_type(Type::String);
        let locale = locale.pattern(Some(Locale::PATTERN)).build();
        let object: ObjectBuilder = ObjectBuilder::new().schema_type(Type::Object);
        let object = object.max_properties(Some(MAX_LOCALES)).property_names(Some(Schema::from(locale)));
        RefOr::T(object.additional_properties(Some(labels)).into())
    }
}

impl ToSchema for LabelsByLocale {
    fn name() -> std::borrow::Cow<'static, str> {
        "LabelsByLocale".into()
    }

    fn schemas(out: &mut Vec<(String, RefOr<Schema>)>) {
        collect::<LabelsInput>(out);
    }
}

/// A link to how the newsroom works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Principle {
    /// The text of the link.
    #[schema(max_length = 200)]
    pub title: String,
    /// Where it leads.
    #[schema(format = "uri")]
    pub url: String,
}

impl SiteInput {
    /// What the shape alone can tell.
    ///
    /// # Errors
    /// 422 for `null`, for what is missing, and for what stands twice.
    pub fn check(&self) -> Result<()> {
        let nulls = [
            ("/name", self.name.is_null()),
            ("/locales", self.locales.is_null()),
            ("/default_locale", self.default_locale.is_null()),
            ("/labels", self.labels.is_null()),
            ("/share_networks", self.share_networks.is_null()),
            ("/principles", self.principles.is_null()),
            ("/publish_gate", self.publish_gate.is_null()),
            ("/entitlement_keys", self.entitlement_keys.is_null()),
            ("/require_totp", self.require_totp.is_null()),
        ];
        let mut faults = not_null(&nulls);
        if let Field::Set(locales) = &self.locales {
            faults.extend(twice("/locales", &locales.0));
            if locales.0.is_empty() {
                faults.push(Fault::at("/locales", FaultCode::TooShort, "A site has one locale at the least."));
            }
        }
        if let Field::Set(networks) = &self.share_networks {
            faults.extend(twice("/share_networks", &networks.0));
        }
        if let Field::Set(roles) = &self.require_totp {
            faults.extend(twice("/require_totp", &roles.0));
        }
        principles(self, &mut faults);
        if let Field::Set(given) = &self.entitlement_keys {
            keys(&given.0, &mut faults);
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
    }

    /// The principles, if they are given; sound ones only.
    #[must_use]
    pub fn principles(&self) -> Option<Vec<Principle>> {
        matches!(self.principles, Field::Set(_)).then(|| principles(self, &mut Vec::new()))
    }

    /// The keys of readers' tokens, if they are given; sound ones only.
    #[must_use]
    pub fn entitlement_keys(&self) -> Option<Vec<EntitlementKey>> {
        let Field::Set(given) = &self.entitlement_keys else { return None };
        Some(keys(&given.0, &mut Vec::new()))
    }
}

fn principles(input: &SiteInput, faults: &mut Vec<Fault>) -> Vec<Principle> {
    let Field::Set(list) = &input.principles else { return Vec::new() };
    let read = |(at, one): (usize, &PrincipleInput)| {
        let title = required(&format!("/principles/{at}/title"), one.title.clone(), faults);
        let url = required(&format!("/principles/{at}/url"), one.url.clone(), faults);
        title.zip(url).map(|(title, url)| Principle { title: title.into(), url: url.into() })
    };
    list.0.iter().enumerate().filter_map(read).collect()
}

fn twice<T: PartialEq>(pointer: &str, list: &[T]) -> Vec<Fault> {
    let again = list.iter().enumerate().filter(|(at, value)| list[..*at].contains(value));
    again.map(|(at, _)| Fault::at(format!("{pointer}/{at}"), FaultCode::Duplicate, "This stands twice.")).collect()
}
