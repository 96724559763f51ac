import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

/// Reading a file, its header and every sample.
private func readAll(_ file: AudioFile) throws -> (count: Int, warnings: [String]) {
    let source = try file.samples(at: 16_000)
    var count = 0
    while case let block = try source.read(upTo: 10_000), !block.isEmpty {
        try #require(block.allSatisfy { $0.isFinite && abs($0) <= 1e11 })
        count += block.count
    }
    return (count, source.warnings)
}

@Suite struct HostileAudioTests {
    @Test("A header of nothing but chunks ends somewhere")
    func manyChunks() throws {
        let folder = TemporaryFolder()
        let chunk: [UInt8] = Array("junk\0\0\0\0".utf8)
        var bytes: [UInt8] = Array("RIFF\0\0\u{8}\0WAVE".utf8)
        for _ in 0..<1 << 16 { bytes += chunk }
        let path = folder.write("a.wav", bytes)
        let (error, time) = try timed { try #require(throws: FileError.self) { try readAll(AudioFile(path)) } }
        #expect(error.cause.contains("too many chunks") && time < .seconds(2), "\(error) \(time)")
    }

    static let refused = [
        ("bits_7.wav", "7 bits"), ("blockalign0.wav", "blocks of 0 bytes"), ("ch0.wav", "0 channels"),
        ("ch1024.wav", "1024 channels"), ("ch65535.wav", "65535 channels"),
        ("data_before_fmt.wav", "before their format"),
        ("empty.wav", "is empty"), ("fffb_garbage.mp3", "MP3 frames cannot be decoded"),
        ("float_all_nan.wav", "NaN or infinite (sample 0)"), ("float_nan_inf.wav", "NaN or infinite (sample "),
        ("id3_only.mp3", "ID3 tag and no audio"), ("mp4_named.m4a", "M4A (AAC) audio"),
        ("png_named.wav", "PNG picture"),
        ("random_bytes.wav", "unknown kind"), ("sr_0.wav", "0 Hz"), ("sr_1.wav", "rate of 1 Hz"),
        ("sr_768000.wav", "768000 Hz"), ("sr_FFFFFFFF.wav", "4294967295 Hz"), ("tag_FFFF.wav", "format tag 0xabcd"),
        ("text.wav", "is text"), ("trunc_40.wav", "no data"), ("trunc_header_20.wav", "cut short inside its header"),
        ("two_fmt_chunks.wav", "two formats"), ("zero_samples.wav", "no samples"),
    ]

    @Test("Damaged files are refused at once, in one line that says why", arguments: refused)
    func refuses(name: String, cause: String) throws {
        let path = Fixtures.path("hostile/audio/\(name)")
        let (error, time) = try timed { try #require(throws: FileError.self) { _ = try readAll(AudioFile(path)) } }
        #expect(time < .milliseconds(500))
        #expect(error.kind == .badData)
        #expect(error.description.hasPrefix(path + ": ") && error.description.contains(cause), "\(error)")
        #expect(!error.description.contains("\n"))
    }

    @Test(
        "Odd files are read to their end with a warning",
        arguments: [
            ("datalen_0_streaming.wav", 16_000, "no length"), ("datalen_FFFFFFFF.wav", 16_000, "no length"),
            ("datalen_half.wav", 16_000, "8000 samples of 16000"),
            ("datalen_x10.wav", 16_000, "truncated: 16000 of 160000 samples"), ("odd_byte.wav", 500, "inside a sample"),
            ("trunc_mid.wav", 4478, "truncated: 4478 of 16000 samples"),
            ("rf64_lies_2e62.wav", 16_000, "truncated: 16000 of 2305843009213693952 samples"),
            ("float_1e38.wav", 16_000, "where full scale is 1"),
        ])
    func warns(name: String, count: Int, warning: String) throws {
        let read = try readAll(AudioFile(Fixtures.path("hostile/audio/\(name)")))
        #expect(read.count == count)
        #expect(read.warnings.count == 1 && read.warnings[0].contains(warning), "\(read.warnings)")
    }

    @Test(
        "Unusual files are read as they are",
        arguments: [
            ("n399.wav", 399), ("n400.wav", 400), ("one_sample.wav", 1), ("silence_1s.wav", 16_000),
            ("dc_fullscale.wav", 16_000), ("noise_speechlike.wav", 16_000), ("float_denormal.wav", 16_000),
            ("junk_1000_chunks.wav", 16_000), ("list_info_subchunk_lies.wav", 16_000), ("list_len_huge.wav", 16_000),
            ("ok_ch8.wav", 1600), ("ok_f64.wav", 8000), ("ok_mono16k_1s.wav", 16_000), ("ok_mulaw.wav", 16_384),
            ("ok_pcm24.wav", 16_000), ("ok_pcm32.wav", 8000), ("ok_u8.wav", 16_000), ("rf64_ok.wav", 16_000),
            ("sr_7999.wav", 4000), ("sr_8000.wav", 4000), ("sr_11025.wav", 2902), ("sr_22050.wav", 1451),
            ("sr_44100.wav", 726), ("sr_48000.wav", 667), ("sr_96000.wav", 333), ("sr_192000.wav", 167),
        ])
    func accepts(name: String, count: Int) throws {
        let file = try AudioFile(Fixtures.path("hostile/audio/\(name)"))
        let read = try readAll(file)
        #expect(abs(read.count - count) <= 1)
        #expect(read.warnings == [])
        #expect(abs(try #require(file.duration) - Double(count) / 16_000) < 1e-3)
    }

    @Test("Every hostile file is in one of these lists")
    func complete() {
        let listed = Self.refused.count + 8 + 26
        #expect(folderContents(Fixtures.ownPath("hostile/audio")).count == listed)
    }

    @Test("The error for M4A says how to convert it")
    func conversion() throws {
        let bytes = try fixture("hostile/audio/mp4_named.m4a")
        for (path, command) in [
            ("song.m4a", "ffmpeg -i song.m4a song.wav"), ("my song.m4a", "ffmpeg -i 'my song.m4a' 'my song.wav'"),
            ("a.b/song", "ffmpeg -i a.b/song a.b/song.wav"),
            ("it's.wav", #"ffmpeg -i 'it'\''s.wav' 'it'\''s-converted.wav'"#),
        ] {
            let error = try #require(throws: FileError.self) { try AudioFile(bytes: bytes, path: path, ffmpeg: nil) }
            #expect(error.cause.hasSuffix("convert it: " + command), "\(error)")
        }
        let adts: [UInt8] = [0xFF, 0xF1, 0x50, 0x80, 0x02, 0x1F, 0xFC]
        let error = try #require(throws: FileError.self) { try AudioFile(bytes: adts, path: "a.aac", ffmpeg: nil) }
        #expect(error.cause.contains("AAC audio") && error.cause.contains("ffmpeg"))
    }

    @Test("A NaN is found wherever it stands, at whatever rate", arguments: [0, 4095, 4096, 9000])
    func notANumber(place: Int) throws {
        for value in [Float.nan, .infinity, -.infinity] {
            var frames = Sounds.noise(count: 2 * 10_000)
            frames[2 * place + 1] = value
            let bytes = Sounds.wav(frames, sampleRate: 8000, channelCount: 2)
            let error = try #require(throws: FileError.self) { _ = try readAll(AudioFile(bytes: bytes, path: "a.wav")) }
            #expect(error.place == "sample \(place)")
        }
    }

    @Test("Chunks and tags behind the data are not taken for sound")
    func trailing() throws {
        let data = Sounds.bytes(0x4000_4000, 4) + Sounds.bytes(0x4000_4000, 4)
        let list = Array("LIST".utf8) + Sounds.bytes(4, 4) + Array("INFO".utf8)
        for tail in [list, list + list, Array("TAG".utf8) + [UInt8](repeating: 0x20, count: 125)] {
            let file = try AudioFile(bytes: Sounds.wav(data: data) + tail, path: "a.wav")
            #expect(try readAll(file).count == 4)
            #expect(file.warnings == [])
        }
        // Data of an odd length are followed by a byte that makes it even.
        let odd = try AudioFile(bytes: Sounds.wav(bits: 8, data: [1, 2, 3]) + [0], path: "a.wav")
        #expect(try readAll(odd) == (3, []))
        let empty = Sounds.wav(data: []) + list
        #expect(throws: FileError.self) { try AudioFile(bytes: empty, path: "a.wav") }
    }

    @Test("Every cut of a WAV file is refused or read with a warning")
    func cuts() throws {
        let bytes = Sounds.wav(data: [UInt8](repeating: 7, count: 64))
        for length in bytes.indices {
            let cut = Array(bytes[..<length])
            if length < 46 {
                #expect(throws: FileError.self) { try AudioFile(bytes: cut, path: "cut") }
            } else {
                #expect(try readAll(AudioFile(bytes: cut, path: "cut")).warnings.count == 1)
            }
        }
    }

    @Test(
        "Changed bytes never trap",
        arguments: [
            "hostile/audio/ok_ch8.wav", "hostile/audio/rf64_ok.wav", "hostile/audio/junk_1000_chunks.wav",
            "audio/mono-16000.flac", "audio/mono-16000.mp3", "audio/stereo-44100.ogg", "audio/mono-48000.opus",
            "audio/adpcm-22050.wav", "audio/mono-22050.aiff", "audio/mono-22050.caf",
        ])
    func mutations(name: String) throws {
        let bytes = try fixture(name)
        var random = SplitMix(state: 1)
        for _ in 0..<60 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                // Half of the changes in the header.
                let end = Bool.random(using: &random) ? min(100, bytes.count) : bytes.count
                changed[Int.random(in: 0..<end, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do { _ = try readAll(AudioFile(bytes: changed, path: "changed")) } catch is FileError {}
        }
    }
}
