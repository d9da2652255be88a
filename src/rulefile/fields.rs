//! A cursor over a mapping that remembers what was read, so that the rest can be kept and nothing is dropped in silence.

use crate::diagnostic::Diagnostic;
use crate::ir::Extra;
use crate::source::{Entry, Kind, Node, Span, Spanned};
use rustc_hash::FxHashSet;

/// The fields of one mapping of a rule file.
pub(super) struct Fields<'a> {
    node: &'a Node,
    path: String,
    taken: FxHashSet<&'a str>,
    /// What was wrong with the values read.
    pub problems: Vec<Diagnostic>,
    /// What was not read, of the inner mappings that are done.
    extra: Vec<Extra>,
}

impl<'a> Fields<'a> {
    /// Starts at a mapping; `path` is its dotted path in the file.
    pub(super) fn new(node: &'a Node, path: impl Into<String>) -> Self {
        Self { node, path: path.into(), taken: FxHashSet::default(), problems: Vec::new(), extra: Vec::new() }
    }

    /// Returns where the mapping stands.
    pub(super) fn span(&self) -> Span {
        self.node.span
    }

    /// Tells whether one of the keys is there, read or not.
    pub(super) fn has(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.node.entry(key).is_some())
    }

    /// Returns a key with its place.
    pub(super) fn key(&self, key: &str) -> Option<Spanned<String>> {
        self.node.entry(key)?.key.spanned()
    }

    /// Reads the first of the keys that is there.
    pub(super) fn node(&mut self, keys: &[&str]) -> Option<&'a Node> {
        let entry = keys.iter().find_map(|key| self.node.entry(key))?;
        self.taken.extend(entry.key.as_str());
        Some(&entry.value)
    }

    /// Puts a key back: what was read of it is not all that it says.
    pub(super) fn keep(&mut self, key: &str) {
        self.taken.remove(key);
    }

    /// Reads text; numbers and dates are text too, null is nothing.
    pub(super) fn text(&mut self, keys: &[&str]) -> Option<Spanned<String>> {
        let node = self.node(keys)?;
        self.as_text(node, keys)
    }

    fn as_text(&mut self, node: &Node, keys: &[&str]) -> Option<Spanned<String>> {
        if node.is_null() {
            return None;
        }
        let text = node.spanned();
        if text.is_none() {
            self.wrong(node, keys, "text");
        }
        text
    }

    /// Reads a list of texts; a single text is a list of one.
    pub(super) fn texts(&mut self, keys: &[&str]) -> Vec<Spanned<String>> {
        let Some(node) = self.node(keys) else { return Vec::new() };
        match &node.kind {
            Kind::Sequence(items) => items.iter().filter_map(|item| self.as_text(item, keys)).collect(),
            _ => self.as_text(node, keys).into_iter().collect(),
        }
    }

    /// Reads a whole number.
    pub(super) fn integer(&mut self, keys: &[&str]) -> Option<Spanned<i64>> {
        let node = self.node(keys)?;
        if node.is_null() {
            return None;
        }
        let Some(number) = node.as_str().and_then(|text| text.trim().replace('_', "").parse().ok()) else {
            self.wrong(node, keys, "a whole number");
            return None;
        };
        Some(Spanned::new(number, node.span))
    }

    /// Reads true or false.
    pub(super) fn flag(&mut self, keys: &[&str]) -> Option<Spanned<bool>> {
        let node = self.node(keys)?;
        let value = match node.as_str().map(str::to_ascii_lowercase).as_deref() {
            Some("true") => true,
            Some("false") => false,
            _ => {
                self.wrong(node, keys, "true or false");
                return None;
            }
        };
        Some(Spanned::new(value, node.span))
    }

    /// Reads text through `convert`, which says what a text means or `None`; `what` names it in the diagnostic.
    pub(super) fn converted<T>(&mut self, keys: &[&str], what: &str, convert: impl Fn(&str) -> Option<T>) -> Option<Spanned<T>> {
        let text = self.text(keys)?;
        if let Some(value) = convert(text.value.trim()) {
            return Some(Spanned::new(value, text.span));
        }
        let key = self.first_of(keys);
        let message = format!("`{key}` is `{}`, which is not {what}", one_line(&text.value));
        self.problems.push(Diagnostic::error("invalid-value", text.span, message));
        self.keep(key);
        None
    }

    /// Reads an inner mapping; what `read` leaves of it is kept.
    pub(super) fn table<T>(&mut self, keys: &[&str], read: impl FnOnce(&mut Fields<'a>) -> T) -> Option<T> {
        let node = self.node(keys)?;
        if node.is_null() {
            return None;
        }
        if !node.is_mapping() {
            self.wrong(node, keys, "a mapping");
            return None;
        }
        let path = self.path_of(keys);
        Some(self.inner(node, path, read))
    }

    /// Reads a list of mappings.
    pub(super) fn tables<T>(&mut self, keys: &[&str], mut read: impl FnMut(&mut Fields<'a>) -> T) -> Vec<T> {
        let Some(node) = self.node(keys) else { return Vec::new() };
        let mut found = Vec::new();
        if node.is_null() {
            return found;
        }
        let path = self.path_of(keys);
        if !matches!(node.kind, Kind::Sequence(_)) {
            self.wrong(node, keys, "a list");
            return found;
        }
        for (index, item) in node.items().iter().enumerate() {
            if item.is_mapping() {
                found.push(self.inner(item, format!("{path}[{index}]"), &mut read));
            } else if !item.is_null() {
                self.wrong(item, keys, "a list of mappings");
            }
        }
        found
    }

    fn inner<T>(&mut self, node: &'a Node, path: String, read: impl FnOnce(&mut Fields<'a>) -> T) -> T {
        let mut inner = Fields::new(node, path);
        let value = read(&mut inner);
        let (problems, extra) = inner.finish();
        self.problems.extend(problems);
        self.extra.extend(extra);
        value
    }

    /// Returns the problems and everything that was not read.
    pub(super) fn finish(mut self) -> (Vec<Diagnostic>, Vec<Extra>) {
        for entry in self.node.entries() {
            if entry.key.as_str().is_none_or(|key| !self.taken.contains(key)) {
                flatten(entry, &self.path, &mut self.extra);
            }
        }
        self.extra.sort_by_key(|e| e.span);
        (self.problems, self.extra)
    }

    /// Returns the key that is there, of several spellings.
    fn first_of<'k>(&self, keys: &[&'k str]) -> &'k str {
        keys.iter().find(|k| self.node.entry(k).is_some()).copied().unwrap_or_default()
    }

    fn path_of(&self, keys: &[&str]) -> String {
        let key = self.first_of(keys);
        join(&self.path, key)
    }

    /// Says that a value has the wrong form, and keeps it.
    fn wrong(&mut self, node: &Node, keys: &[&str], expected: &str) {
        let key = self.first_of(keys);
        let found = match &node.kind {
            Kind::Scalar(scalar) => format!("`{}`", one_line(&scalar.value)),
            Kind::Mapping(_) => "a mapping".to_owned(),
            Kind::Sequence(_) => "a list".to_owned(),
        };
        let mut problem = Diagnostic::error("wrong-type", node.span, format!("`{key}` must be {expected}, not {found}"));
        if matches!(node.kind, Kind::Mapping(_)) && expected == "text" {
            problem = problem.with_help("a text that begins with `{` needs quotes in YAML");
        }
        self.problems.push(problem);
        self.keep(key);
    }
}

/// Cuts a value to what fits a message.
pub(super) fn one_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or("");
    let cut: String = line.chars().take(60).collect();
    if cut.len() < text.trim().len() { format!("{cut}…") } else { cut }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Keeps an entry: mappings by their leaves, everything else as it is.
fn flatten(entry: &Entry, path: &str, extra: &mut Vec<Extra>) {
    let path = join(path, &entry.key.as_str().map_or_else(|| entry.key.to_json().to_string(), str::to_owned));
    match &entry.value.kind {
        Kind::Mapping(entries) if !entries.is_empty() => entries.iter().for_each(|inner| flatten(inner, &path, extra)),
        _ => {
            let span = entry.key.span.to(entry.value.alias.unwrap_or(entry.value.span));
            extra.push(Extra { path, value: entry.value.to_json(), span });
        }
    }
}
