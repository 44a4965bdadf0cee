//! Lines to mine patterns from: the first byte says how they are divided over miners. However they
//! are, the patterns are the same; a damaged state is refused or read, never more.

#![no_main]

use flowgauge_pattern::{Detail, Miner, Settings, Side};
use libfuzzer_sys::fuzz_target;

const SETTINGS: Settings = Settings {
    detail: Detail::Anomalies,
    window: None,
};

fn shown(miner: &Miner) -> Vec<(String, u64, String, String)> {
    let patterns = miner.patterns();
    let parts = patterns.into_iter().map(|pattern| {
        let (tokens, samples) = (pattern.tokens_json(), pattern.samples_json());
        (pattern.text, pattern.count, tokens, samples)
    });
    parts.collect()
}

fuzz_target!(|data: &[u8]| {
    let Some((&first, rest)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    let parts = usize::from(first % 4) + 1;
    let mut whole = Miner::new(SETTINGS);
    let mut shares: Vec<Miner> = (0..parts).map(|_| Miner::new(SETTINGS)).collect();
    for (at, line) in text.split('\n').enumerate() {
        let time = Some(at as i64 * i64::from(first) * 100);
        whole.add(line, time, Side::Current);
        shares[at % parts].add(line, time, Side::Current);
    }
    let mut merged = Miner::new(SETTINGS);
    for share in &shares {
        let mut state = Vec::new();
        share.encode(&mut state);
        assert_eq!(merged.merge_encoded(&state), Ok(()));
    }
    assert_eq!(shown(&merged), shown(&whole));
    let _ = Miner::new(SETTINGS).merge_encoded(rest);
});
