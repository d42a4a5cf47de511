//! The schemas of what is read and answered: what stands under its own name in the document, what is written out where
//! it is used, and what may be `null`.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, Object, ObjectBuilder, OneOfBuilder, Ref, Schema, SchemaType, Type,
};
use utoipa::{PartialSchema, ToSchema};

use super::field::{ByKey, FreeObject};
use super::{Id, Time};

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
