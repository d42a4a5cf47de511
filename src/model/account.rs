//! What the ways into an account take: invitations, new passwords, new addresses, the own profile.

use super::actions::required;
use super::faults::not_null;
use super::people::{GivenPassword, GivenToken, NewPassword, sound};
use super::read::input;
use super::{Email, Line};
use crate::error::Result;

input! {
    /// What accepting an invitation takes.
    pub struct AcceptInvitation {
        /// The token of the invitation. Must be given.
        token: GivenToken,
        /// What colleagues see; as the administrator wrote it where left out.
        name: Line<200>,
        /// The password from now on: 12 to 128 characters, and not among the commonest. Must be given.
        password: NewPassword,
    }

    /// What asking for a new password takes.
    pub struct PasswordResetInput {
        /// Whose password is lost. Must be given.
        email: Email,
    }

    /// What choosing a new password takes; both must be given.
    pub struct ConfirmPasswordReset {
        /// The token of the link.
        token: GivenToken,
        /// The password from now on: 12 to 128 characters, and not among the commonest.
        password: NewPassword,
    }

    /// What changing one's own address takes; both must be given.
    pub struct EmailChangeInput {
        /// The new address.
        email: Email,
        /// The password.
        current_password: GivenPassword,
    }

    /// What confirming an address takes.
    pub struct ConfirmEmailChange {
        /// The token of the link. Must be given.
        token: GivenToken,
    }

    /// What beginning a second factor takes.
    pub struct StartTotp {
        /// The password; who signed in within the last 15 minutes may leave it out.
        current_password: GivenPassword,
    }

    /// What confirming a second factor takes.
    pub struct TotpCodeInput {
        /// The six digits of the authenticator. Must be given.
        code: GivenToken,
    }

    /// What turning a second factor off, and new recovery codes, take; both must be given.
    pub struct TotpProof {
        /// The password.
        current_password: GivenPassword,
        /// Six digits of the authenticator, or a recovery code.
        code: GivenToken,
    }

    /// What callers change of themselves.
    pub struct ProfileInput {
        /// What colleagues see.
        name: Line<200>,
    }
}

impl AcceptInvitation {
    /// The token, the name if one is given, and the password.
    ///
    /// # Errors
    /// 422 for what is missing.
    pub fn sound(self) -> Result<(GivenToken, Option<Line<200>>, NewPassword)> {
        let mut faults = not_null(&[("/name", self.name.is_null())]);
        let token = required("/token", self.token, &mut faults);
        let password = required("/password", self.password, &mut faults);
        let name = self.name.set();
        sound(token.zip(password).map(|(token, password)| (token, name, password)), faults)
    }
}

impl PasswordResetInput {
    /// The address.
    ///
    /// # Errors
    /// 422 when it is missing.
    pub fn sound(self) -> Result<Email> {
        let mut faults = Vec::new();
        let email = required("/email", self.email, &mut faults);
        sound(email, faults)
    }
}

impl ConfirmPasswordReset {
    /// The token and the password.
    ///
    /// # Errors
    /// 422 for what is missing.
    pub fn sound(self) -> Result<(GivenToken, NewPassword)> {
        let mut faults = Vec::new();
        let token = required("/token", self.token, &mut faults);
        let password = required("/password", self.password, &mut faults);
        sound(token.zip(password), faults)
    }
}

impl EmailChangeInput {
    /// The address and the password.
    ///
    /// # Errors
    /// 422 for what is missing.
    pub fn sound(self) -> Result<(Email, GivenPassword)> {
        let mut faults = Vec::new();
        let email = required("/email", self.email, &mut faults);
        let password = required("/current_password", self.current_password, &mut faults);
        sound(email.zip(password), faults)
    }
}

impl ConfirmEmailChange {
    /// The token.
    ///
    /// # Errors
    /// 422 when it is missing.
    pub fn sound(self) -> Result<GivenToken> {
        let mut faults = Vec::new();
        let token = required("/token", self.token, &mut faults);
        sound(token, faults)
    }
}

impl StartTotp {
    /// The password, if it is given.
    #[must_use]
    pub fn sound(self) -> Option<GivenPassword> {
        self.current_password.set()
    }
}

impl TotpCodeInput {
    /// The code.
    ///
    /// # Errors
    /// 422 when it is missing.
    pub fn sound(self) -> Result<GivenToken> {
        let mut faults = Vec::new();
        let code = required("/code", self.code, &mut faults);
        sound(code, faults)
    }
}

impl TotpProof {
    /// The password and the code.
    ///
    /// # Errors
    /// 422 for what is missing.
    pub fn sound(self) -> Result<(GivenPassword, GivenToken)> {
        let mut faults = Vec::new();
        let password = required("/current_password", self.current_password, &mut faults);
        let code = required("/code", self.code, &mut faults);
        sound(password.zip(code), faults)
    }
}

impl ProfileInput {
    /// The name, if it is to change.
    ///
    /// # Errors
    /// 422 for `null`.
    pub fn sound(self) -> Result<Option<Line<200>>> {
        let faults = not_null(&[("/name", self.name.is_null())]);
        sound(Some(self.name.set()), faults)
    }
}
