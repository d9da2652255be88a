//! What exists besides the built-in tables: custom tables, functions and fields of `isoglot.toml` and of schema folders.

use super::config::{Config, Overrides};
use super::{Failure, input};
use crate::ir::{Column, Type};
use crate::rulefile::ReadContext;
use crate::schema::{Catalog, FieldType, SavedFunction, Table, suggest};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// What the working folder knows, read once a process.
static KNOWN: OnceLock<Catalog> = OnceLock::new();

/// Returns how rule files are read in the working folder: with the tables, functions and fields of its `isoglot.toml`.
pub(super) fn context() -> Result<ReadContext<'static>, Failure> {
    let known = if let Some(known) = KNOWN.get() {
        known
    } else {
        let read = catalog(&Config::load(&Overrides::default())?)?;
        KNOWN.get_or_init(|| read)
    };
    Ok(ReadContext { catalog: known, dialect: None })
}

/// A table schema as Azure-Sentinel's `.script/tests/KqlvalidationsTests/CustomTables` has it.
#[derive(Debug, Deserialize)]
struct TableFile {
    #[serde(alias = "name")]
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Properties", alias = "properties", alias = "columns")]
    properties: Vec<Property>,
}

/// What a file describes.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum SchemaFile {
    One(TableFile),
    Many(Vec<TableFile>),
    /// Types of event fields by index, as elastic/detection-rules' custom schemas have them.
    Fields(BTreeMap<String, BTreeMap<String, String>>),
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
            add_file(&file, &mut catalog)?;
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
    for (name, values) in &config.placeholders {
        catalog.add_placeholder(name, values.clone());
    }
    Ok(catalog)
}

fn columns_of(columns: &BTreeMap<String, Type>) -> Vec<Column> {
    columns.iter().map(|(name, ty)| Column::new(name, *ty)).collect()
}

/// How a file with schemas is written, by its ending.
#[derive(Clone, Copy)]
enum Form {
    /// One table or a list of them, as [`TableFile`] says; JSON is YAML too.
    Documents,
    /// A line a column: table, column, type.
    Lines,
}

fn form(path: &Path) -> Option<Form> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "json" | "yaml" | "yml" => Some(Form::Documents),
        "csv" => Some(Form::Lines),
        _ => None,
    }
}

/// A file itself, or the JSON, YAML and CSV files of a folder, sorted.
fn schema_files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let unreadable = |error: std::io::Error| Failure::new(format!("cannot read the schemas in `{}`: {error}", path.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if form(&file).is_some() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// Reads the tables or fields that a file describes.
fn add_file(path: &Path, catalog: &mut Catalog) -> Result<(), Failure> {
    let shown = path.display().to_string();
    let bytes = input::bytes(&shown)?;
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let unreadable = |error: String| Failure::new(format!("`{shown}` is no table schema: {error}"));
    let files = match form(path) {
        Some(Form::Lines) => lines(body).map_err(|error| unreadable(error.to_string()))?,
        _ => match serde_yaml::from_slice(body).map_err(|error| unreadable(error.to_string()))? {
            SchemaFile::One(table) => vec![table],
            SchemaFile::Many(tables) => tables,
            SchemaFile::Fields(indices) => return add_fields(&indices, &shown, catalog),
        },
    };
    for file in &files {
        catalog.add_table(table(file, &shown)?);
    }
    Ok(())
}

/// A field has one type wherever it stands: isoglot knows fields, not indices.
fn add_fields(indices: &BTreeMap<String, BTreeMap<String, String>>, path: &str, catalog: &mut Catalog) -> Result<(), Failure> {
    let mut known: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for (index, fields) in indices {
        for (name, ty) in fields {
            let Some(field) = FieldType::from_name(ty) else {
                return Err(Failure::new(format!("`{path}`: field `{name}` has the unknown type `{ty}`")));
            };
            if let Some((other, before)) = known.insert(name, (index, ty)).filter(|(_, before)| before != ty) {
                let message = format!("`{path}`: field `{name}` is `{before}` in `{other}` and `{ty}` in `{index}`");
                return Err(Failure::new(message).with_help("a field has one type in all indices"));
            }
            catalog.add_field(name, field);
        }
    }
    Ok(())
}

/// Reads lines `table,column,type` behind a header, in any order; further cells are passed over.
fn lines(body: &[u8]) -> Result<Vec<TableFile>, csv::Error> {
    let mut tables: Vec<TableFile> = Vec::new();
    for record in csv::ReaderBuilder::new().flexible(true).from_reader(body).records() {
        let record = record?;
        let cell = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
        let property = Property { name: cell(1), ty: cell(2) };
        match tables.iter_mut().find(|table| table.name == cell(0)) {
            Some(table) => table.properties.push(property),
            None => tables.push(TableFile { name: cell(0), properties: vec![property] }),
        }
    }
    Ok(tables)
}

fn table(file: &TableFile, path: &str) -> Result<Table, Failure> {
    let column = |property: &Property| {
        let name = property.ty.to_ascii_lowercase();
        let ty = Type::from_name(&name).or(match name.as_str() {
            "object" | "array" => Some(Type::Dynamic),
            "sbyte" => Some(Type::Bool),
            _ => None,
        });
        let known = ["string", "long", "int", "real", "bool", "datetime", "timespan", "guid", "decimal", "dynamic"];
        ty.map(|ty| Column::new(&property.name, ty)).ok_or_else(|| {
            let failure = Failure::new(format!("`{path}`: column `{}` has the unknown type `{}`", property.name, property.ty));
            match suggest(&name, known) {
                Some(near) => failure.with_help(format!("did you mean `{near}`?")),
                None => failure,
            }
        })
    };
    let columns: Result<Vec<Column>, Failure> = file.properties.iter().map(column).collect();
    Ok(Table { name: Arc::from(file.name.as_str()), columns: columns? })
}
