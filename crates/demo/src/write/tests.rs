use std::io::Read;

use flate2::read::GzDecoder;

use super::*;

fn read(path: &Path) -> String {
    let mut text = String::new();
    let file = File::open(path).expect("it was written");
    if path.extension().is_some_and(|extension| extension == "gz") {
        GzDecoder::new(file)
            .read_to_string(&mut text)
            .expect("gzip of text");
    } else {
        { file }.read_to_string(&mut text).expect("text");
    }
    text
}

fn written(shape: Shape) -> (tempfile::TempDir, Answers, Vec<PathBuf>) {
    let folder = tempfile::tempdir().expect("a folder");
    let generator = Generator::new(4, 3_000).expect("enough records");
    let (answers, files) =
        write(generator, &Layout::default(), folder.path(), shape).expect("it can be written");
    (folder, answers, files)
}

#[test]
fn objects_hold_the_lines_of_the_plain_file() {
    let (_plain_folder, plain_answers, plain) = written(Shape::Plain);
    let (folder, answers, objects) = written(Shape::Objects);
    assert_eq!(answers, plain_answers);
    let header = Layout::default().header() + "\n";
    let text = read(&plain[0]);
    let lines = text.strip_prefix(&header).expect("a header");
    assert_eq!(lines.lines().count(), 3_000);

    let (answers_file, objects) = objects.split_last().expect("files");
    let mut joined = String::new();
    for object in objects {
        let name = object
            .strip_prefix(folder.path())
            .expect("below")
            .to_string_lossy()
            .into_owned();
        assert!(
            name.starts_with("AWSLogs/123456789012/vpcflowlogs/eu-central-1/2026/01/14/123456789012_vpcflowlogs_eu-central-1_fl-"),
            "{name}"
        );
        let text = read(object);
        let lines = text.strip_prefix(&header).expect("a header");
        // Every end lies in the slot that the name says.
        let (_, stamp) = name.split_once("_20260114T").expect("a stamp");
        let minute = stamp[..2].parse::<i64>().expect("hour") * 60
            + stamp[2..4].parse::<i64>().expect("minute");
        let slot = crate::DAY_START + minute * 60;
        for line in lines.lines() {
            let end: i64 = line
                .split(' ')
                .nth(11)
                .expect("14 cells")
                .parse()
                .expect("digits");
            assert!((slot..slot + 300).contains(&end), "{name}: {line}");
        }
        joined.push_str(lines);
    }
    assert_eq!(joined, lines);

    let json: serde_json::Value = serde_json::from_str(&read(answers_file)).expect("JSON");
    assert_eq!(json["records"], 3_000);
    assert_eq!(json["exfiltration"]["bytes"], 40_000_000_000_u64);
    assert_eq!(json["classes"]["noData"]["records"], 30);
    assert_eq!(json["topTalkers"].as_array().map(Vec::len), Some(10));
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (_a, _, first) = written(Shape::Objects);
    let (_b, _, second) = written(Shape::Objects);
    for (first, second) in first.iter().zip(&second) {
        assert_eq!(
            fs::read(first).expect("a file"),
            fs::read(second).expect("a file")
        );
    }
}
