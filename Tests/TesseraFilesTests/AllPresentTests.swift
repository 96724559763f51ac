import TesseraFiles
import Testing

@Suite struct AllPresentTests {
    /// A value that is itself optional is present, whether or not it is nil.
    @Test func valuesKeepTheirPlaces() {
        let values: [Int?] = [1, 2, 3]
        #expect(values.allPresent() == [1, 2, 3])
        #expect(values.prefix(0).allPresent().isEmpty)
        let nested: [Int??] = [.some(nil), 1]
        #expect(nested.allPresent() == [nil, 1])
    }
}
