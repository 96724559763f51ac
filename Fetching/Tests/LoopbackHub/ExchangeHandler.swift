internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// Reads requests, and writes answers as they are meant to come: whole, cut, stalled or slow.
final class ExchangeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let isOther: Bool
    private let answer: (Request) -> Answer
    private var head: HTTPRequestHead?

    init(isOther: Bool, answer: @escaping (Request) -> Answer) { (self.isOther, self.answer) = (isOther, answer) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            var headers: [String: String] = [:]
            for (name, value) in head.headers { headers[name.lowercased()] = value }
            let path = head.uri.split(separator: "?").first.map(String.init) ?? ""
            let request = Request(
                method: head.method.rawValue, path: path.removingPercentEncoding ?? path, headers: headers,
                isToOtherHost: isOther)
            write(answer(request), isHead: head.method == .HEAD, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func write(_ answer: Answer, isHead: Bool, _ context: ChannelHandlerContext) {
        var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status))
        for (name, value) in answer.headers { head.headers.add(name: name, value: value) }
        if !head.headers.contains(name: "Content-Length") {
            head.headers.add(name: "Content-Length", value: "\(answer.range.count)")
        }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let count = isHead ? 0 : min(answer.range.count, answer.cut ?? .max, answer.stall ?? .max)
        guard let rate = answer.rate else {
            write(answer, answer.range.lowerBound..<answer.range.lowerBound + count, context)
            return finish(answer, context)
        }
        trickle(answer, answer.range.lowerBound..<answer.range.lowerBound + count, piece: max(1, rate / 10), context)
    }

    /// A piece each tenth of a second.
    private func trickle(_ answer: Answer, _ range: Range<Int>, piece: Int, _ context: ChannelHandlerContext) {
        guard !range.isEmpty, context.channel.isActive else { return finish(answer, context) }
        write(answer, range.lowerBound..<min(range.upperBound, range.lowerBound + piece), context)
        context.flush()
        let rest = min(range.upperBound, range.lowerBound + piece)..<range.upperBound
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(100)) {
            self.trickle(answer, rest, piece: piece, context)
        }
    }

    private func write(_ answer: Answer, _ range: Range<Int>, _ context: ChannelHandlerContext) {
        guard !range.isEmpty else { return }
        switch answer.contents {
        case .bytes(let bytes):
            let buffer = context.channel.allocator.buffer(bytes: bytes[range])
            context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        case .file(let path):
            guard let handle = try? NIOFileHandle(_deprecatedPath: path) else { return context.close(promise: nil) }
            let region = FileRegion(fileHandle: handle, readerIndex: range.lowerBound, endIndex: range.upperBound)
            context.write(wrapOutboundOut(.body(.fileRegion(region)))).assumeIsolated().whenComplete { _ in
                try? handle.close()
            }
        }
    }

    private func finish(_ answer: Answer, _ context: ChannelHandlerContext) {
        if answer.stall != nil { return context.flush() }
        guard answer.cut == nil else {
            context.flush()
            return context.close(promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
