//! `fields`: answers with only those top-level members that the client names.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{Code, Error, Fault, FaultCode, Result};
use crate::model::faults::nearest;

/// The members that a client asked for; `id` always is one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(Vec<&'static str>);

impl Fields {
    /// Reads the parameter `fields`: names separated by commas, all among `known`. `None` where it is not given.
    ///
    /// # Errors
    /// [`Code::InvalidParameter`] for an unknown name, with `did_you_mean`.
    pub fn parse(given: Option<&str>, known: &'static [&'static str]) -> Result<Option<Self>> {
        let Some(given) = given else { return Ok(None) };
        let mut names = vec!["id"];
        for name in given.split(',').map(str::trim) {
            match known.iter().find(|known| **known == name) {
                Some(known) if names.contains(known) => {}
                Some(known) => names.push(known),
                None => return Err(unknown(name, known)),
            }
        }
        Ok(Some(Self(names)))
    }

    /// Whether a member is asked for.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }

    /// The JSON object `object` without the members that were not asked for.
    ///
    /// # Errors
    /// `object` is none.
    pub fn pick(&self, object: &str) -> Result<String> {
        let members: Members = serde_json::from_str(object).map_err(Error::internal)?;
        let mut out = String::with_capacity(object.len() / 2);
        members.write(&mut out, |name, value, out| {
            if self.has(name) {
                push(out, name, value);
            }
            Ok(())
        })?;
        Ok(out)
    }

    /// A whole answer whose `data` (an object, or a list of objects) has only the members that were asked for.
    ///
    /// # Errors
    /// The answer is not of that form.
    pub fn pick_answer(&self, answer: &[u8]) -> Result<Vec<u8>> {
        let members: Members = serde_json::from_slice(answer).map_err(Error::internal)?;
        let mut out = String::with_capacity(answer.len() / 2);
        members.write(&mut out, |name, value, out| {
            if name == "data" {
                push(out, name, &self.pick_data(value)?);
            } else {
                push(out, name, value);
            }
            Ok(())
        })?;
        Ok(out.into_bytes())
    }

    fn pick_data(&self, data: &str) -> Result<String> {
        if !data.starts_with('[') {
            return self.pick(data);
        }
        let list: Vec<&RawValue> = serde_json::from_str(data).map_err(Error::internal)?;
        let picked: Vec<String> = list.into_iter().map(|object| self.pick(object.get())).collect::<Result<_>>()?;
        Ok(format!("[{}]", picked.join(",")))
    }
}

fn unknown(name: &str, known: &[&str]) -> Error {
    let nearest = nearest(name, known);
    let detail = match nearest {
        Some(nearest) => format!("This names a member that does not exist. Did you mean `{nearest}`?"),
        None => "This names a member that does not exist.".to_owned(),
    };
    let fault = Fault::parameter("fields", FaultCode::NotOneOf, detail.clone());
    let error = Error::new(Code::InvalidParameter, detail).with_faults(vec![fault]);
    match nearest {
        Some(name) => error.with("did_you_mean", name),
        None => error,
    }
}

/// Adds a member; member names of our answers need no escaping.
fn push(out: &mut String, name: &str, value: &str) {
    if !out.ends_with('{') {
        out.push(',');
    }
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
    out.push_str(value);
}

/// An object with its values as they were written, in their order.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl Members<'_> {
    fn write(&self, out: &mut String, mut each: impl FnMut(&str, &str, &mut String) -> Result<()>) -> Result<()> {
        out.push('{');
        for (name, value) in &self.0 {
            each(name, value.get(), out)?;
        }
        out.push('}');
        Ok(())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
                    members.push(member);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Reader).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["id", "name", "names"];

    #[test]
    fn only_what_was_asked_for_remains() {
        let fields = Fields::parse(Some("names"), KNOWN).unwrap().unwrap();
        assert_eq!(
            fields.pick(r#"{"id":1,"name":"a","names":{"kk":"\"b"}}"#).unwrap(),
            r#"{"id":1,"names":{"kk":"\"b"}}"#
        );
        let list = br#"{"data":[{"id":1,"name":2},{"name":3,"id":4}],"meta":{}}"#;
        assert_eq!(fields.pick_answer(list).unwrap(), br#"{"data":[{"id":1},{"id":4}],"meta":{}}"#);
        assert_eq!(fields.pick_answer(br#"{"data":{"name":2},"meta":{}}"#).unwrap(), br#"{"data":{},"meta":{}}"#);
        assert_eq!(Fields::parse(None, KNOWN).unwrap(), None);
        let error = Fields::parse(Some("nmae"), KNOWN).unwrap_err();
        assert_eq!(error.extra().get("did_you_mean"), Some(&"name".into()));
        assert!(Fields::parse(Some(""), KNOWN).is_err());
    }
}
