internal import TesseraFiles

extension PieceTokenizer {
    /// The tokenizer of a vocab.json and merges.txt; transformers' class of that tokenizer says what is done around them.
    init(bytePairsIn folder: ModelFolder, _ companions: TokenizerCompanions) throws(FileError) {
        let words = try folder.read("vocab.json")
        let contentsAndIDs = try folder.contains("added_tokens.json") ? folder.read("added_tokens.json") : nil
        let described = try (contentsAndIDs?.keys.count ?? 0) + companions.describedTokenCount()
        let vocabulary = try TokenTable(words, spareCount: described)
        let steps = try PublishedSteps.steps(folder, companions)
        let merges = try MergeReader(vocabulary).read(folder.open("merges.txt"))
        let model = try steps.object("model") ?? JSONObject(members: [], path: words.path)
        var added = AddedTokenList(vocabulary)
        try added.add(companions, contentsAndIDs)
        try self.init(steps, try BytePairReader(vocabulary, merges, model), added, companions)
    }
}
