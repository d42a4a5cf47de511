//! Languages of databases in every text that a client can send: nothing breaks, nothing of the database is told, and
//! nothing sleeps.

use std::time::{Duration, Instant};

use serde_json::json;
use slugline::model::urls::encoded;

use super::wire::{Grounds, assert_discreet};
use crate::both;
use crate::support::Answer;
use crate::support::rows::rows;

/// SQL, full-text syntax of both databases, JSON paths, patterns and formats.
const CORPUS: &[&str] = &[
    "'",
    "''",
    "\"",
    "`",
    "\\",
    "\\'",
    "';",
    "' --",
    "'#",
    "/*",
    "*/",
    ";",
    "--",
    "(",
    ")",
    "%",
    "_",
    "%25",
    "[",
    "]",
    "{",
    "}",
    "$1",
    "?1",
    ":q",
    "@x",
    "' OR '1'='1",
    "\" OR \"1\"=\"1",
    "1' OR 1=1 -- ",
    "1 OR 1=1",
    "' OR ''='",
    "') OR ('1'='1",
    "admin'--",
    "' UNION SELECT NULL--",
    "' UNION SELECT password_hash FROM users--",
    "1; DROP TABLE articles",
    "'; DROP TABLE articles; --",
    "'; UPDATE users SET role='admin'; --",
    "' AND (SELECT count(*) FROM users) > 0 --",
    "' AND substr((SELECT password_hash FROM users),1,1)='$",
    "1 AND 1=CAST((SELECT version()) AS int)",
    "'||pg_sleep(50)||'",
    "'; SELECT pg_sleep(50); --",
    "1) AND pg_sleep(50) IS NULL --",
    "' AND 1=randomblob(500000000) --",
    "' AND 1=like('ABCDEFG',upper(hex(randomblob(100000000)))) --",
    "x' || (SELECT load_extension('x')) || '",
    "'; ATTACH DATABASE '/tmp/x' AS x; --",
    "'; COPY users TO '/tmp/x'; --",
    "$$; SELECT 1; $$",
    "E'\\x27'",
    "U&'\\0027'",
    "0x27",
    "CHAR(39)",
    "chr(39)",
    "\u{2019}",
    "\u{ff07}",
    "\u{2bc}",
    "NEAR(a b, 2)",
    "a NEAR/5 b",
    "headline:x",
    "{headline body} : x",
    "a AND",
    "AND",
    "OR",
    "NOT",
    "NOT a",
    "^a",
    "a + b",
    "a*b*c*",
    "\"a",
    "\"\"",
    "a\"b\"c",
    "a & !b | c <-> d",
    "'a':*",
    "a:*A",
    "!!",
    "<->",
    "a <2> b",
    ":A",
    "-",
    "--a",
    "-\"a",
    "-(a)",
    "()",
    "((a)",
    "a\tb",
    "a\nb",
    "a\r\nb",
    "$.a",
    "$[*]",
    "$.a[?(@.b)]",
    "a->>'b'",
    "#>>{a}",
    "jsonb '{}'",
    "{\"$ne\":null}",
    "{$gt:\"\"}",
    "[$ne]=1",
    "true",
    "null",
    "NaN",
    "Infinity",
    "1e999",
    "%s%s%s%n",
    "%00",
    "${7*7}",
    "{{7*7}}",
    "<%= 7*7 %>",
    "#{7*7}",
    "${jndi:ldap://127.0.0.1:1/a}",
    "$(id)",
    "`id`",
    "| id",
    "; id",
    "&& id",
    "../../etc/passwd",
    "*)(uid=*))(|(uid=*",
    "a' or count(/child::node())=1 or '1'='1",
    "<!--#exec cmd=\"id\"-->",
    "\u{202e}",
    "\u{feff}",
    "\u{1f40b}",
    "a\u{301}\u{301}\u{301}",
];

fn soon(what: &str, ask: impl FnOnce() -> Answer) -> Answer {
    let start = Instant::now();
    let answer = ask();
    assert!(start.elapsed() < Duration::from_secs(30), "{what} took {:?}", start.elapsed());
    assert_discreet(&answer, what);
    answer
}

both! {
    no_text_parameter_speaks_to_the_database(app) {
        let grounds = Grounds::new(app);
        let before = rows(app);
        let (mut asked, mut turn) = (0, 0);
        for one in grounds.reads().filter(|one| !one.pattern.starts_with("/media/")) {
            for parameter in one.parameters.iter().filter(|parameter| parameter.is_text) {
                // A third of the table for each parameter, another one in turn.
                turn += 1;
                for text in CORPUS.iter().skip(turn % 3).step_by(3) {
                    let path = format!("{}?{}={}", one.path, parameter.name, encoded(text));
                    let answer = soon(&path, || grounds.admin.get(&path));
                    assert!(matches!(answer.status, 200 | 301 | 400 | 401 | 404), "{path}: {} {}", answer.status, answer.text());
                    asked += 1;
                }
            }
        }
        assert!(asked > 1_500, "{asked} requests");
        assert_eq!(rows(app), before);
    }

    no_path_and_no_header_speaks_to_the_database(app) {
        let grounds = Grounds::new(app);
        for text in CORPUS {
            for base in ["/v1/articles/", "/v1/tags/", "/v1/authors/", "/v1/collections/", "/v1/preview/", "/v1/media/", "/v1/admin/articles/"] {
                let path = format!("{base}{}", encoded(text));
                let answer = soon(&path, || grounds.admin.get(&path));
                assert!(matches!(answer.status, 400 | 404), "{path}: {} {}", answer.status, answer.text());
            }
            if text.chars().any(|c| c.is_control() || !c.is_ascii()) {
                continue;
            }
            for name in ["If-None-Match", "X-Request-Id", "If-Match", "Range", "Accept", "Accept-Language", "Origin", "User-Agent", "X-Forwarded-For", "If-Modified-Since"] {
                let _ = soon(name, || app.anonymous().with(name, text).get("/v1/articles"));
                let _ = soon(name, || grounds.admin.with(name, text).get("/v1/admin/articles"));
            }
            let keyed = grounds.admin.with("Idempotency-Key", text);
            let answer = soon("Idempotency-Key", || keyed.post("/v1/admin/tags", &json!({ "name": "T", "kind": "nothing" })));
            assert!(matches!(answer.status, 400 | 422), "{text}: {}", answer.text());
        }
    }

    every_text_is_kept_to_the_letter(app) {
        let editor = app.editor();
        let draft = editor.draft(&json!({ "headline": "Kept" }));
        let path = format!("/v1/admin/articles/{}", draft["id"].as_str().unwrap());
        for text in CORPUS.iter().filter(|text| text.trim() == **text && !text.contains(['\n', '\t', '\u{feff}'])) {
            let body = json!({ "headline": format!("x{text}x"), "standfirst": format!("y{text}y"), "custom": { "key": text } });
            let kept = soon(text, || editor.with("If-Match", "*").patch(&path, &body));
            let kept = kept.expect(200).data();
            assert_eq!((&kept["custom"]["key"], &kept["headline"]), (&json!(text), &body["headline"]), "{text}");
        }
        let users = editor.get("/v1/auth/me").expect(200).data();
        assert_eq!(users["role"], "editor");
    }
}
