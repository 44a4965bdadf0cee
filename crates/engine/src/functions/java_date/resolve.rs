//! From fields to an instant.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::{Field, Fields};

const DAY_NANOS: i64 = 86_400_000_000_000;

/// Epoch milliseconds; `None` when the fields name no day, contradict each other or lie outside
/// their ranges.
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
        (None, Some(zone)) => zone.to_ambiguous_timestamp(local).compatible().ok()?,
        (None, None) => zone.to_ambiguous_timestamp(local).compatible().ok()?,
    };
    Some(timestamp.as_millisecond())
}

fn date(fields: &Fields) -> Option<Date> {
    let year = i16::try_from(fields.get(Field::Year)?).ok()?;
    let day_of_year = fields.get(Field::DayOfYear);
    let date = match (fields.get(Field::Month), fields.get(Field::Day)) {
        (Some(month), Some(day)) => {
            let first = Date::new(year, i8::try_from(month).ok()?, 1).ok()?;
            let day = i8::try_from(day)
                .ok()
                .filter(|day| (1..=31).contains(day))?;
            Date::new(year, first.month(), day.min(first.days_in_month())).ok()?
        }
        _ => {
            let first = Date::new(year, 1, 1).ok()?;
            let day = i16::try_from(day_of_year?).ok()?;
            if !(1..=first.days_in_year()).contains(&day) {
                return None;
            }
            first
                .checked_add(SignedDuration::from_hours(24 * (i64::from(day) - 1)))
                .ok()?
        }
    };
    let agrees = day_of_year.is_none_or(|day| day == i64::from(date.day_of_year()))
        && fields
            .weekday
            .is_none_or(|weekday| weekday == date.weekday().to_monday_zero_offset());
    agrees.then_some(date)
}

/// Nanoseconds since midnight; a full day for 24:00. Without any field of the clock: midnight.
fn nanos_of_day(fields: &Fields) -> Option<i64> {
    let within = |field, max| fields.get(field).filter(|value| (0..=max).contains(value));
    if fields.get(Field::NanoOfDay).is_some() {
        return within(Field::NanoOfDay, DAY_NANOS - 1);
    }
    if fields.get(Field::MilliOfDay).is_some() {
        return Some(within(Field::MilliOfDay, DAY_NANOS / 1_000_000 - 1)? * 1_000_000);
    }
    // From coarse to fine; a finer field needs all coarser ones.
    let clock = [
        (Field::Minute, 59, 60_000_000_000),
        (Field::Second, 59, 1_000_000_000),
        (Field::NanoOfSecond, 999_999_999, 1),
    ];
    let hour_fields = [
        Field::Hour,
        Field::ClockHour,
        Field::HalfHour,
        Field::ClockHalfHour,
    ];
    if hour_fields.iter().all(|field| fields.get(*field).is_none()) {
        let bare = clock.iter().all(|(field, ..)| fields.get(*field).is_none());
        return bare.then_some(0);
    }
    let mut nanos = hour(fields)? * 3_600_000_000_000;
    let mut complete = true;
    for (field, max, unit) in clock {
        if fields.get(field).is_none() {
            complete = false;
        } else if complete {
            nanos += within(field, max)? * unit;
        } else {
            return None;
        }
    }
    (nanos <= DAY_NANOS).then_some(nanos)
}

/// The hour, 0 to 24.
fn hour(fields: &Fields) -> Option<i64> {
    let within = |field, range: std::ops::RangeInclusive<i64>| {
        fields.get(field).filter(|value| range.contains(value))
    };
    if fields.get(Field::Hour).is_some() {
        return within(Field::Hour, 0..=24);
    }
    if fields.get(Field::ClockHour).is_some() {
        return Some(within(Field::ClockHour, 1..=24)? % 24);
    }
    let half = match fields.get(Field::HalfHour) {
        Some(_) => within(Field::HalfHour, 0..=11)?,
        None => within(Field::ClockHalfHour, 1..=12)? % 12,
    };
    Some(half + if fields.afternoon? { 12 } else { 0 })
}
