//! The whole body of an article that is not free, for readers whose token lets them read it, and for nobody else.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use slugline::on_db;
use slugline::store::Access;

use crate::both;
use crate::support::issuer::{Issuer, base64url, claims, signed_part, trust};
use crate::support::rows::rows;
use crate::support::{Answer, Client, TestApp, pictures};

/// Words that stand behind the paywall only.
const CLOSED: &str = "behindthepaywall";

fn block(text: &str) -> Value {
    json!({ "_type": "block", "children": [{ "_type": "span", "text": text }] })
}

/// An article that takes this much access, open up to its paywall.
fn article(slug: &str, access: &str) -> Value {
    let body = json!([block("Open words."), { "_type": "paywall" }, block(CLOSED)]);
    json!({ "headline": slug, "slug": slug, "access": access, "body": body })
}

fn full(client: &Client, slug: &str) -> Answer {
    client.get(&format!("/v1/articles/{slug}/full?formats=blocks,html,text,markdown"))
}

/// Whether a body holds what is behind the paywall, in all its forms alike.
#[track_caller]
fn is_whole(article: &Value) -> bool {
    let forms = ["body", "body_html", "body_text", "body_markdown"].map(|form| article[form].to_string());
    let has = forms.each_ref().map(|form| form.contains(CLOSED));
    assert!(forms.iter().all(|form| form.contains("Open words.")), "{article}");
    assert!(has.iter().all(|one| *one == has[0]), "{article}");
    has[0]
}

fn sql(app: &TestApp, statement: &str) -> usize {
    use diesel::RunQueryDsl;
    let run = app.app.store.run_here(Access::Write, |conn| on_db!(conn, |c| diesel::sql_query(statement).execute(c)));
    run.unwrap()
}

/// Every way to be refused that came to mind: what is wrong, and the token.
fn forgeries(app: &TestApp, issuer: &Issuer, foreign: &Issuer) -> Vec<(&'static str, String)> {
    let (header, good) = (issuer.header(), claims(app, "subscriber"));
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        issuer.sign(&header, &claims)
    };
    let without = |name: &str| {
        let mut claims = good.clone();
        let _ = claims.as_object_mut().unwrap().remove(name);
        issuer.sign(&header, &claims)
    };
    let headed = |change: Value| {
        let mut header = header.clone();
        for (name, value) in change.as_object().unwrap() {
            header[name] = value.clone();
        }
        issuer.sign(&header, &good)
    };
    let hmac = |alg: &str, secret: &[u8]| {
        let part = signed_part(&json!({ "alg": alg, "typ": "JWT", "kid": issuer.kid }), &good);
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
        mac.update(part.as_bytes());
        format!("{part}.{}", base64url(&mac.finalize().into_bytes()))
    };
    let sound = issuer.sign(&header, &good);
    let [head, body, signature] = <[&str; 3]>::try_from(sound.split('.').collect::<Vec<_>>()).unwrap();
    let none = |alg: &str| base64url(json!({ "alg": alg, "kid": issuer.kid }).to_string().as_bytes());
    let mut bent = issuer.signature(&format!("{head}.{body}"));
    bent[10] ^= 1;
    let twice =
        format!("{head}.{}", base64url(good.to_string().replacen('{', "{\"access\":\"registered\",", 1).as_bytes()));
    let twice = format!("{twice}.{}", base64url(&issuer.signature(&twice)));
    let now = app.clock.now().unix();
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(&foreign.public()) });
    vec![
        ("algorithm none", format!("{}.{body}.", none("none"))),
        ("algorithm None", format!("{}.{body}.", none("None"))),
        ("no signature", format!("{head}.{body}.")),
        ("two parts", format!("{head}.{body}")),
        ("four parts", format!("{sound}.{signature}")),
        ("HS256 with the public key", hmac("HS256", &issuer.public())),
        ("HS256 with the key's text", hmac("HS256", base64url(&issuer.public()).as_bytes())),
        ("called EdDSA, an HMAC", hmac("EdDSA", &issuer.public())),
        ("RS256", issuer.sign(&json!({ "alg": "RS256", "kid": issuer.kid }), &good)),
        ("ES256", issuer.sign(&json!({ "alg": "ES256", "kid": issuer.kid }), &good)),
        ("no algorithm", issuer.sign(&json!({ "kid": issuer.kid }), &good)),
        ("a stranger's key under a known kid", foreign.sign(&header, &good)),
        ("an unknown kid", foreign.sign(&foreign.header(), &good)),
        ("no kid", issuer.sign(&json!({ "alg": "EdDSA", "typ": "JWT" }), &good)),
        ("its own key", foreign.sign(&json!({ "alg": "EdDSA", "kid": foreign.kid, "jwk": jwk }), &good)),
        ("a key beside it", headed(json!({ "jwk": jwk }))),
        ("an address of keys", headed(json!({ "jku": "https://keys.example/" }))),
        ("a critical header", headed(json!({ "crit": ["exp"] }))),
        ("an unencoded payload", headed(json!({ "b64": false, "crit": ["b64"] }))),
        ("another type", headed(json!({ "typ": "at+jwt" }))),
        ("a member of the header that nobody knows", headed(json!({ "x": 1 }))),
        ("a bent signature", format!("{head}.{body}.{}", base64url(&bent))),
        ("a signature with its padding", format!("{sound}==")),
        (
            "another's claims",
            format!("{head}.{}.{signature}", base64url(claims(app, "registered").to_string().as_bytes())),
        ),
        ("access said twice", twice),
        ("expired", with("exp", json!(now - 6))),
        ("made in the future", with("iat", json!(now + 60))),
        ("not yet", with("nbf", json!(now + 60))),
        ("ends as a text", with("exp", json!("2099-01-01T00:00:00Z"))),
        ("never ends", with("exp", Value::Null)),
        ("for another", with("aud", json!("slugline"))),
        ("for others", with("aud", json!(["a", "b"]))),
        ("for nobody", with("aud", json!([]))),
        ("access free", with("access", json!("free"))),
        ("an access that nobody knows", with("access", json!("gold"))),
        ("several kinds of access", with("access", json!(["subscriber"]))),
        ("articles null", with("articles", Value::Null)),
        ("articles by slug", with("articles", json!(["paid"]))),
        ("no subject's name", with("sub", json!(""))),
        ("a long subject", with("sub", json!("x".repeat(256)))),
        ("a long token", with("more", json!("x".repeat(4_096)))),
        ("no exp", without("exp")),
        ("no iat", without("iat")),
        ("no aud", without("aud")),
        ("no sub", without("sub")),
        ("no access", without("access")),
        ("claims that are no object", issuer.sign(&header, &json!([1]))),
        ("an API token", "sl_0000000000000000000000000000000000000".to_owned()),
        ("garbage", "garbage".to_owned()),
        ("nothing", String::new()),
    ]
}

both! {
    a_reader_reads_what_the_token_says(app) {
        let (editor, anonymous) = (app.editor(), app.anonymous());
        let issuer = Issuer::new("2026", 7);
        trust(app, &[&issuer]);
        let [free, registered, paid] = ["free", "registered", "subscriber"].map(|access| editor.published(&article(access, access)));
        let [member, subscriber] = ["registered", "subscriber"].map(|access| issuer.reader(app, access));
        for (slug, who, whole) in [
            ("free", &member, Some(true)), ("registered", &member, Some(true)), ("subscriber", &member, None),
            ("free", &subscriber, Some(true)), ("registered", &subscriber, Some(true)), ("subscriber", &subscriber, Some(true)),
        ] {
            let answer = full(&who.with("Accept-Encoding", "br, gzip"), slug);
            match whole {
                Some(whole) => {
                    assert_eq!((answer.header("cache-control"), answer.header("content-encoding"), answer.header("etag")), (Some("private, no-store"), None, None));
                    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
                    assert_eq!(is_whole(&answer.expect(200).data()), whole, "{slug}");
                }
                None => {
                    assert_eq!(answer.header("cache-control"), Some("no-store"));
                    assert!(!answer.text().contains(CLOSED));
                    assert_eq!(answer.problem(403, "entitlement_required")["access"], "subscriber");
                }
            }
        }
        for slug in ["registered", "subscriber"] {
            assert!(!is_whole(&anonymous.get(&format!("/v1/articles/{slug}?formats=blocks,html,text,markdown")).expect(200).data()));
        }
        // For some articles only; what is free stays free.
        let mut narrow = claims(app, "subscriber");
        narrow["articles"] = json!([registered["id"]]);
        narrow["aud"] = json!(["elsewhere", "slugline-reader"]);
        let narrow = anonymous.bearer(&issuer.sign(&json!({ "alg": "EdDSA", "kid": "2026" }), &narrow));
        for (article, status) in [(&free, 200), (&registered, 200), (&paid, 403)] {
            assert_eq!(full(&narrow, article["id"].as_str().unwrap()).status, status);
        }
        // The parameters of the article.
        let seen = subscriber.get("/v1/articles/subscriber/full?fields=headline,body_text&include=jsonld,related").expect(200).data();
        let mut names: Vec<&str> = seen.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["body_text", "headline", "id", "jsonld", "related"]);
        let said = &seen["jsonld"];
        assert!(said["articleBody"].as_str().unwrap().contains(CLOSED));
        assert_eq!((&said["isAccessibleForFree"], &said["hasPart"]["isAccessibleForFree"], &said["hasPart"]["cssSelector"]), (&json!(false), &json!(false), &json!(".paywall")));
        let cut = anonymous.get("/v1/articles/subscriber?include=jsonld").expect(200).data()["jsonld"].clone();
        assert!(!cut.to_string().contains(CLOSED));
        assert_eq!(cut["hasPart"], said["hasPart"]);
        let head = subscriber.send("HEAD", "/v1/articles/subscriber/full", None);
        assert_eq!((head.status, head.header("cache-control"), head.bytes.len()), (200, Some("private, no-store"), 0));
    }

    a_paid_live_blog_is_read_whole_by_whom_the_token_lets_in(app) {
        let (editor, anonymous) = (app.editor(), app.anonymous());
        let issuer = Issuer::new("2026", 7);
        trust(app, &[&issuer]);
        let [member, subscriber] = ["registered", "subscriber"].map(|access| issuer.reader(app, access));
        let picture = editor.upload("night.jpg", &pictures::jpeg(9), &[]).expect(201).data();
        let body = json!([block("Words of the night."), { "_type": "image", "media": picture["id"] }]);
        for (slug, access) in [("paid", "subscriber"), ("open", "free")] {
            let blog = editor.published(&json!({ "headline": slug, "slug": slug, "kind": "live", "access": access }));
            let updates = format!("/v1/admin/articles/{}/live-updates", blog["id"].as_str().unwrap());
            let update = json!({ "headline": "Told", "body": if slug == "paid" { body.clone() } else { json!([block("Words of the night.")]) } });
            let _ = editor.post(&updates, &update).expect(201);
            let _ = editor.post(&updates, &json!({ "headline": "Draft", "body_markdown": "Not yet.", "draft": true })).expect(201);
        }
        let at = |slug: &str| format!("/v1/articles/{slug}/full/live-updates?formats=blocks,html,text,markdown");
        let cut = anonymous.get("/v1/articles/paid/live-updates?formats=blocks,html,text,markdown").expect(200).data();
        assert_eq!((&cut[0]["headline"], &cut[0]["body"], &cut[0]["body_text"]), (&json!("Told"), &json!([]), &json!("")));
        let whole = subscriber.with("Accept-Encoding", "br").get(&at("paid")).expect(200);
        assert_eq!((whole.header("cache-control"), whole.header("etag"), whole.header("content-encoding")), (Some("private, no-store"), None, None));
        assert!(whole.header("link").is_some_and(|link| link.contains("rel=\"first\"") || link.contains("rel=\"self\"")), "{whole:?}");
        let all = whole.data();
        assert_eq!(all.as_array().unwrap().len(), 1);
        for form in ["body", "body_html", "body_text", "body_markdown"] {
            assert!(all[0][form].to_string().contains("Words of the night."), "{all}");
        }
        // Its picture is nobody else's.
        let body = all[0]["body"].to_string();
        let path = body[body.find("/media/").unwrap()..].split('"').next().unwrap();
        let _ = anonymous.get(path).expect(200);
        let _ = anonymous.get(path.split('?').next().unwrap()).expect(404);
        assert_eq!(member.get(&at("paid")).problem(403, "entitlement_required")["access"], "subscriber");
        assert_eq!(member.get(&at("open")).expect(200).data()[0]["body_text"], "Words of the night.");
        for (who, slug, status) in [(&anonymous, "paid", 401), (&editor.client, "paid", 401), (&subscriber, "nowhere", 404)] {
            assert_eq!(who.get(&at(slug)).status, status);
        }
        let _ = subscriber.get("/v1/articles/paid/full/live-updates?limit=0").problem(400, "invalid_parameter");
    }

    no_forged_token_passes(app) {
        let editor = app.editor();
        let (issuer, foreign) = (Issuer::new("2026", 7), Issuer::new("foreign", 8));
        trust(app, &[&issuer]);
        let _ = editor.published(&article("paid", "subscriber"));
        let _ = editor.published(&article("free", "free"));
        assert!(is_whole(&full(&issuer.reader(app, "subscriber"), "paid").expect(200).data()));
        let table = forgeries(app, &issuer, &foreign);
        assert!(table.len() >= 40);
        for (what, token) in &table {
            for slug in ["paid", "free", "nowhere"] {
                let answer = full(&app.anonymous().bearer(token), slug);
                assert_eq!(answer.status, 401, "{what}: {}", answer.text());
                assert!(!answer.text().contains(CLOSED) && answer.header("www-authenticate").unwrap().starts_with("Bearer"), "{what}");
                let _ = answer.problem(401, "unauthenticated");
            }
        }
        let sound = issuer.sign(&issuer.header(), &claims(app, "subscriber"));
        for client in [
            app.anonymous(), app.editor().client, app.anonymous().with("Authorization", &sound),
            app.anonymous().with("Authorization", &format!("Basic {sound}")),
        ] {
            let _ = full(&client, "paid").problem(401, "unauthenticated");
        }
        let _ = app.anonymous().get(&format!("/v1/articles/paid/full?access_token={sound}")).problem(401, "unauthenticated");
        // A clock may be five seconds off, and no more.
        let timed = |iat: i64, exp: i64| {
            let (mut claims, now) = (claims(app, "subscriber"), app.clock.now().unix());
            // Half a second further on, as a fraction, which is the same second.
            (claims["iat"], claims["exp"]) = (json!((now + iat) as f64 + 0.5), json!((now + exp) as f64 + 0.5));
            let fraction = full(&app.anonymous().bearer(&issuer.sign(&issuer.header(), &claims)), "paid").status;
            (claims["iat"], claims["exp"]) = (json!(now + iat), json!(now + exp));
            let status = full(&app.anonymous().bearer(&issuer.sign(&issuer.header(), &claims)), "paid").status;
            assert_eq!(status, fraction);
            status
        };
        assert_eq!([timed(3, 60), timed(9, 60), timed(-60, -3), timed(-60, -6)], [200, 401, 200, 401]);
    }

    the_checks_come_in_their_order(app) {
        let (editor, anonymous) = (app.editor(), app.anonymous());
        let issuer = Issuer::new("2026", 7);
        trust(app, &[&issuer]);
        let member = issuer.reader(app, "registered");
        let live = editor.published(&article("first", "subscriber"));
        let path = format!("/v1/admin/articles/{}", live["id"].as_str().unwrap());
        let renamed = editor.if_match(&live["version"]).patch(&path, &json!({ "slug": "second" })).expect(200).data();
        let _ = editor.act(&renamed, "publish", &json!({})).expect(200);
        let killed = editor.published(&article("killed", "subscriber"));
        let _ = editor.act(&killed, "kill", &json!({ "notice": "Withdrawn." })).expect(200);
        let _ = editor.draft(&article("draft", "subscriber"));
        for slug in ["first", "second", "killed", "draft", "nowhere"] {
            for query in ["", "?fields=nothing"] {
                let _ = anonymous.get(&format!("/v1/articles/{slug}/full{query}")).problem(401, "unauthenticated");
            }
            let _ = member.get(&format!("/v1/articles/{slug}/full?fields=nothing")).problem(400, "invalid_parameter");
        }
        let moved = member.get("/v1/articles/first/full").expect(301);
        assert_eq!((moved.header("location"), moved.header("cache-control")), (Some("/v1/articles/second/full"), Some("private, no-store")));
        assert_eq!(member.get("/v1/articles/killed/full").problem(410, "gone")["notice"], "Withdrawn.");
        let bare = |slug: &str| {
            let mut problem = member.get(&format!("/v1/articles/{slug}/full")).problem(404, "not_found");
            (problem["request_id"], problem["instance"]) = (Value::Null, Value::Null);
            problem
        };
        assert_eq!(bare("draft"), bare("nowhere"));
        let _ = full(&member, "second").problem(403, "entitlement_required");
    }

    keys_are_rotated_and_never_public(app) {
        let (editor, admin) = (app.editor(), app.signed_in("admin"));
        let [old, new] = [Issuer::new("old", 1), Issuer::new("new", 2)];
        let _ = editor.published(&article("paid", "subscriber"));
        let status = |issuer: &Issuer| full(&issuer.reader(app, "subscriber"), "paid").status;
        assert_eq!([status(&old), status(&new)], [401, 401]);
        trust(app, &[&old]);
        assert_eq!([status(&old), status(&new)], [200, 401]);
        trust(app, &[&old, &new]);
        assert_eq!([status(&old), status(&new)], [200, 200]);
        for path in ["/v1/site", "/.well-known/jwks.json"] {
            let seen = app.anonymous().get(path).expect(200).text();
            assert!(!seen.contains("entitlement") && !seen.contains(&base64url(&old.public())), "{seen}");
        }
        trust(app, &[&new]);
        assert_eq!([status(&old), status(&new)], [401, 200]);
        let patch = |keys: Value| admin.with("If-Match", "*").patch("/v1/admin/site", &json!({ "entitlement_keys": keys }));
        let fault = |keys: Value, pointer: &str, code: &str| {
            let problem = patch(keys).problem(422, "invalid_body");
            assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!(pointer), &json!(code)), "{problem}");
        };
        let key = old.entry()["public_key"].clone();
        fault(Value::Null, "/entitlement_keys", "not_null");
        fault(json!([{ "kid": "a" }]), "/entitlement_keys/0/public_key", "required");
        fault(json!([{ "public_key": key }]), "/entitlement_keys/0/kid", "required");
        fault(json!([old.entry(), old.entry()]), "/entitlement_keys/1/kid", "duplicate");
        fault(json!([{ "kid": "x".repeat(101), "public_key": key }]), "/entitlement_keys/0/kid", "too_long");
        fault(json!([{ "kid": "a", "public_key": key, "use": "sig" }]), "/entitlement_keys/0/use", "unknown_field");
        // The neutral point, under which anything verifies, and what is no point, no key, or not written so.
        let neutral = base64url(&{ let mut point = [0; 32]; point[0] = 1; point });
        for bad in [neutral, base64url(&[2; 32]), base64url(&[7; 31]), base64url(&[7; 33]), format!("{}=", key.as_str().unwrap()), String::new()] {
            fault(json!([{ "kid": "a", "public_key": bad }]), "/entitlement_keys/0/public_key", "invalid_format");
        }
        let many: Vec<Value> = (0..11).map(|n| json!({ "kid": n.to_string(), "public_key": key })).collect();
        fault(json!(many), "/entitlement_keys", "too_long");
        let _ = patch(json!(many[..10])).expect(200);
        let _ = editor.with("If-Match", "*").patch("/v1/admin/site", &json!({ "entitlement_keys": [] })).problem(403, "forbidden");
        let _ = patch(json!([])).expect(200);
        assert_eq!(status(&new), 401);
    }

    media_behind_the_paywall_show_to_those_who_are_let_in(app) {
        let editor = app.editor();
        let issuer = Issuer::new("2026", 7);
        trust(app, &[&issuer]);
        let [open, closed] = [3, 4].map(|shade| editor.upload(&format!("{shade}.jpg"), &pictures::jpeg(shade), &[("caption", "A bridge")]).expect(201).data());
        let poster = editor.upload("5.jpg", &pictures::jpeg(5), &[]).expect(201).data();
        let film = json!({ "embed_url": "https://vimeo.com/76979871", "poster": poster["id"] });
        let film = editor.post("/v1/admin/media", &film).expect(201).data();
        let body = json!([
            block("Open words."), { "_type": "image", "media": open["id"] }, { "_type": "paywall" }, block(CLOSED),
            { "_type": "image", "media": closed["id"], "alt": "Own words" }, { "_type": "video", "media": film["id"] },
        ]);
        let live = editor.published(&json!({ "headline": "Paid", "slug": "paid", "access": "subscriber", "body": body }));
        let reader = issuer.reader(app, "subscriber");
        let seen = full(&reader, "paid").expect(200).data();
        let asset = |seen: &Value, at: usize| seen["body"][at]["asset"].clone();
        let (open_url, closed_url) = (asset(&seen, 1)["url"].clone(), asset(&seen, 4)["url"].clone());
        let (open_url, closed_url) = (open_url.as_str().unwrap(), closed_url.as_str().unwrap());
        assert!(!open_url.contains("sig=") && closed_url.contains("sig="), "{open_url} {closed_url}");
        assert_eq!((&seen["body"][4]["alt"], &asset(&seen, 4)["caption"]), (&json!("Own words"), &json!("A bridge")));
        assert!(seen["body_html"].as_str().unwrap().contains(&closed_url.replace('&', "&amp;")), "{}", seen["body_html"]);
        for url in [open_url, closed_url, asset(&seen, 5)["poster"].as_str().unwrap()] {
            let _ = app.anonymous().get(url).expect(200);
        }
        // Without a signature the file is nobody's, and so is its record.
        let bare = closed_url.split('?').next().unwrap();
        for path in [bare, &format!("/v1/media/{}", closed["id"].as_str().unwrap())] {
            let _ = app.anonymous().get(path).problem(404, "not_found");
        }
        // It is in use, whatever the working copy says, and changed by editors alone.
        let path = format!("/v1/admin/articles/{}", live["id"].as_str().unwrap());
        let _ = editor.with("If-Match", "*").patch(&path, &json!({ "body": [block("Nothing else.")] })).expect(200);
        let record = format!("/v1/admin/media/{}", closed["id"].as_str().unwrap());
        let used = editor.with("If-Match", "*").delete(&record).problem(409, "in_use");
        assert_eq!(used["used_by"][0]["id"], live["id"]);
        assert!(!editor.get("/v1/admin/media?unused=true&limit=100").expect(200).text().contains(closed["id"].as_str().unwrap()));
        // A new file shows at once, and nothing that may be shown no longer.
        app.advance(5);
        let editor = app.editor();
        let new = pictures::jpeg(99);
        let _ = editor.with("If-Match", "*").replace_file(&closed, &new).expect(200);
        let reader = issuer.reader(app, "subscriber");
        let seen = full(&reader, "paid").expect(200).data();
        let url = asset(&seen, 4)["url"].as_str().unwrap().to_owned();
        assert!(url.contains("v=") && seen["body_html"].as_str().unwrap().contains(&url.replace('&', "&amp;")));
        assert_eq!(app.anonymous().get(&url).expect(200).bytes, new);
        assert_eq!(seen["body"][4]["alt"], "Own words");
        let end = app.clock.now().plus_seconds(60).to_string();
        let _ = editor.with("If-Match", "*").patch(&record, &json!({ "expires_at": end })).expect(200);
        assert!(full(&reader, "paid").expect(200).text().contains(closed["id"].as_str().unwrap()));
        app.advance(61);
        let seen = full(&issuer.reader(app, "subscriber"), "paid").expect(200);
        assert!(!seen.text().contains(closed["id"].as_str().unwrap()) && is_whole(&seen.data()));
        // An hour on, an address that was handed out leads nowhere.
        app.advance(3_700);
        assert_ne!(app.anonymous().get(closed_url).status, 200);
        // Once the copy has ended, it keeps nothing.
        let editor = app.editor();
        let _ = editor.act(&editor.article(&live["id"]), "unpublish", &json!({})).expect(200);
        let _ = editor.with("If-Match", "*").delete(&record).expect(204);
    }

    a_link_behind_the_paywall_goes_with_its_article(app) {
        let editor = app.editor();
        let issuer = Issuer::new("2026", 7);
        trust(app, &[&issuer]);
        let other = editor.published(&json!({ "headline": "Other", "slug": "other" }));
        let body = json!([block("Open words."), { "_type": "paywall" }, block(CLOSED), { "_type": "related_articles", "articles": [other["id"]] }]);
        let _ = editor.published(&json!({ "headline": "Paid", "slug": "paid", "access": "registered", "body": body }));
        let reader = issuer.reader(app, "registered");
        assert!(full(&reader, "paid").expect(200).text().contains("/other"));
        let _ = editor.act(&other, "unpublish", &json!({})).expect(200);
        let seen = full(&reader, "paid").expect(200);
        assert!(!seen.text().contains("/other") && is_whole(&seen.data()));
    }

    copies_of_older_releases_are_whole_too(app) {
        let editor = app.editor();
        let issuer = Issuer::new("2026", 7);
        trust(app, &[&issuer]);
        let live = editor.published(&article("paid", "subscriber"));
        let _ = editor.published(&article("free", "free"));
        let without = json!({ "headline": "o", "slug": "open", "access": "registered", "body": [block("Open words."), { "_type": "paywall" }] });
        let _ = editor.published(&without);
        let kept = |app: &TestApp| rows(app)["published_full_bodies"];
        assert_eq!(kept(app), 2, "what is free is kept once");
        assert_eq!(sql(app, "DELETE FROM published_full_bodies"), 2);
        let path = format!("/v1/admin/articles/{}", live["id"].as_str().unwrap());
        let _ = editor.if_match(&live["version"]).patch(&path, &json!({ "body": [block("A draft.")] })).expect(200);
        let reader = issuer.reader(app, "subscriber");
        let _ = full(&issuer.reader(app, "registered"), "paid").problem(403, "entitlement_required");
        assert_eq!(kept(app), 0, "nobody was let in");
        for _ in 0..2 {
            assert!(is_whole(&full(&reader, "paid").expect(200).data()));
            assert!(!is_whole(&full(&reader, "open").expect(200).data()));
        }
        assert_eq!(kept(app), 2);
        // They are swept with their copies.
        let _ = editor.act(&editor.article(&live["id"]), "unpublish", &json!({})).expect(200);
        app.advance(2 * 86_400);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(slugline::jobs::sweep_once(&app.app)).unwrap();
        assert_eq!(kept(app), 1);
    }
}
