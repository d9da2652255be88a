//! Property bags (dynamic objects).

use super::Naming;
use super::row::{Row, engine, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["treepath"], "(object: bag) -> dynamic", "not implemented", "kusto/query/treepath-function").named(Naming::Prefixed("tree")),
    refused(&["bag_keys"], "(object: bag) -> dynamic", "not implemented", "kusto/query/bag-keys-function"),
    refused(
        &["bag_pack", "pack", "pack_dictionary"],
        "(key: string..., value: any...) -> dynamic",
        "not implemented",
        "Kusto.Language 12.4.1, Functions",
    ),
    engine(&["bag_pack_columns"], "(value: column any...) -> dynamic", "kusto/query/bag-pack-columns-function"),
    engine(&["pack_all"], "(ignore_null_empty?: literal any) -> dynamic", "kusto/query/pack-all-function"),
    refused(&["bag_merge"], "(bag: bag[2..64]) -> dynamic", "not implemented", "kusto/query/bag-merge-function"),
    refused(&["bag_remove_keys"], "(bag: bag, keys: array) -> dynamic", "not implemented", "kusto/query/bag-remove-keys-function"),
    refused(&["bag_has_key"], "(bag: bag, key: string) -> bool", "not implemented", "kusto/query/bag-has-key-function"),
    refused(
        &["bag_set_key"],
        "(bag: bag, key: const string, value: any) -> dynamic",
        "not implemented",
        "kusto/query/bag-set-key-function",
    ),
    refused(&["bag_zip"], "(keys: array, values: array) -> dynamic", "not implemented", "kusto/query/bag-zip"),
];
