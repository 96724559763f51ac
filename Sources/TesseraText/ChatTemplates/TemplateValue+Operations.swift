internal import TesseraFiles

extension TemplateValue {
    /// What a loop goes through.
    func elements() throws(TemplateError) -> [TemplateValue] {
        switch self {
        case .undefined: return []
        case .list(let values): return values
        case .mapping(let members): return members.map { .text($0.key) }
        case .text(let text): return text.unicodeScalars.map { .text(String($0)) }
        default: throw TemplateError(cause: "what a loop goes through is no list")
        }
    }

    /// `value[from:to:by]`
    func slice(from: Int?, to: Int?, by step: Int) throws(TemplateError) -> TemplateValue {
        let values = try elements()
        guard step != 0, abs(step) < 1 << 30 else { throw TemplateError(cause: "a step of \(step) leads nowhere") }
        let count = values.count
        func bound(_ index: Int?, _ otherwise: Int) -> Int {
            guard let index else { return otherwise }
            let place = index < 0 ? max(index, -count - 1) + count : index
            return min(max(place, step > 0 ? 0 : -1), step > 0 ? count : count - 1)
        }
        let places = Array(
            stride(from: bound(from, step > 0 ? 0 : count - 1), to: bound(to, step > 0 ? count : -1), by: step))
        let kept = places.map { values[$0] }
        guard case .text = self else { return .list(kept) }
        return .text(kept.map { if case .text(let text) = $0 { text } else { "" } }.joined())
    }

    func negated() throws(TemplateError) -> TemplateValue {
        switch self {
        case .integer(let integer): return .integer(0 &- integer)
        case .number(let number): return .number(-number)
        default: throw TemplateError(cause: "what is no number has no negative")
        }
    }

    /// What an operator makes of two values.
    func combined(_ symbol: String, with other: TemplateValue) throws(TemplateError) -> TemplateValue {
        switch symbol {
        case "==": return .boolean(equals(other))
        case "!=": return .boolean(!equals(other))
        case "in": return .boolean(try other.holds(self))
        case "<", "<=", ">", ">=": return .boolean(try compared(symbol, with: other))
        default: break
        }
        switch (symbol, self, other) {
        case ("+", .text(let a), .text(let b)): return .text(a + b)
        case ("+", .list(let a), .list(let b)): return .list(a + b)
        case ("*", .text(let text), .integer(let count)):
            guard count < 1 << 16, text.utf8.count * max(0, count) < 1 << 20 else {
                throw TemplateError(cause: "it writes too much")
            }
            return .text(String(repeating: text, count: max(0, count)))
        case (_, .integer(let a), .integer(let b)) where symbol != "/": return .integer(try whole(symbol, a, b))
        default: return .number(try fractional(symbol, double, other.double))
        }
    }

    /// Whether it has an element, a key or a part.
    func holds(_ element: TemplateValue) throws(TemplateError) -> Bool {
        switch (self, element) {
        case (.text(let text), .text(let part)): return part.isEmpty || text.utf8.firstRange(of: part.utf8) != nil
        case (.list(let values), _): return values.contains { $0.equals(element) }
        case (.mapping, .text(let key)): return member(key) != nil
        case (.undefined, _), (.mapping, _): return false
        default: throw TemplateError(cause: "what is asked whether it holds something is no list")
        }
    }

    private func compared(_ symbol: String, with other: TemplateValue) throws(TemplateError) -> Bool {
        let isLess: Bool
        if case (.text(let a), .text(let b)) = (self, other) {
            isLess = a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
        } else if let a = double, let b = other.double {
            isLess = a < b
        } else {
            throw TemplateError(cause: "what is compared are neither two numbers nor two texts")
        }
        switch symbol {
        case "<": return isLess
        case "<=": return isLess || equals(other)
        case ">": return !isLess && !equals(other)
        default: return !isLess
        }
    }

    private func whole(_ symbol: String, _ a: Int, _ b: Int) throws(TemplateError) -> Int {
        let result: (partialValue: Int, overflow: Bool)
        switch symbol {
        case "+": result = a.addingReportingOverflow(b)
        case "-": result = a.subtractingReportingOverflow(b)
        case "*": result = a.multipliedReportingOverflow(by: b)
        default:
            guard b != 0, b != -1 else {
                if b == 0 { throw TemplateError(cause: "a number is divided by 0") }
                return symbol == "%" ? 0 : 0 &- a
            }
            // As in Python, the quotient is rounded down and the rest has the divisor's sign.
            let isMoved = a % b != 0 && (a < 0) != (b < 0)
            return symbol == "%" ? a % b + (isMoved ? b : 0) : a / b - (isMoved ? 1 : 0)
        }
        guard !result.overflow else { throw TemplateError(cause: "a number is too large") }
        return result.partialValue
    }

    private func fractional(_ symbol: String, _ a: Double?, _ b: Double?) throws(TemplateError) -> Double {
        guard let a, let b else { throw TemplateError(cause: "\(symbol) joins what are not two numbers") }
        switch symbol {
        case "+": return a + b
        case "-": return a - b
        case "*": return a * b
        default:
            guard b != 0 else { throw TemplateError(cause: "a number is divided by 0") }
            switch symbol {
            case "/": return a / b
            case "//": return (a / b).rounded(.down)
            default: return a - (a / b).rounded(.down) * b
            }
        }
    }
}
