internal import TesseraLayers
internal import TesseraTensor

/// The adapter of one of our matrices, which may be one of several parts of a matrix in files.
struct AdapterOfPart {
    /// What files call the matrix, and which part of it ours is.
    let source: TensorNames.Source
    /// A, `[rank, input]`
    let down: Tensor
    /// B, `[output, rank]`
    let up: Tensor

    /// Whether the parameter of that name is A or B of an adapter.
    static func isPart(_ name: String) -> Bool { name.split(separator: ".").contains("adapter") }

    /// All adapters, by the matrices that they are beside in files.
    ///
    /// - Returns: the adapters of each matrix's parts, and what files call its layer.
    static func matrices(
        of parameters: Parameters, names: TensorNames
    ) -> [(parts: [AdapterOfPart], layer: [Substring])] {
        var matrices: [(parts: [AdapterOfPart], layer: [Substring])] = []
        for (index, name) in parameters.names.enumerated() where name.hasSuffix(".adapter.down.weight") {
            let matrix = name.replacing(".adapter.down.weight", with: ".weight")
            let source = names.sources(of: matrix)[0]
            let layer = Array(source.name.split(separator: ".").dropLast())
            if matrices.last?.layer != layer { matrices.append(([], layer)) }
            // A layer shows B right after A.
            let (down, up) = (parameters.tensors[index], parameters.tensors[index + 1])
            matrices[matrices.count - 1].parts.append(AdapterOfPart(source: source, down: down, up: up))
        }
        return matrices
    }

    /// Adapters of parts of a matrix as one of the whole: the rows of their A after each other, and the columns of their B, each of which
    /// has numbers in the rows of its own part alone.
    static func joined(_ parts: [AdapterOfPart]) -> (down: Tensor, up: Tensor) {
        let ranks = parts.reduce(0) { $0 + $1.down.shape[0] }
        let down = Tensor(shape: [ranks, parts[0].down.shape[1]], parts.flatMap(\.down.values))
        let rows = parts[0].up.shape[0] * parts[0].source.partCount
        var up = [Float](repeating: 0, count: rows * ranks)
        var column = 0
        for part in parts {
            let (values, rank) = (part.up.values, part.up.shape[1])
            for (own, row) in part.source.rowsOfPart(of: rows).enumerated() {
                up.replaceSubrange(
                    row * ranks + column..<row * ranks + column + rank, with: values[own * rank..<(own + 1) * rank])
            }
            column += rank
        }
        return (down, Tensor(shape: [rows, ranks], up))
    }
}
