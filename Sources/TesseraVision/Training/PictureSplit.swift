internal import TesseraLayers

extension PictureFolder {
    /// Sets a part of each class aside for validation.
    ///
    /// Which pictures are chosen depends on the seed, the class's name and the order of its files, and on nothing else:
    /// another class more or less changes nothing.
    ///
    /// - Parameter validationFraction: 0 to less than 1, of each class, rounded; at least one picture remains for training
    ///   and, unless 0, where there are two, one is set aside.
    /// - Returns: both parts in the order of `files`.
    public func split(
        validationFraction: Double, seed: UInt64
    ) -> (training: [LabelledFile], validation: [LabelledFile]) {
        precondition(validationFraction >= 0 && validationFraction < 1, "a share of each class, not all of it")
        guard validationFraction > 0 else { return (files, []) }
        var isChosen = [Bool](repeating: false, count: files.count)
        let members = Dictionary(grouping: files.indices) { files[$0].label }
        for (label, indices) in members {
            let wanted = Int((Double(indices.count) * validationFraction).rounded())
            let count = min(max(wanted, 1), indices.count - 1)
            var random = RandomGenerator(seed: seed, Self.hash(classes[label]))
            // The library's shuffle may change from one Swift to the next; an order by random numbers does not.
            let order = indices.map { (key: random.next(), index: $0) }.sorted {
                ($0.key, $0.index) < ($1.key, $1.index)
            }
            for (_, index) in order.prefix(count) { isChosen[index] = true }
        }
        let training = files.indices.filter { !isChosen[$0] }.map { files[$0] }
        return (training, files.indices.filter { isChosen[$0] }.map { files[$0] })
    }

    /// FNV-1a.
    private static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
