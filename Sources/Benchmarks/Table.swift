/// What a measurement is to stay below, and what it came to.
struct Goal {
    /// What is compared with the yardstick.
    enum Measure { case wall, processor, memory }

    let measure: Measure
    /// The most that it may be: times the yardstick, or MiB of memory.
    let most: Double

    /// At most this many times the yardstick's wall time.
    static func wall(_ most: Double) -> Goal { Goal(measure: .wall, most: most) }
    /// At most this many times the yardstick's processor time.
    static func processor(_ most: Double) -> Goal { Goal(measure: .processor, most: most) }
    /// At most this many MiB.
    static func memory(_ most: Double) -> Goal { Goal(measure: .memory, most: most) }
}

/// A command and what it is to stay below.
struct Candidate {
    let name: String
    let goals: [Goal]
    let run: () -> Cost

    init(_ name: String, _ goals: Goal..., run: @escaping () -> Cost) {
        self.name = name
        self.goals = goals
        self.run = run
    }
}

/// The figures of a run, as a table of Markdown at its end.
final class Table {
    private var rows: [String] = []
    private(set) var missed = 0

    /// Measures a yardstick and candidates in turn, round after round, so that a busy machine hurts them alike.
    func compare(_ title: String, rounds: Int, _ yardstick: Candidate, _ candidates: [Candidate]) {
        let all = [yardstick] + candidates
        var costs: [[Cost]] = all.map { _ in [] }
        for round in 0...rounds {
            for (place, candidate) in all.enumerated() {
                let cost = candidate.run()
                // The first round warms the caches.
                if round > 0 { costs[place].append(cost) }
            }
        }
        let base = MeasuredProcess.medians(costs[0])
        print("\n\(title) (\(rounds) rounds): wall ms, processor ms, MiB, ratios to the first (wall, processor)")
        for (place, candidate) in all.enumerated() {
            let cost = MeasuredProcess.medians(costs[place])
            print(
                Self.cell(cost.wall), Self.cell(cost.processor), Self.cell(cost.memory),
                Self.cell(cost.wall / base.wall), Self.cell(cost.processor / base.processor), " " + candidate.name)
            for goal in candidate.goals { evaluate(goal, title, candidate.name, yardstick.name, cost, base) }
        }
    }

    /// Adds what was measured in another way.
    func add(_ title: String, _ name: String, _ yardstick: String, ratio: Double, most: Double) {
        let isMet = ratio <= most
        if !isMet { missed += 1 }
        rows.append(
            "| \(title) | \(name) | \(yardstick) | \(Self.number(ratio)) | \(Self.number(most)) | \(isMet ? "pass" : "**missed**") |"
        )
    }

    /// Counts what could not be measured as missed.
    func add(unmeasured title: String, because reason: String) {
        print("\n\(title): not measured, \(reason)")
        missed += 1
        rows.append("| \(title) | | | | | **not measured**: \(reason) |")
    }

    private func evaluate(
        _ goal: Goal, _ title: String, _ name: String, _ yardstick: String, _ cost: Cost, _ base: Cost
    ) {
        switch goal.measure {
        case .wall: add(title, name, "wall, \(yardstick)", ratio: cost.wall / base.wall, most: goal.most)
        case .processor:
            add(title, name, "processor, \(yardstick)", ratio: cost.processor / base.processor, most: goal.most)
        case .memory: add(title, name, "MiB", ratio: cost.memory, most: goal.most)
        }
    }

    /// Prints all that has a goal.
    func show() {
        guard !rows.isEmpty else { return }
        print("\n| measurement | command | times what | ratio | goal, at most | |")
        print("| --- | --- | --- | --- | --- | --- |")
        for row in rows { print(row) }
        print(missed == 0 ? "\nall goals are met" : "\n\(missed) goals are missed")
    }

    private static func number(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }

    private static func cell(_ value: Double) -> String {
        let text = "\((value * 100).rounded() / 100)"
        return String(repeating: " ", count: max(0, 10 - text.count)) + text
    }
}
