//! SQL, read from its text: tables, keywords, tokens, and what it takes to write some.
//!
//! The reader knows PostgreSQL's quotes, comments and lists of tables, and not its whole grammar:
//! it says of a valid text which tables it names. It cannot see what functions, views, rules and
//! triggers of the database read, nor SQL that is put together when it runs.

mod finder;
mod lexer;
mod name;
mod words;

use crate::bytes;
use finder::{Finder, Found, Purpose};
use name::Name;
use std::ops::Range;
use words::Word;

pub use lexer::TokenKind;

/// Whether all of a text could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Examination {
    /// All of it was read.
    Complete,
    /// It is larger than the limit, or has more words and symbols than the limit allows.
    TooLarge,
    /// It carries code in a string, as DO and function bodies do, or a string or name that ends
    /// here or there as the server is set.
    Opaque,
}

/// Whether a text names a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Touch {
    /// It was read to its end and does not.
    No,
    /// It does.
    Yes,
    /// It could not be examined to its end: see [`Examination`].
    Unknown,
}

/// A table that SQL names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The database in front of the schema, if there is one.
    pub catalog: Option<String>,
    /// The schema, if it is named.
    pub schema: Option<String>,
    /// The name, as the server keeps it: without quotes, and in lowercase if it had none.
    pub name: String,
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
}

impl Table {
    /// Whether it is this one: the case of ASCII letters and quotes make no difference, nor does a
    /// schema that only one of both has.
    pub fn is(&self, table: &str) -> bool {
        let mut wanted = Wanted::new(table);
        let mine = [Some(&self.name), self.schema.as_ref(), self.catalog.as_ref()];
        for part in mine.into_iter().flatten() {
            match wanted.next() {
                Some(wanted) if wanted.eq_ignore_ascii_case(part.as_bytes()) => (),
                Some(_) => return false,
                None => break,
            }
        }
        true
    }
}

/// The parts of a name that an author gave, the last first, without quotes.
struct Wanted<'w>(Option<&'w [u8]>);

impl<'w> Wanted<'w> {
    fn new(table: &'w str) -> Self {
        Wanted(Some(table.as_bytes()))
    }
}

impl<'w> Iterator for Wanted<'w> {
    type Item = &'w [u8];

    fn next(&mut self) -> Option<&'w [u8]> {
        let all = self.0.take()?;
        let part = match all.iter().rposition(|&byte| byte == b'.') {
            Some(dot) => {
                self.0 = all.get(..dot);
                all.get(dot + 1..).unwrap_or_default()
            }
            None => all,
        };
        Some(match part {
            [b'"', inside @ .., b'"'] => inside,
            _ => part,
        })
    }
}

/// The tables that a text names, in their order; one that is named twice comes twice.
#[derive(Clone, Debug)]
pub struct Tables<'t> {
    text: &'t [u8],
    finder: Finder<'t>,
}

impl<'t> Tables<'t> {
    pub(crate) fn new(examined: Examined<'t>) -> Self {
        let (text, fuel) = examined.unwrap_or_default();
        let mut finder = Finder::new(text, Purpose::TABLES, fuel);
        if examined.is_none() {
            finder.examination = Examination::TooLarge;
        }
        Tables { text, finder }
    }

    /// Whether all of the text could be read; known when there is no next table.
    pub fn examination(&self) -> Examination {
        self.finder.examination
    }

    fn part(&self, found: &Found, back: usize) -> Option<String> {
        let name = Name::new(self.text, found.part(back)?);
        Some(String::from_utf8_lossy(&name.bytes).into_owned())
    }
}

/// Whether a text names a table.
pub(crate) fn touch(examined: Examined<'_>, table: &str) -> Touch {
    let (text, mut fuel) = match examined {
        Some(examined) => examined,
        None => return Touch::Unknown,
    };
    let name = Wanted::new(table).next().unwrap_or_default();
    if !may_name(text, name, &mut fuel) {
        return Touch::No;
    }
    let mut finder = Finder::new(text, Purpose::TABLES, fuel);
    while finder.next() {
        let Found { start, end, .. } = finder.found;
        // Most names are told by their length.
        if end - start < name.len() {
            continue;
        }
        finder.charge(900 + (end - start) as i32 * 80);
        let mut parts = Wanted::new(table).enumerate();
        let same = parts.all(|(back, wanted)| match finder.found.part(back) {
            Some(range) => Name::new(text, range).is(wanted),
            None => true,
        });
        if same {
            return Touch::Yes;
        }
    }
    match finder.examination {
        Examination::Complete => Touch::No,
        _ => Touch::Unknown,
    }
}

/// The first look: whether the text may name a table. Where the name is not, whatever the case of
/// its letters, nor a name in codes (`U&"…"`), nor a statement that carries code in a string,
/// nobody needs to look for tables.
fn may_name(text: &[u8], name: &[u8], fuel: &mut i32) -> bool {
    let is_usual = (2..=60).contains(&name.len()) && bytes::find(name, 0, b'"') == name.len();
    !is_usual
        || bytes::mentions(text, name, fuel).unwrap_or(true)
        || bytes::mentions(text, b"&\"", fuel).unwrap_or(true)
        || may_carry_code(text, fuel)
}

/// Whether a statement may begin with DO or CREATE: the text does, or what is behind a semicolon.
fn may_carry_code(text: &[u8], fuel: &mut i32) -> bool {
    any_first_word(text, fuel, |word| matches!(word, Word::Do | Word::Create))
}

/// Whether the text, or what comes behind a semicolon, begins with such a word.
fn any_first_word(text: &[u8], fuel: &mut i32, mut wanted: impl FnMut(Word) -> bool) -> bool {
    let mut at = 0;
    loop {
        if let Some((start, end)) = lexer::first_word(text, at, fuel) {
            if wanted(words::word(text.get(start..end).unwrap_or_default(), fuel)) {
                return true;
            }
        }
        let end = bytes::find(text, at, b';');
        *fuel -= 280 + (end - at) as i32 * 3 / 2;
        if end >= text.len() || *fuel < 0 {
            return *fuel < 0;
        }
        // Of several semicolons one next to another, the last.
        at = end;
        while *fuel >= 0 && text.get(at) == Some(&b';') {
            *fuel -= 32;
            at += 1;
        }
    }
}

/// Whether a text only reads.
pub(crate) fn reads_only(examined: Examined<'_>) -> bool {
    let (text, mut fuel) = match examined {
        Some(examined) => examined,
        None => return false,
    };
    let mut count = 0;
    let is_other = any_first_word(text, &mut fuel, |word| {
        count += 1;
        !matches!(word, Word::Select | Word::Values | Word::Table | Word::With | Word::Show)
    });
    // Names in codes may be any function's.
    let has_codes = !is_other && bytes::mentions(text, b"&\"", &mut fuel).unwrap_or(true);
    if !is_other && !has_codes && finder::may_write(text, &mut fuel) == Some(false) {
        return count > 0;
    }
    let mut finder = Finder::new(text, Purpose::WRITES, fuel);
    finder.next();
    finder.examination == Examination::Complete && finder.has_statements && !finder.writes
}

impl<'t> Iterator for Tables<'t> {
    type Item = Table;

    fn next(&mut self) -> Option<Table> {
        if !self.finder.next() {
            return None;
        }
        let found = self.finder.found;
        self.finder.charge(1000 + (found.end - found.start) as i32 * 60);
        Some(Table {
            catalog: self.part(&found, 2),
            schema: self.part(&found, 1),
            name: self.part(&found, 0).unwrap_or_default(),
            range: found.start..found.end,
        })
    }
}

/// A text that is not too large, and what reading it may cost.
pub(crate) type Examined<'t> = Option<(&'t [u8], i32)>;

fn within(text: &str, limit: usize) -> Examined<'_> {
    Some((text.as_bytes(), fuel(limit, 0))).filter(|(text, _)| text.len() <= limit)
}

/// What reading a text may cost, of which decoding has taken some already.
///
/// With 65,536 bytes that is 934,000 units: the rest of a call's 1,000,000 is for the host's JSON
/// and for what the author does.
pub(crate) fn fuel(limit: usize, decoding: usize) -> i32 {
    let fuel = (limit.saturating_mul(57) / 4).saturating_sub(decoding);
    i32::try_from(fuel).unwrap_or(i32::MAX)
}

/// The tables that a text of at most `limit` bytes names. At most a fourth as many words and
/// symbols are looked at: that keeps the fuel within bounds whatever the text holds.
pub fn tables(text: &str, limit: usize) -> Tables<'_> {
    Tables::new(within(text, limit))
}

/// Whether a text of at most `limit` bytes names a table.
pub fn touches(text: &str, table: &str, limit: usize) -> Touch {
    touch(within(text, limit), table)
}

/// Whether a text of at most `limit` bytes only reads: see [`Query::is_read_only`](crate::Query).
pub fn is_read_only(text: &str, limit: usize) -> bool {
    reads_only(within(text, limit))
}

/// A token of SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token<'t> {
    /// What it is.
    pub kind: TokenKind,
    /// Its text, with quotes if it has some.
    pub text: &'t str,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
}

/// The tokens of a text, without space and comments.
#[derive(Clone, Debug)]
pub struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let (kind, start, end) = lexer::token(self.text.as_bytes(), self.at)?;
        self.at = end;
        Some(Token { kind, text: self.text.get(start..end)?, range: start..end })
    }
}

/// The tokens of a text. Costs some 30 units of fuel a token and 10 a byte.
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0 }
}

/// Whether a word stands in a text outside quotes, comments and names with a dot in front; the
/// case of ASCII letters makes no difference.
pub fn has_keyword(text: &str, keyword: &str) -> bool {
    let mut is_after_dot = false;
    tokens(text).any(|token| {
        let found = token.kind == TokenKind::Word && !is_after_dot;
        is_after_dot = token.text == ".";
        found && token.text.eq_ignore_ascii_case(keyword)
    })
}

/// The text with `replacement` where `range` was, as tables and tokens have one. Of several
/// replacements the last comes first: the ranges before it stay right.
pub fn replace(text: &str, range: Range<usize>, replacement: &str) -> String {
    let (before, after) = (text.get(..range.start), text.get(range.end..));
    [before.unwrap_or(text), replacement, after.unwrap_or_default()].concat()
}

/// A text as a string constant of SQL, whatever the server's settings.
pub fn literal(text: &str) -> String {
    let bytes = text.as_bytes();
    let has_slash = bytes::find(bytes, 0, b'\\') < bytes.len();
    let mut out = String::with_capacity(text.len() + 4);
    out.push_str(if has_slash { " E'" } else { "'" });
    push_doubled(&mut out, text, if has_slash { &['\'', '\\'] } else { &['\''] });
    out.push('\'');
    out
}

/// A name in double quotes.
pub fn identifier(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    out.push('"');
    push_doubled(&mut out, name, &['"']);
    out.push('"');
    out
}

/// Zero bytes are left out: no text of PostgreSQL holds one.
fn push_doubled(out: &mut String, text: &str, doubled: &[char]) {
    for character in text.chars().filter(|&character| character != '\0') {
        if doubled.contains(&character) {
            out.push(character);
        }
        out.push(character);
    }
}
