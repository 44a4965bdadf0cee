//! The scalar functions of the language, one file each, listed once in the registry slice.
