//! An explanation of a rule as text for the terminal and as markdown.

use crate::emit::Status;
use crate::explain::{Condition, Explanation, Fate, Stage};

/// How the parts of a page are marked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Text,
    Markdown,
}

/// Renders an explanation for the terminal.
pub fn text(explanation: &Explanation) -> String {
    page(explanation, Style::Text)
}

/// Renders an explanation as markdown.
pub fn markdown(explanation: &Explanation) -> String {
    page(explanation, Style::Markdown)
}

fn page(explanation: &Explanation, style: Style) -> String {
    let mut page = Page { out: String::new(), style };
    page.title(explanation);
    if explanation.sections.is_empty() {
        page.line("");
        page.line("The query is not understood, so that no more can be said of what it does.");
        page.heading("Time");
        explanation.window.iter().for_each(|sentence| page.item(0, sentence));
        return page.out;
    }
    page.heading("Reads");
    explanation.reads.iter().for_each(|source| page.item(0, source));
    page.heading("Time");
    explanation.window.iter().for_each(|sentence| page.item(0, sentence));
    if !explanation.lets.is_empty() {
        page.heading("Names");
        for binding in &explanation.lets {
            let value = match binding.kind {
                "rows" => "rows, see below".to_owned(),
                "unused rows" => "rows that nothing uses".to_owned(),
                "function" => format!("function `{}`", binding.text),
                _ => format!("`{}`", binding.text),
            };
            page.item(0, &format!("`{}`: {value}", binding.name));
        }
    }
    page.heading("What it does");
    for section in &explanation.sections {
        if explanation.sections.len() > 1 {
            page.section(&section.title);
        }
        section.stages.iter().for_each(|stage| page.stage(stage));
    }
    page.outputs(explanation);
    page.targets(&explanation.targets);
    page.out
}

struct Page {
    out: String,
    style: Style,
}

impl Page {
    fn line(&mut self, text: &str) {
        // Code marks are for those who render them.
        let text = if self.style == Style::Text { text.replace('`', "") } else { text.to_owned() };
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn title(&mut self, explanation: &Explanation) {
        let severity = explanation.severity.as_ref().map_or_else(String::new, |severity| format!(", severity {}", severity.to_lowercase()));
        match self.style {
            Style::Text => self.line(&format!("{} ({}{severity})", explanation.name, explanation.kind)),
            Style::Markdown => self.line(&format!("# {}\n\n*{}{severity}*", explanation.name, explanation.kind)),
        }
        if let Some(description) = &explanation.description {
            self.line("");
            for paragraph in wrapped(description) {
                self.line(&paragraph);
            }
        }
    }

    fn heading(&mut self, text: &str) {
        self.line("");
        match self.style {
            Style::Text => self.line(text),
            Style::Markdown => self.line(&format!("## {text}\n")),
        }
    }

    fn section(&mut self, title: &str) {
        match self.style {
            Style::Text => self.line(&format!("  {title}:")),
            Style::Markdown => self.line(&format!("\n### {title}\n")),
        }
    }

    fn item(&mut self, depth: usize, text: &str) {
        let indent = "  ".repeat(depth);
        match self.style {
            Style::Text => self.line(&format!("  {indent}{text}")),
            Style::Markdown => self.line(&format!("{indent}- {text}")),
        }
    }

    fn stage(&mut self, stage: &Stage) {
        let Stage { number, does, conditions, computes, .. } = stage;
        match self.style {
            Style::Text => self.line(&format!("  {number:>3}. {does}")),
            Style::Markdown => self.line(&format!("- **{number}.** {does}")),
        }
        let (excluding, asking): (Vec<&Condition>, Vec<&Condition>) = conditions.iter().partition(|condition| condition.excludes);
        asking.into_iter().for_each(|condition| self.condition(condition, 2));
        if !excluding.is_empty() && excluding.len() < conditions.len() {
            self.note(1, "and of the exclusions");
        }
        excluding.into_iter().for_each(|condition| self.condition(condition, 2));
        for column in computes {
            let from = origins(&column.from, &column.how);
            self.note(2, &format!("`{}` = `{}`{from}", column.name, column.how));
            column.tests.iter().for_each(|test| self.condition(test, 3));
        }
    }

    fn note(&mut self, depth: usize, text: &str) {
        match self.style {
            Style::Text => self.line(&format!("    {}{text}", "  ".repeat(depth))),
            Style::Markdown => self.line(&format!("{}- {text}", "  ".repeat(depth))),
        }
    }

    fn condition(&mut self, condition: &Condition, depth: usize) {
        let from = origins(&condition.from, &condition.says);
        self.note(depth, &format!("{}{from}", condition.says));
        let notes: Vec<&str> = condition.case.into_iter().chain(condition.missing).collect();
        if !notes.is_empty() {
            self.note(depth + 1, &format!("({})", notes.join("; ")));
        }
        condition.parts.iter().for_each(|part| self.condition(part, depth + 1));
    }

    fn outputs(&mut self, explanation: &Explanation) {
        let outputs = &explanation.outputs;
        self.heading("What comes out");
        if outputs.open {
            self.item(0, "the events, with every field they have");
        }
        for column in &outputs.columns {
            self.item(0, &format!("`{}` ({}) from {}", column.name, column.ty, column.made_by));
        }
        if outputs.untouched > 0 {
            self.item(0, &format!("{} columns of the source as they are", outputs.untouched));
        }
        for used in &explanation.alert {
            let found = match used.found {
                Some(false) => ", which does not come out",
                _ => "",
            };
            self.item(0, &format!("{} takes `{}`{found}", used.what, used.column));
        }
    }

    fn targets(&mut self, targets: &[Fate]) {
        const MOST: usize = 6;
        if targets.is_empty() {
            return;
        }
        self.heading("Elsewhere");
        for fate in targets {
            let status = match fate.status {
                Status::Exact => "exact: it fires on the same events",
                Status::Approximate => "approximate: it fires on other events",
                Status::Refused => "cannot be said",
            };
            let minor = match fate.minor {
                0 => String::new(),
                1 => "; 1 remark on schedule and metadata".to_owned(),
                n => format!("; {n} remarks on schedule and metadata"),
            };
            self.item(0, &format!("as {}: {status}{minor}", fate.target));
            fate.losses.iter().take(MOST).for_each(|loss| self.item(1, loss));
            if fate.losses.len() > MOST {
                self.item(1, &format!("and {} more", fate.losses.len() - MOST));
            }
        }
    }
}

/// The source columns behind something, unless they are named in it already.
fn origins(from: &[String], said: &str) -> String {
    let is_said = |origin: &String| {
        let column = origin.split_once('.').map_or(origin.as_str(), |(_, column)| column);
        said.contains(&format!("`{column}`")) || said == column
    };
    if from.is_empty() || from.iter().all(|origin| is_said(origin) && origin.starts_with("event.")) {
        return String::new();
    }
    let named: Vec<String> = from.iter().map(|origin| format!("`{origin}`")).collect();
    format!("  [{}]", named.join(", "))
}

/// A description in lines that fit a terminal.
fn wrapped(text: &str) -> Vec<String> {
    const WIDTH: usize = 100;
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}
