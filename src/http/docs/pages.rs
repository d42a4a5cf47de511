//! Pages for people, from the Markdown that stands beside this file: what every error code means and how to mend it,
//! and the guides.

use std::fmt::Write as _;

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use pulldown_cmark::{Options, Parser, html};

use crate::error::{Code, Error, FaultCode};
use crate::http::answer::{CacheControl, Public, PublicBody};
use crate::http::bounds;
use crate::http::kept::Kept;
use crate::http::problem::{self, Problem, title};

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";
const STYLE: &str = "body{font:1rem/1.6 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem;\
                     color-scheme:light dark;background:Canvas;color:CanvasText;overflow-wrap:anywhere}nav a{margin-right:1rem}h1{line-height:1.2}h2{margin-top:2.5rem}\
                     code,pre{font:.9em/1.5 ui-monospace,monospace}pre{overflow-x:auto;padding:1rem;\
                     border:1px solid #8888;border-radius:.4rem}dt{font-family:ui-monospace,monospace;margin-top:1rem}\
                     table{border-collapse:collapse}td,th{padding:.3rem .8rem .3rem 0;text-align:left;\
                     vertical-align:top}";
const NAVIGATION: &str = "<nav aria-label=\"Documentation\"><a href=\"/docs/\">The API</a> \
                          <a href=\"/docs/guides\">Guides</a> <a href=\"/docs/errors\">Error codes</a> \
                          <a href=\"/docs/limits\">Limits</a></nav>";

const ERRORS: &str = include_str!("errors.md");

/// The guides: name and Markdown, which begins with the title.
const GUIDES: &[(&str, &str)] = &[
    ("frontend", include_str!("guides/frontend.md")),
    ("editors", include_str!("guides/editors.md")),
    ("integrators", include_str!("guides/integrators.md")),
    ("operators", include_str!("guides/operators.md")),
];

pub(super) async fn show_errors(request: HttpRequest) -> Result<HttpResponse, Problem> {
    answer(&request, "errors", || {
        let mut body = String::from(
            "<h1>Error codes</h1><p>Every error is a problem document (RFC 9457). Its <code>code</code> says what went \
             wrong; each entry of its <code>errors</code> has a code of its own.</p><dl>",
        );
        for (code, title, meaning) in entries() {
            let (title, meaning) = (escaped(&title), inline(meaning));
            let _ = write!(body, "<dt><a href=\"/docs/errors/{code}\">{code}</a></dt><dd>{title}. {meaning}</dd>");
        }
        body.push_str("</dl>");
        Ok(page("Error codes", &body))
    })
}

pub(super) async fn show_error(request: HttpRequest, code: web::Path<String>) -> Result<HttpResponse, Problem> {
    answer(&request, &format!("errors/{code}"), || {
        let (_, section) = sections().find(|(known, _)| *known == code.as_str()).ok_or_else(Error::not_found)?;
        let known = entries().filter(|(known, ..)| *known == code.as_str());
        let titles: Vec<String> = known.map(|(_, title, _)| title).collect();
        let body = format!("<h1>{}</h1><p>{}</p>{}", escaped(&code), escaped(&titles.join(" · ")), rendered(section));
        Ok(page(&code, &body))
    })
}

pub(super) async fn show_limits(request: HttpRequest) -> Result<HttpResponse, Problem> {
    answer(&request, "limits", || {
        let before = "<h1>Limits</h1><p>What each operation takes at the most, unless the operator chose otherwise. The \
                      server goes by this table. Whoever asks too often is answered 429 with <code>Retry-After</code>, \
                      <code>RateLimit-Policy</code> and <code>RateLimit</code>; what is too large 413, what arrives too \
                      slowly 408, what takes too long or finds no place 503. Answers that shared caches may keep, and \
                      those that the server has in memory, count for nobody.</p>";
        Ok(page("Limits", &format!("{before}{}", rendered(&bounds::markdown()))))
    })
}

pub(super) async fn show_guides(request: HttpRequest) -> Result<HttpResponse, Problem> {
    answer(&request, "guides", || {
        let link = |(name, markdown): &(&str, &'static str)| {
            format!("<li><a href=\"/docs/guides/{name}\">{}</a></li>", escaped(title_of(markdown)))
        };
        let links: String = GUIDES.iter().map(link).collect();
        Ok(page("Guides", &format!("<h1>Guides</h1><ul>{links}</ul>")))
    })
}

pub(super) async fn show_guide(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    answer(&request, &format!("guides/{name}"), || {
        let (_, markdown) = GUIDES.iter().find(|(known, _)| *known == name.as_str()).ok_or_else(Error::not_found)?;
        Ok(page(title_of(markdown), &rendered(markdown)))
    })
}

/// Every code of a problem document, and every code of an entry in its `errors`: code, title, meaning.
fn entries() -> impl Iterator<Item = (&'static str, String, &'static str)> {
    let codes = Code::ALL.iter().map(|code| {
        let title = format!("{} {}", problem::status(*code).as_u16(), title(*code));
        (code.as_str(), title, code.meaning())
    });
    let faults = FaultCode::ALL.iter().map(|code| (code.as_str(), "An entry in errors".to_owned(), code.meaning()));
    codes.chain(faults)
}

/// What `errors.md` says of each code.
fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    let sections = ERRORS.split("\n## ").skip(1).filter_map(|section| section.split_once('\n'));
    sections.map(|(code, text)| (code.trim(), text))
}

/// The first heading of a text.
fn title_of(markdown: &'static str) -> &'static str {
    markdown.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default()
}

/// Our own Markdown as HTML.
fn rendered(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut out, Parser::new_ext(markdown, Options::ENABLE_TABLES));
    // What scrolls sideways can be reached by the keyboard.
    out.replace("<pre>", "<pre tabindex=\"0\">")
}

/// A sentence of a doc comment as HTML, without a paragraph around it.
fn inline(sentence: &str) -> String {
    let paragraph = rendered(sentence.trim());
    paragraph.trim().trim_start_matches("<p>").trim_end_matches("</p>").to_owned()
}

/// A page as HTML.
fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{} – Slugline</title><style>{STYLE}</style></head><body>\
         <header>{NAVIGATION}</header><main>{body}</main></body></html>",
        escaped(title)
    )
}

/// A page that is made, and compressed, when it is asked for first.
fn answer(
    request: &HttpRequest,
    name: &str,
    make: impl FnOnce() -> Result<String, Error>,
) -> Result<HttpResponse, Problem> {
    static KEPT: Kept<PublicBody> = Kept::new();
    let body = KEPT.get(name, || make().map(|html| PublicBody::new(html.into_bytes())))?;
    let answer = Public::of(HTML, CacheControl::PUBLIC).header(header::CONTENT_SECURITY_POLICY, POLICY);
    Ok(answer.answer(request, &body))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_explained_and_nothing_else_is() {
        let codes: BTreeSet<&str> = entries().map(|(code, ..)| code).collect();
        let explained: BTreeSet<&str> = sections().map(|(code, _)| code).collect();
        assert_eq!(codes, explained);
        let paragraphs = |section: &str| rendered(section).matches("<p>").count();
        assert!(sections().all(|(_, section)| paragraphs(section) >= 2), "what it means, how to mend it");
    }

    #[test]
    fn guides_have_titles_and_sentences_are_escaped() {
        assert!(GUIDES.iter().all(|(_, markdown)| !title_of(markdown).is_empty()));
        assert_eq!(inline("a `b<c` & d"), "a <code>b&lt;c</code> &amp; d");
    }
}
