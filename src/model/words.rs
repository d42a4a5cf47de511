//! The closed lists of words of the contract.

/// A closed list of words: an enum with its wire names, and nothing else accepted.
macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident {
        $($(#[doc = $meaning:literal])+ $variant:ident = $word:literal,)+
    })+) => { $(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name { $($(#[doc = $meaning])+ #[serde(rename = $word)] $variant,)+ }

        // Written out: the derive does not see a `rename` that comes out of a macro.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let words = utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some(Self::WORDS.iter().copied()))
                    .description(Some(concat!($($doc,)+ "\n", $("\n- `", $word, "`:", $($meaning,)+)+).trim()));
                utoipa::openapi::RefOr::T(words.into())
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        impl $name {
            /// Every value, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Every word, in the order of the contract.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The sentence that says what it means.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning),+).trim(),)+ }
            }

            /// Reads the word; nothing else is taken.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl $crate::model::read::FromText for $name {
            fn from_text(text: &str) -> Result<Self, $crate::model::read::Wrong> {
                Self::parse(text).ok_or_else(|| $crate::model::read::not_one_of(Self::WORDS))
            }
        }
        $crate::model::read::from_text!($name);
    )+ };
}
pub(crate) use words;

words! {
    /// What kind of journalism an article is; selects the schema.org type.
    ArticleKind {
        /// A report.
        News = "news",
        /// Background and interpretation.
        Analysis = "analysis",
        /// A view, signed.
        Opinion = "opinion",
        /// A longer story.
        Feature = "feature",
        /// A judgement on a work or product.
        Review = "review",
        /// Questions and answers.
        Interview = "interview",
        /// Running coverage.
        Live = "live",
        /// Carried by a video.
        Video = "video",
        /// Carried by pictures.
        Gallery = "gallery",
        /// Paid for by somebody else; always to be labelled.
        Sponsored = "sponsored",
    }

    /// Who may read the whole body.
    Access {
        /// Everybody.
        Free = "free",
        /// Readers with an account.
        Registered = "registered",
        /// Paying readers.
        Subscriber = "subscriber",
    }

    /// What a public correction is.
    CorrectionKind {
        /// Something was wrong.
        Correction = "correction",
        /// Something was unclear.
        Clarification = "clarification",
        /// Something is new.
        Update = "update",
        /// The article's claim is withdrawn.
        Retraction = "retraction",
    }

    /// What somebody in the byline did.
    BylineRole {
        /// Wrote it.
        Writer = "writer",
        /// Reported it.
        Reporter = "reporter",
        /// Edited it.
        Editor = "editor",
        /// Took the pictures.
        Photographer = "photographer",
        /// Translated it.
        Translator = "translator",
        /// Helped.
        Contributor = "contributor",
    }

    /// What a tag names.
    TagKind {
        /// A part of the publication.
        Section = "section",
        /// A subject.
        Topic = "topic",
        /// A human being.
        Person = "person",
        /// A place.
        Place = "place",
        /// A company, party, authority or the like.
        Organization = "organization",
        /// Something that happens.
        Event = "event",
        /// Articles that belong together.
        Series = "series",
    }

    /// What a media record holds.
    MediaKind {
        /// A still or animated picture.
        Image = "image",
        /// A moving picture, stored here or embedded.
        Video = "video",
        /// Sound.
        Audio = "audio",
        /// A file to download.
        Document = "document",
    }

    /// What a user may do; the policy table says exactly.
    Role {
        /// Writes own drafts and submits them.
        Contributor = "contributor",
        /// Writes and publishes own articles.
        Author = "author",
        /// Works on all content.
        Editor = "editor",
        /// Also rules people, tokens and the site.
        Admin = "admin",
    }

    /// What a link that works once is for.
    LinkPurpose {
        /// Choosing a first password, and so coming in.
        Invitation = "invitation",
        /// Choosing another password.
        PasswordReset = "password_reset",
        /// Confirming another e-mail address.
        EmailChange = "email_change",
    }

    /// How far the review of the working copy has come.
    Review {
        /// Being written.
        Draft = "draft",
        /// Handed in.
        InReview = "in_review",
        /// Good to go.
        Approved = "approved",
    }

    /// What is kept of an article's status; the rest is derived from the published copies when read.
    ArticleState {
        /// In work or out in public.
        Active = "active",
        /// Put away.
        Archived = "archived",
        /// Withdrawn for good reason; its address answers 410.
        Killed = "killed",
        /// In the trash, purged after 30 days.
        Trashed = "trashed",
    }

    /// An article's status as editors see it.
    Status {
        /// In the trash.
        Trashed = "trashed",
        /// Withdrawn.
        Killed = "killed",
        /// Put away.
        Archived = "archived",
        /// A copy is live now.
        Published = "published",
        /// A copy waits for its time.
        Scheduled = "scheduled",
        /// Being written.
        Draft = "draft",
        /// Handed in.
        InReview = "in_review",
        /// Good to go.
        Approved = "approved",
    }

    /// How far a translation follows its source.
    TranslationStatus {
        /// Its source says something else now.
        Behind = "behind",
        /// Its source says what it said.
        Current = "current",
    }

    /// What can be done to an article beside editing it.
    ArticleAction {
        /// Hands the working copy in for review.
        Submit = "submit",
        /// Finds the working copy good to go.
        Approve = "approve",
        /// Gives it back to its author, with a reason.
        RequestChanges = "request-changes",
        /// Makes the working copy public now.
        Publish = "publish",
        /// Makes the working copy public later.
        Schedule = "schedule",
        /// Takes back what waits.
        Unschedule = "unschedule",
        /// Ends the live copy.
        Unpublish = "unpublish",
        /// Puts the article away.
        Archive = "archive",
        /// Takes it out of the archive, the trash, or back from being killed.
        Restore = "restore",
        /// Withdraws it with a notice; its address answers 410.
        Kill = "kill",
        /// Adds a public correction to the live copy.
        Correct = "correct",
        /// Sets featured or breaking on both copies at once.
        Flag = "flag",
        /// Makes a new draft from the working copy.
        Duplicate = "duplicate",
        /// Changes the working copy.
        Edit = "edit",
        /// Moves it to the trash.
        Delete = "delete",
        /// Tells colleagues that one works on it.
        Lock = "lock",
        /// Takes a lock away.
        Unlock = "unlock",
    }

    /// Where a reader can share an article.
    ShareNetwork {
        /// mailto.
        Email = "email",
        /// WhatsApp.
        Whatsapp = "whatsapp",
        /// X.
        X = "x",
        /// Facebook.
        Facebook = "facebook",
        /// LinkedIn.
        Linkedin = "linkedin",
        /// Telegram.
        Telegram = "telegram",
        /// Reddit.
        Reddit = "reddit",
        /// Bluesky.
        Bluesky = "bluesky",
    }

    /// What an API token may be used for.
    Scope {
        /// See every article.
        ArticlesRead = "articles:read",
        /// Make, change and delete articles.
        ArticlesWrite = "articles:write",
        /// Publish, schedule, unpublish, correct and kill.
        ArticlesPublish = "articles:publish",
        /// See every tag.
        TagsRead = "tags:read",
        /// Make, change and delete tags.
        TagsWrite = "tags:write",
        /// See every author.
        AuthorsRead = "authors:read",
        /// Make, change and delete authors.
        AuthorsWrite = "authors:write",
        /// See every media record and its files.
        MediaRead = "media:read",
        /// Upload, change and delete media.
        MediaWrite = "media:write",
        /// See the webhooks.
        WebhooksRead = "webhooks:read",
        /// Make, change and delete webhooks.
        WebhooksWrite = "webhooks:write",
        /// See the site's settings.
        SiteRead = "site:read",
        /// Change the site's settings.
        SiteWrite = "site:write",
        /// See people and tokens.
        UsersRead = "users:read",
        /// Rule people and tokens.
        UsersWrite = "users:write",
    }
}
