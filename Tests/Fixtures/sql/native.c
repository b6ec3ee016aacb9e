// Runs a plugin's pre_query hook natively: an input a line on standard input, its answer a line on standard output. Each
// input lies in memory of just its size, so that AddressSanitizer notices what reads beyond.
#define _POSIX_C_SOURCE 200809L
#include "sdk/plugin.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *plugin_host_take(size_t size);
char *plugin_host_take(size_t size)
{
    char *const memory = malloc(size);
    if (!memory && size > 0) abort();
    return memory;
}

int32_t plugin_host_kv_get(const char *key, size_t key_size, char *out, int32_t room);
int32_t plugin_host_kv_get(const char *key, size_t key_size, char *out, int32_t room)
{
    (void)key, (void)key_size, (void)out, (void)room;
    return -1;
}

int32_t plugin_host_kv_set(const char *key, size_t key_size, const char *value, size_t size);
int32_t plugin_host_kv_set(const char *key, size_t key_size, const char *value, size_t size)
{
    (void)key, (void)key_size, (void)value, (void)size;
    return -1;
}

int32_t plugin_host_kv_delete(const char *key, size_t key_size);
int32_t plugin_host_kv_delete(const char *key, size_t key_size)
{
    (void)key, (void)key_size;
    return -1;
}

int32_t plugin_host_sha256_hex(const char *input, size_t size, char *out);
int32_t plugin_host_sha256_hex(const char *input, size_t size, char *out)
{
    (void)input, (void)size, (void)out;
    return -1;
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    for (ssize_t size; (size = getline(&line, &room, stdin)) > 0;) {
        if (line[size - 1] == '\n') size--;
        char *const input = malloc((size_t)size);
        if (!input) return 1;
        memcpy(input, line, (size_t)size);
        const PluginText answer = plugin_answer_pre_query(input, (size_t)size);
        fwrite(answer.bytes, 1, answer.size, stdout);
        putchar('\n');
        free(input);
    }
    free(line);
    return 0;
}
