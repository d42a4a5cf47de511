//! How often somebody may ask and try, by network, account and token, on one node and on several; and who is who behind
//! proxies.

use std::path::Path;

use serde_json::{Value, json};
use slugline::http::bounds;

use crate::both;
use crate::support::rows::rows;
use crate::support::{Answer, Client, Database, Session, TestApp};

const WRONG: &str = "not the right password";

/// Tells a story on both databases with further flags.
fn each(flags: &[&str], story: impl Fn(&TestApp)) {
    for database in [Database::Sqlite, Database::Postgres] {
        if let Some(app) = TestApp::start_with(database, flags) {
            story(&app);
        }
    }
}

fn login(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/v1/auth/login", &json!({ "email": email, "password": password }))
}

fn right(client: &Client, who: &Session) -> Answer {
    login(client, &who.email, &who.password)
}

/// Somebody at this address behind the proxy that the tests are.
fn at(app: &TestApp, address: &str) -> Client {
    app.anonymous().with("X-Forwarded-For", address)
}

/// Quota, remainder and seconds, as the headers have them.
fn standing(answer: &Answer) -> (&str, &str) {
    (answer.header("ratelimit-policy").unwrap_or_default(), answer.header("ratelimit").unwrap_or_default())
}

/// Asserts a refusal by this policy; answers the seconds to wait.
#[track_caller]
fn refused(answer: Answer, policy: &str) -> i64 {
    let (told, state) = standing(&answer);
    assert_eq!(told, policy);
    let wait: i64 = answer.header("retry-after").unwrap().parse().unwrap();
    let name = policy.split(';').next().unwrap();
    assert_eq!(state, format!("{name};r=0;t={wait}"));
    let _ = answer.problem(429, "too_many_requests");
    wait
}

both! {
    failures_count_together_on_all_nodes(app) {
        let other = TestApp::beside(app);
        let victim = app.editor();
        let (here, there) = (app.anonymous(), other.anonymous());
        for client in [&here, &there, &here, &there, &there] {
            let _ = login(client, &victim.email, WRONG).problem(401, "invalid_credentials");
        }
        for client in [&here, &there] {
            let wait = refused(right(client, &victim), "\"failures-account-in-network\";q=5;w=900");
            assert!((890..=900).contains(&wait), "{wait}");
        }
        app.advance(900);
        // A success on one node starts the account afresh on the other.
        for _ in 0..4 {
            let _ = login(&there, &victim.email, WRONG).problem(401, "invalid_credentials");
        }
        let _ = right(&here, &victim).expect(200);
        for _ in 0..4 {
            let _ = login(&there, &victim.email, WRONG).problem(401, "invalid_credentials");
        }
        let _ = right(&there, &victim).expect(200);
    }

    tries_at_once_are_counted_one_by_one(app) {
        let other = TestApp::beside(app);
        let victim = app.editor();
        let tries: Vec<_> = (0..16)
            .map(|n| {
                let (client, email) = ([app, &other][n % 2].anonymous(), victim.email.clone());
                std::thread::spawn(move || login(&client, &email, WRONG).status)
            })
            .collect();
        let mut told: Vec<u16> = tries.into_iter().map(|one| one.join().unwrap()).collect();
        told.sort_unstable();
        assert_eq!(told.iter().filter(|status| **status == 401).count(), 5, "{told:?}");
        assert_eq!(told.iter().filter(|status| **status == 429).count(), 11, "{told:?}");
    }

    who_is_refused_writes_nothing_and_the_rows_go(app) {
        for n in 0..20 {
            let _ = login(&app.anonymous(), &format!("guess{n}@news.example"), WRONG).problem(401, "invalid_credentials");
        }
        let before = rows(app);
        assert!(before["attempts"] > 20);
        for n in 0..50 {
            let _ = refused(login(&app.anonymous(), &format!("more{n}@news.example"), WRONG), "\"failures-network\";q=20;w=60");
        }
        assert_eq!(rows(app), before);
        // What people typed is not kept, nor where they are.
        app.advance(3_601);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(slugline::jobs::sweep_once(&app.app)).unwrap();
        assert_eq!(rows(app)["attempts"], 0);
    }

    letters_are_bounded_on_all_nodes(app) {
        let other = TestApp::beside(app);
        let ask = |client: &Client, n: usize| client.post("/v1/auth/password-resets", &json!({ "email": format!("somebody{n}@news.example") }));
        for n in 0..20 {
            let _ = ask(&[app, &other][n % 2].anonymous(), n).expect(202);
        }
        for node in [app, &other] {
            let _ = refused(ask(&node.anonymous(), 21), "\"letters-network\";q=20;w=3600");
        }
    }

    wrong_codes_count_on_all_nodes(app) {
        let other = TestApp::beside(app);
        let editor = app.editor();
        let _ = editor.post("/v1/auth/totp", &json!({})).expect(200);
        let elsewhere = other.anonymous().bearer(editor.bearer_token());
        for n in 0..10 {
            let client = if n % 2 == 0 { &editor.client } else { &elsewhere };
            let _ = client.post("/v1/auth/totp/confirm", &json!({ "code": "000000" })).problem(401, "invalid_totp_code");
        }
        for client in [&editor.client, &elsewhere] {
            let _ = refused(client.post("/v1/auth/totp/confirm", &json!({ "code": "000000" })), "\"wrong-codes\";q=10;w=900");
        }
    }
}

#[test]
fn an_outsider_locks_nobody_out() {
    each(&["--trusted-proxies", "127.0.0.0/8"], |app| {
        let victim = app.editor();
        let office = at(app, "198.51.100.7");
        let _ = right(&office, &victim).expect(200);
        // Twenty machines of an attacker try five times each.
        for n in 0..100 {
            let attacker = at(app, &format!("203.0.113.{}", n / 5));
            let _ = login(&attacker, &victim.email, WRONG).problem(401, "invalid_credentials");
        }
        let policy = "\"failures-account\";q=100;w=3600";
        let _ = refused(right(&at(app, "203.0.113.99"), &victim), policy);
        let _ = right(&office, &victim).expect(200);
        // Nobody learns from it who has an account.
        for n in 0..100 {
            let _ = login(&at(app, &format!("203.0.113.{}", 100 + n / 5)), "nobody@news.example", WRONG)
                .problem(401, "invalid_credentials");
        }
        let _ = refused(login(&at(app, "203.0.113.199"), "nobody@news.example", WRONG), policy);
        app.advance(3_600);
        let _ = right(&at(app, "203.0.113.99"), &victim).expect(200);
    });
}

#[test]
fn signing_in_is_limited_by_network() {
    each(&["--trusted-proxies", "127.0.0.1", "--limit-sign-in", "3"], |app| {
        let policy = "\"sign-in\";q=3;w=60";
        let one = at(app, "198.51.100.7");
        let refresh = |client: &Client| client.post("/v1/auth/refresh", &json!({ "refresh_token": "unknown" }));
        for left in [2, 1, 0] {
            let answer = refresh(&one).expect(401);
            assert_eq!(standing(&answer), (policy, format!("\"sign-in\";r={left};t={}", (3 - left) * 20).as_str()));
        }
        let answer = refresh(&one).expect(429);
        assert!(
            answer.header("access-control-expose-headers").is_none(),
            "the editorial door is not open to all pages"
        );
        let wait = refused(answer, policy);
        assert!((1..=20).contains(&wait), "{wait}");
        // A body is not even waited for.
        let _ = refused(one.send("POST", "/v1/auth/logout", Some(b"nonsense")), policy);
        let _ = refresh(&at(app, "198.51.100.8")).expect(401);
        let _ = refresh(&at(app, "2001:db8::1")).expect(401);
        app.advance(wait);
        let _ = refresh(&one).expect(401);
    });
}

#[test]
fn accounts_and_tokens_are_limited_each_by_itself() {
    each(&["--limit-account", "4", "--limit-token", "2"], |app| {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let new = json!({ "name": "Importer", "scopes": ["articles:read"], "user": admin.user });
        let token = admin.post("/v1/admin/tokens", &new).expect(201).data()["token"].clone();
        let bot = app.anonymous().bearer(token.as_str().unwrap());
        let answer = bot.get("/v1/admin/articles").expect(200);
        assert_eq!(standing(&answer), ("\"token\";q=2;w=60", "\"token\";r=1;t=30"));
        let _ = bot.get("/v1/admin/articles").expect(200);
        let _ = refused(bot.get("/v1/admin/articles"), "\"token\";q=2;w=60");
        // Their own requests are another count, by whichever session.
        let second = right(&app.anonymous(), &admin).expect(200).json();
        let second = app.anonymous().bearer(second["access_token"].as_str().unwrap());
        for client in [&admin.client, &second, &admin.client] {
            let _ = client.get("/v1/admin/users").expect(200);
        }
        let _ = refused(second.get("/v1/auth/me"), "\"account\";q=4;w=60");
        assert_eq!(
            standing(&editor.get("/v1/admin/articles").expect(200)),
            ("\"account\";q=4;w=60", "\"account\";r=3;t=15")
        );
        // Who is nobody is told so, and counts for nobody.
        let unknown = app.anonymous().bearer("sl_nonsense").get("/v1/admin/articles").expect(401);
        assert_eq!(standing(&unknown), ("", ""));
        let metrics = app.anonymous().get("/metrics").expect(200).text();
        assert!(metrics.contains("slugline_limits_refused_total 2"), "{metrics}");
    });
}

#[test]
fn searches_are_limited_and_what_is_in_memory_is_not() {
    each(&["--trusted-proxies", "127.0.0.1", "--limit-search", "2"], |app| {
        let _ = app.editor().published(&json!({ "headline": "The harbour bridge" }));
        let one = at(app, "198.51.100.7");
        let first = one.get("/v1/search?q=harbour").expect(200);
        let _ = one.get("/v1/suggest?q=har").expect(200);
        let answer = one.get("/v1/search?q=bridge").expect(429);
        assert!(answer.header("access-control-expose-headers").unwrap().contains("RateLimit, RateLimit-Policy"));
        let _ = refused(answer, "\"search\";q=2;w=60");
        // Answers that everybody gets say nothing of anybody, and those from memory go on.
        let again = one.get("/v1/search?q=harbour").expect(200);
        let other = at(app, "198.51.100.8").get("/v1/search?q=harbour").expect(200);
        for answer in [&first, &again, &other] {
            assert_eq!(standing(answer), ("", ""));
            assert!(
                !answer
                    .headers
                    .iter()
                    .any(|(name, value)| name == "vary" && value.to_lowercase().contains("forwarded"))
            );
        }
        assert_eq!((&first.bytes, &first.bytes), (&again.bytes, &other.bytes));
        let _ = at(app, "198.51.100.8").get("/v1/search?q=bridge").expect(200);
        // Other reads have no limit.
        for n in 0..10 {
            let _ = one.get(&format!("/v1/articles?limit={}", n + 1)).expect(200);
        }
    });
}

#[test]
fn beacons_are_limited_by_network() {
    each(&["--limit-views", "2", "--limit-search", "0"], |app| {
        let path = "/v1/articles/01890000-0000-7000-8000-00000000abcd/views";
        let beacon = || app.anonymous().send("POST", path, None);
        assert_eq!(standing(&beacon().expect(204)), ("\"views\";q=2;w=60", "\"views\";r=1;t=30"));
        let _ = beacon().expect(204);
        let _ = refused(beacon(), "\"views\";q=2;w=60");
        for n in 0..20 {
            let _ = app.anonymous().get(&format!("/v1/search?q=word{n}")).expect(200);
        }
    });
}

#[test]
fn nobody_makes_up_where_they_are() {
    // Behind a chain of proxies: only what the trusted ones wrote counts.
    each(&["--trusted-proxies", "127.0.0.1,10.0.0.0/8,fd00::/8", "--limit-sign-in", "1"], |app| {
        let ask = |forwarded: &str| {
            at(app, forwarded).post("/v1/auth/refresh", &json!({ "refresh_token": "unknown" })).status
        };
        assert_eq!(ask("203.0.113.1"), 401);
        for same in [
            "6.6.6.6, 203.0.113.1",
            "6.6.6.7, 203.0.113.1, 10.1.1.1",
            "fd00::5, 203.0.113.1, fd00::1",
            "10.7.7.7, 203.0.113.1:4711",
            "::ffff:203.0.113.1",
        ] {
            assert_eq!(ask(same), 429, "{same}");
        }
        assert_eq!(ask("203.0.113.1, 203.0.113.2"), 401);
        let mut client = app.anonymous();
        for (name, value) in
            [("Forwarded", "for=203.0.113.50"), ("X-Real-IP", "203.0.113.50"), ("X-Forwarded-For", "203.0.113.1")]
        {
            client = client.with(name, value);
        }
        let _ = client.post("/v1/auth/refresh", &json!({ "refresh_token": "unknown" })).expect(429);
    });
    // Without trusted proxies nobody's word counts.
    each(&["--limit-sign-in", "1"], |app| {
        let ask = |forwarded: &str| {
            at(app, forwarded).post("/v1/auth/refresh", &json!({ "refresh_token": "unknown" })).status
        };
        assert_eq!((ask("203.0.113.1"), ask("203.0.113.2"), ask("127.0.0.2")), (401, 429, 429));
    });
}

#[test]
fn the_documentation_and_the_policy_show_the_table() {
    let Some(app) = TestApp::start(Database::Sqlite) else { return };
    let page = app.anonymous().get("/docs/limits").expect(200).text();
    for word in ["<table>", "Uploading media", "SLUGLINE_LIMIT_ACCOUNT", "failures-network", "8 KiB"] {
        assert!(page.contains(word), "{word}");
    }
    assert!(app.anonymous().get("/docs/guides").expect(200).text().contains("href=\"/docs/limits\""));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("SECURITY.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("<!-- limits -->\n").unwrap();
    let (shown, after) = rest.split_once("<!-- end of limits -->").unwrap();
    if std::env::var_os("SLUGLINE_WRITE_EXAMPLES").is_some() {
        let written = format!("{before}<!-- limits -->\n{}<!-- end of limits -->{after}", bounds::markdown());
        return std::fs::write(path, written).unwrap();
    }
    assert_eq!(shown, bounds::markdown(), "write it with SLUGLINE_WRITE_EXAMPLES=1 cargo test --test api limits::");
}

#[test]
fn programs_find_the_bounds_in_the_document() {
    let document = slugline::http::openapi::document().unwrap();
    let bounds = |path: &str, method: &str| &document["paths"][path][method]["x-bounds"];
    assert_eq!(bounds("/v1/auth/login", "post")["body_bytes"], 16 * 1024);
    assert_eq!(bounds("/v1/admin/articles", "post")["limits"][1]["policy"], "token");
    assert_eq!(bounds("/v1/search", "get")["at_once"], 64);
    assert!(document["paths"]["/v1/search"]["get"]["responses"]["200"]["headers"]["RateLimit"].is_null());
    assert!(document["paths"]["/v1/articles"]["get"]["responses"]["429"].is_null());
    let limited: &Value = &document["paths"]["/v1/admin/articles"]["get"]["responses"];
    assert!(limited["200"]["headers"]["RateLimit"].is_object() && limited["429"].is_object());
}
