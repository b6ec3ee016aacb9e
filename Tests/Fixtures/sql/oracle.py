#!/usr/bin/env python3
"""What PostgreSQL's own parser (PyPI: pglast) says about SQL: the tables of each text, and whether it can be parsed.

    oracle.py corpus statements.txt        prints the corpus: id, SQL as a JSON string, tables as a JSON array, a note
    oracle.py tables <texts.jsonl          one JSON string a line in, one JSON array a line out ("null": a syntax error)
    oracle.py mutate SEED COUNT <corpus    prints COUNT texts composed of the corpus's at random, with their tables

Tables are the relations that a statement reads, writes or defines and that hold rows: tables, views, foreign tables; and
whatever relation ALTER names: PostgreSQL takes a table in ALTER INDEX … RENAME, too. Not names of common table expressions
where these are in scope, nor other indexes, sequences and types, nor aliases.
"""
import json
import random
import re
import sys

from pglast.parser import ParseError, parse_sql_json

NO_ROWS = {"OBJECT_INDEX", "OBJECT_SEQUENCE", "OBJECT_TYPE", "OBJECT_DOMAIN", "OBJECT_PUBLICATION_NAMESPACE"}
WITH_ROWS = {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"}
PART_OF_TABLE = {"OBJECT_COLUMN", "OBJECT_TABCONSTRAINT", "OBJECT_TRIGGER", "OBJECT_RULE", "OBJECT_POLICY"}
# Statements in which a member named so is what is written: never a common table expression.
TARGETS = {"InsertStmt": "relation", "UpdateStmt": "relation", "DeleteStmt": "relation", "MergeStmt": "relation"}
OTHERS = {"CreateSeqStmt", "CompositeTypeStmt", "AlterTypeStmt"}


def name_of(variable):
    parts = [variable.get(part) for part in ("catalogname", "schemaname", "relname")]
    return ".".join(part for part in parts if part)


def strings(node):
    """The strings in a (qualified) name of the tree: a list of String nodes."""
    return [item["String"].get("sval", "") for item in node.get("List", {}).get("items", []) if "String" in item]


class Walk:
    def __init__(self):
        self.tables = []

    def add(self, name):
        if name and name not in self.tables:
            self.tables.append(name)

    def variable(self, variable, scope):
        if "schemaname" in variable or "catalogname" in variable or variable.get("relname") not in scope:
            self.add(name_of(variable))

    def value(self, value, scope):
        if isinstance(value, list):
            for item in value:
                self.value(item, scope)
        elif isinstance(value, dict):
            for kind, node in value.items():
                self.node(kind, node, scope)

    def node(self, kind, node, scope):
        """A member of the tree: `kind` is a node's type or a member's name; types begin with a capital."""
        if not isinstance(node, (dict, list)) or kind == "lockedRels":
            return
        if isinstance(node, list) or not isinstance(node, dict):
            self.value(node, scope)
            return
        if kind == "RangeVar" or "relname" in node:
            self.variable(node, scope)
            return
        if "withClause" in node:
            clause = node["withClause"]
            expressions = [item["CommonTableExpr"] for item in clause.get("ctes", [])]
            if clause.get("recursive"):
                scope = scope | {expression["ctename"] for expression in expressions}
            for expression in expressions:
                self.value(expression.get("ctequery", {}), scope)
                scope = scope | {expression["ctename"]}
            node = {name: member for name, member in node.items() if name != "withClause"}
        if kind in OTHERS:
            return
        type_of = node.get("objtype") or node.get("removeType") or node.get("renameType") or node.get("objectType")
        if kind == "ReindexStmt" and node.get("kind") == "REINDEX_OBJECT_INDEX":
            return
        if type_of in NO_ROWS and kind == "GrantStmt":
            return
        if kind == "DropStmt":
            for item in node.get("objects", []):
                parts = strings(item)
                if type_of in WITH_ROWS:
                    self.add(".".join(parts))
                elif type_of in PART_OF_TABLE:
                    self.add(".".join(parts[:-1]))
            return
        if kind in ("CommentStmt", "SecLabelStmt"):
            parts = strings(node.get("object", {}))
            if type_of in WITH_ROWS:
                self.add(".".join(parts))
            elif type_of in PART_OF_TABLE:
                self.add(".".join(parts[:-1]))
            return
        if kind == "IntoClause" or kind == "into":
            if "rel" in node:
                self.variable(node["rel"], set())
            self.value({name: member for name, member in node.items() if name != "rel"}, scope)
            return
        target = TARGETS.get(kind)
        for name, member in node.items():
            self.node(name, member, set() if name == target else scope)


def tables(sql):
    """The tables of a text, or None when PostgreSQL cannot parse it."""
    try:
        tree = json.loads(parse_sql_json(sql))
    except (ParseError, ValueError):
        return None
    walk = Walk()
    for statement in tree.get("stmts", []):
        walk.value(statement.get("stmt", {}), set())
    return walk.tables


def statements(path):
    """The texts of a file: separated by lines that begin with %%, which may carry a note."""
    with open(path, encoding="utf-8", newline="") as file:
        parts = re.split(r"^%%(.*)\n", file.read(), flags=re.M)
    return [(parts[index].strip(), parts[index + 1][:-1]) for index in range(1, len(parts), 2)]


def corpus(path):
    for number, (note, sql) in enumerate(statements(path), 1):
        found = tables(sql)
        if found is None:
            note = (note + " syntax error").strip()
        print(f"{number}\t{json.dumps(sql)}\t{json.dumps(found)}\t{note}")


# --- composition -----------------------------------------------------------------------------------------------------

# Cuts a text into what PostgreSQL's scanner would not cut further, space apart.
PIECES = re.compile(
    r"""(?P<comment>--[^\n\r]*|/\*(?:[^*/]|\*(?!/)|/(?!\*))*\*/)|(?P<dollar>\$(?P<tag>[A-Za-z_]\w*)?\$.*?\$(?P=tag)?\$)
    |(?P<string>(?:[eEbBxXnN]|[uU]&)?'(?:[^'\\]|''|\\.)*')|(?P<quoted>(?:[uU]&)?"(?:[^"]|"")*")
    |(?P<word>[A-Za-z_\x80-\U0010FFFF][\w$]*)|(?P<space>\s+)|(?P<number>[0-9][0-9._]*(?:[eE][+-]?[0-9]+)?)|(?P<other>.)""",
    re.S | re.X)
GAPS = [" ", "\n", "\t", "\r\n", "  ", "/**/", "/* from secrets /* , x */ */", "-- from secrets\n", " \f", "--'\n", "/*\"*/"]


def mutated(random_number, sql):
    """The same statement in another dress: case, space, comments, quoted names."""
    out = []
    for piece in PIECES.finditer(sql):
        text, kind = piece.group(), piece.lastgroup
        if kind == "space" and "\n" not in text:
            text = "".join(random_number.choice(GAPS) for _ in range(random_number.randint(1, 2)))
        elif kind == "word":
            choice = random_number.random()
            if choice < 0.15:
                text = text.upper()
            elif choice < 0.3:
                text = text.lower()
            elif choice < 0.4:
                text = "".join(random_number.choice((c.upper(), c.lower())) if c.isascii() else c for c in text)
            elif choice < 0.45 and len(text) > 1:
                text = '"' + text.lower() + '"'
            elif choice < 0.47 and len(text) > 1 and text.isascii():
                text = 'U&"' + "\\%04X" % ord(text[0].lower()) + text[1:].lower() + '"'
        elif kind == "other" and text in ",();." and random_number.random() < 0.3:
            text = random_number.choice(GAPS) + text + random_number.choice(GAPS)
        elif kind == "string" and random_number.random() < 0.2:
            text = random_number.choice(["$$from secrets$$", "$q$ ' $q$", "E'\\' from secrets'", "''''", "'--'", "'/*'"])
        out.append(text)
    return "".join(out)


def mutate(seed, count):
    random_number = random.Random(seed)
    texts = [json.loads(line.split("\t")[1]) for line in sys.stdin if line.split("\t")[2] not in ("null", "[]")]
    wraps = ["{}", "{}", "{}; {}", "select * from ({}) q", "with c1 as ({}) select * from c1, other", "({})", "explain {}",
             "select (({}))", "create table made as {}", "insert into target {}", "prepare p as {}", "{} union all {}",
             "select 1 where exists ({})", "with recursive r as ({} union {}) select * from r join x1 on true",
             "copy ({}) to stdout", "select * from a1 left join lateral ({}) z on true, ({}) y"]
    made = 0
    while made < count:
        wrap = random_number.choice(wraps)
        parts = [mutated(random_number, random_number.choice(texts)) for _ in range(wrap.count("{}"))]
        sql = wrap.format(*parts)
        found = tables(sql)
        if found is None:
            continue
        made += 1
        print(f"{made}\t{json.dumps(sql)}\t{json.dumps(found)}\tseed {seed}")


def main():
    if sys.argv[1] == "corpus":
        corpus(sys.argv[2])
    elif sys.argv[1] == "mutate":
        mutate(int(sys.argv[2]), int(sys.argv[3]))
    else:
        for line in sys.stdin:
            print(json.dumps(tables(json.loads(line))))


if __name__ == "__main__":
    main()
