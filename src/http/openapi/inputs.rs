//! What the types of inputs can't say, because one type serves creating and patching: which members must be given,
//! and which can't be `null`.

use serde_json::{Map, Value, json};

use super::path_of;
use super::references::to_schema as reference;

/// Creating: the operation, the schema that it shares with PATCH, the name of its own one, what must be given.
const NEW: &[(&str, &str, &str, &[&str])] = &[
    ("create_article", "ArticleInput", "NewArticle", &["headline"]),
    ("create_tag", "TagInput", "NewTag", &["name"]),
    ("create_author", "AuthorInput", "NewAuthor", &["name"]),
    ("create_collection", "CollectionInput", "NewCollection", &["name"]),
    ("create_live_update", "LiveUpdateInput", "NewLiveUpdate", &[]),
    ("create_user", "UserInput", "NewUser", &["email", "name", "role"]),
    ("create_media_folder", "MediaFolderInput", "NewMediaFolder", &["name"]),
    ("create_webhook", "WebhookInput", "NewWebhook", &["name", "url"]),
];

/// Members that can be given when creating only.
const ONLY_NEW: &[(&str, &str)] = &[("ArticleInput", "translation_of"), ("UserInput", "invite")];

/// What must always be given.
const REQUIRED: &[(&str, &[&str])] = &[
    ("Correct", &["kind", "text"]),
    ("PrincipleInput", &["title", "url"]),
    ("LoginInput", &["email", "password"]),
    ("AcceptInvitation", &["token", "password"]),
    ("PasswordResetInput", &["email"]),
    ("ConfirmPasswordReset", &["token", "password"]),
    ("EmailChangeInput", &["email", "current_password"]),
    ("ConfirmEmailChange", &["token"]),
    ("TotpCodeInput", &["code"]),
    ("TotpProof", &["current_password", "code"]),
    ("MergeTag", &["into"]),
    ("NewTokenInput", &["name", "scopes"]),
    ("PasswordInput", &["current_password", "new_password"]),
    ("RefreshInput", &["refresh_token"]),
    ("Schedule", &["publish_at"]),
    ("RequestChanges", &["reason"]),
    ("NewCommentInput", &["text"]),
    ("BatchInput", &["operations"]),
    ("BatchOperation", &["op"]),
    ("MediaBatchInput", &["operations"]),
    ("MediaBatchOperation", &["op", "id", "if_match"]),
];

/// What need not be given, but can't be `null`.
const NOT_NULL: &[(&str, &[&str])] = &[
    (
        "ArticleInput",
        &[
            "locale",
            "slug",
            "kind",
            "access",
            "headline",
            "featured",
            "breaking",
            "translation_of",
            "translated_version",
        ],
    ),
    ("AuthorInput", &["name", "slug"]),
    ("CollectionInput", &["name", "slug", "size"]),
    ("Duplicate", &["locale"]),
    ("LiveUpdateInput", &["at", "pinned", "key_event", "draft"]),
    ("Flag", &["featured", "breaking"]),
    ("Lock", &["take_over"]),
    ("NewPreviewToken", &["version", "expires_in_seconds"]),
    (
        "SiteInput",
        &[
            "name",
            "locales",
            "default_locale",
            "labels",
            "share_networks",
            "principles",
            "publish_gate",
            "require_totp",
            "entitlement_keys",
        ],
    ),
    ("TagInput", &["name", "slug", "kind"]),
    ("NewTokenInput", &["user", "networks"]),
    ("TokenInput", &["name", "scopes", "networks"]),
    ("RotateToken", &["overlap_seconds"]),
    ("UserInput", &["email", "name", "role", "password", "invite"]),
    ("AcceptInvitation", &["name"]),
    ("ProfileInput", &["name"]),
    ("CommentInput", &["text", "resolved"]),
    ("BatchInput", &["mode"]),
    ("BatchOperation", &["body"]),
    ("MediaBatchInput", &["mode"]),
    ("MediaBatchOperation", &["body"]),
    ("MediaByAddress", &["embed_url", "url"]),
    ("MediaFolderInput", &["name"]),
    ("Redeliver", &["delivery_id", "since"]),
    ("RotateSecret", &["overlap_seconds"]),
    ("WebhookInput", &["name", "url", "events", "active", "trusted"]),
];

/// Lists in which nothing may stand twice.
const UNIQUE: &[(&str, &str)] = &[
    ("NewTokenInput", "scopes"),
    ("SiteInput", "locales"),
    ("SiteInput", "share_networks"),
    ("TokenInput", "scopes"),
    ("WebhookInput", "events"),
];

/// Completes the schemas, and lets creating refer to its own.
pub fn complete(document: &mut Value) {
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        for (name, members) in NOT_NULL.iter().chain(REQUIRED) {
            forbid_null(schemas, name, members);
        }
        for (name, members) in REQUIRED {
            require(schemas, name, members);
        }
        for (name, member) in UNIQUE {
            if let Some(list) = schemas.get_mut(*name).and_then(|schema| schema["properties"].get_mut(*member)) {
                list["uniqueItems"] = json!(true);
            }
        }
        if let Some(flag) = schemas.get_mut("Flag") {
            flag["minProperties"] = json!(1);
        }
        if let Some(redeliver) = schemas.get_mut("Redeliver") {
            (redeliver["minProperties"], redeliver["maxProperties"]) = (json!(1), json!(1));
        }
        for (_, shared, own, required) in NEW {
            if let Some(schema) = schemas.get(*shared).cloned() {
                schemas.insert((*own).to_owned(), schema);
                require(schemas, own, required);
            }
        }
        if let Some(update) = schemas.get_mut("NewLiveUpdate") {
            update["minProperties"] = json!(1);
        }
        for (name, member) in ONLY_NEW {
            if let Some(members) = schemas.get_mut(*name).and_then(|schema| schema["properties"].as_object_mut()) {
                members.remove(*member);
            }
        }
    }
    for (operation, shared, own, _) in NEW {
        let Some(path) = path_of(operation) else { continue };
        let content = &mut document["paths"][path]["post"]["requestBody"]["content"];
        for media in content.as_object_mut().into_iter().flatten().map(|(_, media)| media) {
            if media["schema"]["$ref"] == reference(shared) {
                media["schema"]["$ref"] = json!(reference(own));
            }
        }
    }
    optional_bodies(document);
}

/// The body of an action on an article may be left out where it has no member that must be given.
fn optional_bodies(document: &mut Value) {
    for route in crate::http::ROUTES {
        if route.method != "post" || !route.path.starts_with("/v1/admin/articles/{id}/") {
            continue;
        }
        let body = &document["paths"][route.path]["post"]["requestBody"];
        let name = body["content"]["application/json"]["schema"]["$ref"].as_str().unwrap_or_default();
        let schema = document.pointer(name.trim_start_matches('#'));
        let demands = |schema: &Value| schema.get("required").is_some() || schema.get("minProperties").is_some();
        let required = schema.is_some_and(demands);
        document["paths"][route.path]["post"]["requestBody"]["required"] = json!(required);
    }
}

fn require(schemas: &mut Map<String, Value>, name: &str, members: &[&str]) {
    if let Some(schema) = schemas.get_mut(name).filter(|_| !members.is_empty()) {
        schema["required"] = json!(members);
    }
}

/// Takes `null` out of members.
fn forbid_null(schemas: &mut Map<String, Value>, name: &str, members: &[&str]) {
    let Some(schema) = schemas.get_mut(name) else { return };
    for member in members {
        if let Some(member) = schema.pointer_mut(&format!("/properties/{member}")) {
            without_null(member);
        }
    }
}

/// The schema without `null`: out of a list of types, or out of a `oneOf` with one other branch.
fn without_null(schema: &mut Value) {
    if let Some(types) = schema["type"].as_array_mut() {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            schema["type"] = only.clone();
        }
    }
    let others: Vec<Value> = schema["oneOf"]
        .as_array()
        .map_or_else(Vec::new, |branches| branches.iter().filter(|branch| branch["type"] != "null").cloned().collect());
    if let [Value::Object(only)] = others.as_slice() {
        let description = schema["description"].take();
        *schema = Value::Object(only.clone());
        if description.is_string() {
            schema["description"] = description;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_name_members_that_there_are() {
        let document = super::super::document().unwrap();
        let schemas = &document["components"]["schemas"];
        let all = NOT_NULL.iter().chain(REQUIRED).copied().chain(NEW.iter().map(|line| (line.2, line.3)));
        for (name, members) in all {
            for member in members.iter().filter(|member| !ONLY_NEW.contains(&(name, member))) {
                let schema = &schemas[name]["properties"][member];
                assert!(schema.is_object(), "{name}.{member}");
                let mut schema = schema.clone();
                if (name, *member) == ("SiteInput", "labels") {
                    // The member can't be null; each of its entries can.
                    assert_eq!(schema["additionalProperties"].take()["oneOf"][0]["type"], "null");
                }
                assert!(!schema.to_string().contains("\"null\""), "{name}.{member}: {schema}");
            }
        }
        for (operation, _, own, _) in NEW {
            let path = path_of(operation).unwrap();
            let content = &document["paths"][path]["post"]["requestBody"]["content"];
            assert_eq!(content["application/json"]["schema"]["$ref"], reference(own));
        }
    }
}
