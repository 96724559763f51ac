import Foundation
import TesseraForms

/// What a form is taken apart to. However its bytes come, it is the same.
struct FormContents: Equatable {
    private var parts: [MultipartHeader] = []
    private var contents: [Data] = []
    private var endCount = 0
    private var isComplete = false
    private var isRefused = false

    /// - Parameter pieceSize: how many bytes come at a time.
    init(_ bytes: [UInt8], pieceSize: Int) {
        // The boundary that the seeds have.
        var reader = MultipartReader(boundary: "bo")
        do {
            for start in stride(from: 0, to: bytes.count, by: pieceSize) {
                try reader.read(Data(bytes[start..<min(start + pieceSize, bytes.count)])) { take($0) }
            }
            isComplete = reader.isComplete
        } catch {
            // One that is refused may have told less of itself, or more, before it was.
            self = FormContents()
        }
    }

    private init() { isRefused = true }

    private mutating func take(_ event: MultipartReader.Event) {
        precondition(parts.count - endCount == (event.isBeginning ? 0 : 1), "parts of a form begin and end in turn")
        switch event {
        case .partBegins(let header):
            parts.append(header)
            contents.append(Data())
        case .contents(let data): contents[contents.count - 1] += data
        case .partEnds: endCount += 1
        }
    }
}

extension MultipartReader.Event {
    fileprivate var isBeginning: Bool { if case .partBegins = self { true } else { false } }
}

/// Takes a form apart at once and in pieces, and reads its bytes as a header's parameters.
func takeApart(_ bytes: [UInt8]) {
    let whole = FormContents(bytes, pieceSize: max(1, bytes.count))
    for size in [1, 3, 16, 61] {
        precondition(FormContents(bytes, pieceSize: size) == whole, "a form depends on how it comes")
    }
    _ = HeaderParameters(String(decoding: bytes, as: UTF8.self))["boundary"]
}
