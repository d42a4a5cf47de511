//! Media in a bucket: what is particular to it. That everything else is the same there, the stories of `media` and
//! `variants` tell.

use std::process::{Command, Output};
use std::sync::Arc;

use serde_json::json;
use slugline::app::App;
use slugline::domain::{media, media_ingest, media_variants};
use slugline::error::Code;
use slugline::files::StoreError;
use slugline::model::MediaInput;
use slugline::store::DatabaseUrl;

use crate::support::moto::{self, SECRET};
use crate::support::{Database, TestApp, pictures};

/// A node on the same database that finds the store elsewhere.
fn node_with_store_at(app: &TestApp, endpoint: &str) -> Arc<App> {
    let mut config = app.app.config.clone();
    config.bucket.aws_endpoint_url = Some(endpoint.to_owned());
    App::open(config, app.clock.clone(), false).unwrap()
}

fn nowhere() -> String {
    format!("http://127.0.0.1:{}", moto::free_port())
}

/// Puts bytes into the store, past the newsroom; answers their key.
fn put(app: &App, bytes: &[u8]) -> Result<String, StoreError> {
    let mut upload = app.staging.begin(bytes.len() as u64).unwrap();
    upload.write(bytes).unwrap();
    app.storage.put(upload.finish().unwrap())
}

/// The command beside the application, with the same settings and these further ones.
fn slugline(app: &TestApp, arguments: &[&str], further: &[(&str, &str)]) -> Output {
    let config = &app.app.config;
    let DatabaseUrl::Sqlite(path) = &config.database.database_url else { panic!("stories of a bucket are on SQLite") };
    let mut command = Command::new(env!("CARGO_BIN_EXE_slugline"));
    command
        .args(arguments)
        .current_dir(&config.files.data_dir)
        .env("DATABASE_URL", format!("sqlite://{}", path.display()));
    command.env("SLUGLINE_DATA_DIR", &config.files.data_dir).env("SLUGLINE_MEDIA_STORE", &config.files.media_store);
    command.env("AWS_ENDPOINT_URL", config.bucket.aws_endpoint_url.as_ref().unwrap()).env("AWS_ALLOW_HTTP", "true");
    command.env("AWS_ACCESS_KEY_ID", "tests").env("AWS_SECRET_ACCESS_KEY", SECRET).env("SLUGLINE_BIND", "127.0.0.1:0");
    command
        .env("SLUGLINE_LOG", "debug")
        .envs(config.database.secret.as_ref().map(|secret| ("SLUGLINE_SECRET", secret)));
    command.envs(further.iter().copied()).output().unwrap()
}

fn told(output: &Output) -> String {
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!told.contains(SECRET), "the key is told to nobody: {told}");
    told
}

#[test]
fn a_big_file_goes_up_in_parts_and_is_whole() {
    let Some(app) = TestApp::start_in_s3() else { return };
    let bytes: Vec<u8> = (0..20_000_011_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let key = put(&app.app, &bytes).unwrap();
    assert!(app.app.storage.read_all(&key, u64::MAX).unwrap() == bytes);
    assert_eq!(app.app.storage.read_all(&key, 9_000_000).unwrap(), &bytes[..9_000_000]);
    assert_eq!(put(&app.app, &bytes).unwrap(), key);
    for few in [&bytes[..8 * 1024 * 1024], b"x"] {
        let key = put(&app.app, few).unwrap();
        assert!(app.app.storage.read_all(&key, u64::MAX).unwrap() == few);
    }
    let keys = app.app.storage.keys().unwrap();
    assert_eq!(keys.len(), 3);
    let all: Vec<&str> = keys.iter().map(String::as_str).collect();
    assert!(app.app.storage.has_all(&all).unwrap());
    app.app.storage.delete(&all[1..]).unwrap();
    app.app.storage.delete(&all[1..]).unwrap();
    assert!(!app.app.storage.has_all(&all).unwrap() && app.app.storage.has_all(&all[..1]).unwrap());
    assert_eq!(app.app.storage.keys().unwrap(), all[..1]);
    assert!(matches!(app.app.storage.read_all(all[1], 9), Err(StoreError::Missing)));
    assert!(matches!(app.app.storage.delete(&["../../etc/passwd"]), Err(StoreError::BadKey)));
    assert_eq!(std::fs::read_dir(app.app.storage.staging_dir()).unwrap().count(), 0);
}

#[test]
fn a_store_that_is_away_is_503_and_comes_back() {
    let Some(moto) = moto::server() else { return };
    let (mut flags, nowhere) = (moto.flags(), nowhere());
    flags[3].clone_from(&nowhere);
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let app = TestApp::start_with(Database::Sqlite, &flags).unwrap();
    let there = node_with_store_at(&app, &moto.endpoint());
    let file = media_ingest::from_bytes(&there.storage, &there.staging, "a.jpg", &pictures::jpeg(60)).unwrap();
    let id = there.write_here(|cx, system| {
        Ok(media::create_from_file(cx, system, &there.storage, file, MediaInput::default())?.view().row.id)
    });
    let path = format!("/v1/admin/media/{}", id.unwrap());
    let editor = app.editor();
    let record = editor.get(&path).expect(200).data();
    let url = record["url"].as_str().unwrap();
    let answers = [app.anonymous().get(url), editor.upload("b.jpg", &pictures::jpeg(61), &[])];
    for answer in answers {
        assert!(answer.header("retry-after").is_some());
        let problem = answer.problem(503, "unavailable").to_string();
        assert!(!problem.contains("127.0.0.1:") && !problem.contains("slugline-tests"), "{problem}");
    }
    let _ = app.anonymous().send("HEAD", url, None).expect(200);
    let _ = app.anonymous().get("/readyz").expect(200);
    // A picture is not given up, however long the store is away.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for _ in 0..7 {
        app.advance(400);
        let error = runtime.block_on(slugline::jobs::turn(&app.app)).unwrap_err();
        assert_eq!(error.code(), Code::Unavailable);
    }
    app.advance(400);
    runtime.block_on(slugline::jobs::turn(&there)).unwrap();
    let editor = app.editor();
    let record = editor.get(&path).expect(200).data();
    assert_ne!(record["placeholder"], json!(null), "{record}");
    assert!(there.write_here(|cx, _| media_variants::claim(cx)).unwrap().is_none());
    // Nobody waits for bytes that nobody needs.
    let _ = editor.if_match(&record["version"]).delete(&path).expect(204);
}

#[test]
fn starting_tells_what_is_wrong_with_the_store() {
    let Some(app) = TestApp::start_in_s3() else { return };
    let refused = [
        (("SLUGLINE_MEDIA_STORE", "s3://no-such-bucket/x"), "there is no such bucket"),
        (("SLUGLINE_MEDIA_STORE", "s3://x"), "names no bucket"),
        (("SLUGLINE_MEDIA_STORE", "gs://bucket/x"), "must be given as file://FOLDER or s3://BUCKET/PREFIX"),
        (("AWS_ENDPOINT_URL", &nowhere()), "the file store fails"),
        (("AWS_ALLOW_HTTP", "false"), "AWS_ALLOW_HTTP=true"),
        (("AWS_ACCESS_KEY_ID", ""), "belong together"),
    ];
    for (setting, words) in refused {
        let output = slugline(&app, &["serve"], &[setting]);
        let told = told(&output);
        assert_eq!(output.status.code(), Some(1), "{setting:?}: {told}");
        assert!(told.contains("SLUGLINE_MEDIA_STORE can't be used") && told.contains(words), "{setting:?}: {told}");
        let output = slugline(&app, &["doctor"], &[setting]);
        assert_eq!(output.status.code(), Some(1));
        assert!(self::told(&output).contains("bad   media store"), "{setting:?}");
    }
    let output = slugline(&app, &["doctor"], &[]);
    let told = told(&output);
    assert!(output.status.success() && told.contains("good  media store s3://slugline-tests"), "{told}");
    assert_eq!(app.app.storage.keys().unwrap(), Vec::<String>::new());
    let output = slugline(&app, &["seed", "--articles", "3", "--media", "2", "--tags", "3"], &[]);
    assert!(output.status.success(), "{}", self::told(&output));
    assert_eq!(app.app.storage.keys().unwrap().len(), 2);
}
