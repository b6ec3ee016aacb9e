#pragma once
#include <stddef.h>

// A file of Templates/, part of the program.
typedef struct {
    const char *path; // relative to Templates/
    const unsigned char *bytes;
    size_t size;
} pdk_template_file;

size_t pdk_template_count(void);
// `index` is less than pdk_template_count().
const pdk_template_file *pdk_template_at(size_t index);
