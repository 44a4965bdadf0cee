//! From fields to an instant. Fields that the text did not give are those of 1970-01-01 00:00.

use std::ops::RangeInclusive;

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::{Field, Fields};

const DAY_NANOS: i64 = 86_400_000_000_000;

/// Epoch milliseconds; `None` when the fields contradict each other or lie outside their ranges.
pub(super) fn millis(fields: &Fields, zone: &TimeZone) -> Option<i64> {
    let date = date(fields)?;
    let nanos = nanos_of_day(fields)?;
    // Milliseconds are cut off here, because an instant before 1970 would be cut upwards.
    let nanos = nanos - nanos % 1_000_000;
    let midnight = DateTime::from_parts(date, Time::midnight());
    let local = midnight
        .checked_add(SignedDuration::from_nanos(nanos))
        .ok()?;
    let timestamp = match (&fields.offset, &fields.zone) {
        (Some(offset), _) => offset.to_timestamp(local).ok()?,
        // Like Java: a time inside a gap moves behind it, an ambiguous one is the earlier.
        (None, own) => own
            .as_ref()
            .unwrap_or(zone)
            .to_ambiguous_timestamp(local)
            .compatible()
            .ok()?,
    };
    Some(timestamp.as_millisecond())
}

fn date(fields: &Fields) -> Option<Date> {
    let year = i16::try_from(fields.get(Field::Year).unwrap_or(1970)).ok()?;
    let (month, day) = (fields.get(Field::Month), fields.get(Field::Day));
    let day_of_year = fields.get(Field::DayOfYear);
    let date = match day_of_year {
        Some(day) if month.is_none() => {
            let first = Date::new(year, 1, 1).ok()?;
            first
                .with()
                .day_of_year(i16::try_from(day).ok()?)
                .build()
                .ok()?
        }
        _ => {
            let month = i8::try_from(month.unwrap_or(1)).ok()?;
            let day = i8::try_from(day.unwrap_or(1)).ok()?;
            let last = Date::new(year, month, 1).ok()?.days_in_month();
            Date::new(year, month, if day <= 31 { day.min(last) } else { day }).ok()?
        }
    };
    let agrees = day_of_year.is_none_or(|value| value == i64::from(date.day_of_year()))
        && (month.is_some() || day.is_none_or(|value| value == i64::from(date.day())))
        && fields
            .weekday
            .is_none_or(|value| value == date.weekday().to_monday_zero_offset());
    agrees.then_some(date)
}

/// Nanoseconds since midnight; a full day for 24:00.
fn nanos_of_day(fields: &Fields) -> Option<i64> {
    if fields.get(Field::NanoOfDay).is_some() {
        return within(fields, Field::NanoOfDay, 0..=DAY_NANOS - 1);
    }
    if fields.get(Field::MilliOfDay).is_some() {
        let millis = within(fields, Field::MilliOfDay, 0..=DAY_NANOS / 1_000_000 - 1)?;
        return Some(millis * 1_000_000);
    }
    let minutes = hour(fields)? * 60 + within(fields, Field::Minute, 0..=59)?;
    let seconds = minutes * 60 + within(fields, Field::Second, 0..=59)?;
    let nanos = seconds * 1_000_000_000 + within(fields, Field::NanoOfSecond, 0..=999_999_999)?;
    (nanos <= DAY_NANOS).then_some(nanos)
}

/// The hour, 0 to 24.
fn hour(fields: &Fields) -> Option<i64> {
    if fields.get(Field::ClockHour).is_some() {
        return Some(within(fields, Field::ClockHour, 1..=24)? % 24);
    }
    let afternoon = if fields.afternoon == Some(true) {
        12
    } else {
        0
    };
    if fields.get(Field::ClockHalfHour).is_some() {
        return Some(within(fields, Field::ClockHalfHour, 1..=12)? % 12 + afternoon);
    }
    if fields.get(Field::HalfHour).is_some() {
        return Some(within(fields, Field::HalfHour, 0..=11)? + afternoon);
    }
    within(fields, Field::Hour, 0..=24)
}

/// A field that must lie in the range when it was read, else 0.
fn within(fields: &Fields, field: Field, range: RangeInclusive<i64>) -> Option<i64> {
    match fields.get(field) {
        None => Some(0),
        value => value.filter(|value| range.contains(value)),
    }
}
