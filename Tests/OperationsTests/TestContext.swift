import Operations
import Running
import TestSupport

extension Context {
    /// What operations work in, in the test's own folder.
    static func ofTest(
        environment: [String: String] = [:], now: Int = 0, scratch: String = Scratch.folder,
        engine: EngineSource = Workplace.engine
    ) -> Context {
        Context(environment: environment, now: now, scratch: scratch, engine: engine)
    }
}
