//! The one integration binary. Every file in `tests/` is a module here; `tidy` checks that none is forgotten.

mod cli;
mod docs;
mod event_languages;
mod kusto_binding;
mod kusto_conformance;
mod kusto_syntax;
mod lints;
mod mapping;
mod mapping_corpus;
mod reading;
mod tidy;
