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

const LONGEST: usize = 16;

/// The words by their first letters, shorter ones first, as indices of [`WORDS`], which is in the
/// order of the alphabet.
const SORTED: [u8; WORDS.len()] = {
    let mut sorted = [0; WORDS.len()];
    let mut count = 0;
    while count < WORDS.len() {
        let (first, mut size) = (count, 1);
        while size <= LONGEST {
            let mut index = first;
            while index < WORDS.len() && first_letter(index) == first_letter(first) {
                if WORDS[index].0.len() == size {
                    sorted[count] = index as u8;
                    count += 1;
                }
                index += 1;
            }
            size += 1;
        }
    }
    sorted
};

const fn first_letter(index: usize) -> u8 {
    WORDS[index].0.as_bytes()[0]
}

const fn sorted(index: usize) -> &'static [u8] {
    WORDS[SORTED[index] as usize].0.as_bytes()
}

/// What the words do, in their order.
static MEANINGS: [Word; WORDS.len()] = {
    let mut meanings = [Word::Name; WORDS.len()];
    let mut index = 0;
    while index < WORDS.len() {
        meanings[index] = WORDS[SORTED[index] as usize].1;
        index += 1;
    }
    meanings
};

const fn count_letters() -> usize {
    let (mut count, mut index) = (0, 0);
    while index < WORDS.len() {
        count += WORDS[index].0.len() - 1;
        index += 1;
    }
    count
}

/// The words without their first letters, in their order.
static LETTERS: [u8; count_letters()] = {
    let mut letters = [0; count_letters()];
    let (mut count, mut index) = (0, 0);
    while index < WORDS.len() {
        let text = sorted(index);
        let mut place = 1;
        while place < text.len() {
            letters[count] = text[place];
            count += 1;
            place += 1;
        }
        index += 1;
    }
    letters
};

/// Whether a word is of another letter or size than the one before it.
const fn begins_group(index: usize) -> bool {
    index == 0
        || sorted(index)[0] != sorted(index - 1)[0]
        || sorted(index).len() != sorted(index - 1).len()
}

const fn count_groups() -> usize {
    let (mut count, mut index) = (0, 0);
    while index < WORDS.len() {
        count += begins_group(index) as usize;
        index += 1;
    }
    count
}

/// Words of one first letter and one size: the first one in [`LETTERS`] and in [`MEANINGS`]. One
/// more group marks the end.
static GROUPS: [(u16, u8); count_groups() + 1] = {
    let mut groups = [(count_letters() as u16, WORDS.len() as u8); count_groups() + 1];
    let (mut count, mut index, mut letters) = (0, 0, 0);
    while index < WORDS.len() {
        if begins_group(index) {
            groups[count] = (letters, index as u8);
            count += 1;
        }
        letters += sorted(index).len() as u16 - 1;
        index += 1;
    }
    groups
};

/// For each first letter how many more letters words have, a bit each, and the first of their
/// groups: most names are told from words by that.
static BY_LETTER: [(u16, u8); 32] = {
    let mut all = [(0, 0); 32];
    let (mut index, mut groups) = (0, 0);
    while index < WORDS.len() {
        let text = sorted(index);
        let letter = text[0] as usize & 31;
        if all[letter].0 == 0 {
            all[letter].1 = groups;
        }
        all[letter].0 |= 1 << (text.len() - 1);
        groups += begins_group(index) as u8;
        index += 1;
    }
    all
};

// What a look costs in fuel, and each letter of the word, rounded up.
const LOOK_COST: i32 = 70;
const LETTER_COST: i32 = 20;

/// What an unquoted word does.
#[inline]
pub(crate) fn word(text: &[u8], fuel: &mut i32) -> Word {
    match *text {
        [first, ref rest @ ..] => {
            let (sizes, group) = BY_LETTER[usize::from(first & 31)];
            if rest.len() >= LONGEST || sizes >> rest.len() & 1 == 0 {
                return Word::Name;
            }
            let smaller = sizes & !(!0 << rest.len());
            *fuel -= LOOK_COST + rest.len() as i32 * LETTER_COST;
            look_up(rest, usize::from(group) + smaller.count_ones() as usize)
        }
        [] => Word::Name,
    }
}

/// The word of a group with these letters behind the first.
#[inline(never)]
fn look_up(rest: &[u8], group: usize) -> Word {
    if let Some(&[(at, first), (_, end)]) = GROUPS.get(group..group + 2) {
        let mut at = usize::from(at);
        for index in usize::from(first)..usize::from(end) {
            // The bit that tells small letters from capitals; all of these bytes are of words.
            let end = at + rest.len();
            let mut pairs = LETTERS.get(at..end).unwrap_or_default().iter().zip(rest);
            if pairs.all(|(one, other)| one | 0x20 == other | 0x20) {
                return MEANINGS.get(index).copied().unwrap_or(Word::Name);
            }
            at = end;
        }
    }
    Word::Name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(name: &str) -> Word {
        word(name.as_bytes(), &mut 1_000_000)
    }

    #[test]
    fn knows_its_words_in_any_case() {
        for (name, expected) in WORDS {
            assert_eq!(look(name), expected, "{}", name);
            assert_eq!(look(&name.to_uppercase()), expected, "{}", name);
            assert_eq!(look(&format!("{}x", name)), Word::Name);
        }
        for name in ["", "x", "orders", "sel", "selected", "current_timestamps", "ſelect"] {
            assert_eq!(look(name), Word::Name, "{}", name);
        }
    }
}
