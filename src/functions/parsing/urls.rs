//! URLs and their queries. Nothing is percent-decoded (dkt/parse_url_ip).

use crate::functions::Args;
use crate::ir::{Object, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

const QUERY: &str = "Query Parameters";

/// A text without a scheme gives empty parts (dkt/parse_url_ip-017).
pub(super) fn parse_url(args: &Args<'_>) -> Value {
    let text = args.text(0);
    let parts = text.split_once("://").filter(|(scheme, _)| is_scheme(scheme)).map(|(scheme, rest)| Parts::of(scheme, rest));
    let parts = parts.unwrap_or_default();
    let text = |value: &str| Value::string(value);
    let members = [
        ("Scheme", text(parts.scheme)),
        ("Host", text(parts.host)),
        ("Port", text(parts.port)),
        ("Path", text(parts.path)),
        ("Username", text(parts.username)),
        ("Password", text(parts.password)),
        (QUERY, query(parts.query)),
        ("Fragment", text(parts.fragment)),
    ];
    Value::object(members.into_iter().map(|(name, value)| (Arc::from(name), value)).collect())
}

pub(super) fn parse_urlquery(args: &Args<'_>) -> Value {
    let text = args.text(0);
    Value::object(vec![(Arc::from(QUERY), query(text.trim_start_matches('?')))])
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

#[derive(Default)]
struct Parts<'a> {
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
    path: &'a str,
    username: &'a str,
    password: &'a str,
    query: &'a str,
    fragment: &'a str,
}

impl<'a> Parts<'a> {
    fn of(scheme: &'a str, rest: &'a str) -> Self {
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        // A lone slash at the end of the whole URL is no path (dkt/parse_url_ip-024).
        let path = if path == "/" && query.is_none() { "" } else { path };
        // Without a colon the user part stays in the host (dkt/parse_url_ip-018).
        let user = authority.rsplit_once('@').and_then(|(user, host)| Some((user.split_once(':')?, host)));
        let ((username, password), address) = user.unwrap_or((("", ""), authority));
        let is_port = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        let (host, port) = address.rsplit_once(':').filter(|(_, port)| is_port(port)).unwrap_or((address, ""));
        Self { scheme, host, port, path, username, password, query: query.unwrap_or_default(), fragment }
    }
}

/// Keys in order of the alphabet; a repeated key has an array, an empty value none (dkt/parse_url_ip).
fn query(text: &str) -> Value {
    let mut values: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (name, value) in text.split('&').filter_map(|pair| pair.split_once('=')).filter(|(_, value)| !value.is_empty()) {
        values.entry(name).or_default().push(Value::string(value));
    }
    let members: Object = values
        .into_iter()
        .map(|(name, mut values)| {
            let value = if values.len() == 1 { values.pop().unwrap_or_default() } else { Value::array(values) };
            (Arc::from(name), value)
        })
        .collect();
    Value::object(members)
}
