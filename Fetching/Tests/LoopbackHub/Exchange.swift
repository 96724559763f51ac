internal import NIOHTTP1

/// What a client asked the loopback hub.
public struct Request: Sendable {
    public let method: String
    /// Without what follows a question mark, and without escapes.
    public let path: String
    public let headers: [String: String]
    /// Whether it came to the port that stands for another host.
    public let isToOtherHost: Bool

    /// A header's value, by its name in small letters.
    public subscript(_ name: String) -> String? { headers[name] }
}

/// What the loopback hub answers.
public struct Answer: Sendable {
    public var status: Int
    public var headers: [(name: String, value: String)]
    var contents: HostedFile.Contents
    var range: Range<Int>
    /// The connection is closed after so many bytes of the body.
    public var cut: Int?
    /// Nothing more comes after so many bytes of the body, and the connection stays.
    public var stall: Int?
    /// Bytes that come in a second.
    public var rate: Int?

    /// - Parameter body: Its length goes into `Content-Length`, unless the headers say another.
    public init(_ status: Int, _ headers: [(name: String, value: String)] = [], _ body: String = "") {
        self.init(status, headers, .bytes(Array(body.utf8)), 0..<body.utf8.count)
    }

    init(
        _ status: Int, _ headers: [(name: String, value: String)], _ contents: HostedFile.Contents, _ range: Range<Int>
    ) {
        (self.status, self.headers, self.contents, self.range) = (status, headers, contents, range)
    }
}

extension LoopbackHub {
    /// The answer of a host that knows no ranges.
    public static func whole(_ answer: Answer) -> Answer {
        Answer(200, [], answer.contents, 0..<answer.range.upperBound)
    }
}
