/// Looks for a regular expression in one text, by going back to the last choice where a way ends, as Perl does.
///
/// Whatever the expression, the time is proportional to the text: where it takes many more steps than the text has bytes, it
/// keeps in mind which step failed at which place. No way that leads there again need be tried, since what happens from
/// there on does not depend on how one came there.
struct ExpressionMatcher {
    /// A choice that is left: a step, to be taken at `position` or, a character less at a time, down to `least`.
    private struct Choice {
        let step: Int
        let least: Int
        var position: Int
    }

    private static let stepsPerByte = 64

    private let expression: Expression
    private let text: UnsafeBufferPointer<UInt8>
    private let end: Int
    private var choices: [Choice] = []
    private var stepsLeft: Int
    /// For each place and step whether it was tried; empty as long as nothing need be kept.
    private var tried: [UInt64] = []
    private let origin: Int
    private let wordsPerPlace: Int
    /// Where the last run of each possessive step lies: it ends in one place, wherever it is entered.
    private var lastRuns: [Int: Range<Int>] = [:]

    /// - Parameter text: well-formed UTF-8, which outlives the matcher.
    init(_ expression: Expression, in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        (self.expression, self.text) = (expression, text)
        (origin, end) = (range.lowerBound, range.upperBound)
        stepsLeft = Self.stepsPerByte * range.count + 4096
        wordsPerPlace = (expression.steps.count + 63) / 64
    }

    /// The end of the match that begins at `start`; nil where none does. Starts must not go back.
    mutating func endOfMatch(at start: Int) -> Int? {
        var possible = expression.possible[min(Int(text[start]), 128)]
        while possible != 0 {
            let alternative = possible.trailingZeroBitCount
            possible &= possible - 1
            if let end = run(from: expression.starts[alternative], at: start) { return end }
        }
        return nil
    }

    private mutating func run(from start: Int, at place: Int) -> Int? {
        var (step, position) = (start, place)
        choices.removeAll(keepingCapacity: true)
        while true {
            stepsLeft -= 1
            if case .match = expression.steps[step] {
                forget(position)
                return position
            }
            if !hasTried(step, position), let next = take(step, &position) {
                step = next
            } else {
                guard var choice = choices.popLast() else { return nil }
                (step, position) = (choice.step, choice.position)
                if position > choice.least {
                    choice.position = previous(position)
                    choices.append(choice)
                }
            }
        }
    }

    /// Takes a step, and gives the next; nil where it fails.
    private mutating func take(_ step: Int, _ position: inout Int) -> Int? {
        switch expression.steps[step] {
        case .character(let characters):
            guard let length = length(of: characters, at: position) else { return nil }
            position += length
        case .run(let characters, let most, let isPossessive):
            if isPossessive { return takeAll(step, characters, most, &position) }
            return takeRun(step, characters, most, &position)
        case .orElse(let other): choices.append(Choice(step: other, least: position, position: position))
        case .jump(let other): return other
        case .look(let characters, let isNegated):
            guard (length(of: characters, at: position) != nil) != isNegated else { return nil }
        case .match: break
        }
        return step + 1
    }

    private mutating func takeRun(_ step: Int, _ characters: Int, _ most: Int?, _ position: inout Int) -> Int {
        let start = position
        guard most != nil || tried.isEmpty else {
            // Where failures are kept, a run is taken a character at a time, so that none is measured from each of its places.
            guard let length = length(of: characters, at: position) else { return step + 1 }
            position += length
            choices.append(Choice(step: step + 1, least: start, position: start))
            return step
        }
        position = endOfRun(characters, most, from: start)
        if position > start { choices.append(Choice(step: step + 1, least: start, position: previous(position))) }
        return step + 1
    }

    private mutating func takeAll(_ step: Int, _ characters: Int, _ most: Int?, _ position: inout Int) -> Int {
        if most == nil, let known = lastRuns[step], known.contains(position) {
            position = known.upperBound
        } else {
            let start = position
            position = endOfRun(characters, most, from: start)
            if most == nil { lastRuns[step] = start..<position }
        }
        return step + 1
    }

    private mutating func endOfRun(_ characters: Int, _ most: Int?, from start: Int) -> Int {
        var position = start
        var rest = most ?? Int.max
        while rest > 0, let length = length(of: characters, at: position) {
            position += length
            rest -= 1
        }
        stepsLeft -= position - start
        return position
    }

    private func length(of characters: Int, at position: Int) -> Int? {
        guard position < end else { return nil }
        let first = text[position]
        if first < 0x80 { return expression.classes[characters].contains(Unicode.Scalar(first)) ? 1 : nil }
        let (scalar, length) = scalar(in: text, at: position)
        return expression.classes[characters].contains(scalar) ? length : nil
    }

    private func previous(_ position: Int) -> Int {
        var previous = position - 1
        while text[previous] & 0xC0 == 0x80 { previous -= 1 }
        return previous
    }

    // MARK: Failures

    private mutating func hasTried(_ step: Int, _ position: Int) -> Bool {
        guard stepsLeft < 0 else { return false }
        if tried.isEmpty { tried = [UInt64](repeating: 0, count: (end - origin + 1) * wordsPerPlace) }
        let (word, bit) = ((position - origin) * wordsPerPlace + step / 64, 1 << UInt64(step % 64) as UInt64)
        defer { tried[word] |= bit }
        return tried[word] & bit != 0
    }

    /// What was tried at the end of a match may have led to it, and did not fail. Places before it are not come to again.
    private mutating func forget(_ position: Int) {
        guard !tried.isEmpty else { return }
        let first = (position - origin) * wordsPerPlace
        for word in first..<first + wordsPerPlace { tried[word] = 0 }
    }
}
