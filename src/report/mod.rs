//! Findings as text, JSON, SARIF, GitHub annotations, JUnit, markdown: one file a format.
