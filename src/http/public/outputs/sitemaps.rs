//! Sitemaps: an index, its parts, and Google's news sitemap.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::xml::{POLICY, Xml};
use crate::app::App;
use crate::domain::reading::sitemaps::{self, Entry, News, Part};
use crate::error::{Error, Result};
use crate::http::answer::{CacheControl, Public, PublicBody};
use crate::http::extract::{NoParams, Query};
use crate::http::problem::Problem;
use crate::model::{Shows, Urls};

const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");
const SITEMAP: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
/// What an entry mostly comes to, in bytes.
const ENTRY_BYTES: usize = 400;

/// Shows the index of the sitemap.
///
/// The parts of the sitemap, for `robots.txt` and search consoles. Parts are stable: an article stays in the one that it
/// first came into. The news sitemap is not among them, because search engines ask for it by itself.
#[utoipa::path(get, path = "/v1/sitemaps/index.xml", tag = "outputs", responses(
    (status = 200, description = "The index.", body = String, content_type = "application/xml"),
))]
pub async fn get_sitemap_index(
    app: web::Data<App>,
    request: HttpRequest,
    _: Query<NoParams>,
) -> Result<HttpResponse, Problem> {
    let (numbers, shows) = app.show(true, sitemaps::parts).await?;
    let mut xml = Xml::new(numbers.len() * 100 + 200)?;
    xml.open("sitemapindex", &[SITEMAP])?;
    for number in numbers {
        xml.open("sitemap", &[])?;
        xml.text("loc", &[], &format!("{}/v1/sitemaps/articles-{number}.xml", app.urls.api))?;
        xml.close()?;
    }
    Ok(answer(&request, None, xml.finish()?, shows))
}

/// Shows a part of the sitemap.
///
/// Live articles with their main picture and their translations (`hreflang`), at most 50 000. Articles that are kept out
/// of search engines are left out, and so are those whose canonical address is another one.
#[utoipa::path(get, path = "/v1/sitemaps/articles-{number}.xml", tag = "outputs",
    params(("number" = i64, Path, description = "The number of the part, from 1.", minimum = 1)),
    responses((status = 200, description = "The part.", body = String, content_type = "application/xml")))]
pub async fn get_sitemap_part(
    app: web::Data<App>,
    request: HttpRequest,
    number: web::Path<String>,
    _: Query<NoParams>,
) -> Result<HttpResponse, Problem> {
    let number: i64 = number.parse().map_err(|_| Error::not_found())?;
    let read = move |cx: &mut crate::domain::Cx| {
        let part = sitemaps::part(cx, number)?;
        Ok((write_part(&part, &cx.urls)?, part.shown_for))
    };
    let ((bytes, shown_for), shows) = app.show(false, read).await?;
    Ok(answer(&request, shown_for, bytes, shows))
}

/// Shows the news sitemap.
///
/// Google's news sitemap: the articles that were first published within two days, at most 1 000, without what is paid
/// for.
#[utoipa::path(get, path = "/v1/sitemaps/news.xml", tag = "outputs", responses(
    (status = 200, description = "The sitemap.", body = String, content_type = "application/xml"),
))]
pub async fn get_news_sitemap(
    app: web::Data<App>,
    request: HttpRequest,
    _: Query<NoParams>,
) -> Result<HttpResponse, Problem> {
    let (news, shows) = app.show(false, sitemaps::news).await?;
    Ok(answer(&request, news.shown_for, write_news(&news)?, shows))
}

fn answer(request: &HttpRequest, shown_for: Option<u64>, bytes: Vec<u8>, shows: Shows) -> HttpResponse {
    let answer = Public::of(XML, CacheControl { shown_for }).header(header::CONTENT_SECURITY_POLICY, POLICY);
    answer.show(request, PublicBody::new(bytes), shows)
}

fn write_part(part: &Part, urls: &Urls) -> Result<Vec<u8>> {
    let mut xml = Xml::new(ENTRY_BYTES * (part.entries.len() + 1))?;
    xml.open(
        "urlset",
        &[
            SITEMAP,
            ("xmlns:image", "http://www.google.com/schemas/sitemap-image/1.1"),
            ("xmlns:xhtml", "http://www.w3.org/1999/xhtml"),
        ],
    )?;
    for entry in &part.entries {
        write_entry(&mut xml, part, entry, urls)?;
    }
    xml.finish()
}

fn write_entry(xml: &mut Xml, part: &Part, entry: &Entry, urls: &Urls) -> Result<()> {
    xml.open("url", &[])?;
    xml.text("loc", &[], &entry.url)?;
    xml.text("lastmod", &[], &entry.row.updated_at.to_string())?;
    let picture = entry.row.hero_id.and_then(|id| part.pictures.get(&id));
    if let Some((picture, name)) = picture.and_then(|row| Some((row, row.file_name.as_ref()?))) {
        xml.open("image:image", &[])?;
        xml.text("image:loc", &[], &urls.media(picture.id, name, picture.replaced_at))?;
        xml.close()?;
    }
    for other in part.groups.get(&entry.row.translation_group).into_iter().flatten() {
        let mut link = |hreflang: &str| {
            xml.empty("xhtml:link", &[("rel", "alternate"), ("hreflang", hreflang), ("href", &other.url)])
        };
        link(&other.row.locale)?;
        if other.row.locale == part.default_locale {
            link("x-default")?;
        }
    }
    xml.close()
}

fn write_news(news: &News) -> Result<Vec<u8>> {
    let mut xml = Xml::new(ENTRY_BYTES * (news.entries.len() + 1))?;
    xml.open("urlset", &[SITEMAP, ("xmlns:news", "http://www.google.com/schemas/sitemap-news/0.9")])?;
    for (url, story) in &news.entries {
        let copy = &story.copy;
        xml.open("url", &[])?;
        xml.text("loc", &[], url)?;
        xml.open("news:news", &[])?;
        xml.open("news:publication", &[])?;
        xml.text("news:name", &[], &news.name)?;
        xml.text("news:language", &[], &language(&copy.locale))?;
        xml.close()?;
        xml.text("news:publication_date", &[], &copy.first_published_at.to_string())?;
        xml.text("news:title", &[], &copy.headline)?;
        xml.close()?;
        xml.close()?;
    }
    xml.finish()
}

/// The language as Google News wants it: ISO 639, but for the two ways of writing Chinese.
fn language(locale: &str) -> String {
    let lower = locale.to_ascii_lowercase();
    let mut parts = lower.split('-');
    match parts.next() {
        Some("zh") if parts.any(|part| matches!(part, "tw" | "hk" | "mo" | "hant")) => "zh-tw".to_owned(),
        Some("zh") => "zh-cn".to_owned(),
        first => first.unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn languages_as_google_news_wants_them() {
        let cases = [("en", "en"), ("pt-BR", "pt"), ("zh", "zh-cn"), ("zh-Hant-HK", "zh-tw"), ("zh-CN", "zh-cn")];
        for (locale, expected) in cases {
            assert_eq!(language(locale), expected, "{locale}");
        }
    }
}
