//! The one integration binary. Every file in `tests/` is a module here; `tidy` checks that none is forgotten.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test that fails says so by panicking, prints its figures and reads the corpora"
)]

mod binary;
mod cli;
mod convert;
mod corpus;
mod diff;
mod differential;
mod docs;
mod elastic_files;
mod elastic_to_others;
mod elastic_to_sigma;
mod engine;
mod eql;
mod esql;
mod event_languages;
mod explain;
mod ir;
mod kusto_binding;
mod kusto_conformance;
mod kusto_format;
mod kusto_messages;
mod kusto_syntax;
mod kusto_trees;
mod lints;
mod lucene;
mod mapping;
mod mapping_corpus;
mod mutations;
mod one_pass;
mod other_records;
mod pipelines;
mod reading;
mod real_rules;
mod regression_events;
mod revisions;
mod running;
mod seeds;
mod shapes;
mod sigma_checks;
mod sigma_rules;
mod tidy;
mod traps;
mod ways_back;
mod worlds;
