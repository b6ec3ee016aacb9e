/// Lets only so many do something at once; the others wait in the order they came, behind those who go first.
///
/// All tests run at the same time: without this they would start hundreds of programs together and run out of open files,
/// at which swift-subprocess ends the whole test run.
actor Slots {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var waitingFirst: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    /// Does `body` when there is room for it.
    nonisolated func use<Result: Sendable>(
        goesFirst: Bool, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        await take(goesFirst: goesFirst)
        do {
            let result = try await body()
            await leave()
            return result
        } catch {
            await leave()
            throw error
        }
    }

    private func take(goesFirst: Bool) async {
        guard free == 0 else {
            free -= 1
            return
        }
        // Whoever leaves hands on the room; it is never free in between.
        await withCheckedContinuation {
            if goesFirst { waitingFirst.append($0) } else { waiting.append($0) }
        }
    }

    private func leave() {
        guard waitingFirst.isEmpty else { return waitingFirst.removeFirst().resume() }
        guard waiting.isEmpty else { return waiting.removeFirst().resume() }
        free += 1
    }
}
