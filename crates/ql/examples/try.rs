use std::io::Read;
fn main() {
    let mut s = String::new();
    std::io::stdin().read_to_string(&mut s).unwrap();
    for q in s.split('\u{1}') {
        let (id, text) = q.split_once('\u{2}').unwrap();
        let c = flowgauge_ql::compile(text, &Default::default());
        for d in c.diagnostics {
            println!(
                "{id}\t{}\t{}\t{:?}\t{}\t{}",
                d.code,
                if d.is_error() { "E" } else { "W" },
                d.span.text(text),
                d.message,
                d.help.unwrap_or_default()
            );
        }
    }
}
