use super::{lex, print_tokens};
use crate::token::{Fault, TokenKind};

/// The kinds and texts of the tokens, the end left out.
fn tokens(text: &str) -> Vec<(TokenKind, &str)> {
    let lexed = lex(text);
    let end = lexed.tokens.last().map(|token| token.kind);
    assert_eq!(end, Some(TokenKind::End), "{text}");
    lexed
        .tokens
        .iter()
        .filter(|token| token.kind != TokenKind::End)
        .map(|token| (token.kind, token.span.text(text)))
        .collect()
}

#[test]
fn single_tokens() {
    use TokenKind::{Bad, DigitWord, Number, Placeholder, Quoted, Regex, Text, Word};
    for (text, kind) in [
        ("bytes", Word),
        ("_a9", Word),
        ("@message", Word),
        ("@@x", Word),
        ("`a b | #`", Quoted),
        ("@`aws.tag.a:b`", Quoted),
        ("5", Number),
        ("1.5", Number),
        (".5", Number),
        ("1e6", Number),
        ("1.5E-3", Number),
        ("123456789012", Number),
        ("5m", DigitWord),
        ("5xx", DigitWord),
        ("1.5h", DigitWord),
        ("0x1F", DigitWord),
        ("1e", DigitWord),
        ("1e6x", DigitWord),
        (r#""a \" b""#, Text),
        (r"'a \' b'", Text),
        (r#"'a " b'"#, Text),
        ("\"two\nlines\"", Text),
        ("\"# | /\"", Text),
        (r"/a\/b|c/", Regex),
        (r"/a\\/", Regex),
        ("{{p}}", Placeholder),
        ("{{ p }}", Placeholder),
        ("10.0.0.1", Bad(Fault::Number)),
        ("\"open", Bad(Fault::OpenText)),
        ("`open", Bad(Fault::OpenName)),
        ("/open", Bad(Fault::OpenRegex)),
        ("{{open", Bad(Fault::OpenPlaceholder)),
        ("{{}}", Bad(Fault::OpenPlaceholder)),
        ("größe", Bad(Fault::Character)),
        ("\\", Bad(Fault::Character)),
    ] {
        let found = tokens(text);
        if text == "größe" {
            // The ASCII letters in front are a word of their own.
            assert_eq!(found, [(Word, "gr"), (kind, "öße")]);
        } else {
            assert_eq!(found, [(kind, text)]);
        }
    }
}

#[test]
fn slashes() {
    use TokenKind::{Regex, Slash};
    for (text, kinds) in [
        ("filter a like /x/", &[Regex][..]),
        ("filter a =~/x/", &[Regex]),
        ("filter a not like /x/ and b LIKE /y/", &[Regex, Regex]),
        ("fields a / b / c", &[Slash, Slash]),
        ("fields (a) / b[0] / 2 / `c`", &[Slash, Slash, Slash]),
        ("fields f(/x/, a / b)", &[Regex, Slash]),
        ("parse @message /x/", &[Regex]),
        ("parse /x/", &[Regex]),
        (
            "fields a | PARSE a.b[0] /x|y/ | fields a / b",
            &[Regex, Slash],
        ),
        ("parse f(a / b, \"x\") /x/", &[Slash, Regex]),
        ("parse a \"x\" as b, c / d", &[Slash]),
        ("fields parse / 2", &[Slash]),
        ("SOURCE /aws/x", &[Slash, Slash]),
    ] {
        let found: Vec<TokenKind> = tokens(text)
            .into_iter()
            .map(|(kind, _)| kind)
            .filter(|kind| [Regex, Slash].contains(kind))
            .collect();
        assert_eq!(found, kinds, "{text}");
    }
}

#[test]
fn white_space_comments_and_paths() {
    use TokenKind::{Comma, Dot, LeftBracket, Number, Pipe, RightBracket, Word};
    assert_eq!(
        tokens("a\u{3000}\u{a0}\t,\r\n# x | y\nb#z"),
        [(Word, "a"), (Comma, ","), (Word, "b")]
    );
    assert_eq!(
        lex("a # x\n#y").comments.len(),
        2,
        "comments keep their places"
    );
    assert_eq!(
        tokens("a.0.1b[2]|c"),
        [
            (Word, "a"),
            (Dot, "."),
            (Word, "0"),
            (Dot, "."),
            (Word, "1b"),
            (LeftBracket, "["),
            (Number, "2"),
            (RightBracket, "]"),
            (Pipe, "|"),
            (Word, "c"),
        ]
    );
}

#[test]
fn what_is_not_closed_ends_with_its_line() {
    for (text, fault) in [
        ("filter a = \"x\n| limit 5", Fault::OpenText),
        ("filter a = `x\n| limit 5", Fault::OpenName),
        ("filter a like /x\n| limit 5", Fault::OpenRegex),
        ("filter a like /x\n| filter b like /y/", Fault::OpenRegex),
    ] {
        let found = tokens(text);
        assert!(found.iter().any(|(kind, _)| *kind == TokenKind::Bad(fault)));
        assert!(found.iter().any(|(kind, _)| *kind == TokenKind::Pipe));
    }
}

#[test]
fn tokens_print_one_a_line() {
    assert_eq!(
        print_tokens("limit 5 # five\n"),
        "0..5        Word            limit\n\
         6..7        Number          5\n\
         8..14       Comment         # five\n\
         15..15      End\n"
    );
}
