package import TesseraFiles

/// Pictures with boxes around the objects in them, in the format of COCO (Lin et al., 2014): a JSON file with `images`, `annotations` and
/// `categories`.
///
/// What is in `images` and has no annotation is a picture of nothing that is searched. Annotations of crowds (`iscrowd`) are left out, as
/// they surround more than one object.
package struct AnnotatedFolder: Sendable {
    /// The names of the categories, in the order of their numbers.
    package let labels: [String]
    /// In the order of the file.
    package let files: [AnnotatedFile]
    /// What was left out, a sentence each.
    package let warnings: [String]

    /// Reads the annotations; no picture is opened yet.
    ///
    /// - Parameters:
    ///   - folder: where the pictures lie.
    ///   - annotations: the JSON file; nil for the only one in the folder.
    /// - Throws: `FileError` naming the file, the annotation and the key.
    package init(_ folder: String, annotations: String?) throws(FileError) {
        let path = if let annotations { annotations } else { try AnnotatedFolder.annotations(in: folder) }
        let json = try JSONObject.read(path)
        let categories = try AnnotatedFolder.categories(json)
        labels = categories.map(\.name)
        let indices = Dictionary(uniqueKeysWithValues: categories.enumerated().map { ($1.id, $0) })
        let objects = try AnnotatedFolder.objects(json, indices)
        files = try AnnotatedFolder.files(json, folder, objects.ofImages)
        warnings = AnnotatedFolder.warnings(path, crowds: objects.crowdCount, empty: objects.emptyCount)
        guard files.contains(where: { !$0.objects.isEmpty }) else {
            throw FileError(.badData, path: path, cause: "has no annotation to learn from", place: "annotations")
        }
    }

    private static func annotations(in folder: String) throws(FileError) -> String {
        let names = try folderEntries(folder).compactMap(\.name).filter { $0.lowercased().hasSuffix(".json") }.sorted()
        guard names.count == 1 else {
            let found = names.isEmpty ? "holds no" : "holds \(names.count)"
            throw FileError(
                .unreadable, path: folder, cause: "\(found) .json files: --annotations names the one to read")
        }
        return joinPath(folder, names[0])
    }

    private static func categories(_ json: JSONObject) throws(FileError) -> [(id: Int, name: String)] {
        var categories: [(id: Int, name: String)] = []
        var (ids, names): (Set<Int>, Set<String>) = ([], [])
        for category in try json.objects("categories") {
            let (id, name) = (try category.integer("id", in: 0...Int.max), try category.string("name"))
            guard ids.insert(id).inserted else { throw category.error("id", "the number \(id) is there twice") }
            guard names.insert(name).inserted else { throw category.error("name", "\(name.quoted) is there twice") }
            categories.append((id, name))
        }
        guard !categories.isEmpty else {
            throw json.error("categories", "there are none: these are no annotations of objects")
        }
        return categories.sorted { $0.id < $1.id }
    }

    private typealias Objects = (ofImages: [Int: [AnnotatedFile.PixelObject]], crowdCount: Int, emptyCount: Int)

    private static func objects(_ json: JSONObject, _ indices: [Int: Int]) throws(FileError) -> Objects {
        var objects: Objects = ([:], 0, 0)
        for annotation in try json.objects("annotations") {
            let image = try annotation.integer("image_id", in: 0...Int.max)
            let category = try annotation.integer("category_id", in: 0...Int.max)
            guard let label = indices[category] else {
                throw annotation.error("category_id", "there is no category \(category)")
            }
            guard let box = try annotation.numbers("bbox"), box.count == 4, box.allSatisfy(\.isFinite) else {
                throw annotation.error("bbox", "a box is four numbers: left, top, width and height")
            }
            if try annotation.isCrowd() {
                objects.crowdCount += 1
            } else if box[2] <= 0 || box[3] <= 0 {
                objects.emptyCount += 1
            } else {
                objects.ofImages[image, default: []].append(.init(label: label, box: SIMD4(box)))
            }
        }
        return objects
    }

    private static func files(
        _ json: JSONObject, _ folder: String, _ objects: [Int: [AnnotatedFile.PixelObject]]
    ) throws(FileError) -> [AnnotatedFile] {
        var files: [AnnotatedFile] = []
        var ids: Set<Int> = []
        for image in try json.objects("images") {
            let (id, name) = (try image.integer("id", in: 0...Int.max), try image.string("file_name"))
            guard ids.insert(id).inserted else { throw image.error("id", "the number \(id) is there twice") }
            guard !name.isEmpty, !name.split(separator: "/").contains("..") else {
                throw image.error("file_name", "\(name.quoted) is no name of a file in the folder")
            }
            var size: (Int, Int)?
            if image.contains("width"), image.contains("height") {
                size = (try image.integer("width", in: 1...1 << 24), try image.integer("height", in: 1...1 << 24))
            }
            files.append(AnnotatedFile(path: joinPath(folder, name), size: size, objects: objects[id] ?? []))
        }
        if let missing = objects.keys.filter({ !ids.contains($0) }).min() {
            throw json.error("annotations", "there is no image \(missing) in images")
        }
        return files
    }

    private static func warnings(_ path: String, crowds: Int, empty: Int) -> [String] {
        [(crowds, "of crowds"), (empty, "whose boxes are empty")].filter { $0.0 > 0 }.map {
            "\(path): \($0.0) annotations \($0.1) are left out"
        }
    }
}

extension JSONObject {
    /// `iscrowd`, which some write as 0 or 1 and some as a truth value.
    fileprivate func isCrowd() throws(FileError) -> Bool {
        if case .boolean(let value)? = value("iscrowd") { return value }
        return try integer("iscrowd", in: 0...1, default: 0) == 1
    }
}
