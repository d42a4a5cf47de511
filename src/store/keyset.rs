//! Reading a part of a list, by position or by page number.

use diesel::connection::Connection;
use diesel::helper_types::IntoBoxed;
use diesel::query_dsl::methods::BoxedDsl;

/// The query as a box for the database of `_conn`, so that conditions can be added one by one.
pub(super) fn boxed<'a, C: Connection, Q: BoxedDsl<'a, C::Backend>>(
    query: Q,
    _conn: &C,
) -> IntoBoxed<'a, Q, C::Backend> {
    query.internal_into_boxed()
}

/// Orders a boxed query by a column and then by id, and cuts the wanted part out of it. `$key` makes the column's
/// value of a position.
macro_rules! part {
    ($query:expr, $paging:expr, $column:expr, $id:expr, $descending:expr, |$from:ident| $key:expr) => {{
        let descend = $descending != $paging.is_backward();
        let query = match $paging.from() {
            Some($from) if descend => $query.filter($column.lt($key).or($column.eq($key).and($id.lt($from.id)))),
            Some($from) => $query.filter($column.gt($key).or($column.eq($key).and($id.gt($from.id)))),
            None => $query,
        };
        let query =
            if descend { query.order(($column.desc(), $id.desc())) } else { query.order(($column.asc(), $id.asc())) };
        query.limit($paging.fetch()).offset($paging.offset())
    }};
}
pub(super) use part;

/// What a list of tags or authors is sorted by; ties are broken by id in the same direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOrder {
    /// By the folded name.
    Name {
        /// From z to a.
        descending: bool,
    },
    /// By the last change.
    UpdatedAt {
        /// Newest first.
        descending: bool,
    },
}

/// A pattern for LIKE that finds `text` anywhere, with `\` as its escape.
pub(super) fn anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
