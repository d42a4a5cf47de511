//! What is wrong at one place of the input.

use serde::Serialize;

use super::FaultCode;

/// Where in the request a fault lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A JSON Pointer (RFC 6901) into the body; empty for the body itself.
    Pointer(String),
    /// The name of a query or path parameter.
    Parameter(String),
    /// The name of a request header.
    Header(&'static str),
}

/// One thing that is wrong with the input. `detail` never repeats the input's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What, for programs.
    pub code: FaultCode,
    /// What, for people: says what is expected.
    pub detail: String,
}

impl Fault {
    /// A fault at a JSON Pointer of the body.
    pub fn at(pointer: impl Into<String>, code: FaultCode, detail: impl Into<String>) -> Self {
        Self { place: Place::Pointer(pointer.into()), code, detail: detail.into() }
    }

    /// A fault in a query or path parameter.
    pub fn parameter(name: impl Into<String>, code: FaultCode, detail: impl Into<String>) -> Self {
        Self { place: Place::Parameter(name.into()), code, detail: detail.into() }
    }

    /// The same fault with `prefix` put before its pointer.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        if let Place::Pointer(pointer) = &mut self.place {
            pointer.insert_str(0, prefix);
        }
        self
    }
}

impl Serialize for Fault {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut out = serializer.serialize_struct("Fault", 3)?;
        match &self.place {
            Place::Pointer(pointer) => out.serialize_field("pointer", pointer)?,
            Place::Parameter(name) => out.serialize_field("parameter", name)?,
            Place::Header(name) => out.serialize_field("header", name)?,
        }
        out.serialize_field("code", &self.code)?;
        out.serialize_field("detail", &self.detail)?;
        out.end()
    }
}
