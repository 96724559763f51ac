package import TesseraFiles
package import TesseraTensor

extension Layer {
    /// Fills the layer from a checkpoint.
    ///
    /// First every name and shape is compared, and all that is missing, unexpected or misshapen is reported at once; then
    /// tensors are read one by one, and matrices packed as they come, so that no second copy of the weights is ever held.
    ///
    /// - Parameters:
    ///   - skipping: names of parameters that are left as they are, whether the checkpoint has them or not: a new head's.
    ///   - packing: how a matrix in that role is packed; nil leaves it dense, to be trained.
    /// - Throws: `FileError` naming the tensors; the layer is then as it was.
    package mutating func load(
        from checkpoint: Checkpoint, names: TensorNames, skipping: Set<String> = [],
        packing: (ParameterRole) -> Packing?
    ) throws(FileError) {
        var loaded = self
        var check = CheckpointCheck(checkpoint: checkpoint, names: names, skipping: skipping)
        loaded.visitParameters(&check)
        try check.report()
        let sources = check.sources[...]
        // What was read into is of no size that running the model asks for.
        defer { AlignedMemory.releaseSpare() }
        self = try withoutActuallyEscaping(packing) { packing throws(FileError) in
            var reader = CheckpointReader(checkpoint: checkpoint, sources: sources, packing: packing)
            try loaded.visitParameters(&reader)
            return loaded
        }
    }

    /// The number of parameters.
    public var parameterCount: Int {
        var copy = self
        var counter = ParameterCounter()
        copy.visitParameters(&counter)
        return counter.count
    }
}

private struct ParameterCounter: ParameterVisitor {
    var place = ParameterPlace()
    var count = 0

    mutating func visit(_ name: String, _ parameter: inout Tensor, _ role: ParameterRole) { count += parameter.count }
    mutating func visit(_ name: String, _ weight: inout Weight, _ role: ParameterRole) {
        count += weight.shape.reduce(1, *)
    }
}

/// Compares the names and shapes of a layer's parameters with a checkpoint's.
private struct CheckpointCheck: ParameterVisitor {
    let checkpoint: Checkpoint
    let names: TensorNames
    let skipping: Set<String>
    var place = ParameterPlace()
    /// Where each parameter is read from, nil where it is not, in the order of the traversal.
    private(set) var sources: [TensorNames.Source?] = []
    private var used: Set<String> = []
    private var missing: [String] = []
    private var misshapen: [String] = []

    init(checkpoint: Checkpoint, names: TensorNames, skipping: Set<String>) {
        self.checkpoint = checkpoint
        self.names = names
        self.skipping = skipping
    }

    mutating func visit(_ name: String, _ parameter: inout Tensor, _ role: ParameterRole) {
        check(name, parameter.shape) { Array($0.drop { $0 == 1 }) }
    }

    mutating func visit(_ name: String, _ weight: inout Weight, _ role: ParameterRole) {
        // A convolution's weight [output, channels, height, width] is a matrix once its last dimensions are joined.
        check(name, weight.shape) { $0.count < 2 ? $0 : [$0[0], $0.dropFirst().reduce(1, *)] }
    }

    private mutating func check(_ name: String, _ shape: [Int], _ simplified: ([Int]) -> [Int]) {
        let name = place.fullName(name)
        let sources = names.sources(of: name)
        guard !skipping.contains(name) else {
            used.formUnion(sources.map(\.name))
            self.sources.append(nil)
            return
        }
        guard let source = sources.first(where: { checkpoint.contains($0.name) }),
            let found = checkpoint.shape(of: source.name)
        else {
            missing.append(sources[0].name)
            return
        }
        self.sources.append(source)
        used.insert(source.name)
        var expected = simplified(shape)
        if source.partCount > 1, !expected.isEmpty { expected[0] *= source.partCount }
        if source.isTransposed { expected.reverse() }
        if simplified(found) != expected {
            misshapen.append("\(source.name) is \(found) instead of \(expected)")
        }
    }

    func report() throws(FileError) {
        let unexpected = checkpoint.names.filter { !used.contains($0) && !names.ignores($0) }
        let complaints = [("missing", missing), ("unexpected", unexpected), ("of another shape", misshapen)]
            .filter { !$0.1.isEmpty }
            .map { "\($0.1.count) \($0.1.count == 1 ? "tensor" : "tensors") \($0.0): \(CheckpointCheck.list($0.1))" }
        guard !complaints.isEmpty else { return }
        throw FileError(
            .badData, path: checkpoint.path,
            cause: "the weights do not fit config.json: " + complaints.joined(separator: "; "))
    }

    /// The first few of them, and how many more there are: a wrong prefix makes all names wrong.
    private static func list(_ items: [String]) -> String {
        let shown = 5
        guard items.count > shown + 1 else { return items.joined(separator: ", ") }
        return items.prefix(shown).joined(separator: ", ") + " and \(items.count - shown) more"
    }
}

/// Reads a layer's parameters from a checkpoint that was checked.
private struct CheckpointReader: ParameterVisitor {
    let checkpoint: Checkpoint
    /// What the check found, for the parameters that are still to be read.
    var sources: ArraySlice<TensorNames.Source?>
    let packing: (ParameterRole) -> Packing?
    var place = ParameterPlace()

    mutating func visit(_ name: String, _ parameter: inout Tensor, _ role: ParameterRole) throws(FileError) {
        guard let tensor = try read(shape: parameter.shape) else { return }
        parameter = tensor
    }

    mutating func visit(_ name: String, _ weight: inout Weight, _ role: ParameterRole) throws(FileError) {
        guard let packing = packing(role) else {
            if let tensor = try read(shape: weight.shape) { weight.form = .dense(tensor) }
            return
        }
        let shape = weight.shape
        guard let rows = rowsOfNext(shape) else {
            if let tensor = try read(shape: shape) { weight.form = .packed(PackedMatrix(tensor, packing)) }
            return
        }
        weight.form = .packed(try PackedMatrix(output: shape[0], input: shape[1], packing, rows: rows))
    }

    mutating func visit(_ name: String, _ table: inout Table, _ role: ParameterRole) throws(FileError) {
        guard packing(role) != nil, let rows = rowsOfNext(table.shape) else {
            if let tensor = try read(shape: table.shape) { table = Table(tensor) }
            return
        }
        table = try Table(shape: table.shape, rows: rows)
    }

    mutating func visit(_ matrix: inout Weight, tiedTo table: inout Table, _ role: ParameterRole) {
        guard let packing = packing(role) else { return }
        let packed = PackedMatrix(output: table.shape[0], input: table.shape[1], packing, rows: table.rows)
        matrix.form = .packed(packed)
        table = Table(packed) ?? table
    }

    /// What reads some rows of the next parameter; nil where it is skipped, or its rows are not read alone.
    private mutating func rowsOfNext(_ shape: [Int]) -> ((Range<Int>) throws(FileError) -> Tensor)? {
        guard let source = sources.first ?? nil, !source.isTransposed, source.groupCount == 1,
            checkpoint.readsRows(of: source.name)
        else { return nil }
        sources.removeFirst()
        let (checkpoint, first) = (checkpoint, source.part * shape[0])
        return { rows throws(FileError) in
            try checkpoint.readTensor(source.name, rows: first + rows.lowerBound..<first + rows.upperBound)
                .reshaped([rows.count, shape[1]])
        }
    }

    /// The next parameter; nil where it is skipped.
    private mutating func read(shape: [Int]) throws(FileError) -> Tensor? {
        guard let source = sources.removeFirst() else { return nil }
        var tensor = try checkpoint.readTensor(source.name)
        if source.isTransposed, shape.count == 2 {
            tensor = tensor.reshaped([shape[1], shape[0] * source.partCount]).transposed()
        }
        guard source.partCount > 1 else { return tensor.reshaped(shape) }
        let rows = tensor.shape[0]
        return tensor.reshaped([rows, tensor.count / max(1, rows)]).gatheringRows(source.rowsOfPart(of: rows))
            .reshaped(shape)
    }
}
