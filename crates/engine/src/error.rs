//! What can go wrong while a query runs, in the user's words.

use datafusion::common::DataFusionError;

/// Why a query or its input failed.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// An input that cannot be found, read or understood.
    #[error("{0}")]
    Input(#[from] InputError),
    /// The query needs more memory or disk than it may use.
    #[error("the query needs more memory than it may use: {0}")]
    Resources(String),
    /// The query cannot be carried out on these values.
    #[error("{0}")]
    Execution(String),
    /// A defect of this program; no input should lead here.
    #[error("internal error: {0}; please report it together with the query")]
    Internal(String),
}

/// An input that cannot be found, read or understood.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{path}: {problem}{}", self.advice())]
pub struct InputError {
    /// The file, folder or URL.
    pub path: String,
    /// What is wrong, and what to do where that is known.
    pub problem: String,
    /// Whether it is wrong in the middle, and what comes before is good.
    in_the_middle: bool,
}

impl InputError {
    /// An error about one input.
    pub fn new(path: impl Into<String>, problem: impl Into<String>) -> InputError {
        InputError {
            path: path.into(),
            problem: problem.into(),
            in_the_middle: false,
        }
    }

    /// An error about one input whose events up to there can be used.
    pub fn in_the_middle(path: impl Into<String>, problem: impl Into<String>) -> InputError {
        InputError {
            in_the_middle: true,
            ..InputError::new(path, problem)
        }
    }

    /// What the user is told who goes on without inputs that cannot be read.
    pub fn warning(&self) -> String {
        let InputError { path, problem, .. } = self;
        match self.in_the_middle {
            true => format!("{path}: {problem}; the rest of it was left out"),
            false => format!("skipped {path}: {problem}"),
        }
    }

    fn advice(&self) -> &'static str {
        match self.in_the_middle {
            true => "; --skip-bad-files goes on without the rest of it",
            false => "",
        }
    }

    /// As an error that passes through DataFusion and comes out again.
    pub fn into_datafusion(self) -> DataFusionError {
        DataFusionError::External(Box::new(self))
    }
}

impl From<DataFusionError> for EngineError {
    fn from(error: DataFusionError) -> EngineError {
        // Operators wrap and share errors on their way up; the cause is what the user needs.
        if let Some(input) = input_error(&error) {
            return EngineError::Input(input.clone());
        }
        match error.find_root() {
            DataFusionError::ResourcesExhausted(message) => {
                EngineError::Resources(message.to_string())
            }
            DataFusionError::Execution(message) => EngineError::Execution(message.to_string()),
            other => EngineError::Internal(other.strip_backtrace()),
        }
    }
}

/// The input that an error is about.
pub(crate) fn input_error(error: &DataFusionError) -> Option<&InputError> {
    let mut current: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = current {
        if let Some(input) = cause.downcast_ref::<InputError>() {
            return Some(input);
        }
        if let Some(DataFusionError::External(boxed)) = cause.downcast_ref::<DataFusionError>()
            && let Some(input) = boxed.downcast_ref::<InputError>()
        {
            return Some(input);
        }
        current = cause.source();
    }
    None
}
