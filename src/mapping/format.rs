//! The file format of `targets/sources/*.toml`: one log source, every dialect side by side.
//!
//! ```toml
//! name = "entra-audit"
//! title = "Microsoft Entra ID audit logs"
//! cite = "pipeline"                # the page of every entry that names none
//! sigma_fields = "sentinel"        # Sigma rules use the names of Sentinel's columns
//! fields = [
//!   { sentinel = ["Category", "string"], elastic = ["azure.auditlogs.properties.category", "keyword"] },
//! ]
//! [cites]
//! pipeline = "https://…"
//! [elastic]
//! index = ["logs-azure.auditlogs-*"]
//! dataset = { field = "event.dataset", value = "azure.auditlogs" }
//! [[part]]                         # one Sentinel table
//! id = "audit"
//! table = "AuditLogs"
//! sigma = [{ product = "azure", service = "auditlogs" }]
//! ```
//!
//! Paths: `Column.member[0]` in Sentinel and Sigma, `a.b.0` in Elastic; `[*]` and `.*.` stand for any element's number, `.**` at the
//! end for anything below.
//! It holds no behaviour: reading is in `load`, meaning in `transform` and `plan`.

use super::computed::Computed;
pub use super::constant::{Constant, Sides};
use super::part_index::PartIndex;
use super::path::Path;
use super::rows::Rows;
use crate::ir::{Dialect, Expr, Type};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// A log source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name in output: `entra-sign-in`.
    pub name: Arc<str>,
    /// What it is, in words.
    pub title: String,
    /// What it reports, where other sources report the same through other sensors: a rule that reads several of them is translated to
    /// the first of those that say most of its conditions.
    pub activity: Option<String>,
    /// Whose names Sigma rules use for fields without a `sigma` name of their own.
    #[serde(default)]
    pub sigma_fields: SigmaNames,
    /// The cited page of entries that name none.
    pub cite: String,
    /// Fields side by side; the preferred entry of a name first.
    pub fields: Vec<Field>,
    /// Elastic fields that follow from several of Sentinel's.
    #[serde(default, rename = "derived")]
    pub derived: Vec<Derived>,
    /// Its place among the sources of one activity, lower first.
    #[serde(default)]
    pub rank: u8,
    /// Rows that say more of an event than its own.
    #[serde(default)]
    pub rows: BTreeMap<String, Rows>,
    /// Cited pages by key.
    pub cites: BTreeMap<String, String>,
    /// The Elastic side, if there is one.
    pub elastic: Option<ElasticSide>,
    /// The tables and log sources that make up the source.
    #[serde(rename = "part")]
    pub parts: Vec<Arc<Part>>,
    /// Values that none of its events have, since another source's events in the same table have them.
    #[serde(default)]
    pub except: Sides,
    /// The same event in every dialect.
    #[serde(default, rename = "example")]
    pub examples: Vec<Example>,
}

/// Whose field names Sigma rules use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SigmaNames {
    /// Only those that entries name.
    #[default]
    Own,
    /// Sentinel's, where an entry names none.
    Sentinel,
}

/// One field side by side.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the file format")]
pub struct Field {
    /// Column or path into a dynamic column, with its Kusto type.
    pub sentinel: Option<(Path, Type)>,
    /// Field with its Elasticsearch type.
    pub elastic: Option<(Path, ElasticType)>,
    /// Sigma name.
    pub sigma: Option<Path>,
    /// Parts that have the field; none named means all.
    #[serde(default)]
    pub parts: Vec<String>,
    /// Enumerated values: Sentinel's, Elastic's (Sigma's in an entry without Elastic). `*` on Sentinel's side stands for every other
    /// value.
    #[serde(default)]
    pub values: Vec<(Constant, Constant)>,
    /// The other dialects hold only this part of the text that `whole` names the holder of.
    pub part_of: Option<(String, End)>,
    /// Who holds the whole text: Sentinel, and Sigma with it, where nobody is named.
    pub whole: Option<Side>,
    /// Elastic holds an array of the text's words (`process.args` of a command line).
    #[serde(default)]
    pub words: bool,
    /// Sigma holds numbers as Sysmon renders them (`DWORD (0x00000001)`), the others their decimal digits.
    #[serde(default)]
    pub dword: bool,
    /// Pieces of text that Sentinel spells in another way than the others do (`HKEY_USERS`, `HKU`): Sentinel's, theirs.
    #[serde(default)]
    pub spellings: Vec<(String, String)>,
    /// Elastic's number is Sentinel's times this.
    pub factor: Option<i64>,
    /// Elastic holds Sentinel's text in lower case.
    #[serde(default)]
    pub lower: bool,
    /// Elastic holds an array of which Sentinel has the JSON text.
    #[serde(default)]
    pub array: bool,
    /// Elastic holds the text of Sentinel's JSON as Java prints maps.
    #[serde(default)]
    pub printed_map: bool,
    /// The column at the head of Sentinel's path is a text, of which the value is the first group of this expression.
    pub extract: Option<String>,
    /// The rows that have the column, where the event's own row has it not.
    pub rows: Option<String>,
    /// The column at the head of Sentinel's path (or what is taken out of it) is an address, of which the value is the place that Kusto
    /// knows: the path's member of what `geo_info_from_ip_address` returns.
    #[serde(default)]
    pub geo: bool,
    /// The Sentinel column that Elastic takes the value of where the entry's own column is empty.
    pub otherwise: Option<Path>,
    /// The Sentinel column within which alone the value names one thing: a key over the field takes that column along.
    pub within: Option<Path>,
    /// The Sentinel columns that together name the thing within `within`, for events that are tied to others which lack the entry's
    /// own column.
    #[serde(default)]
    pub named_by: Vec<(Path, Type)>,
    /// Sigma rules have this name for what another entry names: rules and events of the other dialects are mapped by that one.
    #[serde(default)]
    pub alias: bool,
    /// Key of the cited page.
    pub cite: Option<String>,
    /// How sure the pairing is.
    #[serde(default)]
    pub confidence: Confidence,
    /// What a reader of the entry should know.
    pub note: Option<String>,
    /// How Kusto computes it, where it is no column.
    #[serde(skip)]
    pub(super) computed: Option<Computed>,
}

/// Which side of a separator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// Before its first occurrence; a text without it is this part.
    First,
    /// After its first occurrence.
    Last,
    /// Before its last occurrence, of a text that always has one: a folder.
    Head,
    /// After its last occurrence, of a text that always has one: a file's name.
    Tail,
    /// After its last occurrence in the last part of a path, which may have none: a file's extension.
    Suffix,
}

/// Who holds a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Sentinel's column.
    Sentinel,
    /// Elastic's field.
    Elastic,
    /// Sigma's field.
    Sigma,
}

/// How sure a pairing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The cited page names both sides.
    #[default]
    Read,
    /// It follows from a general rule of the cited page, for instance "every key becomes snake case".
    Derived,
    /// Sigma rules use a name that no product has; the values that they look for are those of the cited page. Every use is a named loss.
    Assumed,
}

/// Elasticsearch field types as far as mapping tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ElasticType {
    /// `keyword`, `constant_keyword`.
    Keyword,
    /// `wildcard`.
    Wildcard,
    /// `text`, `match_only_text`.
    Text,
    /// `ip`.
    Ip,
    /// `boolean`.
    Boolean,
    /// `long` and other integers.
    Long,
    /// `float`, `double`.
    Float,
    /// `date`.
    Date,
}

/// An Elastic field whose value follows from several of Sentinel's: `event.outcome` from an error code and a message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    /// The Elastic field.
    pub elastic: String,
    /// Each value with the condition, a kuery over Sentinel's fields, under which the field has it.
    pub values: BTreeMap<String, String>,
    /// Whether the conditions compare texts without regard to case.
    #[serde(default)]
    pub ignore_case: bool,
    /// Parts that have the field; none named means all.
    #[serde(default)]
    pub parts: Vec<String>,
    /// Whether events may have other values than those listed.
    #[serde(default)]
    pub open: bool,
    /// The condition under which the field has a value, whichever.
    pub present: Option<String>,
    /// Key of the cited page.
    pub cite: Option<String>,
    /// What a reader of the entry should know.
    pub note: Option<String>,
    /// The conditions, read once, by their texts.
    #[serde(skip)]
    pub(super) read: OnceLock<BTreeMap<String, Option<Expr>>>,
}

/// Where Elastic keeps the source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ElasticSide {
    /// Index patterns that hold this source only; the first one is written into rules.
    pub index: Vec<Arc<str>>,
    /// Index patterns that hold other sources too; the query's own data set decides.
    #[serde(default)]
    pub shared_index: Vec<Arc<str>>,
    /// The field that tells the source from others in a shared index.
    pub dataset: Option<Dataset>,
    /// Fields that have one value in every event of the source.
    #[serde(default)]
    pub constants: BTreeMap<String, Constant>,
}

/// The field that names a data set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// `event.dataset`.
    pub field: String,
    /// `azure.signinlogs`.
    pub value: String,
    /// Other fields with the same value.
    #[serde(default)]
    pub also: Vec<String>,
    /// Rules that do not name the data set are mapped by a source of many vendors, which holds the same events.
    #[serde(default)]
    pub by_name: bool,
    /// Key of the cited page.
    pub cite: Option<String>,
}

/// One table of a source, or one category of its events.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the file format")]
pub struct Part {
    /// Its name inside the file.
    pub id: String,
    /// Sentinel table.
    pub table: Option<Arc<str>>,
    /// A second place of the same events: rules that name it are read, none is written to it.
    #[serde(default)]
    pub secondary: bool,
    /// Sigma rules have this log source for events that other parts hold: rules of the other dialects are mapped by those.
    #[serde(default)]
    pub alias: bool,
    /// Only rules of Elastic are mapped by it: other parts hold the same events for the others.
    #[serde(default)]
    pub elastic_only: bool,
    /// Of the other dialects those rules are mapped by it that ask for all that selects it.
    #[serde(default)]
    pub when_selected: bool,
    /// The product whose own records of the same events the table holds, for want of a table of the source's: rules of Elastic are
    /// written to it where another part has no table, and that loss is named.
    pub record_of: Option<String>,
    /// What it reports, where that is another thing than the source's own `activity`.
    pub activity: Option<String>,
    /// The Sentinel data connector that fills the table, by its id in Azure-Sentinel.
    pub connector: Option<String>,
    /// Columns that hold JSON as text in this table.
    #[serde(default)]
    pub json_text: Vec<String>,
    /// Sigma log sources, the preferred one first.
    #[serde(default)]
    pub sigma: Vec<LogSource>,
    /// What tells its events from the other events of the same table, data set or log source.
    #[serde(default)]
    pub select: Sides,
    /// What holds for all of its events.
    #[serde(default)]
    pub facts: Sides,
    /// Values that other parts of the same table have and this one never has.
    #[serde(default)]
    pub except: Sides,
    /// Elastic fields that its events have and no entry maps, where entries map them for other parts.
    #[serde(default)]
    pub unmapped: Vec<Path>,
    /// Whether Elastic's data set has its events.
    #[serde(default = "yes")]
    pub elastic: bool,
    /// Key of the cited page.
    pub cite: String,
    /// What is asked of it again and again.
    #[serde(skip)]
    pub(super) index: PartIndex,
}

fn yes() -> bool {
    true
}

/// A Sigma log source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSource {
    /// `category:`
    pub category: Option<Arc<str>>,
    /// `product:`
    pub product: Option<Arc<str>>,
    /// `service:`
    pub service: Option<Arc<str>>,
}

/// The same event in every dialect, as JSON text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The part it belongs to.
    pub part: String,
    /// Keys of the cited pages.
    pub cites: Vec<String>,
    /// The row in Sentinel.
    pub sentinel: Option<String>,
    /// The document in Elastic.
    pub elastic: Option<String>,
    /// The flat event of Sigma.
    pub sigma: Option<String>,
}

/// Tells whether a dialect is Sentinel's, as a rule or a bare query.
pub(super) fn is_kusto(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::Sentinel | Dialect::Kql)
}

impl ElasticType {
    /// Tells whether values are texts.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Keyword | Self::Wildcard | Self::Text | Self::Ip)
    }

    /// Returns the type that queries over the field compute with.
    pub fn kusto(self) -> Type {
        match self {
            Self::Boolean => Type::Bool,
            Self::Long => Type::Long,
            Self::Float => Type::Real,
            Self::Date => Type::DateTime,
            Self::Keyword | Self::Wildcard | Self::Text | Self::Ip => Type::String,
        }
    }
}
