//! Reading what clients write: the parts that every input is made of, each with its schema, so that the document and
//! the reader can't disagree.

use deserr::{Deserr, IntoValue, Sequence, Value, ValueKind, ValuePointerRef};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, Object, ObjectBuilder, OneOfBuilder, Ref, Schema, SchemaType, Type,
};
use utoipa::{PartialSchema, ToSchema};

use super::article::Credit;
use super::faults::{Faults, one_of, pointer};
use super::field::{ByKey, FreeObject};
use super::{BylineRole, Id, Time};
use crate::error::FaultCode;
use crate::text::Body;

/// Why a text is refused: the code and a sentence that never repeats the text.
pub type Wrong = (FaultCode, String);

/// A refusal.
pub fn wrong(code: FaultCode, detail: impl Into<String>) -> Wrong {
    (code, detail.into())
}

/// The refusal of a word that is not on a closed list.
#[must_use]
pub fn not_one_of(words: &[&str]) -> Wrong {
    (FaultCode::NotOneOf, one_of(words, None))
}

/// A value that is read from one text: a JSON string, a query parameter, a part of a form, a flag.
pub trait FromText: Sized {
    /// Reads the text.
    ///
    /// # Errors
    /// Why it is refused.
    fn from_text(text: &str) -> Result<Self, Wrong>;
}

/// Lets a [`FromText`] type stand in a JSON body or a query.
macro_rules! from_text {
    ([$($generics:tt)*] $ty:ty) => {
        impl<$($generics)*> ::deserr::Deserr<$crate::model::faults::Faults> for $ty {
            fn deserialize_from_value<V: ::deserr::IntoValue>(
                value: ::deserr::Value<V>,
                at: ::deserr::ValuePointerRef<'_>,
            ) -> Result<Self, $crate::model::faults::Faults> {
                let text = <String as ::deserr::Deserr<$crate::model::faults::Faults>>::deserialize_from_value(value, at)?;
                <$ty as $crate::model::read::FromText>::from_text(&text)
                    .map_err(|(code, detail)| $crate::model::faults::Faults::one(at, code, detail))
            }
        }
    };
    ($ty:ty) => { $crate::model::read::from_text!([] $ty); };
}
pub(crate) use from_text;

/// Declares an input object whose members may each be absent, `null` or set (`Field`); unknown members are refused
/// with a suggestion and the server's own as read-only.
macro_rules! input {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[doc = $doc:literal])+ $field:ident: $ty:ty,)* })+) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, ::deserr::Deserr)]
        #[deserr(error = $crate::model::faults::Faults, deny_unknown_fields = $crate::model::read::unknown_member)]
        pub struct $name {
            $($(#[doc = $doc])+ #[deserr(default)] pub $field: $crate::model::field::Field<$ty>,)*
        }

        impl ::utoipa::PartialSchema for $name {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::schema::Schema> {
                let object = ::utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(::utoipa::openapi::schema::Type::Object);
                let object = object$(.property(
                    stringify!($field),
                    $crate::model::read::member::<$ty>(concat!($($doc),+).trim()),
                ))*;
                let closed = ::utoipa::openapi::schema::AdditionalProperties::FreeForm(false);
                ::utoipa::openapi::RefOr::T(object.additional_properties(Some(closed)).into())
            }
        }

        impl ::utoipa::ToSchema for $name {
            fn name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schemas(out: &mut Vec<(String, ::utoipa::openapi::RefOr<::utoipa::openapi::schema::Schema>)>) {
                let _ = &out;
                $($crate::model::read::collect::<$ty>(out);)*
            }
        }
    )+ };
}
pub(crate) use input;

/// The members that answers carry and clients can't write, whatever the resource.
const READ_ONLY: &[&str] = &[
    "id",
    "version",
    "status",
    "review",
    "live",
    "live_version",
    "scheduled_version",
    "has_unpublished_changes",
    "publish_at",
    "unpublish_at",
    "owner",
    "allowed_actions",
    "lock",
    "created_at",
    "updated_at",
    "published_at",
    "first_published_at",
    "url",
    "article_count",
    "translations",
    "translation_group",
    "share",
    "corrections",
    "body_text",
    "word_count",
    "reading_minutes",
    "bytes",
    "mime",
    "width",
    "height",
    "duration_seconds",
    "variants",
    "srcset",
    "placeholder",
    "dominant_color",
    "embed",
    "kind",
    "file_name",
    "tracks",
    "embed_url",
    "sha256",
    "original_url",
    "last_login_at",
    "suspended_at",
    "last_used_at",
    "prefix",
    "redirects",
    "token",
    "notice",
    "urls",
];

/// The fault of a member that an input does not have.
#[must_use]
pub fn unknown_member(key: &str, accepted: &[&str], at: ValuePointerRef<'_>) -> Faults {
    Faults::unknown_or_read_only(key, accepted, READ_ONLY, at)
}

/// Whether a schema stands under its own name in the document, or is written out where it is used.
fn is_named(schema: &RefOr<Schema>) -> bool {
    match schema {
        RefOr::T(Schema::Object(object)) => object.enum_values.is_some() || !object.properties.is_empty(),
        RefOr::T(Schema::OneOf(_)) => true,
        _ => false,
    }
}

/// The schema of `T` where it is used: a reference to its name, or the small schema itself.
#[must_use]
pub fn schema_of<T: ToSchema>() -> RefOr<Schema> {
    let schema = T::schema();
    if is_named(&schema) { Ref::from_schema_name(T::name()).into() } else { schema }
}

/// Adds `T` and what it refers to to the document's schemas.
pub fn collect<T: ToSchema>(out: &mut Vec<(String, RefOr<Schema>)>) {
    let schema = T::schema();
    if is_named(&schema) {
        out.push((T::name().into_owned(), schema));
    }
    T::schemas(out);
}

/// The schema of a member that may be `null`, with its description.
#[must_use]
pub fn member<T: ToSchema>(description: &str) -> RefOr<Schema> {
    let mut schema = nullable(schema_of::<T>());
    if let RefOr::T(schema) = &mut schema {
        let place = match schema {
            Schema::Object(object) => Some(&mut object.description),
            Schema::Array(array) => Some(&mut array.description),
            Schema::OneOf(one_of) => Some(&mut one_of.description),
            _ => None,
        };
        if let Some(place) = place {
            *place = Some(description.to_owned());
        }
    }
    schema
}

/// The same schema, or `null`.
#[must_use]
pub fn nullable(schema: RefOr<Schema>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) if object.enum_values.is_none() => {
            if let SchemaType::Type(one) = &object.schema_type {
                object.schema_type = SchemaType::from_iter([one.clone(), Type::Null]);
            }
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.schema_type = SchemaType::from_iter([Type::Array, Type::Null]);
            RefOr::T(Schema::Array(array))
        }
        other => {
            let null = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Null));
            RefOr::T(OneOfBuilder::new().item(null).item(other).build().into())
        }
    }
}

/// A list of at most `MAX` values; every entry is looked at, and each fault stands at its own pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Many<T, const MAX: usize>(pub Vec<T>);

impl<T, const MAX: usize> Default for Many<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Deserr<Faults>, const MAX: usize> Deserr<Faults> for Many<T, MAX> {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Faults> {
        let Value::Sequence(list) = value else {
            return Err(wrong_kind(value, &[ValueKind::Sequence], at));
        };
        if list.len() > MAX {
            return Err(Faults::one(at, FaultCode::TooLong, format!("This list can have at most {MAX} entries.")));
        }
        let mut faults = Faults::default();
        let mut values = Vec::with_capacity(list.len());
        for (index, item) in list.into_iter().enumerate() {
            match T::deserialize_from_value(item.into_value(), at.push_index(index)) {
                Ok(value) => values.push(value),
                Err(found) => found.into_list().into_iter().for_each(|fault| _ = faults.push(fault)),
            }
        }
        if faults == Faults::default() { Ok(Self(values)) } else { Err(faults) }
    }
}

impl<T: ToSchema, const MAX: usize> PartialSchema for Many<T, MAX> {
    fn schema() -> RefOr<Schema> {
        RefOr::T(ArrayBuilder::new().items(schema_of::<T>()).max_items(Some(MAX)).build().into())
    }
}

impl<T: ToSchema, const MAX: usize> ToSchema for Many<T, MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("UpTo{MAX}{}", T::name()).into()
    }

    fn schemas(out: &mut Vec<(String, RefOr<Schema>)>) {
        collect::<T>(out);
    }
}

/// A number from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number<const MIN: i64, const MAX: i64>(pub f64);

impl<const MIN: i64, const MAX: i64> Deserr<Faults> for Number<MIN, MAX> {
    #[expect(clippy::cast_precision_loss, reason = "bounds are small integers")]
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Faults> {
        let number = f64::deserialize_from_value(value, at)?;
        if number >= MIN as f64 && number <= MAX as f64 {
            return Ok(Self(number));
        }
        Err(Faults::one(at, FaultCode::OutOfRange, format!("This must be from {MIN} to {MAX}.")))
    }
}

impl<const MIN: i64, const MAX: i64> PartialSchema for Number<MIN, MAX> {
    #[expect(clippy::cast_precision_loss, reason = "bounds are small integers")]
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Number);
        RefOr::T(number.minimum(Some(MIN as f64)).maximum(Some(MAX as f64)).into())
    }
}

impl<const MIN: i64, const MAX: i64> ToSchema for Number<MIN, MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Number{MIN}To{MAX}").into()
    }
}

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

impl PartialSchema for FreeObject {
    fn schema() -> RefOr<Schema> {
        let any = Object::builder().schema_type(Type::Object);
        RefOr::T(any.additional_properties(Some(AdditionalProperties::FreeForm(true))).into())
    }
}

impl ToSchema for FreeObject {
    fn name() -> std::borrow::Cow<'static, str> {
        "FreeObject".into()
    }
}

impl<T: ToSchema> PartialSchema for ByKey<T> {
    fn schema() -> RefOr<Schema> {
        let any = Object::builder().schema_type(Type::Object);
        RefOr::T(any.additional_properties(Some(AdditionalProperties::RefOr(schema_of::<T>()))).into())
    }
}

impl<T: ToSchema> ToSchema for ByKey<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("ByKey{}", T::name()).into()
    }

    fn schemas(out: &mut Vec<(String, RefOr<Schema>)>) {
        collect::<T>(out);
    }
}

impl FromText for Id {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        Self::parse(text).ok_or_else(|| wrong(FaultCode::InvalidFormat, "This must be an id: a UUID of 36 characters."))
    }
}
from_text!(Id);

impl FromText for Time {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        Self::parse(text).ok_or_else(|| {
            wrong(
                FaultCode::InvalidFormat,
                "This must be an RFC 3339 time with an offset, such as 2022-01-08T10:30:00Z.",
            )
        })
    }
}
from_text!(Time);

/// The schema of a string in a known format.
fn formatted(format: &str) -> RefOr<Schema> {
    let format = utoipa::openapi::SchemaFormat::Custom(format.to_owned());
    RefOr::T(ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into())
}

impl PartialSchema for Id {
    fn schema() -> RefOr<Schema> {
        formatted("uuid")
    }
}

impl ToSchema for Id {
    fn name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        formatted("date-time")
    }
}

impl ToSchema for Time {
    fn name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }
}

fn wrong_kind<V: IntoValue>(actual: Value<V>, accepted: &[ValueKind], at: ValuePointerRef<'_>) -> Faults {
    let error = deserr::ErrorKind::IncorrectValueKind { actual, accepted };
    deserr::take_cf_content(<Faults as deserr::DeserializeError>::error(None, error, at))
}
