//! Command lines as Windows splits them (`CommandLineToArgvW`).

use crate::functions::{Args, Prepared};
use crate::ir::Value;

pub(super) fn parse_command_line(constants: &[Option<Value>]) -> Result<Prepared, String> {
    match constants.get(1).and_then(Option::as_ref).and_then(Value::as_str) {
        Some("windows") => Ok(Box::new(|args: &Args<'_>| {
            let arguments = split(&args.text(0));
            if arguments.is_empty() { Value::Null } else { Value::array(arguments.into_iter().map(Value::string).collect()) }
        })),
        _ => Err("`windows` is the only kind of command line that can be parsed".to_owned()),
    }
}

/// Backslashes are literal unless a quote follows: two of them make one, and an odd one makes the quote literal.
fn split(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut chars = line.chars().peekable();
    loop {
        while chars.next_if(|c| *c == ' ' || *c == '\t').is_some() {}
        if chars.peek().is_none() {
            return arguments;
        }
        let mut argument = String::new();
        let mut quoted = false;
        while let Some(c) = chars.next_if(|c| quoted || (*c != ' ' && *c != '\t')) {
            match c {
                '\\' => {
                    let mut count = 1;
                    while chars.next_if_eq(&'\\').is_some() {
                        count += 1;
                    }
                    let before_quote = chars.peek() == Some(&'"');
                    argument.extend(std::iter::repeat_n('\\', if before_quote { count / 2 } else { count }));
                    if before_quote && count % 2 == 1 {
                        argument.extend(chars.next());
                    }
                }
                '"' if quoted && chars.peek() == Some(&'"') => argument.extend(chars.next()),
                '"' => quoted = !quoted,
                c => argument.push(c),
            }
        }
        arguments.push(argument);
    }
}
