//! The keys under which AWS delivers flow logs (flow log spec 2.4).

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Seconds of `end` in one object.
pub const SLOT: i64 = 300;

/// Where objects go and what they are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyLayout {
    /// Account, 12 digits.
    pub account: String,
    /// Region.
    pub region: String,
    /// Id of the flow log: `fl-` and hexadecimal digits.
    pub flow_log: String,
    /// Folders as Hive names its partitions: `year=2024/month=05/…`.
    pub hive: bool,
    /// A folder an hour below the folder of the day.
    pub hourly: bool,
}

impl KeyLayout {
    /// The key of an object that holds the records which ended in the slot that begins at `slot`,
    /// seconds since the epoch. `hash` tells the objects of a slot apart; `ending` is what follows
    /// the name: `.log.gz`.
    pub fn key(&self, slot: i64, hash: u32, ending: &str) -> String {
        let KeyLayout {
            account,
            region,
            flow_log,
            ..
        } = self;
        let time = Timestamp::from_second(slot).unwrap_or(Timestamp::UNIX_EPOCH);
        let time = TimeZone::UTC.to_datetime(time);
        let (year, month, day) = (time.year(), time.month(), time.day());
        let (hour, minute) = (time.hour(), time.minute());
        let mut folder = if self.hive {
            format!(
                "AWSLogs/aws-account-id={account}/aws-service=vpcflowlogs/aws-region={region}/year={year:04}/month={month:02}/day={day:02}"
            )
        } else {
            format!("AWSLogs/{account}/vpcflowlogs/{region}/{year:04}/{month:02}/{day:02}")
        };
        if self.hourly {
            let name = if self.hive { "hour=" } else { "" };
            folder.push_str(&format!("/{name}{hour:02}"));
        }
        format!(
            "{folder}/{account}_vpcflowlogs_{region}_{flow_log}_{year:04}{month:02}{day:02}T{hour:02}{minute:02}Z_{hash:08x}{ending}"
        )
    }
}

/// The slot of a time, both in seconds since the epoch.
pub fn slot(time: i64) -> i64 {
    time.div_euclid(SLOT) * SLOT
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowgauge_format::s3_key::parse_key;

    #[test]
    fn keys_of_every_layout() {
        let plain = "AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20";
        let hive = "AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/year=2018/month=06/day=20";
        let name = "123456789012_vpcflowlogs_us-east-1_fl-1234abcd_20180620T1620Z_00e12345.log.gz";
        // 2018-06-20T16:23:01Z.
        let begin = slot(1_529_511_781);
        for (hive_names, hourly, folder) in [
            (false, false, plain.to_owned()),
            (false, true, format!("{plain}/16")),
            (true, false, hive.to_owned()),
            (true, true, format!("{hive}/hour=16")),
        ] {
            let layout = KeyLayout {
                account: "123456789012".to_owned(),
                region: "us-east-1".to_owned(),
                flow_log: "fl-1234abcd".to_owned(),
                hive: hive_names,
                hourly,
            };
            let key = layout.key(begin, 0xe1_2345, ".log.gz");
            assert_eq!(key, format!("{folder}/{name}"));
            // Queries over a time range read the same key.
            let info = parse_key(&key).expect("a key");
            assert_eq!(info.slot_start_ms, Some(begin * 1_000));
            assert_eq!(info.region, "us-east-1");
        }
    }
}
