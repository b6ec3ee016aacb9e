// What Swift calls: the C guest library, which reads JSON and SQL for every language, and a few functions that Swift
// needs beside it.
#pragma once
#include "plugin.h"

// The first byte at or after `at` that is `a` or `b`; `end` when there is none.
const char *plugin_find(const char *at, const char *end, char a, char b);

// The member of this name of an object; with `fold`, A to Z are a to z.
PluginField plugin_member(PluginField object, PluginText name, bool fold);
// The whole number that a value is; 0 for any other.
int64_t plugin_number(PluginField field);
bool plugin_is_true(PluginField field);

// A walk over the tables of a query or of some SQL, in memory that stays. (Swift would copy the walk bit by bit.)
PluginTables *plugin_walk_query(const PluginQuery *query, size_t limit);
PluginTables *plugin_walk_sql(PluginText sql, size_t limit);
// plugin_tables_next for whoever keeps each table: that has its price, too.
bool plugin_walk_next(PluginTables *tables, PluginTable *table);

#ifndef __wasm__
// Empties this thread's store, which stands in for the host's under `swift test`.
void plugin_host_clear(void);
#endif
