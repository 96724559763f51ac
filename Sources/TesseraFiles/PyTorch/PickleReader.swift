/// Reads a pickle (protocol 2, https://docs.python.org/3/library/pickletools.html) as `torch.save` writes it: the opcodes that
/// tensors and what holds them need, and no others. Nothing that it names is ever looked for or run.
struct PickleReader {
    private var cursor: FileCursor
    private var stack: [PickleValue] = []
    /// Where on the stack the marks are.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private(set) var objects = PickleObjects()
    /// Of the opcode that is being read, for errors.
    private var opcodeStart: FileCursor
    private static let byteLimit = 4 << 20
    private static let what = "the pickle"

    /// - Parameter part: where the pickle lies in the file.
    /// - Throws: `FileError.badData` when it is larger than what describes any model.
    init(_ file: InputFile, _ part: Range<Int>) throws(FileError) {
        cursor = FileCursor(file, part, name: "data.pkl, ")
        opcodeStart = cursor
        guard part.count <= PickleReader.byteLimit else {
            throw cursor.error("has a pickle of \(part.count) bytes; at most \(PickleReader.byteLimit) are read")
        }
    }

    /// The value that the pickle makes.
    ///
    /// - Throws: `FileError.badData` naming the byte, and what is asked for that is not known.
    mutating func read() throws(FileError) -> PickleValue {
        while true {
            opcodeStart = cursor
            let opcode = try cursor.byte(of: PickleReader.what)
            if opcode == UInt8(ascii: ".") { break }
            try step(opcode)
        }
        let value = try pop()
        guard stack.isEmpty, marks.isEmpty, cursor.remaining == 0 else { throw error("goes on after its end") }
        return value
    }

    private mutating func step(_ opcode: UInt8) throws(FileError) {
        switch opcode {
        case 0x80: try readProtocol()
        case UInt8(ascii: "c"): stack.append(try readGlobal())
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: "q"): remember(Int(try number(UInt8.self)))
        case UInt8(ascii: "r"): remember(Int(try number(UInt32.self)))
        case UInt8(ascii: "h"): stack.append(try remembered(Int(try number(UInt8.self))))
        case UInt8(ascii: "j"): stack.append(try remembered(Int(try number(UInt32.self))))
        case UInt8(ascii: "a"), UInt8(ascii: "e"):
            try append(opcode == UInt8(ascii: "a") ? try popLast(1) : try popMark())
        case UInt8(ascii: "s"), UInt8(ascii: "u"):
            try setItems(opcode == UInt8(ascii: "s") ? try popLast(2) : try popMark())
        case UInt8(ascii: "t"): pushTuple(try popMark())
        case 0x85, 0x86, 0x87: pushTuple(try popLast(Int(opcode) - 0x84))
        case UInt8(ascii: "Q"): try pushStorage()
        case UInt8(ascii: "R"): try pushResult()
        case UInt8(ascii: "b"): try passOverState()
        default: stack.append(try constant(opcode))
        }
    }

    /// What an opcode puts onto the stack that needs nothing from it.
    private mutating func constant(_ opcode: UInt8) throws(FileError) -> PickleValue {
        switch opcode {
        case UInt8(ascii: "N"): return .none
        case 0x88, 0x89: return .boolean(opcode == 0x88)
        case UInt8(ascii: "K"): return .integer(Int(try number(UInt8.self)))
        case UInt8(ascii: "M"): return .integer(Int(try number(UInt16.self)))
        case UInt8(ascii: "J"): return .integer(Int(try number(Int32.self)))
        case 0x8A: return try longInteger()
        case UInt8(ascii: "G"):
            _ = try number(UInt64.self)
            return .real
        case UInt8(ascii: "X"): return .string(try cursor.text(Int(try number(UInt32.self)), of: "a text"))
        case UInt8(ascii: ")"):
            pushTuple([])
            return try pop()
        case UInt8(ascii: "]"):
            objects.lists.append([])
            return .list(objects.lists.count - 1)
        case UInt8(ascii: "}"): return makeDictionary()
        default:
            throw error("has the opcode 0x\(String(opcode, radix: 16)), which torch.save does not write for tensors")
        }
    }

    // MARK: Stack and memo

    func error(_ cause: String) -> FileError { opcodeStart.error(cause) }

    private mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(FileError) -> Number {
        try cursor.number(of: PickleReader.what)
    }

    private mutating func pop() throws(FileError) -> PickleValue {
        // What lies below a mark is not an opcode's to take that does not know of the mark.
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw error("takes what is not there") }
        return value
    }

    private mutating func popLast(_ count: Int) throws(FileError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else { throw error("takes what is not there") }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popMark() throws(FileError) -> [PickleValue] {
        guard let mark = marks.popLast(), mark <= stack.count else { throw error("takes what is not there") }
        defer { stack.removeLast(stack.count - mark) }
        return Array(stack[mark...])
    }

    private mutating func remember(_ key: Int) { memo[key] = stack.last }

    private func remembered(_ key: Int) throws(FileError) -> PickleValue {
        guard let value = memo[key] else { throw error("asks for value \(key), which it has not kept") }
        return value
    }

    // MARK: Numbers and names

    private mutating func readProtocol() throws(FileError) {
        let version = try number(UInt8.self)
        guard version == 2 else { throw error("is of pickle's protocol \(version), not 2, which torch.save writes") }
    }

    /// A whole number of a count of bytes that stands before it, in two's complement.
    private mutating func longInteger() throws(FileError) -> PickleValue {
        let bytes = try cursor.bytes(Int(try number(UInt8.self)), of: PickleReader.what)
        guard bytes.count <= 8 else { throw error("holds a number of \(bytes.count) bytes; at most 8 are read") }
        let isNegative = bytes.last.map { $0 >= 0x80 } ?? false
        return .integer(bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) })
    }

    private mutating func readGlobal() throws(FileError) -> PickleValue {
        let (module, name) = (try line(), try line())
        guard let value = PickleFunction.value(module, name) else {
            let asked = String((module + "." + name).quoted.dropFirst().dropLast())
            throw error("asks for \(asked), which is not run: only tensors are read, and what holds them")
        }
        return value
    }

    private mutating func line() throws(FileError) -> String {
        var bytes: [UInt8] = []
        while case let byte = try cursor.byte(of: PickleReader.what), byte != 0x0A { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: What holds values

    private mutating func makeDictionary() -> PickleValue {
        objects.dictionaries.append([])
        return .dictionary(objects.dictionaries.count - 1)
    }

    private mutating func pushTuple(_ values: [PickleValue]) {
        let start = objects.tupleValues.count
        objects.tupleValues += values
        objects.tuples.append(start..<objects.tupleValues.count)
        stack.append(.tuple(objects.tuples.count - 1))
    }

    private mutating func append(_ values: [PickleValue]) throws(FileError) {
        guard case .list(let place)? = stack.last else { throw error("adds elements to what is no list") }
        objects.lists[place] += values
    }

    private mutating func setItems(_ values: [PickleValue]) throws(FileError) {
        guard case .dictionary(let place)? = stack.last, values.count.isMultiple(of: 2) else {
            throw error("adds members to what is no dictionary")
        }
        for index in stride(from: 0, to: values.count, by: 2) {
            objects.dictionaries[place].append((values[index], values[index + 1]))
        }
    }

    /// The attributes of a dictionary, such as the versions of a module's parts, say nothing of its tensors.
    private mutating func passOverState() throws(FileError) {
        _ = try pop()
        guard case .dictionary? = stack.last else { throw error("gives attributes to what is no dictionary") }
    }

    // MARK: Tensors

    private mutating func pushStorage() throws(FileError) {
        let id = try pop()
        guard let parts = objects.values(id, count: 5...5), case .string("storage") = parts[0],
            case .storageType(let type) = parts[1], case .string(let key) = parts[2], case .string = parts[3],
            case .integer(let count) = parts[4], count >= 0
        else { throw error("asks for something that is no storage of numbers") }
        objects.storages.append(PyTorchStorage(key: key, type: type, count: count))
        stack.append(.storage(objects.storages.count - 1))
    }

    private mutating func pushResult() throws(FileError) {
        let arguments = try pop()
        guard case .function(let function) = try pop(), let arguments = objects.values(arguments, count: 0...7) else {
            throw error("calls what is no function, or with what are no arguments")
        }
        switch (function, arguments.count) {
        case (.orderedDictionary, 0): stack.append(makeDictionary())
        case (.rebuildTensor, 6...7): stack.append(try tensor(arguments))
        case (.rebuildParameter, 3):
            guard case .tensor = arguments[0] else { throw error("makes a parameter of what is no tensor") }
            stack.append(arguments[0])
        default: throw error("calls a function with \(arguments.count) arguments")
        }
    }

    private mutating func tensor(_ arguments: [PickleValue]) throws(FileError) -> PickleValue {
        guard case .storage(let place) = arguments[0], case .integer(let offset) = arguments[1],
            let shape = objects.sizes(arguments[2]), let strides = objects.sizes(arguments[3])
        else { throw error("has a tensor without storage, sizes or strides") }
        let storage = objects.storages[place]
        let made: PyTorchTensor
        do throws(PyTorchTensor.Misfit) {
            made = try PyTorchTensor(storage: storage, offset: offset, shape: shape, strides: strides)
        } catch { throw self.error(error.cause) }
        objects.tensors.append(made)
        return .tensor(objects.tensors.count - 1)
    }
}
