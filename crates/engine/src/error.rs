//! What can go wrong while a query runs, in the user's words.

use arrow::error::ArrowError;
use datafusion::common::DataFusionError;

use crate::source::reason;

/// Why a query or its input failed.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// An input that cannot be found, read or understood.
    #[error("{0}")]
    Input(#[from] InputError),
    /// The query needs more memory or disk than it may use.
    #[error("the query needs more memory than it may use: {0}")]
    Resources(String),
    /// The folder for rows that do not fit into memory cannot be used.
    #[error(
        "the folder for temporary files, `{folder}`, cannot be used: {problem}; make room there, or \
         name another folder in the environment variable TMPDIR"
    )]
    Disk {
        /// The folder.
        folder: String,
        /// What the system says.
        problem: String,
    },
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

impl EngineError {
    fn disk(error: &std::io::Error) -> EngineError {
        EngineError::Disk {
            folder: std::env::temp_dir().display().to_string(),
            problem: reason(error),
        }
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
            // Inputs have errors of their own, so what else is read and written is spilled rows.
            DataFusionError::IoError(error) => EngineError::disk(error),
            DataFusionError::ArrowError(error, _) => match error.as_ref() {
                ArrowError::IoError(_, error) => EngineError::disk(error),
                other => EngineError::Internal(other.to_string()),
            },
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

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_full_disk_is_no_defect() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let written = ArrowError::IoError("written".to_owned(), full());
        let errors = [
            DataFusionError::IoError(full()),
            DataFusionError::from(written),
            DataFusionError::Shared(Arc::new(DataFusionError::IoError(full()))).context("sort"),
        ];
        for error in errors {
            let told = EngineError::from(error);
            assert!(matches!(told, EngineError::Disk { .. }), "{told:?}");
            let text = told.to_string();
            assert!(text.contains("TMPDIR") && text.contains("space"), "{text}");
        }
        let defect = EngineError::from(DataFusionError::Internal("x".to_owned()));
        assert!(matches!(defect, EngineError::Internal(_)), "{defect:?}");
    }
}
