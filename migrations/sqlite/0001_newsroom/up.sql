-- Ids are UUIDv7 text, times are microseconds UTC, JSON is kept as text.

CREATE TABLE keys (
    id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    sealed TEXT NOT NULL,
    public TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX keys_purpose ON keys (purpose, created_at);

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT,
    suspended_at BIGINT,
    tokens_valid_from BIGINT NOT NULL,
    last_login_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_agent TEXT NOT NULL,
    network TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX sessions_user ON sessions (user_id, created_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    hash TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    counter INTEGER NOT NULL,
    used_at BIGINT
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE api_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX api_tokens_user ON api_tokens (user_id, created_at);

CREATE TABLE media (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT,
    file_name TEXT,
    mime TEXT,
    bytes BIGINT,
    public_bytes BIGINT,
    width INTEGER,
    height INTEGER,
    duration_ms BIGINT,
    sha256 TEXT UNIQUE,
    original_key TEXT,
    public_key TEXT,
    alt TEXT,
    caption TEXT,
    credit TEXT,
    creator TEXT,
    copyright TEXT,
    license TEXT,
    focal_point TEXT,
    placeholder TEXT,
    dominant_color TEXT,
    poster_id TEXT REFERENCES media (id),
    embed_url TEXT UNIQUE,
    owner_id TEXT REFERENCES users (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    search_text TEXT NOT NULL DEFAULT ''
);
CREATE INDEX media_created ON media (created_at, id);
CREATE INDEX media_poster ON media (poster_id);
CREATE INDEX media_original ON media (original_key);
CREATE INDEX media_public ON media (public_key);

CREATE TABLE site (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    locales TEXT NOT NULL,
    default_locale TEXT NOT NULL,
    labels TEXT NOT NULL,
    share_networks TEXT NOT NULL,
    principles TEXT NOT NULL,
    logo_id TEXT REFERENCES media (id),
    updated_at BIGINT NOT NULL
);
INSERT INTO site (id, version, name, description, locales, default_locale, labels, share_networks, principles, updated_at)
VALUES (1, 1, 'Slugline', '', '["en"]', 'en', '{}',
        '["email","whatsapp","x","facebook","linkedin","telegram","reddit","bluesky"]', '[]', 0);

CREATE TABLE tags (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    names TEXT NOT NULL,
    description TEXT,
    parent_id TEXT REFERENCES tags (id),
    uri TEXT,
    image_id TEXT REFERENCES media (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX tags_sort ON tags (sort_name, id);
CREATE INDEX tags_parent ON tags (parent_id);
CREATE INDEX tags_image ON tags (image_id);

CREATE TABLE tag_redirects (
    slug TEXT NOT NULL PRIMARY KEY,
    tag_id TEXT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    at BIGINT NOT NULL
);
CREATE INDEX tag_redirects_tag ON tag_redirects (tag_id);

CREATE TABLE authors (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    job_title TEXT,
    bio TEXT,
    avatar_id TEXT REFERENCES media (id),
    links TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX authors_sort ON authors (sort_name, id);
CREATE INDEX authors_avatar ON authors (avatar_id);

CREATE TABLE author_redirects (
    slug TEXT NOT NULL PRIMARY KEY,
    author_id TEXT NOT NULL REFERENCES authors (id) ON DELETE CASCADE,
    at BIGINT NOT NULL
);
CREATE INDEX author_redirects_author ON author_redirects (author_id);

-- The working copies.
CREATE TABLE articles (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    content_version BIGINT NOT NULL,
    locale TEXT NOT NULL,
    slug TEXT NOT NULL,
    kind TEXT NOT NULL,
    access TEXT NOT NULL,
    headline TEXT NOT NULL,
    sort_headline TEXT NOT NULL,
    section_id TEXT REFERENCES tags (id),
    featured BOOLEAN NOT NULL,
    breaking BOOLEAN NOT NULL,
    owner_id TEXT REFERENCES users (id) ON DELETE SET NULL,
    review TEXT NOT NULL,
    state TEXT NOT NULL,
    state_at BIGINT,
    notice TEXT,
    translation_group TEXT NOT NULL,
    first_published_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    content TEXT NOT NULL,
    body TEXT NOT NULL
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
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    tag_id TEXT NOT NULL REFERENCES tags (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (article_id, tag_id)
);
CREATE INDEX article_tags_tag ON article_tags (tag_id);

CREATE TABLE article_authors (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    author_id TEXT NOT NULL REFERENCES authors (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (article_id, author_id)
);
CREATE INDEX article_authors_author ON article_authors (author_id);

CREATE TABLE article_media (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    media_id TEXT NOT NULL REFERENCES media (id),
    PRIMARY KEY (article_id, media_id)
);
CREATE INDEX article_media_media ON article_media (media_id);

CREATE TABLE revisions (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT,
    content TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (article_id, version)
);

-- The published copies: all that a public read may see.
CREATE TABLE published_articles (
    copy_id TEXT NOT NULL PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    visible_from BIGINT NOT NULL,
    visible_until BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    locale TEXT NOT NULL,
    slug TEXT NOT NULL,
    kind TEXT NOT NULL,
    access TEXT NOT NULL,
    headline TEXT NOT NULL,
    sort_headline TEXT NOT NULL,
    kicker TEXT,
    standfirst TEXT,
    section_id TEXT REFERENCES tags (id),
    hero_id TEXT REFERENCES media (id),
    video_id TEXT REFERENCES media (id),
    tag_ids TEXT NOT NULL,
    authors TEXT NOT NULL,
    related_ids TEXT NOT NULL,
    byline TEXT,
    featured BOOLEAN NOT NULL,
    breaking BOOLEAN NOT NULL,
    published_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    first_published_at BIGINT NOT NULL,
    word_count INTEGER NOT NULL,
    reading_minutes INTEGER NOT NULL,
    translation_group TEXT NOT NULL
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
    copy_id TEXT NOT NULL PRIMARY KEY REFERENCES published_articles (copy_id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    body_html TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_markdown TEXT NOT NULL,
    article_refs TEXT NOT NULL,
    dateline TEXT,
    source TEXT,
    seo TEXT NOT NULL,
    rights TEXT NOT NULL,
    custom TEXT NOT NULL,
    corrections TEXT NOT NULL
);

CREATE TABLE published_tags (
    copy_id TEXT NOT NULL REFERENCES published_articles (copy_id) ON DELETE CASCADE,
    tag_id TEXT NOT NULL REFERENCES tags (id),
    article_id TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (copy_id, tag_id)
);
CREATE INDEX published_tags_tag ON published_tags (tag_id, published_at, article_id);

CREATE TABLE published_authors (
    copy_id TEXT NOT NULL REFERENCES published_articles (copy_id) ON DELETE CASCADE,
    author_id TEXT NOT NULL REFERENCES authors (id),
    article_id TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (copy_id, author_id)
);
CREATE INDEX published_authors_author ON published_authors (author_id, published_at, article_id);

CREATE TABLE published_media (
    copy_id TEXT NOT NULL REFERENCES published_articles (copy_id) ON DELETE CASCADE,
    media_id TEXT NOT NULL REFERENCES media (id),
    PRIMARY KEY (copy_id, media_id)
);
CREATE INDEX published_media_media ON published_media (media_id);

CREATE TABLE published_redirects (
    locale TEXT NOT NULL,
    slug TEXT NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    PRIMARY KEY (locale, slug)
);
CREATE INDEX published_redirects_article ON published_redirects (article_id);

CREATE TABLE published_tombstones (
    article_id TEXT NOT NULL PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    locale TEXT NOT NULL,
    slug TEXT NOT NULL,
    notice TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX published_tombstones_slug ON published_tombstones (slug, locale);

CREATE TABLE view_counts (
    article_id TEXT NOT NULL,
    hour BIGINT NOT NULL,
    views BIGINT NOT NULL,
    PRIMARY KEY (article_id, hour)
);
CREATE INDEX view_counts_hour ON view_counts (hour);

-- The outbox and the audit log; `seq` is given by the sequencer after the commit.
CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    seq BIGINT UNIQUE,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    data TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE audit_log (
    id TEXT NOT NULL PRIMARY KEY,
    seq BIGINT UNIQUE,
    at BIGINT NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    request_id TEXT NOT NULL,
    hash TEXT
);
CREATE INDEX audit_log_at ON audit_log (at, id);
CREATE INDEX audit_log_subject ON audit_log (subject_id, at);
