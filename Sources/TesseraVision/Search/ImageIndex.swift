internal import TesseraTensor

/// Pictures by what they show: an embedding of each, of length 1, beside the file's name and what tells whether it was changed.
///
/// ```swift
/// var index = ImageIndex(model: classifier.fingerprint)
/// index.insert([(name: "7.jpg", state: FileState("photos/7.jpg")!, embedding: features)])
/// for match in index.search(for: query, among: ["7.jpg"], topK: 10) { print(match.name, match.score) }
/// ```
public struct ImageIndex: Sendable {
    /// A picture that a search finds.
    public struct Match: Sendable, Equatable {
        /// The picture's name in the index.
        public let name: String
        /// The cosine of the angle between its embedding and the query's: 1 where they are the same.
        public let score: Float
    }

    /// Of which model the embeddings are; those of another are of no use beside them.
    public let model: String
    /// The pictures' names, in the order of their embeddings.
    private(set) var names: [String] = []
    private(set) var states: [FileState] = []
    /// How many numbers an embedding has; 0 while there is none.
    private(set) var size = 0
    /// Row by row.
    private(set) var embeddings: [Float] = []
    private var places: [String: Int] = [:]

    /// An index of no pictures.
    ///
    /// - Parameter model: see `ImageClassifier.fingerprint`.
    public init(model: String) { self.model = model }

    init(model: String, names: [String], states: [FileState], size: Int, embeddings: [Float]) {
        (self.model, self.names, self.states, self.size, self.embeddings) = (model, names, states, size, embeddings)
        places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// How many pictures there are.
    public var count: Int { names.count }

    /// Whether no two pictures have one name.
    var hasDistinctNames: Bool { places.count == names.count }

    /// Whether a picture is there as its file is now.
    public func holds(_ name: String, _ state: FileState) -> Bool { places[name].map { states[$0] == state } ?? false }

    /// Adds pictures, in place of those of the same names.
    ///
    /// - Parameter pictures: each with an embedding, all of one size.
    public mutating func insert(_ pictures: [(name: String, state: FileState, embedding: [Float])]) {
        for picture in pictures {
            let row = unitVector(picture.embedding)
            precondition(size == 0 || row.count == size, "an embedding of \(row.count) numbers among those of \(size)")
            size = row.count
            if let place = places[picture.name] {
                states[place] = picture.state
                embeddings.replaceSubrange(place * size..<(place + 1) * size, with: row)
            } else {
                places[picture.name] = names.count
                names.append(picture.name)
                states.append(picture.state)
                embeddings += row
            }
        }
    }

    /// Leaves out the pictures that `isKept` says no to.
    public mutating func removeAll(unless isKept: (String) -> Bool) {
        let kept = names.indices.filter { isKept(names[$0]) }
        guard kept.count < names.count else { return }
        self = ImageIndex(
            model: model, names: kept.map { names[$0] }, states: kept.map { states[$0] }, size: size,
            embeddings: kept.flatMap { embeddings[$0 * size..<($0 + 1) * size] })
    }

    /// The pictures that are most like a query, best first; of those that are alike, the first.
    ///
    /// - Parameters:
    ///   - query: an embedding in the same space, a picture's or a text's, of any length but 0.
    ///   - names: which pictures to look at; all of them where nil.
    ///   - topK: how many to give.
    public func search(for query: [Float], among names: Set<String>? = nil, topK: Int) -> [Match] {
        guard count > 0 else { return [] }
        precondition(query.count == size, "a query of \(query.count) numbers among embeddings of \(size)")
        var scores = scores(unitVector(query))
        if let names {
            for (index, name) in self.names.enumerated() where !names.contains(name) { scores[index] = -.infinity }
        }
        let best = scores.withUnsafeBufferPointer { $0.largest(topK) }
        return best.map { Match(name: self.names[$0.index], score: $0.value) }
    }

    /// The product of each embedding with a query.
    private func scores(_ query: [Float]) -> [Float] {
        var scores = [Float](repeating: 0, count: count)
        embeddings.withUnsafeBufferPointer { rows in
            query.withUnsafeBufferPointer { query in
                scores.withUnsafeMutableBufferPointer { scores in
                    let target = scores.baseAddress!
                    Threads.forEachRange(of: count, grain: 4096) { range in
                        for row in range {
                            target[row] = dotProduct(rows.baseAddress! + row * size, query.baseAddress!, size)
                        }
                    }
                }
            }
        }
        return scores
    }
}

/// The sum of the products of two vectors, sixteen at a time.
private func dotProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    var sums = SIMD16<Float>.zero
    var index = 0
    while index + 16 <= count {
        let x = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD16<Float>.self)
        sums += x * UnsafeRawPointer(b + index).loadUnaligned(as: SIMD16<Float>.self)
        index += 16
    }
    var sum = sums.sum()
    while index < count {
        sum += a[index] * b[index]
        index += 1
    }
    return sum
}

/// A vector brought to a length of 1.
private func unitVector(_ values: [Float]) -> [Float] { Tensor(shape: [1, values.count], values).unitRows().values }
