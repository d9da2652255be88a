//! File paths of Windows and Unix.

use crate::functions::Args;
use crate::ir::Value;
use std::sync::Arc;

const SEPARATORS: [char; 2] = ['/', '\\'];

pub(super) fn parse_path(args: &Args<'_>) -> Value {
    let text = args.text(0);
    let (scheme, path) = text.split_once("://").unwrap_or(("", &text));
    let (directory, file) = path.rfind(SEPARATORS).map_or(("", path), |at| {
        let (directory, file) = path.split_at(at);
        (directory, file.trim_start_matches(SEPARATORS))
    });
    let (file, stream) = if directory.is_empty() && is_drive(file) { (file, "") } else { file.split_once(':').unwrap_or((file, "")) };
    let trimmed = directory.trim_start_matches(['\\', '?', '.']);
    let root = trimmed.split(SEPARATORS).next().filter(|first| is_drive(first)).unwrap_or("");
    let name = directory.rsplit(SEPARATORS).next().filter(|name| !is_drive(name)).unwrap_or("");
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    let members = [
        ("Scheme", scheme),
        ("RootPath", root),
        ("DirectoryPath", directory),
        ("DirectoryName", name),
        ("Filename", file),
        ("Extension", extension),
        ("AlternateDataStreamName", stream),
    ];
    Value::object(members.into_iter().map(|(name, value)| (Arc::from(name), Value::string(value))).collect())
}

/// `C:`
fn is_drive(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.next() == Some(':') && chars.next().is_none()
}
