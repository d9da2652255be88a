//! Structure and precedence: our syntax trees against Microsoft's, over the whole corpus (`kusto-trees.jsonl.gz`).
//!
//! Both are brought to one form: a node is its keyword or sign, clauses are part of what they belong to. Not compared, because the one or the
//! other does not keep it as nodes: names that are declared, types, the pieces of `parse` and graph patterns, keys of JSON, sort directions.

use super::corpus::{rows, shared};
use isoglot::lang::kusto::ast::{Expr, ExprKind, Json, LiteralKind, StatementKind};
use isoglot::lang::kusto::{self, walk::Node};
use std::collections::HashMap;
use std::io::Read;

/// A tree in the common form.
#[derive(Clone, Debug, PartialEq)]
struct Tree {
    label: String,
    children: Vec<Tree>,
}

fn tree(label: &str, children: Vec<Tree>) -> Tree {
    Tree { label: label.to_owned(), children }
}

/// What stands for adjacent strings, whose parts Microsoft's file does not hold.
const SOME_STRING: &str = "some string";

/// Kinds of nodes, what they are called here, and how many of their first children are names that are not compared.
/// A kind without a label is a clause: its children are its parent's. All operators that are not here are called as their first word is.
const KINDS: &[(&str, &str, usize)] = &[
    ("LetStatement", "let", 1),
    ("SetOptionStatement", "set", 1),
    ("QueryParametersStatement", "declare", 0),
    ("SimpleNamedExpression", "=", 1),
    ("CompoundNamedExpression", "=", 1),
    ("ScanAssignment", "=", 1),
    ("ScanStep", "", 1),
    ("NamedParameter", "", 1),
    ("RangeOperator", "range", 1),
    ("AsOperator", "as", 1),
    ("MakeGraphOperator", "make-graph", 2),
    ("PipeExpression", "|", 0),
    ("ParenthesizedExpression", "()", 0),
    ("PathExpression", ".", 0),
    ("ElementExpression", "[]", 0),
    ("UnaryMinusExpression", "negative", 0),
    ("AndExpression", "and", 0),
    ("OrExpression", "or", 0),
    ("SearchExpression", ":", 0),
    ("StarExpression", "*", 0),
    ("CompoundStringLiteralExpression", SOME_STRING, 0),
    ("DynamicExpression", "dynamic", 0),
    ("JsonArrayExpression", "array", 0),
    ("JsonObjectExpression", "object", 0),
    ("MaterializeExpression", "materialize()", 0),
    ("ToScalarExpression", "toscalar()", 0),
    ("DataTableExpression", "datatable", 0),
    ("ExternalDataExpression", "externaldata", 0),
    ("BetweenExpression", "between", 0),
    ("NotBetweenExpression", "!between", 0),
    ("FilterOperator", "where", 0),
    ("ReduceByOperator", "reduce", 0),
    ("MvExpandOperator", "mv-expand", 0),
    ("MvApplyOperator", "mv-apply", 0),
    ("MakeSeriesOperator", "make-series", 0),
    ("TopNestedOperator", "top-nested", 0),
    ("ParseKvOperator", "parse-kv", 0),
    ("ProjectAwayOperator", "project-away", 0),
    ("ProjectKeepOperator", "project-keep", 0),
    ("ProjectRenameOperator", "project-rename", 0),
    ("ProjectReorderOperator", "project-reorder", 0),
    ("GraphMatchOperator", "graph-match", 0),
    ("GetSchemaOperator", "getschema", 0),
    ("SampleDistinctOperator", "sample-distinct", 0),
];

/// Kinds of which nothing is compared: types, patterns, and lists of names that are declared.
const NAMES: &[&str] = &[
    "NameAndTypeDeclaration",
    "RowSchema",
    "EvaluateSchemaClause",
    "ToTypeOfClause",
    "RenameList",
    "ScanStepOutput",
    "GraphMatchPattern",
    "Directive",
];

/// Kinds that are a token.
const LITERALS: &[&str] = &["String", "Long", "Int", "Real", "Decimal", "Boolean", "Timespan", "DateTime", "Guid", "Null", "TypeOf"];

/// Kinds of which only the first child after the parameters is compared.
const FIRST_ONLY: &[(&str, &str)] =
    &[("ParseOperator", "parse"), ("ParseWhereOperator", "parse-where"), ("OrderedExpression", ""), ("MakeGraphTableAndKeyClause", "")];

/// Comparison kinds and the operators they are.
const OPERATORS: &[(&str, &str)] = &[
    ("Add", "+"),
    ("Subtract", "-"),
    ("Multiply", "*"),
    ("Divide", "/"),
    ("Modulo", "%"),
    ("Equal", "=="),
    ("NotEqual", "!="),
    ("EqualTilde", "=~"),
    ("BangTilde", "!~"),
    ("LessThan", "<"),
    ("LessThanOrEqual", "<="),
    ("GreaterThan", ">"),
    ("GreaterThanOrEqual", ">="),
    ("MatchesRegex", "matches regex"),
    ("In", "in"),
    ("InCs", "in~"),
    ("NotIn", "!in"),
    ("NotInCs", "!in~"),
    ("HasAny", "has_any"),
    ("HasAll", "has_all"),
];

/// `NotHasPrefixCs` is `!hasprefix_cs`.
fn operator(kind: &str) -> Option<String> {
    let kind = kind.strip_suffix("Expression")?;
    if let Some((_, sign)) = OPERATORS.iter().find(|(name, _)| *name == kind) {
        return Some((*sign).to_owned());
    }
    let (negated, word) = kind.strip_prefix("Not").map_or(("", kind), |word| ("!", word));
    let (word, sensitive) = word.strip_suffix("Cs").map_or((word, ""), |word| (word, "_cs"));
    let known = matches!(word, "Has" | "HasPrefix" | "HasSuffix" | "Contains" | "StartsWith" | "EndsWith");
    known.then(|| format!("{negated}{}{sensitive}", word.to_lowercase()))
}

/// Reads Microsoft's notation: `(Kind child child)`, tokens as written, comments before them.
struct Notation<'t> {
    rest: &'t str,
}

impl Notation<'_> {
    fn skip_blanks(&mut self) {
        loop {
            self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{180e}' | '\u{feff}'));
            if !self.rest.starts_with("//") {
                return;
            }
            self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
        }
    }

    /// Reads nodes up to the closing parenthesis or the end.
    fn nodes(&mut self) -> Vec<Tree> {
        let mut nodes = Vec::new();
        loop {
            self.skip_blanks();
            let Some(first) = self.rest.chars().next() else { return nodes };
            match first {
                ')' => {
                    self.rest = &self.rest[1..];
                    return nodes;
                }
                '(' => {
                    let end = 1 + self.rest[1..].find(|c: char| !c.is_alphanumeric()).unwrap();
                    let kind = self.rest[1..end].to_owned();
                    self.rest = &self.rest[end..];
                    nodes.push(Tree { label: kind, children: self.nodes() });
                }
                _ => nodes.push(tree("Token", vec![tree(self.token(), Vec::new())])),
            }
        }
    }

    fn token(&mut self) -> &str {
        let text = self.rest;
        let length = string_length(text).unwrap_or_else(|| {
            if let Some(name) = text.strip_prefix('[') {
                let inside = string_length(name.trim_start()).unwrap_or(0);
                return text[inside..].find(']').map_or(text.len(), |close| inside + close + 1);
            }
            let end = text.find(|c: char| c.is_whitespace() || c == ')' || c == '(').unwrap_or(text.len());
            if text[end..].starts_with('(') { end + text[end..].find(')').unwrap() + 1 } else { end }
        });
        self.rest = &text[length..];
        &text[..length]
    }
}

/// Length of the string at the start of a text.
fn string_length(text: &str) -> Option<usize> {
    let body = text.trim_start_matches(['h', 'H']);
    let prefix = text.len() - body.len();
    for fence in ["```", "~~~"] {
        if let Some(inside) = body.strip_prefix(fence) {
            return Some(prefix + 6 + inside.find(fence)?);
        }
    }
    let verbatim = body.starts_with('@');
    let start = prefix + usize::from(verbatim);
    let quote = text[start..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut chars = text[start + 1..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && !verbatim {
            chars.next();
        } else if c == quote && !(verbatim && chars.next_if(|(_, next)| *next == quote).is_some()) {
            return Some(start + at + 2);
        }
    }
    None
}

/// Brings a node of Microsoft's to the common form: clauses give several, declarations none.
fn theirs(node: &Tree) -> Vec<Tree> {
    let kind = node.label.as_str();
    if NAMES.contains(&kind) {
        return Vec::new();
    }
    // Names that are declared stand behind an operator's parameters.
    let parts = |skip: usize| {
        let (parameters, others): (Vec<&Tree>, Vec<&Tree>) = node.children.iter().partition(|child| child.label == "NamedParameter");
        parameters.into_iter().chain(others.into_iter().skip(skip)).flat_map(theirs).collect::<Vec<_>>()
    };
    if let Some((_, label)) = FIRST_ONLY.iter().find(|(name, _)| *name == kind) {
        let parameters = node.children.iter().take_while(|child| child.label == "NamedParameter").count();
        let kept: Vec<Tree> = node.children.iter().take(parameters + 1).flat_map(theirs).collect();
        return if label.is_empty() { kept } else { vec![tree(label, kept)] };
    }
    if LITERALS.contains(&kind) {
        return vec![tree(if kind == "TypeOf" { "typeof" } else { token(node) }, Vec::new())];
    }
    if kind == "Token" {
        return vec![tree(&unquoted(token(node)), Vec::new())];
    }
    if kind == "FunctionCallExpression" {
        return vec![tree(&format!("{}()", unquoted(token(node))), parts(1))];
    }
    if let Some((_, label, skip)) = KINDS.iter().find(|(name, ..)| *name == kind) {
        return if label.is_empty() { parts(*skip) } else { vec![chained(label, parts(*skip))] };
    }
    match (operator(kind), kind.strip_suffix("Operator")) {
        (Some(sign), _) => vec![tree(&sign, parts(0))],
        (None, Some(word)) => vec![tree(&word.to_lowercase(), parts(0))],
        (None, None) => parts(0),
    }
}

/// The first token below a node.
fn token(node: &Tree) -> &str {
    node.children.first().map_or(&node.label, token)
}

/// A chain is one node: `(a | b) | c`, `(a and b) and c`.
fn chained(label: &str, mut children: Vec<Tree>) -> Tree {
    if matches!(label, "|" | "and" | "or") && children.first().is_some_and(|first| first.label == label) {
        let first = children.remove(0);
        children.splice(0..0, first.children);
    }
    tree(label, children)
}

/// `['a b']` is the name `a b`.
fn unquoted(name: &str) -> String {
    let inside = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).map(str::trim);
    let text = inside.map(|text| text.trim_start_matches('@')).filter(|text| text.starts_with(['\'', '"']));
    text.map_or_else(|| name.to_owned(), |text| text[1..text.len() - 1].to_owned())
}

/// Brings a node of ours to the common form.
fn ours(node: Node<'_>) -> Vec<Tree> {
    let children = || node.children().into_iter().flat_map(ours).collect::<Vec<_>>();
    match node {
        Node::Statement(statement) => match &statement.kind {
            StatementKind::Let { .. } | StatementKind::LetFunction { .. } => vec![tree("let", children())],
            StatementKind::Set { .. } => vec![tree("set", children())],
            StatementKind::DeclareParameters(_) => vec![tree("declare", children())],
            _ => children(),
        },
        Node::Operator(operator) => vec![tree(operator.kind.keyword(), children())],
        Node::Expr(expr) => expression(expr, children),
    }
}

fn expression(expr: &Expr, children: impl Fn() -> Vec<Tree>) -> Vec<Tree> {
    let label = match &expr.kind {
        ExprKind::Name(name) if name.text.is_empty() && !name.quoted => return Vec::new(),
        ExprKind::Name(name) => &name.text,
        ExprKind::Wildcard(text) => text,
        ExprKind::Literal(literal) => match &literal.kind {
            LiteralKind::Dynamic(json) => return vec![tree("dynamic", vec![of_json(json)])],
            _ => &literal.raw,
        },
        ExprKind::Call(call) => return vec![tree(&format!("{}()", call.name.text), children())],
        ExprKind::Member { .. } => ".",
        ExprKind::Index { .. } => "[]",
        ExprKind::Unary { minus, .. } => ["positive", "negative"][usize::from(*minus)],
        ExprKind::Binary { op, .. } => op.spelling(),
        ExprKind::In { op, .. } => op.spelling(),
        ExprKind::And(_) => "and",
        ExprKind::Or(_) => "or",
        ExprKind::Between { negated, .. } => ["between", "!between"][usize::from(*negated)],
        ExprKind::Paren(_) => "()",
        ExprKind::Named { .. } => "=",
        ExprKind::TypeOf { .. } => "typeof",
        ExprKind::Pipe { .. } => {
            let children = children();
            return if children.len() == 1 { children } else { vec![tree("|", children)] };
        }
        ExprKind::Source(_) | ExprKind::Block(_) => return children(),
    };
    vec![tree(label, children())]
}

fn of_json(json: &Json) -> Tree {
    match json {
        Json::Null => tree("null", Vec::new()),
        Json::Scalar(literal, _) => match literal.raw.strip_prefix('-') {
            Some(number) => tree("negative", vec![tree(number, Vec::new())]),
            None => tree(&literal.raw, Vec::new()),
        },
        Json::Array(items, _) => tree("array", items.iter().map(of_json).collect()),
        Json::Object(members, _) => tree("object", members.iter().map(|(_, value)| of_json(value)).collect()),
    }
}

/// Finds the first place where two trees differ.
fn difference(ours: &Tree, theirs: &Tree) -> Option<String> {
    if theirs.label == SOME_STRING && ours.label.ends_with(['"', '\'', '`']) {
        return None;
    }
    if ours.label != theirs.label || ours.children.len() != theirs.children.len() {
        return Some(format!("ours {} theirs {}", shown(ours, 3), shown(theirs, 3)));
    }
    ours.children.iter().zip(&theirs.children).find_map(|(ours, theirs)| difference(ours, theirs))
}

fn shown(node: &Tree, depth: usize) -> String {
    if node.children.is_empty() || depth == 0 {
        return node.label.clone();
    }
    let children: Vec<String> = node.children.iter().map(|child| shown(child, depth - 1)).collect();
    format!("({} {})", node.label, children.join(" "))
}

#[test]
fn our_trees_have_the_structure_of_microsofts() {
    let Some(packed) = shared("corpus/parse/kusto-trees.jsonl.gz") else { return };
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(packed).unwrap()).read_to_string(&mut text).unwrap();
    let row = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let rows = rows("parse/kusto.jsonl");
    let queries: HashMap<&str, &str> = rows.iter().map(|row| (row["id"].as_str().unwrap(), row["query"].as_str().unwrap())).collect();
    let step = if cfg!(debug_assertions) { 5 } else { 1 };
    let (mut same, mut different) = (0, Vec::new());
    for line in text.lines().step_by(step) {
        let line = row(line);
        let id = line["id"].as_str().unwrap();
        let Some(query) = queries.get(id) else { continue };
        let expected = Notation { rest: line["tree"].as_str().unwrap() }.nodes().iter().flat_map(theirs).collect();
        let found = kusto::parse(query).query.statements.iter().flat_map(|statement| ours(Node::Statement(statement))).collect();
        match difference(&tree("query", found), &tree("query", expected)) {
            None => same += 1,
            Some(difference) => different.push(format!("{id}: {difference}")),
        }
    }
    eprintln!("kusto: {same} of {} trees have Microsoft's structure", same + different.len());
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
}
