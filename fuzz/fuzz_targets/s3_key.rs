//! The times that keys of objects tell: a folder that is passed over holds nothing of the range, so what
//! lies below it must not tell other times.

#![no_main]

use flowgauge_event::TimeRange;
use flowgauge_format::s3_key::{parse_key, prefix_bounds};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|path: &str| {
    let mut outer: Option<(i64, i64)> = None;
    for (end, _) in path.match_indices('/') {
        let bounds = prefix_bounds(&path[..=end]);
        if let Some((first, last)) = bounds {
            assert!(first <= last, "{path}");
        }
        if let (Some(above), Some(below)) = (outer, bounds) {
            assert!(above.0 <= below.0 && below.1 <= above.1, "{path}");
        }
        outer = bounds.or(outer);
    }
    let Some(key) = parse_key(path) else {
        return;
    };
    assert!(key.may_hold(TimeRange::default()), "{path}");
    if let Some((first, last)) = key.event_times {
        assert!(first <= last, "{path}");
        let one = |at| TimeRange {
            start: Some(at),
            end: Some(at),
        };
        assert!(key.may_hold(one(first)) && key.may_hold(one(last)), "{path}");
    }
});
