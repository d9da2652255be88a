//! The keyword under which each operator is printed.

use super::ast::OperatorKind;

impl OperatorKind {
    /// Returns the keyword of the operator; "" for one that is not known.
    pub fn keyword(&self) -> &str {
        match self {
            Self::Where(_) => "where",
            Self::Extend(_) => "extend",
            Self::Project(_) => "project",
            Self::ProjectAway(_) => "project-away",
            Self::ProjectKeep(_) => "project-keep",
            Self::ProjectRename(_) => "project-rename",
            Self::ProjectReorder(_) => "project-reorder",
            Self::ProjectByNames(_) => "project-by-names",
            Self::Summarize { .. } => "summarize",
            Self::Distinct(_) => "distinct",
            Self::Count(_) => "count",
            Self::Take(_) => "take",
            Self::Top { .. } => "top",
            Self::TopHitters { .. } => "top-hitters",
            Self::TopNested(_) => "top-nested",
            Self::Sort(_) => "sort",
            Self::Sample(_) => "sample",
            Self::SampleDistinct { .. } => "sample-distinct",
            Self::Join { .. } => "join",
            Self::Lookup { .. } => "lookup",
            Self::Union(_) => "union",
            Self::MvExpand { .. } => "mv-expand",
            Self::MvApply { .. } => "mv-apply",
            Self::Parse { filter: false, .. } => "parse",
            Self::Parse { filter: true, .. } => "parse-where",
            Self::ParseKv { .. } => "parse-kv",
            Self::MakeSeries { .. } => "make-series",
            Self::Scan { .. } => "scan",
            Self::Partition { .. } => "partition",
            Self::PartitionBy { .. } => "__partitionby",
            Self::Fork(_) => "fork",
            Self::Facet { .. } => "facet",
            Self::Invoke(_) => "invoke",
            Self::Evaluate { .. } => "evaluate",
            Self::Find { .. } => "find",
            Self::Search { .. } => "search",
            Self::Reduce { .. } => "reduce",
            Self::Render { .. } => "render",
            Self::Serialize(_) => "serialize",
            Self::As(_) => "as",
            Self::Consume => "consume",
            Self::GetSchema => "getschema",
            Self::ExecuteAndCache => "__executeAndCache",
            Self::AssertSchema(_) => "assert-schema",
            Self::MacroExpand { .. } => "macro-expand",
            Self::Print(_) => "print",
            Self::Range { .. } => "range",
            Self::DataTable { .. } => "datatable",
            Self::ExternalData { .. } => "externaldata",
            Self::MakeGraph { .. } => "make-graph",
            Self::GraphMatch { shortest_paths: false, .. } => "graph-match",
            Self::GraphMatch { shortest_paths: true, .. } => "graph-shortest-paths",
            Self::Graph { keyword, .. } => keyword,
            Self::Unknown(_) => "",
        }
    }

    /// Tells whether the operator can stand inside an expression without parentheses.
    pub fn is_primary(&self) -> bool {
        matches!(self, Self::DataTable { .. } | Self::ExternalData { .. })
    }
}
