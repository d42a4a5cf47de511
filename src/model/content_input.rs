//! The parts of an article as clients write them: bodies in three forms, and people of the byline.

use deserr::{Deserr, IntoValue, Value, ValueKind, ValuePointerRef};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Ref, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::article::Credit;
use super::faults::{Faults, pointer};
use super::read::{FromText, Wrong, from_text, wrong, wrong_kind};
use super::schema::{collect, nullable};
use super::{BylineRole, Id};
use crate::error::FaultCode;
use crate::text::Body;

/// HTML or Markdown, at most 1 000 000 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LongText(pub String);

impl LongText {
    const MAX: usize = 1_000_000;
}

impl FromText for LongText {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        if text.chars().count() > Self::MAX {
            return Err(wrong(FaultCode::TooLong, format!("This must be at most {} characters.", Self::MAX)));
        }
        Ok(Self(text.to_owned()))
    }
}
from_text!(LongText);

impl PartialSchema for LongText {
    fn schema() -> RefOr<Schema> {
        RefOr::T(ObjectBuilder::new().schema_type(Type::String).max_length(Some(Self::MAX)).into())
    }
}

impl ToSchema for LongText {
    fn name() -> std::borrow::Cow<'static, str> {
        "LongText".into()
    }
}

/// A body in Portable Text.
#[derive(Clone, Debug, PartialEq)]
pub struct BodyInput(pub Body);

impl Deserr<Faults> for BodyInput {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Faults> {
        Body::parse(&value.into()).map(Self).map_err(|found| {
            let (prefix, mut faults) = (pointer(at), Faults::default());
            found.into_iter().for_each(|fault| _ = faults.push(fault.under(&prefix)));
            faults
        })
    }
}

impl PartialSchema for BodyInput {
    fn schema() -> RefOr<Schema> {
        <Body as PartialSchema>::schema()
    }
}

impl ToSchema for BodyInput {
    fn name() -> std::borrow::Cow<'static, str> {
        "Body".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Body::schemas(schemas);
    }
}

/// A person of a byline as clients write it: an id, or `{id, role}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditEntry(pub Credit);

#[derive(Deserr)]
#[deserr(error = Faults, deny_unknown_fields)]
struct CreditObject {
    id: Id,
    #[deserr(default)]
    role: Option<BylineRole>,
}

impl Deserr<Faults> for CreditEntry {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Faults> {
        let (id, role) = match value {
            object @ Value::Map(_) => {
                let credit = CreditObject::deserialize_from_value(object, at)?;
                (credit.id, credit.role)
            }
            id @ Value::String(_) => (Id::deserialize_from_value(id, at)?, None),
            other => return Err(wrong_kind(other, &[ValueKind::String, ValueKind::Map], at)),
        };
        Ok(Self(Credit { id, role: role.unwrap_or(BylineRole::Writer) }))
    }
}

impl PartialSchema for CreditEntry {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .property("id", Id::schema())
            .property("role", nullable(Ref::from_schema_name(BylineRole::name()).into()))
            .required("id")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)));
        RefOr::T(OneOfBuilder::new().item(Id::schema()).item(object).build().into())
    }
}

impl ToSchema for CreditEntry {
    fn name() -> std::borrow::Cow<'static, str> {
        "CreditEntry".into()
    }

    fn schemas(out: &mut Vec<(String, RefOr<Schema>)>) {
        collect::<BylineRole>(out);
    }
}
