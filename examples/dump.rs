use std::io::Write;
fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let mut out = std::io::BufWriter::new(std::fs::File::create(std::env::args().nth(2).unwrap()).unwrap());
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let parsed = isoglot::lang::kusto::parse(row["query"].as_str().unwrap());
        let errors: Vec<String> = parsed.diagnostics.iter().map(|d| format!("{}@{} {}", d.code, d.primary.span.start, d.message)).collect();
        writeln!(out, "{}\t{:?}\t{:?}", row["id"], errors, parsed.query).unwrap();
    }
}
