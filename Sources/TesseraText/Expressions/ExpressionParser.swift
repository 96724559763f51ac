/// What a regular expression is made of.
indirect enum ExpressionNode {
    case characters(CharacterClass)
    case sequence([ExpressionNode])
    case alternatives([ExpressionNode])
    /// As often as can be; without giving any back where it is possessive.
    case repeated(ExpressionNode, least: Int, most: Int?, isPossessive: Bool)
    /// Whether such a character follows, or none.
    case look(CharacterClass, isNegated: Bool)

    /// Whether it can match nothing at all.
    var canBeEmpty: Bool {
        switch self {
        case .characters: false
        case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
        case .alternatives(let parts): parts.contains(where: \.canBeEmpty)
        case .repeated(let part, let least, _, _): least == 0 || part.canBeEmpty
        case .look: true
        }
    }
}

/// Reads the regular expressions of tokenizers: classes of characters, groups, alternatives, greedy and possessive repetition,
/// and looking one character ahead. Anything else is refused by name.
struct ExpressionParser {
    /// Why an expression is refused.
    struct Refusal: Error {
        let cause: String
    }

    private static let lengthLimit = 16_384
    private static let depthLimit = 32
    private static let repetitionLimit = 255

    let scalars: [Unicode.Scalar]
    var position = 0
    private var depth = 0
    private(set) var ignoresCase = false

    init(_ expression: String) throws(Refusal) {
        scalars = Array(expression.unicodeScalars)
        guard scalars.count <= Self.lengthLimit else { throw refusal("is longer than \(Self.lengthLimit) characters") }
    }

    /// The whole of it.
    mutating func parse() throws(Refusal) -> ExpressionNode {
        let node = try alternatives()
        guard position == scalars.count else { throw refusal("has a ')' without its '('") }
        guard !node.canBeEmpty else { throw refusal("can match nothing at all") }
        return node
    }

    private mutating func alternatives() throws(Refusal) -> ExpressionNode {
        var parts = [try sequence()]
        while take("|") { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .alternatives(parts)
    }

    private mutating func sequence() throws(Refusal) -> ExpressionNode {
        var parts: [ExpressionNode] = []
        while let next = peek, next != "|", next != ")" { parts.append(try repetition(of: try atom())) }
        return .sequence(parts)
    }

    private mutating func repetition(of node: ExpressionNode) throws(Refusal) -> ExpressionNode {
        guard let bounds = try bounds() else { return node }
        guard !node.canBeEmpty else { throw refusal("repeats what can match nothing") }
        if peek == "?" {
            throw refusal("repeats as seldom as can be ('?' behind a repetition), which is not supported")
        }
        var isPossessive = false
        if peek == "+" {
            guard case .characters = node, !bounds.isBraced else { throw refusal("has a '+' that is not supported") }
            isPossessive = take("+")
        }
        if let next = peek, next == "*" || next == "{" { throw refusal("repeats a repetition") }
        return .repeated(node, least: bounds.least, most: bounds.most, isPossessive: isPossessive)
    }

    private mutating func bounds() throws(Refusal) -> (least: Int, most: Int?, isBraced: Bool)? {
        if take("?") { return (0, 1, false) }
        if take("*") { return (0, nil, false) }
        if take("+") { return (1, nil, false) }
        guard take("{") else { return nil }
        let least = number() ?? 0
        let most = take(",") ? number() : least
        guard take("}"), least <= Self.repetitionLimit, (most ?? least) >= least,
            (most ?? 1) >= 1, (most ?? 0) <= Self.repetitionLimit
        else { throw refusal("has braces that are no repetition of up to \(Self.repetitionLimit)") }
        return (least, most, true)
    }

    private mutating func number() -> Int? {
        let digits = scalars[position...].prefix(6).prefix { ("0"..."9").contains($0) }
        position += digits.count
        return Int(String(String.UnicodeScalarView(digits)))
    }

    private mutating func atom() throws(Refusal) -> ExpressionNode {
        if take("(") { return try group() }
        if take("[") { return .characters(try set()) }
        if take(".") { return .characters(CharacterClass([.noNewline])) }
        if take("\\") {
            let item = try escape()
            if case .range(let range) = item, let scalar = Unicode.Scalar(range.lowerBound) {
                return .characters(CharacterClass(scalar, ignoringCase: ignoresCase))
            }
            return .characters(CharacterClass([item]))
        }
        guard let next = peek else { throw refusal("is cut") }
        guard !"*+?{^$".unicodeScalars.contains(next) else {
            throw refusal("has a \(String(next).quoted) that is not supported")
        }
        position += 1
        return .characters(CharacterClass(next, ignoringCase: ignoresCase))
    }

    /// What stands behind a `(`, which is gone.
    private mutating func group() throws(Refusal) -> ExpressionNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else {
            throw refusal("has more than \(Self.depthLimit) groups inside each other")
        }
        let outer = ignoresCase
        defer { ignoresCase = outer }
        if take("?") {
            if peek == "!" || peek == "=" { return try look() }
            if take("i") { ignoresCase = true }
            guard take(":") else { throw refusal("has a group of a kind that is not supported") }
        }
        let node = try alternatives()
        guard take(")") else { throw refusal("has a '(' without its ')'") }
        return node
    }

    private mutating func look() throws(Refusal) -> ExpressionNode {
        let isNegated = take("!")
        if !isNegated { _ = take("=") }
        let inner = try alternatives()
        guard take(")") else { throw refusal("has a '(' without its ')'") }
        guard case .sequence(let parts) = inner, parts.count == 1, case .characters(let characters) = parts[0] else {
            throw refusal("looks further ahead than one character")
        }
        return .look(characters, isNegated: isNegated)
    }

    var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    var following: Unicode.Scalar? { position + 1 < scalars.count ? scalars[position + 1] : nil }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        position += 1
        return true
    }

    func refusal(_ cause: String) -> Refusal { Refusal(cause: cause) }
}
