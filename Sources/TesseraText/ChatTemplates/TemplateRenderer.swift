internal import TesseraFiles

/// Runs a template: nothing but what the template's own values hold is within its reach, and it has only so much time and room.
struct TemplateRenderer {
    /// What names mean, the innermost scope last: that of a loop or a macro.
    private var scopes: [[String: TemplateValue]]
    private(set) var namespaces: [[(key: String, value: TemplateValue)]] = []
    private var output = ""
    private var steps = 0
    private var depth = 0

    private static let stepLimit = 1_000_000
    private static let textLimit = 1 << 26
    private static let depthLimit = 500
    /// How a body ends.
    enum Flow { case through, leave, proceed }

    /// - Parameter values: what names mean at first.
    init(_ values: [String: TemplateValue]) { scopes = [values] }

    static func text(
        _ statements: [TemplateStatement], _ values: [String: TemplateValue]
    ) throws(TemplateError) -> String {
        var renderer = TemplateRenderer(values)
        _ = try renderer.run(statements)
        return renderer.output
    }

    /// Does something that may do the same again within, which it may only so often.
    mutating func deeper<Result>(
        _ body: (inout TemplateRenderer) throws(TemplateError) -> Result
    ) throws(TemplateError) -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit else { throw TemplateError(cause: "its parts lie too deep in each other") }
        return try body(&self)
    }

    /// Counts a step, of which there may be only so many.
    mutating func step(writing count: Int = 0) throws(TemplateError) {
        steps += 1 + count / 1_024
        guard steps < Self.stepLimit, output.utf8.count < Self.textLimit else {
            throw TemplateError(cause: "it takes too long, or writes too much")
        }
    }

    mutating func run(_ statements: [TemplateStatement]) throws(TemplateError) -> Flow {
        for statement in statements {
            try step()
            let flow = try run(statement)
            if flow != .through { return flow }
        }
        return .through
    }

    private mutating func run(_ statement: TemplateStatement) throws(TemplateError) -> Flow {
        switch statement {
        case .text(let text): try write(text)
        case .output(let expression): try write(try value(expression).shown)
        case .choice(let branches):
            for branch in branches
            where try branch.condition.map({ e throws(TemplateError) in try value(e).isTrue }) ?? true {
                return try run(branch.body)
            }
        case .loop(let loop): try run(loop)
        case .set(let names, let expression): try set(names, try value(expression))
        case .setMember(let name, let member, let expression):
            guard case .namespace(let number) = lookUp(name) else {
                throw TemplateError(cause: "\(name) is no namespace, and keeps no \(member)")
            }
            let value = try value(expression)
            namespaces[number].removeAll { $0.key == member }
            namespaces[number].append((member, value))
        case .setBlock(let name, let body): scopes[scopes.count - 1][name] = .text(try text(of: body))
        case .macro(let name, let macro): scopes[scopes.count - 1][name] = .macro(macro)
        case .leave: return .leave
        case .proceed: return .proceed
        }
        return .through
    }

    private mutating func write(_ text: String) throws(TemplateError) {
        output += text
        try step(writing: text.utf8.count)
    }

    /// What statements write, kept out of what the template writes.
    private mutating func text(of body: [TemplateStatement]) throws(TemplateError) -> String {
        let before = output
        output = ""
        _ = try run(body)
        defer { output = before }
        return output
    }

    private mutating func set(_ names: [String], _ value: TemplateValue) throws(TemplateError) {
        guard names.count > 1 else {
            scopes[scopes.count - 1][names[0]] = value
            return
        }
        guard case .list(let values) = value, values.count == names.count else {
            throw TemplateError(cause: "what is set has not \(names.count) parts")
        }
        for (name, value) in zip(names, values) { scopes[scopes.count - 1][name] = value }
    }

    func lookUp(_ name: String) -> TemplateValue {
        for scope in scopes.reversed() { if let value = scope[name] { return value } }
        return TemplateFunctions.names.contains(name) ? .function(name) : .undefined
    }

    // MARK: Loops

    private mutating func run(_ loop: TemplateLoop) throws(TemplateError) {
        var values = try value(loop.source).elements()
        if let condition = loop.condition {
            var kept: [TemplateValue] = []
            for element in values {
                scopes.append([:])
                defer { scopes.removeLast() }
                try step()
                try set(loop.names, element)
                if try value(condition).isTrue { kept.append(element) }
            }
            values = kept
        }
        guard !values.isEmpty else {
            _ = try run(loop.otherwise)
            return
        }
        for index in values.indices {
            scopes.append(["loop": TemplateRenderer.loop(values, index)])
            defer { scopes.removeLast() }
            try set(loop.names, values[index])
            if try run(loop.body) == .leave { return }
        }
    }

    private static func loop(_ values: [TemplateValue], _ index: Int) -> TemplateValue {
        let count = values.count
        return .mapping([
            ("index", .integer(index + 1)), ("index0", .integer(index)), ("first", .boolean(index == 0)),
            ("last", .boolean(index == count - 1)), ("length", .integer(count)), ("revindex", .integer(count - index)),
            ("revindex0", .integer(count - index - 1)), ("previtem", index > 0 ? values[index - 1] : .undefined),
            ("nextitem", index < count - 1 ? values[index + 1] : .undefined),
        ])
    }

    // MARK: Calls

    /// What a macro writes.
    mutating func call(_ macro: TemplateMacro, _ arguments: TemplateCall) throws(TemplateError) -> TemplateValue {
        guard arguments.values.count <= macro.parameters.count else {
            throw TemplateError(cause: "a macro takes \(macro.parameters.count) arguments")
        }
        var scope: [String: TemplateValue] = [:]
        for (index, parameter) in macro.parameters.enumerated() {
            if index < arguments.values.count {
                scope[parameter.name] = arguments.values[index]
            } else if let named = arguments.named[parameter.name] {
                scope[parameter.name] = named
            } else if let otherwise = parameter.otherwise {
                scope[parameter.name] = try value(otherwise)
            } else {
                scope[parameter.name] = .undefined
            }
        }
        // A macro sees what the whole template sees, and nothing of who calls it.
        let outside = scopes
        defer { scopes = outside }
        scopes = [scopes[0], scope]
        return .text(try text(of: macro.body))
    }

    mutating func makeNamespace(_ members: [(key: String, value: TemplateValue)]) -> TemplateValue {
        namespaces.append(members)
        return .namespace(namespaces.count - 1)
    }
}
