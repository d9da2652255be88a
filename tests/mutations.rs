//! Every reader on thousands of damaged texts: no panic, no hang, places inside the text. The damage is the same in each run.
//!
//! `ISOGLOT_MUTATIONS=1000000` tries more of them.

use isoglot::diagnostic::Diagnostic;
use isoglot::lang::{eql, esql, kuery, kusto, lucene};
use isoglot::rulefile::{self, ReadContext};
use isoglot::source;
use std::time::{Duration, Instant};

/// What reads a text, and texts to damage.
type Reader = (&'static str, fn(&str) -> Vec<Diagnostic>, &'static [&'static str]);

const READERS: &[Reader] = &[
    ("kusto", |text| kusto_and_back(text), KUSTO),
    ("kuery", |text| kuery::parse(text).err().into_iter().collect(), KUERY),
    ("eql", |text| eql::parse(text).err().into_iter().collect(), EQL),
    ("esql", |text| esql::parse(text).err().into_iter().collect(), ESQL),
    ("lucene", |text| lucene::parse(text).err().into_iter().collect(), LUCENE),
    ("sigma", |text| rulefile::read("rule.yml", text, &ReadContext::builtin()).diagnostics, SIGMA),
    ("toml rule", |text| rulefile::read("rule.toml", text, &ReadContext::builtin()).diagnostics, TOML),
    ("yaml", |text| source::yaml::parse(text).map_or_else(|_| Vec::new(), |_| Vec::new()), SIGMA),
    ("toml", |text| source::toml::parse(text).map_or_else(|_| Vec::new(), |_| Vec::new()), TOML),
];

const KUSTO: &[&str] = &[
    "let t = 1h; let f = (x:string, y:(*)) { T | where a == x }; Logs | where Time > ago(t) and Name has_any ('a', @\"b\\\") // c\n| summarize n=count(), arg_max(Time, *) by bin(Time, 5m), Host",
    "union isfuzzy=true withsource=S A*, (B | take 5), database('x').C | mv-expand p = parse_json(x)['a'].b[0] to typeof(string) limit 5",
    "T | join kind=leftanti hint.strategy=shuffle (U | project a, b) on $left.a == $right.b | parse kind=regex m with * 'x' y:long * | sort by a asc nulls first",
    "T | make-series n=count() default=0 on t from ago(1d) to now() step 1h by h | scan with (step s1 output=all: a == 1 => b = 2; step s2: true;)",
    "T | mv-apply e = es on (where e.k == 1 | take 1) | partition by a (top 3 by b) | fork x=(count) (take 5) | facet by a with (take 1)",
    "print d=dynamic({'a': [1, -2.5, null, {\"b\": true}]}), datetime(2020-01-01), 1.5h, h'x', ```raw```, guid(a), -x.y(1)",
    "datatable(a:string, b:int)['x', 1, 'y', 2] | graph-match (n)-[e*1..3]->(m) where n.a == m.a project n.a | search in (T*) 'x' and a:'y'",
    "T | where not(a !in~ ('b')) or c between (1 .. 5) or d matches regex @'x' | evaluate bag_unpack(x, 'p_') : (*, a:string) | render timechart with (title='t')",
];
const KUERY: &[&str] = &["a.b : (\"x y\" or z*) and not c >= 5 and d : { e : true and f: * }", "\\(a\\) or b : \\\"q\\\" and (c : 1)"];
const EQL: &[&str] = &[
    "sequence by host.id with maxspan=5m [process where process.name in~ (\"a\", \"b*\") and not user.id == null] [any where true] until [file where x > 5]",
    "process where wildcard(a, \"?x*\") and (b == 1 or c like~ (\"d\", \"e\")) | head 5",
];
const ESQL: &[&str] = &[
    "from logs-*, metrics-* metadata _id, _index | where a.b == \"x\" and not c in (1, -2.5) | stats n = count(*), m = max(t) by bucket(t, 5 minutes), `odd name` // c",
    "row a = [1, 2], b = \"\"\"raw\"\"\" | eval d = case(a > 1, to_string(b), null)::keyword | grok b \"%{IP:ip} %{WORD:w}\" | dissect b \"%{x} %{y}\" | enrich p on ip with q = r",
    "from a | keep x*, y | rename y as z | sort z desc nulls last, x | mv_expand z | drop x | limit 5 | where z like \"a*\" or z rlike \"b.\" or z is not null",
];
const LUCENE: &[&str] = &["a:(b OR \"c d\"~2) AND NOT e:[1 TO 5} +f:/re.*x/ -g:h* _exists_:i^2"];
const SIGMA: &[&str] = &[
    "title: T\nid: 6f0f5a8e-1111-4c8e-9c3e-000000000001\nlogsource:\n  product: windows\n  category: process_creation\ndetection:\n  a:\n    Image|endswith:\n      - '\\a.exe'\n      - \"b\"\n    CommandLine|contains|all: [x, 'y z']\n  keywords: [1, two]\n  condition: 1 of a* and not (keywords or a)\n",
    "a: &x {b: 1, c: [*x, ~]}\nd: |\n  text\n\n  more\ne: >-\n  folded\n  text\n# comment\nf: !!str 1\n",
];
const TOML: &[&str] = &[
    "[rule]\nname = \"N\"\ntype = \"eql\"\nlanguage = \"eql\"\nquery = '''\nprocess where true\n'''\nrisk_score = 21\n[[rule.threat]]\nframework = \"MITRE ATT&CK\"\n",
    "a = [1, 2.5, {b = \"\\u00e9\"}]\nc.d = 1979-05-27T07:32:00Z\n\"e f\" = \"\"\"\nx \\\n y\"\"\"\n",
];

/// Words that damage more than single characters do.
const PIECES: &[&str] = &[
    "(", ")", "[", "]", "{", "}", "'", "\"", "```", "\\", "|", ";", "\n", " ", "// ", "*", "..", "and ", "not ", "\u{feff}", "é", "\0",
    "--", "=", ":",
];

fn kusto_and_back(text: &str) -> Vec<Diagnostic> {
    let parsed = kusto::parse(text);
    if parsed.diagnostics.is_empty() {
        let printed = kusto::print(&parsed.query);
        assert_eq!(kusto::parse(&printed).diagnostics, [], "printed: {printed}");
        assert!(kusto::format(text, &kusto::FormatOptions::default()).is_ok(), "not formatted: {text}");
    }
    parsed.diagnostics
}

/// A generator of numbers that are the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// Damages a text in up to four places.
fn damaged(text: &str, numbers: &mut Numbers) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(chars.len() + 1);
        let end = (at + numbers.below(12)).min(chars.len());
        match numbers.below(5) {
            0 => drop(chars.drain(at..end)),
            1 => drop(chars.splice(at..at, PIECES[numbers.below(PIECES.len())].chars().collect::<Vec<_>>())),
            2 => drop(chars.splice(at..at, chars[at..end].to_vec())),
            3 => chars.truncate(at),
            _ if at < end => chars.swap(at, end - 1),
            _ => {}
        }
    }
    chars.into_iter().collect()
}

#[test]
fn damaged_texts_are_read_without_panic_or_hang() {
    let all = std::env::var("ISOGLOT_MUTATIONS").ok().and_then(|number| number.parse().ok()).unwrap_or(16_000_usize);
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    let mut slowest = (Duration::ZERO, String::new());
    for round in 0..all {
        let (name, read, seeds) = READERS[round % READERS.len()];
        let text = damaged(seeds[numbers.below(seeds.len())], &mut numbers);
        let start = Instant::now();
        let findings = std::panic::catch_unwind(|| read(&text)).unwrap_or_else(|_| panic!("{name} panicked on {text:?}"));
        if start.elapsed() > slowest.0 {
            slowest = (start.elapsed(), text.clone());
        }
        for found in findings {
            assert!(text.contains('`') || !found.message.contains("``"), "{name}: {} in {text:?}", found.message);
            assert!(found.primary.span.end as usize <= text.len(), "{name}: {found:?} in {text:?}");
        }
    }
    eprintln!("{all} damaged texts read; the slowest took {:?}: {:?}", slowest.0, slowest.1);
    assert!(slowest.0 < Duration::from_secs(20), "hangs on {:?}", slowest.1);
}
