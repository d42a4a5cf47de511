//! Reading members of JSON objects while collecting every fault with its JSON Pointer (RFC 6901).

use std::collections::HashSet;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::chars::is_forbidden;
use super::{MAX_FAULTS, MAX_KEY_CHARS};
use crate::error::{Fault, FaultCode};

/// A place in the document, as a chain towards its root: no string is built unless a fault needs it.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl Path<'_> {
    /// The place as a JSON Pointer.
    pub(super) fn pointer(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Root => {}
            Self::Member(parent, name) => {
                parent.write(out);
                out.push('/');
                out.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Self::Item(parent, index) => {
                parent.write(out);
                out.push('/');
                out.push_str(&index.to_string());
            }
        }
    }
}

/// What reading a body gathers on its way.
#[derive(Default)]
pub(super) struct Gathered {
    faults: Vec<Fault>,
    /// Characters of all texts so far.
    pub(super) chars: usize,
    /// Blocks so far, those inside fact boxes included.
    pub(super) blocks: usize,
}

impl Gathered {
    /// Notes a fault, unless there are enough.
    pub(super) fn fault(&mut self, at: &Path<'_>, code: FaultCode, detail: impl Into<String>) {
        if !self.is_full() {
            self.faults.push(Fault::at(at.pointer(), code, detail));
        }
    }

    /// Whether more faults would not be listed.
    pub(super) fn is_full(&self) -> bool {
        self.faults.len() >= MAX_FAULTS
    }

    /// The faults found.
    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }
}

/// An object of the document.
pub(super) struct Object<'a> {
    map: &'a Map<String, Value>,
    path: &'a Path<'a>,
}

impl<'a> Object<'a> {
    /// The value as an object that has no other members than `_type`, `_key` and those allowed.
    pub(super) fn read(value: &'a Value, path: &'a Path<'a>, allowed: &[&str], to: &mut Gathered) -> Option<Self> {
        let Value::Object(map) = value else {
            to.fault(path, FaultCode::WrongType, "An object is expected here.");
            return None;
        };
        for name in map.keys().filter(|name| !matches!(name.as_str(), "_type" | "_key")) {
            if !allowed.contains(&name.as_str()) {
                let detail = format!("There is no such member here; allowed are {}.", list_names(allowed));
                // A pointer is for people too: a name that is no name stays out of it.
                match name.chars().nth(MAX_KEY_CHARS).is_none() && !name.chars().any(is_forbidden) {
                    true => to.fault(&Path::Member(path, name), FaultCode::UnknownField, detail),
                    false => to.fault(path, FaultCode::UnknownField, detail),
                }
            }
        }
        Some(Self { map, path })
    }

    /// The member, where it is given and not `null`.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// Notes a fault at a member.
    pub(super) fn fault(&self, name: &str, code: FaultCode, detail: impl Into<String>, to: &mut Gathered) {
        to.fault(&Path::Member(self.path, name), code, detail);
    }

    /// A member that must be given.
    pub(super) fn require(&self, name: &str, to: &mut Gathered) -> Option<&'a Value> {
        let value = self.get(name);
        if value.is_none() {
            self.fault(name, FaultCode::Required, "This member must be given.", to);
        }
        value
    }

    /// A string without forbidden characters, at most `max` characters long; a CR LF becomes a LF.
    pub(super) fn text(&self, name: &str, max: usize, to: &mut Gathered) -> Option<String> {
        text(self.get(name)?, &Path::Member(self.path, name), max, to)
    }

    /// A string as it stands; other types are a fault.
    pub(super) fn str(&self, name: &str, to: &mut Gathered) -> Option<&'a str> {
        let value = self.get(name)?;
        if value.as_str().is_none() {
            self.fault(name, FaultCode::WrongType, "A string is expected here.", to);
        }
        value.as_str()
    }

    /// A UUID.
    pub(super) fn uuid(&self, name: &str, to: &mut Gathered) -> Option<Uuid> {
        uuid(self.get(name)?, &Path::Member(self.path, name), to)
    }

    /// The items of a list of at most `max`; none where it is missing or no list.
    pub(super) fn list(&self, name: &str, max: usize, to: &mut Gathered) -> &'a [Value] {
        let Some(value) = self.get(name) else { return &[] };
        let Value::Array(items) = value else {
            self.fault(name, FaultCode::WrongType, "A list is expected here.", to);
            return &[];
        };
        if items.len() > max {
            self.fault(name, FaultCode::TooLong, format!("At most {max} items are allowed here."), to);
            return &[];
        }
        items
    }

    /// A boolean, `false` where it is missing.
    pub(super) fn flag(&self, name: &str, to: &mut Gathered) -> bool {
        let value = self.get(name);
        if value.is_some_and(|value| !value.is_boolean()) {
            self.fault(name, FaultCode::WrongType, "A boolean is expected here.", to);
        }
        value.and_then(Value::as_bool).unwrap_or_default()
    }
}

/// Names in a sentence.
pub(super) fn list_names(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .chain(["`_type`".to_owned(), "`_key`".to_owned()])
        .collect::<Vec<_>>()
        .join(", ")
}

/// A string value without forbidden characters, at most `max` characters long; a CR LF becomes a LF.
pub(super) fn text(value: &Value, path: &Path<'_>, max: usize, to: &mut Gathered) -> Option<String> {
    let Some(text) = value.as_str() else {
        to.fault(path, FaultCode::WrongType, "A string is expected here.");
        return None;
    };
    let text = if text.contains('\r') { text.replace("\r\n", "\n") } else { text.to_owned() };
    let count = text.chars().count();
    if count > max {
        to.fault(path, FaultCode::TooLong, format!("At most {max} characters are allowed here."));
        return None;
    }
    if text.chars().any(is_forbidden) {
        to.fault(path, FaultCode::InvalidFormat, "Control characters other than line feed and tab are not allowed.");
        return None;
    }
    to.chars += count;
    Some(text)
}

/// A UUID value.
pub(super) fn uuid(value: &Value, path: &Path<'_>, to: &mut Gathered) -> Option<Uuid> {
    let Some(text) = value.as_str() else {
        to.fault(path, FaultCode::WrongType, "A UUID string is expected here.");
        return None;
    };
    // Only the hyphenated form: `Uuid` reads braces and URNs too.
    let id = Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
    if id.is_none() {
        to.fault(path, FaultCode::InvalidFormat, "A UUID is expected here.");
    }
    id
}

/// The `_key` of each sibling: those given, which must differ from each other and from `reserved`; for the rest
/// `prefix` with the position, made different from those given.
pub(super) fn keys(
    items: &[Value],
    path: &Path<'_>,
    prefix: char,
    reserved: fn(&str) -> bool,
    to: &mut Gathered,
) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut keys: Vec<Option<String>> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let at = Path::Item(path, index);
        let key = item.get("_key").filter(|key| !key.is_null()).and_then(|key| given_key(key, &at, reserved, to));
        if key.is_some_and(|key| !seen.insert(key)) {
            to.fault(&Path::Member(&at, "_key"), FaultCode::Duplicate, "Another item of this list has this key.");
        }
        keys.push(key.map(str::to_owned));
    }
    keys.into_iter().enumerate().map(|(index, key)| key.unwrap_or_else(|| make_key(prefix, index, &seen))).collect()
}

fn given_key<'a>(key: &'a Value, at: &Path<'_>, reserved: fn(&str) -> bool, to: &mut Gathered) -> Option<&'a str> {
    let at = Path::Member(at, "_key");
    let Some(key) = key.as_str() else {
        to.fault(&at, FaultCode::WrongType, "A string is expected here.");
        return None;
    };
    let valid = (1..=MAX_KEY_CHARS).contains(&key.chars().count())
        && !key.chars().any(|c| c.is_whitespace() || is_forbidden(c))
        && !reserved(key);
    if !valid {
        to.fault(&at, FaultCode::InvalidFormat, "A key has 1 to 64 characters, no white space, and is no mark's name.");
    }
    valid.then_some(key)
}

fn make_key(prefix: char, index: usize, seen: &HashSet<&str>) -> String {
    let mut key = format!("{prefix}{index}");
    // Ends at the latest after as many rounds as there are keys; two keys made here differ by their position.
    while seen.contains(key.as_str()) {
        key.push('_');
    }
    key
}
