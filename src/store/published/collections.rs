//! Collections as readers see them. Their articles are reached as all others are, from [`live`](super::live).

use diesel::prelude::*;

use crate::error::Result;
use crate::model::Id;
use crate::on_db;
use crate::store::collections::PublishedCollectionRow;
use crate::store::conn::Conn;
use crate::store::dialect::in_list;
use crate::store::schema::{published_collection_redirects, published_collections};

/// The collection at an address.
pub fn collection(conn: &mut Conn, slug: &str) -> Result<Option<PublishedCollectionRow>> {
    on_db!(conn, |c| published_collections::table
        .filter(published_collections::slug.eq(slug))
        .select(PublishedCollectionRow::as_select())
        .first(c)
        .optional())
}

/// Where an old address leads, while that is published.
pub fn collection_moved(conn: &mut Conn, slug: &str) -> Result<Option<(Id, String)>> {
    on_db!(conn, |c| published_collection_redirects::table
        .inner_join(
            published_collections::table
                .on(published_collections::collection_id.eq(published_collection_redirects::collection_id))
        )
        .filter(published_collection_redirects::slug.eq(slug))
        .select((published_collections::collection_id, published_collections::slug))
        .first(c)
        .optional())
}

/// These collections, of those that readers see.
pub fn collections_among(conn: &mut Conn, ids: &[Id]) -> Result<Vec<PublishedCollectionRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| published_collections::table
        .filter(in_list(published_collections::collection_id, ids))
        .select(PublishedCollectionRow::as_select())
        .load(c))
}
