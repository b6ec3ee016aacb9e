// The loops that go over every byte of a text, in as few instructions as can be: fuel is charged for each.
#include "CPluginABI.h"

const uint8_t sql_bytes[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0,
    0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 3,
    0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 0,
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
};

// What stands for itself, or for a control character, behind a backslash; 0 for anything else.
static const uint8_t escapes[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 34, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 92, 0, 0, 0,
    0, 0, 8, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 13, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

// What a hexadecimal digit stands for, by the lower five bits of its code.
static const uint8_t hex_digits[32] = {0, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

static int hex_digit(uint8_t byte) {
    if (byte - '0' < 10u) return byte - '0';
    byte |= 32;
    return byte - 'a' < 6u ? byte - 'a' + 10 : -1;
}

// The number of the four digits at `at`; -1 when there are none before `limit`.
static int32_t hex_number(const uint8_t *at, const uint8_t *limit) {
    if (limit - at < 4) return -1;
    int32_t number = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0) return -1;
        number = number << 4 | digit;
    }
    return number;
}

// Resolves an escape other than a plain one, from its backslash; half a surrogate pair becomes U+FFFD.
static const uint8_t *unescape_number(const uint8_t *at, const uint8_t *limit, uint8_t **out_place) {
    uint8_t *out = *out_place;
    int32_t code = at[1] == 'u' ? hex_number(at + 2, limit) : -1;
    at += code < 0 ? 2 : 6;
    if (code < 0) {
        code = 0xFFFD;
    } else if ((code & 0xF800) == 0xD800) {
        int32_t low = (code & 0x400) == 0 && limit - at >= 2 && at[0] == '\\' && at[1] == 'u' ? hex_number(at + 2, limit) : 0;
        if ((low & 0xFC00) == 0xDC00) {
            code = 0x10000 + ((code & 0x3FF) << 10 | (low & 0x3FF));
            at += 6;
        } else {
            code = 0xFFFD;
        }
    }
    if (code < 0x80) {
        *out++ = (uint8_t)code;
    } else {
        if (code < 0x800) {
            *out++ = (uint8_t)(0xC0 | code >> 6);
        } else {
            if (code < 0x10000) {
                *out++ = (uint8_t)(0xE0 | code >> 12);
            } else {
                *out++ = (uint8_t)(0xF0 | code >> 18);
                *out++ = (uint8_t)(0x80 | (code >> 12 & 0x3F));
            }
            *out++ = (uint8_t)(0x80 | (code >> 6 & 0x3F));
        }
        *out++ = (uint8_t)(0x80 | (code & 0x3F));
    }
    *out_place = out;
    return at;
}

json_text json_unescape(const uint8_t *at, const uint8_t *limit, uint8_t *out, int32_t room, int32_t units) {
    json_text text = {0, out, 0};
    const uint8_t *from = at;
    uint8_t *to = out;
    int32_t numbers = 0, breaks = 0;
    while (at < limit) {
        // An escape is a byte longer than its text, one with a number five. (Or less, and then it counts for less.)
        int32_t escapes_so_far = (int32_t)(at - from) - (int32_t)(out - to) - 4 * numbers;
        int32_t left = room - (int32_t)(out - to) - (units - 1) * escapes_so_far - (units > 1 ? 2 * breaks : 0);
        text.escapes = escapes_so_far;
        text.out = out;
        if (left < 0) return text;
        if (*at == '"') {
            text.end = at;
            return text;
        }
        if (*at != '\\') {
            if (limit - at < 16) {
                *out++ = *at++;
                continue;
            }
            uint32_t found = copy_and_find(out, at, '\\', '"');
            int32_t plain = found ? __builtin_ctz(found) : 16;
            at += plain;
            out += plain;
            continue;
        }
        // So many more escapes are in the room that is left; near the input's end, they are read one by one.
        int32_t most = left / units + 1, safe = (int32_t)(limit - at - 32) / 22;
        const uint8_t *stop = out + (most < safe ? most : safe);
        while (out < stop) {
            // Control characters are written so; whatever else the host sends, it sends as it is.
            uint32_t digits;
            __builtin_memcpy(&digits, at + 1, 4);
            if ((digits & 0xFEFFFFFF) == 0x30303075) {
                *out++ = (uint8_t)((digits >> 20 & 0x10) | hex_digits[at[5] & 31]);
                at += 6;
                numbers++;
            } else {
                uint8_t plain = escapes[at[1]];
                if (!plain) break;
                *out++ = plain;
                at += 2;
            }
            if (*at == '\\') continue;
            // Few bytes stand between escapes: where they don't, the loop above goes on.
            uint32_t found = copy_and_find(out, at, '\\', '"');
            int32_t count = found ? __builtin_ctz(found) : 16;
            at += count;
            out += count;
            breaks += count > 0;
            if (*at != '\\') break;
        }
        if (*at == '\\' && out >= stop && safe < most) {
            if (limit - at < 2) break;
            if (escapes[at[1]]) {
                *out++ = escapes[at[1]];
                at += 2;
            } else {
                at = unescape_number(at, limit, &out);
                numbers++;
            }
        } else if (*at == '\\' && !escapes[at[1]]) {
            at = unescape_number(at, limit, &out);
            numbers++;
        }
    }
    return text;
}

// The keywords that mean something to the reader of SQL, in the order of Swift's Keyword: the first four letters as a
// number, which of them count, and all of them.
typedef struct {
    uint32_t lead, mask;
    uint8_t count;
    char letters[12];
} keyword;
#define LETTER(WORD, INDEX) (sizeof WORD > (INDEX) + 1 ? (uint32_t)WORD[(INDEX) % sizeof WORD] << 8 * (INDEX) : 0)
#define KEYWORD(WORD) \
    {LETTER(WORD, 0) | LETTER(WORD, 1) | LETTER(WORD, 2) | LETTER(WORD, 3), \
     sizeof WORD == 3 ? 0xFFFF : sizeof WORD == 4 ? 0xFFFFFF : 0xFFFFFFFF, sizeof WORD - 1, WORD}
static const keyword keywords[] = {
    KEYWORD("after"), KEYWORD("all"), KEYWORD("alter"), KEYWORD("analyse"), KEYWORD("analyze"), KEYWORD("as"),
    KEYWORD("before"), KEYWORD("binary"), KEYWORD("by"), KEYWORD("cluster"), KEYWORD("column"), KEYWORD("comment"),
    KEYWORD("commit"), KEYWORD("concurrently"), KEYWORD("copy"), KEYWORD("create"), KEYWORD("default"),
    KEYWORD("delete"), KEYWORD("distinct"), KEYWORD("do"), KEYWORD("drop"), KEYWORD("event"), KEYWORD("except"),
    KEYWORD("exists"), KEYWORD("explain"), KEYWORD("fetch"), KEYWORD("for"), KEYWORD("freeze"), KEYWORD("from"),
    KEYWORD("full"), KEYWORD("global"), KEYWORD("grant"), KEYWORD("group"), KEYWORD("having"), KEYWORD("if"),
    KEYWORD("import"), KEYWORD("in"), KEYWORD("index"), KEYWORD("inherit"), KEYWORD("inherits"), KEYWORD("insert"),
    KEYWORD("intersect"), KEYWORD("into"), KEYWORD("is"), KEYWORD("join"), KEYWORD("key"), KEYWORD("lateral"),
    KEYWORD("left"), KEYWORD("like"), KEYWORD("limit"), KEYWORD("local"), KEYWORD("lock"), KEYWORD("materialized"),
    KEYWORD("merge"), KEYWORD("move"), KEYWORD("nextval"), KEYWORD("not"), KEYWORD("of"), KEYWORD("offset"),
    KEYWORD("on"), KEYWORD("only"), KEYWORD("or"), KEYWORD("order"), KEYWORD("overriding"), KEYWORD("partition"),
    KEYWORD("recursive"), KEYWORD("references"), KEYWORD("refresh"), KEYWORD("reindex"), KEYWORD("returning"),
    KEYWORD("revoke"), KEYWORD("rows"), KEYWORD("security"), KEYWORD("select"), KEYWORD("set"), KEYWORD("setval"),
    KEYWORD("share"), KEYWORD("show"), KEYWORD("statistics"), KEYWORD("table"), KEYWORD("temp"), KEYWORD("temporary"),
    KEYWORD("then"), KEYWORD("to"), KEYWORD("truncate"), KEYWORD("uescape"), KEYWORD("union"), KEYWORD("unlogged"),
    KEYWORD("update"), KEYWORD("using"), KEYWORD("vacuum"), KEYWORD("values"), KEYWORD("verbose"), KEYWORD("view"),
    KEYWORD("when"), KEYWORD("where"), KEYWORD("window"), KEYWORD("with"),
};
enum { KEYWORD_COUNT = sizeof keywords / sizeof *keywords };
// For each letter, where its keywords begin; they end where those of the next begin.
static const uint8_t first_keywords[27] = {0, 6, 9, 16, 21, 25, 30, 33, 34, 44, 45, 46, 52, 55, 57, 64, 65, 65, 72, 79, 85, 90, 94, 98, 98, 98, 98};

uint8_t sql_keyword(const void *place) {
    const uint8_t *word = place;
    uint8_t letter = (word[0] | 32) - 'a';
    if (letter > 25) return KEYWORD_COUNT;
    uint32_t lead;
    __builtin_memcpy(&lead, word, 4);
    lead |= 0x20202020;
    const keyword *row = &keywords[first_keywords[letter]], *end = &keywords[first_keywords[letter + 1]];
    for (; row < end; row++) {
        if ((row->lead ^ lead) & row->mask) continue;
        uint32_t at = 4, count = row->count;
        while (at < count && (word[at] | 32) == row->letters[at]) at++;
        if (at >= count && !(sql_bytes[word[count]] & 1)) return (uint8_t)(row - keywords);
    }
    return KEYWORD_COUNT;
}
