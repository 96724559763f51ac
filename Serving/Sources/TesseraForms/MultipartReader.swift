package import Foundation

/// Takes a form apart while it comes (multipart/form-data, RFC 7578). It holds no more than a part's header and one piece of what came.
package struct MultipartReader {
    /// What there is, in this order for each part.
    package enum Event: Equatable {
        case partBegins(MultipartHeader)
        case contents(Data)
        case partEnds
    }

    private enum State { case preamble, behindBoundary, header, contents, epilogue }

    /// The most that a part's header has.
    private static let headerLimit = 16 << 10

    private let delimiter: Data
    private var state = State.preamble
    /// What came and was not taken apart. It begins with a line end that the form lacks before its first boundary.
    private var rest = Data("\r\n".utf8)
    /// How much of a header was searched for its end in vain: one that comes byte by byte is searched once.
    private var searchedCount = 0

    /// - Parameter boundary: as the request's Content-Type names it.
    package init(boundary: String) { delimiter = Data("\r\n--\(boundary)".utf8) }

    /// Whether the form's end was read.
    package var isComplete: Bool { state == .epilogue }

    /// Takes what came next.
    ///
    /// - Throws: `FormError` where it is no form; what `handle` throws.
    package mutating func read(_ data: Data, _ handle: (Event) throws -> Void) throws {
        rest.append(data)
        while try advance(handle) {}
        // Without this the storage would keep what was taken from its front.
        rest = Data(rest)
    }

    /// - Returns: whether there may be more to take apart.
    private mutating func advance(_ handle: (Event) throws -> Void) throws -> Bool {
        switch state {
        case .preamble: return advanceToBoundary { _ in }
        case .contents:
            let isFound = try advanceToBoundary { if !$0.isEmpty { try handle(.contents($0)) } }
            if isFound { try handle(.partEnds) }
            return isFound
        case .behindBoundary: return try advanceBehindBoundary()
        case .header: return try advanceBehindHeader(handle)
        case .epilogue:
            rest.removeAll()
            return false
        }
    }

    /// Hands out what stands before the next boundary, all but what may be its beginning where it has not come.
    private mutating func advanceToBoundary(_ handle: (Data) throws -> Void) rethrows -> Bool {
        if let found = rest.range(of: delimiter) {
            try handle(rest[..<found.lowerBound])
            rest.removeSubrange(..<found.upperBound)
            state = .behindBoundary
            return true
        }
        let certain = max(0, rest.count - delimiter.count + 1)
        try handle(rest.prefix(certain))
        rest.removeFirst(certain)
        return false
    }

    private mutating func advanceBehindBoundary() throws -> Bool {
        // White space may stand between a boundary and its line end.
        let spaces = rest.prefix { $0 == 0x20 || $0 == 0x09 }.count
        guard spaces <= Self.headerLimit else { throw FormError("The form has a damaged boundary.") }
        let behind = rest.dropFirst(spaces).prefix(2)
        guard behind.count == 2 else { return false }
        switch Array(behind) {
        case Array("--".utf8): state = .epilogue
        case Array("\r\n".utf8): state = .header
        default: throw FormError("The form has a damaged boundary.")
        }
        // The line end stays in front of a header, which ends with two of them and may be empty.
        rest.removeFirst(spaces + (state == .header ? 0 : 2))
        return true
    }

    private mutating func advanceBehindHeader(_ handle: (Event) throws -> Void) throws -> Bool {
        let blankLine = Data("\r\n\r\n".utf8)
        let start = rest.startIndex + max(0, searchedCount - blankLine.count + 1)
        guard let end = rest.range(of: blankLine, in: start..<rest.endIndex),
            end.lowerBound - rest.startIndex <= Self.headerLimit
        else {
            // With fewer bytes the end may still come in time.
            guard rest.count < Self.headerLimit + blankLine.count else {
                throw FormError("A part of the form has too long a header.")
            }
            searchedCount = rest.count
            return false
        }
        searchedCount = 0
        try handle(.partBegins(MultipartHeader(rest[..<end.lowerBound])))
        rest.removeSubrange(..<end.upperBound)
        state = .contents
        return true
    }
}
