//! Calendar functions and the formatting of times.

use super::Naming;
use super::row::{Row, engine, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["datetime_local_to_utc"], "(from: datetime, timezone: string) -> datetime", "not implemented", "kusto/query/datetime-local-to-utc-function"),
    refused(&["datetime_utc_to_local"], "(from: datetime, timezone: string) -> datetime", "not implemented", "kusto/query/datetime-utc-to-local-function"),
    refused(&["datetime_list_timezones"], "() -> dynamic", "not implemented", "kusto/query/datetime-list-timezones"),
    refused(&["format_datetime"], "(date: datetime, format: literal string) -> string", "not implemented", "kusto/query/format-datetime-function").named(Naming::FirstArgument),
    refused(&["format_timespan"], "(timespan: timespan, format: literal string) -> string", "not implemented", "kusto/query/format-timespan-function").named(Naming::FirstArgument),
    refused(&["make_datetime"], "(year: number, month: number, day: number, hour?: number, minute?: number, second?: number) -> datetime | (value: any) -> datetime", "not implemented", "kusto/query/make-datetime-function").named(Naming::OnlyArgument),
    refused(&["make_timespan"], "(days: integer, hours: integer, minutes: integer, seconds: integer) -> timespan | (hours: integer, minutes: integer, seconds?: integer) -> timespan | (value: any) -> timespan", "not implemented", "kusto/query/make-timespan-function").named(Naming::OnlyArgument),
    refused(&["datetime_add"], "(part: literal string, value: integer, datetime: datetime) -> datetime", "not implemented", "kusto/query/datetime-add-function"),
    refused(&["datetime_diff"], "(part: literal string, datetime1: datetime, datetime2: datetime) -> long", "not implemented", "kusto/query/datetime-diff-function"),
    refused(&["dayofweek"], "(date: datetime) -> timespan", "not implemented", "kusto/query/day-of-week-function"),
    refused(&["dayofmonth"], "(date: datetime) -> int", "not implemented", "kusto/query/day-of-month-function"),
    refused(&["dayofyear"], "(date: datetime) -> int", "not implemented", "kusto/query/day-of-year-function"),
    refused(&["hourofday"], "(date: datetime) -> int", "not implemented", "kusto/query/hour-of-day-function"),
    refused(&["week_of_year", "weekofyear"], "(date: datetime) -> int", "not implemented", "kusto/query/week-of-year-function"),
    refused(&["monthofyear"], "(date: datetime) -> int", "not implemented", "kusto/query/monthofyear-function"),
    refused(&["startofday"], "(date: datetime, offset?: long) -> datetime", "not implemented", "kusto/query/startofday-function").named(Naming::FirstArgument),
    refused(&["startofweek"], "(date: datetime, offset?: long) -> datetime", "not implemented", "kusto/query/startofweek-function"),
    refused(&["startofmonth"], "(date: datetime, offset?: long) -> datetime", "not implemented", "kusto/query/startofmonth-function"),
    refused(&["startofyear"], "(date: datetime, offset?: long) -> datetime", "not implemented", "kusto/query/startofyear-function"),
    refused(&["endofday"], "(date: datetime, offset?: long) -> datetime", "not implemented", "kusto/query/endofday-function"),
    refused(&["endofweek"], "(date: datetime, offset?: long) -> datetime", "not implemented", "kusto/query/endofweek-function"),
    refused(&["endofmonth"], "(date: datetime, offset?: long) -> datetime", "not implemented", "kusto/query/endofmonth-function"),
    refused(&["endofyear"], "(date: datetime, offset?: long) -> datetime", "not implemented", "kusto/query/endofyear-function"),
    refused(&["getyear"], "(date: datetime) -> int", "not implemented", "kusto/query/getyear-function"),
    refused(&["getmonth"], "(date: datetime) -> int", "not implemented", "Kusto.Language 12.4.1, Functions"),
    refused(&["datetime_part", "datepart"], "(part: literal string, date: datetime) -> int", "not implemented", "kusto/query/datetime-part-function"),
    engine(&["now"], "(offset?: timespan) -> datetime", "kusto/query/now-function"),
    refused(&["ago"], "(timespan: timespan) -> datetime", "not implemented", "kusto/query/ago-function"),
    refused(&["unixtime_seconds_todatetime"], "(number: number) -> datetime", "not implemented", "kusto/query/unixtime-seconds-todatetime-function"),
    refused(&["unixtime_milliseconds_todatetime"], "(number: number) -> datetime", "not implemented", "kusto/query/unixtime-milliseconds-todatetime-function"),
    refused(&["unixtime_microseconds_todatetime"], "(number: number) -> datetime", "not implemented", "kusto/query/unixtime-microseconds-todatetime-function"),
    refused(&["unixtime_nanoseconds_todatetime"], "(number: number) -> datetime", "not implemented", "kusto/query/unixtime-nanoseconds-todatetime-function"),
];
