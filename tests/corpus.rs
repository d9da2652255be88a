//! What belongs to others and lies beside the project, in `../shared`. A fresh machine may not have it: that is said loudly, and what
//! would be tested on it is skipped.

use serde_json::Value as Json;
use std::path::{Path, PathBuf};

/// Finds a file or folder of `../shared`, also from a worktree.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = ["../shared", "../../shared"].map(|up| root.join(up).join(path)).into_iter().find(|path| path.exists());
    if found.is_none() {
        eprintln!("SKIPPED: ../shared/{path} is not there");
    }
    found
}

/// The lines of a JSONL file of `../shared/corpus`; none where it is missing.
pub(crate) fn rows(path: &str) -> Vec<Json> {
    let Some(path) = shared(&format!("corpus/{path}")) else { return Vec::new() };
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every file below a folder of `../shared/corpus`, sorted; none where it is missing.
pub(crate) fn files(folder: &str) -> Vec<PathBuf> {
    let Some(found) = shared(&format!("corpus/{folder}")) else { return Vec::new() };
    let entries = ignore::WalkBuilder::new(found).standard_filters(false).build().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    let mut files: Vec<PathBuf> = files.map(ignore::DirEntry::into_path).collect();
    files.sort();
    files
}

/// Path and text of every file below a folder of `../shared/corpus` that is text.
pub(crate) fn texts(folder: &str) -> Vec<(String, String)> {
    let text = |path: PathBuf| Some((path.to_string_lossy().into_owned(), std::fs::read_to_string(&path).ok()?));
    files(folder).into_iter().filter_map(text).collect()
}
