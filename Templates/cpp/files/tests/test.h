// A small runner: each test is a function, and what it expects is counted.
#ifndef TEST_H
#define TEST_H

#include "../sdk/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

// Notes a failure, and goes on.
#define EXPECT(condition) test_expect((condition), #condition, __FILE__, __LINE__)
// The same for two texts, which are shown.
#define EXPECT_TEXT(actual, expected) \
    test_expect_text(PLUGIN_AS_TEXT(actual), PLUGIN_AS_TEXT(expected), #actual, __FILE__, __LINE__)

void test_expect(bool holds, const char *what, const char *file, int line);
void test_expect_text(PluginText actual, PluginText expected, const char *what, const char *file, int line);

// Takes back all memory and empties the store; done before each test.
void test_reset(void);

// A query as the host sends it, in memory of just its size.
PluginText test_query(const char *sql);

void sdk_tests(void (*run)(const char *name, void (*test)(void)));
void plugin_tests(void (*run)(const char *name, void (*test)(void)));

#ifdef __cplusplus
}
#endif

#endif
