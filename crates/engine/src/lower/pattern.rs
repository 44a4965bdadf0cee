//! `pattern`, with what `diff`, `logcompare` and `anomaly` add: the rows of one window or two, one
//! aggregation that mines them, and a row for each pattern.

use datafusion::common::{
    Column, Result, ScalarValue, UnnestOptions, exec_datafusion_err, internal_err,
};
use datafusion::logical_expr::{Expr as Df, lit};
use flowgauge_ql::pipeline::{Expr, Mining, columns};

use super::expr::field_of;
use super::order::ordering;
use super::{Lowering, named};
use crate::aggregates::PATTERN_FIELDS;
use crate::registry;

/// How much the mining keeps, as the aggregate is told.
const COUNTS: i64 = 0;
const SHOWN: i64 = 1;
const ANOMALIES: i64 = 2;

/// The columns of a row that is mined.
struct Lines {
    text: String,
    time: String,
    window: String,
}

impl Lowering {
    pub(super) async fn pattern(&mut self, mining: &Mining) -> Result<()> {
        let own = self.window;
        let other = match mining.comparison {
            None => None,
            Some(comparison) => {
                let earlier = comparison.earlier(own).ok_or_else(|| {
                    exec_datafusion_err!(
                        "patterns of two windows cannot be compared without a window: give --start and --end"
                    )
                })?;
                let mut other = self.over(earlier).await?;
                self.absorb(&mut other);
                Some(other)
            }
        };
        let lines = self.lines(&mining.input, 0)?;
        if let Some(mut other) = other {
            // Two columns of one plan never have the same name.
            other.fresh = self.fresh;
            other.lines(&mining.input, 1)?;
            self.fresh = other.fresh;
            self.rebuild(|plan| plan.union(other.plan))?;
        }
        let (first, last) = own.start.zip(own.end).unwrap_or((1, 0));
        let arguments = vec![
            named(&lines.text),
            named(&lines.time),
            named(&lines.window),
            lit(self.detail()),
            lit(first),
            lit(last),
        ];
        let Some(patterns) = registry::aggregate("_patterns") else {
            return internal_err!("no aggregate is called _patterns");
        };
        let list = self.internal_name("patterns");
        let call = patterns.call(arguments).alias(&list);
        self.rebuild(|plan| plan.aggregate(Vec::<Df>::new(), vec![call]))?;
        let options = UnnestOptions::new().with_preserve_nulls(false);
        let column = Column::new_unqualified(&list);
        self.rebuild(|plan| plan.unnest_columns_with_options(vec![column], options))?;
        self.pattern_columns(&list)?;
        self.raw = false;
        self.limited = false;
        self.exploded = false;
        self.sorted = None;
        Ok(())
    }

    /// Reduces the rows to text, time and number of the window.
    fn lines(&mut self, input: &Expr, window: i64) -> Result<Lines> {
        let text = self.expr(input)?;
        // Counting does without times, which are half the cost of reading plain text.
        let time = match self.detail() {
            COUNTS => None,
            _ => self.timestamp(),
        };
        let time = time.unwrap_or_else(|| Df::Literal(ScalarValue::Int64(None), None));
        let lines = Lines {
            text: self.internal_name("text"),
            time: self.internal_name("time"),
            window: self.internal_name("window"),
        };
        let columns = [
            text.alias(&lines.text),
            time.alias(&lines.time),
            lit(window).alias(&lines.window),
        ];
        self.rebuild(|plan| plan.project(columns))?;
        Ok(lines)
    }

    /// How much the mining has to keep for the columns that somebody reads.
    fn detail(&self) -> i64 {
        let reads = |names: &[&str]| names.iter().any(|name| self.read.contains(*name));
        if reads(&[
            columns::ANOMALY_SCORE,
            columns::ANOMALY_TYPE,
            columns::ANOMALY_DESCRIPTION,
        ]) {
            ANOMALIES
        } else {
            match reads(&[columns::TOKENS, columns::VISUALIZATION, columns::SAMPLES]) {
                true => SHOWN,
                false => COUNTS,
            }
        }
    }

    /// Makes the columns of patterns out of their structures.
    fn pattern_columns(&mut self, structure: &str) -> Result<()> {
        let rank = self.internal_name("rank");
        let mut exprs = Vec::new();
        self.names.clear();
        for (place, (name, _)) in PATTERN_FIELDS.iter().enumerate() {
            let value = field_of(named(structure), place);
            if place == 0 {
                exprs.push(value.alias(&rank));
            } else {
                exprs.push(value.alias(*name));
                self.names.insert((*name).to_owned(), (*name).to_owned());
            }
        }
        self.rebuild(|plan| plan.project(exprs))?;
        self.order = vec![ordering(named(&rank), false)];
        Ok(())
    }
}
