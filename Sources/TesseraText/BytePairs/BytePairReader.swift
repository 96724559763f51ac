internal import TesseraFiles

/// Reads byte-pair encoding from a tokenizer.json's `model`.
struct BytePairReader: PieceModelReader {
    let vocabulary: TokenTable
    private let settings: JSONObject
    private let merges: BytePairMerges
    let continuation: [UInt8]
    let ending: [UInt8]
    var mayBeCleaned: Bool { false }

    /// - Parameter spareCount: how many tokens may be added.
    /// - Throws: `FileError.badData` naming what is wrong with the vocabulary or a merge.
    init(_ settings: JSONObject, spareCount: Int) throws(FileError) {
        guard let words = try settings.object("vocab") else { throw settings.error("vocab", "it is missing") }
        continuation = Array(try settings.string("continuing_subword_prefix", default: "").utf8)
        vocabulary = try TokenTable(words, spareCount: spareCount)
        merges = try MergeReader(vocabulary, continuation: continuation).read(settings)
        ending = Array(try settings.string("end_of_word_suffix", default: "").utf8)
        self.settings = settings
    }

    /// The vocabulary and merges of files of their own.
    ///
    /// - Parameter settings: what else a tokenizer.json would say of the model.
    init(_ vocabulary: TokenTable, _ merges: BytePairMerges, _ settings: JSONObject) throws(FileError) {
        (self.vocabulary, self.merges, self.settings, continuation) = (vocabulary, merges, settings, [])
        ending = Array(try settings.string("end_of_word_suffix", default: "").utf8)
    }

    func model(
        isByteLevel: Bool, id: (String) -> Int32?
    ) throws(FileError) -> (model: any PieceModel, unknownToken: Int32?) {
        if try settings.number("dropout", in: 0...1, default: 0) > 0 {
            throw settings.error("dropout", "it would make every encoding another")
        }
        var rules = BytePairModel.Rules()
        rules.isByteLevel = isByteLevel
        rules.ignoresMerges = try settings.boolean("ignore_merges", default: false)
        rules.fallsBackToBytes = try settings.boolean("byte_fallback", default: false)
        rules.fusesUnknown = try settings.boolean("fuse_unk", default: false)
        (rules.continuation, rules.ending) = (continuation, ending)
        if let name = try settings.tokenName("unk_token"), !name.isEmpty {
            guard let unknown = id(name) else {
                throw settings.error("unk_token", "it is \(name.quoted), which is no token")
            }
            rules.unknownID = unknown
        }
        return (BytePairModel(vocabulary, merges, rules), rules.unknownID)
    }
}
