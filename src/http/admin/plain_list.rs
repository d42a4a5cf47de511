//! The parameters of lists without filters.

use actix_web::HttpRequest;
use deserr::Deserr;
use utoipa::IntoParams;

use crate::app::App;
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::list::{Limit, List, PageNumber};
use crate::model::faults::Faults;

/// What lists without filters take.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlainListQuery {
    /// How many entries to answer.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 20)]
    #[deserr(default)]
    limit: Option<Limit>,
    /// Where to go on: a `next_cursor` or `prev_cursor` of the same list. Not together with `page`.
    #[param(max_length = 4096)]
    #[deserr(default)]
    cursor: Option<String>,
    /// The number of the page, from 1. `page` × `limit` is at most 10 000.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 10_000)]
    #[deserr(default)]
    page: Option<PageNumber>,
}

impl PlainListQuery {
    /// Reads the parameters of a request.
    ///
    /// # Errors
    /// 400.
    pub fn list(request: &HttpRequest, app: &App) -> Result<List> {
        let query = Query::<Self>::of(request)?;
        List::of(request, &app.urls.api, query.limit, query.cursor.as_deref(), query.page)
    }
}
