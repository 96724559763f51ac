import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

@Suite struct RecordingSweepTests {
    /// Header and samples, as the commands read them.
    private static func read(_ bytes: [UInt8]) throws {
        let samples = try AudioFile(bytes: bytes, path: "recording").samples(at: 16_000)
        var count = 0
        while count < 160_000, case let block = try samples.read(upTo: 16_000), !block.isEmpty { count += block.count }
    }

    /// Some of each file, so that it is small; what is cut off is said with a warning.
    private static func beginning(_ name: String, _ count: Int = .max) throws -> [UInt8] {
        Array(try fixture("audio/" + name).prefix(count))
    }

    @Test func everyDamagedChunkIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            let data = Sounds.bytes(0x1234_5678_9ABC_DEF0 as UInt64, 8) + Sounds.bytes(0x0FED_CBA9 as UInt64, 8)
            for format in CutContainerTests.formats {
                try DamageSweep.run(format.name, format.header(16) + data, changes: 3000) { try Self.read($0) }
            }
            let list = Array("LIST".utf8) + Sounds.bytes(4, 4) + Array("INFO".utf8)
            try DamageSweep.run("WAV", Sounds.wav(chunks: list, data: data), changes: 3000) { try Self.read($0) }
            for name in ["adpcm-22050.wav", "alaw-8000.wav", "mono-22050.aiff"] {
                try DamageSweep.run(name, try Self.beginning(name, 1200), changes: 1000) { try Self.read($0) }
            }
            try DamageSweep.run("RF64", Array(try fixture("hostile/audio/rf64_ok.wav").prefix(400)), changes: 1000) {
                try Self.read($0)
            }
        }
    }

    @Test func everyDamagedOggIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for name in ["mono-16000.ogg", "stereo-48000.opus"] {
                let bytes = try Self.beginning(name)
                try DamageSweep.run(name, bytes, changes: 700) { try Self.read($0) }
                try DamageSweep.run(name + ", sound checksums", bytes, changes: 700) { damaged in
                    try Self.read(withPageChecksums(damaged))
                }
            }
            try DamageSweep.run("FLAC in Ogg", try Self.beginning("mono-16000.oga"), changes: 700) { damaged in
                try Self.read(withPageChecksums(damaged))
            }
        }
    }

    @Test func everyDamagedFLACIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for name in ["mono-16000.flac", "mono-16000-24bit.flac"] {
                try DamageSweep.run(name, try fixture("audio/" + name), changes: 1500) { try Self.read($0) }
            }
        }
    }

    @Test func everyDamagedMPEGFrameIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for name in ["mono-16000.mp3", "stereo-44100.mp3"] {
                try DamageSweep.run(name, try fixture("audio/" + name), changes: 1500) { try Self.read($0) }
            }
            let tagged = Tags.id3v2 + (try fixture("audio/mono-16000.mp3")) + Tags.ape
            try DamageSweep.run("MP3 with tags", tagged, changes: 1500) { try Self.read($0) }
        }
    }

    @Test func everyDamagedExtractorIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for name in ["whisper", "speech2text"] {
                let bytes = try fixture(name + "/preprocessor_config.json")
                try DamageSweep.run(name, bytes, changes: 1500, isText: true) { damaged in
                    let settings = try JSONObject(bytes: damaged, path: "preprocessor_config.json")
                    if name == "whisper" {
                        _ = try LogMelSettings(settings)
                    } else {
                        _ = try Speech2TextSettings(settings)
                    }
                }
            }
        }
    }
}
