//! `isoglot.toml`: which findings are shown and how bad they are, and what exists besides the built-in tables.
//!
//! An unknown key or code is an error of the run with its place, never passed over.

use super::Failure;
use crate::check;
use crate::diagnostic::{Diagnostic, Persona, Severity};
use crate::ir::Type;
use crate::report::Position;
use crate::schema::suggest;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The name of the file, looked for in the working folder and above.
const NAME: &str = "isoglot.toml";

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    /// Only these codes.
    select: Vec<Spanned<String>>,
    /// Not these codes.
    ignore: Vec<Spanned<String>>,
    /// How bad findings of a code are.
    severity: BTreeMap<Spanned<String>, Severity>,
    /// Also what only pedants want to hear.
    pedantic: bool,
    /// Paths that are not checked, as in `.gitignore`.
    exclude: Vec<String>,
    /// Settings for some paths.
    per_path: Vec<PerPathFile>,
    /// Folders or files with schemas of custom tables, as Azure-Sentinel's `CustomTables` has them.
    schemas: Vec<PathBuf>,
    /// Custom tables: column names and types.
    tables: BTreeMap<String, BTreeMap<String, Type>>,
    /// Custom saved functions.
    functions: BTreeMap<String, FunctionFile>,
    /// Types of custom event fields, by Elasticsearch name.
    fields: BTreeMap<String, String>,
    /// The lists that `%name%` stands for in Sigma rules.
    placeholders: BTreeMap<String, Vec<String>>,
    /// How `isoglot fmt` lays queries out.
    fmt: FmtFile,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct FmtFile {
    width: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PerPathFile {
    path: String,
    #[serde(default)]
    select: Vec<Spanned<String>>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    #[serde(default)]
    severity: BTreeMap<Spanned<String>, Severity>,
}

/// A saved function of the workspace.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FunctionFile {
    /// Its parameters in order.
    pub parameters: Vec<String>,
    /// The columns that come out, where they are known.
    pub columns: Option<BTreeMap<String, Type>>,
}

/// What is asked of findings in all files or under some paths.
#[derive(Clone, Debug, Default)]
struct Choice {
    select: Vec<String>,
    ignore: Vec<String>,
    severity: BTreeMap<String, Severity>,
}

/// The configuration of a run.
#[derive(Debug)]
pub(super) struct Config {
    choice: Choice,
    pedantic: bool,
    exclude: Gitignore,
    per_path: Vec<(Gitignore, Choice)>,
    /// Where relative paths in it begin.
    pub root: PathBuf,
    /// Folders or files with table schemas.
    pub schemas: Vec<PathBuf>,
    /// Custom tables.
    pub tables: BTreeMap<String, BTreeMap<String, Type>>,
    /// Custom functions.
    pub functions: BTreeMap<String, FunctionFile>,
    /// Custom event fields.
    pub fields: BTreeMap<String, String>,
    /// The lists that `%name%` stands for in Sigma rules.
    pub placeholders: BTreeMap<String, Vec<String>>,
    /// Columns that a line of a formatted query should keep to.
    pub width: Option<usize>,
}

/// What the command line adds to the file.
#[derive(Debug, Default)]
pub(super) struct Overrides<'a> {
    /// `--config`
    pub path: Option<&'a str>,
    /// `--select`
    pub select: &'a [String],
    /// `--ignore`
    pub ignore: &'a [String],
    /// `--pedantic`
    pub pedantic: bool,
}

impl Config {
    /// Reads the configuration of the working folder, or the file that `--config` names.
    pub(super) fn load(overrides: &Overrides<'_>) -> Result<Self, Failure> {
        let found = match overrides.path {
            Some(path) => Some(PathBuf::from(path)),
            None => find(),
        };
        let (file, root) = match &found {
            Some(path) => (read(path)?, path.parent().unwrap_or(Path::new(""))),
            None => (File::default(), Path::new("")),
        };
        let root = std::path::absolute(root.join(".")).map_err(|error| Failure::new(format!("cannot find the working folder: {error}")))?;
        for code in overrides.select.iter().chain(overrides.ignore) {
            known(code).map_err(|message| unknown_code(&message, code))?;
        }
        let mut config = Self::build(file, root)?;
        if !overrides.select.is_empty() {
            config.choice.select = overrides.select.to_vec();
        }
        config.choice.ignore.extend_from_slice(overrides.ignore);
        config.pedantic |= overrides.pedantic;
        Ok(config)
    }

    fn build(file: File, root: PathBuf) -> Result<Self, Failure> {
        let per_path: Result<Vec<_>, Failure> =
            file.per_path.into_iter().map(|p| Ok((patterns([p.path.as_str()])?, Choice::new(p.select, p.ignore, p.severity)))).collect();
        Ok(Self {
            choice: Choice::new(file.select, file.ignore, file.severity),
            pedantic: file.pedantic,
            exclude: patterns(file.exclude.iter().map(String::as_str))?,
            per_path: per_path?,
            root,
            schemas: file.schemas,
            tables: file.tables,
            functions: file.functions,
            fields: file.fields,
            placeholders: file.placeholders,
            width: file.fmt.width,
        })
    }

    /// Tells whether a file is left out.
    pub(super) fn excludes(&self, path: &str) -> bool {
        is_under(&self.root, &self.exclude, path)
    }

    /// Returns the choice for a file.
    pub(super) fn selection<'a>(&'a self, path: &str) -> Selection<'a> {
        let local = self.per_path.iter().filter(|(pattern, _)| is_under(&self.root, pattern, path)).map(|(_, choice)| choice);
        Selection { choices: std::iter::once(&self.choice).chain(local).collect(), pedantic: self.pedantic }
    }
}

impl Choice {
    fn new(select: Vec<Spanned<String>>, ignore: Vec<Spanned<String>>, severity: BTreeMap<Spanned<String>, Severity>) -> Self {
        let plain = |codes: Vec<Spanned<String>>| codes.into_iter().map(Spanned::into_inner).collect();
        Self {
            select: plain(select),
            ignore: plain(ignore),
            severity: severity.into_iter().map(|(code, level)| (code.into_inner(), level)).collect(),
        }
    }
}

/// What is asked of the findings in one file; a later choice is nearer to the file.
#[derive(Debug)]
pub(super) struct Selection<'a> {
    choices: Vec<&'a Choice>,
    pedantic: bool,
}

impl Selection<'_> {
    /// Tells whether findings of the code are shown; naming a code in `select` shows it also to those who are not pedantic.
    pub(super) fn shows(&self, code: &str, persona: Persona) -> bool {
        let lists = |codes: &[String]| codes.iter().any(|c| c == code);
        let selected = self.choices.iter().rev().find(|c| !c.select.is_empty()).map(|c| lists(&c.select));
        let wanted = selected.unwrap_or(self.pedantic || persona == Persona::Regular);
        wanted && !self.choices.iter().any(|c| lists(&c.ignore))
    }

    /// Tells whether findings of the code can be shown at all, as far as the code says it.
    pub(super) fn shows_code(&self, code: &str) -> bool {
        let persona = check::lint(code).map_or(Persona::Regular, |lint| lint.persona);
        self.shows(code, persona)
    }

    /// Sets the severity that the configuration gives to the finding's code.
    pub(super) fn adjust(&self, mut finding: Diagnostic) -> Diagnostic {
        if let Some(severity) = self.choices.iter().rev().find_map(|c| c.severity.get(finding.code)) {
            finding.severity = *severity;
        }
        finding
    }
}

/// Looks for the file in the working folder and above, up to the root of the repository.
fn find() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    for folder in here.ancestors() {
        let path = folder.join(NAME);
        if path.is_file() {
            return Some(path.strip_prefix(&here).map_or_else(|_| path.clone(), Path::to_path_buf));
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

fn read(path: &Path) -> Result<File, Failure> {
    let shown = path.display().to_string();
    let text = match super::input::text(&shown)? {
        Ok(text) => text,
        Err((_, fault)) => return Err(Failure::new(format!("{shown}: {}", fault.message))),
    };
    let file: File = toml::from_str(&text).map_err(|error| misfit(&shown, &text, &error))?;
    let per_path = file.per_path.iter().flat_map(|p| p.select.iter().chain(&p.ignore).chain(p.severity.keys()));
    for code in file.select.iter().chain(&file.ignore).chain(file.severity.keys()).chain(per_path) {
        known(code.get_ref()).map_err(|message| {
            let Failure::Stopped { help, .. } = unknown_code(&message, code.get_ref()) else { return Failure::ClosedOutput };
            Failure::Stopped { message: format!("{}: {message}", place(&shown, &text, code.span())), help }
        })?;
    }
    Ok(file)
}

/// Says in our words what the TOML reader found: its messages have several lines and a picture.
fn misfit(path: &str, text: &str, error: &toml::de::Error) -> Failure {
    let at = error.span().map_or_else(|| path.to_owned(), |span| place(path, text, span));
    let message = error.message().lines().next().unwrap_or("not TOML").replace(", expected one of", "; known are");
    Failure::new(format!("{at}: {message}"))
}

fn place(path: &str, text: &str, span: Range<usize>) -> String {
    let at = Position::of(text, u32::try_from(span.start).unwrap_or(u32::MAX));
    format!("{path}:{}:{}", at.line, at.column)
}

fn known(code: &str) -> Result<(), String> {
    if check::lint(code).is_some() { Ok(()) } else { Err(format!("no check has the code `{code}`")) }
}

fn unknown_code(message: &str, code: &str) -> Failure {
    let failure = Failure::new(message);
    match suggest(code, check::all().map(|lint| lint.code)) {
        Some(near) => failure.with_help(format!("did you mean `{near}`?")),
        None => failure.with_help("`isoglot explain` lists the checks"),
    }
}

fn patterns<'p>(lines: impl IntoIterator<Item = &'p str>) -> Result<Gitignore, Failure> {
    let mut builder = GitignoreBuilder::new("");
    for line in lines {
        builder.add_line(None, line).map_err(|error| Failure::new(format!("bad path pattern `{line}` in {NAME}: {error}")))?;
    }
    builder.build().map_err(|error| Failure::new(format!("bad path pattern in {NAME}: {error}")))
}

/// Tells whether a path, seen from the folder of the configuration, fits a pattern. Paths outside that folder fit none.
fn is_under(root: &Path, pattern: &Gitignore, path: &str) -> bool {
    if pattern.is_empty() {
        return false;
    }
    let Ok(path) = std::path::absolute(path) else { return false };
    path.strip_prefix(root).is_ok_and(|relative| pattern.matched_path_or_any_parents(relative, false).is_ignore())
}

#[cfg(test)]
mod tests {
    use super::{Config, File};
    use crate::diagnostic::{Diagnostic, Persona, Severity};
    use crate::source::Span;

    fn config(text: &str) -> Config {
        Config::build(toml::from_str::<File>(text).unwrap(), std::path::absolute(".").unwrap()).unwrap()
    }

    #[test]
    fn a_path_has_its_own_choice() {
        let config = config("ignore = ['a']\n[[per-path]]\npath = 'hunting/'\nignore = ['b']\nseverity = { c = 'error' }\n");
        let (top, hunting) = (config.selection("rule.yaml"), config.selection("hunting/deep/rule.yaml"));
        let shown = |code| (top.shows(code, Persona::Regular), hunting.shows(code, Persona::Regular));
        assert_eq!(shown("a"), (false, false));
        assert_eq!(shown("b"), (true, false));
        let finding = || Diagnostic::warning("c", Span::at(0), "");
        assert_eq!(top.adjust(finding()).severity, Severity::Warning);
        assert_eq!(hunting.adjust(finding()).severity, Severity::Error);
    }

    #[test]
    fn pedantic_findings_are_shown_when_asked_for() {
        assert!(!config("").selection("x").shows("a", Persona::Pedantic));
        assert!(config("pedantic = true").selection("x").shows("a", Persona::Pedantic));
        assert!(config("select = ['a']").selection("x").shows("a", Persona::Pedantic));
        assert!(!config("select = ['a']").selection("x").shows("b", Persona::Regular));
    }

    #[test]
    fn excluded_paths_are_patterns_as_in_gitignore() {
        let config = config("exclude = ['old/', '*.draft.yaml']");
        assert!(config.excludes("old/a.yaml") && config.excludes("x/y.draft.yaml") && !config.excludes("a.yaml"));
    }
}
