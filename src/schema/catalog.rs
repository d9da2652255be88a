//! Tables, saved functions and event fields, built in and custom.
//!
//! It says what exists and of what type; it does not read configuration or files.

use super::fields::FieldType;
use super::records::Records;
use crate::ir::{Column, Type};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, LazyLock};

static TABLES: Records = Records(include_str!("data/tables.txt"));
static FUNCTIONS: Records = Records(include_str!("data/functions.txt"));
static FIELDS: Records = Records(include_str!("data/fields.txt"));

/// The columns that Log Analytics adds to every table
/// (<https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns>).
static STANDARD: &str = "SourceSystem:s\tTenantId:s\tTimeGenerated:t\tType:s\t_BilledSize:r\t_IsBillable:s\t_ItemId:s\t_ResourceId:s\t_SubscriptionId:s\t_TimeReceived:t";

/// A table of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: Arc<str>,
    /// Its columns in order.
    pub columns: Vec<Column>,
}

/// A saved function of a workspace. All parameters are optional, of any type; what comes out is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedFunction {
    /// Its name.
    pub name: Arc<str>,
    /// Names of its parameters in order.
    pub parameters: Vec<Arc<str>>,
    /// The columns that come out, where they are known.
    pub columns: Option<Vec<Column>>,
}

/// What is known of tables, saved functions and event fields. Custom entries hide built-in ones of the same name.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    tables: BTreeMap<Arc<str>, Table>,
    functions: BTreeMap<Arc<str>, SavedFunction>,
    fields: BTreeMap<Arc<str>, FieldType>,
    placeholders: BTreeMap<Arc<str>, Vec<String>>,
}

impl Catalog {
    /// Returns the catalog without custom entries.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Catalog> = LazyLock::new(Catalog::default);
        &BUILTIN
    }

    /// Adds a custom table.
    pub fn add_table(&mut self, table: Table) {
        self.tables.insert(Arc::clone(&table.name), table);
    }

    /// Adds a custom saved function.
    pub fn add_function(&mut self, function: SavedFunction) {
        self.functions.insert(Arc::clone(&function.name), function);
    }

    /// Adds the type of an event field.
    pub fn add_field(&mut self, name: impl AsRef<str>, field: FieldType) {
        self.fields.insert(Arc::from(name.as_ref()), field);
    }

    /// Adds the list that `%name%` stands for in Sigma rules.
    pub fn add_placeholder(&mut self, name: impl AsRef<str>, values: Vec<String>) {
        self.placeholders.insert(Arc::from(name.as_ref()), values);
    }

    /// Returns the list that `%name%` stands for in Sigma rules.
    pub fn placeholder(&self, name: &str) -> Option<&[String]> {
        self.placeholders.get(name).map(Vec::as_slice)
    }

    /// Returns the table of that name; names are case-sensitive, as in Kusto.
    pub fn table(&self, name: &str) -> Option<Table> {
        if let Some(table) = self.tables.get(name) {
            return Some(table.clone());
        }
        let fields = TABLES.find(name)?;
        Some(Table { name: Arc::from(name), columns: columns(fields) })
    }

    /// Tells whether a table of that name exists.
    pub fn has_table(&self, name: &str) -> bool {
        self.tables.contains_key(name) || TABLES.find(name).is_some()
    }

    /// Returns the names of all tables.
    pub fn table_names(&self) -> impl Iterator<Item = &str> + use<'_> {
        self.tables.keys().map(|name| &**name).chain(builtin_keys(TABLES))
    }

    /// Returns the saved function of that name.
    pub fn function(&self, name: &str) -> Option<SavedFunction> {
        if let Some(function) = self.functions.get(name) {
            return Some(function.clone());
        }
        let parameters = FUNCTIONS.find(name)?.map(Arc::from).collect();
        Some(SavedFunction { name: Arc::from(name), parameters, columns: None })
    }

    /// Returns the names of all saved functions.
    pub fn function_names(&self) -> impl Iterator<Item = &str> + use<'_> {
        self.functions.keys().map(|name| &**name).chain(builtin_keys(FUNCTIONS))
    }

    /// Returns the type of an ECS, beats or custom event field.
    pub fn field(&self, name: &str) -> Option<FieldType> {
        self.fields.get(name).copied().or_else(|| FieldType::from_name(FIELDS.find(name)?.next()?))
    }

    /// Returns the custom event fields with their types.
    pub fn custom_fields(&self) -> impl Iterator<Item = (&str, FieldType)> {
        self.fields.iter().map(|(name, field)| (&**name, *field))
    }

    /// Returns the names of the event fields that begin with a text, as `process.`.
    pub fn field_names_under<'a>(&'a self, start: &str) -> impl Iterator<Item = &'a str> {
        let custom = self.fields.range::<str, _>((Bound::Included(start), Bound::Unbounded)).map(|(name, _)| &**name);
        custom.take_while(move |name| name.starts_with(start)).chain(FIELDS.keys_under(start).map(|key| -> &'a str { key }))
    }

    /// Returns the names of all event fields.
    pub fn field_names(&self) -> impl Iterator<Item = &str> + use<'_> {
        self.fields.keys().map(|name| &**name).chain(builtin_keys(FIELDS))
    }
}

/// Returns the keys as names of any lifetime, so that they can follow custom names.
fn builtin_keys<'a>(records: Records) -> impl Iterator<Item = &'a str> {
    records.keys().map(|key| -> &'a str { key })
}

/// Reads `name:letter` fields; `+` stands for the standard columns that are not there yet.
fn columns(fields: impl Iterator<Item = &'static str>) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for field in fields {
        if field == "+" {
            for column in STANDARD.split('\t').filter_map(column) {
                if !columns.iter().any(|known| known.name == column.name) {
                    columns.push(column);
                }
            }
        } else {
            columns.extend(column(field));
        }
    }
    columns
}

fn column(field: &str) -> Option<Column> {
    let (name, letter) = field.rsplit_once(':')?;
    let ty = match letter {
        "b" => Type::Bool,
        "i" => Type::Int,
        "l" => Type::Long,
        "r" => Type::Real,
        "m" => Type::Decimal,
        "t" => Type::DateTime,
        "p" => Type::TimeSpan,
        "g" => Type::Guid,
        "d" => Type::Dynamic,
        _ => Type::String,
    };
    Some(Column::new(name, ty))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_is_found_by_its_key() {
        for records in [TABLES, FUNCTIONS, FIELDS] {
            assert!(records.keys().all(|key| records.find(key).is_some()));
            assert!(records.0.ends_with('\n'));
        }
    }

    #[test]
    fn a_table_has_its_own_and_the_standard_columns() {
        let Some(table) = Catalog::builtin().table("SigninLogs") else { panic!("SigninLogs is missing") };
        let of = |name: &str| table.columns.iter().filter(|c| &*c.name == name).map(|c| c.ty).collect::<Vec<_>>();
        assert_eq!(of("ResultType"), [Type::String]);
        assert_eq!(of("TimeGenerated"), [Type::DateTime]);
        assert_eq!(of("LocationDetails"), [Type::Dynamic]);
        assert_eq!(of("_ItemId"), [Type::String]);
        assert!(Catalog::builtin().table("signinlogs").is_none());
    }

    #[test]
    fn custom_entries_hide_builtin_ones() {
        let mut catalog = Catalog::default();
        catalog.add_table(Table { name: "SigninLogs".into(), columns: vec![Column::new("Only", Type::Long)] });
        assert_eq!(catalog.table("SigninLogs").map(|t| t.columns.len()), Some(1));
        assert!(catalog.table("AuditLogs").is_some());
    }

    #[test]
    fn saved_functions_and_fields_are_known() {
        let catalog = Catalog::builtin();
        assert!(catalog.function("_Im_Authentication").is_some_and(|f| f.parameters.iter().any(|p| &**p == "starttime")));
        assert_eq!(catalog.field("source.ip").map(|f| f.kind), Some(super::super::FieldKind::Ip));
        assert_eq!(catalog.field("event.category").map(|f| f.array), Some(true));
        assert!(catalog.field("no.such.field").is_none());
    }
}
