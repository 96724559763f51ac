import TesseraFiles
import TesseraTensor
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A safetensors file's bytes from its header and data.
func safetensorsBytes(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    let count = UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + Array(header.utf8) + data
}

func bytes<Element>(_ values: [Element]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

@Suite struct SafetensorsReaderTests {
    private let folder = TemporaryFolder()

    private func open(_ name: String) throws -> Safetensors {
        try Safetensors(Fixtures.path("hostile/safetensors/\(name).safetensors"))
    }

    /// Files of /hostile/safetensors, and what the error must say; `tensor 't'` must be named where one is at fault.
    @Test(arguments: [
        ("begin_gt_end", "before it begins at 4 (tensor 't')"), ("deep_nesting_50000", "an object where one belongs"),
        ("dtype_lower", "the element type 'f32', which cannot be read (tensor 't')"),
        ("dtype_unknown", "the element type 'Q4_0', which cannot be read (tensor 't')"),
        ("dup_field", "the name 'dtype' twice"), ("dup_keys", "the name 't' twice"), ("empty_file", "too short"),
        ("float_offset", "4.5 in its data_offsets"), ("ggml_named", "GGML"), ("git_lfs_pointer", "git lfs pull"),
        ("header_len_100000001", "header of 100000001 bytes"), ("header_len_2e63", "header of 9223372036854775808"),
        ("header_len_gt_file", "header of 1000 bytes, but has only 2"), ("header_len_only", "has only 0"),
        ("header_len_u64max", "header of 18446744073709551615"), ("header_len_zero", "empty header"),
        ("hole", "leaving a hole from 4 on (tensor 'b')"), ("html_404", "web page"),
        ("json_array", "an object where one belongs"), ("json_null", "an object where one belongs"),
        ("metadata_nonstring", "a string where one belongs"), ("metadata_only_array", "an object where one belongs"),
        ("missing_2_bytes", "ends 2 bytes after the end of the file"), ("missing_dtype", "has no dtype (tensor 't')"),
        ("nan_literal", "other than numbers in its shape (tensor 't')"),
        ("negative_offset", "-4 in its data_offsets, where a size belongs (tensor 't')"),
        ("non_utf8", "not UTF-8"), ("not_json", "no name where one belongs"),
        ("offset_u64max", "18446744073709551615 in its data_offsets"), ("one_offset", "1 data_offsets instead of 2"),
        ("overlap", "overlaps tensor 'a' (tensor 'b')"), ("same_bytes_x10", "overlaps tensor 'w0' (tensor 'w1')"),
        ("seven_bytes", "too short"), ("shape_mismatch", "has 4 bytes of data, but I32 [2, 2] takes 16 (tensor 't')"),
        ("shape_negative", "-1 in its shape, where a size belongs (tensor 't')"),
        ("shape_overflow_bytes", "size overflows"), ("shape_overflow_mul", "in its shape, where a size belongs"),
        ("shape_rank_2000", "more than 64 dimensions (tensor 't')"),
        ("shape_zero_times_huge", "in its shape, where a size belongs (tensor 't')"),
        ("torch_pickle_zip_named", "pickle"), ("trailing_polyglot", "has 9 bytes that belong to no tensor"),
    ])
    func refuses(_ name: String, _ cause: String) {
        let error = #expect(throws: FileError.self) { _ = try open(name) }
        #expect(error?.kind == .badData)
        #expect(error?.description.contains(cause) == true, "\(error?.description ?? "")")
    }

    /// Whatever else lies in the folder: what begins with `ok_` is read, the rest is an error or read, never a trap.
    @Test func everyFileIsReadOrRefused() throws {
        let names = folderContents(Fixtures.path("hostile/safetensors")).filter { $0.hasSuffix(".safetensors") }
        #expect(!names.isEmpty)
        for name in names {
            let result = Result { try readAll(Fixtures.path("hostile/safetensors/\(name)")) }
            if name.hasPrefix("ok_") { #expect(throws: Never.self, "\(name)") { try result.get() } }
        }
    }

    private func readAll(_ path: String) throws {
        let file = try Safetensors(path)
        for name in file.names { _ = try file.readTensor(name) }
    }

    /// One file, cut at every byte and with every byte changed: an error or tensors, never a trap.
    @Test func damageIsFoundOrHarmless() throws {
        let source = try InputFile(Fixtures.path("hostile/safetensors/ok_metadata.safetensors"))
        let sound = try source.contents(limit: 1000)
        for count in sound.indices {
            let path = folder.write("cut.safetensors", Array(sound[..<count]))
            #expect(throws: FileError.self) { try readAll(path) }
        }
        for index in sound.indices {
            for byte in [0x00, 0x22, 0x2D, 0x39, 0x5B, 0x7D, 0xFF] as [UInt8] {
                var damaged = sound
                damaged[index] = byte
                try? readAll(folder.write("damaged.safetensors", damaged))
            }
        }
    }

    @Test func acceptsSoundFiles() throws {
        #expect(try open("ok_bf16").readTensor("t") == Tensor(shape: [2], [1, -2]))
        #expect(try open("ok_f16").readTensor("t") == Tensor(shape: [2], [1, -2]))
        #expect(try open("ok_i32_2x2").readIntegers("t") == [0, 0, 0, 0])
        #expect(try open("ok_scalar").readTensor("t") == Tensor(shape: [], [0]))
        #expect(try open("ok_zero_dim").readTensor("t").shape == [2, 0])
        #expect(try open("ok_zero_dim").readIntegers("t").isEmpty)
        #expect(try open("ok_unicode_name").readIntegers("é😀") == [1])
        #expect(try open("ok_metadata").metadata.map { $0.0 + "=" + $0.1 } == ["format=pt"])
        #expect(try open("extra_field").shape(of: "t") == [1])
        for name in ["ok_empty", "ok_pad_leading", "ok_pad_trailing"] { #expect(try open(name).names.isEmpty) }
    }

    @Test func nonFiniteWeightsNeedLeave() throws {
        let error = #expect(throws: FileError.self) { _ = try open("nan_inf_values").readTensor("t") }
        #expect(error?.cause == "holds a value that is NaN or infinite")
        #expect(error?.place == "tensor 't'")
        let path = Fixtures.path("hostile/safetensors/nan_inf_values.safetensors")
        let values = try Safetensors(path, allowNonFinite: true).readTensor("t").values
        #expect(values[0].isNaN && values[1] == .infinity && values[2] == -.infinity)
    }

    /// A zero beside a huge dimension, in an order whose plain product would overflow.
    @Test func refusesAShapeThatOverflowsBesideAZero() {
        let header = #"{"t":{"dtype":"U8","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}"#
        let path = folder.write("a.safetensors", safetensorsBytes(header))
        let error = #expect(throws: FileError.self) { _ = try Safetensors(path) }
        #expect(error?.cause.contains("overflows") == true)
    }

    @Test func refusesMoreThanMemoryHolds() throws {
        let count = 2 * sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        let header = #"{"t":{"dtype":"U8","shape":[\#(count)],"data_offsets":[0,\#(count)]}}"#
        let path = folder.write("a.safetensors", safetensorsBytes(header))
        // A file of holes, which takes no room.
        try #require(truncate(path, off_t(8 + header.utf8.count + count)) == 0)
        let error = #expect(throws: FileError.self) { _ = try Safetensors(path).readTensor("t") }
        #expect(error?.cause.contains("memory") == true)
    }

    @Test(arguments: [
        ("version https://git-lfs.github.com/spec/v1\noid", "Git LFS"), ("  <HTML><body>", "web page"),
        ("GGUF\u{3}\0\0\0\0\0\0\0", "GGUF"), ("PK\u{3}\u{4}abcdefgh", "pickle"),
    ])
    func saysWhatOtherFilesAre(_ text: String, _ cause: String) {
        let path = folder.write("a.safetensors", text)
        let error = #expect(throws: FileError.self) { _ = try Safetensors(path) }
        #expect(error?.cause.contains(cause) == true, "\(error?.description ?? "")")
    }

    @Test func aFloatingPointTensorHoldsNoIntegers() throws {
        let error = #expect(throws: FileError.self) { _ = try open("ok_f16").readIntegers("t") }
        #expect(error?.place == "tensor 't'")
        #expect(throws: FileError.self) { _ = try open("ok_f16").readTensor("absent") }
    }

    @Test func aHeaderOfManyTensorsIsBounded() {
        let entry = #""dtype":"U8","shape":[],"data_offsets":[0,0]"#
        let header = "{" + (0..<400_000).map { "\"\($0)\":{\(entry)}" }.joined(separator: ",") + "}"
        let path = folder.write("a.safetensors", safetensorsBytes(header))
        let (_, time) = timed { #expect(throws: FileError.self) { _ = try Safetensors(path) } }
        #expect(time < .seconds(2))
    }
}

@Suite struct ElementTypeTests {
    private let folder = TemporaryFolder()

    /// Written by the reference implementation, Float32 beside every floating-point type: equal to the bit.
    @Test(arguments: ["float64", "float32", "float16", "bfloat16"])
    func convertsFloatingPoint(_ type: String) throws {
        let file = try Safetensors(Fixtures.path("safetensors/types.safetensors"))
        let tensor = try file.readTensor(type)
        let reference = try file.readTensor(type + ".as_float32")
        #expect(tensor.shape == [2, 4])
        #expect(tensor.values.map(\.bitPattern) == reference.values.map(\.bitPattern))
    }

    @Test(
        arguments: [
            ("int64", [Int64.min, 0, 1, .max]), ("int32", [-2_147_483_648, 0, 1, 2_147_483_647]),
            ("int16", [-32768, 0, 1, 32767]), ("int8", [-128, 0, 1, 127]), ("uint64", [0, 0, 1, .max]),
            ("uint32", [0, 0, 1, 4_294_967_295]), ("uint16", [0, 0, 1, 65535]), ("uint8", [0, 0, 1, 255]),
            ("bool", [1, 0, 1]),
        ] as [(String, [Int64])])
    func readsIntegers(_ type: String, _ expected: [Int64]) throws {
        let file = try Safetensors(Fixtures.path("safetensors/types.safetensors"))
        #expect(try file.readIntegers(type) == expected)
        #expect(try file.readTensor(type).values == expected.map { Float($0) })
    }

    #if !(os(macOS) && arch(x86_64))
    @Test func everyHalfPrecisionNumberIsExact() throws {
        let patterns = (0...UInt16.max).map { $0 }
        let header = #"{"t":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]}}"#
        let path = folder.write("a.safetensors", safetensorsBytes(header, bytes(patterns)))
        let values = try Safetensors(path, allowNonFinite: true).readTensor("t").values
        let wrong = zip(patterns, values).filter { pattern, value in
            let expected = Float(Float16(bitPattern: pattern))
            return expected.isNaN ? !value.isNaN : value.bitPattern != expected.bitPattern
        }
        #expect(wrong.isEmpty)
    }
    #endif

    @Test(arguments: [("F16", [0x00, 0x7C]), ("BF16", [0xC0, 0x7F]), ("F64", bytes([1e300]))] as [(String, [UInt8])])
    func nonFiniteAfterConversionIsRefused(_ type: String, _ data: [UInt8]) throws {
        let header = #"{"t":{"dtype":"\#(type)","shape":[1],"data_offsets":[0,\#(data.count)]}}"#
        let path = folder.write("a.safetensors", safetensorsBytes(header, data))
        #expect(throws: FileError.self) { _ = try Safetensors(path).readTensor("t") }
        #expect(try !Safetensors(path, allowNonFinite: true).readTensor("t").values[0].isFinite)
    }

    @Test func anUnsignedIntegerBeyondInt64IsRefused() throws {
        let header = #"{"t":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}"#
        let path = folder.write("a.safetensors", safetensorsBytes(header, bytes([UInt64.max])))
        #expect(throws: FileError.self) { _ = try Safetensors(path).readIntegers("t") }
        #expect(try Safetensors(path).readTensor("t").values == [0x1p64])
    }

    /// More elements than one chunk holds, for the direct path and the converting one.
    @Test(arguments: ["F32", "I32"]) func largeTensorsAreReadInChunks(_ type: String) throws {
        let count = 700_001
        let data = type == "F32" ? bytes((0..<count).map { Float($0) }) : bytes((0..<count).map { Int32($0) })
        let header = #"{"t":{"dtype":"\#(type)","shape":[\#(count)],"data_offsets":[0,\#(count * 4)]}}"#
        let path = folder.write("a.safetensors", safetensorsBytes(header, data))
        #expect(try Safetensors(path).readTensor("t").values == (0..<count).map { Float($0) })
    }

    @Test func oneNonFiniteValueAnywhereIsFound() throws {
        var values = [Float](repeating: 1, count: 600_000)
        values[599_999] = .nan
        let header = #"{"t":{"dtype":"F32","shape":[600000],"data_offsets":[0,2400000]}}"#
        let path = folder.write("a.safetensors", safetensorsBytes(header, bytes(values)))
        #expect(throws: FileError.self) { _ = try Safetensors(path).readTensor("t") }
    }
}

@Suite struct SafetensorsWriterTests {
    private let folder = TemporaryFolder()

    @Test func whatIsWrittenReadsBack() throws {
        let path = folder.file("a.safetensors")
        let tensors = [
            (name: "b", tensor: Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6])),
            (name: "\u{E9}", tensor: Tensor(shape: [], [7])),
            (name: "e\u{301}\n\"", tensor: Tensor(shape: [0, 4], [])),
            (name: "e\u{301}", tensor: Tensor(shape: [1], [8])),
        ]
        try Safetensors.write(tensors, metadata: [("format", "pt"), ("é", "x\ny")], to: path)
        let file = try Safetensors(path)
        #expect(file.names.map { Array($0.utf8) } == tensors.map { Array($0.name.utf8) })
        #expect(file.metadata.map { $0.0 + "=" + $0.1 } == ["format=pt", "é=x\ny"])
        for (name, tensor) in tensors { #expect(try file.readTensor(name) == tensor) }
        let start = try InputFile(path).bytes(at: 0, count: 1)
        #expect(start[0] % 8 == 0)
        #expect(folder.contents == ["a.safetensors"])
    }

    @Test func nothingIsAFileToo() throws {
        try Safetensors.write([], to: folder.file("a.safetensors"))
        #expect(try Safetensors(folder.file("a.safetensors")).names.isEmpty)
    }

    @Test(arguments: [["a", "a"], ["__metadata__"]]) func refusesNames(_ names: [String]) {
        let tensors = names.map { (name: $0, tensor: Tensor(shape: [], [0])) }
        let error = #expect(throws: FileError.self) {
            try Safetensors.write(tensors, to: folder.file("a.safetensors"))
        }
        #expect(error?.kind == .cannotCreate)
        #expect(folder.contents.isEmpty)
    }
}
