//! Every limit that the front end looks at can be moved, down and up.

use flowgauge_ql::{Options, compile};

/// A limit, a value that refuses the query, one that allows it, and what the refusal says.
const MOVED: &[(&str, u64, u64, &str, &str)] = &[
    ("query-chars", 9, 20, "fields abcd", "characters"),
    ("max-rows", 2, 200_000, "limit 3", "from 1 to 2"),
    (
        "max-rows",
        100_000,
        200_000,
        "limit 150000",
        "from 1 to 100000",
    ),
    (
        "stats-stages",
        1,
        2,
        "stats count(*) as n by a | stats max(n)",
        "at most 1 `stats`",
    ),
    (
        "joins",
        0,
        1,
        "join left=l right=r where l.a = r.a (SOURCE 'g')",
        "at most 0 `join`",
    ),
    (
        "appendcols-rows",
        5,
        6,
        "appendcols max=6 (SOURCE 'g' | fields b)",
        "from 1 to 5",
    ),
    (
        "source-prefixes",
        1,
        2,
        "SOURCE logGroups(namePrefix: ['a', 'b']) | fields a",
        "prefixes",
    ),
    (
        "autoregress-lag",
        2,
        3,
        "autoregress a p=3",
        "2 rows at most",
    ),
    (
        "autoregress-columns",
        1,
        2,
        "autoregress a p=1-2",
        "1 columns at most",
    ),
];

#[test]
fn moved_limits_refuse_and_allow() {
    for (name, refusing, allowing, query, part) in MOVED {
        let errors = |value| -> Vec<String> {
            let mut options = Options::default();
            assert!(options.limits.set(name, value), "{name}");
            let compiled = compile(query, &options);
            compiled
                .errors()
                .map(|error| error.message.clone())
                .collect()
        };
        let refused = errors(*refusing);
        assert!(
            refused.iter().any(|error| error.contains(part)),
            "{name}: {refused:?}"
        );
        assert_eq!(errors(*allowing), Vec::<String>::new(), "{name}");
    }
}
