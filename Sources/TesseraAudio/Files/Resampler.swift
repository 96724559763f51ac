internal import CTesseraSoxr
internal import TesseraFiles

/// Brings one channel from one rate to another with libsoxr (20 bits, linear phase), piece by piece.
final class Resampler {
    private let handle: soxr_t
    private let ratio: Double
    private var piece: [Float] = []

    /// - Parameters: Rates in Hz; `path` is named in errors.
    init(from inputRate: Int, to outputRate: Int, path: String) throws(FileError) {
        ratio = Double(outputRate) / Double(inputRate)
        var quality = soxr_quality_spec(UInt(SOXR_20_BITQ), 0)
        var error: soxr_error_t?
        let handle = libraryDecoder {
            soxr_create(Double(inputRate), Double(outputRate), 1, &error, nil, &quality, nil)
        }
        guard let handle, error == nil else {
            throw FileError(.inputOutput, path: path, cause: "cannot be resampled: no memory is left")
        }
        self.handle = handle
    }

    deinit { soxr_delete(handle) }

    /// Appends to `output` what `samples` make complete.
    func process(_ samples: UnsafeBufferPointer<Float>, into output: inout [Float]) {
        var rest = samples
        repeat {
            let used = run(rest.baseAddress, rest.count, into: &output)
            rest = UnsafeBufferPointer(rebasing: rest.dropFirst(used))
        } while !rest.isEmpty
    }

    /// Appends what is left when the input has ended.
    func finish(into output: inout [Float]) {
        while true {
            let before = output.count
            _ = run(nil, 0, into: &output)
            if output.count == before { return }
        }
    }

    /// - Returns: How many samples of the input were used.
    private func run(_ input: UnsafePointer<Float>?, _ count: Int, into output: inout [Float]) -> Int {
        let room = Int(Double(count) * ratio) + 1024
        if piece.count < room { piece = [Float](repeating: 0, count: room) }
        var (used, made) = (0, 0)
        soxr_process(handle, input, count, &used, &piece, room, &made)
        output.append(contentsOf: piece[..<made])
        return input == nil || used == 0 && made == 0 ? count : used
    }
}
