/// Reads expressions from the words of a bracket, with Jinja's precedence.
struct TemplateExpressionParser {
    private var tokens: ArraySlice<TemplateToken>
    /// How deep brackets lie in each other: what is read comes from a file, and a call takes room on the stack.
    private var depth = 0
    private static let depthLimit = 100
    /// How many operators, filters and parts there are.
    private var links = 0
    private static let linkLimit = 1_000

    init(_ tokens: [TemplateToken]) { self.tokens = tokens[...] }

    var isAtEnd: Bool { tokens.isEmpty }
    var next: TemplateToken? { tokens.first }

    // MARK: Words

    /// Takes the next word, whatever it is.
    mutating func take() throws(TemplateError) -> TemplateToken {
        guard let token = tokens.popFirst() else { throw TemplateError(cause: "a bracket ends too early") }
        return token
    }

    mutating func takes(_ symbol: String) -> Bool {
        guard next == .symbol(symbol) else { return false }
        tokens.removeFirst()
        return true
    }

    mutating func takesName(_ name: String) -> Bool {
        guard next == .name(name) else { return false }
        tokens.removeFirst()
        return true
    }

    mutating func expect(_ symbol: String) throws(TemplateError) {
        guard takes(symbol) else {
            throw TemplateError(cause: "\(symbol) is missing\(next.map { " before \($0.shown)" } ?? "")")
        }
    }

    mutating func name() throws(TemplateError) -> String {
        guard case .name(let name) = try take() else { throw TemplateError(cause: "a name is missing") }
        return name
    }

    /// Complains of words that are left.
    func end() throws(TemplateError) {
        if let next { throw TemplateError(cause: "\(next.shown) is not understood where it stands") }
    }

    // MARK: Expressions

    /// A whole expression; without a condition where one may follow that belongs to a loop.
    mutating func expression(isConditional: Bool = true) throws(TemplateError) -> TemplateExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit else { throw TemplateError(cause: "brackets lie too deep in each other") }
        var value = try disjunction()
        while isConditional, takesName("if") {
            let condition = try disjunction()
            value = .conditional(value, if: condition, otherwise: takesName("else") ? try expression() : nil)
        }
        return value
    }

    private mutating func disjunction() throws(TemplateError) -> TemplateExpression {
        var value = try conjunction()
        while takesName("or") {
            try link()
            value = .binary("or", value, try conjunction())
        }
        return value
    }

    private mutating func conjunction() throws(TemplateError) -> TemplateExpression {
        var value = try negation()
        while takesName("and") {
            try link()
            value = .binary("and", value, try negation())
        }
        return value
    }

    private mutating func negation() throws(TemplateError) -> TemplateExpression {
        var count = 0
        while takesName("not") { count += 1 }
        let value = try comparison()
        return count == 0 ? value : count % 2 == 0 ? .not(.not(value)) : .not(value)
    }

    private mutating func comparison() throws(TemplateError) -> TemplateExpression {
        var value = try sum()
        while true {
            try link()
            if let symbol = ["==", "!=", "<=", ">=", "<", ">"].first(where: { next == .symbol($0) }) {
                tokens.removeFirst()
                value = .binary(symbol, value, try sum())
            } else if takesName("in") {
                value = .binary("in", value, try sum())
            } else if next == .name("not"), tokens.dropFirst().first == .name("in") {
                tokens.removeFirst(2)
                value = .not(.binary("in", value, try sum()))
            } else {
                return value
            }
        }
    }

    private mutating func sum() throws(TemplateError) -> TemplateExpression {
        try chain(["+", "-"]) { parser throws(TemplateError) in
            try parser.chain(["~"]) { parser throws(TemplateError) in
                try parser.chain(["*", "//", "/", "%"]) { parser throws(TemplateError) in try parser.signed() }
            }
        }
    }

    private mutating func chain(
        _ symbols: [String],
        _ operand: (inout TemplateExpressionParser) throws(TemplateError) -> TemplateExpression
    ) throws(TemplateError) -> TemplateExpression {
        var value = try operand(&self)
        while let symbol = symbols.first(where: { next == .symbol($0) }) {
            tokens.removeFirst()
            try link()
            value = .binary(symbol, value, try operand(&self))
        }
        return value
    }

    private mutating func signed() throws(TemplateError) -> TemplateExpression {
        var isNegative: Bool?
        while takes("-") { isNegative = !(isNegative ?? false) }
        var value = try postfixed(try primary())
        if let isNegative { value = isNegative ? .negative(value) : .negative(.negative(value)) }
        return try filtered(value)
    }

    /// Counts what makes an expression deeper.
    private mutating func link() throws(TemplateError) {
        links += 1
        guard links < Self.linkLimit else { throw TemplateError(cause: "an expression is too long") }
    }
}

// MARK: What stands behind a value

extension TemplateExpressionParser {
    private mutating func postfixed(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var value = value
        while true {
            try link()
            if takes(".") {
                value = .attribute(value, try name())
            } else if takes("[") {
                value = try subscripted(value)
            } else if takes("(") {
                value = .call(value, try arguments())
            } else {
                return value
            }
        }
    }

    private mutating func subscripted(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var parts: [TemplateExpression?] = [nil]
        while !takes("]") {
            if takes(":") {
                parts.append(nil)
            } else {
                parts[parts.count - 1] = try expression()
            }
        }
        if parts.count == 1, let index = parts[0] { return .item(value, index) }
        guard (2...3).contains(parts.count) else { throw TemplateError(cause: "a part of a list is not understood") }
        return .slice(value, from: parts[0], to: parts[1], by: parts.count == 3 ? parts[2] : nil)
    }

    private mutating func filtered(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var value = value
        while true {
            try link()
            if takes("|") {
                let name = try name()
                guard TemplateFilters.names.contains(name) else {
                    throw TemplateError(cause: "the filter \(name) is not supported")
                }
                value = .filter(value, name, takes("(") ? try arguments() : TemplateArguments())
            } else if takesName("is") {
                value = try tested(value)
            } else {
                return value
            }
        }
    }

    private mutating func tested(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        let isNegated = takesName("not")
        let name = try name()
        guard TemplateTests.names.contains(name) else {
            throw TemplateError(cause: "the test \(name) is not supported")
        }
        var arguments = TemplateArguments()
        if takes("(") {
            arguments = try self.arguments()
        } else if TemplateTests.namesWithArgument.contains(name) {
            arguments.values = [try postfixed(try primary())]
        }
        let test = TemplateExpression.test(value, name, arguments)
        return isNegated ? .not(test) : test
    }

    /// Up to the closing bracket.
    mutating func arguments() throws(TemplateError) -> TemplateArguments {
        var arguments = TemplateArguments()
        while !takes(")") {
            if case .name(let name)? = next, tokens.dropFirst().first == .symbol("=") {
                tokens.removeFirst(2)
                arguments.named.append((name, try expression()))
            } else {
                arguments.values.append(try expression())
            }
            if next != .symbol(")") { try expect(",") }
        }
        return arguments
    }

    private mutating func primary() throws(TemplateError) -> TemplateExpression {
        switch try take() {
        case .integer(let integer): return .value(.integer(integer))
        case .number(let number): return .value(.number(number))
        case .text(var text):
            // Texts side by side are one.
            while case .text(let more)? = next {
                tokens.removeFirst()
                text += more
            }
            return .value(.text(text))
        case .name(let name): return TemplateExpressionParser.constants[name].map { .value($0) } ?? .name(name)
        case .symbol("("): return try parenthesized()
        case .symbol("["): return .list(try elements(upTo: "]"))
        case .symbol("{"): return try mapping()
        case .symbol(let symbol): throw TemplateError(cause: "\(symbol) is not understood where it stands")
        }
    }

    private static let constants: [String: TemplateValue] = [
        "true": .boolean(true), "True": .boolean(true), "false": .boolean(false), "False": .boolean(false),
        "none": .none, "None": .none,
    ]

    /// An expression in brackets, or a tuple, which is a list here.
    private mutating func parenthesized() throws(TemplateError) -> TemplateExpression {
        if takes(")") { return .list([]) }
        let first = try expression()
        if takes(")") { return first }
        try expect(",")
        return .list([first] + (try elements(upTo: ")")))
    }

    private mutating func elements(upTo end: String) throws(TemplateError) -> [TemplateExpression] {
        var elements: [TemplateExpression] = []
        while !takes(end) {
            elements.append(try expression())
            if next != .symbol(end) { try expect(",") }
        }
        return elements
    }

    private mutating func mapping() throws(TemplateError) -> TemplateExpression {
        var members: [(TemplateExpression, TemplateExpression)] = []
        while !takes("}") {
            let key = try expression()
            try expect(":")
            members.append((key, try expression()))
            if next != .symbol("}") { try expect(",") }
        }
        return .mapping(members)
    }
}
