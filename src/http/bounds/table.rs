//! The table. The first group that holds an operation is its own.

use std::time::Duration;

use super::{AtOnce, Bounds, File, MIB};
use crate::http::extract::body::Pace;
use crate::http::limits::Limited;

const KIB: u64 = 1024;

/// What editors and their programs ask for.
const EDITORIAL: &[Limited] = &[Limited::Account, Limited::Token];

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What most groups have in common: no body, half a minute.
const PLAIN: Bounds = Bounds {
    group: "",
    holds: |_| false,
    body: 0,
    file: File::None,
    pace: Pace::JSON,
    answer: seconds(30),
    at_once: AtOnce::Any,
    limited: &[],
};

#[cfg(test)]
impl Bounds {
    /// Bounds of nothing but these.
    pub(crate) const fn for_tests(body: u64, answer: Duration) -> Self {
        Self { group: "tests", body, answer, at_once: AtOnce::Requests(1), ..PLAIN }
    }
}

/// The groups.
pub(super) static TABLE: &[&Bounds] = &[
    &SEARCH,
    &VIEWS,
    &SIGN_IN,
    &OWN,
    &UPLOADS,
    &TRACKS,
    &BATCHES,
    &ARTICLES,
    &LIVE_UPDATES,
    &ACTIONS,
    &STREAMS,
    &EDITORIAL_STREAMS,
    &WRITES,
    &READS,
    &FILES,
    &PUBLIC,
];

static SEARCH: Bounds = Bounds {
    group: "Searching and suggesting",
    holds: |route| matches!(route.operation, "search_articles" | "list_suggestions"),
    answer: seconds(10),
    at_once: AtOnce::Requests(64),
    limited: &[Limited::Search],
    ..PLAIN
};

static VIEWS: Bounds = Bounds {
    group: "Counting views",
    holds: |route| route.operation == "count_view",
    body: 4 * KIB,
    answer: seconds(5),
    limited: &[Limited::Views],
    ..PLAIN
};

static SIGN_IN: Bounds = Bounds {
    group: "Signing in, and links",
    holds: |route| {
        matches!(
            route.operation,
            "login"
                | "refresh_token"
                | "logout"
                | "request_password_reset"
                | "confirm_password_reset"
                | "accept_invitation"
                | "confirm_email_change"
        )
    },
    body: 16 * KIB,
    at_once: AtOnce::Passwords,
    limited: &[Limited::SignIn],
    ..PLAIN
};

static OWN: Bounds = Bounds {
    group: "One's own account",
    holds: |route| route.path.starts_with("/v1/auth/"),
    body: 16 * KIB,
    at_once: AtOnce::Passwords,
    limited: EDITORIAL,
    ..PLAIN
};

static UPLOADS: Bounds = Bounds {
    group: "Uploading media",
    holds: |route| matches!(route.operation, "create_media" | "replace_media_file"),
    body: MIB,
    file: File::Media,
    pace: Pace::UPLOAD,
    answer: seconds(15 * 60),
    at_once: AtOnce::Files,
    limited: EDITORIAL,
};

static TRACKS: Bounds = Bounds {
    group: "Uploading tracks",
    holds: |route| route.operation == "create_media_track",
    file: File::Track,
    pace: Pace::UPLOAD,
    answer: seconds(60),
    at_once: AtOnce::Files,
    limited: EDITORIAL,
    ..PLAIN
};

static BATCHES: Bounds = Bounds {
    group: "Batches of articles",
    holds: |route| route.operation == "batch_articles",
    body: 8 * MIB,
    answer: seconds(120),
    limited: EDITORIAL,
    ..PLAIN
};

static ARTICLES: Bounds = Bounds {
    group: "Writing articles",
    holds: |route| matches!(route.operation, "create_article" | "update_article"),
    body: 4 * MIB,
    answer: seconds(60),
    limited: EDITORIAL,
    ..PLAIN
};

static LIVE_UPDATES: Bounds = Bounds {
    group: "Writing live updates",
    holds: |route| matches!(route.operation, "create_live_update" | "update_live_update"),
    body: 256 * KIB,
    limited: EDITORIAL,
    ..PLAIN
};

static ACTIONS: Bounds = Bounds {
    group: "Actions on articles",
    holds: |route| {
        route.method == "post"
            && route.path.starts_with("/v1/admin/articles/{id}/")
            && !route.path.contains("/comments")
    },
    body: 64 * KIB,
    answer: seconds(60),
    limited: EDITORIAL,
    ..PLAIN
};

static STREAMS: Bounds = Bounds {
    group: "Events for readers",
    holds: |route| route.operation == "stream_events",
    answer: seconds(10),
    at_once: AtOnce::Listeners,
    ..PLAIN
};

static EDITORIAL_STREAMS: Bounds = Bounds {
    group: "Events for editors",
    holds: |route| route.operation == "stream_admin_events",
    answer: seconds(10),
    at_once: AtOnce::Listeners,
    limited: EDITORIAL,
    ..PLAIN
};

/// Also those of whatever is in no table.
pub(super) static WRITES: Bounds = Bounds {
    group: "Other editorial changes",
    holds: |route| route.path.starts_with("/v1/admin/") && route.method != "get",
    body: MIB,
    answer: seconds(60),
    limited: EDITORIAL,
    ..PLAIN
};

static READS: Bounds = Bounds {
    group: "Editorial reads",
    holds: |route| route.path.starts_with("/v1/admin/"),
    limited: EDITORIAL,
    ..PLAIN
};

static FILES: Bounds = Bounds { group: "Files of media", holds: |route| route.path.starts_with("/media/"), ..PLAIN };

static PUBLIC: Bounds = Bounds { group: "Other public reads", holds: |_| true, answer: seconds(10), ..PLAIN };
