//! Syntax tree to text: every token in order, then laid out one operator a line (`layout`).
//!
//! What the tree holds comes back when the text is parsed; synonyms come out under one name (`filter` as `where`).

mod column_operators;
mod expressions;
mod graph_operators;
mod operators;
mod statements;

use super::ast::{Name, Query};
use super::layout::{FormatOptions, layout};
use super::names::{Reserved, reserved};

/// Prints a query in its canonical form.
pub fn print(query: &Query) -> String {
    layout(&on_one_line(query), &FormatOptions::default())
}

/// Writes a query's tokens on one line, close together.
pub fn on_one_line(query: &Query) -> String {
    let mut printer = Printer { out: String::new() };
    printer.statements(&query.statements);
    printer.out
}

/// Collects text.
struct Printer {
    out: String,
}

impl Printer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Writes the elements with `between` between them.
    fn list<T>(&mut self, items: &[T], between: &str, mut write: impl FnMut(&mut Self, &T)) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.put(between);
            }
            write(self, item);
        }
    }

    /// Writes a name where it is used.
    fn name(&mut self, name: &Name) {
        self.name_at(name, Reserved::InUse);
    }

    /// Writes a name where it is given to something.
    fn declared(&mut self, name: &Name) {
        self.name_at(name, Reserved::InDeclaration);
    }

    fn name_at(&mut self, name: &Name, place: Reserved) {
        let refused = reserved(&name.text).is_some_and(|how| how == Reserved::Always || how == place);
        // A client parameter, `{name}`, and the absent source of an inner query are names of their own form.
        let plain = is_word(&name.text) || name.text.is_empty() || name.text.starts_with('{');
        if name.quoted || refused || !plain {
            self.put("['");
            self.put(&name.text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace('\r', "\\r"));
            self.put("']");
        } else {
            self.put(&name.text);
        }
    }
}

/// Tells whether a text is an identifier of the language.
fn is_word(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = text.bytes().skip(digits);
    let first = rest.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_' || (b == b'$' && digits == 0));
    first && rest.all(|b| b.is_ascii_alphanumeric() || b == b'_') && !(digits > 0 && super::tokens::is_number(text))
}
