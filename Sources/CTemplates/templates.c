// Made by Scripts/embed-templates; do not edit. The bytes come from Templates/ at each build (C23 #embed).
#include "CTemplates.h"

static const unsigned char file_0[] = {
#embed "../../Templates/c/files/plugin.c.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_1[] = {
#embed "../../Templates/c/files/plugin.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_2[] = {
#embed "../../Templates/c/files/sdk/plugin.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_3[] = {
#embed "../../Templates/c/files/sdk/plugin.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_4[] = {
#embed "../../Templates/swift/files/.gitignore.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_5[] = {
#embed "../../Templates/swift/files/Package.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_6[] = {
#embed "../../Templates/swift/files/README.md.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_7[] = {
#embed "../../Templates/swift/files/Sources/CPluginABI/include/CPluginABI.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_8[] = {
#embed "../../Templates/swift/files/Sources/CPluginABI/native.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_9[] = {
#embed "../../Templates/swift/files/Sources/CPluginABI/runtime.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_10[] = {
#embed "../../Templates/swift/files/Sources/Plugin/Exports.swift.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_11[] = {
#embed "../../Templates/swift/files/Sources/Plugin/Plugin.swift.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_12[] = {
#embed "../../Templates/swift/files/Sources/Plugin/main.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_13[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Answers.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_14[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Events.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_15[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Fixtures.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_16[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Hooks.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_17[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Host.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_18[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/JSON.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_19[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/JSONWriter.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_20[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Memory.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_21[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/SQL.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_22[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Text.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_23[] = {
#embed "../../Templates/swift/files/Tests/PluginSDKTests/HookTests.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_24[] = {
#embed "../../Templates/swift/files/Tests/PluginSDKTests/TextTests.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_25[] = {
#embed "../../Templates/swift/files/Tests/PluginTests/PluginTests.swift.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_26[] = {
#embed "../../Templates/swift/files/cases/hooks.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_27[] = {
#embed "../../Templates/swift/files/plugin.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_28[] = {
#embed "../../Templates/swift/files/toolset.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_29[] = {
#embed "../../Templates/swift/template.yaml" suffix(, 0) if_empty(0)
};

static const pdk_template_file files[] = {
    {"c/files/plugin.c.mustache", file_0, sizeof file_0 - 1},
    {"c/files/plugin.yaml.mustache", file_1, sizeof file_1 - 1},
    {"c/files/sdk/plugin.c", file_2, sizeof file_2 - 1},
    {"c/files/sdk/plugin.h", file_3, sizeof file_3 - 1},
    {"swift/files/.gitignore.mustache", file_4, sizeof file_4 - 1},
    {"swift/files/Package.swift", file_5, sizeof file_5 - 1},
    {"swift/files/README.md.mustache", file_6, sizeof file_6 - 1},
    {"swift/files/Sources/CPluginABI/include/CPluginABI.h", file_7, sizeof file_7 - 1},
    {"swift/files/Sources/CPluginABI/native.c", file_8, sizeof file_8 - 1},
    {"swift/files/Sources/CPluginABI/runtime.c", file_9, sizeof file_9 - 1},
    {"swift/files/Sources/Plugin/Exports.swift.mustache", file_10, sizeof file_10 - 1},
    {"swift/files/Sources/Plugin/Plugin.swift.mustache", file_11, sizeof file_11 - 1},
    {"swift/files/Sources/Plugin/main.swift", file_12, sizeof file_12 - 1},
    {"swift/files/Sources/PluginSDK/Answers.swift", file_13, sizeof file_13 - 1},
    {"swift/files/Sources/PluginSDK/Events.swift", file_14, sizeof file_14 - 1},
    {"swift/files/Sources/PluginSDK/Fixtures.swift", file_15, sizeof file_15 - 1},
    {"swift/files/Sources/PluginSDK/Hooks.swift", file_16, sizeof file_16 - 1},
    {"swift/files/Sources/PluginSDK/Host.swift", file_17, sizeof file_17 - 1},
    {"swift/files/Sources/PluginSDK/JSON.swift", file_18, sizeof file_18 - 1},
    {"swift/files/Sources/PluginSDK/JSONWriter.swift", file_19, sizeof file_19 - 1},
    {"swift/files/Sources/PluginSDK/Memory.swift", file_20, sizeof file_20 - 1},
    {"swift/files/Sources/PluginSDK/SQL.swift", file_21, sizeof file_21 - 1},
    {"swift/files/Sources/PluginSDK/Text.swift", file_22, sizeof file_22 - 1},
    {"swift/files/Tests/PluginSDKTests/HookTests.swift", file_23, sizeof file_23 - 1},
    {"swift/files/Tests/PluginSDKTests/TextTests.swift", file_24, sizeof file_24 - 1},
    {"swift/files/Tests/PluginTests/PluginTests.swift.mustache", file_25, sizeof file_25 - 1},
    {"swift/files/cases/hooks.yaml.mustache", file_26, sizeof file_26 - 1},
    {"swift/files/plugin.yaml.mustache", file_27, sizeof file_27 - 1},
    {"swift/files/toolset.json", file_28, sizeof file_28 - 1},
    {"swift/template.yaml", file_29, sizeof file_29 - 1},
};

size_t pdk_template_count(void) { return sizeof files / sizeof files[0]; }

const pdk_template_file *pdk_template_at(size_t index) { return &files[index]; }
