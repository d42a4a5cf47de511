//! Closed lists of words that query parameters take, and members of inputs by the same names.

/// Declares an enum of words: read strictly, with a suggestion for a word that is nearly one of them, and named in the
/// document. (The words are `tt`: utoipa doesn't see into a `literal`.)
macro_rules! choices {
    ($($(#[$meta:meta])* $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $word:tt,)+ })+) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, ::deserr::Deserr)]
        #[derive(::serde::Serialize, ::serde::Deserialize, ::utoipa::ToSchema)]
        #[deserr(error = $crate::model::faults::Faults)]
        pub enum $name {
            $($(#[doc = $doc])+ #[deserr(rename = $word)] #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every word.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    )+ };
}
pub(crate) use choices;
