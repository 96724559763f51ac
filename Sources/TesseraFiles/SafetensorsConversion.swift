internal import TesseraTensor

extension ElementType {
    var isInteger: Bool {
        switch self {
        case .float64, .float32, .float16, .bfloat16: false
        default: true
        }
    }
}

/// Converts elements of `type` to Float32. The loops have no branches, so that the compiler vectorises them.
func convert(_ bytes: UnsafeRawBufferPointer, _ type: ElementType, to target: UnsafeMutableBufferPointer<Float>) {
    switch type {
    case .float64: convert(bytes.bindMemory(to: Double.self), to: target) { Float($0) }
    case .float32: convert(bytes.bindMemory(to: Float.self), to: target) { $0 }
    case .float16: convert(bytes.bindMemory(to: UInt16.self), to: target) { float(ofHalf: $0) }
    case .bfloat16: convert(bytes.bindMemory(to: UInt16.self), to: target) { Float(bitPattern: UInt32($0) << 16) }
    case .int64: convert(bytes.bindMemory(to: Int64.self), to: target) { Float($0) }
    case .int32: convert(bytes.bindMemory(to: Int32.self), to: target) { Float($0) }
    case .int16: convert(bytes.bindMemory(to: Int16.self), to: target) { Float($0) }
    case .int8: convert(bytes.bindMemory(to: Int8.self), to: target) { Float($0) }
    case .uint64: convert(bytes.bindMemory(to: UInt64.self), to: target) { Float($0) }
    case .uint32: convert(bytes.bindMemory(to: UInt32.self), to: target) { Float($0) }
    case .uint16: convert(bytes.bindMemory(to: UInt16.self), to: target) { Float($0) }
    case .uint8: convert(bytes.bindMemory(to: UInt8.self), to: target) { Float($0) }
    case .boolean: convert(bytes.bindMemory(to: UInt8.self), to: target) { $0 == 0 ? 0 : 1 }
    }
}

@inline(__always)
private func convert<Element>(
    _ source: UnsafeBufferPointer<Element>, to target: UnsafeMutableBufferPointer<Float>, _ body: (Element) -> Float
) {
    guard let from = source.baseAddress, let to = target.baseAddress else { return }
    for index in 0..<min(source.count, target.count) { to[index] = body(from[index]) }
}

/// Whether no value is NaN or infinite.
func areFinite(_ values: UnsafeBufferPointer<Float>) -> Bool {
    guard let start = values.baseAddress else { return true }
    var found: UInt32 = 0
    for index in 0..<values.count {
        found |= (start[index].bitPattern & 0x7F80_0000) == 0x7F80_0000 ? 1 : 0
    }
    return found == 0
}

/// Appends elements of an integer type; those of `uint64` from 2⁶³ on come out negative.
func appendIntegers(_ bytes: UnsafeRawBufferPointer, _ type: ElementType, to integers: inout [Int64]) {
    switch type {
    case .int64, .uint64: integers.append(contentsOf: bytes.bindMemory(to: Int64.self))
    case .int32: integers.append(contentsOf: bytes.bindMemory(to: Int32.self).lazy.map { Int64($0) })
    case .int16: integers.append(contentsOf: bytes.bindMemory(to: Int16.self).lazy.map { Int64($0) })
    case .int8: integers.append(contentsOf: bytes.bindMemory(to: Int8.self).lazy.map { Int64($0) })
    case .uint32: integers.append(contentsOf: bytes.bindMemory(to: UInt32.self).lazy.map { Int64($0) })
    case .uint16: integers.append(contentsOf: bytes.bindMemory(to: UInt16.self).lazy.map { Int64($0) })
    case .uint8: integers.append(contentsOf: bytes.lazy.map { Int64($0) })
    case .boolean: integers.append(contentsOf: bytes.lazy.map { $0 == 0 ? 0 : 1 })
    case .float64, .float32, .float16, .bfloat16: preconditionFailure("not an integer type: \(type)")
    }
}
