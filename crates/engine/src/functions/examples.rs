//! Runs the examples of the language's registry through the kernels, and tables of what examples
//! do not show: missing values, types, columns.
