//! The words that every other crate shares: numbers, times, addresses, periods, limits
//! and the clock.
//!
//! Nothing here does I/O or knows a log format. A value that crosses a crate border (a number
//! that a query printed, a time that a user typed) is parsed and printed here, once, so that the
//! engine, the reference evaluator and the command line cannot drift apart.

pub mod address;
pub mod clock;
pub mod event;
pub mod java_date;
pub mod limits;
pub mod number;
pub mod period;
pub mod strftime;
pub mod time;
pub mod value;
pub mod zone;

pub use clock::{Clock, FixedClock, SystemClock};
pub use event::Event;
pub use limits::Limits;
pub use number::Number;
pub use period::{Period, PeriodUnit};
pub use time::{TimeError, TimeRange, format_timestamp, parse_end_time, parse_time};
pub use value::Value;
