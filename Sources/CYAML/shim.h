// The event parser of libyaml, with accessors for what its events keep in unions.
#ifndef CYAML_SHIM_H
#define CYAML_SHIM_H

#include <stddef.h>
#include <yaml.h>

/// The name behind `&` or `*`; NULL where there is none.
static inline const char *cyaml_anchor(const yaml_event_t *event) {
    switch (event->type) {
    case YAML_ALIAS_EVENT: return (const char *)event->data.alias.anchor;
    case YAML_SCALAR_EVENT: return (const char *)event->data.scalar.anchor;
    case YAML_SEQUENCE_START_EVENT: return (const char *)event->data.sequence_start.anchor;
    case YAML_MAPPING_START_EVENT: return (const char *)event->data.mapping_start.anchor;
    default: return NULL;
    }
}

/// The whole tag; NULL where there is none.
static inline const char *cyaml_tag(const yaml_event_t *event) {
    switch (event->type) {
    case YAML_SCALAR_EVENT: return (const char *)event->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT: return (const char *)event->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT: return (const char *)event->data.mapping_start.tag;
    default: return NULL;
    }
}

/// The bytes of a scalar, UTF-8 without a NUL at the end.
static inline const unsigned char *cyaml_text(const yaml_event_t *event) { return event->data.scalar.value; }

/// How many bytes a scalar has.
static inline size_t cyaml_length(const yaml_event_t *event) { return event->data.scalar.length; }

/// How a scalar is written.
static inline yaml_scalar_style_t cyaml_style(const yaml_event_t *event) { return event->data.scalar.style; }

#endif
