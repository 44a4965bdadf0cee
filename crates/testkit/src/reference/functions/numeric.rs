//! Numeric functions (spec 7.1).

use std::cmp::Ordering;

use flowgauge_event::{Number, Value};

use super::{Answer, Arguments};
use crate::reference::convert::{float, int};

pub(super) fn call(name: &str, args: &Arguments<'_, '_>) -> Answer {
    match name {
        "greatest" => return extreme(args, Ordering::Greater).map(Some),
        "least" => return extreme(args, Ordering::Less).map(Some),
        "haversine" => return haversine(args).map(Some),
        _ => {}
    }
    let operation: fn(Number) -> Value = match name {
        "abs" => |a| match a {
            Number::Int(a) => a.checked_abs().map_or_else(|| float((a as f64).abs()), int),
            Number::Float(a) => float(a.abs()),
        },
        "ceil" => |a| whole(a, f64::ceil),
        "floor" => |a| whole(a, f64::floor),
        "log" => |a| float(a.as_f64().ln()),
        "sqrt" => |a| float(a.as_f64().sqrt()),
        "toNumber" => Value::Number,
        "toDouble" => |a| float(a.as_f64()),
        "toInt" => |a| {
            a.truncate()
                .filter(|&a| i32::try_from(a).is_ok())
                .map_or(Value::Missing, int)
        },
        "toLong" => |a| a.truncate().map_or(Value::Missing, int),
        "round" => {
            return Ok(Some(match (args.number(0)?, args.len()) {
                (Some(a), 1) => round(a, 0),
                (Some(a), _) => args
                    .integer(1)?
                    .map_or(Value::Missing, |digits| round(a, digits)),
                (None, _) => Value::Missing,
            }));
        }
        _ => return Ok(None),
    };
    Ok(Some(args.number(0)?.map_or(Value::Missing, operation)))
}

/// Applies a rounding to floats; integers are whole already.
fn whole(a: Number, rounding: fn(f64) -> f64) -> Value {
    match a {
        Number::Int(a) => int(a),
        Number::Float(a) => float(rounding(a)),
    }
}

/// The largest or smallest of the arguments that are numbers.
fn extreme(args: &Arguments<'_, '_>, wanted: Ordering) -> Result<Value, String> {
    let mut best: Option<Number> = None;
    for index in 0..args.len() {
        if let Some(candidate) = args.number(index)?
            && best.is_none_or(|best| candidate.compare(best) == wanted)
        {
            best = Some(candidate);
        }
    }
    Ok(best.map_or(Value::Missing, Value::Number))
}

/// Rounds half away from zero, on the shortest decimal form of a float: 2.345 to two digits is
/// 2.35, although the nearest float lies below it.
fn round(a: Number, digits: i64) -> Value {
    let text = match a {
        Number::Int(a) => a.to_string(),
        // The alternate form never uses an exponent.
        Number::Float(a) => format!("{a}"),
    };
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", text.as_str()),
    };
    let (integer, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    // All digits in a row; `keep` of them stay.
    let all: Vec<u8> = integer
        .bytes()
        .chain(fraction.bytes())
        .map(|digit| digit - b'0')
        .collect();
    let keep = integer.len() as i64 + digits;
    if keep >= all.len() as i64 {
        return Value::Number(a);
    }
    if keep < 0 {
        return int(0);
    }
    let keep = keep as usize;
    let mut kept: Vec<u8> = all[..keep].to_vec();
    if all[keep] >= 5 {
        let mut at = keep;
        loop {
            if at == 0 {
                kept.insert(0, 1);
                break;
            }
            at -= 1;
            if kept[at] == 9 {
                kept[at] = 0;
            } else {
                kept[at] += 1;
                break;
            }
        }
    }
    let mut out: String = kept.iter().map(|digit| char::from(b'0' + digit)).collect();
    if digits > 0 {
        let point = out.len() - digits as usize;
        out.insert(point, '.');
    } else {
        out.push_str(&"0".repeat(digits.unsigned_abs() as usize));
    }
    Number::parse(&format!("{sign}0{out}")).map_or(Value::Missing, Value::Number)
}

/// Kilometres between two places in degrees, on a sphere of 6371 km.
fn haversine(args: &Arguments<'_, '_>) -> Result<Value, String> {
    let (Some(lat1), Some(lon1), Some(lat2), Some(lon2)) = (
        args.float(0)?,
        args.float(1)?,
        args.float(2)?,
        args.float(3)?,
    ) else {
        return Ok(Value::Missing);
    };
    let (lat1, lon1) = (lat1.to_radians(), lon1.to_radians());
    let (lat2, lon2) = (lat2.to_radians(), lon2.to_radians());
    let square = |x: f64| x * x;
    let a = square(((lat2 - lat1) / 2.0).sin())
        + lat1.cos() * lat2.cos() * square(((lon2 - lon1) / 2.0).sin());
    Ok(float(2.0 * 6371.0 * a.sqrt().min(1.0).asin()))
}

#[cfg(test)]
mod tests {
    use crate::reference::functions::tests::check;

    #[test]
    fn results() {
        check(&[
            ("abs", &["-3"], Some("3")),
            (
                "abs",
                &["-9223372036854775808"],
                Some("9223372036854775808"),
            ),
            ("abs", &["x"], None),
            ("ceil", &["-1.2"], Some("-1")),
            ("floor", &["-1.2"], Some("-2")),
            ("greatest", &["9", "10", "x"], Some("10")),
            ("least", &["9", "10"], Some("9")),
            ("least", &["x"], None),
            ("haversine", &["0", "0", "0", "90"], Some("10007.5434")),
            ("log", &["10"], Some("2.3026")),
            ("log", &["0"], None),
            ("sqrt", &["-1"], None),
            ("toInt", &["-7.9"], Some("-7")),
            ("toInt", &["3000000000"], None),
            ("toLong", &["1e19"], None),
            ("toNumber", &[" 7"], None),
        ]);
    }

    #[test]
    fn rounding() {
        check(&[
            ("round", &["2.5"], Some("3")),
            ("round", &["-2.5"], Some("-3")),
            ("round", &["0.4"], Some("0")),
            ("round", &["0.5"], Some("1")),
            ("round", &["2.345", "2"], Some("2.35")),
            ("round", &["1.005", "2"], Some("1.01")),
            ("round", &["9.96", "1"], Some("10")),
            ("round", &["1250", "-2"], Some("1300")),
            ("round", &["60", "-2"], Some("100")),
            ("round", &["40", "-2"], Some("0")),
            ("round", &["40", "-9"], Some("0")),
            (
                "round",
                &["9223372036854775807"],
                Some("9223372036854775807"),
            ),
            ("round", &["7", "3"], Some("7")),
            ("round", &["x"], None),
            ("round", &["1", "x"], None),
        ]);
    }
}
