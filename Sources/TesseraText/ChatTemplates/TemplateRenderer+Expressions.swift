internal import TesseraFiles

/// What a call is given.
struct TemplateCall {
    var values: [TemplateValue] = []
    var named: [String: TemplateValue] = [:]

    /// An argument by its place, or else its name.
    func argument(_ place: Int, _ name: String) -> TemplateValue? {
        place < values.count ? values[place] : named[name]
    }
}

extension TemplateRenderer {
    /// What an expression is worth.
    mutating func value(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        try step()
        return try deeper { renderer throws(TemplateError) in try renderer.found(expression) }
    }

    private mutating func found(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        switch expression {
        case .value(let value): return value
        case .name(let name): return lookUp(name)
        case .list(let elements): return try measured(.list(try values(elements)))
        case .mapping(let members):
            var pairs: [(key: String, value: TemplateValue)] = []
            for (key, element) in members {
                guard case .text(let key) = try value(key) else { throw TemplateError(cause: "a key is no text") }
                pairs.removeAll { $0.key == key }
                pairs.append((key, try value(element)))
            }
            return try measured(.mapping(pairs))
        case .attribute(let object, let name): return try attribute(try value(object), name)
        case .item(let object, let index): return try item(try value(object), try value(index))
        case .slice(let object, let from, let to, let by):
            var bounds: [Int?] = []
            for bound in [from, to, by] {
                bounds.append(try bound.map { e throws(TemplateError) in try integer(e) } ?? nil)
            }
            return try value(object).slice(from: bounds[0], to: bounds[1], by: bounds[2] ?? 1)
        case .call(let function, let arguments): return try call(function, try call(arguments))
        case .filter(let input, let name, let arguments):
            let input = try value(input)
            return try TemplateFilters.apply(name, to: input, try call(arguments), in: &self)
        case .test(let input, let name, let arguments):
            let input = try value(input)
            return .boolean(try TemplateTests.holds(name, of: input, try call(arguments)))
        case .not(let operand): return .boolean(!(try value(operand).isTrue))
        case .negative(let operand): return try value(operand).negated()
        case .binary(let symbol, let left, let right): return try binary(symbol, left, right)
        case .conditional(let value, let condition, let otherwise):
            if try self.value(condition).isTrue { return try self.value(value) }
            return try otherwise.map { e throws(TemplateError) in try self.value(e) } ?? .undefined
        }
    }

    private mutating func values(_ expressions: [TemplateExpression]) throws(TemplateError) -> [TemplateValue] {
        var values: [TemplateValue] = []
        for expression in expressions { values.append(try value(expression)) }
        return values
    }

    private mutating func integer(_ expression: TemplateExpression) throws(TemplateError) -> Int? {
        switch try value(expression) {
        case .none: return nil
        case .integer(let integer): return integer
        default: throw TemplateError(cause: "a bound is no whole number")
        }
    }

    private mutating func call(_ arguments: TemplateArguments) throws(TemplateError) -> TemplateCall {
        var call = TemplateCall(values: try values(arguments.values))
        for (name, expression) in arguments.named { call.named[name] = try value(expression) }
        return call
    }

    private mutating func binary(
        _ symbol: String, _ left: TemplateExpression, _ right: TemplateExpression
    ) throws(TemplateError) -> TemplateValue {
        let first = try value(left)
        switch symbol {
        case "or": return first.isTrue ? first : try value(right)
        case "and": return first.isTrue ? try value(right) : first
        default: break
        }
        let second = try value(right)
        if ["==", "!=", "in"].contains(symbol) { try step(writing: 64 * (first.partCount + second.partCount)) }
        if symbol == "~" {
            let text = first.shown + second.shown
            try step(writing: text.utf8.count)
            return .text(text)
        }
        let result = try first.combined(symbol, with: second)
        if case .text(let text) = result { try step(writing: text.utf8.count) }
        return try measured(result)
    }

    /// The value, where it is not too large.
    private mutating func measured(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
        let count = value.partCount
        guard count <= TemplateValue.partLimit else { throw TemplateError(cause: "a list is too large") }
        try step(writing: 64 * count)
        return value
    }

    private func attribute(_ object: TemplateValue, _ name: String) throws(TemplateError) -> TemplateValue {
        switch object {
        case .undefined: throw TemplateError(cause: "nothing has \(name): what should is not defined")
        case .namespace(let number): return namespaces[number].first { $0.key == name }?.value ?? .undefined
        default: return object.member(name) ?? .undefined
        }
    }

    private func item(_ object: TemplateValue, _ index: TemplateValue) throws(TemplateError) -> TemplateValue {
        switch (object, index) {
        case (_, .text(let name)): return try attribute(object, name)
        case (.list(let values), .integer(let index)):
            let place = index < 0 ? index + values.count : index
            return values.indices.contains(place) ? values[place] : .undefined
        case (.text(let text), .integer(let index)):
            let scalars = Array(text.unicodeScalars)
            let place = index < 0 ? index + scalars.count : index
            return scalars.indices.contains(place) ? .text(String(scalars[place])) : .undefined
        case (.undefined, _): throw TemplateError(cause: "a part is asked of what is not defined")
        default: return .undefined
        }
    }

    private mutating func call(
        _ function: TemplateExpression, _ arguments: TemplateCall
    ) throws(TemplateError) -> TemplateValue {
        if case .attribute(let object, let name) = function {
            let object = try value(object)
            if let member = object.member(name), case .macro(let macro) = member { return try call(macro, arguments) }
            return try TemplateMethods.call(name, of: object, arguments)
        }
        switch try value(function) {
        case .macro(let macro): return try call(macro, arguments)
        case .function(let name): return try TemplateFunctions.call(name, arguments, in: &self)
        default: throw TemplateError(cause: "what is called is no function")
        }
    }
}
