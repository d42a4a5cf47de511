//! `slugline doctor`: each thing that it looks at, well and gone wrong.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;
use slugline::store::{DatabaseUrl, media};

use crate::both;
use crate::support::letters::MailServer;
use crate::support::{Database, TestApp, pictures};

/// `slugline doctor` beside a running server, with these further variables.
fn doctor(app: &TestApp, further: &[(&str, &str)]) -> std::process::Output {
    app.command("doctor").envs(further.iter().copied()).output().unwrap()
}

both! {
    the_doctor_finds_nothing_and_then_what_is_wrong(app) {
        let _ = app.editor();
        let found = doctor(app, &[]);
        let told = String::from_utf8_lossy(&found.stdout).into_owned();
        assert!(found.status.success(), "{told}{}", String::from_utf8_lossy(&found.stderr));
        assert!(told.contains("opens the 4 keys") && told.contains("there are users") && !told.contains("bad"), "{told}");
        assert!(!told.contains('\u{1b}'), "colours are for terminals: {told}");
        // A data folder that keeps nothing need not be there; one that does is made on the first start.
        let config = &app.app.config;
        let given = config.database.secret.clone();
        let secret = given.unwrap_or_else(|| std::fs::read_to_string(config.files.secret_file()).unwrap());
        let found = doctor(app, &[("SLUGLINE_DATA_DIR", "absent"), ("SLUGLINE_SECRET", secret.trim())]);
        let told = String::from_utf8_lossy(&found.stdout).into_owned();
        assert!(found.status.success() && told.contains("absent, not there and not needed"), "{told}");
        let elsewhere = [("SLUGLINE_DATA_DIR", "absent"), ("SLUGLINE_SECRET", secret.trim()), ("SLUGLINE_MEDIA_STORE", "file://absent/media")];
        let told = String::from_utf8_lossy(&doctor(app, &elsewhere).stdout).into_owned();
        assert!(told.contains("absent\n      → It is not there yet"), "{told}");
        // Blank counts as not set.
        assert!(doctor(app, &[("SLUGLINE_TRUSTED_PROXIES", ""), ("SLUGLINE_PUBLIC_URL", "")]).status.success());
        let found = doctor(app, &[("SLUGLINE_SECRET", "another secret of more than 32 characters")]);
        let told = String::from_utf8_lossy(&found.stdout).into_owned();
        assert_eq!(found.status.code(), Some(1));
        assert!(told.contains("bad") && told.contains("SLUGLINE_SECRET is not the one"), "{told}");
        // What the tests' PostgreSQL leaves out for speed is told.
        let told = String::from_utf8_lossy(&doctor(app, &[]).stdout).into_owned();
        let settings = if app.database == Database::Sqlite { "settings: journal_mode" } else { "database: fsync is off\n      → What was acknowledged" };
        assert!(told.contains(settings) && told.contains("MiB and"), "{told}");
        assert!(!told.contains("pooler"), "what each connection sets itself is set: {told}");
        let found = doctor(app, &[("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"), ("SLUGLINE_SECRET", "")]);
        assert!(!found.status.success() && String::from_utf8_lossy(&found.stdout).contains("can't be reached"));
    }
}

/// What it tells with these further variables, and its exit status.
fn told(app: &TestApp, further: &[(&str, &str)]) -> (String, Option<i32>) {
    let found = doctor(app, further);
    (String::from_utf8_lossy(&found.stdout).into_owned(), found.status.code())
}

#[test]
fn what_others_can_read_is_found() {
    let Some(app) = TestApp::start(Database::Sqlite) else { return };
    let DatabaseUrl::Sqlite(database) = &app.app.config.database.database_url else { panic!("no file") };
    let (good, status) = told(&app, &[]);
    assert!(status == Some(0) && good.contains("mode 0600"), "{good}");
    let set =
        |path: &std::path::Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    set(database, 0o644);
    let (bad, status) = told(&app, &[]);
    assert!(status == Some(1) && bad.contains("mode 0644\n      → Others can read it: chmod 600"), "{bad}");
    set(database, 0o600);
    // The secret of a first start, and a file of settings.
    let secret = app.app.config.files.secret_file();
    std::fs::write(&secret, app.app.config.database.secret.as_ref().unwrap()).unwrap();
    set(&secret, 0o640);
    let (bad, status) = told(&app, &[("SLUGLINE_SECRET", "")]);
    assert!(status == Some(1) && bad.contains(&format!("secret {}: mode 0640", secret.display())), "{bad}");
    set(&secret, 0o600);
    let settings = app.app.config.files.data_dir.join(".env");
    std::fs::write(&settings, "").unwrap();
    set(&settings, 0o644);
    let (noted, status) = told(&app, &[("SLUGLINE_SECRET", "")]);
    assert!(status == Some(0) && noted.contains("note") && noted.contains("settings .env: mode 0644"), "{noted}");
    std::fs::write(&settings, format!("SLUGLINE_SECRET={}\n", app.app.config.database.secret.as_ref().unwrap()))
        .unwrap();
    let (bad, status) = told(&app, &[]);
    assert!(status == Some(1) && bad.contains("bad   settings .env: mode 0644"), "{bad}");
    std::fs::remove_file(&settings).unwrap();
    // A database that was there once, by its secret, is looked for elsewhere by mistake.
    let (bad, status) = told(&app, &[("SLUGLINE_SECRET", ""), ("DATABASE_URL", "sqlite://nowhere/a.db")]);
    assert!(status == Some(1) && bad.contains("belongs to a database, and none is here"), "{bad}");
    std::fs::remove_file(&secret).unwrap();
    let (first, _) = told(&app, &[("SLUGLINE_SECRET", ""), ("DATABASE_URL", "sqlite://nowhere/a.db")]);
    assert!(first.contains("It is not there yet"), "{first}");
}

#[test]
fn a_careless_deployment_is_told_so() {
    let Some(app) = TestApp::start(Database::Sqlite) else { return };
    let secrets = [("SLUGLINE_METRICS_TOKEN", "short"), ("SLUGLINE_CDN", "fastly")];
    let (noted, status) = told(&app, &secrets);
    assert!(
        status == Some(0)
            && noted.contains("SLUGLINE_METRICS_TOKEN is short")
            && noted.contains("is not told what changes"),
        "{noted}"
    );
    for (variable, value, level, word) in [
        ("SLUGLINE_TRUSTED_PROXIES", "0.0.0.0/0", "bad", "trusts the whole internet"),
        ("SLUGLINE_TRUSTED_PROXIES", "10.0.0.1,::/0", "bad", "trusts the whole internet"),
        ("SLUGLINE_TRUSTED_PROXIES", "8.0.0.0/8", "note", "very wide network"),
        ("SLUGLINE_TRUSTED_PROXIES", "10.0.0.0/8,127.0.0.1", "good", "2 trusted proxies"),
        ("SLUGLINE_PUBLIC_URL", "https://cms.news.example", "note", "no trusted proxies"),
        ("SLUGLINE_PUBLIC_URL", "http://cms.news.example", "note", "SLUGLINE_PUBLIC_URL is http"),
        ("SLUGLINE_SITE_URL", "http://news.example", "note", "SLUGLINE_SITE_URL is http"),
        ("SLUGLINE_CORS_ORIGINS", "http://desk.news.example", "note", "http://desk.news.example, without TLS"),
        ("SLUGLINE_CORS_ORIGINS", "https://desk.news.example", "good", "may use the editorial door: 1"),
        ("SLUGLINE_OUTBOUND_ALLOW", "0.0.0.0/0", "note", "webhooks go everywhere"),
        ("SLUGLINE_SECRET", "short", "bad", "SLUGLINE_SECRET"),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1:1/news?sslmode=require", "bad", "sslmode=require"),
    ] {
        let (text, status) = told(&app, &[(variable, value)]);
        let line =
            text.lines().find(|line| line.contains(word)).unwrap_or_else(|| panic!("{variable}={value}: {text}"));
        assert!(line.starts_with(level), "{variable}={value}: {line}");
        assert_eq!(status, Some(i32::from(text.lines().any(|line| line.starts_with("bad")))), "{text}");
    }
    let purging = [("SLUGLINE_CDN", "cloudflare"), ("SLUGLINE_CDN_PURGE_URL", "http://api.news.example/purge")];
    let (bad, status) = told(&app, &purging);
    assert!(
        status == Some(1)
            && bad.contains("takes no purge without a token")
            && bad.contains("SLUGLINE_CDN_PURGE_URL is http"),
        "{bad}"
    );
    // A star is no origin, and nonsense no proxy.
    for wrong in [
        ("SLUGLINE_CORS_ORIGINS", "*"),
        ("SLUGLINE_CORS_ORIGINS", "https://*.news.example"),
        ("SLUGLINE_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("SLUGLINE_LIMIT_VIEWS", "-1"),
    ] {
        assert_eq!(told(&app, &[wrong]).1, Some(2), "{wrong:?}");
    }
}

#[test]
fn mail_is_tried_out() {
    let Some(app) = TestApp::start(Database::Sqlite) else { return };
    let server = MailServer::start();
    let from = ("SLUGLINE_MAIL_FROM", "desk@news.example");
    let (good, status) = told(&app, &[("SLUGLINE_SMTP_URL", &server.url), from]);
    assert!(status == Some(0) && good.contains("the mail server answers"), "{good}");
    assert!(server.take().is_empty(), "nothing is sent");
    let (bad, status) = told(&app, &[("SLUGLINE_SMTP_URL", "smtp://127.0.0.1:1"), from]);
    assert!(status == Some(1) && bad.contains("can't be reached\n      → Check SLUGLINE_SMTP_URL"), "{bad}");
}

both! {
    a_file_that_changed_is_found(app) {
        let editor = app.editor();
        let _ = editor.upload("a.jpg", &pictures::jpeg(1), &[]).expect(201);
        let (good, status) = told(app, &[]);
        assert!(status == Some(0) && good.contains("media files: 1 drawn by lot"), "{good}");
        let drawn = app.app.write_here(|cx, _| media::sample(cx.conn, 1 << 20, 5)).unwrap();
        let folder = app.app.config.files.media_store.strip_prefix("file://").unwrap();
        let path = std::path::Path::new(folder).join(&drawn[0].key);
        let mut bytes = std::fs::read(&path).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        let mut mode = std::fs::metadata(&path).unwrap().permissions();
        mode.set_mode(0o600);
        std::fs::set_permissions(&path, mode).unwrap();
        std::fs::write(&path, &bytes).unwrap();
        let (bad, status) = told(app, &[]);
        assert!(status == Some(1) && bad.contains("is not what was uploaded\n      → Put the file back"), "{bad}");
        std::fs::remove_file(&path).unwrap();
        assert!(told(app, &[]).0.contains("its file can't be read"));
    }

    what_is_still_to_come_and_what_travels_in_plain_text_is_found(app) {
        let admin = app.signed_in("admin");
        let hook = json!({ "name": "Inside", "url": "http://127.0.0.1:9/hook", "events": ["article.published"] });
        let _ = admin.post("/v1/admin/webhooks", &hook).expect(201);
        app.advance(3_600);
        let admin = app.signed_in("admin");
        let _ = admin.post("/v1/admin/tags", &json!({ "name": "Later", "kind": "topic" })).expect(201);
        let (noted, status) = told(app, &[]);
        assert!(status == Some(0) && noted.contains("which is still to come") && noted.contains("webhooks that are told without TLS: 1"), "{noted}");
    }
}
