//! Kusto, the query language of Sentinel, Defender and Log Analytics: read, resolved, walked, printed, laid out.
//!
//! [`parse`] never fails: a query with errors gives as much of a tree as there is, and a diagnostic for each broken operator.
//!
//! ```
//! use isoglot::lang::kusto;
//!
//! let parsed = kusto::parse("SigninLogs | where ResultType = 0 and | summarise count() by UserId");
//! let told: Vec<&str> = parsed.diagnostics.iter().map(|found| found.code).collect();
//! assert_eq!(told, ["syntax-error", "unknown-operator"]);
//! ```
//!
//! [`lower`] binds names and types, and gives the plan with the columns that come out:
//!
//! ```
//! use isoglot::lang::kusto::{self, Environment};
//! use isoglot::schema::Catalog;
//!
//! let text = "SigninLogs | summarize count() by UserPrincipalName";
//! let bound = kusto::lower(&kusto::parse(text).query, text, &Environment::new(Catalog::builtin()));
//! let plan = bound.plan.ok_or("no plan")?;
//! let columns: Vec<&str> = plan.schema.columns.iter().map(|column| &*column.name).collect();
//! assert_eq!(columns, ["UserPrincipalName", "count_"]);
//! # Ok::<(), &str>(())
//! ```
//!
//! [`walk`] visits every node of a tree; here, the calls of a query:
//!
//! ```
//! use isoglot::lang::kusto::{self, ast::ExprKind, walk::Node};
//!
//! let query = kusto::parse("T | where Time > ago(1h) | extend d = strlen(tostring(x))").query;
//! let mut called = Vec::new();
//! query.walk(&mut |node| {
//!     if let Node::Expr(expr) = node
//!         && let ExprKind::Call(call) = &expr.kind
//!     {
//!         called.push(call.name.text.clone());
//!     }
//! });
//! assert_eq!(called, ["ago", "strlen", "tostring"]);
//! ```
//!
//! [`print()`] writes a tree, [`format()`] lays out a text and keeps its comments:
//!
//! ```
//! use isoglot::lang::kusto::{self, FormatOptions};
//!
//! let text = "T|filter a==1 // why\n|limit 5";
//! assert_eq!(kusto::print(&kusto::parse(text).query), "T\n| where a == 1\n| take 5");
//! assert_eq!(kusto::format(text, &FormatOptions::default()).as_deref(), Ok("T\n| filter a == 1 // why\n| limit 5"));
//! ```

pub mod ast;

mod format;
mod keywords;
mod layout;
pub mod lower;
mod names;
mod parse;
mod print;
mod raise;
mod spelling;
mod tokens;
pub mod walk;

pub use format::format;
pub use layout::FormatOptions;
pub use lower::{Environment, Lowered, lower};
pub use parse::{Parsed, parse};
pub use print::{on_one_line, print};
pub use raise::raise;
