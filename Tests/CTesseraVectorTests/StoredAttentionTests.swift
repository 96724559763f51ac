import CTesseraVector
import Foundation
import Testing

/// Attention to keys and values that are held in pages.
@Suite struct StoredAttentionTests {
    typealias Case = AttentionReference.Case

    static let precisions = [TESSERA_FLOAT32, TESSERA_BFLOAT16, TESSERA_INT8]
    /// A few queries, and so many that keys and values are gathered for them; keys that end within a page, with it, and behind it.
    static let cases = [
        Case(queries: 1, keys: 1, size: 1), Case(queries: 1, keys: 300, size: 64), Case(queries: 5, keys: 64, size: 33),
        Case(queries: 3, keys: 129, size: 80, mask: true), Case(queries: 8, keys: 40, size: 20, causalOffset: 32),
        Case(queries: 2, keys: 70, size: 48, bias: true, mask: true, causalOffset: 66),
        Case(queries: 9, keys: 1, size: 5), Case(queries: 50, keys: 97, size: 64, causalOffset: 47),
        Case(queries: 20, keys: 130, size: 17, bias: true, mask: true, causalOffset: 110),
    ]

    /// The reference has the numbers as they are held: what is left is the order of float32's sums. With bytes, queries and weights are
    /// multiplied in 16 bits, and so up to 1/65534 of their largest off, which is some three times what they mostly are.
    static func tolerance(_ precision: tessera_precision) -> Double { precision == TESSERA_INT8 ? 1.5e-4 : 1e-5 }

    @Test(arguments: availableSets, cases)
    func outputAndProbabilitiesEqualTheReference(set name: String, test: Case) {
        for precision in Self.precisions {
            for blocksOfPage in [1, 3] {
                var reference = AttentionReference(test)
                let pages = Pages(name, precision, reference, pageKeys: blocksOfPage * Int(TESSERA_KEY_BLOCK))
                reference.key = Self.held(reference.key, size: test.size, precision)
                reference.value = Self.held(reference.value, size: test.size, precision)
                let (output, probabilities) = pages.attend(reference)
                let tolerance = Self.tolerance(precision)
                #expect(relativeError(output, reference.output) <= tolerance, "\(precision)")
                #expect(relativeError(probabilities, reference.probabilities) <= tolerance, "\(precision)")
            }
        }
    }

    /// Numbers where the layout says that they lie, however they came there: one by one, or many at once.
    @Test(arguments: availableSets, [(1, 1), (33, 5), (70, 21), (128, 64)])
    func pagesAreLaidOutAsTheyAreRead(set name: String, test: (keys: Int, size: Int)) {
        let (keys, size) = test
        let reference = AttentionReference(Case(queries: 1, keys: keys, size: size))
        let block = Int(TESSERA_KEY_BLOCK)
        for precision in Self.precisions {
            let (atOnce, onByOne) = (
                Pages(name, precision, reference, pageKeys: 2 * block),
                Pages(name, precision, reference, pageKeys: 2 * block, pieces: Array(repeating: 1, count: keys))
            )
            let key = Self.held(reference.key, size: size, precision)
            let value = Self.held(reference.value, size: size, precision)
            for pages in [atOnce, onByOne] {
                let wrong = (0..<keys * size).filter { place in
                    let (k, i) = (place / size, place % size)
                    let (page, at) = (k / (2 * block), k % (2 * block))
                    let inKeys = pages.placeOfKey(at, i)
                    let isKey = pages.number(inKeys, of: page, scale: at) == Float(key[place])
                    let inValues = pages.placeOfValue(at, i)
                    let isValue = pages.number(inValues, of: page, scale: 2 * block + at) == Float(value[place])
                    return !isKey || !isValue
                }
                #expect(wrong.isEmpty, "\(precision)")
            }
        }
    }

    /// What is left of numbers that are held in `precision`; in int8 each row has a scale.
    static func held(_ values: [Double], size: Int, _ precision: tessera_precision) -> [Double] {
        switch precision {
        case TESSERA_BFLOAT16:
            return values.map { value in
                let bits = Float(value).bitPattern
                return Double(Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000))
            }
        case TESSERA_INT8:
            return stride(from: 0, to: values.count, by: size).flatMap { start -> [Double] in
                let row = values[start..<start + size].map { Float($0) }
                let largest = row.map(abs).max() ?? 0
                return row.map { Double(($0 * (1 / (largest / 127))).rounded(.toNearestOrEven) * (largest / 127)) }
            }
        default: return values
        }
    }
}

/// One head's keys and values in pages.
private final class Pages {
    private let set: tessera_kernel_set
    private var stored = tessera_key_pages()
    private let table: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private let pageCount: Int
    /// What another head would have before this one's part.
    private static let offset = 128

    /// - Parameter pieces: how many tokens are stored at a time; in two parts unless said.
    init(
        _ name: String, _ precision: tessera_precision, _ reference: AttentionReference, pageKeys: Int,
        pieces: [Int]? = nil
    ) {
        let (keys, size) = (reference.test.keys, reference.test.size)
        set = tessera_kernels_named(name)!.pointee
        pageCount = (keys + pageKeys - 1) / pageKeys
        table = .allocate(capacity: pageCount)
        let bytes = Self.offset + set.page_bytes(precision, Int64(pageKeys), Int64(size))
        for page in 0..<pageCount {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            memset(memory, 0xFF, bytes)  // no number: it must leave no trace
            table[page] = memory
        }
        (stored.precision, stored.page_keys, stored.head_size) = (precision, Int64(pageKeys), Int64(size))
        (stored.pages, stored.offset) = (UnsafePointer(table), Int64(Self.offset))
        let stride = size + 3
        let (key, value) = (spread(reference.key, size, stride: stride), spread(reference.value, size, stride: stride))
        var first = 0
        for count in pieces ?? [keys / 3, keys - keys / 3] {
            key[(first * stride)...].withUnsafeBufferPointer { key in
                value[(first * stride)...].withUnsafeBufferPointer { value in
                    set.store_keys(
                        &stored, key.baseAddress, value.baseAddress, Int64(stride), Int64(first), Int64(count))
                }
            }
            first += count
        }
    }

    deinit {
        for page in 0..<pageCount { table[page]?.deallocate() }
        table.deallocate()
    }

    private var size: Int { Int(stored.head_size) }
    private var isBytes: Bool { stored.precision == TESSERA_INT8 }
    /// Numbers of a page's keys, or of its values: bytes come in pairs.
    private var half: Int { Int(stored.page_keys) * (isBytes ? (size + 1) / 2 * 2 : size) }

    /// Where number `i` of a page's key lies.
    func placeOfKey(_ key: Int, _ i: Int) -> Int {
        let block = Int(TESSERA_KEY_BLOCK)
        let start = key / block * block * half / Int(stored.page_keys)
        return start + (isBytes ? (i / 2 * block + key % block) * 2 + i % 2 : i * block + key % block)
    }

    /// Where number `i` of a page's value lies.
    func placeOfValue(_ key: Int, _ i: Int) -> Int {
        half + (isBytes ? (key / 2 * size + i) * 2 + key % 2 : key * size + i)
    }

    /// The number at that place of a page, in int8 times the scale of that number.
    func number(_ place: Int, of page: Int, scale: Int) -> Float {
        let start = table[page]! + Self.offset
        switch stored.precision {
        case TESSERA_FLOAT32: return start.assumingMemoryBound(to: Float.self)[place]
        case TESSERA_BFLOAT16:
            return Float(bitPattern: UInt32(start.assumingMemoryBound(to: UInt16.self)[place]) << 16)
        default:
            let scales = start + 2 * half
            return Float(start.assumingMemoryBound(to: Int8.self)[place])
                * scales.assumingMemoryBound(to: Float.self)[scale]
        }
    }

    func attend(_ reference: AttentionReference) -> (output: [Float], probabilities: [Float]) {
        let test = reference.test
        let stride = test.size + 5
        var output = [Float](repeating: 777, count: test.queries * stride)
        var probabilities = [Float](repeating: 777, count: test.queries * test.keys)
        output.withUnsafeMutableBufferPointer { output in
            probabilities.withUnsafeMutableBufferPointer { probabilities in
                withAttentionCall(
                    test, stride: stride, query: spread(reference.query, test.size, stride: stride), key: [],
                    value: [], bias: reference.bias.map { Float($0) }, mask: reference.mask
                ) { call in
                    var call = call
                    call.stored = stored
                    (call.output, call.probabilities) = (output.baseAddress, probabilities.baseAddress)
                    withScratch(set.attention_scratch_bytes(&call, Int64(test.queries))) {
                        set.attention(&call, 0, Int64(test.queries), $0)
                    }
                }
            }
        }
        return (gathered(output, test.size, stride: stride), probabilities)
    }
}
