//! How inputs are derived, and what they answer to bad bodies and queries.

use actix_web::test::TestRequest;
use deserr::{Deserr, ValuePointerRef};
use serde_json::{Value, json};

use super::params::{Commas, Flag, Int};
use super::{IfMatch, NoParams, query};
use crate::error::{Code, Error, FaultCode, Place};
use crate::model::faults::Faults;
use crate::model::field::{ByKey, Field, FreeObject};
use crate::model::json::Document;
use crate::model::read::{FromText, Wrong, from_text};

#[derive(Debug, PartialEq)]
struct Name(String);

impl FromText for Name {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        match text.len() {
            1..=10 => Ok(Self(text.to_owned())),
            _ => Err((FaultCode::TooLong, "At most 10 characters.".into())),
        }
    }
}

from_text!(Name);

fn tag_members(key: &str, accepted: &[&str], at: ValuePointerRef<'_>) -> Faults {
    Faults::unknown_or_read_only(key, accepted, &["id", "version"], at)
}

#[derive(Debug, PartialEq, Deserr)]
#[deserr(error = Faults, rename_all = lowercase)]
enum TagKind {
    Section,
    Topic,
}

#[derive(Debug, PartialEq, Deserr)]
#[deserr(error = Faults, deny_unknown_fields)]
struct Spot {
    city: Name,
    #[deserr(default)]
    country: Option<Name>,
}

#[derive(Debug, PartialEq, Deserr)]
#[deserr(error = Faults, deny_unknown_fields = tag_members)]
struct CreateTag {
    name: Name,
    #[deserr(default)]
    kind: Option<TagKind>,
    #[deserr(default)]
    places: Vec<Spot>,
    #[deserr(default)]
    parents: Vec<Name>,
}

#[derive(Debug, Default, PartialEq, Deserr)]
#[deserr(error = Faults, deny_unknown_fields = tag_members)]
struct PatchTag {
    #[deserr(default)]
    name: Field<Name>,
    #[deserr(default)]
    names: Field<ByKey<Field<Name>>>,
    #[deserr(default)]
    custom: Field<FreeObject>,
    #[deserr(default)]
    order: Field<u8>,
}

#[derive(Debug, Default, PartialEq, Deserr)]
#[deserr(error = Faults, deny_unknown_fields)]
struct ListTags {
    #[deserr(default)]
    limit: Option<Int<1, 100>>,
    #[deserr(default)]
    featured: Option<Flag>,
    #[deserr(default)]
    tag: Option<Commas<Name>>,
    #[deserr(default)]
    kind: Option<TagKind>,
}

fn shape<T: Deserr<Faults>>(body: &Value) -> Result<T, Error> {
    Document::parse(body.to_string().as_bytes())?.read()
}

fn faults(error: &Error) -> Vec<(String, FaultCode)> {
    let place = |place: &Place| match place {
        Place::Pointer(at) | Place::Parameter(at) => at.clone(),
        Place::Header(at) => (*at).to_owned(),
    };
    error.faults().iter().map(|fault| (place(&fault.place), fault.code)).collect()
}

#[test]
fn every_fault_of_a_body_is_reported_with_its_pointer() {
    let body = json!({
        "id": 1, "nmae": "x", "kind": "topik", "places": [{"city": "Bonn"}, {"city": null, "x/y": 1}],
        "parents": ["a", 2, "far too long a name"],
    });
    let error = shape::<CreateTag>(&body).unwrap_err();
    let mut found = faults(&error);
    found.sort();
    let expected = [
        ("/id", FaultCode::ReadOnly),
        ("/kind", FaultCode::NotOneOf),
        ("/name", FaultCode::Required),
        ("/nmae", FaultCode::UnknownField),
        ("/parents/1", FaultCode::WrongType),
        ("/parents/2", FaultCode::TooLong),
        ("/places/1/city", FaultCode::NotNull),
        ("/places/1/x~1y", FaultCode::UnknownField),
    ];
    assert_eq!(found, expected.map(|(at, code)| (at.to_owned(), code)));
    let said = error.to_string();
    assert!(said.contains("Did you mean `name`?") && said.contains("`section`, `topic`") && !said.contains("topik"));
}

#[test]
fn a_patch_tells_absent_from_null() {
    let patch: PatchTag = shape(&json!({"name": null, "names": {"de": "Stadt", "fr": null}})).unwrap();
    assert_eq!(patch.name, Field::Null);
    assert_eq!(patch.order, Field::Absent);
    let names = patch.names.set().unwrap().0;
    assert_eq!((&names["de"], &names["fr"]), (&Field::Set(Name("Stadt".into())), &Field::Null));
    let error = shape::<PatchTag>(&json!({"names": {"de": 1, "fr": [2]}, "order": 300, "custom": []})).unwrap_err();
    let expected = [
        ("/names/de", FaultCode::WrongType),
        ("/names/fr", FaultCode::WrongType),
        ("/order", FaultCode::OutOfRange),
        ("/custom", FaultCode::WrongType),
    ];
    assert_eq!(faults(&error), expected.map(|(at, code)| (at.to_owned(), code)));
    assert!(error.to_string().contains("at most 255") && !error.to_string().contains("300"));
}

#[test]
fn syntax_is_strict() {
    let code = |text: &[u8]| Document::parse(text).unwrap_err().code();
    let deep = format!("{}{}", "[".repeat(101), "]".repeat(101));
    for text in ["", "{", "{} x", "{\"a\":1,}", "\"\\ud800\"", "NaN", "[1 2]", deep.as_str()] {
        assert_eq!(code(text.as_bytes()), Code::MalformedJson, "{text}");
    }
    assert_eq!(code(b"\"\xff\""), Code::MalformedJson);
    let error = Document::parse(br#"{"a":[{"b":1},{"c/d":1,"c/d":2}]}"#).unwrap_err();
    assert_eq!((error.code(), faults(&error)[0].0.as_str()), (Code::DuplicateKey, "/a/1/c~1d"));
    let fits = format!("{}{}", "[".repeat(100), "]".repeat(100));
    assert!(Document::parse(fits.as_bytes()).is_ok());
    assert!(Document::parse(b"[123456789012345678901234567890, 1e300, -0]").is_ok());
    let error = Document::parse(br#"{"name":"a\u0000"}"#).unwrap().read::<CreateTag>().unwrap_err();
    assert_eq!(faults(&error)[0], ("/name".to_owned(), FaultCode::InvalidFormat));
}

#[test]
fn faults_are_bounded() {
    let members: serde_json::Map<String, Value> = (0..5000).map(|i| (format!("x{i}"), json!(1))).collect();
    assert_eq!(shape::<CreateTag>(&Value::Object(members)).unwrap_err().faults().len(), 100);
    let list: Vec<Value> = (0..5000).map(|_| json!(1)).collect();
    assert_eq!(shape::<CreateTag>(&json!({"parents": list})).unwrap_err().faults().len(), 100);
}

#[test]
fn a_query_is_read_strictly() {
    let read = query::read::<ListTags>;
    assert_eq!(read("").unwrap(), ListTags::default());
    let good = read("limit=5&featured=true&tag=a,b%20c&kind=topic").unwrap();
    assert_eq!(good.limit, Some(Int(5)));
    assert_eq!(good.tag, Some(Commas(vec![Name("a".into()), Name("b c".into())])));
    let error = read("limt=5&featured=1&limit=0&tag=a,,b").unwrap_err();
    assert_eq!(error.code(), Code::InvalidParameter);
    assert_eq!(error.extra()["did_you_mean"], "limit");
    let expected = [
        ("limt", FaultCode::UnknownParameter),
        ("featured", FaultCode::NotOneOf),
        ("limit", FaultCode::OutOfRange),
        ("tag", FaultCode::InvalidFormat),
    ];
    assert_eq!(faults(&error), expected.map(|(at, code)| (at.to_owned(), code)));
    for bad in ["limit=1&limit=2", "tag=%ff", "tag=%zz", "tag=%", "tag=a%00", "%ff=1", "limit=1e1", "limit=+5"] {
        assert_eq!(read(bad).unwrap_err().code(), Code::InvalidParameter, "{bad}");
    }
    assert!(query::read::<NoParams>("").is_ok() && query::read::<NoParams>("a=1").is_err());
}

#[test]
fn if_match_takes_strong_tags_only() {
    let read = |request: TestRequest| {
        let request = request.to_http_request();
        IfMatch::from_request(&request).map(|wanted| wanted.precondition())
    };
    let of = |value: &str| read(TestRequest::get().insert_header(("If-Match", value)));
    assert!(of("\"7\"").unwrap().allows(7) && !of("\"7\"").unwrap().allows(8));
    assert!(of("\"6\", \"7\"").unwrap().allows(7) && of("*").unwrap().allows(1));
    assert!(!of("\"07\"").unwrap().allows(7) && !of("\"abc\"").unwrap().allows(7));
    for bad in ["7", "W/\"7\"", "", "\"7", "\"7\" \"8\"", "\"7\", 8"] {
        assert_eq!(of(bad).unwrap_err().code(), Code::InvalidHeader, "{bad}");
    }
    let none = read(TestRequest::get());
    assert_eq!(none.unwrap_err().code(), Code::IfMatchRequired);
}
