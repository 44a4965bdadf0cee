//! What the key of an object that AWS delivered tells about its content (flow log spec 2.4):
//! account, region, and between which times its events can lie, so that a query over one hour
//! neither lists nor reads the rest of a bucket.
//!
//! A key is judged by its file name and by the folders below `AWSLogs`, plain
//! (`<account>/vpcflowlogs/<region>/2024/05/01/`) or in the manner of Hive
//! (`aws-account-id=<account>/aws-service=vpcflowlogs/…/year=2024/month=05/day=01/`), with or
//! without an hour. A copied file is known by its name alone.

use flowgauge_event::TimeRange;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

const MINUTE_MS: i64 = 60_000;

/// A service whose key layout is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// VPC and transit gateway flow logs.
    VpcFlowLogs,
    /// CloudTrail.
    CloudTrail,
}

impl Service {
    fn parse(segment: &str) -> Option<Service> {
        match segment {
            "vpcflowlogs" => Some(Service::VpcFlowLogs),
            "CloudTrail" => Some(Service::CloudTrail),
            _ => None,
        }
    }

    /// How much earlier than the stamp in the key an event can be, in milliseconds.
    ///
    /// A flow log object holds the records that ended in its five minutes. A record's time is its
    /// start, which lies up to one aggregation interval of 10 minutes and the admitted error of
    /// 60 seconds before. A CloudTrail object holds whatever was written before it was delivered;
    /// a day is far more than was ever observed.
    fn lead_ms(self) -> i64 {
        match self {
            Service::VpcFlowLogs => 660_000,
            Service::CloudTrail => 86_400_000,
        }
    }

    /// Length of the slot that the stamp begins, in milliseconds.
    fn slot_ms(self) -> i64 {
        match self {
            Service::VpcFlowLogs => 300_000,
            Service::CloudTrail => MINUTE_MS,
        }
    }

    /// First and last possible event time of objects stamped within `[first, last]`.
    fn event_times(self, first: i64, last: i64) -> (i64, i64) {
        (first - self.lead_ms(), last + self.slot_ms() - 1)
    }
}

/// What a key tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// Account that the log belongs to, 12 digits.
    pub account: String,
    /// Region, such as `eu-west-1`.
    pub region: String,
    /// The service that wrote the object.
    pub service: Service,
    /// The stamp in the file name, milliseconds: begin of the five minutes of a flow log object,
    /// minute of delivery of a CloudTrail object.
    pub slot_start_ms: Option<i64>,
    /// First and last possible event time, milliseconds, from the stamp or else from the folders.
    pub event_times: Option<(i64, i64)>,
}

impl KeyInfo {
    /// Whether the object can hold an event of the range; yes when the key tells no time.
    pub fn may_hold(&self, range: TimeRange) -> bool {
        self.event_times
            .is_none_or(|(first, last)| range.overlaps(first, last))
    }
}

/// Reads the key or path of one object; `None` when it is none of the known layouts.
pub fn parse_key(path: &str) -> Option<KeyInfo> {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let folders = Folders::parse(folders);
    if let Some(name) = FileName::parse(file) {
        let event_times = match name.stamp {
            Some(stamp) => Some(name.service.event_times(stamp, stamp)),
            None => folders.as_ref().and_then(Folders::event_times),
        };
        return Some(KeyInfo {
            account: name.account.to_owned(),
            region: name.region.to_owned(),
            service: name.service,
            slot_start_ms: name.stamp,
            event_times,
        });
    }
    let folders = folders?;
    Some(KeyInfo {
        account: folders.account.to_owned(),
        region: folders.region?.to_owned(),
        service: folders.service,
        slot_start_ms: None,
        event_times: folders.event_times(),
    })
}

/// First and last possible event time of the objects below a folder, milliseconds; `None` when the
/// folder tells no time, so that it must be looked into.
pub fn prefix_bounds(prefix: &str) -> Option<(i64, i64)> {
    Folders::parse(prefix.trim_end_matches('/'))?.event_times()
}

/// The folders of a key, as deep as they go.
struct Folders<'a> {
    account: &'a str,
    service: Service,
    region: Option<&'a str>,
    /// Year, month, day and hour.
    date: Vec<i64>,
}

impl<'a> Folders<'a> {
    fn parse(path: &'a str) -> Option<Folders<'a>> {
        let mut segments = path.split('/').skip_while(|segment| *segment != "AWSLogs");
        segments.next()?;
        let mut account = segments.next()?;
        // Trails of an organization have its id in front.
        if account.starts_with("o-") {
            account = segments.next()?;
        }
        let account = account.strip_prefix("aws-account-id=").unwrap_or(account);
        let service = segments.next()?;
        let service = Service::parse(service.strip_prefix("aws-service=").unwrap_or(service))?;
        let region = segments
            .next()
            .map(|region| region.strip_prefix("aws-region=").unwrap_or(region));
        let date = segments
            .zip(["year=", "month=", "day=", "hour="])
            .map_while(|(segment, name)| number(segment.strip_prefix(name).unwrap_or(segment)))
            .collect();
        is_account(account).then_some(Folders {
            account,
            service,
            region,
            date,
        })
    }

    fn event_times(&self) -> Option<(i64, i64)> {
        let year = *self.date.first()?;
        let part = |place: usize| self.date.get(place).copied();
        let first = date_time(
            year,
            part(1).unwrap_or(1),
            part(2).unwrap_or(1),
            part(3).unwrap_or(0),
            0,
        )?;
        let length = match self.date.len() {
            1 => 1.year(),
            2 => 1.month(),
            3 => 1.day(),
            _ => 1.hour(),
        };
        let next = first.checked_add(length).ok()?;
        let (first, next) = (millis(first)?, millis(next)?);
        // Stamps are whole minutes.
        Some(self.service.event_times(first, next - MINUTE_MS))
    }
}

/// The name of an object: `<account>_<service>_<region>_…_<stamp>_<hash>.<ending>`.
struct FileName<'a> {
    account: &'a str,
    service: Service,
    region: &'a str,
    stamp: Option<i64>,
}

impl<'a> FileName<'a> {
    fn parse(name: &'a str) -> Option<FileName<'a>> {
        let mut parts = name.split('_');
        let account = parts.next().filter(|account| is_account(account))?;
        let service = Service::parse(parts.next()?)?;
        let region = parts.next()?;
        Some(FileName {
            account,
            service,
            region,
            stamp: parts.find_map(stamp),
        })
    }
}

/// Reads `YYYYMMDDThhmmZ`.
fn stamp(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    if date.len() != 8 || time.len() != 4 {
        return None;
    }
    let (date, time) = (number(date)?, number(time)?);
    millis(date_time(
        date / 10_000,
        date / 100 % 100,
        date % 100,
        time / 100,
        time % 100,
    )?)
}

fn date_time(year: i64, month: i64, day: i64, hour: i64, minute: i64) -> Option<DateTime> {
    let small = |part: i64| i8::try_from(part).ok();
    DateTime::new(
        i16::try_from(year).ok()?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        0,
        0,
    )
    .ok()
}

fn millis(time: DateTime) -> Option<i64> {
    TimeZone::UTC
        .to_timestamp(time)
        .ok()
        .map(Timestamp::as_millisecond)
}

fn number(digits: &str) -> Option<i64> {
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    if all { digits.parse().ok() } else { None }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowgauge_event::{format_timestamp, parse_time};

    fn shown(times: Option<(i64, i64)>) -> String {
        times.map_or("none".to_owned(), |(first, last)| {
            format!("{} to {}", format_timestamp(first), format_timestamp(last))
        })
    }

    #[test]
    fn keys_of_every_layout() {
        let file = "123456789012_vpcflowlogs_us-east-1_fl-1234abcd_20180620T1620Z_fe123456.log.gz";
        let slot = "2018-06-20 16:09:00.000 to 2018-06-20 16:24:59.999";
        for folder in [
            "bucket/prefix/AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/",
            "AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/16/",
            "s3://b/AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/year=2018/month=06/day=20/",
            "AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/year=2018/month=06/day=20/hour=16/",
            "downloads/",
            "",
        ] {
            let info = parse_key(&format!("{folder}{file}")).expect(folder);
            assert_eq!(info.account, "123456789012");
            assert_eq!(info.region, "us-east-1");
            assert_eq!(info.service, Service::VpcFlowLogs);
            assert_eq!(
                info.slot_start_ms.map(format_timestamp).as_deref(),
                Some("2018-06-20 16:20:00.000")
            );
            assert_eq!(shown(info.event_times), slot, "{folder}");
        }
    }

    #[test]
    fn cloud_trail_and_renamed_files() {
        for (key, times) in [
            (
                "AWSLogs/123456789012/CloudTrail/eu-west-1/2024/05/01/123456789012_CloudTrail_eu-west-1_20240501T1005Z_aBcDeF.json.gz",
                "2024-04-30 10:05:00.000 to 2024-05-01 10:05:59.999",
            ),
            (
                "AWSLogs/o-abc123/123456789012/CloudTrail/eu-west-1/2024/05/01/123456789012_CloudTrail_eu-west-1_20240501T1005Z_aBcDeF.json.gz",
                "2024-04-30 10:05:00.000 to 2024-05-01 10:05:59.999",
            ),
            (
                "AWSLogs/123456789012/vpcflowlogs/eu-west-1/2024/05/01/renamed.log.gz",
                "2024-04-30 23:49:00.000 to 2024-05-02 00:03:59.999",
            ),
            (
                "AWSLogs/123456789012/vpcflowlogs/eu-west-1/renamed.log.gz",
                "none",
            ),
        ] {
            let info = parse_key(key).expect(key);
            assert_eq!(info.account, "123456789012");
            assert_eq!(info.region, "eu-west-1");
            assert_eq!(shown(info.event_times), times, "{key}");
        }
        for key in [
            "",
            "app.log",
            "AWSLogs/app.log",
            "AWSLogs/123456789012/elasticloadbalancing/eu-west-1/2024/05/01/x.log.gz",
            "AWSLogs/me/vpcflowlogs/eu-west-1/2024/05/01/x.log.gz",
            "logs/2024/05/01/x.log",
            "12_vpcflowlogs_eu-west-1_fl-1_20240501T1005Z_x.log.gz",
        ] {
            assert_eq!(parse_key(key), None, "{key}");
        }
    }

    #[test]
    fn folders_bound_what_is_below() {
        let plain = "b/AWSLogs/123456789012/vpcflowlogs/eu-west-1";
        let hive =
            "b/AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=eu-west-1";
        let year = "2023-12-31 23:49:00.000 to 2025-01-01 00:03:59.999";
        let month = "2024-01-31 23:49:00.000 to 2024-03-01 00:03:59.999";
        let day = "2024-02-28 23:49:00.000 to 2024-03-01 00:03:59.999";
        let hour = "2024-02-29 22:49:00.000 to 2024-03-01 00:03:59.999";
        for (folder, times) in [
            (format!("{plain}/2024/"), year),
            (format!("{plain}/2024/02"), month),
            (format!("{plain}/2024/02/29/"), day),
            (format!("{plain}/2024/02/29/23/"), hour),
            (format!("{hive}/year=2024/"), year),
            (format!("{hive}/year=2024/month=02/"), month),
            (format!("{hive}/year=2024/month=02/day=29/"), day),
            (format!("{hive}/year=2024/month=02/day=29/hour=23/"), hour),
            (plain.to_owned(), "none"),
            (format!("{plain}/2024/13/"), "none"),
            ("b/2024/02/".to_owned(), "none"),
            ("b/AWSLogs/".to_owned(), "none"),
        ] {
            assert_eq!(shown(prefix_bounds(&folder)), times, "{folder}");
        }
    }

    #[test]
    fn a_range_takes_the_objects_that_can_hold_its_events() {
        let info = parse_key(
            "123456789012_vpcflowlogs_us-east-1_fl-1_20180620T1620Z_fe123456.log.parquet",
        )
        .expect("key");
        let range = |start: &str, end: &str| TimeRange {
            start: Some(parse_time(start, 0).expect("time")),
            end: Some(parse_time(end, 0).expect("time")),
        };
        for (start, end, expected) in [
            // A record of ten minutes that ended at 16:20:00 began at 16:10:00.
            ("2018-06-20T16:00:00Z", "2018-06-20T16:10:00Z", true),
            ("2018-06-20T16:00:00Z", "2018-06-20T16:08:59Z", false),
            ("2018-06-20T16:24:59Z", "2018-06-20T17:00:00Z", true),
            ("2018-06-20T16:25:00Z", "2018-06-20T17:00:00Z", false),
        ] {
            assert_eq!(info.may_hold(range(start, end)), expected, "{start}");
        }
        assert!(info.may_hold(TimeRange::default()));
    }
}
