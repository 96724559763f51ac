import TesseraFiles
import TesseraImage
import TestSupport
import Testing

/// FNV-1a, 64 bits, over the pixels: the checksum that make_image_references.py writes.
func checksum(_ image: RGBImage) -> String {
    let value = image.pixels.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

/// A processor's time within which a hostile file is done with, with room for a slow one around the 50 ms that are promised.
let promptly = Duration.milliseconds(500)

@Suite struct PNGTests {
    static let expected: [(String, JSONObject)] = {
        let table = try! JSONObject.read(Fixtures.path("png-pixels.json"))
        return table.keys.map { ($0, try! table.object($0)!) }
    }()

    @Test("Pixels equal Pillow's", arguments: expected)
    func pixels(name: String, expected: JSONObject) throws {
        let image = try RGBImage.read(Fixtures.path(name)).image
        #expect(image.width == (try expected.integer("width", in: 1...256 * 64)))
        #expect(image.height == (try expected.integer("height", in: 1...256 * 64)))
        #expect(checksum(image) == (try expected.string("checksum")))
    }

    @Test("Every valid file of PngSuite has expected pixels")
    func suiteIsCovered() {
        #expect(Self.expected.count { $0.0.hasPrefix("hostile/pngsuite/") } == 161)
    }

    @Test(
        "Odd files are read with a warning",
        arguments: [
            ("palette_index_overflow", "outside the palette"), ("trns_longer_than_plte", "tRNS"),
            ("trns_on_rgba", "tRNS"),
            ("idat_too_long_rows", "Too much image data"), ("iccp_garbage", "iCCP"), ("gama_zero", "gAMA"),
            ("trailing_data_zip_polyglot", "bytes after the end"), ("ok_apng_2frames", "first frame"),
            ("apng_actl_huge", "first frame"),
        ])
    func warned(name: String, warning: String) throws {
        let decoded = try RGBImage.read(Fixtures.path("hostile/png/\(name).png"))
        #expect(decoded.warnings.count == 1)
        #expect(decoded.warnings.first?.contains(warning) == true, "\(decoded.warnings)")
    }

    @Test(
        "Ordinary files give no warning",
        arguments: [
            "ok_rgb8_16x16", "ok_1000_tiny_idat", "ok_gray16", "ok_rgb_trns",
        ])
    func silent(name: String) throws {
        #expect(try RGBImage.read(Fixtures.path("hostile/png/\(name).png")).warnings == [])
    }

    static let refused = [
        "bad_bitdepth3", "bad_colortype5", "bad_comp1", "bad_interlace2", "bad_pal16", "big_IDAT", "big_PLTE",
        "big_eXIf", "big_iCCP", "big_iTXt", "big_prVt", "big_sPLT", "big_zTXt", "bomb_gray1_900Mpx", "bomb_gray8_67Mpx",
        "chunk_len_7fffffff", "chunk_len_ffffffff", "crlf_mangled_signature", "dim_0x0", "dim_65535sq", "dim_h0",
        "dim_w0", "dim_w1000001", "dim_w16385", "dim_w2e31", "dim_w2e31m1", "dim_wFFFFFFFF", "empty", "filter_type_9",
        "gzip_named", "idat_bad_crc", "idat_interrupted", "idat_too_short_rows", "ihdr_bad_crc", "ihdr_only",
        "jpeg_named", "no_idat", "no_iend", "palette_257", "palette_len_not_mult3", "palette_missing", "sig_cut4",
        "sig_only", "text_named", "trunc_10pct", "trunc_25pct", "trunc_50pct", "trunc_75pct", "trunc_90pct",
        "trunc_99pct", "two_ihdr", "unknown_critical", "zlib_bad_adler_good_crc",
    ].map { "png/\($0)" }
    static let refusedOfSuite = [
        "xc1n0g08", "xc9n2c08", "xcrn0g04", "xcsn0g01", "xd0n2c08", "xd3n2c08", "xd9n2c08", "xdtn0g01", "xhdn0g08",
        "xlfn0g04", "xs1n0g01", "xs2n0g01", "xs4n0g01", "xs7n0g01",
    ].map { "pngsuite/\($0)" }

    @Test("Damaged files are refused at once, in one line that names them", arguments: refused + refusedOfSuite)
    func refuses(name: String) throws {
        let path = Fixtures.path("hostile/\(name).png")
        let (error, time) = try timed { try #require(throws: FileError.self) { try RGBImage.read(path) } }
        #expect(time < promptly)
        #expect(error.kind == .badData)
        #expect(error.description.hasPrefix(path + ": ") && !error.description.contains("\n"))
    }

    @Test(
        "Bombs in chunks that do not matter are skipped",
        arguments: [
            "iccp_bomb_64MB", "ztxt_bomb_64MB", "text_5000_chunks",
        ])
    func harmless(name: String) throws {
        let (decoded, time) = try timed { try RGBImage.read(Fixtures.path("hostile/png/\(name).png")) }
        #expect(decoded.image.width == 16)
        #expect(time < promptly)
    }

    @Test(
        "What is not a picture is named",
        arguments: [
            ("gzip_named", "gzip"), ("text_named", "text"), ("empty", "empty"), ("sig_cut4", "cut short"),
            ("trunc_50pct", "cut short"), ("crlf_mangled_signature", "signature"), ("dim_w0", "no pixels"),
            ("bomb_gray1_900Mpx", "too many pixels"), ("bad_bitdepth3", "bit depth"),
        ])
    func names(name: String, cause: String) throws {
        let error = try #require(throws: FileError.self) {
            try RGBImage.read(Fixtures.path("hostile/png/\(name).png"))
        }
        #expect(error.cause.contains(cause), "\(error)")
    }

    @Test(
        "Other formats are told apart",
        arguments: [
            ("GIF89a", "GIF"), ("%PDF-1.7", "PDF"), ("BM......", "BMP"),
            ("....ftypheic", "HEIC"), ("<?xml version", "SVG"), ("II*\0", "TIFF"), ("\u{1}\u{2}\u{3}", "unknown kind"),
        ])
    func otherFormats(content: String, kind: String) throws {
        let error = try #require(throws: FileError.self) { try RGBImage.decode(Array(content.utf8), path: "a.png") }
        #expect(error.description.hasPrefix("a.png: is ") && error.cause.contains(kind), "\(error)")
    }

    @Test("Every cut of a file is refused")
    func cuts() throws {
        let bytes = try InputFile(Fixtures.path("hostile/png/ok_palette_trns.png")).contents(limit: 1 << 16)
        for length in bytes.indices {
            #expect(throws: FileError.self) { try RGBImage.decode(Array(bytes[..<length]), path: "cut") }
        }
    }

    @Test("Changed bytes never trap", arguments: ["ok_rgba8_semi", "ok_palette4", "ok_gama_1_0", "trns_on_rgba"])
    func mutations(name: String) throws {
        let bytes = try InputFile(Fixtures.path("hostile/png/\(name).png")).contents(limit: 1 << 16)
        var random = SplitMix(state: 1)
        for _ in 0..<2000 {
            _ = try? RGBImage.decode(random.mutated(bytes), path: "changed")
        }
    }
}
