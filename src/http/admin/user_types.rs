//! People, as administrators see them.

use serde::Serialize;
use utoipa::ToSchema;

use super::user_links::AccountLink;
use crate::domain::accounts;
use crate::http::list::{Links, Meta, PageMeta};
use crate::model::{Id, Role, Time};
use crate::store::users::UserRow;

/// A person who may come in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct User {
    /// Identity.
    pub id: Id,
    /// Counts the changes, from 1; the ETag is this in quotes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// The address to sign in with.
    #[schema(format = "email", max_length = 254)]
    pub email: String,
    /// What colleagues see.
    #[schema(max_length = 200)]
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// Whether the user may come in.
    pub status: UserStatus,
    /// Whether the user has a second factor.
    pub totp: bool,
    /// Since when the user is kept out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub suspended_at: Option<Time>,
    /// When the user signed in last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_login_at: Option<Time>,
    /// When the user was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When the user was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// Whether a user may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// May come in.
    Active,
    /// Is kept out.
    Suspended,
    /// May come in by an invitation, and has no password yet.
    Invited,
}

/// One user.
#[derive(Serialize, ToSchema)]
pub struct UserAnswer {
    /// The user.
    pub data: User,
    /// About the answer.
    pub meta: Meta,
}

/// A user that was made.
#[derive(Serialize, ToSchema)]
pub struct CreatedUserAnswer {
    /// The user.
    pub data: User,
    /// What is told only once.
    pub meta: CreatedUserMeta,
}

/// What is told only once.
#[derive(Serialize, ToSchema)]
pub struct CreatedUserMeta {
    /// The password that was made; `null` where one was given, or the user was invited.
    #[schema(format = "password", max_length = 128)]
    pub password: Option<String>,
    /// The invitation; `null` unless one was asked for.
    pub invitation: Option<AccountLink>,
}

/// A part of the list of users.
#[derive(Serialize, ToSchema)]
pub struct UserPage {
    /// The users.
    pub data: Vec<User>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

impl User {
    /// The user of a row; never its hash.
    #[must_use]
    pub fn of(row: UserRow) -> Self {
        let status = match (row.suspended_at, accounts::is_invited(&row)) {
            (Some(_), _) => UserStatus::Suspended,
            (None, true) => UserStatus::Invited,
            (None, false) => UserStatus::Active,
        };
        Self {
            id: row.id,
            version: row.version,
            email: row.email,
            name: row.name,
            role: row.role,
            status,
            totp: row.totp_since.is_some(),
            suspended_at: row.suspended_at,
            last_login_at: row.last_login_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}
