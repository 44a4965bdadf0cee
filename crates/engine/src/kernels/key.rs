//! Keys: text that is the same for values that `=` takes for equal (spec 4.2), so that joins and
//! lists compare text alone.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, ListArray, StringViewArray, StringViewBuilder,
};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::ColumnarValue;
use flowgauge_event::Number;

use crate::function::{Args, Scalar};
use crate::types;
use crate::values;

/// `_key(a)`: the key of a value; missing for missing values and containers.
pub static KEY: Scalar = Scalar {
    name: "_key",
    returns: |_| types::TEXT,
    invoke: |args| Ok(Arc::new(keys(&args.array(0)?)?)),
};

/// `_in_keys(a, list)`: whether the key of a value is in a constant list; false for what has none.
pub static IN_KEYS: Scalar = Scalar {
    name: "_in_keys",
    returns: |_| DataType::Boolean,
    invoke: in_keys,
};

fn keys(array: &ArrayRef) -> Result<StringViewArray> {
    let numbers = values::numbers(array)?;
    // Times have no text that could equal anything, and what is a number needs none.
    let texts = match array.data_type() {
        DataType::Utf8View | DataType::LargeUtf8 | DataType::Utf8 => Some(values::texts(array)?),
        _ => None,
    };
    let mut builder = StringViewBuilder::with_capacity(array.len());
    let mut written = String::new();
    for row in 0..array.len() {
        match (numbers.get(row), &texts) {
            (Some(number), _) => {
                written.clear();
                write_number(&mut written, number);
                builder.append_value(&written);
            }
            (None, Some(texts)) if texts.is_valid(row) => builder.append_value(texts.value(row)),
            (None, _) => builder.append_null(),
        }
    }
    Ok(builder.finish())
}

/// One text for each number: integers for whole floats inside 64 bits, otherwise the shortest
/// digits that mean this float.
fn write_number(out: &mut String, number: Number) {
    let whole = match number {
        Number::Int(value) => Some(value),
        Number::Float(value) if value.fract() == 0.0 => number.truncate(),
        Number::Float(_) => None,
    };
    // Writing to a string cannot fail.
    let _ = match whole {
        Some(value) => write!(out, "{value}"),
        None => write!(out, "{}", number.as_f64()),
    };
}

fn in_keys(args: &Args) -> Result<ArrayRef> {
    let Some(ColumnarValue::Scalar(ScalarValue::List(list))) = args.values.get(1) else {
        return internal_err!("_in_keys needs a constant list");
    };
    let set = set_of(list);
    let keys = keys(&args.array(0)?)?;
    let mut out = BooleanBuilder::with_capacity(args.rows);
    for key in &keys {
        out.append_value(key.is_some_and(|key| set.contains(key)));
    }
    Ok(Arc::new(out.finish()))
}

type Set = HashSet<String>;

/// A list and its set.
type Known = (Arc<ListArray>, Arc<Set>);

/// Lists as sets; a list is built once, not once a batch. A constant keeps its place in memory.
static SETS: LazyLock<Mutex<Vec<Known>>> = LazyLock::new(Mutex::default);

/// How many sets are kept; a query rarely has more than two.
const KEPT: usize = 4;

fn set_of(list: &Arc<ListArray>) -> Arc<Set> {
    // A panic elsewhere cannot leave the list half-written.
    let mut sets = SETS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, set)) = sets.iter().find(|(known, _)| Arc::ptr_eq(known, list)) {
        return Arc::clone(set);
    }
    let values = list.values().as_string_view();
    let set: Arc<Set> = Arc::new(values.iter().flatten().map(str::to_owned).collect());
    if sets.len() >= KEPT {
        sets.remove(0);
    }
    sets.push((Arc::clone(list), Arc::clone(&set)));
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_one_key() {
        let texts = [
            "80",
            "080",
            "80.0",
            "8e1",
            "-0.0",
            "0",
            "0.50",
            ".5",
            "a",
            "",
            "1e30",
            "9223372036854775807",
        ];
        let array: ArrayRef = Arc::new(StringViewArray::from(texts.to_vec()));
        let found = keys(&array).expect("keys");
        let found: Vec<_> = found.iter().map(Option::unwrap_or_default).collect();
        let large = format!("{}", 1e30);
        let expected = [
            "80",
            "80",
            "80",
            "80",
            "0",
            "0",
            "0.5",
            "0.5",
            "a",
            "",
            large.as_str(),
            "9223372036854775807",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn keys_agree_with_comparison() {
        let values = [
            "1",
            "1.0",
            "01",
            "x",
            "X",
            "",
            "-",
            "1e0",
            "9007199254740993",
            "9007199254740992.0",
            "-0",
            "0",
        ];
        for a in values {
            for b in values {
                let array: ArrayRef = Arc::new(StringViewArray::from(vec![a, b]));
                let found = keys(&array).expect("keys");
                let equal = match (Number::parse(a), Number::parse(b)) {
                    (Some(a), Some(b)) => a.compare(b).is_eq(),
                    _ => a == b,
                };
                assert_eq!(found.value(0) == found.value(1), equal, "{a} {b}");
            }
        }
    }
}
