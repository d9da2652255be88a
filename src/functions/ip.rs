//! IPv4 and IPv6 addresses, ranges and masks.

use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["parse_ipv4"], "(ip: string) -> long", "not implemented", "kusto/query/parse-ipv4-function"),
    refused(&["parse_ipv4_mask"], "(ip: string, prefix: long) -> long", "not implemented", "kusto/query/parse-ipv4-mask-function"),
    refused(&["parse_ipv6"], "(ip: string) -> string", "not implemented", "kusto/query/parse-ipv6-function"),
    refused(&["parse_ipv6_mask"], "(ip: string, prefix: long) -> string", "not implemented", "kusto/query/parse-ipv6-mask-function"),
    refused(&["ipv4_compare"], "(ip1: string, ip2: string, prefix?: long) -> long", "not implemented", "kusto/query/ipv4-compare-function"),
    refused(
        &["ipv4_is_match"],
        "(ip1: string, ip2: string, prefix?: long) -> bool",
        "not implemented",
        "kusto/query/ipv4-is-match-function",
    ),
    refused(&["ipv6_compare"], "(ip1: string, ip2: string, prefix?: long) -> long", "not implemented", "kusto/query/ipv6-compare-function"),
    refused(&["ipv4_is_private"], "(ip: string) -> bool", "not implemented", "kusto/query/ipv4-is-private-function"),
    refused(
        &["ipv6_is_match"],
        "(ip1: string, ip2: string, prefix?: long) -> bool",
        "not implemented",
        "kusto/query/ipv6-is-match-function",
    ),
    refused(&["ipv6_is_in_range"], "(ip: string, ip_range: string) -> bool", "not implemented", "kusto/query/ipv6-is-in-range-function"),
    refused(
        &["ipv6_is_in_any_range"],
        "(ip: text, ranges: string...) -> bool | (ip: text, ranges: array) -> bool",
        "not implemented",
        "kusto/query/ipv6-is-in-any-range-function",
    ),
    refused(&["ipv4_is_in_range"], "(ip: string, ip_range: string) -> bool", "not implemented", "kusto/query/ipv4-is-in-range-function"),
    refused(
        &["ipv4_is_in_any_range"],
        "(ip: text, ranges: string...) -> bool | (ip: text, ranges: array) -> bool",
        "not implemented",
        "kusto/query/ipv4-is-in-any-range-function",
    ),
    refused(&["ipv4_netmask_suffix"], "(ip: string) -> long", "not implemented", "kusto/query/ipv4-netmask-suffix-function"),
    refused(&["format_ipv4"], "(ip: any, prefix?: long) -> string", "not implemented", "kusto/query/format-ipv4-function"),
    refused(&["format_ipv4_mask"], "(ip: any, prefix: long) -> string", "not implemented", "kusto/query/format-ipv4-mask-function"),
    refused(&["has_ipv4"], "(source: text, ip: string) -> bool", "not implemented", "kusto/query/has-ipv4-function"),
    refused(&["has_ipv4_prefix"], "(source: text, ip_prefix: string) -> bool", "not implemented", "kusto/query/has-ipv4-prefix-function"),
    refused(
        &["has_any_ipv4"],
        "(source: text, ips: string...) -> bool | (source: text, ips: array) -> bool",
        "not implemented",
        "kusto/query/has-any-ipv4-function",
    ),
    refused(
        &["has_any_ipv4_prefix"],
        "(source: text, ip_prefixes: string...) -> bool | (source: text, ip_prefixes: array) -> bool",
        "not implemented",
        "kusto/query/has-any-ipv4-prefix-function",
    ),
    refused(
        &["ipv4_range_to_cidr_list"],
        "(start_ip: string, end_ip: string) -> dynamic",
        "not implemented",
        "kusto/query/ipv4-range-to-cidr-list-function",
    ),
    refused(
        &["geo_info_from_ip_address"],
        "(ip: string) -> dynamic",
        "needs a geolocation database",
        "kusto/query/geo-info-from-ip-address-function",
    ),
];
