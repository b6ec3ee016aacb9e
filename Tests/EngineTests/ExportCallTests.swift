import Engine
import TestSupport
import Testing

@Suite("Calls for checks")
struct ExportCallTests {
    @Test func allocationsAreMadeInOneInstance() throws {
        let sizes: [Int32] = [0, 1, 7, 4_096, 65_536, 1_048_576]
        let probe = try Fixtures.plugin().probeAllocations(sizes: sizes, limits: .patient)
        expect(probe.failure == nil)
        expect(probe.allocations.map(\.size), is: sizes)
        for (earlier, later) in zip(probe.allocations, probe.allocations.dropFirst()) {
            expect(later.pointer >= earlier.pointer + earlier.size)
            expect(later.memoryBytes >= earlier.memoryBytes)
        }
        let last = try #require(probe.allocations.last)
        expect(last.memoryBytes >= Int(last.pointer) + 1_048_576)
        expect(last.memoryBytes > probe.initialMemoryBytes && probe.initialMemoryBytes > 0)
    }

    @Test func aFailedAllocationEndsTheRow() throws {
        let probe = try Fixtures.plugin().probeAllocations(sizes: [16, 100_000_000, 16], limits: .patient)
        expect(probe.allocations.count, is: 1)
        expect(probe.failure?.kind == .unreachable && probe.failure?.phase == .export("alloc"))
    }

    @Test func theFuelIsNewForEveryCall() throws {
        let plugin = try Fixtures.plugin()
        let outcome = plugin.invoke(
            [ExportCall](repeating: ExportCall(name: "alloc", arguments: [8]), count: 50),
            limits: CallLimits(fuel: 100, timeMilliseconds: 60_000))
        expect(outcome.failure == nil && outcome.results.count == 50)
        expect(outcome.results.allSatisfy { $0.fuelUsed > 0 && $0.fuelUsed <= 100 })
    }

    @Test func valuesComeBackByTheirType() throws {
        let outcome = try Fixtures.plugin().invoke(
            [
                ExportCall(name: "narrow", arguments: [0, 0]), ExportCall(name: "echo", arguments: [-1, 2]),
                ExportCall(name: "observe", arguments: [0, 0]),
            ], limits: .patient)
        expect(outcome.results.map(\.value), is: [1, -1 << 32 | 2, nil])
    }

    @Test(arguments: [
        (ExportCall(name: "absent", arguments: []), CallFailure.Kind.missingExport(name: "absent")),
        (
            ExportCall(name: "alloc", arguments: []),
            .wrongShape(export: "alloc", found: "(i32) -> i32", expected: "() -> i32")
        ),
        (
            ExportCall(name: "memory", arguments: [1]),
            .wrongShape(export: "memory", found: "a memory", expected: "(i32) -> i32")
        ),
    ])
    func callsThatDoNotFitAreRefused(call: ExportCall, kind: CallFailure.Kind) throws {
        expect(try Fixtures.plugin().invoke([call], limits: .patient).failure?.kind, is: kind)
    }

    @Test func aMissingAllocIsToldOnce() throws {
        let probe = try Fixtures.engine().compile(FeatureModules.head).probeAllocations(
            sizes: [1, 2], limits: .patient)
        expect(probe.failure?.kind == .missingExport(name: "alloc") && probe.allocations.isEmpty)
    }
}
