// SQL: tokens, the relations of every statement, and whether statements only read.
//
// A plugin has 1,000,000 units of fuel, about one for each WebAssembly instruction, and a guard that runs out of them
// guards nothing. So most of a text is not cut into tokens: it is classified 16 bytes at a time, and only places where
// something begins that may matter are looked at. The walk adds up what it spends and gives up, saying so, before the
// fuel is used up.
#include "internal.h"

// What the parts of the walk cost at most, in units of fuel.
enum {
    COST_BLOCK = 310,
    COST_QUOTES = 60,
    COST_FIND = 140,
    COST_SPACE = 45,
    COST_PAIR = 45,
    COST_WORD = 95,
    COST_EVENT = 760,
    COST_TOKEN = 650,
    COST_LETTER = 25,
    COST_NAME_BYTE = 30,
    COST_LOOK = 250,
    COST_LOOK_BLOCK = 60,
};

// What a token is: a symbol is itself, a word is what it does in a statement. Capitals are words that PostgreSQL
// reserves: without quotes they are no table's name.
enum {
    STRING = '\'',
    QUOTED_NAME = '"',
    NUMBER = '0',
    PARAMETER = '$',
    AS = 'A',
    COLUMN = 'M',
    DISTINCT = 'D',
    DO = 'O',
    FOR = 'Q',
    FROM = 'F',
    GROUP = 'G',
    INTO = 'I',
    IS = 'S',
    IS_DISTINCT = 'B',
    JOIN = 'J',
    KEEP = 'P',  // may stand before a table's name: CONCURRENTLY, LATERAL, FULL, ANALYZE …
    LEAVE = 'L', // ends a FROM list: WHERE, ORDER, UNION …
    LIKE = 'K',
    NOT = 'N',
    ON = 'E',
    ONLY = 'H',
    OR = 'X', // OR, THEN
    REFERENCES = 'R',
    SELECT = 'C',
    TABLE = 'T',
    TO = 'Z',
    USING = 'U',
    WITH = 'W',
    ALTER = 'a',
    BY = 'b',
    DEFINE = 'c', // CREATE, DROP, COMMENT …
    DELETE = 'd',
    EXPLAIN = 'e',
    EXISTS = 'f',
    FETCH = 'V', // as LEAVE, too
    GRANT = 'g',
    INHERIT = 'h',
    INSERT = 'i',
    REVOKE = 'j',
    SET = 'k',
    IF = 'l',
    MERGE = 'm',
    BEFORE = 'n', // BEFORE, AFTER, KEY
    OF = 'o',
    PARTITION = 'p',
    CALL = 'q', // nextval, setval
    SHARE = 'r',
    INHERITS = 's',
    TARGETS = 't', // TRUNCATE, LOCK, VACUUM, CLUSTER: tables follow
    UPDATE = 'u',
    VIEW = 'v',
    WORD = 'w', // any other
    RECURSIVE = 'x',
    COPY = 'y',
    MATERIALIZED = 'z',
    READ = 0x80, // SHOW, VALUES
    MOVE,
    IMPORT,
    ROWS,
    UESCAPE,
    COMMIT,
    COMMENT,  // COMMENT, SECURITY
    RELATION, // INDEX, SEQUENCE, TYPE
};

// Of each letter the words that begin with it, shorter ones first: how many letters follow, these, what it is.
static const char *const words_by_letter[26] = {
    "1sA2llX4ftern4ltera6nalyzeP6nalyseP",
    "1yb5eforen5inaryP",
    "3opyy5olumnM5reatec5ommit\x85"
    "6lustert6omment\x86;oncurrentlyP",
    "1oO3ropc5eleted7istinctD",
    "5xceptL5xistsf6xplaine",
    "2orQ3romF3ullP4etchV5reezeP",
    "4rantg4roupG",
    "5avingL",
    "1fl1sS3ntoI4ndex\x87"
    "5nserti5mport\x82"
    "6nherith7nheritss8ntersectL",
    "3oinJ",
    "2eyn",
    "3ikeK3ockt4imitL6ateralP",
    "3ove\x81"
    "4ergem;aterializedz",
    "2otN6extvalq",
    "1fo1nE1rX3nlyH4rderL5ffsetL",
    "8artitionp",
    "",
    "3ows\x83"
    "5evokej6efreshc6eindexc8ecursivex8eturningL9eferencesR",
    "2etk3how\x80"
    "4harer5electC5etvalq7ecurity\x86"
    "7equence\x87",
    "1oZ3henX3ype\x87"
    "4ableT7runcatet",
    "4nionL4singU5pdateu6escape\x84",
    "3iewv5acuumt5alues\x80"
    "6erboseP",
    "3ithW4hereL5indowL",
    "",
    "",
    "",
};

// Of each letter (its last five bits) how long these words are, a bit a size; of E and U also what may begin E'…' and
// U&'…'. Most words of most texts are none of them, and are passed over.
static const uint16_t sizes_by_letter[32] = {
    0x0000, 0x00ac, 0x0044, 0x10d0, 0x0154, 0x00c2, 0x0078, 0x0020, 0x0040, 0x03d4, 0x0010,
    0x0008, 0x00b0, 0x1030, 0x0088, 0x0074, 0x0200, 0x0000, 0x06d0, 0x0178, 0x0134, 0x00e2,
    0x00d0, 0x0070, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000,
};

// --- 32 bytes at a time ----------------------------------------------------------------------------------------------

enum { BLOCK = 32 };

// One bit a byte, lowest first.
typedef struct {
    uint32_t words; // letters, digits and underscores
    uint32_t digits;
    uint32_t candidates; // with the byte behind they may begin a word that matters
    uint32_t marks;      // $ - / ( ) ; [ ] and the backslash
    uint32_t quotes;     // both kinds
    uint32_t commas;
    bool is_plain;    // without $ - / [ ] and the backslash: quotes are all that hides other bytes
    bool has_slashes; // or square brackets
} Block;

static bool begins_word(char c) { return (c & 0x80) || (unsigned char)((c | 32) - 'a') < 26 || c == '_'; }
static bool is_word_byte(char c) { return begins_word(c) || plugin_is_digit(c); }

#ifdef __wasm_simd128__

// What a byte is; the marks have the greater classes.
enum { DIGIT = 1, A_TO_O = 2, P_TO_Z = 4, LINE = 8, MARK = 16, BRACKET = 32, SEMICOLON = 64, SQUARE = 128 };

static inline __attribute__((always_inline)) v128_t classes_of(v128_t lower, v128_t upper)
{
    // A byte's class is what the tables of its two halves have in common.
    const v128_t low = wasm_i8x16_const(
        DIGIT | P_TO_Z, DIGIT | A_TO_O | P_TO_Z, DIGIT | A_TO_O | P_TO_Z, DIGIT | A_TO_O | P_TO_Z,
        DIGIT | A_TO_O | P_TO_Z | MARK, DIGIT | A_TO_O | P_TO_Z, DIGIT | A_TO_O | P_TO_Z, DIGIT | A_TO_O | P_TO_Z,
        DIGIT | A_TO_O | P_TO_Z | BRACKET, DIGIT | A_TO_O | P_TO_Z | BRACKET, A_TO_O | P_TO_Z,
        (int8_t)(A_TO_O | SEMICOLON | SQUARE), (int8_t)(A_TO_O | SQUARE), (int8_t)(A_TO_O | MARK | SQUARE), A_TO_O,
        A_TO_O | LINE | MARK);
    const v128_t high = wasm_i8x16_const(
        0, 0, MARK | BRACKET, DIGIT | SEMICOLON, A_TO_O, (int8_t)(P_TO_Z | LINE | SQUARE), A_TO_O, P_TO_Z,
        A_TO_O | P_TO_Z, A_TO_O | P_TO_Z, A_TO_O | P_TO_Z, A_TO_O | P_TO_Z, A_TO_O | P_TO_Z, A_TO_O | P_TO_Z,
        A_TO_O | P_TO_Z, A_TO_O | P_TO_Z);
    return wasm_v128_and(wasm_i8x16_swizzle(low, lower), wasm_i8x16_swizzle(high, upper));
}

// Adds 16 bytes to a block, at its end, and gives their classes.
static inline __attribute__((always_inline)) v128_t add_half(const char *at, unsigned shift, Block *block)
{
    // The same for pairs of letters, by the halves of the first and the lower half of the second: b d f j k m n and
    // e o; a f g o and f r; a i and s; i o and n; d e l and i x; h p t and a; r s u and c e n p s; t v w and h i o.
    const v128_t first_low = wasm_i8x16_const(
        0x20, 0x06, 0x41, 0x40, (int8_t)0xb1, 0x50, (int8_t)0x83, (int8_t)0x82, 0x20, 0x0c, 0x01, 0x01, 0x10, 0x01,
        0x01, 0x0a);
    const v128_t first_high =
        wasm_i8x16_const(0, 0, 0, 0, 0x3f, (int8_t)0xe0, 0x3f, (int8_t)0xe0, 0, 0, 0, 0, 0, 0, 0, 0);
    const v128_t second_low = wasm_i8x16_const(
        0x40, 0x20, 0x02, 0x44, 0, 0x41, 0x42, 0x10, (int8_t)0xd0, (int8_t)0x90, 0, 0, 0, 0, 0x48, (int8_t)0x81);
    const v128_t none = wasm_i8x16_splat(0), bytes = wasm_v128_load(at), behind = wasm_v128_load(at + 1);
    const v128_t lower = wasm_v128_and(bytes, plugin_splat(15)), upper = wasm_u8x16_shr(bytes, 4);
    const v128_t class = classes_of(lower, upper);
    const v128_t pair = wasm_v128_and(
        wasm_v128_and(wasm_i8x16_swizzle(first_low, lower), wasm_i8x16_swizzle(first_high, upper)),
        wasm_i8x16_swizzle(second_low, wasm_v128_and(behind, plugin_splat(15))));
    block->words |= wasm_i8x16_bitmask(wasm_i8x16_ne(class, none)) << shift;
    block->digits |= wasm_i8x16_bitmask(wasm_i8x16_eq(class, plugin_splat(DIGIT))) << shift;
    block->candidates |= wasm_i8x16_bitmask(wasm_i8x16_ne(pair, none)) << shift;
    block->marks |= wasm_i8x16_bitmask(wasm_u8x16_gt(class, plugin_splat(MARK - 1))) << shift;
    block->quotes |= wasm_i8x16_bitmask(wasm_v128_or(
                         wasm_i8x16_eq(bytes, plugin_splat('\'')), wasm_i8x16_eq(bytes, plugin_splat('"'))))
        << shift;
    block->commas |= wasm_i8x16_bitmask(wasm_i8x16_eq(bytes, plugin_splat(','))) << shift;
    return class;
}

static inline __attribute__((always_inline)) Block classify(const char *at, const char *end)
{
    char tail[BLOCK + 1];
    if (end - at <= BLOCK) {
        __builtin_memset(tail, 0, sizeof tail);
        plugin_copy(tail, at, (size_t)(end - at));
        at = tail;
    }
    Block block = {0, 0, 0, 0, 0, 0, false, false};
    const v128_t first = add_half(at, 0, &block), both = wasm_v128_or(first, add_half(at + 16, 16, &block));
    block.words &= ~block.marks;
    block.is_plain = !wasm_v128_any_true(wasm_v128_and(both, plugin_splat((char)0x90)));
    block.has_slashes = !block.is_plain && wasm_v128_any_true(wasm_v128_and(both, plugin_splat((char)0x80)));
    return block;
}

#else

static Block classify(const char *at, const char *end)
{
    Block block = {0, 0, ~0u, 0, 0, 0, true, false};
    for (uint32_t bit = 1; bit != 0 && at < end; bit <<= 1, at++) {
        if (is_word_byte(*at)) block.words |= bit;
        if (plugin_is_digit(*at)) block.digits |= bit;
        if (*at == '\'' || *at == '"') block.quotes |= bit;
        if (*at == ',') block.commas |= bit;
        for (const char *mark = "$-/()[]\\;"; *mark; mark++)
            if (*at == *mark) block.marks |= bit;
        for (const char *mark = "$-/[]\\"; *mark; mark++)
            if (*at == *mark) block.is_plain = false;
        if (*at == '\\') block.has_slashes = true;
    }
    return block;
}

#endif

// The number of bytes of the run that begins with the first one.
static unsigned run_of(uint32_t words) { return ~words ? (unsigned)__builtin_ctz(~words) : BLOCK; }

// --- runs of bytes ---------------------------------------------------------------------------------------------------

static bool is_at(const char *at, const char *end, char first, char second)
{
    return end - at >= 2 && at[0] == first && at[1] == second;
}

static PLUGIN_SHARED void give_up(PluginTables *walk, PluginExamination why)
{
    if (walk->examination != PLUGIN_EXAMINATION_TOO_LARGE) walk->examination = why;
}

// False when the walk has spent what it had. It is over then.
static PLUGIN_SHARED bool spend(PluginTables *walk, size_t cost)
{
    walk->fuel -= (int32_t)cost;
    if (walk->fuel >= 0) return true;
    walk->examination = PLUGIN_EXAMINATION_TOO_LARGE;
    walk->cursor.at = walk->next = walk->cursor.end;
    walk->events = walk->expect = 0;
    return false;
}

static PLUGIN_SHARED const char *find(PluginTables *walk, const char *at, char a, char b)
{
    const char *const found = plugin_find(at, walk->cursor.end, a, b);
    return spend(walk, COST_FIND + (size_t)(found - at) * 2) ? found : walk->cursor.end;
}

// Past the letters, digits and underscores that begin here and, if wanted, dollar signs.
static PLUGIN_SHARED const char *past_word(PluginTables *walk, const char *at, bool dollars)
{
    const char *const from = at, *const end = walk->cursor.end;
    for (;;) {
#ifdef __wasm_simd128__
        uint32_t others = 0;
        for (; end - at >= 16 && !others; at += others ? __builtin_ctz(others) : 16) {
            const v128_t bytes = wasm_v128_load(at);
            const v128_t class = classes_of(wasm_v128_and(bytes, plugin_splat(15)), wasm_u8x16_shr(bytes, 4));
            others = wasm_i8x16_bitmask(wasm_u8x16_gt(wasm_i8x16_sub(class, plugin_splat(1)), plugin_splat(LINE)));
        }
#endif
        while (at < end && is_word_byte(*at)) at++;
        if (at >= end || !dollars || *at != '$') break;
        at++;
        if (!spend(walk, COST_FIND)) return end;
    }
    spend(walk, COST_FIND + (size_t)(at - from) * 4);
    return at;
}

static PLUGIN_SHARED const char *past_digits(PluginTables *walk, const char *at)
{
    while (at < walk->cursor.end && plugin_is_digit(*at) && spend(walk, COST_SPACE)) at++;
    return at;
}

// Past the comment, which may hold others, that begins here.
static PLUGIN_SHARED const char *past_comment(PluginTables *walk, const char *at)
{
    const char *const end = walk->cursor.end;
    if (*at == '-') return find(walk, at, '\n', '\r');
    for (int depth = 0; end - at >= 2; at = find(walk, at, '/', '*')) {
        if (at[0] == '/' && at[1] == '*') {
            depth++, at += 2;
        } else if (at[0] == '*' && at[1] == '/') {
            at += 2;
            if (--depth == 0) return at;
        } else {
            at++;
        }
    }
    return end;
}

static bool begins_comment(const char *at, const char *end)
{
    return is_at(at, end, '-', '-') || is_at(at, end, '/', '*');
}

// Past space and comments.
static PLUGIN_SHARED const char *past_gap(PluginTables *walk, const char *at)
{
    const char *const end = walk->cursor.end;
    for (;;) {
        const char *const from = at;
        at = plugin_past_space(at, end);
        spend(walk, COST_FIND + (size_t)(at - from) * 2);
        if (!begins_comment(at, end)) return at;
        at = past_comment(walk, at);
    }
}

// Past the quoted run that begins here. A quote inside is doubled or, where escapes count, behind a backslash. Where
// they do not, a quote behind an odd number of backslashes is ambiguous: a server setting decides whether it counts.
static const char *past_quoted(PluginTables *walk, const char *at, bool escapes)
{
    const char *const end = walk->cursor.end;
    const char quote = *at++;
    for (bool is_escaped = false;;) {
        const char *const from = at;
        at = find(walk, at, quote, '\\');
        if (at >= end) return end;
        if (at > from) is_escaped = false;
        if (*at++ != quote) {
            is_escaped = !is_escaped;
        } else if (is_escaped && escapes) {
            is_escaped = false;
        } else {
            if (is_escaped && quote == '\'') give_up(walk, PLUGIN_EXAMINATION_OPAQUE);
            is_escaped = false;
            if (at >= end || *at != quote) return at;
            at++;
        }
    }
}

// Past the $tag$…$tag$ that begins here; `at` itself when none does.
static const char *past_dollars(PluginTables *walk, const char *at)
{
    const char *const end = walk->cursor.end;
    const char *const tag = at + 1 < end && plugin_is_digit(at[1]) ? end : past_word(walk, at + 1, false);
    if (tag >= end || *tag != '$') return at;
    const size_t size = (size_t)(tag + 1 - at);
    for (const char *close = tag;;) {
        close = find(walk, close + 1, '$', '$');
        if ((size_t)(end - close) < size) return end;
        if (!spend(walk, size * COST_SPACE) || plugin_same(close, at, size, false)) return close + size;
    }
}

// --- tokens ----------------------------------------------------------------------------------------------------------

static PLUGIN_SHARED uint8_t meaning(const char *word, size_t size)
{
    const unsigned letter = (unsigned char)((*word | 32) - 'a');
    if (letter < 26) {
        const char *list = words_by_letter[letter];
        for (size_t known; *list && (known = (size_t)(*list++ - '0')) < size; list += known + 1) {
            if (known != size - 1) continue;
            size_t same = 0;
            while (same < known && (word[same + 1] | 32) == list[same]) same++;
            if (same == known) return (uint8_t)list[known];
        }
    }
    return WORD;
}

// Takes the next token, which is then from `from` up to the cursor, and says what it is; 0 at the end.
static PLUGIN_SHARED uint8_t take(PluginTables *walk)
{
    const char *const end = walk->cursor.end;
    const char *at = past_gap(walk, walk->cursor.at);
    walk->cursor.at = walk->from = at;
    if (at >= end || !spend(walk, COST_TOKEN)) return 0;
    const char first = *at, letter = (char)(first | 32);
    uint8_t what = (uint8_t)first;
    // Where a string or a quoted name begins, if this is one: '…', E'…', "…", U&'…', U&"…".
    const char *const quote = at + (letter == 'e' ? 1 : letter == 'u' && end - at > 2 && at[1] == '&' ? 2 : 0);
    if (quote < end && (*quote == '\'' || (*quote == '"' && letter != 'e'))) {
        what = (uint8_t)*quote;
        at = past_quoted(walk, quote, letter == 'e');
    } else if (begins_word(first)) {
        at = past_word(walk, at, true);
        what = meaning(walk->from, (size_t)(at - walk->from));
    } else if (plugin_is_digit(first)) {
        what = NUMBER;
        at = past_digits(walk, at);
        if (at < end && *at == '.') at = past_digits(walk, at + 1);
    } else if (first == '$') {
        at = past_dollars(walk, at);
        if (at > walk->from)
            what = STRING;
        else
            at = past_digits(walk, at + 1);
    } else {
        at++;
        if (what >= 'a') what = ' '; // { | } ~
    }
    walk->cursor.at = at;
    return what;
}

// Whether this is nextval or setval.
static inline __attribute__((always_inline)) bool is_writing_call(const char *name, size_t size)
{
    return size - 6 < 2 && (name[size - 1] | 32) == 'l' && meaning(name, size) == CALL;
}

// What the next token is, without taking it.
static PLUGIN_SHARED uint8_t peek(PluginTables *walk)
{
    const char *const at = walk->cursor.at, *const from = walk->from;
    if (at < walk->cursor.end && (*at == ',' || *at == '.' || *at == '(' || *at == ')' || *at == ';'))
        return (uint8_t)*at;
    const uint8_t what = take(walk);
    if (walk->examination != PLUGIN_EXAMINATION_TOO_LARGE) walk->cursor.at = at;
    walk->from = from;
    return what;
}

// Kinds of tokens, each list with a zero behind it.
static const char beginnings_of_definitions[] = {DEFINE, ALTER, GRANT, REVOKE, IMPORT, COMMENT, 0};
static const char beginnings_that_read[] = {EXPLAIN, SELECT, TABLE, READ, '(', WITH, 0};
static const char beginnings_without_tables[] = {COPY, REVOKE, FETCH, MOVE, 0}; // behind their FROM
static const char before_no_update[] = {FOR, OR, BEFORE, OF, ON, 0};
static const char events[] = {SELECT, INSERT, UPDATE, DELETE, COMMIT, 0}; // of rules and triggers
static const char before_names[] = {ONLY, COLUMN, KEEP, NOT, TABLE, 0};

static PLUGIN_SHARED bool is_any(uint8_t what, const char *list)
{
    while (*list && (uint8_t)*list != what) list++;
    return *list;
}

static PLUGIN_SHARED bool is_name(uint8_t what) { return what == QUOTED_NAME || what >= 'a'; }

static PLUGIN_SHARED PluginTables walk_of(PluginText sql, int32_t fuel)
{
    PluginTables walk;
    __builtin_memset(&walk, 0, offsetof(PluginTables, level));
    if (!plugin_text_exists(sql)) {
        walk.examination = PLUGIN_EXAMINATION_TOO_LARGE;
        sql = PLUGIN_TEXT("");
    }
    walk.cursor = plugin_sql_cursor(sql);
    walk.settled = walk.next = sql.bytes;
    walk.fuel = fuel;
    walk.level[0] = 1;
    return walk;
}

bool plugin_sql_next(PluginCursor *cursor, PluginToken *token)
{
    PluginTables walk;
    walk.cursor = *cursor;
    walk.fuel = INT32_MAX;
    walk.examination = PLUGIN_EXAMINATION_COMPLETE;
    const uint8_t what = take(&walk);
    cursor->at = walk.cursor.at;
    if (!what) return false;
    token->kind = what == QUOTED_NAME                     ? PLUGIN_TOKEN_QUOTED_NAME
        : what == STRING                                  ? PLUGIN_TOKEN_STRING
        : what == NUMBER                                  ? PLUGIN_TOKEN_NUMBER
        : begins_word(*walk.from)                         ? PLUGIN_TOKEN_WORD
        : what == PARAMETER && cursor->at - walk.from > 1 ? PLUGIN_TOKEN_PARAMETER
                                                          : PLUGIN_TOKEN_SYMBOL;
    token->text = plugin_text_between(walk.from, cursor->at);
    token->start = (size_t)(walk.from - cursor->start);
    token->end = (size_t)(cursor->at - cursor->start);
    return true;
}

bool plugin_sql_has_keyword_(PluginText sql, PluginText word)
{
    PluginCursor cursor = plugin_sql_cursor(sql);
    for (PluginToken token; plugin_sql_next(&cursor, &token);)
        if (token.kind == PLUGIN_TOKEN_WORD && plugin_text_is_ignoring_case(token.text, word)) return true;
    return false;
}

// --- names -----------------------------------------------------------------------------------------------------------

// The name that was just taken, as the server knows it: decoded, folded and cut to 63 bytes.
static PLUGIN_SHARED PluginText taken_name(PluginTables *walk)
{
    enum { LONGEST = 63, LONGEST_WRITTEN = 8 * LONGEST };
    const char *at = walk->from, *end = walk->cursor.at;
    const char *const quote = *at == '"' ? at : at + 2;
    const bool is_quoted = end - at > 2 && *quote == '"';
    const bool has_codes = is_quoted && quote > at;
    uint32_t high = 0;
    if (is_quoted) {
        at = quote + 1;
        if (end > at) end--;
    }
    if (end - at > LONGEST_WRITTEN) end = at + LONGEST_WRITTEN;
    const size_t room = (size_t)(end - at) + 4;
    char *const start = plugin_take(room), *to = start;
    spend(walk, room * COST_NAME_BYTE);
    while (at < end) {
        char c = *at++;
        if (!is_quoted)
            c = plugin_fold(c);
        else if (c == '"')
            at++;
        else if (c == '\\' && has_codes && (at == end || *at++ != '\\')) {
            // \XXXX or \+XXXXXX; the first half of a surrogate pair waits for the second.
            int digits = *--at == '+' ? 6 : 4;
            uint32_t code = 0;
            for (at += digits == 6; digits > 0; digits--) {
                const uint32_t digit = plugin_hex_digit(at < end ? *at++ : 'x');
                if (digit > 15) give_up(walk, PLUGIN_EXAMINATION_OPAQUE);
                code = code << 4 | digit;
            }
            if (code >> 10 == 0xDC00 >> 10) code = (high << 10) + code - 0x35FDC00;
            high = code;
            if (code >> 10 != 0xD800 >> 10) to = plugin_put_utf8(to, code & 0x1FFFFF);
            continue;
        }
        *to++ = c;
    }
    if (to - start > LONGEST) {
        to = start + LONGEST;
        while (to > start && (*to & 0xC0) == 0x80) to--;
    }
    plugin_keep(start, room, (size_t)(to - start));
    return plugin_text_between(start, to);
}

PluginText plugin_token_name(const PluginToken *token)
{
    if (token->kind != PLUGIN_TOKEN_WORD && token->kind != PLUGIN_TOKEN_QUOTED_NAME) return (PluginText){NULL, 0};
    PluginTables walk = walk_of(token->text, INT32_MAX);
    walk.from = walk.cursor.at;
    walk.cursor.at = walk.cursor.end;
    return taken_name(&walk);
}

// --- the walk --------------------------------------------------------------------------------------------------------

// What a level is: the statement, or what is in brackets.
enum {
    QUERY = 1,       // FROM names tables
    FROM_LIST = 2,   // after a comma comes a table
    USING_LIST = 4,  // USING begins a FROM list
    TARGET_LIST = 8, // after a comma comes a table that is no common table expression
    CTE_LIST = 16,   // after a comma comes a common table expression
    RECURSIVE_LIST = 32,
    TABLES_IN_BRACKETS = 64,
    AND_BEHIND = 128, // after the brackets a table is expected as well
    LISTS = FROM_LIST | TARGET_LIST | CTE_LIST,
};

// What to expect when a table's name comes next.
enum {
    TARGET = 1,   // it is no common table expression
    ITEM = 2,     // of a FROM list: with brackets behind it, it is a function
    BRACKETS = 4, // it may stand in brackets
    OF_COLUMN = 8,
    SELECT_INTO = 16,
    OF_PARTITION = 32,
    FROM_ITEM = ITEM | BRACKETS,
    PLAIN = 64,
};

// Goes on at this place.
static PLUGIN_SHARED void go_to(PluginTables *walk, const char *at)
{
    walk->cursor.at = walk->settled = at;
    walk->is_inside_word &= walk->is_plain && at < walk->next;
    if (walk->is_plain && at >= walk->block && at < walk->next) {
        walk->events &= ~0u << (at - walk->block);
    } else {
        walk->next = at;
        walk->events = 0;
    }
}

static void enter(PluginTables *walk, uint8_t flags, uint8_t expect)
{
    walk->previous = '(';
    walk->expect = expect;
    if (walk->depth + 1 < PLUGIN_SQL_DEPTH) {
        walk->level[++walk->depth] = flags;
        walk->level_ctes[walk->depth] = (uint8_t)walk->ctes;
    } else {
        // Too deep: the end of the walk.
        spend(walk, INT32_MAX);
    }
}

static void leave(PluginTables *walk)
{
    walk->previous = walk->expect = 0;
    if (walk->depth == 0) return;
    walk->ctes = walk->level_ctes[walk->depth--];
    uint8_t *const flags = &walk->level[walk->depth];
    // The expression whose body that was is known from here on.
    if (*flags & CTE_LIST && walk->ctes > 0) walk->cte_is_visible[walk->ctes - 1] = true;
    if (*flags & AND_BEHIND) walk->expect = TARGET;
    *flags &= (uint8_t)~AND_BEHIND;
}

// Reads `name [(columns)] AS [[NOT] MATERIALIZED] (`, which declares a common table expression, and enters its body.
// Anything else, as in WITH ORDINALITY, is no declaration and is left where it is.
static PLUGIN_SHARED void declare(PluginTables *walk, uint8_t flags)
{
    const char *const start = walk->cursor.at;
    uint8_t what = take(walk);
    if (what == RECURSIVE && is_name(peek(walk))) {
        flags |= RECURSIVE_LIST;
        what = take(walk);
    }
    if (is_name(what)) {
        const PluginText name = taken_name(walk);
        what = take(walk);
        if (what == '(') {
            do what = take(walk);
            while (is_name(what) || what == ',');
            what = take(walk);
        }
        if (what == AS) {
            what = take(walk);
            if (what == NOT) what = take(walk);
            if (what == MATERIALIZED) what = take(walk);
            if (what == '(') {
                walk->level[walk->depth] = flags | CTE_LIST;
                walk->is_head = false;
                // One for which there is no room is reported as a table wherever it is used.
                if (walk->ctes < PLUGIN_SQL_CTES) {
                    walk->cte_is_visible[walk->ctes] = flags & RECURSIVE_LIST;
                    walk->cte[walk->ctes++] = name;
                }
                go_to(walk, walk->cursor.at);
                enter(walk, 0, 0);
                return;
            }
        }
    }
    if (walk->fuel >= 0) go_to(walk, start);
}

// Reads on where a table's name is expected. True when there is one; otherwise the walk goes on as it now stands.
static bool read_table(PluginTables *walk, PluginTable *table)
{
    const uint8_t expect = walk->expect;
    const char *const start = walk->cursor.at;
    const uint8_t what = take(walk);
    uint8_t *const flags = &walk->level[walk->depth];
    walk->previous = WORD;
    if (what == ONLY) walk->expect |= BRACKETS;
    if (what == COLUMN) walk->expect |= OF_COLUMN;
    if (is_any(what, before_names)) return false;
    walk->expect = 0;
    if (what == '(') {
        go_to(walk, walk->cursor.at);
        if (walk->kind == TARGETS && !(expect & BRACKETS)) *flags |= AND_BEHIND;
        if (expect & ITEM)
            enter(walk, QUERY | FROM_LIST, FROM_ITEM);
        else if (expect & BRACKETS)
            enter(walk, QUERY | TARGET_LIST, TARGET);
        else
            enter(walk, QUERY, 0);
        return false;
    }
    if (!is_name(what)) {
        // No table after all.
        if (what) go_to(walk, start);
        return false;
    }
    table->start = (size_t)(walk->from - walk->cursor.start);
    table->catalog = table->schema = (PluginText){NULL, 0};
    table->name = taken_name(walk);
    uint8_t next, last = what;
    while ((next = peek(walk)) == '.') {
        take(walk);
        if (!take(walk)) break;
        last = '.';
        if (expect & OF_COLUMN && peek(walk) != '.') break;
        table->catalog = table->schema;
        table->schema = table->name;
        table->name = taken_name(walk);
    }
    table->end = (size_t)(walk->cursor.at - walk->cursor.start);
    go_to(walk, walk->cursor.at);
    if (next == UESCAPE) give_up(walk, PLUGIN_EXAMINATION_OPAQUE);
    if (next == '(' && is_writing_call(table->name.bytes, table->name.size)) walk->writes = true;
    if (next == '(' && expect & ITEM) return false;
    if (last == '.') return true;
    // IF NOT EXISTS, IF EXISTS, PARTITION OF, INTO TEMP name, INTO TEMP TABLE name, COMMENT ON VIEW name: the name is
    // yet to come.
    if ((what == IF && (next == NOT || next == EXISTS)) || (what == EXISTS && (is_name(next) || next == ONLY)) ||
        (walk->kind == COMMENT && is_name(next)) || (expect & SELECT_INTO && (is_name(next) || next == TABLE)) ||
        (what == OF && expect & OF_PARTITION && is_name(next))) {
        walk->expect = expect;
        return false;
    }
    // PARTITION BY, ROWS FROM (…).
    if ((what == BY && expect & OF_PARTITION) || (what == ROWS && next == FROM && expect & ITEM)) return false;
    for (int32_t index = 0; index < walk->ctes && !(expect & TARGET); index++)
        if (walk->cte_is_visible[index] && plugin_text_is(walk->cte[index], table->name)) return false;
    return true;
}

// Does what a word says; the cursor stands behind it.
static void follow(PluginTables *walk, uint8_t what)
{
    uint8_t *const level = &walk->level[walk->depth];
    uint8_t set = 0, clear = 0, expect = 0, previous = walk->previous;
    const bool is_top = walk->depth == 0;
    walk->previous = what;
    if (is_top && (walk->kind == 0 || walk->kind == EXPLAIN)) {
        // A statement begins, or EXPLAIN goes on: EXPLAIN ANALYZE VERBOSE SELECT.
        if (walk->kind == EXPLAIN && what == KEEP) return;
        if (what == KEEP) what = TARGETS; // ANALYZE
        walk->kind = what;
        walk->is_head = is_any(what, beginnings_of_definitions);
        walk->reads = true;
        if (!is_any(what, beginnings_that_read)) walk->writes = true;
        if (what == DO) give_up(walk, PLUGIN_EXAMINATION_OPAQUE);
        if (what == TARGETS || what == COPY) expect = TARGET, set = TARGET_LIST;
        if (what == IMPORT) set = TABLES_IN_BRACKETS;
        // PostgreSQL takes tables in ALTER INDEX, ALTER SEQUENCE and ALTER TYPE as well.
        if (what == ALTER && peek(walk) == RELATION) {
            take(walk);
            expect = TARGET;
        }
        previous = 0;
    }
    const uint8_t kind = walk->kind;
    const bool is_head = walk->is_head && is_top, is_grant = kind == GRANT || kind == REVOKE;
    switch (what) {
    case SELECT:
        if (previous == ON || is_grant) break;
        clear = LISTS, set = QUERY;
        if (is_top) walk->is_head = false;
        break;
    case FROM:
        if (previous == IS_DISTINCT) break;
        if (previous == DELETE)
            set = QUERY | USING_LIST, expect = TARGET;
        else if (*level & QUERY && !(is_top && is_any(kind, beginnings_without_tables)))
            set = FROM_LIST, expect = FROM_ITEM;
        break;
    case JOIN:
        expect = FROM_ITEM;
        break;
    case USING:
        if (*level & USING_LIST) clear = USING_LIST, set = FROM_LIST, expect = FROM_ITEM;
        break;
    case GROUP: // but not WITHIN GROUP (…)
        if (peek(walk) == '(') break;
        clear = FROM_LIST;
        break;
    case LEAVE:
    case FETCH:
    case FOR:
        clear = FROM_LIST;
        break;
    case INTO:
        walk->writes = true;
        clear = CTE_LIST, set = previous == MERGE ? QUERY | USING_LIST : QUERY;
        expect = previous == MERGE || previous == INSERT ? TARGET : TARGET | SELECT_INTO;
        break;
    case UPDATE:
        walk->writes = true;
        if (previous == OR && peek(walk) == SET) clear = FROM_LIST; // MERGE … THEN UPDATE SET
        if (is_grant || is_any(previous, before_no_update) || (previous == DO && kind != DEFINE)) break;
        clear = CTE_LIST, set = QUERY, expect = TARGET;
        break;
    case DELETE:
    case INSERT:
    case MERGE:
    case CALL:
        walk->writes = true;
        break;
    case SHARE:
        if (previous == FOR || previous == BEFORE) walk->writes = true;
        break;
    case TABLE:
        // In a query it may be a common table expression.
        expect = PLAIN;
        if (!is_head) break;
        expect = TARGET;
        if (kind != ALTER || previous) set = TARGET_LIST;
        break;
    case WITH:
        declare(walk, *level & QUERY);
        break;
    case AS:
        clear = TARGET_LIST;
        // A function's body may follow.
        if (peek(walk) == STRING) give_up(walk, PLUGIN_EXAMINATION_OPAQUE);
        break;
    case NOT:
        if (previous == IS) walk->previous = IS;
        break;
    case DISTINCT:
        if (previous == IS) walk->previous = IS_DISTINCT;
        break;
    case ON:
        if (!is_head) break;
        // ON DELETE, ON UPDATE TO, ON COMMIT.
        if (is_any(peek(walk), events)) break;
        expect = TARGET;
        if (is_grant) set = TARGET_LIST;
        break;
    case TO: // CREATE RULE … AS ON UPDATE TO name
        clear = TARGET_LIST;
        if (is_any(previous, events)) expect = TARGET;
        break;
    case VIEW:
        if (is_head) set = TARGET_LIST, expect = TARGET;
        break;
    case LIKE: // CREATE TABLE name (LIKE name)
        if (previous == '(' || previous == ',') expect = TARGET;
        break;
    case INHERIT:
        if (is_head) expect = TARGET;
        break;
    case REFERENCES:
        expect = TARGET;
        break;
    case INHERITS:
        expect = TARGET | BRACKETS;
        break;
    case PARTITION:
        if (is_head) expect = TARGET | OF_PARTITION;
        break;
    default:
        break;
    }
    if (expect) walk->expect = expect;
    if (clear | set) *level = (uint8_t)((*level & ~clear) | set);
}

// Whether the digit at `at` belongs to a number, not to a name.
static bool is_number(const char *at, const char *from)
{
    while (at > from && plugin_is_digit(*at)) at--;
    return !begins_word(*at);
}

// Goes to the next place that matters and gives it; NULL at the end. Most words, strings and brackets do not, and most
// of a text is these: what is here decides what the walk costs.
static const char *skim(PluginTables *walk)
{
    const char *at = walk->next, *const end = walk->cursor.end, *block = walk->block, *settled = walk->settled;
    const char *place = NULL;
    uint32_t words = walk->words, events = walk->events;
    int32_t fuel = walk->fuel - COST_EVENT;
    uint8_t *level = &walk->level[walk->depth];
    // Every word counts where a statement begins.
    const uint32_t begins = walk->kind == 0 || (walk->kind == EXPLAIN && walk->depth == 0) ? ~0u : 0;
    if (*level & LISTS && settled < at) events |= walk->commas & (~0u << (settled > block ? settled - block : 0));
    for (;;) {
        while (!events) {
            if (at >= end || fuel < 0) goto over;
            fuel -= COST_BLOCK;
            Block masks = classify(at, end);
            uint32_t inside = ~0u, hidden = 0, size = BLOCK;
            words = masks.words;
            block = at;
            if (masks.has_slashes) {
                masks.marks |= masks.quotes;
                masks.quotes = 0;
            }
            for (uint32_t rest = masks.quotes; rest;) {
                // From each opening quote to the closing one.
                const unsigned open = (unsigned)__builtin_ctz(rest);
                unsigned close = open;
                fuel -= COST_QUOTES;
                while ((rest &= rest - 1) && at[close = (unsigned)__builtin_ctz(rest)] != at[open]) continue;
                if (rest) {
                    if (at[open] == '"' && close - open - 7 < 2 && at[close - 1] == 'l') {
                        fuel -= COST_LOOK;
                        if (is_writing_call(at + open + 1, close - open - 1)) walk->writes = true;
                    }
                    rest &= rest - 1;
                    hidden |= (2u << close) - (1u << open);
                } else if (open == 0) {
                    masks.marks = inside = size = 1;
                } else {
                    // This one goes on behind the block: the next block begins with it.
                    size = open;
                    inside = (1u << open) - 1;
                }
            }
            inside &= ~hidden;
            words &= inside;
            // Letters right behind a number may be a word of their own.
            const uint32_t starts = words & ~masks.digits & ~((words & ~masks.digits) << 1 | walk->is_inside_word);
            walk->is_inside_word = (words & ~masks.digits) >> 31;
            events = (starts & (masks.candidates | begins)) | (masks.marks & inside);
            walk->commas = masks.commas & inside;
            if (*level & LISTS) events |= walk->commas;
            walk->is_plain = masks.is_plain;
            at += size;
        }
        const unsigned index = (unsigned)__builtin_ctz(events);
        const char *const here = block + index;
        const unsigned c = (unsigned char)*here;
        const uint32_t run = words >> index;
        events &= events - 1;
        fuel -= COST_WORD;
        if (run & 1) {
            unsigned size = run_of(run);
            if (index + size == BLOCK && size < 16 && sizes_by_letter[c & 31] >> size)
                while (size < 16 && here + size < end && is_word_byte(here[size])) size++, fuel -= COST_LETTER;
            if (!begins && !(size < 16 && sizes_by_letter[c & 31] >> size & 1)) continue;
        } else if (c == '\\') {
            continue;
        } else if (c == '(') {
            // Most brackets hold nothing that matters.
            const char *const next = events ? block + __builtin_ctz(events) : here;
            if (*next == ')' && walk->kind != 0 && !(*level & TABLES_IN_BRACKETS)) {
                events &= events - 1;
                continue;
            }
            if (!begins && walk->kind != COPY && !(*level & TABLES_IN_BRACKETS) && walk->depth < PLUGIN_SQL_DEPTH - 1) {
                walk->level_ctes[++walk->depth] = (uint8_t)walk->ctes;
                *++level = 0;
                continue;
            }
        } else if (c == ')') {
            if (walk->depth > 0 && !(level[-1] & (LISTS | AND_BEHIND))) {
                walk->ctes = walk->level_ctes[walk->depth--];
                level--;
                continue;
            }
        }
        // What lies before this place?
        place = here;
        if (place > settled && (unsigned char)place[-1] <= ' ') {
            place = plugin_before_space(place - 1, settled);
            fuel -= (int32_t)(here - place) * 2;
        }
        if (place > settled) {
            const char last = place[-1];
            walk->previous = begins_word(last) ? WORD : (uint8_t)last;
            // The dot of a number is not one before a name.
            if (last == '.' && place > settled + 1 && plugin_is_digit(place[-2]) && is_number(place - 2, settled))
                walk->previous = NUMBER;
        }
        place = here;
        break;
    }
over:
    walk->cursor.at = walk->next = at;
    walk->block = block;
    walk->settled = settled;
    walk->words = words;
    walk->events = events;
    walk->fuel = fuel;
    return spend(walk, 0) ? place : NULL;
}

// Whether the quoted name that was just taken, from `at`, may be nextval or setval. In codes any function's may.
static bool calls_writer(PluginTables *walk, const char *at)
{
    const size_t size = (size_t)(walk->cursor.at - at);
    if (*at == '"') return size > 2 && is_writing_call(at + 1, size - 2);
    const uint8_t next = peek(walk);
    return next == '(' || next == UESCAPE;
}

// Goes through a place that matters.
static PLUGIN_SHARED void pass(PluginTables *walk, const char *at)
{
    const char *const end = walk->cursor.end;
    uint8_t *const level = &walk->level[walk->depth];
    const uint32_t words = walk->words >> (at - walk->block);
    if (words & 1) {
        const unsigned size = run_of(words);
        const char *const after = at + size == walk->block + BLOCK ? past_word(walk, at, false) : at + size;
        // A letter right behind a digit begins a word only if that is a number: 1FROM, but not t1from.
        const bool is_inside = at > walk->settled && plugin_is_digit(at[-1]) && !is_number(at - 1, walk->settled);
        if (!is_inside && (after >= end || (*after != '$' && (after > at + 1 || (*after != '\'' && *after != '&'))))) {
            go_to(walk, after);
            if (walk->previous != '.') {
                follow(walk, meaning(at, (size_t)(after - at)));
            } else {
                walk->previous = WORD;
                if (is_writing_call(at, (size_t)(after - at))) walk->writes = true;
            }
            return;
        }
        if (is_inside) return;
    }
    // A dollar sign right behind a word is part of it.
    const bool goes_on = at > walk->settled && *at == '$' && (begins_word(at[-1]) || plugin_is_digit(at[-1])) &&
        !is_number(at - 1, walk->settled);
    walk->settled = at + 1;
    switch (*at) {
    case '[':
    case '(':
        if (walk->kind == 0) walk->kind = '(', walk->reads = true;
        if (*level & TABLES_IN_BRACKETS)
            enter(walk, TARGET_LIST, TARGET), go_to(walk, at + 1);
        else
            enter(walk, walk->kind == COPY && walk->depth == 0 ? QUERY : 0, 0);
        break;
    case ']':
    case ')':
        leave(walk);
        // Commas may matter again.
        go_to(walk, at + 1);
        break;
    case ',':
        walk->previous = ',';
        if (!(*level & LISTS)) break;
        go_to(walk, at + 1);
        if (*level & CTE_LIST)
            declare(walk, *level);
        else
            walk->expect = *level & FROM_LIST ? FROM_ITEM : TARGET;
        break;
    case ';':
        walk->depth = walk->ctes = 0;
        walk->level[0] = QUERY;
        walk->kind = walk->previous = 0;
        walk->is_head = walk->is_plain = false;
        go_to(walk, at + 1);
        break;
    case '-':
    case '/':
        if (begins_comment(at, end))
            go_to(walk, past_comment(walk, at));
        else
            walk->previous = (uint8_t)*at;
        break;
    default: // quotes, dollar signs, words with a dollar sign
        walk->cursor.at = at;
        if (goes_on)
            walk->cursor.at = past_word(walk, at + 1, true);
        else if (take(walk) == QUOTED_NAME && calls_writer(walk, at))
            walk->writes = true;
        walk->previous = QUOTED_NAME;
        go_to(walk, walk->cursor.at);
        break;
    }
}

bool plugin_tables_next(PluginTables *walk, PluginTable *table)
{
    for (;;) {
        if (walk->expect) {
            if (read_table(walk, table)) return true;
        } else {
            const char *const place = skim(walk);
            if (!place) return false;
            pass(walk, place);
        }
    }
}

// --- what is asked of it ---------------------------------------------------------------------------------------------

PluginTables plugin_query_tables(const PluginQuery *query, size_t limit)
{
    int32_t fuel;
    const PluginText sql = plugin_examined_sql(query, limit, &fuel);
    return walk_of(sql, fuel);
}

PluginTables plugin_sql_tables_(PluginText sql, size_t limit)
{
    if (sql.size > limit) sql = (PluginText){NULL, 0};
    return walk_of(sql, plugin_fuel(limit));
}

bool plugin_table_is_(const PluginTable *table, PluginText name)
{
    // From the back: the name, then the schema as far as both have one.
    const size_t size = table->name.size;
    if (size > name.size) return false;
    const PluginText last = {name.bytes + (name.size - size), size}, schema = {name.bytes, name.size - size - 1};
    if (!plugin_text_is_ignoring_case(table->name, last)) return false;
    if (size == name.size) return true;
    return last.bytes[-1] == '.' &&
        (!plugin_text_exists(table->schema) || plugin_text_is_ignoring_case(table->schema, schema));
}

// --- a first look ----------------------------------------------------------------------------------------------------

// Most texts do not even hold the words that would matter. To know that takes a fifth of the fuel of a walk.

enum { NEEDLE_MOST = 62 };

#ifdef __wasm_simd128__
// Where, of 16 places from `at` on, the byte is this one; small letters are as capitals.
static inline v128_t places_of(const char *at, v128_t byte, v128_t fold)
{
    return wasm_i8x16_eq(wasm_v128_or(wasm_v128_load(at), fold), byte);
}
#endif

// What `seek` gives, with what it took to go there; NULL when that was too much.
static PLUGIN_SHARED const char *sought(PluginTables *walk, const char *from, const char *place)
{
    return spend(walk, COST_FIND + (size_t)(place - from) * 3 / 2) ? place : NULL;
}

// The next place at or after `at` where the bytes are those of the needle, small letters as capitals, or look like it;
// NULL when there is none.
static PLUGIN_SHARED const char *seek(PluginTables *walk, const char *at, PluginText needle)
{
    const char *const from = at, *const end = walk->cursor.end;
    const ptrdiff_t last = (ptrdiff_t)needle.size - 1;
#ifdef __wasm_simd128__
    // 32 places at a time: where the first and the last byte are right, the others are compared.
    const v128_t fold = plugin_splat(32), first = wasm_v128_or(wasm_v128_load8_splat(needle.bytes), fold);
    const v128_t final = wasm_v128_or(wasm_v128_load8_splat(needle.bytes + last), fold);
    for (; end - at >= last + 32; at += 32) {
        v128_t found = wasm_v128_and(places_of(at, first, fold), places_of(at + last, final, fold));
        v128_t others = wasm_v128_and(places_of(at + 16, first, fold), places_of(at + 16 + last, final, fold));
        if (!wasm_v128_any_true(wasm_v128_or(found, others))) continue;
        for (ptrdiff_t index = 1; index < last && wasm_v128_any_true(wasm_v128_or(found, others)); index++) {
            const v128_t byte = wasm_v128_or(wasm_v128_load8_splat(needle.bytes + index), fold);
            found = wasm_v128_and(found, places_of(at + index, byte, fold));
            others = wasm_v128_and(others, places_of(at + 16 + index, byte, fold));
            walk->fuel -= COST_LOOK_BLOCK;
        }
        const uint32_t places = wasm_i8x16_bitmask(found) | wasm_i8x16_bitmask(others) << 16;
        if (places) return sought(walk, from, at + __builtin_ctz(places));
    }
#endif
    for (; end - at > last; at++) {
        ptrdiff_t index = 0;
        while (index <= last && (at[index] | 32) == (needle.bytes[index] | 32)) index++;
        if (index > last) return sought(walk, from, at);
    }
    sought(walk, from, end);
    return NULL;
}

// Whether the text has to be walked through: it holds one of the needles, which are no beginnings of words, or a name
// in codes, or a statement that by its first word may hold code or write.
static bool is_worth_a_walk(PluginTables *walk, const PluginText *needles, size_t count, bool reads)
{
    const PluginCursor text = walk->cursor;
    for (size_t index = 0; index < count; index++) {
        const PluginText needle = needles[index];
        for (const char *at = text.at; (at = seek(walk, at, needle)); at++)
            if (at + needle.size == text.end || !is_word_byte(at[needle.size])) return true;
    }
    if (seek(walk, text.at, PLUGIN_TEXT("U&\""))) return true;
    bool is_odd = false;
    const char *at = text.at;
    do {
        while (at < text.end && *at == ';' && spend(walk, COST_SPACE)) at++;
        at = past_gap(walk, at);
        if (at >= text.end || *at == ';') continue;
        walk->reads = true;
        // DO, CREATE, DROP …
        if (!reads && (*at | 32) != 'd' && (*at | 32) != 'c') continue;
        walk->cursor.at = at;
        uint8_t what;
        do what = take(walk);
        while (what == '(');
        // Behind WITH there may be statements that write.
        is_odd = reads ? what != SELECT && what != TABLE && what != READ : what == DO || what == DEFINE;
    } while (!is_odd && (at = seek(walk, at, PLUGIN_TEXT(";"))));
    walk->cursor.at = text.at;
    // What was not looked at to its end is not known to be harmless.
    return is_odd || walk->examination != PLUGIN_EXAMINATION_COMPLETE;
}

static PLUGIN_SHARED PluginTouch touches(PluginTables *walk, PluginText name)
{
    // The last part, without a schema. One that is written with other letters than its own is found by the walk alone.
    PluginText last = name;
    bool is_plain = true;
    for (size_t index = 0; index < name.size; index++) {
        const char c = name.bytes[index];
        if (c == '.') last = plugin_text_between(name.bytes + index + 1, name.bytes + name.size);
        if (c == '"') is_plain = false;
    }
    is_plain = is_plain && last.size > 0 && last.size <= NEEDLE_MOST;
    if (walk->examination == PLUGIN_EXAMINATION_COMPLETE && is_plain && !is_worth_a_walk(walk, &last, 1, false))
        return PLUGIN_TOUCH_NO;
    for (PluginTable table; plugin_tables_next(walk, &table);)
        if (plugin_table_is(&table, name)) return PLUGIN_TOUCH_YES;
    return walk->examination == PLUGIN_EXAMINATION_COMPLETE ? PLUGIN_TOUCH_NO : PLUGIN_TOUCH_UNKNOWN;
}

PluginTouch plugin_query_touches_(const PluginQuery *query, PluginText table, size_t limit)
{
    PluginTables walk = plugin_query_tables(query, limit);
    return touches(&walk, table);
}

PluginTouch plugin_sql_touches_(PluginText sql, PluginText table, size_t limit)
{
    PluginTables walk = plugin_sql_tables(sql, limit);
    return touches(&walk, table);
}

static bool only_reads(PluginTables *walk)
{
    // Of what begins with SELECT: SELECT INTO, FOR UPDATE, FOR SHARE, nextval and setval.
    const PluginText writing[] = {PLUGIN_TEXT("into"), PLUGIN_TEXT("for"), PLUGIN_TEXT("tval")};
    if (walk->examination == PLUGIN_EXAMINATION_COMPLETE &&
        !is_worth_a_walk(walk, writing, sizeof writing / sizeof *writing, true))
        return walk->reads;
    walk->reads = false;
    for (PluginTable table; !walk->writes && plugin_tables_next(walk, &table);) continue;
    return walk->reads && !walk->writes && walk->examination == PLUGIN_EXAMINATION_COMPLETE;
}

bool plugin_query_is_read_only(const PluginQuery *query, size_t limit)
{
    PluginTables walk = plugin_query_tables(query, limit);
    return only_reads(&walk);
}

bool plugin_sql_is_read_only_(PluginText sql, size_t limit)
{
    PluginTables walk = plugin_sql_tables(sql, limit);
    return only_reads(&walk);
}

// --- writing SQL -----------------------------------------------------------------------------------------------------

static PluginText quoted(PluginText text, char quote)
{
    const char *const end = text.bytes + text.size;
    const bool has_slash = quote == '\'' && plugin_find(text.bytes, end, '\\', '\\') < end;
    const size_t room = 2 * text.size + 4;
    char *const start = plugin_take(room), *to = start;
    // With E the server's settings make no difference; the blank keeps it apart from a word before.
    if (has_slash) *to++ = ' ', *to++ = 'E';
    *to++ = quote;
    for (const char *at = text.bytes; at < end; at++) {
        if (*at == 0) continue;
        if (*at == quote || (has_slash && *at == '\\')) *to++ = *at;
        *to++ = *at;
    }
    *to++ = quote;
    plugin_keep(start, room, (size_t)(to - start));
    return plugin_text_between(start, to);
}

PluginText plugin_sql_literal_(PluginText text) { return quoted(text, '\''); }
PluginText plugin_sql_identifier_(PluginText text) { return quoted(text, '"'); }
