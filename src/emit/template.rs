//! The envelopes of rule files: minijinja templates in `targets/<name>/`, with filters that write YAML and TOML scalars.

use crate::source::{toml_write, yaml_write};
use minijinja::{Environment, Error, UndefinedBehavior};
use serde::Serialize;
use std::sync::LazyLock;

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_keep_trailing_newline(true);
    environment.add_filter("yaml", |text: String| yaml_write::scalar(&text));
    environment.add_filter("yaml_block", |text: String, indent: usize| yaml_write::block(&text, indent));
    environment.add_filter("toml", |text: String| toml_write::string(&text));
    environment.add_filter("toml_multiline", |text: String| toml_write::multiline(&text));
    environment.add_filter("toml_query", |text: String| toml_write::literal_multiline(&text));
    environment
});

/// Fills a template.
///
/// # Errors
/// A template that does not parse or asks for a field that is not there: a defect of `targets/`, which a test shows.
pub(super) fn render(source: &str, context: impl Serialize) -> Result<String, Error> {
    ENVIRONMENT.render_str(source, context)
}
