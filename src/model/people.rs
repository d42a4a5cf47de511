//! What signing in and users take.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use super::actions::required;
use super::faults::not_null;
use super::read::{FromText, Wrong, from_text, input, wrong};
use super::{Email, Line, Role};
use crate::crypto::password::{MAX_CHARS, MIN_CHARS, Password};
use crate::error::{Error, Fault, FaultCode, Result};

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
    let text = text.pattern(Some(r"^[^\u0000]+$"));
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
    /// What signing in takes; address and password must be given.
    pub struct LoginInput {
        /// Who.
        email: Email,
        /// The password.
        password: GivenPassword,
        /// The second factor, for who has one: six digits of the authenticator, or a recovery code.
        totp_code: GivenToken,
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
        /// Sends or answers a link by which the user chooses a password, in place of one that is made. When creating
        /// only.
        invite: bool,
    }
}

/// What remains of an input once its shape is sound.
pub(super) fn sound<T>(value: Option<T>, faults: Vec<Fault>) -> Result<T> {
    value.filter(|_| faults.is_empty()).ok_or_else(|| Error::invalid(faults))
}

impl LoginInput {
    /// Who, the password, and the code of the second factor if one is given.
    ///
    /// # Errors
    /// 422 for what is missing.
    pub fn sound(self) -> Result<(Email, GivenPassword, Option<GivenToken>)> {
        let mut faults = Vec::new();
        let email = required("/email", self.email, &mut faults);
        let password = required("/password", self.password, &mut faults);
        let code = self.totp_code.set();
        sound(email.zip(password).map(|(email, password)| (email, password, code)), faults)
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

/// How a user who is made gets the first password.
#[derive(Clone, Debug)]
pub enum FirstPassword {
    /// This one, or one that is made.
    Set(Option<Password>),
    /// The user chooses it, by a link.
    Invite,
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
    /// The user to be made, and the password if one was given, or that the user is to be invited.
    ///
    /// # Errors
    /// 422 for what is missing, and for a password beside an invitation.
    pub fn sound_new(self) -> Result<(NewUser, FirstPassword)> {
        let mut faults = not_null(&[("/password", self.password.is_null()), ("/invite", self.invite.is_null())]);
        let email = required("/email", self.email, &mut faults);
        let name = required("/name", self.name, &mut faults);
        let role = required("/role", self.role, &mut faults);
        let password = match (self.password.set(), self.invite.set()) {
            (Some(_), Some(true)) => {
                let detail = "Who is invited chooses the password; leave it out.";
                faults.push(Fault::at("/password", FaultCode::Exclusive, detail));
                FirstPassword::Invite
            }
            (None, Some(true)) => FirstPassword::Invite,
            (given, _) => FirstPassword::Set(given.map(|new| new.0)),
        };
        let user = email.zip(name).zip(role).map(|((email, name), role)| (NewUser { email, name, role }, password));
        sound(user, faults)
    }

    /// What is to be changed.
    ///
    /// # Errors
    /// 422 for `null`.
    pub fn sound_change(self) -> Result<UserChange> {
        let mut faults = not_null(&[
            ("/email", self.email.is_null()),
            ("/name", self.name.is_null()),
            ("/role", self.role.is_null()),
            ("/password", self.password.is_null()),
        ]);
        if !self.invite.is_absent() {
            let detail = "Users are invited when they are created; `invite` of a user invites again.";
            faults.push(Fault::at("/invite", FaultCode::Immutable, detail));
        }
        let change = UserChange {
            email: self.email.set(),
            name: self.name.set(),
            role: self.role.set(),
            password: self.password.set().map(|new| new.0),
        };
        sound(Some(change), faults)
    }
}
