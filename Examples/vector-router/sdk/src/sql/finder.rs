//! Finds the tables that SQL names.
//!
//! One pass over the text, and a level for each parenthesis. Where no table can come, only the
//! words and symbols that can change that are looked at, and vectors find those.

use super::lexer::{
    byte, comment_end, dollar, has_prefix, is_in_word, is_letter, is_space, quoted_end, word_end,
    Slash, TokenKind,
};
use super::name::{has_escapes, Name};
use super::words::{word, Word};
use super::Examination;
use crate::bytes::{find_solid, padded, pairs, sql_marks};
use std::fmt;

/// How deep parentheses may lie one in another.
const DEEPEST: usize = 128;
/// How many names that WITH declares are known at a time: others are taken for tables.
const MOST_DECLARED: usize = 32;

// What a level is.
/// FROM is followed by tables.
const QUERY: u8 = 1;
/// A comma is followed by another table.
const FROM_LIST: u8 = 2;
/// A comma is followed by another table that a statement works on.
const TARGET_LIST: u8 = 4;
/// USING is followed by tables.
const USING: u8 = 8;
/// The body of a WITH query.
const BODY: u8 = 16;
/// More WITH queries may follow.
const DECLARES: u8 = 32;
/// Their names are known in all of them.
const RECURSIVE: u8 = 64;
/// The body of a WITH query whose name is one too many.
const UNNAMED: u8 = 128;

// What is expected.
/// A table.
const TABLE: u8 = 1;
/// A comma is followed by another one.
const LIST: u8 = 2;
/// A parenthesis behind the name makes it a function.
const CALL: u8 = 4;
/// Never the name of a WITH query.
const TARGET: u8 = 8;
/// TEMPORARY and the like may stand before the name.
const INTO: u8 = 16;
/// Options in parentheses may stand before the name.
const OPTIONS: u8 = 32;
/// The names may stand in parentheses.
const GROUPED: u8 = 64;
/// The last part is a column's name.
const COLUMN: u8 = 128;

#[derive(Clone, Copy, Debug, Default)]
struct Level {
    is: u8,
    /// How many declared names were known when it began.
    known: u8,
}

/// A name that a WITH query has; it is not known inside that query unless WITH is RECURSIVE.
#[derive(Clone, Copy, Debug, Default)]
struct Declared {
    name: (usize, usize),
    is_known: bool,
}

/// A table's name: where its parts are, the last ones if there are more than three.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    parts: [(usize, usize); 3],
    count: usize,
    pub start: usize,
    pub end: usize,
}

impl Found {
    /// The part `back` parts before the last one.
    pub(crate) fn part(&self, back: usize) -> Option<(usize, usize)> {
        self.parts.get(..self.count)?.iter().rev().nth(back).copied()
    }

    fn push(&mut self, part: (usize, usize)) {
        let [_, second, third] = self.parts;
        match self.count {
            1 => self.parts[1] = part,
            2 => self.parts[2] = part,
            _ => self.parts = [second, third, part],
        }
        self.count = 3.min(self.count + 1);
        self.end = part.1;
    }

    fn drop_last(&mut self) {
        if self.count > 1 {
            self.count -= 1;
            self.end = self.part(0).map_or(self.end, |part| part.1);
        }
    }
}

/// What a text is read for.
#[derive(Clone, Copy)]
pub(crate) struct Purpose {
    /// The pairs of letters that words of interest begin with.
    pairs: u8,
    /// Whether parentheses are levels; others are passed like commas.
    has_levels: bool,
    /// What is done with a word, which begins at a place.
    take: fn(&mut Finder<'_>, Word, usize),
}

impl Purpose {
    /// Which tables it names.
    pub(crate) const TABLES: Purpose = Purpose {
        pairs: !pairs::FOR,
        has_levels: true,
        take: |finder, word, start| finder.take_word(word, start),
    };
    /// Whether it writes: the first word that may write ends the search.
    pub(crate) const WRITES: Purpose = Purpose {
        pairs: pairs::FOR
            | pairs::INTO_IS
            | pairs::UPDATE_USING
            | pairs::SELECT
            | pairs::DELETE_MERGE,
        has_levels: false,
        take: |finder, word, start| finder.evaluate(word, start),
    };
}

impl fmt::Debug for Purpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.has_levels { "tables" } else { "writes" })
    }
}

/// The first look: whether a word that may write is in the text at all, strings and comments
/// included. `None` when looking for one takes more fuel than there is.
pub(crate) fn may_write(text: &[u8], fuel: &mut i32) -> Option<bool> {
    let wanted = Purpose::WRITES.pairs;
    let mut continues = false;
    let mut at = 0;
    while at < text.len() {
        *fuel -= BLOCK_COST;
        let marks = match block_at(text, at) {
            Some(block) => sql_marks(block, wanted, false),
            None => sql_marks(&padded(text, at), wanted, false),
        };
        let mut found = marks.pairs & marks.letters & !(marks.letters << 1 | u64::from(continues));
        continues = marks.letters >> 63 != 0;
        while found != 0 {
            let bit = found.trailing_zeros();
            let start = at + bit as usize;
            let size = (!(marks.letters >> bit)).trailing_zeros();
            let mut end = start + size as usize;
            if bit + size >= 64 {
                let rest = text.get(end..end + 16).or_else(|| text.get(end..));
                end += word_end(rest.unwrap_or_default(), 0);
            }
            found &= found - 1;
            // SELECT is the most usual of them, and SETVAL what is looked for.
            let is_select =
                byte(text, start) | 0x20 == b's' && byte(text, start + 2) | 0x20 == b'l';
            *fuel -= if is_select { 100 } else { 300 };
            if *fuel < 0 {
                return None;
            }
            if is_select {
                continue;
            }
            let word = word(text.get(start..end).unwrap_or_default(), fuel);
            if matches!(
                word,
                Word::Insert
                    | Word::Update
                    | Word::Delete
                    | Word::Merge
                    | Word::Into
                    | Word::For
                    | Word::Nextval
            ) {
                return Some(true);
            }
        }
        at += 64;
    }
    Some(false)
}

/// What was read last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// Nothing: the text ends, or the examination does.
    End,
    Word,
    QuotedName,
    String,
    /// One of `( ) [ ] ; , .`
    Symbol,
}

/// Reads a text of SQL.
#[derive(Clone, Debug)]
pub(crate) struct Finder<'t> {
    text: &'t [u8],
    /// Where the next token is looked for.
    at: usize,
    /// Where the last token begins; it ends at `at`.
    start: usize,
    /// What the last token does if it is a word, and the symbol if it is one.
    word: Word,
    symbol: u8,
    purpose: Purpose,
    /// A token that was read already, if it is not `End`.
    peeked: Token,
    /// The 64 bytes that were looked at last begin here. One bit a byte: letters, what can change
    /// what is read, and that with all words, commas and dots.
    block: usize,
    letters: u64,
    changes: u64,
    all: u64,
    /// The comments that were passed over last, with nothing but space among them.
    comments: (usize, usize),
    /// How much fuel may still be spent.
    fuel: i32,
    /// What this level is, and the levels around it.
    is: u8,
    /// How many declared names were known when this level began.
    known: u8,
    levels: [Level; DEEPEST],
    depth: usize,
    declared: [Declared; MOST_DECLARED],
    declarations: usize,
    expected: u8,
    /// The first word of the statement, until a query begins in it: what it defines.
    head: Word,
    /// No word of the statement was read yet.
    begins: bool,
    pub examination: Examination,
    /// The table that was found last.
    pub found: Found,
    /// Whether a statement was met, and one that may write.
    pub has_statements: bool,
    pub writes: bool,
}

// What things cost in fuel, rounded up.
const BLOCK_COST: i32 = 430;
const TOKEN_COST: i32 = 270;
const ANY_TOKEN_COST: i32 = 500;
const OPENED_COST: i32 = 430;
const OPEN_COST: i32 = 80;
const SHORT_COST: i32 = 70;
const WORD_COST: i32 = 660;
const NAME_COST: i32 = 580;
const LOOK_BACK_COST: i32 = 290;

#[inline(always)]
fn block_at(text: &[u8], at: usize) -> Option<&[u8; 64]> {
    text.get(at..)?.get(..64)?.try_into().ok()
}

impl<'t> Finder<'t> {
    #[inline(always)]
    pub(crate) fn new(text: &'t [u8], purpose: Purpose, fuel: i32) -> Self {
        Finder {
            text,
            at: 0,
            start: 0,
            word: Word::Name,
            symbol: 0,
            purpose,
            peeked: Token::End,
            block: usize::MAX / 2,
            letters: 0,
            changes: 0,
            all: 0,
            comments: (0, 0),
            fuel,
            is: QUERY,
            known: 0,
            levels: [Level::default(); DEEPEST],
            depth: 0,
            declared: [Declared::default(); MOST_DECLARED],
            declarations: 0,
            expected: 0,
            head: Word::Name,
            begins: true,
            examination: Examination::Complete,
            found: Found::default(),
            has_statements: false,
            writes: false,
        }
    }

    /// Notes what was done with what was found.
    pub(crate) fn charge(&mut self, cost: i32) {
        self.fuel -= cost;
    }

    /// Finds the next table; false at the end or where the examination ends.
    pub(crate) fn next(&mut self) -> bool {
        loop {
            if self.expected != 0 {
                if self.table() {
                    return true;
                }
                continue;
            }
            let reads_all = self.begins
                || self.head != Word::Name
                || self.is & (FROM_LIST | TARGET_LIST | DECLARES) != 0;
            match self.seek(reads_all) {
                Token::End => return false,
                token => self.take(token),
            }
            if self.writes && !self.purpose.has_levels {
                return false;
            }
        }
    }

    #[inline(never)]
    fn token(&mut self) -> Token {
        self.seek(true)
    }

    #[inline(never)]
    fn next_is(&mut self, wanted: Word) -> bool {
        let before = self.at;
        if self.token() == Token::Word && self.word == wanted {
            return true;
        }
        self.at = before;
        false
    }

    #[inline(never)]
    fn next_is_symbol(&mut self, wanted: u8) -> bool {
        let before = self.at;
        if self.token() == Token::Symbol && self.symbol == wanted {
            return true;
        }
        self.at = before;
        false
    }

    /// The next token that can change what is read, or the next one of all but numbers and
    /// operators.
    #[inline]
    fn seek(&mut self, all: bool) -> Token {
        if self.peeked != Token::End {
            return std::mem::replace(&mut self.peeked, Token::End);
        }
        loop {
            let offset = self.at.wrapping_sub(self.block);
            let mut marks = 0;
            if offset < 64 {
                marks = (if all { self.all } else { self.changes }) & !0 << offset;
            }
            if marks == 0 {
                marks = self.advance(all);
            }
            self.fuel -= if all { ANY_TOKEN_COST } else { TOKEN_COST };
            if marks == 0 || self.fuel < 0 {
                return self.end();
            }
            let bit = marks.trailing_zeros();
            let start = self.block + bit as usize;
            self.start = start;
            let token = if self.letters >> bit & 1 != 0 {
                self.a_word(start, bit, all)
            } else {
                match byte(self.text, start) {
                    first @ (b'(' | b')' | b',' | b'.' | b';' | b'[' | b']') => {
                        self.at = start + 1;
                        self.symbol = first;
                        return Token::Symbol;
                    }
                    first => match self.short_end(start, bit, first) {
                        Some(end) => {
                            self.fuel -= SHORT_COST;
                            self.at = end;
                            if first == b'"' {
                                Token::QuotedName
                            } else {
                                Token::String
                            }
                        }
                        None => self.opened(start, first),
                    },
                }
            };
            // Quoted names may be those of functions that write.
            let counts = all
                || token == Token::Word
                || token == Token::QuotedName && !self.purpose.has_levels;
            if token != Token::End && counts {
                return token;
            }
        }
    }

    /// The word whose letters begin at `start`; `End` if it is the rest of another one, or of no
    /// interest.
    #[inline]
    fn a_word(&mut self, start: usize, bit: u32, all: bool) -> Token {
        let text = self.text;
        // Most words end with their letters.
        let size = (!(self.letters >> bit)).trailing_zeros();
        let mut end = start + size as usize;
        if bit + size >= 64 || is_in_word(byte(text, end)) {
            end = self.long_word(end);
        }
        self.at = end;
        let word = match text.get(start..end) {
            Some(text) => word(text, &mut self.fuel),
            None => Word::Name,
        };
        self.word = word;
        if !all {
            // SELECT means nothing where FROM does already.
            let is_known = word == Word::Select && self.is & QUERY != 0;
            if word == Word::Name || is_known {
                return Token::End;
            }
        }
        if !self.begins_word(start) {
            return Token::End;
        }
        if end == start + 1 && byte(text, end) == b'&' {
            return self.escaped_name(start);
        }
        Token::Word
    }

    #[inline(never)]
    fn long_word(&mut self, from: usize) -> usize {
        let most = from.saturating_add(self.fuel.max(0) as usize / 20).min(self.text.len());
        let end = word_end(self.text.get(..most).unwrap_or_default(), from);
        self.fuel -= (end - from) as i32 * 20 + i32::from(end == most);
        end
    }

    /// `U&"…"`, if it is that.
    #[inline(never)]
    fn escaped_name(&mut self, start: usize) -> Token {
        if byte(self.text, start) | 0x20 == b'u' && byte(self.text, start + 2) == b'"' {
            self.quoted(start + 2, Slash::Plain);
            return Token::QuotedName;
        }
        Token::Word
    }

    /// Where a quoted run ends that ends within the 64 bytes that were looked at, if nothing about
    /// it is special: no prefix, no doubled quote, no backslash before the quotes.
    #[inline]
    fn short_end(&self, start: usize, bit: u32, first: u8) -> Option<usize> {
        let rest = self.changes & (!1 << bit);
        let end = self.block + rest.trailing_zeros() as usize;
        let before = byte(self.text, start.wrapping_sub(1));
        let is_plain = rest != 0
            && (first == b'\'' && !is_letter(before) || first == b'"' && before != b'&')
            && byte(self.text, end) == first
            && byte(self.text, end + 1) != first
            && byte(self.text, end - 1) != b'\\';
        is_plain.then_some(end + 1)
    }

    /// Past a string, a quoted name or a comment, all of which cost no more than they have bytes.
    #[inline(never)]
    fn opened(&mut self, start: usize, first: u8) -> Token {
        let text = self.text;
        self.fuel -= OPENED_COST;
        match first {
            b'\'' => {
                let has_prefix = has_prefix(text, start, b'e');
                self.quoted(start, if has_prefix { Slash::Escape } else { Slash::Unknown });
                Token::String
            }
            b'"' => {
                self.quoted(start, Slash::Plain);
                Token::QuotedName
            }
            b'$' if !self.is_in_word_before(start) => {
                let (kind, end) = dollar(text, start, &mut self.fuel);
                self.at = end;
                if kind == TokenKind::String {
                    Token::String
                } else {
                    Token::End
                }
            }
            _ => {
                match comment_end(text, start, &mut self.fuel) {
                    Some(end) => self.pass_comment(start, end),
                    None => self.at = start + 1,
                }
                Token::End
            }
        }
    }

    /// Past a quoted run.
    fn quoted(&mut self, start: usize, slash: Slash) {
        match quoted_end(self.text, start, slash, &mut self.fuel) {
            Some(end) => self.at = end,
            None => self.give_up(),
        }
    }

    /// Whether the byte before `at` can be part of a word.
    fn is_in_word_before(&self, at: usize) -> bool {
        is_in_word(byte(self.text, at.wrapping_sub(1)))
    }

    /// Nothing more is read: what was met could mean one thing or the other.
    fn give_up(&mut self) {
        self.examination = Examination::Opaque;
        self.fuel = -1;
    }

    #[inline(never)]
    fn end(&mut self) -> Token {
        if self.fuel < 0 && self.examination == Examination::Complete {
            self.examination = Examination::TooLarge;
        }
        self.expected = 0;
        Token::End
    }

    /// Looks at more bytes, until something is marked; 0 at the end.
    #[inline(never)]
    fn advance(&mut self, all: bool) -> u64 {
        let mut at = self.at;
        let mut continues = false;
        if at.wrapping_sub(self.block) < 64 {
            at = self.block + 64;
            continues = self.letters >> 63 != 0;
        }
        let Purpose { pairs: wanted, has_levels: has_brackets, .. } = self.purpose;
        while self.fuel >= BLOCK_COST && at < self.text.len() {
            self.fuel -= BLOCK_COST;
            let marks = match block_at(self.text, at) {
                Some(block) => sql_marks(block, wanted, has_brackets),
                None => sql_marks(&padded(self.text, at), wanted, has_brackets),
            };
            let begins = marks.letters & !(marks.letters << 1 | u64::from(continues));
            continues = marks.letters >> 63 != 0;
            self.block = at;
            self.letters = marks.letters;
            self.changes = marks.symbols | (marks.pairs & begins);
            self.all = marks.symbols | marks.separators | begins;
            let found = if all { self.all } else { self.changes };
            if found != 0 {
                return found;
            }
            at += 64;
        }
        self.ends_early(at)
    }

    /// Notes whether fuel is what ended the search at `at`.
    fn ends_early(&mut self, at: usize) -> u64 {
        if at < self.text.len() {
            self.fuel = -1;
        }
        0
    }

    fn pass_comment(&mut self, start: usize, end: usize) {
        let before = self.before_space(start);
        if self.comments.0 < before && before <= self.comments.1 {
            // The comments before this one are part of the same gap.
            self.comments.1 = end;
        } else {
            self.comments = (start, end);
        }
        self.at = end;
    }

    /// The end of the last token before `at`: space and the comments that were passed over last
    /// are stepped back over.
    fn before(&mut self, at: usize) -> usize {
        let end = self.before_space(at);
        self.fuel -= LOOK_BACK_COST + (at - end) as i32 * 10;
        let (start, stop) = self.comments;
        // A comment up to a line's end may end in space.
        if start < end && end <= stop {
            return self.before_space(start);
        }
        end
    }

    #[inline(never)]
    fn before_space(&self, at: usize) -> usize {
        let mut before = self.text.get(..at).unwrap_or_default();
        // Long gaps a block at a time: what is no space is solid, too.
        while before.len() >= 64 && find_solid(before, before.len() - 64) == before.len() {
            before = before.get(..before.len() - 64).unwrap_or_default();
        }
        before.iter().rposition(|&byte| !is_space(byte)).map_or(0, |last| last + 1)
    }

    /// The unquoted word before `at`, and where it begins; an empty one if something else is there.
    fn word_before(&mut self, at: usize) -> (&'t [u8], usize) {
        let end = self.before(at);
        let mut start = end;
        while end - start < 16 && self.is_in_word_before(start) {
            start -= 1;
        }
        (self.text.get(start..end).unwrap_or_default(), start)
    }

    /// Whether a word begins at `start`, where letters begin. Digits and dollars before them may
    /// be part of a name, or a number that the word comes right after.
    #[inline]
    fn begins_word(&self, start: usize) -> bool {
        if !self.is_in_word_before(start) {
            return true;
        }
        let mut from = start;
        while self.is_in_word_before(from) {
            from -= 1;
        }
        !is_letter(byte(self.text, from))
    }

    /// Whether the token at `start` comes after the dot of a name.
    #[inline(never)]
    fn is_after_dot(&mut self, start: usize) -> bool {
        let text = self.text;
        let end = self.before(start);
        if byte(text, end.wrapping_sub(1)) != b'.' {
            return false;
        }
        // The point of a number is part of it.
        let mut from = end - 1;
        while self.is_in_word_before(from) {
            from -= 1;
        }
        from == end - 1 || !byte(text, from).is_ascii_digit()
    }

    #[inline(never)]
    fn follows(&mut self, start: usize, words: &[&str]) -> bool {
        let (before, _) = self.word_before(start);
        words.iter().any(|word| before.eq_ignore_ascii_case(word.as_bytes()))
    }

    #[inline]
    fn take(&mut self, token: Token) {
        match token {
            Token::Symbol => self.take_symbol(self.symbol),
            Token::Word => {
                let (word, start) = (self.word, self.start);
                if self.begins {
                    self.begin(word);
                }
                if word == Word::Name {
                    return;
                }
                self.fuel -= WORD_COST;
                if word == Word::Nextval || !self.is_after_dot(start) {
                    (self.purpose.take)(self, word, start);
                }
            }
            // The body of a function.
            Token::String if self.head != Word::Name && self.follows(self.start, &["as"]) => {
                self.give_up();
            }
            Token::QuotedName if !self.purpose.has_levels => {
                (self.purpose.take)(self, Word::Name, self.start);
            }
            _ => (),
        }
    }

    /// Notes whether a word, or the quoted name that begins at `start`, may write, wherever it
    /// stands.
    #[inline(never)]
    fn evaluate(&mut self, word: Word, start: usize) {
        let before = self.at;
        self.writes |= match word {
            Word::Insert | Word::Update | Word::Delete | Word::Merge | Word::Into => true,
            Word::For => {
                self.token() == Token::Word
                    && matches!(self.word, Word::No | Word::Key | Word::Share | Word::Update)
            }
            Word::Nextval => self.next_is_symbol(b'('),
            Word::Name => self.may_be_nextval(start) && self.calls_or_escapes(),
            _ => false,
        };
        self.at = before;
    }

    /// Whether a quoted name is NEXTVAL or SETVAL, or in codes and so may be any.
    fn may_be_nextval(&mut self, start: usize) -> bool {
        self.fuel -= 2 * SHORT_COST;
        let text = self.text.get(start..self.at).unwrap_or_default();
        let is_coded = byte(text, 0) != b'"' || byte(self.text, start.wrapping_sub(1)) == b'&';
        is_coded || text == b"\"nextval\"" || text == b"\"setval\""
    }

    /// Whether the arguments of a function come next, or what says how its name is to be read.
    fn calls_or_escapes(&mut self) -> bool {
        self.next_is_symbol(b'(') || self.next_is(Word::Uescape)
    }

    fn take_symbol(&mut self, symbol: u8) {
        match symbol {
            b'(' | b'[' => {
                self.is &= !DECLARES;
                self.open(0);
            }
            b')' | b']' => self.close(),
            b',' => {
                let is = self.is;
                if is & FROM_LIST != 0 {
                    self.expected = TABLE | LIST | CALL;
                } else if is & TARGET_LIST != 0 {
                    self.expected = TABLE | LIST | TARGET;
                } else if is & DECLARES != 0 {
                    self.declare(is & RECURSIVE != 0);
                }
            }
            b';' => {
                self.depth = 0;
                self.declarations = 0;
                self.is = QUERY;
                self.known = 0;
                self.head = Word::Name;
                self.begins = true;
            }
            _ => (),
        }
    }

    fn open(&mut self, is: u8) {
        self.fuel -= OPEN_COST;
        match self.levels.get_mut(self.depth) {
            Some(level) => *level = Level { is: self.is, known: self.known },
            None => return self.give_up(),
        }
        self.depth += 1;
        self.is = is;
        self.known = self.declarations as u8;
    }

    #[inline(never)]
    fn close(&mut self) {
        self.depth = match self.depth.checked_sub(1) {
            Some(depth) => depth,
            None => return,
        };
        let body = self.is & (BODY | UNNAMED);
        self.declarations = usize::from(self.known);
        if let Some(&Level { is, known }) = self.levels.get(self.depth) {
            (self.is, self.known) = (is, known);
        }
        if body == BODY {
            if let Some(last) = self.declared.get_mut(self.declarations.wrapping_sub(1)) {
                last.is_known = true;
            }
        }
        if body != 0 {
            self.is |= DECLARES;
        }
    }

    /// The first word of a statement.
    #[inline(never)]
    fn begin(&mut self, word: Word) {
        self.has_statements = true;
        self.begins = false;
        let reads = matches!(
            word,
            Word::Explain | Word::Select | Word::Values | Word::Table | Word::With | Word::Show
        );
        self.writes |= !reads;
        match word {
            Word::Explain => {
                self.begins = true;
                let before = self.at;
                if self.next_is_symbol(b'(') {
                    match (self.token(), self.word) {
                        (Token::Word, Word::Select | Word::With | Word::Values | Word::Table)
                        | (Token::Symbol, _) => self.at = before,
                        _ => self.pass_parentheses(),
                    }
                } else {
                    self.next_is(Word::Analyze);
                    self.next_is(Word::Modifier);
                }
            }
            Word::Do => self.give_up(),
            Word::Lists | Word::Analyze | Word::Copy => {
                self.expected = TABLE | TARGET | OPTIONS;
                if word == Word::Copy {
                    self.is = 0;
                    if self.next_is_symbol(b'(') {
                        self.open(QUERY);
                        self.expected = 0;
                        self.begins = true;
                    }
                } else {
                    self.expected |= LIST;
                }
            }
            Word::Fetch | Word::Move => self.is = 0,
            Word::Create | Word::Alter | Word::Comment | Word::Definition | Word::Grant => {
                self.head = word;
                if word == Word::Alter {
                    // PostgreSQL takes tables in ALTER INDEX and the like as well.
                    let before = self.at;
                    if self.token() == Token::Word
                        && self.follows(self.at, &["index", "sequence", "type"])
                    {
                        self.expected = TABLE | TARGET;
                    } else {
                        self.at = before;
                    }
                }
            }
            Word::Revoke => {
                self.head = Word::Grant;
                self.is = 0;
            }
            _ => (),
        }
    }

    /// Past the parenthesis that closes the one before.
    #[inline(never)]
    fn pass_parentheses(&mut self) {
        let mut depth = 1;
        while depth > 0 {
            match self.token() {
                Token::End => return,
                Token::Symbol if self.symbol == b'(' => depth += 1,
                Token::Symbol if self.symbol == b')' => depth -= 1,
                _ => (),
            }
        }
    }

    /// Whether SELECT and the like at `start` are a query, and not an event or a permission.
    #[inline(never)]
    fn begins_query(&mut self, start: usize) -> bool {
        if self.head == Word::Name {
            return true;
        }
        let before = self.before(start);
        before > 0
            && byte(self.text, before - 1) != b','
            && !self.follows(
                start,
                &["on", "or", "for", "before", "after", "of", "grant", "revoke", "to"],
            )
    }

    #[inline(never)]
    fn take_word(&mut self, word: Word, start: usize) {
        if self.head != Word::Name && self.take_definition(word, start) {
            return;
        }
        match word {
            Word::Select if self.begins_query(start) => {
                self.head = Word::Name;
                self.is = self.is & (BODY | UNNAMED) | QUERY;
            }
            Word::Values | Word::Show => self.is &= !DECLARES,
            Word::From => {
                let is_bound = self.head != Word::Name && self.follows(start, &["values"]);
                if self.is & QUERY != 0 && !is_bound {
                    self.is |= FROM_LIST;
                    self.expected = TABLE | LIST | CALL;
                } else {
                    self.is &= !TARGET_LIST;
                }
            }
            Word::Join => self.expected = TABLE | CALL,
            Word::Using if self.is & USING != 0 => {
                self.is = self.is & !USING | FROM_LIST;
                self.expected = TABLE | LIST | CALL;
            }
            Word::Into => {
                self.expected = TABLE | TARGET;
                if !self.follows(start, &["insert", "merge"]) {
                    self.expected |= INTO;
                }
            }
            Word::Insert => {
                self.is &= !DECLARES;
                if self.begins_query(start) {
                    self.head = Word::Name;
                }
            }
            Word::Merge => {
                self.is |= QUERY | USING;
                self.is &= !DECLARES;
            }
            Word::Delete => self.delete(start),
            Word::Update => self.update(start),
            Word::Table => {
                self.is &= !DECLARES;
                self.expected = TABLE;
            }
            Word::With => {
                let before = self.at;
                let mut recursive = self.next_is(Word::Recursive);
                if recursive {
                    let after = self.at;
                    // WITH recursive AS (…) declares that name.
                    recursive = !self.next_is(Word::As);
                    self.at = if recursive { after } else { before };
                }
                if recursive {
                    self.is |= RECURSIVE;
                }
                self.declare(recursive);
            }
            Word::Is => {
                let before = self.at;
                self.next_is(Word::Not);
                if !(self.next_is(Word::Distinct) && self.next_is(Word::From)) {
                    self.at = before;
                }
            }
            Word::Group => {
                // WITHIN GROUP (ORDER BY …) ends nothing.
                if !self.next_is_symbol(b'(') {
                    self.is &= !FROM_LIST;
                } else {
                    self.open(0);
                }
            }
            Word::Clause | Word::Fetch => self.is &= !FROM_LIST,
            Word::For => {
                self.is &= !FROM_LIST;
                // FOR UPDATE and FOR NO KEY UPDATE are no statements.
                let before = self.at;
                self.next_is(Word::No);
                self.next_is(Word::Key);
                if !self.next_is(Word::Update) {
                    self.at = before;
                }
            }
            word if word.is_reserved() => self.is &= !TARGET_LIST,
            _ => (),
        }
    }

    fn delete(&mut self, start: usize) {
        if !self.begins_query(start) {
            return;
        }
        self.is &= !DECLARES;
        if self.next_is(Word::From) {
            self.head = Word::Name;
            self.is = self.is & (BODY | UNNAMED) | QUERY | USING;
            self.expected = TABLE | TARGET;
        }
    }

    fn update(&mut self, start: usize) {
        let (word, _) = self.word_before(start);
        // WHEN … THEN UPDATE, ON CONFLICT DO UPDATE.
        let is_then = word.eq_ignore_ascii_case(b"then");
        let is_clause = is_then || word.eq_ignore_ascii_case(b"do") && self.head == Word::Name;
        if is_clause {
            if is_then {
                self.is &= !FROM_LIST;
            }
        } else if self.begins_query(start) {
            self.head = Word::Name;
            self.is = self.is & (BODY | UNNAMED) | QUERY;
            self.expected = TABLE | TARGET;
        }
    }

    /// What only counts in CREATE, ALTER, GRANT and their like; whether it was that.
    #[inline(never)]
    fn take_definition(&mut self, word: Word, start: usize) -> bool {
        let list = if self.head == Word::Alter { 0 } else { LIST };
        match word {
            Word::Table | Word::View => self.expected = TABLE | TARGET | list,
            Word::On => {
                let before = self.at;
                let is_event = self.token() == Token::Word
                    && matches!(
                        self.word,
                        Word::Select | Word::Insert | Word::Update | Word::Delete | Word::Commit
                    );
                if is_event {
                    // CREATE RULE … ON SELECT TO t
                    if self.next_is(Word::To) {
                        self.expected = TABLE | TARGET;
                    }
                } else {
                    self.at = before;
                    self.expected = TABLE | TARGET | list;
                }
            }
            // IMPORT FOREIGN SCHEMA … LIMIT TO (…)
            Word::To if self.follows(start, &["limit"]) => {
                self.expected = TABLE | TARGET | GROUPED;
            }
            Word::Publication if self.head == Word::Alter => self.head = Word::Create,
            Word::References => self.expected = TABLE | TARGET,
            Word::Inherit => self.expected = TABLE | TARGET | GROUPED,
            Word::Partition => {
                if !self.next_is(Word::By) {
                    self.next_is(Word::Of);
                    self.expected = TABLE | TARGET;
                }
            }
            Word::Like => {
                let before = self.before(start);
                if before > 0 && matches!(byte(self.text, before - 1), b'(' | b',') {
                    self.expected = TABLE | TARGET;
                }
            }
            // Its columns look like tables.
            Word::Statistics if self.head == Word::Create => self.head = Word::Name,
            _ => return false,
        }
        true
    }

    /// Reads `name [(columns)] AS [[NOT] MATERIALIZED] (`; if that is what comes.
    #[inline(never)]
    fn declare(&mut self, recursive: bool) {
        let before = self.at;
        if self.declaration(recursive).is_none() {
            self.at = before;
        }
    }

    fn declaration(&mut self, recursive: bool) -> Option<()> {
        if !matches!(self.token(), Token::Word | Token::QuotedName) {
            return None;
        }
        let name = (self.start, self.at);
        if self.next_is_symbol(b'(') {
            self.pass_parentheses();
        }
        if !self.next_is(Word::As) {
            return None;
        }
        if self.next_is(Word::Not) && !self.next_is(Word::Materialized) {
            return None;
        }
        self.next_is(Word::Materialized);
        if !self.next_is_symbol(b'(') {
            return None;
        }
        self.head = Word::Name;
        self.is &= !(FROM_LIST | TARGET_LIST);
        match self.declared.get_mut(self.declarations) {
            Some(declared) => {
                *declared = Declared { name, is_known: recursive };
                self.declarations += 1;
                self.open(BODY);
            }
            None => self.open(BODY | UNNAMED),
        }
        Some(())
    }

    /// The table that is expected, if one comes.
    #[inline(never)]
    fn table(&mut self) -> bool {
        loop {
            let before = self.at;
            let expected = self.expected;
            match self.token() {
                Token::QuotedName => return self.named(),
                Token::Word => {
                    let (word, start, end) = (self.word, self.start, self.at);
                    if word == Word::Name {
                        return self.named();
                    }
                    self.fuel -= WORD_COST / 2;
                    if self.passes(word) {
                        continue;
                    }
                    if !word.is_reserved() {
                        (self.start, self.at) = (start, end);
                        return self.named();
                    }
                }
                Token::Symbol if self.symbol == b'(' => {
                    if expected & OPTIONS != 0 {
                        self.pass_parentheses();
                        continue;
                    }
                    if expected & CALL != 0 {
                        self.open(QUERY | FROM_LIST);
                        self.expected |= LIST;
                        continue;
                    }
                    if expected & GROUPED != 0 {
                        self.open(TARGET_LIST);
                        continue;
                    }
                }
                _ => (),
            }
            self.expected = 0;
            self.at = before;
            return false;
        }
    }

    /// Whether this word stands before the name that is expected.
    #[inline(never)]
    fn passes(&mut self, word: Word) -> bool {
        let expected = self.expected;
        match word {
            Word::Modifier => self.expected |= GROUPED,
            Word::Column if self.head == Word::Comment => self.expected |= COLUMN,
            Word::View | Word::Materialized => return self.head == Word::Comment,
            Word::Table => return expected & (INTO | OPTIONS) != 0,
            Word::Analyze => return expected & OPTIONS != 0,
            Word::Temporary => {
                // TEMP and the like are names as well.
                let end = self.at;
                let follows = match self.token() {
                    Token::QuotedName => true,
                    Token::Word => self.word == Word::Table || !self.word.is_reserved(),
                    _ => false,
                };
                self.at = end;
                return expected & INTO != 0 && follows;
            }
            Word::If if expected & TARGET != 0 => {
                let end = self.at;
                self.next_is(Word::Not);
                if !self.next_is(Word::Exists) {
                    self.at = end;
                    return false;
                }
            }
            _ => return false,
        }
        true
    }

    /// Whether the name that the last token begins is a table's, and not one of a function or a
    /// WITH query.
    #[inline(never)]
    fn named(&mut self) -> bool {
        let expected = std::mem::take(&mut self.expected);
        let first = (self.start, self.at);
        self.fuel -= NAME_COST;
        self.found.count = 1;
        self.found.parts[0] = first;
        (self.found.start, self.found.end) = first;
        let mut next = self.token();
        while next == Token::Symbol && self.symbol == b'.' {
            next = self.token();
            if matches!(next, Token::Word | Token::QuotedName) {
                self.found.push((self.start, self.at));
                next = self.token();
            }
        }
        self.peeked = next;
        if self.found.count > 1 || byte(self.text, first.0 + 1) == b'&' {
            self.decode(next == Token::Word && self.word == Word::Uescape);
        }
        let is_word = next == Token::Word && self.word != Word::Name;
        if expected & CALL != 0 {
            if next == Token::Symbol && self.symbol == b'(' {
                return false;
            }
            let name = self.text.get(first.0..first.1).unwrap_or_default();
            if is_word && self.word == Word::From && name.eq_ignore_ascii_case(b"rows") {
                // ROWS FROM (…)
                self.peeked = Token::End;
                return false;
            }
        } else if expected & TARGET != 0 {
            // GRANT … ON SCHEMA x
            let has_kind = next == Token::Word
                && matches!(self.head, Word::Grant | Word::Comment)
                && !self.word.is_reserved()
                && self.found.count == 1;
            if has_kind && self.follows(first.0, &["on"]) {
                return false;
            }
            if expected & LIST != 0 {
                self.is |= TARGET_LIST;
            }
            if expected & COLUMN != 0 {
                self.found.drop_last();
            }
            return true;
        }
        self.declarations == 0 || self.found.count > 1 || !self.is_declared(first)
    }

    /// A name with escapes must be readable, and keep to the usual escape character.
    #[inline(never)]
    fn decode(&mut self, has_escape: bool) {
        let Found { parts, count, .. } = self.found;
        for &range in parts.iter().take(count) {
            if has_escapes(self.text, range.0) {
                self.fuel -= 100 + (range.1 - range.0) as i32 * 60;
                if has_escape || Name::new(self.text, range).is_broken {
                    self.give_up();
                }
            }
        }
    }

    #[inline(never)]
    fn is_declared(&mut self, range: (usize, usize)) -> bool {
        self.fuel -= declared_cost(range);
        let name = Name::new(self.text, range);
        for declared in self.declared.iter().take(self.declarations) {
            self.fuel -= 60;
            if declared.is_known {
                self.fuel -= declared_cost(declared.name);
                let other = Name::new(self.text, declared.name);
                if name.bytes == other.bytes {
                    return true;
                }
            }
        }
        false
    }
}

/// What it costs to read a name that may be one of a WITH query.
fn declared_cost((start, end): (usize, usize)) -> i32 {
    200 + (end - start) as i32 * 40
}
