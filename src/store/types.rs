//! How the model's values lie in columns: ids as text, times as microseconds, words as text. The same on both
//! databases.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteValue};
use serde::de::DeserializeOwned;

use crate::model::{
    Access, ArticleKind, ArticleState, DeliveryStatus, DigitalSourceType, Id, MediaKind, Review, Role, TagKind, Time,
};

/// Makes a value of the model usable as a bound parameter and as a column of a row.
macro_rules! expression {
    ($value:ty, $sql:ty) => {
        impl AsExpression<$sql> for $value {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl AsExpression<$sql> for &$value {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl AsExpression<Nullable<$sql>> for $value {
            type Expression = Bound<Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl AsExpression<Nullable<$sql>> for &$value {
            type Expression = Bound<Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl<DB: Backend> ToSql<Nullable<$sql>, DB> for $value
        where
            Self: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                ToSql::<$sql, DB>::to_sql(self, out)
            }
        }

        impl<DB: Backend> Queryable<$sql, DB> for $value
        where
            Self: FromSql<$sql, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    };
}

const INVALID: &str = "the database holds a value that is none of its type";

/// A value that is kept as text: `as_text` gives a `String` or `&'static str`, `parse` reads it back.
macro_rules! text {
    ($value:ty, $as_text:expr, $parse:expr) => {
        expression!($value, Text);

        impl ToSql<Text, Sqlite> for $value {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value($as_text(self));
                Ok(IsNull::No)
            }
        }

        impl ToSql<Text, Pg> for $value {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                std::io::Write::write_all(out, $as_text(self).as_bytes())?;
                Ok(IsNull::No)
            }
        }

        // Read in place: a list has some ten of these a row.
        impl FromSql<Text, Sqlite> for $value {
            fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                $parse(value.read_text()).ok_or_else(|| INVALID.into())
            }
        }

        impl FromSql<Text, Pg> for $value {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                $parse(std::str::from_utf8(value.as_bytes())?).ok_or_else(|| INVALID.into())
            }
        }
    };
}

text!(Id, Id::to_string, Id::parse);
text!(Role, |word: &Role| word.as_str(), Role::parse);
text!(ArticleKind, |word: &ArticleKind| word.as_str(), ArticleKind::parse);
text!(ArticleState, |word: &ArticleState| word.as_str(), ArticleState::parse);
text!(Access, |word: &Access| word.as_str(), Access::parse);
text!(Review, |word: &Review| word.as_str(), Review::parse);
text!(TagKind, |word: &TagKind| word.as_str(), TagKind::parse);
text!(MediaKind, |word: &MediaKind| word.as_str(), MediaKind::parse);
text!(DigitalSourceType, |word: &DigitalSourceType| word.as_str(), DigitalSourceType::parse);
text!(DeliveryStatus, |word: &DeliveryStatus| word.as_str(), DeliveryStatus::parse);

/// What a column keeps as JSON, read in place.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T, DB: Backend> Queryable<Text, DB> for Json<T>
where
    Self: FromSql<Text, DB>,
{
    type Row = Self;
    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

impl<T: DeserializeOwned> FromSql<Text, Sqlite> for Json<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(value.read_text())?))
    }
}

impl<T: DeserializeOwned> FromSql<Text, Pg> for Json<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_slice(value.as_bytes())?))
    }
}

expression!(Time, BigInt);

impl ToSql<BigInt, Sqlite> for Time {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.micros());
        Ok(IsNull::No)
    }
}

impl ToSql<BigInt, Pg> for Time {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, &self.micros().to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for Time
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_micros(<i64 as FromSql<BigInt, DB>>::from_sql(bytes)?))
    }
}
