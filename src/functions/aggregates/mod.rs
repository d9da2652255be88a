//! Aggregates.

mod collections;
mod extremes;
mod numbers;
mod percentiles;
mod sketches;
mod variance;

use crate::functions::Naming;
use crate::functions::row::{Row, aggregate};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    aggregate(&["sum"], "(expr: summable) -> widened 0", Naming::Prefixed("sum"), numbers::sum, "kusto/query/sum-aggregation-function"),
    aggregate(
        &["sumif"],
        "(expr: summable, predicate: bool) -> widened 0",
        Naming::Prefixed("sumif"),
        numbers::sumif,
        "kusto/query/sumif-aggregation-function",
    ),
    aggregate(
        &["count", "cnt"],
        "(expr?: any) -> long",
        Naming::Prefixed("count"),
        numbers::count,
        "kusto/query/count-aggregation-function",
    ),
    aggregate(
        &["countif"],
        "(predicate: bool) -> long",
        Naming::Prefixed("countif"),
        numbers::countif,
        "kusto/query/countif-aggregation-function",
    ),
    aggregate(
        &["dcount"],
        "(expr: any, accuracy?: not-dynamic) -> long",
        Naming::Prefixed("dcount"),
        numbers::dcount,
        "kusto/query/dcount-aggregation-function",
    ),
    aggregate(
        &["dcountif"],
        "(expr: any, predicate: bool, accuracy?: not-dynamic) -> long",
        Naming::Prefixed("dcountif"),
        numbers::dcountif,
        "kusto/query/dcountif-aggregation-function",
    ),
    aggregate(
        &["tdigest"],
        "(expr: summable, weight?: integer) -> dynamic",
        Naming::Prefixed("tdigest"),
        sketches::tdigest,
        "kusto/query/tdigest-aggregation-function",
    ),
    aggregate(
        &["tdigest_merge", "merge_tdigest"],
        "(tdigest: array) -> dynamic",
        Naming::Prefixed("merge_tdigests"),
        sketches::tdigest_merge,
        "kusto/query/tdigest-merge-aggregation-function",
    ),
    aggregate(
        &["hll"],
        "(expr: not-real-or-bool, accuracy?: integer) -> dynamic",
        Naming::Prefixed("hll"),
        sketches::hll,
        "kusto/query/hll-aggregation-function",
    ),
    aggregate(
        &["hll_if"],
        "(expr: not-real-or-bool, predicate: bool, accuracy?: integer) -> dynamic",
        Naming::Prefixed("hll_if"),
        sketches::hll_if,
        "kusto/query/hll-if-aggregation-function",
    ),
    aggregate(
        &["hll_merge"],
        "(hll: array) -> dynamic",
        Naming::Prefixed("hll_merge"),
        sketches::hll_merge,
        "kusto/query/hll-merge-aggregation-function",
    ),
    aggregate(&["min"], "(expr: orderable) -> same 0", Naming::Prefixed("min"), extremes::min, "kusto/query/min-aggregation-function"),
    aggregate(
        &["minif"],
        "(expr: orderable, predicate: bool) -> same 0",
        Naming::Prefixed("minif"),
        extremes::minif,
        "kusto/query/minif-aggregation-function",
    ),
    aggregate(&["max"], "(expr: orderable) -> same 0", Naming::Prefixed("max"), extremes::max, "kusto/query/max-aggregation-function"),
    aggregate(
        &["maxif"],
        "(expr: orderable, predicate: bool) -> same 0",
        Naming::Prefixed("maxif"),
        extremes::maxif,
        "kusto/query/maxif-aggregation-function",
    ),
    aggregate(&["avg"], "(expr: summable) -> mean 0", Naming::Prefixed("avg"), numbers::avg, "kusto/query/avg-aggregation-function"),
    aggregate(
        &["avgif"],
        "(expr: summable, predicate: bool) -> mean 0",
        Naming::Prefixed("avgif"),
        numbers::avgif,
        "kusto/query/avgif-aggregation-function",
    ),
    aggregate(
        &["makelist"],
        "(expr: any, maxSize?: integer) -> dynamic",
        Naming::Prefixed("list"),
        collections::makelist,
        "Kusto.Language 12.4.1, Aggregates",
    ),
    aggregate(
        &["make_list"],
        "(expr: any, maxSize?: integer) -> dynamic",
        Naming::Prefixed("list"),
        collections::make_list,
        "kusto/query/make-list-aggregation-function",
    ),
    aggregate(
        &["make_list_if"],
        "(expr: any, predicate: bool, maxSize?: integer) -> dynamic",
        Naming::Prefixed("list"),
        collections::make_list_if,
        "kusto/query/make-list-if-aggregation-function",
    ),
    aggregate(
        &["make_list_with_nulls"],
        "(expr: any) -> dynamic",
        Naming::Prefixed("list"),
        collections::make_list_with_nulls,
        "kusto/query/make-list-with-nulls-aggregation-function",
    ),
    aggregate(
        &["makeset"],
        "(expr: any, maxSize?: integer) -> dynamic",
        Naming::Prefixed("set"),
        collections::makeset,
        "Kusto.Language 12.4.1, Aggregates",
    ),
    aggregate(
        &["make_set"],
        "(expr: any, maxSize?: integer) -> dynamic",
        Naming::Prefixed("set"),
        collections::make_set,
        "kusto/query/make-set-aggregation-function",
    ),
    aggregate(
        &["make_set_if"],
        "(expr: any, predicate: bool, maxSize?: integer) -> dynamic",
        Naming::Prefixed("set"),
        collections::make_set_if,
        "kusto/query/make-set-if-aggregation-function",
    ),
    aggregate(
        &["make_dictionary"],
        "(expr: bag, maxSize?: integer) -> dynamic",
        Naming::Prefixed("dictionary"),
        collections::make_dictionary,
        "Kusto.Language 12.4.1, Aggregates",
    ),
    aggregate(
        &["make_bag"],
        "(expr: bag, maxSize?: integer) -> dynamic",
        Naming::Prefixed("bag"),
        collections::make_bag,
        "kusto/query/make-bag-aggregation-function",
    ),
    aggregate(
        &["make_bag_if"],
        "(expr: bag, predicate: bool, maxSize?: integer) -> dynamic",
        Naming::Prefixed("bag"),
        collections::make_bag_if,
        "kusto/query/make-bag-if-aggregation-function",
    ),
    aggregate(
        &["buildschema"],
        "(expr: bag) -> dynamic",
        Naming::Prefixed("schema"),
        sketches::buildschema,
        "kusto/query/buildschema-aggregation-function",
    ),
    aggregate(&["passthrough"], "(expr: any) -> same 0", Naming::FirstArgument, extremes::passthrough, "Kusto.Language 12.4.1, Aggregates"),
    aggregate(
        &["percentile"],
        "(expr: any, percentile: number) -> widened 0",
        Naming::PerConstant("percentile", 1),
        percentiles::percentile,
        "Kusto.Language 12.4.1, Aggregates",
    ),
    aggregate(
        &["percentiles"],
        "(expr: any, percentile: number...) -> open",
        Naming::PerConstant("percentile", 1),
        percentiles::percentiles,
        "kusto/query/percentiles-aggregation-function",
    ),
    aggregate(
        &["percentiles_array"],
        "(expr: any, percentile: number...) -> dynamic | (expr: any, percentiles: array) -> dynamic",
        Naming::Prefixed("percentiles"),
        percentiles::percentiles_array,
        "Kusto.Language 12.4.1, Aggregates",
    ),
    aggregate(
        &["percentilew"],
        "(expr: any, weight: integer, percentile: number) -> widened 0",
        Naming::PerConstant("percentile", 2),
        percentiles::percentilew,
        "Kusto.Language 12.4.1, Aggregates",
    ),
    aggregate(
        &["percentilesw"],
        "(expr: any, weight: integer, percentile: number...) -> open",
        Naming::PerConstant("percentile", 2),
        percentiles::percentilesw,
        "kusto/query/percentilesw-aggregation-function",
    ),
    aggregate(
        &["percentilesw_array"],
        "(expr: any, weight: integer, percentile: number...) -> dynamic | (expr: any, weight: integer, percentiles: array) -> dynamic",
        Naming::Prefixed("percentiles"),
        percentiles::percentilesw_array,
        "Kusto.Language 12.4.1, Aggregates",
    ),
    aggregate(&["stdev"], "(expr: summable) -> real", Naming::Prefixed("stdev"), variance::stdev, "kusto/query/stdev-aggregation-function"),
    aggregate(
        &["stdevif"],
        "(expr: summable, predicate: bool) -> real",
        Naming::Prefixed("stdevif"),
        variance::stdevif,
        "kusto/query/stdevif-aggregation-function",
    ),
    aggregate(
        &["stdevp"],
        "(expr: summable) -> real",
        Naming::Prefixed("stdevp"),
        variance::stdevp,
        "kusto/query/stdevp-aggregation-function",
    ),
    aggregate(
        &["variance"],
        "(expr: summable) -> real",
        Naming::Prefixed("variance"),
        variance::variance,
        "kusto/query/variance-aggregation-function",
    ),
    aggregate(
        &["varianceif"],
        "(expr: summable, predicate: bool) -> real",
        Naming::Prefixed("varianceif"),
        variance::varianceif,
        "kusto/query/varianceif-aggregation-function",
    ),
    aggregate(
        &["variancep"],
        "(expr: summable) -> real",
        Naming::Prefixed("variancep"),
        variance::variancep,
        "kusto/query/variancep-aggregation-function",
    ),
    aggregate(
        &["variancepif"],
        "(expr: summable, predicate: bool) -> real",
        Naming::Prefixed("variancepif"),
        variance::variancepif,
        "kusto/query/variancepif-aggregation-function",
    ),
    aggregate(
        &["covariance"],
        "(expr: summable, expr: summable) -> real",
        Naming::PrefixedPair("covariance"),
        variance::covariance,
        "kusto/query/covariance-aggregation-function",
    ),
    aggregate(
        &["covarianceif"],
        "(expr: summable, expr: summable, predicate: bool) -> real",
        Naming::PrefixedPair("covarianceif"),
        variance::covarianceif,
        "kusto/query/covarianceif-aggregation-function",
    ),
    aggregate(
        &["covariancep"],
        "(expr: summable, expr: summable) -> real",
        Naming::PrefixedPair("covariancep"),
        variance::covariancep,
        "kusto/query/covariancep-aggregation-function",
    ),
    aggregate(
        &["covariancepif"],
        "(expr: summable, expr: summable, predicate: bool) -> real",
        Naming::PrefixedPair("covariancepif"),
        variance::covariancepif,
        "kusto/query/covariancepif-aggregation-function",
    ),
    aggregate(
        &["any"],
        "(expr: any) -> same 0 | (expr: any[2..32767]) -> open | (expr: only any) -> open",
        Naming::Any { everywhere: true },
        extremes::any,
        "Kusto.Language 12.4.1, Aggregates",
    ),
    aggregate(
        &["take_any"],
        "(expr: star any...) -> open",
        Naming::Any { everywhere: false },
        extremes::take_any,
        "kusto/query/take-any-aggregation-function",
    ),
    aggregate(
        &["anyif"],
        "(expr: any, predicate: bool) -> same 0",
        Naming::Prefixed("anyif"),
        extremes::anyif,
        "Kusto.Language 12.4.1, Aggregates",
    ),
    aggregate(
        &["take_anyif"],
        "(expr: any, predicate: bool) -> same 0",
        Naming::FirstArgument,
        extremes::take_anyif,
        "kusto/query/take-anyif-aggregation-function",
    ),
    aggregate(
        &["arg_min"],
        "(minimized: orderable, returned?: star any...) -> open",
        Naming::Extreme { prefix: "min", everywhere: false },
        extremes::arg_min,
        "kusto/query/arg-min-aggregation-function",
    ),
    aggregate(
        &["arg_max"],
        "(maximized: orderable, returned?: star any...) -> open",
        Naming::Extreme { prefix: "max", everywhere: false },
        extremes::arg_max,
        "kusto/query/arg-max-aggregation-function",
    ),
    aggregate(
        &["argmin"],
        "(minimized: orderable, returned?: star any...) -> open",
        Naming::Extreme { prefix: "min", everywhere: true },
        extremes::argmin,
        "Kusto.Language 12.4.1, Aggregates",
    ),
    aggregate(
        &["argmax"],
        "(maximized: orderable, returned?: star any...) -> open",
        Naming::Extreme { prefix: "max", everywhere: true },
        extremes::argmax,
        "Kusto.Language 12.4.1, Aggregates",
    ),
    aggregate(
        &["binary_all_or"],
        "(expr: summable) -> same 0",
        Naming::FirstArgument,
        numbers::binary_all_or,
        "kusto/query/binary-all-or-aggregation-function",
    ),
    aggregate(
        &["binary_all_and"],
        "(expr: summable) -> same 0",
        Naming::FirstArgument,
        numbers::binary_all_and,
        "kusto/query/binary-all-and-aggregation-function",
    ),
    aggregate(
        &["binary_all_xor"],
        "(expr: summable) -> same 0",
        Naming::FirstArgument,
        numbers::binary_all_xor,
        "kusto/query/binary-all-xor-aggregation-function",
    ),
    aggregate(
        &["count_distinct"],
        "(expr: not-dynamic) -> long",
        Naming::Prefixed("count_distinct"),
        numbers::count_distinct,
        "kusto/query/count-distinct-aggregation-function",
    ),
    aggregate(
        &["count_distinctif"],
        "(expr: not-dynamic, predicate: bool) -> long",
        Naming::Prefixed("count_distinctif"),
        numbers::count_distinctif,
        "kusto/query/count-distinctif-aggregation-function",
    ),
];

#[cfg(test)]
mod tests {
    use crate::functions::testing::array;
    use crate::functions::{Eval, kusto_aggregate};
    use crate::ir::{Type, Value, json};

    fn check(name: &str, rows: &[&[Value]], result: Type, expected: &[Value]) {
        let Eval::Aggregate(make) = kusto_aggregate(name).unwrap().eval else { panic!("{name} does not run") };
        let mut accumulator = make();
        for row in rows {
            accumulator.add(row, &[Type::Long, Type::Unknown]);
        }
        let mut out = Vec::new();
        accumulator.finish(result, &mut out);
        assert_eq!(out, expected, "{name} of {rows:?}");
    }

    fn longs(values: &[i64]) -> Vec<Vec<Value>> {
        values.iter().map(|n| vec![Value::Long(*n)]).collect()
    }

    fn check_longs(name: &str, values: &[i64], result: Type, expected: impl Into<Value>) {
        let rows = longs(values);
        check(name, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>(), result, &[expected.into()]);
    }

    #[test]
    fn empty_groups_have_their_defaults() {
        check("count", &[], Type::Long, &[0_i64.into()]);
        check("sum", &[], Type::Long, &[0_i64.into()]);
        check("avg", &[], Type::Real, &[f64::NAN.into()]);
        check("max", &[], Type::Long, &[Value::Null]);
        check("make_set", &[], Type::Dynamic, &[array::<Value>([])]);
        check("arg_max", &[], Type::Long, &[Value::Null]);
    }

    #[test]
    fn nulls_are_ignored_but_counted() {
        let rows: [&[Value]; 3] = [&[Value::Null], &[Value::Long(3)], &[Value::Long(5)]];
        check("count", &rows, Type::Long, &[3_i64.into()]);
        check("avg", &rows, Type::Real, &[4.0.into()]);
        check("min", &rows, Type::Long, &[3_i64.into()]);
        check("make_list", &rows, Type::Dynamic, &[array([3_i64, 5])]);
        check("make_list_with_nulls", &rows, Type::Dynamic, &[array([Value::Null, 3_i64.into(), 5_i64.into()])]);
    }

    #[test]
    fn variance_is_rounded_and_deviation_is_not() {
        check_longs("variance", &[1, 2, 4], Type::Real, 2.333_333_333_3);
        check_longs("stdevp", &[1, 2, 3], Type::Real, (2.0_f64 / 3.0).sqrt());
        check_longs("stdev", &[7], Type::Real, 0.0);
    }

    #[test]
    fn the_extreme_row_comes_whole() {
        let rows: [&[Value]; 3] = [&[Value::Null, "a".into()], &[2_i64.into(), "b".into()], &[1_i64.into(), "c".into()]];
        check("arg_max", &rows, Type::Long, &[2_i64.into(), "b".into()]);
        check("arg_min", &rows, Type::Long, &[1_i64.into(), "c".into()]);
    }

    #[test]
    fn percentiles_are_members_of_the_population() {
        let rows: Vec<Vec<Value>> = (1..=10).map(|n| vec![Value::Long(n), 25_i64.into(), 99.9.into()]).collect();
        check("percentiles", &rows.iter().map(Vec::as_slice).collect::<Vec<_>>(), Type::Long, &[3_i64.into(), 10_i64.into()]);
    }

    #[test]
    fn sketches_show_their_values() {
        let rows: [&[Value]; 3] = [&[Value::Null], &[Value::Long(0)], &[Value::Long(0)]];
        // The hash of 0 that `hll-aggregation-function` shows.
        let sketch = array([array([1024_i64, 14]), array(["3803688792395291579"]), array::<Value>([])]);
        let sketch = std::slice::from_ref(&sketch);
        check("hll", &rows, Type::Dynamic, sketch);
        check("hll_merge", &[sketch, sketch], Type::Dynamic, sketch);
        check("tdigest", &rows, Type::Dynamic, &[array([array([7_i64]), array([0_i64]), array([2_i64])])]);
    }

    #[test]
    fn schemas_list_types_in_order_of_appearance() {
        let bag = |text: &str| json::parse(text).unwrap();
        let (first, second) = (bag(r#"{"a":1,"b":[1,"x"]}"#), bag(r#"{"a":{"c":true},"b":[2.5]}"#));
        let schema = bag(r#"{"a":["long",{"c":"bool"}],"b":{"`indexer`":["long","string","double"]}}"#);
        check("buildschema", &[&[first], &[second]], Type::Dynamic, &[schema]);
    }
}
