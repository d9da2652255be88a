//! How fast Elastic rules are read, checked and printed again, and EQL sequences run: figures per core. Plain text output.
//!
//! ```text
//! cargo bench --bench elastic_speed -- rules ../shared/corpus/elastic
//! cargo bench --bench elastic_speed -- sequence 1000000
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement reads its files and prints its figures; one that cannot should stop"
)]

use isoglot::check::check_rules;
use isoglot::emit::{Target, emit};
use isoglot::eval::{Provider, Refusal, Rows, Settings, run, table_io};
use isoglot::ir::{Column, Expr, Language, Named, Op, Plan, Schema, TableSource, Type};
use isoglot::lang::{eql, kuery, lucene};
use isoglot::mapping::Sources;
use isoglot::rulefile::{self, ReadContext};
use isoglot::schema::Catalog;
use isoglot::source::Span;
use serde_json::{Value as Json, json};
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["rules", folder] => rules(folder),
        ["sequence", events] => sequences(events.parse().unwrap()),
        _ => sequences(100_000),
    }
}

/// Reads, checks and prints every rule of a folder on one thread.
fn rules(folder: &str) {
    let files: Vec<String> = files(folder).into_iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let (catalog, sources) = (Catalog::builtin(), Sources::builtin());
    for _ in 0..3 {
        let start = Instant::now();
        let read: Vec<_> = files.iter().map(|text| rulefile::read("rule.toml", text, &ReadContext::builtin())).collect();
        let reading = start.elapsed();
        let checked: usize = read.iter().zip(&files).map(|(file, text)| check_rules(file, text, catalog).len()).sum();
        let checking = start.elapsed().saturating_sub(reading);
        for (file, text) in read.iter().zip(&files) {
            for rule in &file.rules {
                rule.queries.iter().for_each(|query| drop(black_box(printed(query.language, &query.text))));
                black_box(emit(rule, text, Target::Elastic, sources));
            }
        }
        let printing = start.elapsed().saturating_sub(reading + checking);
        let total = start.elapsed().as_secs_f64();
        println!(
            "{} files: {total:.2} s (read {:.2}, checked {:.2} with {checked} findings, printed {:.2})",
            files.len(),
            reading.as_secs_f64(),
            checking.as_secs_f64(),
            printing.as_secs_f64()
        );
    }
}

fn printed(language: Language, text: &str) -> Option<String> {
    match language {
        Language::Kuery => kuery::parse(text).ok().map(|tree| kuery::print(&tree)),
        Language::Lucene => lucene::parse(text).ok().map(|tree| lucene::print(&tree)),
        Language::Eql => eql::parse(text).ok().map(|tree| eql::print(&tree)),
        _ => None,
    }
}

fn files(folder: &str) -> Vec<PathBuf> {
    let mut open = vec![PathBuf::from(folder)];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            found.push(path);
        }
    }
    found
}

/// Queries over synthetic events: few and many open sequences, keys, a missing event, an ending.
const QUERIES: [&str; 4] = [
    "sequence by host.id with maxspan=1m [process where process.name == \"cmd.exe\"] [network where destination.port == 443]",
    "sequence by host.id, user.name with maxspan=5m [process where true] [file where file.extension : \"exe\"] [network where true]",
    "sequence by host.id with maxspan=30s [process where process.name : \"p*\"] ![network where true] [file where true]",
    "sequence by host.id [process where process.pid > 100] [network where true] until [process where process.name == \"exit\"]",
];

struct Events(Rows);

impl Provider for Events {
    fn scan(&self, _: &TableSource, _: &Schema) -> Result<Option<Rows>, Refusal> {
        Ok(Some(self.0.clone()))
    }
}

/// The places of the events of each sequence, which is what `isoglot query` asks for.
fn counted(plan: &Arc<Plan>) -> Arc<Plan> {
    let ordinals = Named { name: "ordinals".into(), expr: Expr::column("ordinals", Type::Unknown, Span::default()) };
    let schema = Schema::closed(vec![Column::new("ordinals", Type::Unknown)]);
    Plan::new(Op::Project { input: Arc::clone(plan), columns: vec![ordinals] }, schema, Span::default())
}

/// Runs the queries over as many events, made by a fixed rule.
fn sequences(count: usize) {
    let events: Vec<Json> = (0..count).map(event).collect();
    let provider = Events(Rows::from(table_io::from_events(&events)));
    let settings = Settings { threads: 1, ..Settings::at(0) };
    for query in QUERIES {
        let plan = counted(&eql::lower(&eql::parse(query).unwrap(), &TableSource::Index(vec!["logs-*".into()])));
        let start = Instant::now();
        let found = run(&plan, &provider, &settings).unwrap().rows.len();
        let seconds = start.elapsed().as_secs_f64();
        println!("{:.0} events/s, {found} sequences: {query}", count as f64 / seconds);
    }
}

/// An event of one of 200 hosts and 5 users, 50 a second; what it is has nothing to do with where and who.
fn event(number: usize) -> Json {
    const CATEGORIES: [&str; 3] = ["process", "network", "file"];
    const NAMES: [&str; 5] = ["cmd.exe", "powershell.exe", "bash", "exit", "nc"];
    let drawn = |salt: usize, below: usize| (mixed(number as u64 * 8 + salt as u64) % below as u64) as usize;
    let second = number / 50;
    let time = format!("2026-03-{:02}T{:02}:{:02}:{:02}Z", 1 + second / 86_400 % 28, second / 3_600 % 24, second / 60 % 60, second % 60);
    json!({
        "@timestamp": time,
        "event": {"category": [CATEGORIES[drawn(0, 3)]]},
        "host": {"id": format!("h{}", drawn(1, 200))},
        "user": {"name": format!("u{}", drawn(2, 5))},
        "process": {"name": NAMES[drawn(3, 5)], "pid": drawn(4, 5000)},
        "file": {"extension": if drawn(5, 7) == 0 { "exe" } else { "txt" }},
        "destination": {"port": if drawn(6, 5) == 0 { 443 } else { 80 }},
    })
}

/// `SplitMix64`: neighbours have nothing in common.
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
