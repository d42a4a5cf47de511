//! `column IN (list)` as one statement whatever the list's length, so that it is prepared once: `json_each` on SQLite,
//! `= ANY(array)` on PostgreSQL.

use std::cell::OnceCell;

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, Bool, Text};
use diesel::sqlite::Sqlite;
use serde::Serialize;

/// The condition that [`in_list`] makes.
#[derive(Clone, Debug)]
pub struct InList<C> {
    column: C,
    json: String,
    /// The same for PostgreSQL, once it is asked.
    values: OnceCell<Vec<String>>,
}

/// `column` is one of `values`, which are texts in JSON.
pub fn in_list<C, V: Serialize>(column: C, values: &[V]) -> InList<C> {
    InList { column, json: serde_json::to_string(values).unwrap_or_default(), values: OnceCell::new() }
}

impl<C> Expression for InList<C> {
    type SqlType = Bool;
}

impl<C: QueryId> QueryId for InList<C> {
    type QueryId = InList<C::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C, QS> AppearsOnTable<QS> for InList<C> where C: AppearsOnTable<QS> {}
impl<C, QS> SelectableExpression<QS> for InList<C> where C: SelectableExpression<QS> {}

impl<C, G> ValidGrouping<G> for InList<C>
where
    C: ValidGrouping<G>,
{
    type IsAggregate = C::IsAggregate;
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for InList<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, String>(&self.json)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for InList<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY(");
        let values = self.values.get_or_init(|| serde_json::from_str(&self.json).unwrap_or_default());
        out.push_bind_param::<Array<Text>, Vec<String>>(values)?;
        out.push_sql(")");
        Ok(())
    }
}
