import TesseraFiles
import TesseraTraining

/// Files in a folder a class: those to train on and those to validate with, none of which is read yet.
struct LabelledParts {
    let training, validation: [LabelledFile]
    /// Files that are there and cannot be named or reached.
    let failures: [FileError]
    /// What to tell the user about the folders.
    let warnings: [String]
    private let labels: [String]

    /// - Parameters:
    ///   - validation: the folder to validate with; nil where a part of `folder` does.
    ///   - fraction: the part, a tenth where nil.
    ///   - labels: the model's, in its order.
    /// - Throws: `FileError` naming a class of either folder that the model has no label for.
    init(
        _ folder: ClassFolder, validation: ClassFolder?, fraction: Double?, labels: [String], seed: UInt64
    ) throws(FileError) {
        self.labels = labels
        let files = try folder.relabelled(as: labels)
        if let validation = try validation?.relabelled(as: labels) {
            (training, self.validation) = (files.files, validation.files)
        } else {
            (training, self.validation) = files.split(validationFraction: fraction ?? 0.1, seed: seed)
        }
        failures = files.failures + (validation?.failures ?? [])
        warnings = files.warnings + (validation?.warnings ?? [])
    }

    /// Of both parts.
    var count: Int { training.count + validation.count }

    /// Refuses a class of which nothing is left to train on.
    ///
    /// - Parameters:
    ///   - files: those that could be read.
    ///   - samples: what one is called.
    ///   - folder: of the classes, for the error.
    func checkClasses(of files: [LabelledFile], samples: String, in folder: String) throws(FileError) {
        let found = Set(files.map(\.label))
        for (index, name) in labels.enumerated() where !found.contains(index) {
            let cause = "the class has no \(samples) to train on that can be read"
            throw FileError(.badData, path: joinPath(folder, name), cause: cause)
        }
    }
}

extension LabelledFile {
    /// What a file is and holds: its label, its folder's name and its own.
    var line: String {
        let (folder, name) = splitPath(path)
        return "\(label)/\(splitPath(folder).name)/\(name)"
    }
}
