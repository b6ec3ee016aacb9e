//! SQL, read byte by byte: enough to tell words from strings, quoted names and comments.

use crate::text::find;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A keyword, or a name without quotes.
    Word,
    /// A name between double quotes, without them.
    Name,
    /// Any string constant, with its quotes.
    String,
    Number,
    /// One byte of anything else, or a parameter such as `$1`.
    Symbol,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
}

/// The tokens of some SQL, without space and comments.
pub fn tokens(sql: &str) -> Tokens<'_> {
    Tokens { sql, at: 0 }
}

/// Whether a word stands in the SQL outside strings, comments and double quotes; A to Z count as a to z.
pub fn has_word(sql: &str, word: &str) -> bool {
    tokens(sql).any(|token| token.kind == Kind::Word && token.text.eq_ignore_ascii_case(word))
}

pub struct Tokens<'a> {
    sql: &'a str,
    at: usize,
}

fn starts_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn in_word(byte: u8) -> bool {
    starts_word(byte) || byte.is_ascii_digit() || byte == b'$'
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let sql = self.sql.as_bytes();
        let from = past_gap(sql, self.at);
        let first = *sql.get(from)?;
        let escapes = (first == b'e' || first == b'E') && sql.get(from + 1) == Some(&b'\'');
        let (kind, end) = if first == b'\'' || escapes {
            (Kind::String, past_quoted(sql, from + escapes as usize, escapes))
        } else if first == b'"' {
            (Kind::Name, past_quoted(sql, from, false))
        } else if starts_word(first) {
            (Kind::Word, past_while(sql, from, in_word))
        } else if first.is_ascii_digit() {
            (Kind::Number, past_while(sql, from, |byte| in_word(byte) || byte == b'.'))
        } else if first == b'$' {
            match past_dollars(sql, from) {
                Some(end) => (Kind::String, end),
                None => (Kind::Symbol, past_while(sql, from + 1, |byte| byte.is_ascii_digit())),
            }
        } else {
            (Kind::Symbol, from + 1)
        };
        self.at = end;
        let mut text = self.sql.get(from..end)?;
        if kind == Kind::Name {
            text = &text[1..];
            text = text.strip_suffix('"').unwrap_or(text);
        }
        Some(Token { kind, text })
    }
}

fn past_while(sql: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> usize {
    let mut at = from;
    while sql.get(at).map_or(false, |&byte| wanted(byte)) {
        at += 1;
    }
    at
}

/// Past space and comments, which may hold one another.
fn past_gap(sql: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0);
    while at < sql.len() {
        let rest = &sql[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if depth > 0 {
            let closes = rest.starts_with(b"*/");
            depth -= closes as usize;
            at += 1 + closes as usize;
        } else if rest.starts_with(b"--") {
            at = find(sql, at, b'\n', b'\r');
        } else if rest[0] == b' ' || (b'\t'..=b'\r').contains(&rest[0]) {
            at += 1;
        } else {
            break;
        }
    }
    at
}

/// Past a quoted run; a quote inside is doubled or, where escapes count, behind a backslash.
fn past_quoted(sql: &[u8], from: usize, escapes: bool) -> usize {
    let quote = sql[from];
    let mut at = from + 1;
    loop {
        at = find(sql, at, quote, if escapes { b'\\' } else { quote });
        match sql.get(at) {
            None => return sql.len(),
            Some(&byte) if byte == quote && sql.get(at + 1) != Some(&quote) => return at + 1,
            Some(_) => at += 2,
        }
    }
}

/// Past a $tag$…$tag$, if one begins here.
fn past_dollars(sql: &[u8], from: usize) -> Option<usize> {
    if sql.get(from + 1)?.is_ascii_digit() {
        return None;
    }
    let close = past_while(sql, from + 1, |byte| in_word(byte) && byte != b'$');
    if *sql.get(close)? != b'$' {
        return None;
    }
    let tag = &sql[from..=close];
    let mut at = close + 1;
    loop {
        at = find(sql, at, b'$', b'$');
        if at == sql.len() {
            return Some(at);
        }
        if sql[at..].starts_with(tag) {
            return Some(at + tag.len());
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_tokens_apart() {
        let sql = "SELECT \"a\"\"b\", 'it''s' /* x /* y */ drop */ -- drop\n, E'\\'drop', $t$ drop $x$ $t$, $1 1.5e3 naïve;";
        let all: Vec<_> = tokens(sql).map(|token| (token.kind, token.text)).collect();
        assert_eq!(
            all,
            [
                (Kind::Word, "SELECT"),
                (Kind::Name, "a\"\"b"),
                (Kind::Symbol, ","),
                (Kind::String, "'it''s'"),
                (Kind::Symbol, ","),
                (Kind::String, "E'\\'drop'"),
                (Kind::Symbol, ","),
                (Kind::String, "$t$ drop $x$ $t$"),
                (Kind::Symbol, ","),
                (Kind::Symbol, "$1"),
                (Kind::Number, "1.5e3"),
                (Kind::Word, "naïve"),
                (Kind::Symbol, ";"),
            ]
        );
        assert!(!has_word(sql, "drop"));
        assert!(has_word(sql, "select"));
    }

    #[test]
    fn ends_on_anything() {
        for sql in ["", "'", "\"", "E'\\", "$", "$a", "$$", "$a$ $a", "/*", "/* /* */", "--", "é'é", "E'\\é", "/", "-"] {
            assert!(tokens(sql).count() <= sql.len(), "{}", sql);
        }
    }
}
