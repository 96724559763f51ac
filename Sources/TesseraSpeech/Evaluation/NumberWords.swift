/// English cardinal numbers: "forty two" and "42" are the same number.
enum NumberWords {
    /// The words with each cardinal number as digits; words that are no number stay. Numbers that follow one another
    /// stay apart: "three one" is two.
    static func asDigits(_ words: [String]) -> [String] {
        var (result, rest) = ([String](), words[...])
        while let word = rest.first {
            if let number = number(&rest) {
                result.append(String(number))
            } else {
                result.append(word)
                rest.removeFirst()
            }
        }
        return result
    }

    /// Takes the longest number that the words begin with: "two thousand and five" at once.
    private static func number(_ rest: inout ArraySlice<String>) -> Int? {
        guard var group = belowThousand(&rest) else { return nil }
        var (total, limit) = (0, Int.max)
        // Each group is one of a smaller scale than the one before: thousands follow millions.
        while let scale = rest.first.flatMap({ scales[$0] }), scale < limit, group > 0 {
            rest.removeFirst()
            (total, limit) = (total + group * scale, scale)
            group = 0
            var ahead = rest
            if ahead.first == "and" { ahead.removeFirst() }
            guard let next = belowThousand(&ahead), next > 0 else { break }
            let following = ahead.first.flatMap { scales[$0] } ?? 1
            guard following < scale else { break }
            (group, rest) = (next, ahead)
        }
        return total + group
    }

    /// Takes a number such as "seven", "forty two" or "three hundred and one"; also "nineteen hundred".
    private static func belowThousand(_ rest: inout ArraySlice<String>) -> Int? {
        guard let small = belowHundred(&rest) else { return nil }
        guard small > 0, rest.first == "hundred" else { return small }
        rest.removeFirst()
        var ahead = rest
        if ahead.first == "and" { ahead.removeFirst() }
        guard let next = belowHundred(&ahead), next > 0, ahead.first != "hundred" else { return small * 100 }
        rest = ahead
        return small * 100 + next
    }

    private static func belowHundred(_ rest: inout ArraySlice<String>) -> Int? {
        guard let word = rest.first else { return nil }
        if let small = small[word] {
            rest.removeFirst()
            return small
        }
        guard let ten = tens[word] else { return nil }
        rest.removeFirst()
        guard let unit = rest.first.flatMap({ small[$0] }), (1...9).contains(unit) else { return ten }
        rest.removeFirst()
        return ten + unit
    }

    private static let small = numbered(
        [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        ], from: 0, by: 1)

    private static let tens = numbered(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], from: 20, by: 10)

    private static let scales = ["thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000]

    private static func numbered(_ words: [String], from first: Int, by step: Int) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, first + $0 * step) })
    }
}
