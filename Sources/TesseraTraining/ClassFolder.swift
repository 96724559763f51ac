public import TesseraFiles

/// A file, and the class of what is in it.
public struct LabelledFile: Sendable, Equatable {
    /// Where it lies, from the working folder or from the root.
    public let path: String
    /// The index of its class.
    public let label: Int

    /// - Parameters:
    ///   - path: where it lies.
    ///   - label: the index of its class.
    public init(path: String, label: Int) {
        (self.path, self.label) = (path, label)
    }
}

/// Files sorted into a folder for each class, as torchvision's `ImageFolder` reads them.
///
/// ```
/// animals/cat/1.png
/// animals/cat/more/2.jpg
/// animals/dog/3.png
/// ```
///
/// A class is called as its folder. What belongs to it is told by the files' names, in folders inside too. Hidden files and folders are
/// left out, and so is what lies beside the classes' folders. TesseraVision makes one of pictures, `ClassFolder(pictures:)`, and
/// TesseraSpeech one of recordings, `ClassFolder(recordings:)`.
public struct ClassFolder: Sendable {
    /// The folder whose folders are the classes.
    public let path: String
    /// The classes' names, in the order of their folders' names; numbers in names count as such: `2` before `10`.
    public let classes: [String]
    /// Class by class, each in the order of the names.
    public let files: [LabelledFile]
    /// Files and folders whose names are no text, and folders inside that cannot be read: they are left out.
    public let failures: [FileError]
    /// What classes hold beside, a sentence each: `cat: 4 files of other kinds are left out`.
    public let warnings: [String]

    /// Looks for files; none is opened yet.
    ///
    /// - Parameters:
    ///   - path: the folder whose folders are the classes.
    ///   - extensions: how the names of files end that belong to a class, without the dot.
    ///   - samples: what they are called in errors: `pictures`.
    /// - Throws: `FileError` when the folder is absent or cannot be read, holds no class, only one, or one without such a file.
    package init(_ path: String, extensions: [String], samples: String) throws(FileError) {
        let folders = try folderEntries(path).filter { $0.isFolder && !$0.isHidden }
        let names = folders.compactMap(\.name).sorted(by: ClassFolder.naturallyPrecedes)
        try ClassFolder.check(names, path)
        var (files, warnings): ([LabelledFile], [String]) = ([], [])
        var failures = folders.filter { $0.name == nil }.map { folder in
            FileError(
                .unreadable, path: joinPath(path, folder.shownName), cause: "the class's name is not UTF-8: rename it")
        }
        for (label, name) in names.enumerated() {
            let folder = joinPath(path, name)
            let found = try FolderFiles(folder, extensions: extensions, isRecursive: true)
            guard !found.paths.isEmpty || !found.failures.isEmpty else {
                let others = found.leftOut.map { ", but \($0)" } ?? ""
                throw FileError(.badData, path: folder, cause: "the class has no \(samples)\(others)")
            }
            files += found.paths.map { LabelledFile(path: $0, label: label) }
            failures += found.failures
            if let warning = found.warning { warnings.append("\(folder): \(warning)") }
        }
        self.init(path: path, classes: names, files: files, failures: failures, warnings: warnings)
    }

    private init(path: String, classes: [String], files: [LabelledFile], failures: [FileError], warnings: [String]) {
        (self.path, self.classes, self.files) = (path, classes, files)
        (self.failures, self.warnings) = (failures, warnings)
    }

    /// The same files under the indices that their classes have among `labels`.
    ///
    /// - Throws: `FileError` naming the first class that is not there.
    public func relabelled(as labels: [String]) throws(FileError) -> ClassFolder {
        // Compared by bytes, as file systems do.
        let positions = Dictionary(labels.enumerated().map { (Array($1.utf8), $0) }) { first, _ in first }
        var map: [Int] = []
        for name in classes {
            guard let index = positions[Array(name.utf8)] else {
                throw FileError(.badData, path: joinPath(path, name), cause: "the training has no class of this name")
            }
            map.append(index)
        }
        return ClassFolder(
            path: path, classes: labels, files: files.map { LabelledFile(path: $0.path, label: map[$0.label]) },
            failures: failures, warnings: warnings)
    }

    private static func check(_ names: [String], _ path: String) throws(FileError) {
        guard let first = names.first else {
            throw FileError(.badData, path: path, cause: "holds no folders: there has to be one for each class")
        }
        guard names.count > 1 else {
            let cause = "holds one class only, \(first.quoted): there is nothing to tell apart"
            throw FileError(.badData, path: path, cause: cause)
        }
        let splits: Set = ["train", "training", "val", "valid", "validation", "test"]
        guard !names.allSatisfy({ splits.contains($0.lowercased()) }) else {
            let cause = "holds \(names.map(\.quoted).joined(separator: ", ")), which are no classes: name one of them"
            throw FileError(.badData, path: path, cause: cause)
        }
    }

    /// By bytes, but numbers by their value.
    private static func naturallyPrecedes(_ left: String, _ right: String) -> Bool {
        var (a, b) = (left.utf8[...], right.utf8[...])
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        while let first = a.first, let second = b.first {
            let (digitsA, digitsB) = (a.prefix(while: isDigit), b.prefix(while: isDigit))
            if !digitsA.isEmpty && !digitsB.isEmpty {
                let numberA = digitsA.drop { $0 == UInt8(ascii: "0") }
                let numberB = digitsB.drop { $0 == UInt8(ascii: "0") }
                if numberA.count != numberB.count { return numberA.count < numberB.count }
                if !numberA.elementsEqual(numberB) { return numberA.lexicographicallyPrecedes(numberB) }
                (a, b) = (a.dropFirst(digitsA.count), b.dropFirst(digitsB.count))
            } else {
                if first != second { return first < second }
                (a, b) = (a.dropFirst(), b.dropFirst())
            }
        }
        // `01` and `1` differ in their bytes alone.
        return a.isEmpty && b.isEmpty ? left.utf8.lexicographicallyPrecedes(right.utf8) : a.isEmpty
    }
}
