//! Bad input at every route that takes a JSON body: a problem that names the faults, never a 500, nothing written.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use slugline::http::bounds::{Bounds, File};

use crate::both;
use crate::support::TestApp;
use crate::support::rows::rows;
use crate::support::writes::{MARK, World, WriteRoute, at, pointer};

/// A member that no input has; with it nothing is ever written.
const UNKNOWN: &str = "no_such_member_anywhere";

/// The body with the unknown member.
fn spoilt(mut body: Value) -> Vec<u8> {
    body[UNKNOWN] = json!(MARK);
    body.to_string().into_bytes()
}

fn has(problem: &Value, pointer: &str, code: &str) -> bool {
    problem["errors"].as_array().unwrap().iter().any(|fault| fault["pointer"] == pointer && fault["code"] == code)
}

/// Text that should trouble nobody.
fn odd_texts() -> Vec<String> {
    let all = [
        "",
        " ",
        "\u{202e}Zq7mark\u{202c}",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627} Zq7mark",
        "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} Zq7mark \u{1f1f0}\u{1f1ff}",
        "\u{200b}\u{feff}\u{2060}",
        "Zq7mark\u{7}\u{1b}[31m",
        "Zq7mark\u{2028}\u{ffff}\u{10ffff}",
        "e\u{301}\u{301}\u{301}\u{301} Zq7mark",
        "'; DROP TABLE articles; -- Zq7mark",
        "<script>Zq7mark</script>",
        "../../Zq7mark",
        "%00 %s {0} ${Zq7mark}",
        "a\u{0}Zq7mark",
    ];
    all.into_iter().map(str::to_owned).collect()
}

/// A request by hand: head, then the body in pieces; the answer as it comes, even if not all could be sent.
fn raw(app: &TestApp, head: &str, pieces: &[&[u8]]) -> String {
    let mut stream = TcpStream::connect(&app.address).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let _ = pieces.iter().try_for_each(|piece| stream.write_all(piece));
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(length) = stream.read(&mut buffer) {
        answer.extend_from_slice(&buffer[..length]);
        let text = String::from_utf8_lossy(&answer);
        if length == 0 || text.contains("\r\n\r\n") && text.trim_end().ends_with('}') {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn head(app: &TestApp, world: &World, route: &WriteRoute, length: &str) -> String {
    let bearer = world.admin.bearer_token();
    format!(
        "{} {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {bearer}\r\nContent-Type: {}\r\n{length}\r\n\r\n",
        route.method, route.path, app.address, route.media
    )
}

both! {
    broken_syntax_is_400(app) {
        let world = World::new(app);
        let before = rows(app);
        let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000)).into_bytes();
        let malformed: Vec<(&str, Vec<u8>)> = vec![
            ("garbage", b"Zq7mark".to_vec()),
            ("cut off", b"{\"a\": \"Zq7mark".to_vec()),
            ("a tail", b"{} Zq7mark".to_vec()),
            ("two values", b"{}{}".to_vec()),
            ("a comma too many", b"{\"a\": 1,}".to_vec()),
            ("single quotes", b"{'a': 1}".to_vec()),
            ("a byte order mark", b"\xEF\xBB\xBF{}".to_vec()),
            ("broken UTF-8", b"{\"a\": \"Zq7mark\xFF\"}".to_vec()),
            ("an overlong form", b"{\"a\": \"\xC0\xAF\"}".to_vec()),
            ("UTF-16", "{}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
            ("a raw NUL", b"{\"a\": \"Zq7\0mark\"}".to_vec()),
            ("half a surrogate pair", br#"{"a": "\ud800"}"#.to_vec()),
            ("the other half", br#"{"a": "\udc00Zq7mark"}"#.to_vec()),
            ("1e400", b"{\"a\": 1e400}".to_vec()),
            ("NaN", b"{\"a\": NaN}".to_vec()),
            ("a leading zero", b"{\"a\": 01}".to_vec()),
            ("deep arrays", deep("[", "]")),
            ("deep objects", deep("{\"a\":", "}")),
            ("deep and never closed", "[".repeat(100_000).into_bytes()),
        ];
        let twice: [(&str, &str); 4] = [
            (r#"{"a": 1, "a": 1}"#, "/a"),
            (r#"{"x": {"a": 1, "b": 2, "a": "Zq7mark"}}"#, "/x/a"),
            (r#"{"x": [0, {"y": {"a": 1, "a": 2}}]}"#, "/x/1/y/a"),
            (r#"{"a": 1, "\u0061": 2}"#, "/a"),
        ];
        for route in &world.routes {
            for (what, body) in &malformed {
                let answer = route.send(&world.admin, body);
                let small = answer.status == 413 && body.len() > 16 * 1024;
                let problem = world.refused(route, answer, what);
                assert!(small || problem["code"] == "malformed_json", "{} ({what}): {problem}", route.id);
            }
            let sayings = ["schedule_article", "correct_article", "flag_article", "request_article_changes"];
            if !route.optional && !sayings.contains(&route.id.as_str()) {
                let answer = route.send(&world.admin, b"");
                assert_eq!(world.refused(route, answer, "nothing")["code"], "malformed_json", "{}", route.id);
            }
            for (body, pointer) in twice {
                let problem = world.refused(route, route.send(&world.admin, body.as_bytes()), body);
                assert_eq!(problem["code"], "duplicate_key", "{}: {problem}", route.id);
                assert_eq!((&problem["status"], &problem["errors"][0]["pointer"]), (&json!(400), &json!(pointer)));
            }
        }
        assert_eq!(rows(app), before);
    }

    wrong_media_types_and_codings_are_415(app) {
        let world = World::new(app);
        let before = rows(app);
        for route in &world.routes {
            for media in ["text/plain", "application/xml", "application/x-www-form-urlencoded", "json", "application/json; charset=utf-16"] {
                let client = world.admin.with("If-Match", "*").with("Content-Type", media);
                let answer = client.send(&route.method, &route.path, Some(b"{}"));
                if route.method == "PATCH" {
                    assert!(answer.header("accept-patch").unwrap().contains("application/merge-patch+json"), "{}", route.id);
                }
                let problem = world.refused(route, answer, media);
                assert_eq!(problem["code"], "unsupported_media_type", "{} {media}", route.id);
            }
            let untyped = world.admin.with("If-Match", "*").send(&route.method, &route.path, Some(b"{\"a\": 1}"));
            assert_eq!(world.refused(route, untyped, "no type")["code"], "unsupported_media_type");
            for coding in ["gzip", "br", "zstd", "identity, gzip"] {
                let answer = route.send(&world.admin.with("Content-Encoding", coding), b"{}");
                assert_eq!(world.refused(route, answer, coding)["code"], "unsupported_content_encoding");
            }
        }
        assert_eq!(rows(app), before);
    }

    bodies_over_the_limit_are_413(app) {
        let world = World::new(app);
        let before = rows(app);
        for route in &world.routes {
            let answer = raw(app, &head(app, &world, route, "If-Match: *\r\nContent-Length: 1000000000"), &[]);
            assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("payload_too_large"), "{}: {answer}", route.id);
            let problem: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
            let limit = problem["limit_bytes"].as_u64().unwrap() as usize;
            let bounds = Bounds::of_operation(&route.id);
            assert!(bounds.file != File::None || bounds.body == limit as u64, "{}: {limit}", route.id);
            let chunk = format!("{:x}\r\n{}\r\n", 4096, " ".repeat(4096)).into_bytes();
            let chunks: Vec<&[u8]> = std::iter::repeat_n(chunk.as_slice(), limit / 4096 + 1).collect();
            let answer = raw(app, &head(app, &world, route, "If-Match: *\r\nTransfer-Encoding: chunked"), &chunks);
            assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("payload_too_large"), "{}: {answer}", route.id);
        }
        assert_eq!(rows(app), before);
    }

    what_is_no_object_is_422(app) {
        let world = World::new(app);
        let before = rows(app);
        for route in &world.routes {
            for body in ["null", "true", "7", "-0.5", "\"Zq7mark\"", "[]", "[{}]", "[\"Zq7mark\"]"] {
                let problem = world.refused(route, route.send(&world.admin, body.as_bytes()), body);
                let code = if body == "null" { "not_null" } else { "wrong_type" };
                assert!(has(&problem, "", code), "{} {body}: {problem}", route.id);
            }
        }
        assert_eq!(rows(app), before);
    }

    members_of_a_wrong_type_are_named_all_at_once(app) {
        let world = World::new(app);
        let before = rows(app);
        let probes = [
            ("boolean", json!(true)), ("integer", json!(7)), ("number", json!(7.5)), ("string", json!(MARK)),
            ("array", json!([MARK])), ("object", json!({ "a": MARK })),
        ];
        for route in &world.routes {
            for (path, schema) in world.members(&route.schema) {
                let types = world.types(schema);
                for (name, probe) in &probes {
                    let taken = types.contains(*name) || *name == "integer" && types.contains("number");
                    // What is not bound to a type is bound by rules of its own.
                    if types.is_empty() || taken {
                        continue;
                    }
                    let what = format!("{} = {name}", pointer(&path));
                    let answer = route.send(&world.admin, &spoilt(at(&path, probe.clone())));
                    let problem = world.refused(route, answer, &what);
                    assert!(has(&problem, &pointer(&path), "wrong_type"), "{} {what}: {problem}", route.id);
                    assert!(has(&problem, &format!("/{UNKNOWN}"), "unknown_field"), "{} {what}: {problem}", route.id);
                }
            }
        }
        assert_eq!(rows(app), before);
    }

    unknown_members_get_a_suggestion_and_answers_can_not_be_written_back(app) {
        let world = World::new(app);
        let before = rows(app);
        for route in &world.routes {
            for (path, _) in world.members(&route.schema) {
                let (Some(Some(name)), above) = (path.last(), &path[..path.len() - 1]) else { continue };
                if name.len() < 5 || above.iter().any(Option::is_none) || above.iter().flatten().any(|name| name == "custom") {
                    continue;
                }
                let wrong = format!("{}_{}", &name[..3], &name[3..]);
                let body = at(above, json!({ &wrong: MARK }));
                let problem = world.refused(route, route.send(&world.admin, body.to_string().as_bytes()), &wrong);
                let place = format!("{}/{wrong}", pointer(above));
                let fault = problem["errors"].as_array().unwrap().iter().find(|fault| fault["pointer"] == place);
                let fault = fault.unwrap_or_else(|| panic!("{} {place}: {problem}", route.id));
                assert_eq!(fault["code"], "unknown_field", "{}: {problem}", route.id);
                assert!(fault["detail"].as_str().unwrap().contains(&format!("`{name}`")), "{}: {problem}", route.id);
            }
            let of_a_resource = route.method == "PATCH" || route.id.starts_with("create_");
            for name in route.answered(&world).iter().filter(|_| of_a_resource) {
                let body = json!({ name: MARK }).to_string();
                let problem = world.refused(route, route.send(&world.admin, body.as_bytes()), name);
                assert!(has(&problem, &format!("/{name}"), "read_only"), "{} {name}: {problem}", route.id);
            }
            let many: serde_json::Map<String, Value> = (0..3_000).map(|n| (format!("m{n}"), json!(n))).collect();
            let body = if route.path.contains("/auth/") { json!({ "m": 1 }) } else { Value::from(many) };
            let problem = world.refused(route, route.send(&world.admin, body.to_string().as_bytes()), "many members");
            assert_eq!(problem["code"], "invalid_body", "{}", route.id);
        }
        assert_eq!(rows(app), before);
    }

    odd_values_are_refused_beside_a_fault_and_never_break_anything_alone(app) {
        let world = World::new(app);
        let before = rows(app);
        let long = MARK.repeat(1_000_000 / MARK.len());
        let huge = ["1e308", "-1e308", "1000000000000000000000000000000", "-9223372036854775809", "18446744073709551616", "1e-400", "-0"];
        let number = |body: &Value, text: &str| body.to_string().replace("\"@number@\"", text).into_bytes();
        for route in &world.routes {
            for (path, schema) in world.members(&route.schema) {
                for text in odd_texts() {
                    let what = format!("{} = {text:?}", pointer(&path));
                    let answer = route.send(&world.admin, &spoilt(at(&path, json!(text))));
                    let problem = world.refused(route, answer, &what);
                    assert_eq!(problem["code"], "invalid_body", "{} {what}: {problem}", route.id);
                    assert!(!text.contains('\0') || has(&problem, &pointer(&path), "invalid_format"), "{} {what}: {problem}", route.id);
                }
                if world.types(schema).contains("string") {
                    let answer = route.send(&world.admin, &spoilt(at(&path, json!(long))));
                    let _ = world.refused(route, answer, &format!("{}: a megabyte", pointer(&path)));
                }
                for text in huge {
                    let mut body = at(&path, json!("@number@"));
                    body[UNKNOWN] = json!(MARK);
                    let answer = route.send(&world.admin, &number(&body, text));
                    let _ = world.refused(route, answer, &format!("{} = {text}", pointer(&path)));
                }
            }
        }
        assert_eq!(rows(app), before);
        for route in &world.routes {
            for (path, _) in world.members(&route.schema) {
                let texts = odd_texts().into_iter().map(|text| at(&path, json!(text)).to_string().into_bytes());
                let numbers = huge.iter().map(|text| number(&at(&path, json!("@number@")), text));
                for body in texts.chain(numbers).chain([at(&path, Value::Null).to_string().into_bytes()]) {
                    let answer = route.send(&world.admin, &body);
                    let context = format!("{} {}: {}", route.id, String::from_utf8_lossy(&body), answer.text());
                    assert!(answer.status < 500, "{context}");
                    if answer.status >= 400 {
                        let _ = world.refused(route, answer, &context);
                    }
                }
            }
        }
    }

    if_match_is_asked_for_read_and_compared(app) {
        let world = World::new(app);
        let before = rows(app);
        let writing: Vec<&WriteRoute> = world.routes.iter().filter(|route| route.needs_if_match).collect();
        assert!(writing.len() > 15, "{}", writing.len());
        for route in writing {
            let mut body = json!({});
            if route.method != "PATCH" {
                body = world.sample(&route.schema);
            }
            let body = body.to_string().into_bytes();
            let missing = world.refused(route, route.send_plain(&world.admin, &body), "no If-Match");
            assert_eq!((&missing["status"], &missing["code"]), (&json!(428), &json!("if_match_required")), "{}", route.id);
            for tag in ["7", "\"7", "7\"", "Zq7mark", "\"1\" \"2\"", "", "*, \"1\""] {
                let answer = route.send_plain(&world.admin.with("If-Match", tag), &body);
                let problem = world.refused(route, answer, tag);
                assert_eq!((&problem["status"], &problem["code"]), (&json!(400), &json!("invalid_header")), "{} {tag}", route.id);
            }
            for tag in ["\"999\"", "\"0\"", "\"01\"", "\"Zq7mark\"", "\"998\", \"999\""] {
                let answer = route.send_plain(&world.admin.with("If-Match", tag), &body);
                let problem = world.refused(route, answer, tag);
                assert_eq!((&problem["status"], &problem["code"]), (&json!(412), &json!("stale_version")), "{} {tag}: {problem}", route.id);
                assert!(problem["current_version"].is_i64(), "{}: {problem}", route.id);
            }
        }
        assert_eq!(rows(app), before);
    }
}
