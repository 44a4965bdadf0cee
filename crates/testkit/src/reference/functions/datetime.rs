//! Date and time functions (spec 7.2), and `histogram`, which groups numbers as `bin` groups times.

use flowgauge_event::{Number, Value};
use jiff::Timestamp;

use super::{Answer, Arguments};
use crate::reference::convert::{float, int, millis};
use crate::reference::java_time;

pub(super) fn call(name: &str, args: &Arguments<'_, '_>) -> Answer {
    let time = |index: usize| -> Result<Option<i64>, String> { Ok(millis(&args.value(index)?)) };
    let or_missing = |millis: Option<i64>| millis.map_or(Value::Missing, Value::Time);
    Ok(Some(match name {
        // The binder puts `@timestamp` in front of the period.
        "bin" => {
            let period = args.period(1)?;
            let shift = args.frame.offset.map_or(0, |offset| offset.approx_millis());
            or_missing(time(0)?.map(|millis| period.floor(millis - shift) + shift))
        }
        "datefloor" => {
            let period = args.period(1)?;
            or_missing(time(0)?.map(|millis| period.floor(millis)))
        }
        "dateceil" => {
            let period = args.period(1)?;
            or_missing(time(0)?.map(|millis| period.ceil(millis)))
        }
        "fromMillis" => or_missing(time(0)?),
        "toMillis" => time(0)?.map_or(Value::Missing, int),
        "now" => int(args.evaluator.context.now.div_euclid(1000)),
        "parseDate" => match (args.text(0)?, args.text(1)?, zone(args)?) {
            (Some(text), Some(pattern), Some(zone)) => {
                java_time::parse(&text, &pattern, &zone).map_or(Value::Missing, int)
            }
            _ => Value::Missing,
        },
        "formatDate" => match (time(0)?, args.text(1)?, zone(args)?) {
            (Some(millis), Some(pattern), Some(zone)) => format_date(millis, &pattern, zone),
            _ => Value::Missing,
        },
        "histogram" => histogram(args.number(0)?, args.number(1)?),
        _ => return Ok(None),
    }))
}

/// The zone of the third argument: UTC without one, `None` when it names no zone.
fn zone(args: &Arguments<'_, '_>) -> Result<Option<jiff::tz::TimeZone>, String> {
    if args.len() < 3 {
        return Ok(Some(jiff::tz::TimeZone::UTC));
    }
    Ok(args.text(2)?.and_then(|name| java_time::zone(&name)))
}

fn format_date(millis: i64, pattern: &str, zone: jiff::tz::TimeZone) -> Value {
    let Ok(timestamp) = Timestamp::from_millisecond(millis) else {
        return Value::Missing;
    };
    jiff::fmt::strtime::format(pattern, &timestamp.to_zoned(zone))
        .map_or(Value::Missing, Value::Text)
}

/// The lower bound of the bucket of width `w` that holds `f`.
fn histogram(f: Option<Number>, w: Option<Number>) -> Value {
    let (Some(f), Some(w)) = (f, w) else {
        return Value::Missing;
    };
    if w.as_f64() <= 0.0 {
        return Value::Missing;
    }
    match (f, w) {
        (Number::Int(f), Number::Int(w)) => f
            .div_euclid(w)
            .checked_mul(w)
            .map_or_else(|| float((f.div_euclid(w) as f64) * w as f64), int),
        (f, w) => float((f.as_f64() / w.as_f64()).floor() * w.as_f64()),
    }
}

#[cfg(test)]
mod tests {
    use crate::reference::functions::tests::check;

    #[test]
    fn results() {
        check(&[
            ("fromMillis", &["0"], Some("1970-01-01 00:00:00.000")),
            ("fromMillis", &["x"], None),
            ("toMillis", &["5.9"], Some("5")),
            ("now", &[], Some("1700000000")),
            (
                "formatDate",
                &["1709210096000", "%Y-%m-%d"],
                Some("2024-02-29"),
            ),
            (
                "formatDate",
                &["1709210096000", "%H:%M:%S", "Europe/Berlin"],
                Some("13:34:56"),
            ),
            ("formatDate", &["x", "%Y"], None),
            ("formatDate", &["0", "%Y", "Nowhere/Town"], None),
            ("formatDate", &["0", "%!"], None),
            (
                "parseDate",
                &["2024-02-29", "yyyy-MM-dd"],
                Some("1709164800000"),
            ),
            (
                "parseDate",
                &[
                    "2024-02-29 12:34:56",
                    "yyyy-MM-dd HH:mm:ss",
                    "Europe/Berlin",
                ],
                Some("1709206496000"),
            ),
            ("parseDate", &["yesterday", "yyyy-MM-dd"], None),
            ("histogram", &["17", "5"], Some("15")),
            ("histogram", &["-1", "5"], Some("-5")),
            ("histogram", &["1.7", "0.5"], Some("1.5")),
            ("histogram", &["1", "0"], None),
        ]);
    }
}
