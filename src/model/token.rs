//! What API tokens take.

use super::actions::required;
use super::faults::not_null;
use super::people::sound;
use super::read::{Many, Whole, input};
use super::{Id, Line, Network, Scope, Time};
use crate::error::{Fault, FaultCode, Place, Result};

/// Most scopes of one token: all there are.
pub const MAX_SCOPES: usize = Scope::ALL.len();

input! {
    /// An API token to be made.
    pub struct NewTokenInput {
        /// What the token is for. Must be given.
        name: Line<100>,
        /// What the token may be used for: no more than its user's role allows. Must be given.
        scopes: Many<Scope, MAX_SCOPES>,
        /// On whose behalf it acts, for good; the caller's where left out.
        user: Id,
        /// When it ends; never where left out or `null`.
        expires_at: Time,
        /// From where it may be used; from everywhere where left out or empty.
        networks: Many<Network, MAX_NETWORKS>,
    }

    /// An API token as administrators change it. It stays with its user.
    pub struct TokenInput {
        /// What the token is for.
        name: Line<100>,
        /// What the token may be used for: no more than its user's role allows.
        scopes: Many<Scope, MAX_SCOPES>,
        /// When it ends; `null`: never.
        expires_at: Time,
        /// From where it may be used; from everywhere where empty.
        networks: Many<Network, MAX_NETWORKS>,
    }

    /// What rotating takes.
    pub struct RotateToken {
        /// How long the old token works beside the new one, in seconds, up to 7 days; 24 hours where left out.
        overlap_seconds: Whole<0, 604_800>,
    }
}

/// Most networks of one token.
pub const MAX_NETWORKS: usize = 50;
/// How long a rotated token goes on where nobody says, in seconds.
const OVERLAP: i64 = 86_400;

impl RotateToken {
    /// How long the old token goes on, in seconds.
    ///
    /// # Errors
    /// 422 for `null`.
    pub fn sound(self) -> Result<i64> {
        let faults = not_null(&[("/overlap_seconds", self.overlap_seconds.is_null())]);
        sound(Some(self.overlap_seconds.set().map_or(OVERLAP, |overlap| overlap.0)), faults)
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
    /// From where; from everywhere where empty.
    pub networks: Vec<Network>,
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
    /// From where; from everywhere where empty.
    pub networks: Option<Vec<Network>>,
}

impl NewTokenInput {
    /// The token to be made.
    ///
    /// # Errors
    /// 422 for what is missing or stands twice.
    pub fn sound_new(self) -> Result<NewToken> {
        let mut faults = not_null(&[("/user", self.user.is_null()), ("/networks", self.networks.is_null())]);
        let name = required("/name", self.name, &mut faults);
        let scopes = required("/scopes", self.scopes, &mut faults).map(|list| list.0);
        faults.extend(scope_faults(scopes.as_deref()));
        let (user, expires_at) = (self.user.set(), self.expires_at.set());
        let networks = self.networks.set().map_or_else(Vec::new, |list| list.0);
        let new = name.zip(scopes).map(|(name, scopes)| NewToken { name, scopes, user, expires_at, networks });
        sound(new, faults)
    }
}

impl TokenInput {
    /// What is to be changed.
    ///
    /// # Errors
    /// 422 for `null` and for scopes that stand twice.
    pub fn sound_change(self) -> Result<TokenChange> {
        let nulls = [
            ("/name", self.name.is_null()),
            ("/scopes", self.scopes.is_null()),
            ("/networks", self.networks.is_null()),
        ];
        let mut faults = not_null(&nulls);
        let scopes = self.scopes.set().map(|list| list.0);
        faults.extend(scope_faults(scopes.as_deref()));
        let networks = self.networks.set().map(|list| list.0);
        let change = TokenChange { name: self.name.set(), scopes, expires_at: self.expires_at.given(), networks };
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
