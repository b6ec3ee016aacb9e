// Made by Scripts/embed-templates; do not edit. The bytes come from Templates/ at each build (C23 #embed).
#include "CTemplates.h"

static const unsigned char file_0[] = {
#embed "../../Templates/c/files/.gitignore.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_1[] = {
#embed "../../Templates/c/files/README.md.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_2[] = {
#embed "../../Templates/c/files/cases/hooks.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_3[] = {
#embed "../../Templates/c/files/plugin.c.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_4[] = {
#embed "../../Templates/c/files/plugin.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_5[] = {
#embed "../../Templates/c/files/sdk/plugin.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_6[] = {
#embed "../../Templates/c/files/sdk/plugin.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_7[] = {
#embed "../../Templates/c/template.yaml" suffix(, 0) if_empty(0)
};

static const unsigned char file_8[] = {
#embed "../../Templates/rust/files/.cargo/config.toml" suffix(, 0) if_empty(0)
};

static const unsigned char file_9[] = {
#embed "../../Templates/rust/files/.gitignore.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_10[] = {
#embed "../../Templates/rust/files/Cargo.toml" suffix(, 0) if_empty(0)
};

static const unsigned char file_11[] = {
#embed "../../Templates/rust/files/README.md.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_12[] = {
#embed "../../Templates/rust/files/cases/hooks.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_13[] = {
#embed "../../Templates/rust/files/plugin.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_14[] = {
#embed "../../Templates/rust/files/sdk/Cargo.toml" suffix(, 0) if_empty(0)
};

static const unsigned char file_15[] = {
#embed "../../Templates/rust/files/sdk/src/abi.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_16[] = {
#embed "../../Templates/rust/files/sdk/src/answers.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_17[] = {
#embed "../../Templates/rust/files/sdk/src/events.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_18[] = {
#embed "../../Templates/rust/files/sdk/src/json.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_19[] = {
#embed "../../Templates/rust/files/sdk/src/kv.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_20[] = {
#embed "../../Templates/rust/files/sdk/src/lib.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_21[] = {
#embed "../../Templates/rust/files/sdk/src/memory.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_22[] = {
#embed "../../Templates/rust/files/sdk/src/native.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_23[] = {
#embed "../../Templates/rust/files/sdk/src/sql.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_24[] = {
#embed "../../Templates/rust/files/sdk/src/testing.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_25[] = {
#embed "../../Templates/rust/files/sdk/src/text.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_26[] = {
#embed "../../Templates/rust/files/src/lib.rs.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_27[] = {
#embed "../../Templates/rust/files/src/tests.rs.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_28[] = {
#embed "../../Templates/rust/template.yaml" suffix(, 0) if_empty(0)
};

static const unsigned char file_29[] = {
#embed "../../Templates/swift/files/.gitignore.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_30[] = {
#embed "../../Templates/swift/files/Package.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_31[] = {
#embed "../../Templates/swift/files/README.md.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_32[] = {
#embed "../../Templates/swift/files/Sources/CPluginABI/include/CPluginABI.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_33[] = {
#embed "../../Templates/swift/files/Sources/CPluginABI/native.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_34[] = {
#embed "../../Templates/swift/files/Sources/CPluginABI/runtime.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_35[] = {
#embed "../../Templates/swift/files/Sources/Plugin/Exports.swift.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_36[] = {
#embed "../../Templates/swift/files/Sources/Plugin/Plugin.swift.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_37[] = {
#embed "../../Templates/swift/files/Sources/Plugin/main.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_38[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Answers.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_39[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Events.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_40[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Fixtures.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_41[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Hooks.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_42[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Host.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_43[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/JSON.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_44[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/JSONWriter.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_45[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Memory.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_46[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/SQL.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_47[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Text.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_48[] = {
#embed "../../Templates/swift/files/Tests/PluginSDKTests/HookTests.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_49[] = {
#embed "../../Templates/swift/files/Tests/PluginSDKTests/TextTests.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_50[] = {
#embed "../../Templates/swift/files/Tests/PluginTests/PluginTests.swift.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_51[] = {
#embed "../../Templates/swift/files/cases/hooks.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_52[] = {
#embed "../../Templates/swift/files/plugin.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_53[] = {
#embed "../../Templates/swift/files/toolset.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_54[] = {
#embed "../../Templates/swift/template.yaml" suffix(, 0) if_empty(0)
};

static const pdk_template_file files[] = {
    {"c/files/.gitignore.mustache", file_0, sizeof file_0 - 1},
    {"c/files/README.md.mustache", file_1, sizeof file_1 - 1},
    {"c/files/cases/hooks.yaml.mustache", file_2, sizeof file_2 - 1},
    {"c/files/plugin.c.mustache", file_3, sizeof file_3 - 1},
    {"c/files/plugin.yaml.mustache", file_4, sizeof file_4 - 1},
    {"c/files/sdk/plugin.c", file_5, sizeof file_5 - 1},
    {"c/files/sdk/plugin.h", file_6, sizeof file_6 - 1},
    {"c/template.yaml", file_7, sizeof file_7 - 1},
    {"rust/files/.cargo/config.toml", file_8, sizeof file_8 - 1},
    {"rust/files/.gitignore.mustache", file_9, sizeof file_9 - 1},
    {"rust/files/Cargo.toml", file_10, sizeof file_10 - 1},
    {"rust/files/README.md.mustache", file_11, sizeof file_11 - 1},
    {"rust/files/cases/hooks.yaml.mustache", file_12, sizeof file_12 - 1},
    {"rust/files/plugin.yaml.mustache", file_13, sizeof file_13 - 1},
    {"rust/files/sdk/Cargo.toml", file_14, sizeof file_14 - 1},
    {"rust/files/sdk/src/abi.rs", file_15, sizeof file_15 - 1},
    {"rust/files/sdk/src/answers.rs", file_16, sizeof file_16 - 1},
    {"rust/files/sdk/src/events.rs", file_17, sizeof file_17 - 1},
    {"rust/files/sdk/src/json.rs", file_18, sizeof file_18 - 1},
    {"rust/files/sdk/src/kv.rs", file_19, sizeof file_19 - 1},
    {"rust/files/sdk/src/lib.rs", file_20, sizeof file_20 - 1},
    {"rust/files/sdk/src/memory.rs", file_21, sizeof file_21 - 1},
    {"rust/files/sdk/src/native.rs", file_22, sizeof file_22 - 1},
    {"rust/files/sdk/src/sql.rs", file_23, sizeof file_23 - 1},
    {"rust/files/sdk/src/testing.rs", file_24, sizeof file_24 - 1},
    {"rust/files/sdk/src/text.rs", file_25, sizeof file_25 - 1},
    {"rust/files/src/lib.rs.mustache", file_26, sizeof file_26 - 1},
    {"rust/files/src/tests.rs.mustache", file_27, sizeof file_27 - 1},
    {"rust/template.yaml", file_28, sizeof file_28 - 1},
    {"swift/files/.gitignore.mustache", file_29, sizeof file_29 - 1},
    {"swift/files/Package.swift", file_30, sizeof file_30 - 1},
    {"swift/files/README.md.mustache", file_31, sizeof file_31 - 1},
    {"swift/files/Sources/CPluginABI/include/CPluginABI.h", file_32, sizeof file_32 - 1},
    {"swift/files/Sources/CPluginABI/native.c", file_33, sizeof file_33 - 1},
    {"swift/files/Sources/CPluginABI/runtime.c", file_34, sizeof file_34 - 1},
    {"swift/files/Sources/Plugin/Exports.swift.mustache", file_35, sizeof file_35 - 1},
    {"swift/files/Sources/Plugin/Plugin.swift.mustache", file_36, sizeof file_36 - 1},
    {"swift/files/Sources/Plugin/main.swift", file_37, sizeof file_37 - 1},
    {"swift/files/Sources/PluginSDK/Answers.swift", file_38, sizeof file_38 - 1},
    {"swift/files/Sources/PluginSDK/Events.swift", file_39, sizeof file_39 - 1},
    {"swift/files/Sources/PluginSDK/Fixtures.swift", file_40, sizeof file_40 - 1},
    {"swift/files/Sources/PluginSDK/Hooks.swift", file_41, sizeof file_41 - 1},
    {"swift/files/Sources/PluginSDK/Host.swift", file_42, sizeof file_42 - 1},
    {"swift/files/Sources/PluginSDK/JSON.swift", file_43, sizeof file_43 - 1},
    {"swift/files/Sources/PluginSDK/JSONWriter.swift", file_44, sizeof file_44 - 1},
    {"swift/files/Sources/PluginSDK/Memory.swift", file_45, sizeof file_45 - 1},
    {"swift/files/Sources/PluginSDK/SQL.swift", file_46, sizeof file_46 - 1},
    {"swift/files/Sources/PluginSDK/Text.swift", file_47, sizeof file_47 - 1},
    {"swift/files/Tests/PluginSDKTests/HookTests.swift", file_48, sizeof file_48 - 1},
    {"swift/files/Tests/PluginSDKTests/TextTests.swift", file_49, sizeof file_49 - 1},
    {"swift/files/Tests/PluginTests/PluginTests.swift.mustache", file_50, sizeof file_50 - 1},
    {"swift/files/cases/hooks.yaml.mustache", file_51, sizeof file_51 - 1},
    {"swift/files/plugin.yaml.mustache", file_52, sizeof file_52 - 1},
    {"swift/files/toolset.json", file_53, sizeof file_53 - 1},
    {"swift/template.yaml", file_54, sizeof file_54 - 1},
};

size_t pdk_template_count(void) { return sizeof files / sizeof files[0]; }

const pdk_template_file *pdk_template_at(size_t index) { return &files[index]; }
