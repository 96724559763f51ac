internal import CTesseraVector

/// What a stack of layers holds of each token: a key and a value for every head of every layer.
package struct KeyValueLayout: Sendable, Hashable {
    package let layerCount, headCount, headSize: Int
    /// In which keys and values are held; int8 with a scale for each key and each value of a head.
    package let precision: Precision

    package init(layerCount: Int, headCount: Int, headSize: Int, precision: Precision) {
        (self.layerCount, self.headCount, self.headSize) = (layerCount, headCount, headSize)
        self.precision = precision
    }

    /// Bytes that a page with room for so many keys takes for each head of a layer.
    func bytesOfHead(pageKeys: Int) -> Int {
        kernels.pointee.page_bytes(precision.code, Int64(pageKeys), Int64(headSize))
    }
}

/// The keys and values of one sequence in all layers of a stack, in pages: what is there stays where it is while it grows. Copies
/// share pages until one of them is written to.
package struct KeyValuePages: Sendable {
    package let layout: KeyValueLayout
    /// How many tokens there are.
    package private(set) var count = 0
    /// How many tokens a page has room for.
    let pageKeys: Int
    private(set) var pages: [AlignedMemory] = []

    /// - Parameter room: how many tokens there will be, where that is known: one page then has room for all.
    package init(_ layout: KeyValueLayout, room: Int = 1) {
        let block = Int(TESSERA_KEY_BLOCK)
        self.layout = layout
        pageKeys = max(1, (room + block - 1) / block) * block
    }

    /// What tells those that share their pages from others; nil where there are none.
    package var identity: ObjectIdentifier? { pages.first.map(ObjectIdentifier.init) }

    /// Makes room for more tokens, whose keys and values are undefined until they are stored.
    package mutating func grow(by tokens: Int) {
        let firstWritten = count / pageKeys
        count += tokens
        if firstWritten < pages.count, tokens > 0, !isKnownUniquelyReferenced(&pages[firstWritten]) {
            let copy = AlignedMemory(byteCount: pageBytes)
            copy.address.copyMemory(from: pages[firstWritten].address, byteCount: pageBytes)
            pages[firstWritten] = copy
        }
        while pages.count * pageKeys < count { pages.append(AlignedMemory(byteCount: pageBytes)) }
    }

    /// Forgets all but the first `count` tokens.
    package mutating func forget(after count: Int) {
        precondition(0...self.count ~= count, "\(count) tokens of \(self.count)")
        self.count = count
        pages.removeLast(pages.count - (count + pageKeys - 1) / pageKeys)
    }

    var bytesOfHead: Int { layout.bytesOfHead(pageKeys: pageKeys) }
    private var pageBytes: Int { layout.layerCount * layout.headCount * bytesOfHead }
}
