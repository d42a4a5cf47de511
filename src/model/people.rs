//! What signing in, users and API tokens take.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use super::actions::required;
use super::read::{FromText, Many, Wrong, from_text, input, wrong};
use super::{Email, Field, Id, Line, Role, Scope, Time};
use crate::crypto::password::{MAX_CHARS, MIN_CHARS, Password};
use crate::error::{Error, Fault, FaultCode, Place, Result};

/// Most scopes of one token: all there are.
pub const MAX_SCOPES: usize = Scope::ALL.len();

/// A password that somebody signs in with: any text of 1 to 128 characters. It can't be printed.
#[derive(Clone)]
pub struct GivenPassword(Password0);

type Password0 = zeroize::Zeroizing<String>;

/// A password that is set anew, by the rules of [`Password`].
#[derive(Clone, Debug)]
pub struct NewPassword(pub Password);

/// A token that a client got from us: any text of 1 to 200 characters. It can't be printed.
#[derive(Clone)]
pub struct GivenToken(Password0);

impl GivenPassword {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl GivenToken {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for GivenPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GivenPassword")
    }
}

impl std::fmt::Debug for GivenToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GivenToken")
    }
}

fn bounded(text: &str, max: usize) -> std::result::Result<Password0, Wrong> {
    match text.chars().count() {
        0 => Err(wrong(FaultCode::TooShort, "This must not be empty")),
        length if length > max => Err(wrong(FaultCode::TooLong, format!("This must be at most {max} characters"))),
        _ => Ok(Password0::new(text.to_owned())),
    }
}

impl FromText for GivenPassword {
    fn from_text(text: &str) -> std::result::Result<Self, Wrong> {
        bounded(text, MAX_CHARS).map(Self)
    }
}
from_text!(GivenPassword);

impl FromText for GivenToken {
    fn from_text(text: &str) -> std::result::Result<Self, Wrong> {
        bounded(text, 200).map(Self)
    }
}
from_text!(GivenToken);

impl FromText for NewPassword {
    fn from_text(text: &str) -> std::result::Result<Self, Wrong> {
        Password::parse(text).map(Self).map_err(|weakness| {
            let Fault { code, detail, .. } = weakness.fault("");
            (code, detail)
        })
    }
}
from_text!(NewPassword);

/// The schema of a text that tools don't show.
fn hidden(min: usize, max: usize) -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(min)).max_length(Some(max));
    RefOr::T(text.format(Some(SchemaFormat::KnownFormat(KnownFormat::Password))).into())
}

macro_rules! hidden_schema {
    ($($ty:ident: $min:expr, $max:expr;)+) => { $(
        impl PartialSchema for $ty {
            fn schema() -> RefOr<Schema> {
                hidden($min, $max)
            }
        }

        impl ToSchema for $ty {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($ty).into()
            }
        }
    )+ };
}

hidden_schema! {
    GivenPassword: 1, MAX_CHARS;
    NewPassword: MIN_CHARS, MAX_CHARS;
    GivenToken: 1, 200;
}

input! {
    /// What signing in takes; both must be given.
    pub struct LoginInput {
        /// Who.
        email: Email,
        /// The password.
        password: GivenPassword,
    }

    /// What `refresh` and `logout` take.
    pub struct RefreshInput {
        /// The refresh token. Must be given.
        refresh_token: GivenToken,
    }

    /// What changing one's own password takes; both must be given.
    pub struct PasswordInput {
        /// The password so far.
        current_password: GivenPassword,
        /// The new one: 12 to 128 characters, and not among the commonest.
        new_password: NewPassword,
    }

    /// A user as administrators write it.
    pub struct UserInput {
        /// Where the user is reached, and the name to sign in with. Must be given when creating.
        email: Email,
        /// What colleagues see. Must be given when creating.
        name: Line<200>,
        /// What the user may do. Must be given when creating.
        role: Role,
        /// The password, 12 to 128 characters; left out when creating, one is made and answered once.
        password: NewPassword,
    }

    /// An API token as administrators write it.
    pub struct TokenInput {
        /// What the token is for. Must be given when creating.
        name: Line<100>,
        /// What the token may be used for; no more than its user's role allows counts. Must be given when creating.
        scopes: Many<Scope, MAX_SCOPES>,
        /// On whose behalf it acts; the caller's where left out. Can be given when creating only.
        user: Id,
        /// When it ends; never where left out or `null`.
        expires_at: Time,
    }
}

/// What remains of an input once its shape is sound.
fn sound<T>(value: Option<T>, faults: Vec<Fault>) -> Result<T> {
    value.filter(|_| faults.is_empty()).ok_or_else(|| Error::invalid(faults))
}

/// A fault for every member that is `null` and can't be.
fn not_null(members: &[(&str, bool)]) -> Vec<Fault> {
    let nulls = members.iter().filter(|(_, is_null)| *is_null);
    nulls.map(|(pointer, _)| Fault::at(*pointer, FaultCode::NotNull, "This can't be null.")).collect()
}

impl LoginInput {
    /// Who, and the password.
    ///
    /// # Errors
    /// 422 for what is missing.
    pub fn sound(self) -> Result<(Email, GivenPassword)> {
        let mut faults = Vec::new();
        let email = required("/email", self.email, &mut faults);
        let password = required("/password", self.password, &mut faults);
        sound(email.zip(password), faults)
    }
}

impl RefreshInput {
    /// The token.
    ///
    /// # Errors
    /// 422 when it is missing.
    pub fn sound(self) -> Result<GivenToken> {
        let mut faults = Vec::new();
        let token = required("/refresh_token", self.refresh_token, &mut faults);
        sound(token, faults)
    }
}

impl PasswordInput {
    /// The password so far, and the new one.
    ///
    /// # Errors
    /// 422 for what is missing.
    pub fn sound(self) -> Result<(GivenPassword, NewPassword)> {
        let mut faults = Vec::new();
        let current = required("/current_password", self.current_password, &mut faults);
        let new = required("/new_password", self.new_password, &mut faults);
        sound(current.zip(new), faults)
    }
}

/// A user to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The address, in lower case.
    pub email: Email,
    /// What colleagues see.
    pub name: Line<200>,
    /// What the user may do.
    pub role: Role,
}

/// What changes of a user.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// The address.
    pub email: Option<Email>,
    /// What colleagues see.
    pub name: Option<Line<200>>,
    /// What the user may do.
    pub role: Option<Role>,
    /// The password.
    pub password: Option<Password>,
}

impl UserInput {
    /// The user to be made, and the password if one was given.
    ///
    /// # Errors
    /// 422 for what is missing.
    pub fn sound_new(self) -> Result<(NewUser, Option<Password>)> {
        let mut faults = not_null(&[("/password", self.password.is_null())]);
        let email = required("/email", self.email, &mut faults);
        let name = required("/name", self.name, &mut faults);
        let role = required("/role", self.role, &mut faults);
        let password = self.password.set().map(|new| new.0);
        let user = email.zip(name).zip(role).map(|((email, name), role)| (NewUser { email, name, role }, password));
        sound(user, faults)
    }

    /// What is to be changed.
    ///
    /// # Errors
    /// 422 for `null`.
    pub fn sound_change(self) -> Result<UserChange> {
        let faults = not_null(&[
            ("/email", self.email.is_null()),
            ("/name", self.name.is_null()),
            ("/role", self.role.is_null()),
            ("/password", self.password.is_null()),
        ]);
        let change = UserChange {
            email: self.email.set(),
            name: self.name.set(),
            role: self.role.set(),
            password: self.password.set().map(|new| new.0),
        };
        sound(Some(change), faults)
    }
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What it is for.
    pub name: Line<100>,
    /// What it may be used for, each once.
    pub scopes: Vec<Scope>,
    /// On whose behalf; the caller's where absent.
    pub user: Option<Id>,
    /// When it ends.
    pub expires_at: Option<Time>,
}

/// What changes of a token.
#[derive(Clone, Debug, Default)]
pub struct TokenChange {
    /// What it is for.
    pub name: Option<Line<100>>,
    /// What it may be used for, each once.
    pub scopes: Option<Vec<Scope>>,
    /// When it ends; `Some(None)`: never.
    pub expires_at: Option<Option<Time>>,
}

impl TokenInput {
    /// The token to be made.
    ///
    /// # Errors
    /// 422 for what is missing or stands twice.
    pub fn sound_new(self) -> Result<NewToken> {
        let mut faults = not_null(&[("/user", self.user.is_null())]);
        let name = required("/name", self.name, &mut faults);
        let scopes = required("/scopes", self.scopes, &mut faults).map(|list| list.0);
        faults.extend(scope_faults(scopes.as_deref()));
        let (user, expires_at) = (self.user.set(), self.expires_at.set());
        sound(name.zip(scopes).map(|(name, scopes)| NewToken { name, scopes, user, expires_at }), faults)
    }

    /// What is to be changed.
    ///
    /// # Errors
    /// 422 for `null`, for scopes that stand twice, and for another user.
    pub fn sound_change(self) -> Result<TokenChange> {
        let mut faults = not_null(&[("/name", self.name.is_null()), ("/scopes", self.scopes.is_null())]);
        if !matches!(self.user, Field::Absent) {
            faults.push(Fault::at("/user", FaultCode::Immutable, "A token stays with its user; make another one."));
        }
        let scopes = self.scopes.set().map(|list| list.0);
        faults.extend(scope_faults(scopes.as_deref()));
        let change = TokenChange { name: self.name.set(), scopes, expires_at: self.expires_at.given() };
        sound(Some(change), faults)
    }
}

fn scope_faults(scopes: Option<&[Scope]>) -> Vec<Fault> {
    let scopes = scopes.unwrap_or_default();
    let twice = |(at, scope): &(usize, &Scope)| scopes[..*at].contains(scope);
    let fault = |at: usize| Fault {
        place: Place::Pointer(format!("/scopes/{at}")),
        code: FaultCode::Duplicate,
        detail: "This scope stands twice.".to_owned(),
    };
    scopes.iter().enumerate().filter(twice).map(|(at, _)| fault(at)).collect()
}
