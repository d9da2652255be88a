//! Sigma detections: positioned YAML nodes and the condition language.
