//! The detection operators, over hand-made plans and event documents.

use crate::eval::{Provider, Refusal, Rows, Settings, run, table_io::from_events};
use crate::ir::{
    Column, Correlation, Expr, FirstSeen, IndicatorPair, Matcher, Named, Op, Plan, Sample, Schema, Sequence, Step, TableSource, Threshold,
    Type,
};
use crate::ir::{Comparison, ExprKind, Value, WindowSide};
use crate::source::Span;
use serde_json::{Value as Json, json};
use std::sync::Arc;

const MINUTE: i64 = 600_000_000;

/// Events of a minute each: `{"@timestamp", "user", "kind"}` at the given minute before now.
struct Events(Vec<Json>);

impl Provider for Events {
    fn scan(&self, _: &TableSource, _: &Schema) -> Result<Option<Rows>, Refusal> {
        Ok(Some(from_events(&self.0).into()))
    }
}

/// Makes an event `minute` minutes after noon.
fn event(minute: u32, user: &str, kind: &str) -> Json {
    json!({"@timestamp": format!("2024-01-01T12:{minute:02}:00Z"), "user": {"name": user}, "kind": kind, "hosts": ["a", user]})
}

fn at_noon_plus(minutes: i64) -> Settings {
    Settings::at(crate::ir::datetime::parse_datetime("2024-01-01T12:00:00Z").unwrap() + minutes * MINUTE)
}

fn scan() -> Arc<Plan> {
    Plan::new(Op::Scan(TableSource::Index(vec![Arc::from("logs-*")])), Schema::unknown(), Span::default())
}

fn of_kind(kind: &str) -> Arc<Plan> {
    let matcher = Matcher::Equals { value: Value::from(kind), case: crate::ir::Case::Sensitive };
    let predicate = Expr::field_matches("kind", matcher, Span::default());
    Plan::new(Op::Filter { input: scan(), predicate }, Schema::unknown(), Span::default())
}

fn field(name: &str) -> Expr {
    Expr::column(name, Type::String, Span::default())
}

fn named(name: &str) -> Named {
    Named { name: Arc::from(name), expr: field(name) }
}

fn step(kind: &str) -> Step {
    Step { input: of_kind(kind), by: vec![field("user.name")], runs: 1, missing: false, span: Span::default() }
}

/// `expected` is the named column's values, or the code of a refusal.
#[expect(clippy::needless_pass_by_value, reason = "cases are written with json!")]
fn check(op: Op, events: &[Json], column: &str, expected: Json) {
    let plan = Plan::new(op, Schema::unknown(), Span::default());
    let table = run(&plan, &Events(events.to_vec()), &at_noon_plus(60)).unwrap();
    let position = table.position(column).unwrap_or_else(|| panic!("no column {column} in {:?}", table.columns));
    let cells = table.rows.iter().map(|row| crate::eval::json::to_json(&row[position], Type::Dynamic));
    assert_eq!(json!(cells.collect::<Vec<_>>()), expected);
}

fn first_seen(key: &str, per_key: bool) -> Op {
    let side = |from: i64, to: i64, to_inclusive| WindowSide {
        input: scan(),
        from: from * MINUTE,
        to: to * MINUTE,
        from_inclusive: true,
        to_inclusive,
    };
    Op::FirstSeen(Box::new(FirstSeen {
        keys: vec![named(key)],
        history_keys: vec![named(key)],
        history: side(60, 10, true),
        recent: side(10, 0, true),
        time: Arc::from("@timestamp"),
        explode_arrays: true,
        skip_missing: true,
        per_key,
    }))
}

#[test]
fn new_terms_are_those_that_history_has_not() {
    let events = [
        event(1, "old", "a"),
        event(50, "edge", "a"),
        event(55, "old", "a"),
        event(56, "edge", "a"),
        event(58, "new", "b"),
        event(57, "new", "a"),
    ];
    check(first_seen("user.name", true), &events, "_ordinal", json!([5]));
    check(first_seen("user.name", false), &events, "_ordinal", json!([4, 5]));
}

#[test]
fn new_terms_take_arrays_apart_and_skip_events_without_the_field() {
    let events = [event(1, "old", "a"), event(55, "new", "a"), json!({"@timestamp": "2024-01-01T12:56:00Z"})];
    check(first_seen("hosts", true), &events, "_ordinal", json!([1]));
    check(first_seen("absent", true), &events, "_ordinal", json!([]));
}

#[test]
fn thresholds_count_events_and_distinct_values() {
    let events = [event(1, "u", "a"), event(2, "u", "b"), event(3, "v", "a"), event(4, "v", "a"), json!({"kind": "a"})];
    let threshold = |cardinality| {
        Op::Threshold(Box::new(Threshold { input: scan(), keys: vec![named("user.name")], count: 2, cardinality, skip_missing: true }))
    };
    check(threshold(Vec::new()), &events, "user.name", json!(["u", "v"]));
    check(threshold(vec![(named("kind"), 2)]), &events, "user.name", json!(["u"]));
    let all = Op::Threshold(Box::new(Threshold { input: scan(), keys: Vec::new(), count: 5, cardinality: Vec::new(), skip_missing: true }));
    check(all, &events, "count", json!([5]));
}

fn sequence(steps: Vec<Step>, maxspan: Option<i64>, until: Option<Step>) -> Op {
    Op::Sequence(Box::new(Sequence {
        steps,
        maxspan: maxspan.map(|minutes| minutes * MINUTE),
        until,
        optional_keys: vec![false],
        time: Arc::from("@timestamp"),
    }))
}

#[test]
fn sequences_follow_in_order_within_their_span() {
    let events = [event(1, "u", "a"), event(2, "v", "b"), event(3, "u", "a"), event(4, "u", "b"), event(5, "u", "b")];
    check(sequence(vec![step("a"), step("b")], None, None), &events, "ordinals", json!([[2, 3]]));
    check(sequence(vec![step("a"), step("b")], Some(0), None), &events, "ordinals", json!([]));
}

#[test]
fn sequences_end_at_until_and_at_forbidden_events() {
    let events = [event(1, "u", "a"), event(2, "u", "stop"), event(3, "u", "b")];
    check(sequence(vec![step("a"), step("b")], None, Some(step("stop"))), &events, "ordinals", json!([]));
    let forbidden = Step { missing: true, ..step("stop") };
    check(sequence(vec![step("a"), forbidden, step("b")], None, None), &events, "ordinals", json!([]));
    let after = Step { missing: true, ..step("b") };
    check(sequence(vec![step("a"), after.clone()], Some(1), None), &events, "ordinals", json!([[0]]));
    check(sequence(vec![step("a"), after], Some(5), None), &events, "ordinals", json!([]));
}

#[test]
fn runs_repeat_a_step() {
    let events = [event(1, "u", "a"), event(2, "u", "a"), event(3, "u", "b")];
    let twice = Step { runs: 2, ..step("a") };
    check(sequence(vec![twice, step("b")], None, None), &events, "ordinals", json!([[0, 1, 2]]));
}

#[test]
fn samples_take_any_order_within_their_window() {
    let events = [event(1, "u", "b"), event(9, "u", "a"), event(20, "v", "a")];
    let sample = |window: Option<i64>| {
        Op::Sample(Box::new(Sample {
            steps: vec![step("a"), step("b")],
            window: window.map(|m| m * MINUTE),
            time: Arc::from("@timestamp"),
        }))
    };
    check(sample(None), &events, "user.name", json!(["u"]));
    check(sample(Some(10)), &events, "user.name", json!(["u"]));
    check(sample(Some(5)), &events, "user.name", json!([]));
}

#[test]
fn correlations_count_in_a_sliding_window() {
    let events = [event(1, "u", "a"), event(20, "u", "a"), event(22, "u", "a"), event(23, "v", "a")];
    let value = Expr::column("value", Type::Long, Span::default());
    let two = Expr::literal(2_i64, Type::Long, Span::default());
    let kind = ExprKind::Compare { op: Comparison::Ge, case: crate::ir::Case::Sensitive, left: Box::new(value), right: Box::new(two) };
    let correlation = Correlation {
        kind: Arc::from("event_count"),
        rules: vec![(Arc::from("r"), scan())],
        keys: vec![Arc::from("user.name")],
        window: 5 * MINUTE,
        condition: Some(Expr::new(kind, Type::Bool, Span::default())),
        fields: Vec::new(),
        percentile: None,
        aliases: Vec::new(),
    };
    check(Op::Correlate(Box::new(correlation)), &events, "ordinals", json!([[1, 2]]));
}

#[test]
fn indicators_share_all_fields_of_an_alternative() {
    let events = [event(1, "u", "a"), event(2, "v", "b")];
    let known = Plan::new(
        Op::Literal(vec![vec![Value::from("v"), Value::from("b")], vec![Value::from("u"), Value::from("b")]]),
        Schema::closed(vec![Column::new("name", Type::String), Column::new("kind", Type::String)]),
        Span::default(),
    );
    let pair = |event: &str, indicator: &str, negate: bool| IndicatorPair { field: event.into(), indicator: indicator.into(), negate };
    let both = vec![vec![pair("user.name", "name", false), pair("kind", "kind", false)]];
    check(Op::Indicators { input: scan(), indicators: known.clone(), mapping: both }, &events, "_ordinal", json!([1]));
    let but_not = vec![vec![pair("user.name", "name", false), pair("kind", "kind", true)]];
    check(Op::Indicators { input: scan(), indicators: known.clone(), mapping: but_not }, &events, "_ordinal", json!([0]));
    // Nothing on one side is another value, nothing on both sides is the same.
    let missing = vec![vec![pair("user.name", "name", false), pair("no.such", "kind", true)]];
    check(Op::Indicators { input: scan(), indicators: known.clone(), mapping: missing }, &events, "_ordinal", json!([0, 1]));
    let both_missing = vec![vec![pair("user.name", "name", false), pair("no.such", "none", true)]];
    check(Op::Indicators { input: scan(), indicators: known, mapping: both_missing }, &events, "_ordinal", json!([]));
}
