//! The starter rules: read, translated, run on their fixtures. Figures over the corpora come from `../shared/score`.

use divan::{Bencher, black_box};
use isoglot::emit::{Target, emit};
use isoglot::ir::Rule;
use isoglot::mapping::Sources;
use isoglot::rulefile::{self, ReadContext};

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A starter rule and its file's text.
const RULES: [(&str, &str); 3] = [
    ("rule.yaml", include_str!("../rules/admin-sign-in-to-new-tenant/rule.yaml")),
    ("rule.toml", include_str!("../rules/client-new-to-user/rule.toml")),
    ("rule.yml", include_str!("../rules/failed-portal-sign-in/rule.yml")),
];

fn main() {
    divan::main();
}

fn read(name: &str, text: &str) -> Vec<Rule> {
    rulefile::read(name, text, &ReadContext::builtin()).rules
}

#[divan::bench(args = RULES)]
fn read_rule(bencher: Bencher<'_, '_>, (name, text): (&str, &str)) {
    bencher.bench(|| read(black_box(name), black_box(text)));
}

#[divan::bench(args = [Target::Sentinel, Target::Elastic, Target::Sigma])]
fn translate_all(bencher: Bencher<'_, '_>, target: Target) {
    let rules: Vec<(Rule, &str)> =
        RULES.iter().flat_map(|(name, text)| read(name, text).into_iter().map(move |rule| (rule, *text))).collect();
    bencher.bench(|| {
        for (rule, text) in &rules {
            black_box(emit(rule, text, target, Sources::builtin()));
        }
    });
}
