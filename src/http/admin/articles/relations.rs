//! What an article refers to, expanded for editors.

use super::refs::{AdminArticleRef, AdminAuthorRef, AdminSeo, AdminTagRef, AdminTranslation, AdminTranslationSource};
use crate::domain::Cx;
use crate::domain::articles::ArticleView;
use crate::domain::share::Share;
use crate::http::admin::media::Media;
use crate::model::{Content, Id};

/// The address for readers.
pub fn reader_url(view: &ArticleView, cx: &Cx, locale: &str, slug: &str, id: Id) -> String {
    cx.urls.article(locale, view.default_locale.as_str(), slug, id)
}

/// A media record with addresses that are signed for an hour.
pub fn media(view: &ArticleView, id: Option<Id>, cx: &Cx) -> Option<Media> {
    view.media.get(&id?).map(|media| Media::of(media, cx))
}

/// A tag, named in the article's locale.
pub fn tag(view: &ArticleView, id: Id, cx: &Cx) -> Option<AdminTagRef> {
    let row = view.tags.get(&id)?;
    let names: std::collections::BTreeMap<String, String> = serde_json::from_str(&row.names).unwrap_or_default();
    let name = names.get(view.content().locale.as_str()).unwrap_or(&row.name).clone();
    Some(AdminTagRef { id, slug: row.slug.clone(), name, kind: row.kind, url: cx.urls.tag(&row.slug, id) })
}

/// The byline.
pub fn authors(view: &ArticleView, cx: &Cx) -> Vec<AdminAuthorRef> {
    let credits = view.content().authors.iter();
    let expand = |credit: &crate::model::Credit| {
        let row = view.authors.get(&credit.id)?;
        let url = cx.urls.author(&row.slug, row.id);
        Some(AdminAuthorRef { id: row.id, slug: row.slug.clone(), name: row.name.clone(), role: credit.role, url })
    };
    credits.filter_map(expand).collect()
}

/// The curated list.
pub fn related(view: &ArticleView, cx: &Cx) -> Vec<AdminArticleRef> {
    view.content().related.iter().filter_map(|id| article(view, *id, cx)).collect()
}

/// The article whose place this one takes.
pub fn supersedes(view: &ArticleView, cx: &Cx) -> Option<AdminArticleRef> {
    article(view, view.content().supersedes?, cx)
}

/// Another article, if it is there.
fn article(view: &ArticleView, id: Id, cx: &Cx) -> Option<AdminArticleRef> {
    let row = view.related.get(&id)?;
    Some(AdminArticleRef {
        id,
        locale: row.locale.clone(),
        slug: row.slug.clone(),
        headline: Some(row.headline.clone()),
        url: reader_url(view, cx, &row.locale, &row.slug, id),
    })
}

/// What is shared: the same as in public, with the public address of the picture.
pub fn share(view: &ArticleView, cx: &Cx) -> Share<'static> {
    let content = view.content();
    let url = reader_url(view, cx, content.locale.as_str(), content.slug.as_str(), view.article.row.id);
    let picture = content.seo.image.or(content.hero).and_then(|id| view.media.get(&id));
    let image = picture
        .and_then(|media| Some(cx.urls.media(media.row.id, media.row.file_name.as_deref()?, media.row.replaced_at)));
    let standfirst = content.standfirst.as_ref().map(|text| text.as_str());
    Share::new(url, content.headline.as_str(), standfirst, image).into_owned()
}

/// The rest of the translation group.
pub fn translations(view: &ArticleView, cx: &Cx) -> Vec<AdminTranslation> {
    let source = view.article.row.translation_source;
    let all = view.translations.iter();
    all.map(|other| AdminTranslation {
        id: other.id,
        locale: other.locale.clone(),
        slug: other.slug.clone(),
        headline: other.headline.clone(),
        url: reader_url(view, cx, &other.locale, &other.slug, other.id),
        status: other.status,
        version: other.version,
        source: source == Some(other.id),
        behind: other.behind,
    })
    .collect()
}

/// What the article was translated from.
pub fn translation_source(view: &ArticleView) -> Option<AdminTranslationSource> {
    let row = &view.article.row;
    let (id, version) = row.translation_source.zip(row.translated_version)?;
    let current_version = view.source.map(|source| source.version);
    let behind = view.source.is_some_and(|source| source.is_ahead_of(version));
    Some(AdminTranslationSource { id, version, current_version, behind })
}

/// What search engines are told.
pub fn seo(content: &Content, image: Option<Media>) -> AdminSeo {
    let seo = content.seo.clone();
    AdminSeo {
        title: seo.title,
        description: seo.description,
        canonical_url: seo.canonical_url,
        image,
        no_index: seo.no_index,
    }
}
