//! JSON objects of vocabularies that leave out what is not known.

use serde_json::{Map, Value};

/// An object in the making.
#[derive(Default)]
pub struct Node(Map<String, Value>);

impl Node {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins with a type of schema.org.
    #[must_use]
    pub fn of_type(name: &str) -> Self {
        Self::new().with("@type", name)
    }

    /// Adds a member; `null`, an empty text and an empty list are left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let is_empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            _ => false,
        };
        if !is_empty {
            self.0.insert(name.to_owned(), value);
        }
        self
    }
}

impl From<Node> for Value {
    fn from(node: Node) -> Self {
        Self::Object(node.0)
    }
}
