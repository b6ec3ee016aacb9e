import Basics
import TestSupport
import Testing

struct TextSearchTests {
    @Test(
        arguments: [
            ("", "", 0), ("a", "", 0), ("", "a", nil), ("abc", "abc", 0), ("abc", "bc", 1), ("abc", "bd", nil),
            ("aab", "ab", 1),
            ("abab", "ab", 0), ("aaaa", "aaaaa", nil), ("x://y", "://", 1), ("ab", "abc", nil),
        ] as [(String, String, Int?)])
    func aPartIsFound(text: String, part: String, place: Int?) {
        let found = text.utf8.firstPlace(of: part.utf8)
        expect(found.map { text.utf8.distance(from: text.utf8.startIndex, to: $0.lowerBound) }, is: place)
        expect(
            found.map { text.utf8.distance(from: $0.lowerBound, to: $0.upperBound) },
            is: place.map { _ in part.utf8.count })
    }

    @Test func itFindsWhatTheStandardLibraryFinds() {
        var random = SeededNumbers(seed: 5)
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in random.pick([1, 2]) }
            let part = (0..<Int.random(in: 1...4, using: &random)).map { _ in random.pick([1, 2]) }
            expect(text.firstPlace(of: part), is: text.firstRange(of: part))
        }
    }
}
