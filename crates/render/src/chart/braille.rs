//! A canvas of braille characters: two dots across and four down in each.

/// Dots of one drawing; the origin is the upper left.
pub(super) struct Canvas {
    columns: usize,
    rows: usize,
    cells: Vec<u8>,
}

impl Canvas {
    /// An empty canvas of so many characters.
    pub(super) fn new(columns: usize, rows: usize) -> Canvas {
        Canvas {
            columns,
            rows,
            cells: vec![0; columns * rows],
        }
    }

    /// Dots across.
    pub(super) fn width(&self) -> usize {
        self.columns * 2
    }

    /// Dots down.
    pub(super) fn height(&self) -> usize {
        self.rows * 4
    }

    /// Sets a dot; one outside the canvas is ignored.
    pub(super) fn dot(&mut self, x: usize, y: usize) {
        // Bits of the dots in reading order, from the Unicode braille block.
        const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        if x < self.width() && y < self.height() {
            self.cells[y / 4 * self.columns + x / 2] |= BITS[y % 4][x % 2];
        }
    }

    /// Draws a straight line, both ends included.
    pub(super) fn line(&mut self, from: (usize, usize), to: (usize, usize)) {
        let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1));
        for step in 0..=steps {
            let share = if steps == 0 {
                0.0
            } else {
                step as f64 / steps as f64
            };
            let between =
                |a: usize, b: usize| (a as f64 + (b as f64 - a as f64) * share).round() as usize;
            self.dot(between(from.0, to.0), between(from.1, to.1));
        }
    }

    /// The text of a row of characters, without blanks at its end.
    pub(super) fn row(&self, row: usize) -> String {
        let cells = &self.cells[row * self.columns..(row + 1) * self.columns];
        let end = cells
            .iter()
            .rposition(|&bits| bits != 0)
            .map_or(0, |at| at + 1);
        cells[..end]
            .iter()
            .map(|&bits| match bits {
                0 => ' ',
                bits => char::from_u32(0x2800 + u32::from(bits)).unwrap_or(' '),
            })
            .collect()
    }
}
