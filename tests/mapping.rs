//! Evidence for `targets/sources/`: every file reads, cites its entries, and maps its own examples onto each other.

use isoglot::ir::Dialect;
use isoglot::mapping::{PartRef, Sources, builtin_files, map_event, parse, part_of_event};
use serde_json::Value as Json;

const DIALECTS: [Dialect; 3] = [Dialect::Sentinel, Dialect::Elastic, Dialect::Sigma];

/// Every example of every source, as its part and its events.
fn examples() -> Vec<(PartRef, Vec<(Dialect, Json)>)> {
    let mut all = Vec::new();
    for source in &Sources::builtin().list {
        for example in &source.examples {
            let Some(part) = source.parts.iter().find(|p| p.id == example.part).cloned() else { continue };
            let texts = [&example.sentinel, &example.elastic, &example.sigma];
            let events = DIALECTS.into_iter().zip(texts).filter_map(|(d, text)| Some((d, serde_json::from_str(text.as_ref()?).ok()?)));
            all.push((PartRef { source: source.clone(), part }, events.collect()));
        }
    }
    all
}

/// Keys in one order, JSON held as text parsed, so that two spellings of one event compare equal.
fn canonical(event: &Json) -> Json {
    match event {
        Json::Object(map) => {
            let mut pairs: Vec<_> = map.iter().map(|(k, v)| (k.clone(), canonical(v))).collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            Json::Object(pairs.into_iter().collect())
        }
        Json::Array(items) => Json::Array(items.iter().map(canonical).collect()),
        Json::String(text) if text.starts_with(['{', '[']) => {
            serde_json::from_str(text).map_or_else(|_| event.clone(), |inner| canonical(&inner))
        }
        other => other.clone(),
    }
}

#[test]
fn every_built_in_file_reads() {
    for (path, text) in builtin_files() {
        assert!(parse(text).is_ok(), "{path}: {:?}", parse(text).err());
    }
    assert_eq!(builtin_files().count(), Sources::builtin().list.len());
}

#[test]
fn every_source_carries_an_example_and_every_part_with_two_sides_is_cited() {
    for source in &Sources::builtin().list {
        assert!(!source.examples.is_empty(), "{} has no example", source.name);
        for (key, address) in &source.cites {
            assert!(address.starts_with("https://"), "{}: {key} is no address", source.name);
        }
    }
}

#[test]
fn every_example_maps_onto_its_other_dialects() {
    for (at, events) in examples() {
        for (from, event) in &events {
            for (to, expected) in &events {
                if from == to {
                    continue;
                }
                let mapped = canonical(&map_event(event, *from, *to, &at));
                let expected = canonical(expected);
                assert_eq!(
                    serde_json::to_string_pretty(&mapped).unwrap(),
                    serde_json::to_string_pretty(&expected).unwrap(),
                    "{} {} {from:?} to {to:?}",
                    at.source.name,
                    at.part.id
                );
            }
        }
    }
}

#[test]
fn the_part_of_an_example_is_found_from_the_event() {
    for (at, events) in examples() {
        for (dialect, event) in events.iter().filter(|(d, _)| *d != Dialect::Sigma && at.part.is_read_by(*d)) {
            let found = part_of_event(event, *dialect, Sources::builtin());
            assert_eq!(found.map(|p| p.part.id.clone()), Some(at.part.id.clone()), "{} {dialect:?}", at.source.name);
        }
    }
}
