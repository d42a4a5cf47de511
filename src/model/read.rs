//! Reading what clients write: the parts that every input is made of, each with its schema, so that the document and
//! the reader can't disagree.

use deserr::{Deserr, IntoValue, Sequence, Value, ValueKind, ValuePointerRef};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::faults::{Faults, one_of};
use super::field::FreeObject;
use super::schema::{collect, schema_of};
use super::{Id, Time};
use crate::error::FaultCode;

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
                    $crate::model::schema::member::<$ty>(concat!($($doc),+).trim()),
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
                $($crate::model::schema::collect::<$ty>(out);)*
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
    "codecs",
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
    "email",
    "role",
    "session",
    "totp",
    "suspended_at",
    "last_used_at",
    "prefix",
    "redirects",
    "token",
    "notice",
    "urls",
    "user",
    "author",
    "block",
    "field",
    "quote",
    "reply_to",
    "resolved",
    "resolved_by",
    "resolved_at",
    "open_comments",
    "approved_version",
    "approved_by",
    "secret",
    "previous_secret_until",
    "previous_until",
    "disabled_at",
    "disabled_reason",
    "last_delivery",
    "article",
    "created_by",
    "expires_at",
    "article_id",
    "translation_source",
    "expired",
    "replaced_at",
    "media_count",
    "folder_count",
    "folder",
    "keywords",
    "published_version",
];

/// The fault of a member that an input does not have.
#[must_use]
pub fn unknown_member(key: &str, accepted: &[&str], at: ValuePointerRef<'_>) -> Faults {
    // Whoever writes `author` for `authors` has misspelt it.
    let misspelt = accepted.iter().any(|known| known.strip_suffix('s') == Some(key));
    Faults::unknown_or_read_only(key, accepted, if misspelt { &[] } else { READ_ONLY }, at)
}

/// Reads an object whose type was known only after the document was read.
///
/// # Errors
/// 422 with every fault; pointers begin at the object.
pub fn read_object<T: Deserr<Faults>>(object: FreeObject) -> crate::error::Result<T> {
    deserr::deserialize::<T, _, Faults>(serde_json::Value::Object(object.0)).map_err(crate::error::Error::from)
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

/// A whole number from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Whole<const MIN: i64, const MAX: i64>(pub i64);

/// Reads an integer as JSON Schema knows it: `3.0` is one too.
///
/// # Errors
/// The fault of anything else.
pub fn whole<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<i64, Faults> {
    /// Beyond it a float does not tell one integer from the next.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Float(number) if number.fract() == 0.0 && number.abs() <= EXACT => Ok(number as i64),
        other => i64::deserialize_from_value(other, at),
    }
}

impl<const MIN: i64, const MAX: i64> Deserr<Faults> for Whole<MIN, MAX> {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Faults> {
        let number = whole(value, at)?;
        if (MIN..=MAX).contains(&number) {
            return Ok(Self(number));
        }
        Err(Faults::one(at, FaultCode::OutOfRange, format!("This must be from {MIN} to {MAX}.")))
    }
}

impl<const MIN: i64, const MAX: i64> PartialSchema for Whole<MIN, MAX> {
    #[expect(clippy::cast_precision_loss, reason = "bounds are small integers")]
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        RefOr::T(number.minimum(Some(MIN as f64)).maximum(Some(MAX as f64)).into())
    }
}

impl<const MIN: i64, const MAX: i64> ToSchema for Whole<MIN, MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Whole{MIN}To{MAX}").into()
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

/// The fault of a value that is of another kind than these.
pub fn wrong_kind<V: IntoValue>(actual: Value<V>, accepted: &[ValueKind], at: ValuePointerRef<'_>) -> Faults {
    let error = deserr::ErrorKind::IncorrectValueKind { actual, accepted };
    deserr::take_cf_content(<Faults as deserr::DeserializeError>::error(None, error, at))
}
