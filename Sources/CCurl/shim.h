// libcurl's types at compile time, its functions at run time.
//
// Nothing here makes the linker want libcurl: with its two dozen dependencies it would cost every run of the program
// about three milliseconds, and only a download needs it. The functions are looked up with dlopen and dlsym on first
// use.
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>
#include <dlfcn.h>
#include <stddef.h>

typedef CURLcode (*ccurl_setopt_function)(CURL *, CURLoption, ...);
typedef CURLcode (*ccurl_getinfo_function)(CURL *, CURLINFO, ...);
typedef size_t (*ccurl_data_function)(char *, size_t, size_t, void *);

/// The functions of libcurl that the Transfers module calls.
struct ccurl_library {
    CURLcode (*global_init)(long);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *);
    CURLcode (*easy_perform)(CURL *);
    const char *(*easy_strerror)(CURLcode);
    CURLU *(*url)(void);
    void (*url_cleanup)(CURLU *);
    CURLUcode (*url_set)(CURLU *, CURLUPart, const char *, unsigned int);
    CURLUcode (*url_get)(CURLU *, CURLUPart, char **, unsigned int);
    void (*free)(void *);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free_all)(struct curl_slist *);
    void *easy_setopt;
    void *easy_getinfo;
};

/// Loads a library file and looks every function up; 0, or -1 with the reason in dlerror().
static inline int ccurl_load(const char *file, struct ccurl_library *library) {
    void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return -1;
#define CCURL_LOOK_UP(field, symbol) \
    if ((*(void **)&library->field = dlsym(handle, symbol)) == NULL) return -1
    CCURL_LOOK_UP(global_init, "curl_global_init");
    CCURL_LOOK_UP(easy_init, "curl_easy_init");
    CCURL_LOOK_UP(easy_cleanup, "curl_easy_cleanup");
    CCURL_LOOK_UP(easy_perform, "curl_easy_perform");
    CCURL_LOOK_UP(easy_strerror, "curl_easy_strerror");
    CCURL_LOOK_UP(url, "curl_url");
    CCURL_LOOK_UP(url_cleanup, "curl_url_cleanup");
    CCURL_LOOK_UP(url_set, "curl_url_set");
    CCURL_LOOK_UP(url_get, "curl_url_get");
    CCURL_LOOK_UP(free, "curl_free");
    CCURL_LOOK_UP(slist_append, "curl_slist_append");
    CCURL_LOOK_UP(slist_free_all, "curl_slist_free_all");
    CCURL_LOOK_UP(easy_setopt, "curl_easy_setopt");
    CCURL_LOOK_UP(easy_getinfo, "curl_easy_getinfo");
#undef CCURL_LOOK_UP
    return 0;
}

/// curl_easy_setopt for options that take a long.
static inline CURLcode ccurl_set_long(void *setopt, CURL *handle, CURLoption option, long value) {
    return ((ccurl_setopt_function)setopt)(handle, option, value);
}

/// curl_easy_setopt for options that take a string, which libcurl copies, or NULL.
static inline CURLcode ccurl_set_string(void *setopt, CURL *handle, CURLoption option, const char *value) {
    return ((ccurl_setopt_function)setopt)(handle, option, value);
}

/// Allows http and https only. libcurl before 7.85 knows the older option only, a set of bits.
static inline CURLcode ccurl_set_protocols(void *setopt, CURL *handle) {
    CURLcode code = ((ccurl_setopt_function)setopt)(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    if (code == CURLE_UNKNOWN_OPTION) {
        const CURLoption protocols = (CURLoption)181;
        code = ((ccurl_setopt_function)setopt)(handle, protocols, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    }
    return code;
}

/// curl_easy_setopt for options that take a pointer that stays the caller's.
static inline CURLcode ccurl_set_pointer(void *setopt, CURL *handle, CURLoption option, void *value) {
    return ((ccurl_setopt_function)setopt)(handle, option, value);
}

/// curl_easy_setopt for the headers of a request, which stay the caller's; NULL for none.
static inline CURLcode ccurl_set_headers(void *setopt, CURL *handle, struct curl_slist *list) {
    return ((ccurl_setopt_function)setopt)(handle, CURLOPT_HTTPHEADER, list);
}

/// Sets the body of a request, which stays the caller's: its bytes and how many.
static inline CURLcode ccurl_set_body(void *setopt, CURL *handle, const void *bytes, size_t count) {
    CURLcode code = ((ccurl_setopt_function)setopt)(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    if (code != CURLE_OK) return code;
    return ((ccurl_setopt_function)setopt)(handle, CURLOPT_POSTFIELDS, bytes);
}

/// curl_easy_setopt for the body and header callbacks.
static inline CURLcode ccurl_set_function(void *setopt, CURL *handle, CURLoption option, ccurl_data_function value) {
    return ((ccurl_setopt_function)setopt)(handle, option, value);
}

typedef int (*ccurl_progress_function)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

/// curl_easy_setopt for the callback that libcurl asks about once a second whether to go on.
static inline CURLcode ccurl_set_progress(void *setopt, CURL *handle, ccurl_progress_function value) {
    return ((ccurl_setopt_function)setopt)(handle, CURLOPT_XFERINFOFUNCTION, value);
}

/// curl_easy_getinfo for values that are a long.
static inline CURLcode ccurl_get_long(void *getinfo, CURL *handle, CURLINFO info, long *value) {
    return ((ccurl_getinfo_function)getinfo)(handle, info, value);
}

/// curl_easy_getinfo for values that are a curl_off_t.
static inline CURLcode ccurl_get_size(void *getinfo, CURL *handle, CURLINFO info, curl_off_t *value) {
    return ((ccurl_getinfo_function)getinfo)(handle, info, value);
}

/// curl_easy_getinfo for values that are a string, which stays libcurl's.
static inline CURLcode ccurl_get_string(void *getinfo, CURL *handle, CURLINFO info, char **value) {
    return ((ccurl_getinfo_function)getinfo)(handle, info, value);
}

#endif
