//! The patterns of some lines do not depend on their order, nor on how they were divided over
//! miners; states survive being written and refuse what is none.

use flowgauge_pattern::{Corrupt, Detail, Miner, Settings, Side};
use proptest::collection::vec;
use proptest::prelude::*;

/// A line, its time and its side.
type Line = (String, Option<i64>, Side);

const SETTINGS: Settings = Settings {
    detail: Detail::Anomalies,
    window: None,
};

/// Lines of a few shapes with many values, so that places widen and leaves meet.
fn line() -> impl Strategy<Value = Line> {
    let word = "[a-c]{1,4}";
    let text = prop_oneof![
        (word, word).prop_map(|(a, b)| format!("{a} opened {b}")),
        (word, 0..300u32, word).prop_map(|(a, n, b)| format!("{a}={n} of {b}")),
        (0..3u32, 0..90u32)
            .prop_map(|(a, b)| format!("10.0.{a}.{b} took {b}ms, status={}", 200 + 100 * a)),
        (word, word, word, word).prop_map(|(a, b, c, d)| format!("{a} {b} {c} {d}")),
        ".{0,12}",
    ];
    let time = proptest::option::weighted(0.9, 0..100_000_000i64);
    let side = prop_oneof![4 => Just(Side::Current), 1 => Just(Side::Earlier)];
    (text, time, side)
}

fn mined<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Miner {
    let mut miner = Miner::new(SETTINGS);
    for (text, time, side) in lines {
        miner.add(text, *time, *side);
    }
    miner
}

/// Everything that results show.
fn shown(miner: &Miner) -> Vec<String> {
    miner
        .patterns()
        .iter()
        .map(|pattern| {
            format!(
                "{} {} {} {} {} {} {:?}",
                pattern.text,
                pattern.count,
                pattern.earlier,
                pattern.tokens_json(),
                pattern.timeline_json(),
                pattern.samples_json(),
                pattern.anomalies
            )
        })
        .collect()
}

fn encoded(miner: &Miner) -> Vec<u8> {
    let mut state = Vec::new();
    miner.encode(&mut state);
    state
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn patterns_do_not_depend_on_the_division_of_the_work(
        lines in vec(line(), 0..400),
        parts in 1..5usize,
        seed in any::<u64>(),
    ) {
        let expected = shown(&mined(&lines));
        let mut shuffled: Vec<&Line> = lines.iter().collect();
        shuffled.sort_by_key(|(text, time, _)| {
            text.bytes().fold(seed ^ time.unwrap_or(0) as u64, |hash, byte| {
                hash.rotate_left(9).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(byte)
            })
        });
        let mut merged = Miner::new(SETTINGS);
        for part in 0..parts {
            let share = mined(shuffled.iter().copied().skip(part).step_by(parts));
            prop_assert_eq!(merged.merge_encoded(&encoded(&share)), Ok(()));
        }
        prop_assert_eq!(shown(&merged), expected);
        let counted: u64 = merged.patterns().iter().map(|pattern| pattern.count + pattern.earlier).sum();
        prop_assert_eq!(counted, lines.len() as u64);
    }

    #[test]
    fn damaged_states_are_refused(lines in vec(line(), 0..20), cut in any::<u16>(), flip in any::<u16>(), bits in 1..=255u8) {
        let state = encoded(&mined(&lines));
        let cut = usize::from(cut) % state.len();
        // Whether it is noticed depends on the place; it must not panic, hang or take all memory.
        let _ = Miner::new(SETTINGS).merge_encoded(&state[..cut]);
        let mut damaged = state;
        let at = usize::from(flip) % damaged.len();
        damaged[at] ^= bits;
        let _ = Miner::new(SETTINGS).merge_encoded(&damaged);
    }
}

#[test]
fn states_of_other_versions_are_refused() {
    let mut state = encoded(&mined(&[]));
    state[0] += 1;
    assert_eq!(
        Miner::new(SETTINGS).merge_encoded(&state),
        Err(Corrupt::Version(state[0]))
    );
    assert_eq!(
        Miner::new(SETTINGS).merge_encoded(&[]),
        Err(Corrupt::Damaged)
    );
}

/// A state of version 1 as it was written: it has to be read for ever.
#[test]
fn the_first_version_can_be_read() {
    let line = (
        "user ann has 3 items".to_owned(),
        Some(1_000),
        Side::Current,
    );
    let state = include_bytes!("version-1.state");
    let mut miner = mined([&line]);
    assert_eq!(miner.merge_encoded(state), Ok(()));
    let [pattern] = &miner.patterns()[..] else {
        panic!("{:?}", miner.patterns());
    };
    assert_eq!(pattern.text, "user <Token-1> has <Number-2> items");
    assert_eq!(pattern.count, 3);
    assert_eq!(
        pattern.tokens_json(),
        r#"[{"tokenString":"<Token-1>","inferredTokenName":"Token","enumerations":{"ann":2,"bob":1}},{"tokenString":"<Number-2>","inferredTokenName":"Number","enumerations":{"3":2,"4":1}}]"#
    );
}

#[test]
fn very_many_different_lines_need_bounded_memory() {
    let mut miner = Miner::new(SETTINGS);
    // Words without digits at many places, all different: the worst there is.
    let word = |mut number: u64| -> String {
        let mut word = String::new();
        for _ in 0..6 {
            word.push(char::from(b'a' + (number % 26) as u8));
            number /= 26;
        }
        word
    };
    let mut random = 1u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for place in 0..8 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            // A few words at the first places, many at the last.
            text.push_str(&word(random >> (60 - 4 * place)));
            text.push(if random >> 62 == 0 { ',' } else { ' ' });
        }
        miner.add(&text, None, Side::Current);
    }
    assert!(miner.heap() < 200 << 20, "{}", miner.heap());
    let counted: u64 = miner.patterns().iter().map(|pattern| pattern.count).sum();
    assert_eq!(counted, 20_000);
}
