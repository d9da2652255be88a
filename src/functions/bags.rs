//! Property bags (dynamic objects).

use super::Args;
use super::Naming;
use super::args::bool_or_null;
use super::row::{Row, engine, scalar};
use crate::ir::{Object, Value};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["treepath"], "(object: bag) -> dynamic", treepath, "kusto/query/treepath-function").named(Naming::Prefixed("tree")),
    scalar(&["bag_keys"], "(object: bag) -> dynamic", bag_keys, "kusto/query/bag-keys-function"),
    scalar(
        &["bag_pack", "pack", "pack_dictionary"],
        "(key: string..., value: any...) -> dynamic",
        bag_pack,
        "Kusto.Language 12.4.1, Functions",
    ),
    engine(&["bag_pack_columns"], "(value: column any...) -> dynamic", "kusto/query/bag-pack-columns-function"),
    engine(&["pack_all"], "(ignore_null_empty?: literal any) -> dynamic", "kusto/query/pack-all-function"),
    scalar(&["bag_merge"], "(bag: bag[2..64]) -> dynamic", bag_merge, "kusto/query/bag-merge-function"),
    scalar(&["bag_remove_keys"], "(bag: bag, keys: array) -> dynamic", bag_remove_keys, "kusto/query/bag-remove-keys-function"),
    scalar(&["bag_has_key"], "(bag: bag, key: string) -> bool", bag_has_key, "kusto/query/bag-has-key-function"),
    scalar(&["bag_set_key"], "(bag: bag, key: const string, value: any) -> dynamic", bag_set_key, "kusto/query/bag-set-key-function"),
    scalar(&["bag_zip"], "(keys: array, values: array) -> dynamic", bag_zip, "kusto/query/bag-zip"),
];

fn bag_keys(args: &Args<'_>) -> Value {
    args.object(0).map_or(Value::Null, |members| Value::array(members.iter().map(|(name, _)| Value::String(Arc::clone(name))).collect()))
}

/// A key that stands twice keeps its first place and its last value.
fn bag_pack(args: &Args<'_>) -> Value {
    let mut members = Object::new();
    for at in (0..args.values.len().saturating_sub(1)).step_by(2) {
        set(&mut members, &args.text(at), args.value(at + 1).clone());
    }
    Value::object(members)
}

fn set(members: &mut Object, name: &str, value: Value) {
    match members.iter_mut().find(|(key, _)| &**key == name) {
        Some((_, old)) => *old = value,
        None => members.push((Arc::from(name), value)),
    }
}

/// The first bag that has a key wins (emu/bag-merge-function-00); what is no bag is passed over.
fn bag_merge(args: &Args<'_>) -> Value {
    let bags: Vec<&Object> = (0..args.values.len()).filter_map(|at| args.object(at)).collect();
    if bags.is_empty() {
        return Value::Null;
    }
    let mut seen = FxHashSet::default();
    let first = bags.into_iter().flatten().filter(|(name, _)| seen.insert(Arc::clone(name)));
    Value::object(first.cloned().collect())
}

fn bag_has_key(args: &Args<'_>) -> Value {
    let path = args.text(1);
    let Some(path) = path.strip_prefix("$.") else {
        return bool_or_null(args.object(0).map(|members| members.iter().any(|(name, _)| **name == *path)));
    };
    let found = path.split('.').try_fold(args.value(0), |value, name| value.member(name));
    Value::Bool(found.is_some())
}

/// Keys that begin with `$.` are paths into nested bags (`bag-remove-keys-function`).
fn bag_remove_keys(args: &Args<'_>) -> Value {
    let Some(keys) = args.array(1) else { return Value::Null };
    let Some(members) = args.object(0) else { return Value::Null };
    let mut members = members.clone();
    for key in keys.iter().filter_map(Value::as_str) {
        match key.strip_prefix("$.") {
            Some(path) => remove(&mut members, path),
            None => members.retain(|(name, _)| &**name != key),
        }
    }
    Value::object(members)
}

fn remove(members: &mut Object, path: &str) {
    let Some((first, rest)) = path.split_once('.') else {
        members.retain(|(name, _)| &**name != path);
        return;
    };
    if let Some((_, Value::Object(inner))) = members.iter_mut().find(|(name, _)| &**name == first) {
        remove(Arc::make_mut(inner), rest);
    }
}

fn bag_set_key(args: &Args<'_>) -> Value {
    let Some(members) = args.object(0) else { return Value::Null };
    let mut members = members.clone();
    let key = args.text(1);
    set_path(&mut members, key.strip_prefix("$.").map_or_else(|| vec![&*key], |path| path.split('.').collect()).as_slice(), args.value(2));
    Value::object(members)
}

fn set_path(members: &mut Object, path: &[&str], value: &Value) {
    match path {
        [] => {}
        [name] => set(members, name, value.clone()),
        [name, rest @ ..] => {
            if !members.iter().any(|(key, inner)| &**key == *name && matches!(inner, Value::Object(_))) {
                set(members, name, Value::object(Object::new()));
            }
            if let Some((_, Value::Object(inner))) = members.iter_mut().find(|(key, _)| &**key == *name) {
                set_path(Arc::make_mut(inner), rest, value);
            }
        }
    }
}

/// Keys that are no text are left out, missing values are null (emu/bag-zip-04).
fn bag_zip(args: &Args<'_>) -> Value {
    let Some(keys) = args.array(0) else { return Value::Null };
    let values = args.array(1).unwrap_or_default();
    let mut members = Object::new();
    for (at, key) in keys.iter().enumerate() {
        if let Some(name) = key.as_str() {
            set(&mut members, name, values.get(at).cloned().unwrap_or_default());
        }
    }
    Value::object(members)
}

/// The paths of all members; of an array, those of its first element.
fn treepath(args: &Args<'_>) -> Value {
    let mut paths = Vec::new();
    walk(args.value(0), "", &mut paths);
    if paths.is_empty() { Value::Null } else { Value::array(paths) }
}

fn walk(value: &Value, path: &str, paths: &mut Vec<Value>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter() {
                let path = format!("{path}['{name}']");
                paths.push(Value::string(&path));
                walk(member, &path, paths);
            }
        }
        Value::Array(items) => {
            let path = format!("{path}[0]");
            paths.push(Value::string(&path));
            items.first().into_iter().for_each(|item| walk(item, &path, paths));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, call, check};
    use crate::ir::{Value, json};

    fn bag(text: &str) -> Value {
        json::parse(text).unwrap()
    }

    #[test]
    fn the_leftmost_bag_wins() {
        check("bag_merge", &[bag(r#"{"a":1}"#), Value::Null, bag(r#"{"a":2,"b":3}"#)], bag(r#"{"a":1,"b":3}"#));
        check("bag_pack", &["a".into(), 1_i64.into(), "b".into(), "x".into()], bag(r#"{"a":1,"b":"x"}"#));
    }

    #[test]
    fn paths_reach_into_bags() {
        let nested = bag(r#"{"a":{"b":1,"c":2},"d":3}"#);
        check("bag_remove_keys", &[nested.clone(), array(["$.a.b", "d"])], bag(r#"{"a":{"c":2}}"#));
        check("bag_has_key", &[nested.clone(), "$.a.c".into()], true);
        check("bag_set_key", &[nested, "$.a.c".into(), 9_i64.into()], bag(r#"{"a":{"b":1,"c":9},"d":3}"#));
    }

    #[test]
    fn paths_list_all_members() {
        assert_eq!(json::print(&call("treepath", &[bag(r#"{"a":[{"b":1}]}"#)])), r#"["['a']","['a'][0]","['a'][0]['b']"]"#);
    }
}
