//! How each operation is asked for: on what kind of thing, with which body. What comes of it is not said here, but for
//! what the state of other things than articles has to say.

use serde_json::{Value, json};
use slugline::domain::Op;

use super::things::{Kind, Thing, Things};
use super::verdict::Verdict;

/// How an operation is asked for.
pub struct Recipe {
    pub kind: Kind,
    pub send: Send,
    /// What somebody hears who is let do it, where that is not a success that the document names: status and code.
    pub granted: &'static [(u16, &'static str)],
}

/// What is sent.
pub enum Send {
    Nothing,
    /// JSON, made from a number that nobody had before.
    Json(fn(u64, &Things) -> Value),
    /// A form with a new picture.
    Picture,
    /// A form with a track.
    Captions,
}

impl Recipe {
    /// What the state of a thing has to say.
    pub fn conflict(&self, op: Op, thing: &Thing) -> Option<Verdict> {
        let refused = match (op, thing.state) {
            (Op::DeleteTag | Op::DeleteAuthor | Op::DeleteMedia, "public") => Some("in_use"),
            (Op::DeleteMediaFolder, "used") => Some("in_use"),
            (Op::UnpublishCollection, "draft") | (Op::DeleteCollection, "published") => Some("illegal_action"),
            (Op::SuspendUser, "suspended" | "self") => Some("conflict"),
            (Op::ReactivateUser, "active" | "invited" | "totp" | "self") => Some("conflict"),
            (Op::InviteUser, "active" | "suspended" | "self" | "totp") => Some("conflict"),
            (Op::ResetUserPassword, "suspended" | "invited") => Some("conflict"),
            (Op::ResetUserTotp, "active" | "suspended" | "invited" | "self") => Some("conflict"),
            (Op::DeleteUser, "self") => Some("conflict"),
            // A withdrawal ends all previews.
            (Op::DeletePreviewToken, "killed" | "trashed") => return Some(Verdict::Refused(404, "not_found")),
            _ => None,
        };
        refused.map(|code| Verdict::Refused(409, code))
    }
}

fn get(kind: Kind) -> Recipe {
    Recipe { kind, send: Send::Nothing, granted: &[] }
}

fn json(kind: Kind, make: fn(u64, &Things) -> Value) -> Recipe {
    Recipe { kind, send: Send::Json(make), granted: &[] }
}

fn empty(kind: Kind) -> Recipe {
    json(kind, |_, _| json!({}))
}

fn but(recipe: Recipe, granted: &'static [(u16, &'static str)]) -> Recipe {
    Recipe { granted, ..recipe }
}

/// The recipe of an operation. The match is over all of them: a new one does not compile without its line.
pub fn of(op: Op) -> Recipe {
    articles(op)
        .or_else(|| media(op))
        .or_else(|| taxonomy(op))
        .or_else(|| people(op))
        .or_else(|| webhooks(op))
        .or_else(|| own(op))
        .unwrap_or_else(|| panic!("{} has no recipe", op.as_str()))
}

fn articles(op: Op) -> Option<Recipe> {
    use Kind::{Article, Collection, Nothing};
    Some(match op {
        Op::ListAdminArticles | Op::ListUpcoming | Op::ListAdminCollections | Op::StreamAdminEvents => get(Nothing),
        Op::GetAdminArticle
        | Op::DeleteArticle
        | Op::ListComments
        | Op::GetComment
        | Op::DeleteComment
        | Op::ListRevisions
        | Op::GetRevision
        | Op::DiffRevision
        | Op::ListPreviewTokens
        | Op::DeletePreviewToken
        | Op::ListAdminLiveUpdates
        | Op::GetAdminLiveUpdate
        | Op::DeleteLiveUpdate => get(Article),
        Op::DuplicateArticle
        | Op::PublishArticle
        | Op::UnscheduleArticle
        | Op::UnpublishArticle
        | Op::ArchiveArticle
        | Op::RestoreArticle
        | Op::KillArticle
        | Op::SubmitArticle
        | Op::ApproveArticle
        | Op::LockArticle
        | Op::UnlockArticle
        | Op::RestoreRevision
        | Op::CreatePreviewToken => empty(Article),
        Op::CreateArticle => json(Nothing, |number, _| json!({ "headline": format!("Made {number}") })),
        Op::UpdateArticle => json(Article, |number, _| json!({ "kicker": format!("K {number}") })),
        Op::ScheduleArticle => json(Article, |_, _| json!({ "publish_at": "2098-01-01T00:00:00Z" })),
        Op::CorrectArticle => json(Article, |_, _| json!({ "kind": "update", "text": "x" })),
        Op::FlagArticle => json(Article, |_, _| json!({ "featured": true })),
        Op::RequestArticleChanges => json(Article, |_, _| json!({ "reason": "x" })),
        Op::BatchArticles => json(
            Nothing,
            |_, _| json!({ "mode": "per_item", "operations": [{ "op": "create", "body": { "headline": "In a batch" } }] }),
        ),
        Op::CreateComment => json(Article, |_, _| json!({ "text": "x" })),
        Op::UpdateComment => json(Article, |_, _| json!({ "resolved": true })),
        Op::CreateLiveUpdate => json(Article, |_, _| json!({ "headline": "x" })),
        Op::UpdateLiveUpdate => json(Article, |number, _| json!({ "headline": format!("U {number}") })),
        Op::GetAdminCollection | Op::PreviewCollection | Op::DeleteCollection => get(Collection),
        Op::PublishCollection | Op::UnpublishCollection => empty(Collection),
        Op::CreateCollection => json(Nothing, |number, _| json!({ "name": format!("C {number}") })),
        Op::UpdateCollection => json(Collection, |number, _| json!({ "description": format!("D {number}") })),
        _ => return None,
    })
}

fn media(op: Op) -> Option<Recipe> {
    use Kind::{Film, Folder, Media, Nothing, Picture};
    Some(match op {
        Op::ListAdminMedia | Op::ListMediaFolders => get(Nothing),
        Op::GetAdminMedia | Op::GetMediaUsage | Op::DeleteMedia => get(Media),
        Op::CreateMedia => json(Nothing, |number, _| json!({ "embed_url": super::things::film_address(number) })),
        Op::UpdateMedia => json(Media, |number, _| json!({ "alt": format!("A {number}") })),
        Op::ReplaceMediaFile => Recipe { send: Send::Picture, ..get(Picture) },
        Op::ListMediaTracks | Op::GetMediaTrack | Op::DeleteMediaTrack => get(Film),
        Op::CreateMediaTrack => Recipe { send: Send::Captions, ..get(Film) },
        Op::UpdateMediaTrack => json(Film, |number, _| json!({ "label": format!("L {number}") })),
        Op::BatchMedia => json(Nothing, |_, _| {
            let unknown = "0193a6f0-4d1c-7a2b-8c3d-000000000099";
            json!({ "mode": "per_item", "operations": [{ "op": "update", "id": unknown, "if_match": "*", "body": {} }] })
        }),
        Op::GetMediaFolder | Op::DeleteMediaFolder => get(Folder),
        Op::CreateMediaFolder => json(Nothing, |number, _| json!({ "name": format!("F {number}") })),
        Op::UpdateMediaFolder => json(Folder, |number, _| json!({ "name": format!("F {number}") })),
        _ => return None,
    })
}

fn taxonomy(op: Op) -> Option<Recipe> {
    use Kind::{Author, Nothing, Tag};
    Some(match op {
        Op::ListAdminTags | Op::ListAdminAuthors | Op::GetAdminSite | Op::GetPolicy | Op::ListAuditEntries => {
            get(Nothing)
        }
        Op::GetAdminTag | Op::DeleteTag => get(Tag),
        Op::CreateTag => json(Nothing, |number, _| json!({ "name": format!("T {number}") })),
        Op::UpdateTag => json(Tag, |number, _| json!({ "description": format!("D {number}") })),
        Op::MergeTag => json(Tag, |_, things| json!({ "into": things.other_tag() })),
        Op::GetAdminAuthor | Op::DeleteAuthor => get(Author),
        Op::CreateAuthor => json(Nothing, |number, _| json!({ "name": format!("A {number}") })),
        Op::UpdateAuthor => json(Author, |number, _| json!({ "bio": format!("B {number}") })),
        Op::UpdateSite => json(Nothing, |number, _| json!({ "description": format!("D {number}") })),
        _ => return None,
    })
}

fn people(op: Op) -> Option<Recipe> {
    use Kind::{Nothing, Token, User};
    Some(match op {
        Op::ListUsers | Op::ListTokens => get(Nothing),
        Op::GetUser | Op::DeleteUser => get(User),
        Op::CreateUser => json(
            Nothing,
            |number, _| json!({ "email": format!("made-{number}@news.example"), "name": "x", "role": "author", "invite": true }),
        ),
        Op::UpdateUser => json(User, |number, _| json!({ "name": format!("N {number}") })),
        Op::SuspendUser | Op::ReactivateUser | Op::InviteUser | Op::ResetUserTotp | Op::ResetUserPassword => {
            empty(User)
        }
        Op::GetToken | Op::DeleteToken => get(Token),
        Op::CreateToken => json(Nothing, |_, _| json!({ "name": "t", "scopes": [] })),
        Op::UpdateToken => json(Token, |number, _| json!({ "name": format!("N {number}") })),
        Op::RotateToken => empty(Token),
        _ => return None,
    })
}

fn webhooks(op: Op) -> Option<Recipe> {
    use Kind::{Nothing, Webhook};
    Some(match op {
        Op::ListWebhooks => get(Nothing),
        Op::GetWebhook | Op::DeleteWebhook | Op::ListWebhookDeliveries | Op::GetWebhookDelivery => get(Webhook),
        Op::CreateWebhook => json(Nothing, |_, _| json!({ "name": "w", "url": "https://hooks.example/" })),
        Op::UpdateWebhook => json(Webhook, |number, _| json!({ "name": format!("N {number}") })),
        Op::RotateWebhookSecret | Op::TestWebhook => empty(Webhook),
        Op::RedeliverWebhook => json(Webhook, |_, _| json!({ "since": "2026-01-01T00:00:00Z" })),
        _ => return None,
    })
}

/// What people do to their own account. Codes of a second factor that is not there are refused once one was let do it.
fn own(op: Op) -> Option<Recipe> {
    use super::things::PASSWORD;
    use Kind::Own;
    Some(match op {
        Op::GetMe | Op::ListSessions | Op::DeleteSession | Op::DeleteSessions => get(Own),
        Op::StartTotp => empty(Own),
        Op::ConfirmTotp => {
            but(json(Own, |_, _| json!({ "code": "000000" })), &[(409, "conflict"), (401, "invalid_totp_code")])
        }
        Op::DisableTotp | Op::RenewRecoveryCodes => {
            but(json(Own, |_, _| json!({ "current_password": PASSWORD, "code": "000000" })), &[(409, "conflict")])
        }
        Op::UpdateMe => json(Own, |number, _| json!({ "name": format!("N {number}") })),
        // Nobody named a mail server.
        Op::RequestEmailChange => but(
            json(Own, |number, _| json!({ "email": format!("n{number}@news.example"), "current_password": PASSWORD })),
            &[(409, "conflict")],
        ),
        Op::ChangePassword => {
            json(Own, |_, _| json!({ "current_password": PASSWORD, "new_password": "a wholly different passphrase" }))
        }
        _ => return None,
    })
}
