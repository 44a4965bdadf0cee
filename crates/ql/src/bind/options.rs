//! Values of `name=value` options of a command.

use flowgauge_event::Number;

use super::Binder;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::syntax::{CommandOption, Literal};

impl Binder<'_> {
    /// The option of a name; an error when it is given twice.
    pub(super) fn option<'o>(
        &mut self,
        options: &'o [CommandOption],
        name: &str,
    ) -> Option<&'o CommandOption> {
        let mut found = options
            .iter()
            .filter(|option| option.name.text.eq_ignore_ascii_case(name));
        let option = found.next()?;
        if let Some(again) = found.next() {
            self.report(
                Diagnostic::error(
                    codes::BAD_ARGUMENT,
                    again.name.span.to(again.value_span),
                    format!("`{name}=` is given twice"),
                )
                .with_help("remove one of them"),
            );
        }
        Some(option)
    }

    /// The value of a `true` or `false` option.
    pub(super) fn flag(&mut self, options: &[CommandOption], name: &str, default: bool) -> bool {
        let Some(option) = self.option(options, name) else {
            return default;
        };
        match option.value {
            Literal::Boolean(value) => value,
            _ => {
                self.bad_option(option, "true or false");
                default
            }
        }
    }

    /// The value of an option that is a number and not negative.
    pub(super) fn amount(&mut self, options: &[CommandOption], name: &str, default: f64) -> f64 {
        let Some(option) = self.option(options, name) else {
            return default;
        };
        match option.value {
            Literal::Number(value) if value.compare(Number::Int(0)).is_ge() => value.as_f64(),
            _ => {
                self.bad_option(option, "a number from 0 on");
                default
            }
        }
    }

    /// Reports the value of an option.
    pub(super) fn bad_option(&mut self, option: &CommandOption, wanted: &str) {
        let name = option.name.text.to_lowercase();
        let written = option.value_span.text(self.text);
        self.report(Diagnostic::error(
            codes::BAD_ARGUMENT,
            option.value_span,
            format!("`{name}=` takes {wanted}, not `{written}`"),
        ));
    }
}
