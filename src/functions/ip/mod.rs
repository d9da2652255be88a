//! IPv4 and IPv6 addresses, ranges and masks.

mod search;
mod v4;
mod v6;

use crate::functions::row::{Row, engine, scalar};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["parse_ipv4"], "(ip: string) -> long", v4::parse_ipv4, "kusto/query/parse-ipv4-function"),
    scalar(&["parse_ipv4_mask"], "(ip: string, prefix: long) -> long", v4::parse_ipv4_mask, "kusto/query/parse-ipv4-mask-function"),
    scalar(&["parse_ipv6"], "(ip: string) -> string", v6::parse_ipv6, "kusto/query/parse-ipv6-function"),
    scalar(&["parse_ipv6_mask"], "(ip: string, prefix: long) -> string", v6::parse_ipv6_mask, "kusto/query/parse-ipv6-mask-function"),
    scalar(&["ipv4_compare"], "(ip1: string, ip2: string, prefix?: long) -> long", v4::ipv4_compare, "kusto/query/ipv4-compare-function"),
    scalar(
        &["ipv4_is_match"],
        "(ip1: string, ip2: string, prefix?: long) -> bool",
        v4::ipv4_is_match,
        "kusto/query/ipv4-is-match-function",
    ),
    scalar(&["ipv6_compare"], "(ip1: string, ip2: string, prefix?: long) -> long", v6::ipv6_compare, "kusto/query/ipv6-compare-function"),
    scalar(&["ipv4_is_private"], "(ip: string) -> bool", v4::ipv4_is_private, "kusto/query/ipv4-is-private-function"),
    scalar(
        &["ipv6_is_match"],
        "(ip1: string, ip2: string, prefix?: long) -> bool",
        v6::ipv6_is_match,
        "kusto/query/ipv6-is-match-function",
    ),
    scalar(&["ipv6_is_in_range"], "(ip: string, ip_range: string) -> bool", v6::ipv6_is_in_range, "kusto/query/ipv6-is-in-range-function"),
    scalar(
        &["ipv6_is_in_any_range"],
        "(ip: text, ranges: array) -> bool | (ip: text, ranges: string...) -> bool",
        v6::ipv6_is_in_any_range,
        "kusto/query/ipv6-is-in-any-range-function",
    ),
    scalar(&["ipv4_is_in_range"], "(ip: string, ip_range: string) -> bool", v4::ipv4_is_in_range, "kusto/query/ipv4-is-in-range-function"),
    scalar(
        &["ipv4_is_in_any_range"],
        "(ip: text, ranges: array) -> bool | (ip: text, ranges: string...) -> bool",
        v4::ipv4_is_in_any_range,
        "kusto/query/ipv4-is-in-any-range-function",
    ),
    scalar(&["ipv4_netmask_suffix"], "(ip: string) -> long", v4::ipv4_netmask_suffix, "kusto/query/ipv4-netmask-suffix-function"),
    scalar(&["format_ipv4"], "(ip: any, prefix?: long) -> string", v4::format_ipv4, "kusto/query/format-ipv4-function"),
    scalar(&["format_ipv4_mask"], "(ip: any, prefix: long) -> string", v4::format_ipv4_mask, "kusto/query/format-ipv4-mask-function"),
    scalar(&["has_ipv4"], "(source: text, ip: string) -> bool", search::has_ipv4, "kusto/query/has-ipv4-function"),
    scalar(
        &["has_ipv4_prefix"],
        "(source: text, ip_prefix: string) -> bool",
        search::has_ipv4_prefix,
        "kusto/query/has-ipv4-prefix-function",
    ),
    scalar(
        &["has_any_ipv4"],
        "(source: text, ips: array) -> bool | (source: text, ips: string...) -> bool",
        search::has_any_ipv4,
        "kusto/query/has-any-ipv4-function",
    ),
    scalar(
        &["has_any_ipv4_prefix"],
        "(source: text, ip_prefixes: array) -> bool | (source: text, ip_prefixes: string...) -> bool",
        search::has_any_ipv4_prefix,
        "kusto/query/has-any-ipv4-prefix-function",
    ),
    scalar(
        &["ipv4_range_to_cidr_list"],
        "(start_ip: string, end_ip: string) -> dynamic",
        v4::ipv4_range_to_cidr_list,
        "kusto/query/ipv4-range-to-cidr-list-function",
    ),
    engine(&["geo_info_from_ip_address"], "(ip: string) -> dynamic", "kusto/query/geo-info-from-ip-address-function"),
];

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, check};
    use crate::ir::Value;

    #[test]
    fn addresses_are_masked_by_their_prefix() {
        check("parse_ipv4", &["10.1.2.3".into()], 0x0A01_0203_i64);
        check("parse_ipv4", &["10.1.2.3/16".into()], 0x0A01_0000_i64);
        check("parse_ipv4", &["10.01.2.3".into()], Value::Null);
        check("parse_ipv4", &["10.1.2.3/33".into()], Value::Null);
        check("parse_ipv4_mask", &["10.1.2.3".into(), 8_i64.into()], 0x0A00_0000_i64);
        check("format_ipv4", &["10.1.2.3".into(), 24_i64.into()], "10.1.2.0");
        check("format_ipv4_mask", &[0x0A01_0203_i64.into(), 24_i64.into()], "10.1.2.0/24");
    }

    #[test]
    fn two_colons_before_an_ipv4_address_are_that_address() {
        check("parse_ipv6", &["::192.168.255.255/24".into()], "0000:0000:0000:0000:0000:ffff:c0a8:ff00");
        check("ipv6_compare", &["::10.1.2.3".into(), "10.1.2.3".into()], 0_i64);
        check("parse_ipv6", &["::1".into()], "0000:0000:0000:0000:0000:0000:0000:0001");
    }

    #[test]
    fn private_ranges_are_three() {
        for (ip, expected) in [("10.9.8.7", true), ("172.31.0.1", true), ("172.32.0.1", false), ("192.168.1.1", true), ("127.0.0.1", false)]
        {
            check("ipv4_is_private", &[ip.into()], expected);
        }
        check("ipv4_is_private", &["none".into()], Value::Null);
    }

    #[test]
    fn the_shorter_prefix_decides() {
        check("ipv4_is_match", &["10.1.2.3/24".into(), "10.1.2.9".into()], true);
        check("ipv4_compare", &["10.1.2.3".into(), "10.1.2.9".into()], -1_i64);
        check("ipv4_is_in_range", &["10.1.2.3".into(), "10.1.0.0/16".into()], true);
        check("ipv4_is_in_any_range", &["10.1.2.3".into(), array(["11.0.0.0/8", "10.0.0.0/8"])], true);
        check("ipv4_is_in_any_range", &["x".into(), "10.0.0.0/8".into()], Value::Null);
    }

    #[test]
    fn version_6_holds_version_4() {
        check("parse_ipv6", &["fe80::1".into()], "fe80:0000:0000:0000:0000:0000:0000:0001");
        check("parse_ipv6", &["10.0.0.1/8".into()], "0000:0000:0000:0000:0000:ffff:0a00:0000");
        check("parse_ipv6", &["fe80::1/129".into()], "");
        check("ipv6_is_match", &["fe80::1".into(), "fe80::2".into(), 64_i64.into()], true);
        check("ipv6_is_in_range", &["fe80::1:5".into(), "fe80::/64".into()], true);
    }

    #[test]
    fn addresses_are_found_between_delimiters() {
        check("has_ipv4", &["from 10.1.2.3:80".into(), "10.1.2.3".into()], true);
        check("has_ipv4", &["from 10.1.2.34".into(), "10.1.2.3".into()], false);
        check("has_ipv4_prefix", &["from 10.1.2.3".into(), "10.1.".into()], true);
        check("has_ipv4_prefix", &["from 10.1.2.3".into(), "10.1".into()], false);
        check("has_any_ipv4_prefix", &["x 10.1.2.3".into(), array(["9.", "10.1.2."])], true);
    }

    #[test]
    fn a_range_is_the_fewest_blocks() {
        check("ipv4_range_to_cidr_list", &["10.0.0.1".into(), "10.0.0.4".into()], array(["10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/32"]));
    }
}
