//! The words of the permission table.

use super::words::words;

words! {
    /// What an operation takes of a person besides the role.
    Demand {
        /// A second factor, where the site asks the role for one.
        Usual = "usual",
        /// The same, and a sign-in within the last 15 minutes.
        Fresh = "fresh",
        /// Nothing: it is open to who has yet to set the second factor up.
        SetUp = "set_up",
    }

    /// What makes something one's own, where a lower role is enough for that.
    Own {
        /// The caller owns it, or the article that it belongs to.
        Owned = "owned",
        /// It is not public.
        Private = "private",
        /// The caller owns it, and it is not public.
        OwnedAndPrivate = "owned_and_private",
    }
}
