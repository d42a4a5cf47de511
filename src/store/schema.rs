//! The tables, by hand, with types that both databases have: ids and JSON are `Text`, times are `BigInt`
//! microseconds UTC. A test holds this file against the migrated databases.
#![expect(missing_docs, reason = "the columns are explained where their rows are")]

diesel::table! {
    keys (id) {
        id -> Text,
        purpose -> Text,
        sealed -> Text,
        public -> Nullable<Text>,
        created_at -> BigInt,
        signs_from -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        version -> BigInt,
        email -> Text,
        name -> Text,
        role -> Text,
        password_hash -> Nullable<Text>,
        suspended_at -> Nullable<BigInt>,
        tokens_valid_from -> BigInt,
        last_login_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        totp_since -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        user_id -> Text,
        user_agent -> Text,
        network -> Text,
        created_at -> BigInt,
        last_used_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    refresh_tokens (hash) {
        hash -> Text,
        session_id -> Text,
        counter -> Integer,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    account_links (hash) {
        hash -> Text,
        user_id -> Text,
        purpose -> Text,
        email -> Nullable<Text>,
        expires_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    user_totp (user_id) {
        user_id -> Text,
        sealed -> Text,
        last_step -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    recovery_codes (hash) {
        hash -> Text,
        user_id -> Text,
    }
}

diesel::table! {
    mails (id) {
        id -> Text,
        kind -> Text,
        user_id -> Nullable<Text>,
        recipient -> Text,
        attempts -> Integer,
        next_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> Text,
        version -> BigInt,
        user_id -> Text,
        name -> Text,
        prefix -> Text,
        hash -> Text,
        scopes -> Text,
        expires_at -> Nullable<BigInt>,
        last_used_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        networks -> Text,
        previous_hash -> Nullable<Text>,
        previous_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    media (id) {
        id -> Text,
        version -> BigInt,
        kind -> Text,
        title -> Nullable<Text>,
        file_name -> Nullable<Text>,
        mime -> Nullable<Text>,
        bytes -> Nullable<BigInt>,
        public_bytes -> Nullable<BigInt>,
        width -> Nullable<Integer>,
        height -> Nullable<Integer>,
        duration_ms -> Nullable<BigInt>,
        sha256 -> Nullable<Text>,
        original_key -> Nullable<Text>,
        public_key -> Nullable<Text>,
        alt -> Nullable<Text>,
        caption -> Nullable<Text>,
        credit -> Nullable<Text>,
        creator -> Nullable<Text>,
        copyright -> Nullable<Text>,
        license -> Nullable<Text>,
        expires_at -> Nullable<BigInt>,
        usage_terms -> Nullable<Text>,
        digital_source_type -> Nullable<Text>,
        focal_point -> Nullable<Text>,
        placeholder -> Nullable<Text>,
        dominant_color -> Nullable<Text>,
        poster_id -> Nullable<Text>,
        embed_url -> Nullable<Text>,
        owner_id -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        search_text -> Text,
        variants -> Nullable<Text>,
        folder_id -> Nullable<Text>,
        keywords -> Text,
        replaced_at -> Nullable<BigInt>,
        tracks -> Nullable<Text>,
        codecs -> Nullable<Text>,
        taken_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    media_tracks (id) {
        id -> Text,
        media_id -> Text,
        bytes -> BigInt,
        storage_key -> Text,
        made_at -> BigInt,
    }
}

diesel::table! {
    media_folders (id) {
        id -> Text,
        version -> BigInt,
        name -> Text,
        sort_name -> Text,
        parent_id -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    site (id) {
        id -> Integer,
        version -> BigInt,
        name -> Text,
        description -> Text,
        locales -> Text,
        default_locale -> Text,
        labels -> Text,
        share_networks -> Text,
        principles -> Text,
        logo_id -> Nullable<Text>,
        updated_at -> BigInt,
        publish_gate -> Text,
        entitlement_keys -> Text,
        require_totp -> Text,
    }
}

diesel::table! {
    tags (id) {
        id -> Text,
        version -> BigInt,
        kind -> Text,
        slug -> Text,
        name -> Text,
        sort_name -> Text,
        names -> Text,
        description -> Nullable<Text>,
        parent_id -> Nullable<Text>,
        uri -> Nullable<Text>,
        image_id -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        synonyms -> Text,
        search_text -> Text,
    }
}

diesel::table! {
    tag_redirects (slug) {
        slug -> Text,
        tag_id -> Text,
        at -> BigInt,
        merged -> Bool,
    }
}

diesel::table! {
    authors (id) {
        id -> Text,
        version -> BigInt,
        slug -> Text,
        name -> Text,
        sort_name -> Text,
        job_title -> Nullable<Text>,
        bio -> Nullable<Text>,
        avatar_id -> Nullable<Text>,
        links -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    author_redirects (slug) {
        slug -> Text,
        author_id -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    articles (id) {
        id -> Text,
        version -> BigInt,
        content_version -> BigInt,
        locale -> Text,
        slug -> Text,
        kind -> Text,
        access -> Text,
        headline -> Text,
        sort_headline -> Text,
        section_id -> Nullable<Text>,
        featured -> Bool,
        breaking -> Bool,
        owner_id -> Nullable<Text>,
        review -> Text,
        state -> Text,
        state_at -> Nullable<BigInt>,
        notice -> Nullable<Text>,
        translation_group -> Text,
        first_published_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        content -> Text,
        body -> Text,
        approved_version -> Nullable<BigInt>,
        approved_by -> Nullable<Text>,
        embargoed_until -> Nullable<BigInt>,
        translation_source -> Nullable<Text>,
        translated_version -> Nullable<BigInt>,
        text_version -> BigInt,
    }
}

diesel::table! {
    article_tags (article_id, tag_id) {
        article_id -> Text,
        tag_id -> Text,
        position -> Integer,
    }
}

diesel::table! {
    article_authors (article_id, author_id) {
        article_id -> Text,
        author_id -> Text,
        position -> Integer,
    }
}

diesel::table! {
    article_media (article_id, media_id) {
        article_id -> Text,
        media_id -> Text,
    }
}

diesel::table! {
    revisions (article_id, version) {
        article_id -> Text,
        version -> BigInt,
        at -> BigInt,
        actor_id -> Nullable<Text>,
        actor_name -> Text,
        action -> Text,
        reason -> Nullable<Text>,
        content -> Text,
        body -> Text,
        changed_fields -> Text,
        since_version -> Nullable<BigInt>,
        public_from -> Nullable<BigInt>,
        autosave -> Bool,
        began_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    published_articles (copy_id) {
        copy_id -> Text,
        article_id -> Text,
        version -> BigInt,
        visible_from -> BigInt,
        visible_until -> BigInt,
        ends_at -> BigInt,
        locale -> Text,
        slug -> Text,
        kind -> Text,
        access -> Text,
        headline -> Text,
        sort_headline -> Text,
        kicker -> Nullable<Text>,
        standfirst -> Nullable<Text>,
        section_id -> Nullable<Text>,
        hero_id -> Nullable<Text>,
        video_id -> Nullable<Text>,
        tag_ids -> Text,
        authors -> Text,
        related_ids -> Text,
        byline -> Nullable<Text>,
        featured -> Bool,
        breaking -> Bool,
        published_at -> BigInt,
        updated_at -> BigInt,
        first_published_at -> BigInt,
        word_count -> Integer,
        reading_minutes -> Integer,
        translation_group -> Text,
        search_number -> Nullable<BigInt>,
    }
}

diesel::table! {
    published_bodies (copy_id) {
        copy_id -> Text,
        body -> Text,
        body_html -> Text,
        body_text -> Text,
        body_markdown -> Text,
        article_refs -> Text,
        media_until -> Nullable<BigInt>,
        dateline -> Nullable<Text>,
        source -> Nullable<Text>,
        seo -> Text,
        rights -> Text,
        custom -> Text,
        corrections -> Text,
        supersedes_id -> Nullable<Text>,
    }
}

diesel::table! {
    published_full_bodies (copy_id) {
        copy_id -> Text,
        body -> Nullable<Text>,
        body_html -> Nullable<Text>,
        body_text -> Nullable<Text>,
        body_markdown -> Nullable<Text>,
        article_refs -> Text,
        media_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    published_full_media (copy_id, media_id) {
        copy_id -> Text,
        media_id -> Text,
    }
}

diesel::table! {
    published_tags (copy_id, tag_id) {
        copy_id -> Text,
        tag_id -> Text,
        article_id -> Text,
        published_at -> BigInt,
    }
}

diesel::table! {
    published_authors (copy_id, author_id) {
        copy_id -> Text,
        author_id -> Text,
        article_id -> Text,
        published_at -> BigInt,
    }
}

diesel::table! {
    published_media (copy_id, media_id) {
        copy_id -> Text,
        media_id -> Text,
        in_body -> Bool,
    }
}

diesel::table! {
    published_redirects (locale, slug) {
        locale -> Text,
        slug -> Text,
        article_id -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    published_tombstones (article_id) {
        article_id -> Text,
        locale -> Text,
        slug -> Text,
        notice -> Nullable<Text>,
        at -> BigInt,
    }
}

diesel::table! {
    view_counts (article_id, hour) {
        article_id -> Text,
        hour -> BigInt,
        views -> BigInt,
    }
}

diesel::table! {
    events (id) {
        id -> Text,
        seq -> Nullable<BigInt>,
        kind -> Text,
        subject_id -> Text,
        data -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    audit_log (id) {
        id -> Text,
        seq -> Nullable<BigInt>,
        at -> BigInt,
        actor_id -> Nullable<Text>,
        actor_name -> Text,
        action -> Text,
        subject_kind -> Text,
        subject_id -> Text,
        detail -> Text,
        request_id -> Text,
        hash -> Nullable<Text>,
    }
}

diesel::table! {
    comments (id) {
        id -> Text,
        version -> BigInt,
        article_id -> Text,
        author_id -> Nullable<Text>,
        author_name -> Text,
        text -> Text,
        block -> Nullable<Text>,
        field -> Nullable<Text>,
        quote -> Nullable<Text>,
        reply_to -> Nullable<Text>,
        resolved_at -> Nullable<BigInt>,
        resolved_by -> Nullable<Text>,
        resolved_name -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    article_locks (article_id) {
        article_id -> Text,
        user_id -> Text,
        since -> BigInt,
        expires_at -> BigInt,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency (principal, route, key) {
        principal -> Text,
        route -> Text,
        key -> Text,
        fingerprint -> Text,
        status -> Integer,
        body -> Text,
        version -> Nullable<BigInt>,
        location -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    numbering (name) {
        name -> Text,
        last -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    copy_dues (copy_id, what) {
        copy_id -> Text,
        what -> Text,
        article_id -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    webhooks (id) {
        id -> Text,
        version -> BigInt,
        name -> Text,
        url -> Text,
        description -> Nullable<Text>,
        events -> Text,
        active -> Bool,
        trusted -> Bool,
        secret -> Text,
        previous_secret -> Nullable<Text>,
        previous_until -> Nullable<BigInt>,
        position -> BigInt,
        disabled_at -> Nullable<BigInt>,
        disabled_reason -> Nullable<Text>,
        last_status -> Nullable<Text>,
        last_at -> Nullable<BigInt>,
        claim -> Nullable<Text>,
        claimed_until -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    webhook_deliveries (id) {
        id -> Text,
        webhook_id -> Text,
        event_id -> Text,
        kind -> Text,
        subject_id -> Text,
        data -> Text,
        happened_at -> BigInt,
        status -> Text,
        attempts -> Integer,
        tries -> Integer,
        next_at -> BigInt,
        created_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    webhook_attempts (delivery_id, number) {
        delivery_id -> Text,
        number -> Integer,
        at -> BigInt,
        status_code -> Nullable<Integer>,
        duration_ms -> Integer,
        error -> Nullable<Text>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    preview_tokens (id) {
        id -> Text,
        article_id -> Text,
        version -> Nullable<BigInt>,
        user_id -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    merged_tags (id) {
        id -> Text,
        into_id -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    live_updates (id) {
        id -> Text,
        article_id -> Text,
        version -> BigInt,
        headline -> Nullable<Text>,
        body -> Text,
        at -> BigInt,
        pinned -> Bool,
        key_event -> Bool,
        draft -> Bool,
        author_id -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    live_update_media (update_id, media_id) {
        update_id -> Text,
        media_id -> Text,
    }
}

diesel::table! {
    published_live_updates (update_id) {
        update_id -> Text,
        article_id -> Text,
        headline -> Nullable<Text>,
        body -> Text,
        body_html -> Text,
        body_text -> Text,
        body_markdown -> Text,
        article_refs -> Text,
        media_until -> Nullable<BigInt>,
        at -> BigInt,
        pinned -> Bool,
        key_event -> Bool,
        author_id -> Nullable<Text>,
        updated_at -> BigInt,
    }
}

diesel::table! {
    published_live_update_media (update_id, media_id) {
        update_id -> Text,
        media_id -> Text,
    }
}

diesel::table! {
    media_variants (media_id, name, extension) {
        media_id -> Text,
        name -> Text,
        extension -> Text,
        width -> Integer,
        height -> Integer,
        bytes -> BigInt,
        storage_key -> Text,
        made_at -> BigInt,
    }
}

diesel::table! {
    variant_dues (media_id) {
        media_id -> Text,
        not_before -> BigInt,
        tries -> Integer,
    }
}

diesel::table! {
    search_names (subject_id, position) {
        subject_id -> Text,
        position -> Integer,
        word -> Text,
        is_tag -> Bool,
    }
}

diesel::table! {
    search_arrears (what) {
        what -> Text,
        done_to -> Text,
    }
}

diesel::table! {
    sitemap_parts (number) {
        number -> BigInt,
        first_id -> Text,
    }
}

diesel::table! {
    collections (id) {
        id -> Text,
        version -> BigInt,
        slug -> Text,
        name -> Text,
        sort_name -> Text,
        description -> Nullable<Text>,
        locale -> Nullable<Text>,
        size -> BigInt,
        items -> Text,
        fill -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    published_collections (collection_id) {
        collection_id -> Text,
        version -> BigInt,
        slug -> Text,
        name -> Text,
        description -> Nullable<Text>,
        locale -> Nullable<Text>,
        size -> BigInt,
        items -> Text,
        fill -> Nullable<Text>,
        published_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    published_collection_redirects (slug) {
        slug -> Text,
        collection_id -> Text,
        at -> BigInt,
    }
}

diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(api_tokens -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(published_bodies -> published_articles (copy_id));
diesel::joinable!(published_tags -> published_articles (copy_id));
diesel::joinable!(published_authors -> published_articles (copy_id));
diesel::joinable!(published_media -> published_articles (copy_id));
diesel::joinable!(published_full_media -> published_articles (copy_id));
diesel::joinable!(published_articles -> articles (article_id));
diesel::joinable!(copy_dues -> published_articles (copy_id));
diesel::joinable!(webhook_deliveries -> webhooks (webhook_id));
diesel::joinable!(webhook_attempts -> webhook_deliveries (delivery_id));
diesel::joinable!(article_locks -> users (user_id));
diesel::joinable!(preview_tokens -> users (user_id));
diesel::joinable!(published_live_update_media -> published_live_updates (update_id));
diesel::joinable!(live_update_media -> live_updates (update_id));

diesel::table! {
    attempts (key) {
        key -> Text,
        times -> Text,
        ends_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    api_tokens,
    article_authors,
    article_media,
    article_tags,
    articles,
    audit_log,
    author_redirects,
    authors,
    comments,
    events,
    idempotency,
    keys,
    media,
    published_articles,
    published_authors,
    published_bodies,
    published_full_bodies,
    published_full_media,
    published_media,
    published_redirects,
    published_tags,
    published_tombstones,
    refresh_tokens,
    revisions,
    sessions,
    site,
    tag_redirects,
    tags,
    users,
    view_counts,
    webhook_attempts,
    webhook_deliveries,
    webhooks,
    numbering,
    copy_dues,
    article_locks,
    preview_tokens,
    live_update_media,
    live_updates,
    merged_tags,
    published_live_update_media,
    published_live_updates,
    media_tracks,
    media_variants,
    variant_dues,
    media_folders,
    search_names,
    search_arrears,
    collections,
    published_collections,
    published_collection_redirects,
);
