//! What is asked for of one article: the parameters of the page and of the preview, put together.

use super::forms::{ArticleField, ArticleInclude, article_fields};
use crate::domain::reading::Beside;
use crate::error::Result;
use crate::http::carried::{BodyFormat, Carried, Forms};
use crate::http::extract::params::Commas;

/// What is asked for of one article, and beside it.
pub struct Asked {
    /// What the answer carries of it.
    pub carried: Carried,
    /// What stands beside it.
    pub beside: Beside,
}

impl Asked {
    /// Puts the parameters of one article together.
    ///
    /// # Errors
    /// As [`Carried::of`].
    pub fn of(
        fields: Option<&Commas<ArticleField>>,
        formats: Option<&Commas<BodyFormat>>,
        include: Option<&Commas<ArticleInclude>>,
    ) -> Result<Self> {
        let names = article_fields(fields);
        let asked = |wanted| include.is_some_and(|list| list.0.contains(&wanted));
        let named = |name| names.as_ref().is_some_and(|names| names.contains(&name));
        let beside = Beside {
            related: asked(ArticleInclude::Related) || named("related"),
            popular: asked(ArticleInclude::Popular) || named("popular"),
            described: asked(ArticleInclude::JsonLd) || named("jsonld"),
        };
        let extra: Vec<&str> = [(beside.related, "related"), (beside.popular, "popular"), (beside.described, "jsonld")]
            .into_iter()
            .filter_map(|(wanted, name)| wanted.then_some(name))
            .collect();
        let carried = Carried::of(names, formats, Forms::DEFAULT, &extra, ArticleField::WORDS)?;
        Ok(Self { carried, beside })
    }
}
