//! A member of a JSON Merge Patch (RFC 7396), which has three states, and the free-form objects of the API.

use std::collections::BTreeMap;

use deserr::{DeserializeError, Deserr, ErrorKind, IntoValue, Map, Value, ValueKind, ValuePointerRef, take_cf_content};

use crate::model::faults::Faults;

/// A member of a patch: left out, `null` (clear it), or a new value. In a derive it needs `#[deserr(default)]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// The member was left out: leave it as it is.
    #[default]
    Absent,
    /// The member is `null`: clear it.
    Null,
    /// The member has a value.
    Set(T),
}

impl<T> Field<T> {
    /// Was the member left out?
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Is the member `null`?
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The value, if the member has one.
    #[must_use]
    pub fn set(self) -> Option<T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// `None` if left out, `Some(None)` for `null`, else the value.
    #[must_use]
    pub fn given(self) -> Option<Option<T>> {
        match self {
            Self::Absent => None,
            Self::Null => Some(None),
            Self::Set(value) => Some(Some(value)),
        }
    }

    /// What the member becomes, where it may be empty.
    #[must_use]
    pub fn or(self, present: Option<T>) -> Option<T> {
        self.given().unwrap_or(present)
    }

    /// Writes the member into `target`, where it may be empty.
    pub fn apply(self, target: &mut Option<T>) {
        if let Some(value) = self.given() {
            *target = value;
        }
    }

    /// Changes the value.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Self::Absent => Field::Absent,
            Self::Null => Field::Null,
            Self::Set(value) => Field::Set(change(value)),
        }
    }

    /// The same by reference.
    #[must_use]
    pub const fn as_ref(&self) -> Field<&T> {
        match self {
            Self::Absent => Field::Absent,
            Self::Null => Field::Null,
            Self::Set(value) => Field::Set(value),
        }
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T: Deserr<E>, E: DeserializeError> Deserr<E> for Field<T> {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, location: ValuePointerRef<'_>) -> Result<Self, E> {
        match value {
            Value::Null => Ok(Self::Null),
            value => T::deserialize_from_value(value, location).map(Self::Set),
        }
    }
}

/// An object whose member names are data, such as `names` by locale. (`deserr`'s own maps lose the faults of
/// their values.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByKey<T>(pub BTreeMap<String, T>);

impl<T> Default for ByKey<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Deserr<Faults>> Deserr<Faults> for ByKey<T> {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, location: ValuePointerRef<'_>) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut members = BTreeMap::new();
        for (key, value) in object(value, location)?.into_iter() {
            match T::deserialize_from_value(value.into_value(), location.push_key(&key)) {
                Ok(value) => {
                    members.insert(key, value);
                }
                Err(found) => {
                    if !found.into_list().into_iter().all(|fault| faults.push(fault)) {
                        return Err(faults);
                    }
                }
            }
        }
        if faults == Faults::default() { Ok(Self(members)) } else { Err(faults) }
    }
}

/// An object of any members, kept as it is (`custom`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FreeObject(pub serde_json::Map<String, serde_json::Value>);

impl Deserr<Faults> for FreeObject {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, location: ValuePointerRef<'_>) -> Result<Self, Faults> {
        let members = object(value, location)?.into_iter();
        Ok(Self(members.map(|(key, value)| (key, value.into_value().into())).collect()))
    }
}

fn object<V: IntoValue>(value: Value<V>, location: ValuePointerRef<'_>) -> Result<V::Map, Faults> {
    match value {
        Value::Map(map) => Ok(map),
        actual => {
            let error = ErrorKind::IncorrectValueKind { actual, accepted: &[ValueKind::Map] };
            Err(take_cf_content(Faults::error(None, error, location)))
        }
    }
}
