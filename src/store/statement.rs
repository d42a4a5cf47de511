//! Statements put together from fixed SQL and bound values, for lists whose filters the client chooses. Text of the
//! client never becomes SQL: [`Statement::sql`] takes `&'static str` alone.

use std::marker::PhantomData;
use std::sync::LazyLock;

use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::pg::{Pg, PgQueryBuilder};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, HasSqlType, Text};
use serde::Serialize;

use super::dialect::{InList, in_list};
use super::schema::{published_articles, published_bodies};
use crate::model::{Id, Time};

/// The columns of a published copy, in the order of [`CopyRow`](super::copies::CopyRow).
pub type CopyColumns = <published_articles::table as Table>::AllColumns;

/// The columns of its body, in the order of [`CopyBodyRow`](super::copies::CopyBodyRow).
pub type BodyColumns = <published_bodies::table as Table>::AllColumns;

/// The same as SQL, which both databases read.
static COPY_COLUMNS: LazyLock<String> = LazyLock::new(|| names(published_articles::all_columns));
static BODY_COLUMNS: LazyLock<String> = LazyLock::new(|| names(published_bodies::all_columns));

fn names(columns: impl QueryFragment<Pg>) -> String {
    let mut sql = PgQueryBuilder::default();
    match columns.to_sql(&mut sql, &Pg) {
        Ok(()) => sql.finish(),
        Err(_) => String::new(),
    }
}

/// What a statement that selects published copies answers.
pub type CopySql = <CopyColumns as Expression>::SqlType;

/// What one that selects them with their bodies answers.
pub type WholeCopySql = (CopySql, <BodyColumns as Expression>::SqlType);

/// A statement whose rows are of the SQL type `ST`.
#[derive(Debug)]
pub struct Statement<ST> {
    parts: Vec<Part>,
    rare: bool,
    rows: PhantomData<fn() -> ST>,
}

#[derive(Debug)]
enum Part {
    Sql(&'static str),
    Columns(&'static LazyLock<String>),
    Text(String),
    Number(i64),
    Fixed(i64),
    Flag(bool),
    Many(InList<Column>),
}

/// The name of a column in fixed SQL.
#[derive(Clone, Copy, Debug)]
pub struct Column(&'static str);

impl<DB: Backend> QueryFragment<DB> for Column {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

impl<ST> Statement<ST> {
    /// Begins with fixed SQL.
    pub fn new(sql: &'static str) -> Self {
        Self { parts: vec![Part::Sql(sql)], rare: false, rows: PhantomData }
    }

    /// Adds fixed SQL.
    pub fn sql(&mut self, sql: &'static str) -> &mut Self {
        self.parts.push(Part::Sql(sql));
        self
    }

    /// Adds the columns of a published copy.
    pub fn copies(&mut self) -> &mut Self {
        self.parts.push(Part::Columns(&COPY_COLUMNS));
        self
    }

    /// Adds the columns of a published copy and of its body.
    pub fn whole_copies(&mut self) -> &mut Self {
        self.copies().sql(", ").parts.push(Part::Columns(&BODY_COLUMNS));
        self
    }

    /// Adds a bound text.
    pub fn text(&mut self, text: impl Into<String>) -> &mut Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    /// Adds a bound id.
    pub fn id(&mut self, id: Id) -> &mut Self {
        self.parts.push(Part::Text(id.to_string()));
        self
    }

    /// Adds a bound number.
    pub fn number(&mut self, number: i64) -> &mut Self {
        self.parts.push(Part::Number(number));
        self
    }

    /// Adds a number that is no parameter but part of the statement, which planners see whenever they plan. For one of a
    /// few values: each makes a statement of its own.
    pub fn fixed(&mut self, number: i64) -> &mut Self {
        self.parts.push(Part::Fixed(number));
        self
    }

    /// Adds a bound instant.
    pub fn time(&mut self, time: Time) -> &mut Self {
        self.number(time.micros())
    }

    /// Adds a bound truth value.
    pub fn flag(&mut self, flag: bool) -> &mut Self {
        self.parts.push(Part::Flag(flag));
        self
    }

    /// Adds `column IN (values)`; alike for every number of values.
    pub fn among<V: Serialize>(&mut self, column: &'static str, values: &[V]) -> &mut Self {
        self.parts.push(Part::Many(in_list(Column(column), values)));
        self
    }

    /// Tells that a statement of this shape will hardly be asked for again, so that a client can't fill the memory
    /// of a connection with prepared statements.
    pub fn rare(&mut self) -> &mut Self {
        self.rare = true;
        self
    }
}

impl<ST, DB> QueryFragment<DB> for Statement<ST>
where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Bool>,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    bool: ToSql<Bool, DB>,
    InList<Column>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.rare {
            out.unsafe_to_cache_prepared();
        }
        for part in &self.parts {
            match part {
                Part::Sql(sql) => out.push_sql(sql),
                Part::Columns(columns) => out.push_sql(columns),
                Part::Text(text) => out.push_bind_param::<Text, String>(text)?,
                Part::Number(number) => out.push_bind_param::<BigInt, i64>(number)?,
                Part::Fixed(number) => out.push_sql(&number.to_string()),
                Part::Flag(flag) => out.push_bind_param::<Bool, bool>(flag)?,
                Part::Many(many) => many.walk_ast(out.reborrow())?,
            }
        }
        Ok(())
    }
}

impl<ST> QueryId for Statement<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> Query for Statement<ST> {
    type SqlType = ST;
}

impl<ST, C> RunQueryDsl<C> for Statement<ST> {}

impl<ST, C> RunQueryDsl<C> for &Statement<ST> {}
