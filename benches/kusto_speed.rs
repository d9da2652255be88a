//! How fast Kusto is parsed, and what very large queries cost: the half of `parse_speed.py` that is ours. One thread, plain text output.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement reads its files and prints its figures; one that cannot should stop"
)]

use isoglot::lang::kusto;
use std::hint::black_box;
use std::time::Instant;

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["corpus", file] => corpus(file),
        ["one", name] => one(name),
        _ => CASES.iter().for_each(|(name, _)| in_own_process(name)),
    }
}

/// Parses every query of a JSON Lines file, a few times over.
fn corpus(file: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    let query = |line| serde_json::from_str::<serde_json::Value>(line).unwrap()["query"].as_str().unwrap().to_owned();
    let queries: Vec<String> = text.lines().map(query).collect();
    let bytes: usize = queries.iter().map(String::len).sum();
    for _ in 0..5 {
        let start = Instant::now();
        for query in &queries {
            black_box(kusto::parse(black_box(query)));
        }
        let seconds = start.elapsed().as_secs_f64();
        let (rate, megabytes) = (queries.len() as f64 / seconds, bytes as f64 / seconds / 1e6);
        println!("{rate:.0} queries/s, {megabytes:.1} MB/s");
    }
}

/// What a case is called, and its query.
type Case = (&'static str, fn() -> String);

/// Large and broken queries. None may take more than two seconds or 500 MB.
const CASES: &[Case] = &[
    ("1 MB of open parentheses", || "(".repeat(1_000_000)),
    ("64 parentheses, closed, 10,000 times", || {
        format!("print {}", vec![format!("{}1{}", "(".repeat(64), ")".repeat(64)); 10_000].join(", "))
    }),
    ("10 MB list of `in`", || format!("T | where a in ({})", vec!["'0123456789'"; 770_000].join(", "))),
    ("10 MB of operators", || format!("T{}", " | where Account == 'x' and Count > 5 | extend y = strcat(a, b)".repeat(160_000))),
    ("10 MB of one string", || format!("print '{}'", "x".repeat(10_000_000))),
    ("10 MB of comments", || format!("T {}", "// nothing\n".repeat(900_000))),
    ("100,000 terms of `or`", || format!("T | where a == 0{}", " or a == 1".repeat(100_000))),
    ("10 MB of `dynamic`", || format!("print dynamic([{}])", vec!["{\"a\": 1}"; 1_000_000].join(", "))),
    ("10 MB of one union", || format!("union {}", vec!["(Logs | take 1)"; 600_000].join(", "))),
    ("10 MB of `let` statements", || format!("{}T", "let x = 1;\n".repeat(900_000))),
    ("10 MB of short strings", || format!("print {}", vec!["'0123456789'"; 770_000].join(" "))),
    ("10 MB of a chain of calls", || format!("print a{}", ".b(1)".repeat(2_000_000))),
    ("10 MB of indexes", || format!("print a{}", "[0]".repeat(3_300_000))),
    ("10 MB of sums", || format!("print 1{}", " + 1".repeat(2_500_000))),
    ("1 MB of open brackets of all kinds", || "([{".repeat(350_000)),
    ("10 MB of closing brackets", || ")".repeat(10_000_000)),
    ("11 MB that is no query", || "%&$ ".repeat(2_800_000)),
    ("11 MB of broken lists", || format!("T | where a in ({}", "'x' 'y', ".repeat(1_200_000))),
    ("100,000 broken statements", || "let x = ; ".repeat(100_000)),
    ("100,000 broken operators", || format!("T{}", " | where ==".repeat(100_000))),
    ("1 MB of `int(`, never closed", || "int(]".repeat(200_000)),
    ("10 MB of `-`", || format!("print {}1", "-".repeat(10_000_000))),
];

fn one(name: &str) {
    let Some((_, make)) = CASES.iter().find(|(case, _)| *case == name) else { return };
    let query = make();
    let start = Instant::now();
    let parsed = kusto::parse(&query);
    let seconds = start.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("").trim().trim_end_matches(" kB").parse::<usize>();
    let (size, memory) = (query.len() as f64 / 1e6, peak.unwrap_or(0) / 1000);
    println!("{name:<40} {size:>5.1} MB {seconds:>6.2} s {memory:>5} MB, {} findings", parsed.diagnostics.len());
}

/// Each case in a process of its own, so that its peak of memory is its own.
fn in_own_process(name: &str) {
    let me = std::env::current_exe().unwrap();
    let done = std::process::Command::new(me).args(["one", name]).status().unwrap();
    if !done.success() {
        println!("{name:<40} FAILED: {done}");
    }
}
