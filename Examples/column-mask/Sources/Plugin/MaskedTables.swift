import PluginSDK

/// The tables of a query, as far as masking is concerned.
struct MaskedTables {
    /// The columns that are masked in this query.
    private(set) var columns: [Text] = []

    /// Where tables stand in the text, in its order: their names there are no columns.
    private(set) var places: [Range<Int>] = []

    /// Which of these have masked columns.
    private(set) var areMasked: [Bool] = []

    /// How many tables a query may name: looking at more would cost more fuel than there is.
    static let most = 24

    /// Nil when there are too many tables.
    init?(_ tables: Tables, _ settings: [MaskedColumn]) {
        guard tables.count <= Self.most else { return nil }
        for table in tables {
            var isMasked = false
            for column in settings where table.is(column.table) {
                isMasked = true
                if !columns.contains(where: { $0 == column.name }) { columns.append(column.name) }
            }
            places.append(table.range)
            areMasked.append(isMasked)
        }
    }
}
