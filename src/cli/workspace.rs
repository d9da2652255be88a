//! What exists besides the built-in tables: custom tables, functions and fields of `isoglot.toml` and of schema folders.

use super::config::Config;
use super::{Failure, input};
use crate::ir::{Column, Type};
use crate::schema::{Catalog, FieldType, SavedFunction, Table, suggest};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A table schema as Azure-Sentinel's `.script/tests/KqlvalidationsTests/CustomTables` has it.
#[derive(Debug, Deserialize)]
struct TableFile {
    #[serde(alias = "name")]
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Properties", alias = "properties", alias = "columns")]
    properties: Vec<Property>,
}

#[derive(Debug, Deserialize)]
struct Property {
    #[serde(rename = "Name", alias = "name")]
    name: String,
    #[serde(rename = "Type", alias = "type")]
    ty: String,
}

/// Builds the catalog of a run.
pub(super) fn catalog(config: &Config) -> Result<Catalog, Failure> {
    let mut catalog = Catalog::default();
    for path in &config.schemas {
        for file in schema_files(&config.root.join(path))? {
            catalog.add_table(table_file(&file)?);
        }
    }
    for (name, columns) in &config.tables {
        catalog.add_table(Table { name: Arc::from(name.as_str()), columns: columns_of(columns) });
    }
    for (name, function) in &config.functions {
        catalog.add_function(SavedFunction {
            name: Arc::from(name.as_str()),
            parameters: function.parameters.iter().map(|p| Arc::from(p.as_str())).collect(),
            columns: function.columns.as_ref().map(columns_of),
        });
    }
    for (name, ty) in &config.fields {
        let Some(field) = FieldType::from_name(ty) else {
            return Err(Failure::new(format!("isoglot.toml: field `{name}` has the unknown type `{ty}`")));
        };
        catalog.add_field(name, field);
    }
    Ok(catalog)
}

fn columns_of(columns: &BTreeMap<String, Type>) -> Vec<Column> {
    columns.iter().map(|(name, ty)| Column::new(name, *ty)).collect()
}

/// A file itself, or the JSON files of a folder, sorted.
fn schema_files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let unreadable = |error: std::io::Error| Failure::new(format!("cannot read the schemas in `{}`: {error}", path.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn table_file(path: &Path) -> Result<Table, Failure> {
    let shown = path.display().to_string();
    let bytes = input::bytes(&shown)?;
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let file: TableFile = serde_json::from_slice(body).map_err(|error| Failure::new(format!("`{shown}` is no table schema: {error}")))?;
    let column = |property: &Property| {
        let name = property.ty.to_ascii_lowercase();
        let ty = Type::from_name(&name).or(match name.as_str() {
            "object" | "array" => Some(Type::Dynamic),
            "sbyte" => Some(Type::Bool),
            _ => None,
        });
        let known = ["string", "long", "int", "real", "bool", "datetime", "timespan", "guid", "decimal", "dynamic"];
        ty.map(|ty| Column::new(&property.name, ty)).ok_or_else(|| {
            let failure = Failure::new(format!("`{shown}`: column `{}` has the unknown type `{}`", property.name, property.ty));
            match suggest(&name, known) {
                Some(near) => failure.with_help(format!("did you mean `{near}`?")),
                None => failure,
            }
        })
    };
    let columns: Result<Vec<Column>, Failure> = file.properties.iter().map(column).collect();
    Ok(Table { name: Arc::from(file.name.as_str()), columns: columns? })
}
