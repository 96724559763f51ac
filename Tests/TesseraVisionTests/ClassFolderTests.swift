import TesseraFiles
import TesseraTraining
import TesseraVision
import TestSupport
import Testing

@Suite struct ClassFolderTests {
    /// Empty files called like pictures, as many a class.
    private func folder(_ counts: [(String, Int)]) -> TemporaryFolder {
        let folder = TemporaryFolder()
        for (name, count) in counts { for index in 0..<count { folder.write("\(name)/\(index).png", "") } }
        return folder
    }

    @Test("Classes are folders in natural order; pictures are found in folders inside, others left out")
    func layout() throws {
        let folder = folder([("class10", 1), ("class2", 1), ("Zebra", 1), ("class02", 1)])
        folder.write("class2/more/deep/B.JPEG", "")
        folder.write("class2/notes.txt", "")
        folder.write("class2/.hidden.png", "")
        folder.write(".cache/x.png", "")
        folder.write("README.png", "")
        let pictures = try ClassFolder(pictures: folder.path)
        #expect(pictures.classes == ["Zebra", "class02", "class2", "class10"])
        let found = pictures.files.map { [String($0.path.dropFirst(folder.path.count + 1)), "\($0.label)"] }
        #expect(
            found == [
                ["Zebra/0.png", "0"], ["class02/0.png", "1"], ["class2/0.png", "2"], ["class2/more/deep/B.JPEG", "2"],
                ["class10/0.png", "3"],
            ])
    }

    static let refusals: [([(String, Int)], String, String)] = [
        ([], "", "holds no folders"),
        ([("cat", 3)], "", "one class only, 'cat'"),
        ([("cat", 3), ("dog", 0)], "/dog", "the class has no pictures"),
        ([("train", 1), ("val", 1)], "", "are no classes"),
    ]

    @Test("What is wrong with a folder is named", arguments: refusals.indices)
    func refusal(index: Int) {
        let (classes, place, cause) = Self.refusals[index]
        let folder = folder(classes)
        for (name, count) in classes where count == 0 { folder.createFolder(name) }
        let error = #expect(throws: FileError.self) { try ClassFolder(pictures: folder.path) }
        #expect(error?.kind == .badData && error?.path == folder.path + place)
        #expect(error?.cause.contains(cause) == true, "\(String(describing: error))")
    }

    @Test func folderThatIsNone() throws {
        let folder = TemporaryFolder()
        for path in [folder.file("absent"), folder.write("file", "x")] {
            let error = #expect(throws: FileError.self) { try ClassFolder(pictures: path) }
            #expect(error?.kind == .unreadable && error?.path == path)
        }
        folder.write("a/1.png", "")
        folder.write("b/2.png", "")
        folder.link("b/back", to: "..")
        let pictures = try ClassFolder(pictures: folder.path)
        #expect(pictures.files.count == 3 && pictures.failures.map(\.path) == [folder.file("b/back/b")])
    }

    @Test("The split takes the same share of every class")
    func stratified() throws {
        let folder = folder([("a", 40), ("b", 20), ("c", 2), ("d", 1)])
        let pictures = try withExtendedLifetime(folder) { try ClassFolder(pictures: $0.path) }
        let (training, validation) = pictures.split(validationFraction: 0.1, seed: 1)
        let counts = (0..<4).map { label in validation.count { $0.label == label } }
        #expect(counts == [4, 2, 1, 0])
        #expect(Set((training + validation).map(\.path)) == Set(pictures.files.map(\.path)))
        #expect(training.count + validation.count == pictures.files.count)
        #expect(pictures.split(validationFraction: 0, seed: 1).validation.isEmpty)
    }

    @Test("The split depends on the seed, and not on other classes")
    func stable() throws {
        func chosen(_ folder: TemporaryFolder, seed: UInt64) throws -> [String] {
            let (_, validation) = try ClassFolder(pictures: folder.path).split(validationFraction: 0.2, seed: seed)
            return validation.map { $0.path.dropFirst(folder.path.count + 1) }.filter { $0.hasPrefix("b/") }.map(
                String.init)
        }
        let (two, three) = (folder([("b", 50), ("c", 50)]), folder([("a", 10), ("b", 50), ("c", 3)]))
        let first = try chosen(two, seed: 7)
        #expect(first.count == 10)
        #expect(try chosen(two, seed: 7) == first)
        #expect(try chosen(three, seed: 7) == first)
        // Two seeds choose the same 10 of 50 once in 10 milliards.
        #expect(try chosen(two, seed: 8) != first)
    }

    @Test func relabelling() throws {
        let folder = folder([("cat", 1), ("dog", 1)])
        let pictures = try withExtendedLifetime(folder) { try ClassFolder(pictures: $0.path) }
        let relabelled = try pictures.relabelled(as: ["dog", "horse", "cat"])
        #expect(relabelled.files.map(\.label) == [2, 0] && relabelled.classes == ["dog", "horse", "cat"])
        let error = #expect(throws: FileError.self) { try pictures.relabelled(as: ["cat"]) }
        #expect(error?.path == pictures.path + "/dog")
    }
}
