//! A photograph and a film that readers may see, and the requests for them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::film::Film;
use super::picture;
use crate::baseline::Size;
use crate::cases::Case;
use crate::client::{Connection, file_form, get, post, post_bytes};
use crate::load::Requests;
use crate::{Result, interrupted};

/// The variant that is nearest to this size is asked for. Bytes.
const VARIANT: u64 = 40_000;
/// The size of the film, and which part of it is asked for. Bytes.
const FILM: usize = 8_000_000;
const PART: (usize, usize) = (3_000_000, 1_048_576);
/// How long variants may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The header that asks for the part.
pub fn range() -> String {
    format!("Range: bytes={}-{}\r\n", PART.0, PART.0 + PART.1 - 1)
}

/// Uploads both, lets an article show them, and makes the cases, with the sizes of their answers.
pub fn prepare(address: &str, token: &str) -> Result<(Vec<Case>, Vec<Size>)> {
    let mut connection = Connection::open(address)?;
    let editor = format!("Authorization: Bearer {token}\r\n");
    let mut film = Vec::new();
    Film::new(FILM).each(|piece| {
        film.extend_from_slice(piece);
        Ok::<(), String>(())
    })?;
    let picture = upload(&mut connection, &editor, "photograph.jpg", &picture::jpeg()?)?;
    let film = upload(&mut connection, &editor, "film.mp4", &film)?;
    let picture = with_variants(&mut connection, &editor, &picture)?;
    publish(&mut connection, &editor, &json!({ "headline": "The ferry", "hero": picture["id"] }))?;
    let body = json!([{ "_type": "video", "media": film["id"] }]);
    publish(&mut connection, &editor, &json!({ "headline": "The film of the ferry", "body": body }))?;

    let webp = |variant: &&Value| variant["mime"] == "image/webp";
    let size = |variant: &&Value| variant["bytes"].as_u64().unwrap_or_default();
    let variants = picture["variants"].as_array().map(Vec::as_slice).unwrap_or_default();
    let variant = variants.iter().filter(webp).min_by_key(|variant| size(variant).abs_diff(VARIANT));
    let variant = variant.ok_or("the photograph has no variant in WebP")?;
    let (variant, film) = (get(&public_path(variant)?, ""), get(&public_path(&film)?, &range()));
    let mut size = |name, request: &Vec<u8>| Size::of(name, &mut connection, std::slice::from_ref(request));
    let sizes = vec![size("variant", &variant)?, Size { whole: Some(FILM), ..size("film_range", &film)? }];
    let case = |name, title, status, request| Case {
        name,
        title,
        status,
        requests: Requests::Ready(vec![request]),
        baseline: Some(name),
    };
    let cases = vec![
        case("variant", "A picture's variant in WebP", 200, variant),
        case("film_range", "1 MiB out of a film (206)", 206, film),
    ];
    Ok((cases, sizes))
}

fn upload(connection: &mut Connection, editor: &str, name: &str, file: &[u8]) -> Result<Value> {
    let (headers, before, after) = file_form(name);
    let body = [before.as_bytes(), file, after.as_bytes()].concat();
    let request = post_bytes("/v1/admin/media", &format!("{editor}{headers}"), &body);
    Ok(connection.send(&request)?.json(201)?["data"].take())
}

/// The record once its variants are there.
fn with_variants(connection: &mut Connection, editor: &str, picture: &Value) -> Result<Value> {
    let path = format!("/v1/admin/media/{}", text(picture, "id")?);
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        interrupted()?;
        let record = connection.send(&get(&path, editor))?.json(200)?["data"].take();
        if record["variants"].as_array().is_some_and(|variants| !variants.is_empty()) {
            return Ok(record);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err(format!("there were no variants within {PATIENCE:?}"))
}

fn publish(connection: &mut Connection, editor: &str, article: &Value) -> Result<()> {
    let headers = format!("{editor}Content-Type: application/json\r\n");
    let made = connection.send(&post("/v1/admin/articles", &headers, &article.to_string()))?.json(201)?;
    let draft = &made["data"];
    let headers = format!("{headers}If-Match: \"{}\"\r\n", draft["version"]);
    let path = format!("/v1/admin/articles/{}/publish", text(draft, "id")?);
    connection.send(&post(&path, &headers, "{}"))?.json(200).map(drop)
}

/// The path that readers get: without a signature.
fn public_path(file: &Value) -> Result<String> {
    let url = text(file, "url")?;
    let at = url.find("/media/").ok_or_else(|| format!("{url} is no address of a file"))?;
    Ok(url[at..].split('?').next().unwrap_or_default().to_owned())
}

fn text<'a>(value: &'a Value, member: &str) -> Result<&'a str> {
    value[member].as_str().ok_or_else(|| format!("there is no {member} in {value}"))
}
