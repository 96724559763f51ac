internal import TesseraTensor

/// How a map is cut into windows, from a shifted corner on and around its edges, and put together again.
struct WindowLayout {
    /// Windows that have one mask: those inside, at the right edge, at the lower edge, and in the corner.
    struct Kind {
        /// Which of the windows, row by row.
        let windows: [Int]
        /// Keeps apart what lies at opposite edges of the map, `[side², side²]`; nil where nothing does.
        let mask: Tensor?
    }

    /// Tokens in a row and in a column of a window.
    let side: Int
    let kinds: [Kind]
    /// Which token of the map stands at each place of the windows, one window behind the other; nil beside the map.
    private let places: [Int?]
    /// Where in the kinds' windows, one kind behind the other, each token of the map stands.
    private let positions: [Int]
    private let windowCount: Int

    init(rows: Int, columns: Int, side: Int, shift: Int) {
        self.side = side
        let (down, across) = ((rows + side - 1) / side, (columns + side - 1) / side)
        windowCount = down * across
        let size = side * side
        var places = [Int?](repeating: nil, count: windowCount * size)
        for place in places.indices {
            let (window, inside) = place.quotientAndRemainder(dividingBy: size)
            let row = (window / across * side + inside / side + shift) % (down * side)
            let column = (window % across * side + inside % side + shift) % (across * side)
            if row < rows && column < columns { places[place] = row * columns + column }
        }
        self.places = places
        func isEdge(_ window: Int) -> (lower: Bool, right: Bool) {
            shift == 0 ? (false, false) : (window / across == down - 1, window % across == across - 1)
        }
        kinds = [(false, false), (false, true), (true, false), (true, true)].compactMap { lower, right in
            let windows = (0..<down * across).filter { isEdge($0) == (lower, right) }
            let mask = lower || right ? WindowLayout.mask(side: side, shift: shift, lower: lower, right: right) : nil
            return windows.isEmpty ? nil : Kind(windows: windows, mask: mask)
        }
        var positions = [Int](repeating: 0, count: rows * columns)
        for (order, window) in kinds.flatMap(\.windows).enumerated() {
            for inside in 0..<size {
                if let token = places[window * size + inside] { positions[token] = order * size + inside }
            }
        }
        self.positions = positions
    }

    /// -100 between tokens of which one came around an edge and the other did not, as the reference has it.
    private static func mask(side: Int, shift: Int, lower: Bool, right: Bool) -> Tensor {
        func region(_ token: Int) -> [Bool] {
            [lower && token / side >= side - shift, right && token % side >= side - shift]
        }
        let regions = (0..<side * side).map(region)
        return Tensor(
            shape: [side * side, side * side],
            regions.flatMap { query in regions.map { query == $0 ? 0 : -100 } })
    }

    /// The windows of some maps, `[batch, tokens, hidden]` to `[batch, windows * side², hidden]`.
    func windows(of x: Tensor) -> Tensor { x.gatheringTokens(places) }

    /// Those of one kind, `[batch * windows, side², hidden]`.
    func windows(_ windows: Tensor, of kind: Kind) -> Tensor {
        let (batch, hidden, size) = (windows.shape[0], windows.shape[2], side * side)
        let rows = windows.reshaped([batch * windowCount, size * hidden])
        let wanted = (0..<batch).flatMap { item in kind.windows.map { item * windowCount + $0 } }
        return rows.gatheringRows(wanted).reshaped([wanted.count, size, hidden])
    }

    /// The maps of windows, a tensor a kind, `[batch, tokens, hidden]`.
    func tokens(of windows: [Tensor], batch: Int) -> Tensor {
        let (size, hidden) = (side * side, windows[0].shape[2])
        var all = Tensor(uninitialized: [batch, windowCount * size, hidden])
        var first = 0
        for (kind, part) in zip(kinds, windows) {
            let count = kind.windows.count * size
            all.replaceTokens(from: first, with: part.reshaped([batch, count, hidden]))
            first += count
        }
        return all.gatheringTokens(positions)
    }
}

extension Tensor {
    /// Tokens of each sequence `[batch, tokens, hidden]` by their places; zeros for nil.
    func gatheringTokens(_ places: [Int?]) -> Tensor {
        let (batch, count, hidden) = (shape[0], shape[1], shape[2])
        var result = Tensor(uninitialized: [batch, places.count, hidden])
        withValues { source in
            result.withMutableValues { target in
                let (source, target) = (source.baseAddress!, target.baseAddress!)
                Threads.forEachRange(of: batch * places.count, grain: 256) { range in
                    for row in range {
                        let to = target + row * hidden
                        if let place = places[row % places.count] {
                            to.update(from: source + (row / places.count * count + place) * hidden, count: hidden)
                        } else {
                            to.update(repeating: 0, count: hidden)
                        }
                    }
                }
            }
        }
        return result
    }
}
