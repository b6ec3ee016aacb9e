//! The words of SQL that mean something to the [finder](super::finder).

/// What a word does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// No keyword, or one that may as well be a table's name.
    Name,
    /// Reserved: never a table's name. This one does nothing else.
    Reserved,
    /// Reserved, and ends a FROM list.
    Clause,
    /// Reserved, and may stand before a table's name.
    Modifier,
    // Those that do something, by name.
    Analyze,
    By,
    Column,
    Comment,
    Commit,
    Copy,
    Definition,
    Delete,
    Distinct,
    Do,
    Exists,
    Explain,
    Fetch,
    For,
    From,
    Grant,
    Group,
    If,
    Inherit,
    Insert,
    Into,
    Is,
    Join,
    Key,
    Like,
    Lists,
    Materialized,
    Merge,
    Move,
    Nextval,
    No,
    Not,
    Of,
    On,
    Partition,
    Publication,
    Recursive,
    References,
    Rows,
    Select,
    Share,
    Show,
    Statistics,
    Table,
    Temporary,
    To,
    Uescape,
    Update,
    Using,
    Values,
    View,
    With,
    As,
    Alter,
    Revoke,
    Create,
}

impl Word {
    /// Whether PostgreSQL never takes this word for a table's name.
    pub(crate) fn is_reserved(self) -> bool {
        use Word::*;
        matches!(
            self,
            Reserved
                | Clause
                | Modifier
                | Analyze
                | As
                | Column
                | Create
                | Distinct
                | Do
                | Fetch
                | For
                | From
                | Grant
                | Group
                | Into
                | Is
                | Join
                | Like
                | Not
                | On
                | References
                | Select
                | Table
                | To
                | Using
                | With
        )
    }
}

const WORDS: [(&str, Word); 146] = {
    use Word::*;
    [
        ("all", Reserved),
        ("alter", Alter),
        ("analyse", Analyze),
        ("analyze", Analyze),
        ("and", Reserved),
        ("any", Reserved),
        ("array", Reserved),
        ("as", As),
        ("asc", Reserved),
        ("asymmetric", Reserved),
        ("authorization", Reserved),
        ("binary", Modifier),
        ("both", Reserved),
        ("by", By),
        ("case", Reserved),
        ("cast", Reserved),
        ("check", Reserved),
        ("cluster", Lists),
        ("collate", Reserved),
        ("collation", Reserved),
        ("column", Column),
        ("comment", Comment),
        ("commit", Commit),
        ("conflict", Commit),
        ("concurrently", Modifier),
        ("constraint", Reserved),
        ("copy", Copy),
        ("create", Create),
        ("cross", Reserved),
        ("current_catalog", Reserved),
        ("current_date", Reserved),
        ("current_role", Reserved),
        ("current_schema", Reserved),
        ("current_time", Reserved),
        ("current_user", Reserved),
        ("default", Reserved),
        ("deferrable", Reserved),
        ("delete", Delete),
        ("desc", Reserved),
        ("distinct", Distinct),
        ("do", Do),
        ("drop", Definition),
        ("else", Reserved),
        ("end", Reserved),
        ("except", Clause),
        ("exists", Exists),
        ("explain", Explain),
        ("false", Reserved),
        ("fetch", Fetch),
        ("for", For),
        ("foreign", Reserved),
        ("freeze", Modifier),
        ("from", From),
        ("full", Modifier),
        ("global", Temporary),
        ("grant", Grant),
        ("group", Group),
        ("having", Clause),
        ("if", If),
        ("ilike", Reserved),
        ("import", Revoke),
        ("in", Reserved),
        ("inherit", Inherit),
        ("inherits", Inherit),
        ("initially", Reserved),
        ("inner", Reserved),
        ("insert", Insert),
        ("intersect", Clause),
        ("into", Into),
        ("is", Is),
        ("isnull", Reserved),
        ("join", Join),
        ("key", Key),
        ("lateral", Modifier),
        ("leading", Reserved),
        ("left", Reserved),
        ("like", Like),
        ("limit", Clause),
        ("local", Temporary),
        ("localtime", Reserved),
        ("localtimestamp", Reserved),
        ("lock", Lists),
        ("materialized", Materialized),
        ("merge", Merge),
        ("move", Move),
        ("natural", Reserved),
        ("nextval", Nextval),
        ("no", No),
        ("not", Not),
        ("notnull", Reserved),
        ("null", Reserved),
        ("of", Of),
        ("offset", Clause),
        ("on", On),
        ("only", Modifier),
        ("or", Reserved),
        ("order", Clause),
        ("outer", Reserved),
        ("overlaps", Reserved),
        ("partition", Partition),
        ("placing", Reserved),
        ("primary", Reserved),
        ("publication", Publication),
        ("recursive", Recursive),
        ("references", References),
        ("refresh", Definition),
        ("reindex", Definition),
        ("returning", Clause),
        ("revoke", Revoke),
        ("right", Reserved),
        ("rows", Rows),
        ("security", Comment),
        ("select", Select),
        ("session_user", Reserved),
        ("setval", Nextval),
        ("share", Share),
        ("show", Show),
        ("similar", Reserved),
        ("some", Reserved),
        ("statistics", Statistics),
        ("symmetric", Reserved),
        ("table", Table),
        ("tablesample", Reserved),
        ("temp", Temporary),
        ("temporary", Temporary),
        ("then", Reserved),
        ("to", To),
        ("trailing", Reserved),
        ("true", Reserved),
        ("truncate", Lists),
        ("uescape", Uescape),
        ("union", Clause),
        ("unique", Reserved),
        ("unlogged", Temporary),
        ("update", Update),
        ("user", Reserved),
        ("using", Using),
        ("vacuum", Lists),
        ("values", Values),
        ("variadic", Reserved),
        ("verbose", Modifier),
        ("view", View),
        ("when", Reserved),
        ("where", Clause),
        ("window", Clause),
        ("with", With),
    ]
};

/// Words of two to eight bytes are told by their length and these bytes of theirs, in lowercase:
/// the first and the last two or four.
type Key = u64;

const LONGEST: usize = 16;

/// Sets the bit that tells small letters from capitals; `_` becomes what no word holds.
const LOWER: u64 = 0x2020_2020_2020_2020;

/// The key of a word, slowly.
const fn key_of(text: &[u8]) -> Key {
    let size = text.len();
    let count = if size >= 4 { 4 } else { 2 };
    let (mut key, mut index) = (0, 0);
    while index < count {
        key |= (text[index] as u64) << (8 * index);
        key |= (text[size - count + index] as u64) << (8 * (count + index));
        index += 1;
    }
    key | LOWER
}

/// The same with loads of several bytes.
#[inline(always)]
fn key(text: &[u8]) -> Option<Key> {
    if let (Some(first), Some(last)) = (four(text, 0), four(text, text.len().wrapping_sub(4))) {
        return Some(u64::from(first) | u64::from(last) << 32 | LOWER);
    }
    match *text {
        [one, two] => Some(u64::from(u32::from_le_bytes([one, two, one, two])) | LOWER),
        [one, two, three] => Some(u64::from(u32::from_le_bytes([one, two, two, three])) | LOWER),
        _ => None,
    }
}

#[inline(always)]
fn four(text: &[u8], at: usize) -> Option<u32> {
    let bytes = text.get(at..)?.get(..4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

const SLOTS: usize = 256;

#[inline(always)]
const fn slot(key: Key) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize
}

/// The index of each short word, plus one, in its slot or the next free one; and all keys.
static TABLE: ([u8; SLOTS], [Key; WORDS.len()]) = {
    let (mut table, mut keys) = ([0; SLOTS], [0; WORDS.len()]);
    let mut index = 0;
    while index < WORDS.len() {
        let text = WORDS[index].0.as_bytes();
        index += 1;
        if text.len() <= 8 {
            let mut at = slot(key_of(text));
            while table[at] != 0 {
                at = (at + 1) % SLOTS;
            }
            table[at] = index as u8;
            keys[index - 1] = key_of(text);
        }
    }
    (table, keys)
};

/// What each word does, and its length.
static MEANINGS: [(Word, u8); WORDS.len()] = {
    let mut meanings = [(Word::Name, 0); WORDS.len()];
    let mut index = 0;
    while index < WORDS.len() {
        meanings[index] = (WORDS[index].1, WORDS[index].0.len() as u8);
        index += 1;
    }
    meanings
};

const fn count_long() -> usize {
    let (mut count, mut index) = (0, 0);
    while index < WORDS.len() {
        count += (WORDS[index].0.len() > 8) as usize;
        index += 1;
    }
    count
}

/// The words of more than eight bytes by their lengths, and how many are at most so long.
static LONG: ([(&str, Word); count_long()], [u8; LONGEST + 1]) = {
    let mut long = [("", Word::Name); count_long()];
    let mut ends = [0; LONGEST + 1];
    let (mut count, mut size) = (0, 9);
    while size <= LONGEST {
        let mut index = 0;
        while index < WORDS.len() {
            if WORDS[index].0.len() == size {
                long[count] = WORDS[index];
                count += 1;
            }
            index += 1;
        }
        ends[size] = count as u8;
        size += 1;
    }
    (long, ends)
};

/// For each first letter, which lengths words have: most names are told from words by that.
static SIZES: [u32; 32] = {
    let mut sizes = [0; 32];
    let mut index = 0;
    while index < WORDS.len() {
        let text = WORDS[index].0.as_bytes();
        sizes[text[0] as usize & 31] |= 1 << text.len();
        index += 1;
    }
    sizes
};

/// What an unquoted word does.
#[inline]
pub(crate) fn word(text: &[u8]) -> Word {
    let first = match text.first() {
        Some(&first) => first,
        None => return Word::Name,
    };
    if text.len() > LONGEST || SIZES[usize::from(first & 31)] >> text.len() & 1 == 0 {
        return Word::Name;
    }
    look_up(text)
}

#[inline(never)]
fn look_up(text: &[u8]) -> Word {
    if text.len() > 8 {
        let (long, ends) = &LONG;
        let range = usize::from(ends[text.len() - 1])..usize::from(ends[text.len()]);
        let end =
            |text: &[u8]| four(text, text.len().wrapping_sub(4)).map(|end| end | LOWER as u32);
        let wanted = end(text);
        let found = long[range].iter().find(|(name, _)| {
            // Many begin alike.
            end(name.as_bytes()) == wanted && name.as_bytes().eq_ignore_ascii_case(text)
        });
        return found.map_or(Word::Name, |&(_, word)| word);
    }
    if let Some(key) = key(text) {
        let (table, keys) = &TABLE;
        let mut at = slot(key) % SLOTS;
        while table[at] != 0 {
            let index = usize::from(table[at]) - 1;
            let (word, size) = MEANINGS[index];
            if keys[index] == key && usize::from(size) == text.len() {
                return word;
            }
            at = (at + 1) % SLOTS;
        }
    }
    Word::Name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_words_in_any_case() {
        for (name, expected) in WORDS {
            assert_eq!(word(name.as_bytes()), expected, "{}", name);
            assert_eq!(word(name.to_uppercase().as_bytes()), expected, "{}", name);
            assert_eq!(word(format!("{}x", name).as_bytes()), Word::Name);
        }
        for name in ["", "x", "orders", "sel", "selected", "current_timestamps", "ſelect"] {
            assert_eq!(word(name.as_bytes()), Word::Name, "{}", name);
        }
    }
}
