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
/// e
pub mod embed {
    /// e
    #[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
    pub struct EmbedInfo {
        /// p
        pub provider: String,
        /// u
        pub url: String,
        /// h
        pub html: String,
    }
    /// e
    pub fn embed(url: &str) -> Option<EmbedInfo> {
        let id = url.strip_prefix("https://www.youtube.com/watch?v=").or(url.strip_prefix("https://youtu.be/"))?;
        let url = format!("https://www.youtube.com/watch?v={id}");
        Some(EmbedInfo { provider: "youtube".into(), html: format!("<iframe src=\"{url}\"></iframe>"), url })
    }
}
