public import TesseraFiles

/// A picture file and what is on it.
public struct LabelledFile: Sendable, Equatable {
    /// Where it lies, from the working folder or from the root.
    public let path: String
    /// The index of its class.
    public let label: Int

    /// - Parameters:
    ///   - path: the picture's file.
    ///   - label: the index of its class.
    public init(path: String, label: Int) {
        (self.path, self.label) = (path, label)
    }
}

/// Pictures sorted into a folder for each class, as torchvision's `ImageFolder` reads them.
///
/// ```
/// animals/cat/1.png
/// animals/cat/more/2.jpg
/// animals/dog/3.png
/// ```
///
/// A class is called as its folder. Its pictures are the files that end in .png, .jpg or .jpeg, in folders inside too.
/// Hidden files and folders are left out, and so is what lies beside the classes' folders.
public struct PictureFolder: Sendable {
    /// The folder whose folders are the classes.
    public let path: String
    /// The classes' names, in the order of their folders' names; numbers in names count as such: `2` before `10`.
    public let classes: [String]
    /// Class by class, each in the order of the names.
    public let files: [LabelledFile]

    /// Looks for pictures; none is opened yet.
    ///
    /// - Throws: `FileError` when the folder is absent or cannot be read, holds no class, only one, or one without a
    ///   picture.
    public init(_ path: String) throws(FileError) {
        let names = try PictureFolder.entries(path).filter { isFolder(joinPath(path, $0)) }
            .sorted(by: PictureFolder.naturallyPrecedes)
        try PictureFolder.check(names, path)
        var files: [LabelledFile] = []
        for (label, name) in names.enumerated() {
            let pictures = try PictureFolder.pictures(in: joinPath(path, name), depth: 0)
            guard !pictures.isEmpty else {
                throw FileError(.badData, path: joinPath(path, name), cause: "the class has no pictures")
            }
            files += pictures.map { LabelledFile(path: $0, label: label) }
        }
        (self.path, self.classes, self.files) = (path, names, files)
    }

    private init(path: String, classes: [String], files: [LabelledFile]) {
        (self.path, self.classes, self.files) = (path, classes, files)
    }

    /// The same pictures under the indices that their classes have among `labels`.
    ///
    /// - Throws: `FileError` naming the first class that is not there.
    public func relabelled(as labels: [String]) throws(FileError) -> PictureFolder {
        // Compared by bytes, as file systems do.
        let positions = Dictionary(labels.enumerated().map { (Array($1.utf8), $0) }) { first, _ in first }
        var map: [Int] = []
        for name in classes {
            guard let index = positions[Array(name.utf8)] else {
                throw FileError(.badData, path: joinPath(path, name), cause: "the training has no class of this name")
            }
            map.append(index)
        }
        return PictureFolder(
            path: path, classes: labels, files: files.map { LabelledFile(path: $0.path, label: map[$0.label]) })
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

    /// The pictures in a folder and the folders inside it.
    private static func pictures(in folder: String, depth: Int) throws(FileError) -> [String] {
        guard depth < 32 else {
            throw FileError(.badData, path: folder, cause: "folders are nested too deep, or a link leads back")
        }
        var paths: [String] = []
        for name in try entries(folder) {
            let path = joinPath(folder, name)
            if isFolder(path) {
                paths += try pictures(in: path, depth: depth + 1)
            } else if [".png", ".jpg", ".jpeg"].contains(where: { name.lowercased().hasSuffix($0) }) {
                paths.append(path)
            }
        }
        return paths
    }

    /// What is in a folder, without hidden files.
    private static func entries(_ folder: String) throws(FileError) -> [String] {
        try readFolder(folder).filter { !$0.hasPrefix(".") }
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
