//! How problem documents look in the OpenAPI document.

use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::media::UsePlace;
use crate::error::{Code, FaultCode};
use crate::http::admin::articles::refs::ArticleLock;
use crate::model::{Access, ArticleAction};

/// A problem document (RFC 9457). Some codes add members of their own.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it says how documents look; `problem` writes them")]
pub struct ProblemDocument {
    /// Where the code is explained; always the same for one `code`.
    #[schema(rename = "type", format = "uri-reference", example = "/docs/errors/invalid_body")]
    pub kind: String,
    /// The code in words; always the same for one `code`.
    #[schema(example = "Invalid body")]
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 422)]
    pub status: i32,
    /// What went wrong this time. It never repeats the input.
    pub detail: String,
    /// The request, by its id.
    #[schema(format = "uri-reference", example = "/requests/0190f3c1-7b1e-7c3a-9d2e-1f0a5b6c7d8e")]
    pub instance: String,
    /// What went wrong, for programs.
    pub code: ProblemCode,
    /// As in the `X-Request-Id` header.
    pub request_id: String,
    /// What is wrong with the input, all of it; empty where that is not the reason.
    pub errors: Vec<ProblemEntry>,
    /// The known name that an unknown member or parameter resembles.
    #[schema(nullable = false)]
    pub did_you_mean: Option<String>,
    /// Of `stale_version`: the version that there is now.
    #[schema(nullable = false, minimum = 1)]
    pub current_version: Option<i64>,
    /// Of `stale_version`: when it was made.
    #[schema(nullable = false, format = DateTime)]
    pub updated_at: Option<String>,
    /// Of `stale_version`: who made it.
    #[schema(nullable = false)]
    pub updated_by: Option<String>,
    /// Of `stale_version`: the members that were changed since the version that `If-Match` named, where that is known.
    #[schema(nullable = false)]
    pub changed_fields: Option<Vec<String>>,
    /// Of `illegal_action`, `article_is_live`, and of a 403 where an article is concerned: what the caller can do with the article as it is.
    #[schema(nullable = false)]
    pub allowed_actions: Option<Vec<ArticleAction>>,
    /// Of `in_use`: some of what uses it.
    #[schema(nullable = false)]
    pub used_by: Option<Vec<ProblemUse>>,
    /// Of a batch: the operation that was refused, from 0.
    #[schema(nullable = false, minimum = 0)]
    pub index: Option<i64>,
    /// Of `batch_failed`: why the operation was refused, as its `code`, its `detail` and its code's own members.
    #[schema(nullable = false, value_type = Option<Object>, additional_properties)]
    pub cause: Option<serde_json::Value>,
    /// Of `locked`: who holds the lock.
    #[schema(nullable = false)]
    pub lock: Option<ArticleLock>,
    /// Of `gone`: what the newsroom tells readers.
    #[schema(nullable = true)]
    pub notice: Option<String>,
    /// Of `entitlement_required`: what the article takes.
    #[schema(nullable = false)]
    pub access: Option<Access>,
    /// Of `payload_too_large`: the most bytes that a body may have there.
    #[schema(nullable = false, minimum = 0)]
    pub limit_bytes: Option<u64>,
}

/// Something that uses the record, as far as the caller may know of it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it says how documents look; `problem` writes them")]
pub struct ProblemUse {
    /// What it is.
    #[schema(example = "article")]
    pub kind: String,
    /// Its identity; `null` for the site, and for an article that the caller may not read.
    #[schema(format = Uuid)]
    pub id: Option<String>,
    /// Its headline, name or title; `null` where it has none, and for an article that the caller may not read.
    pub title: Option<String>,
    /// Where it uses the record; told of media only.
    #[schema(nullable = false)]
    pub r#where: Option<Vec<UsePlace>>,
}

/// One thing that is wrong with the input. Exactly one of `pointer`, `parameter` and `header` says where.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it says how documents look; `problem` writes them")]
pub struct ProblemEntry {
    /// A JSON Pointer (RFC 6901) into the body; empty for the body itself.
    #[schema(nullable = false, example = "/tags/2")]
    pub pointer: Option<String>,
    /// The name of a query or path parameter.
    #[schema(nullable = false)]
    pub parameter: Option<String>,
    /// The name of a request header.
    #[schema(nullable = false)]
    pub header: Option<String>,
    /// What is wrong, for programs.
    pub code: EntryCode,
    /// What is expected there.
    pub detail: String,
}

/// Every [`Code`], as a schema.
pub struct ProblemCode;

/// Every [`FaultCode`], as a schema.
pub struct EntryCode;

impl ToSchema for ProblemCode {}

impl PartialSchema for ProblemCode {
    fn schema() -> RefOr<Schema> {
        let lines = Code::ALL.iter().map(|code| format!("- `{code}`: {}", code.meaning().trim()));
        names("What went wrong.", Code::ALL.iter().map(|code| code.as_str()), lines)
    }
}

impl ToSchema for EntryCode {}

impl PartialSchema for EntryCode {
    fn schema() -> RefOr<Schema> {
        let lines = FaultCode::ALL.iter().map(|code| format!("- `{code}`: {}", code.meaning().trim()));
        names("What is wrong at one place.", FaultCode::ALL.iter().map(|code| code.as_str()), lines)
    }
}

fn names(
    summary: &str,
    codes: impl Iterator<Item = &'static str>,
    lines: impl Iterator<Item = String>,
) -> RefOr<Schema> {
    let description = format!("{summary}\n\n{}", lines.collect::<Vec<_>>().join("\n"));
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes)).description(Some(description)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_members_are_plain_strings_and_all_codes_are_listed() {
        let entry = serde_json::to_value(ProblemEntry::schema()).unwrap_or_default();
        assert_eq!(entry["properties"]["pointer"]["type"], "string", "{entry}");
        assert_eq!(entry["required"], serde_json::json!(["code", "detail"]));
        let codes = serde_json::to_value(ProblemCode::schema()).unwrap_or_default();
        assert_eq!(codes["enum"].as_array().map(Vec::len), Some(Code::ALL.len()));
        let document = serde_json::to_value(ProblemDocument::schema()).unwrap_or_default();
        assert_eq!(document["properties"]["type"]["type"], "string", "{document}");
    }
}
