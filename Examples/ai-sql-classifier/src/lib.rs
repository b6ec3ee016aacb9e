//! Classifies the SQL that language models write, and lets through what operators allow.
//!
//! A client that lets a model write SQL says so in a comment at the beginning, `/* ai */`. Each
//! such text gets the class of its worst statement. What the store holds decides:
//!
//! - `action/CLASS`: `allow` or `block`. Without it lookups, scans and changes are allowed.
//! - `sensitive`: tables that no model may use, separated by commas.
//! - `who`: `all` to classify every query, labelled or not.
//! - `seen/CLASS`: how many there were, counted here.

use plugin_sdk::sql::{self, TokenKind};
use plugin_sdk::{join, kv, pre_query, split, Examination, Query, QueryDecision};

/// How much SQL is classified. Every token is looked at, and 3,072 tokens of one byte each take most
/// of a call's fuel; what is larger is of the class `unknown`.
const EXAMINED_BYTES: usize = 3_072;

/// What a text does, from the harmless to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// Reads with a condition or a limit.
    Lookup,
    /// Reads all rows of a table.
    Scan,
    /// Writes rows that it names or that a condition chooses.
    Change,
    /// Writes or deletes all rows of a table.
    Bulk,
    /// Creates, alters or drops, changes permissions, or runs what nobody can see.
    Definition,
    /// Uses a table that operators keep from models.
    Sensitive,
    /// Cannot be examined.
    Unknown,
}

impl Class {
    fn name(self) -> &'static str {
        match self {
            Class::Lookup => "lookup",
            Class::Scan => "scan",
            Class::Change => "change",
            Class::Bulk => "bulk",
            Class::Definition => "definition",
            Class::Sensitive => "sensitive",
            Class::Unknown => "unknown",
        }
    }

    /// What happens to the class when the store says nothing.
    fn is_allowed(self) -> bool {
        self <= Class::Change
    }
}

pre_query!(judge);

fn judge(query: &Query) -> QueryDecision {
    let text = query.sql().text_up_to(EXAMINED_BYTES);
    // A label at the beginning of what is too large cannot be read: that counts as labelled.
    let is_labelled = text.map_or(true, is_labelled);
    if !is_labelled && kv::get_text("who").as_deref() != Some("all") {
        return QueryDecision::Continue;
    }
    let sensitive = kv::get_text("sensitive").unwrap_or_default();
    let class = text.map_or(Class::Unknown, |text| classify(text, &sensitive));
    // A full store counts no more, and that is no reason to refuse anything.
    let _ = kv::add(join(&["seen/", class.name()], ""), 1);
    let is_allowed = match kv::get_text(join(&["action/", class.name()], "")).as_deref() {
        Some("allow") => true,
        Some(_) => false,
        None => class.is_allowed(),
    };
    if is_allowed {
        return QueryDecision::Continue;
    }
    QueryDecision::block(join(&["SQL of the class ", class.name(), " is not for models"], ""))
}

/// Whether the text begins with the comment `/* ai */`.
fn is_labelled(text: &str) -> bool {
    let comment = text.trim_start().strip_prefix("/*");
    comment.map_or(false, |comment| {
        comment.trim_start().strip_prefix("ai").map_or(false, |rest| {
            let rest = rest.trim_start();
            rest.starts_with("*/") || rest.starts_with(':')
        })
    })
}

/// The class of a text: that of its worst statement.
fn classify(text: &str, sensitive: &str) -> Class {
    let mut tables = sql::tables(text, EXAMINED_BYTES);
    let mut class = Class::Lookup;
    for table in &mut tables {
        if split(sensitive, ",").any(|name| !name.trim().is_empty() && table.is(name.trim())) {
            class = Class::Sensitive;
        }
    }
    if tables.examination() != Examination::Complete {
        return Class::Unknown;
    }
    class.max(worst_statement(text))
}

/// What is known of a statement while it is read.
#[derive(Clone, Copy, Default)]
struct Statement {
    class: Option<Class>,
    /// UPDATE or DELETE, for which a condition makes the difference.
    chooses: bool,
    /// FROM, on its own level.
    has_from: bool,
    /// WHERE, LIMIT or FETCH, on its own level.
    is_bounded: bool,
}

impl Statement {
    fn begin(&mut self, word: &str) {
        let is = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
        self.chooses = is(&["update", "delete"]);
        self.class = Some(if is(&["select", "values", "table", "show", "with", "explain"]) {
            Class::Lookup
        } else if is(&["insert", "update", "delete", "merge"]) {
            Class::Change
        } else if is(&["truncate"]) {
            Class::Bulk
        } else if is(&["begin", "start", "commit", "end", "rollback", "savepoint", "release"]) {
            Class::Lookup
        } else {
            Class::Definition
        });
        // TABLE x reads all of it.
        self.has_from = is(&["table"]);
    }

    /// A word behind the first one: WITH and EXPLAIN may lead to a change.
    fn read(&mut self, word: &str, depth: usize) {
        let is = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
        if is(&["insert", "update", "delete", "merge", "into"]) {
            self.class = self.class.max(Some(Class::Change));
            self.chooses |= depth == 0 && is(&["update", "delete"]);
        }
        if depth == 0 {
            self.has_from |= is(&["from"]);
            self.is_bounded |= is(&["where", "limit", "fetch"]);
        }
    }

    fn end(self) -> Class {
        match self.class {
            None => Class::Lookup,
            Some(Class::Lookup) if self.has_from && !self.is_bounded => Class::Scan,
            Some(Class::Change) if self.chooses && !self.is_bounded => Class::Bulk,
            Some(class) => class,
        }
    }
}

fn worst_statement(text: &str) -> Class {
    let mut worst = Class::Lookup;
    let mut statement = Statement::default();
    let mut depth = 0usize;
    let mut is_after_dot = false;
    for token in sql::tokens(text) {
        match (token.kind, token.text) {
            (TokenKind::Symbol, "(") => depth += 1,
            (TokenKind::Symbol, ")") => depth = depth.saturating_sub(1),
            (TokenKind::Symbol, ";") => {
                worst = worst.max(statement.end());
                statement = Statement::default();
                depth = 0;
            }
            (TokenKind::Word, word) if statement.class.is_none() => statement.begin(word),
            (TokenKind::Word, word) if !is_after_dot => statement.read(word, depth),
            _ => (),
        }
        is_after_dot = token.text == ".";
    }
    worst.max(statement.end())
}

#[cfg(test)]
mod tests;
