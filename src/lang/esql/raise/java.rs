//! Regular expressions in Java's syntax, as ES|QL's `REPLACE` takes them
//! (<https://www.elastic.co/docs/reference/query-languages/esql/functions-operators/string-functions/replace>).
//!
//! The expression is taken apart and written anew: `.` and `$` treat line breaks otherwise in Java, its classes hold ASCII alone, and a
//! second quantifier makes the first possessive. The way in is `functions::esql`.

use regex_syntax::ast::{
    AssertionKind, Ast, ClassAsciiKind, ClassPerl, ClassPerlKind, ClassSet, ClassSetBinaryOpKind, ClassSetItem, Flag, FlagsItemKind,
    GroupKind, Literal, RepetitionKind, RepetitionRange, parse::Parser,
};

/// Flags at the start of an expression that Java has with the same meaning.
const FLAGS: &[(Flag, char)] = &[(Flag::CaseInsensitive, 'i'), (Flag::DotMatchesNewLine, 's')];
/// Characters with a meaning in Java, outside or inside of classes.
const RESERVED: &str = r"\^$.|?*+()[]{}&-~#";

/// Writes an expression in Java's syntax; `None` where Java says it in no way that is the same.
pub(super) fn into_java(regex: &str) -> Option<String> {
    let (flags, body) = written(regex)?;
    Some(if flags.is_empty() { body } else { format!("(?{flags}){body}") })
}

/// Writes an expression that covers a whole text, and of which a group is what the first match of another has in it; nothing without a
/// match (`Matcher.appendReplacement` of Java).
pub(super) fn into_java_of_whole(regex: &str) -> Option<String> {
    let (flags, body) = written(regex)?;
    let all = if flags.contains('s') { "" } else { "s" };
    Some(format!(r"(?{flags}{all})^(?:.*?(?:{body}).*|.*)\z"))
}

/// The flags of an expression in Java's syntax, and the expression.
fn written(regex: &str) -> Option<(String, String)> {
    let mut writer = Writer { out: String::new(), flags: String::new(), dot_is_all: false, has_classes: false };
    writer.write(&Parser::new().parse(regex).ok()?)?;
    let unicode = if writer.has_classes || writer.flags.contains('i') { "U" } else { "" };
    Some((format!("{unicode}{}", writer.flags), writer.out))
}

/// Writes what stands in the place of a match: `\1` is a group in Kusto, `$1` in Java.
pub(super) fn replacement(rewrite: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = rewrite.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                // Java reads further digits as part of the number.
                Some(digit) if digit.is_ascii_digit() && !chars.peek().is_some_and(char::is_ascii_digit) => out.extend(['$', digit]),
                Some(digit) if digit.is_ascii_digit() => return None,
                escaped => out.extend(['\\', escaped.unwrap_or('\\')]),
            },
            '$' => out.push_str(r"\$"),
            c => out.push(c),
        }
    }
    Some(out)
}

struct Writer {
    out: String,
    /// Flags for the whole expression.
    flags: String,
    dot_is_all: bool,
    /// Whether a class or boundary holds letters of every script.
    has_classes: bool,
}

impl Writer {
    fn write(&mut self, ast: &Ast) -> Option<()> {
        match ast {
            Ast::Empty(_) => {}
            Ast::Flags(flags) if self.out.is_empty() => {
                for item in &flags.flags.items {
                    let FlagsItemKind::Flag(flag) = &item.kind else { return None };
                    let (_, letter) = FLAGS.iter().find(|(known, _)| known == flag)?;
                    self.flags.push(*letter);
                    self.dot_is_all |= *flag == Flag::DotMatchesNewLine;
                }
            }
            Ast::Flags(_) | Ast::ClassUnicode(_) => return None,
            Ast::Literal(literal) => self.literal(literal),
            Ast::Dot(_) if self.dot_is_all => self.out.push('.'),
            Ast::Dot(_) => self.out.push_str(r"[^\n]"),
            Ast::Assertion(assertion) => {
                self.has_classes |= matches!(assertion.kind, AssertionKind::WordBoundary | AssertionKind::NotWordBoundary);
                self.out.push_str(match assertion.kind {
                    AssertionKind::StartLine | AssertionKind::StartText => "^",
                    AssertionKind::EndLine | AssertionKind::EndText => r"\z",
                    AssertionKind::WordBoundary => r"\b",
                    AssertionKind::NotWordBoundary => r"\B",
                    _ => return None,
                });
            }
            Ast::ClassPerl(class) => self.perl(class),
            Ast::ClassBracketed(class) => {
                self.out.push_str(if class.negated { "[^" } else { "[" });
                self.set(&class.kind)?;
                self.out.push(']');
            }
            Ast::Repetition(repetition) => self.repeated(&repetition.ast, &repetition.op.kind, repetition.greedy)?,
            Ast::Group(group) => self.group(&group.kind, &group.ast)?,
            Ast::Alternation(alternation) => {
                for (at, option) in alternation.asts.iter().enumerate() {
                    self.out.extend((at > 0).then_some('|'));
                    self.write(option)?;
                }
            }
            Ast::Concat(concat) => concat.asts.iter().try_for_each(|item| self.write(item))?,
        }
        Some(())
    }

    fn literal(&mut self, literal: &Literal) {
        self.out.extend(RESERVED.contains(literal.c).then_some('\\'));
        match literal.c {
            '\n' => self.out.push_str(r"\n"),
            '\r' => self.out.push_str(r"\r"),
            '\t' => self.out.push_str(r"\t"),
            c => self.out.push(c),
        }
    }

    fn perl(&mut self, class: &ClassPerl) {
        self.has_classes = true;
        let name = match class.kind {
            ClassPerlKind::Digit => 'd',
            ClassPerlKind::Space => 's',
            ClassPerlKind::Word => 'w',
        };
        self.out.extend(['\\', if class.negated { name.to_ascii_uppercase() } else { name }]);
    }

    fn repeated(&mut self, ast: &Ast, kind: &RepetitionKind, greedy: bool) -> Option<()> {
        let is_repeated = matches!(ast, Ast::Repetition(_));
        self.out.push_str(if is_repeated { "(?:" } else { "" });
        self.write(ast)?;
        self.out.push_str(if is_repeated { ")" } else { "" });
        match kind {
            RepetitionKind::ZeroOrOne => self.out.push('?'),
            RepetitionKind::ZeroOrMore => self.out.push('*'),
            RepetitionKind::OneOrMore => self.out.push('+'),
            RepetitionKind::Range(RepetitionRange::Exactly(n)) => self.out.push_str(&format!("{{{n}}}")),
            RepetitionKind::Range(RepetitionRange::AtLeast(n)) => self.out.push_str(&format!("{{{n},}}")),
            RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => self.out.push_str(&format!("{{{least},{most}}}")),
        }
        self.out.extend((!greedy).then_some('?'));
        Some(())
    }

    fn group(&mut self, kind: &GroupKind, ast: &Ast) -> Option<()> {
        match kind {
            GroupKind::NonCapturing(flags) if flags.items.is_empty() => self.out.push_str("(?:"),
            GroupKind::NonCapturing(_) => return None,
            // A name that nothing refers to is no more than a number.
            GroupKind::CaptureIndex(_) | GroupKind::CaptureName { .. } => self.out.push('('),
        }
        self.write(ast)?;
        self.out.push(')');
        Some(())
    }

    fn set(&mut self, set: &ClassSet) -> Option<()> {
        match set {
            ClassSet::Item(item) => self.item(item),
            ClassSet::BinaryOp(op) if op.kind == ClassSetBinaryOpKind::Intersection => {
                self.set(&op.lhs)?;
                self.out.push_str("&&");
                self.set(&op.rhs)
            }
            ClassSet::BinaryOp(_) => None,
        }
    }

    fn item(&mut self, item: &ClassSetItem) -> Option<()> {
        match item {
            ClassSetItem::Empty(_) => {}
            ClassSetItem::Literal(literal) => self.literal(literal),
            ClassSetItem::Range(range) => {
                self.literal(&range.start);
                self.out.push('-');
                self.literal(&range.end);
            }
            ClassSetItem::Ascii(class) if !class.negated && class.kind == ClassAsciiKind::Alnum => self.out.push_str("0-9A-Za-z"),
            ClassSetItem::Ascii(class) if !class.negated && class.kind == ClassAsciiKind::Digit => self.out.push_str("0-9"),
            ClassSetItem::Ascii(_) | ClassSetItem::Unicode(_) => return None,
            ClassSetItem::Perl(class) => self.perl(class),
            ClassSetItem::Bracketed(class) => {
                self.out.push_str(if class.negated { "[^" } else { "[" });
                self.set(&class.kind)?;
                self.out.push(']');
            }
            ClassSetItem::Union(union) => union.items.iter().try_for_each(|item| self.item(item))?,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{into_java, replacement};
    use crate::functions::esql::of_replace;

    /// Writes an expression as Java has it, which reads back as `back`.
    fn check(regex: &str, java: Option<&str>, back: &str) {
        assert_eq!(into_java(regex).as_deref(), java, "{regex}");
        if let Some(java) = java {
            assert_eq!(of_replace(java).as_deref(), Ok(back), "{regex}");
        }
    }

    #[test]
    fn what_java_reads_otherwise_is_written_otherwise() {
        check(r"a.b$", Some(r"a[^\n]b\z"), r"a[^\n]b\z");
        check("(?s)a.b", Some("(?s)a.b"), "(?s)a.b");
        check(r"\w+[\d.]", Some(r"(?U)\w+[\d\.]"), r"\w+[\d\.]");
        check("(?P<name>[0-9]{2,})x??", Some("([0-9]{2,})x??"), "([0-9]{2,})x??");
        check("(?:a+)+", Some("(?:a+)+"), "(?:a+)+");
        check("a++", Some("(?:a+)+"), "(?:a+)+");
        check(r"[a-z&&[^b]]", Some("[a-z&&[^b]]"), "[a-z&&[^b]]");
        check(r"\p{Greek}", None, "");
        check("a(?i)b", None, "");
        check("(?m)^a", None, "");
    }

    #[test]
    fn groups_are_named_by_dollars_in_java() {
        let said = |text| replacement(text);
        assert_eq!(said(r"\1-\0$"), Some(r"$1-$0\$".to_owned()));
        assert_eq!(said(r"\12"), None);
        assert_eq!(said(r"a\\b"), Some(r"a\\b".to_owned()));
    }
}
