//! The intermediate representation that every language lowers to and every target is raised from.
//!
//! A [`Rule`] is metadata, schedule, detection and alert shape; its detection is a relational plan ([`Plan`]) over typed
//! expressions ([`Expr`]). Semantics are explicit in the operators, never a property of the reader (design §3).
//! It holds runtime values too, because function rows evaluate them. It knows no syntax and does no I/O.
//!
//! Spans in expressions and plans count bytes of the *query text*; spans in [`Metadata`] count bytes of the *file*.

mod alike;
mod comparison;
pub mod convert;
pub mod datetime;
mod detect;
mod expr;
mod form;
pub mod json;
pub mod key;
mod operands;
pub mod order;
mod parts;
mod plan;
mod plan_json;
pub mod regexes;
mod rule;
mod table_source;
pub mod text;
pub mod timespan;
pub mod tokens;
mod types;
mod value;
mod value_json;
mod walk;

pub use comparison::Comparison;
pub use detect::{Correlation, FirstSeen, IndicatorPair, Sample, Sequence, Step, Threshold, WindowSide};
pub use expr::{Arithmetic, Case, Expr, ExprKind, FieldRef, Matcher, Member, Pattern, PatternPart, StringTest};
pub use form::{CorrelationForm, Form, MachineLearningForm, NewTermsForm, ThreatEntry, ThreatMatchForm, ThresholdForm};
pub use operands::{Expand, JoinKey, JoinKind, ParseMode, ParsePart, SortKey, UnionColumns};
pub use plan::{Aggregate, Column, Named, Op, Plan, Schema};
pub use rule::{
    AlertShape, AttackRef, Detection, Dialect, Entity, EntityField, Extra, Grouping, Language, Metadata, Query, Rule, RuleType, Schedule,
    SeverityMapping, Suppression, Trigger, TriggerOperator,
};
pub use table_source::TableSource;
pub use types::Type;
pub use value::{Object, TICKS_PER_SECOND, Value};
