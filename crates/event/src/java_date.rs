//! Dates by the patterns of Java's `DateTimeFormatter`, for `parseDate` (spec 7.2).
//!
//! Three rooms: [`compile`](Pattern::compile) turns a pattern into parts, `read` matches them
//! against text and collects fields, `resolve` makes an instant of the fields. Behaviour follows
//! Java with the English locale: reading is strict and case-sensitive, resolving is "smart" (31
//! February is the last of February, 24:00 is the midnight after), and a zone in the text wins
//! over the zone of the call. Where Java gives no instant because fields are absent, they are
//! those of 1970-01-01 00:00, so that a date alone means its midnight.

mod compile;
mod read;
mod resolve;

use jiff::tz::TimeZone;

/// A compiled pattern.
#[derive(Debug)]
pub struct Pattern {
    parts: Vec<Part>,
}

/// A piece of a pattern.
#[derive(Debug)]
enum Part {
    /// Text that must stand there.
    Literal(String),
    /// Digits.
    Number(Number),
    /// That many digits after the decimal point of the second.
    Fraction(usize),
    /// Two digits of the years 2000 to 2099.
    ShortYear,
    /// A month name, in full or three letters.
    Month { full: bool },
    /// A weekday name, in full or three letters.
    Weekday { full: bool },
    /// `AM` or `PM`.
    Half,
    /// A distance from UTC.
    Offset(OffsetStyle),
    /// A zone identifier such as `Europe/Berlin`, or with `names` an abbreviation such as `PST`.
    Zone { names: bool },
    /// A section that may be absent.
    Optional(Vec<Part>),
}

/// A run of digits.
#[derive(Debug)]
struct Number {
    field: Field,
    min: usize,
    max: usize,
    /// Digits that belong to the fixed-width parts right behind this one.
    reserved: usize,
    /// Whether a minus may precede.
    signed: bool,
}

/// What a number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Year,
    Month,
    Day,
    DayOfYear,
    /// 0 to 23, and 24 for the end of the day.
    Hour,
    /// 1 to 24.
    ClockHour,
    /// 0 to 11, before noon unless the text says otherwise.
    HalfHour,
    /// 1 to 12, before noon unless the text says otherwise.
    ClockHalfHour,
    Minute,
    Second,
    NanoOfSecond,
    MilliOfDay,
    NanoOfDay,
}

impl Field {
    /// Number of fields.
    const COUNT: usize = Field::NanoOfDay as usize + 1;
}

/// How an offset is written.
#[derive(Debug, Clone, Copy)]
struct OffsetStyle {
    /// Whether `Z` stands for zero.
    zulu: bool,
    /// Whether `GMT` stands before it, and alone for zero.
    gmt: bool,
    colon: bool,
    /// Whether the minutes may be left out.
    short: bool,
    /// Whether seconds may follow.
    seconds: bool,
}

/// What a text said.
#[derive(Debug, Clone, Default)]
struct Fields {
    numbers: [Option<i64>; Field::COUNT],
    /// Days since Monday.
    weekday: Option<i8>,
    /// Whether it is the half after noon.
    afternoon: Option<bool>,
    offset: Option<jiff::tz::Offset>,
    zone: Option<TimeZone>,
}

impl Fields {
    fn get(&self, field: Field) -> Option<i64> {
        self.numbers[field as usize]
    }

    /// Sets a field; `None` when it already has another value.
    fn set(&mut self, field: Field, value: i64) -> Option<()> {
        let place = &mut self.numbers[field as usize];
        match *place {
            Some(old) if old != value => None,
            _ => {
                *place = Some(value);
                Some(())
            }
        }
    }
}

impl Pattern {
    /// Epoch milliseconds of a text, with `zone` for texts that name none; `None` when the text
    /// does not fit or is no date.
    pub fn read(&self, text: &str, zone: &TimeZone) -> Option<i64> {
        let mut fields = Fields::default();
        let rest = read::parts(&self.parts, text, &mut fields)?;
        if !rest.is_empty() {
            return None;
        }
        resolve::millis(&fields, zone)
    }
}

#[cfg(test)]
mod tests;
