import Foundation
import TesseraForms
import Testing

/// Forms with damage at random places: none breaks the reader, and what it makes of one does not depend on how it comes.
struct MultipartSweepTests {
    private struct Outcome: Equatable {
        var contents = Data()
        var partCount = 0
        var isComplete = false
        var failed = false
    }

    private func outcome(of form: [UInt8], pieceSize: Int) -> Outcome {
        var reader = MultipartReader(boundary: "bo")
        var outcome = Outcome()
        do {
            for start in stride(from: 0, to: form.count, by: pieceSize) {
                try reader.read(Data(form[start..<min(start + pieceSize, form.count)])) { event in
                    if case .contents(let data) = event { outcome.contents += data }
                    if case .partBegins = event { outcome.partCount += 1 }
                }
            }
        } catch {
            outcome.failed = true
        }
        outcome.isComplete = reader.isComplete
        return outcome
    }

    private static let form = Array(
        """
        --bo\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nRIFF\r\n--b\r\n-\r\n--bo\r\n\
        Content-Disposition: form-data; name="x"\r\n\r\n\r\n--bo--\r\n
        """.utf8)

    @Test func damageIsNoneOfTheReaders() {
        var generator = SplitMix64(state: 1)
        let pieces = [
            Array("\r\n--bo".utf8), Array("--".utf8), Array("\r\n\r\n".utf8), [0x22], [0x5C], [0], [0xFF], [],
        ]
        for _ in 0..<3000 {
            var form = Self.form
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let start = Int.random(in: 0...form.count, using: &generator)
                let end = min(form.count, start + Int.random(in: 0...9, using: &generator))
                form.replaceSubrange(start..<end, with: pieces.randomElement(using: &generator) ?? [])
            }
            let whole = outcome(of: form, pieceSize: max(1, form.count))
            for size in [1, 2, 7] {
                let inPieces = outcome(of: form, pieceSize: size)
                // One that fails may have handed out less before it did.
                #expect(inPieces.failed == whole.failed, "\(form)")
                if !whole.failed { #expect(inPieces == whole, "\(form)") }
            }
        }
    }
}

/// Numbers that are the same in each run (Steele, Lea and Flood, 2014).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
