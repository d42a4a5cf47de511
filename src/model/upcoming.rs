//! What will happen in public.

use super::words::words;

words! {
    /// What will happen to an article.
    UpcomingChange {
        /// A version of it appears.
        GoesLive = "goes_live",
        /// It disappears by itself.
        Ends = "ends",
        /// Its embargo ends; nothing appears by that alone.
        EmbargoEnds = "embargo_ends",
    }
}
