//! Findings as `JUnit` XML, which every CI system shows: a file is a test case, its findings are why it failed.

use super::{FileReport, Lines};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// Renders all files as one test suite.
pub fn render(reports: &[FileReport]) -> String {
    let mut suite = TestSuite::new("isoglot check");
    suite.add_test_cases(reports.iter().map(case));
    let mut report = Report::new("isoglot");
    report.add_test_suite(suite);
    report.to_string().unwrap_or_default()
}

fn case(report: &FileReport) -> TestCase {
    let mut case = TestCase::new(report.path.as_str(), status(report));
    case.set_classname("isoglot.check");
    case
}

fn status(report: &FileReport) -> TestCaseStatus {
    if !report.has_problems() {
        return TestCaseStatus::success();
    }
    let lines = Lines::of(&report.text);
    let described: Vec<String> = report
        .findings
        .iter()
        .map(|found| {
            let place = lines.position(found.primary.span.start);
            format!("{}:{}:{}: {}: {}", report.path, place.line, place.column, found.code, found.message)
        })
        .collect();
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(format!("{} findings", report.findings.len()));
    if let Some(first) = report.findings.first() {
        status.set_type(first.code);
    }
    status.set_description(described.join("\n"));
    status
}
