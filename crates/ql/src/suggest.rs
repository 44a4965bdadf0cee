//! "Did you mean": the closest of a few known words.

/// The candidate closest to `word`, without regard to case, or `None` when nothing is close: at
/// most one edit for each three letters, and at least one. A swap of neighbours is one edit.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let allowed = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Number of insertions, deletions, substitutions and swaps of neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let mut edits = (above[j] + 1)
                .min(row[j - 1] + 1)
                .min(above[j - 1] + usize::from(a[i - 1] != b[j - 1]));
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                edits = edits.min(before[j - 2] + 1);
            }
            row.push(edits);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn small_slips_are_found() {
        let known = ["fields", "filter", "stats", "sort", "limit"];
        for (word, expected) in [
            ("feilds", Some("fields")),
            ("FILTR", Some("filter")),
            ("stat", Some("stats")),
            ("limt", Some("limit")),
            ("srot", Some("sort")),
            ("banana", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(closest(word, known), expected, "{word}");
        }
    }
}
