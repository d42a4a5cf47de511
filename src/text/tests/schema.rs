//! The OpenAPI schemas.

use serde_json::{Value, json};
use utoipa::OpenApi;

use super::*;

#[derive(OpenApi)]
#[openapi(components(schemas(Body)))]
struct Document;

#[test]
fn schemas_are_whole_and_exact() {
    let document = serde_json::to_value(Document::openapi()).unwrap();
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Body"]["maxItems"], 2000);
    assert_eq!(schemas["Body"]["items"], json!({"$ref": "#/components/schemas/Block"}));
    let branches = schemas["Block"]["oneOf"].as_array().unwrap();
    let mut types = std::collections::BTreeSet::new();
    for branch in branches {
        let schema = document.pointer(branch["$ref"].as_str().unwrap().trim_start_matches('#')).unwrap();
        let names = schema["properties"]["_type"]["enum"].as_array().unwrap();
        assert_eq!(names.len(), 1, "{schema}");
        assert!(schema["required"].as_array().unwrap().contains(&json!("_type")), "{schema}");
        types.insert(names[0].to_string());
    }
    assert_eq!((branches.len(), types.len()), (13, 13));
    let span = &schemas["Span"]["properties"];
    assert_eq!(span["_type"]["enum"], json!(["span"]));
    assert_eq!(span["text"]["maxLength"], 20000);
    assert_eq!(schemas["LinkMark"]["properties"]["_type"]["enum"], json!(["link"]));
    assert_eq!(schemas["TextBlock"]["properties"]["children"]["maxItems"], 1000);
    assert_eq!(schemas["ImageBlock"]["properties"]["media"]["format"], "uuid");
    // A frozen article link has an `href` too, yet must match one alternative only.
    assert_eq!(schemas["LinkMark"]["additionalProperties"], json!(false));
    assert_eq!(schemas["RelatedArticlesBlock"]["properties"]["articles"]["items"]["format"], "uuid");
    let mut references = Vec::new();
    find_references(&document, &mut references);
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

fn find_references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| find_references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| find_references(item, found)),
        _ => {}
    }
}
