//! The aggregate functions of the language, one file each.
