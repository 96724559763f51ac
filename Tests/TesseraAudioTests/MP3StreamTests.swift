import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

@Suite struct MP3StreamTests {
    /// With an Info frame: 16 kHz, one channel; 44.1 kHz, two.
    private static func bytes(_ name: String = "mono-16000") throws -> [UInt8] { try fixture("audio/\(name).mp3") }

    /// The frames of layer III, by what their headers say.
    private static func frames(_ bytes: [UInt8]) -> [Range<Int>] {
        let rates = [
            [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
            [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        ]
        var frames: [Range<Int>] = []
        while case let start = frames.last?.upperBound ?? 0, start + 4 <= bytes.count, bytes[start] == 0xFF {
            let isFirstVersion = bytes[start + 1] & 8 != 0
            let rate = rates[isFirstVersion ? 1 : 0][Int(bytes[start + 2] >> 4)] * 1000
            let frequency = [44100, 48000, 32000][Int(bytes[start + 2] >> 2 & 3)] / (isFirstVersion ? 1 : 2)
            let count = (isFirstVersion ? 144 : 72) * rate / frequency + Int(bytes[start + 2] >> 1 & 1)
            frames.append(start..<start + count)
        }
        return frames
    }

    /// Without the frame that tells about the others.
    private static func plain(_ name: String = "mono-16000") throws -> [UInt8] {
        let bytes = try bytes(name)
        return Array(bytes[frames(bytes)[1].lowerBound...])
    }

    @Test("Files one behind the other are all heard, whatever is between them")
    func concatenated() throws {
        let (mono, stereo) = try (Self.bytes(), Self.bytes("stereo-44100"))
        let (first, second) = try (samples(of: mono), samples(of: stereo))
        for between in [[], [UInt8](repeating: 0, count: 500)] + Tags.all {
            let read = try samples(of: mono + between + stereo + between + mono + between + mono + between)
            #expect(largestDifference(read, first + second + first + first) == 0)
        }
        let file = try AudioFile(bytes: mono + stereo, path: "a.mp3")
        #expect(abs(try #require(file.duration) - 1) < 1e-3)
    }

    @Test("Frames that the first does not count are heard")
    func uncounted() throws {
        let (counted, plain) = try (Self.bytes(), Self.plain())
        let frameCount = Self.frames(plain).count
        // From then on nothing tells how much of the last frame is filling.
        #expect(try samples(of: counted + plain).count > (2 * frameCount - 3) * 576)
        #expect(try samples(of: plain + counted).count == frameCount * 576 + samples(of: counted).count)
        #expect(try samples(of: plain + plain).count == 2 * frameCount * 576)
    }

    @Test("A format that changes is followed")
    func changes() throws {
        let (mono, stereo) = try (Self.plain(), Self.plain("stereo-44100"))
        let expected = try samples(of: mono) + samples(of: stereo) + samples(of: mono)
        #expect(try largestDifference(samples(of: mono + stereo + mono), expected) == 0)
    }

    @Test("Fraunhofer's frame about the others is no sound, and does not end them")
    func fraunhofer() throws {
        let plain = try Self.plain()
        var frame = Array(plain[Self.frames(plain)[0]])
        for index in 4..<frame.count { frame[index] = 0 }
        frame.replaceSubrange(36..<40, with: Array("VBRI".utf8))
        #expect(try largestDifference(samples(of: frame + plain), samples(of: plain)) == 0)
        #expect(try samples(of: frame + plain + frame + plain).count == 2 * samples(of: plain).count)
    }

    @Test("Whole frames are heard, wherever the file is cut", arguments: [-1, 0, 1])
    func cuts(offset: Int) throws {
        let (plain, counted) = try (Self.plain(), Self.bytes())
        let frames = Self.frames(plain)
        for (index, frame) in frames.enumerated() where index > 0 || offset >= 0 {
            let length = frame.upperBound + offset
            guard length <= plain.count else { continue }
            let whole = offset < 0 ? index : index + 1
            let read = try samples(
                of: Array(plain[..<length]), warnings: offset == 0 ? [] : ["an MP3 frame that is cut"])
            #expect(read.count == whole * 576)
            // One frame is not more than what the encoder's delay fills.
            guard whole < frames.count, whole > 1 else { continue }
            let cut = Array(counted[..<(counted.count - plain.count + length)])
            let truncated = "truncated: \(whole) of \(frames.count) MP3 frames"
            let counting = try samples(of: cut, warnings: offset == 0 ? [truncated] : [truncated, "that is cut"])
            #expect(counting.count == whole * 576 - 1105)
        }
    }

    @Test("Bytes that are no frames are passed over", arguments: [10, 3000, 200_000])
    func foreign(count: Int) throws {
        let plain = try Self.plain()
        let border = Self.frames(plain)[5].lowerBound
        let (head, tail) = (plain[..<border], plain[border...])
        let warning = "\(count) bytes that are no MP3 frames are left out, from byte"
        let whole = try samples(of: plain)
        for bytes in [head + garbage(count) + tail, plain + garbage(count)] {
            #expect(try samples(of: Array(bytes), warnings: [warning]).count == whole.count)
        }
        let zeros = [UInt8](repeating: 0, count: count)
        #expect(try largestDifference(samples(of: Array(head + zeros + tail)), whole) == 0)
        #expect(try largestDifference(samples(of: plain + zeros), whole) == 0)
        guard count < 100_000 else { return }
        #expect(try largestDifference(samples(of: garbage(count) + plain, warnings: [warning]), whole) == 0)
    }

    @Test("What a hole leaves of a frame is left out", arguments: 1...14)
    func holes(frame: Int) throws {
        let plain = try Self.plain()
        let frames = Self.frames(plain)
        let hole = frames[frame].lowerBound + 20..<frames[frame].upperBound
        let bytes = Array(plain[..<hole.lowerBound] + plain[hole.upperBound...])
        let read = try samples(of: bytes, warnings: ["an MP3 frame that is cut is left out"])
        #expect(read.count == (frames.count - 1) * 576)
    }

    @Test("MP3 in WAV is read as MP3 is")
    func inWAV() throws {
        let plain = try Self.plain()
        let whole = try samples(of: plain)
        func wav(_ data: [UInt8], claimed: Int? = nil) -> [UInt8] {
            Sounds.wav(tag: 0x55, bits: 0, blockAlign: 1, data: data, claimed: claimed)
        }
        #expect(try largestDifference(samples(of: wav(plain)), whole) == 0)
        #expect(try samples(of: wav(Self.bytes() + plain + plain)).count > 2 * whole.count)
        let noise = garbage(500)
        let border = Self.frames(plain)[5].lowerBound
        let foreign = wav(Array(plain[..<border] + noise + plain[border...]))
        #expect(try samples(of: foreign, warnings: ["500 bytes that are no MP3 frames"]).count == whole.count)
        let cut = wav(plain, claimed: plain.count + 100)
        #expect(try samples(of: cut, warnings: ["truncated: \(plain.count) of \(plain.count + 100) bytes"]) == whole)
    }

    @Test("Frames that cannot be decoded are silent, and named")
    func damaged() throws {
        var plain = try Self.plain()
        let frame = Self.frames(plain)[6]
        for index in frame.lowerBound + 4..<frame.lowerBound + 13 { plain[index] = 0xFF }
        let count = Self.frames(plain).count
        let read = try samples(of: plain, warnings: ["1 of \(count) MP3 frames cannot be decoded"])
        #expect(read.count == count * 576)
    }

    @Test("A long file is read to its end")
    func long() throws {
        let plain = try Self.plain()
        let bytes = (0..<150).flatMap { _ in plain }
        #expect(try samples(of: bytes).count == 150 * Self.frames(plain).count * 576)
    }
}
