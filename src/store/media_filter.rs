//! Which media a list shows, and in which order.

use crate::model::{Id, MediaKind, Orientation, Time};

/// Which records a list shows, and in which order. What is not given does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct MediaFilter {
    /// Of this kind only.
    pub kind: Option<MediaKind>,
    /// With all of these words, folded, anywhere in their texts or file name.
    pub words: Vec<String>,
    /// Pictures and films of this shape.
    pub orientation: Option<Orientation>,
    /// Made by this user.
    pub uploader: Option<Id>,
    /// Made later than this.
    pub created_after: Option<Time>,
    /// Made earlier than this.
    pub created_before: Option<Time>,
    /// Whose rights end earlier than this, or have ended.
    pub expires_before: Option<Time>,
    /// With this keyword, folded.
    pub keyword: Option<String>,
    /// Lying in one of these folders, or in none.
    pub folder: Option<InFolder>,
    /// Used by nothing (`true`), or by something.
    pub unused: Option<bool>,
    /// The oldest first.
    pub oldest_first: bool,
}

/// Where a record lies.
#[derive(Clone, Debug)]
pub enum InFolder {
    /// In no folder.
    None,
    /// In one of these.
    Among(Vec<Id>),
}

/// Ends each keyword in what lists search, and what stands before the first; no text holds it.
pub(super) const KEYWORD_END: &str = "\u{1f}";

/// Nothing uses the record at hand: no working copy, no copy that is live or waits at the instant that follows.
pub(super) const IN_NO_ARTICLE: &str = "NOT EXISTS (SELECT 1 FROM article_media WHERE article_media.media_id = media.id) \
    AND NOT EXISTS (SELECT 1 FROM (SELECT copy_id, media_id FROM published_media \
    UNION ALL SELECT copy_id, media_id FROM published_full_media) AS shown \
    JOIN published_articles ON published_articles.copy_id = shown.copy_id \
    WHERE shown.media_id = media.id AND published_articles.visible_until > ";

/// The rest of the condition: no update of a live blog, no tag, no author, no film, and not the site.
pub(super) const NOR_ELSEWHERE: &str = ") \
    AND NOT EXISTS (SELECT 1 FROM live_update_media WHERE live_update_media.media_id = media.id) \
    AND NOT EXISTS (SELECT 1 FROM tags WHERE tags.image_id = media.id) \
    AND NOT EXISTS (SELECT 1 FROM authors WHERE authors.avatar_id = media.id) \
    AND NOT EXISTS (SELECT 1 FROM media AS films WHERE films.poster_id = media.id) \
    AND NOT EXISTS (SELECT 1 FROM site WHERE site.logo_id = media.id)";

/// What narrows the list, on a boxed query.
macro_rules! narrowed {
    ($query:expr, $filter:expr, $now:expr) => {{
        use $crate::model::Orientation;
        use $crate::store::dialect::in_list;
        use $crate::store::keyset::anywhere;
        use $crate::store::media_filter::{IN_NO_ARTICLE, InFolder, KEYWORD_END, NOR_ELSEWHERE};
        let (mut query, filter): (_, &MediaFilter) = ($query, $filter);
        if let Some(kind) = filter.kind {
            query = query.filter(media::kind.eq(kind));
        }
        for word in &filter.words {
            query = query.filter(media::search_text.like(anywhere(word)).escape('\\'));
        }
        query = match filter.orientation {
            Some(Orientation::Landscape) => query.filter(media::width.gt(media::height)),
            Some(Orientation::Portrait) => query.filter(media::width.lt(media::height)),
            Some(Orientation::Square) => query.filter(media::width.eq(media::height)),
            None => query,
        };
        if let Some(uploader) = filter.uploader {
            query = query.filter(media::owner_id.eq(uploader));
        }
        if let Some(after) = filter.created_after {
            query = query.filter(media::created_at.gt(after));
        }
        if let Some(before) = filter.created_before {
            query = query.filter(media::created_at.lt(before));
        }
        if let Some(before) = filter.expires_before {
            query = query.filter(media::expires_at.lt(before));
        }
        if let Some(keyword) = &filter.keyword {
            let whole = anywhere(&format!("{KEYWORD_END}{keyword}{KEYWORD_END}"));
            query = query.filter(media::search_text.like(whole).escape('\\'));
        }
        query = match &filter.folder {
            None => query,
            Some(InFolder::None) => query.filter(media::folder_id.is_null()),
            Some(InFolder::Among(folders)) => query.filter(in_list(media::folder_id, folders)),
        };
        if let Some(unused) = filter.unused {
            let nothing = diesel::dsl::sql::<diesel::sql_types::Bool>(IN_NO_ARTICLE)
                .bind::<diesel::sql_types::BigInt, _>($now)
                .sql(NOR_ELSEWHERE);
            query = if unused { query.filter(nothing) } else { query.filter(diesel::dsl::not(nothing)) };
        }
        query
    }};
}
pub(super) use narrowed;
