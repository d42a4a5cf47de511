//! Types of query parameters, read from their text. Enums derive `Deserr` themselves.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};

use crate::error::FaultCode;
use crate::model::faults::Faults;

/// More values than this are refused in one list.
const MAX_VALUES: usize = 100;

/// An integer from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int<const MIN: i64, const MAX: i64>(pub i64);

impl<const MIN: i64, const MAX: i64> Deserr<Faults> for Int<MIN, MAX> {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Faults> {
        let text = String::deserialize_from_value(value, at)?;
        let digits = text.strip_prefix('-').unwrap_or(&text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let detail = format!("This must be an integer from {MIN} to {MAX}.");
            return Err(Faults::one(at, FaultCode::InvalidFormat, detail));
        }
        match text.parse() {
            Ok(number) if (MIN..=MAX).contains(&number) => Ok(Self(number)),
            _ => Err(Faults::one(at, FaultCode::OutOfRange, format!("This must be from {MIN} to {MAX}."))),
        }
    }
}

/// `true` or `false`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag(pub bool);

impl Deserr<Faults> for Flag {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Faults> {
        match String::deserialize_from_value(value, at)?.as_str() {
            "true" => Ok(Self(true)),
            "false" => Ok(Self(false)),
            _ => Err(Faults::one(at, FaultCode::NotOneOf, "This must be `true` or `false`.")),
        }
    }
}

/// Values separated by commas: one at least, 100 at the most, none empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commas<T>(pub Vec<T>);

impl<T: Deserr<Faults>> Deserr<Faults> for Commas<T> {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Faults> {
        let text = String::deserialize_from_value(value, at)?;
        if text.split(',').count() > MAX_VALUES {
            return Err(Faults::one(at, FaultCode::TooLong, format!("At most {MAX_VALUES} values are allowed.")));
        }
        let mut values = Vec::new();
        for part in text.split(',').map(str::trim) {
            if part.is_empty() {
                return Err(Faults::one(at, FaultCode::InvalidFormat, "A value in this list is empty."));
            }
            values.push(T::deserialize_from_value(Value::<V>::String(part.to_owned()), at)?);
        }
        Ok(Self(values))
    }
}
