//! From a bound pipeline to a DataFusion logical plan, one step at a time.
//!
//! The state is the plan so far, the columns that the pipeline's names stand for, and the current
//! row order. `sort` only notes the order; a sort node appears where somebody depends on it
//! (`limit`, `dedup`, the end), so that a top-N never sorts everything.

mod accum;
mod addtotals;
mod aggregate;
mod appendcols;
mod autoregress;
mod compare;
mod compute;
mod count_frequent;
mod expr;
mod filldown;
mod fillmissing;
mod inner;
mod join;
mod lookup;
mod names;
mod order;
mod outlier;
mod parse;
mod pattern;
mod reads;
mod relevantfields;
mod sessionize;
mod subquery;
mod unnest;
mod window;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{Column, Result, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{
    Expr as Df, ExprSchemable, LogicalPlan, LogicalPlanBuilder, SortExpr,
};
use flowgauge_event::{Limits, TimeRange};
use flowgauge_ql::pipeline::{Pipeline, Step};
use futures::future::{BoxFuture, FutureExt};

use crate::catalog::{Catalog, EventRequest};
use crate::{InputError, Statistics};
pub use names::{
    EVENTS, POSITION, column_of, name_of, number_column, numbers_of, piece_column, piece_of,
};
use reads::read_columns;
pub use reads::{sorts_repeatedly, source_fields, wants_newest};

/// What a query needs to know beside its text.
#[derive(Debug, Clone)]
pub struct QueryContext {
    /// Start of the query, milliseconds (`now()` gives its seconds).
    pub now: i64,
    /// First millisecond of the query window, if it has one.
    pub start: Option<i64>,
    /// Last millisecond of the query window, if it has one.
    pub end: Option<i64>,
    /// What the query may ask for.
    pub limits: Limits,
    /// Where the query counts.
    pub statistics: Arc<Statistics>,
    /// Bytes that the rows of an inner query, which are held until the end, may have.
    pub memory: usize,
    /// Whether only the plan is wanted.
    pub plan_only: bool,
}

/// A lowered query.
#[derive(Debug)]
pub struct Lowered {
    /// The plan; its columns are those of [`Pipeline::output`], in order.
    pub plan: LogicalPlan,
    /// The row limit when the query did not set one: the plan returns one row more, so that the
    /// caller can tell that rows were left out.
    pub implied_limit: Option<u64>,
    /// Fields that the query names and no event can have, as far as that is known.
    pub unknown_fields: Vec<String>,
}

/// Column of `estimate` (our choice; AWS does not name it).
pub const ESTIMATED_BYTES: &str = "estimatedBytes";

/// Lowers a pipeline over the tables of a catalog.
pub async fn lower(
    pipeline: &Pipeline,
    catalog: Arc<dyn Catalog>,
    context: QueryContext,
    state: SessionState,
) -> Result<Lowered> {
    let query = Arc::new(QueryScope {
        catalog,
        state,
        // Who asks for an estimate or a plan wants nothing read.
        dry: context.plan_only || pipeline.estimate,
        context,
    });
    let mut lowering = Lowering::begin(query, Arc::new(pipeline.clone()), None, 0).await?;
    lowering.steps(pipeline.steps.len()).await?;
    if pipeline.estimate {
        return lowering.estimate();
    }
    lowering.finish()
}

/// What all pipelines of a query have in common.
struct QueryScope {
    catalog: Arc<dyn Catalog>,
    context: QueryContext,
    /// Runs what has to be known before the plan is made.
    state: SessionState,
    /// Whether nothing runs, so that inner queries have no rows.
    dry: bool,
}

/// What reading the tables of a pipeline, and of those inside it, comes to.
#[derive(Debug, Default)]
struct Reads {
    stored_bytes: u64,
    of_unknown_size: Option<String>,
    unknown_fields: Vec<String>,
}

struct Lowering {
    query: Arc<QueryScope>,
    pipeline: Arc<Pipeline>,
    /// Steps that are in the plan.
    done: usize,
    /// The times of the events.
    window: TimeRange,
    reads: Reads,
    plan: LogicalPlan,
    /// The table of this pipeline's events.
    events: TableReference,
    /// Pipeline column to plan column.
    names: HashMap<String, String>,
    /// Pipeline columns that somebody reads; a parse does not make the others.
    read: HashSet<String>,
    /// The current row order.
    order: Vec<SortExpr>,
    /// Whether rows are still events.
    raw: bool,
    /// Whether a `limit` has cut the current rows.
    limited: bool,
    /// What a `dedup` left to be unpacked; only `limit` may follow it.
    packed: Option<order::Packed>,
    /// Whether one event may have become several rows.
    exploded: bool,
    /// How the last window function sorted the rows.
    sorted: Option<window::Over>,
    /// Shift of the `bin` boundaries among the keys of a `stats … offset`, milliseconds.
    bin_offset: i64,
    /// Counter for internal names; it goes on in the pipelines inside this one.
    fresh: usize,
    /// The values of the subqueries that ran, by where their pipelines lie.
    lists: HashMap<usize, Df>,
    context: QueryContext,
}

impl Lowering {
    /// A plan that scans the events of a pipeline, none of whose steps is done. `window` is given
    /// when the events are those of other times than the pipeline itself says. Internal names are
    /// counted from `fresh`.
    async fn begin(
        query: Arc<QueryScope>,
        pipeline: Arc<Pipeline>,
        window: Option<TimeRange>,
        fresh: usize,
    ) -> Result<Lowering> {
        let context = query.context.clone();
        let own = TimeRange {
            start: context.start,
            end: context.end,
        };
        let window = window.unwrap_or_else(|| pipeline.source.window(own, context.now));
        let pipeline = relevantfields::with_fields(&query, pipeline, window).await?;
        let request = EventRequest {
            source: pipeline.source.clone(),
            window,
            fields: source_fields(&pipeline),
            newest_first: wants_newest(&pipeline),
        };
        let found = query.catalog.events(&request).await?;
        let events = TableReference::bare(format!("{EVENTS}{fresh}"));
        let plan = LogicalPlanBuilder::scan(events.clone(), provider_as_source(found.table), None)?
            .build()?;
        let mut lowering = Lowering {
            query,
            done: 0,
            window,
            reads: Reads {
                stored_bytes: found.stored_bytes,
                of_unknown_size: found.of_unknown_size,
                unknown_fields: found.unknown_fields,
            },
            plan,
            events,
            names: HashMap::new(),
            read: read_columns(&pipeline),
            pipeline,
            order: Vec::new(),
            raw: true,
            limited: false,
            packed: None,
            exploded: false,
            sorted: None,
            bin_offset: 0,
            fresh: fresh + 1,
            lists: HashMap::new(),
            context,
        };
        lowering.order = lowering.event_order();
        Ok(lowering)
    }

    /// The steps that this pipeline has done, over the events of another window: what `diff` and
    /// its like compare with. Take the result in with [`Lowering::absorb`] before its plan is used.
    ///
    /// ```text
    /// let earlier = self.over(self.window.earlier(millis)).await?;
    /// self.absorb(&mut earlier);
    /// // earlier.plan and earlier.names, like self.plan and self.names
    /// ```
    async fn over(&self, window: TimeRange) -> Result<Lowering> {
        let (query, pipeline) = (Arc::clone(&self.query), Arc::clone(&self.pipeline));
        let mut other = Lowering::begin(query, pipeline, Some(window), self.fresh).await?;
        other.steps(self.done).await?;
        Ok(other)
    }

    /// Takes in what another lowering has read and named, before their plans meet in one.
    fn absorb(&mut self, other: &mut Lowering) {
        let reads = std::mem::take(&mut other.reads);
        self.reads.stored_bytes += reads.stored_bytes;
        if self.reads.of_unknown_size.is_none() {
            self.reads.of_unknown_size = reads.of_unknown_size;
        }
        self.reads.unknown_fields.extend(reads.unknown_fields);
        self.fresh = self.fresh.max(other.fresh);
    }

    /// Puts the first `count` steps of the pipeline into the plan. Boxed, because a step may hold
    /// a pipeline.
    fn steps(&mut self, count: usize) -> BoxFuture<'_, Result<()>> {
        async move {
            let pipeline = Arc::clone(&self.pipeline);
            let mut steps = &pipeline.steps[..count];
            while let Some((step, rest)) = steps.split_first() {
                let computed = steps.iter().map_while(|step| match step {
                    Step::Compute(items) => Some(items),
                    _ => None,
                });
                let computing = computed.clone().count();
                if computing > 0 {
                    self.compute(computed.flatten())?;
                    self.done += computing;
                    steps = &steps[computing..];
                } else {
                    self.step(step).await?;
                    self.done += 1;
                    steps = rest;
                }
            }
            Ok(())
        }
        .boxed()
    }

    /// The plan of a query that ends in `estimate`: one row, nothing is read.
    fn estimate(self) -> Result<Lowered> {
        if let Some(name) = &self.reads.of_unknown_size {
            let problem = "how much it holds is not known before it is read, so `estimate` has no \
                           answer; keep it in a file and name the file";
            return Err(InputError::new(name, problem).into_datafusion());
        }
        // Sizes of files fit 63 bits.
        let bytes = i64::try_from(self.reads.stored_bytes).unwrap_or(i64::MAX);
        let plan = LogicalPlanBuilder::empty(true)
            .project([datafusion::logical_expr::lit(bytes).alias(ESTIMATED_BYTES)])?
            .build()?;
        Ok(Lowered {
            plan,
            implied_limit: None,
            unknown_fields: self.reads.unknown_fields,
        })
    }

    async fn step(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::Compute(items) => self.compute(items.iter()),
            Step::Filter(condition) => {
                self.run_subqueries(condition).await?;
                let condition = self.condition(condition)?;
                self.rebuild(|plan| plan.filter(condition))
            }
            Step::ParseGlob { input, glob, names } => self.parse_glob(input, glob, names),
            Step::ParseRegex {
                input,
                regex,
                groups,
                multi,
            } => self.parse_regex(input, regex, groups, *multi),
            Step::ParseLogfmt { input, into } => self.parse_logfmt(input, into),
            Step::ParseCsv { input, names } => self.parse_csv(input, names),
            Step::ParseXml { input, path, into } => self.parse_xml(input, path, into),
            Step::ParseJson { input, path, into } => self.parse_json(input, path, into),
            Step::Aggregate {
                keys,
                outputs,
                offset,
            } => self.aggregate(keys, outputs, *offset),
            Step::Sort(keys) => self.sort(keys),
            Step::Limit { count, any } => self.limit(*count, *any),
            Step::Dedup(fields) => self.dedup(fields),
            Step::Unnest { list, into, .. } => self.unnest(list, into),
            Step::Join(join) => self.join(join).await,
            Step::AppendCols(append) => self.appendcols(append).await,
            Step::Lookup(lookup) => self.lookup(lookup).await,
            Step::Pattern(mining) => self.pattern(mining).await,
            Step::AutoRegress { field, columns } => self.autoregress(field, columns),
            Step::Accum { field, into } => self.accum(field, into),
            Step::FillDown(columns) => self.filldown(columns),
            Step::Sessionize(step) => self.sessionize(step),
            Step::Outlier(step) => self.outlier(step),
            Step::FillMissing(step) => self.fillmissing(step),
            Step::AddTotals(step) => self.addtotals(step),
            Step::CountFrequent { keys, into } => self.count_frequent(keys, into),
            Step::RelevantFields(step) => self.relevant_fields(step).await,
        }
    }

    fn finish(mut self) -> Result<Lowered> {
        let limits = &self.context.limits;
        let implied_limit = (!self.limited).then_some(limits.default_rows);
        let fetch = implied_limit.map_or(limits.max_rows, |limit| limit + 1);
        self.apply_order(Some(fetch))?;
        let columns = self
            .pipeline
            .output
            .iter()
            .enumerate()
            .map(|(index, column)| {
                Ok(self
                    .expr(&column.expr)?
                    .alias(output_name(index, &column.name)))
            })
            .collect::<Result<Vec<Df>>>()?;
        self.rebuild(|plan| plan.project(columns))?;
        Ok(Lowered {
            plan: self.plan,
            implied_limit,
            unknown_fields: self.reads.unknown_fields,
        })
    }

    /// Replaces the plan by what the builder makes of it.
    fn rebuild(
        &mut self,
        make: impl FnOnce(LogicalPlanBuilder) -> Result<LogicalPlanBuilder>,
    ) -> Result<()> {
        self.plan = make(LogicalPlanBuilder::new(self.plan.clone()))?.build()?;
        Ok(())
    }

    /// Adds columns under pipeline names; everything else stays.
    fn add_columns(&mut self, columns: Vec<(String, Df)>) -> Result<()> {
        let mut exprs: Vec<Df> = self
            .plan
            .schema()
            .columns()
            .into_iter()
            .map(Df::Column)
            .collect();
        let mut added: Vec<(String, String)> = Vec::new();
        for (name, expr) in columns {
            let column = self.column_name(&name, &added);
            exprs.push(expr.alias(&column));
            added.push((name, column));
        }
        self.rebuild(|plan| plan.project(exprs))?;
        self.names.extend(added);
        Ok(())
    }

    /// Lets pipeline names stand for columns that are there already.
    fn name_columns(&mut self, columns: Vec<(String, Df)>) {
        for (name, column) in columns {
            if let Df::Column(column) = column {
                self.names.insert(name, column.name);
            }
        }
    }

    /// A name for a column of our own. No two are the same in a plan: the optimizer follows what
    /// is unique through the plan by names, and a group key that is called like one of the
    /// aggregation below would be taken for that one.
    fn internal_name(&mut self, label: &str) -> String {
        self.fresh += 1;
        format!("#{label}{}", self.fresh)
    }

    /// Adds one internal column and returns a reference to it.
    fn add_internal(&mut self, label: &str, expr: Df) -> Result<Df> {
        let name = self.internal_name(label);
        let mut exprs: Vec<Df> = self
            .plan
            .schema()
            .columns()
            .into_iter()
            .map(Df::Column)
            .collect();
        exprs.push(expr.alias(&name));
        self.rebuild(|plan| plan.project(exprs))?;
        Ok(named(&name))
    }

    /// A plan column for a pipeline name, different from all columns so far and from those that
    /// come with it.
    fn column_name(&mut self, name: &str, others: &[(String, String)]) -> String {
        let schema = Arc::clone(self.plan.schema());
        let taken = |candidate: &str| {
            schema.iter().any(|(_, field)| field.name() == candidate)
                || others.iter().any(|(_, column)| column == candidate)
        };
        let column = column_of(name);
        if !taken(&column) {
            return column.into_owned();
        }
        loop {
            self.fresh += 1;
            let candidate = format!("{column}#{}", self.fresh);
            if !taken(&candidate) {
                return candidate;
            }
        }
    }

    fn type_of(&self, expr: &Df) -> Result<DataType> {
        expr.get_type(self.plan.schema())
    }

    /// Whether the table has a column of its own for the field's numbers.
    fn has_numbers(&self, field: &str) -> bool {
        self.raw
            && self
                .plan
                .schema()
                .has_column_with_unqualified_name(&number_column(field))
    }
}

/// A column reference by exact name; the name may hold dots.
fn named(name: &str) -> Df {
    Df::Column(Column::new_unqualified(name))
}

/// Two output columns may have the same header, plan columns may not.
fn output_name(index: usize, name: &str) -> String {
    format!("{index}:{name}")
}
