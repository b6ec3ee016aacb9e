import PluginSDK

/// What the store holds. The operator writes it, at the host's admin address:
///
///     columns   customers.email, customers.iban, hr.staff.salary
///     text      ***                      what stands in a masked column's place; *** without it
struct Settings {
    /// The columns that are masked.
    let columns: [MaskedColumn]

    /// What stands in their place, as an SQL literal.
    let replacement: Text

    /// The most columns that count; those behind them would cost more fuel than there is.
    static let mostColumns = 16

    /// What the operator has set; nil when nothing is masked.
    static func read() -> Settings? {
        guard let list = Store.get("columns") else { return nil }
        var columns: [MaskedColumn] = []
        for entry in list.split(by: ",") {
            guard let column = MaskedColumn(entry.trimmed()), columns.count < mostColumns else { continue }
            columns.append(column)
        }
        guard !columns.isEmpty else { return nil }
        return Settings(columns: columns, replacement: (Store.get("text")?.trimmed() ?? "***").sqlLiteral.trimmed())
    }
}

/// A column of a table that nobody is to see.
struct MaskedColumn {
    /// The table, perhaps with its schema.
    let table: Text

    /// The column's name, in small letters.
    let name: Text

    /// The column that `table.column` or `schema.table.column` names; nil for anything else.
    init?(_ text: Text) {
        let parts = text.lowercased().split(by: ".")
        guard parts.count == 2 || parts.count == 3, let last = parts.last, !last.isEmpty else { return nil }
        name = last
        table = parts.count == 2 ? parts[0] : parts[0] + "." + parts[1]
    }
}
