/// What a pickle of `torch.save` is made of. What holds other values is a place among the `PickleObjects`: however a pickle nests
/// or repeats them, a value is small.
enum PickleValue: Sendable {
    case none
    case boolean(Bool)
    case integer(Int)
    case real
    case string(String)
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    case function(PickleFunction)
    case storageType(ElementType)
    case storage(Int)
    case tensor(Int)

    /// What it is, in words for an error.
    var kind: String {
        switch self {
        case .none: "None"
        case .boolean: "a truth value"
        case .integer, .real: "a number"
        case .string: "a text"
        case .tuple: "a tuple"
        case .list: "a list"
        case .dictionary: "a dictionary"
        case .function, .storageType: "a function"
        case .storage: "a storage"
        case .tensor: "a tensor"
        }
    }
}

/// What a pickle may ask to be called. Nothing is: what each of them would make is known.
enum PickleFunction: Sendable {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter

    /// What the names of a module and of something in it mean; nil for what is not known, and therefore refused.
    static func value(_ module: String, _ name: String) -> PickleValue? {
        switch (module, name) {
        case ("collections", "OrderedDict"): .function(.orderedDictionary)
        case ("torch._utils", "_rebuild_tensor_v2"): .function(.rebuildTensor)
        case ("torch._utils", "_rebuild_parameter"): .function(.rebuildParameter)
        case ("torch", _): storageTypes[name].map { .storageType($0) }
        default: nil
        }
    }

    private static let storageTypes: [String: ElementType] = [
        "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "DoubleStorage": .float64,
        "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
        "ByteStorage": .uint8,
        "BoolStorage": .boolean,
    ]
}

/// The values of a pickle that hold others.
struct PickleObjects: Sendable {
    var tuples: [Range<Int>] = []
    /// The values of all tuples.
    var tupleValues: [PickleValue] = []
    var lists: [[PickleValue]] = []
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var storages: [PyTorchStorage] = []
    var tensors: [PyTorchTensor] = []

    /// The values of a tuple or a list.
    func values(_ value: PickleValue) -> ArraySlice<PickleValue>? {
        switch value {
        case .tuple(let place): tupleValues[tuples[place]]
        case .list(let place): lists[place][...]
        default: nil
        }
    }

    /// The values of a tuple or a list that holds so many.
    func values(_ value: PickleValue, count: ClosedRange<Int>) -> [PickleValue]? {
        guard let values = values(value), count.contains(values.count) else { return nil }
        return Array(values)
    }

    /// The sizes of a tensor that a tuple or a list holds, if it holds nothing else, and no more than a tensor can have.
    func sizes(_ value: PickleValue) -> [Int]? {
        guard let values = values(value), values.count <= SafetensorsHeader.rankLimit else { return nil }
        let sizes = values.compactMap { if case .integer(let size) = $0, size >= 0 { size } else { nil } }
        return sizes.count == values.count ? sizes : nil
    }

    /// What a dictionary holds under a text; nil where it holds nothing, and for what is no dictionary.
    func member(_ key: String, of value: PickleValue) -> PickleValue? {
        guard case .dictionary(let place) = value else { return nil }
        return dictionaries[place].last { if case .string(let text) = $0.key { text == key } else { false } }?.value
    }
}
