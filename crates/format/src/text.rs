//! Any text: every line is an event, its only own field is the line.

use flowgauge_event::TimeRange;

use crate::columns::Columns;
use crate::lines::Lines;
use crate::system::{FieldText, Rows, System};
use crate::{Confidence, Decoder, FieldInfo, Format, event_time};

/// Plain text.
pub static FORMAT: Format = Format {
    name: "text",
    summary: "any text; one event a line, without fields of its own",
    sniff: |_, _| Confidence::Fallback,
    open: |_, context| Ok(Box::new(Text(System::new(context)))),
};

struct Text(System);

impl Decoder for Text {
    fn fields(&self) -> Option<Vec<FieldInfo>> {
        Some(Vec::new())
    }

    fn decode(&self, block: &str, range: TimeRange, out: &mut Columns) {
        let mut rows = Rows::new(&self.0, block, range, out, |_| None);
        for line in Lines::new(block) {
            let time = match rows.needs_time() {
                true => event_time::leading(line.text).map(|(time, _)| time),
                false => None,
            };
            rows.push(&line, time, |_, _| FieldText::Missing);
        }
    }

    fn discover(&self, block: &str, event: &mut dyn FnMut(), _: &mut dyn FnMut(&str)) {
        Lines::new(block).for_each(|_| event());
    }
}
