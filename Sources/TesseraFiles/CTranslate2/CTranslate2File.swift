package import TesseraTensor

/// `model.bin` of CTranslate2 (https://github.com/OpenNMT/CTranslate2), format 6: variables by name, of which those of 8 bits have a
/// scale a row beside them.
package struct CTranslate2File: TensorContainer {
    private struct Variable: Sendable {
        let type: ElementType
        let shape: [Int]
        let offset: Int
    }

    package let path: String
    package let names: [String]
    /// What kind of model it is: `WhisperSpec`.
    package let specification: String
    /// Whether NaN and infinite values are accepted.
    package var allowNonFinite: Bool
    private let file: InputFile
    private let variables: [ByteKey: Variable]
    private static let scaleSuffix = "_scale"

    /// - Throws: `FileError.badData` naming the variable that does not fit into the file, and saying what the file is when it is
    ///   something else.
    package init(_ file: InputFile, allowNonFinite: Bool = false) throws(FileError) {
        let start = try file.bytes(at: 0, count: min(file.byteCount, ForeignFormat.prefixCount))
        if let cause = ForeignFormat.cause(start, path: file.path, insteadOf: "a file of CTranslate2") {
            throw FileError(.badData, path: file.path, cause: cause)
        }
        var cursor = FileCursor(file)
        let version = try cursor.number(UInt32.self, of: "the header")
        guard version == 6 else {
            let cause = "is no file of CTranslate2, or of its format \(version); format 6 is read"
            throw FileError(.badData, path: file.path, cause: cause)
        }
        specification = try CTranslate2File.string(&cursor)
        try cursor.skip(4, of: "the header")
        var variables: [ByteKey: Variable] = [:]
        var names: [String] = []
        for _ in 0..<(try cursor.number(UInt32.self, of: "the header")) {
            let (name, variable) = try CTranslate2File.variable(&cursor)
            guard variables.updateValue(variable, forKey: ByteKey(name)) == nil else {
                throw CTranslate2File.error(file, name, "occurs twice")
            }
            if !name.hasSuffix(CTranslate2File.scaleSuffix) { names.append(name) }
        }
        let aliases = try CTranslate2File.aliases(&cursor)
        for (name, other) in aliases {
            guard let variable = variables[ByteKey(other)] else {
                throw CTranslate2File.error(file, name, "is another name of \(other.quoted), which there is not")
            }
            guard variables.updateValue(variable, forKey: ByteKey(name)) == nil else {
                throw CTranslate2File.error(file, name, "occurs twice")
            }
            if !name.hasSuffix(CTranslate2File.scaleSuffix) { names.append(name) }
        }
        // The scales of a variable are those of its other names too, whether it is said or not.
        for (name, other) in aliases {
            let scales = [name, other].map { ByteKey($0 + CTranslate2File.scaleSuffix) }
            variables[scales[0]] = variables[scales[0]] ?? variables[scales[1]]
        }
        (path, self.names, self.allowNonFinite) = (file.path, names, allowNonFinite)
        (self.file, self.variables) = (file, variables)
        for name in names { try checkScales(name) }
    }

    package func shape(of name: String) -> [Int]? { variables[ByteKey(name)]?.shape }

    /// Whether two names are those of one variable.
    package func isSame(_ name: String, _ other: String) -> Bool {
        guard let variable = variables[ByteKey(name)] else { return false }
        return variable.offset == variables[ByteKey(other)]?.offset
    }

    /// A whole number that is a variable by itself, such as `decoder/num_heads`; nil where there is none.
    package func integer(_ name: String) throws(FileError) -> Int? {
        guard let variable = variables[ByteKey(name)], variable.shape.isEmpty, variable.type.isInteger else {
            return nil
        }
        return Int(try elements(name, variable).tensor(allowNonFinite: false).values[0])
    }

    package func readsRows(of name: String) -> Bool { shape(of: name)?.isEmpty == false }

    package func readTensor(_ name: String) throws(FileError) -> Tensor { try readTensor(name, rows: nil) }

    package func readTensor(_ name: String, rows: Range<Int>?) throws(FileError) -> Tensor {
        let (variable, part) = try part(name, rows)
        var tensor = try part.tensor(allowNonFinite: allowNonFinite)
        guard let scales = variables[ByteKey(name + CTranslate2File.scaleSuffix)], variable.type == .int8 else {
            return tensor
        }
        var scaleElements = elements(name + CTranslate2File.scaleSuffix, scales)
        if let rows { scaleElements = scaleElements.rows(rows) }
        let factors = try scaleElements.tensor(allowNonFinite: allowNonFinite).values
        let size = tensor.count / max(factors.count, 1)
        tensor.withMutableValues { values in
            for (row, scale) in factors.enumerated() {
                // As CTranslate2 computes it: with the reciprocal, which rounds otherwise than a division.
                let factor = 1 / scale
                for index in row * size..<(row + 1) * size { values[index] *= factor }
            }
        }
        guard allowNonFinite || tensor.withValues(areFinite) else { throw part.nonFinite }
        return tensor
    }

    /// Weights of 8 bits come as the Float32 that they stand for.
    package func readStored(_ name: String) throws(FileError) -> StoredTensor {
        let (_, part) = try part(name, nil)
        guard variables[ByteKey(name + CTranslate2File.scaleSuffix)] == nil else {
            return StoredTensor(try readTensor(name))
        }
        return try part.stored()
    }

    private func part(_ name: String, _ rows: Range<Int>?) throws(FileError) -> (Variable, StoredElements) {
        guard let variable = variables[ByteKey(name)] else { throw CTranslate2File.error(file, name, "is missing") }
        let elements = elements(name, variable)
        return (variable, rows.map(elements.rows) ?? elements)
    }

    private func elements(_ name: String, _ variable: Variable) -> StoredElements {
        StoredElements(name: name, file: file, offset: variable.offset, type: variable.type, shape: variable.shape)
    }

    /// Weights of 8 bits without scales are no numbers, and each row has one.
    private func checkScales(_ name: String) throws(FileError) {
        guard let variable = variables[ByteKey(name)], let rows = variable.shape.first else { return }
        let scales = variables[ByteKey(name + CTranslate2File.scaleSuffix)]
        guard variable.type.isInteger else {
            if scales != nil { throw CTranslate2File.error(file, name, "has scales though it is not of whole numbers") }
            return
        }
        guard variable.shape.count >= 2 else { return }
        guard variable.type == .int8 else {
            let cause = "is of whole numbers of \(variable.type.byteCount * 8) bits; those of 8 are read"
            throw CTranslate2File.error(file, name, cause)
        }
        guard let scales, scales.shape == [rows], !scales.type.isInteger else {
            throw CTranslate2File.error(file, name, "is of 8 bits, and has not a scale for each of its \(rows) rows")
        }
    }

    // MARK: The table of contents

    private static func string(_ cursor: inout FileCursor) throws(FileError) -> String {
        let count = Int(try cursor.number(UInt16.self, of: "a name"))
        let start = cursor
        let text = try cursor.text(count, of: "a name")
        guard text.utf8.last == 0 else { throw start.error("has a name without its end") }
        return String(text.dropLast())
    }

    private static func variable(_ cursor: inout FileCursor) throws(FileError) -> (String, Variable) {
        let what = "what is said of a variable"
        let name = try string(&cursor)
        var shape: [Int] = []
        for _ in 0..<(try cursor.byte(of: what)) { shape.append(Int(try cursor.number(UInt32.self, of: what))) }
        let (number, size) = (try cursor.byte(of: what), Int(try cursor.number(UInt32.self, of: what)))
        guard shape.count <= 8, number < types.count else {
            throw error(cursor.file, name, "has \(shape.count) dimensions, or elements of an unknown type (\(number))")
        }
        let type = types[Int(number)]
        var expected = type.byteCount
        for dimension in shape {
            let (product, overflow) = expected.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw error(cursor.file, name, "has a shape whose size overflows: \(shape)") }
            expected = product
        }
        guard size == expected else {
            throw error(cursor.file, name, "has \(size) bytes of data, but \(type.rawValue) \(shape) takes \(expected)")
        }
        guard size <= cursor.remaining else {
            throw error(cursor.file, name, "ends after the end of the file, which may have been cut")
        }
        let variable = Variable(type: type, shape: shape, offset: cursor.position)
        try cursor.skip(size, of: what)
        return (name, variable)
    }

    /// Other names of variables: those that equal another are written once.
    private static func aliases(_ cursor: inout FileCursor) throws(FileError) -> [(name: String, other: String)] {
        var aliases: [(name: String, other: String)] = []
        for _ in 0..<(try cursor.number(UInt32.self, of: "the names of variables")) {
            aliases.append((try string(&cursor), try string(&cursor)))
        }
        guard cursor.remaining == 0 else { throw cursor.error("has \(cursor.remaining) bytes after its end") }
        return aliases
    }

    private static let types: [ElementType] = [.float32, .int8, .int16, .int32, .float16, .bfloat16]

    private static func error(_ file: InputFile, _ name: String, _ cause: String) -> FileError {
        FileError(.badData, path: file.path, cause: cause, place: "variable \(name.quoted)")
    }
}
