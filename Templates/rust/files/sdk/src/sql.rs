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
    let bytes = sql.as_bytes();
    let mut at = 0;
    // Most of any SQL is words and single bytes: those go fast, the rest token by token.
    while let Some(&first) = bytes.get(at) {
        if !is(SPECIAL, first) {
            let end = past_while(bytes, at, |byte| is(IN_WORD, byte));
            if end == at {
                at += 1;
                continue;
            }
            // A quote may make the word part of a string.
            if bytes.get(end) != Some(&b'\'') {
                if end - at == word.len() && bytes[at..end].eq_ignore_ascii_case(word.as_bytes()) {
                    return true;
                }
                at = end;
                continue;
            }
        }
        let mut rest = Tokens { sql, at };
        match rest.next() {
            Some(token) if token.kind == Kind::Word && token.text.eq_ignore_ascii_case(word) => return true,
            Some(_) => at = rest.at,
            None => return false,
        }
    }
    false
}

pub struct Tokens<'a> {
    sql: &'a str,
    at: usize,
}

const SPACE: u8 = 1;
const STARTS_WORD: u8 = 2;
const IN_WORD: u8 = 4;
/// Begins a comment, or a token of more than a byte that is no word.
const SPECIAL: u8 = 8;

static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'\t'..=b'\r' | b' ' => SPACE,
            b'0'..=b'9' => IN_WORD,
            b'$' => IN_WORD | SPECIAL,
            b'\'' | b'"' | b'-' | b'/' => SPECIAL,
            b'A'..=b'Z' | b'a'..=b'z' | b'_' | 0x80.. => STARTS_WORD | IN_WORD,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

#[inline(always)]
fn is(class: u8, byte: u8) -> bool {
    CLASSES[byte as usize] & class != 0
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let sql = self.sql.as_bytes();
        let from = past_gap(sql, self.at);
        let first = *sql.get(from)?;
        let escapes = first | 32 == b'e' && sql.get(from + 1) == Some(&b'\'');
        let (kind, end) = if is(STARTS_WORD, first) && !escapes {
            (Kind::Word, past_while(sql, from, |byte| is(IN_WORD, byte)))
        } else if first == b'\'' || escapes {
            (Kind::String, past_quoted(sql, from + escapes as usize, escapes))
        } else if first == b'"' {
            (Kind::Name, past_quoted(sql, from, false))
        } else if first.is_ascii_digit() {
            (Kind::Number, past_while(sql, from, |byte| is(IN_WORD, byte) || byte == b'.'))
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
            text = text.strip_prefix('"').unwrap_or(text);
            text = text.strip_suffix('"').unwrap_or(text);
        }
        Some(Token { kind, text })
    }
}

#[inline(always)]
fn past_while(sql: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> usize {
    let rest = sql.get(from..).unwrap_or(&[]);
    from + rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len())
}

/// Past space and comments.
fn past_gap(sql: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&byte) = sql.get(at) {
        if is(SPACE, byte) {
            at += 1;
        } else if byte == b'-' && sql.get(at + 1) == Some(&b'-') {
            at = find(sql, at, b'\n', b'\r');
        } else if byte == b'/' && sql.get(at + 1) == Some(&b'*') {
            at = past_comment(sql, at);
        } else {
            break;
        }
    }
    at
}

/// Past a comment, which may hold others.
fn past_comment(sql: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0);
    while at + 1 < sql.len() {
        match &sql[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    sql.len()
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
    let close = past_while(sql, from + 1, |byte| is(IN_WORD, byte) && byte != b'$');
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
        let sql = "SELECT \"a\"\"b\", 'it''s' /* x /* y */ drop */ -- drop\n, \
            E'\\'drop', $t$ drop $x$ $t$, $1 1.5e3 naïve;";
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
    fn finds_words_where_tokens_do() {
        let parts = ["drop", "DROP", "e", "E'\\'", "'", "''", "\"", "$$", "$t$", "$1", "--", "\n", "/*", "*/", "x", "é", " ", "7"];
        let mut seed = 1u64;
        for _ in 0..20_000 {
            let mut sql = String::new();
            while seed >> 60 != 0 || sql.is_empty() {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                sql.push_str(parts[(seed >> 33) as usize % parts.len()]);
            }
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let slowly = tokens(&sql).any(|token| token.kind == Kind::Word && token.text.eq_ignore_ascii_case("drop"));
            assert_eq!(has_word(&sql, "drop"), slowly, "{}", sql);
        }
    }

    #[test]
    fn ends_on_anything() {
        let odd = ["", "'", "\"", "E'\\", "$", "$a", "$$", "$a$ $a", "/*", "/*/", "/* /* */", "--", "é'é", "E'\\é", "/", "-"];
        for sql in odd {
            assert!(tokens(sql).count() <= sql.len(), "{}", sql);
        }
    }
}
