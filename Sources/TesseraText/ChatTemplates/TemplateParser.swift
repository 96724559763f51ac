/// Reads a template's statements from its pieces.
struct TemplateParser {
    private var pieces: ArraySlice<TemplatePiece>
    private var depth = 0
    private static let depthLimit = 50

    static func statements(of template: String) throws(TemplateError) -> [TemplateStatement] {
        var parser = TemplateParser(pieces: try TemplatePieces.pieces(of: template)[...])
        let (statements, end) = try parser.body(endingWith: [])
        precondition(end == nil, "nothing ends a template")
        return statements
    }

    private init(pieces: ArraySlice<TemplatePiece>) { self.pieces = pieces }

    /// Statements up to one of those that end them, and that one's name with what stands behind it.
    private mutating func body(
        endingWith ends: [String]
    ) throws(TemplateError) -> ([TemplateStatement], end: (name: String, rest: TemplateExpressionParser)?) {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit else { throw TemplateError(cause: "statements lie too deep in each other") }
        var statements: [TemplateStatement] = []
        while let piece = pieces.popFirst() {
            switch piece {
            case .text(let text): statements.append(.text(text))
            case .output(let tokens):
                var parser = TemplateExpressionParser(tokens)
                statements.append(.output(try parser.expression()))
                try parser.end()
            case .statement(let tokens):
                var parser = TemplateExpressionParser(tokens)
                let name = try parser.name()
                if ends.contains(name) { return (statements, (name, parser)) }
                statements += try statement(name, &parser)
            }
        }
        guard ends.isEmpty else { throw TemplateError(cause: "\(ends[ends.count - 1]) is missing") }
        return (statements, nil)
    }

    private mutating func body(upTo end: String) throws(TemplateError) -> [TemplateStatement] {
        let (statements, end) = try body(endingWith: [end])
        try end?.rest.end()
        return statements
    }

    private mutating func statement(
        _ name: String, _ parser: inout TemplateExpressionParser
    ) throws(TemplateError) -> [TemplateStatement] {
        switch name {
        case "if": return [.choice(try choice(&parser))]
        case "for": return [.loop(try loop(&parser))]
        case "set": return [try assignment(&parser)]
        case "macro": return [try macro(&parser)]
        case "break", "continue":
            try parser.end()
            return [name == "break" ? .leave : .proceed]
        // What a training looks for; the text is the same.
        case "generation":
            try parser.end()
            return try body(upTo: "endgeneration")
        default: throw TemplateError(cause: "the statement \(name) is not supported")
        }
    }

    private mutating func choice(
        _ parser: inout TemplateExpressionParser
    ) throws(TemplateError) -> [(condition: TemplateExpression?, body: [TemplateStatement])] {
        var branches: [(condition: TemplateExpression?, body: [TemplateStatement])] = []
        var condition: TemplateExpression? = try parser.expression()
        try parser.end()
        while true {
            let (statements, end) = try body(endingWith: condition == nil ? ["endif"] : ["elif", "else", "endif"])
            branches.append((condition, statements))
            guard var end else { return branches }
            condition = end.name == "elif" ? try end.rest.expression() : nil
            try end.rest.end()
            if end.name == "endif" { return branches }
        }
    }

    private mutating func loop(_ parser: inout TemplateExpressionParser) throws(TemplateError) -> TemplateLoop {
        var names = [try parser.name()]
        while parser.takes(",") { names.append(try parser.name()) }
        guard parser.takesName("in") else { throw TemplateError(cause: "a loop has no 'in'") }
        let source = try parser.expression(isConditional: false)
        let condition = parser.takesName("if") ? try parser.expression() : nil
        try parser.end()
        let (statements, end) = try body(endingWith: ["else", "endfor"])
        try end?.rest.end()
        return TemplateLoop(
            names: names, source: source, condition: condition, body: statements,
            otherwise: end?.name == "else" ? try body(upTo: "endfor") : [])
    }

    private mutating func assignment(
        _ parser: inout TemplateExpressionParser
    ) throws(TemplateError) -> TemplateStatement {
        let name = try parser.name()
        if parser.takes(".") {
            let member = try parser.name()
            try parser.expect("=")
            let value = try parser.expression()
            try parser.end()
            return .setMember(of: name, member, value)
        }
        guard !parser.isAtEnd else { return .setBlock(name, try body(upTo: "endset")) }
        var names = [name]
        while parser.takes(",") { names.append(try parser.name()) }
        try parser.expect("=")
        let value = try parser.expression()
        try parser.end()
        return .set(names, value)
    }

    private mutating func macro(_ parser: inout TemplateExpressionParser) throws(TemplateError) -> TemplateStatement {
        let name = try parser.name()
        try parser.expect("(")
        var parameters: [(String, TemplateExpression?)] = []
        while !parser.takes(")") {
            let parameter = try parser.name()
            parameters.append((parameter, parser.takes("=") ? try parser.expression() : nil))
            if parser.next != .symbol(")") { try parser.expect(",") }
        }
        try parser.end()
        return .macro(name, TemplateMacro(parameters: parameters, body: try body(upTo: "endmacro")))
    }
}
