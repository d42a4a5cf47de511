//! Strict JSON (RFC 8259, I-JSON's rule on names): no member twice, bounded depth, nothing behind the value.

use std::cell::RefCell;
use std::fmt;

use deserr::Deserr;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::{Code, Error, Fault, FaultCode, Result};
use crate::model::faults::{Faults, push_token};

/// Arrays and objects may be nested this deep.
pub const MAX_DEPTH: usize = 100;

/// More than these faults of text are not noted.
const MAX_NOTED: usize = 20;

/// A well-formed JSON text.
#[derive(Clone, Debug)]
pub struct Document {
    value: Value,
    /// Texts and names with U+0000, which PostgreSQL can't store.
    with_nul: Vec<String>,
}

impl Document {
    /// Parses `bytes`.
    ///
    /// # Errors
    /// [`Code::DuplicateKey`] with its pointer, else [`Code::MalformedJson`] with line and column.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(bytes).map_err(|_| malformed("The body is not UTF-8."))?;
        let notes = Notes::default();
        let mut reader = serde_json::Deserializer::from_str(text);
        let parsed = Node { notes: &notes, depth: 0 }.deserialize(&mut reader);
        match parsed.and_then(|value| reader.end().map(|()| value)) {
            Ok(value) => Ok(Self { value, with_nul: notes.with_nul.take() }),
            Err(error) => Err(notes.refusal.take().unwrap_or_else(|| {
                malformed(&format!("The body is not JSON: line {}, column {}.", error.line(), error.column()))
            })),
        }
    }

    /// The empty object.
    #[must_use]
    pub fn empty() -> Self {
        Self { value: Value::Object(Map::new()), with_nul: Vec::new() }
    }

    /// The value itself.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Reads the value as `T`.
    ///
    /// # Errors
    /// [`Code::InvalidBody`] with every fault.
    pub fn read<T: Deserr<Faults>>(self) -> Result<T> {
        let read = deserr::deserialize::<T, _, Faults>(self.value);
        if self.with_nul.is_empty() {
            return read.map_err(Error::from);
        }
        let detail = "Text can't contain U+0000.";
        let mut faults: Vec<Fault> =
            self.with_nul.into_iter().map(|at| Fault::at(at, FaultCode::InvalidFormat, detail)).collect();
        faults.extend(read.err().map(Faults::into_list).unwrap_or_default());
        Err(Error::invalid(faults))
    }
}

fn malformed(detail: &str) -> Error {
    Error::new(Code::MalformedJson, detail)
}

/// What the parser notes by the way: where it is, and why it refused.
#[derive(Default)]
struct Notes {
    path: RefCell<Vec<Step>>,
    refusal: RefCell<Option<Error>>,
    with_nul: RefCell<Vec<String>>,
}

enum Step {
    Name(String),
    Index(usize),
}

impl Notes {
    fn pointer(&self, name: Option<&str>) -> String {
        let mut out = String::new();
        for step in self.path.borrow().iter() {
            match step {
                Step::Name(name) => push_token(&mut out, name),
                Step::Index(index) => push_token(&mut out, &index.to_string()),
            }
        }
        if let Some(name) = name {
            push_token(&mut out, name);
        }
        out
    }

    fn refuse<E: de::Error>(&self, error: Error) -> E {
        *self.refusal.borrow_mut() = Some(error);
        E::custom("refused")
    }

    fn note_nul(&self, text: &str) {
        let mut noted = self.with_nul.borrow_mut();
        if text.contains('\0') && noted.len() < MAX_NOTED {
            noted.push(self.pointer(None).replace('\0', ""));
        }
    }
}

#[derive(Clone, Copy)]
struct Node<'a> {
    notes: &'a Notes,
    depth: usize,
}

impl Node<'_> {
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            let detail = format!("The body is nested deeper than {MAX_DEPTH} levels.");
            return Err(self.notes.refuse(malformed(&detail)));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        self.notes.note_nul(value);
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        self.notes.path.borrow_mut().push(Step::Index(0));
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
            if let Some(Step::Index(index)) = self.notes.path.borrow_mut().last_mut() {
                *index = items.len();
            }
        }
        self.notes.path.borrow_mut().pop();
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            self.notes.note_nul(&name);
            if members.contains_key(&name) {
                let detail = "This member stands twice in its object.";
                let fault = Fault::at(self.notes.pointer(Some(&name)), FaultCode::Duplicate, detail);
                let error = Error::new(Code::DuplicateKey, "An object names the same member twice.");
                return Err(self.notes.refuse(error.with_faults(vec![fault])));
            }
            self.notes.path.borrow_mut().push(Step::Name(name));
            let value = map.next_value_seed(inner)?;
            if let Some(Step::Name(name)) = self.notes.path.borrow_mut().pop() {
                members.insert(name, value);
            }
        }
        Ok(Value::Object(members))
    }
}
