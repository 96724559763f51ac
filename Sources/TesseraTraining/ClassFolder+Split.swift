internal import TesseraLayers

extension ClassFolder {
    /// Sets a part of each class aside for validation.
    ///
    /// Which files are chosen depends on the seed, the class's name and the order of its files, and on nothing else:
    /// another class more or less changes nothing.
    ///
    /// - Parameter validationFraction: 0 to less than 1, of each class, rounded; at least one file remains for training
    ///   and, unless 0, where there are two, one is set aside.
    /// - Returns: both parts in the order of `files`.
    public func split(
        validationFraction: Double, seed: UInt64
    ) -> (training: [LabelledFile], validation: [LabelledFile]) {
        var isChosen = [Bool](repeating: false, count: files.count)
        let members = Dictionary(grouping: files.indices) { files[$0].label }
        for (label, indices) in members {
            var random = RandomGenerator(seed: seed, name: classes[label].utf8)
            let chosen = setAside(validationFraction, ofSamplesWith: indices.map { _ in random.next() })
            for (index, isSetAside) in zip(indices, chosen) { isChosen[index] = isSetAside }
        }
        let training = files.indices.filter { !isChosen[$0] }.map { files[$0] }
        return (training, files.indices.filter { isChosen[$0] }.map { files[$0] })
    }
}
