// Made by Scripts/embed-templates; do not edit. The bytes come from Templates/ at each build (C23 #embed).
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CTemplates.h"

static const unsigned char file_0[] = {
#embed "../../Templates/c/files/.clang-format" suffix(, 0) if_empty(0)
};

static const unsigned char file_1[] = {
#embed "../../Templates/c/files/.gitignore.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_2[] = {
#embed "../../Templates/c/files/README.md.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_3[] = {
#embed "../../Templates/c/files/cases/hooks.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_4[] = {
#embed "../../Templates/c/files/plugin.c.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_5[] = {
#embed "../../Templates/c/files/plugin.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_6[] = {
#embed "../../Templates/c/files/sdk/guest.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_7[] = {
#embed "../../Templates/c/files/sdk/internal.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_8[] = {
#embed "../../Templates/c/files/sdk/plugin.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_9[] = {
#embed "../../Templates/c/files/sdk/sql.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_10[] = {
#embed "../../Templates/c/files/tests/main.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_11[] = {
#embed "../../Templates/c/files/tests/plugin_test.c.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_12[] = {
#embed "../../Templates/c/files/tests/run.sh" suffix(, 0) if_empty(0)
};

static const unsigned char file_13[] = {
#embed "../../Templates/c/files/tests/sdk_test.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_14[] = {
#embed "../../Templates/c/files/tests/test.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_15[] = {
#embed "../../Templates/c/template.yaml" suffix(, 0) if_empty(0)
};

static const unsigned char file_16[] = {
#embed "../../Templates/common/files/.editorconfig" suffix(, 0) if_empty(0)
};

static const unsigned char file_17[] = {
#embed "../../Templates/common/files/.gitattributes" suffix(, 0) if_empty(0)
};

static const unsigned char file_18[] = {
#embed "../../Templates/common/files/.github/setup.sh.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_19[] = {
#embed "../../Templates/common/files/.github/workflows/plugin.yml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_20[] = {
#embed "../../Templates/common/files/.vscode/extensions.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_21[] = {
#embed "../../Templates/common/files/.vscode/schemas/cases.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_22[] = {
#embed "../../Templates/common/files/.vscode/schemas/plugin.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_23[] = {
#embed "../../Templates/common/files/.vscode/settings.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_24[] = {
#embed "../../Templates/common/files/.vscode/tasks.json.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_25[] = {
#embed "../../Templates/common/files/CHANGELOG.md.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_26[] = {
#embed "../../Templates/common/files/ci.sh.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_27[] = {
#embed "../../Templates/cpp/files/.clang-format" suffix(, 0) if_empty(0)
};

static const unsigned char file_28[] = {
#embed "../../Templates/cpp/files/.gitignore.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_29[] = {
#embed "../../Templates/cpp/files/README.md.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_30[] = {
#embed "../../Templates/cpp/files/cases/hooks.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_31[] = {
#embed "../../Templates/cpp/files/plugin.cpp.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_32[] = {
#embed "../../Templates/cpp/files/plugin.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_33[] = {
#embed "../../Templates/cpp/files/sdk/guest.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_34[] = {
#embed "../../Templates/cpp/files/sdk/internal.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_35[] = {
#embed "../../Templates/cpp/files/sdk/plugin.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_36[] = {
#embed "../../Templates/cpp/files/sdk/plugin.hpp" suffix(, 0) if_empty(0)
};

static const unsigned char file_37[] = {
#embed "../../Templates/cpp/files/sdk/sql.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_38[] = {
#embed "../../Templates/cpp/files/tests/main.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_39[] = {
#embed "../../Templates/cpp/files/tests/plugin_test.cpp.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_40[] = {
#embed "../../Templates/cpp/files/tests/run.sh" suffix(, 0) if_empty(0)
};

static const unsigned char file_41[] = {
#embed "../../Templates/cpp/files/tests/sdk_test.cpp" suffix(, 0) if_empty(0)
};

static const unsigned char file_42[] = {
#embed "../../Templates/cpp/files/tests/test.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_43[] = {
#embed "../../Templates/cpp/template.yaml" suffix(, 0) if_empty(0)
};

static const unsigned char file_44[] = {
#embed "../../Templates/rust/files/.cargo/config.toml" suffix(, 0) if_empty(0)
};

static const unsigned char file_45[] = {
#embed "../../Templates/rust/files/.gitignore.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_46[] = {
#embed "../../Templates/rust/files/Cargo.toml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_47[] = {
#embed "../../Templates/rust/files/README.md.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_48[] = {
#embed "../../Templates/rust/files/cases/hooks.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_49[] = {
#embed "../../Templates/rust/files/plugin.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_50[] = {
#embed "../../Templates/rust/files/rustfmt.toml" suffix(, 0) if_empty(0)
};

static const unsigned char file_51[] = {
#embed "../../Templates/rust/files/sdk/Cargo.toml" suffix(, 0) if_empty(0)
};

static const unsigned char file_52[] = {
#embed "../../Templates/rust/files/sdk/src/abi.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_53[] = {
#embed "../../Templates/rust/files/sdk/src/bytes.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_54[] = {
#embed "../../Templates/rust/files/sdk/src/decisions.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_55[] = {
#embed "../../Templates/rust/files/sdk/src/events.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_56[] = {
#embed "../../Templates/rust/files/sdk/src/json.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_57[] = {
#embed "../../Templates/rust/files/sdk/src/kv.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_58[] = {
#embed "../../Templates/rust/files/sdk/src/lib.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_59[] = {
#embed "../../Templates/rust/files/sdk/src/memory.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_60[] = {
#embed "../../Templates/rust/files/sdk/src/native.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_61[] = {
#embed "../../Templates/rust/files/sdk/src/sql/finder.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_62[] = {
#embed "../../Templates/rust/files/sdk/src/sql/lexer.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_63[] = {
#embed "../../Templates/rust/files/sdk/src/sql/mod.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_64[] = {
#embed "../../Templates/rust/files/sdk/src/sql/name.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_65[] = {
#embed "../../Templates/rust/files/sdk/src/sql/words.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_66[] = {
#embed "../../Templates/rust/files/sdk/src/testing.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_67[] = {
#embed "../../Templates/rust/files/sdk/src/text.rs" suffix(, 0) if_empty(0)
};

static const unsigned char file_68[] = {
#embed "../../Templates/rust/files/src/lib.rs.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_69[] = {
#embed "../../Templates/rust/files/src/tests.rs.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_70[] = {
#embed "../../Templates/rust/template.yaml" suffix(, 0) if_empty(0)
};

static const unsigned char file_71[] = {
#embed "../../Templates/swift/files/.gitignore.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_72[] = {
#embed "../../Templates/swift/files/.swift-format" suffix(, 0) if_empty(0)
};

static const unsigned char file_73[] = {
#embed "../../Templates/swift/files/Package.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_74[] = {
#embed "../../Templates/swift/files/README.md.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_75[] = {
#embed "../../Templates/swift/files/Sources/CPluginABI/guest.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_76[] = {
#embed "../../Templates/swift/files/Sources/CPluginABI/include/CPluginABI.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_77[] = {
#embed "../../Templates/swift/files/Sources/CPluginABI/include/plugin.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_78[] = {
#embed "../../Templates/swift/files/Sources/CPluginABI/internal.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_79[] = {
#embed "../../Templates/swift/files/Sources/CPluginABI/native.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_80[] = {
#embed "../../Templates/swift/files/Sources/CPluginABI/runtime.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_81[] = {
#embed "../../Templates/swift/files/Sources/CPluginABI/sql.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_82[] = {
#embed "../../Templates/swift/files/Sources/Plugin/Plugin.swift.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_83[] = {
#embed "../../Templates/swift/files/Sources/Plugin/main.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_84[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Decisions.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_85[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Events.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_86[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Fixtures.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_87[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Hooks.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_88[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/JSON.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_89[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Memory.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_90[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/SQL.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_91[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Store.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_92[] = {
#embed "../../Templates/swift/files/Sources/PluginSDK/Text.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_93[] = {
#embed "../../Templates/swift/files/Tests/PluginSDKTests/HookTests.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_94[] = {
#embed "../../Templates/swift/files/Tests/PluginSDKTests/SQLTests.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_95[] = {
#embed "../../Templates/swift/files/Tests/PluginSDKTests/TextTests.swift" suffix(, 0) if_empty(0)
};

static const unsigned char file_96[] = {
#embed "../../Templates/swift/files/Tests/PluginTests/PluginTests.swift.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_97[] = {
#embed "../../Templates/swift/files/cases/hooks.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_98[] = {
#embed "../../Templates/swift/files/plugin.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_99[] = {
#embed "../../Templates/swift/files/toolset.json" suffix(, 0) if_empty(0)
};

static const unsigned char file_100[] = {
#embed "../../Templates/swift/template.yaml" suffix(, 0) if_empty(0)
};

static const unsigned char file_101[] = {
#embed "../../Templates/wat/files/.gitignore.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_102[] = {
#embed "../../Templates/wat/files/README.md.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_103[] = {
#embed "../../Templates/wat/files/cases/hooks.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_104[] = {
#embed "../../Templates/wat/files/plugin.wat.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_105[] = {
#embed "../../Templates/wat/files/plugin.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_106[] = {
#embed "../../Templates/wat/template.yaml" suffix(, 0) if_empty(0)
};

static const unsigned char file_107[] = {
#embed "../../Templates/zig/files/.gitignore.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_108[] = {
#embed "../../Templates/zig/files/README.md.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_109[] = {
#embed "../../Templates/zig/files/cases/hooks.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_110[] = {
#embed "../../Templates/zig/files/plugin.yaml.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_111[] = {
#embed "../../Templates/zig/files/plugin.zig.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_112[] = {
#embed "../../Templates/zig/files/sdk/c.zig" suffix(, 0) if_empty(0)
};

static const unsigned char file_113[] = {
#embed "../../Templates/zig/files/sdk/guest.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_114[] = {
#embed "../../Templates/zig/files/sdk/internal.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_115[] = {
#embed "../../Templates/zig/files/sdk/plugin.h" suffix(, 0) if_empty(0)
};

static const unsigned char file_116[] = {
#embed "../../Templates/zig/files/sdk/plugin.zig" suffix(, 0) if_empty(0)
};

static const unsigned char file_117[] = {
#embed "../../Templates/zig/files/sdk/sdk_tests.zig" suffix(, 0) if_empty(0)
};

static const unsigned char file_118[] = {
#embed "../../Templates/zig/files/sdk/sql.c" suffix(, 0) if_empty(0)
};

static const unsigned char file_119[] = {
#embed "../../Templates/zig/files/sdk/testing.zig" suffix(, 0) if_empty(0)
};

static const unsigned char file_120[] = {
#embed "../../Templates/zig/files/tests.zig.mustache" suffix(, 0) if_empty(0)
};

static const unsigned char file_121[] = {
#embed "../../Templates/zig/template.yaml" suffix(, 0) if_empty(0)
};

static const pdk_template_file files[] = {
    {"c/files/.clang-format", file_0, sizeof file_0 - 1},
    {"c/files/.gitignore.mustache", file_1, sizeof file_1 - 1},
    {"c/files/README.md.mustache", file_2, sizeof file_2 - 1},
    {"c/files/cases/hooks.yaml.mustache", file_3, sizeof file_3 - 1},
    {"c/files/plugin.c.mustache", file_4, sizeof file_4 - 1},
    {"c/files/plugin.yaml.mustache", file_5, sizeof file_5 - 1},
    {"c/files/sdk/guest.c", file_6, sizeof file_6 - 1},
    {"c/files/sdk/internal.h", file_7, sizeof file_7 - 1},
    {"c/files/sdk/plugin.h", file_8, sizeof file_8 - 1},
    {"c/files/sdk/sql.c", file_9, sizeof file_9 - 1},
    {"c/files/tests/main.c", file_10, sizeof file_10 - 1},
    {"c/files/tests/plugin_test.c.mustache", file_11, sizeof file_11 - 1},
    {"c/files/tests/run.sh", file_12, sizeof file_12 - 1},
    {"c/files/tests/sdk_test.c", file_13, sizeof file_13 - 1},
    {"c/files/tests/test.h", file_14, sizeof file_14 - 1},
    {"c/template.yaml", file_15, sizeof file_15 - 1},
    {"common/files/.editorconfig", file_16, sizeof file_16 - 1},
    {"common/files/.gitattributes", file_17, sizeof file_17 - 1},
    {"common/files/.github/setup.sh.mustache", file_18, sizeof file_18 - 1},
    {"common/files/.github/workflows/plugin.yml.mustache", file_19, sizeof file_19 - 1},
    {"common/files/.vscode/extensions.json", file_20, sizeof file_20 - 1},
    {"common/files/.vscode/schemas/cases.json", file_21, sizeof file_21 - 1},
    {"common/files/.vscode/schemas/plugin.json", file_22, sizeof file_22 - 1},
    {"common/files/.vscode/settings.json", file_23, sizeof file_23 - 1},
    {"common/files/.vscode/tasks.json.mustache", file_24, sizeof file_24 - 1},
    {"common/files/CHANGELOG.md.mustache", file_25, sizeof file_25 - 1},
    {"common/files/ci.sh.mustache", file_26, sizeof file_26 - 1},
    {"cpp/files/.clang-format", file_27, sizeof file_27 - 1},
    {"cpp/files/.gitignore.mustache", file_28, sizeof file_28 - 1},
    {"cpp/files/README.md.mustache", file_29, sizeof file_29 - 1},
    {"cpp/files/cases/hooks.yaml.mustache", file_30, sizeof file_30 - 1},
    {"cpp/files/plugin.cpp.mustache", file_31, sizeof file_31 - 1},
    {"cpp/files/plugin.yaml.mustache", file_32, sizeof file_32 - 1},
    {"cpp/files/sdk/guest.c", file_33, sizeof file_33 - 1},
    {"cpp/files/sdk/internal.h", file_34, sizeof file_34 - 1},
    {"cpp/files/sdk/plugin.h", file_35, sizeof file_35 - 1},
    {"cpp/files/sdk/plugin.hpp", file_36, sizeof file_36 - 1},
    {"cpp/files/sdk/sql.c", file_37, sizeof file_37 - 1},
    {"cpp/files/tests/main.c", file_38, sizeof file_38 - 1},
    {"cpp/files/tests/plugin_test.cpp.mustache", file_39, sizeof file_39 - 1},
    {"cpp/files/tests/run.sh", file_40, sizeof file_40 - 1},
    {"cpp/files/tests/sdk_test.cpp", file_41, sizeof file_41 - 1},
    {"cpp/files/tests/test.h", file_42, sizeof file_42 - 1},
    {"cpp/template.yaml", file_43, sizeof file_43 - 1},
    {"rust/files/.cargo/config.toml", file_44, sizeof file_44 - 1},
    {"rust/files/.gitignore.mustache", file_45, sizeof file_45 - 1},
    {"rust/files/Cargo.toml.mustache", file_46, sizeof file_46 - 1},
    {"rust/files/README.md.mustache", file_47, sizeof file_47 - 1},
    {"rust/files/cases/hooks.yaml.mustache", file_48, sizeof file_48 - 1},
    {"rust/files/plugin.yaml.mustache", file_49, sizeof file_49 - 1},
    {"rust/files/rustfmt.toml", file_50, sizeof file_50 - 1},
    {"rust/files/sdk/Cargo.toml", file_51, sizeof file_51 - 1},
    {"rust/files/sdk/src/abi.rs", file_52, sizeof file_52 - 1},
    {"rust/files/sdk/src/bytes.rs", file_53, sizeof file_53 - 1},
    {"rust/files/sdk/src/decisions.rs", file_54, sizeof file_54 - 1},
    {"rust/files/sdk/src/events.rs", file_55, sizeof file_55 - 1},
    {"rust/files/sdk/src/json.rs", file_56, sizeof file_56 - 1},
    {"rust/files/sdk/src/kv.rs", file_57, sizeof file_57 - 1},
    {"rust/files/sdk/src/lib.rs", file_58, sizeof file_58 - 1},
    {"rust/files/sdk/src/memory.rs", file_59, sizeof file_59 - 1},
    {"rust/files/sdk/src/native.rs", file_60, sizeof file_60 - 1},
    {"rust/files/sdk/src/sql/finder.rs", file_61, sizeof file_61 - 1},
    {"rust/files/sdk/src/sql/lexer.rs", file_62, sizeof file_62 - 1},
    {"rust/files/sdk/src/sql/mod.rs", file_63, sizeof file_63 - 1},
    {"rust/files/sdk/src/sql/name.rs", file_64, sizeof file_64 - 1},
    {"rust/files/sdk/src/sql/words.rs", file_65, sizeof file_65 - 1},
    {"rust/files/sdk/src/testing.rs", file_66, sizeof file_66 - 1},
    {"rust/files/sdk/src/text.rs", file_67, sizeof file_67 - 1},
    {"rust/files/src/lib.rs.mustache", file_68, sizeof file_68 - 1},
    {"rust/files/src/tests.rs.mustache", file_69, sizeof file_69 - 1},
    {"rust/template.yaml", file_70, sizeof file_70 - 1},
    {"swift/files/.gitignore.mustache", file_71, sizeof file_71 - 1},
    {"swift/files/.swift-format", file_72, sizeof file_72 - 1},
    {"swift/files/Package.swift", file_73, sizeof file_73 - 1},
    {"swift/files/README.md.mustache", file_74, sizeof file_74 - 1},
    {"swift/files/Sources/CPluginABI/guest.c", file_75, sizeof file_75 - 1},
    {"swift/files/Sources/CPluginABI/include/CPluginABI.h", file_76, sizeof file_76 - 1},
    {"swift/files/Sources/CPluginABI/include/plugin.h", file_77, sizeof file_77 - 1},
    {"swift/files/Sources/CPluginABI/internal.h", file_78, sizeof file_78 - 1},
    {"swift/files/Sources/CPluginABI/native.c", file_79, sizeof file_79 - 1},
    {"swift/files/Sources/CPluginABI/runtime.c", file_80, sizeof file_80 - 1},
    {"swift/files/Sources/CPluginABI/sql.c", file_81, sizeof file_81 - 1},
    {"swift/files/Sources/Plugin/Plugin.swift.mustache", file_82, sizeof file_82 - 1},
    {"swift/files/Sources/Plugin/main.swift", file_83, sizeof file_83 - 1},
    {"swift/files/Sources/PluginSDK/Decisions.swift", file_84, sizeof file_84 - 1},
    {"swift/files/Sources/PluginSDK/Events.swift", file_85, sizeof file_85 - 1},
    {"swift/files/Sources/PluginSDK/Fixtures.swift", file_86, sizeof file_86 - 1},
    {"swift/files/Sources/PluginSDK/Hooks.swift", file_87, sizeof file_87 - 1},
    {"swift/files/Sources/PluginSDK/JSON.swift", file_88, sizeof file_88 - 1},
    {"swift/files/Sources/PluginSDK/Memory.swift", file_89, sizeof file_89 - 1},
    {"swift/files/Sources/PluginSDK/SQL.swift", file_90, sizeof file_90 - 1},
    {"swift/files/Sources/PluginSDK/Store.swift", file_91, sizeof file_91 - 1},
    {"swift/files/Sources/PluginSDK/Text.swift", file_92, sizeof file_92 - 1},
    {"swift/files/Tests/PluginSDKTests/HookTests.swift", file_93, sizeof file_93 - 1},
    {"swift/files/Tests/PluginSDKTests/SQLTests.swift", file_94, sizeof file_94 - 1},
    {"swift/files/Tests/PluginSDKTests/TextTests.swift", file_95, sizeof file_95 - 1},
    {"swift/files/Tests/PluginTests/PluginTests.swift.mustache", file_96, sizeof file_96 - 1},
    {"swift/files/cases/hooks.yaml.mustache", file_97, sizeof file_97 - 1},
    {"swift/files/plugin.yaml.mustache", file_98, sizeof file_98 - 1},
    {"swift/files/toolset.json", file_99, sizeof file_99 - 1},
    {"swift/template.yaml", file_100, sizeof file_100 - 1},
    {"wat/files/.gitignore.mustache", file_101, sizeof file_101 - 1},
    {"wat/files/README.md.mustache", file_102, sizeof file_102 - 1},
    {"wat/files/cases/hooks.yaml.mustache", file_103, sizeof file_103 - 1},
    {"wat/files/plugin.wat.mustache", file_104, sizeof file_104 - 1},
    {"wat/files/plugin.yaml.mustache", file_105, sizeof file_105 - 1},
    {"wat/template.yaml", file_106, sizeof file_106 - 1},
    {"zig/files/.gitignore.mustache", file_107, sizeof file_107 - 1},
    {"zig/files/README.md.mustache", file_108, sizeof file_108 - 1},
    {"zig/files/cases/hooks.yaml.mustache", file_109, sizeof file_109 - 1},
    {"zig/files/plugin.yaml.mustache", file_110, sizeof file_110 - 1},
    {"zig/files/plugin.zig.mustache", file_111, sizeof file_111 - 1},
    {"zig/files/sdk/c.zig", file_112, sizeof file_112 - 1},
    {"zig/files/sdk/guest.c", file_113, sizeof file_113 - 1},
    {"zig/files/sdk/internal.h", file_114, sizeof file_114 - 1},
    {"zig/files/sdk/plugin.h", file_115, sizeof file_115 - 1},
    {"zig/files/sdk/plugin.zig", file_116, sizeof file_116 - 1},
    {"zig/files/sdk/sdk_tests.zig", file_117, sizeof file_117 - 1},
    {"zig/files/sdk/sql.c", file_118, sizeof file_118 - 1},
    {"zig/files/sdk/testing.zig", file_119, sizeof file_119 - 1},
    {"zig/files/tests.zig.mustache", file_120, sizeof file_120 - 1},
    {"zig/template.yaml", file_121, sizeof file_121 - 1},
};

size_t pdk_template_count(void) { return sizeof files / sizeof files[0]; }

const pdk_template_file *pdk_template_at(size_t index) { return &files[index]; }
