//! stub
use crate::error::Fault;
use utoipa::ToSchema;
/// b
#[derive(Clone, Debug, PartialEq, ToSchema, serde::Serialize)]
pub struct Body(pub Vec<String>);
impl Body {
    /// p
    pub fn parse(_: &serde_json::Value) -> Result<Self, Vec<Fault>> {
        Ok(Self(vec![]))
    }
}
/// s
pub mod slug {
    /// s
    pub fn slugify(_: &str, _: usize) -> String {
        String::new()
    }
}
/// f
pub fn fold(s: &str) -> String {
    s.to_lowercase()
}
