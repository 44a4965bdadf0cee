//! Times in the columns `start` and `end` of Parquet files.
//!
//! AWS delivers seconds since the epoch. Tools that make tables of flow logs turn them into times,
//! which count as the moments that they are.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, TimestampMillisecondArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimestampMillisecondType};
use arrow::error::ArrowError;
use flowgauge_event::Number;

use crate::types;

/// Whether values of the type are times by themselves.
pub(super) fn is_time(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Timestamp(_, _) | DataType::Date32 | DataType::Date64
    )
}

/// Whether values of the type are ordered as the times that they mean, as texts are not.
pub(super) fn is_ordered(data_type: &DataType) -> bool {
    is_time(data_type) || data_type.is_integer()
}

/// The milliseconds that a column means: times as they are, numbers as seconds, text as whole seconds.
/// What is none of them is missing.
pub(super) fn millis(column: &ArrayRef) -> Result<TimestampMillisecondArray, ArrowError> {
    if is_time(column.data_type()) {
        let times = cast(column, &types::TIME)?;
        return Ok(times.as_primitive::<TimestampMillisecondType>().clone());
    }
    if column.data_type().is_floating() {
        let seconds = cast(column, &DataType::Float64)?;
        let seconds = seconds.as_primitive::<Float64Type>().iter();
        return Ok(seconds
            .map(|second| Number::from_f64(second? * 1000.0)?.truncate())
            .collect());
    }
    let seconds = if column.data_type().is_integer() {
        cast(column, &DataType::Int64)?
    } else {
        // As the decoder of text reads them: `1714521600`, but not `1.7e9`.
        cast(&cast(column, &types::TEXT)?, &DataType::Int64)?
    };
    let seconds = seconds.as_primitive::<Int64Type>().iter();
    Ok(seconds.map(|second| second?.checked_mul(1000)).collect())
}

/// Times as whole seconds since the epoch, which is what a flow log writes for them.
pub(super) fn seconds(times: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let seconds: Int64Array = millis(times)?
        .iter()
        .map(|time| Some(time?.div_euclid(1000)))
        .collect();
    Ok(Arc::new(seconds))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float64Array, Int32Array, StringArray, UInt64Array};
    use arrow::datatypes::TimeUnit;

    use super::*;

    const MAY: i64 = 1_714_521_600;

    fn times(column: ArrayRef) -> Vec<Option<i64>> {
        millis(&column).expect("times").iter().collect()
    }

    #[test]
    fn seconds_and_times_mean_the_same_moment() {
        let seconds: ArrayRef = Arc::new(Int64Array::from(vec![MAY]));
        assert_eq!(times(Arc::clone(&seconds)), [Some(MAY * 1000)]);
        let stored = cast(&seconds, &DataType::Timestamp(TimeUnit::Second, None)).expect("times");
        for unit in [
            TimeUnit::Second,
            TimeUnit::Millisecond,
            TimeUnit::Microsecond,
            TimeUnit::Nanosecond,
        ] {
            for zone in [None, Some("UTC".into())] {
                let as_time = DataType::Timestamp(unit, zone);
                let column = cast(&stored, &as_time).expect("times");
                assert_eq!(times(column), [Some(MAY * 1000)], "{as_time}");
            }
        }
        for date in [DataType::Date32, DataType::Date64] {
            let column = cast(&stored, &date).expect("dates");
            assert_eq!(times(column), [Some(MAY * 1000)], "{date}");
        }
    }

    #[test]
    fn what_is_no_time_is_missing() {
        let small = Arc::new(Int32Array::from(vec![Some(7), None]));
        assert_eq!(times(small), [Some(7000), None]);
        let large = Arc::new(UInt64Array::from(vec![u64::MAX, i64::MAX as u64, 1]));
        assert_eq!(times(large), [None, None, Some(1000)]);
        let text = Arc::new(StringArray::from(vec!["7", "-", "2024-05-01"]));
        assert_eq!(times(text), [Some(7000), None, None]);
        let floats = Arc::new(Float64Array::from(vec![1.5, f64::NAN, 1e300]));
        assert_eq!(times(floats), [Some(1500), None, None]);
    }
}
