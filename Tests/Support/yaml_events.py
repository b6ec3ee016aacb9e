"""Prints the events of YAML documents as PyYAML's own parser, which is not libyaml, reports them.

Input: a document a line, its UTF-8 bytes in hexadecimal. Output: an answer a line, the events separated by blanks, or
"error". Scalars are in hexadecimal, places are byte offsets.
"""

import sys

import yaml

STYLES = {None: "plain", "'": "singleQuoted", '"': "doubleQuoted", "|": "literal", ">": "folded"}


def shown(text, event):
    offset = len(text[: event.start_mark.index].encode())
    anchor = getattr(event, "anchor", None) or ""
    tag = getattr(event, "tag", None) or ""
    properties = f"{offset}:{anchor.encode().hex()}:{tag.encode().hex()}"
    match event:
        case yaml.DocumentStartEvent():
            return "+document"
        case yaml.DocumentEndEvent():
            return "-document"
        case yaml.AliasEvent():
            return f"alias:{properties}"
        case yaml.ScalarEvent(value="", style=None):
            return "empty"
        case yaml.ScalarEvent():
            return f"{STYLES[event.style]}:{properties}:{event.value.encode().hex()}"
        case yaml.SequenceStartEvent():
            return f"+sequence:{properties}"
        case yaml.SequenceEndEvent():
            return "-sequence"
        case yaml.MappingStartEvent():
            return f"+mapping:{properties}"
        case yaml.MappingEndEvent():
            return "-mapping"
    return None


for line in sys.stdin:
    try:
        text = bytes.fromhex(line.strip()).decode()
        events = (shown(text, event) for event in yaml.parse(text, Loader=yaml.SafeLoader))
        print(" ".join(event for event in events if event))
    except (yaml.YAMLError, UnicodeDecodeError):
        print("error")
