//! The only permission table: who may run which operation of the editorial door. An operation is named like its
//! handler and its `operationId`.
//!
//! A rule has three parts: the scope that an API token needs, the role from which on somebody may do it to what is
//! their own (or to what has no owner yet), and the role from which on somebody may do it to everything. Some have a
//! fourth: what is dangerous takes a sign-in a short while ago, and setting up a second factor is open without one.
//! `permissions` tells the table to clients.

mod checks;

use crate::model::policy::{Demand, Own};
use crate::model::{Role, Scope};

pub use checks::{
    check, check_flags, check_in_person, check_override, check_owned, check_public, publishes, reads_article, sees_all,
};

/// Who may run an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What an API token needs; `None`: tokens can't do this.
    pub scope: Option<Scope>,
    /// From this role on, for what is one's own.
    pub own: Role,
    /// From this role on, for everything.
    pub any: Role,
    /// What else it takes of a person.
    pub demand: Demand,
}

macro_rules! operations {
    ($($op:ident = $name:literal: $scope:expr, own $own:ident, any $any:ident $(, $demand:ident)?;)+) => {
        /// An operation of the editorial door.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each is described where its handler stands")]
        pub enum Op { $($op,)+ }

        impl Op {
            /// Every operation.
            pub const ALL: &'static [Self] = &[$(Self::$op,)+];

            /// The `operationId`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$op => $name,)+ }
            }

            /// The table.
            #[must_use]
            pub const fn rule(self) -> Rule {
                match self {
                    $(Self::$op => Rule {
                        scope: $scope,
                        own: Role::$own,
                        any: Role::$any,
                        demand: [$(Demand::$demand,)? Demand::Usual][0],
                    },)+
                }
            }
        }
    };
}

use Scope::{
    ArticlesPublish, ArticlesRead, ArticlesWrite, AuthorsRead, AuthorsWrite, MediaRead, MediaWrite, SiteRead,
    SiteWrite, TagsRead, TagsWrite, UsersRead, UsersWrite, WebhooksRead, WebhooksWrite,
};

operations! {
    ListAdminArticles = "list_admin_articles": Some(ArticlesRead), own Contributor, any Editor;
    GetAdminArticle = "get_admin_article": Some(ArticlesRead), own Contributor, any Editor;
    CreateArticle = "create_article": Some(ArticlesWrite), own Contributor, any Contributor;
    UpdateArticle = "update_article": Some(ArticlesWrite), own Contributor, any Editor;
    DeleteArticle = "delete_article": Some(ArticlesWrite), own Contributor, any Editor;
    DuplicateArticle = "duplicate_article": Some(ArticlesWrite), own Contributor, any Editor;
    PublishArticle = "publish_article": Some(ArticlesPublish), own Author, any Editor;
    ScheduleArticle = "schedule_article": Some(ArticlesPublish), own Author, any Editor;
    UnscheduleArticle = "unschedule_article": Some(ArticlesPublish), own Author, any Editor;
    UnpublishArticle = "unpublish_article": Some(ArticlesPublish), own Author, any Editor;
    ArchiveArticle = "archive_article": Some(ArticlesPublish), own Author, any Editor;
    RestoreArticle = "restore_article": Some(ArticlesWrite), own Contributor, any Editor;
    KillArticle = "kill_article": Some(ArticlesPublish), own Editor, any Editor;
    CorrectArticle = "correct_article": Some(ArticlesPublish), own Author, any Editor;
    FlagArticle = "flag_article": Some(ArticlesPublish), own Editor, any Editor;
    SubmitArticle = "submit_article": Some(ArticlesWrite), own Contributor, any Editor;
    ApproveArticle = "approve_article": Some(ArticlesPublish), own Editor, any Editor;
    RequestArticleChanges = "request_article_changes": Some(ArticlesPublish), own Editor, any Editor;
    BatchArticles = "batch_articles": Some(ArticlesRead), own Contributor, any Contributor;
    ListUpcoming = "list_upcoming": Some(ArticlesRead), own Contributor, any Editor;
    ListComments = "list_comments": Some(ArticlesRead), own Contributor, any Editor;
    GetComment = "get_comment": Some(ArticlesRead), own Contributor, any Editor;
    CreateComment = "create_comment": Some(ArticlesWrite), own Contributor, any Editor;
    UpdateComment = "update_comment": Some(ArticlesWrite), own Contributor, any Editor;
    DeleteComment = "delete_comment": Some(ArticlesWrite), own Contributor, any Editor;
    LockArticle = "lock_article": Some(ArticlesWrite), own Contributor, any Editor;
    UnlockArticle = "unlock_article": Some(ArticlesWrite), own Contributor, any Editor;
    ListRevisions = "list_revisions": Some(ArticlesRead), own Contributor, any Editor;
    GetRevision = "get_revision": Some(ArticlesRead), own Contributor, any Editor;
    DiffRevision = "diff_revision": Some(ArticlesRead), own Contributor, any Editor;
    RestoreRevision = "restore_revision": Some(ArticlesWrite), own Contributor, any Editor;
    ListPreviewTokens = "list_preview_tokens": Some(ArticlesRead), own Contributor, any Editor;
    CreatePreviewToken = "create_preview_token": Some(ArticlesWrite), own Contributor, any Editor;
    DeletePreviewToken = "delete_preview_token": Some(ArticlesWrite), own Contributor, any Editor;
    ListAdminLiveUpdates = "list_admin_live_updates": Some(ArticlesRead), own Contributor, any Editor;
    GetAdminLiveUpdate = "get_admin_live_update": Some(ArticlesRead), own Contributor, any Editor;
    CreateLiveUpdate = "create_live_update": Some(ArticlesPublish), own Author, any Editor;
    UpdateLiveUpdate = "update_live_update": Some(ArticlesPublish), own Author, any Editor;
    DeleteLiveUpdate = "delete_live_update": Some(ArticlesPublish), own Author, any Editor;

    ListAdminCollections = "list_admin_collections": Some(ArticlesRead), own Contributor, any Contributor;
    GetAdminCollection = "get_admin_collection": Some(ArticlesRead), own Contributor, any Contributor;
    PreviewCollection = "preview_collection": Some(ArticlesRead), own Contributor, any Contributor;
    CreateCollection = "create_collection": Some(ArticlesWrite), own Editor, any Editor;
    UpdateCollection = "update_collection": Some(ArticlesWrite), own Editor, any Editor;
    DeleteCollection = "delete_collection": Some(ArticlesWrite), own Editor, any Editor;
    PublishCollection = "publish_collection": Some(ArticlesPublish), own Editor, any Editor;
    UnpublishCollection = "unpublish_collection": Some(ArticlesPublish), own Editor, any Editor;

    ListAdminTags = "list_admin_tags": Some(TagsRead), own Contributor, any Contributor;
    GetAdminTag = "get_admin_tag": Some(TagsRead), own Contributor, any Contributor;
    CreateTag = "create_tag": Some(TagsWrite), own Author, any Author;
    UpdateTag = "update_tag": Some(TagsWrite), own Author, any Editor;
    DeleteTag = "delete_tag": Some(TagsWrite), own Author, any Editor;
    MergeTag = "merge_tag": Some(TagsWrite), own Editor, any Editor;

    ListAdminAuthors = "list_admin_authors": Some(AuthorsRead), own Contributor, any Contributor;
    GetAdminAuthor = "get_admin_author": Some(AuthorsRead), own Contributor, any Contributor;
    CreateAuthor = "create_author": Some(AuthorsWrite), own Author, any Author;
    UpdateAuthor = "update_author": Some(AuthorsWrite), own Author, any Editor;
    DeleteAuthor = "delete_author": Some(AuthorsWrite), own Author, any Editor;

    ListAdminMedia = "list_admin_media": Some(MediaRead), own Contributor, any Contributor;
    GetAdminMedia = "get_admin_media": Some(MediaRead), own Contributor, any Contributor;
    GetMediaUsage = "get_media_usage": Some(MediaRead), own Contributor, any Contributor;
    CreateMedia = "create_media": Some(MediaWrite), own Contributor, any Contributor;
    UpdateMedia = "update_media": Some(MediaWrite), own Contributor, any Editor;
    DeleteMedia = "delete_media": Some(MediaWrite), own Contributor, any Editor;
    ReplaceMediaFile = "replace_media_file": Some(MediaWrite), own Contributor, any Editor;
    ListMediaTracks = "list_media_tracks": Some(MediaRead), own Contributor, any Contributor;
    GetMediaTrack = "get_media_track": Some(MediaRead), own Contributor, any Contributor;
    CreateMediaTrack = "create_media_track": Some(MediaWrite), own Contributor, any Editor;
    UpdateMediaTrack = "update_media_track": Some(MediaWrite), own Contributor, any Editor;
    DeleteMediaTrack = "delete_media_track": Some(MediaWrite), own Contributor, any Editor;
    BatchMedia = "batch_media": Some(MediaRead), own Contributor, any Contributor;
    ListMediaFolders = "list_media_folders": Some(MediaRead), own Contributor, any Contributor;
    GetMediaFolder = "get_media_folder": Some(MediaRead), own Contributor, any Contributor;
    CreateMediaFolder = "create_media_folder": Some(MediaWrite), own Author, any Author;
    UpdateMediaFolder = "update_media_folder": Some(MediaWrite), own Editor, any Editor;
    DeleteMediaFolder = "delete_media_folder": Some(MediaWrite), own Editor, any Editor;

    GetAdminSite = "get_admin_site": Some(SiteRead), own Contributor, any Contributor;
    UpdateSite = "update_site": Some(SiteWrite), own Admin, any Admin;

    ListUsers = "list_users": Some(UsersRead), own Admin, any Admin;
    GetUser = "get_user": Some(UsersRead), own Admin, any Admin;
    CreateUser = "create_user": None, own Admin, any Admin, Fresh;
    UpdateUser = "update_user": Some(UsersWrite), own Admin, any Admin;
    DeleteUser = "delete_user": None, own Admin, any Admin, Fresh;
    SuspendUser = "suspend_user": None, own Admin, any Admin, Fresh;
    ReactivateUser = "reactivate_user": None, own Admin, any Admin, Fresh;
    InviteUser = "invite_user": None, own Admin, any Admin, Fresh;
    ResetUserTotp = "reset_user_totp": None, own Admin, any Admin, Fresh;
    ResetUserPassword = "reset_user_password": None, own Admin, any Admin, Fresh;

    ListTokens = "list_tokens": Some(UsersRead), own Admin, any Admin;
    GetToken = "get_token": Some(UsersRead), own Admin, any Admin;
    CreateToken = "create_token": None, own Admin, any Admin, Fresh;
    UpdateToken = "update_token": None, own Admin, any Admin, Fresh;
    RotateToken = "rotate_token": None, own Admin, any Admin, Fresh;
    DeleteToken = "delete_token": Some(UsersWrite), own Admin, any Admin;

    GetPolicy = "get_policy": Some(SiteRead), own Contributor, any Contributor, SetUp;
    ListAuditEntries = "list_audit_entries": Some(SiteRead), own Admin, any Admin;
    StreamAdminEvents = "stream_admin_events": Some(ArticlesRead), own Contributor, any Editor;

    ListWebhooks = "list_webhooks": Some(WebhooksRead), own Admin, any Admin;
    GetWebhook = "get_webhook": Some(WebhooksRead), own Admin, any Admin;
    CreateWebhook = "create_webhook": Some(WebhooksWrite), own Admin, any Admin;
    UpdateWebhook = "update_webhook": Some(WebhooksWrite), own Admin, any Admin;
    DeleteWebhook = "delete_webhook": Some(WebhooksWrite), own Admin, any Admin;
    RotateWebhookSecret = "rotate_webhook_secret": Some(WebhooksWrite), own Admin, any Admin;
    TestWebhook = "test_webhook": Some(WebhooksWrite), own Admin, any Admin;
    RedeliverWebhook = "redeliver_webhook": Some(WebhooksWrite), own Admin, any Admin;
    ListWebhookDeliveries = "list_webhook_deliveries": Some(WebhooksRead), own Admin, any Admin;
    GetWebhookDelivery = "get_webhook_delivery": Some(WebhooksRead), own Admin, any Admin;

    GetMe = "get_me": None, own Contributor, any Contributor, SetUp;
    StartTotp = "start_totp": None, own Contributor, any Contributor, SetUp;
    ConfirmTotp = "confirm_totp": None, own Contributor, any Contributor, SetUp;
    DisableTotp = "disable_totp": None, own Contributor, any Contributor;
    RenewRecoveryCodes = "renew_recovery_codes": None, own Contributor, any Contributor;
    UpdateMe = "update_me": None, own Contributor, any Contributor;
    RequestEmailChange = "request_email_change": None, own Contributor, any Contributor;
    ChangePassword = "change_password": None, own Contributor, any Contributor;
    ListSessions = "list_sessions": None, own Contributor, any Contributor;
    DeleteSession = "delete_session": None, own Contributor, any Contributor;
    DeleteSessions = "delete_sessions": None, own Contributor, any Contributor;
}

impl Op {
    /// What an API token needs, all of it; nothing where tokens can't do this. What is done to an article takes the
    /// right to read it.
    #[must_use]
    pub fn scopes(self) -> Vec<Scope> {
        let changes = matches!(self.rule().scope, Some(ArticlesWrite | ArticlesPublish));
        let reads_none = matches!(
            self,
            Self::CreateArticle
                | Self::CreateCollection
                | Self::UpdateCollection
                | Self::DeleteCollection
                | Self::PublishCollection
                | Self::UnpublishCollection
        );
        let reads = (changes && !reads_none).then_some(ArticlesRead);
        reads.into_iter().chain(self.rule().scope).collect()
    }

    /// The members of its body that take a person who signed in a short while ago, where the rest of it does not. The
    /// address of a webhook does so where it is trusted.
    #[must_use]
    pub const fn fresh_members(self) -> &'static [&'static str] {
        match self {
            Self::UpdateUser => &["email", "password", "role"],
            Self::UpdateSite => &["entitlement_keys", "require_totp"],
            Self::CreateWebhook => &["trusted"],
            Self::UpdateWebhook => &["trusted", "url"],
            _ => &[],
        }
    }

    /// What makes something one's own; `None` where that makes no difference.
    #[must_use]
    pub fn own_means(self) -> Option<Own> {
        let Rule { scope, own, any, .. } = self.rule();
        if own == any {
            return None;
        }
        Some(match scope {
            Some(Scope::TagsWrite | Scope::AuthorsWrite) => Own::Private,
            Some(Scope::MediaWrite) => Own::OwnedAndPrivate,
            _ => Own::Owned,
        })
    }
}
