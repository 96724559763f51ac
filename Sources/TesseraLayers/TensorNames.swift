/// How a family's checkpoints call the parameters of our layers.
///
/// Rules go from our names to the hub's; `#` stands for a layer's number, and what follows a rule's name (`.weight`,
/// `.bias`) carries over:
///
/// ```swift
/// TensorNames(rules: [("encoder.blocks.#.attention.query", ["vit.encoder.layer.#.attention.attention.query"])])
/// // encoder.blocks.3.attention.query.bias is vit.encoder.layer.3.attention.attention.query.bias
/// ```
public struct TensorNames: Sendable {
    /// A tensor of a checkpoint, or one of several equal parts that are stacked in it along its rows.
    public struct Source: Sendable, ExpressibleByStringLiteral {
        /// As the checkpoint has it.
        public var name: String
        /// Which of the stacked parts it is, counted from 0.
        public var part = 0
        /// How many parts are stacked in the tensor; 1 where it stands for itself.
        public var partCount = 1
        /// Whether matrices lie in it as `[input, output]`, as GPT-2's do; parts of the output are then columns.
        public var isTransposed = false
        /// In how many groups of rows the parts are stacked: GPT-NeoX has queries, keys and values of each head side by side.
        public var groupCount = 1

        public init(stringLiteral name: String) { self.name = name }

        /// - Parameters:
        ///   - name: as the checkpoint has it.
        ///   - part: which of the stacked parts it is, counted from 0.
        ///   - partCount: how many parts are stacked in the tensor.
        ///   - isTransposed: whether matrices lie in it as `[input, output]`.
        ///   - groupCount: in how many groups of rows the parts are stacked.
        public init(
            _ name: String, part: Int = 0, of partCount: Int = 1, isTransposed: Bool = false,
            inGroups groupCount: Int = 1
        ) {
            (self.name, self.part, self.partCount) = (name, part, partCount)
            (self.isTransposed, self.groupCount) = (isTransposed, groupCount)
        }

        /// Which rows of the whole tensor, all parts in their groups, are those of this part.
        ///
        /// - Parameter rows: how many the whole tensor has.
        package func rowsOfPart(of rows: Int) -> [Int] {
            let size = rows / (partCount * groupCount)
            return (0..<groupCount).flatMap { group in
                let first = (group * partCount + part) * size
                return first..<first + size
            }
        }
    }

    private let rules: [(ours: [Substring], sources: [Source])]
    private let ignored: [[Substring]]
    /// What the names of this checkpoint lack at their beginning.
    private var prefix: [Substring] = []

    /// - Parameters:
    ///   - rules: our name and the hub's spellings of it, the one to write first. The first rule that fits is used.
    ///   - ignored: names that checkpoints of the family carry and that no result depends on.
    public init(rules: [(ours: String, sources: [Source])], ignored: [String]) {
        self.rules = rules.map { ($0.ours.split(separator: "."), $0.sources) }
        self.ignored = ignored.map { $0.split(separator: ".") }
    }

    /// The same names, for a checkpoint that holds the bare model: its names lack `prefix`.
    public func without(prefix: String) -> TensorNames {
        var bare = self
        bare.prefix = prefix.split(separator: ".")
        return bare
    }

    /// What a checkpoint may call our parameter `name`.
    public func sources(of name: String) -> [Source] {
        let parts = name.split(separator: ".")
        for rule in rules {
            guard let numbers = match(rule.ours, parts) else { continue }
            let rest = parts.dropFirst(rule.ours.count)
            return rule.sources.map { source in
                var remaining = numbers[...]
                let named = withoutPrefix(source.name.split(separator: "."))
                    .map { $0 == "#" ? remaining.removeFirst() : $0 }
                var result = source
                result.name = (named + rest).joined(separator: ".")
                return result
            }
        }
        return [Source(stringLiteral: name)]
    }

    /// Whether a checkpoint of the family may carry `name` without our using it.
    public func ignores(_ name: String) -> Bool {
        let parts = name.split(separator: ".")
        return ignored.contains { match(Array(withoutPrefix($0)), parts) != nil }
    }

    private func withoutPrefix(_ name: [Substring]) -> ArraySlice<Substring> {
        name.starts(with: prefix) ? name.dropFirst(prefix.count) : name[...]
    }

    /// The numbers that stand where `pattern` has `#`, or nil where `name` does not begin as `pattern` does.
    private func match(_ pattern: [Substring], _ name: [Substring]) -> [Substring]? {
        guard name.count >= pattern.count else { return nil }
        var numbers: [Substring] = []
        for (expected, part) in zip(pattern, name) {
            if expected == "#", part.allSatisfy(\.isNumber) {
                numbers.append(part)
            } else if expected != part {
                return nil
            }
        }
        return numbers
    }
}

extension TensorNames.Source: Hashable {}
