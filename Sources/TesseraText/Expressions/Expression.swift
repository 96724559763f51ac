/// A regular expression, ready to be looked for in texts: a program whose steps a matcher takes.
struct Expression: Sendable {
    /// A step of the program.
    enum Step: Sendable {
        /// A character of that class.
        case character(Int)
        /// As many characters of that class as there are, and then, where it is not possessive, fewer.
        case run(Int, most: Int?, isPossessive: Bool)
        /// Two ways on, of which the next step is tried first.
        case orElse(Int)
        case jump(Int)
        /// Whether the next character is of that class.
        case look(Int, isNegated: Bool)
        case match
    }

    private static let stepLimit = 1024

    private(set) var steps: [Step] = []
    private(set) var classes: [CharacterClass] = []
    /// Where the program of each of the outermost alternatives begins.
    private(set) var starts: [Int] = []
    /// For each of the first 128 characters, and for all others, which of the alternatives can begin with it, a bit each.
    private(set) var possible = [UInt64](repeating: 0, count: 129)

    /// - Throws: what in it is not supported.
    init(_ text: String) throws(ExpressionParser.Refusal) {
        var parser = try ExpressionParser(text)
        let node = try parser.parse()
        var alternatives = [node]
        if case .alternatives(let parts) = node, parts.count <= 64 { alternatives = parts }
        for (index, alternative) in alternatives.enumerated() {
            starts.append(steps.count)
            try append(alternative)
            steps.append(.match)
            addPossible(alternative, 1 << UInt64(index))
        }
    }

    private mutating func append(_ node: ExpressionNode) throws(ExpressionParser.Refusal) {
        guard steps.count < Self.stepLimit else {
            throw ExpressionParser.Refusal(cause: "is too long: it takes more than \(Self.stepLimit) steps")
        }
        switch node {
        case .characters(let characters): steps.append(.character(number(of: characters)))
        case .look(let characters, let isNegated): steps.append(.look(number(of: characters), isNegated: isNegated))
        case .sequence(let parts): for part in parts { try append(part) }
        case .alternatives(let parts): try append(alternatives: parts)
        case .repeated(.characters(let characters), let least, let most, let isPossessive):
            let characters = number(of: characters)
            steps += [Step](repeating: .character(characters), count: least)
            guard most != least else { break }
            steps.append(.run(characters, most: most.map { $0 - least }, isPossessive: isPossessive))
        case .repeated(let part, let least, let most, _): try append(part, least, most)
        }
    }

    private mutating func number(of characters: CharacterClass) -> Int {
        classes.append(characters)
        return classes.count - 1
    }

    private mutating func append(alternatives parts: [ExpressionNode]) throws(ExpressionParser.Refusal) {
        var ends: [Int] = []
        for part in parts.dropLast() {
            let choice = steps.count
            steps.append(.match)
            try append(part)
            ends.append(steps.count)
            steps.append(.match)
            steps[choice] = .orElse(steps.count)
        }
        if let last = parts.last { try append(last) }
        for end in ends { steps[end] = .jump(steps.count) }
    }

    private mutating func append(
        _ part: ExpressionNode, _ least: Int, _ most: Int?
    ) throws(ExpressionParser.Refusal) {
        for _ in 0..<least { try append(part) }
        var choices: [Int] = []
        for _ in 0..<(most.map { $0 - least } ?? 1) {
            choices.append(steps.count)
            steps.append(.match)
            try append(part)
        }
        if most == nil, let choice = choices.first { steps.append(.jump(choice)) }
        for choice in choices { steps[choice] = .orElse(steps.count) }
    }

    // MARK: First characters

    private mutating func addPossible(_ node: ExpressionNode, _ bit: UInt64) {
        for value in 0..<UInt8(128) where Self.canBegin(node, { $0.contains(Unicode.Scalar(value)) }) {
            possible[Int(value)] |= bit
        }
        if Self.canBegin(node, \.mayHoldOthers) { possible[128] |= bit }
    }

    /// Whether a match can begin with a character that `holds` finds in classes.
    private static func canBegin(_ node: ExpressionNode, _ holds: (CharacterClass) -> Bool) -> Bool {
        switch node {
        case .characters(let characters): return holds(characters)
        case .look: return false
        case .repeated(let part, _, _, _): return canBegin(part, holds)
        case .alternatives(let parts): return parts.contains { canBegin($0, holds) }
        case .sequence(let parts):
            for part in parts {
                if canBegin(part, holds) { return true }
                if !part.canBeEmpty { return false }
            }
            return false
        }
    }
}
