-- Ids are UUIDv7 text, times are microseconds UTC, JSON is kept as text.

CREATE TABLE keys (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    purpose TEXT COLLATE "C" NOT NULL,
    sealed TEXT COLLATE "C" NOT NULL,
    public TEXT COLLATE "C",
    created_at BIGINT NOT NULL
);
CREATE INDEX keys_purpose ON keys (purpose, created_at);

CREATE TABLE users (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    email TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C",
    suspended_at BIGINT,
    tokens_valid_from BIGINT NOT NULL,
    last_login_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_agent TEXT COLLATE "C" NOT NULL,
    network TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX sessions_user ON sessions (user_id, created_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    session_id TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    counter INTEGER NOT NULL,
    used_at BIGINT
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE api_tokens (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    prefix TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL UNIQUE,
    scopes TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX api_tokens_user ON api_tokens (user_id, created_at);

CREATE TABLE media (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C",
    file_name TEXT COLLATE "C",
    mime TEXT COLLATE "C",
    bytes BIGINT,
    public_bytes BIGINT,
    width INTEGER,
    height INTEGER,
    duration_ms BIGINT,
    sha256 TEXT COLLATE "C" UNIQUE,
    original_key TEXT COLLATE "C",
    public_key TEXT COLLATE "C",
    alt TEXT COLLATE "C",
    caption TEXT COLLATE "C",
    credit TEXT COLLATE "C",
    creator TEXT COLLATE "C",
    copyright TEXT COLLATE "C",
    license TEXT COLLATE "C",
    focal_point TEXT COLLATE "C",
    placeholder TEXT COLLATE "C",
    dominant_color TEXT COLLATE "C",
    poster_id TEXT COLLATE "C" REFERENCES media (id),
    embed_url TEXT COLLATE "C" UNIQUE,
    owner_id TEXT COLLATE "C" REFERENCES users (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    search_text TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX media_created ON media (created_at, id);
CREATE INDEX media_poster ON media (poster_id);
CREATE INDEX media_original ON media (original_key);
CREATE INDEX media_public ON media (public_key);

CREATE TABLE site (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    locales TEXT COLLATE "C" NOT NULL,
    default_locale TEXT COLLATE "C" NOT NULL,
    labels TEXT COLLATE "C" NOT NULL,
    share_networks TEXT COLLATE "C" NOT NULL,
    principles TEXT COLLATE "C" NOT NULL,
    logo_id TEXT COLLATE "C" REFERENCES media (id),
    updated_at BIGINT NOT NULL
);
INSERT INTO site (id, version, name, description, locales, default_locale, labels, share_networks, principles, updated_at)
VALUES (1, 1, 'Slugline', '', '["en"]', 'en', '{}',
        '["email","whatsapp","x","facebook","linkedin","telegram","reddit","bluesky"]', '[]', 0);

CREATE TABLE tags (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    names TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    parent_id TEXT COLLATE "C" REFERENCES tags (id),
    uri TEXT COLLATE "C",
    image_id TEXT COLLATE "C" REFERENCES media (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX tags_sort ON tags (sort_name, id);
CREATE INDEX tags_parent ON tags (parent_id);
CREATE INDEX tags_image ON tags (image_id);

CREATE TABLE tag_redirects (
    slug TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tag_id TEXT COLLATE "C" NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    at BIGINT NOT NULL
);
CREATE INDEX tag_redirects_tag ON tag_redirects (tag_id);

CREATE TABLE authors (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    job_title TEXT COLLATE "C",
    bio TEXT COLLATE "C",
    avatar_id TEXT COLLATE "C" REFERENCES media (id),
    links TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX authors_sort ON authors (sort_name, id);
CREATE INDEX authors_avatar ON authors (avatar_id);

CREATE TABLE author_redirects (
    slug TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    author_id TEXT COLLATE "C" NOT NULL REFERENCES authors (id) ON DELETE CASCADE,
    at BIGINT NOT NULL
);
CREATE INDEX author_redirects_author ON author_redirects (author_id);

-- The working copies.
CREATE TABLE articles (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    content_version BIGINT NOT NULL,
    locale TEXT COLLATE "C" NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    access TEXT COLLATE "C" NOT NULL,
    headline TEXT COLLATE "C" NOT NULL,
    sort_headline TEXT COLLATE "C" NOT NULL,
    section_id TEXT COLLATE "C" REFERENCES tags (id),
    featured BOOLEAN NOT NULL,
    breaking BOOLEAN NOT NULL,
    owner_id TEXT COLLATE "C" REFERENCES users (id) ON DELETE SET NULL,
    review TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    state_at BIGINT,
    notice TEXT COLLATE "C",
    translation_group TEXT COLLATE "C" NOT NULL,
    first_published_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX articles_slug ON articles (locale, slug) WHERE state <> 'trashed';
CREATE UNIQUE INDEX articles_translation ON articles (translation_group, locale) WHERE state <> 'trashed';
-- For looking up: a value that is bound does not choose a partial index.
CREATE INDEX articles_by_slug ON articles (locale, slug);
CREATE INDEX articles_by_group ON articles (translation_group, locale);
CREATE INDEX articles_updated ON articles (updated_at, id);
CREATE INDEX articles_created ON articles (created_at, id);
CREATE INDEX articles_headline ON articles (sort_headline, id);
CREATE INDEX articles_section ON articles (section_id);
CREATE INDEX articles_owner ON articles (owner_id, updated_at);
CREATE INDEX articles_state ON articles (state, updated_at);

CREATE TABLE article_tags (
    article_id TEXT COLLATE "C" NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    tag_id TEXT COLLATE "C" NOT NULL REFERENCES tags (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (article_id, tag_id)
);
CREATE INDEX article_tags_tag ON article_tags (tag_id);

CREATE TABLE article_authors (
    article_id TEXT COLLATE "C" NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    author_id TEXT COLLATE "C" NOT NULL REFERENCES authors (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (article_id, author_id)
);
CREATE INDEX article_authors_author ON article_authors (author_id);

CREATE TABLE article_media (
    article_id TEXT COLLATE "C" NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    media_id TEXT COLLATE "C" NOT NULL REFERENCES media (id),
    PRIMARY KEY (article_id, media_id)
);
CREATE INDEX article_media_media ON article_media (media_id);

CREATE TABLE revisions (
    article_id TEXT COLLATE "C" NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor_id TEXT COLLATE "C",
    actor_name TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C",
    content TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (article_id, version)
);

-- The published copies: all that a public read may see.
CREATE TABLE published_articles (
    copy_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    article_id TEXT COLLATE "C" NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    visible_from BIGINT NOT NULL,
    visible_until BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    locale TEXT COLLATE "C" NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    access TEXT COLLATE "C" NOT NULL,
    headline TEXT COLLATE "C" NOT NULL,
    sort_headline TEXT COLLATE "C" NOT NULL,
    kicker TEXT COLLATE "C",
    standfirst TEXT COLLATE "C",
    section_id TEXT COLLATE "C" REFERENCES tags (id),
    hero_id TEXT COLLATE "C" REFERENCES media (id),
    video_id TEXT COLLATE "C" REFERENCES media (id),
    tag_ids TEXT COLLATE "C" NOT NULL,
    authors TEXT COLLATE "C" NOT NULL,
    related_ids TEXT COLLATE "C" NOT NULL,
    byline TEXT COLLATE "C",
    featured BOOLEAN NOT NULL,
    breaking BOOLEAN NOT NULL,
    published_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    first_published_at BIGINT NOT NULL,
    word_count INTEGER NOT NULL,
    reading_minutes INTEGER NOT NULL,
    translation_group TEXT COLLATE "C" NOT NULL
);
CREATE INDEX published_articles_newest ON published_articles (published_at, article_id);
CREATE INDEX published_articles_updated ON published_articles (updated_at, article_id);
CREATE INDEX published_articles_headline ON published_articles (sort_headline, article_id);
CREATE INDEX published_articles_locale ON published_articles (locale, published_at, article_id);
CREATE INDEX published_articles_section ON published_articles (section_id, published_at, article_id);
CREATE INDEX published_articles_article ON published_articles (article_id, visible_from);
CREATE INDEX published_articles_slug ON published_articles (slug, locale);
CREATE INDEX published_articles_group ON published_articles (translation_group);
CREATE INDEX published_articles_ended ON published_articles (visible_until);
CREATE INDEX published_articles_hero ON published_articles (hero_id);
CREATE INDEX published_articles_video ON published_articles (video_id);

CREATE TABLE published_bodies (
    copy_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES published_articles (copy_id) ON DELETE CASCADE,
    body TEXT COLLATE "C" NOT NULL,
    body_html TEXT COLLATE "C" NOT NULL,
    body_text TEXT COLLATE "C" NOT NULL,
    body_markdown TEXT COLLATE "C" NOT NULL,
    article_refs TEXT COLLATE "C" NOT NULL,
    dateline TEXT COLLATE "C",
    source TEXT COLLATE "C",
    seo TEXT COLLATE "C" NOT NULL,
    rights TEXT COLLATE "C" NOT NULL,
    custom TEXT COLLATE "C" NOT NULL,
    corrections TEXT COLLATE "C" NOT NULL
);

CREATE TABLE published_tags (
    copy_id TEXT COLLATE "C" NOT NULL REFERENCES published_articles (copy_id) ON DELETE CASCADE,
    tag_id TEXT COLLATE "C" NOT NULL REFERENCES tags (id),
    article_id TEXT COLLATE "C" NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (copy_id, tag_id)
);
CREATE INDEX published_tags_tag ON published_tags (tag_id, published_at, article_id);

CREATE TABLE published_authors (
    copy_id TEXT COLLATE "C" NOT NULL REFERENCES published_articles (copy_id) ON DELETE CASCADE,
    author_id TEXT COLLATE "C" NOT NULL REFERENCES authors (id),
    article_id TEXT COLLATE "C" NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (copy_id, author_id)
);
CREATE INDEX published_authors_author ON published_authors (author_id, published_at, article_id);

CREATE TABLE published_media (
    copy_id TEXT COLLATE "C" NOT NULL REFERENCES published_articles (copy_id) ON DELETE CASCADE,
    media_id TEXT COLLATE "C" NOT NULL REFERENCES media (id),
    PRIMARY KEY (copy_id, media_id)
);
CREATE INDEX published_media_media ON published_media (media_id);

CREATE TABLE published_redirects (
    locale TEXT COLLATE "C" NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    article_id TEXT COLLATE "C" NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    PRIMARY KEY (locale, slug)
);
CREATE INDEX published_redirects_article ON published_redirects (article_id);

CREATE TABLE published_tombstones (
    article_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    locale TEXT COLLATE "C" NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    notice TEXT COLLATE "C",
    at BIGINT NOT NULL
);
CREATE INDEX published_tombstones_slug ON published_tombstones (slug, locale);

CREATE TABLE view_counts (
    article_id TEXT COLLATE "C" NOT NULL,
    hour BIGINT NOT NULL,
    views BIGINT NOT NULL,
    PRIMARY KEY (article_id, hour)
);
CREATE INDEX view_counts_hour ON view_counts (hour);

-- The outbox and the audit log; `seq` is given by the sequencer after the commit.
CREATE TABLE events (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seq BIGINT UNIQUE,
    kind TEXT COLLATE "C" NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    data TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE audit_log (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seq BIGINT UNIQUE,
    at BIGINT NOT NULL,
    actor_id TEXT COLLATE "C",
    actor_name TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    subject_kind TEXT COLLATE "C" NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C"
);
CREATE INDEX audit_log_at ON audit_log (at, id);
CREATE INDEX audit_log_subject ON audit_log (subject_id, at);
