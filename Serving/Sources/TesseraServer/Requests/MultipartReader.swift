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

    /// - Parameter boundary: as the request's Content-Type names it.
    package init(boundary: String) { delimiter = Data("\r\n--\(boundary)".utf8) }

    /// Whether the form's end was read.
    package var isComplete: Bool { state == .epilogue }

    /// Takes what came next.
    ///
    /// - Throws: `APIError` 400 where it is no form; what `handle` throws.
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
        let behind = rest.dropFirst(spaces).prefix(2)
        guard behind.count == 2 else {
            guard spaces < Self.headerLimit else { throw APIError.invalid("The form has a damaged boundary.") }
            return false
        }
        switch Array(behind) {
        case Array("--".utf8): state = .epilogue
        case Array("\r\n".utf8): state = .header
        default: throw APIError.invalid("The form has a damaged boundary.")
        }
        // The line end stays in front of a header, which ends with two of them and may be empty.
        rest.removeFirst(spaces + (state == .header ? 0 : 2))
        return true
    }

    private mutating func advanceBehindHeader(_ handle: (Event) throws -> Void) throws -> Bool {
        guard let end = rest.range(of: Data("\r\n\r\n".utf8)), end.lowerBound - rest.startIndex <= Self.headerLimit
        else {
            if rest.count > Self.headerLimit { throw APIError.invalid("A part of the form has too long a header.") }
            return false
        }
        try handle(.partBegins(MultipartHeader(rest[..<end.lowerBound])))
        rest.removeSubrange(..<end.upperBound)
        state = .contents
        return true
    }
}
