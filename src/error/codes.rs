//! The table of codes: stable names that clients match on, each with its meaning.

use std::fmt;

use serde::Serialize;

macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $doc])+ $variant,)+ }

        impl $name {
            /// Every code, in the order of the table.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The stable name that clients match on (snake_case).
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $code,)+ }
            }

            /// What the code means, in a sentence or two.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $($name::$variant => concat!($($doc, "\n"),+),)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

codes! {
    /// What went wrong, as the stable `code` of a problem document.
    Code {
        /// The request could not be understood.
        BadRequest = "bad_request",
        /// The body is not well-formed JSON (RFC 8259), is nested too deeply, or is not UTF-8.
        MalformedJson = "malformed_json",
        /// An object of the body names the same member twice.
        DuplicateKey = "duplicate_key",
        /// The body is not well-formed `multipart/form-data` (RFC 7578).
        MalformedMultipart = "malformed_multipart",
        /// A query or path parameter is unknown, given twice, or has a value that is not allowed.
        InvalidParameter = "invalid_parameter",
        /// A request header has a value that is not allowed.
        InvalidHeader = "invalid_header",
        /// The cursor is damaged, or belongs to other filters, another sort or another locale.
        InvalidCursor = "invalid_cursor",
        /// The request carries no valid access token or API token; for whole bodies, no valid entitlement token.
        Unauthenticated = "unauthenticated",
        /// The e-mail address and the password do not belong together.
        InvalidCredentials = "invalid_credentials",
        /// The password is right, and the user has a second factor: send `totp_code` too.
        TotpRequired = "totp_required",
        /// The code of the second factor is wrong, too old, or was used before.
        InvalidTotpCode = "invalid_totp_code",
        /// A link that works once was used, has ended, or was followed by a newer one.
        InvalidLink = "invalid_link",
        /// The caller may see this, but its role does not allow the operation.
        Forbidden = "forbidden",
        /// The site asks this role for a second factor, and the caller has none: only setting it up is open.
        TotpSetupRequired = "totp_setup_required",
        /// This needs a sign-in within the last 15 minutes: sign in again.
        FreshLoginRequired = "fresh_login_required",
        /// The API token lacks the scope that the operation needs.
        InsufficientScope = "insufficient_scope",
        /// The reader's token is sound, but does not let them read this article whole; `access` says what does.
        EntitlementRequired = "entitlement_required",
        /// There is nothing here that the caller may see.
        NotFound = "not_found",
        /// The path exists, but not with this method; `Allow` lists those it has.
        MethodNotAllowed = "method_not_allowed",
        /// The request did not arrive in time.
        RequestTimeout = "request_timeout",
        /// The present state of the article or the collection does not allow the action; `allowed_actions` lists those it does.
        IllegalAction = "illegal_action",
        /// The article is live or scheduled; unpublish it first.
        ArticleIsLive = "article_is_live",
        /// The resource is still used; `used_by` says where.
        InUse = "in_use",
        /// A request with this `Idempotency-Key` is being worked on; send it again in a moment.
        IdempotencyKeyInUse = "idempotency_key_in_use",
        /// An operation of a batch that is done whole or not at all was refused; `index` says which, `cause` why.
        BatchFailed = "batch_failed",
        /// Another change came in between.
        Conflict = "conflict",
        /// Somebody else has locked the article; `lock` says who, and until when.
        Locked = "locked",
        /// The article was withdrawn; `notice` says why, where the newsroom gave a reason.
        Gone = "gone",
        /// The resource changed since the version named in `If-Match`.
        StaleVersion = "stale_version",
        /// The body or the file is larger than this route takes.
        PayloadTooLarge = "payload_too_large",
        /// The body is of a media type that this route does not take.
        UnsupportedMediaType = "unsupported_media_type",
        /// Request bodies are taken uncompressed only (`Content-Encoding: identity`).
        UnsupportedContentEncoding = "unsupported_content_encoding",
        /// The file's content is of a type that is not stored here.
        UnsupportedFileType = "unsupported_file_type",
        /// The range lies outside the file.
        RangeNotSatisfiable = "range_not_satisfiable",
        /// The body is well-formed, but members are missing, wrong or not allowed; `errors` lists them all.
        InvalidBody = "invalid_body",
        /// The `Idempotency-Key` was used for another request in the last 24 hours.
        IdempotencyKeyReused = "idempotency_key_reused",
        /// Changing this resource needs an `If-Match` header with its ETag.
        IfMatchRequired = "if_match_required",
        /// Too many requests; wait as long as `Retry-After` says.
        TooManyRequests = "too_many_requests",
        /// Something broke on our side; the request id finds it in the log.
        Internal = "internal",
        /// The service is busy, or its database is away; try again after `Retry-After` seconds.
        Unavailable = "unavailable",
        /// The disk is full; nothing was stored.
        StorageFull = "storage_full",
    }
}

codes! {
    /// What is wrong at one place of the input, as the `code` of an entry in `errors`.
    FaultCode {
        /// The member must be given.
        Required = "required",
        /// The member can't be `null`.
        NotNull = "not_null",
        /// The value is of the wrong JSON type.
        WrongType = "wrong_type",
        /// There is no such member; `detail` may name the nearest one.
        UnknownField = "unknown_field",
        /// There is no such parameter; `detail` may name the nearest one.
        UnknownParameter = "unknown_parameter",
        /// The member is set by the server and can't be written.
        ReadOnly = "read_only",
        /// The text or list is shorter than allowed.
        TooShort = "too_short",
        /// The text or list is longer than allowed.
        TooLong = "too_long",
        /// The number lies outside its range.
        OutOfRange = "out_of_range",
        /// The value does not have the form that is asked for.
        InvalidFormat = "invalid_format",
        /// The password is among the first that are tried.
        TooCommon = "too_common",
        /// The value is not the one that is known.
        Incorrect = "incorrect",
        /// The value is not one of those allowed.
        NotOneOf = "not_one_of",
        /// The value stands twice.
        Duplicate = "duplicate",
        /// No resource that the caller may use has this id.
        UnknownId = "unknown_id",
        /// The resource exists, but is of the wrong kind for this place.
        WrongKind = "wrong_kind",
        /// Another article, tag or author has this slug.
        SlugTaken = "slug_taken",
        /// The value is taken by another record.
        Taken = "taken",
        /// Members that exclude each other were given together.
        Exclusive = "exclusive",
        /// The parts do not agree with each other, or with what is stored.
        Inconsistent = "inconsistent",
        /// The body holds a block, mark or style of a type that is not known.
        UnknownType = "unknown_type",
        /// The member can't be changed any more.
        Immutable = "immutable",
        /// The site asks for more before an article is published (`publish_gate`); `detail` names the rule.
        GateFailed = "gate_failed",
    }
}
