//! Mass assignment: what the server alone decides can't be written by any body or form, and nothing changes by trying.

use serde_json::{Map, Value, json};

use crate::both;
use crate::support::rows::{columns, rows};
use crate::support::writes::{Path, World, at, pointer};
use crate::support::{TestApp, pictures};

/// Members that answers have, or that other servers' rows have.
const FOREIGN: &[&str] = &[
    "id",
    "uuid",
    "_id",
    "version",
    "role",
    "roles",
    "is_admin",
    "admin",
    "owner",
    "owner_id",
    "user",
    "user_id",
    "author_id",
    "status",
    "state",
    "review",
    "live",
    "live_version",
    "published",
    "published_at",
    "first_published_at",
    "created_at",
    "updated_at",
    "deleted_at",
    "trashed_at",
    "killed_at",
    "created_by",
    "updated_by",
    "password",
    "password_hash",
    "salt",
    "totp_secret",
    "totp_enabled",
    "two_factor",
    "session",
    "sid",
    "scopes",
    "token",
    "token_hash",
    "secret",
    "hash",
    "sha256",
    "storage_key",
    "path",
    "file",
    "mime",
    "bytes",
    "width",
    "height",
    "url",
    "permissions",
    "allowed_actions",
    "lock",
    "locked_by",
    "translation_group",
    "has_unpublished_changes",
    "scheduled_version",
    "article_count",
    "last_login_at",
    "body_text",
    "word_count",
    "reading_minutes",
    "views",
    "rank",
    "__proto__",
    "constructor",
    "prototype",
    "$where",
    "$set",
];

/// Every object of a body whose members are closed: where it stands, and the names that it takes.
fn objects(world: &World, schema: &Value) -> Vec<(Path, Vec<String>)> {
    let closed = |schema: &Value| {
        let schema = world.resolved(schema);
        let names = schema["properties"].as_object().into_iter().flat_map(|all| all.keys().cloned()).collect();
        (schema["additionalProperties"] == false).then_some(names)
    };
    let inner = world.members(schema).into_iter().filter_map(|(path, member)| Some((path, closed(member)?)));
    closed(schema).map(|names| (Path::new(), names)).into_iter().chain(inner).collect()
}

/// A body with foreign members at a place.
fn spoilt(place: &[Option<String>], taken: &[String], names: &[String]) -> (Value, Vec<String>) {
    let foreign: Vec<String> = names.iter().filter(|name| !taken.contains(name)).cloned().collect();
    let members: Map<String, Value> = foreign.iter().map(|name| (name.clone(), json!("1"))).collect();
    (at(place, members.into()), foreign)
}

/// All that is asked: what other servers name so, and what our own tables do.
fn names(app: &TestApp) -> Vec<String> {
    let mut names: Vec<String> = columns(app).into_iter().map(|(_, column)| column).collect();
    names.extend(FOREIGN.iter().map(|name| (*name).to_owned()));
    names.sort();
    names.dedup();
    names
}

both! {
    what_the_server_decides_is_refused_in_every_body(app) {
        let world = World::new(app);
        let names = names(app);
        let before = rows(app);
        let mut places = 0;
        for route in &world.routes {
            let objects = objects(&world, &route.schema);
            assert!(objects.iter().any(|(place, _)| place.is_empty()), "{} takes any member", route.id);
            for (place, taken) in objects {
                // The faults of one answer are bounded: a few names at a time.
                for part in names.chunks(20) {
                    let (body, foreign) = spoilt(&place, &taken, part);
                    if foreign.is_empty() {
                        continue;
                    }
                    let answer = route.send(&world.admin, body.to_string().as_bytes());
                    let problem = world.refused(route, answer, &pointer(&place));
                    assert_eq!((&problem["status"], &problem["code"]), (&json!(422), &json!("invalid_body")), "{}: {problem}", route.id);
                    let faults = problem["errors"].as_array().unwrap();
                    for name in foreign {
                        let there = format!("{}/{name}", pointer(&place));
                        let fault = faults.iter().find(|fault| fault["pointer"] == *there);
                        let code = fault.map(|fault| fault["code"].as_str().unwrap());
                        assert!(matches!(code, Some("unknown_field" | "read_only" | "immutable")), "{} takes {there}: {problem}", route.id);
                    }
                }
                places += 1;
            }
        }
        assert!(places > 60, "{places} places");
        assert_eq!(rows(app), before);
    }

    what_the_server_decides_is_refused_in_every_form(app) {
        let world = World::new(app);
        let media = world.routes.iter().find(|route| route.id == "update_media").unwrap().path.clone();
        let before = rows(app);
        let forms = [("/v1/admin/media".to_owned(), pictures::jpeg(90)), (format!("{media}/replace-file"), pictures::jpeg(91))];
        for (path, file) in forms {
            for name in FOREIGN.iter().filter(|name| !["file", "url"].contains(name)) {
                let answer = world.admin.with("If-Match", "*").form(&path, "a.jpg", &file, &[(name, "1")]);
                let problem = answer.problem(422, "invalid_body");
                assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"), "{path}: {problem}");
            }
        }
        assert_eq!(rows(app), before);
    }

    a_sound_body_with_one_foreign_member_changes_nothing(app) {
        let world = World::new(app);
        let before = rows(app);
        for route in &world.routes {
            let taken = world.resolved(&route.schema)["properties"].as_object().cloned().unwrap_or_default();
            for name in ["id", "version", "role", "owner", "status", "published_at", "created_at", "password_hash", "user_id"] {
                if taken.contains_key(name) {
                    continue;
                }
                let mut body = world.sample(&route.schema);
                body[name] = json!("admin");
                let answer = route.send(&world.admin, body.to_string().as_bytes());
                assert_eq!(answer.status, 422, "{} {name}: {}", route.id, answer.text());
            }
        }
        assert_eq!(rows(app), before);
    }
}
