//! Where the rows of a scan come from.

use super::Expr;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Where a table's rows come from.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TableSource {
    /// A table of the workspace: `SigninLogs`.
    Table(Arc<str>),
    /// An Elastic index pattern list: `logs-azure.signinlogs-*`.
    Index(Vec<Arc<str>>),
    /// A Sigma log source.
    LogSource {
        /// `category:`
        category: Option<Arc<str>>,
        /// `product:`
        product: Option<Arc<str>>,
        /// `service:`
        service: Option<Arc<str>>,
    },
    /// A watchlist by alias (`_GetWatchlist`).
    Watchlist(Arc<str>),
    /// A saved function, for instance an ASIM parser; rows come from the fixture.
    Function {
        /// Its name.
        name: Arc<str>,
        /// Constant arguments as written.
        args: Vec<Expr>,
    },
    /// Data behind URLs (`externaldata`).
    External {
        /// The URLs.
        urls: Vec<Arc<str>>,
        /// Format name (`csv`, `multijson`, …), if said or implied by the ending.
        format: Option<Arc<str>>,
        /// Whether the first record is a header.
        skip_first: bool,
    },
}
