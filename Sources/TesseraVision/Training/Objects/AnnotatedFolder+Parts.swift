package import TesseraFiles
internal import TesseraLayers
internal import TesseraTraining

extension AnnotatedFolder {
    /// The files under the indices that their labels have among `labels`.
    ///
    /// - Parameter path: of the folder, for the error.
    /// - Throws: `FileError` naming the first label that is not there.
    package func files(labelled labels: [String], by path: String) throws(FileError) -> [AnnotatedFile] {
        var map: [Int] = []
        for name in self.labels {
            guard let index = labels.firstIndex(of: name) else {
                throw FileError(.badData, path: path, cause: "the training has no label \(name.quoted)")
            }
            map.append(index)
        }
        return files.map { file in
            AnnotatedFile(
                path: file.path, size: file.size,
                objects: file.objects.map { .init(label: map[$0.label], box: $0.box) })
        }
    }

    /// Sets a part of the files aside for validation; which ones depends on the seed and on their order.
    ///
    /// - Returns: both parts in the order of `files`.
    package static func split(
        _ files: [AnnotatedFile], validationFraction: Double, seed: UInt64
    ) -> (training: [AnnotatedFile], validation: [AnnotatedFile]) {
        var random = RandomGenerator(seed: seed)
        let isChosen = setAside(validationFraction, ofSamplesWith: files.map { _ in random.next() })
        return (
            zip(files, isChosen).filter { !$1 }.map(\.0), zip(files, isChosen).filter(\.1).map(\.0)
        )
    }
}
