//! Pages of other origins: the editorial door opens for the configured ones, to the letter, and for nobody who looks like
//! them.

use super::wire::{Grounds, raw};
use crate::support::{Answer, Database, TestApp};

const OURS: &[&str] = &["https://desk.example", "http://localhost:3000"];

/// Origins that are not ours.
const OTHERS: &[&str] = &[
    "null",
    "*",
    "",
    " ",
    "https://",
    "https://evil.example",
    "https://desk.example.evil.example",
    "https://evildesk.example",
    "https://evil.desk.example",
    "https://desk.example:443",
    "https://desk.example:8443",
    "https://desk.example:",
    "http://desk.example",
    "HTTPS://desk.example",
    "https://DESK.example",
    "https://desk.EXAMPLE",
    "https://desk.example/",
    "https://desk.example/x",
    "https://desk.example?",
    "https://desk.example#",
    "https://desk.example.",
    "https://desk.example%20",
    "https://desk.example%60.evil.example",
    "https://desk.example@evil.example",
    "https://evil.example/https://desk.example",
    "https://desk.example https://evil.example",
    "https://evil.example, https://desk.example",
    "https://desk.example, https://evil.example",
    "https://desk-example",
    "https://deskXexample",
    "https://desk.example\\.evil.example",
    "https://desk.example_.evil.example",
    "https://d\u{435}sk.example",
    "https://xn--dsk-hma.example",
    "//desk.example",
    "desk.example",
    "file://",
    "file:///etc/passwd",
    "chrome-extension://desk.example",
    "data:text/html,x",
    "about:blank",
    "blob:https://desk.example/x",
    "wss://desk.example",
    "http://localhost",
    "http://localhost:30000",
    "http://localhost:3000.evil.example",
    "http://localhost:3001",
    "https://localhost:3000",
    "http://127.0.0.1:3000",
    "http://[::1]:3000",
    "https://news.example",
    "undefined",
];

fn app(database: Database) -> Option<TestApp> {
    TestApp::start_with(database, &["--cors-origins", &OURS.join(",")])
}

fn asked(app: &TestApp, method: &str, path: &str, origin: &str, more: &[String]) -> Answer {
    let lines: Vec<String> = std::iter::once(format!("Origin: {origin}")).chain(more.iter().cloned()).collect();
    raw(app, method, path.as_bytes(), &lines)
}

fn permission(answer: &Answer) -> Vec<&str> {
    let names = answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("access-control-allow-origin"));
    names.map(|(_, value)| value.as_str()).collect()
}

/// No answer ever lets a page use what the browser keeps.
fn assert_bare(answer: &Answer, what: &str) {
    for name in [
        "access-control-allow-credentials",
        "set-cookie",
        "access-control-allow-private-network",
        "timing-allow-origin",
    ] {
        assert_eq!(answer.header(name), None, "{what}");
    }
}

fn told(app: &TestApp) {
    let grounds = Grounds::new(app);
    let bearer = format!("Authorization: Bearer {}", grounds.admin.bearer_token());
    let preflight =
        ["Access-Control-Request-Method: PATCH".to_owned(), "Access-Control-Request-Headers: authorization".to_owned()];
    let editorial =
        ["/v1/admin/articles", "/v1/auth/me", "/v1/auth/login", "/v1/admin/nothing", "/v1/%61dmin/articles"];
    for origin in OTHERS {
        for path in editorial {
            for (method, more) in
                [("GET", vec![bearer.clone()]), ("OPTIONS", preflight.to_vec()), ("POST", vec![bearer.clone()])]
            {
                let answer = asked(app, method, path, origin, &more);
                let what = format!("{method} {path} of {origin:?}: {} {:?}", answer.status, answer.headers);
                assert_eq!(permission(&answer), Vec::<&str>::new(), "{what}");
                assert!(answer.header("access-control-allow-methods").is_none(), "{what}");
                assert!(
                    answer.headers.iter().any(|(name, value)| name == "vary" && value.contains("Origin")),
                    "{what}"
                );
                assert_bare(&answer, &what);
            }
        }
    }
    for origin in OURS {
        let answer = asked(app, "GET", "/v1/auth/me", origin, std::slice::from_ref(&bearer));
        assert_eq!((answer.status, permission(&answer)), (200, vec![*origin]));
        assert_bare(&answer, origin);
        let answer = asked(app, "OPTIONS", "/v1/admin/articles", origin, &preflight);
        assert_eq!((answer.status, permission(&answer)), (204, vec![*origin]));
        assert!(answer.header("access-control-allow-methods").unwrap().contains("PATCH"));
        // Two lines are no origin.
        let twice =
            asked(app, "GET", "/v1/auth/me", origin, &["Origin: https://evil.example".to_owned(), bearer.clone()]);
        assert!(permission(&twice).iter().all(|allowed| allowed == origin), "{:?}", twice.headers);
    }
    // The public door is open to all, by the same word for all, so that no cache can mix them up.
    for one in grounds.reads().filter(|one| one.is_public) {
        for origin in ["null", "https://evil.example", OURS[0]] {
            let answer = asked(app, "GET", &one.path, origin, std::slice::from_ref(&bearer));
            let what = format!("{} of {origin}", one.path);
            assert_eq!(permission(&answer), ["*"], "{what}");
            assert_bare(&answer, &what);
        }
    }
}

#[test]
fn only_our_origins_may_use_the_editorial_door() {
    app(Database::Sqlite).iter().for_each(told);
}

#[test]
fn only_our_origins_may_use_the_editorial_door_on_postgres() {
    app(Database::Postgres).iter().for_each(told);
}
