//! How domain values stand in columns: ids as UUID or text, moments and days as integers.
//!
//! sea-orm takes a column whose type is *called* `Timestamp` for one of its own dates, so such columns are
//! compared as `Column::CreatedAt.gt(…)`, not as `COLUMN.created_at.gt(…)`.

use std::sync::Arc;

use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, StringLen, ValueType, ValueTypeErr, postgres_array::NotU8};
use sea_orm::{ActiveValue, ColIdx, DbErr, IntoActiveValue, QueryResult, TryFromU64, TryGetError, TryGetable, Value};
use uuid::Uuid;

use crate::domain::course::EditionHash;
use crate::domain::id::{
    AccountId, AssessmentId, AttemptId, BlockId, CertificateId, ChallengeId, CohortId, CourseSlug, EnrolmentId,
    InvitationId, LessonId, OrganisationId, QuestionId, QuizId, SessionId, SubmissionId,
};
use crate::domain::language::LanguageTag;
use crate::domain::time::{Day, Timestamp};

/// Makes a domain type a column type: `$inner` is what the database holds, `$into` and `$from` are
/// the two directions (`$from` may refuse, as [`NotSuch`]).
macro_rules! column {
    ($name:ty as $inner:ty, $array:expr, $column:expr, $into:expr, $from:expr) => {
        impl From<$name> for Value {
            fn from(value: $name) -> Value {
                let into: fn($name) -> $inner = $into;
                into(value).into()
            }
        }

        impl TryGetable for $name {
            fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
                let from: fn($inner) -> Result<$name, NotSuch> = $from;
                from(<$inner as TryGetable>::try_get_by(row, index)?).map_err(|refusal| {
                    TryGetError::DbErr(DbErr::TryIntoErr {
                        from: stringify!($inner),
                        into: stringify!($name),
                        source: Arc::new(refusal),
                    })
                })
            }
        }

        impl ValueType for $name {
            fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
                let from: fn($inner) -> Result<$name, NotSuch> = $from;
                from(<$inner as ValueType>::try_from(value)?).map_err(|_| ValueTypeErr)
            }

            fn type_name() -> String {
                stringify!($name).to_owned()
            }

            fn array_type() -> ArrayType {
                $array
            }

            fn column_type() -> ColumnType {
                $column
            }
        }

        impl Nullable for $name {
            fn null() -> Value {
                <$inner as Nullable>::null()
            }
        }

        impl IntoActiveValue<$name> for $name {
            fn into_active_value(self) -> ActiveValue<$name> {
                ActiveValue::Set(self)
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl NotU8 for $name {}
    };
}

/// A stored value that is not of its type. Says no more: it may be anything.
#[derive(Debug, thiserror::Error)]
#[error("a stored value is not what its column should hold")]
struct NotSuch;

macro_rules! rows {
    ($($name:ident),* $(,)?) => {$(
        column!($name as Uuid, ArrayType::Uuid, ColumnType::Uuid, |id| id.0, |uuid| Ok($name(uuid)));
    )*};
}

macro_rules! texts {
    ($($name:ident),* $(,)?) => {$(
        column!(
            $name as String, ArrayType::String, ColumnType::String(StringLen::None),
            |value| value.into(), |text| text.try_into().map_err(|_| NotSuch)
        );
    )*};
}

rows!(
    AccountId,
    AssessmentId,
    AttemptId,
    CertificateId,
    ChallengeId,
    CohortId,
    EnrolmentId,
    InvitationId,
    OrganisationId,
    SessionId,
    SubmissionId,
);
texts!(BlockId, CourseSlug, LanguageTag, LessonId, QuestionId, QuizId);

column!(EditionHash as String, ArrayType::String, ColumnType::String(StringLen::None), |hash| hash.0, |text| Ok(
    EditionHash(text)
));
column!(Timestamp as i64, ArrayType::BigInt, ColumnType::BigInteger, |moment| moment.0, |number| Ok(Timestamp(number)));
column!(Day as i64, ArrayType::BigInt, ColumnType::BigInteger, |day| i64::from(day.0), |number| <i32 as TryFrom<
    i64,
>>::try_from(number)
.map(Day)
.map_err(|_| NotSuch));
