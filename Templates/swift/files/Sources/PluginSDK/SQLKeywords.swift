import CPluginABI

/// The words of SQL that mean something here.
///
/// In the order of the alphabet, as they are in CPluginABI.
enum Keyword: UInt8, CaseIterable {
    case after, all, alter, analyse, analyze, `as`
    case before, binary, by
    case cluster, column, comment, commit, concurrently, copy, create
    case `default`, delete, distinct, `do`, drop
    case event, except, exists, explain
    case fetch, `for`, freeze, from, full
    case global, grant, group
    case having
    case `if`, `import`, `in`, index, inherit, inherits, insert, intersect, into, `is`
    case join
    case key
    case lateral, left, like, limit, local, lock
    case materialized, merge, move
    case nextval, not
    case of, offset, on, only, or, order, overriding
    case partition
    case recursive, references, refresh, reindex, returning, revoke, rows
    case security, select, set, setval, share, show, statistics
    case table, temp, temporary, then, to, truncate
    case uescape, union, unlogged, update, using
    case vacuum, values, verbose, view
    case when, `where`, window, with
    /// Any other word, or none.
    case none

    /// Whether no table can be named by it without quotes.
    var isReserved: Bool {
        switch self {
        case .all, .as, .except, .fetch, .for, .from, .grant, .group, .having, .in, .intersect, .into, .is, .join,
            .left,
            .like, .limit, .offset, .on, .order, .references, .returning, .select, .table, .to, .union, .using, .when,
            .where, .window, .with:
            return true
        default: return false
        }
    }

    /// The keyword at a place, capitals or not; 13 bytes are read there.
    @inline(__always)
    static func at(_ place: UnsafeRawPointer) -> Keyword {
        // There is a case for each number; `init(rawValue:)` would look for it.
        unsafeBitCast(sql_keyword(place), to: Keyword.self)
    }
}
