extension WebAssemblyModule {
    /// What a module asks of its host (spec 5.5.5).
    package struct Import: Hashable, Sendable {
        /// The imported thing with its type.
        package enum Kind: Hashable, Sendable {
            /// A function, by index into ``WebAssemblyModule/types``.
            case function(type: Int)
            case table(Table)
            case memory(Memory)
            case global(Global)
            /// An exception tag, by index into ``WebAssemblyModule/types``.
            case tag(type: Int)
        }

        /// The module asked, as in `env`.
        package let module: String
        /// The thing asked for, as in `kv_get`.
        package let name: String
        /// What it must be.
        package let kind: Kind
        /// Byte offset in the file of the entry.
        package let offset: Int
    }

    /// What a module offers its host (spec 5.5.10).
    package struct Export: Hashable, Sendable {
        /// The kind of thing offered, by its byte in the binary format.
        package enum Kind: UInt8, Sendable, CustomStringConvertible {
            case function = 0
            case table = 1
            case memory = 2
            case global = 3
            case tag = 4

            /// The kind's name in the specification.
            package var description: String {
                switch self {
                case .function: "function"
                case .table: "table"
                case .memory: "memory"
                case .global: "global"
                case .tag: "tag"
                }
            }
        }

        /// The name offered, as in `pre_query`.
        package let name: String
        /// What it is.
        package let kind: Kind
        /// Index in the kind's index space, where imports come first.
        package let index: Int
        /// Byte offset in the file of the entry.
        package let offset: Int
    }

    /// A global variable (spec 5.5.9).
    package struct Global: Hashable, Sendable {
        /// The type of its value.
        package let type: ValueType
        /// Whether instructions may set it.
        package let isMutable: Bool
        /// The value it starts with; nil for an imported global.
        package let initial: Constant?
    }

    /// Bytes that initialise memory (spec 5.5.14).
    package struct DataSegment: Hashable, Sendable {
        /// When and where the bytes are copied.
        package enum Mode: Hashable, Sendable {
            /// At instantiation, to this address; nil when only the instantiation tells it.
            case active(memory: Int, address: UInt64?)
            /// When an instruction asks for it.
            case passive
        }

        /// When and where the bytes are copied.
        package let mode: Mode
        /// Number of bytes.
        package let size: Int
        /// Byte offset in the file of the first.
        package let offset: Int
    }

    /// A defined function's body (spec 5.5.13).
    package struct CodeBody: Hashable, Sendable {
        /// Byte offset in the file of what follows the body's size.
        package let offset: Int
        /// Bytes of locals and instructions.
        package let size: Int
    }
}
