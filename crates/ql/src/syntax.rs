//! The syntax tree: the query as it was written, stage by stage, with spans.
//!
//! The parser makes it and never fails: what could not be read is left out and reported as a
//! diagnostic. Nothing here is resolved yet; names are the user's spellings. The binder turns the
//! tree into a [`crate::pipeline::Pipeline`].

use flowgauge_event::{Number, Period};

use crate::span::Span;

/// A whole query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// Stages in written order, `SOURCE` stages included.
    pub stages: Vec<Stage>,
}

/// One stage between two pipes.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// What the stage does.
    pub kind: StageKind,
    /// The command word alone.
    pub keyword: Span,
    /// The whole stage, from the command word to the last token.
    pub span: Span,
}

/// A name that the user wrote, back-ticks removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name. For `` @`a b` `` it is `@a b`.
    pub text: String,
    /// Where it stands, back-ticks included.
    pub span: Span,
}

/// An expression with an optional alias.
#[derive(Debug, Clone, PartialEq)]
pub struct Aliased {
    /// The expression.
    pub expr: Expr,
    /// The name after `as`.
    pub alias: Option<Name>,
}

/// Every command of the language.
#[derive(Debug, Clone, PartialEq)]
pub enum StageKind {
    /// `SOURCE …`
    Source(Source),
    /// `fields a, b as c`
    Fields(Vec<Aliased>),
    /// `display a, b`
    Display(Vec<Aliased>),
    /// `filter e` and `where e`
    Filter(Expr),
    /// `filterIndex a = 1 and b in [2]`; each condition is a comparison or an `in` list.
    FilterIndex(Vec<Expr>),
    /// `parse …`
    Parse(Parse),
    /// `json field=f "a.b" as x`
    Json {
        /// The field that holds JSON; `None` means `@message`.
        input: Option<Expr>,
        /// The path inside the document.
        path: StringLiteral,
        /// The new field.
        into: Name,
    },
    /// `stats …`
    Stats(Stats),
    /// `sort a, b desc`
    Sort(Vec<SortKey>),
    /// `limit 20`, `limit any 20`, `head 20`
    Limit {
        /// Number of rows.
        count: u64,
        /// Whether any rows will do.
        any: bool,
        /// The number alone.
        count_span: Span,
    },
    /// `dedup a, b`
    Dedup(Vec<Expr>),
    /// `unnest l into x`
    Unnest {
        /// The list.
        list: Expr,
        /// The new field that holds one element.
        into: Name,
    },
    /// `expand f`
    Expand(Expr),
    /// `unmask f`
    Unmask(Vec<Expr>),
    /// `pattern f`
    Pattern(Expr),
    /// `diff [previousDay|previousWeek|previousMonth]`
    Diff(DiffWindow),
    /// `anomaly`
    Anomaly,
    /// `relevantfields [a, b] where e`
    RelevantFields {
        /// Candidate fields; empty means all.
        fields: Vec<Expr>,
        /// The condition.
        condition: Expr,
    },
    /// `logcompare timeshift 7d`
    LogCompare {
        /// How far back the other window lies.
        timeshift: Period,
    },
    /// `lookup t a as b OUTPUT c`
    Lookup(Lookup),
    /// `cidrlookup t f as c OUTPUT d`
    CidrLookup(Lookup),
    /// `join …`
    Join(Join),
    /// `appendcols (…)`
    AppendCols {
        /// `override=`, `max=`.
        options: Vec<CommandOption>,
        /// The inner query.
        query: Query,
    },
    /// `addtotals …`
    AddTotals {
        /// `fieldname=`, `row=`, `col=`.
        options: Vec<CommandOption>,
        /// Fields to add; empty means all.
        fields: Vec<Expr>,
    },
    /// `autoregress f as a p=1-3`
    AutoRegress {
        /// The field.
        field: Expr,
        /// The name after `as`.
        alias: Option<Name>,
        /// First and last lag; 1 to 1 when not written.
        lags: (u64, u64),
    },
    /// `accum f as a`
    Accum {
        /// The field.
        field: Expr,
        /// The name after `as`.
        alias: Option<Name>,
    },
    /// `filldown a b*`; wildcards are kept in the text.
    FillDown(Vec<Name>),
    /// `fillmissing with 0 for a`
    FillMissing(Vec<(Literal, Name)>),
    /// `outlier action=remove a b`
    Outlier {
        /// `action=`, `param=`, `uselower=`, `mark=`.
        options: Vec<CommandOption>,
        /// The fields.
        fields: Vec<Expr>,
    },
    /// `sessionize a, b maxspan 30m as s`
    Sessionize {
        /// Identity fields.
        fields: Vec<Expr>,
        /// Longest gap inside a session.
        maxspan: Option<Period>,
        /// The name after `as`.
        alias: Option<Name>,
    },
    /// `countFrequent a, b`
    CountFrequent(Vec<Expr>),
    /// `estimate`
    Estimate,
    /// `$name(p = 1)`
    SavedQuery {
        /// The saved query's name.
        name: Name,
        /// Arguments by name.
        arguments: Vec<(Name, Literal)>,
    },
}

/// What a `SOURCE` stage chooses.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Source {
    /// The items on the line; all must hold.
    pub items: Vec<SourceItem>,
    /// `start=`, as written (`-1d`, `now`).
    pub start: Option<Name>,
    /// `end=`, as written.
    pub end: Option<Name>,
    /// Where the items stand.
    pub span: Option<Span>,
}

/// One item of a `SOURCE` stage.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceItem {
    /// `logGroups(namePrefix: [...], class: [...])`: argument name and values.
    LogGroups(Vec<(Name, Vec<Literal>)>),
    /// `dataSource(['a.b'])`
    DataSource(Vec<Literal>),
    /// `logGroupTags([{"key": "k", "values": ["v"]}])`: key and values.
    LogGroupTags(Vec<(StringLiteral, Vec<Literal>)>),
    /// A log group's name, quoted or bare.
    LogGroup(Name),
}

/// A string literal with its escapes resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StringLiteral {
    /// The text.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A literal value.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A number.
    Number(Number),
    /// A string.
    Text(String),
    /// `true` or `false`.
    Boolean(bool),
}

/// A `parse` stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Parse {
    /// The field to parse; `None` means `@message`.
    pub input: Option<Expr>,
    /// How to parse it.
    pub mode: ParseMode,
}

/// The forms of `parse`.
#[derive(Debug, Clone, PartialEq)]
pub enum ParseMode {
    /// `"a * b" as x`
    Glob {
        /// The pattern; `\*` is kept as written so that the binder can tell it from a star.
        pattern: StringLiteral,
        /// One name a star.
        names: Vec<Name>,
    },
    /// `/…(?<x>…)…/ [as a] [multi]`
    Regex {
        /// The expression between the slashes, `\/` resolved.
        pattern: StringLiteral,
        /// Names after `as`, bound to groups in order.
        names: Vec<Name>,
        /// Whether every match makes a row.
        multi: bool,
    },
    /// `logfmt as x`
    Logfmt {
        /// The new map.
        into: Name,
    },
    /// `csv as a, b`
    Csv {
        /// Names by position.
        names: Vec<Name>,
    },
    /// `xml '/a/b' as x`
    Xml {
        /// The path.
        path: StringLiteral,
        /// The new field.
        into: Name,
    },
}

/// A `stats` stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Stats {
    /// What is computed.
    pub outputs: Vec<Aliased>,
    /// The grouping.
    pub by: Vec<Aliased>,
    /// Shift of the bin boundaries.
    pub offset: Option<Period>,
}

/// A sort key.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey {
    /// The value to sort by.
    pub expr: Expr,
    /// Whether the order is reversed.
    pub descending: bool,
}

/// The window that `diff` compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffWindow {
    /// The window just before.
    Previous,
    /// One day earlier.
    PreviousDay,
    /// Seven days earlier.
    PreviousWeek,
    /// One month earlier.
    PreviousMonth,
}

/// `lookup` and `cidrlookup`.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    /// The table.
    pub table: Name,
    /// Table column and event field (equal when not renamed).
    pub matches: Vec<(Name, Name)>,
    /// Whether existing values are overwritten (`OUTPUT`) or kept (`OUTPUTNEW`).
    pub overwrite: bool,
    /// Table column and new field (equal when not renamed).
    pub outputs: Vec<(Name, Name)>,
}

/// `join`.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// `type=`, `left=`, `right=`.
    pub options: Vec<CommandOption>,
    /// The field of the left side, with its prefix.
    pub left: Expr,
    /// The field of the right side, with its prefix.
    pub right: Expr,
    /// The right side.
    pub query: Query,
}

/// `name=value` after a command word.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandOption {
    /// The option.
    pub name: Name,
    /// Its value; a bare word is text.
    pub value: Literal,
    /// Where the value stands.
    pub value_span: Span,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// The whole expression.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A number, string or boolean.
    Literal(Literal),
    /// A field reference such as `a.b.0` or `` j.`x.y` ``.
    Field(FieldPath),
    /// Access into something that is not a plain field: `jsonParse(x).a[0]`.
    Access {
        /// The value accessed.
        base: Box<Expr>,
        /// The steps.
        path: Vec<PathStep>,
    },
    /// `f(a, b)`; `count(*)` has one [`ExprKind::Star`] argument.
    Call {
        /// The function as written.
        name: Name,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `*` as the only argument of a call.
    Star,
    /// `5m` as an argument.
    Period(Period),
    /// `/re/` as an argument.
    Regex(StringLiteral),
    /// `-a`
    Negate(Box<Expr>),
    /// `not a`, `!a`
    Not(Box<Expr>),
    /// `a + b`, `a = b`, …
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `a and b and c`: two or more operands.
    And(Vec<Expr>),
    /// `a or b or c`: two or more operands.
    Or(Vec<Expr>),
    /// `a like "x"`, `a like /x/`, `a =~ /x/` (also with `not`)
    Like {
        /// The value.
        value: Box<Expr>,
        /// What to look for.
        pattern: LikePattern,
        /// Whether `not` was written.
        negated: bool,
    },
    /// `a in [1, 2]`
    In {
        /// The value.
        value: Box<Expr>,
        /// The elements.
        list: Vec<(Literal, Span)>,
        /// Whether `not` was written.
        negated: bool,
    },
    /// `a in (SOURCE 'g' | fields b)`
    InQuery {
        /// The value.
        value: Box<Expr>,
        /// The inner query.
        query: Query,
        /// Whether `not` was written.
        negated: bool,
    },
}

/// A field with its path segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPath {
    /// At least one; the first holds the leading `@` if there is one.
    pub segments: Vec<Segment>,
}

impl FieldPath {
    /// The flattened name: segments joined by dots, indexes as segments (`items.0.id`).
    pub fn dotted(&self) -> String {
        let parts: Vec<&str> = self
            .segments
            .iter()
            .map(|segment| segment.text.as_str())
            .collect();
        parts.join(".")
    }
}

/// One segment of a field path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The text, back-ticks removed; an index as digits.
    pub text: String,
    /// Whether it was written in back-ticks (a dot inside belongs to the key).
    pub quoted: bool,
    /// Whether it was written as `[n]`.
    pub index: bool,
}

/// A step into a map or list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PathStep {
    /// `.key`
    Key(String),
    /// `[n]`, 0-based
    Index(u64),
}

/// What `like` looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LikePattern {
    /// A substring.
    Substring(StringLiteral),
    /// A regular expression.
    Regex(StringLiteral),
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `^`
    Power,
    /// `=`, `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl BinaryOp {
    /// Whether the result is a boolean.
    pub fn is_comparison(self) -> bool {
        matches!(
            self,
            BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::LessOrEqual
                | BinaryOp::Greater
                | BinaryOp::GreaterOrEqual
        )
    }

    /// The operator as written.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Modulo => "%",
            BinaryOp::Power => "^",
            BinaryOp::Equal => "=",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessOrEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterOrEqual => ">=",
        }
    }
}
