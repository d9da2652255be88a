//! What a command reads: files and standard input, decoded.

use super::Failure;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use std::io::{self, Read as _};

/// The path that stands for standard input.
pub(super) const STDIN: &str = "-";

/// The bytes of a file, or of standard input where the path is `-`.
pub(super) fn bytes(path: &str) -> Result<Vec<u8>, Failure> {
    let read = if path == STDIN {
        let mut all = Vec::new();
        io::stdin().lock().read_to_end(&mut all).map(|_| all)
    } else {
        #[expect(clippy::disallowed_methods, reason = "`cli` is where files are read")]
        std::fs::read(path)
    };
    read.map_err(|error| Failure::new(format!("cannot read `{path}`: {}", reason(&error))))
}

/// The text of a file; where its bytes are no text, the diagnostic that says so.
pub(super) fn text(path: &str) -> Result<Result<String, Diagnostic>, Failure> {
    let bytes = bytes(path)?;
    Ok(String::from_utf8(bytes).map_err(|error| {
        let at = Span::at(error.utf8_error().valid_up_to());
        Diagnostic::error("not-utf-8", at, "the file is not UTF-8 text")
    }))
}

/// Says what went wrong without the operating system's error number.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}
